/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What status and replay say of the judgement, over the ledger of the golden screens: counts, the
 * exit code of a contradiction, waivers that end, packs set aside, and every verdict that changed
 * with the record that changed it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <jansson.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe_judged.h"
#include "reports/report_status.h"
#include "reports/report_timeline.h"
#include "tests/screens/ledger.h"

enum { UDM = 11 };			/* the target that moves, by its place in the plan */

struct shelf {
	char         folder[64], path[96];
	struct story story;
};

static int
setup(void **state)
{
	struct shelf *s = memory_new(1, sizeof(*s));
	struct why why = { 0 };

	snprintf(s->folder, sizeof(s->folder), "/tmp/sekimori-judged.XXXXXX");
	if (mkdtemp(s->folder) == NULL)
		return -1;
	snprintf(s->path, sizeof(s->path), "%s/ledger.db", s->folder);
	story_must(ledger_create(s->path, &why), &why);
	story_must(ledger_open(&s->story.ledger, s->path, LEDGER_WRITE, &why), &why);
	s->story.now_ms = story_time(0);
	story_begin(&s->story);
	story_minutes(&s->story, 1, 3);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct shelf *s = *state;

	ledger_close(s->story.ledger);
	signing_key_free(s->story.key);
	plan_free(s->story.plan);
	story_leave_copy(s->path);
	unlink(s->path);
	rmdir(s->folder);
	free(s);
	return 0;
}

/* The page as it is now, with its code; the ledger as it stands. */
static int
page(struct shelf *s, bool json, struct buffer *out)
{
	struct report_source source;
	struct status status = { .live = true, .freshness = FRESH };
	struct why why = { 0 };
	struct state *shown;
	int code;

	story_must(ledger_commit(s->story.ledger, &why), &why);
	story_must(report_open(&source, NULL, NULL, s->path, &why), &why);
	story_must(replay_to_size(source.replay, ledger_size(source.ledger), &why), &why);
	shown = state_copy(replay_state(source.replay));
	fold_look(shown, s->story.now_ms);
	status.now_ms = s->story.now_ms;
	status.size = shown->size;
	status_make(&status, shown);
	buffer_reset(out);
	if (json)
		status_print_json(&status, s->path, out);
	else
		status_print_text(&status, s->path, out);
	code = status_code(&status);
	status_free(&status);
	state_free(shown);
	report_close(&source);
	return code;
}

static void
says(const struct buffer *text, const char *wanted, bool there)
{
	struct buffer copy = *text;

	if ((strstr(buffer_text(&copy), wanted) != NULL) != there)
		fail_msg("\"%s\" %s:\n%s", wanted, there ? "is not there" : "is there",
		    buffer_text(&copy));
}

