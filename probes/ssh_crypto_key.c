/* SPDX-License-Identifier: Apache-2.0 */
/* Host keys: what they are and whether they signed.  Only kinds libcrypto can verify. */
#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/key_text.h"
#include "probes/ssh_crypto.h"

enum { NUMBER_MAX = 2048 };	/* octets of a number of a key: RSA of 16,384 bits */

static EVP_PKEY *
key_from(const char *type, OSSL_PARAM_BLD *build)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY *key = NULL;

	if (EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
numbers_key(const struct ssh_key *raw, const char *type, const char *const names[], size_t count)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *number[SSH_KEY_PARTS] = { NULL };
	EVP_PKEY *key = NULL;
	bool fine = raw->parts == count;

	for (size_t i = 0; i < count && fine; i++) {
		struct bytes octets = ssh_number(raw->part[i]);

		fine = octets.len > 0 && octets.len <= NUMBER_MAX;
		if (fine)
			number[i] = BN_bin2bn(octets.at, (int)octets.len, NULL);
		fine = fine && OSSL_PARAM_BLD_push_BN(build, names[i], number[i]) == 1;
	}
	if (fine)
		key = key_from(type, build);
	OSSL_PARAM_BLD_free(build);
	for (size_t i = 0; i < count; i++)
		BN_free(number[i]);
	return key;
}

/* RFC 5656 3.1: the curve's name is said twice, and both must be one. */
static EVP_PKEY *
curve_key(const struct ssh_key *raw, const char *curve, const char *group)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (raw->parts == 2 && bytes_equal(raw->part[0], bytes_of_text(curve)) &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, raw->part[1].at,
	    raw->part[1].len) == 1)
		key = key_from("EC", build);
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* NULL: not a key of its kind; *known tells whether the kind is one of ours. */
static EVP_PKEY *
host_key(struct bytes blob, struct ssh_key *raw, bool *known)
{
	static const char *const rsa[] = { OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_N };
	static const char *const dsa[] = { OSSL_PKEY_PARAM_FFC_P, OSSL_PKEY_PARAM_FFC_Q,
	    OSSL_PKEY_PARAM_FFC_G, OSSL_PKEY_PARAM_PUB_KEY };
	static const char *const curves[][3] = { { "ecdsa-sha2-nistp256", "nistp256", "P-256" },
	    { "ecdsa-sha2-nistp384", "nistp384", "P-384" },
	    { "ecdsa-sha2-nistp521", "nistp521", "P-521" } };

	*known = true;
	if (!ssh_key_read(blob, raw))
		return NULL;
	if (bytes_equal(raw->algorithm, bytes_of_text("ssh-ed25519")))
		return raw->parts != 1 ? NULL : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519,
		    NULL, raw->part[0].at, raw->part[0].len);
	if (bytes_equal(raw->algorithm, bytes_of_text("ssh-ed448")))
		return raw->parts != 1 ? NULL : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, NULL,
		    raw->part[0].at, raw->part[0].len);
	if (bytes_equal(raw->algorithm, bytes_of_text("ssh-rsa")))
		return numbers_key(raw, "RSA", rsa, 2);
	if (bytes_equal(raw->algorithm, bytes_of_text("ssh-dss")))
		return numbers_key(raw, "DSA", dsa, 4);
	for (size_t i = 0; i < 3; i++)
		if (bytes_equal(raw->algorithm, bytes_of_text(curves[i][0])))
			return curve_key(raw, curves[i][1], curves[i][2]);
	*known = false;
	return NULL;
}

enum err
ssh_host_key_look(struct bytes blob, struct ssh_host_key *out, struct why *why)
{
	struct ssh_key raw;
	bool known;
	EVP_PKEY *key = host_key(blob, &raw, &known);
	unsigned char *der = NULL;
	struct buffer kind = { .max = sizeof(out->kind) };
	int len = key != NULL ? i2d_PUBKEY(key, &der) : -1;

	if (len > 0) {
		key_text_put(&kind, key);
		snprintf(out->kind, sizeof(out->kind), "%s", buffer_text(&kind));
		out->weak = EVP_PKEY_is_a(key, "DSA") ||
		    (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) < 2048);
		out->spki = hash_of(bytes_of(der, (size_t)len));
		out->fingerprint = hash_of(blob);
	}
	OPENSSL_free(der);
	buffer_free(&kind);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (len > 0)
		return ERR_OK;
	if (known)
		return why_set(why, ERR_MALFORMED,
		    "the peer's host key is not a key of its kind");
	return why_set(why, ERR_UNSUPPORTED,
	    "the peer's host key is of a kind that was not asked for");
}

