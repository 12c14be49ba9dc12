/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screen on a ledger that is being written, with the clocks in the test's hand: growth,
 * silence, steps and playing, long ways that are given up, and acts as child processes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "tests/screens/ledger.h"
#include "tui/desk.h"
#include "tui/keys.h"

enum { SECOND_NS = 1000000000, MANY = 40000 };

struct fixture {
	char         folder[64], path[96];
	struct story story;
	struct desk *desk;
	int64_t      mono_ns;		/* what the clocks say */
	int64_t      wall_ms;
};

/* Time passes on both clocks, then the desk has its turns. */
static void
pass(struct fixture *f, int64_t ms)
{
	f->mono_ns += ms * 1000000;
	f->wall_ms += ms;
	do
		desk_turn(f->desk, f->mono_ns, f->wall_ms);
	while (f->desk->timeline.goal.kind != GOAL_NONE);
}

static void
press(struct fixture *f, const char *keys)
{
	struct bytes script = bytes_of_text(keys);
	struct input input;

	while (keys_next(&script, &input, NULL) == ERR_OK)
		desk_input(f->desk, input);
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

static void
commit(struct fixture *f)
{
	struct why why = { 0 };

	story_must(ledger_commit(f->story.ledger, &why), &why);
}

static int
setup(void **state)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	struct desk_start start = { .state_folder = "/nowhere" };
	struct why why = { 0 };

	snprintf(f->folder, sizeof(f->folder), "/tmp/sekimori-live.XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/ledger.db", f->folder);
	story_must(ledger_create(f->path, &why), &why);
	story_must(ledger_open(&f->story.ledger, f->path, LEDGER_WRITE, &why), &why);
	f->story.now_ms = story_time(0);
	story_begin(&f->story);
	story_minutes(&f->story, 2, 3);
	commit(f);
	f->mono_ns = 5000 * (int64_t)SECOND_NS;
	f->wall_ms = f->story.now_ms + 1000;
	f->desk = memory_new(1, sizeof(*f->desk));
	start.path = f->path;
	story_must(desk_open(f->desk, &start, &why), &why);
	grid_resize(&f->desk->grid, 24, 110);
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

static void
test_growth(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	expect(f, "LIVE  2026-11-20 09:02:0", true);
	expect(f, "failed 0.0 %", true);
	f->story.now_ms += 2000;
	story_fail(&f->story, 0, ERR_REFUSED, "the connection was refused");
	pass(f, 2000);
	expect(f, "X1", false);		/* not committed: not shown */
	commit(f);
	pass(f, 3000);
	expect(f, "X1", true);
	expect(f, "LIVE", true);
}

/* The daemon dies: it is said, ages go on, and what was green is unknown once it is stale. */
static void
test_silence(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	expect(f, "silent", false);
	pass(f, 4 * TICK_MS - 2000);
	expect(f, "silent", false);
	pass(f, 4000);
	expect(f, "the daemon is silent for 15 s", true);
	expect(f, ".14", false);
	expect(f, "unknown 0.0 %", true);
	pass(f, 180000);
	expect(f, "the daemon is silent for 195 s", true);
	expect(f, "unknown 100.0 %  14", true);
	expect(f, "no fresh evidence", true);
	press(f, "5");
	expect(f, "? silent", true);
	press(f, "2");
	expect(f, "? unknown", true);
	/* It comes back: what was shown was only a look ahead on a copy. */
	f->story.now_ms += 200000;
	for (unsigned i = 0; i < STORY_TARGETS; i++)
		story_observe(&f->story, i, OUTCOME_UP, ERR_OK, NULL);
	commit(f);
	pass(f, 1000);
	expect(f, "silent", false);
	expect(f, "LIVE", true);
	press(f, "1");
	pass(f, 10);
	expect(f, "proven 0.0 %", false);
}

/* A wall clock that steps while nobody records must not move what is on display. */
static void
test_wall_step(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	f->wall_ms += 3600000;
	pass(f, 1000);
	expect(f, "LIVE  2026-11-20 09:02:04", true);
	expect(f, "silent", false);
}

static void
test_stepping(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	story_fail(&f->story, 3, ERR_REFUSED, "the connection was refused");
	commit(f);
	pass(f, 100);
	expect(f, "LIVE", true);
	expect(f, "X1", true);
	press(f, "[");
	pass(f, 10);
	expect(f, "REPLAY", true);
	expect(f, "LIVE", false);
	press(f, "]");
	pass(f, 10);
	expect(f, "REPLAY", true);
	expect(f, "X1", true);
	press(f, " ");
	pass(f, 10);
	expect(f, "the end of the ledger", true);
	press(f, "L");
	pass(f, 10);
	expect(f, "REPLAY", false);
	expect(f, "LIVE", true);
	press(f, " ");
	pass(f, 10);
	expect(f, "this is live", true);
}

static void
test_playing(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	press(f, ":at 09:00:05<Enter>");
	pass(f, 10);
	press(f, "+++ ");
	pass(f, 10);
	expect(f, "playing x10", true);
	pass(f, 1000);
	expect(f, "2026-11-20 09:00:15 JST", true);
	pass(f, 2000);
	expect(f, "2026-11-20 09:00:35 JST", true);
	press(f, "-");
	pass(f, 1000);
	expect(f, "2026-11-20 09:00:40 JST", true);
	press(f, " ");
	pass(f, 5000);
	expect(f, "2026-11-20 09:00:40 JST", true);
	expect(f, "paused", true);
	press(f, " ++++++++++");
	expect(f, "playing x1000", true);
	pass(f, 10);
	pass(f, 5000);
	expect(f, "at the end", true);
	/* The end goes on; standing there does not. */
	f->story.now_ms += 60000;
	story_fail(&f->story, 3, ERR_REFUSED, "the connection was refused");
	commit(f);
	pass(f, 1000);
	expect(f, "REPLAY", true);
	expect(f, "X1", false);
}

struct breath { struct fixture *f; unsigned breaths; const char *keys; };

/* On the way: the progress can be drawn, views work, and one key press is made. */
static bool
breathe(void *arg)
{
	struct breath *breath = arg;

	if (breath->breaths++ == 1) {
		expect(breath->f, "reading the ledger", true);
		press(breath->f, breath->keys);
		desk_draw(breath->f->desk);
	}
	return true;
}

static void
long_ledger(struct fixture *f)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	for (unsigned i = 0; i < MANY; i++) {
		f->story.now_ms += 10;
		tick.observed_ms = 0;
		story_add(&f->story, &tick);
	}
	commit(f);
}

