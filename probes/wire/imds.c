/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 for a metadata service; see imds.h. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "probes/wire/imds.h"

static bool
plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

void
imds_request_write(struct buffer *out, const char *method, const char *host, const char *target,
    const struct imds_field *field)
{
	assert(plain(method) && plain(host) && plain(target));
	buffer_print(out, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, target, host);
	for (; field->name != NULL; field++) {
		assert(plain(field->name) && plain(field->value));
		buffer_print(out, "%s: %s\r\n", field->name, field->value);
	}
	buffer_put_text(out, "Accept: */*\r\nUser-Agent: sekimori-witness\r\n"
	    "Connection: close\r\n");
	/* RFC 9110 8.6: a PUT says that it has no content. */
	if (strcmp(method, "PUT") == 0)
		buffer_put_text(out, "Content-Length: 0\r\n");
	buffer_put_text(out, "\r\n");
}

void
imds_part_write(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~", c) != NULL)
			buffer_put_u8(out, c);
		else
			buffer_print(out, "%%%02X", c);
	}
}

/* --- the head ------------------------------------------------------------------------------- */

/* What the fields say of the body. */
struct head { size_t len, content; bool counted, chunked; };

static enum err
malformed(size_t at, const char *what, struct why *why)
{
	return why_at(why, ERR_MALFORMED, at, "its answer is no HTTP/1.1: %s", what);
}

/* Up to CRLF, which is passed over; false: there is none. */
static bool
line_take(struct bytes octets, size_t *at, struct bytes *line)
{
	const uint8_t *end = *at < octets.len ?
	    memmem(octets.at + *at, octets.len - *at, "\r\n", 2) : NULL;

	if (end == NULL)
		return false;
	*line = bytes_of(octets.at + *at, (size_t)(end - octets.at) - *at);
	*at += line->len + 2;
	return true;
}

static bool
digits_read(struct bytes text, unsigned base, size_t most, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		int c = text.at[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;

		if ((unsigned)digit >= base || i == 8)
			return false;
		*out = *out * base + (size_t)digit;
	}
	return text.len > 0 && *out <= most;
}

static enum err
status_take(struct bytes line, unsigned *status, struct why *why)
{
	size_t number;

	if (line.len < 13 || memcmp(line.at, "HTTP/1.", 7) != 0 ||
	    (line.at[7] != '0' && line.at[7] != '1') || line.at[8] != ' ' || line.at[12] != ' ' ||
	    !digits_read(bytes_slice(line, 9, 3), 10, 599, &number) || number < 200)
		return malformed(0, "its first line is no final status", why);
	*status = (unsigned)number;
	return ERR_OK;
}

static bool
is(struct bytes text, const char *word)
{
	return text.len == strlen(word) && strncasecmp((const char *)text.at, word, text.len) == 0;
}

static bool
name_good(struct bytes name)
{
	static const char tokens[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++) {
		int c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c != 0 && strchr(tokens, c) != NULL)))
			return false;
	}
	return name.len > 0;
}

static bool
value_good(struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((value.at[i] < ' ' && value.at[i] != '\t') || value.at[i] == 0x7f)
			return false;
	return true;
}

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = bytes_slice(text, 1, text.len - 1);
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* RFC 9112 6.1 and 6.3: two lengths, or a length and chunks, is how answers are smuggled. */
static enum err
field_take(struct bytes line, size_t at, struct head *head, struct imds_answer *out,
    struct why *why)
{
	const uint8_t *colon = line.len > 0 ? memchr(line.at, ':', line.len) : NULL;
	size_t len = colon != NULL ? (size_t)(colon - line.at) : 0;
	struct bytes name = bytes_slice(line, 0, len),
	    value = trimmed(bytes_slice(line, len + 1, line.len));

