/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers for a pipe over a real ledger in a folder of its own: what status counts and which
 * code it gives, what a replay tells, and that a false BELIEF is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/place.h"
#include "monitor/state/describe.h"
#include "reports/report_status.h"
#include "reports/report_timeline.h"
#include "tests/unit/small_plan.h"

static const int64_t start_ms = 1700000000000;

struct shelf {
	char              dir[64], path[80];
	struct ledger    *ledger;
	struct small_blob blob;
	struct state     *state;	/* folded beside it, for BELIEF records */
	int64_t           now_ms;
};

static void
put(struct shelf *s, struct record record)
{
	struct blob_source source = { .get = small_get, .arg = &s->blob };
	struct why why = { .text = "" };
	enum err err;

	s->now_ms += 100;
	record.recorded_ms = s->now_ms;
	if (record.observed_ms == 0)
		record.observed_ms = s->now_ms;
	err = ledger_add(s->ledger, &record, &why);
	if (err != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(ledger_commit(s->ledger, &why), ERR_OK);
	/* What was recorded counts, not what was meant. */
	assert_int_equal(ledger_read(s->ledger, s->state->size, &record, &why), ERR_OK);
	assert_int_equal(fold_apply(s->state, &record, ERR_OK, &source, &why), ERR_OK);
}

static void
put_observations(struct shelf *s, uint64_t target, enum outcome outcome, int count)
{
	for (int i = 0; i < count; i++) {
		struct record record = small_observation(target, outcome, 0);

		record.observed_ms = s->now_ms;
		put(s, record);
	}
}

static void
put_belief(struct shelf *s, bool honest, uint64_t version)
{
	struct record record = { .kind = RECORD_BELIEF, .role = ROLE_ENGINE };

	record.belief.size = s->state->size;
	record.belief.fold_version = version;
	record.belief.facts = state_hash(s->state);
	if (!honest)
		record.belief.facts.at[31] ^= 1;
	put(s, record);
}

/* Said by an operator, with its value beside the tree. */
static void
put_note(struct shelf *s, uint64_t incident, enum act act, const char *text)
{
	struct record record = { .kind = RECORD_OPERATOR, .role = ROLE_ENGINE };
	uint8_t salt[32] = { 7 };
	struct why why;

	record.operator.act = act;
	record.operator.author = bytes_of_text("alice");
	record.operator.incident = incident;
	record.operator.text = secret_commit(bytes_of(salt, 32), bytes_of_text(text));
	assert_int_equal(ledger_add_value(s->ledger, bytes_of(salt, 32), bytes_of_text(text), &why),
	    ERR_OK);
	put(s, record);
}

static void
shelf_open(struct shelf *s)
{
	struct record key = { .kind = RECORD_KEY, .role = ROLE_LEDGER };
	struct plan *plan = small_plan();
	struct record config;
	struct hash hash;
	struct why why = { .text = "" };

	*s = (struct shelf){ .state = state_new(), .now_ms = start_ms };
	snprintf(s->dir, sizeof(s->dir), "/tmp/sekimori-test-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/ledger.db", s->dir);
	assert_int_equal(ledger_create(s->path, &why), ERR_OK);
	if (ledger_open(&s->ledger, s->path, LEDGER_WRITE, &why) != ERR_OK)
		fail_msg("%s", why.text);
	key.key.origin = bytes_of_text("test.example/ledger");
	key.key.verifier = bytes_of_text("test.example/ledger+00000000+AQ==");
	put(s, key);
	config = small_config(plan, &s->blob, 0);
	assert_int_equal(ledger_add_blob(s->ledger, bytes_of_buffer(&s->blob.octets), &hash, &why),
	    ERR_OK);
	put(s, config);
	plan_free(plan);
	put(s, small_self(ROLE_WORKER, 0));
}

static void
shelf_close(struct shelf *s)
{
	char command[160];

	if (s->ledger != NULL)
		ledger_close(s->ledger);
	state_free(s->state);
	buffer_free(&s->blob.octets);
	/* Names are ours: ledger.db and what lies beside it. */
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", ".lock", NULL };
	    *end != NULL; end++) {
		snprintf(command, sizeof(command), "%s%s", s->path, *end);
		unlink(command);
	}
	assert_int_equal(rmdir(s->dir), 0);
}