static void
test_long_way(void **state)
{
	struct fixture *f = *state;
	struct breath breath = { .f = f, .keys = "2j" };

	pass(f, 0);
	long_ledger(f);
	f->desk->timeline.breathe = breathe;
	f->desk->timeline.breathe_arg = &breath;
	pass(f, 1000);
	assert_true(breath.breaths >= MANY / 4096 - 1);
	expect(f, "[2 Targets]", true);
	expect(f, "reading the ledger", false);
	expect(f, "LIVE", true);
}

/* Escape gives the way up and says where that leaves us; L then finishes it. */
static void
test_given_up(void **state)
{
	struct fixture *f = *state;
	struct breath breath = { .f = f, .keys = "<Esc>" };

	pass(f, 0);
	long_ledger(f);
	f->desk->timeline.breathe = breathe;
	f->desk->timeline.breathe_arg = &breath;
	pass(f, 1000);
	expect(f, "REPLAY", true);
	expect(f, "before end", true);
	expect(f, "stopped on the way", true);
	assert_true(replay_state(f->desk->timeline.replay)->size < MANY);
	breath.keys = "";
	press(f, "L");
	pass(f, 1000);
	expect(f, "LIVE", true);
	assert_int_equal(replay_state(f->desk->timeline.replay)->size,
	    ledger_size(f->story.ledger));
	/* Another wish on the way replaces the first. */
	press(f, ":at 09:00:30<Enter>");
	pass(f, 10);
	breath = (struct breath){ .f = f, .keys = ":at 09:01:30<Enter>" };
	press(f, "L");
	pass(f, 10);
	expect(f, "REPLAY", true);
	expect(f, "2026-11-20 09:01:30 JST", true);
}

/* What a peer said reaches the terminal as text, never as a control. */
static void
test_hostile(void **state)
{
	struct fixture *f = *state;
	struct buffer text = { 0 };

	pass(f, 0);
	story_fail(&f->story, 0, ERR_MALFORMED,
	    "\033[2J\033]0;owned\007\xe2\x80\xaegnp.exe\302\23331m");
	commit(f);
	pass(f, 1000);
	for (unsigned i = 0; i < 5; i++) {
		press(f, (const char *const[]){ "1", "2", "4", ":target amf-1-sbi<Enter>",
		    ":incident 1<Tab><Enter>" }[i]);
		pass(f, 10);
		desk_draw(f->desk);
		grid_text(&f->desk->grid, &text);
	}
	assert_null(memchr(text.at, 033, text.len));
	assert_null(memchr(text.at, 007, text.len));
	assert_null(strstr(buffer_text(&text), "\xe2\x80\xae"));
	assert_null(strstr(buffer_text(&text), "\xc2\x9b"));
	assert_non_null(strstr(buffer_text(&text), "\\x1b[2J"));
	assert_non_null(strstr(buffer_text(&text), "\\u{202e}"));
	buffer_free(&text);
}

