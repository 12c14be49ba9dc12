/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of ClientHello; see tls_hello.h. */
#include <string.h>

#include "probes/wire/tls_hello.h"

enum {
	HANDSHAKE = 22, ALERT = 21, CLIENT_HELLO = 1,
	RECORD_MAX = 16384, MESSAGE_MAX = 60000, LIST_MAX = 65535
};

/* Begins something with a length in front of it, of that many octets; returns where. */
static size_t
length_begin(struct buffer *out, unsigned octets)
{
	buffer_put_be(out, 0, octets);
	return out->len;
}

/* False if what was written is longer than its length can say. */
static bool
length_end(struct buffer *out, size_t begun, unsigned octets)
{
	size_t len = out->len - begun;

	if (out->failed || len >> (8 * octets) != 0)
		return false;
	for (unsigned i = 0; i < octets; i++)
		out->at[begun - 1 - i] = (uint8_t)(len >> (8 * i));
	return true;
}

static void
flag_extension(struct buffer *out, bool wanted, enum tls_extension type)
{
	if (!wanted)
		return;
	buffer_put_be(out, type, 2);
	buffer_put_be(out, 0, 2);
}

static bool
numbers_extension(struct buffer *out, struct tls_numbers numbers, enum tls_extension type)
{
	if (numbers.count == 0)
		return true;
	if (numbers.count * 2 + 2 > LIST_MAX)
		return false;
	buffer_put_be(out, type, 2);
	buffer_put_be(out, numbers.count * 2 + 2, 2);
	buffer_put_be(out, numbers.count * 2, 2);
	for (size_t i = 0; i < numbers.count; i++)
		buffer_put_be(out, numbers.at[i], 2);
	return true;
}

/* RFC 6066 section 3. */
static bool
server_name_extension(struct buffer *out, const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;

	if (len == 0)
		return true;
	if (len > 255)
		return false;
	buffer_put_be(out, TLS_EXT_SERVER_NAME, 2);
	buffer_put_be(out, len + 5, 2);
	buffer_put_be(out, len + 3, 2);
	buffer_put_u8(out, 0);
	buffer_put_be(out, len, 2);
	buffer_put(out, name, len);
	return true;
}

/* RFC 7301 section 3.1. */
static bool
alpn_extension(struct buffer *out, const char *list)
{
	size_t extension, names;

	if (list == NULL || list[0] == '\0')
		return true;
	buffer_put_be(out, TLS_EXT_ALPN, 2);
	extension = length_begin(out, 2);
	names = length_begin(out, 2);
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == 0 || len > 255)
			return false;
		buffer_put_u8(out, (uint8_t)len);
		buffer_put(out, list, len);
		list += len + (list[len] == ',');
	}
	return length_end(out, names, 2) && length_end(out, extension, 2);
}

static bool
key_share_extension(struct buffer *out, const struct tls_offer *offer)
{
	size_t extension, shares;

	if (!offer->key_share)
		return true;
	buffer_put_be(out, TLS_EXT_KEY_SHARE, 2);
	extension = length_begin(out, 2);
	shares = length_begin(out, 2);
	for (size_t i = 0; i < offer->shares_count; i++) {
		if (offer->shares[i].key.len == 0 || offer->shares[i].key.len > LIST_MAX)
			return false;
		buffer_put_be(out, offer->shares[i].group, 2);
		buffer_put_be(out, offer->shares[i].key.len, 2);
		buffer_put(out, offer->shares[i].key.at, offer->shares[i].key.len);
	}
	return length_end(out, shares, 2) && length_end(out, extension, 2);
}

static bool
cookie_extension(struct buffer *out, struct bytes cookie)
{
	if (cookie.len == 0)
		return true;
	if (cookie.len > LIST_MAX - 2)
		return false;
	buffer_put_be(out, TLS_EXT_COOKIE, 2);
	buffer_put_be(out, cookie.len + 2, 2);
	buffer_put_be(out, cookie.len, 2);
	buffer_put(out, cookie.at, cookie.len);
	return true;
}

