/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of strangers on one line, bounded and harmless to a terminal; see feed_part.h. */
#include <string.h>
#include <strings.h>

#include "monitor/base/log.h"
#include "monitor/feed/feed_part.h"

struct line {
	struct buffer *out;
	size_t         start, max, cut;	/* cut: where "..." would go */
	bool           blank, full;
};

static void
line_put(struct line *line, const void *at, size_t len)
{
	size_t used = line->out->len - line->start, blank = line->blank && used > 0;

	if (line->full)
		return;
	if (used + blank + len > line->max) {
		line->full = true;
		line->out->len = line->start + line->cut;
		buffer_put_text(line->out, "...");
		return;
	}
	if (blank)
		buffer_put_text(line->out, " ");
	line->blank = false;
	buffer_put(line->out, at, len);
	used = line->out->len - line->start;
	if (used + 3 <= line->max)
		line->cut = used;
}

/* One character, or an octet that is none and is passed over; octets taken. */
static size_t
line_take(struct line *line, struct bytes text)
{
	const char *at = (const char *)text.at;
	size_t len = text_safe_character(at, text.len);

	if (len == 0 || *at == ' ') {
		if (strchr(" \t\r\n", *at) != NULL && *at != '\0')
			line->blank = true;
		return 1;
	}
	line_put(line, at, len);
	return len;
}

void
feed_clean(struct buffer *out, struct bytes text, size_t max)
{
	struct line line = { .out = out, .start = out->len, .max = max };

	for (size_t i = 0; i < text.len && !line.full;)
		i += line_take(&line, bytes_slice(text, i, text.len));
}

/* Octets of a tag at the front, 0 if there is none: "a < b" holds none. */
static size_t
tag(struct bytes text)
{
	const uint8_t *end;
	uint8_t next = text.len > 1 ? text.at[1] : ' ';

	if (!((next | 32) >= 'a' && (next | 32) <= 'z') && next != '/' && next != '!')
		return 0;
	end = memchr(text.at, '>', text.len);
	return end != NULL ? (size_t)(end - text.at) + 1 : 0;
}

static size_t
entity(struct line *line, struct bytes text)
{
	static const struct { const char *name, *is; } entities[] = { { "&amp;", "&" },
		{ "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" },
		{ "&apos;", "'" }, { "&nbsp;", " " }, { "&#160;", " " } };

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t len = strlen(entities[i].name);

		if (text.len < len || memcmp(text.at, entities[i].name, len) != 0)
			continue;
		if (entities[i].is[0] == ' ')
			line->blank = true;
		else
			line_put(line, entities[i].is, 1);
		return len;
	}
	return 0;
}

void
feed_clean_html(struct buffer *out, struct bytes text, size_t max)
{
	struct line line = { .out = out, .start = out->len, .max = max };

	for (size_t i = 0; i < text.len && !line.full;) {
		struct bytes left = bytes_slice(text, i, text.len);
		size_t taken = left.at[0] == '<' ? tag(left) : left.at[0] == '&' ?
		    entity(&line, left) : 0;

		if (taken > 0 && left.at[0] == '<')
			line.blank = true;
		i += taken > 0 ? taken : line_take(&line, left);
	}
}

void
feed_name_add(struct feed_names *names, struct bytes name)
{
	struct buffer clean = { .max = 0 };
	struct bytes text, have = bytes_of_buffer(&names->text);
	bool known = false;

	feed_clean(&clean, name, FEED_TITLE_MAX);
	text = bytes_of_buffer(&clean);
	for (size_t at = 0; at < have.len && !known;) {
		struct bytes left = bytes_slice(have, at, have.len);
		const uint8_t *end = memmem(left.at, left.len, ", ", 2);
		size_t len = end != NULL ? (size_t)(end - left.at) : left.len;

		known = bytes_equal(bytes_of(left.at, len), text);
		at += len + 2;
	}
	if (text.len > 0 && !known && names->count <= FEED_NAMES_MAX) {
		buffer_put_text(&names->text, names->text.len > 0 ? ", " : "");
		if (names->count++ == FEED_NAMES_MAX)
			buffer_put_text(&names->text, "...");
		else
			buffer_put(&names->text, text.at, text.len);
	}
	buffer_free(&clean);
}

size_t
feed_find(struct bytes text, const char *needle)
{
	size_t len = strlen(needle);

	for (size_t i = 0; len > 0 && i + len <= text.len; i++)
		if (strncasecmp((const char *)text.at + i, needle, len) == 0)
			return i + len;
	return 0;
}
