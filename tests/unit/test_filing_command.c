/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report" over a real ledger: what it writes, what it refuses to write over, where it
 * stands with --at, its exit codes; and forms that are not as they must be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/ledger.h"
#include "tests/unit/filing_carrier.h"

extern const struct command command_report;

struct place { char folder[64], ledger[80], out[80], said[80]; };

static struct place place;

static void
ledger_write(const struct filing_carrier *w)
{
	struct ledger *ledger;
	struct why why = { .text = "" };
	struct hash hash;

	assert_int_equal(ledger_create(place.ledger, &why), ERR_OK);
	assert_int_equal(ledger_open(&ledger, place.ledger, LEDGER_WRITE, &why), ERR_OK);
	for (size_t i = 0; i < w->blobs; i++)
		assert_int_equal(ledger_add_blob(ledger, bytes_of_buffer(&w->blob[i]), &hash, &why),
		    ERR_OK);
	for (uint64_t i = 0; i < w->records; i++) {
		struct record record;

		assert_int_equal(record_decode(bytes_of_buffer(&w->record[i]), &record, &why), ERR_OK);
		assert_int_equal(ledger_add(ledger, &record, &why), ERR_OK);
	}
	assert_int_equal(ledger_commit(ledger, &why), ERR_OK);
	ledger_close(ledger);
}

static int
begin(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	char forms[PATH_MAX];

	(void)state;
	snprintf(place.folder, sizeof(place.folder), "/tmp/sekimori-report-XXXXXX");
	if (mkdtemp(place.folder) == NULL || realpath("reports/forms", forms) == NULL)
		return -1;
	setenv("SEKIMORI_FORMS", forms, 1);
	setenv("LANG", "C.UTF-8", 1);
	snprintf(place.ledger, sizeof(place.ledger), "%s/ledger.db", place.folder);
	snprintf(place.out, sizeof(place.out), "%s/out", place.folder);
	snprintf(place.said, sizeof(place.said), "%s/said", place.folder);
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	filing_carrier_acts(w);
	ledger_write(w);
	filing_carrier_free(w);
	return 0;
}

static int
end(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", place.folder);
	return system(command);
}

/* In a child: getopt and the language are of a process.  What was said is read back. */
static int
report(struct buffer *said, const char *const *words)
{
	struct why why = { .text = "" };
	pid_t child = fork();
	int status = -1, argc = 0;

	while (words[argc] != NULL)
		argc++;
	if (child == 0) {
		int fd = open(place.said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, 1);
		dup2(fd, 2);
		optind = 1;
		status = command_report.run(&command_report, argc, (char **)(uintptr_t)words);
		fflush(NULL);
		_exit(status);
	}
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	buffer_reset(said);
	assert_int_equal(file_read(place.said, BUFFER_MAX, said, &why), ERR_OK);
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
	says(&said, "self-check");
	says(&said, "formats: text json html pdf xlsx");
	assert_int_equal(REPORT(&said, "--help"), EXIT_FINE);
	assert_int_equal(REPORT(&said, "annual"), EXIT_USAGE);
	says(&said, "there is no report \"annual\"");
	assert_int_equal(REPORT(&said, "self-check", "--lang", "fr"), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "self-check", "--lang", "en,en"), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "self-check", "--format", "text,gif"), EXIT_USAGE);
	says(&said, "\"gif\"");
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--format",
	    "html,json"), EXIT_USAGE);
	says(&said, "--out DIR");
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "more"), EXIT_USAGE);
	assert_int_not_equal(REPORT(&said, "self-check", "--ledger", "/nowhere/ledger.db"), EXIT_FINE);
	buffer_free(&said);
}