/* Of a few octets that are always the same. */
static void
fixed_extensions(struct buffer *out, const struct tls_offer *offer)
{
	static const uint8_t status[] = { 0, 5, 0, 5, 1, 0, 0, 0, 0 };
	static const uint8_t points[] = { 0, 11, 0, 2, 1, 0 };
	static const uint8_t modes[] = { 0, 45, 0, 2, 1, 1 };
	static const uint8_t versions[] = { 0, 43, 0, 3, 2, 3, 4 };
	static const uint8_t heartbeat[] = { 0, 15, 0, 1, 2 };	/* peer not allowed to send */
	static const uint8_t renegotiation[] = { 0xff, 1, 0, 1, 0 };

	if (offer->status_request)
		buffer_put(out, status, sizeof(status));
	if (offer->groups.count > 0 && offer->version < TLS_VERSION_13)
		buffer_put(out, points, sizeof(points));
	if (offer->version >= TLS_VERSION_13)
		buffer_put(out, versions, sizeof(versions));
	if (offer->psk_modes)
		buffer_put(out, modes, sizeof(modes));
	if (offer->heartbeat)
		buffer_put(out, heartbeat, sizeof(heartbeat));
	if (offer->renegotiation)
		buffer_put(out, renegotiation, sizeof(renegotiation));
}

/* SSL 3.0 knows no extensions: the block is left out where it would be empty. */
static bool
extensions_write(struct buffer *out, const struct tls_offer *offer)
{
	size_t before = out->len, block = length_begin(out, 2);

	if (!server_name_extension(out, offer->server_name) ||
	    !alpn_extension(out, offer->alpn) ||
	    !numbers_extension(out, offer->groups, TLS_EXT_GROUPS) ||
	    !numbers_extension(out, offer->schemes, TLS_EXT_SCHEMES) ||
	    !key_share_extension(out, offer) || !cookie_extension(out, offer->cookie))
		return false;
	fixed_extensions(out, offer);
	flag_extension(out, offer->ticket, TLS_EXT_TICKET);
	flag_extension(out, offer->master_secret, TLS_EXT_MASTER_SECRET);
	flag_extension(out, offer->encrypt_then_mac, TLS_EXT_ENCRYPT_THEN_MAC);
	if (out->len == block && !out->failed) {
		out->len = before;
		return true;
	}
	return length_end(out, block, 2);
}

enum err
tls_hello_message(const struct tls_offer *offer, struct buffer *out)
{
	size_t start = out->len, body;
	bool fits = offer->suites.count > 0 && offer->suites.count * 2 <= LIST_MAX - 1 &&
	    offer->session.len <= 32 && offer->version >= TLS_VERSION_SSL3 &&
	    offer->version <= TLS_VERSION_13;

	if (!fits)
		return ERR_INVALID;
	buffer_put_u8(out, CLIENT_HELLO);
	body = length_begin(out, 3);
	buffer_put_be(out, offer->version < TLS_VERSION_13 ? offer->version : TLS_VERSION_12, 2);
	buffer_put(out, offer->random, TLS_RANDOM_LEN);
	buffer_put_u8(out, (uint8_t)offer->session.len);
	buffer_put(out, offer->session.at, offer->session.len);
	buffer_put_be(out, offer->suites.count * 2, 2);
	for (size_t i = 0; i < offer->suites.count; i++)
		buffer_put_be(out, offer->suites.at[i], 2);
	buffer_put_be(out, offer->deflate ? 0x020100 : 0x0100, offer->deflate ? 3 : 2);
	if (!extensions_write(out, offer) || !length_end(out, body, 3)) {
		out->len = start;
		return ERR_INVALID;
	}
	return ERR_OK;
}

enum err
tls_hello_write(const struct tls_offer *offer, struct buffer *out)
{
	struct buffer message = { .max = MESSAGE_MAX };
	enum err err = tls_hello_message(offer, &message);

	for (size_t at = 0; err == ERR_OK && at < message.len; at += RECORD_MAX) {
		struct bytes part = bytes_slice(bytes_of_buffer(&message), at, RECORD_MAX);

		buffer_put_u8(out, HANDSHAKE);
		/* RFC 8446 5.1: 0x0301 in the first record, whatever is offered above it. */
		buffer_put_be(out, offer->version == TLS_VERSION_SSL3 ? TLS_VERSION_SSL3 :
		    TLS_VERSION_10, 2);
		buffer_put_be(out, part.len, 2);
		buffer_put(out, part.at, part.len);
	}
	if (message.failed)
		err = ERR_INVALID;
	buffer_free(&message);
	return err;
}

void
tls_alert_write(uint16_t version, uint8_t level, uint8_t description, struct buffer *out)
{
	buffer_put_u8(out, ALERT);
	buffer_put_be(out, version > TLS_VERSION_12 ? TLS_VERSION_12 : version, 2);
	buffer_put_be(out, 2, 2);
	buffer_put_u8(out, level);
	buffer_put_u8(out, description);
}
