/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori drill score": how long it took in an exercise to acknowledge, to freeze the first
 * report and to restore, each against the goal of the scenario, which is read from the ledger
 * itself.  Times are those of the ledger; those of a faster exercise count as many times as long.
 */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/correct.h"
#include "monitor/state/describe.h"
#include "monitor/state/drill.h"
#include "reports/drill_score.h"

enum { OPTION_CONFIG, OPTION_LEDGER, OPTION_JSON };

static const struct command_option options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("configuration of the exercise") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("its ledger file, or a copy of it") },
	[OPTION_JSON]   = { "json", 'j', NULL, N_("machine-readable output") },
	{ NULL, 0, NULL, NULL },
};

static const char *const goal_names[SCORE_GOALS] = { N_("acknowledged"), N_("first report"),
	N_("restored") };
static const char *const goal_keys[SCORE_GOALS] = { "acknowledge", "report", "restore" };
static const char *const grade_names[] = { [SCORE_NO_GOAL] = N_("no goal"),
	[SCORE_MET] = N_("met"), [SCORE_MISSED] = N_("MISSED"), [SCORE_OPEN] = N_("still open") };
static const char *const grade_keys[] = { [SCORE_NO_GOAL] = "no-goal", [SCORE_MET] = "met",
	[SCORE_MISSED] = "missed", [SCORE_OPEN] = "open" };

/* --- what happened ------------------------------------------------------------------------ */

static bool
is_part(const struct state *state, uint64_t id, uint64_t of)
{
	for (unsigned depth = 0; id != 0 && depth < 64; depth++) {
		const struct incident *incident = state_incident(state, id);

		if (id == of)
			return true;
		id = incident != NULL ? incident->absorbed_by : 0;
	}
	return false;
}

/* The incident the scenario made: of those that stand for themselves the one with most of it. */
static const struct incident *
find_incident(const struct state *state)
{
	const struct incident *best = NULL;

	for (uint32_t i = 0; i < state->incidents; i++) {
		const struct incident *one = &state->incident[i];

		if (one->absorbed_by == 0 && (best == NULL || one->members > best->members))
			best = one;
	}
	return best;
}

static void
earliest(int64_t *ms, int64_t at_ms)
{
	if (at_ms != 0 && (*ms == 0 || at_ms < *ms))
		*ms = at_ms;
}

