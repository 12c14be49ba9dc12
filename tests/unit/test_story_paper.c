/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An incident told as a document, from a real ledger: as known then, as corrected since, both
 * beside each other; to the letter in both languages (tests/golden/replay/).  GOLDEN_WRITE=1 writes
 * what is made now.  And the axis its timeline is drawn on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "monitor/base/i18n.h"
#include "reports/story_axis.h"
#include "reports/story_paper.h"
#include "tests/unit/accident_world.h"

static const char *program;

static void
correct(struct accident_world *w, int64_t after_ms, enum correct what, int64_t at_ms)
{
	struct record record = { .kind = RECORD_CORRECTION, .role = ROLE_ENGINE };

	network_at(&w->network, after_ms);
	record.correction = (struct record_correction){ .what = what, .incident = w->incident,
	    .at = at_ms, .uid = 1000, .author = bytes_of_text("suzuki"),
	    .text = accident_value(w, "calls of customers began earlier") };
	network_apply(&w->network, &record);
}

static struct accident_world *
scene(void)
{
	struct accident_world *w = accident_world_new();
	struct record filing = { .kind = RECORD_FILING, .role = ROLE_ENGINE, .filing = {
	    .report = bytes_of_text("prompt-report"), .author = bytes_of_text("suzuki"),
	    .incident = w->incident, .paper_edition = 1 } };

	accident_restored(w);
	correct(w, 100 * MINUTE, CORRECT_OCCURRED, NETWORK_BEGIN - 3 * MINUTE);
	network_at(&w->network, INT64_C(26) * 60 * MINUTE);
	network_apply(&w->network, &filing);
	accident_stand(w);
	w->from.source = &w->source;
	/* The root depends on every field of a plan; it is another test's. */
	w->from.root = (struct hash){ { 0 } };
	return w;
}

/* Stands again at that many milliseconds after the beginning. */
static void
stand_at(struct accident_world *w, int64_t after_ms)
{
	ACCIDENT_MUST(ledger_size_at(w->source.ledger, NETWORK_BEGIN + after_ms, &w->from.size,
	    why));
	w->from.at_ms = w->from.newest_ms = NETWORK_BEGIN + after_ms;
}

static struct paper *
make(struct accident_world *w, const struct story_asked *asked, int *code)
{
	struct paper *paper = NULL;

	*code = EXIT_FINE;
	ACCIDENT_MUST(story_paper_make(asked, &w->from, &paper, code, why));
	ACCIDENT_MUST(paper_check(paper, why));
	return paper;
}

/* --- to the letter ------------------------------------------------------------------------ */