/* Only a contradiction that is neither met nor waived changes the code. */
static void
a_contradiction_is_a_finding(void **state)
{
	struct shelf *s = *state;
	struct buffer text = { 0 };
	uint64_t waiver;

	/* RU-6 is not met from the first, RU-12 unknown: that is the business of "controls". */
	assert_int_equal(page(s, false, &text), EXIT_FINE);
	says(&text, "CONTROLS  X not met 1, ? unknown 2 (1 not decidable), w waived 0, . met 5, "
	    "- not applicable 1\n", true);
	says(&text, "CONTRADICTION", false);
	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	assert_int_equal(page(s, false, &text), EXIT_FINDING);
	says(&text, "  CONTRADICTION  PR-LOC-SEEN for target:udm-1-sbi: not met since 2026-11-20 "
	    "09:01:02 JST, record #24\n", true);
	waiver = story_waive(&s->story, 0, 0, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	assert_int_equal(page(s, false, &text), EXIT_FINDING);
	says(&text, "ends soon", false);
	/* Nobody agrees to what he asked for himself. */
	story_waive(&s->story, 1, waiver, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	assert_int_equal(page(s, false, &text), EXIT_FINDING);
	story_waive(&s->story, 1, waiver, "suzuki", "PR-LOC-SEEN", "target:udm-1-sbi");
	assert_int_equal(page(s, false, &text), EXIT_FINE);
	says(&text, "CONTRADICTION", false);
	says(&text, "  ends soon      waiver 25 of PR-LOC-SEEN for target:udm-1-sbi: agreed by "
	    "suzuki, until 2026-11-27 09:00:00 JST\n", true);
	story_waive(&s->story, 3, waiver, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	assert_int_equal(page(s, false, &text), EXIT_FINDING);
	says(&text, "ends soon", false);
	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "jp-east");
	assert_int_equal(page(s, false, &text), EXIT_FINE);
	buffer_free(&text);
}

static void
json_says_the_same(void **state)
{
	struct shelf *s = *state;
	struct buffer text = { 0 };
	json_t *whole, *controls, *one;
	uint64_t waiver;

	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	waiver = story_waive(&s->story, 0, 0, "tanaka", "RU-6", "function:oam");
	story_waive(&s->story, 1, waiver, "suzuki", "RU-6", "function:oam");
	assert_int_equal(page(s, true, &text), EXIT_FINDING);
	whole = json_loads(buffer_text(&text), 0, NULL);
	assert_non_null(whole);
	controls = json_object_get(whole, "controls");
	one = json_object_get(controls, "counts");
	assert_int_equal(json_integer_value(json_object_get(one, "not-met")), 1);
	assert_int_equal(json_integer_value(json_object_get(one, "waived")), 1);
	assert_int_equal(json_integer_value(json_object_get(one, "unknown")), 2);
	assert_int_equal(json_integer_value(json_object_get(one, "met")), 4);
	assert_int_equal(json_integer_value(json_object_get(controls, "not_decidable")), 1);
	one = json_array_get(json_object_get(controls, "contradictions"), 0);
	assert_string_equal(json_string_value(json_object_get(one, "control")), "PR-LOC-SEEN");
	assert_string_equal(json_string_value(json_object_get(one, "subject")), "target:udm-1-sbi");
	assert_int_equal(json_integer_value(json_object_get(one, "record")), 24);
	one = json_array_get(json_object_get(controls, "waivers_ending"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "waiver")), waiver);
	assert_string_equal(json_string_value(json_object_get(one, "agreed_by")), "suzuki");
	assert_int_equal(json_array_size(json_object_get(controls, "packs_set_aside")), 0);
	assert_int_equal(json_integer_value(json_object_get(whole, "exit")), EXIT_FINDING);
	json_decref(whole);
	buffer_free(&text);
}

/* Another plan comes into force: with a pack nobody kept, or with none at all. */
static void
reconfigure(struct shelf *s, bool pack)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("reload"), .targets = STORY_TARGETS } };
	struct buffer blob = { 0 };
	struct why why = { 0 };

	s->story.plan->packs = pack ? STORY_PACKS : 0;
	if (pack)
		s->story.plan->pack[1].hash =
		    "0000000000000000000000000000000000000000000000000000000000000001";
	plan_encode(&blob, s->story.plan);
	story_must(ledger_add_blob(s->story.ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_add(&s->story, &config);
	buffer_free(&blob);
}

static void
packs_that_are_not_there(void **state)
{
	struct shelf *s = *state;
	struct buffer text = { 0 };

	reconfigure(s, true);
	page(s, false, &text);
	says(&text, "  a pack was set aside: ", true);
	says(&text, "X not met 0", true);
	page(s, true, &text);
	says(&text, "\"fault\": \"", true);
	reconfigure(s, false);
	page(s, false, &text);
	says(&text, "CONTROLS  no control pack is in force\n", true);
	page(s, true, &text);
	says(&text, "\"controls\": null", true);
	buffer_free(&text);
}

/* --- replay ------------------------------------------------------------------------------- */

struct told { struct buffer lines; unsigned transitions, stop_after, calls; };

static bool
on_transition(void *arg, const struct state *state, const struct transition *transition)
{
	struct told *told = arg;

	(void)state;
	told->transitions++;
	buffer_print(&told->lines, "#%" PRIu64 " transition\n", transition->seq);
	return true;
}

static bool
on_waived(void *arg, const struct state *state, const struct waiver *waiver, enum waiver_step step)
{
	struct told *told = arg;

	(void)state;
	waiver_describe(waiver, step, &told->lines);
	buffer_put_u8(&told->lines, '\n');
	return true;
}

static bool
on_judged(void *arg, const struct state *state, const struct judged_change *change)
{
	struct told *told = arg;

	(void)state;
	buffer_print(&told->lines, "#%" PRIu64 " ", change->seq);
	judged_change_describe(change, &told->lines);
	buffer_put_u8(&told->lines, '\n');
	return ++told->calls != told->stop_after;
}

static void
walk_all(struct shelf *s, struct told *told, uint64_t from)
{
	struct walk walk = { .each = on_transition, .waived = on_waived, .judged = on_judged,
		.arg = told, .from = from };
	struct report_source source;
	struct why why = { 0 };

	story_must(ledger_commit(s->story.ledger, &why), &why);
	story_must(report_open(&source, NULL, NULL, s->path, &why), &why);
	walk.to = ledger_size(source.ledger);
	story_must(walk_run(&walk, &source, &why), &why);
	walk_free(&walk);
	report_close(&source);
}

static void
a_walk_tells_verdicts_and_waivers(void **state)
{
	struct shelf *s = *state;
	struct told told = { .calls = 0 };
	const char *text, *moved, *asked, *agreed, *waived, *withdrawn;
	uint64_t waiver;

	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	waiver = story_waive(&s->story, 0, 0, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	story_waive(&s->story, 1, waiver, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	story_waive(&s->story, 1, waiver, "suzuki", "PR-LOC-SEEN", "target:udm-1-sbi");
	story_waive(&s->story, 3, waiver, "sato", "PR-LOC-SEEN", "target:udm-1-sbi");
	walk_all(s, &told, 0);
	text = buffer_text(&told.lines);
	assert_non_null(strstr(text, "#3 RU-6 for function:oam: unknown -> not met\n"));
	moved = strstr(text,
	    "#24 PR-LOC-SEEN for target:udm-1-sbi: met -> not met [contradiction]\n");
	asked = strstr(text, "waiver 25 of PR-LOC-SEEN for target:udm-1-sbi: asked for by tanaka");
	agreed = strstr(text, "waiver 25 of PR-LOC-SEEN for target:udm-1-sbi: agreed by suzuki");
	waived = strstr(text, "#27 PR-LOC-SEEN for target:udm-1-sbi: not met -> waived");
	withdrawn = strstr(text,
	    "waiver 25 of PR-LOC-SEEN for target:udm-1-sbi: withdrawn by sato");
	assert_non_null(moved);
	assert_true(asked > moved && agreed > asked && waived > agreed && withdrawn > waived);
	assert_non_null(strstr(withdrawn,
	    "#28 PR-LOC-SEEN for target:udm-1-sbi: waived -> not met"));
	assert_null(strstr(text, "agreed by tanaka"));
	/* From the middle only what is new; a reader that has enough is not told more. */
	buffer_reset(&told.lines);
	walk_all(s, &told, 27);
	assert_null(strstr(buffer_text(&told.lines), "#24 "));
	assert_non_null(strstr(buffer_text(&told.lines), "not met -> waived"));
	buffer_reset(&told.lines);
	told.calls = 0;
	told.stop_after = 1;
	walk_all(s, &told, 0);
	assert_null(strstr(buffer_text(&told.lines), "PR-LOC-SEEN"));
	buffer_free(&told.lines);
}

/* A plan without packs, then with them again: nothing is told twice and nothing is lost. */
static void
a_walk_over_plans_without_packs(void **state)
{
	struct shelf *s = *state;
	struct told told = { .calls = 0 };

	reconfigure(s, false);
	reconfigure(s, true);
	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	walk_all(s, &told, 0);
	assert_int_equal(told.calls, 2);
	assert_non_null(strstr(buffer_text(&told.lines), "#3 RU-6 for function:oam"));
	assert_non_null(strstr(buffer_text(&told.lines), "#26 PR-LOC-SEEN for target:udm-1-sbi"));
	buffer_free(&told.lines);
}

/* --- a copy ------------------------------------------------------------------------------- */

struct folding { struct state *state; struct blob_source blobs; };

static bool
fold_one(void *arg, const struct record *record, struct bytes raw, enum err decoded)
{
	struct folding *folding = arg;
	struct why why = { 0 };

	(void)raw;
	story_must(fold_apply(folding->state, record, decoded, &folding->blobs, &why), &why);
	return true;
}

/* The screen looks at copies: one that goes on is judged as the first would have been. */
static void
a_copy_goes_on_alike(void **state)
{
	struct shelf *s = *state;
	struct report_source source;
	struct hash end;
	struct why why = { 0 };

	story_minutes(&s->story, 3, 3);
	story_fail(&s->story, 4, ERR_UNREACHABLE, "no route to the peer");
	story_see(&s->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	story_minutes(&s->story, 3, 1);
	story_recover(&s->story, 4);
	story_must(ledger_commit(s->story.ledger, &why), &why);
	story_must(report_open(&source, NULL, NULL, s->path, &why), &why);
	story_must(replay_to_size(source.replay, ledger_size(source.ledger), &why), &why);
	end = judgement_hash(replay_state(source.replay));
	for (uint64_t size = 0; size < ledger_size(source.ledger); size++) {
		struct folding folding = { .blobs = report_blobs(&source) };
		struct hash before;

		story_must(replay_to_size(source.replay, size, &why), &why);
		before = judgement_hash(replay_state(source.replay));
		folding.state = state_copy(replay_state(source.replay));
		story_must(ledger_scan(source.shelf, size, ledger_size(source.ledger), fold_one,
		    &folding, &why), &why);
		assert_true(hash_equal(judgement_hash(folding.state), end));
		assert_true(hash_equal(judgement_hash(replay_state(source.replay)), before));
		state_free(folding.state);
	}
	report_close(&source);
}

/* --- strangers ---------------------------------------------------------------------------- */

/* Text of strangers steers no terminal. */
static void
hostile_names_are_escaped(void **state)
{
	struct shelf *s = *state;
	struct told told = { .calls = 0 };

	story_waive(&s->story, 0, 0, "ta\033[2Jnaka", "PR\033-1", "target:\302\233x");
	walk_all(s, &told, 0);
	assert_non_null(strstr(buffer_text(&told.lines), "asked for by ta\\x1b[2Jnaka"));
	assert_null(memchr(told.lines.at, 033, told.lines.len));
	assert_null(strstr(buffer_text(&told.lines), "\302\233"));
	buffer_free(&told.lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_contradiction_is_a_finding, setup, teardown),
		cmocka_unit_test_setup_teardown(json_says_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(packs_that_are_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(a_walk_tells_verdicts_and_waivers, setup, teardown),
		cmocka_unit_test_setup_teardown(a_walk_over_plans_without_packs, setup, teardown),
		cmocka_unit_test_setup_teardown(a_copy_goes_on_alike, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_names_are_escaped, setup, teardown),
	};

	i18n_open("en");
	return cmocka_run_group_tests_name("status_judged", tests, NULL, NULL);
}
