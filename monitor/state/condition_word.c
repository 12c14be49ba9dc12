/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a condition: names and keywords, texts, integers, durations and signs. */
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/state/condition_part.h"

static const struct { char sign[3]; enum word_kind kind; enum order order; } signs[] = {
	{ "==", WORD_ORDER, ORDER_EQUAL },
	{ "!=", WORD_ORDER, ORDER_LESS | ORDER_MORE },
	{ "<=", WORD_ORDER, ORDER_LESS | ORDER_EQUAL },
	{ ">=", WORD_ORDER, ORDER_MORE | ORDER_EQUAL },
	{ "<", WORD_ORDER, ORDER_LESS },
	{ ">", WORD_ORDER, ORDER_MORE },
	{ "(", WORD_OPEN, 0 },
	{ ")", WORD_CLOSE, 0 },
	{ ",", WORD_COMMA, 0 },
	{ ":", WORD_COLON, 0 },
};

const char *
source_show(struct bytes source, char out[4 * SOURCE_SHOWN + 8])
{
	size_t len = source.len < SOURCE_SHOWN ? source.len : SOURCE_SHOWN;

	/* Not inside a character. */
	while (len < source.len && len > 0 && (source.at[len] & 0xc0) == 0x80)
		len--;
	text_escape((const char *)source.at, len, out, 4 * SOURCE_SHOWN + 1);
	if (len < source.len)
		memcpy(out + strlen(out), "...", sizeof("..."));
	return out;
}

bool
word_is(const struct word *word, const char *keyword)
{
	return word->kind == WORD_NAME && bytes_equal(word->source, bytes_of_text(keyword));
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t
name_end(struct bytes text, size_t at)
{
	while (at < text.len && (is_letter(text.at[at]) || is_digit(text.at[at]) ||
	    text.at[at] == '.'))
		at++;
	return at;
}

static int64_t
unit_ms(uint8_t unit)
{
	switch (unit) {
	case 'd': return INT64_C(86400000);
	case 'h': return INT64_C(3600000);
	case 'm': return INT64_C(60000);
	case 's': return INT64_C(1000);
	default:  return 0;
	}
}

/* Digits, which a name's character may not follow unless it is a unit alone. */
static enum err
number_read(struct bytes text, size_t at, struct word *word, struct why *why)
{
	size_t end = at + (text.at[at] == '-');
	bool minus = end > at, fits = true;
	char shown[4 * SOURCE_SHOWN + 8];
	int64_t unit;

	for (; end < text.len && is_digit(text.at[end]); end++)
		if (__builtin_mul_overflow(word->number, 10, &word->number) ||
		    __builtin_add_overflow(word->number, text.at[end] - '0', &word->number))
			fits = false;
	word->kind = WORD_INTEGER;
	word->source = bytes_slice(text, at, name_end(text, end) - at);
	if (name_end(text, end) != end) {
		unit = name_end(text, end) == end + 1 && !minus ? unit_ms(text.at[end]) : 0;
		if (unit == 0)
			return why_at(why, ERR_INVALID, at, "\"%s\" is neither an integer nor a "
			    "duration such as 30d, 12h, 15m or 60s",
			    source_show(word->source, shown));
		word->kind = WORD_DURATION;
		if (__builtin_mul_overflow(word->number, unit, &word->number))
			fits = false;
	}
	if (!fits)
		return why_at(why, ERR_INVALID, at, "%s is too large",
		    source_show(word->source, shown));
	if (minus)
		word->number = -word->number;
	return ERR_OK;
}

static enum err
text_read(struct bytes text, size_t at, struct word *word, struct why *why)
{
	size_t end = at + 1;

	for (; end < text.len && text.at[end] != '"'; end++) {
		if (text.at[end] == '\\')
			return why_at(why, ERR_INVALID, end, "a text in a condition has no "
			    "escapes, and so no backslash");
		if (text.at[end] < 0x20 || text.at[end] == 0x7f)
			return why_at(why, ERR_INVALID, end, "a control character (octet %02x) in "
			    "a text", text.at[end]);
	}
	if (end == text.len)
		return why_at(why, ERR_INVALID, at, "a text begins here and has no closing quote");
	word->kind = WORD_TEXT;
	word->source = bytes_slice(text, at, end + 1 - at);
	word->text = bytes_slice(text, at + 1, end - at - 1);
	return ERR_OK;
}

static enum err
sign_read(struct bytes text, size_t at, struct word *word, struct why *why)
{
	char shown[4 * SOURCE_SHOWN + 8];
	size_t len = 1;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		struct bytes sign = bytes_of_text(signs[i].sign);

		if (!bytes_equal(bytes_slice(text, at, sign.len), sign))
			continue;
		word->kind = signs[i].kind;
		word->order = signs[i].order;
		word->source = bytes_slice(text, at, sign.len);
		return ERR_OK;
	}
	while (at + len < text.len && (text.at[at + len] & 0xc0) == 0x80)
		len++;
	return why_at(why, ERR_INVALID, at, "\"%s\" has no meaning here%s",
	    source_show(bytes_slice(text, at, len), shown),
	    text.at[at] == '=' ? "; equal is written ==" :
	    text.at[at] == '!' || text.at[at] == '&' || text.at[at] == '|' ?
	    "; write not, and, or" : "");
}

enum err
word_next(struct bytes text, size_t *at, struct word *word, struct why *why)
{
	enum err err = ERR_OK;
	uint8_t c;

	while (*at < text.len && (text.at[*at] == ' ' || text.at[*at] == '\t' ||
	    text.at[*at] == '\n' || text.at[*at] == '\r'))
		(*at)++;
	*word = (struct word){ .kind = WORD_END, .offset = *at };
	if (*at == text.len)
		return ERR_OK;
	c = text.at[*at];
	if (is_letter(c)) {
		word->kind = WORD_NAME;
		word->source = bytes_slice(text, *at, name_end(text, *at) - *at);
	} else if (is_digit(c) || (c == '-' && *at + 1 < text.len && is_digit(text.at[*at + 1]))) {
		err = number_read(text, *at, word, why);
	} else if (c == '"') {
		err = text_read(text, *at, word, why);
	} else {
		err = sign_read(text, *at, word, why);
	}
	*at += word->source.len;
	return err;
}
