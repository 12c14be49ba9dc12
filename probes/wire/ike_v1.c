/* SPDX-License-Identifier: Apache-2.0 */
/* Main Mode of IKEv1, first message and its answer; see ike_v1.h.  RFC 2408, 2409. */
#include "probes/wire/ike.h"
#include "probes/wire/ike_v1.h"

enum {
	PAYLOAD_SA = 1, PAYLOAD_NOTIFICATION = 11,
	VERSION = 0x10, MAIN_MODE = 2, DOI_IPSEC = 1, IDENTITY_ONLY = 1, PROTOCOL_ISAKMP = 1,
	KEY_IKE = 1, ENCRYPTED = 1, SHORT = 0x8000,
	CLASS_ENCRYPTION = 1, CLASS_HASH = 2, CLASS_METHOD = 3, CLASS_GROUP = 4, CLASS_LENGTH = 14,
	DES = 1, TRIPLE_DES = 5, AES = 7, MD5 = 1, SHA1 = 2, SHA256 = 4, PSK = 1, RSA = 3
};

static const struct { uint16_t encryption, bits, hash, group; } offers[] = {
	{ AES, 256, SHA256, 14 }, { AES, 128, SHA256, 14 }, { AES, 256, SHA1, 14 },
	{ AES, 256, SHA1, 5 }, { AES, 128, SHA1, 5 }, { AES, 256, SHA1, 2 },
	{ AES, 128, SHA1, 2 }, { TRIPLE_DES, 0, SHA1, 2 }, { TRIPLE_DES, 0, MD5, 2 },
	{ DES, 0, SHA1, 1 }, { DES, 0, MD5, 1 },
};
enum { OFFERS = sizeof(offers) / sizeof(offers[0]), METHODS = 2, ATTRIBUTE_LEN = 4 };

static void
attribute_write(struct buffer *out, uint16_t class, uint16_t value)
{
	buffer_put_be(out, SHORT | class, 2);
	buffer_put_be(out, value, 2);
}

static void
transform_write(struct buffer *out, size_t number)
{
	size_t at = number % OFFERS;
	size_t len = 8 + ATTRIBUTE_LEN * (size_t)(offers[at].bits != 0 ? 5 : 4);

	buffer_put_be(out, number + 1 < OFFERS * METHODS ? 3 : 0, 1);
	buffer_put_be(out, 0, 1);
	buffer_put_be(out, len, 2);
	buffer_put_be(out, number + 1, 1);
	buffer_put_be(out, KEY_IKE, 1);
	buffer_put_be(out, 0, 2);
	attribute_write(out, CLASS_ENCRYPTION, offers[at].encryption);
	if (offers[at].bits != 0)
		attribute_write(out, CLASS_LENGTH, offers[at].bits);
	attribute_write(out, CLASS_HASH, offers[at].hash);
	attribute_write(out, CLASS_METHOD, number < OFFERS ? PSK : RSA);
	attribute_write(out, CLASS_GROUP, offers[at].group);
}

void
ike_v1_write(uint64_t cookie, struct buffer *out)
{
	struct buffer transforms = { .max = 4096 };

	for (size_t i = 0; i < OFFERS * METHODS; i++)
		transform_write(&transforms, i);
	buffer_put_be(out, cookie, 8);
	buffer_put_be(out, 0, 8);
	buffer_put_be(out, PAYLOAD_SA, 1);
	buffer_put_be(out, VERSION, 1);
	buffer_put_be(out, MAIN_MODE, 1);
	buffer_put_be(out, 0, 5);	/* no flags, message id 0 */
	buffer_put_be(out, IKE_HEADER_LEN + 12 + 8 + transforms.len, 4);
	buffer_put_be(out, 0, 2);
	buffer_put_be(out, 12 + 8 + transforms.len, 2);
	buffer_put_be(out, DOI_IPSEC, 4);
	buffer_put_be(out, IDENTITY_ONLY, 4);
	buffer_put_be(out, 0, 2);
	buffer_put_be(out, 8 + transforms.len, 2);
	buffer_put_be(out, 1, 1);
	buffer_put_be(out, PROTOCOL_ISAKMP, 1);
	buffer_put_be(out, 0, 1);
	buffer_put_be(out, OFFERS * METHODS, 1);
	buffer_put(out, transforms.at, transforms.len);
	buffer_free(&transforms);
}

static void
attribute_take(struct ike_v1_said *said, uint64_t class, uint64_t value)
{
	switch (class) {
	case CLASS_ENCRYPTION: said->encryption = (uint16_t)value; break;
	case CLASS_HASH: said->hash = (uint16_t)value; break;
	case CLASS_METHOD: said->method = (uint16_t)value; break;
	case CLASS_GROUP: said->group = (uint16_t)value; break;
	case CLASS_LENGTH: said->bits = (uint16_t)value; break;
	default: break;
	}
}

