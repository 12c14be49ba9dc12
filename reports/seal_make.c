/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CMS of a seal: signed attributes are gathered here and signed by whoever holds the key, so
 * that a key in a file and a key in a token take the same way.
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/seal_part.h"

enum { ATTRIBUTES_MAX = 16 };

static const EVP_MD *
digest_of(const struct seal_maker *maker)
{
	return maker->bits == 256 ? EVP_sha256() : maker->bits == 384 ? EVP_sha384() :
	    EVP_sha512();
}

static enum err
validity_check(const struct seal_maker *maker, int64_t at_s, struct why *why)
{
	time_t at = (time_t)at_s;
	char when[TIME_TEXT];

	time_jst_s(at_s * 1000, when);
	if (X509_cmp_time(X509_get0_notBefore(maker->certificate), &at) >= 0)
		return why_set(why, ERR_EXPIRED, _("the e-seal certificate is not valid yet at "
		    "%s: nobody would accept the seal"), when);
	if (X509_cmp_time(X509_get0_notAfter(maker->certificate), &at) <= 0)
		return why_set(why, ERR_EXPIRED, _("the e-seal certificate has expired at %s: "
		    "nobody would accept the seal; renew it"), when);
	return ERR_OK;
}

/* ETSI EN 319 122-1, 6.3: what a B-B seal signs beside the reference to its certificate. */
static bool
attributes_add(CMS_SignerInfo *signer, const EVP_MD *digest, struct bytes document, int64_t at_s)
{
	unsigned char octets[EVP_MAX_MD_SIZE];
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)at_s);
	unsigned len = 0;
	bool good = at != NULL &&
	    EVP_Digest(document.at, document.len, octets, &len, digest, NULL) == 1 &&
	    CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT,
	    OBJ_nid2obj(NID_pkcs7_data), -1) == 1 &&
	    CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING,
	    octets, (int)len) == 1 &&
	    CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, at->type, at, -1) == 1;

	ASN1_TIME_free(at);
	return good;
}

static CMS_ContentInfo *
cms_begin(struct seal_maker *maker, struct bytes document, int64_t at_s, CMS_SignerInfo **signer)
{
	const unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_PARTIAL | CMS_NOSMIMECAP |
	    CMS_CADES;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	bool good;

	*signer = NULL;
	/* The public key is all that is needed here: nothing is signed before it is complete. */
	if (cms != NULL)
		*signer = CMS_add1_signer(cms, maker->certificate,
		    X509_get0_pubkey(maker->certificate), digest_of(maker), flags);
	good = *signer != NULL && attributes_add(*signer, digest_of(maker), document, at_s);
	for (int i = 0; good && i < sk_X509_num(maker->chain); i++) {
		X509 *one = sk_X509_value(maker->chain, i);

		if (X509_cmp(one, maker->certificate) != 0)
			good = CMS_add1_cert(cms, one) == 1;
	}
	if (good)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/* --- what is signed ------------------------------------------------------------------------ */

static int
by_octets(const void *a, const void *b)
{
	const struct buffer *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->at, y->at, len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* X.690, 11.6: the elements of a SET OF ascend in DER. */
static bool
attributes_octets(CMS_SignerInfo *signer, struct buffer *out)
{
	struct buffer one[ATTRIBUTES_MAX] = { { .max = 0 } };
	int count = CMS_signed_get_attr_count(signer);
	size_t total = 0;
	bool good = count > 0 && count <= ATTRIBUTES_MAX;

	for (int i = 0; good && i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, i), &der);

		good = len > 0;
		buffer_put(&one[i], der, good ? (size_t)len : 0);
		total += one[i].len;
		OPENSSL_free(der);
	}
	good = good && total <= 0xffff;
	if (good) {
		qsort(one, (size_t)count, sizeof(one[0]), by_octets);
		buffer_put_u8(out, 0x31);
		if (total >= 0x80)
			buffer_put_u8(out, total > 0xff ? 0x82 : 0x81);
		buffer_put_be(out, total, total > 0xff ? 2 : 1);
	}
	for (int i = 0; i < ATTRIBUTES_MAX; i++) {
		if (good)
			buffer_put(out, one[i].at, one[i].len);
		buffer_free(&one[i]);
	}
	return good;
}

