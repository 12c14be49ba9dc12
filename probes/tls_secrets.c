/* SPDX-License-Identifier: Apache-2.0 */
/* Key schedule and records of the measuring client; see tls_secrets.h. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "probes/tls_secrets.h"

enum { HASH_256, HASH_384, HASHES };

struct tls_tools {
	EVP_MD         *md[HASHES];
	EVP_MAC        *hmac;
	EVP_MAC_CTX    *mac[HASHES];
	EVP_MD_CTX     *scratch;
	EVP_CIPHER     *aes128, *aes256, *chacha;
	EVP_CIPHER_CTX *cipher;
	EVP_PKEY_CTX   *x25519;
	EVP_PKEY       *peer;		/* has the share of the server that is being derived from */
};

static EVP_MAC_CTX *
mac_new(EVP_MAC *hmac, const char *digest)
{
	char name[16];
	OSSL_PARAM param[2];
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);

	OPENSSL_strlcpy(name, digest, sizeof(name));
	param[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	param[1] = OSSL_PARAM_construct_end();
	if (mac != NULL && EVP_MAC_CTX_set_params(mac, param) != 1) {
		EVP_MAC_CTX_free(mac);
		mac = NULL;
	}
	return mac;
}

struct tls_tools *
tls_tools_new(void)
{
	struct tls_tools *tools = memory_new(1, sizeof(*tools));

	tools->md[HASH_256] = EVP_MD_fetch(NULL, "SHA256", NULL);
	tools->md[HASH_384] = EVP_MD_fetch(NULL, "SHA384", NULL);
	tools->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (tools->hmac != NULL) {
		tools->mac[HASH_256] = mac_new(tools->hmac, "SHA256");
		tools->mac[HASH_384] = mac_new(tools->hmac, "SHA384");
	}
	tools->scratch = EVP_MD_CTX_new();
	tools->aes128 = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	tools->aes256 = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	tools->chacha = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
	tools->cipher = EVP_CIPHER_CTX_new();
	tools->x25519 = EVP_PKEY_CTX_new_from_name(NULL, "X25519", NULL);
	if (tools->md[HASH_256] == NULL || tools->md[HASH_384] == NULL ||
	    tools->mac[HASH_256] == NULL || tools->mac[HASH_384] == NULL ||
	    tools->scratch == NULL || tools->aes128 == NULL || tools->aes256 == NULL ||
	    tools->chacha == NULL || tools->cipher == NULL || tools->x25519 == NULL ||
	    EVP_PKEY_keygen_init(tools->x25519) != 1 ||
	    EVP_PKEY_keygen(tools->x25519, &tools->peer) != 1) {
		tls_tools_free(tools);
		tools = NULL;
	}
	ERR_clear_error();
	return tools;
}

void
tls_tools_free(struct tls_tools *tools)
{
	if (tools == NULL)
		return;
	EVP_PKEY_free(tools->peer);
	EVP_PKEY_CTX_free(tools->x25519);
	EVP_CIPHER_CTX_free(tools->cipher);
	EVP_CIPHER_free(tools->aes128);
	EVP_CIPHER_free(tools->aes256);
	EVP_CIPHER_free(tools->chacha);
	EVP_MD_CTX_free(tools->scratch);
	for (size_t i = 0; i < HASHES; i++) {
		EVP_MAC_CTX_free(tools->mac[i]);
		EVP_MD_free(tools->md[i]);
	}
	EVP_MAC_free(tools->hmac);
	free(tools);
}

