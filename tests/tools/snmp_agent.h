/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's side of SNMPv3 for tests: HMAC-192-SHA-256 and AES-128 (RFC 7860, RFC 3826), requests
 * read and answers written piece by piece, so that a bench can answer many engines on one socket
 * and a test can forge any of the pieces.
 */
#ifndef TESTS_TOOLS_SNMP_AGENT_H
#define TESTS_TOOLS_SNMP_AGENT_H

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/clock.h"

enum { KEY = 32, ENGINE_LEN = 9, DIGEST = 24, PACKET = 4096 };

struct keys { bool made; uint8_t auth[KEY], privacy[KEY]; };

/* RFC 3414 A.2: a million octets of the pass phrase, hashed. */
static inline void
master_key(const char *secret, uint8_t out[KEY])
{
	uint8_t *all = memory_new(1 << 20, 1);
	size_t len = strlen(secret);

	for (size_t i = 0; i < 1 << 20; i++)
		all[i] = (uint8_t)secret[i % len];
	SHA256(all, 1 << 20, out);
	free(all);
}

static inline void
localise(const uint8_t master[KEY], const uint8_t engine[ENGINE_LEN], uint8_t out[KEY])
{
	uint8_t all[KEY + ENGINE_LEN + KEY];

	memcpy(all, master, KEY);
	memcpy(all + KEY, engine, ENGINE_LEN);
	memcpy(all + KEY + ENGINE_LEN, master, KEY);
	SHA256(all, sizeof(all), out);
}

/* One element of BER; false if it is not of this tag or does not fit. */
static inline bool
take(struct reader *in, uint8_t tag, struct bytes *value)
{
	uint64_t len;

	if (read_be(in, 1) != tag)
		in->failed = true;
	len = read_be(in, 1);
	if (len & 0x80)
		len = len == 0x81 || len == 0x82 ? read_be(in, (unsigned)len & 0x7f) : UINT32_MAX;
	*value = read_bytes(in, len);
	return !in->failed;
}

static inline int64_t
number_of(struct bytes value)
{
	int64_t number = value.len > 0 && (value.at[0] & 0x80) ? -1 : 0;

	for (size_t i = 0; i < value.len; i++)
		number = number * 256 + value.at[i];
	return number;
}

/* BER written from its end to its beginning, so that every length is known. */
struct writer { uint8_t at[PACKET]; size_t left; };

static inline void
put(struct writer *out, const void *octets, size_t len)
{
	if (len > out->left)
		abort();
	out->left -= len;
	memcpy(out->at + out->left, octets, len);
}

static inline void
head(struct writer *out, uint8_t tag, size_t end)
{
	size_t len = end - out->left;
	uint8_t large[] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };
	uint8_t small[] = { tag, (uint8_t)len };

	if (len < 128)
		put(out, small, sizeof(small));
	else
		put(out, large, sizeof(large));
}

static inline void
put_octets(struct writer *out, uint8_t tag, const void *octets, size_t len)
{
	size_t end = out->left;

	put(out, octets, len);
	head(out, tag, end);
}

static inline void
put_number(struct writer *out, uint8_t tag, int64_t number)
{
	uint8_t octets[5] = { (uint8_t)(number >> 32), (uint8_t)(number >> 24), (uint8_t)(number >> 16),
	    (uint8_t)(number >> 8), (uint8_t)number };

	put_octets(out, tag, octets, sizeof(octets));
}

struct message {
	int64_t      id, boots, time, request;
	uint8_t      flags;
	struct bytes engine, user, digest, salt, scoped, bindings;
};

static inline bool
message_read(struct bytes packet, struct message *m)
{
	struct reader in = reader_of(packet), all, part;
	struct bytes value, security;

	if (!take(&in, 0x30, &value))
		return false;
	all = reader_of(value);
	if (!take(&all, 0x02, &value) || number_of(value) != 3 || !take(&all, 0x30, &value))
		return false;
	part = reader_of(value);
	if (!take(&part, 0x02, &value))
		return false;
	m->id = number_of(value);
	if (!take(&part, 0x02, &value) || !take(&part, 0x04, &value) || value.len != 1)
		return false;
	m->flags = value.at[0];
	if (!take(&all, 0x04, &value))
		return false;
	part = reader_of(value);
	if (!take(&part, 0x30, &security))
		return false;
	part = reader_of(security);
	if (!take(&part, 0x04, &m->engine) || !take(&part, 0x02, &value))
		return false;
	m->boots = number_of(value);
	if (!take(&part, 0x02, &value))
		return false;
	m->time = number_of(value);
	m->scoped = bytes_slice(all.in, all.at, all.in.len);
	return take(&part, 0x04, &m->user) && take(&part, 0x04, &m->digest) && take(&part, 0x04, &m->salt);
}

/* Request id and bindings of a GET or GETBULK inside a scoped PDU. */
static inline bool
request_read(struct bytes scoped, struct message *m)
{
	struct reader in = reader_of(scoped), part;
	struct bytes value;
	uint8_t tag;

	if (!take(&in, 0x30, &value))
		return false;
	part = reader_of(value);
	if (!take(&part, 0x04, &value) || !take(&part, 0x04, &value) || part.at >= part.in.len)
		return false;
	tag = part.in.at[part.at];
	if ((tag != 0xa0 && tag != 0xa5) || !take(&part, tag, &value))
		return false;
	part = reader_of(value);
	if (!take(&part, 0x02, &value))
		return false;
	m->request = number_of(value);
	return take(&part, 0x02, &value) && take(&part, 0x02, &value) && take(&part, 0x30, &m->bindings);
}