/* Several addresses behind a name are shown apart, the worst decides. */
static void
test_addresses(void **state)
{
	struct fixture *f = *state;
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct fact_set set = { 0 };
	struct buffer facts = { 0 };

	pass(f, 0);
	fact_set_flag(&set, FACT_TCP_OPEN, true);
	fact_set_write(&set, FACTS_ALL, &facts);
	fact_set_free(&set);
	for (unsigned round = 0; round < 6; round++) {
		record.index = plan_worker_of(f->story.plan, f->story.plan->target[0].id);
		record.observation = (struct record_observation){
		    .target = f->story.plan->target[0].id, .replica = round % 3, .replicas = 3,
		    .outcome = round % 3 == 1 ? OUTCOME_DOWN : OUTCOME_UP,
		    .error = round % 3 == 1 ? ERR_TIMEOUT : ERR_OK,
		    .facts = bytes_of_buffer(&facts),
		    .detail = story_text(round % 3 == 1 ? "no answer" : "answered") };
		f->story.now_ms += 500;
		record.observed_ms = 0;
		story_add(&f->story, &record);
	}
	commit(f);
	pass(f, 3000);
	press(f, ":target amf-1-sbi<Enter>");
	expect(f, "X down  amf-1-sbi", true);
	expect(f, "address 0      . up", true);
	expect(f, "address 1      X down  ", true);
	expect(f, "address 2      . up", true);
	expect(f, "last said      no answer", true);
	press(f, "G");
	expect(f, "FACTS, address 2", true);
	buffer_free(&facts);
}

static void
wait_errand(struct fixture *f)
{
	for (unsigned i = 0; i < 500 && f->desk->errand.process != 0; i++) {
		usleep(10000);
		pass(f, 10);
	}
	pass(f, 10);
}

/* The child is this program; main() answers for "sekimori ack". */
static void
test_acts(void **state)
{
	struct fixture *f = *state;

	pass(f, 0);
	press(f, ":ack 12 `rm -rf /`; \"$HOME\" 東京<Enter>");
	expect(f, "ack 12 ...", true);
	press(f, ":note 12 second<Enter>");
	expect(f, "still running", true);
	wait_errand(f);
	expect(f, "did [ack] [--state] [/nowhere] [--] [12] [`rm -rf /`; \"$HOME\" 東京]", true);
	press(f, ":silence site:tokyo 2h 定期点検 a test<Enter>");
	wait_errand(f);
	expect(f, "did [silence] [--state] [/nowhere] [--until] [2h] [--] [ask] [site:tokyo] "
	    "[定期点検 a test]", true);
	press(f, ":correct #12 occurred 09:02 said by phone<Enter>");
	wait_errand(f);
	expect(f, "[--] [occurred] [12] [2026-11-20 09:02] [said by phone]", true);
	press(f, ":correct 12 known 2026-11-19 23:59 as written<Enter>");
	wait_errand(f);
	expect(f, "[--] [known] [12] [2026-11-19 23:59] [as written]", true);
	press(f, ":correct 12 stopped voice 1200 counted<Enter>");
	wait_errand(f);
	expect(f, "[--] [stopped] [12] [voice] [1200] [counted]", true);
	press(f, ":merge 12 #13 one cause<Enter>");
	wait_errand(f);
	expect(f, "did [incident] [--state] [/nowhere] [--] [merge] [12] [13] [one cause]", true);
	press(f, ":split 12 amf-1-sbi,amf-1-n2 another<Enter>");
	wait_errand(f);
	expect(f, "[--] [split] [12] [amf-1-sbi,amf-1-n2] [another]", true);
	press(f, ":report 12 /tmp/papers<Enter>");
	wait_errand(f);
	expect(f, "did [report] [prompt-report] [--incident] [12] [--out] [/tmp/papers]", true);
	press(f, ":correct 12 occurred<Enter>");
	expect(f, "say which, what, the value and why", true);
	press(f, ":silence site:tokyo<Enter>");
	expect(f, "say what, how long and why", true);
	press(f, ":agree 77<Enter>");
	expect(f, "say the number of a window", true);
	press(f, ":note 12 refuse<Enter>");
	wait_errand(f);
	expect(f, "refused: not your incident", true);
	press(f, ":note 12 silent<Enter>");
	wait_errand(f);
	expect(f, "it failed and said nothing", true);
}

/* "ack" and "note" of this program: says what it was given, and fails when asked to. */
static int
answer(int argc, char **argv)
{
	if (strcmp(argv[argc - 1], "silent") == 0)
		return 3;
	usleep(50000);
	printf("some line before it\n");
	fflush(stdout);
	if (strcmp(argv[argc - 1], "refuse") == 0) {
		fprintf(stderr, "refused: not your incident\n");
		return 2;
	}
	printf("did");
	for (int i = 1; i < argc; i++)
		printf(" [%s]", argv[i]);
	printf("\n");
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_growth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wall_step, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stepping, setup, teardown),
		cmocka_unit_test_setup_teardown(test_playing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_way, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_acts, setup, teardown),
	};

	if (argc > 2)
		return answer(argc, argv);
	i18n_open("en");
	return cmocka_run_group_tests_name("tui_live", tests, NULL, NULL);
}
