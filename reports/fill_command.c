/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report fill": asks for each field of a paper that is blank or to be confirmed, one by
 * one, and has the daemon record each answer ("sekimori fill") with who gave it and when.  "=" as
 * an answer confirms a draft: that very draft, by its hash.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/text.h"
#include "reports/filing_write.h"
#include "reports/report_paper.h"
#include "reports/report_stand.h"

enum { OPTION_INCIDENT, OPTION_WITHDRAW, OPTION_CONFIG, OPTION_LEDGER };
enum { FILL_OCTETS_MAX = 4000 };	/* of one answer; a longer one is not recorded */

static const struct command_option options[] = {
	[OPTION_INCIDENT] = { "incident", 'i', "N", N_("about this incident") },
	[OPTION_WITHDRAW] = { "withdraw", 0, "FIELD", N_("withdraw what was entered there") },
	[OPTION_CONFIG]   = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER]   = { "ledger", 0, "FILE",
	    N_("show what is blank in another ledger; nothing is recorded") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	const char *config, *ledger, *withdraw, *report, *field;
	char      **word;
	int         words;
	struct accident_order accident;
};

/* --- recording ---------------------------------------------------------------------------- */

/* text NULL: it is withdrawn. */
static enum err
record(const struct asked *asked, const char *field, const char *text, struct why *why)
{
	char number[24];
	const char *words[14];
	size_t count = 0;

	snprintf(number, sizeof(number), "%" PRIu64, asked->accident.incident);
	words[count++] = "sekimori";
	words[count++] = "fill";
	if (asked->config != NULL) {
		words[count++] = "--config";
		words[count++] = asked->config;
	}
	words[count++] = "--incident";
	words[count++] = number;
	if (text == NULL)
		words[count++] = "--withdraw";
	words[count++] = "--";
	words[count++] = asked->report;
	words[count++] = field;
	if (text != NULL)
		words[count++] = text;
	words[count] = NULL;
	return filing_exec(words, why);
}

static const struct form_field *
field_of(const struct form *form, const char *key, struct why *why)
{
	for (uint32_t i = 0; i < form->covers; i++)
		if (strcmp(form->cover[i].key, key) == 0) {
			if (form->cover[i].fill != FORM_A)
				return &form->cover[i];
			why_set(why, ERR_INVALID, _("%s is filled by the program alone"), key);
			return NULL;
		}
	why_set(why, ERR_INVALID, _("the form has no field \"%.60s\"; the paper shows the keys in "
	    "brackets"), key);
	return NULL;
}

/* What "=" stands for: the draft as it is. */
static enum err
confirm(const struct asked *asked, const struct form_field *field, struct why *why)
{
	char text[HASH_TEXT + 1] = "=";

	if (field->fill != FORM_M)
		return why_set(why, ERR_INVALID, _("%s has no draft to confirm: it must be "
		    "entered"), field->key);
	for (size_t i = 0; i < asked->accident.digests; i++)
		if (strcmp(asked->accident.digest[i].field, field->key) == 0)
			hash_text(asked->accident.digest[i].hash, text + 1);
	return record(asked, field->key, text, why);
}

static enum err
answer(const struct asked *asked, const struct form_field *field, const char *text,
    struct why *why)
{
	if (strcmp(text, "=") == 0)
		return confirm(asked, field, why);
	if (text[0] == '=')
		return why_set(why, ERR_INVALID, _("an answer cannot begin with \"=\", which alone "
		    "confirms the draft"));
	return record(asked, field->key, text, why);
}

/* --- asking ------------------------------------------------------------------------------- */

static void
show(const struct filing_answer *answer)
{
	const struct form_field *field = answer->field;

	printf("\n%u  %s (%s) [%s]\n", field->number, answer->title, field->key,
	    form_fill_name(field->fill));
	if (answer->who[0] != '\0')
		printf("   %s: %s\n", field->fill == FORM_H ? _("who must enter it") :
		    _("who must confirm it"), answer->who);
	if (answer->moved)
		printf("   %s\n", _("confirmed, but the draft has changed since"));
	for (uint32_t i = 0; i < answer->values; i++)
		printf("   - %s%s%s\n", answer->value[i].label,
		    answer->value[i].label[0] != '\0' ? ": " : "", answer->value[i].text);
}

/* False at the end of the input. */
static bool
read_line(char line[FILL_OCTETS_MAX + 2], bool *whole)
{
	size_t len;

	fputs("> ", stdout);
	fflush(stdout);
	if (fgets(line, FILL_OCTETS_MAX + 2, stdin) == NULL)
		return false;
	len = strcspn(line, "\n");
	*whole = line[len] == '\n' || feof(stdin);
	line[len] = '\0';
	for (int c = 0; !*whole && (c = getchar()) != '\n' && c != EOF; )
		continue;
	return true;
}

