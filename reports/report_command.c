/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report KIND": fills the form of a report from the ledger, at any time, and writes it
 * in each language and format that is asked for.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "reports/filing_write.h"
#include "reports/report_paper.h"
#include "reports/report_stand.h"

enum { OPTION_AT, OPTION_LANG, OPTION_FORMAT, OPTION_OUT, OPTION_FORCE, OPTION_BUNDLE,
	OPTION_WITHHOLD, OPTION_RECORD, OPTION_SEAL, OPTION_NO_TIMESTAMP, OPTION_CONFIG,
	OPTION_LEDGER };

static const struct command_option options[] = {
	[OPTION_AT]     = { "at", 0, "TIME", N_("as believed at this recorded time") },
	[OPTION_LANG]   = { "lang", 0, "LIST", N_("languages of the documents: ja, en or both") },
	[OPTION_FORMAT] = { "format", 0, "LIST",
	    N_("formats: text, json, html, pdf, xlsx; text if not given") },
	[OPTION_OUT]    = { "out", 'o', "DIR", N_("write files there, with their claims") },
	[OPTION_FORCE]  = { "force", 0, NULL, N_("replace files that are there already") },
	[OPTION_BUNDLE] = { "bundle", 0, "DIR",
	    N_("with every record it cites and its proof, for anybody to verify") },
	[OPTION_WITHHOLD] = { "withhold", 'w', NULL,
	    N_("leave out the values behind commitments; configuration and evidence still "
	    "name what they name") },
	[OPTION_RECORD] = { "record", 0, NULL,
	    N_("have the daemon record it: from then on none of it can be exchanged unseen") },
	[OPTION_SEAL] = { "seal", 0, NULL,
	    N_("seal each document with the carrier's e-seal: DOCUMENT.p7s beside it") },
	[OPTION_NO_TIMESTAMP] = { "no-timestamp", 0, NULL,
	    N_("seal without a time stamp: nobody then vouches for when") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct report { const char *name, *text; };

static const struct report reports[] = {
#define REPORT(name, text) { name, text },
#include "reports/report_list.h"
};

enum { REPORTS = sizeof(reports) / sizeof(reports[0]) };

struct asked {
	const char *at, *config, *ledger, *folder, *bundle;
	bool        force, withhold, record, seal, no_timestamp;
	struct filing_order order;
};

static int
list_reports(void)
{
	const struct command *own;

	for (size_t i = 0; i < REPORTS; i++)
		printf("%-15s %s\n", reports[i].name, _(reports[i].text));
	for (size_t i = 0; (own = report_subcommand(i)) != NULL; i++)
		printf("%-15s %s\n", strrchr(own->name, ' ') + 1, _(own->summary));
	fputs(_("formats:"), stdout);
	for (size_t i = 0; filing_format_name(i) != NULL; i++)
		printf(" %s", filing_format_name(i));
	/* What only papers are written as. */
	for (size_t i = 0; report_paper_format(i) != NULL; i++) {
		bool known = false;

		for (size_t k = 0; filing_format_name(k) != NULL; k++)
			known = known || strcmp(filing_format_name(k), report_paper_format(i)) == 0;
		if (!known)
			printf(" %s", report_paper_format(i));
	}
	putchar('\n');
	return EXIT_FINE;
}

static enum err
write_all(const struct filing_source *from, struct report_source *source,
    const struct asked *asked, int *code, struct why *why)
{
	struct filing_documents documents;
	enum err err = filing_documents_make(from, &asked->order, &documents, why);

	i18n_open(NULL);
	if (err == ERR_OK && asked->seal)
		err = filing_documents_seal(&documents, source->shelf, asked->config,
		    asked->no_timestamp, why);
	if (err == ERR_OK && asked->folder == NULL && asked->bundle == NULL)
		err = filing_documents_print(&documents, why);
	if (err == ERR_OK && asked->folder != NULL)
		err = filing_documents_save(&documents, asked->folder, asked->force, why);
	if (err == ERR_OK && asked->record)
		err = filing_documents_record(&documents, asked->config, why);
	if (err == ERR_OK && asked->record && asked->bundle != NULL)
		filing_wait_signed(source->shelf);
	if (err == ERR_OK && asked->bundle != NULL)
		err = filing_documents_bundle(&documents, source, asked->bundle, asked->withhold,
		    why);
	*code = documents.code;
	filing_documents_free(&documents);
	return err;
}

static int
report_make(const struct command *command, const struct asked *asked)
{
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *later = NULL;
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;
	enum err err = report_open(&source, asked->config, NULL, asked->ledger, &why);

	if (err != ERR_OK)
		return command_failed(command, &why);
	err = report_stand(&source, asked->at, asked->bundle != NULL, &from, &later, &why);
	if (err == ERR_OK)
		err = write_all(&from, &source, asked, &code, &why);
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	state_free(later);
	report_close(&source);
	return code;
}

/* --- the command -------------------------------------------------------------------------- */

static int
read_options(const struct command *command, int argc, char **argv, struct asked *asked)
{
	struct why why = { .err = ERR_OK };
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		enum err err = ERR_OK;

		switch (got) {
		case OPTION_AT:     asked->at = value; break;
		case OPTION_CONFIG: asked->config = value; break;
		case OPTION_LEDGER: asked->ledger = value; break;
		case OPTION_OUT:    asked->folder = value; break;
		case OPTION_FORCE:  asked->force = true; break;
		case OPTION_BUNDLE: asked->bundle = value; break;
		case OPTION_WITHHOLD: asked->withhold = true; break;
		case OPTION_RECORD: asked->record = true; break;
		case OPTION_SEAL:   asked->seal = true; break;
		case OPTION_NO_TIMESTAMP: asked->no_timestamp = true; break;
		case OPTION_LANG:   err = filing_languages_read(value, &asked->order, &why); break;
		case OPTION_FORMAT: err = filing_formats_read(value, &asked->order, &why); break;
		}
		if (err != ERR_OK) {
			command_wrong(command, "%s", why.text);
			return COMMAND_WRONG;
		}
	}
	return got;
}

static const struct command *
own_command(const char *kind)
{
	const struct command *own;

	for (size_t i = 0; (own = report_subcommand(i)) != NULL; i++)
		if (strcmp(strrchr(own->name, ' ') + 1, kind) == 0)
			return own;
	return NULL;
}

/* Where KIND stands, maybe behind options of its own: each table tells which have a value. */
static int
kind_find(const struct command *command, int argc, char **argv)
{
	const struct command *own;

	for (size_t i = 0; (own = report_subcommand(i)) != NULL; i++) {
		int at = command_operand(own, argc, argv);

		if (at > 0 && own_command(argv[at]) == own)
			return at;
	}
	return command_operand(command, argc, argv);
}

static int
form_run(const struct command *command, const char *kind, int argc, char **argv)
{
	struct asked asked = { .at = NULL };
	int got = read_options(command, argc, argv, &asked);

	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	if (kind == NULL)
		return command_wrong(command, _("say which report; \"sekimori report list\" names "
		    "them"));
	if (strcmp(kind, "list") == 0)
		return list_reports();
	for (size_t i = 0; i < REPORTS; i++)
		if (strcmp(reports[i].name, kind) == 0)
			asked.order.report = reports[i].name;
	if (asked.order.report == NULL)
		return command_wrong(command, _("there is no report \"%s\"; \"sekimori report "
		    "list\" names them"), kind);
	if (asked.folder == NULL && asked.bundle == NULL && !filing_documents_fit(&asked.order))
		return command_wrong(command,
		    _("several documents need --out DIR; standard output takes one"));
	if (asked.record && asked.ledger != NULL)
		return command_wrong(command, _("--record asks the daemon, which records in its "
		    "own ledger: leave --ledger out"));
	if (asked.seal && asked.folder == NULL && asked.bundle == NULL)
		return command_wrong(command, _("--seal goes with --out DIR or --bundle DIR: a "
		    "seal stands beside its document"));
	if (asked.record && asked.folder == NULL && asked.bundle == NULL)
		return command_wrong(command, _("--record goes with --out DIR or --bundle DIR: "
		    "what is recorded must be kept"));
	return report_make(command, &asked);
}

static int
report_run(const struct command *command, int argc, char **argv)
{
	int at = kind_find(command, argc, argv), code, count = 0;
	const struct command *own = at > 0 ? own_command(argv[at]) : NULL;
	char **rest;

	if (at == 0)
		return form_run(command, NULL, argc, argv);
	/* Its name, and all that is not KIND, as it stood. */
	rest = memory_new((size_t)argc, sizeof(*rest));
	for (int i = 0; i < argc; i++)
		if (i != at)
			rest[count++] = argv[i];
	code = own != NULL ? own->run(own, count, rest) :
	    form_run(command, argv[at], count, rest);
	free(rest);
	return code;
}

const struct command command_report = {
	.name = "report",
	.usage = "KIND",
	.summary = N_("filings and reports; \"report list\" names them"),
	.about = N_("Without --out and --bundle one document goes to standard output. With --out, "
	    "files\nKIND.LANGUAGE.ENDING are written with KIND.claims, which says what is claimed "
	    "and by which records;\ntheir hashes are printed. Without --at a document speaks of "
	    "the newest record, with --bundle of the\nnewest that is signed. Exit code 1 if a "
	    "control is not met or an observed place differs from the\ndeclared one, 3 if "
	    "something is unknown or cannot be decided. TIME is \"2026-11-20 09:15\" (JST),\n"
	    "RFC 3339, @SECONDS or -2h."),
	.options = options,
	.run = report_run,
};
