/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "probes/wire/gtp.h"

enum {
	ONE_PT = 0x10, ONE_E = 0x04, ONE_S = 0x02, ONE_PN = 0x01,	/* TS 29.281 5.1 */
	ONE_HEADER = 8, ONE_OPTIONAL = 4,
	ONE_IE_RECOVERY = 14, ONE_IE_TEID_DATA = 16, ONE_IE_LONG = 0x80, ONE_IE_EXTENSIONS = 141,
	TWO_T = 0x08, TWO_HEADER = 4,					/* TS 29.274 5.1 */
	TWO_IE_RECOVERY = 3, TWO_IE_FEATURES = 152
};

/* Octets of the elements without a length (TS 29.060 7.7, table 37); 0: not assigned. */
static const uint8_t one_ie_len[ONE_IE_LONG] = {
	[1] = 1, [2] = 8, [3] = 6, [4] = 4, [5] = 4, [8] = 1, [9] = 3, [11] = 1, [12] = 3,
	[13] = 1, [14] = 1, [15] = 1, [16] = 4, [17] = 4, [18] = 5, [19] = 1, [20] = 1, [21] = 1,
	[22] = 1, [23] = 1, [24] = 1, [25] = 2, [26] = 2, [27] = 2, [28] = 2, [29] = 1, [127] = 4
};

void
gtp_echo_write(uint8_t version, uint32_t sequence, uint8_t recovery, struct buffer *out)
{
	if (version == 1) {
		buffer_put_u8(out, 1 << 5 | ONE_PT | ONE_S);
		buffer_put_u8(out, GTP_ECHO_REQUEST);
		buffer_put_be(out, ONE_OPTIONAL, 2);
		buffer_put_be(out, 0, 4);	/* TEID: a path has none */
		buffer_put_be(out, sequence & 0xffff, 2);
		buffer_put_be(out, 0, 2);
		return;
	}
	buffer_put_u8(out, 2 << 5);
	buffer_put_u8(out, GTP_ECHO_REQUEST);
	buffer_put_be(out, 9, 2);
	buffer_put_be(out, sequence & 0xffffff, 3);
	buffer_put_u8(out, 0);
	buffer_put_u8(out, TWO_IE_RECOVERY);
	buffer_put_be(out, 1, 2);
	buffer_put_u8(out, 0);
	buffer_put_u8(out, recovery);
}

/* Extension headers: four octets a unit, the last of each says what follows (TS 29.281 5.2). */
static enum err
one_extensions(struct reader *reader, uint8_t next, struct why *why)
{
	while (next != 0) {
		size_t at = reader->at;
		size_t len = (size_t)read_be(reader, 1) * 4;

		if (!reader->failed && len == 0)
			return why_at(why, ERR_MALFORMED, at,
			    "an extension header of GTP has the length 0");
		(void)read_bytes(reader, len - 2);
		next = (uint8_t)read_be(reader, 1);
		if (reader->failed)
			return why_at(why, ERR_TRUNCATED, at,
			    "an extension header is longer than its GTP message");
	}
	return ERR_OK;
}

static void
one_element(uint8_t type, struct bytes value, struct gtp_message *out)
{
	struct reader reader = reader_of(value);

	if (type == ONE_IE_RECOVERY && !out->has_recovery) {
		out->recovery = (uint8_t)read_be(&reader, 1);
		out->has_recovery = true;
	} else if (type == ONE_IE_TEID_DATA && !out->has_error_teid) {
		out->error_teid = (uint32_t)read_be(&reader, 4);
		out->has_error_teid = true;
	} else if (type == ONE_IE_EXTENSIONS && out->extensions == 0) {
		for (; out->extensions < value.len && out->extensions < GTP_EXTENSIONS_MAX;
		    out->extensions++)
			out->extension[out->extensions] = value.at[out->extensions];
	}
}

/* An element without length that this version does not know hides all that follow it. */
static enum err
one_elements(struct bytes in, size_t offset, struct gtp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);

	while (reader.at < in.len) {
		size_t at = offset + reader.at;
		uint8_t type = (uint8_t)read_be(&reader, 1);
		size_t len = type < ONE_IE_LONG ? one_ie_len[type] :
		    (size_t)read_be(&reader, type == ONE_IE_EXTENSIONS ? 1 : 2);
		struct bytes value = read_bytes(&reader, len);

		if (reader.failed)
			return why_at(why, ERR_TRUNCATED, at,
			    "an information element is longer than its GTP message");
		if (type < ONE_IE_LONG && len == 0)
			return why_at(why, ERR_MALFORMED, at,
			    "it has an information element %u, which GTP version 1 has not", type);
		one_element(type, value, out);
	}
	return ERR_OK;
}

