/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of an IKE SA by libcrypto; see ike_keys.h. */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/ike_keys.h"

enum { KEY_MAX = 64, SALT_LEN = 4, NONCE_LEN = 12, IV_AEAD = 8, IV_CBC = 16, TAG_LEN = 16,
	MATERIAL_MAX = 7 * KEY_MAX };

struct cipher {
	uint16_t          id, bits;
	const EVP_CIPHER *(*cipher)(void);
	size_t            key_len, salt_len, iv_len;	/* salt_len 0: CBC with a MAC of its own */
};

static const struct cipher ciphers[] = {
	{ 20, 256, EVP_aes_256_gcm, 32, SALT_LEN, IV_AEAD },
	{ 20, 192, EVP_aes_192_gcm, 24, SALT_LEN, IV_AEAD },
	{ 20, 128, EVP_aes_128_gcm, 16, SALT_LEN, IV_AEAD },
	{ 28, 0, EVP_chacha20_poly1305, 32, SALT_LEN, IV_AEAD },
	{ 12, 256, EVP_aes_256_cbc, 32, 0, IV_CBC },
	{ 12, 192, EVP_aes_192_cbc, 24, 0, IV_CBC },
	{ 12, 128, EVP_aes_128_cbc, 16, 0, IV_CBC },
};

struct mac {
	uint16_t      prf, integ;	/* transform ids */
	const EVP_MD *(*hash)(void);
	size_t        len, tag_len;	/* of its output; of what a message carries of it */
};

static const struct mac macs[] = {
	{ 5, 12, EVP_sha256, 32, 16 }, { 6, 13, EVP_sha384, 48, 24 }, { 7, 14, EVP_sha512, 64, 32 },
};

struct way { uint8_t key[KEY_MAX], mac[KEY_MAX]; };	/* key: salt behind it */

struct ike_keys {
	const struct cipher *cipher;
	const struct mac    *integrity, *prf;	/* integrity NULL: AEAD */
	uint64_t             spi_i, spi_r;
	bool                 responder;
	struct way           i, r;
	uint8_t              signs_i[KEY_MAX], signs_r[KEY_MAX];	/* SK_pi, SK_pr */
};

const char *
ike_group(uint16_t method)
{
	static const struct { uint16_t method; const char *group; } rows[] = {
		{ 31, "X25519" }, { 32, "X448" }, { 19, "P-256" }, { 20, "P-384" },
		{ 21, "P-521" }, { 14, "MODP 2048" }, { 15, "MODP 3072" }, { 16, "MODP 4096" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].method == method)
			return rows[i].group;
	return NULL;
}

/* RFC 5903 7: a point of a NIST curve is x and y alone; libcrypto has it behind a 4. */
static bool
is_point(uint16_t method)
{
	return method >= 19 && method <= 21;
}

void
ike_value_put(uint16_t method, const struct agreement *agreement, struct buffer *out)
{
	struct bytes public = agreement_public(agreement);

	if (is_point(method))
		public = bytes_slice(public, 1, public.len);
	buffer_put(out, public.at, public.len);
}

bool
ike_value_share(uint16_t method, const struct agreement *agreement, struct bytes theirs,
    struct buffer *secret)
{
	struct buffer point = { .max = IKE_VALUE_MAX };
	bool fine;

	if (theirs.len == 0 || theirs.len != ike_value_len(method))
		return false;
	if (is_point(method))
		buffer_put_u8(&point, 4);
	buffer_put(&point, theirs.at, theirs.len);
	fine = agreement_share(agreement, bytes_of_buffer(&point), secret);
	buffer_free(&point);
	return fine;
}

static void
hmac(const struct mac *mac, const uint8_t *key, size_t key_len, struct bytes octets, uint8_t *out)
{
	unsigned len = 0;

	HMAC(mac->hash(), key, (int)key_len, octets.at, octets.len, out, &len);
}

/* prf+ of RFC 7296 2.13. */
static void
expand(const struct mac *prf, const uint8_t *key, struct bytes seed, uint8_t *out, size_t len)
{
	struct buffer text = { .max = KEY_MAX + 1024 };
	uint8_t block[KEY_MAX];
	size_t done = 0;

	for (unsigned round = 1; done < len; round++) {
		size_t part = len - done < prf->len ? len - done : prf->len;

		buffer_reset(&text);
		if (round > 1)
			buffer_put(&text, block, prf->len);
		buffer_put(&text, seed.at, seed.len);
		buffer_put_u8(&text, (uint8_t)round);
		hmac(prf, key, prf->len, bytes_of_buffer(&text), block);
		memcpy(out + done, block, part);
		done += part;
	}
	OPENSSL_cleanse(block, sizeof(block));
	if (text.len > 0)
		OPENSSL_cleanse(text.at, text.len);
	buffer_free(&text);
}

/* SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi, SK_pr one after another (RFC 7296 2.14). */
static void
keys_make(struct ike_keys *keys, const struct ike_settled *settled)
{
	size_t prf = keys->prf->len, mac = keys->integrity != NULL ? keys->integrity->len : 0;
	size_t key = keys->cipher->key_len + keys->cipher->salt_len;
	struct { uint8_t *to; size_t len; } parts[] = { { NULL, prf }, { keys->i.mac, mac },
	    { keys->r.mac, mac }, { keys->i.key, key }, { keys->r.key, key },
	    { keys->signs_i, prf }, { keys->signs_r, prf } };
	struct buffer nonces = { .max = 512 }, seed = { .max = 1024 };
	uint8_t seed_key[KEY_MAX], material[MATERIAL_MAX], *at = material;
	size_t len = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		len += parts[i].len;
	buffer_put(&nonces, settled->nonce_i.at, settled->nonce_i.len);
	buffer_put(&nonces, settled->nonce_r.at, settled->nonce_r.len);
	hmac(keys->prf, nonces.at, nonces.len, settled->secret, seed_key);
	buffer_put(&seed, nonces.at, nonces.len);
	buffer_put_be(&seed, settled->spi_i, 8);
	buffer_put_be(&seed, settled->spi_r, 8);
	expand(keys->prf, seed_key, bytes_of_buffer(&seed), material, len);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); at += parts[i++].len)
		if (parts[i].to != NULL)
			memcpy(parts[i].to, at, parts[i].len);
	OPENSSL_cleanse(seed_key, sizeof(seed_key));
	OPENSSL_cleanse(material, sizeof(material));
	buffer_free(&nonces), buffer_free(&seed);
}

struct ike_keys *
ike_keys_new(const struct ike_settled *settled, bool responder)
{
	struct ike_keys keys = { .spi_i = settled->spi_i, .spi_r = settled->spi_r,
		.responder = responder }, *out;

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (settled->encryption != NULL && ciphers[i].id == settled->encryption->id &&
		    ciphers[i].bits == settled->encryption->bits)
			keys.cipher = &ciphers[i];
	for (size_t i = 0; i < sizeof(macs) / sizeof(macs[0]); i++) {
		if (settled->prf != NULL && macs[i].prf == settled->prf->id)
			keys.prf = &macs[i];
		if (settled->integrity != NULL && macs[i].integ == settled->integrity->id)
			keys.integrity = &macs[i];
	}
	if (keys.cipher == NULL || keys.prf == NULL ||
	    (keys.cipher->salt_len == 0) != (keys.integrity != NULL) ||
	    settled->nonce_i.len + settled->nonce_r.len > 512)
		return NULL;
	out = memory_new(1, sizeof(*out));
	*out = keys;
	keys_make(out, settled);
	return out;
}

void
ike_keys_free(struct ike_keys *keys)
{
	if (keys == NULL)
		return;
	OPENSSL_cleanse(keys, sizeof(*keys));
	free(keys);
}

/* --- sealing ------------------------------------------------------------------------------ */

static void
nonce_make(const struct ike_keys *keys, const struct way *way, const uint8_t *iv, uint8_t *nonce)
{
	memcpy(nonce, way->key + keys->cipher->key_len, SALT_LEN);
	memcpy(nonce + SALT_LEN, iv, IV_AEAD);
}

/* The padding ends in its own length (RFC 7296 3.14). */
static size_t
padding_of(const struct ike_keys *keys, size_t len)
{
	size_t block = keys->integrity != NULL ? IV_CBC : 1;

	return (block - (len + 1) % block) % block;
}

static void
encrypt(const struct ike_keys *keys, const struct way *way, struct bytes clear,
    const uint8_t *iv, struct bytes plain, uint8_t *out, uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[NONCE_LEN];
	int len;

	if (keys->integrity == NULL) {
		nonce_make(keys, way, iv, nonce);
		EVP_EncryptInit_ex(ctx, keys->cipher->cipher(), NULL, way->key, nonce);
		EVP_EncryptUpdate(ctx, NULL, &len, clear.at, (int)clear.len);
	} else {
		EVP_EncryptInit_ex(ctx, keys->cipher->cipher(), NULL, way->key, iv);
		EVP_CIPHER_CTX_set_padding(ctx, 0);
	}
	EVP_EncryptUpdate(ctx, out, &len, plain.at, (int)plain.len);
	EVP_EncryptFinal_ex(ctx, out + len, &len);
	if (keys->integrity == NULL)
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag);
	EVP_CIPHER_CTX_free(ctx);
}

void
ike_seal(const struct ike_keys *keys, uint8_t exchange, uint32_t message, uint8_t first,
    struct bytes inside, struct buffer *out)
{
	const struct way *way = keys->responder ? &keys->r : &keys->i;
	size_t padding = padding_of(keys, inside.len), from = out->len, clear_len;
	size_t tag_len = keys->integrity != NULL ? keys->integrity->tag_len : TAG_LEN;
	struct buffer plain = { .max = inside.len + IV_CBC + 1 };
	uint8_t iv[IV_CBC], tag[KEY_MAX], *sealed;

