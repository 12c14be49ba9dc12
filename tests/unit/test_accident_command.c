/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of papers about incidents over a real ledger: what they write and refuse, their
 * exit codes; the list of a fiscal year with and without a major accident in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/wait.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "tests/unit/accident_world.h"
#include "tests/unit/press_beside.h"

extern const struct command command_report;

static struct accident_world *world;
static char said_path[280], out_path[280], number[24];

static void
count_users(int64_t after_ms, uint64_t users)
{
	struct record record = { .kind = RECORD_METRIC, .role = ROLE_FETCH, .metric = {
	    .instance = bytes_of_text("upf-2"), .metric = METRIC_USERS, .value = users,
	    .known = 1 } };

	network_at(&world->network, after_ms);
	network_apply(&world->network, &record);
}

/* A short one in the west, after the major one in the east: it is listed, that one is not. */
static int
begin(void **state)
{
	(void)state;
	world = accident_world_new();
	accident_restored(world);
	count_users(290 * MINUTE, 61000);
	network_see(&world->network, 300 * MINUTE, UPF_2, OUTCOME_DOWN);
	count_users(305 * MINUTE, 1000);
	network_tick(&world->network, 310 * MINUTE);
	network_see(&world->network, 320 * MINUTE, UPF_2, OUTCOME_UP);
	count_users(325 * MINUTE, 7);
	network_tick(&world->network, 330 * MINUTE);
	accident_enter(world, 340 * MINUTE, "prompt-report", "inc.cause", "power failure");
	snprintf(said_path, sizeof(said_path), "%s/said", world->dir);
	snprintf(out_path, sizeof(out_path), "%s/out", world->dir);
	snprintf(number, sizeof(number), "%d", (int)world->incident);
	return 0;
}

static int
end(void **state)
{
	char command[320];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", world->dir);
	accident_world_free(world);
	return system(command);
}

static int
report(struct buffer *said, const char *const *words)
{
	struct why why = { .text = "" };
	pid_t child = fork();
	int status = -1, argc = 0;

	while (words[argc] != NULL)
		argc++;
	if (child == 0) {
		int fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, 1);
		dup2(fd, 2);
		setenv("LANG", "C.UTF-8", 1);
		optind = 1;
		i18n_open("en");
		status = command_report.run(&command_report, argc, (char **)(uintptr_t)words);
		fflush(NULL);
		_exit(status);
	}
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	buffer_reset(said);
	assert_int_equal(file_read(said_path, BUFFER_MAX, said, &why), ERR_OK);
	return WEXITSTATUS(status);
}

#define REPORT(said, ...) report(said, (const char *[]){ "report", __VA_ARGS__, NULL })

static void
says(struct buffer *said, const char *what)
{
	if (strstr(buffer_text(said), what) == NULL)
		fail_msg("\"%s\" is not in: %.2000s", what, buffer_text(said));
}

static void
usage(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	assert_int_equal(REPORT(&said, "list"), EXIT_FINE);
	says(&said, "prompt-report");
	says(&said, "yearly-list");
	assert_int_equal(REPORT(&said, "prompt-report", "--ledger", world->path), EXIT_USAGE);
	says(&said, "say which incident");
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", "x"), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--freeze", "--at",
	    "-1h", "--out", out_path), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--freeze"),
	    EXIT_USAGE);
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--freeze",
	    "--ledger", world->path, "--out", out_path), EXIT_USAGE);
	says(&said, "leave --ledger out");
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", "7", "--ledger",
	    world->path), EXIT_UNKNOWN);
	says(&said, "there was no incident 7 then");
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--edition", "2",
	    "--ledger", world->path), EXIT_UNKNOWN);
	says(&said, "no edition 2 of prompt-report was frozen");
	assert_int_equal(REPORT(&said, "fill", "prompt-report"), EXIT_USAGE);
	buffer_free(&said);
}

static void
written(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--ledger",
	    world->path, "--lang", "en", "--format", "text,json,html", "--out", out_path),
	    EXIT_UNKNOWN);
	says(&said, "prompt-report.en.txt");
	says(&said, "prompt-report.claims");
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--ledger",
	    world->path, "--lang", "en", "--at", "2026-11-30 10:40"), EXIT_UNKNOWN);
	says(&said, "not restored as of 2026-11-30 10:40:00 JST");
	if (strstr(buffer_text(&said), "power failure") != NULL)
		fail_msg("an entry of later: %.2000s", buffer_text(&said));
	assert_int_equal(REPORT(&said, "fill", "prompt-report", "--incident", number, "--ledger",
	    world->path), EXIT_FINE);
	says(&said, "(inc.users) [M]");
	if (strstr(buffer_text(&said), "(inc.cause)") != NULL)
		fail_msg("it was entered: %.2000s", buffer_text(&said));
	buffer_free(&said);
}

static void
year(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	assert_int_equal(REPORT(&said, "yearly-list", "--ledger", world->path, "--year", "2026",
	    "--lang", "en"), EXIT_UNKNOWN);
	says(&said, "Osaka");
	says(&said, "third party's");
	if (strstr(buffer_text(&said), "2026-11-30 09:55") != NULL)
		fail_msg("a major accident is listed: %.4000s", buffer_text(&said));
	assert_int_equal(REPORT(&said, "yearly-list", "--ledger", world->path, "--year", "2025",
	    "--lang", "en"), EXIT_UNKNOWN);
	says(&said, "no configuration was in force then");
	assert_int_equal(REPORT(&said, "yearly-list", "--ledger", world->path, "--year", "2027",
	    "--lang", "en"), EXIT_FINE);
	says(&said, "No accident of this kind occurred in the year.");
	assert_int_equal(REPORT(&said, "yearly-list", "--ledger", world->path), EXIT_USAGE);
	buffer_free(&said);
}

