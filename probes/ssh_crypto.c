/* SPDX-License-Identifier: Apache-2.0 */
/* Key exchanges of SSH by libcrypto: X25519, NIST curves, and groups of RFC 2409 and 3526. */
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "probes/ssh_crypto.h"

enum { SHARED_MAX = 1024, SHARED_TEXT = SHARED_MAX + 8 };

const char ssh_crypto_exchanges[] = "curve25519-sha256,curve25519-sha256@libssh.org,"
    "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha1,"
    "diffie-hellman-group1-sha1";

struct method {
	const char *name, *curve;	/* curve NULL: a group of numbers */
	BIGNUM   *(*prime)(BIGNUM *);
	const char *hash;
};

static const struct method methods[] = {
	{ "curve25519-sha256", "X25519", NULL, "SHA256" },
	{ "curve25519-sha256@libssh.org", "X25519", NULL, "SHA256" },
	{ "ecdh-sha2-nistp256", "P-256", NULL, "SHA256" },
	{ "ecdh-sha2-nistp384", "P-384", NULL, "SHA384" },
	{ "ecdh-sha2-nistp521", "P-521", NULL, "SHA512" },
	{ "diffie-hellman-group14-sha256", NULL, BN_get_rfc3526_prime_2048, "SHA256" },
	{ "diffie-hellman-group16-sha512", NULL, BN_get_rfc3526_prime_4096, "SHA512" },
	{ "diffie-hellman-group18-sha512", NULL, BN_get_rfc3526_prime_8192, "SHA512" },
	{ "diffie-hellman-group14-sha1", NULL, BN_get_rfc3526_prime_2048, "SHA1" },
	{ "diffie-hellman-group1-sha1", NULL, BN_get_rfc2409_prime_1024, "SHA1" },
};

struct ssh_exchange {
	const struct method *method;
	EVP_PKEY     *own;		/* of a curve */
	BIGNUM       *prime, *secret;	/* of a group */
	struct buffer public;
	struct buffer shared;		/* K as the hashes take it: with its length */
	uint8_t       hash[EVP_MAX_MD_SIZE];
	unsigned      hash_len;
};

/* 256 bits are enough for each group: twice the strength of the keys that are derived. */
static void
group_begin(struct ssh_exchange *exchange)
{
	BIGNUM *generator = BN_new(), *public = BN_new();
	BN_CTX *ctx = BN_CTX_new();
	uint8_t octets[SHARED_MAX + 1] = { 0 };
	int len;

	exchange->prime = exchange->method->prime(NULL);
	exchange->secret = BN_new();
	BN_priv_rand(exchange->secret, 512, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
	BN_set_word(generator, 2);
	BN_mod_exp_mont_consttime(public, generator, exchange->secret, exchange->prime, ctx, NULL);
	len = BN_bn2bin(public, octets + 1);
	/* A number as "mpint" has it: with a sign octet where the first bit is one. */
	if ((octets[1] & 0x80) != 0)
		buffer_put(&exchange->public, octets, (size_t)len + 1);
	else
		buffer_put(&exchange->public, octets + 1, (size_t)len);
	BN_free(generator), BN_free(public), BN_CTX_free(ctx);
}

static void
curve_begin(struct ssh_exchange *exchange)
{
	const char *curve = exchange->method->curve;
	unsigned char *public = NULL;
	size_t len;

	exchange->own = strcmp(curve, "X25519") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "X25519") :
	    EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
	len = EVP_PKEY_get1_encoded_public_key(exchange->own, &public);
	buffer_put(&exchange->public, public, len);
	OPENSSL_free(public);
}

struct ssh_exchange *
ssh_exchange_new(struct bytes name)
{
	struct ssh_exchange *exchange;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!bytes_equal(name, bytes_of_text(methods[i].name)))
			continue;
		exchange = memory_new(1, sizeof(*exchange));
		exchange->method = &methods[i];
		if (methods[i].curve != NULL)
			curve_begin(exchange);
		else
			group_begin(exchange);
		return exchange;
	}
	return NULL;
}

void
ssh_exchange_free(struct ssh_exchange *exchange)
{
	if (exchange == NULL)
		return;
	EVP_PKEY_free(exchange->own);
	BN_free(exchange->prime);
	BN_clear_free(exchange->secret);
	buffer_free(&exchange->public);
	if (exchange->shared.len > 0)
		OPENSSL_cleanse(exchange->shared.at, exchange->shared.len);
	buffer_free(&exchange->shared);
	free(exchange);
}

