/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The views of the judgement on a ledger that is being written: keys in a token held against the
 * wire, several addresses, waivers through all their steps, packs that cannot be had, hostile
 * text, and more subjects than any window has lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/i18n.h"
#include "tests/screens/ledger.h"
#include "tui/desk.h"
#include "tui/judged.h"
#include "tui/keys.h"

enum { UDM = 11, KEY = STORY_TARGETS };

struct fixture {
	char         folder[64], path[96];
	struct story story;
	struct desk *desk;
	int64_t      mono_ns, wall_ms;
};

static void
pass(struct fixture *f, int64_t ms)
{
	f->mono_ns += ms * 1000000;
	f->wall_ms += ms;
	do
		desk_turn(f->desk, f->mono_ns, f->wall_ms);
	while (f->desk->timeline.goal.kind != GOAL_NONE);
}

/* What was recorded is committed and shown. */
static void
show(struct fixture *f)
{
	struct why why = { 0 };

	story_must(ledger_commit(f->story.ledger, &why), &why);
	pass(f, 3000);
	pass(f, 3000);
}

static void
press(struct fixture *f, const char *keys)
{
	struct bytes script = bytes_of_text(keys);
	struct input input;

	while (keys_next(&script, &input, NULL) == ERR_OK)
		desk_input(f->desk, input);
	pass(f, 10);
}

static void
expect(struct fixture *f, const char *wanted, bool there)
{
	struct buffer text = { 0 };

	desk_draw(f->desk);
	grid_text(&f->desk->grid, &text);
	if ((strstr(buffer_text(&text), wanted) != NULL) != there)
		fail_msg("\"%s\" %s:\n%s", wanted, there ? "is not there" : "is there",
		    buffer_text(&text));
	buffer_free(&text);
}

static int
setup(void **state)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	struct desk_start start = { .state_folder = "/nowhere" };
	struct why why = { 0 };

	snprintf(f->folder, sizeof(f->folder), "/tmp/sekimori-controls.XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/ledger.db", f->folder);
	story_must(ledger_create(f->path, &why), &why);
	story_must(ledger_open(&f->story.ledger, f->path, LEDGER_WRITE, &why), &why);
	f->story.now_ms = story_time(0);
	story_begin(&f->story);
	story_minutes(&f->story, 1, 3);
	story_must(ledger_commit(f->story.ledger, &why), &why);
	f->mono_ns = INT64_C(5000000000000);
	f->wall_ms = f->story.now_ms + 1000;
	f->desk = memory_new(1, sizeof(*f->desk));
	start.path = f->path;
	story_must(desk_open(f->desk, &start, &why), &why);
	grid_resize(&f->desk->grid, 30, 100);
	pass(f, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	desk_close(f->desk);
	free(f->desk);
	ledger_close(f->story.ledger);
	signing_key_free(f->story.key);
	plan_free(f->story.plan);
	story_leave_copy(f->path);
	unlink(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

/* The plan as it is now comes into force. */
static void
reconfigure(struct fixture *f)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("reload"), .targets = f->story.plan->targets } };
	struct buffer blob = { 0 };
	struct why why = { 0 };

	plan_encode(&blob, f->story.plan);
	story_must(ledger_add_blob(f->story.ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_add(&f->story, &config);
	buffer_free(&blob);
}

/* A key in a token joins the plan, said to be the one on the wire of udm-1-sbi. */
static void
add_key(struct fixture *f)
{
	static struct plan_option wire = { "wire", "udm-1-sbi" };
	struct plan *plan = f->story.plan;
	struct plan_target *target = plan_array(plan, KEY + 1, sizeof(*target));
	struct buffer key = { 0 };
	struct why why = { 0 };

	memcpy(target, plan->target, KEY * sizeof(*target));
	target[KEY] = target[UDM];
	target[KEY].name = "udm-1-key";
	target[KEY].probe = "token";
	target[KEY].port = 0;
	target[KEY].option = &wire;
	target[KEY].options = 1;
	plan->target = target;
	plan->targets = KEY + 1;
	plan_target_key(&key, plan, &target[KEY]);
	story_must(ledger_target_id(f->story.ledger, bytes_of_buffer(&key), &target[KEY].id, &why),
	    &why);
	buffer_free(&key);
	reconfigure(f);
}

/* The public key of the token or on the wire, by the first octet of its hash. */
static void
see_key(struct fixture *f, unsigned i, enum fact fact, uint8_t first)
{
	const struct plan_target *target = &f->story.plan->target[i];
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
	    .index = plan_worker_of(f->story.plan, target->id) };
	struct fact_set set = { 0 };
	struct buffer facts = { 0 };

	fact_set_hash(&set, fact, (struct hash){ { first } });
	if (fact == FACT_KEY_SPKI)
		fact_set_flag(&set, FACT_KEY_SIGNED, true);
	fact_set_write(&set, FACTS_ALL, &facts);
	record.observation = (struct record_observation){ .target = target->id, .replicas = 1,
	    .outcome = OUTCOME_UP, .facts = bytes_of_buffer(&facts),
	    .detail = story_text("answered") };
	f->story.now_ms += 500;
	story_add(&f->story, &record);
	fact_set_free(&set);
	buffer_free(&facts);
}

