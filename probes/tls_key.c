/* SPDX-License-Identifier: Apache-2.0 */
/* Public keys and signatures over libcrypto; see tls_key.h. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "probes/tls_key.h"

enum {
	CURVES = 2, DIGESTS = 3, DIGEST_MAX = 64,
	LENT_MAX = 4		/* points of one curve at once: a leaf among its issuers */
};

/* A key object of a curve, the context it verifies in, and the point it has now. */
struct lent {
	EVP_PKEY     *object;
	EVP_PKEY_CTX *verify;
	uint64_t      used;		/* the newest has the greatest */
	size_t        len;
	uint8_t       point[TLS_POINT_MAX];
};

struct tls_keys {
	struct lent   lent[CURVES][LENT_MAX];	/* by enum x509_key */
	uint64_t      turn;
	EVP_MD       *digest[DIGESTS];	/* by enum x509_digest */
	EVP_MD_CTX   *scratch;
	EVP_PKEY_CTX *rsa;
};

static bool
lent_make(struct lent *lent, const char *name)
{
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char group[16];
	OSSL_PARAM param[2];
	bool fine;

	OPENSSL_strlcpy(group, name, sizeof(group));
	param[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	param[1] = OSSL_PARAM_construct_end();
	fine = maker != NULL && EVP_PKEY_fromdata_init(maker) == 1 &&
	    EVP_PKEY_fromdata(maker, &lent->object, EVP_PKEY_KEY_PARAMETERS, param) == 1;
	EVP_PKEY_CTX_free(maker);
	if (!fine)
		return false;
	lent->verify = EVP_PKEY_CTX_new_from_pkey(NULL, lent->object, NULL);
	return lent->verify != NULL && EVP_PKEY_verify_init(lent->verify) == 1;
}

struct tls_keys *
tls_keys_new(void)
{
	struct tls_keys *keys = memory_new(1, sizeof(*keys));
	bool fine = true;

	for (size_t i = 0; i < LENT_MAX; i++)
		fine = fine && lent_make(&keys->lent[X509_KEY_P256][i], "P-256") &&
		    lent_make(&keys->lent[X509_KEY_P384][i], "P-384");
	keys->digest[X509_DIGEST_256] = EVP_MD_fetch(NULL, "SHA256", NULL);
	keys->digest[X509_DIGEST_384] = EVP_MD_fetch(NULL, "SHA384", NULL);
	keys->digest[X509_DIGEST_512] = EVP_MD_fetch(NULL, "SHA512", NULL);
	for (size_t i = 0; i < DIGESTS; i++)
		fine = fine && keys->digest[i] != NULL;
	keys->scratch = EVP_MD_CTX_new();
	keys->rsa = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (!fine || keys->scratch == NULL || keys->rsa == NULL ||
	    EVP_PKEY_fromdata_init(keys->rsa) != 1) {
		tls_keys_free(keys);
		keys = NULL;
	}
	ERR_clear_error();
	return keys;
}

void
tls_keys_free(struct tls_keys *keys)
{
	if (keys == NULL)
		return;
	for (size_t i = 0; i < CURVES * LENT_MAX; i++) {
		EVP_PKEY_CTX_free(keys->lent[i / LENT_MAX][i % LENT_MAX].verify);
		EVP_PKEY_free(keys->lent[i / LENT_MAX][i % LENT_MAX].object);
	}
	for (size_t i = 0; i < DIGESTS; i++)
		EVP_MD_free(keys->digest[i]);
	EVP_MD_CTX_free(keys->scratch);
	EVP_PKEY_CTX_free(keys->rsa);
	free(keys);
}

/* An object of the curve that has that point now; NULL if it is not on the curve. */
static struct lent *
point_lend(struct tls_keys *keys, enum x509_key curve, const uint8_t *point, size_t len)
{
	struct lent *lent = keys->lent[curve];

	for (size_t i = 0; i < LENT_MAX; i++) {
		struct lent *one = &keys->lent[curve][i];

		if (one->len == len && memcmp(one->point, point, len) == 0) {
			one->used = ++keys->turn;
			return one;
		}
		if (one->used < lent->used)
			lent = one;
	}
	lent->len = 0;
	if (EVP_PKEY_set1_encoded_public_key(lent->object, point, len) != 1)
		return NULL;
	memcpy(lent->point, point, len);
	lent->len = len;
	lent->used = ++keys->turn;
	return lent;
}

/* A number in the machine's own order, as parameters of keys are. */
static OSSL_PARAM
number_of(const char *name, struct bytes big_endian, uint8_t *out)
{
	for (size_t i = 0; i < big_endian.len; i++)
		out[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? big_endian.len - 1 - i : i] =
		    big_endian.at[i];
	return OSSL_PARAM_construct_BN(name, out, big_endian.len);
}

static EVP_PKEY *
rsa_make(struct tls_keys *keys, const struct x509 *certificate)
{
	uint8_t modulus[512], exponent[4];
	OSSL_PARAM param[3];
	EVP_PKEY *object = NULL;

	if (certificate->modulus.len > sizeof(modulus) ||
	    certificate->exponent.len > sizeof(exponent))
		return NULL;
	param[0] = number_of(OSSL_PKEY_PARAM_RSA_N, certificate->modulus, modulus);
	param[1] = number_of(OSSL_PKEY_PARAM_RSA_E, certificate->exponent, exponent);
	param[2] = OSSL_PARAM_construct_end();
	if (EVP_PKEY_fromdata(keys->rsa, &object, EVP_PKEY_PUBLIC_KEY, param) != 1)
		object = NULL;
	return object;
}

struct tls_key
tls_key_of(EVP_PKEY *object)
{
	return (struct tls_key){ .object = object, .curve = X509_KEY_RSA };
}

struct tls_key
tls_key_of_point(const struct x509 *certificate)
{
	struct tls_key key = { .curve = certificate->key };

	if (certificate->key == X509_KEY_RSA || certificate->point.len > TLS_POINT_MAX)
		return (struct tls_key){ .len = 0 };
	key.len = certificate->point.len;
	memcpy(key.point, certificate->point.at, key.len);
	return key;
}

bool
tls_key_read(struct tls_keys *keys, const struct x509 *certificate, struct tls_key *out)
{
	bool fine;

	if (certificate->key == X509_KEY_RSA) {
		*out = tls_key_of(rsa_make(keys, certificate));
		fine = out->object != NULL;
	} else {
		*out = tls_key_of_point(certificate);
		fine = point_lend(keys, out->curve, out->point, out->len) != NULL;
	}
	if (!fine)
		ERR_clear_error();
	return fine;
}

void
tls_key_free(struct tls_key *key)
{
	EVP_PKEY_free(key->object);
	*key = (struct tls_key){ .len = 0 };
}

static bool
point_signed(struct tls_keys *keys, const struct tls_key *key, enum x509_digest digest,
    struct bytes text, struct bytes signature)
{
	struct lent *lent = point_lend(keys, key->curve, key->point, key->len);
	uint8_t hash[DIGEST_MAX];
	unsigned len;

	return lent != NULL &&
	    EVP_DigestInit_ex2(keys->scratch, keys->digest[digest], NULL) == 1 &&
	    EVP_DigestUpdate(keys->scratch, text.at, text.len) == 1 &&
	    EVP_DigestFinal_ex(keys->scratch, hash, &len) == 1 &&
	    EVP_PKEY_verify(lent->verify, signature.at, signature.len, hash, len) == 1;
}

static bool
object_signed(struct tls_keys *keys, EVP_PKEY *key, const EVP_MD *md, bool pss, struct bytes text,
    struct bytes signature)
{
	EVP_PKEY_CTX *parameters = NULL;
	bool fine;

	EVP_MD_CTX_reset(keys->scratch);
	fine = EVP_DigestVerifyInit(keys->scratch, &parameters, md, NULL, key) == 1 &&
	    (!pss || (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
	    EVP_DigestVerify(keys->scratch, signature.at, signature.len, text.at, text.len) == 1;
	EVP_MD_CTX_reset(keys->scratch);
	return fine;
}

bool
tls_key_certified(struct tls_keys *keys, const struct tls_key *key,
    const struct x509_algorithm *algorithm, struct bytes text, struct bytes signature)
{
	bool ec = algorithm->scheme == X509_SCHEME_ECDSA, fine;

	if (key->len > 0)
		fine = ec && point_signed(keys, key, algorithm->digest, text, signature);
	else
		fine = !ec && key->object != NULL && EVP_PKEY_is_a(key->object, "RSA") == 1 &&
		    object_signed(keys, key->object, keys->digest[algorithm->digest],
		    algorithm->scheme == X509_SCHEME_PSS, text, signature);
	if (!fine)
		ERR_clear_error();
	return fine;
}

static const EVP_MD *
scheme_digest(const struct tls_keys *keys, uint16_t scheme, bool *pss)
{
	*pss = scheme >= 0x0804 && scheme <= 0x080b && scheme != 0x0807 && scheme != 0x0808;
	switch (scheme) {
	case 0x0403: case 0x0804: case 0x0809: return keys->digest[X509_DIGEST_256];
	case 0x0503: case 0x0805: case 0x080a: return keys->digest[X509_DIGEST_384];
	case 0x0603: case 0x0806: case 0x080b: return keys->digest[X509_DIGEST_512];
	default:                               return NULL;	/* Ed25519, Ed448: no digest */
	}
}

/* Of a key that is an object; those that are points have one scheme each. */
static bool
scheme_fits(EVP_PKEY *key, uint16_t scheme)
{
	char group[32] = "";

	switch (scheme) {
	case 0x0403: case 0x0503: case 0x0603:
		EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
		return strcmp(group, scheme == 0x0403 ? "prime256v1" : scheme == 0x0503 ?
		    "secp384r1" : "secp521r1") == 0;
	case 0x0804: case 0x0805: case 0x0806: return EVP_PKEY_is_a(key, "RSA") == 1;
	case 0x0809: case 0x080a: case 0x080b: return EVP_PKEY_is_a(key, "RSA-PSS") == 1;
	case 0x0807: return EVP_PKEY_is_a(key, "ED25519") == 1;
	case 0x0808: return EVP_PKEY_is_a(key, "ED448") == 1;
	default:     return false;
	}
}

bool
tls_key_signed(struct tls_keys *keys, const struct tls_key *key, uint16_t scheme,
    struct bytes text, struct bytes signature)
{
	bool pss, fine;
	const EVP_MD *md = scheme_digest(keys, scheme, &pss);

	if (key->len > 0)
		fine = scheme == (key->curve == X509_KEY_P256 ? 0x0403 : 0x0503) &&
		    point_signed(keys, key, key->curve == X509_KEY_P256 ? X509_DIGEST_256 :
		    X509_DIGEST_384, text, signature);
	else
		fine = key->object != NULL && scheme_fits(key->object, scheme) &&
		    object_signed(keys, key->object, md, pss, text, signature);
	if (!fine)
		ERR_clear_error();
	return fine;
}