/* The answer has the one transform that was chosen (RFC 2408 4.2). */
static enum err
sa_read(struct bytes body, struct ike_v1_said *said, struct why *why)
{
	struct reader in = reader_of(body), attributes;
	uint64_t spi_len, len;

	read_bytes(&in, 8);		/* DOI and situation */
	read_bytes(&in, 4);
	read_be(&in, 2);
	spi_len = read_be(&in, 1);
	if (read_be(&in, 1) != 1)
		return why_set(why, ERR_MALFORMED, "the IKEv1 answer does not have the one "
		    "transform that was chosen");
	read_bytes(&in, spi_len);
	read_be(&in, 2);
	len = read_be(&in, 2);
	if (in.failed || len < 8)
		return why_set(why, ERR_MALFORMED, "the proposal of the IKEv1 answer ends early");
	read_be(&in, 4);
	attributes = reader_of(read_bytes(&in, len - 8));
	while (!in.failed && !attributes.failed && attributes.at < attributes.in.len) {
		uint64_t class = read_be(&attributes, 2), value = read_be(&attributes, 2);

		if (class & SHORT)
			attribute_take(said, class & ~(uint64_t)SHORT, value);
		else
			read_bytes(&attributes, value);
	}
	if (!reader_done(&in) || attributes.failed)
		return why_set(why, ERR_MALFORMED, "the transform of the IKEv1 answer ends early");
	said->has_sa = true;
	return ERR_OK;
}

static enum err
payloads_read(uint8_t next, struct reader *in, struct ike_v1_said *said, struct why *why)
{
	for (unsigned count = 0; next != 0; count++) {
		uint8_t type = next;
		struct bytes body;
		uint64_t len;
		enum err err;

		if (count == IKE_PAYLOADS_MAX)
			return why_set(why, ERR_LIMIT, "the IKEv1 answer has more than %d payloads",
			    IKE_PAYLOADS_MAX);
		next = (uint8_t)read_be(in, 1);
		read_be(in, 1);
		len = read_be(in, 2);
		body = read_bytes(in, len < 4 ? SIZE_MAX : len - 4);
		if (in->failed)
			return why_set(why, ERR_MALFORMED, "payload %u of the IKEv1 answer ends "
			    "after the message", type);
		if (type == PAYLOAD_SA && !said->has_sa) {
			err = sa_read(body, said, why);
			if (err != ERR_OK)
				return err;
		}
		if (type == PAYLOAD_NOTIFICATION && body.len >= 8 && said->error == 0)
			said->error = (uint16_t)(body.at[6] << 8 | body.at[7]);
		if (said->error >= IKE_NOTIFY_ERRORS)
			said->error = 0;
	}
	return ERR_OK;
}

enum err
ike_v1_read(struct bytes datagram, struct ike_v1_said *said, struct why *why)
{
	struct reader in = reader_of(datagram);
	uint64_t version, flags, len;
	uint8_t next;

	*said = (struct ike_v1_said){ .cookie_i = read_be(&in, 8) };
	said->cookie_r = read_be(&in, 8);
	next = (uint8_t)read_be(&in, 1);
	version = read_be(&in, 1) >> 4;
	said->exchange = (uint8_t)read_be(&in, 1);
	flags = read_be(&in, 1);
	read_be(&in, 4);
	len = read_be(&in, 4);
	if (in.failed)
		return why_set(why, ERR_TRUNCATED, "the answer has %zu octets, and the head of "
		    "IKE has %d", datagram.len, IKE_HEADER_LEN);
	if (version != 1)
		return why_set(why, ERR_UNSUPPORTED, "the answer is not IKE version 1");
	if (len != datagram.len)
		return why_set(why, ERR_MALFORMED, "the IKEv1 answer says that it has %llu octets, "
		    "and has %zu", (unsigned long long)len, datagram.len);
	if (flags & ENCRYPTED)
		return why_set(why, ERR_MALFORMED, "the IKEv1 answer is encrypted, and there are "
		    "no keys yet");
	return payloads_read(next, &in, said, why);
}

void
ike_v1_put(const struct ike_v1_said *said, struct buffer *out)
{
	static const char *const ciphers[] = { NULL, "DES", "IDEA", "BLOWFISH", "RC5", "3DES",
	    "CAST", "AES" };
	static const char *const hashes[] = { NULL, "MD5", "SHA1", "TIGER", "SHA2_256",
	    "SHA2_384", "SHA2_512" };

	if (said->encryption < sizeof(ciphers) / sizeof(ciphers[0]) && said->encryption > 0)
		buffer_put_text(out, ciphers[said->encryption]);
	else
		buffer_print(out, "cipher %u", said->encryption);
	if (said->bits != 0)
		buffer_print(out, "_%u", said->bits);
	if (said->hash < sizeof(hashes) / sizeof(hashes[0]) && said->hash > 0)
		buffer_print(out, " %s ", hashes[said->hash]);
	else
		buffer_print(out, " hash %u ", said->hash);
	ike_transform_put(&(struct ike_transform){ .type = IKE_KE, .id = said->group }, out);
	buffer_put_text(out, said->method == PSK ? " PSK" : said->method == RSA ? " RSA" : "");
}
