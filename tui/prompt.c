/* SPDX-License-Identifier: Apache-2.0 */
/* A line editor for UTF-8 text. */
#include <string.h>

#include "tui/cell.h"
#include "tui/keys.h"
#include "tui/prompt.h"

enum { CONTROL_U = 0x15, CONTROL_W = 0x17, CONTROL_A = 0x01, CONTROL_E = 0x05, CONTROL_C = 0x03 };

void
prompt_set(struct prompt *prompt, const char *text)
{
	size_t len = strnlen(text, PROMPT_MAX - 1);

	memmove(prompt->text, text, len);
	prompt->text[len] = '\0';
	prompt->len = prompt->at = len;
}

void
prompt_open(struct prompt *prompt, char kind, const char *text)
{
	prompt->kind = kind;
	prompt->recalled = 0;
	prompt_set(prompt, text);
}

void
prompt_close(struct prompt *prompt)
{
	prompt->kind = 0;
	prompt_set(prompt, "");
}

static bool
continues(char octet)
{
	return ((uint8_t)octet & 0xc0) == 0x80;
}

static size_t
prompt_before(const struct prompt *prompt, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && continues(prompt->text[at]))
		at--;
	return at;
}

static size_t
prompt_after(const struct prompt *prompt, size_t at)
{
	if (at < prompt->len)
		at++;
	while (at < prompt->len && continues(prompt->text[at]))
		at++;
	return at;
}

static void
prompt_cut(struct prompt *prompt, size_t from, size_t to)
{
	memmove(prompt->text + from, prompt->text + to, prompt->len - to + 1);
	prompt->len -= to - from;
	prompt->at = from;
}

static size_t
prompt_word(const struct prompt *prompt)
{
	size_t at = prompt->at;

	while (at > 0 && prompt->text[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->text[at - 1] != ' ')
		at--;
	return at;
}

static void
prompt_insert(struct prompt *prompt, uint32_t key)
{
	char octets[4];
	unsigned len;

	if (key >= KEYS_NAMED || cell_width(key) < 0)
		return;
	len = utf8_put(key, octets);
	if (prompt->len + len >= PROMPT_MAX)
		return;
	memmove(prompt->text + prompt->at + len, prompt->text + prompt->at,
	    prompt->len - prompt->at + 1);
	memcpy(prompt->text + prompt->at, octets, len);
	prompt->len += len;
	prompt->at += len;
}

static void
prompt_remember(struct prompt *prompt)
{
	if (prompt->kind != ':' || prompt->len == 0 ||
	    (prompt->histories > 0 && strcmp(prompt->history[0], prompt->text) == 0))
		return;
	memmove(prompt->history[1], prompt->history[0], sizeof(prompt->history[0]) *
	    (PROMPT_HISTORY - 1));
	memcpy(prompt->history[0], prompt->text, sizeof(prompt->text));
	if (prompt->histories < PROMPT_HISTORY)
		prompt->histories++;
}

static void
prompt_recall(struct prompt *prompt, int step)
{
	if (prompt->kind != ':')
		return;
	if (step > 0 && prompt->recalled < prompt->histories)
		prompt->recalled++;
	else if (step < 0 && prompt->recalled > 0)
		prompt->recalled--;
	prompt_set(prompt, prompt->recalled > 0 ? prompt->history[prompt->recalled - 1] : "");
}

enum prompt_event
prompt_key(struct prompt *prompt, uint32_t key)
{
	switch (key) {
	case KEYS_ENTER:
		prompt_remember(prompt);
		return PROMPT_DONE;
	case KEYS_ESC:
	case CONTROL_C:
		return PROMPT_CANCELLED;
	case KEYS_TAB:
		return PROMPT_COMPLETE;
	case KEYS_BACKSPACE:
		if (prompt->len == 0)
			return PROMPT_CANCELLED;
		prompt_cut(prompt, prompt_before(prompt, prompt->at), prompt->at);
		break;
	case KEYS_DELETE:
		prompt_cut(prompt, prompt->at, prompt_after(prompt, prompt->at));
		break;
	case CONTROL_U:		prompt_cut(prompt, 0, prompt->at); break;
	case CONTROL_W:		prompt_cut(prompt, prompt_word(prompt), prompt->at); break;
	case KEYS_LEFT:		prompt->at = prompt_before(prompt, prompt->at); break;
	case KEYS_RIGHT:	prompt->at = prompt_after(prompt, prompt->at); break;
	case KEYS_HOME:
	case CONTROL_A:		prompt->at = 0; break;
	case KEYS_END:
	case CONTROL_E:		prompt->at = prompt->len; break;
	case KEYS_UP:		prompt_recall(prompt, 1); break;
	case KEYS_DOWN:		prompt_recall(prompt, -1); break;
	default:		prompt_insert(prompt, key); break;
	}
	return PROMPT_CHANGED;
}
