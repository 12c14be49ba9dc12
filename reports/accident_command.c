/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report prompt-report", "detailed-report", "near-accident": papers about one incident,
 * made from the ledger, frozen as editions, printed again.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/accident_edition.h"
#include "reports/report_paper.h"
#include "reports/report_stand.h"

enum { OPTION_INCIDENT, OPTION_AT, OPTION_LANG, OPTION_FORMAT, OPTION_OUT, OPTION_FORCE,
	OPTION_BUNDLE, OPTION_WITHHOLD, OPTION_RECORD, OPTION_FREEZE, OPTION_AS_KNOWN,
	OPTION_EDITION, OPTION_SEAL, OPTION_NO_TIMESTAMP, OPTION_CONFIG, OPTION_LEDGER };

static const struct command_option options[] = {
	[OPTION_INCIDENT] = { "incident", 'i', "N", N_("about this incident") },
	[OPTION_AT]     = { "at", 0, "TIME", N_("as believed at this recorded time") },
	[OPTION_LANG]   = { "lang", 0, "LIST", N_("languages of the documents: ja, en or both") },
	[OPTION_FORMAT] = { "format", 0, "LIST",
	    N_("formats: text, json, html, pdf, xlsx; text if not given") },
	[OPTION_OUT]    = { "out", 'o', "DIR", N_("write files there, with their claims") },
	[OPTION_FORCE]  = { "force", 0, NULL, N_("replace files that are there already") },
	[OPTION_BUNDLE] = { "bundle", 0, "DIR",
	    N_("with every record it cites and its proof, for anybody to verify") },
	[OPTION_WITHHOLD] = { "withhold", 'w', NULL,
	    N_("leave out what people said; the paper says so") },
	[OPTION_RECORD] = { "record", 0, NULL,
	    N_("have the daemon record it: from then on none of it can be exchanged unseen") },
	[OPTION_FREEZE] = { "freeze", 0, NULL,
	    N_("record it as the next edition of this paper; implies --record") },
	[OPTION_AS_KNOWN] = { "as-known", 0, NULL,
	    N_("freeze it although fields are still blank or not confirmed") },
	[OPTION_EDITION] = { "edition", 0, "N", N_("print this frozen edition again") },
	[OPTION_SEAL] = { "seal", 0, NULL,
	    N_("seal each document with the carrier's e-seal: DOCUMENT.p7s beside it") },
	[OPTION_NO_TIMESTAMP] = { "no-timestamp", 0, NULL,
	    N_("seal without a time stamp: nobody then vouches for when") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	const char *at, *config, *ledger, *folder, *bundle;
	bool        force, withhold, record, freeze, as_known, seal, no_timestamp;
	struct accident_order accident;
	struct filing_order   order;
};

/* Files, record, bundle: in an order in which nothing is recorded that was not kept. */
static enum err
write_all(const struct asked *asked, struct filing_documents *documents,
    struct report_source *source, struct why *why)
{
	enum err err = ERR_OK;

	if (asked->seal)
		err = filing_documents_seal(documents, source->shelf, asked->config,
		    asked->no_timestamp, why);
	if (err == ERR_OK && asked->folder == NULL && asked->bundle == NULL)
		err = filing_documents_print(documents, why);
	if (err == ERR_OK && asked->folder != NULL)
		err = filing_documents_save(documents, asked->folder, asked->force, why);
	if (err == ERR_OK && asked->record)
		err = filing_documents_record(documents, asked->config, why);
	if (err == ERR_OK && asked->record && asked->bundle != NULL)
		filing_wait_signed(source->shelf);
	if (err == ERR_OK && asked->bundle != NULL)
		err = filing_documents_bundle(documents, source, asked->bundle, asked->withhold,
		    why);
	return err;
}

static enum err
lacks_check(const struct asked *asked, const struct filing_documents *documents, struct why *why)
{
	if (!asked->freeze || asked->as_known || documents->required == 0)
		return ERR_OK;
	return why_set(why, ERR_INVALID, _("%" PRIu32 " fields of this paper are blank or not "
	    "confirmed; \"sekimori report fill %s --incident %" PRIu64 "\" asks for them, "
	    "--as-known files what is known"), documents->required, asked->order.report,
	    asked->accident.incident);
}

static enum err
make(const struct asked *asked, struct report_source *source, struct filing_source *from,
    int *code, struct why *why)
{
	struct accident_order accident = asked->accident;
	struct filing_order order = asked->order;
	struct filing_documents documents = { .documents = 0 };
	uint64_t newest = 0;
	enum err err = ERR_OK;

	if (accident.edition == 0)
		err = accident_edition_newest(&accident, asked->freeze ? UINT64_MAX : from->size,
		    &newest, why);
	if (asked->freeze)
		accident.edition = newest + 1;
	order.accident = &accident;
	if (err == ERR_OK)
		err = filing_documents_make(from, &order, &documents, why);
	i18n_open(NULL);
	if (err == ERR_OK)
		err = lacks_check(asked, &documents, why);
	if (err == ERR_OK)
		err = write_all(asked, &documents, source, why);
	if (err == ERR_OK && asked->accident.edition != 0)
		err = accident_edition_same(&documents, &accident, why);
	*code = documents.code;
	filing_documents_free(&documents);
	return err;
}

/* A state of its own: the replay's is moved by the story. */
static enum err
stand(const struct asked *asked, struct report_source *source, struct filing_source *from,
    struct state **own, struct why *why)
{
	uint64_t size = 0;
	bool grown;
	enum err err = ERR_OK;

	/* A bundle takes what is signed: what was entered a moment ago must not be left out. */
	if (asked->bundle != NULL && asked->at == NULL && asked->accident.edition == 0) {
		filing_wait_signed(source->shelf);
		err = ledger_refresh(source->ledger, &grown, why);
	}
	if (err == ERR_OK && asked->accident.edition != 0)
		err = accident_edition_find((struct accident_order *)(uintptr_t)&asked->accident,
		    &size, why);
	if (err == ERR_OK && size != 0)
		err = report_stand_size(source, size, from, why);
	else if (err == ERR_OK)
		err = report_stand(source, asked->at, asked->bundle != NULL, from, own, why);
	if (err == ERR_OK && *own == NULL) {
		*own = state_copy(from->state);
		from->state = *own;
	}
	if (err == ERR_OK && from->state->plan == NULL)
		err = why_set(why, ERR_NOT_FOUND, _("no configuration was in force then, so there "
		    "is nothing to report"));
	return err;
}

static int
report_make(const struct command *command, struct asked *asked)
{
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *own = NULL;
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;
	enum err err = report_open(&source, asked->config, NULL, asked->ledger, &why);

	if (err != ERR_OK)
		return command_failed(command, &why);
	asked->accident.source = &source;
	err = stand(asked, &source, &from, &own, &why);
	if (err == ERR_OK)
		err = make(asked, &source, &from, &code, &why);
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	state_free(own);
	report_close(&source);
	return code;
}

/* --- the command -------------------------------------------------------------------------- */

static bool
number_read(const char *text, uint64_t *number)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number > 0;
}