/* SSH has r and s in forms of its own; libcrypto wants DER. */
static int
der_of(BIGNUM *r, BIGNUM *s, bool dsa, unsigned char **der)
{
	int len;

	if (dsa) {
		DSA_SIG *signature = DSA_SIG_new();

		DSA_SIG_set0(signature, r, s);
		len = i2d_DSA_SIG(signature, der);
		DSA_SIG_free(signature);
	} else {
		ECDSA_SIG *signature = ECDSA_SIG_new();

		ECDSA_SIG_set0(signature, r, s);
		len = i2d_ECDSA_SIG(signature, der);
		ECDSA_SIG_free(signature);
	}
	return len;
}

static bool
pair_of(struct bytes octets, bool dsa, struct bytes *r, struct bytes *s)
{
	struct reader in = reader_of(octets);

	if (dsa) {	/* RFC 4253 6.6: two numbers of 160 bits */
		*r = bytes_slice(octets, 0, 20);
		*s = bytes_slice(octets, 20, 20);
		return octets.len == 40;
	}
	*r = ssh_number(ssh_string(&in));
	*s = ssh_number(ssh_string(&in));
	return reader_done(&in) && r->len > 0 && r->len <= 66 && s->len > 0 && s->len <= 66;
}

static bool
verify(EVP_PKEY *key, const EVP_MD *hash, struct bytes signature, struct bytes octets)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool fine = EVP_DigestVerifyInit(ctx, NULL, hash, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature.at, signature.len, octets.at, octets.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return fine;
}

static const EVP_MD *
hash_by(struct bytes algorithm)
{
	static const struct { const char *name; const EVP_MD *(*hash)(void); } rows[] = {
		{ "rsa-sha2-256", EVP_sha256 }, { "rsa-sha2-512", EVP_sha512 },
		{ "ssh-rsa", EVP_sha1 }, { "ssh-dss", EVP_sha1 },
		{ "ecdsa-sha2-nistp256", EVP_sha256 }, { "ecdsa-sha2-nistp384", EVP_sha384 },
		{ "ecdsa-sha2-nistp521", EVP_sha512 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_equal(algorithm, bytes_of_text(rows[i].name)))
			return rows[i].hash();
	return NULL;	/* the Edwards curves bring their own */
}

static bool
signed_by(EVP_PKEY *key, struct bytes algorithm, struct bytes signature, struct bytes octets)
{
	bool dsa = EVP_PKEY_is_a(key, "DSA");
	unsigned char *der = NULL;
	struct bytes r, s;
	bool fine;
	int len;

	if (!dsa && !EVP_PKEY_is_a(key, "EC"))
		return verify(key, hash_by(algorithm), signature, octets);
	if (!pair_of(signature, dsa, &r, &s))
		return false;
	len = der_of(BN_bin2bn(r.at, (int)r.len, NULL), BN_bin2bn(s.at, (int)s.len, NULL), dsa,
	    &der);
	fine = len > 0 && verify(key, hash_by(algorithm), bytes_of(der, (size_t)len), octets);
	OPENSSL_free(der);
	return fine;
}

enum err
ssh_host_key_verify(struct bytes blob, struct bytes algorithm, struct bytes signature,
    struct bytes octets, struct why *why)
{
	struct bytes named, raw_signature;
	struct ssh_key raw;
	bool known, fine;
	EVP_PKEY *key = host_key(blob, &raw, &known);

	fine = key != NULL && ssh_signature_read(signature, &named, &raw_signature) &&
	    bytes_equal(named, algorithm) && bytes_equal(raw.algorithm, ssh_key_of(algorithm)) &&
	    signed_by(key, algorithm, raw_signature, octets);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return fine ? ERR_OK : why_set(why, ERR_UNTRUSTED, "the peer's host key did not sign this "
	    "key exchange: whoever answers does not hold the key it shows, or is in between");
}
