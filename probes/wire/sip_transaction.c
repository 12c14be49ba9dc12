/* SPDX-License-Identifier: Apache-2.0 */
/* Our requests, what answers them, and what we answer to a peer's own request; see sip.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/wire/sip.h"
#include "probes/wire/sip_header.h"

struct sip_ids
sip_ids_of(const uint8_t random[SIP_RANDOM_LEN])
{
	struct sip_ids ids = { .sequence = 1 };
	char hex[2 * SIP_RANDOM_LEN + 1];

	hex_of(bytes_of(random, SIP_RANDOM_LEN), hex);
	/* RFC 3261 8.1.1.7: the cookie tells that the branch is unique. */
	snprintf(ids.branch, sizeof(ids.branch), "z9hG4bK%.16s", hex);
	snprintf(ids.tag, sizeof(ids.tag), "%.16s", hex + 16);
	snprintf(ids.call_id, sizeof(ids.call_id), "%.32s", hex + 32);
	return ids;
}

bool
sip_uri_secure(const char *uri)
{
	return strncasecmp(uri, "sips:", 5) == 0;
}

bool
sip_uri_valid(const char *uri)
{
	size_t scheme = strncasecmp(uri, "sip:", 4) == 0 ? 4 : sip_uri_secure(uri) ? 5 : 0;

	if (scheme == 0 || uri[scheme] == '\0')
		return false;
	for (const char *at = uri; *at != '\0'; at++)
		if (*at <= ' ' || *at >= 0x7f || strchr("<>\"\\^`{|}", *at) != NULL)
			return false;
	return true;
}

static const char *
method_of(const struct sip_ids *ids)
{
	return ids->method != NULL ? ids->method : "OPTIONS";
}

void
sip_options_write(const struct sip_options *options, const struct sip_ids *ids,
    struct buffer *out)
{
	const char *method = method_of(ids);
	bool asks = strcmp(method, "OPTIONS") == 0 || strcmp(method, "INVITE") == 0;

	buffer_print(out, "%s %s SIP/2.0\r\n", method, options->uri);
	buffer_print(out, "Via: SIP/2.0/%s %s;branch=%s%s\r\n", options->transport,
	    options->sent_by, ids->branch, options->rport ? ";rport" : "");
	buffer_print(out, "Max-Forwards: %u\r\n", options->max_forwards);
	buffer_print(out, "From: <%s>;tag=%s\r\n", options->from, ids->tag);
	if (options->to.len > 0) {
		buffer_put_text(out, "To: ");
		sip_text(options->to, out);
		buffer_put_text(out, "\r\n");
	} else {
		buffer_print(out, "To: <%s>\r\n", options->uri);
	}
	buffer_print(out, "Call-ID: %s\r\n", ids->call_id);
	buffer_print(out, "CSeq: %u %s\r\n", (unsigned)ids->sequence, method);
	if (options->contact != NULL)
		buffer_print(out, "Contact: <%s>\r\n", options->contact);
	buffer_print(out, "User-Agent: %s\r\n", options->user_agent);
	if (asks)
		buffer_put_text(out, "Accept: application/sdp\r\n");
	if (options->body.len > 0)
		buffer_put_text(out, "Content-Type: application/sdp\r\n");
	buffer_print(out, "Content-Length: %zu\r\n\r\n", options->body.len);
	buffer_put(out, options->body.at, options->body.len);
}

static bool
equal_text(struct bytes text, const char *wanted, bool any_case)
{
	size_t len = strlen(wanted);

	if (text.len != len || len == 0)
		return false;
	return any_case ? strncasecmp((const char *)text.at, wanted, len) == 0 :
	    memcmp(text.at, wanted, len) == 0;
}

/* RFC 3261 8.1.3.3: a response with a second Via went astray. */
static bool
via_ours(const struct sip_message *message, const struct sip_ids *ids)
{
	struct reader values = reader_of(message->via);
	struct bytes first, second, branch;

	return message->via_rows == 1 && sip_part_next(&values, ',', &first) &&
	    !sip_part_next(&values, ',', &second) && sip_parameter(first, "branch", &branch) &&
	    equal_text(branch, ids->branch, true);
}

/* "1 OPTIONS"; the method is case-sensitive. */
static bool
sequence_ours(struct bytes value, const struct sip_ids *ids)
{
	uint64_t number = 0;
	size_t at = 0;

	while (at < value.len && value.at[at] >= '0' && value.at[at] <= '9' && number <= UINT32_MAX)
		number = number * 10 + (uint64_t)(value.at[at++] - '0');
	if (at == 0 || number != ids->sequence || at == value.len || !sip_is_blank(value.at[at]))
		return false;
	return equal_text(sip_trim(bytes_slice(value, at, value.len)), method_of(ids), false);
}

