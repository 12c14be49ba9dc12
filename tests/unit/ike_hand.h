/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and sealed messages of IKE made in another way than probes/ike_keys.c makes them: what RFC
 * 7296 2.13 and 2.14 derive is HKDF of RFC 5869 with the nonces as salt, which libcrypto has.  It
 * makes what no sound end makes too: any padding, any fragment.
 */
#ifndef TESTS_UNIT_IKE_HAND_H
#define TESTS_UNIT_IKE_HAND_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/ike_keys.h"
#include "probes/wire/ike_part.h"

enum { HAND_KEY = 64 };

struct ike_hand {
	char     cipher[32];
	bool     aead;
	size_t   key_len, salt_len, mac_len, tag_len, prf_len;
	const EVP_MD *mac, *prf;
	uint64_t spi_i, spi_r;
	uint8_t  d[HAND_KEY], a[2][HAND_KEY], e[2][HAND_KEY], p[2][HAND_KEY];	/* of i, of r */
};

static inline const EVP_MD *
ike_hand_hash(unsigned step)
{
	const EVP_MD *hashes[] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };

	return hashes[step];
}

static inline void
ike_hand_derive(const struct ike_settled *settled, const EVP_MD *prf, uint8_t *out, size_t len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	struct buffer salt = { 0 }, info = { 0 };
	OSSL_PARAM params[5];

	buffer_put(&salt, settled->nonce_i.at, settled->nonce_i.len);
	buffer_put(&salt, settled->nonce_r.at, settled->nonce_r.len);
	buffer_put(&info, salt.at, salt.len);
	buffer_put_be(&info, settled->spi_i, 8);
	buffer_put_be(&info, settled->spi_r, 8);
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
	    (char *)(uintptr_t)EVP_MD_get0_name(prf), 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
	    (uint8_t *)(uintptr_t)settled->secret.at, settled->secret.len);
	params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.at, salt.len);
	params[3] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.at, info.len);
	params[4] = OSSL_PARAM_construct_end();
	if (EVP_KDF_derive(ctx, out, len, params) != 1)
		abort();
	EVP_KDF_CTX_free(ctx), EVP_KDF_free(kdf);
	buffer_free(&salt), buffer_free(&info);
}

static inline struct ike_hand
ike_hand_make(const struct ike_settled *settled)
{
	const struct ike_transform *encryption = settled->encryption, *mac = settled->integrity;
	struct ike_hand hand = { .spi_i = settled->spi_i, .spi_r = settled->spi_r,
		.aead = mac == NULL, .prf = ike_hand_hash(settled->prf->id - 5U),
		.key_len = encryption->bits != 0 ? encryption->bits / 8 : 32, .tag_len = 16 };
	uint8_t material[8 * HAND_KEY], *at = material;

	if (encryption->id == 28)
		snprintf(hand.cipher, sizeof(hand.cipher), "ChaCha20-Poly1305");
	else
		snprintf(hand.cipher, sizeof(hand.cipher), "AES-%u-%s", encryption->bits,
		    hand.aead ? "GCM" : "CBC");
	hand.salt_len = hand.aead ? 4 : 0;
	hand.prf_len = (size_t)EVP_MD_get_size(hand.prf);
	if (!hand.aead) {
		hand.mac = ike_hand_hash(mac->id - 12U);
		hand.mac_len = (size_t)EVP_MD_get_size(hand.mac);
		hand.tag_len = hand.mac_len / 2;
	}
	ike_hand_derive(settled, hand.prf, material, 3 * hand.prf_len + 2 * hand.mac_len +
	    2 * (hand.key_len + hand.salt_len));
	memcpy(hand.d, at, hand.prf_len), at += hand.prf_len;
	for (unsigned i = 0; i < 2; i++, at += hand.mac_len)
		memcpy(hand.a[i], at, hand.mac_len);
	for (unsigned i = 0; i < 2; i++, at += hand.key_len + hand.salt_len)
		memcpy(hand.e[i], at, hand.key_len + hand.salt_len);
	for (unsigned i = 0; i < 2; i++, at += hand.prf_len)
		memcpy(hand.p[i], at, hand.prf_len);
	return hand;
}