EVP_PKEY *
tls_share_new(struct tls_tools *tools, uint8_t out[TLS_SHARE])
{
	EVP_PKEY *key = NULL;
	size_t len = TLS_SHARE;

#ifdef TLS_SHARES_STUBBED	/* a fuzzer's: one share for all of its runs */
	if (EVP_PKEY_up_ref(key = tools->peer) != 1 ||
#else
	if (EVP_PKEY_keygen(tools->x25519, &key) != 1 ||
#endif
	    EVP_PKEY_get_raw_public_key(key, out, &len) != 1 || len != TLS_SHARE) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

void
tls_share_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}

/* --- key schedule ------------------------------------------------------------------------- */

static size_t
hash_index(uint16_t suite)
{
	return suite == 0x1302 ? HASH_384 : HASH_256;
}

static const EVP_MD *
hash_md(const struct tls_secrets *secrets)
{
	return secrets->tools->md[hash_index(secrets->suite)];
}

const char *
tls_secrets_suite_name(uint16_t suite)
{
	switch (suite) {
	case 0x1301: return "TLS_AES_128_GCM_SHA256";
	case 0x1302: return "TLS_AES_256_GCM_SHA384";
	case 0x1303: return "TLS_CHACHA20_POLY1305_SHA256";
	default:     return NULL;
	}
}

static bool
hmac(const struct tls_secrets *secrets, const uint8_t *key, struct bytes one, struct bytes two,
    uint8_t out[TLS_SECRET_MAX])
{
	EVP_MAC_CTX *mac = secrets->tools->mac[hash_index(secrets->suite)];
	size_t len;

	return EVP_MAC_init(mac, key, secrets->len, NULL) == 1 &&
	    EVP_MAC_update(mac, one.at, one.len) == 1 &&
	    (two.len == 0 || EVP_MAC_update(mac, two.at, two.len) == 1) &&
	    EVP_MAC_final(mac, out, &len, TLS_SECRET_MAX) == 1;
}

/* HKDF-Expand-Label of at most one hash's length: one block of HKDF-Expand. */
static bool
expand(const struct tls_secrets *secrets, const uint8_t *secret, const char *label,
    struct bytes context, uint8_t *out, size_t out_len)
{
	uint8_t info[4 + 6 + 16 + TLS_SECRET_MAX + 1], block[TLS_SECRET_MAX];
	size_t len = strlen(label), at = 0;

	info[at++] = 0;
	info[at++] = (uint8_t)out_len;
	info[at++] = (uint8_t)(6 + len);
	memcpy(info + at, "tls13 ", 6);
	memcpy(info + at + 6, label, len);
	at += 6 + len;
	info[at++] = (uint8_t)context.len;
	if (context.len > 0)
		memcpy(info + at, context.at, context.len);
	at += context.len;
	info[at++] = 1;
	if (!hmac(secrets, secret, bytes_of(info, at), bytes_of(NULL, 0), block))
		return false;
	memcpy(out, block, out_len);
	return true;
}

/* The hash of the transcript so far; or of nothing. */
static bool
transcript_now(struct tls_secrets *secrets, bool empty, uint8_t out[TLS_SECRET_MAX])
{
	EVP_MD_CTX *scratch = secrets->tools->scratch;

	return (empty ? EVP_DigestInit_ex2(scratch, hash_md(secrets), NULL) :
	    EVP_MD_CTX_copy_ex(scratch, secrets->transcript)) == 1 &&
	    EVP_DigestFinal_ex(scratch, out, NULL) == 1;
}

bool
tls_secrets_begin(struct tls_secrets *secrets, struct tls_tools *tools, uint16_t suite,
    struct bytes client_hello)
{
	if (tls_secrets_suite_name(suite) == NULL)
		return false;
	secrets->tools = tools;
	secrets->suite = suite;
	secrets->len = suite == 0x1302 ? 48 : 32;
	secrets->transcript = EVP_MD_CTX_new();
	if (secrets->transcript == NULL ||
	    EVP_DigestInit_ex2(secrets->transcript, hash_md(secrets), NULL) != 1)
		return false;
	tls_secrets_hear(secrets, client_hello);
	return true;
}

void
tls_secrets_end(struct tls_secrets *secrets)
{
	EVP_MD_CTX_free(secrets->transcript);
	OPENSSL_cleanse(secrets, sizeof(*secrets));
}

void
tls_secrets_hear(struct tls_secrets *secrets, struct bytes message)
{
	EVP_DigestUpdate(secrets->transcript, message.at, message.len);
}

static size_t
key_len(const struct tls_secrets *secrets)
{
	return secrets->suite == 0x1301 ? 16 : 32;
}

static bool
direction_key(const struct tls_secrets *secrets, const uint8_t *secret, struct tls_direction *to)
{
	to->sequence = 0;
	return expand(secrets, secret, "key", bytes_of(NULL, 0), to->key, key_len(secrets)) &&
	    expand(secrets, secret, "iv", bytes_of(NULL, 0), to->iv, sizeof(to->iv));
}

#ifdef TLS_SHARES_STUBBED
static bool
share_derive(EVP_PKEY *ours, EVP_PKEY *theirs, const uint8_t peer[TLS_SHARE],
    uint8_t out[TLS_SHARE])
{
	memcpy(out, peer, TLS_SHARE);
	return ours != NULL && theirs != NULL;
}
#else
static bool
share_derive(EVP_PKEY *ours, EVP_PKEY *theirs, const uint8_t peer[TLS_SHARE],
    uint8_t out[TLS_SHARE])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ours, NULL);
	size_t len = TLS_SHARE;
	/* A share of low order gives zeros and is refused there (RFC 8446 section 7.4.2). */
	bool fine = ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(theirs, peer, TLS_SHARE) == 1 &&
	    EVP_PKEY_derive_set_peer_ex(ctx, theirs, 0) == 1 &&
	    EVP_PKEY_derive(ctx, out, &len) == 1 && len == TLS_SHARE;

	EVP_PKEY_CTX_free(ctx);
	return fine;
}
#endif

