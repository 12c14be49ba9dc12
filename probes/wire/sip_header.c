/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of SIP messages; see sip_header.h. */
#include <string.h>
#include <strings.h>

#include "probes/wire/sip_header.h"

static const struct { const char *name; char compact; } names[SIP_HEADER_COUNT] = {
	[SIP_OTHER]          = { "", '\0' },
	[SIP_VIA]            = { "Via", 'v' },
	[SIP_FROM]           = { "From", 'f' },
	[SIP_TO]             = { "To", 't' },
	[SIP_CALL_ID]        = { "Call-ID", 'i' },
	[SIP_CSEQ]           = { "CSeq", '\0' },
	[SIP_CONTENT_LENGTH] = { "Content-Length", 'l' },
	[SIP_ALLOW]          = { "Allow", '\0' },
	[SIP_SERVER]         = { "Server", '\0' },
	[SIP_CONTACT]        = { "Contact", 'm' },
	[SIP_CONTENT_TYPE]   = { "Content-Type", 'c' },
};

const char *
sip_header_name(enum sip_header_kind kind)
{
	return names[kind].name;
}

bool
sip_is_token(struct bytes text)
{
	static const char marks[] = "-.!%*_+`'~";

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i], letter = c | 0x20;

		if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') &&
		    (c == '\0' || strchr(marks, c) == NULL))
			return false;
	}
	return text.len > 0;
}

bool
sip_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes
sip_trim(struct bytes text)
{
	while (text.len > 0 && sip_is_blank(text.at[0]))
		text = bytes_of(text.at + 1, text.len - 1);
	while (text.len > 0 && sip_is_blank(text.at[text.len - 1]))
		text.len--;
	return text;
}

static bool
equal(struct bytes text, const char *word)
{
	size_t len = strlen(word);

	return text.len == len && (len == 0 || strncasecmp((const char *)text.at, word, len) == 0);
}

static enum sip_header_kind
kind_of(struct bytes name)
{
	for (unsigned i = SIP_OTHER + 1; i < SIP_HEADER_COUNT; i++)
		if (equal(name, names[i].name) || (names[i].compact != '\0' && name.len == 1 &&
		    (name.at[0] | 0x20) == names[i].compact))
			return (enum sip_header_kind)i;
	return SIP_OTHER;
}

/* Octets of the line at "from" with the lines that fold into it, without the last line end. */
static size_t
row_len(struct bytes lines, size_t from)
{
	size_t at = from;
	const uint8_t *end;

	for (;;) {
		end = memchr(lines.at + at, '\n', lines.len - at);
		if (end == NULL)
			return SIZE_MAX;
		at = (size_t)(end - lines.at) + 1;
		if (at == lines.len || (lines.at[at] != ' ' && lines.at[at] != '\t'))
			return at - from - 2;
	}
}

bool
sip_header_next(struct reader *lines, struct sip_header *header)
{
	const uint8_t *colon;
	struct bytes name;
	size_t len;

	if (lines->failed || lines->at >= lines->in.len)
		return false;
	len = row_len(lines->in, lines->at);
	if (len >= lines->in.len) {
		lines->failed = true;
		return false;
	}
	header->row = bytes_of(lines->in.at + lines->at, len);
	colon = len > 0 ? memchr(header->row.at, ':', len) : NULL;
	name = bytes_of(header->row.at, colon != NULL ? (size_t)(colon - header->row.at) : 0);
	/* HCOLON of RFC 3261 25.1: blanks may stand before the colon, a fold may not. */
	while (name.len > 0 && (name.at[name.len - 1] == ' ' || name.at[name.len - 1] == '\t'))
		name.len--;
	if (!sip_is_token(name)) {
		lines->failed = true;
		return false;
	}
	header->kind = kind_of(name);
	header->value = sip_trim(bytes_of(colon + 1, len - (size_t)(colon + 1 - header->row.at)));
	lines->at += len + 2;
	return true;
}

bool
sip_part_next(struct reader *value, uint8_t separator, struct bytes *part)
{
	size_t from = value->at, at = from;
	bool quoted = false, bracket = false;

	if (value->at > value->in.len)
		return false;
	for (; at < value->in.len; at++) {
		uint8_t c = value->in.at[at];

		if (quoted && c == '\\')
			at++;
		else if (c == '"' && !bracket)
			quoted = !quoted;
		else if (!quoted && (c == '<' || c == '>'))
			bracket = c == '<';
		else if (c == separator && !quoted && !bracket)
			break;
	}
	if (at > value->in.len)
		at = value->in.len;
	*part = sip_trim(bytes_of(value->in.at + from, at - from));
	value->at = at + 1;
	return true;
}

bool
sip_parameter(struct bytes value, const char *name, struct bytes *found)
{
	struct reader parts = reader_of(value);
	struct bytes part;
	size_t place = 0;

	while (sip_part_next(&parts, ';', &part)) {
		const uint8_t *equals = part.len > 0 ? memchr(part.at, '=', part.len) : NULL;
		size_t len = equals != NULL ? (size_t)(equals - part.at) : part.len;

		if (place++ == 0 || !equal(sip_trim(bytes_of(part.at, len)), name))
			continue;
		*found = sip_trim(bytes_of(part.at + len, part.len - len));
		if (equals != NULL)
			*found = sip_trim(bytes_of(equals + 1, part.len - len - 1));
		return true;
	}
	return false;
}
