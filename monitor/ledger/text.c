/* SPDX-License-Identifier: Apache-2.0 */
/* Text of strangers: mended to UTF-8, cut with a mark, escaped. */
#include "monitor/base/cbor.h"
#include "monitor/base/hash.h"
#include "monitor/base/log.h"
#include "monitor/ledger/text.h"

/* Octets of the character at the front, 0 if none begins there. */
static size_t
character(struct bytes text)
{
	for (size_t len = 1; len <= 4 && len <= text.len; len++)
		if (utf8_valid(bytes_of(text.at, len)))
			return len;
	return 0;
}

void
text_mend(struct buffer *out, struct bytes text, size_t max)
{
	static const char mark[] = " [cut, SHA-256 ";
	size_t start = out->len, keep = max - (sizeof(mark) - 1) - (HASH_TEXT - 1) - 1, cut = start;
	struct bytes left = text;
	char hex[HASH_TEXT];

	if (text.len <= max && utf8_valid(text)) {
		buffer_put(out, text.at, text.len);
		return;
	}
	while (left.len > 0 && out->len - start <= max) {
		size_t len = character(left);

		if (len > 0)
			buffer_put(out, left.at, len);
		else
			buffer_put_text(out, "\xef\xbf\xbd");
		left = bytes_slice(left, len > 0 ? len : 1, left.len);
		if (out->len - start <= keep)
			cut = out->len;
		if (out->failed)
			return;
	}
	if (out->len - start <= max)
		return;
	out->len = cut;
	hash_text(hash_of(text), hex);
	buffer_print(out, "%s%s]", mark, hex);
}

/* The number of a character of one to three octets: no larger one is unsafe. */
static unsigned
code_of(struct bytes text, size_t len)
{
	if (len == 1)
		return text.at[0];
	if (len == 2)
		return (text.at[0] & 0x1fu) << 6 | (text.at[1] & 0x3fu);
	return (text.at[0] & 0x0fu) << 12 | (text.at[1] & 0x3fu) << 6 | (text.at[2] & 0x3fu);
}

void
text_put_json(struct buffer *out, struct bytes text)
{
	buffer_put_u8(out, '"');
	while (text.len > 0 && !out->failed) {
		size_t len = character(text);
		uint8_t c = text.at[0];

		if (len == 0)
			buffer_put_text(out, "\\ufffd");
		else if (len == 1 && (c == '"' || c == '\\'))
			buffer_print(out, "\\%c", c);
		else if (len <= 3 && text_safe_character((const char *)text.at, text.len) == 0)
			buffer_print(out, "\\u%04x", code_of(text, len));
		else
			buffer_put(out, text.at, len);
		text = bytes_slice(text, len > 0 ? len : 1, text.len);
	}
	buffer_put_u8(out, '"');
}

void
text_put_escaped(struct buffer *out, struct bytes text)
{
	char part[4 * 64 + 1];

	while (text.len > 0 && !out->failed) {
		size_t len = text.len < 64 ? text.len : 64;

		/* A character is not cut in two: escaping looks at whole ones. */
		while (len < text.len && len > 60 && (text.at[len] & 0xc0) == 0x80)
			len--;
		text_escape((const char *)text.at, len, part, sizeof(part));
		buffer_put_text(out, part);
		text = bytes_slice(text, len, text.len);
	}
}

void
text_put_hex(struct buffer *out, struct bytes octets)
{
	char hex[3];

	for (size_t i = 0; i < octets.len; i++) {
		hex_of(bytes_of(octets.at + i, 1), hex);
		buffer_put(out, hex, 2);
	}
}
