/* SPDX-License-Identifier: Apache-2.0 */
/* NTS: records of key establishment (RFC 8915 4) and extension fields of NTP (5); see ntp.h. */
#include "probes/wire/ntp.h"

enum nts_record { RECORD_END, RECORD_PROTOCOL, RECORD_ERROR, RECORD_WARNING, RECORD_AEAD,
	RECORD_COOKIE, RECORD_SERVER, RECORD_PORT };

enum {
	CRITICAL = 0x8000, PROTOCOL_NTP4 = 0, SERVER_MAX = 255,
	FIELD_UNIQUE = 0x0104, FIELD_COOKIE = 0x0204, FIELD_AUTHENTICATOR = 0x0404,
	FIELD_MIN = 16
};

void
nts_ke_write(struct buffer *out)
{
	buffer_put_be(out, CRITICAL | RECORD_PROTOCOL, 2);
	buffer_put_be(out, 2, 2);
	buffer_put_be(out, PROTOCOL_NTP4, 2);
	buffer_put_be(out, CRITICAL | RECORD_AEAD, 2);
	buffer_put_be(out, 2, 2);
	buffer_put_be(out, NTS_AEAD_SIV_256, 2);
	buffer_put_be(out, CRITICAL | RECORD_END, 2);
	buffer_put_be(out, 0, 2);
}

/* The first number of a list of 16-bit numbers; -1: the body is no such list. */
static int
number_of(struct bytes body)
{
	struct reader in = reader_of(body);
	int value = (int)read_be(&in, 2);

	return in.failed || body.len % 2 != 0 ? -1 : value;
}

static enum nts_step
broken(struct why *why, const char *text)
{
	why_set(why, ERR_MALFORMED, "%s", text);
	return NTS_BROKEN;
}

static enum nts_step
record_take(struct nts_ke *ke, unsigned type, struct bytes body, struct why *why)
{
	int number = number_of(body);

	switch (type & ~(unsigned)CRITICAL) {
	case RECORD_END:
		ke->ended = true;
		return body.len == 0 ? NTS_DONE : broken(why, "its end of message is not empty");
	case RECORD_PROTOCOL:
		ke->ntp4 = number == PROTOCOL_NTP4;
		return NTS_MORE;
	case RECORD_ERROR:
		ke->error = number;
		return number < 0 ? broken(why, "its error has no number") : NTS_MORE;
	case RECORD_WARNING:
		ke->warning = number;
		return NTS_MORE;
	case RECORD_AEAD:
		ke->aead = number;
		return NTS_MORE;
	case RECORD_COOKIE:
		if (body.len == 0 || body.len > NTS_COOKIE_MAX)
			return broken(why, "a cookie of it is empty or longer than any");
		if (ke->cookies < NTS_COOKIES_MAX)
			ke->cookie[ke->cookies++] = body;
		return NTS_MORE;
	case RECORD_SERVER:
		if (body.len == 0 || body.len > SERVER_MAX)
			return broken(why, "the server it names has no name");
		ke->server = body;
		return NTS_MORE;
	case RECORD_PORT:
		if (number <= 0)
			return broken(why, "the port it names is none");
		ke->port = (uint16_t)number;
		return NTS_MORE;
	default:
		return (type & CRITICAL) == 0 ? NTS_MORE :
		    broken(why, "a record that must be understood is of an unknown type");
	}
}

enum nts_step
nts_ke_read(struct bytes in, struct nts_ke *ke, struct why *why)
{
	struct reader reader = reader_of(in);

	*ke = (struct nts_ke){ .aead = -1, .error = -1, .warning = -1 };
	if (in.len > NTS_KE_MAX) {
		why_set(why, ERR_LIMIT, "it sent more records than are accepted");
		return NTS_BROKEN;
	}
	for (;;) {
		unsigned type = (unsigned)read_be(&reader, 2);
		struct bytes body = read_bytes(&reader, read_be(&reader, 2));
		enum nts_step step;

		if (reader.failed)
			return NTS_MORE;
		step = record_take(ke, type, body, why);
		if (step != NTS_MORE)
			return step;
	}
}

static void
field_put(struct buffer *out, unsigned type, struct bytes body)
{
	size_t padding = (4 - body.len % 4) % 4;

	buffer_put_be(out, type, 2);
	buffer_put_be(out, 4 + body.len + padding, 2);
	buffer_put(out, body.at, body.len);
	buffer_put_be(out, 0, (unsigned)padding);
}

void
nts_fields_write(const uint8_t unique[NTS_UNIQUE_LEN], struct bytes cookie, struct buffer *out)
{
	field_put(out, FIELD_UNIQUE, bytes_of(unique, NTS_UNIQUE_LEN));
	field_put(out, FIELD_COOKIE, cookie);
}

void
nts_authenticator_write(const uint8_t nonce[NTS_NONCE_LEN], struct bytes sealed,
    struct buffer *out)
{
	size_t padding = (4 - sealed.len % 4) % 4;

	buffer_put_be(out, FIELD_AUTHENTICATOR, 2);
	buffer_put_be(out, 4 + 4 + NTS_NONCE_LEN + sealed.len + padding, 2);
	buffer_put_be(out, NTS_NONCE_LEN, 2);
	buffer_put_be(out, sealed.len, 2);
	buffer_put(out, nonce, NTS_NONCE_LEN);
	buffer_put(out, sealed.at, sealed.len);
	buffer_put_be(out, 0, (unsigned)padding);
}

/* RFC 8915 5.6: two lengths, then nonce and ciphertext, each padded to whole words. */
static bool
authenticator_read(struct bytes body, struct nts_answer *answer)
{
	struct reader in = reader_of(body);
	size_t nonce_len = (size_t)read_be(&in, 2), sealed_len = (size_t)read_be(&in, 2);

	answer->nonce = read_bytes(&in, nonce_len);
	read_bytes(&in, (4 - nonce_len % 4) % 4);
	answer->sealed = read_bytes(&in, sealed_len);
	return !in.failed && nonce_len > 0 && sealed_len >= NTS_TAG_LEN;
}

enum err
nts_answer_read(struct bytes datagram, struct nts_answer *answer, struct why *why)
{
	struct reader in = reader_of(datagram);

	*answer = (struct nts_answer){ .has_unique = false };
	read_bytes(&in, NTP_HEADER_LEN);
	while (!in.failed && in.at < datagram.len) {
		size_t at = in.at;
		unsigned type = (unsigned)read_be(&in, 2);
		size_t len = (size_t)read_be(&in, 2);
		struct bytes body;

		if (answer->has_authenticator)
			break;		/* nothing behind it is covered: not looked at */
		if (in.failed || len < FIELD_MIN || len % 4 != 0)
			return why_set(why, ERR_MALFORMED,
			    "an extension field of the answer has a length that cannot be");
		body = read_bytes(&in, len - 4);
		if (in.failed)
			break;
		if (type == FIELD_UNIQUE && !answer->has_unique) {
			answer->has_unique = true;
			answer->unique = body;
		} else if (type == FIELD_AUTHENTICATOR) {
			answer->has_authenticator = true;
			answer->covered = bytes_slice(datagram, 0, at);
			if (!authenticator_read(body, answer))
				return why_set(why, ERR_MALFORMED,
				    "the authenticator of the answer breaks its format");
		}
	}
	return !in.failed ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "the answer ends within an extension field");
}
