/* SPDX-License-Identifier: Apache-2.0 */
/* Key scripts, the key map, and the line editor of prompts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/prompt.h"

static void
test_script(void **state)
{
	static const uint32_t keys[] = { 'j', 0x6771, KEYS_ENTER, 0x0c, '<', KEYS_PAGE_DOWN, ' ' };
	struct bytes script = bytes_of_text("j東<Enter><C-l><lt><PageDown> <Click 3 40>");
	struct input input;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(keys_next(&script, &input, NULL), ERR_OK);
		assert_int_equal(input.key, keys[i]);
	}
	assert_int_equal(keys_next(&script, &input, NULL), ERR_OK);
	assert_int_equal(input.key, KEYS_CLICK);
	assert_int_equal(input.row, 3);
	assert_int_equal(input.column, 40);
	assert_int_equal(keys_next(&script, &input, NULL), ERR_NOT_FOUND);
}

static void
test_script_wrong(void **state)
{
	static const char *const wrong[] = { "<", "<Enter", "<NoSuchKey>", "<C-1>", "\033", "\xff",
		"<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>" };
	struct input input;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct bytes script = bytes_of_text(wrong[i]);
		struct why why = { 0 };

		assert_int_equal(keys_next(&script, &input, &why), ERR_INVALID);
		assert_true(why.text[0] != '\0');
	}
}

/* Every key of the table is readable and belongs to one action only. */
static void
test_map(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		char names[128], *rest = names, *name;

		strncpy(names, action_row((enum action)i)->keys, sizeof(names) - 1);
		while ((name = strsep(&rest, " ")) != NULL) {
			struct bytes script = bytes_of_text(name);
			struct input input;

			assert_int_equal(keys_next(&script, &input, NULL), ERR_OK);
			assert_int_equal(script.len, 0);
			assert_int_equal(key_action(input.key), i);
			seen++;
		}
	}
	assert_true(seen > ACTION_COUNT);
	assert_int_equal(key_action('Q'), ACTION_NONE);
	assert_int_equal(key_action(KEYS_CLICK), ACTION_NONE);
}

static void
type(struct prompt *prompt, const char *keys)
{
	struct bytes script = bytes_of_text(keys);
	struct input input;

	while (keys_next(&script, &input, NULL) == ERR_OK)
		prompt_key(prompt, input.key);
}

static void
test_prompt_edit(void **state)
{
	struct prompt prompt = { 0 };

	(void)state;
	prompt_open(&prompt, ':', "ack ");
	type(&prompt, "東京x<Left><Backspace>都");
	assert_string_equal(prompt.text, "ack 東都x");
	type(&prompt, "<Home><Delete><Delete><End>!<Left><Left><Delete>");
	assert_string_equal(prompt.text, "k 東都!");
	type(&prompt, "<End> two words<C-w>");
	assert_string_equal(prompt.text, "k 東都! two ");
	type(&prompt, "<C-u>");
	assert_string_equal(prompt.text, "");
	assert_int_equal(prompt_key(&prompt, KEYS_BACKSPACE), PROMPT_CANCELLED);
	assert_int_equal(prompt_key(&prompt, KEYS_TAB), PROMPT_COMPLETE);
	assert_int_equal(prompt_key(&prompt, KEYS_ESC), PROMPT_CANCELLED);
}

/* A line that is full takes no more, whole characters only; controls never enter it. */
static void
test_prompt_bounds(void **state)
{
	struct prompt prompt = { 0 };

	(void)state;
	prompt_open(&prompt, '/', "");
	for (unsigned i = 0; i < 2 * PROMPT_MAX; i++)
		prompt_key(&prompt, 0x6771);
	assert_true(prompt.len < PROMPT_MAX);
	assert_int_equal(prompt.len % 3, 0);
	prompt_set(&prompt, "");
	prompt_key(&prompt, 0x02);
	prompt_key(&prompt, 0x202e);
	prompt_key(&prompt, KEYS_PAGE_UP);
	prompt_key(&prompt, KEYS_RESIZE);
	assert_int_equal(prompt.len, 0);
	type(&prompt, "<Delete><Left><Right><Home><End>");
	assert_int_equal(prompt.len, 0);
}

static void
test_prompt_history(void **state)
{
	struct prompt prompt = { 0 };

	(void)state;
	for (unsigned i = 0; i < PROMPT_HISTORY + 4; i++) {
		prompt_open(&prompt, ':', "");
		prompt_key(&prompt, 'a' + i);
		assert_int_equal(prompt_key(&prompt, KEYS_ENTER), PROMPT_DONE);
		prompt_close(&prompt);
	}
	prompt_open(&prompt, ':', "");
	type(&prompt, "<Up><Up>");
	assert_string_equal(prompt.text, "s");
	type(&prompt, "<Down>");
	assert_string_equal(prompt.text, "t");
	for (unsigned i = 0; i < 2 * PROMPT_HISTORY; i++)
		prompt_key(&prompt, KEYS_UP);
	assert_string_equal(prompt.text, "e");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script), cmocka_unit_test(test_script_wrong),
		cmocka_unit_test(test_map), cmocka_unit_test(test_prompt_edit),
		cmocka_unit_test(test_prompt_bounds), cmocka_unit_test(test_prompt_history),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("tui_keys", tests, NULL, NULL);
}
