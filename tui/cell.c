/* SPDX-License-Identifier: Apache-2.0 */
/* Character widths (the C library's table, in a UTF-8 locale), a decoder that refuses nothing. */
#include <stdio.h>
#include <wchar.h>

#include "tui/cell.h"

/* Formatting that is invisible or reorders text (UAX 9): a name must not be able to hide in it. */
static bool
code_hides(uint32_t code)
{
	return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0x061c || code == 0xfeff ||
	    code == 0x00ad || (code >= 0xfff0 && code <= 0xfffb) ||
	    (code >= 0xe0000 && code <= 0xe0fff);
}

int
cell_width(uint32_t code)
{
	if (code >= 0x20 && code < 0x7f)
		return 1;
	if (code < 0xa0 || code > 0x10ffff || code_hides(code))
		return -1;
	return wcwidth((wchar_t)code);
}

/* Octets of the well-formed sequence at the front (RFC 3629), 0 if there is none. */
static size_t
utf8_take(struct bytes text, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = text.at[0];
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (len == 0 || len > text.len || first > 0xf4)
		return 0;
	*code = len == 1 ? first : first & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((text.at[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (text.at[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return len;
}

bool
text_next(struct bytes *text, uint32_t *code, char escape[CELL_ESCAPE])
{
	size_t len;

	escape[0] = '\0';
	if (text->len == 0)
		return false;
	len = utf8_take(*text, code);
	if (len == 0 || *code < 0x20 || *code == 0x7f) {
		snprintf(escape, CELL_ESCAPE, "\\x%02x", text->at[0]);
		*code = 0;
		len = 1;
	} else if (cell_width(*code) < 0) {
		snprintf(escape, CELL_ESCAPE, "\\u{%x}", *code & 0x1fffff);
		*code = 0;
	}
	text->at += len;
	text->len -= len;
	return true;
}

unsigned
text_width(struct bytes text)
{
	char escape[CELL_ESCAPE];
	unsigned width = 0;
	uint32_t code;

	while (text_next(&text, &code, escape)) {
		if (escape[0] == '\0')
			width += (unsigned)cell_width(code);
		for (const char *at = escape; *at != '\0'; at++)
			width++;
	}
	return width;
}

unsigned
utf8_put(uint32_t code, char out[4])
{
	static const uint8_t lead[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	unsigned len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (unsigned i = len; i > 1; i--) {
		out[i - 1] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(lead[len] | code);
	return len;
}