static enum err
one_read(struct bytes in, uint8_t flags, struct gtp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);
	size_t length;
	uint8_t next = 0;
	enum err err;

	(void)read_be(&reader, 2);
	length = (size_t)read_be(&reader, 2);
	out->prime = (flags & ONE_PT) == 0;
	out->teid = (uint32_t)read_be(&reader, 4);
	out->has_teid = true;
	if (reader.failed)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within a GTP header");
	out->len = ONE_HEADER + length;
	if (out->len != in.len)
		return why_at(why, out->len > in.len ? ERR_TRUNCATED : ERR_MALFORMED, 2,
		    "its GTP length says %zu octets and %zu came", out->len, in.len);
	if ((flags & (ONE_E | ONE_S | ONE_PN)) != 0) {
		out->sequence = (uint32_t)read_be(&reader, 2);
		(void)read_be(&reader, 1);
		next = (uint8_t)read_be(&reader, 1);
		if (reader.failed)
			return why_at(why, ERR_MALFORMED, 2,
			    "its GTP length of %zu does not even hold its header", length);
		out->has_sequence = (flags & ONE_S) != 0;
	}
	err = one_extensions(&reader, flags & ONE_E ? next : 0, why);
	if (err != ERR_OK)
		return err;
	out->ies = bytes_slice(in, reader.at, in.len);
	return out->type == GTP_ECHO_RESPONSE || out->type == GTP_ERROR_INDICATION ||
	    out->type == GTP_SUPPORTED_EXTENSIONS ?
	    one_elements(out->ies, reader.at, out, why) : ERR_OK;
}

static enum err
two_elements(struct bytes in, size_t offset, struct gtp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);

	while (reader.at < in.len) {
		size_t at = offset + reader.at;
		uint8_t type = (uint8_t)read_be(&reader, 1);
		size_t len = (size_t)read_be(&reader, 2);
		uint8_t instance = (uint8_t)read_be(&reader, 1) & 0x0f;
		struct bytes value = read_bytes(&reader, len);
		bool wanted = instance == 0 &&
		    (type == TWO_IE_RECOVERY || type == TWO_IE_FEATURES);

		if (reader.failed)
			return why_at(why, ERR_TRUNCATED, at,
			    "an information element is longer than its GTP message");
		if (wanted && value.len == 0)
			return why_at(why, ERR_MALFORMED, at,
			    "its information element %u is empty", type);
		if (wanted && type == TWO_IE_RECOVERY && !out->has_recovery) {
			out->recovery = value.at[0];
			out->has_recovery = true;
		} else if (wanted && type == TWO_IE_FEATURES && !out->has_features) {
			out->features = value.at[0];
			out->has_features = true;
		}
	}
	return ERR_OK;
}

static enum err
two_read(struct bytes in, uint8_t flags, struct gtp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);
	size_t length;

	(void)read_be(&reader, 2);
	length = (size_t)read_be(&reader, 2);
	out->has_teid = (flags & TWO_T) != 0;
	if (out->has_teid)
		out->teid = (uint32_t)read_be(&reader, 4);
	out->sequence = (uint32_t)read_be(&reader, 3);
	out->has_sequence = true;
	(void)read_be(&reader, 1);
	if (reader.failed)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within a GTP header");
	out->len = TWO_HEADER + length;
	if (out->len < reader.at)
		return why_at(why, ERR_MALFORMED, 2,
		    "its GTP length of %zu does not even hold its header", length);
	if (out->len != in.len)	/* piggybacking is for bearers alone (TS 29.274 5.5.1) */
		return why_at(why, out->len > in.len ? ERR_TRUNCATED : ERR_MALFORMED, 2,
		    "its GTP length says %zu octets and %zu came", out->len, in.len);
	out->ies = bytes_slice(in, reader.at, in.len);
	return out->type == GTP_ECHO_RESPONSE || out->type == GTP_ECHO_REQUEST ?
	    two_elements(out->ies, reader.at, out, why) : ERR_OK;
}

enum err
gtp_read(struct bytes in, struct gtp_message *out, struct why *why)
{
	struct reader reader = reader_of(in);
	uint8_t flags = (uint8_t)read_be(&reader, 1);

	*out = (struct gtp_message){ .version = flags >> 5, .type = (uint8_t)read_be(&reader, 1) };
	if (reader.failed)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within a GTP header");
	if (out->version == 1)
		return one_read(in, flags, out, why);
	if (out->version == 2)
		return two_read(in, flags, out, why);
	return why_at(why, ERR_UNSUPPORTED, 0, "it is of version %u of GTP", out->version);
}

const char *
gtp_type_name(uint8_t version, uint8_t type)
{
	switch (type) {
	case GTP_ECHO_REQUEST:
		return "Echo Request";
	case GTP_ECHO_RESPONSE:
		return "Echo Response";
	case GTP_VERSION_NOT_SUPPORTED:
		return version == 2 ? "Version Not Supported Indication" : "Version Not Supported";
	case GTP_ERROR_INDICATION:
		return version == 1 ? "Error Indication" : NULL;
	case GTP_SUPPORTED_EXTENSIONS:
		return version == 1 ? "Supported Extension Headers Notification" : NULL;
	default:
		return NULL;
	}
}

void
gtp_extension_text(uint8_t type, char out[GTP_EXTENSION_TEXT])
{
	const char *name;

	switch (type) {
	case 0x20:
		name = "Service Class Indicator";
		break;
	case 0x40:
		name = "UDP Port";
		break;
	case 0x81:
	case 0x82:
		name = "RAN Container";
		break;
	case 0x83:
		name = "Xw RAN Container";
		break;
	case 0x84:
		name = "NR RAN Container";
		break;
	case 0x85:
		name = "PDU Session Container";
		break;
	case 0xc0:
		name = "PDCP PDU Number";
		break;
	default:
		name = "unknown";
	}
	snprintf(out, GTP_EXTENSION_TEXT, "%s (0x%02x)", name, type);
}
