/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures and keys; see signature.h. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/key_text.h"
#include "attest/signature.h"
#include "attest/spki.h"

enum { SPKI_MAX = 4096, NUMBER_MAX = 66, RSA_BITS_MAX = 8192, POINT_MAX = 1 + 2 * NUMBER_MAX };

#ifdef ATTEST_SIGNATURES_STUBBED
enum { STUBBED = 1 };
#else
enum { STUBBED = 0 };
#endif

static const EVP_MD *
digest_md(enum digest digest)
{
	switch (digest) {
	case DIGEST_SHA1:
		return EVP_sha1();
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	case DIGEST_SHA512:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* padding 0: not RSA. */
static bool
verify(EVP_PKEY *key, const char *kind, enum digest digest, int padding, struct bytes message,
    struct bytes signature)
{
	EVP_MD_CTX *context;
	EVP_PKEY_CTX *part = NULL;
	const EVP_MD *md = digest_md(digest);
	bool good;

	if (key == NULL || md == NULL || !EVP_PKEY_is_a(key, kind) || signature.len == 0)
		return false;
	if (STUBBED)
		return true;
	context = EVP_MD_CTX_new();
	good = context != NULL && EVP_DigestVerifyInit(context, &part, md, NULL, key) == 1;
	if (good && padding != 0)
		good = EVP_PKEY_CTX_set_rsa_padding(part, padding) == 1;
	if (good && padding == RSA_PKCS1_PSS_PADDING)
		good = EVP_PKEY_CTX_set_rsa_pss_saltlen(part, RSA_PSS_SALTLEN_AUTO) == 1;
	good = good && EVP_DigestVerify(context, signature.at, signature.len, message.at,
	    message.len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good;
}

bool
signature_ecdsa(EVP_PKEY *key, enum digest digest, struct bytes message, struct bytes r,
    struct bytes s)
{
	ECDSA_SIG *pair;
	BIGNUM *first, *second;
	unsigned char *der = NULL;
	bool good;
	int len;

	if (r.len == 0 || s.len == 0 || r.len > NUMBER_MAX || s.len > NUMBER_MAX)
		return false;
	pair = ECDSA_SIG_new();
	first = BN_bin2bn(r.at, (int)r.len, NULL);
	second = BN_bin2bn(s.at, (int)s.len, NULL);
	if (pair == NULL || first == NULL || second == NULL ||
	    ECDSA_SIG_set0(pair, first, second) != 1) {
		BN_free(first);
		BN_free(second);
		ECDSA_SIG_free(pair);
		return false;
	}
	len = i2d_ECDSA_SIG(pair, &der);
	good = len > 0 && verify(key, "EC", digest, 0, message, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return good;
}

bool
signature_ecdsa_raw(EVP_PKEY *key, enum digest digest, struct bytes message, struct bytes rs)
{
	size_t half = rs.len / 2;

	return rs.len % 2 == 0 && signature_ecdsa(key, digest, message, bytes_slice(rs, 0, half),
	    bytes_slice(rs, half, half));
}

bool
signature_ecdsa_der(EVP_PKEY *key, enum digest digest, struct bytes message, struct bytes der)
{
	return verify(key, "EC", digest, 0, message, der);
}

bool
signature_rsa_pkcs1(EVP_PKEY *key, enum digest digest, struct bytes message, struct bytes octets)
{
	return verify(key, "RSA", digest, RSA_PKCS1_PADDING, message, octets);
}

bool
signature_rsa_pss(EVP_PKEY *key, enum digest digest, struct bytes message, struct bytes octets)
{
	return verify(key, "RSA", digest, RSA_PKCS1_PSS_PADDING, message, octets);
}

/* --- keys --------------------------------------------------------------------------------- */

static EVP_PKEY *
bounded(EVP_PKEY *key)
{
	if (key != NULL && EVP_PKEY_get_bits(key) > RSA_BITS_MAX) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	ERR_clear_error();
	return key;
}

EVP_PKEY *
key_of_spki(struct bytes der)
{
	const unsigned char *at = der.at;
	EVP_PKEY *key = der.len == 0 || der.len > SPKI_MAX ? NULL :
	    d2i_PUBKEY(NULL, &at, (long)der.len);

	if (key != NULL && at != der.at + der.len) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return bounded(key);
}

EVP_PKEY *
key_of_pem(struct bytes pem)
{
	BIO *bio = pem.len == 0 || pem.len > 4 * SPKI_MAX ? NULL :
	    BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return bounded(key);
}

static EVP_PKEY *
key_build(const char *kind, OSSL_PARAM_BLD *builder)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY *key = NULL;

	if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	return bounded(key);
}

EVP_PKEY *
key_of_point(const char *group, struct bytes x, struct bytes y)
{
	size_t field = strcmp(group, "P-521") == 0 ? 66 : strcmp(group, "P-384") == 0 ? 48 : 32;
	uint8_t point[POINT_MAX] = { POINT_CONVERSION_UNCOMPRESSED };
	OSSL_PARAM_BLD *builder;
	EVP_PKEY *key = NULL;

	if (x.len == 0 || y.len == 0 || x.len > field || y.len > field)
		return NULL;
	memcpy(point + 1 + field - x.len, x.at, x.len);
	memcpy(point + 1 + 2 * field - y.len, y.at, y.len);
	builder = OSSL_PARAM_BLD_new();
	if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder,
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 && OSSL_PARAM_BLD_push_octet_string(builder,
	    OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * field) == 1)
		key = key_build("EC", builder);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

EVP_PKEY *
key_of_rsa(struct bytes modulus, uint64_t exponent)
{
	OSSL_PARAM_BLD *builder;
	BIGNUM *n;
	EVP_PKEY *key = NULL;

	if (modulus.len < 128 || modulus.len > RSA_BITS_MAX / 8 || exponent < 3)
		return NULL;
	builder = OSSL_PARAM_BLD_new();
	n = BN_bin2bn(modulus.at, (int)modulus.len, NULL);
	if (builder != NULL && n != NULL &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_uint64(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		key = key_build("RSA", builder);
	BN_free(n);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

void
key_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}

struct hash
key_spki(EVP_PKEY *key)
{
	struct hash hash = { { 0 } };
	unsigned char *der = NULL;
	int len;

	if (key == NULL || spki_hash(key, &hash))
		return hash;
	/* A named curve and an uncompressed point: the form certificates have (RFC 5480, 2). */
	if (EVP_PKEY_is_a(key, "EC") && (EVP_PKEY_set_utf8_string_param(key,
	    OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_GROUP) != 1 ||
	    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
	    OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1))
		return hash;
	len = i2d_PUBKEY(key, &der);
	if (len > 0)
		hash = hash_of(bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	ERR_clear_error();
	return hash;
}

void
key_kind(EVP_PKEY *key, char *out, size_t size)
{
	struct buffer text = { .max = 0 };

	out[0] = '\0';
	if (key == NULL)
		return;
	key_text_put(&text, key);
	if (text.len < size)
		memcpy(out, buffer_text(&text), text.len + 1);
	buffer_free(&text);
}