/* As the usage has it, "report [options] KIND", and as it is mostly written. */
static void
kind_behind_options(void **state)
{
	struct buffer said = { .max = 0 }, other = { .max = 0 };
	int code;

	(void)state;
	code = REPORT(&said, "keys", "--ledger", place.ledger, "--format", "json");
	assert_int_equal(REPORT(&other, "--ledger", place.ledger, "--format", "json", "keys"), code);
	assert_string_equal(buffer_text(&said), buffer_text(&other));
	assert_int_equal(REPORT(&other, "--ledger", place.ledger, "keys", "--format=json"), code);
	assert_string_equal(buffer_text(&said), buffer_text(&other));
	assert_int_equal(REPORT(&said, "--lang", "en", "--ledger", place.ledger, "self-check"),
	    EXIT_FINDING);
	says(&said, "Root of the tree");
	assert_int_equal(REPORT(&said, "--ledger", place.ledger, "list"), EXIT_FINE);
	/* A value that is the name of a report is none; what belongs to another is said. */
	assert_int_equal(REPORT(&said, "--ledger", "keys", "self-check"), EXIT_UNKNOWN);
	assert_int_equal(REPORT(&said, "--record", "keys"), EXIT_USAGE);
	says(&said, "report keys: there is no option --record");
	assert_int_equal(REPORT(&said, "--bogus", "keys"), EXIT_USAGE);
	says(&said, "there is no option --bogus");
	assert_int_equal(REPORT(&said, "keys", "self-check"), EXIT_USAGE);
	assert_int_equal(REPORT(&said, "--lang", "en"), EXIT_USAGE);
	says(&said, "say which report");
	buffer_free(&said);
	buffer_free(&other);
}

/* The golden filing has a root of its own; this one's is that of the ledger. */
static void
mask_root(struct buffer *text)
{
	char *at = strstr((char *)(uintptr_t)buffer_text(text), "Root of the tree");

	assert_non_null(at);
	at += strlen("Root of the tree");
	for (unsigned digits = 0; digits < 64; at++) {
		if (strchr("0123456789abcdef", *at) != NULL) {
			*at = 'x';
			digits++;
		}
		assert_true(*at != '\0');
	}
}

static void
standard_output(void **state)
{
	struct buffer said = { .max = 0 }, golden = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en"),
	    EXIT_FINDING);
	assert_int_equal(file_read("tests/golden/filing/self-check.en.txt", BUFFER_MAX, &golden, &why),
	    ERR_OK);
	mask_root(&said);
	mask_root(&golden);
	assert_string_equal(buffer_text(&said), buffer_text(&golden));
	/* Half of it would be in another language: there is no catalogue beside this program. */
	assert_int_not_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "ja"),
	    EXIT_FINE);
	says(&said, "the catalogue of the language \"ja\" is not installed");
	buffer_free(&said);
	buffer_free(&golden);
}

static void
past(void **state)
{
	struct buffer said = { .max = 0 };
	char at[TIME_TEXT];

	(void)state;
	/* Before the first observation: nothing was seen yet. */
	time_utc(FILING_CARRIER_BEGIN + 200, at);
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en", "--at",
	    at), EXIT_UNKNOWN);
	says(&said, "3 records");
	says(&said, "not yet observed");
	says(&said, "none: nobody outside vouches for this ledger yet");
	/* Before everything. */
	time_utc(FILING_CARRIER_BEGIN - 1000, at);
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en", "--at",
	    at), EXIT_UNKNOWN);
	says(&said, "No configuration was in force");
	/* Long after: nothing counts any more. */
	time_utc(FILING_CARRIER_BEGIN + 86400000, at);
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en", "--at",
	    at), EXIT_UNKNOWN);
	says(&said, "Nothing was recorded after");
	says(&said, "no fresh evidence");
	buffer_free(&said);
}

