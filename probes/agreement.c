/* SPDX-License-Identifier: Apache-2.0 */
/* Key exchanges of libcrypto; see agreement.h. */
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "probes/agreement.h"

/* 512 bits are enough for each group: twice the strength of the keys that are derived. */
enum { SECRET_BITS = 512 };

struct group {
	const char *name;
	BIGNUM   *(*prime)(BIGNUM *);	/* NULL: a curve */
};

static const struct group groups[] = {
	{ "X25519", NULL }, { "X448", NULL }, { "P-256", NULL }, { "P-384", NULL },
	{ "P-521", NULL }, { "MODP 1024", BN_get_rfc2409_prime_1024 },
	{ "MODP 2048", BN_get_rfc3526_prime_2048 }, { "MODP 3072", BN_get_rfc3526_prime_3072 },
	{ "MODP 4096", BN_get_rfc3526_prime_4096 }, { "MODP 8192", BN_get_rfc3526_prime_8192 },
};

struct agreement {
	EVP_PKEY     *own;		/* of a curve */
	BIGNUM       *prime, *secret;	/* of numbers */
	struct buffer public;
};

static void
number_put(struct buffer *out, const BIGNUM *number, int len)
{
	uint8_t octets[AGREEMENT_SECRET_MAX];

	BN_bn2binpad(number, octets, len);
	buffer_put(out, octets, (size_t)len);
	OPENSSL_cleanse(octets, sizeof(octets));
}

static void
numbers_begin(struct agreement *agreement, const struct group *group)
{
	BIGNUM *generator = BN_new(), *public = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	agreement->prime = group->prime(NULL);
	agreement->secret = BN_new();
	BN_priv_rand(agreement->secret, SECRET_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
	BN_set_word(generator, 2);
	BN_mod_exp_mont_consttime(public, generator, agreement->secret, agreement->prime, ctx,
	    NULL);
	number_put(&agreement->public, public, BN_num_bytes(agreement->prime));
	BN_free(generator), BN_free(public), BN_CTX_free(ctx);
}

static void
curve_begin(struct agreement *agreement, const char *curve)
{
	unsigned char *public = NULL;
	size_t len;

	agreement->own = curve[0] == 'X' ? EVP_PKEY_Q_keygen(NULL, NULL, curve) :
	    EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
	len = EVP_PKEY_get1_encoded_public_key(agreement->own, &public);
	buffer_put(&agreement->public, public, len);
	OPENSSL_free(public);
}

struct agreement *
agreement_new(const char *name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct agreement *agreement;

		if (strcmp(groups[i].name, name) != 0)
			continue;
		agreement = memory_new(1, sizeof(*agreement));
		if (groups[i].prime != NULL)
			numbers_begin(agreement, &groups[i]);
		else
			curve_begin(agreement, name);
		return agreement;
	}
	return NULL;
}

void
agreement_free(struct agreement *agreement)
{
	if (agreement == NULL)
		return;
	EVP_PKEY_free(agreement->own);
	BN_free(agreement->prime);
	BN_clear_free(agreement->secret);
	buffer_free(&agreement->public);
	free(agreement);
}

struct bytes
agreement_public(const struct agreement *agreement)
{
	return bytes_of_buffer(&agreement->public);
}

/* A value outside 1 < f < p - 1 gives the secret away. */
static bool
numbers_share(const struct agreement *agreement, struct bytes theirs, struct buffer *secret)
{
	BIGNUM *value, *shared, *last;
	BN_CTX *ctx;
	bool fine;

	if (theirs.len == 0 || theirs.len > agreement->public.len)
		return false;
	value = BN_bin2bn(theirs.at, (int)theirs.len, NULL);
	last = BN_dup(agreement->prime);
	BN_sub_word(last, 1);
	shared = BN_new();
	ctx = BN_CTX_new();
	fine = !BN_is_zero(value) && !BN_is_one(value) && BN_cmp(value, last) < 0 &&
	    BN_mod_exp_mont_consttime(shared, value, agreement->secret, agreement->prime, ctx,
	    NULL) == 1;
	if (fine)
		number_put(secret, shared, BN_num_bytes(agreement->prime));
	BN_free(value), BN_free(last), BN_clear_free(shared), BN_CTX_free(ctx);
	return fine;
}

/* A point of small order is refused by libcrypto: it would give zeros. */
static bool
curve_share(const struct agreement *agreement, struct bytes theirs, struct buffer *secret)
{
	uint8_t octets[AGREEMENT_SECRET_MAX];
	size_t len = sizeof(octets);
	EVP_PKEY *peer = EVP_PKEY_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, agreement->own, NULL);
	bool fine = theirs.len == agreement->public.len &&
	    EVP_PKEY_copy_parameters(peer, agreement->own) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(peer, theirs.at, theirs.len) == 1 &&
	    EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	    EVP_PKEY_derive(ctx, octets, &len) == 1;

	if (fine)
		buffer_put(secret, octets, len);
	OPENSSL_cleanse(octets, sizeof(octets));
	EVP_PKEY_free(peer), EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return fine;
}

bool
agreement_share(const struct agreement *agreement, struct bytes theirs, struct buffer *secret)
{
	return agreement->own != NULL ? curve_share(agreement, theirs, secret) :
	    numbers_share(agreement, theirs, secret);
}
