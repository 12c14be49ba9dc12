/* SPDX-License-Identifier: Apache-2.0 */
/* Keys by name, and what they do, from action_list.h. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include "monitor/base/bytes.h"

enum action {
	ACTION_NONE,
#define ACTION(group, NAME, keys, text) ACTION_##NAME,
#include "tui/action_list.h"
	ACTION_COUNT
};

/* A key is a code point, a control character, or one of these. */
enum key {
	KEYS_NONE = 0,
	KEYS_TAB = 0x09, KEYS_ENTER = 0x0d, KEYS_ESC = 0x1b, KEYS_BACKSPACE = 0x7f,
	KEYS_NAMED = 0x110000,
	KEYS_UP, KEYS_DOWN, KEYS_LEFT, KEYS_RIGHT, KEYS_PAGE_UP, KEYS_PAGE_DOWN,
	KEYS_HOME, KEYS_END, KEYS_DELETE, KEYS_BACKTAB,
	KEYS_CLICK, KEYS_WHEEL_UP, KEYS_WHEEL_DOWN,	/* mouse; with row and column */
	KEYS_RESIZE
};

struct input {
	uint32_t key;
	unsigned row, column;	/* of the mouse */
};

/* What the key does outside a prompt; ACTION_NONE if nothing. */
enum action key_action(uint32_t key);

/*
 * Takes the next key from the front of a script: "j", "<Enter>", "<C-l>", "<lt>" for "<",
 * "<Click ROW COLUMN>", "<WheelDown>".  ERR_NOT_FOUND at the end, ERR_INVALID with a sentence.
 */
MUST_USE enum err keys_next(struct bytes *script, struct input *, struct why *);

/* The table, for help and manual. */
enum action_group { ACTION_GROUP_MOVING, ACTION_GROUP_VIEWS, ACTION_GROUP_TIME,
	ACTION_GROUP_ACTING };

struct action_row {
	enum action_group group;
	const char       *keys, *text;
};

const struct action_row *action_row(enum action);	/* NULL for ACTION_NONE */
const char              *action_group(enum action_group);	/* its heading */

#endif
