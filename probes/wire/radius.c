/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/wire/radius.h"

enum {
	HEADER = 20, AUTHENTICATOR_AT = 4,
	ATTRIBUTE_NAS_IDENTIFIER = 32, ATTRIBUTE_MESSAGE_AUTHENTICATOR = 80,
	ATTRIBUTE_HEAD = 2
};

static const uint8_t zeros[MD5_LEN];

static enum err
no_md5(struct why *why)
{
	return why_set(why, ERR_UNSUPPORTED,
	    "the OpenSSL of this machine has no MD5, which RADIUS rests on");
}

enum err
radius_status_write(const struct radius_asked *asked, const char *name, struct buffer *out,
    struct why *why)
{
	size_t name_len = strnlen(name, RADIUS_NAME_MAX), from = out->len;
	size_t message = HEADER + ATTRIBUTE_HEAD + MD5_LEN;
	struct bytes packet;
	uint8_t mac[MD5_LEN];

	buffer_put_u8(out, RADIUS_STATUS_SERVER);
	buffer_put_u8(out, asked->identifier);
	buffer_put_be(out, message + ATTRIBUTE_HEAD + name_len, 2);
	buffer_put(out, asked->authenticator, RADIUS_AUTHENTICATOR_LEN);
	/* First of all attributes, so that no prefix of ours can be chosen (CVE-2024-3596). */
	buffer_put_u8(out, ATTRIBUTE_MESSAGE_AUTHENTICATOR);
	buffer_put_u8(out, ATTRIBUTE_HEAD + MD5_LEN);
	buffer_put(out, zeros, MD5_LEN);
	buffer_put_u8(out, ATTRIBUTE_NAS_IDENTIFIER);
	buffer_put_u8(out, (uint8_t)(ATTRIBUTE_HEAD + name_len));
	buffer_put(out, name, name_len);
	if (out->failed)
		return why_set(why, ERR_LIMIT, "a Status-Server has no room");
	packet = bytes_slice(bytes_of_buffer(out), from, out->len);
	if (!hmac_md5_of(asked->secret, &packet, 1, mac))
		return no_md5(why);
	memcpy(out->at + from + HEADER + ATTRIBUTE_HEAD, mac, MD5_LEN);
	return ERR_OK;
}

/* Where the value of the Message-Authenticator stands, 0 if there is none. */
static enum err
attributes_read(struct bytes packet, struct radius_answer *out, size_t *message, struct why *why)
{
	size_t at = HEADER;

	*message = 0;
	while (at < packet.len) {
		uint8_t type = packet.at[at], len;

		if (packet.len - at < ATTRIBUTE_HEAD)
			return why_at(why, ERR_TRUNCATED, at, "it ends within a RADIUS attribute");
		len = packet.at[at + 1];
		if (len < ATTRIBUTE_HEAD)
			return why_at(why, ERR_MALFORMED, at,
			    "a RADIUS attribute has the length %u", len);
		if (len > packet.len - at)
			return why_at(why, ERR_TRUNCATED, at,
			    "a RADIUS attribute is longer than its packet");
		if (type == ATTRIBUTE_MESSAGE_AUTHENTICATOR) {
			if (len != ATTRIBUTE_HEAD + MD5_LEN || *message != 0)
				return why_at(why, ERR_MALFORMED, at, *message != 0 ?
				    "it has two Message-Authenticators" :
				    "its Message-Authenticator does not have 16 octets");
			*message = at + ATTRIBUTE_HEAD;
		}
		out->attributes++;
		at += len;
	}
	return ERR_OK;
}

/* RFC 2865 3: MD5(Code+ID+Length+RequestAuth+Attributes+Secret). */
static bool
response_check(struct bytes packet, const struct radius_asked *asked, bool *authentic)
{
	const struct bytes part[] = { bytes_slice(packet, 0, AUTHENTICATOR_AT),
	    bytes_of(asked->authenticator, RADIUS_AUTHENTICATOR_LEN),
	    bytes_slice(packet, HEADER, packet.len), asked->secret };
	uint8_t digest[MD5_LEN];

	if (!md5_of(part, 4, digest))
		return false;
	*authentic = memcmp(digest, packet.at + AUTHENTICATOR_AT, MD5_LEN) == 0;
	return true;
}

/* RFC 3579 3.2: over the answer with our Request Authenticator and its own value zero. */
static bool
message_check(struct bytes packet, const struct radius_asked *asked, size_t at, bool *authentic)
{
	const struct bytes part[] = { bytes_slice(packet, 0, AUTHENTICATOR_AT),
	    bytes_of(asked->authenticator, RADIUS_AUTHENTICATOR_LEN),
	    bytes_slice(packet, HEADER, at - HEADER), bytes_of(zeros, MD5_LEN),
	    bytes_slice(packet, at + MD5_LEN, packet.len) };
	uint8_t mac[MD5_LEN];

	if (!hmac_md5_of(asked->secret, part, 5, mac))
		return false;
	*authentic = memcmp(mac, packet.at + at, MD5_LEN) == 0;
	return true;
}

enum err
radius_read(struct bytes in, const struct radius_asked *asked, struct radius_answer *out,
    struct why *why)
{
	struct reader reader = reader_of(in);
	struct bytes packet;
	size_t len, message;
	enum err err;

	*out = (struct radius_answer){ .code = (uint8_t)read_be(&reader, 1) };
	out->identifier = (uint8_t)read_be(&reader, 1);
	len = (size_t)read_be(&reader, 2);
	if (in.len < HEADER)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within a RADIUS header");
	if (len < HEADER || len > RADIUS_PACKET_MAX)
		return why_at(why, ERR_MALFORMED, 2,
		    "its RADIUS length is %zu, and must be 20 to 4096", len);
	if (len > in.len)
		return why_at(why, ERR_TRUNCATED, 2,
		    "its RADIUS length says %zu octets and %zu came", len, in.len);
	packet = bytes_slice(in, 0, len);
	err = attributes_read(packet, out, &message, why);
	if (err != ERR_OK)
		return err;
	out->has_message_authenticator = message != 0;
	if (!response_check(packet, asked, &out->authentic) || (message != 0 &&
	    !message_check(packet, asked, message, &out->message_authentic)))
		return no_md5(why);
	return ERR_OK;
}

const char *
radius_code_name(uint8_t code)
{
	switch (code) {
	case RADIUS_ACCESS_ACCEPT:
		return "Access-Accept";
	case RADIUS_ACCESS_REJECT:
		return "Access-Reject";
	case RADIUS_ACCOUNTING_RESPONSE:
		return "Accounting-Response";
	case RADIUS_ACCESS_CHALLENGE:
		return "Access-Challenge";
	case RADIUS_STATUS_SERVER:
		return "Status-Server";
	case RADIUS_PROTOCOL_ERROR:
		return "Protocol-Error";
	default:
		return NULL;
	}
}
