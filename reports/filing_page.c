/* SPDX-License-Identifier: Apache-2.0 */
/* Breaking lines: blanks, and between wide characters but not before what closes (JIS X 4051). */
#include <string.h>

#include "reports/filing_memory.h"
#include "reports/filing_page.h"

static bool
closes(struct bytes text)
{
	static const char *const closing[] = { "、", "。", "，", "．", "）", "」", "』",
		"】", "・", "ー", "：", "；", "！", "？", "っ", "ゃ", "ゅ", "ょ",
		"ッ", "ャ", "ュ", "ョ", "々", "]", ")", ",", ";", ":", "." };

	for (size_t i = 0; i < sizeof(closing) / sizeof(*closing); i++) {
		size_t len = strlen(closing[i]);

		if (text.len >= len && memcmp(text.at, closing[i], len) == 0)
			return true;
	}
	return false;
}

/* Octets of what may not be broken: a word, or a wide character with what closes it. */
static size_t
piece(struct bytes text, unsigned most, unsigned *columns)
{
	unsigned width;
	size_t len = text_character(text, &width);

	*columns = width;
	while (len < text.len) {
		struct bytes rest = bytes_slice(text, len, text.len);
		unsigned next;
		size_t more = text_character(rest, &next);

		if (rest.at[0] == ' ' || *columns + next > most ||
		    ((next == 2 || (width == 2 && next == 1)) && !closes(rest)))
			break;
		width = next != 0 ? next : width;
		*columns += next;
		len += more;
	}
	return len;
}

static void
blanks(struct buffer *out, unsigned count)
{
	while (count-- > 0)
		buffer_put_u8(out, ' ');
}

void
page_wrap_within(struct buffer *out, unsigned width, unsigned column, unsigned indent,
    struct bytes rest)
{
	unsigned room = width > indent ? width - indent : 1;
	unsigned most = room > PAGE_COLUMNS / 2 ? PAGE_COLUMNS / 2 : room;
	bool blank = false, begun = false;

	while (rest.len > 0 && !out->failed) {
		unsigned columns;
		size_t len;

		if (rest.at[0] == ' ') {
			blank = true;
			rest = bytes_slice(rest, 1, rest.len);
			continue;
		}
		len = piece(rest, most, &columns);
		if (begun && column + blank + columns > width) {
			buffer_put_u8(out, '\n');
			blanks(out, indent);
			column = indent;
		} else if (begun && blank) {
			buffer_put_u8(out, ' ');
			column++;
		}
		buffer_put(out, rest.at, len);
		column += columns;
		begun = true;
		blank = false;
		rest = bytes_slice(rest, len, rest.len);
	}
	buffer_put_u8(out, '\n');
}

void
page_wrap(struct buffer *out, unsigned column, unsigned indent, const char *text)
{
	page_wrap_within(out, PAGE_COLUMNS, column, indent, bytes_of_text(text));
}

void
page_item(struct buffer *out, unsigned indent, const char *mark, const char *text)
{
	unsigned columns = text_columns(bytes_of_text(mark));

	blanks(out, indent);
	buffer_put_text(out, mark);
	page_wrap(out, indent + columns, indent + columns, text);
}

void
page_rule(struct buffer *out, char c)
{
	for (unsigned i = 0; i < PAGE_COLUMNS; i++)
		buffer_put_u8(out, (uint8_t)c);
	buffer_put_u8(out, '\n');
}