static struct status
status_of(const struct shelf *s)
{
	struct status status = { .live = true, .now_ms = s->now_ms, .newest_ms = s->now_ms,
	    .size = s->state->size };

	status_make(&status, s->state);
	return status;
}

static void
nothing_seen_is_unknown_not_well(void **unused)
{
	struct shelf s;
	struct status status;

	(void)unused;
	shelf_open(&s);
	status = status_of(&s);
	assert_int_equal(status.targets, SMALL_TARGETS);
	assert_int_equal(status.unknown, SMALL_TARGETS);
	assert_int_equal(status_code(&status), EXIT_UNKNOWN);
	status_free(&status);
	shelf_close(&s);
}

static void
codes_follow_the_worst(void **unused)
{
	struct shelf s;
	struct status status;

	(void)unused;
	shelf_open(&s);
	for (uint64_t id = 1; id <= SMALL_TARGETS; id++)
		put_observations(&s, id, OUTCOME_UP, 3);
	status = status_of(&s);
	assert_int_equal(status.proven, SMALL_TARGETS);
	assert_int_equal(status_code(&status), EXIT_FINE);
	/* All well, and nobody has recorded anything since. */
	status.freshness = STALE;
	assert_int_equal(status_code(&status), EXIT_UNKNOWN);
	status_free(&status);

	put_observations(&s, 2, OUTCOME_DEGRADED, 3);
	status = status_of(&s);
	assert_int_equal(status.failed, 1);
	assert_int_equal(status_code(&status), EXIT_FINDING);
	/* By function and site: control/tokyo has one, switching/tokyo two. */
	assert_int_equal(status.shares, FUNCTION_COUNT);
	assert_int_equal(status.share[FUNCTION_SWITCHING].targets, 2);
	assert_int_equal(status.share[FUNCTION_SWITCHING].degraded, 1);
	assert_int_equal(status.share[FUNCTION_SWITCHING].proven, 1);
	assert_int_equal(status.share[FUNCTION_CONTROL].proven, 1);
	assert_int_equal(status.share[FUNCTION_OAM].targets, 0);
	status_free(&status);

	/* The worker died: unknown, with an open gap. */
	{
		struct record gap = { .kind = RECORD_GAP, .role = ROLE_LEDGER };

		put_observations(&s, 2, OUTCOME_UP, 5);
		gap.gap.role = ROLE_WORKER;
		gap.gap.from = gap.gap.to = s.now_ms;
		gap.gap.reason = bytes_of_text("killed\x1b[31m");
		put(&s, gap);
	}
	status = status_of(&s);
	assert_int_equal(status.unknown, SMALL_TARGETS);
	assert_int_equal(status.open_gaps, 1);
	assert_int_equal(status_code(&status), EXIT_UNKNOWN);
	status_free(&status);
	shelf_close(&s);
}

static void
the_page_says_all_of_it(void **unused)
{
	struct buffer text = { .max = 0 }, json = { .max = 0 };
	struct record gap = { .kind = RECORD_GAP, .role = ROLE_LEDGER };
	struct shelf s;
	struct status status;
	json_t *object, *incident;

	(void)unused;
	shelf_open(&s);
	for (uint64_t id = 1; id <= SMALL_TARGETS; id++)
		put_observations(&s, id, OUTCOME_UP, 3);
	put_observations(&s, 1, OUTCOME_DOWN, 2);
	assert_int_equal(state_open_incidents(s.state), 1);
	put_note(&s, s.state->incident[0].id, ACT_ACK, "seen");
	gap.gap.role = ROLE_FETCH;
	gap.gap.from = gap.gap.to = s.now_ms;
	gap.gap.reason = bytes_of_text("killed\x1b[31m");
	put(&s, gap);
	status = status_of(&s);
	status_print_text(&status, "/x/ledger.db", &text);
	assert_non_null(strstr(buffer_text(&text), "test carrier  live "));
	assert_non_null(strstr(buffer_text(&text), "test.example/ledger"));
	assert_non_null(strstr(buffer_text(&text), "OPEN INCIDENTS  1"));
	assert_non_null(strstr(buffer_text(&text), "instance amf-1, site tokyo, 1 targets"));
	assert_non_null(strstr(buffer_text(&text), "acknowledged by alice"));
	assert_non_null(strstr(buffer_text(&text), "GAPS  1 open"));
	assert_non_null(strstr(buffer_text(&text), "nobody outside vouches"));
	assert_non_null(strstr(buffer_text(&text), "killed\\x1b[31m"));
	assert_null(strchr(buffer_text(&text), '\x1b'));
	status_print_json(&status, "/x/ledger.db", &json);
	object = json_loadb((const char *)json.at, json.len, 0, NULL);
	assert_non_null(object);
	assert_int_equal(json_integer_value(json_object_get(object, "exit")), EXIT_FINDING);
	assert_int_equal(json_integer_value(json_object_get(object, "failed")), 1);
	incident = json_array_get(json_object_get(object, "incidents"), 0);
	assert_string_equal(json_string_value(json_object_get(incident, "instance")), "amf-1");
	assert_string_equal(json_string_value(json_object_get(incident, "acknowledged_by")),
	    "alice");
	assert_int_equal(json_array_size(json_object_get(object, "shares")), 2);
	json_decref(object);
	status_free(&status);
	buffer_free(&text);
	buffer_free(&json);
	shelf_close(&s);
}

