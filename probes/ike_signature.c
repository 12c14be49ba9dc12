/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of IKE_AUTH by libcrypto; see ike_signature.h. */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/signature.h"
#include "probes/ike_signature.h"

enum { ALGORITHM_MAX = 255, GROUP_MAX = 32 };

static const enum digest digests[] = { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_SHA1 };
static const char *const digest_names[] = { "sha256", "sha384", "sha512", "sha1" };
enum { DIGESTS = sizeof(digests) / sizeof(digests[0]) };

static enum err
forged(struct why *why)
{
	return why_set(why, ERR_UNTRUSTED, "the key of the certificate it showed did not sign this "
	    "exchange: whoever answers does not hold that key, or is in between");
}

/* RFC 7296 3.8 leaves the hash to the signature itself. */
static enum err
rsa_verify(EVP_PKEY *key, struct bytes auth, struct bytes octets, struct ike_signature *out,
    struct why *why)
{
	for (size_t i = 0; i < DIGESTS; i++)
		if (signature_rsa_pkcs1(key, digests[i], octets, auth)) {
			snprintf(out->name, sizeof(out->name), "%sWithRSAEncryption "
			    "(method %d)", digest_names[i], IKE_AUTH_RSA);
			out->weak = digests[i] == DIGEST_SHA1;
			return ERR_OK;
		}
	return forged(why);
}

/* RFC 4754 3: the method says hash and curve, and the signature is r and s. */
static enum err
ecdsa_verify(EVP_PKEY *key, uint8_t method, struct bytes auth, struct bytes octets,
    struct ike_signature *out, struct why *why)
{
	static const struct { const char *group; size_t len; enum digest digest; int bits; }
	rows[] = { { "prime256v1", 64, DIGEST_SHA256, 256 },
	    { "secp384r1", 96, DIGEST_SHA384, 384 }, { "secp521r1", 132, DIGEST_SHA512, 512 } };
	size_t row = (size_t)method - IKE_AUTH_ECDSA_256, len = 0;
	char group[GROUP_MAX];

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1 ||
	    strcmp(group, rows[row].group) != 0 || auth.len != rows[row].len ||
	    !signature_ecdsa_raw(key, rows[row].digest, octets, auth))
		return forged(why);
	snprintf(out->name, sizeof(out->name), "ecdsa-with-SHA%d (method %u)", rows[row].bits,
	    method);
	return ERR_OK;
}

/* --- RFC 7427 ------------------------------------------------------------------------------ */

/* RFC 8017 A.2.3: MGF1 with a hash of its own, SHA-1 unless it says; 0: another generator. */
static int
mask_hash(const X509_ALGOR *mask)
{
	const ASN1_OBJECT *object;
	X509_ALGOR *hash;
	int nid = 0;

	if (mask == NULL)
		return NID_sha1;
	X509_ALGOR_get0(&object, NULL, NULL, mask);
	hash = OBJ_obj2nid(object) == NID_mgf1 && mask->parameter != NULL ?
	    ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), mask->parameter) : NULL;
	if (hash != NULL) {
		X509_ALGOR_get0(&object, NULL, NULL, hash);
		nid = OBJ_obj2nid(object);
	}
	X509_ALGOR_free(hash);
	return nid;
}

static enum err
pss_digest(const X509_ALGOR *algorithm, enum digest *digest, struct why *why)
{
	const ASN1_OBJECT *object;
	const void *value;
	int type;
	RSA_PSS_PARAMS *params;
	int hash = NID_sha1, mask;

	X509_ALGOR_get0(&object, &type, &value, algorithm);
	params = type == V_ASN1_SEQUENCE ?
	    ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter) : NULL;
	if (params == NULL)
		return why_set(why, ERR_MALFORMED, "the parameters of its RSASSA-PSS signature "
		    "cannot be read (RFC 7427 3)");
	if (params->hashAlgorithm != NULL) {
		X509_ALGOR_get0(&object, NULL, NULL, params->hashAlgorithm);
		hash = OBJ_obj2nid(object);
	}
	mask = mask_hash(params->maskGenAlgorithm);
	RSA_PSS_PARAMS_free(params);
	if (mask != hash)
		return why_set(why, ERR_UNSUPPORTED, "it signs by RSASSA-PSS with two hashes, "
		    "which this version does not check");
	if (hash != NID_sha1 && hash != NID_sha256 && hash != NID_sha384 && hash != NID_sha512)
		return why_set(why, ERR_UNSUPPORTED, "it signs by RSASSA-PSS with a hash that this "
		    "version does not check");
	*digest = hash == NID_sha256 ? DIGEST_SHA256 : hash == NID_sha384 ? DIGEST_SHA384 :
	    hash == NID_sha512 ? DIGEST_SHA512 : DIGEST_SHA1;
	return ERR_OK;
}

