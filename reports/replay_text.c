/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori replay": the screen playing from a time; with --text the timeline of a range as lines
 * or JSON, each with the record it came from, and whether every BELIEF was reproduced; with
 * --format one incident as a document, as known then or as corrected since.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/report_timeline.h"
#include "reports/story_paper.h"

enum { OPTION_TEXT_ONLY, OPTION_INCIDENT, OPTION_FROM, OPTION_TO, OPTION_BOTH, OPTION_JSON,
	OPTION_CONFIG, OPTION_LEDGER, OPTION_SPEED, OPTION_FORMAT, OPTION_AS_KNOWN, OPTION_COMPARE,
	OPTION_LANG, OPTION_OUT, OPTION_FORCE, ABSORBED_MAX = 1024 };

static const struct command_option options[] = {
	[OPTION_TEXT_ONLY] = { "text", 0, NULL, N_("the timeline as text, for a pipe") },
	[OPTION_INCIDENT]  = { "incident", 'i', "N",
	    N_("only this incident, from its first record") },
	[OPTION_FROM]      = { "from", 0, "TIME", N_("from this recorded time on") },
	[OPTION_TO]        = { "to", 0, "TIME", N_("up to this recorded time") },
	[OPTION_BOTH]      = { "both", 0, NULL, N_("recorded and observed time on every line") },
	[OPTION_JSON]      = { "json", 0, NULL, N_("one JSON object") },
	[OPTION_CONFIG]    = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER]    = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	[OPTION_SPEED]     = { "speed", 0, "N",
	    N_("the screen: N times as fast as it was; 10 if not given") },
	[OPTION_FORMAT]    = { "format", 0, "LIST",
	    N_("one incident as documents: text, html, json, pdf, svg") },
	[OPTION_AS_KNOWN]  = { "as-known", 0, "TIME",
	    N_("the document: as known then; as corrected since if not given") },
	[OPTION_COMPARE]   = { "compare", 0, "TIME",
	    N_("the document: another moment beside it, and what differs") },
	[OPTION_LANG]      = { "lang", 0, "LIST",
	    N_("languages of the documents: ja, en or both") },
	[OPTION_OUT]       = { "out", 'o', "DIR", N_("write files there") },
	[OPTION_FORCE]     = { "force", 0, NULL, N_("replace files that are there already") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	bool        text, both, json, has_incident;
	uint64_t    incident;
	const char *from, *to, *config, *ledger, *number, *speed;
	bool        document;		/* an option of documents was given */
	struct report_paper paper;
	struct story_asked  story;
};

struct telling {
	const struct asked   *asked;
	struct report_source *source;
	uint64_t              wanted[ABSORBED_MAX];	/* the incident and those it absorbed */
	size_t                wanteds;
	uint64_t             *member;		/* targets of the incident */
	size_t                members;
	struct timeline_text  text;
};

/* --- which transitions -------------------------------------------------------------------- */

static bool
is_member(const struct telling *t, uint64_t target)
{
	for (size_t i = 0; i < t->members; i++)
		if (t->member[i] == target)
			return true;
	return false;
}

static bool
is_wanted(const struct telling *t, const struct transition *transition)
{
	if (!t->asked->has_incident)
		return true;
	for (size_t i = 0; i < t->wanteds; i++)
		if (transition->incident == t->wanted[i])
			return true;
	/* The failure that opened it came before it had a number. */
	return transition->kind == TRANSITION_HEALTH && is_member(t, transition->target);
}

static enum err
range_of_incident(struct telling *t, struct walk *walk, struct why *why)
{
	const struct state *state;
	const struct incident *incident;
	enum err err = replay_to_size(t->source->replay, walk->to, why);

	if (err != ERR_OK)
		return err;
	state = replay_state(t->source->replay);
	incident = state_incident(state, t->asked->incident);
	if (incident == NULL)
		return why_set(why, ERR_NOT_FOUND,
		    _("there is no incident %" PRIu64 " in this ledger up to "
		    "there; \"sekimori replay --text\" lists them"), t->asked->incident);
	t->wanted[t->wanteds++] = incident->id;
	for (uint32_t i = 0; i < state->incidents && t->wanteds < ABSORBED_MAX; i++)
		if (state->incident[i].absorbed_by == incident->id)
			t->wanted[t->wanteds++] = state->incident[i].id;
	t->member = memory_new(incident->members + 1, sizeof(t->member[0]));
	for (uint32_t i = 0; i < incident->members; i++)
		t->member[t->members++] = incident->member[i].target;
	/* An incident's number is the record that opened it. */
	if (t->asked->from == NULL) {
		walk->from = incident->id;
		for (size_t i = 0; i < t->wanteds; i++)
			walk->from = t->wanted[i] < walk->from ? t->wanted[i] : walk->from;
	}
	if (t->asked->to == NULL && incident->resolved_ms != 0 && incident->last_seq < walk->to)
		walk->to = incident->last_seq + 1;
	return ERR_OK;
}