	if (colon == NULL || !name_good(name) || !value_good(value))
		return malformed(at, "a line of its head is no field", why);
	if (is(name, "metadata-flavor"))
		out->flavor = value;
	if (is(name, "content-encoding") && !is(value, "identity"))
		return why_at(why, ERR_UNSUPPORTED, at, "its answer is encoded, which nobody "
		    "asked for");
	if (is(name, "content-length")) {
		if (head->counted || head->chunked)
			return malformed(at, "it has two lengths", why);
		head->counted = true;
		if (!digits_read(value, 10, SIZE_MAX, &head->content))
			return malformed(at, "its length is no number", why);
		if (head->content > IMDS_BODY_MAX)
			return why_at(why, ERR_LIMIT, at, "its answer has %zu octets, more than "
			    "%d", head->content, IMDS_BODY_MAX);
	}
	if (is(name, "transfer-encoding")) {
		if (head->counted || head->chunked)
			return malformed(at, "it has two lengths", why);
		head->chunked = true;
		if (!is(value, "chunked"))
			return why_at(why, ERR_UNSUPPORTED, at, "its transfer coding is not "
			    "chunked");
	}
	return ERR_OK;
}

static enum err
head_read(struct bytes octets, struct head *head, struct imds_answer *out, struct why *why)
{
	struct bytes line;
	size_t at = 0, begin = 0;
	enum err err = ERR_OK;

	for (bool first = true; err == ERR_OK; first = false) {
		begin = at;
		if (!line_take(octets, &at, &line) || at > IMDS_HEAD_MAX)
			return octets.len - begin > IMDS_HEAD_MAX - begin ?
			    why_set(why, ERR_LIMIT, "the head of its answer has more than %d "
			    "octets", IMDS_HEAD_MAX) : ERR_TRUNCATED;
		if (line.len == 0 && !first)
			break;
		err = first ? status_take(line, &out->status, why) :
		    field_take(line, begin, head, out, why);
	}
	head->len = at;
	return err;
}

/* --- the body ------------------------------------------------------------------------------- */

/* RFC 9112 7.1, without extensions and trailers.  *at moves behind it. */
static enum err
chunks_read(struct bytes octets, size_t *at, struct buffer *body, struct why *why)
{
	for (unsigned count = 0; ; count++) {
		struct bytes line;
		size_t len, begin = *at;

		if (!line_take(octets, at, &line))
			return octets.len - begin > 9 ?
			    malformed(begin, "a chunk has no size", why) : ERR_TRUNCATED;
		if (!digits_read(line, 16, SIZE_MAX, &len))
			return malformed(begin, "the size of a chunk is no number", why);
		if (len > IMDS_BODY_MAX - body->len || count == IMDS_CHUNK_MAX)
			return why_at(why, ERR_LIMIT, begin, "its answer has more than %d octets "
			    "or %d chunks", IMDS_BODY_MAX, IMDS_CHUNK_MAX);
		if (octets.len - *at < len + 2)
			return ERR_TRUNCATED;
		if (octets.at[*at + len] != '\r' || octets.at[*at + len + 1] != '\n')
			return malformed(*at, len == 0 ? "something stands behind its chunks" :
			    "a chunk is longer than it says", why);
		buffer_put(body, octets.at + *at, len);
		*at += len + 2;
		if (len == 0)
			return ERR_OK;
	}
}

static enum err
body_read(struct bytes octets, bool ended, const struct head *head, struct buffer *body,
    struct why *why)
{
	size_t at = head->len, rest = octets.len - at;

	if (head->chunked) {
		enum err err = chunks_read(octets, &at, body, why);

		if (err != ERR_OK)
			return err;
	} else if (head->counted) {
		if (rest < head->content)
			return ERR_TRUNCATED;
		buffer_put(body, octets.at + at, head->content);
		at += head->content;
	} else {
		if (rest > IMDS_BODY_MAX)
			return why_set(why, ERR_LIMIT, "its answer has more than %d octets",
			    IMDS_BODY_MAX);
		if (!ended)
			return ERR_TRUNCATED;
		buffer_put(body, octets.at + at, rest);
		at += rest;
	}
	return at == octets.len ? ERR_OK : malformed(at, "something stands behind its end", why);
}

enum err
imds_answer_read(struct bytes octets, bool ended, struct imds_answer *out, struct why *why)
{
	struct head head = { .len = 0 };
	enum err err;

	*out = (struct imds_answer){ .body.max = IMDS_BODY_MAX };
	err = head_read(octets, &head, out, why);
	if (err == ERR_OK)
		err = body_read(octets, ended, &head, &out->body, why);
	if (err == ERR_TRUNCATED && ended)
		why_set(why, ERR_TRUNCATED, "its answer ends after %zu octets, in the middle",
		    octets.len);
	if (err == ERR_OK && out->status != 200)
		err = why_set(why, ERR_REFUSED, "it answers with status %u", out->status);
	return err;
}