/* The first record of that kind about the incident, or what became part of it. */
static enum err
first_record(struct report_source *source, const struct state *state, enum record_kind kind,
    uint64_t incident, int64_t *at_ms, struct why *why)
{
	uint64_t from = 0, seq;
	struct record record;
	enum err err = ERR_OK;

	while (*at_ms == 0 && (err = ledger_next(source->ledger, kind, from, &seq, why)) ==
	    ERR_OK) {
		err = ledger_read(source->ledger, seq, &record, why);
		if (err != ERR_OK)
			return err;
		from = seq + 1;
		if (kind == RECORD_FILING && record.filing.paper_edition > 0 &&
		    is_part(state, record.filing.incident, incident))
			*at_ms = record.recorded_ms;
		if (kind == RECORD_OPERATOR && record.operator.act == ACT_ACK &&
		    is_part(state, record.operator.incident, incident))
			*at_ms = record.recorded_ms;
	}
	return *at_ms != 0 || err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* --- against the goals -------------------------------------------------------------------- */

static void
grade(struct score_goal *goal, int64_t goal_ms, int64_t since_ms, int64_t at_ms, int64_t now_ms,
    uint64_t speed)
{
	int64_t took_ms = ((at_ms != 0 ? at_ms : now_ms) - since_ms) * (int64_t)speed;

	*goal = (struct score_goal){ .goal_ms = goal_ms, .at_ms = at_ms,
	    .took_ms = took_ms < 0 ? 0 : took_ms };
	if (goal_ms == 0)
		goal->grade = SCORE_NO_GOAL;
	else if (goal->took_ms > goal_ms)
		goal->grade = SCORE_MISSED;
	else
		goal->grade = at_ms != 0 ? SCORE_MET : SCORE_OPEN;
}

static enum err
scenario_find(struct report_source *source, const struct plan *plan, struct drill **out,
    struct why *why)
{
	struct buffer octets = { .max = 0 };
	struct hash hash;
	enum err err = ERR_NOT_FOUND;

	for (uint32_t i = 0; i < plan->documents && err == ERR_NOT_FOUND; i++)
		if (strcmp(plan->document[i].id, DRILL_DOCUMENT) == 0)
			err = hex_read(plan->document[i].hash, hash.at, HASH_LEN);
	if (err == ERR_OK)
		err = ledger_blob(source->shelf, hash, &octets, why);
	else
		why_set(why, ERR_NOT_FOUND, _("the plan of this exercise names no scenario"));
	if (err == ERR_OK)
		err = drill_read(bytes_of_buffer(&octets), "scenario", out, why);
	buffer_free(&octets);
	return err;
}

enum err
drill_score(struct report_source *source, struct score *score, struct why *why)
{
	uint64_t size = ledger_size(source->ledger);
	const struct incident *incident;
	const struct state *state;
	int64_t since_ms, at_ms[SCORE_GOALS] = { 0 };
	enum err err = replay_to_size(source->replay, size, why);

	*score = (struct score){ .size = size };
	if (err != ERR_OK)
		return err;
	state = replay_state(source->replay);
	if (!ledger_drill(source->ledger) || state->plan == NULL || state->plan->drill[0] == '\0')
		return why_set(why, ERR_INVALID, _("%.300s is not the ledger of an exercise"),
		    source->path);
	err = scenario_find(source, state->plan, &score->drill, why);
	incident = find_incident(state);
	if (err != ERR_OK || incident == NULL)
		return err != ERR_OK ? err : why_set(why, ERR_NOT_FOUND,
		    _("no incident was opened yet in this exercise"));
	score->state = state;
	score->incident = incident;
	since_ms = incident_occurred_ms(incident);
	at_ms[SCORE_RESTORE] = incident_restored_ms(incident);
	earliest(&since_ms, incident->occurred_ms);
	err = first_record(source, state, RECORD_OPERATOR, incident->id,
	    &at_ms[SCORE_ACKNOWLEDGE], why);
	if (err == ERR_OK)
		err = first_record(source, state, RECORD_FILING, incident->id,
		    &at_ms[SCORE_REPORT], why);
	score->since_ms = since_ms;
	for (int i = 0; i < SCORE_GOALS && err == ERR_OK; i++)
		grade(&score->goal[i], i == SCORE_ACKNOWLEDGE ? score->drill->acknowledge_ms :
		    i == SCORE_REPORT ? score->drill->report_ms : score->drill->restore_ms,
		    since_ms, at_ms[i], state->now_ms, score->drill->speed);
	return err;
}

int
drill_score_code(const struct score *score)
{
	int code = EXIT_FINE;

	for (int i = 0; i < SCORE_GOALS; i++) {
		if (score->goal[i].grade == SCORE_MISSED)
			return EXIT_FINDING;
		if (score->goal[i].grade == SCORE_OPEN)
			code = EXIT_UNKNOWN;
	}
	return code;
}

/* --- printing ----------------------------------------------------------------------------- */

static void
print_text(const struct score *score)
{
	bool japanese = strcmp(i18n_language(), "ja") == 0;
	struct buffer what = { .max = 0 };
	char since[TIME_TEXT];

	incident_describe(score->incident, &what);
	time_jst_s(score->since_ms, since);
	printf(_("DRILL      %s: %s\n"), score->drill->id,
	    japanese ? score->drill->title_ja : score->drill->title);
	printf(_("incident   %" PRIu64 ": %s, from %s\n"), score->incident->id, buffer_text(&what),
	    since);
	if (score->drill->speed > 1)
		printf(_("speed      %" PRIu64 " times: what took a second counts as so many\n"),
		    score->drill->speed);
	for (int i = 0; i < SCORE_GOALS; i++) {
		const struct score_goal *goal = &score->goal[i];
		char took[TIME_TEXT], wanted[TIME_TEXT] = "-";

		duration_text(goal->took_ms / 1000 * 1000, took);
		if (goal->goal_ms != 0)
			duration_text(goal->goal_ms, wanted);
		printf(_("%s: after %s%s, goal %s: %s\n"), _(goal_names[i]), took,
		    goal->at_ms == 0 ? _(" not yet") : "", wanted, _(grade_names[goal->grade]));
	}
	buffer_free(&what);
}

static json_t *
goal_json(const struct score_goal *goal)
{
	json_t *object = json_object();
	char at[TIME_TEXT];

	time_utc(goal->at_ms, at);
	json_object_set_new(object, "at", goal->at_ms != 0 ? json_string(at) : json_null());
	json_object_set_new(object, "took_ms", json_integer(goal->took_ms));
	json_object_set_new(object, "goal_ms", goal->goal_ms != 0 ?
	    json_integer(goal->goal_ms) : json_null());
	json_object_set_new(object, "grade", json_string(grade_keys[goal->grade]));
	return object;
}

static void
print_json(const struct score *score)
{
	json_t *object = json_object();
	char since[TIME_TEXT];

	time_utc(score->since_ms, since);
	json_object_set_new(object, "drill", json_string(score->drill->id));
	json_object_set_new(object, "origin", json_string(score->state->origin));
	json_object_set_new(object, "size", json_integer((json_int_t)score->size));
	json_object_set_new(object, "incident", json_integer((json_int_t)score->incident->id));
	json_object_set_new(object, "since", json_string(since));
	json_object_set_new(object, "speed", json_integer((json_int_t)score->drill->speed));
	for (int i = 0; i < SCORE_GOALS; i++)
		json_object_set_new(object, goal_keys[i], goal_json(&score->goal[i]));
	json_object_set_new(object, "exit", json_integer(drill_score_code(score)));
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
}

static int
score_run(const struct command *command, int argc, char **argv)
{
	const char *value, *config = NULL, *ledger = NULL;
	struct report_source source;
	struct why why = { .err = ERR_OK };
	struct score score = { .size = 0 };
	bool json = false;
	int got, code;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		ledger = got == OPTION_LEDGER ? value : ledger;
		json = json || got == OPTION_JSON;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc || (config == NULL && ledger == NULL))
		return command_wrong(command,
		    _("say which exercise: --ledger FILE, or -c of its configuration"));
	if (report_open(&source, config, NULL, ledger, &why) != ERR_OK)
		return command_failed(command, &why);
	if (drill_score(&source, &score, &why) != ERR_OK) {
		code = why.err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	} else {
		json ? print_json(&score) : print_text(&score);
		code = drill_score_code(&score);
	}
	drill_free(score.drill);
	report_close(&source);
	return code;
}

const struct command command_drill_score = {
	.name = "drill score",
	.usage = "",
	.summary = N_("how an exercise went, against the goals of its scenario"),
	.about = N_("Time from the first failure to the acknowledgement, to the first frozen "
	    "report, to the restoration.\nExit code 1 if a goal was missed, 3 if one is still "
	    "open."),
	.options = options,
	.run = score_run,
};
