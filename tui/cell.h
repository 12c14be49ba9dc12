/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many columns a character takes, and how untrusted text becomes characters.  Everything
 * that is drawn is measured here and nowhere else, so a line can never be wider than planned.
 */
#ifndef TUI_CELL_H
#define TUI_CELL_H

#include "monitor/base/bytes.h"

enum { CELL_ESCAPE = 12 };	/* octets of the longest escape, "\u{10ffff}" and its NUL */

/*
 * Columns of one code point: 2 for wide and fullwidth ones (UAX 11), 0 for marks that join the
 * one before, 1 for the rest; -1 for what must not reach a terminal: controls, direction
 * overrides and other invisible formatting, surrogates, unassigned.  Ambiguous ones take 1.
 */
int cell_width(uint32_t code);

/*
 * Takes the next code point from the front of text.  Octets that are not UTF-8 are taken one by
 * one; those and code points of width -1 come as their escape ("\x1b", "\u{202e}") in escape,
 * with code 0; otherwise escape is "".  False when text is used up.
 */
bool text_next(struct bytes *text, uint32_t *code, char escape[CELL_ESCAPE]);

/* Columns text takes when drawn, escapes included. */
unsigned text_width(struct bytes text);

/* Octets of the UTF-8 form of code, written to out (4 at most); no NUL. */
unsigned utf8_put(uint32_t code, char out[4]);

#endif