struct bytes
ssh_exchange_public(const struct ssh_exchange *exchange)
{
	return bytes_of_buffer(&exchange->public);
}

/* RFC 4253 8: a value outside 1 < f < p - 1 gives the secret away. */
static bool
group_share(const struct ssh_exchange *exchange, struct bytes theirs, uint8_t *out, size_t *len)
{
	struct bytes number = ssh_number(theirs);
	BIGNUM *value, *shared, *last;
	BN_CTX *ctx;
	bool fine;

	if (number.len == 0 || number.len > SHARED_MAX)
		return false;
	value = BN_bin2bn(number.at, (int)number.len, NULL);
	last = BN_dup(exchange->prime);
	BN_sub_word(last, 1);
	shared = BN_new();
	ctx = BN_CTX_new();
	fine = !BN_is_one(value) && BN_cmp(value, last) < 0 &&
	    BN_mod_exp_mont_consttime(shared, value, exchange->secret, exchange->prime, ctx,
	    NULL) == 1;
	*len = fine ? (size_t)BN_bn2bin(shared, out) : 0;
	BN_free(value), BN_free(last), BN_clear_free(shared), BN_CTX_free(ctx);
	return fine;
}

/* A point of small order is refused by libcrypto: it would give zeros (RFC 8731 3). */
static bool
curve_share(const struct ssh_exchange *exchange, struct bytes theirs, uint8_t *out, size_t *len)
{
	EVP_PKEY *peer = EVP_PKEY_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, exchange->own, NULL);
	bool fine = EVP_PKEY_copy_parameters(peer, exchange->own) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(peer, theirs.at, theirs.len) == 1 &&
	    EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1;

	*len = SHARED_MAX;
	fine = fine && EVP_PKEY_derive(ctx, out, len) == 1;
	EVP_PKEY_free(peer), EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return fine;
}

enum err
ssh_exchange_finish(struct ssh_exchange *exchange, struct bytes theirs, struct bytes transcript,
    struct why *why)
{
	const EVP_MD *hash = EVP_get_digestbyname(exchange->method->hash);
	uint8_t shared[SHARED_TEXT];
	size_t len = 0;
	EVP_MD_CTX *ctx;
	bool fine;

	fine = exchange->method->curve != NULL ? curve_share(exchange, theirs, shared, &len) :
	    group_share(exchange, theirs, shared, &len);
	if (!fine)
		return why_set(why, ERR_MALFORMED, "the peer sent a key exchange value that is not "
		    "one of its group");
	ssh_number_put(&exchange->shared, bytes_of(shared, len));
	OPENSSL_cleanse(shared, sizeof(shared));
	ctx = EVP_MD_CTX_new();
	EVP_DigestInit_ex(ctx, hash, NULL);
	EVP_DigestUpdate(ctx, transcript.at, transcript.len);
	EVP_DigestUpdate(ctx, exchange->shared.at, exchange->shared.len);
	EVP_DigestFinal_ex(ctx, exchange->hash, &exchange->hash_len);
	EVP_MD_CTX_free(ctx);
	return ERR_OK;
}

struct bytes
ssh_exchange_hash(const struct ssh_exchange *exchange)
{
	return bytes_of(exchange->hash, exchange->hash_len);
}

void
ssh_exchange_derive(const struct ssh_exchange *exchange, char letter, uint8_t *out, size_t len)
{
	const EVP_MD *hash = EVP_get_digestbyname(exchange->method->hash);
	uint8_t block[EVP_MAX_MD_SIZE];
	unsigned block_len = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t done = 0;

	while (done < len) {
		size_t part;

		EVP_DigestInit_ex(ctx, hash, NULL);
		EVP_DigestUpdate(ctx, exchange->shared.at, exchange->shared.len);
		EVP_DigestUpdate(ctx, exchange->hash, exchange->hash_len);
		if (done == 0) {
			EVP_DigestUpdate(ctx, &letter, 1);
			EVP_DigestUpdate(ctx, exchange->hash, exchange->hash_len);
		} else {
			EVP_DigestUpdate(ctx, out, done);
		}
		EVP_DigestFinal_ex(ctx, block, &block_len);
		part = len - done < block_len ? len - done : block_len;
		memcpy(out + done, block, part);
		done += part;
	}
	OPENSSL_cleanse(block, sizeof(block));
	EVP_MD_CTX_free(ctx);
}
