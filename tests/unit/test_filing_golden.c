/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One filing to the letter, in both languages and all formats: tests/golden/filing/.  Japanese is
 * spoken by a copy of this program beside a catalogue made from the sources.  GOLDEN_WRITE=1
 * writes what is made now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "tests/unit/filing_carrier.h"

static const char *program;

static const struct { const char *ending; void (*print)(const struct filing *, struct buffer *); }
formats[] = { { "txt", filing_print_text }, { "json", filing_print_json },
	{ "html", filing_print_html } };

static struct form *
read_form(void)
{
	struct buffer octets = { .max = 0 };
	struct form *form = NULL;
	struct why why = { .text = "" };

	if (file_read("reports/forms/self-check.form", 1 << 20, &octets, &why) != ERR_OK ||
	    form_read("self-check.form", bytes_of_buffer(&octets), &form, &why) != ERR_OK)
		fprintf(stderr, "%s\n", why.text);
	buffer_free(&octets);
	return form;
}

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
speaks(const char *language)
{
	struct filing_carrier *w = filing_carrier_new();
	struct filing_source source;
	struct form *form = read_form();
	struct filing *filing = NULL;
	struct why why = { .text = "" };
	int bad = form == NULL;

	filing_carrier_begin(w);
	filing_carrier_observe(w);
	filing_carrier_acts(w);
	source = filing_carrier_source(w);
	/* The real one changes whenever plans say more. */
	source.root = hash_of(bytes_of_text("root"));
	i18n_open(language);
	if (form != NULL && filing_make(&source, form, language, &filing, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		bad++;
	}
	for (size_t i = 0; filing != NULL && i < sizeof(formats) / sizeof(*formats); i++) {
		struct buffer out = { .max = 0 };
		char path[100];

		formats[i].print(filing, &out);
		buffer_text(&out);
		snprintf(path, sizeof(path), "tests/golden/filing/self-check.%s.%s", language,
		    formats[i].ending);
		bad += compare(&out, path);
		buffer_free(&out);
	}
	bad += filing != NULL && filing_code(filing) != 1;
	filing_free(filing);
	form_free(form);
	filing_carrier_free(w);
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
	char folder[] = "/tmp/sekimori-filing-XXXXXX", mo[100], copy[100], make[200];
	struct why why = { .text = "" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES", folder);
	assert_int_equal(file_folder(mo, 0755, &why), ERR_OK);
	snprintf(mo, sizeof(mo), "%s/mo/ja/LC_MESSAGES/sekimori.mo", folder);
	snprintf(copy, sizeof(copy), "%s/program", folder);
	snprintf(make, sizeof(make), "msgcat --use-first packaging/po/ja*.po | msgfmt -o %s -", mo);
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

	if (argc == 2)
		return speaks(argv[1]);
	program = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
