/* SPDX-License-Identifier: Apache-2.0 */
/* Options and operands of a command line in any order, each read once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <getopt.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/command.h"

static const struct command_option options[] = {
	{ .name = "out", .letter = 'o', .argument = "FILE", .help = "out" },
	{ .name = "force", .help = "force" },
	{ .name = NULL },
};
static const struct command command = { .name = "t", .usage = "", .summary = "", .options = options };

enum { WORDS = 8, MOST = 3 };

static const struct {
	const char *word[WORDS];	/* of the command line */
	int         end;
	const char *out, *operand[MOST];
	int         force, left;	/* left: words behind the last operand there is room for */
} lines[] = {
	{ { NULL }, COMMAND_END, NULL, { NULL }, 0, 0 },
	{ { "a", "--out", "x", "b", "--force" }, COMMAND_END, "x", { "a", "b" }, 1, 0 },
	{ { "-ox", "a" }, COMMAND_END, "x", { "a" }, 0, 0 },
	{ { "a", "--", "--force", "-o" }, COMMAND_END, NULL, { "a", "--force", "-o" }, 0, 0 },
	{ { "--", "--", "a" }, COMMAND_END, NULL, { "--", "a" }, 0, 0 },
	{ { "a", "b", "c", "d" }, COMMAND_END, NULL, { "a", "b", "c" }, 0, 1 },
	{ { "a", "b", "c", "--force" }, COMMAND_END, NULL, { "a", "b", "c" }, 1, 0 },
	{ { "a", "--none" }, COMMAND_WRONG, NULL, { "a" }, 0, 0 },
	{ { "a", "-o" }, COMMAND_WRONG, NULL, { "a" }, 0, 0 },
};

static void
same(const char *found, const char *wanted)
{
	if (wanted == NULL)
		assert_null(found);
	else
		assert_string_equal(found, wanted);
}

static void
lines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *argv[WORDS + 2] = { (char *)(uintptr_t)"t" };
		const char *at[MOST] = { NULL }, *value, *out = NULL;
		struct operands operands = { .at = at, .max = MOST };
		int argc = 1, got, force = 0;

		for (; lines[i].word[argc - 1] != NULL; argc++)
			argv[argc] = (char *)(uintptr_t)lines[i].word[argc - 1];
		optind = 0;		/* getopt begins anew */
		while ((got = command_among(&command, argc, argv, &value, &operands)) >= 0) {
			force += got == 1;
			out = got == 0 ? value : out;
		}
		assert_int_equal(got, lines[i].end);
		same(out, lines[i].out);
		assert_int_equal(force, lines[i].force);
		for (int k = 0; k < MOST; k++)
			same(at[k], lines[i].operand[k]);
		if (got == COMMAND_END)
			assert_int_equal(argc - optind, lines[i].left);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(lines_are_read) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