static enum err
range(struct telling *t, struct walk *walk, struct why *why)
{
	struct ledger *ledger = t->source->ledger;
	int64_t ms;
	enum err err = ERR_OK;

	walk->from = ledger_first(ledger);
	walk->to = ledger_size(ledger);
	if (t->asked->from != NULL) {
		err = time_read(t->asked->from, clock_wall_ms(), &ms, why);
		if (err == ERR_OK)
			err = ledger_size_at(ledger, ms - 1, &walk->from, why);
	}
	if (err == ERR_OK && t->asked->to != NULL) {
		err = time_read(t->asked->to, clock_wall_ms(), &ms, why);
		if (err == ERR_OK)
			err = ledger_size_at(ledger, ms, &walk->to, why);
	}
	if (err == ERR_OK && t->asked->has_incident)
		err = range_of_incident(t, walk, why);
	if (err == ERR_OK && walk->from < ledger_first(ledger))
		walk->from = ledger_first(ledger);
	if (err == ERR_OK && walk->from > walk->to)
		return why_set(why, ERR_INVALID, _("the range ends before it begins"));
	return err;
}

static bool
on_transition(void *arg, const struct state *state, const struct transition *transition)
{
	struct telling *t = arg;

	if (is_wanted(t, transition))
		timeline_text_add(&t->text, state, transition);
	return !t->text.lines.failed;
}

/* Of an incident: what it did to the verdicts on its members. */
static bool
is_wanted_subject(const struct telling *t, const struct state *state, const char *subject)
{
	static const char kind[] = "target:";
	const struct plan *plan = state->plan;

	if (!t->asked->has_incident)
		return true;
	for (uint32_t i = 0; plan != NULL && i < plan->targets; i++)
		if (strncmp(subject, kind, sizeof(kind) - 1) == 0 &&
		    strcmp(subject + sizeof(kind) - 1, plan->target[i].name) == 0)
			return is_member(t, plan->target[i].id);
	return false;
}

static bool
on_judged(void *arg, const struct state *state, const struct judged_change *change)
{
	struct telling *t = arg;

	if (is_wanted_subject(t, state, change->subject))
		timeline_text_add_judged(&t->text, change);
	return !t->text.lines.failed;
}

static bool
on_waived(void *arg, const struct state *state, const struct waiver *waiver, enum waiver_step step)
{
	struct telling *t = arg;

	if (is_wanted_subject(t, state, waiver->subject))
		timeline_text_add_waiver(&t->text, waiver, step);
	return !t->text.lines.failed;
}

static int
tell(const struct command *command, struct telling *t)
{
	struct why why = { .err = ERR_OK };
	struct walk walk = { .each = on_transition, .waived = on_waived, .judged = on_judged,
		.arg = t };
	enum err err = range(t, &walk, &why);
	int code = EXIT_FINE;

	if (err == ERR_OK)
		err = walk_run(&walk, t->source, &why);
	if (err == ERR_OK && t->text.lines.failed)
		err = why_set(&why, ERR_LIMIT,
		    _("the timeline is too long for one text; give --from and "
		    "--to"));
	if (err != ERR_OK) {
		code = err == ERR_NOT_FOUND ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	} else {
		timeline_text_print(&t->text, &walk);
		for (size_t i = 0; i < walk.beliefs; i++)
			if (walk.belief[i].outcome == BELIEF_MISMATCH)
				code = EXIT_FINDING;
	}
	walk_free(&walk);
	return code;
}

static bool
number_read(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && errno == 0 && *end == '\0';
}