static int
take_option(const struct command *command, int got, const char *value, struct asked *asked)
{
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	switch (got) {
	case OPTION_AT:     asked->at = value; break;
	case OPTION_CONFIG: asked->config = value; break;
	case OPTION_LEDGER: asked->ledger = value; break;
	case OPTION_OUT:    asked->folder = value; break;
	case OPTION_FORCE:  asked->force = true; break;
	case OPTION_BUNDLE: asked->bundle = value; break;
	case OPTION_WITHHOLD: asked->withhold = asked->accident.withhold = true; break;
	case OPTION_FREEZE: asked->freeze = asked->record = true; break;
	case OPTION_RECORD: asked->record = true; break;
	case OPTION_AS_KNOWN: asked->as_known = true; break;
	case OPTION_SEAL:   asked->seal = true; break;
	case OPTION_NO_TIMESTAMP: asked->no_timestamp = true; break;
	case OPTION_LANG:   err = filing_languages_read(value, &asked->order, &why); break;
	case OPTION_FORMAT: err = filing_formats_read(value, &asked->order, &why); break;
	case OPTION_INCIDENT:
	case OPTION_EDITION:
		if (!number_read(value, got == OPTION_EDITION ? &asked->accident.edition :
		    &asked->accident.incident))
			err = why_set(&why, ERR_INVALID, _("\"%.40s\" is no number"), value);
		break;
	}
	return err == ERR_OK ? EXIT_FINE : command_wrong(command, "%s", why.text);
}

/* NULL if what is asked for goes together. */
static const char *
objection(const struct asked *asked)
{
	bool kept = asked->folder != NULL || asked->bundle != NULL;

	if (asked->accident.incident == 0)
		return _("say which incident: --incident N; \"sekimori status\" lists them");
	if (!kept && !filing_documents_fit(&asked->order))
		return _("several documents need --out DIR; standard output takes one");
	if (asked->record && asked->ledger != NULL)
		return _("--record asks the daemon, which records in its own ledger: leave "
		    "--ledger out");
	if (asked->seal && !kept)
		return _("--seal goes with --out DIR or --bundle DIR: a seal stands beside its "
		    "document");
	if (asked->record && !kept)
		return _("--record goes with --out DIR or --bundle DIR: what is recorded must be "
		    "kept");
	if (asked->freeze && asked->at != NULL)
		return _("an edition is frozen as of the newest record: leave --at out");
	if (asked->accident.edition != 0 && (asked->record || asked->at != NULL))
		return _("--edition prints what was frozen: it goes with neither --at nor "
		    "--record");
	return NULL;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .at = NULL };
	const char *value, *wrong;
	int got;

	asked.order.report = asked.accident.report = strrchr(command->name, ' ') + 1;
	while ((got = command_next(command, argc, argv, &value)) >= 0)
		if (take_option(command, got, value, &asked) != EXIT_FINE)
			return EXIT_USAGE;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	wrong = objection(&asked);
	return wrong != NULL ? command_wrong(command, "%s", wrong) :
	    report_make(command, &asked);
}

#define ABOUT N_("Fields come from the form's file, each value with the records it rests on; " \
	"what only people know stays\nblank until \"sekimori report fill\" has it. --freeze " \
	"records it as an edition: a later one shows what\nchanged, and --edition prints an " \
	"earlier one again, octet by octet. Exit code 3 while something is\nblank, unconfirmed " \
	"or unknown.")

const struct command command_report_prompt_report = {
	.name = "report prompt-report", .usage = "",
	.summary = N_("prompt report of a major accident (F3)"),
	.about = ABOUT, .options = options, .run = run,
};

const struct command command_report_detailed_report = {
	.name = "report detailed-report", .usage = "",
	.summary = N_("detailed report of a major accident, form 50-3 (F4)"),
	.about = ABOUT, .options = options, .run = run,
};

const struct command command_report_near_accident = {
	.name = "report near-accident", .usage = "",
	.summary = N_("report of a situation that might have become a major accident, form 50-4 "
	    "(F8)"),
	.about = ABOUT, .options = options, .run = run,
};