static bool
edwards_verify(EVP_PKEY *key, const char *kind, struct bytes signature, struct bytes octets)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = EVP_PKEY_is_a(key, kind) &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature.at, signature.len, octets.at, octets.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static enum err
algorithm_verify(EVP_PKEY *key, const X509_ALGOR *algorithm, struct bytes signature,
    struct bytes octets, struct ike_signature *out, struct why *why)
{
	static const struct { int nid; bool rsa; enum digest digest; } rows[] = {
		{ NID_sha256WithRSAEncryption, true, DIGEST_SHA256 },
		{ NID_sha384WithRSAEncryption, true, DIGEST_SHA384 },
		{ NID_sha512WithRSAEncryption, true, DIGEST_SHA512 },
		{ NID_sha1WithRSAEncryption, true, DIGEST_SHA1 },
		{ NID_ecdsa_with_SHA256, false, DIGEST_SHA256 },
		{ NID_ecdsa_with_SHA384, false, DIGEST_SHA384 },
		{ NID_ecdsa_with_SHA512, false, DIGEST_SHA512 },
		{ NID_ecdsa_with_SHA1, false, DIGEST_SHA1 } };
	const ASN1_OBJECT *object;
	enum digest digest = DIGEST_SHA256;
	enum err err;
	int nid;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(object);
	OBJ_obj2txt(out->name, sizeof(out->name), object, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].nid != nid)
			continue;
		out->weak = rows[i].digest == DIGEST_SHA1;
		return (rows[i].rsa ? signature_rsa_pkcs1 : signature_ecdsa_der)(key,
		    rows[i].digest, octets, signature) ? ERR_OK : forged(why);
	}
	if (nid == NID_rsassaPss) {
		err = pss_digest(algorithm, &digest, why);
		if (err != ERR_OK)
			return err;
		snprintf(out->name, sizeof(out->name), "rsassaPss with %s", digest_names[
		    digest == DIGEST_SHA256 ? 0 : digest == DIGEST_SHA384 ? 1 :
		    digest == DIGEST_SHA512 ? 2 : 3]);
		out->weak = digest == DIGEST_SHA1;
		return signature_rsa_pss(key, digest, octets, signature) ? ERR_OK : forged(why);
	}
	if (nid == NID_ED25519 || nid == NID_ED448)
		return edwards_verify(key, nid == NID_ED25519 ? "ED25519" : "ED448", signature,
		    octets) ? ERR_OK : forged(why);
	return why_set(why, ERR_UNSUPPORTED, "it signs by %.40s, which this version does not "
	    "check", out->name);
}

static enum err
named_verify(EVP_PKEY *key, struct bytes auth, struct bytes octets, struct ike_signature *out,
    struct why *why)
{
	struct bytes der = bytes_slice(auth, 1, auth.len > 0 ? auth.at[0] : 0);
	const unsigned char *at = der.at;
	X509_ALGOR *algorithm = der.len > 0 ? d2i_X509_ALGOR(NULL, &at, (long)der.len) : NULL;
	enum err err;

	if (algorithm == NULL || der.len != auth.at[0] || at != der.at + der.len)
		err = why_set(why, ERR_MALFORMED, "the algorithm of its signature cannot be read "
		    "(RFC 7427 3)");
	else
		err = algorithm_verify(key, algorithm, bytes_slice(auth, 1 + der.len, auth.len),
		    octets, out, why);
	X509_ALGOR_free(algorithm);
	ERR_clear_error();
	return err;
}

enum err
ike_signature_verify(EVP_PKEY *key, uint8_t method, struct bytes auth, struct bytes octets,
    struct ike_signature *out, struct why *why)
{
	const char *name = ike_auth_method_name(method);

	*out = (struct ike_signature){ .weak = false };
	switch (method) {
	case IKE_AUTH_RSA:
		return rsa_verify(key, auth, octets, out, why);
	case IKE_AUTH_ECDSA_256:
	case IKE_AUTH_ECDSA_384:
	case IKE_AUTH_ECDSA_521:
		return ecdsa_verify(key, method, auth, octets, out, why);
	case IKE_AUTH_SIGNATURE:
		return named_verify(key, auth, octets, out, why);
	default:
		return why_set(why, ERR_UNSUPPORTED, "it authenticates itself by method %u (%s), "
		    "which shows no key", method, name != NULL ? name : "without a name here");
	}
}