static void
test_key(void **state)
{
	struct fixture *f = *state;

	add_key(f);
	see_key(f, KEY, FACT_KEY_SPKI, 0x11);
	see_key(f, UDM, FACT_TLS_SPKI, 0x11);
	show(f);
	press(f, ":control PR-KEY-BOUND<Enter>");
	expect(f, ". key:udm-1-key", true);
	expect(f, "key.bound                  proven", true);
	expect(f, "not met", false);
	/* Another key with a valid certificate is on the wire. */
	see_key(f, UDM, FACT_TLS_SPKI, 0x22);
	show(f);
	expect(f, "X key:udm-1-key", true);
	expect(f, "key.bound                  contradicted", true);
	press(f, "<Enter>");
	expect(f, "> Target", true);
	expect(f, "udm-1-key", true);
	press(f, "1");
	expect(f, "CONTRADICTIONS (1)", true);
	expect(f, "X PR-KEY-BOUND        key:udm-1-key", true);
	story_see(&f->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	show(f);
	/* Its key was not seen this time: unknown, and one contradiction is another one. */
	expect(f, "X PR-LOC-SEEN         target:udm-1-sbi", true);
	expect(f, "PR-KEY-BOUND", false);
}

/* More than fit are counted, the newest stand first, and lead to the view of all. */
static void
test_many_contradictions(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 9; i++) {
		f->story.now_ms += 1000;
		story_see(&f->story, i, OUTCOME_UP, ERR_OK, NULL, "us-west");
	}
	show(f);
	expect(f, "CONTRADICTIONS (9)", true);
	expect(f, "X PR-LOC-SEEN         target:smf-2-sbi", true);
	expect(f, "X PR-LOC-SEEN         target:upf-2-mgmt", true);
	expect(f, "X PR-LOC-SEEN         target:upf-1-pfcp", false);
	expect(f, "  and 4 more", true);
	press(f, "eeeee<Enter>");
	expect(f, "> Control", true);
	press(f, "<Esc>eeeejj");
	expect(f, ">", true);
	press(f, ":control PR-LOC-SEEN<Enter>e");
	expect(f, "X not met 9", true);
	/* Each that the cursor comes to shows what it rests on, and the one before it no longer. */
	press(f, "g");
	press(f, "ee");
	expect(f, "Kumo Cloud/jp-east  site:tokyo-1", true);
	press(f, "hj");
	expect(f, "Kumo Cloud/jp-east  site:tokyo-1", false);
}

