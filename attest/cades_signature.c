/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature of a seal over the DER of its signed attributes: RSA with PKCS#1 v1.5 or PSS,
 * ECDSA, and Ed25519 (RFC 8419).
 */
#include <openssl/cms.h>
#include <openssl/rsa.h>
#include <stdio.h>

#include "attest/cades_part.h"
#include "attest/key_text.h"

enum { SALT_MAX = 1024 };	/* octets: a modulus of 8,192 bits has room for no more */

struct scheme {
	int  digest;		/* NID; NID_undef: the key has its own (Ed25519) */
	int  key;		/* NID of the kind of key */
	bool pss;
	int  salt;
};

/* RFC 8017, A.2.3, with the same digest for both masks as everybody uses it. */
static bool
pss_read(const X509_ALGOR *algorithm, struct scheme *out)
{
	const ASN1_STRING *octets = algorithm->parameter != NULL &&
	    algorithm->parameter->type == V_ASN1_SEQUENCE ?
	    algorithm->parameter->value.sequence : NULL;
	const unsigned char *at = octets != NULL ? ASN1_STRING_get0_data(octets) : NULL;
	RSA_PSS_PARAMS *params = at != NULL ?
	    d2i_RSA_PSS_PARAMS(NULL, &at, ASN1_STRING_length(octets)) : NULL;
	X509_ALGOR *mask = NULL;
	bool good = false;

	if (params != NULL && params->hashAlgorithm != NULL && params->maskGenAlgorithm != NULL &&
	    OBJ_obj2nid(params->maskGenAlgorithm->algorithm) == NID_mgf1 &&
	    params->trailerField == NULL)
		mask = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR),
		    params->maskGenAlgorithm->parameter);
	if (mask != NULL) {
		out->digest = OBJ_obj2nid(params->hashAlgorithm->algorithm);
		out->salt = params->saltLength != NULL ?
		    (int)ASN1_INTEGER_get(params->saltLength) : 20;
		out->pss = true;
		good = OBJ_obj2nid(mask->algorithm) == out->digest && out->salt >= 0 &&
		    out->salt <= SALT_MAX;
	}
	X509_ALGOR_free(mask);
	RSA_PSS_PARAMS_free(params);
	return good;
}

static bool
scheme_read(const X509_ALGOR *algorithm, int digest, struct scheme *out)
{
	int nid = OBJ_obj2nid(algorithm->algorithm);

	*out = (struct scheme){ .digest = digest, .key = nid };
	if (nid == NID_ED25519) {
		out->digest = NID_undef;
		return digest == NID_sha512;
	}
	if (nid == NID_rsassaPss)
		return pss_read(algorithm, out);
	if (nid != NID_rsaEncryption && nid != NID_X9_62_id_ecPublicKey &&
	    OBJ_find_sigid_algs(nid, &out->digest, &out->key) != 1)
		return false;
	return out->key == NID_rsaEncryption || out->key == NID_X9_62_id_ecPublicKey;
}

static bool
curve_known(const EVP_PKEY *key)
{
	char name[40] = "";

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
		return false;
	switch (OBJ_txt2nid(name)) {
	case NID_X9_62_prime256v1:
	case NID_secp384r1:
	case NID_secp521r1:
		return true;
	default:
		return false;
	}
}

static bool
key_fits(const EVP_PKEY *key, const struct scheme *scheme)
{
	if (scheme->pss)
		return EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS");
	if (scheme->key == NID_rsaEncryption)
		return EVP_PKEY_is_a(key, "RSA");
	if (scheme->key == NID_ED25519)
		return EVP_PKEY_is_a(key, "ED25519");
	return EVP_PKEY_is_a(key, "EC") && curve_known(key);
}

/*
 * RFC 5652, 5.4: what is signed is the DER of the attributes as a SET OF, in the order they came
 * (a sealer sorted them; one who did not has signed other octets).
 */
static bool
attributes_octets(const struct cades_seal *seal, struct buffer *out)
{
	struct buffer all = { .max = CADES_MAX };
	bool good = true;

	for (int i = 0; i < CMS_signed_get_attr_count(seal->signer) && good; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(seal->signer, i), &der);

		good = len > 0;
		if (good)
			buffer_put(&all, der, (size_t)len);
		OPENSSL_free(der);
	}
	good = good && !all.failed;
	buffer_put_u8(out, 0x31);
	if (all.len >= 0x80)
		buffer_put_u8(out, all.len > 0xffff ? 0x83 : all.len > 0xff ? 0x82 : 0x81);
	buffer_put_be(out, all.len, all.len > 0xffff ? 3 : all.len > 0xff ? 2 : 1);
	buffer_put(out, all.at, all.len);
	buffer_free(&all);
	return good;
}

static bool
verifies(EVP_PKEY *key, const struct scheme *scheme, struct bytes signature, struct bytes message)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *of = NULL;
	const EVP_MD *digest = scheme->digest != NID_undef ? EVP_get_digestbynid(scheme->digest) :
	    NULL;
	bool good = context != NULL && EVP_DigestVerifyInit(context, &of, digest, NULL, key) == 1;

	if (good && scheme->pss)
		good = EVP_PKEY_CTX_set_rsa_padding(of, RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_mgf1_md(of, digest) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(of, scheme->salt) == 1;
	good = good && EVP_DigestVerify(context, signature.at, signature.len, message.at,
	    message.len) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

static void
algorithm_tell(const EVP_PKEY *key, const struct scheme *scheme, struct cades_result *out)
{
	struct buffer text = { .max = 256 };

	key_text_put(&text, key);
	snprintf(out->algorithm, sizeof(out->algorithm), "%s%s%s%s",
	    buffer_text(&text), scheme->digest != NID_undef ? ", " : "",
	    scheme->digest != NID_undef ? OBJ_nid2sn(scheme->digest) : "",
	    scheme->pss ? ", PSS" : "");
	buffer_free(&text);
}

static bool
digest_good(int nid)
{
	return nid == NID_undef || nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

bool
cades_signature(struct cades_seal *seal, struct cades_result *out)
{
	EVP_PKEY *key = X509_get0_pubkey(seal->certificate);
	X509_ALGOR *algorithm = NULL;
	struct buffer signed_octets = { .max = CADES_MAX + 16 };
	struct scheme scheme;
	char name[80] = "";
	bool good;

	CMS_SignerInfo_get0_algs(seal->signer, NULL, NULL, NULL, &algorithm);
	OBJ_obj2txt(name, sizeof(name), algorithm->algorithm, 0);
	if (!scheme_read(algorithm, seal->digest, &scheme))
		return cades_break(out, CADES_RULE_ALGORITHM, NULL, "%s", name);
	if (!digest_good(scheme.digest))
		return cades_break(out, CADES_RULE_DIGEST, "SHA-256, SHA-384 or SHA-512", "%s",
		    OBJ_nid2sn(scheme.digest));
	if (key == NULL || !key_fits(key, &scheme))
		return cades_break(out, CADES_RULE_ALGORITHM, "a key that fits the algorithm",
		    "%s, and a certificate with another kind of key", name);
	algorithm_tell(key, &scheme, out);
	good = attributes_octets(seal, &signed_octets) &&
	    verifies(key, &scheme, seal->signature, bytes_of_buffer(&signed_octets));
	buffer_free(&signed_octets);
	return good || cades_break(out, CADES_RULE_SIGNATURE, NULL, "%s", out->algorithm);
}