/* The screen is this same program, asked to play: reports know nothing of terminals. */
static int
screen_run(const struct command *command, const struct asked *asked)
{
	const char *speed = asked->speed != NULL ? asked->speed : "10";
	const char *words[16] = { "sekimori", "tui", "--play", speed };
	const struct { const char *option, *value; } more[] = {
		{ "--incident", asked->number }, { "--at", asked->from },
		{ "--config", asked->config }, { "--ledger", asked->ledger } };
	size_t count = 4;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return command_wrong(command, _("without a terminal give --text or --json"));
	if (asked->to != NULL)
		return command_wrong(command,
		    _("the screen plays to the end; --to goes with --text or --json"));
	if (asked->from == NULL && asked->number == NULL)
		return command_wrong(command,
		    _("say from where to play: --from TIME or --incident N; or give --text"));
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (more[i].value == NULL)
			continue;
		words[count++] = more[i].option;
		words[count++] = more[i].value;
	}
	execv("/proc/self/exe", (char **)(uintptr_t)words);
	return command_wrong(command, _("the screen cannot be started: %s"), strerror(errno));
}

/* --- one incident as documents ------------------------------------------------------------ */

static enum err
document_make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;

	return story_paper_make(&asked->story, from, paper, code, why);
}

static int
document_run(const struct command *command, struct asked *asked)
{
	if (!asked->has_incident)
		return command_wrong(command, _("--format, --as-known and --compare tell one "
		    "incident: give --incident N"));
	if (asked->text || asked->json || asked->both || asked->from != NULL || asked->to != NULL ||
	    asked->speed != NULL)
		return command_wrong(command, _("a document takes --incident, --format, "
		    "--as-known, --compare, --lang and --out; ranges and the screen go without "
		    "them"));
	asked->story.incident = asked->incident;
	asked->story.as_known = asked->paper.at != NULL;
	asked->paper.name = "replay";
	asked->paper.config = asked->config;
	asked->paper.ledger = asked->ledger;
	asked->paper.make = document_make;
	asked->paper.arg = asked;
	return report_paper_run(command, &asked->paper);
}

static enum err
take_document(struct asked *asked, int got, const char *value, struct why *why)
{
	asked->document = true;
	switch (got) {
	case OPTION_FORMAT:   return report_paper_formats(value, &asked->paper, why);
	case OPTION_LANG:     return filing_languages_read(value, &asked->paper.order, why);
	case OPTION_AS_KNOWN: asked->paper.at = value; break;
	case OPTION_COMPARE:  asked->story.compare = value; break;
	case OPTION_OUT:      asked->paper.folder = value; break;
	default:              asked->paper.force = true; break;
	}
	return ERR_OK;
}

static int
replay_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .text = false };
	struct report_source source;
	struct telling telling = { .asked = &asked, .source = &source };
	struct why why = { .err = ERR_OK };
	const char *value;
	int got, code;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_TEXT_ONLY: asked.text = true; break;
		case OPTION_BOTH:      asked.both = true; break;
		case OPTION_JSON:      asked.json = true; break;
		case OPTION_FROM:      asked.from = value; break;
		case OPTION_TO:        asked.to = value; break;
		case OPTION_CONFIG:    asked.config = value; break;
		case OPTION_LEDGER:    asked.ledger = value; break;
		case OPTION_SPEED:     asked.speed = value; break;
		case OPTION_INCIDENT:
			asked.number = value;
			asked.has_incident = true;
			if (!number_read(value, &asked.incident))
				return command_wrong(command,
				    _("--incident takes a number, not \"%s\""),
				    value);
			break;
		default:
			if (take_document(&asked, got, value, &why) != ERR_OK)
				return command_wrong(command, "%s", why.text);
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	if (asked.document)
		return document_run(command, &asked);
	if (!asked.text && !asked.json)
		return screen_run(command, &asked);
	if (report_open(&source, asked.config, NULL, asked.ledger, &why) != ERR_OK)
		return command_failed(command, &why);
	timeline_text_begin(&telling.text, &source, asked.json, asked.both);
	code = tell(command, &telling);
	timeline_text_free(&telling.text);
	free(telling.member);
	report_close(&source);
	return code;
}

const struct command command_replay = {
	.name = "replay",
	.usage = "",
	.summary = N_("play a range on the screen, or tell its timeline as text"),
	.about = N_("Every line names the record it came from. Each BELIEF of the range is made "
	    "again "
	    "from the\nrecords; the header says whether all were reproduced, and the exit code is "
	    "1 if "
	    "one was not.\nTIME is \"2026-11-20 09:15\" (JST), RFC 3339, @SECONDS or -2h.\n"
	    "With --format one incident is told as a document, with a drawn timeline: what "
	    "--as-known TIME knew of it, or\nwhat is known since; --compare puts two moments "
	    "beside each other, exit code 1 if they differ."),
	.options = options,
	.run = replay_run,
};
