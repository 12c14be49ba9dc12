/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of SIP messages; see sip.h.  Each octet of a head is looked at once, however it is cut. */
#include <string.h>
#include <strings.h>

#include "probes/wire/sip.h"
#include "probes/wire/sip_header.h"

static const char version[] = "SIP/2.0";

static bool
is_version(struct bytes text)
{
	return text.len == sizeof(version) - 1 &&
	    strncasecmp((const char *)text.at, version, text.len) == 0;
}

/* The next word of a start line; what is left is a NULL view if no blank ended the word. */
static struct bytes
word_next(struct bytes *line)
{
	const uint8_t *blank = line->len > 0 ? memchr(line->at, ' ', line->len) : NULL;
	size_t len = blank != NULL ? (size_t)(blank - line->at) : line->len;
	struct bytes word = bytes_slice(*line, 0, len);

	*line = blank != NULL ? bytes_of(blank + 1, line->len - len - 1) : bytes_of(NULL, 0);
	return word;
}

/* RFC 3261 7.2: "SIP/2.0 200 OK"; the reason phrase may be empty, its blank may not be missing. */
static enum err
status_line(struct bytes line, struct sip_message *message, struct why *why)
{
	struct bytes code;

	word_next(&line);
	code = word_next(&line);
	for (size_t i = 0; i < code.len && code.len == 3; i++)
		message->status = code.at[i] >= '0' && code.at[i] <= '9' ?
		    message->status * 10 + (unsigned)(code.at[i] - '0') : 1000;
	if (line.at == NULL || message->status < 100 || message->status > 699)
		return why_set(why, ERR_MALFORMED, "the peer's status line has no status code");
	message->reason = line;
	return ERR_OK;
}

/* RFC 3261 7.1: "OPTIONS sip:host SIP/2.0". */
static enum err
request_line(struct bytes line, struct sip_message *message, struct why *why)
{
	struct bytes uri;

	message->request = true;
	message->method = word_next(&line);
	uri = word_next(&line);
	if (!sip_is_token(message->method) || uri.len == 0 || !is_version(line))
		return why_set(why, ERR_MALFORMED, "what the peer sends is not SIP");
	return ERR_OK;
}

static enum err
start_line(struct bytes line, struct sip_message *message, struct why *why)
{
	struct bytes rest = line;
	bool blank = line.len > sizeof(version) - 1 && line.at[sizeof(version) - 1] == ' ';

	if (blank && is_version(word_next(&rest)))
		return status_line(line, message, why);
	return request_line(line, message, why);
}

/* A line is there, from stream->line to the CR before "end". */
static enum err
line_ended(struct sip_stream *stream, struct bytes in, size_t end, struct why *why)
{
	struct bytes line = bytes_of(in.at + stream->line, end - 1 - stream->line);
	struct sip_message unused = { .status = 0 };

	stream->line = end + 1;
	if (line.len == 0 && stream->lines == 0)
		stream->start = end + 1;	/* RFC 3261 7.5: line ends before a message */
	else if (line.len == 0)
		stream->head_end = end + 1;
	else if (++stream->lines > SIP_LINES_MAX)
		return why_set(why, ERR_LIMIT, "the peer's message has more than %d header lines",
		    SIP_LINES_MAX);
	else if (stream->lines == 1)
		return start_line(line, &unused, why);
	return ERR_OK;
}

static enum err
head_scan(struct sip_stream *stream, struct bytes in, struct why *why)
{
	enum err err = ERR_OK;

	for (; err == ERR_OK && stream->head_end == 0 && stream->scanned < in.len;
	    stream->scanned++) {
		uint8_t octet = in.at[stream->scanned];

		if (stream->carriage != (octet == '\n'))
			return why_at(why, ERR_MALFORMED, stream->scanned,
			    "a line of the peer's message does not end with CR LF");
		if ((octet < 0x20 && octet != '\t' && octet != '\r' && octet != '\n') ||
		    octet == 0x7f)
			return why_at(why, ERR_MALFORMED, stream->scanned,
			    "the head of the peer's message holds a control character");
		if (stream->scanned - stream->start >= SIP_HEAD_MAX)
			return why_set(why, ERR_LIMIT,
			    "the head of the peer's message has more than %d octets", SIP_HEAD_MAX);
		if (octet == '\n')
			err = line_ended(stream, in, stream->scanned, why);
		stream->carriage = octet == '\r';
	}
	return err;
}

