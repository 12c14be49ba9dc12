/* SPDX-License-Identifier: Apache-2.0 */
#include "probes/wire/pfcp.h"

enum {
	FLAG_S = 0x01, FLAG_FO = 0x04,	/* 7.2.2.1 */
	IE_RECOVERY = 96,
	HEADER_NODE = 8, HEADER_SESSION = 16, LENGTH_FROM = 4
};

/* RFC 5905 6: seconds since 1900; a value without its highest bit is of the era from 2036 on. */
#define NTP_UNIX_S INT64_C(2208988800)
#define NTP_ERA_S  (INT64_C(1) << 32)

static int64_t
ntp_ms(uint32_t seconds)
{
	int64_t since = seconds & 0x80000000u ? seconds : seconds + NTP_ERA_S;

	return (since - NTP_UNIX_S) * 1000;
}

void
pfcp_heartbeat_write(uint32_t sequence, int64_t recovery_ms, struct buffer *out)
{
	buffer_put_u8(out, PFCP_VERSION << 5);
	buffer_put_u8(out, PFCP_HEARTBEAT_REQUEST);
	buffer_put_be(out, HEADER_NODE - LENGTH_FROM + 8, 2);
	buffer_put_be(out, sequence & PFCP_SEQUENCE_MAX, 3);
	buffer_put_u8(out, 0);
	buffer_put_be(out, IE_RECOVERY, 2);
	buffer_put_be(out, 4, 2);
	buffer_put_be(out, (uint32_t)(recovery_ms / 1000 + NTP_UNIX_S), 4);
}

static enum err
ies_read(struct bytes in, size_t offset, struct pfcp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);

	while (reader.at < in.len) {
		size_t at = offset + reader.at;
		uint16_t type = (uint16_t)read_be(&reader, 2);
		struct bytes value = read_bytes(&reader, (size_t)read_be(&reader, 2));
		struct reader inner = reader_of(value);

		if (reader.failed)
			return why_at(why, ERR_TRUNCATED, at,
			    "an information element is longer than its PFCP message");
		if (type != IE_RECOVERY || out->has_recovery)
			continue;
		if (value.len < 4)
			return why_at(why, ERR_MALFORMED, at,
			    "the Recovery Time Stamp has %zu octets instead of 4", value.len);
		out->recovery_ms = ntp_ms((uint32_t)read_be(&inner, 4));
		out->has_recovery = true;
	}
	return ERR_OK;
}

enum err
pfcp_read(struct bytes in, struct pfcp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);
	uint8_t flags = (uint8_t)read_be(&reader, 1);
	size_t length, header;

	*out = (struct pfcp_message){ .version = flags >> 5, .session = (flags & FLAG_S) != 0,
	    .follow_on = (flags & FLAG_FO) != 0 };
	out->type = (uint8_t)read_be(&reader, 1);
	length = (size_t)read_be(&reader, 2);
	if (out->session)
		(void)read_bytes(&reader, 8);
	out->sequence = (uint32_t)read_be(&reader, 3);
	(void)read_be(&reader, 1);
	header = out->session ? HEADER_SESSION : HEADER_NODE;
	if (reader.failed)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within a PFCP header");
	out->len = LENGTH_FROM + length;
	if (out->len < header)
		return why_at(why, ERR_MALFORMED, 2,
		    "its PFCP length of %zu does not even hold its header", length);
	if (out->len > in.len)
		return why_at(why, ERR_TRUNCATED, 2, "its PFCP length says %zu octets and %zu came",
		    out->len, in.len);
	if (out->len < in.len && !out->follow_on)
		return why_at(why, ERR_MALFORMED, 2, "%zu octets stand behind the PFCP message",
		    in.len - out->len);
	if (out->version != PFCP_VERSION || out->type == PFCP_VERSION_NOT_SUPPORTED)
		return ERR_OK;
	out->ies = bytes_slice(in, header, out->len - header);
	return ies_read(out->ies, header, out, why);
}

const char *
pfcp_type_name(uint8_t type)
{
	switch (type) {
	case PFCP_HEARTBEAT_REQUEST:
		return "Heartbeat Request";
	case PFCP_HEARTBEAT_RESPONSE:
		return "Heartbeat Response";
	case PFCP_VERSION_NOT_SUPPORTED:
		return "Version Not Supported Response";
	default:
		return NULL;
	}
}