	buffer_put(&plain, inside.at, inside.len);
	for (size_t i = 0; i < padding; i++)
		buffer_put_u8(&plain, 0);
	buffer_put_u8(&plain, (uint8_t)padding);
	random_fill(iv, sizeof(iv));
	ike_sealed_begin(out, keys->spi_i, keys->spi_r, exchange, message, first,
	    keys->cipher->iv_len + plain.len + tag_len);
	if (keys->responder && !out->failed)
		out->at[from + 19] = IKE_FLAG_RESPONSE;
	clear_len = out->len - from;
	sealed = memory_new(1, plain.len + IV_CBC);
	encrypt(keys, way, out->failed ? bytes_of(NULL, 0) : bytes_of(out->at + from, clear_len),
	    iv, bytes_of_buffer(&plain), sealed, tag);
	buffer_put(out, iv, keys->cipher->iv_len);
	buffer_put(out, sealed, plain.len);
	if (keys->integrity != NULL && !out->failed)
		hmac(keys->integrity, way->mac, keys->integrity->len,
		    bytes_of(out->at + from, out->len - from), tag);
	buffer_put(out, tag, tag_len);
	free(sealed);
	buffer_free(&plain);
}

/* --- opening ------------------------------------------------------------------------------ */

static bool
decrypt(const struct ike_keys *keys, const struct way *way, const struct ike_sealed *sealed,
    size_t tag_len, uint8_t *out, size_t *out_len)
{
	struct bytes content = sealed->content;
	size_t iv_len = keys->cipher->iv_len, len = content.len - iv_len - tag_len;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[NONCE_LEN], tag[KEY_MAX];
	int put = 0, last = 0;
	bool fine;

	memcpy(tag, content.at + content.len - tag_len, tag_len);
	if (keys->integrity == NULL) {
		nonce_make(keys, way, content.at, nonce);
		fine = EVP_DecryptInit_ex(ctx, keys->cipher->cipher(), NULL, way->key, nonce) ==
		    1 && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag) == 1 &&
		    EVP_DecryptUpdate(ctx, NULL, &put, sealed->clear.at,
		    (int)sealed->clear.len) == 1;
	} else {
		fine = EVP_DecryptInit_ex(ctx, keys->cipher->cipher(), NULL, way->key,
		    content.at) == 1 && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1;
	}
	put = 0;
	fine = fine && EVP_DecryptUpdate(ctx, out, &put, content.at + iv_len, (int)len) == 1 &&
	    EVP_DecryptFinal_ex(ctx, out + put, &last) == 1;
	*out_len = (size_t)put + (size_t)last;
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return fine;
}

static bool
mac_fits(const struct ike_keys *keys, const struct way *way, const struct ike_sealed *sealed)
{
	size_t tag_len = keys->integrity->tag_len;
	struct bytes tagged = bytes_of(sealed->whole.at, sealed->whole.len - tag_len);
	uint8_t tag[KEY_MAX];

	hmac(keys->integrity, way->mac, keys->integrity->len, tagged, tag);
	return CRYPTO_memcmp(tag, tagged.at + tagged.len, tag_len) == 0;
}

enum err
ike_open(const struct ike_keys *keys, const struct ike_sealed *sealed, struct buffer *inside,
    struct why *why)
{
	const struct way *way = keys->responder ? &keys->i : &keys->r;
	size_t tag_len = keys->integrity != NULL ? keys->integrity->tag_len : TAG_LEN;
	size_t block = keys->integrity != NULL ? IV_CBC : 1, len, padding;
	uint8_t *plain;
	enum err err = ERR_OK;

	len = keys->cipher->iv_len + tag_len;
	if (sealed->content.len < len + 1 || (sealed->content.len - len) % block != 0)
		return why_set(why, ERR_MALFORMED, "the encrypted part of the answer has %zu "
		    "octets, which its cipher does not make", sealed->content.len);
	if (keys->integrity != NULL && !mac_fits(keys, way, sealed))
		return why_set(why, ERR_UNTRUSTED, "the answer was not made with the keys of this "
		    "exchange");
	plain = memory_new(1, sealed->content.len + IV_CBC);
	if (!decrypt(keys, way, sealed, tag_len, plain, &len))
		err = why_set(why, ERR_UNTRUSTED, "the answer was not made with the keys of this "
		    "exchange");
	padding = err == ERR_OK ? plain[len - 1] : 0;
	if (err == ERR_OK && padding + 1 > len)
		err = why_set(why, ERR_MALFORMED, "the padding of the answer is longer than it is "
		    "(RFC 7296 3.14)");
	if (err == ERR_OK)
		buffer_put(inside, plain, len - padding - 1);
	free(plain);
	return err;
}

void
ike_signed_put(const struct ike_keys *keys, bool responder, struct bytes message,
    struct bytes nonce, struct bytes identity, struct buffer *out)
{
	uint8_t maced[KEY_MAX];

	hmac(keys->prf, responder ? keys->signs_r : keys->signs_i, keys->prf->len, identity, maced);
	buffer_put(out, message.at, message.len);
	buffer_put(out, nonce.at, nonce.len);
	buffer_put(out, maced, keys->prf->len);
}