static void
test_waiver_steps(void **state)
{
	struct fixture *f = *state;
	uint64_t first, second;

	story_see(&f->story, UDM, OUTCOME_UP, ERR_OK, NULL, "us-west");
	first = story_waive(&f->story, 0, 0, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	show(f);
	press(f, ":control PR-LOC-SEEN<Enter>");
	expect(f, "asked for by tanaka until 2026-11-27 09:00, not agreed yet", true);
	expect(f, "because     the new certificate", true);
	expect(f, "beneath", false);
	story_waive(&f->story, 2, first, "suzuki", "PR-LOC-SEEN", "target:udm-1-sbi");
	second = story_waive(&f->story, 0, 0, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	show(f);
	expect(f, "not agreed yet", true);
	story_waive(&f->story, 1, second, "suzuki", "PR-LOC-SEEN", "target:udm-1-sbi");
	show(f);
	expect(f, "w target:udm-1-sbi", true);
	expect(f, "asked for by tanaka, agreed by suzuki, until 2026-11-27 09:00", true);
	expect(f, "beneath     X not met", true);
	press(f, "1");
	expect(f, "contradicted", false);
	expect(f, "w 1", true);
	press(f, "4");
	expect(f, "refused      PR-LOC-SEEN      suzuki", true);
	expect(f, "waiver       PR-LOC-SEEN      suzuki", true);
	expect(f, "w waived       PR-LOC-SEEN      [contradiction] target:udm-1-sbi", true);
	story_waive(&f->story, 3, second, "tanaka", "PR-LOC-SEEN", "target:udm-1-sbi");
	show(f);
	expect(f, "withdrawn    PR-LOC-SEEN      tanaka", true);
	expect(f,
	    "X not met      PR-LOC-SEEN      [contradiction] target:udm-1-sbi, before: waived",
	    true);
	press(f, "1");
	expect(f, "contradicted", true);
}

/* A waiver ends although nobody records anything: seen on the display, without a record. */
static void
test_waiver_ends(void **state)
{
	struct fixture *f = *state;
	uint64_t waiver = story_waive(&f->story, 0, 0, "tanaka", "RU-6", "function:oam");
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	story_waive(&f->story, 1, waiver, "suzuki", "RU-6", "function:oam");
	f->story.now_ms = story_time(7 * 86400 - 60);
	story_add(&f->story, &tick);
	show(f);
	press(f, ":control RU-6<Enter>");
	expect(f, "w function:oam", true);
	pass(f, 120000);
	expect(f, "w function:oam", false);
	expect(f, "X function:oam", true);
	press(f, "4");
	expect(f, "RU-6             function:oam, before: waived", true);
	/* It leads to the control, where time does not move: no record says it. */
	press(f, "<Enter>");
	expect(f, "> Control", true);
	expect(f, "LIVE", false);
	expect(f, "silent", true);
	press(f, "<Esc>r");
	expect(f, "there is no record behind this line", true);
}

/* The daemon is dead: what was met is unknown once its facts are stale, on the display too. */
static void
test_silence(void **state)
{
	struct fixture *f = *state;

	press(f, ":control PR-ENC-TLS<Enter>");
	expect(f, ". met 6", true);
	pass(f, 200000);
	expect(f, "? unknown 6", true);
	expect(f, "met 6", false);
	expect(f, "tls.version is missing", true);
	press(f, "1");
	expect(f, "controls  X 1   ? 5   w 0   . 1   - 2", true);
}

/* Of a target each address is judged and shown; the worst stands. */
static void
test_addresses(void **state)
{
	struct fixture *f = *state;
	const struct plan_target *target = &f->story.plan->target[UDM];
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
	    .index = plan_worker_of(f->story.plan, target->id) };

	for (unsigned replica = 0; replica < 3; replica++) {
		struct fact_set set = { 0 };
		struct buffer facts = { 0 };

		fact_set_text(&set, FACT_LOC_OBSERVED, story_text(replica == 1 ?
		    "Kumo Cloud/us-west" : "Kumo Cloud/jp-east"));
		fact_set_write(&set, FACTS_ALL, &facts);
		record.observation = (struct record_observation){ .target = target->id,
		    .replica = replica, .replicas = 3, .outcome = OUTCOME_UP,
		    .facts = bytes_of_buffer(&facts), .detail = story_text("answered") };
		f->story.now_ms += 500;
		record.observed_ms = 0;
		story_add(&f->story, &record);
		fact_set_free(&set);
		buffer_free(&facts);
	}
	show(f);
	press(f, ":control PR-LOC-SEEN<Enter>");
	expect(f, "X target:udm-1-sbi", true);
	expect(f, "     address 0", true);
	expect(f, "     address 2", true);
	expect(f, "loc.observed               Kumo Cloud/us-west", true);
	expect(f, "loc.observed               Kumo Cloud/jp-east", true);
	press(f, "jjjr");
	expect(f, "us-west", true);
}

/* Packs that cannot be had are said with their fault, and the others go on. */
static void
test_packs_aside(void **state)
{
	struct fixture *f = *state;

	press(f, "6");
	expect(f, "RU-11", true);
	f->story.plan->pack[1].hash =
	    "0000000000000000000000000000000000000000000000000000000000000001";
	reconfigure(f);
	show(f);
	expect(f, "a pack was set aside: ", true);
	expect(f, "RU-11", false);
	expect(f, "PR-ENC-TLS", true);
	press(f, ":control RU-11<Enter>");
	expect(f, "there is no control \"RU-11\" at this time", true);
	f->story.plan->packs = 0;
	reconfigure(f);
	show(f);
	expect(f, "no control pack is in force, so nothing is judged at this time", true);
	press(f, "ov/x<Enter>jjG<Enter>r");
	press(f, "1");
	expect(f, "controls  X", false);
	press(f, "4");
	expect(f, "configured", true);
}

/* What people wrote reaches the terminal as text, never as a control. */
static void
test_hostile(void **state)
{
	struct fixture *f = *state;
	struct buffer text = { 0 };

	story_see(&f->story, UDM, OUTCOME_UP, ERR_OK, NULL, "\033[2J\302\233\xe2\x80\xae");
	story_waive(&f->story, 0, 0, "t\033]0;x\007", "PR-LOC-SEEN", "target:udm-1-sbi");
	story_waive(&f->story, 0, 0, "tanaka", "PR\033[1m", "target:\xe2\x80\xaeudm");
	show(f);
	for (unsigned i = 0; i < 4; i++) {
		press(f, (const char *const[]){ "1", "6", ":control PR-LOC-SEEN<Enter>",
		    "4" }[i]);
		desk_draw(f->desk);
		grid_text(&f->desk->grid, &text);
	}
	assert_null(memchr(text.at, 033, text.len));
	assert_null(memchr(text.at, 007, text.len));
	assert_null(strstr(buffer_text(&text), "\xe2\x80\xae"));
	assert_null(strstr(buffer_text(&text), "\302\233"));
	assert_non_null(strstr(buffer_text(&text), "\\x1b[2J"));
	assert_non_null(strstr(buffer_text(&text), "t\\x1b]0;x"));
	buffer_free(&text);
}

/* Live, the cursor stays on its subject while others change around it. */
static void
test_cursor_stays(void **state)
{
	struct fixture *f = *state;

	press(f, ":control PR-LOC-SEEN<Enter>");
	press(f, "hG");
	press(f, "/smf-2<Enter>");
	expect(f, ">. target:smf-2-sbi", true);
	press(f, "<Esc>");
	press(f, "gjjjjjjjjjjjj");
	for (unsigned i = 0; i < 3; i++) {
		story_see(&f->story, i, OUTCOME_UP, ERR_OK, NULL, "us-west");
		show(f);
		expect(f, "X not met", true);
		expect(f, ">", true);
	}
	press(f, "<Esc>6");
	expect(f, ">X PR-LOC-SEEN", true);
	story_see(&f->story, 0, OUTCOME_UP, ERR_OK, NULL, "jp-east");
	story_see(&f->story, 1, OUTCOME_UP, ERR_OK, NULL, "jp-east");
	story_see(&f->story, 2, OUTCOME_UP, ERR_OK, NULL, "jp-east");
	show(f);
	expect(f, ">. PR-LOC-SEEN", true);
}

/* Counts are never cut inside a number. */
static void
test_counts(void **state)
{
	static const uint32_t count[VERDICTS] = { [VERDICT_NOT_MET] = 12, [VERDICT_UNKNOWN] = 9000,
		[VERDICT_MET] = 988, [VERDICT_NOT_APPLICABLE] = 7 };
	static const char *const wanted[] = { "~", "~", "X12~", "X12~", "X12~", "X12~", "X12~",
		"X12~", "X12 ?9000~", "X12 ?9000~", "X12 ?9000~", "X12 ?9000~", "X12 ?9000~",
		"X12 ?9000 .988~", "X12 ?9000 .988~", "X12 ?9000 .988 -7" };

	(void)state;
	for (unsigned width = 2; width < 2 + sizeof(wanted) / sizeof(wanted[0]); width++) {
		struct grid grid = { 0 };
		struct strip strip;
		struct buffer text = { 0 };
		char line[64];

		grid_resize(&grid, 1, 40);
		strip = strip_of(&grid, 0);
		judged_counts(count, width, &strip);
		assert_int_equal(strip.column, width);
		grid_text(&grid, &text);
		snprintf(line, sizeof(line), "%s\n", wanted[width - 2]);
		assert_string_equal(buffer_text(&text), line);
		buffer_free(&text);
		grid_free(&grid);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_contradictions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waiver_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waiver_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_packs_aside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cursor_stays, setup, teardown),
		cmocka_unit_test(test_counts),
	};

	i18n_open("en");
	return cmocka_run_group_tests_name("tui_controls", tests, NULL, NULL);
}