/* HKDF-Extract: salt is the "derived" of the secret before. */
static bool
extract(struct tls_secrets *secrets, const uint8_t *before, struct bytes input,
    uint8_t out[TLS_SECRET_MAX])
{
	uint8_t salt[TLS_SECRET_MAX], nothing[TLS_SECRET_MAX];

	return transcript_now(secrets, true, nothing) &&
	    expand(secrets, before, "derived", bytes_of(nothing, secrets->len), salt,
	    secrets->len) && hmac(secrets, salt, input, bytes_of(NULL, 0), out);
}

bool
tls_secrets_handshake(struct tls_secrets *secrets, EVP_PKEY *ours, const uint8_t peer[TLS_SHARE])
{
	static const uint8_t zeros[TLS_SECRET_MAX];
	uint8_t early[TLS_SECRET_MAX], shared[TLS_SHARE], heard[TLS_SECRET_MAX] = { 0 };
	struct bytes context = bytes_of(heard, secrets->len);
	bool fine = share_derive(ours, secrets->tools->peer, peer, shared) &&
	    hmac(secrets, zeros, bytes_of(zeros, secrets->len), bytes_of(NULL, 0), early) &&
	    extract(secrets, early, bytes_of(shared, sizeof(shared)), secrets->handshake) &&
	    transcript_now(secrets, false, heard) &&
	    expand(secrets, secrets->handshake, "c hs traffic", context, secrets->client,
	    secrets->len) &&
	    expand(secrets, secrets->handshake, "s hs traffic", context, secrets->server,
	    secrets->len) &&
	    direction_key(secrets, secrets->client, &secrets->ours) &&
	    direction_key(secrets, secrets->server, &secrets->theirs);

	OPENSSL_cleanse(shared, sizeof(shared));
	ERR_clear_error();
	return fine;
}

static bool
finished_of(struct tls_secrets *secrets, const uint8_t *secret, uint8_t out[TLS_SECRET_MAX])
{
	uint8_t key[TLS_SECRET_MAX], heard[TLS_SECRET_MAX];

	return expand(secrets, secret, "finished", bytes_of(NULL, 0), key, secrets->len) &&
	    transcript_now(secrets, false, heard) &&
	    hmac(secrets, key, bytes_of(heard, secrets->len), bytes_of(NULL, 0), out);
}

bool
tls_secrets_finished_right(struct tls_secrets *secrets, struct bytes verify_data)
{
	uint8_t right[TLS_SECRET_MAX];

	return verify_data.len == secrets->len && finished_of(secrets, secrets->server, right) &&
	    CRYPTO_memcmp(right, verify_data.at, secrets->len) == 0;
}

size_t
tls_secrets_finished(struct tls_secrets *secrets, uint8_t out[4 + TLS_SECRET_MAX])
{
	out[0] = 20;
	out[1] = out[2] = 0;
	out[3] = (uint8_t)secrets->len;
	return finished_of(secrets, secrets->client, out + 4) ? 4 + secrets->len : 0;
}