static inline void
crypt_scoped(const struct keys *keys, int64_t boots, int64_t seconds, const uint8_t salt[8],
    struct bytes in, uint8_t *out, bool encrypt)
{
	uint8_t iv[16] = { (uint8_t)(boots >> 24), (uint8_t)(boots >> 16), (uint8_t)(boots >> 8),
	    (uint8_t)boots, (uint8_t)(seconds >> 24), (uint8_t)(seconds >> 16), (uint8_t)(seconds >> 8),
	    (uint8_t)seconds };
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	memcpy(iv + 8, salt, 8);
	EVP_CipherInit_ex(ctx, EVP_aes_128_cfb128(), NULL, keys->privacy, iv, encrypt);
	EVP_CipherUpdate(ctx, out, &len, in.at, (int)in.len);
	EVP_CIPHER_CTX_free(ctx);
}

static inline bool
digest_right(const struct keys *keys, struct bytes packet, const struct message *m)
{
	uint8_t copy[PACKET], digest[KEY];
	size_t at = (size_t)(m->digest.at - packet.at);

	if (m->digest.len != DIGEST || packet.len > sizeof(copy))
		return false;
	memcpy(copy, packet.at, packet.len);
	memset(copy + at, 0, DIGEST);
	HMAC(EVP_sha256(), keys->auth, KEY, copy, packet.len, digest, NULL);
	return memcmp(digest, m->digest.at, DIGEST) == 0;
}

static inline int64_t
seconds_up(void)
{
	return clock_monotonic_ns() / 1000000000 + 1000;
}

/* Bindings of the answer, last first: the value's type is the one the object has. */
static inline void
put_bindings(struct writer *out, struct bytes bindings)
{
	static const uint8_t object[] = { 0x2b, 6, 1, 4, 1, 0xbf, 8 };
	struct reader in = reader_of(bindings);
	struct bytes name[64], value;
	size_t count = 0, end = out->left;

	while (count < 64 && in.at < in.in.len && take(&in, 0x30, &value)) {
		struct reader part = reader_of(value);

		if (take(&part, 0x06, &name[count]))
			count++;
	}
	while (count-- > 0) {
		size_t binding = out->left;
		uint8_t last = name[count].len >= 2 ? name[count].at[name[count].len - 2] : 0;

		if (last == 3)
			put_number(out, 0x43, seconds_up() * 100);
		else if (last == 2)
			put_octets(out, 0x06, object, sizeof(object));
		else
			put_octets(out, 0x04, "core function", 13);
		put_octets(out, 0x06, name[count].at, name[count].len);
		head(out, 0x30, binding);
	}
	head(out, 0x30, end);
}

static inline void
put_report(struct writer *out, uint8_t counter)
{
	const uint8_t name[] = { 0x2b, 6, 1, 6, 3, 15, 1, 1, counter, 0 };
	size_t end = out->left;

	put_number(out, 0x41, 1);
	put_octets(out, 0x06, name, sizeof(name));
	head(out, 0x30, end);
	head(out, 0x30, end);
}

static inline void
put_scoped(struct writer *out, const struct message *m, uint8_t pdu, uint8_t counter,
    const uint8_t engine[ENGINE_LEN])
{
	size_t end = out->left;

	if (counter != 0)
		put_report(out, counter);
	else
		put_bindings(out, m->bindings);
	put_number(out, 0x02, 0);
	put_number(out, 0x02, 0);
	put_number(out, 0x02, m->request);
	head(out, pdu, end);
	put_octets(out, 0x04, "", 0);
	put_octets(out, 0x04, engine, ENGINE_LEN);
	head(out, 0x30, end);
}

static inline void
put_envelope(struct writer *out, const struct message *m, uint8_t flags,
    const uint8_t engine[ENGINE_LEN], const uint8_t salt[8])
{
	static const uint8_t none[DIGEST];
	size_t end = PACKET, security;

	security = out->left;
	put_octets(out, 0x04, salt, flags & 2 ? 8 : 0);
	put_octets(out, 0x04, none, flags & 1 ? DIGEST : 0);
	put_octets(out, 0x04, m->user.at, flags & 1 ? m->user.len : 0);
	put_number(out, 0x02, m->time);
	put_number(out, 0x02, m->boots);
	put_octets(out, 0x04, engine, ENGINE_LEN);
	head(out, 0x30, security);
	head(out, 0x04, security);
	security = out->left;
	put_number(out, 0x02, 3);
	put_octets(out, 0x04, &flags, 1);
	put_number(out, 0x02, 65507);
	put_number(out, 0x02, m->id);
	head(out, 0x30, security);
	put_number(out, 0x02, 3);
	head(out, 0x30, end);
}

/* The digest covers the whole packet with zeros in its own place: 24 of them behind 04 18. */
static inline void
sign(struct writer *out, const struct keys *keys)
{
	static const uint8_t mark[] = { 0x04, DIGEST, 0, 0, 0, 0, 0, 0, 0, 0 };
	uint8_t *at = memmem(out->at + out->left, PACKET - out->left, mark, sizeof(mark));
	uint8_t digest[KEY];

	if (at == NULL)
		abort();
	HMAC(EVP_sha256(), keys->auth, KEY, out->at + out->left, PACKET - out->left, digest, NULL);
	memcpy(at + 2, digest, DIGEST);
}

#endif
