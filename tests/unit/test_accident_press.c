/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper about an incident as PDF, in Japanese, read back by pdftotext: what a clerk looks for is
 * on the page.  The catalogue is made from the sources, beside a copy of this program.  KEEP=FILE
 * keeps the PDF for people to look at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>

#include "monitor/base/i18n.h"
#include "reports/accident_paper.h"
#include "reports/press_run.h"
#include "tests/unit/accident_world.h"

static const char *program;

static void
press_path(char out[PATH_TEXT_MAX])
{
	const char *slash = strrchr(program, '/');

	snprintf(out, PATH_TEXT_MAX, "%.*s/../../sekimori-press", (int)(slash - program), program);
}

static int
press(struct accident_world *w, const char *report, const char *press_program, const char *folder)
{
	static struct accident_order accident;
	struct filing_order order = { .report = report, .accident = &accident };
	struct accident *opened = NULL;
	struct filing *filing = NULL;
	struct buffer pdf = { .max = 0 }, sheet = { .max = 0 };
	struct form *form = NULL;
	struct paper *paper;
	char path[300];

	accident = accident_asked(w, report);
	ACCIDENT_MUST(form_load(report, &form, why));
	ACCIDENT_MUST(filing_of_order(&w->from, &order, form, &opened, &filing, why));
	paper = accident_to_paper(filing);
	ACCIDENT_MUST(paper_check(paper, why));
	ACCIDENT_MUST(press_run_by(press_program, paper, "pdf", &pdf, why));
	ACCIDENT_MUST(press_run_by(press_program, paper, "xlsx", &sheet, why));
	snprintf(path, sizeof(path), "%s/%s.pdf", folder, report);
	ACCIDENT_MUST(file_write(path, bytes_of_buffer(&pdf), 0644, why));
	snprintf(path, sizeof(path), "%s/%s.xlsx", folder, report);
	ACCIDENT_MUST(file_write(path, bytes_of_buffer(&sheet), 0644, why));
	paper_free(paper);
	buffer_free(&pdf);
	buffer_free(&sheet);
	filing_free(filing);
	accident_close(opened);
	form_free(form);
	return 0;
}

static int
press_all(const char *press_program, const char *folder)
{
	struct accident_world *w = accident_world_new();

	i18n_open("ja");
	accident_restored(w);
	accident_enter(w, 100 * MINUTE, "detailed-report", "inc.cause",
	    "提供者の電源設備の故障による。");
	accident_stand(w);
	press(w, "prompt-report", press_program, folder);
	press(w, "detailed-report", press_program, folder);
	press(w, "near-accident", press_program, folder);
	accident_world_free(w);
	return 0;
}

static int
run(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool
page_has(const char *folder, const char *sentence)
{
	char command[600];

	snprintf(command, sizeof(command), "pdftotext -layout %s/detailed-report.pdf - | "
	    "tr -d ' \\n\\f' | grep -qF '%s'", folder, sentence);
	return run(command) == 0;
}

static void
japanese(void **state)
{
	static const char *const sentences[] = { "重大な事故に関する報告書", "様式未確認の項目を含む",
		"東京都、大阪府", "約30,000人", "提供者の電源設備の故障による。", "再発防止策",
		"葉のハッシュ値", "例示通信株式会社", "2026年11月30日（月）09時55分20秒" };
	char folder[] = "/tmp/sekimori-press-XXXXXX", command[3 * PATH_TEXT_MAX];
	char path[PATH_TEXT_MAX];

	(void)state;
	assert_non_null(mkdtemp(folder));
	press_path(path);
	snprintf(command, sizeof(command), "mkdir -p %s/mo/ja/LC_MESSAGES && msgcat --use-first "
	    "packaging/po/ja*.po | msgfmt -o %s/mo/ja/LC_MESSAGES/sekimori.mo - && cp %s "
	    "%s/program && %s/program %s %s", folder, folder, program, folder, folder, path,
	    folder);
	assert_int_equal(run(command), 0);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++)
		if (!page_has(folder, sentences[i]))
			fail_msg("not in the PDF: %s", sentences[i]);
	if (getenv("KEEP") != NULL) {
		snprintf(command, sizeof(command), "mkdir -p %s && cp %s/*.pdf %s/*.xlsx %s",
		    getenv("KEEP"), folder, folder, getenv("KEEP"));
		assert_int_equal(run(command), 0);
	}
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(run(command), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(japanese) };
	char forms[400];

	if (getcwd(forms, sizeof(forms) - 20) != NULL) {
		strcat(forms, "/reports/forms");
		setenv("SEKIMORI_FORMS", forms, 1);
	}
	if (argc == 3)
		return press_all(argv[1], argv[2]);
	program = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
