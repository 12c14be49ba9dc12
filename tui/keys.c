/* SPDX-License-Identifier: Apache-2.0 */
/* Key names, key scripts and the key map. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/cell.h"
#include "tui/keys.h"

enum { KEY_NAME_MAX = 40 };

static const struct { const char *name; uint32_t key; } names[] = {
	{ "Enter", KEYS_ENTER }, { "Tab", KEYS_TAB }, { "S-Tab", KEYS_BACKTAB },
	{ "Esc", KEYS_ESC }, { "Backspace", KEYS_BACKSPACE }, { "Delete", KEYS_DELETE },
	{ "Space", ' ' }, { "lt", '<' }, { "Up", KEYS_UP }, { "Down", KEYS_DOWN },
	{ "Left", KEYS_LEFT }, { "Right", KEYS_RIGHT }, { "PageUp", KEYS_PAGE_UP },
	{ "PageDown", KEYS_PAGE_DOWN }, { "Home", KEYS_HOME }, { "End", KEYS_END },
	{ "WheelUp", KEYS_WHEEL_UP }, { "WheelDown", KEYS_WHEEL_DOWN },
};

static const struct action_row rows[ACTION_COUNT] = {
#define ACTION(group, NAME, keys, text) [ACTION_##NAME] = { ACTION_GROUP_##group, keys, text },
#include "tui/action_list.h"
};

const struct action_row *
action_row(enum action action)
{
	return action > ACTION_NONE && action < ACTION_COUNT ? &rows[action] : NULL;
}

const char *
action_group(enum action_group group)
{
	static const char *const texts[] = { N_("Moving"), N_("Views"), N_("Time"), N_("Acting") };

	return texts[group];
}

static enum err
key_by_name(const char *name, struct input *input, struct why *why)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0) {
			*input = (struct input){ .key = names[i].key };
			return ERR_OK;
		}
	if (strncmp(name, "C-", 2) == 0 && name[2] >= 'a' && name[2] <= 'z' && name[3] == '\0') {
		*input = (struct input){ .key = (uint32_t)(name[2] - 'a' + 1) };
		return ERR_OK;
	}
	if (sscanf(name, "Click %u %u", &input->row, &input->column) == 2) {
		input->key = KEYS_CLICK;
		return ERR_OK;
	}
	return why_set(why, ERR_INVALID, "there is no key <%s>; a \"<\" is written <lt>", name);
}

enum err
keys_next(struct bytes *script, struct input *input, struct why *why)
{
	char escape[CELL_ESCAPE], name[KEY_NAME_MAX];
	const uint8_t *end;
	uint32_t code;

	*input = (struct input){ 0 };
	if (script->len == 0)
		return ERR_NOT_FOUND;
	if (script->at[0] != '<') {
		if (!text_next(script, &code, escape) || escape[0] != '\0')
			return why_set(why, ERR_INVALID, "a key script is plain text; control "
			    "keys are written like <C-l>");
		*input = (struct input){ .key = code };
		return ERR_OK;
	}
	end = memchr(script->at, '>', script->len);
	if (end == NULL || end - script->at >= KEY_NAME_MAX)
		return why_set(why, ERR_INVALID, "\"<\" begins a key name and needs its \">\"");
	snprintf(name, sizeof(name), "%.*s", (int)(end - script->at - 1), script->at + 1);
	script->len -= (size_t)(end - script->at) + 1;
	script->at = end + 1;
	return key_by_name(name, input, why);
}

/* Whether the key is among the names, which are our own and therefore in order. */
static bool
keys_contain(const char *keys, uint32_t key)
{
	char one[KEY_NAME_MAX];
	struct input input;
	int used;

	for (; sscanf(keys, "%39s%n", one, &used) == 1; keys += used) {
		struct bytes script = bytes_of_text(one);

		if (keys_next(&script, &input, NULL) == ERR_OK && input.key == key)
			return true;
	}
	return false;
}

enum action
key_action(uint32_t key)
{
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		if (keys_contain(rows[i].keys, key))
			return (enum action)i;
	return ACTION_NONE;
}