static int
compare(const struct buffer *made, const char *path)
{
	struct buffer expected = { .max = 0 };
	struct why why = { .text = "" };
	size_t at = 0;

	if (getenv("GOLDEN_WRITE") != NULL)
		return file_write(path, bytes_of_buffer(made), 0644, &why) == ERR_OK ? 0 : 1;
	if (file_read(path, BUFFER_MAX, &expected, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	while (at < made->len && at < expected.len && made->at[at] == expected.at[at])
		at++;
	if (at == made->len && at == expected.len) {
		buffer_free(&expected);
		return 0;
	}
	while (at > 0 && expected.at[at - 1] != '\n')
		at--;
	fprintf(stderr, "%s differs; it is:\n%.300s\nshould be:\n%.300s\n", path,
	    (const char *)made->at + at, (const char *)expected.at + at);
	buffer_free(&expected);
	return 1;
}

static int
speak(struct accident_world *w, const struct story_asked *asked, const char *name,
    void (*print)(const struct paper *, struct buffer *), const char *ending)
{
	struct buffer out = { .max = 0 };
	char path[120];
	int code, bad;
	struct paper *paper = make(w, asked, &code);

	print(paper, &out);
	buffer_text(&out);
	snprintf(path, sizeof(path), "tests/golden/replay/%s.%s.%s", name, i18n_language(), ending);
	bad = compare(&out, path);
	buffer_free(&out);
	paper_free(paper);
	return bad;
}

static int
speaks(const char *language)
{
	struct story_asked asked = { .as_known = true }, since = { .as_known = false };
	struct accident_world *w;
	char other[40];
	int bad;

	i18n_open(language);
	w = scene();
	asked.incident = since.incident = w->incident;
	bad = speak(w, &since, "since", paper_print_text, "txt");
	stand_at(w, 41 * MINUTE);
	bad += speak(w, &asked, "known", paper_print_text, "txt");
	snprintf(other, sizeof(other), "@%d", NETWORK_BEGIN_S + 93600);
	asked.compare = other;
	bad += speak(w, &asked, "compared", paper_print_text, "txt");
	accident_world_free(w);
	return bad;
}

static void
english(void **state)
{
	(void)state;
	assert_int_equal(speaks("en"), 0);
}

static int
run(const char *const *words)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execvp(words[0], (char **)(uintptr_t)words);
		_exit(127);
	}
	assert_true(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
japanese(void **state)
{
	char folder[] = "/tmp/sekimori-replay-XXXXXX", mo[100], copy[100], order[400];
	struct why why = { .text = "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES", folder);
	assert_int_equal(file_folder(mo, 0755, &why), ERR_OK);
	snprintf(order, sizeof(order), "msgcat --use-first packaging/po/ja*.po | msgfmt -o "
	    "%s/sekimori.mo -", mo);
	snprintf(copy, sizeof(copy), "%s/program", folder);
	assert_int_equal(run((const char *[]){ "sh", "-c", order, NULL }), 0);
	assert_int_equal(run((const char *[]){ "cp", program, copy, NULL }), 0);
	assert_int_equal(run((const char *[]){ copy, "ja", NULL }), 0);
	assert_int_equal(run((const char *[]){ "rm", "-r", folder, NULL }), 0);
}

/* --- what it must say --------------------------------------------------------------------- */

static bool
says(const struct paper *paper, const char *text)
{
	struct buffer out = { .max = 0 };
	bool found;

	paper_print_json(paper, &out);
	found = strstr(buffer_text(&out), text) != NULL;
	buffer_free(&out);
	return found;
}

static void
a_correction_is_not_known_before_it_was_made(void **state)
{
	struct accident_world *w = scene();
	struct story_asked asked = { .incident = w->incident };
	int code;
	struct paper *paper = make(w, &asked, &code);

	(void)state;
	assert_true(says(paper, "corrected by suzuki"));
	assert_true(says(paper, "calls of customers began earlier"));
	assert_true(says(paper, "prompt-report"));
	paper_free(paper);
	stand_at(w, 99 * MINUTE);
	paper = make(w, &asked, &code);
	assert_false(says(paper, "suzuki"));
	assert_false(says(paper, "prompt-report"));
	assert_int_equal(code, EXIT_FINE);
	paper_free(paper);
	accident_world_free(w);
}

static void
what_differs_is_found_and_nothing_else(void **state)
{
	struct accident_world *w = scene();
	struct story_asked asked = { .incident = w->incident };
	char other[40];
	int code;
	struct paper *paper;

	(void)state;
	snprintf(other, sizeof(other), "@%d", NETWORK_BEGIN_S + 41 * 60);
	asked.compare = other;
	paper = make(w, &asked, &code);
	assert_int_equal(code, EXIT_FINDING);
	assert_true(says(paper, "What came to be known between"));
	assert_false(says(paper, "What is no longer told so"));
	paper_free(paper);
	/* A moment beside itself. */
	stand_at(w, 41 * MINUTE);
	paper = make(w, &asked, &code);
	assert_int_equal(code, EXIT_FINE);
	assert_false(says(paper, "differs"));
	paper_free(paper);
	accident_world_free(w);
}

static void
wrong_questions_are_refused(void **state)
{
	struct accident_world *w = scene();
	struct story_asked asked = { .incident = w->incident, .compare = "yesterday-ish" };
	struct why why = { .text = "" };
	struct paper *paper = NULL;
	int code = 0;

	(void)state;
	assert_int_equal(story_paper_make(&asked, &w->from, &paper, &code, &why), ERR_INVALID);
	paper_free(paper);
	paper = NULL;
	asked = (struct story_asked){ .incident = 999999 };
	assert_int_equal(story_paper_make(&asked, &w->from, &paper, &code, &why), ERR_INVALID);
	assert_null(paper);
	asked = (struct story_asked){ .incident = w->incident, .compare = "@1000" };
	assert_int_equal(story_paper_make(&asked, &w->from, &paper, &code, &why), ERR_INVALID);
	paper_free(paper);
	accident_world_free(w);
}

/* --- the axis ----------------------------------------------------------------------------- */

static void
an_axis_leaves_out_what_is_empty(void **state)
{
	const int64_t hour = 3600000, day = 24 * hour;
	int64_t moment[] = { 31 * day, 0, hour, hour / 2, day, 600000 };
	struct story_axis axis;

	(void)state;
	story_axis_make(&axis, moment, 6, 100, 800);
	assert_int_equal(axis.spans, 3);
	assert_true(axis.span[0].from_ms == 0 && axis.span[0].to_ms == hour);
	assert_true(axis.span[1].from_ms == day && axis.span[1].to_ms == day);
	/* The hour has nearly all of it, in proportion. */
	assert_true(axis.span[0].width > 600);
	assert_true(abs(2 * (story_axis_x(&axis, hour / 2) - story_axis_x(&axis, 0)) -
	    (story_axis_x(&axis, hour) - story_axis_x(&axis, 0))) <= 2);
	for (int64_t ms = -hour, x = 0; ms < 32 * day; ms += hour / 3) {
		assert_true(story_axis_x(&axis, ms) >= x && story_axis_x(&axis, ms) <= 900);
		x = story_axis_x(&axis, ms);
	}
	assert_true(story_axis_x(&axis, 31 * day) <= 900);
}

static void
an_axis_of_one_moment(void **state)
{
	int64_t moment[] = { 5000, 5000 };
	struct story_axis axis;

	(void)state;
	story_axis_make(&axis, moment, 2, 0, 500);
	assert_int_equal(axis.spans, 1);
	assert_true(story_axis_x(&axis, 5000) > 0 && story_axis_x(&axis, 5000) < 500);
	assert_true(axis_step_ms(&axis.span[0], 70) > 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english),
		cmocka_unit_test(japanese),
		cmocka_unit_test(a_correction_is_not_known_before_it_was_made),
		cmocka_unit_test(what_differs_is_found_and_nothing_else),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(an_axis_leaves_out_what_is_empty),
		cmocka_unit_test(an_axis_of_one_moment),
	};

	if (argc == 2)
		return speaks(argv[1]);
	program = argv[0];
	i18n_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