bool
tls_secrets_application(struct tls_secrets *secrets)
{
	static const uint8_t zeros[TLS_SECRET_MAX];
	uint8_t master[TLS_SECRET_MAX], heard[TLS_SECRET_MAX], client[TLS_SECRET_MAX];

	return extract(secrets, secrets->handshake, bytes_of(zeros, secrets->len), master) &&
	    transcript_now(secrets, false, heard) &&
	    expand(secrets, master, "c ap traffic", bytes_of(heard, secrets->len), client,
	    secrets->len) && direction_key(secrets, client, &secrets->ours);
}

size_t
tls_secrets_covered(struct tls_secrets *secrets, uint8_t out[TLS_COVERED_MAX])
{
	static const char context[] = "TLS 1.3, server CertificateVerify";

	memset(out, 0x20, 64);
	memcpy(out + 64, context, sizeof(context));	/* with its NUL: the separator */
	return transcript_now(secrets, false, out + 64 + sizeof(context)) ?
	    64 + sizeof(context) + secrets->len : 0;
}

/* --- records ------------------------------------------------------------------------------ */

static const EVP_CIPHER *
suite_cipher(const struct tls_secrets *secrets)
{
	return secrets->suite == 0x1301 ? secrets->tools->aes128 : secrets->suite == 0x1302 ?
	    secrets->tools->aes256 : secrets->tools->chacha;
}

static bool
cipher_begin(struct tls_secrets *secrets, struct tls_direction *direction, const uint8_t *header,
    bool seal)
{
	EVP_CIPHER_CTX *cipher = secrets->tools->cipher;
	uint8_t nonce[12];
	int len;

	memcpy(nonce, direction->iv, sizeof(nonce));
	for (unsigned i = 0; i < 8; i++)
		nonce[11 - i] ^= (uint8_t)(direction->sequence >> (8 * i));
	direction->sequence++;
	return EVP_CipherInit_ex2(cipher, suite_cipher(secrets), direction->key, nonce, seal,
	    NULL) == 1 && EVP_CipherUpdate(cipher, NULL, &len, header, 5) == 1;
}

bool
tls_record_open(struct tls_secrets *secrets, uint8_t *record, size_t len, struct bytes *plain,
    uint8_t *type)
{
	EVP_CIPHER_CTX *cipher = secrets->tools->cipher;
	size_t body;
	int got;

	if (len < 5 + 1 + TLS_TAG)
		return false;
	body = len - 5 - TLS_TAG;
	if (!cipher_begin(secrets, &secrets->theirs, record, false) ||
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TLS_TAG, record + 5 + body) != 1 ||
	    EVP_CipherUpdate(cipher, record + 5, &got, record + 5, (int)body) != 1 ||
	    EVP_CipherFinal_ex(cipher, record + 5 + got, &got) != 1) {
		ERR_clear_error();
		return false;
	}
	while (body > 0 && record[5 + body - 1] == 0)
		body--;
	if (body == 0)
		return false;
	*type = record[5 + body - 1];
	*plain = bytes_of(record + 5, body - 1);
	return true;
}

void
tls_record_seal(struct tls_secrets *secrets, uint8_t type, struct bytes plain, struct buffer *out)
{
	EVP_CIPHER_CTX *cipher = secrets->tools->cipher;
	uint8_t record[5 + 4 + TLS_SECRET_MAX + 1 + TLS_TAG];
	size_t len = plain.len + 1 + TLS_TAG;
	int got;

	if (plain.len > 4 + TLS_SECRET_MAX)
		return;
	record[0] = 23, record[1] = 3, record[2] = 3;
	record[3] = (uint8_t)(len >> 8), record[4] = (uint8_t)len;
	memcpy(record + 5, plain.at, plain.len);
	record[5 + plain.len] = type;
	if (!cipher_begin(secrets, &secrets->ours, record, true) ||
	    EVP_CipherUpdate(cipher, record + 5, &got, record + 5, (int)plain.len + 1) != 1 ||
	    EVP_CipherFinal_ex(cipher, record + 5 + plain.len + 1, &got) != 1 ||
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TLS_TAG,
	    record + 5 + plain.len + 1) != 1)
		return;
	buffer_put(out, record, 5 + len);
}