/* What stands in a sheet of a workbook, its strings resolved by who reads it: unzip. */
static void
sheet_has(const char *book, const char *part, const char *text)
{
	char command[800];

	snprintf(command, sizeof(command), "unzip -p %s %s | grep -qF -- '%s'", book, part, text);
	if (system(command) != 0)
		fail_msg("\"%s\" is not in %s of %s", text, part, book);
}

/* A head for each field of the form behind "Incident", then the incident's row, in its cells. */
static void
year_as_a_sheet(void **state)
{
	static const char *const heads[] = { "Incident", "Occurred", "Restored", "Duration",
		"Services", "Area", "Users", "Class of the cause", "Failed equipment",
		"Whose equipment", "Outline", "Measures, prevention" };
	struct buffer said = { .max = 0 };
	char book[400], cell[120];

	(void)state;
	press_beside();
	snprintf(book, sizeof(book), "%s/year", world->dir);
	if (REPORT(&said, "yearly-list", "--ledger", world->path, "--year", "2026", "--lang", "en",
	    "--format", "xlsx", "--out", book) != EXIT_UNKNOWN)
		fail_msg("%.2000s", buffer_text(&said));
	snprintf(book, sizeof(book), "%s/year/yearly-list.en.xlsx", world->dir);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		sheet_has(book, "xl/sharedStrings.xml", heads[i]);
	sheet_has(book, "xl/sharedStrings.xml", "Osaka");
	sheet_has(book, "xl/workbook.xml", "Accidents of the year");
	/* Twelve columns, one row behind the heads, and nothing that calculates. */
	snprintf(cell, sizeof(cell), "<dimension ref=\"A1:L");
	sheet_has(book, "'xl/worksheets/sheet*.xml'", cell);
	buffer_reset(&said);
	buffer_print(&said, "! unzip -p %s 'xl/worksheets/*.xml' | grep -q '<f>'", book);
	assert_int_equal(system(buffer_text(&said)), 0);
	buffer_free(&said);
}

static void
year_is_frozen_by_the_daemon(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	assert_int_equal(REPORT(&said, "yearly-list", "--year", "2026", "--freeze"), EXIT_USAGE);
	says(&said, "what is recorded must be kept");
	assert_int_equal(REPORT(&said, "yearly-list", "--year", "2026", "--freeze", "--out",
	    out_path, "--ledger", world->path), EXIT_USAGE);
	says(&said, "leave --ledger out");
	assert_int_equal(REPORT(&said, "yearly-list", "--year", "2026", "--edition", "1",
	    "--record", "--out", out_path), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "yearly-list", "--year", "2026", "--edition", "x"),
	    EXIT_USAGE);
	assert_int_equal(REPORT(&said, "yearly-list", "--year", "2026", "--edition", "2",
	    "--ledger", world->path), EXIT_UNKNOWN);
	says(&said, "no edition 2 of yearly-list/2026 was frozen");
	buffer_free(&said);
}

/* Beside what is worked out: how far what the function counts fell, until it was restored. */
static void
measured_falls(void **state)
{
	struct buffer said = { .max = 0 };
	char short_one[24];

	(void)state;
	snprintf(short_one, sizeof(short_one), "%d",
	    (int)network_incident(&world->network)->id);
	assert_int_equal(REPORT(&said, "detailed-report", "--incident", short_one, "--ledger",
	    world->path, "--lang", "en", "--format", "json"), EXIT_UNKNOWN);
	says(&said, "users of upf-2 fell from 61,000");
	says(&said, "by 60,000");
	says(&said, "users_method = measured");
	says(&said, "users_method = estimate");
	buffer_free(&said);
}

/* An edition that says to speak for no record can be compared with and made again by nobody. */
static void
an_edition_of_nothing(void **state)
{
	struct record filing = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct buffer said = { .max = 0 };

	(void)state;
	filing.filing = (struct record_filing){ .report = bytes_of_text("prompt-report"),
	    .edition = bytes_of_text("1"), .author = bytes_of_text("tanaka"),
	    .incident = world->incident, .paper_edition = 1 };
	network_at(&world->network, 350 * MINUTE);
	network_apply(&world->network, &filing);
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--ledger",
	    world->path, "--lang", "en"), EXIT_UNKNOWN);
	says(&said, "cannot be shown: its record");
	says(&said, "power failure");
	if (strstr(buffer_text(&said), "Changes since edition") != NULL ||
	    strstr(buffer_text(&said), "there was no incident") != NULL)
		fail_msg("%.4000s", buffer_text(&said));
	assert_int_equal(REPORT(&said, "prompt-report", "--incident", number, "--edition", "1",
	    "--ledger", world->path), EXIT_UNKNOWN);
	says(&said, "says to speak for no record at all");
	buffer_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(usage), cmocka_unit_test(written),
		cmocka_unit_test(year), cmocka_unit_test(year_as_a_sheet),
		cmocka_unit_test(year_is_frozen_by_the_daemon),
		cmocka_unit_test(measured_falls), cmocka_unit_test(an_edition_of_nothing) };
	char forms[400];

	if (getcwd(forms, sizeof(forms) - 20) != NULL) {
		strcat(forms, "/reports/forms");
		setenv("SEKIMORI_FORMS", forms, 1);
	}
	return cmocka_run_group_tests(tests, begin, end);
}
