/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers about one incident to the letter, in both languages: tests/golden/accident/.  Japanese is
 * spoken by a copy of this program beside a catalogue made from the sources.  GOLDEN_WRITE=1
 * writes what is made now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "monitor/base/i18n.h"
#include "tests/unit/accident_world.h"

static const char *program;

static const char *const reports[] = { "prompt-report", "detailed-report", "near-accident" };

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
speak(struct accident_world *w, const char *report, const char *language)
{
	struct accident_order accident = accident_asked(w, report);
	struct filing_order order = { .report = report, .language = { language }, .languages = 1,
	    .accident = &accident };
	struct filing_documents documents;
	struct why why = { .text = "" };
	char path[100];
	int bad = 1;

	if (filing_documents_make(&w->from, &order, &documents, &why) != ERR_OK)
		fprintf(stderr, "%s: %s\n", report, why.text);
	else {
		buffer_text(&documents.octets[0]);
		snprintf(path, sizeof(path), "tests/golden/accident/%s.%s.txt", report, language);
		bad = compare(&documents.octets[0], path);
	}
	filing_documents_free(&documents);
	return bad;
}

static int
speaks(const char *language)
{
	struct accident_world *w = accident_world_new();
	int bad = 0;

	i18n_open(language);
	accident_restored(w);
	accident_enter(w, 100 * MINUTE, "detailed-report", "inc.cause",
	    "a power failure in one zone of the provider, by its own report");
	accident_stand(w);
	for (size_t i = 0; i < sizeof(reports) / sizeof(*reports); i++)
		bad += speak(w, reports[i], language);
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
	char folder[] = "/tmp/sekimori-accident-XXXXXX", mo[100], copy[100], make[400];
	struct why why = { .text = "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES", folder);
	assert_int_equal(file_folder(mo, 0755, &why), ERR_OK);
	snprintf(make, sizeof(make), "msgcat --use-first packaging/po/ja*.po | msgfmt -o "
	    "%s/sekimori.mo -", mo);
	snprintf(copy, sizeof(copy), "%s/program", folder);
	assert_int_equal(run((const char *[]){ "sh", "-c", make, NULL }), 0);
	assert_int_equal(run((const char *[]){ "cp", program, copy, NULL }), 0);
	assert_int_equal(run((const char *[]){ copy, "ja", NULL }), 0);
	assert_int_equal(run((const char *[]){ "rm", "-r", folder, NULL }), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english),
		cmocka_unit_test(japanese),
	};
	char forms[400];

	if (getcwd(forms, sizeof(forms) - 20) != NULL) {
		strcat(forms, "/reports/forms");
		setenv("SEKIMORI_FORMS", forms, 1);
	}
	if (argc == 2)
		return speaks(argv[1]);
	program = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