/* RFC 3261 20.14. */
static enum err
length_read(struct bytes text, size_t *len, struct why *why)
{
	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return why_set(why, ERR_MALFORMED,
			    "Content-Length of the peer's message is not a number");
		*len = *len * 10 + (size_t)(text.at[i] - '0');
		if (*len > SIP_MESSAGE_MAX)
			return why_set(why, ERR_LIMIT,
			    "the peer's message has a body of more than %d octets",
			    SIP_MESSAGE_MAX);
	}
	return text.len > 0 ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "Content-Length of the peer's message is empty");
}

static enum err
header_keep(struct sip_message *message, const struct sip_header *header, struct bytes *length,
    struct why *why)
{
	struct bytes *const single[SIP_HEADER_COUNT] = {
		[SIP_FROM] = &message->from, [SIP_TO] = &message->to,
		[SIP_CALL_ID] = &message->call_id, [SIP_CSEQ] = &message->sequence,
		[SIP_SERVER] = &message->server, [SIP_CONTENT_LENGTH] = length,
		[SIP_CONTENT_TYPE] = &message->content_type
	};
	struct bytes *place = single[header->kind];

	if (header->kind == SIP_VIA && message->via_rows++ == 0)
		message->via = header->value;
	if (place == NULL || (header->kind == SIP_SERVER && place->at != NULL))
		return ERR_OK;
	/* RFC 3261 7.3.1: even the same value twice is malformed where there is no list. */
	if (place->at != NULL)
		return why_set(why, ERR_MALFORMED, "the peer's message has %s twice",
		    sip_header_name(header->kind));
	*place = header->value;
	return ERR_OK;
}

/* The head is complete and was scanned: its lines end with CR LF. */
static enum err
head_read(struct sip_stream *stream, struct bytes in, struct sip_message *message, struct why *why)
{
	struct bytes head = bytes_of(in.at + stream->start, stream->head_end - stream->start);
	const uint8_t *end = memchr(head.at, '\r', head.len);
	struct bytes length = { .at = NULL };
	struct sip_header header;
	struct reader lines;
	size_t first = (size_t)(end - head.at), body = 0;
	enum err err = start_line(bytes_slice(head, 0, first), message, why);

	message->headers = bytes_of(head.at + first + 2, head.len - first - 4);
	lines = reader_of(message->headers);
	while (err == ERR_OK && sip_header_next(&lines, &header))
		err = header_keep(message, &header, &length, why);
	if (err == ERR_OK && lines.failed)
		err = why_at(why, ERR_MALFORMED, stream->start + first + 2 + lines.at,
		    "a line of the peer's message is not a header");
	message->length_missing = length.at == NULL;
	if (err == ERR_OK && length.at != NULL)
		err = length_read(length, &body, why);
	stream->need = stream->head_end + body;
	return err;
}

enum sip_step
sip_read(struct sip_stream *stream, struct bytes in, struct sip_message *message, struct why *why)
{
	*message = (struct sip_message){ .status = 0 };
	if (head_scan(stream, in, why) != ERR_OK)
		return SIP_BROKEN;
	if (stream->head_end == 0 || (stream->need > 0 && in.len < stream->need))
		return SIP_MORE;
	if (head_read(stream, in, message, why) != ERR_OK)
		return SIP_BROKEN;
	if (in.len < stream->need)
		return SIP_MORE;
	message->body = bytes_slice(in, stream->head_end, stream->need - stream->head_end);
	message->len = stream->need;
	return SIP_MESSAGE;
}

enum err
sip_datagram_read(struct bytes in, struct sip_message *message, struct why *why)
{
	struct sip_stream stream = { .scanned = 0 };
	enum sip_step step = sip_read(&stream, in, message, why);

	if (step == SIP_BROKEN)
		return why->err;
	if (step == SIP_MORE)
		return why_set(why, ERR_TRUNCATED, "the peer's datagram ends within a message");
	if (message->length_missing)
		message->body = bytes_slice(in, message->len, in.len);
	return ERR_OK;
}