static void
age_is_judged_by_both_clocks(void **unused)
{
	static const struct { int64_t wall, recorded, step, age; bool sure; } row[] = {
		{ 100000, 99000, 0, 1000, true },		/* fresh */
		{ 100000, 50000, 0, 50000, true },		/* stale */
		{ 99500, 100000, 0, -500, true },		/* rounding of two clocks */
		{ 50000, 100000, 0, -50000, false },		/* a record of the future */
		/* The wall clock was stepped an hour ahead; the ledger slews behind it. */
		{ 3700000, 99000, 3600000, 1000, false },
		/* Stopped long ago, whatever the clock did. */
		{ 100000000, 99000, 3600000, 96301000, true },
		/* Stepped an hour back. */
		{ 100000, 3699000, -3600000, 1000, false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int64_t age;

		assert_int_equal(status_age(row[i].wall, row[i].recorded, row[i].step, 12000, &age),
		    row[i].sure);
		if (row[i].sure)
			assert_int_equal(age, row[i].age);
	}
}

struct told { struct buffer lines; unsigned count; struct report_source *source; bool stop; };

static bool
on_told(void *arg, const struct state *state, const struct transition *t)
{
	struct told *told = arg;

	told->count++;
	transition_describe(state, t, &told->lines);
	if (!hash_is_zero(t->text))
		report_said(told->source, t->text, &told->lines);
	buffer_put_u8(&told->lines, '\n');
	return !told->stop;
}

static void
a_walk_tells_and_checks_every_belief(void **unused)
{
	struct report_source source;
	struct told told = { .source = &source };
	struct walk walk = { .each = on_told, .arg = &told };
	struct why why = { .text = "" };
	struct shelf s;

	(void)unused;
	shelf_open(&s);
	for (uint64_t id = 1; id <= SMALL_TARGETS; id++)
		put_observations(&s, id, OUTCOME_UP, 3);
	put_belief(&s, true, FOLD_VERSION);
	put_observations(&s, 1, OUTCOME_DOWN, 2);
	put_note(&s, s.state->incident[0].id, ACT_NOTE, "called\x1b them");
	put_belief(&s, false, FOLD_VERSION);
	put_belief(&s, false, FOLD_VERSION + 1);
	put_observations(&s, 1, OUTCOME_UP, 3);
	ledger_close(s.ledger);
	s.ledger = NULL;

	if (report_open(&source, NULL, NULL, s.path, &why) != ERR_OK)
		fail_msg("%s", why.text);
	walk.to = ledger_size(source.ledger);
	assert_int_equal(walk_run(&walk, &source, &why), ERR_OK);
	assert_int_equal(walk.beliefs, 3);
	assert_int_equal(walk.belief[0].outcome, BELIEF_REPRODUCED);
	assert_int_equal(walk.belief[1].outcome, BELIEF_MISMATCH);
	assert_int_equal(walk.belief[2].outcome, BELIEF_OTHER_VERSION);
	assert_true(hash_equal(state_hash(walk.end), state_hash(s.state)));
	assert_int_equal(told.count, s.state->timeline_total);
	{
		const char *text = buffer_text(&told.lines);
		const char *down = strstr(text, "amf-1-tcp (tcp) of amf-1, site tokyo: up -> down");
		const char *opened = strstr(text, " opened: instance amf-1, site tokyo");
		const char *noted = strstr(text,
		    " noted by alice: instance amf-1, site tokyo\"called\\x1b them\"");
		const char *up = strstr(text, "amf-1-tcp (tcp) of amf-1, site tokyo: down -> up");
		const char *resolved = strstr(text, " resolved");

		assert_non_null(down);
		assert_true(opened > down && noted > opened && up > noted && resolved > up);
		assert_non_null(strstr(down, "the peer refused"));
	}
	walk_free(&walk);

	/* From the middle, and stopped by its reader: the state at the beginning is right all the same. */
	buffer_reset(&told.lines);
	told.count = 0;
	told.stop = true;
	walk = (struct walk){ .each = on_told, .arg = &told, .from = 13,
	    .to = ledger_size(source.ledger) };
	assert_int_equal(walk_run(&walk, &source, &why), ERR_OK);
	assert_int_equal(told.count, 1);
	assert_non_null(strstr(buffer_text(&told.lines), "up -> down"));
	walk_free(&walk);
	report_close(&source);
	buffer_free(&told.lines);
	shelf_close(&s);
}

static void
an_erased_value_is_withheld(void **unused)
{
	struct report_source source;
	struct buffer said = { .max = 0 };
	struct why why = { .text = "" };
	struct hash text;
	struct shelf s;

	(void)unused;
	shelf_open(&s);
	put_note(&s, 0, ACT_NOTE, "secret");
	text = s.state->timeline[s.state->timelines - 1].text;
	assert_false(hash_is_zero(text));
	assert_int_equal(report_open(&source, NULL, NULL, s.path, &why), ERR_OK);
	report_said(&source, text, &said);
	assert_string_equal(buffer_text(&said), "\"secret\"");
	assert_int_equal(ledger_erase(s.ledger, text, &why), ERR_OK);
	buffer_reset(&said);
	report_said(&source, text, &said);
	assert_string_equal(buffer_text(&said), "(withheld)");
	report_close(&source);
	buffer_free(&said);
	shelf_close(&s);
}

static void
a_missing_ledger_is_said(void **unused)
{
	struct report_source source;
	struct why why;

	(void)unused;
	assert_int_equal(report_open(&source, NULL, NULL, "/nonexistent/ledger.db", &why),
	    ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "--ledger FILE"));
}

