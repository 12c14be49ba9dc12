/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed attributes of a seal: each once and with one value, the content type, the digest of
 * the document, the reference to the certificate, and when the sealer says it was.
 */
#include <openssl/cms.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attest/cades_part.h"

enum { ATTRIBUTES_MAX = 64 };

static bool
digest_known(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static const char *
digest_name(int nid)
{
	const char *name = nid != NID_undef ? OBJ_nid2sn(nid) : NULL;

	return name != NULL ? name : "an unknown one";
}

/* RFC 5652, 5.3 and 11: SET OF with one value, and no type twice. */
static bool
each_once(struct cades_seal *seal, struct cades_result *out)
{
	int count = CMS_signed_get_attr_count(seal->signer);

	if (count <= 0)
		return cades_break(out, CADES_RULE_ATTRIBUTES, "signed attributes", "none");
	if (count > ATTRIBUTES_MAX)
		return cades_break(out, CADES_RULE_ATTRIBUTES, "at most 64", "%d", count);
	for (int i = 0; i < count; i++) {
		X509_ATTRIBUTE *one = CMS_signed_get_attr(seal->signer, i);
		ASN1_OBJECT *type = X509_ATTRIBUTE_get0_object(one);
		char name[80] = "";

		OBJ_obj2txt(name, sizeof(name), type, 0);
		if (X509_ATTRIBUTE_count(one) != 1)
			return cades_break(out, CADES_RULE_ATTRIBUTES, "one value of each",
			    "%d values of %s", X509_ATTRIBUTE_count(one), name);
		if (CMS_signed_get_attr_by_OBJ(seal->signer, type, i) >= 0)
			return cades_break(out, CADES_RULE_ATTRIBUTES, "each type once",
			    "%s twice", name);
	}
	return true;
}

/* The one value, if it is of that ASN.1 type. */
static bool
value_of(const struct cades_seal *seal, int nid, int type, struct bytes *value)
{
	int at = CMS_signed_get_attr_by_NID(seal->signer, nid, -1);
	X509_ATTRIBUTE *attribute = at >= 0 ? CMS_signed_get_attr(seal->signer, at) : NULL;
	const ASN1_STRING *string = attribute != NULL ?
	    X509_ATTRIBUTE_get0_data(attribute, 0, type, NULL) : NULL;

	if (string == NULL)
		return false;
	*value = bytes_of(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
	return true;
}

static bool
content_type_check(struct cades_seal *seal, struct cades_result *out)
{
	int at = CMS_signed_get_attr_by_NID(seal->signer, NID_pkcs9_contentType, -1);
	X509_ATTRIBUTE *attribute = at >= 0 ? CMS_signed_get_attr(seal->signer, at) : NULL;
	const ASN1_OBJECT *type = attribute != NULL ?
	    X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_OBJECT, NULL) : NULL;
	const ASN1_OBJECT *content = CMS_get0_eContentType(seal->cms);
	char expected[80] = "", found[80] = "none";

	OBJ_obj2txt(expected, sizeof(expected), content, 0);
	if (type != NULL)
		OBJ_obj2txt(found, sizeof(found), type, 0);
	return (type != NULL && OBJ_cmp(type, content) == 0) ||
	    cades_break(out, CADES_RULE_CONTENT_TYPE, expected, "%s", found);
}

static bool
document_check(struct cades_seal *seal, const struct cades_input *in, struct cades_result *out)
{
	unsigned char own[EVP_MAX_MD_SIZE];
	char expected[2 * EVP_MAX_MD_SIZE + 1], found[2 * EVP_MAX_MD_SIZE + 1] = "none";
	unsigned len = 0;
	struct bytes value;

	if (!digest_known(seal->digest))
		return cades_break(out, CADES_RULE_DIGEST, "SHA-256, SHA-384 or SHA-512", "%s",
		    digest_name(seal->digest));
	if (EVP_Digest(in->document.at, in->document.len, own, &len,
	    EVP_get_digestbynid(seal->digest), NULL) != 1)
		len = 0;
	hex_of(bytes_of(own, len), expected);
	if (!value_of(seal, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, &value))
		return cades_break(out, CADES_RULE_ATTRIBUTES, "message-digest", "none");
	if (value.len <= EVP_MAX_MD_SIZE)
		hex_of(value, found);
	return (len > 0 && bytes_equal(value, bytes_of(own, len))) ||
	    cades_break(out, CADES_RULE_DOCUMENT, expected, "%s", found);
}

/* --- the reference to the certificate ------------------------------------------------------ */

/* One DER element off the front; false if there is none. */
static bool
element_take(struct bytes *in, uint8_t *tag, struct bytes *content, struct bytes *whole)
{
	struct reader reader = reader_of(*in);
	uint64_t len;

	*tag = (uint8_t)read_be(&reader, 1);
	len = read_be(&reader, 1);
	if (reader.failed || (*tag & 0x1f) == 0x1f || len == 0x80 || len > 0x83)
		return false;
	if (len > 0x80)
		len = read_be(&reader, (unsigned)len - 0x80);
	*content = read_bytes(&reader, (size_t)len);
	if (reader.failed)
		return false;
	*whole = bytes_slice(*in, 0, reader.at);
	*in = bytes_slice(*in, reader.at, in->len);
	return true;
}

static bool
sequence_take(struct bytes *in, struct bytes *content)
{
	struct bytes whole;
	uint8_t tag;

	return element_take(in, &tag, content, &whole) && tag == 0x30;
}

/*
 * RFC 5035, 4: the first ESSCertIDv2 of SigningCertificateV2 names the signer's.  Issuer and
 * serial number beside the hash are a hint (ETSI EN 319 122-1, 5.2.2.3): the hash decides.
 */
static bool
reference_read(struct bytes value, int *digest, struct bytes *hash)
{
	struct bytes all, list, first, content, whole;
	const unsigned char *at;
	X509_ALGOR *algorithm;
	uint8_t tag;

	*digest = NID_sha256;
	if (!sequence_take(&value, &all) || value.len != 0 || !sequence_take(&all, &list) ||
	    !sequence_take(&list, &first) || !element_take(&first, &tag, &content, &whole))
		return false;
	if (tag == 0x30) {
		at = whole.at;
		algorithm = d2i_X509_ALGOR(NULL, &at, (long)whole.len);
		*digest = algorithm != NULL ? OBJ_obj2nid(algorithm->algorithm) : NID_undef;
		X509_ALGOR_free(algorithm);
		if (!element_take(&first, &tag, &content, &whole))
			return false;
	}
	*hash = content;
	return tag == 0x04;
}

static bool
reference_check(struct cades_seal *seal, struct cades_result *out)
{
	unsigned char own[EVP_MAX_MD_SIZE];
	char expected[2 * EVP_MAX_MD_SIZE + 1], found[2 * EVP_MAX_MD_SIZE + 1] = "none";
	struct bytes value, hash;
	unsigned len = 0;
	int digest;

	if (!value_of(seal, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, &value))
		return cades_break(out, CADES_RULE_REFERENCE_MISSING, "signing-certificate-v2",
		    "%s", CMS_signed_get_attr_by_NID(seal->signer,
		    NID_id_smime_aa_signingCertificate, -1) >= 0 ?
		    "signing-certificate with SHA-1" : "none");
	out->level = CADES_BES;
	if (!reference_read(value, &digest, &hash))
		return cades_break(out, CADES_RULE_REFERENCE, "SigningCertificateV2",
		    "octets that are none");
	if (!digest_known(digest))
		return cades_break(out, CADES_RULE_DIGEST, "SHA-256, SHA-384 or SHA-512", "%s",
		    digest_name(digest));
	if (X509_digest(seal->certificate, EVP_get_digestbynid(digest), own, &len) != 1)
		len = 0;
	hex_of(bytes_of(own, len), expected);
	if (hash.len <= EVP_MAX_MD_SIZE)
		hex_of(hash, found);
	return (len > 0 && bytes_equal(hash, bytes_of(own, len))) ||
	    cades_break(out, CADES_RULE_REFERENCE, expected, "%s", found);
}

static void
signing_time_read(struct cades_seal *seal, struct cades_result *out)
{
	int at = CMS_signed_get_attr_by_NID(seal->signer, NID_pkcs9_signingTime, -1);
	X509_ATTRIBUTE *attribute = at >= 0 ? CMS_signed_get_attr(seal->signer, at) : NULL;
	const ASN1_TYPE *value = attribute != NULL ? X509_ATTRIBUTE_get0_type(attribute, 0) : NULL;
	struct tm tm;

	if (value == NULL || (value->type != V_ASN1_UTCTIME &&
	    value->type != V_ASN1_GENERALIZEDTIME) ||
	    ASN1_TIME_to_tm(value->value.asn1_string, &tm) != 1)
		return;
	out->claimed = true;
	out->claimed_s = (int64_t)timegm(&tm);
	out->level = CADES_B_B;
}

bool
cades_attributes(struct cades_seal *seal, const struct cades_input *in, struct cades_result *out)
{
	if (!each_once(seal, out) || !content_type_check(seal, out) ||
	    !document_check(seal, in, out) || !reference_check(seal, out))
		return false;
	signing_time_read(seal, out);
	return true;
}
