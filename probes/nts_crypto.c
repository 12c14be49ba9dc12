/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 5297 over libcrypto's CMAC and counter mode: its own SIV never works out a tag where the
 * plain text is empty, which each request of NTS is.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "probes/nts_crypto.h"

static void
cmac(const uint8_t key[16], struct bytes a, struct bytes b, uint8_t out[16])
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER,
		    (char[]){ "AES-128-CBC" }, 0),
		OSSL_PARAM_construct_end()
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
	size_t len = 0;

	memset(out, 0, 16);
	if (EVP_MAC_init(ctx, key, 16, params) == 1) {
		EVP_MAC_update(ctx, a.at, a.len);
		EVP_MAC_update(ctx, b.at, b.len);
		EVP_MAC_final(ctx, out, &len, 16);
	}
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
}

/* 2.3: doubling in the field of 2^128. */
static void
twice(uint8_t d[16])
{
	uint8_t carry = d[0] >> 7;

	for (size_t i = 0; i < 15; i++)
		d[i] = (uint8_t)(d[i] << 1 | d[i + 1] >> 7);
	d[15] = (uint8_t)(d[15] << 1 ^ (carry != 0 ? 0x87 : 0));
}

static void
add(uint8_t d[16], const uint8_t e[16])
{
	for (size_t i = 0; i < 16; i++)
		d[i] ^= e[i];
}

/* 2.4, for two texts before the plain one. */
static void
s2v(const uint8_t key[16], struct bytes associated, struct bytes nonce, struct bytes plain,
    uint8_t out[16])
{
	static const uint8_t zero[16];
	struct bytes none = bytes_of(NULL, 0);
	uint8_t d[16], e[16], last[16] = { 0 };
	size_t head = plain.len >= 16 ? plain.len - 16 : 0;

	cmac(key, bytes_of(zero, 16), none, d);
	cmac(key, associated, none, e);
	twice(d), add(d, e);
	cmac(key, nonce, none, e);
	twice(d), add(d, e);
	if (plain.len >= 16) {
		memcpy(last, plain.at + head, 16);
		add(last, d);
		cmac(key, bytes_slice(plain, 0, head), bytes_of(last, 16), out);
		return;
	}
	if (plain.len > 0)
		memcpy(last, plain.at, plain.len);
	last[plain.len] = 0x80;
	twice(d), add(d, last);
	cmac(key, bytes_of(d, 16), none, out);
}

/* 2.6: the counter begins as the tag with two bits off. */
static void
counter(const uint8_t key[16], const uint8_t tag[16], struct bytes in, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t start[16];
	int len = 0;

	memcpy(start, tag, 16);
	start[8] &= 0x7f;
	start[12] &= 0x7f;
	if (EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key, start) == 1 && in.len > 0)
		EVP_EncryptUpdate(ctx, out, &len, in.at, (int)in.len);
	EVP_CIPHER_CTX_free(ctx);
}

void
nts_seal(const uint8_t key[NTS_KEY_LEN], struct bytes associated, struct bytes nonce,
    struct bytes plain, struct buffer *out)
{
	uint8_t tag[NTS_SIV_LEN], text[NTS_PLAIN_MAX];

	plain = bytes_slice(plain, 0, NTS_PLAIN_MAX);
	s2v(key, associated, nonce, plain, tag);
	counter(key + 16, tag, plain, text);
	buffer_put(out, tag, sizeof(tag));
	buffer_put(out, text, plain.len);
}

enum err
nts_open(const uint8_t key[NTS_KEY_LEN], struct bytes associated, struct bytes nonce,
    struct bytes sealed, struct buffer *plain)
{
	struct bytes text = bytes_slice(sealed, NTS_SIV_LEN, sealed.len);
	uint8_t tag[NTS_SIV_LEN], clear[NTS_PLAIN_MAX];

	if (sealed.len < NTS_SIV_LEN || text.len > NTS_PLAIN_MAX)
		return ERR_UNTRUSTED;
	counter(key + 16, sealed.at, text, clear);
	s2v(key, associated, nonce, bytes_of(clear, text.len), tag);
	if (CRYPTO_memcmp(tag, sealed.at, sizeof(tag)) != 0)
		return ERR_UNTRUSTED;
	buffer_put(plain, clear, text.len);
	return ERR_OK;
}