static void
the_state_folder_is_found(void **unused)
{
	static const char text[] = "monitor = { name = \"x\"; state = \"/srv/elsewhere\"; };\n";
	char path[] = "/tmp/sekimori-place-XXXXXX";
	struct place place;
	struct why why;
	int fd = mkstemp(path);

	(void)unused;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	assert_int_equal(place_find(&place, path, NULL, &why), ERR_OK);
	assert_string_equal(place.ledger, "/srv/elsewhere/ledger.db");
	assert_int_equal(place_find(&place, path, "/srv/said", &why), ERR_OK);
	assert_string_equal(place.state, "/srv/said");
	assert_string_equal(place.cache, "/srv/said/cache");
	assert_int_equal(file_write(path, bytes_of_text("monitor = { state = 5; };"), 0600, &why),
	    ERR_OK);
	assert_int_equal(place_find(&place, path, NULL, &why), ERR_INVALID);
	unlink(path);
	/* Named and not there is a fault; a default that is not there is none. */
	assert_int_equal(place_find(&place, path, NULL, &why), ERR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_seen_is_unknown_not_well),
		cmocka_unit_test(codes_follow_the_worst),
		cmocka_unit_test(the_page_says_all_of_it),
		cmocka_unit_test(age_is_judged_by_both_clocks),
		cmocka_unit_test(a_walk_tells_and_checks_every_belief),
		cmocka_unit_test(an_erased_value_is_withheld),
		cmocka_unit_test(a_missing_ledger_is_said),
		cmocka_unit_test(the_state_folder_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