static enum err
sign(struct seal_maker *maker, CMS_SignerInfo *signer, struct why *why)
{
	struct buffer message = { .max = 0 }, signature = { .max = SEAL_SIGNATURE_MAX };
	enum err err = ERR_OK;

	if (!attributes_octets(signer, &message))
		err = why_set(why, ERR_IO, _("OpenSSL could not write the signed attributes"));
	if (err == ERR_OK)
		err = seal_sign(maker, bytes_of_buffer(&message), &signature, why);
	if (err == ERR_OK && ASN1_STRING_set(CMS_SignerInfo_get0_signature(signer), signature.at,
	    (int)signature.len) != 1)
		err = why_set(why, ERR_IO, _("OpenSSL could not take the signature"));
	buffer_free(&message);
	buffer_free(&signature);
	return err;
}

static enum err
cms_put(CMS_ContentInfo *cms, struct buffer *out, struct why *why)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ERR_clear_error();
	return len > 0 && !out->failed ? ERR_OK :
	    why_set(why, ERR_IO, _("OpenSSL could not write the seal"));
}

/* Without a root nothing but that may be wrong with what we made ourselves. */
static enum err
own_check(struct bytes seal, struct bytes document, int64_t at_s, struct why *why)
{
	struct cades_result result;

	cades_verify(&(struct cades_input){ .seal = seal, .document = document, .at_s = at_s },
	    &result);
	if (result.rule == CADES_RULE_ROOTS)
		return ERR_OK;
	return why_set(why, ERR_MISMATCH, _("the seal that was made is not a good one, and was not "
	    "kept: %s (%.100s)"), _(cades_rule_text(result.rule)), result.found);
}

enum err
seal_make(struct seal_maker *maker, struct bytes document, int64_t claimed_s, struct buffer *seal,
    struct why *why)
{
	CMS_SignerInfo *signer;
	CMS_ContentInfo *cms;
	enum err err = validity_check(maker, claimed_s, why);

	if (err != ERR_OK)
		return err;
	cms = cms_begin(maker, document, claimed_s, &signer);
	if (cms == NULL)
		err = why_set(why, ERR_IO, _("OpenSSL could not begin the seal"));
	if (err == ERR_OK)
		err = sign(maker, signer, why);
	if (err == ERR_OK)
		err = cms_put(cms, seal, why);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return err == ERR_OK ? own_check(bytes_of_buffer(seal), document, claimed_s, why) : err;
}

/* --- the time stamp ------------------------------------------------------------------------ */

static CMS_ContentInfo *
cms_read(struct bytes seal, CMS_SignerInfo **signer)
{
	const unsigned char *at = seal.at;
	CMS_ContentInfo *cms = seal.len > 0 && seal.len <= CADES_MAX ?
	    d2i_CMS_ContentInfo(NULL, &at, (long)seal.len) : NULL;
	STACK_OF(CMS_SignerInfo) *signers = cms != NULL ? CMS_get0_SignerInfos(cms) : NULL;

	*signer = sk_CMS_SignerInfo_num(signers) == 1 ? sk_CMS_SignerInfo_value(signers, 0) : NULL;
	if (*signer != NULL)
		return cms;
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return NULL;
}

enum err
seal_signature(struct bytes seal, struct buffer *signature, struct why *why)
{
	CMS_SignerInfo *signer;
	CMS_ContentInfo *cms = cms_read(seal, &signer);
	const ASN1_OCTET_STRING *octets;

	if (cms == NULL)
		return why_set(why, ERR_MALFORMED, _("this is not a seal by one signer"));
	octets = CMS_SignerInfo_get0_signature(signer);
	buffer_put(signature, ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets));
	CMS_ContentInfo_free(cms);
	return ERR_OK;
}

enum err
seal_stamped(struct bytes seal, struct bytes token, struct buffer *out, struct why *why)
{
	struct timestamp stamp;
	struct buffer signature = { .max = 0 };
	CMS_SignerInfo *signer;
	CMS_ContentInfo *cms;
	enum err err = seal_signature(seal, &signature, why);

	if (err == ERR_OK)
		err = timestamp_token_check(token, bytes_of_buffer(&signature),
		    bytes_of(NULL, 0), &stamp, why);
	buffer_free(&signature);
	/* Whether the authority is trusted is for whoever reads the seal. */
	if (err != ERR_UNSUPPORTED || stamp.at_ms == 0)
		return err == ERR_OK ? ERR_MISMATCH : err;
	cms = cms_read(seal, &signer);
	if (cms == NULL || CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken,
	    V_ASN1_SEQUENCE, token.at, (int)token.len) != 1)
		err = why_set(why, ERR_IO, _("OpenSSL could not put the time stamp into the "
		    "seal"));
	else
		err = cms_put(cms, out, why);
	CMS_ContentInfo_free(cms);
	return err;
}