bool
sip_answers(const struct sip_message *message, const struct sip_ids *ids)
{
	return !message->request && via_ours(message, ids) &&
	    equal_text(message->call_id, ids->call_id, false) &&
	    sequence_ours(message->sequence, ids);
}

bool
sip_rport(const struct sip_message *message, uint16_t *port)
{
	struct reader values = reader_of(message->via);
	struct bytes first, text;
	uint32_t number = 0;

	if (!sip_part_next(&values, ',', &first) || !sip_parameter(first, "rport", &text) ||
	    text.len == 0 || text.len > 5)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		number = number * 10 + (uint32_t)(text.at[i] - '0');
	}
	*port = (uint16_t)number;
	return number > 0 && number <= UINT16_MAX;
}

/* RFC 3261 20.10: "<sip:a;b>;c", "name <sip:a>" or "sip:a;c" where ";c" is not of the URI. */
static struct bytes
uri_of(struct bytes part)
{
	const uint8_t *open = part.len > 0 ? memchr(part.at, '<', part.len) : NULL, *end;
	struct bytes uri = part;

	if (open != NULL) {
		uri = bytes_of(open + 1, part.len - (size_t)(open + 1 - part.at));
		end = memchr(uri.at, '>', uri.len);
		uri.len = end != NULL ? (size_t)(end - uri.at) : 0;
	} else if ((end = part.len > 0 ? memchr(part.at, ';', part.len) : NULL) != NULL) {
		uri.len = (size_t)(end - part.at);
	}
	return uri;
}

struct bytes
sip_contact(const struct sip_message *message)
{
	struct reader lines = reader_of(message->headers), values;
	struct sip_header header;
	struct bytes part, uri;
	char *text;
	bool valid;

	while (sip_header_next(&lines, &header)) {
		values = reader_of(header.value);
		if (header.kind != SIP_CONTACT || !sip_part_next(&values, ',', &part))
			continue;
		uri = uri_of(part);
		text = memory_text(uri);
		valid = strlen(text) == uri.len && sip_uri_valid(text);
		free(text);
		return valid ? uri : bytes_of(NULL, 0);
	}
	return bytes_of(NULL, 0);
}

bool
sip_is_sdp(const struct sip_message *message)
{
	struct reader parts = reader_of(message->content_type);
	struct bytes type;

	return message->content_type.len > 0 && sip_part_next(&parts, ';', &type) &&
	    equal_text(type, "application/sdp", true);
}

size_t
sip_allowed(const struct sip_message *message, struct bytes *out, size_t max)
{
	struct reader lines = reader_of(message->headers), values;
	struct sip_header header;
	struct bytes entry;
	size_t count = 0;

	while (sip_header_next(&lines, &header)) {
		if (header.kind != SIP_ALLOW)
			continue;
		for (values = reader_of(header.value); sip_part_next(&values, ',', &entry);)
			if (sip_is_token(entry) && count++ < max)
				out[count - 1] = entry;
	}
	return count;
}

void
sip_text(struct bytes value, struct buffer *out)
{
	for (size_t i = 0; i < value.len; i++) {
		bool fold = value.at[i] == '\r' || value.at[i] == '\n';

		buffer_put_u8(out, fold ? ' ' : value.at[i]);
		while (fold && i + 1 < value.len && sip_is_blank(value.at[i + 1]))
			i++;
	}
}

static void
row_repeat(const struct sip_header *header, const char *tag, struct buffer *out)
{
	struct bytes unused;

	buffer_put(out, header->row.at, header->row.len);
	if (header->kind == SIP_TO && !sip_parameter(header->value, "tag", &unused))
		buffer_print(out, ";tag=%s", tag);
	buffer_put_text(out, "\r\n");
}

enum err
sip_answer_write(const struct sip_message *request, unsigned status, const char *reason,
    const char *tag, struct buffer *out)
{
	struct reader lines = reader_of(request->headers);
	struct sip_header header;

	if (request->via_rows == 0 || request->from.at == NULL || request->to.at == NULL ||
	    request->call_id.at == NULL || request->sequence.at == NULL)
		return ERR_MALFORMED;
	buffer_print(out, "SIP/2.0 %u %s\r\n", status, reason);
	while (sip_header_next(&lines, &header))
		if (header.kind >= SIP_VIA && header.kind <= SIP_CSEQ)
			row_repeat(&header, tag, out);
	if (status == 405 || status == 200)
		buffer_put_text(out, "Allow: OPTIONS\r\n");
	buffer_put_text(out, "Content-Length: 0\r\n\r\n");
	return ERR_OK;
}