/* --- ours --------------------------------------------------------------------------------- */

struct signer {
	const char   *kind, *group;	/* group NULL: any */
	const EVP_MD *(*hash)(void);
	const char   *algorithm;	/* AlgorithmIdentifier in DER, hexadecimal */
	/* Where the other end announced no hashes: */
	uint8_t       method;		/* IKE_AUTH_NONE: none fits */
	const EVP_MD *(*hash_unsaid)(void);
	size_t        half;		/* octets of r and s each */
};

/* RFC 7296 3.8: SHA-1 is what every responder must then be able to check of an RSA signature. */
static const struct signer signers[] = {
	{ "RSA", NULL, EVP_sha256, "300d06092a864886f70d01010b0500", IKE_AUTH_RSA, EVP_sha1, 0 },
	{ "EC", "prime256v1", EVP_sha256, "300a06082a8648ce3d040302", IKE_AUTH_ECDSA_256,
	  EVP_sha256, 32 },
	{ "EC", "secp384r1", EVP_sha384, "300a06082a8648ce3d040303", IKE_AUTH_ECDSA_384,
	  EVP_sha384, 48 },
	{ "EC", "secp521r1", EVP_sha512, "300a06082a8648ce3d040304", IKE_AUTH_ECDSA_521,
	  EVP_sha512, 66 },
	{ "ED25519", NULL, NULL, "300506032b6570", IKE_AUTH_NONE, NULL, 0 },
};

static const struct signer *
signer_of(EVP_PKEY *key)
{
	char group[GROUP_MAX] = "";
	size_t len = 0;

	(void)EVP_PKEY_get_group_name(key, group, sizeof(group), &len);
	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++)
		if (EVP_PKEY_is_a(key, signers[i].kind) &&
		    (signers[i].group == NULL || strcmp(group, signers[i].group) == 0))
			return &signers[i];
	return NULL;
}

static void
halves_put(struct bytes der, size_t half, struct buffer *out)
{
	const unsigned char *at = der.at;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
	uint8_t octets[2 * 66] = { 0 };

	if (pair != NULL) {
		BN_bn2binpad(ECDSA_SIG_get0_r(pair), octets, (int)half);
		BN_bn2binpad(ECDSA_SIG_get0_s(pair), octets + half, (int)half);
	}
	buffer_put(out, octets, 2 * half);
	ECDSA_SIG_free(pair);
}

static void
auth_put(const struct signer *signer, bool announced, struct bytes signature, struct buffer *out)
{
	uint8_t algorithm[ALGORITHM_MAX];
	size_t len = strlen(signer->algorithm) / 2;

	if (!announced && signer->half > 0) {
		halves_put(signature, signer->half, out);
		return;
	}
	if (announced && hex_read(signer->algorithm, algorithm, len) == ERR_OK) {
		buffer_put_u8(out, (uint8_t)len);
		buffer_put(out, algorithm, len);
	}
	buffer_put(out, signature.at, signature.len);
}

enum err
ike_signature_make(EVP_PKEY *key, bool announced, struct bytes octets, uint8_t *method,
    struct buffer *auth, struct why *why)
{
	const struct signer *signer = signer_of(key);
	const EVP_MD *(*hash)(void);
	EVP_MD_CTX *ctx;
	uint8_t signature[1024];
	size_t len = sizeof(signature);
	bool fine;

	if (signer == NULL || (!announced && signer->method == IKE_AUTH_NONE))
		return why_set(why, ERR_UNSUPPORTED, "client_key is of a kind that cannot sign for "
		    "this responder: take RSA, P-256, P-384 or P-521");
	*method = announced ? IKE_AUTH_SIGNATURE : signer->method;
	hash = announced ? signer->hash : signer->hash_unsaid;
	ctx = EVP_MD_CTX_new();
	fine = EVP_DigestSignInit(ctx, NULL, hash != NULL ? hash() : NULL, NULL, key) == 1 &&
	    EVP_DigestSign(ctx, signature, &len, octets.at, octets.len) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	if (!fine)
		return why_set(why, ERR_IO, "client_key did not sign");
	auth_put(signer, announced, bytes_of(signature, len), auth);
	return ERR_OK;
}