static void
file_of(const char *name, struct buffer *out)
{
	struct why why = { .text = "" };
	char path[PATH_MAX];

	buffer_reset(out);
	snprintf(path, sizeof(path), "%s/%s", place.out, name);
	if (file_read(path, BUFFER_MAX, out, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static void
files(void **state)
{
	struct buffer said = { .max = 0 }, html = { .max = 0 }, again = { .max = 0 };
	char hash[HASH_TEXT];

	(void)state;
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--format", "text,json,html", "--out", place.out), EXIT_FINDING);
	file_of("self-check.en.html", &html);
	hash_text(hash_of(bytes_of_buffer(&html)), hash);
	says(&said, hash);
	file_of("self-check.en.json", &again);
	file_of("self-check.en.txt", &again);
	file_of("self-check.claims", &again);
	hash_text(hash_of(bytes_of_buffer(&again)), hash);
	says(&said, hash);
	/* None is written over, not even those that would be new. */
	assert_int_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--format", "html", "--out", place.out, "--at", "@1795000000"), EXIT_USAGE);
	says(&said, "is there already");
	file_of("self-check.en.html", &again);
	assert_true(bytes_equal(bytes_of_buffer(&html), bytes_of_buffer(&again)));
	assert_int_not_equal(REPORT(&said, "self-check", "--ledger", place.ledger, "--lang", "en",
	    "--format", "html", "--out", place.out, "--at", "@1795000000", "--force"), EXIT_USAGE);
	file_of("self-check.en.html", &again);
	assert_false(bytes_equal(bytes_of_buffer(&html), bytes_of_buffer(&again)));
	buffer_free(&said);
	buffer_free(&html);
	buffer_free(&again);
}

/* --- forms -------------------------------------------------------------------------------- */

#define FIELD(more) "form = { id = \"x\"; edition = \"1\"; source = \"s\"; title = \"t\"; " \
    "title_ja = \"t\"; basis = \"b\"; basis_ja = \"b\"; heads = ( { title = \"h\"; title_ja = " \
    "\"h\"; } ); fields = ( { number = 1; head = 1; key = \"k\"; title = \"t\"; title_ja = \"t\"; " \
    "status = \"read\"; source = \"s\"; " more " } ); };"

static const struct { const char *text, *fault; } forms[] = {
	{ FIELD("fill = \"A\"; parts = ( { facts = ( \"tls.version\" ); } );"), NULL },
	{ FIELD("fill = \"H\"; who = \"w\";"), NULL },
	{ "", "a form is one group" },
	{ "form = 1;", "must be a group" },
	{ "form = { id = \"x\"; };", "edition is missing" },
	{ FIELD("fill = \"A\"; parts = ( { facts = ( \"tls.nothing\" ); } );"), "no fact \"tls.nothing\"" },
	{ FIELD("fill = \"A\"; parts = ( { from = \"moon\"; } );"), "from cannot be \"moon\"" },
	{ FIELD("fill = \"A\"; parts = ( { from = \"carrier\"; } );"), "member cannot be \"\"" },
	{ FIELD("fill = \"A\"; parts = ( { declared = ( \"\" ); } );"), "is empty" },
	{ FIELD("fill = \"A\"; parts = ( { declared = ( 1 ); } );"), "must be a text" },
	{ FIELD("fill = \"A\"; parts = { };"), "parts must be a list" },
	{ FIELD("fill = \"A\"; parts = ( 1 );"), "must be a group" },
	{ FIELD("fill = \"B\";"), "fill cannot be \"B\"" },
	{ FIELD("fill = \"H\";"), "who must enter it is missing" },
	{ FIELD("fill = \"A\"; colour = \"red\";"), "there is no setting \"colour\"" },
	{ FIELD("fill = 1;"), "fill must be a text" },
	{ "form = { id = \"x\"; edition = \"1\"; source = \"s\"; title = \"t\"; title_ja = \"t\"; "
	    "basis = \"b\"; basis_ja = \"b\"; fields = ( { number = 1; head = 1; key = \"k\"; title = "
	    "\"t\"; title_ja = \"t\"; fill = \"A\"; status = \"read\"; source = \"s\"; } ); };",
	    "head must be a whole number" },
};

static void
form_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct why why = { .text = "" };
		struct form *form;
		enum err err = form_read("x.form", bytes_of_text(forms[i].text), &form, &why);

		if (forms[i].fault == NULL) {
			if (err != ERR_OK)
				fail_msg("%s", why.text);
			form_free(form);
			continue;
		}
		if (err == ERR_OK || strncmp(why.text, "x.form:1: ", 10) != 0 ||
		    strstr(why.text, forms[i].fault) == NULL)
			fail_msg("%zu: \"%s\" instead of \"%s\"", i, why.text, forms[i].fault);
		assert_null(form);
	}
}

/* The one we ship, and one of another name. */
static void
form_found(void **state)
{
	struct why why = { .text = "" };
	struct form *form;

	(void)state;
	assert_int_equal(form_load("self-check", &form, &why), ERR_OK);
	assert_int_equal(form->fields, 22);
	assert_int_equal(form->heads, 4);
	assert_int_equal(form->status, FORM_ASSUMED);
	for (uint32_t i = 0; i < form->fields; i++)
		assert_int_equal(form->field[i].status, FORM_ASSUMED);
	form_free(form);
	assert_int_equal(form_load("annual", &form, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "there is no form annual.form"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage), cmocka_unit_test(kind_behind_options),
		cmocka_unit_test(standard_output), cmocka_unit_test(past),
		cmocka_unit_test(files), cmocka_unit_test(form_faults), cmocka_unit_test(form_found),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