static inline void
ike_hand_hmac(const EVP_MD *md, const uint8_t *key, size_t key_len, struct bytes octets,
    uint8_t out[HAND_KEY])
{
	size_t len = 0;

	if (EVP_Q_mac(NULL, "HMAC", NULL, EVP_MD_get0_name(md), NULL, key, key_len, octets.at,
	    octets.len, out, HAND_KEY, &len) == NULL)
		abort();
}

/* With padding that ends in its length, as a sound end makes it, but not of zeros. */
static inline void
ike_hand_pad(const struct ike_hand *hand, struct bytes inside, struct buffer *out)
{
	uint8_t padding = 0;

	buffer_put(out, inside.at, inside.len);
	for (; (out->len + 1) % (hand->aead ? 4 : 16) != 0; padding++)
		buffer_put_u8(out, (uint8_t)(padding + 1));
	buffer_put_u8(out, padding);
}

/* What is in the sealed part, padding and all, is given; fragments 0: a whole message. */
struct ike_hand_message {
	bool         responder;
	uint8_t      exchange, flags, first;	/* flags: more of them */
	uint32_t     message;
	unsigned     fragment, fragments;
	struct bytes plain;
};

static inline void
ike_hand_seal(const struct ike_hand *hand, const struct ike_hand_message *message,
    struct buffer *out)
{
	struct ike_head head = { .spi_i = hand->spi_i, .spi_r = hand->spi_r,
		.next = message->fragments > 0 ? PAYLOAD_SKF : PAYLOAD_SK,
		.exchange = message->exchange, .message = message->message,
		.flags = (message->responder ? IKE_FLAG_RESPONSE : IKE_FLAG_INITIATOR) |
		    message->flags };
	size_t from = out->len, clear, iv_len = hand->aead ? 8 : 16, payload;
	size_t extra = message->fragments > 0 ? 4 : 0;
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, hand->cipher, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[16], tag[HAND_KEY], *sealed = memory_new(1, message->plain.len + 32);
	int len = 0, last = 0;

	ike_head_write(&head, out);
	payload = extra + iv_len + message->plain.len + hand->tag_len;
	buffer_put_be(out, message->first, 1), buffer_put_be(out, 0, 1);
	buffer_put_be(out, 4 + payload, 2);
	if (extra > 0) {
		buffer_put_be(out, message->fragment, 2);
		buffer_put_be(out, message->fragments, 2);
	}
	for (unsigned i = 0; i < 4; i++)
		out->at[from + 24 + i] = (uint8_t)((32 + payload) >> 8 * (3 - i));
	clear = out->len - from;
	random_fill(nonce, sizeof(nonce));
	if (hand->aead)
		memcpy(nonce, hand->e[message->responder] + hand->key_len, 4);
	if (EVP_EncryptInit_ex2(ctx, cipher, hand->e[message->responder], nonce, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 || (hand->aead &&
	    EVP_EncryptUpdate(ctx, NULL, &len, out->at + from, (int)clear) != 1) ||
	    EVP_EncryptUpdate(ctx, sealed, &len, message->plain.at, (int)message->plain.len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, sealed + len, &last) != 1)
		abort();
	buffer_put(out, nonce + (hand->aead ? 4 : 0), iv_len);
	buffer_put(out, sealed, message->plain.len);
	if (hand->aead)
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag);
	else
		ike_hand_hmac(hand->mac, hand->a[message->responder], hand->mac_len,
		    bytes_of(out->at + from, out->len - from), tag);
	buffer_put(out, tag, hand->tag_len);
	free(sealed);
	EVP_CIPHER_CTX_free(ctx), EVP_CIPHER_free(cipher);
}

#endif
