/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of a stranger: in UTF-8 or UTF-16 (AWS serves its events so, with a byte order mark), whole
 * or not at all.  Depth and numbers are bounded before jansson sees it, for it goes down by
 * recursion and keeps hundreds of octets for each object.
 */
#include <jansson.h>
#include <string.h>

#include "monitor/base/json_bounds.h"
#include "monitor/feed/feed_part.h"

void
feed_begin(void)
{
	json_object_seed(0);
}

static void
put_utf8(struct buffer *out, uint32_t code)
{
	if (code < 0x80) {
		buffer_put_u8(out, (uint8_t)code);
		return;
	}
	if (code < 0x800) {
		buffer_put_u8(out, (uint8_t)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			buffer_put_u8(out, (uint8_t)(0xe0 | code >> 12));
		} else {
			buffer_put_u8(out, (uint8_t)(0xf0 | code >> 18));
			buffer_put_u8(out, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
		}
		buffer_put_u8(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
	}
	buffer_put_u8(out, (uint8_t)(0x80 | (code & 0x3f)));
}

static uint32_t
unit(struct bytes text, size_t at, bool big)
{
	uint32_t first = text.at[at], second = text.at[at + 1];

	return big ? first << 8 | second : second << 8 | first;
}

/* RFC 2781; half of a pair becomes U+FFFD. */
static enum err
utf16_read(struct bytes text, bool big, struct buffer *out, struct why *why)
{
	if (text.len % 2 != 0)
		return why_at(why, ERR_TRUNCATED, text.len, "UTF-16 of an odd number of octets");
	for (size_t i = 0; i < text.len; i += 2) {
		uint32_t code = unit(text, i, big), low = 0;

		if (code >= 0xd800 && code < 0xdc00 && i + 2 < text.len)
			low = unit(text, i + 2, big);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		} else if (code >= 0xd800 && code < 0xe000) {
			code = 0xfffd;
		}
		put_utf8(out, code);
	}
	return ERR_OK;
}

enum encoding { IN_UTF8, IN_UTF16_BIG, IN_UTF16_LITTLE };

/* RFC 4627 section 3: the first two characters of JSON are ASCII. */
static enum encoding
encoding_of(struct bytes *text)
{
	uint8_t first = text->len > 1 ? text->at[0] : 'x', second = text->len > 1 ? text->at[1] :
	    'x';

	if ((first == 0xfe && second == 0xff) || (first == 0xff && second == 0xfe)) {
		*text = bytes_slice(*text, 2, text->len);
		return first == 0xfe ? IN_UTF16_BIG : IN_UTF16_LITTLE;
	}
	if (text->len >= 3 && memcmp(text->at, "\xef\xbb\xbf", 3) == 0)
		*text = bytes_slice(*text, 3, text->len);
	else if (first == 0 && second != 0)
		return IN_UTF16_BIG;
	else if (first != 0 && second == 0)
		return IN_UTF16_LITTLE;
	return IN_UTF8;
}

static enum err
bounds_check(struct bytes text, struct why *why)
{
	struct json_bounds most = { .depth = FEED_DEPTH_MAX, .groups = FEED_GROUPS_MAX,
	    .values = FEED_VALUES_MAX };
	size_t at;

	if (json_fits(text, most, &at))
		return ERR_OK;
	return why_at(why, ERR_LIMIT, at, "it is nested deeper than %d, or has more "
	    "than %d objects or %d values", FEED_DEPTH_MAX, FEED_GROUPS_MAX,
	    FEED_VALUES_MAX);
}

/* A text that ends early is told apart: it may be whole in the next look. */
static enum err
error_of(const json_error_t *error)
{
	return json_error_code((json_error_t *)(uintptr_t)error) ==
	    json_error_premature_end_of_input ? ERR_TRUNCATED : ERR_MALFORMED;
}

struct json_t *
feed_json_read(struct bytes document, struct why *why)
{
	struct buffer converted = { .max = 2 * FEED_DOCUMENT_MAX };
	enum encoding encoding = encoding_of(&document);
	enum err err = ERR_OK;
	json_t *root = NULL;
	json_error_t error;

	if (encoding != IN_UTF8) {
		err = utf16_read(document, encoding == IN_UTF16_BIG, &converted, why);
		document = bytes_of_buffer(&converted);
	}
	if (err == ERR_OK)
		err = bounds_check(document, why);
	if (err == ERR_OK) {
		root = json_loadb(document.len > 0 ? (const char *)document.at : "", document.len,
		    JSON_REJECT_DUPLICATES, &error);
		if (root == NULL)
			why_at(why, error_of(&error), error.position > 0 ?
			    (uint64_t)error.position : 0, error_of(&error) == ERR_TRUNCATED ?
			    "the JSON ends early (line %d)" : "it is not JSON (line %d)",
			    error.line);
	}
	buffer_free(&converted);
	return root;
}

struct bytes
feed_json_text(const struct json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return bytes_of(json_string_value(value), json_string_length(value));
}

struct feed_when
feed_json_time(const struct json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	struct bytes text = feed_json_text(object, name);
	int64_t seconds = 0;

	if (json_is_integer(value))
		return feed_time_seconds(json_integer_value(value));
	for (size_t i = 0; i < text.len && i < 14; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return feed_time_iso(text);
		seconds = 10 * seconds + (text.at[i] - '0');
	}
	return feed_time_seconds(text.len < 14 ? seconds : 0);
}

struct bytes
feed_json_item(struct feed_list *list, const struct json_t *value)
{
	return feed_keep(list, json_dumps(value, JSON_COMPACT));
}
