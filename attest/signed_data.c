/* SPDX-License-Identifier: Apache-2.0 */
/* Signed messages of metadata services; see signed_data.h. */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/signed_data.h"

#ifdef ATTEST_SIGNATURES_STUBBED
enum { STUBBED = CMS_NO_CONTENT_VERIFY | CMS_NO_ATTR_VERIFY };
#else
enum { STUBBED = 0 };
#endif

/* Some name the signature's algorithm where the digest's belongs; the digest of that is meant. */
static void
digest_name(CMS_SignerInfo *signer, char out[32])
{
	const ASN1_OBJECT *object = NULL;
	X509_ALGOR *algorithm = NULL;
	int digest = NID_undef, nid;

	CMS_SignerInfo_get0_algs(signer, NULL, NULL, &algorithm, NULL);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(object);
	if (OBJ_find_sigid_algs(nid, &digest, NULL) != 1 || digest == NID_undef)
		digest = nid;
	snprintf(out, 32, "%s", digest == NID_sha256 ? "sha256" : digest == NID_sha384 ? "sha384" :
	    digest == NID_sha512 ? "sha512" : digest == NID_sha1 ? "sha1" : "another");
}

enum err
signed_data_read(struct bytes der, struct signed_data *out, struct why *why)
{
	const unsigned char *at = der.at;
	ASN1_OCTET_STRING **content;
	STACK_OF(CMS_SignerInfo) *signers;

	*out = (struct signed_data){ .cms = NULL };
	if (der.len == 0 || der.len > SIGNED_DATA_MAX)
		return why_set(why, ERR_LIMIT, "%zu octets", der.len);
	out->cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	ERR_clear_error();
	if (out->cms == NULL || at != der.at + der.len ||
	    OBJ_obj2nid(CMS_get0_type(out->cms)) != NID_pkcs7_signed)
		return why_set(why, ERR_MALFORMED, "%zu octets that are not one SignedData",
		    der.len);
	content = CMS_get0_content(out->cms);
	signers = CMS_get0_SignerInfos(out->cms);
	if (OBJ_obj2nid(CMS_get0_eContentType(out->cms)) != NID_pkcs7_data || content == NULL ||
	    *content == NULL || sk_CMS_SignerInfo_num(signers) != 1)
		return why_set(why, ERR_MALFORMED, "%d signers, content %s",
		    sk_CMS_SignerInfo_num(signers), content == NULL || *content == NULL ?
		    "missing" : "inside");
	out->content = bytes_of(ASN1_STRING_get0_data(*content),
	    (size_t)ASN1_STRING_length(*content));
	digest_name(sk_CMS_SignerInfo_value(signers, 0), out->digest);
	return ERR_OK;
}

enum err
signed_data_certificates(const struct signed_data *data, const struct dossier *dossier,
    struct pool *pool, struct why *why)
{
	STACK_OF(X509) *all = CMS_get1_certs(data->cms);
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < sk_X509_num(all); i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(sk_X509_value(all, i), &der);

		err = pool_add(pool, dossier, bytes_of(der, len > 0 ? (size_t)len : 0), why);
		OPENSSL_free(der);
	}
	sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return err;
}

bool
signed_data_strong(const struct signed_data *data)
{
	return strcmp(data->digest, "sha256") == 0 || strcmp(data->digest, "sha384") == 0 ||
	    strcmp(data->digest, "sha512") == 0;
}

bool
signed_data_verify(struct signed_data *data, const struct pool *pool, struct why *why)
{
	STACK_OF(X509) *given = sk_X509_new_null(), *signers = NULL;
	bool good = given != NULL;

	for (size_t i = 0; good && i < pool->certificates; i++)
		good = sk_X509_push(given, pool->certificate[i]) > 0;
	good = good && CMS_verify(data->cms, given, NULL, NULL, NULL, CMS_BINARY | CMS_NOINTERN |
	    CMS_NO_SIGNER_CERT_VERIFY | STUBBED) == 1;
	if (good)
		signers = CMS_get0_signers(data->cms);
	else
		why_set(why, ERR_UNTRUSTED, "%s", ERR_GET_REASON(ERR_peek_error()) ==
		    CMS_R_SIGNER_CERTIFICATE_NOT_FOUND ?
		    "none of the certificates is the one that the signer names" :
		    "it does not verify under the signer's key");
	/* The certificate is the pool's; libcrypto only refers to it. */
	data->signer = sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
	sk_X509_free(signers);
	sk_X509_free(given);
	ERR_clear_error();
	return data->signer != NULL;
}

void
signed_data_free(struct signed_data *data)
{
	CMS_ContentInfo_free(data->cms);
	data->cms = NULL;
	data->signer = NULL;
}
