/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seal, rule by rule: its form, who it says made it, what was signed, the signature, its time
 * stamps, then who stands behind the certificate at the second that the stamps prove.
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>

#include "attest/cades_part.h"
#include "monitor/base/i18n.h"

#define REJECT        CADES_REJECT
#define INDETERMINATE CADES_INDETERMINATE

static const struct {
	enum cades_answer answer;
	const char       *name, *clause, *text, *advice;
} rules[CADES_RULE_COUNT] = {
	[CADES_RULE_NONE] = { CADES_ACCEPT, "", "", "", "" },
#define RULE(NAME, name, answer, clause, text, advice) \
	[CADES_RULE_##NAME] = { answer, name, clause, text, advice },
#include "attest/cades_rule_list.h"
};

bool
cades_break(struct cades_result *out, enum cades_rule rule, const char *expected, const char *fmt,
    ...)
{
	va_list args;

	if (out->rule != CADES_RULE_NONE)
		return false;
	out->rule = rule;
	out->answer = rules[rule].answer;
	snprintf(out->expected, sizeof(out->expected), "%s", expected != NULL ? expected : "");
	va_start(args, fmt);
	if (fmt != NULL)
		vsnprintf(out->found, sizeof(out->found), fmt, args);
	va_end(args);
	return false;
}

static bool
form_read(struct cades_seal *seal, const struct cades_input *in, struct cades_result *out)
{
	const unsigned char *at = in->seal.at;
	ASN1_OCTET_STRING **content;

	if (in->seal.len > CADES_MAX)
		return cades_break(out, CADES_RULE_SIZE, NULL, "%zu octets", in->seal.len);
	if (in->seal.len > 0)
		seal->cms = d2i_CMS_ContentInfo(NULL, &at, (long)in->seal.len);
	if (seal->cms == NULL || OBJ_obj2nid(CMS_get0_type(seal->cms)) != NID_pkcs7_signed)
		return cades_break(out, CADES_RULE_FORM, "ContentInfo of id-signedData",
		    "%zu octets that are none", in->seal.len);
	if (at != in->seal.at + in->seal.len)
		return cades_break(out, CADES_RULE_FORM, "one structure and nothing behind it",
		    "%zu octets behind it", (size_t)(in->seal.at + in->seal.len - at));
	content = CMS_get0_content(seal->cms);
	if (content == NULL)
		return cades_break(out, CADES_RULE_FORM, "encapContentInfo", "none");
	if (*content != NULL)
		return cades_break(out, CADES_RULE_DETACHED, "eContent absent", "%d octets",
		    ASN1_STRING_length(*content));
	return true;
}

static bool
signer_read(struct cades_seal *seal, struct cades_result *out)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(seal->cms);
	const ASN1_OCTET_STRING *signature;
	X509_ALGOR *digest = NULL, *algorithm = NULL;
	int count = sk_CMS_SignerInfo_num(signers);

	if (count != 1)
		return cades_break(out, CADES_RULE_SIGNERS, "1", "%d", count > 0 ? count : 0);
	seal->signer = sk_CMS_SignerInfo_value(signers, 0);
	signature = CMS_SignerInfo_get0_signature(seal->signer);
	seal->signature = bytes_of(ASN1_STRING_get0_data(signature),
	    (size_t)ASN1_STRING_length(signature));
	CMS_SignerInfo_get0_algs(seal->signer, NULL, NULL, &digest, &algorithm);
	seal->digest = digest != NULL ? OBJ_obj2nid(digest->algorithm) : NID_undef;
	return true;
}

static void
name_text(X509_NAME *name, char out[CADES_TEXT])
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len;

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0,
	    XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		snprintf(out, CADES_TEXT, "%.*s", (int)len, text);
	}
	BIO_free(bio);
}

/* Two of them, or one with a NUL inside or cut, are none: they could be read as another's. */
static void
common_name(X509_NAME *name, char out[CADES_TEXT])
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1), len;
	unsigned char *utf8 = NULL;

	if (at < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0)
		return;
	len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len > 0 && len < CADES_TEXT && memchr(utf8, '\0', (size_t)len) == NULL)
		snprintf(out, CADES_TEXT, "%.*s", len, (const char *)utf8);
	OPENSSL_free(utf8);
}

static void
certificate_tell(const struct cades_seal *seal, struct cades_result *out)
{
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(seal->certificate), NULL);
	char *hex = serial != NULL ? BN_bn2hex(serial) : NULL;
	unsigned len = HASH_LEN;

	name_text(X509_get_subject_name(seal->certificate), out->signer);
	common_name(X509_get_subject_name(seal->certificate), out->name);
	name_text(X509_get_issuer_name(seal->certificate), out->issuer);
	snprintf(out->serial, sizeof(out->serial), "%s", hex != NULL ? hex : "");
	if (X509_digest(seal->certificate, EVP_sha256(), out->certificate.at, &len) != 1)
		out->certificate = (struct hash){ { 0 } };
	OPENSSL_free(hex);
	BN_free(serial);
}

/* By issuer and serial number, or by key identifier: as the signer's own entry says. */
static bool
certificate_find(struct cades_seal *seal, struct cades_result *out)
{
	seal->certificates = CMS_get1_certs(seal->cms);
	for (int i = 0; i < sk_X509_num(seal->certificates) && seal->certificate == NULL; i++) {
		X509 *one = sk_X509_value(seal->certificates, i);

		if (CMS_SignerInfo_cert_cmp(seal->signer, one) == 0)
			seal->certificate = one;
	}
	if (seal->certificate == NULL)
		return cades_break(out, CADES_RULE_CERTIFICATE,
		    "the certificate that the signer's entry names", "%d others",
		    seal->certificates != NULL ? sk_X509_num(seal->certificates) : 0);
	certificate_tell(seal, out);
	return true;
}

void
cades_verify(const struct cades_input *in, struct cades_result *out)
{
	struct cades_seal seal = { .cms = NULL };

	*out = (struct cades_result){ .answer = CADES_ACCEPT, .judged_s = in->at_s };
	(void)(form_read(&seal, in, out) && signer_read(&seal, out) &&
	    certificate_find(&seal, out) && cades_attributes(&seal, in, out) &&
	    cades_signature(&seal, out) && cades_stamps(&seal, in, out) &&
	    cades_chain(&seal, in, out));
	sk_X509_pop_free(seal.certificates, X509_free);
	CMS_ContentInfo_free(seal.cms);
	ERR_clear_error();
}

const char *
cades_rule_text(enum cades_rule rule)
{
	return rule < CADES_RULE_COUNT ? rules[rule].text : "";
}

const char *
cades_rule_advice(enum cades_rule rule)
{
	return rule < CADES_RULE_COUNT ? rules[rule].advice : "";
}

const char *
cades_rule_clause(enum cades_rule rule)
{
	return rule < CADES_RULE_COUNT ? rules[rule].clause : "";
}

const char *
cades_rule_name(enum cades_rule rule)
{
	return rule < CADES_RULE_COUNT ? rules[rule].name : "";
}

const char *
cades_answer_name(enum cades_answer answer)
{
	static const char *const names[] = { [CADES_ACCEPT] = "accept",
		[CADES_REJECT] = "reject", [CADES_INDETERMINATE] = "indeterminate" };

	return names[answer];
}

const char *
cades_level_text(enum cades_level level)
{
	static const char *const texts[CADES_LEVEL_COUNT] = {
#define X(NAME, text) [CADES_##NAME] = text,
		CADES_LEVELS(X)
#undef X
	};

	return texts[level];
}