static enum err
ask_all(const struct asked *asked, const struct filing *filing, struct why *why)
{
	char line[FILL_OCTETS_MAX + 2];
	bool whole;

	printf("%s\n%s\n", filing->title, _("An empty line skips a field; \"=\" confirms a draft "
	    "as it is."));
	for (uint32_t i = 0; i < filing->covers; i++) {
		const struct filing_answer *one = &filing->cover[i];
		enum err err;

		if (one->field->fill == FORM_A || one->standing == FILING_ENTERED)
			continue;
		show(one);
		if (asked->ledger != NULL)
			continue;
		if (!read_line(line, &whole))
			break;
		if (!whole)
			printf(_("not recorded: an answer has at most %d octets\n"),
			    FILL_OCTETS_MAX);
		if (line[0] == '\0' || !whole)
			continue;
		err = answer(asked, one->field, line, why);
		if (err == ERR_INVALID)
			printf("%s\n", why->text);
		else if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
fill_one(const struct asked *asked, const struct form *form, struct why *why)
{
	const char *key = asked->withdraw != NULL ? asked->withdraw : asked->field;
	const struct form_field *field = field_of(form, key, why);
	struct buffer text = { .max = 0 };
	enum err err;

	if (field == NULL)
		return why->err;
	if (asked->withdraw != NULL)
		return record(asked, field->key, NULL, why);
	for (int i = 0; i < asked->words; i++)
		buffer_print(&text, "%s%s", i > 0 ? " " : "", asked->word[i]);
	err = answer(asked, field, buffer_text(&text), why);
	buffer_free(&text);
	return err;
}

static enum err
fill(struct asked *asked, struct report_source *source, const struct filing_source *from,
    struct why *why)
{
	struct filing_order order = { .report = asked->report, .accident = &asked->accident };
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	struct form *form = NULL;
	enum err err = form_load(asked->report, &form, why);

	asked->accident.source = source;
	i18n_open("en");
	if (err == ERR_OK)
		err = filing_of_order(from, &order, form, &accident, &filing, why);
	if (err == ERR_OK)
		accident_digests(filing, &asked->accident);
	filing_free(filing);
	accident_close(accident);
	filing = NULL;
	accident = NULL;
	i18n_open(NULL);
	if (err == ERR_OK && (asked->field != NULL || asked->withdraw != NULL)) {
		err = fill_one(asked, form, why);
	} else if (err == ERR_OK) {
		err = filing_of_order(from, &order, form, &accident, &filing, why);
		if (err == ERR_OK)
			err = ask_all(asked, filing, why);
	}
	filing_free(filing);
	accident_close(accident);
	form_free(form);
	return err;
}

static int
fill_open(const struct command *command, struct asked *asked)
{
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *own = NULL;
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;
	enum err err = report_open(&source, asked->config, NULL, asked->ledger, &why);

	if (err != ERR_OK)
		return command_failed(command, &why);
	err = report_stand(&source, NULL, false, &from, &own, &why);
	if (err == ERR_OK && own == NULL) {
		own = state_copy(from.state);
		from.state = own;
	}
	if (err == ERR_OK)
		err = fill(asked, &source, &from, &why);
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	state_free(own);
	report_close(&source);
	return code;
}

/* The kind may stand before the options and behind them. */
static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .config = NULL };
	const char *value;
	int got;

	if (argc > 1 && argv[1][0] != '-') {
		asked.report = argv[1];
		argc--;
		argv++;
	}
	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_WITHDRAW: asked.withdraw = value; break;
		case OPTION_CONFIG:   asked.config = value; break;
		case OPTION_LEDGER:   asked.ledger = value; break;
		default:
			asked.accident.incident = strtoull(value, NULL, 10);
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.report == NULL && optind < argc)
		asked.report = argv[optind++];
	if (optind < argc)
		asked.field = argv[optind++];
	asked.word = argv + optind;
	asked.words = argc - optind;
	asked.accident.report = asked.report;
	if (asked.report == NULL || asked.accident.incident == 0)
		return command_wrong(command, _("say which paper of which incident: \"sekimori "
		    "report fill prompt-report --incident 12\""));
	if (asked.field != NULL && asked.words == 0)
		return command_wrong(command, _("say what to enter into %s, or \"=\" to confirm "
		    "its draft"), asked.field);
	if (asked.ledger != NULL && (asked.field != NULL || asked.withdraw != NULL))
		return command_wrong(command, _("the daemon records in its own ledger: leave "
		    "--ledger out"));
	return fill_open(command, &asked);
}

const struct command command_report_fill = {
	.name = "report fill",
	.usage = "KIND [FIELD TEXT...]",
	.summary = N_("enter and confirm what only people know, field by field"),
	.about = N_("Without FIELD each blank field of the paper is asked for in turn: its label, "
	    "who must supply it, the draft.\nAn empty line skips it, \"=\" confirms a draft. Each "
	    "answer is a record with its author and time; the\nnewest one counts, and the paper "
	    "shows who entered it, when and in which record."),
	.options = options,
	.run = run,
};
