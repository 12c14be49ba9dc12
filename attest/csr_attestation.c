/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of certification requests that carry evidence of their key
 * (draft-ietf-lamps-csr-attestation): PKCS #10 with an attribute that holds a certification of a
 * TPM, which is then judged as such, for the key of the request.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/der.h"
#include "attest/policy.h"
#include "attest/tpm_quote.h"
#include "monitor/base/i18n.h"

enum {
	RULE_FORM, RULE_POSSESSION, RULE_ATTRIBUTE, RULE_BUNDLE, RULE_STATEMENT, RULE_KEY,
	RULE_POLICY, RULE_COUNT
};

enum { CERTIFICATES_MAX = 8, REQUEST_MAX = 64 << 10, SIGNATURE_MAX = 1024 };

#define DRAFT          "draft-ietf-lamps-csr-attestation, "
#define EVIDENCE       "1.2.840.113549.1.9.16.2.59"	/* id-aa-evidence */
#define TPM_STATEMENT  "2.23.133.20.1"			/* tcg-attest-tpm-certify */

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 2986, 4",
	    N_("it is not one certification request (PKCS #10)"),
	    N_("give the request as it was sent to the certification authority, PEM or DER") },
	[RULE_POSSESSION] = { "possession", ATTEST_REJECT, "RFC 2986, 4.2",
	    N_("the request is not signed by the key it asks a certificate for"),
	    N_("have the request made anew, with the key that is in the TPM") },
	[RULE_ATTRIBUTE] = { "attribute", ATTEST_REJECT, DRAFT "id-aa-evidence",
	    N_("the request does not carry exactly one attribute with evidence"),
	    N_("have it made by software that puts the evidence into the request") },
	[RULE_BUNDLE] = { "bundle", ATTEST_REJECT, DRAFT "EvidenceBundle",
	    N_("the evidence in the request cannot be read"),
	    N_("ask for a request by the draft's current form: statements, then certificates") },
	[RULE_STATEMENT] = { "statement", ATTEST_INDETERMINATE, DRAFT "EvidenceStatement",
	    N_("the request does not carry exactly one certification by a TPM"),
	    N_("this version reads tcg-attest-tpm-certify (2.23.133.20.1); judge other evidence "
	    "by itself") },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 7.4",
	    N_("the request is for another key than the one that was measured on the connection"),
	    N_("give the request from which the server's certificate was made") },
	[RULE_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
	    N_("no policy says that requests with evidence are accepted"),
	    N_("give a policy with the sections csr-attestation and tpm-certify") },
};

static const struct ruleset set = {
	.name = "csr-attestation", .title = N_("Certification request with evidence of its key"),
	.limit = N_("It proves where the key was when the request was made, as far as the evidence "
	    "in it does; a nonce is inside only if the authority asked for one."),
	.rule = rules, .count = RULE_COUNT
};

static const uint8_t evidence_oid[] = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x09, 0x10, 0x02, 0x3b };

static bool
looks(struct bytes octets)
{
	return octets.len > 4 && octets.at[0] == 0x30 &&
	    memmem(octets.at, octets.len, evidence_oid, sizeof(evidence_oid)) != NULL;
}

static const struct attest_role roles[] = {
	{ "request", true, N_("the certification request, PEM or DER"), looks },
	{ "ak", false, N_("public area of the attestation key: TPMT_PUBLIC or TPM2B_PUBLIC"),
	    NULL },
	{ "certificates", false, N_("certificates and revocation lists above it"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = { { NULL, POLICY_TEXT, NULL } };

struct request {
	X509_REQ    *parsed;
	struct hash  spki;
	size_t       statements;	/* of the kind that is read */
	struct bytes statement, signature, public;
	size_t       certificates;
	struct bytes certificate[CERTIFICATES_MAX];
	uint8_t      wrapped[SIGNATURE_MAX];
};

static X509_REQ *
request_parse(struct bytes octets)
{
	const unsigned char *at = octets.at;
	X509_REQ *request = NULL;
	BIO *bio;

	if (octets.len == 0 || octets.len > REQUEST_MAX)
		return NULL;
	if (octets.at[0] == DER_SEQUENCE) {
		request = d2i_X509_REQ(NULL, &at, (long)octets.len);
		if (request != NULL && at != octets.at + octets.len) {
			X509_REQ_free(request);
			request = NULL;
		}
	} else if ((bio = BIO_new_mem_buf(octets.at, (int)octets.len)) != NULL) {
		request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	ERR_clear_error();
	return request;
}

#ifdef ATTEST_SIGNATURES_STUBBED
enum { STUBBED = 1 };
#else
enum { STUBBED = 0 };
#endif

static bool
possession_hold(struct appraisal *a, struct request *request)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(request->parsed);
	bool good = key != NULL && (STUBBED || X509_REQ_verify(request->parsed, key) == 1);

	request->spki = key_spki(key);
	ERR_clear_error();
	return hold(a, RULE_POSSESSION, good, "signed by its own key", "it is not");
}

/* The one value of the one attribute; none if it is there twice, or holds several. */
static struct bytes
attribute_of(const X509_REQ *request)
{
	ASN1_OBJECT *wanted = OBJ_txt2obj(EVIDENCE, 1);
	int at = wanted == NULL ? -1 : X509_REQ_get_attr_by_OBJ(request, wanted, -1);
	bool once = at >= 0 && X509_REQ_get_attr_by_OBJ(request, wanted, at) < 0;
	X509_ATTRIBUTE *attribute = once ? X509_REQ_get_attr(request, at) : NULL;
	const ASN1_TYPE *value = attribute == NULL || X509_ATTRIBUTE_count(attribute) != 1 ? NULL :
	    X509_ATTRIBUTE_get0_type(attribute, 0);

	ASN1_OBJECT_free(wanted);
	if (value == NULL || value->type != V_ASN1_SEQUENCE)
		return bytes_of(NULL, 0);
	return bytes_of(ASN1_STRING_get0_data(value->value.sequence),
	    (size_t)ASN1_STRING_length(value->value.sequence));
}

/* EvidenceStatement ::= SEQUENCE { type OID, stmt ANY, hint text OPTIONAL } */
static bool
statement_read(struct bytes in, struct request *request)
{
	struct bytes oid, body;
	struct der hint;
	char type[DER_OID_TEXT];

	if (!der_expect(&in, DER_OID, &oid) || !der_oid(oid, type))
		return false;
	if (strcmp(type, TPM_STATEMENT) != 0)
		return true;
	request->statements++;
	request->public = bytes_of(NULL, 0);
	/* Tcg-attest-tpm-certify: tpmSAttest, signature, tpmTPublic OPTIONAL. */
	return der_expect(&in, DER_SEQUENCE, &body) && (in.len == 0 || der_take(&in, &hint)) &&
	    in.len == 0 && der_expect(&body, DER_OCTETS, &request->statement) &&
	    der_expect(&body, DER_OCTETS, &request->signature) &&
	    (body.len == 0 || der_expect(&body, DER_OCTETS, &request->public)) && body.len == 0;
}

static bool
bundle_read(struct bytes octets, struct request *request)
{
	struct bytes bundle, statements, certificates = { .len = 0 }, one;
	struct der certificate;

	if (!der_only(octets, DER_SEQUENCE, &bundle) ||
	    !der_expect(&bundle, DER_SEQUENCE, &statements) ||
	    (bundle.len > 0 && !der_only(bundle, DER_SEQUENCE, &certificates)))
		return false;
	while (statements.len > 0)
		if (!der_expect(&statements, DER_SEQUENCE, &one) || !statement_read(one, request))
			return false;
	while (certificates.len > 0) {
		if (request->certificates == CERTIFICATES_MAX ||
		    !der_take(&certificates, &certificate))
			return false;
		request->certificate[request->certificates++] = certificate.whole;
	}
	return true;
}

/* Some put the bare RSA signature where a TPMT_SIGNATURE belongs: then it is RSASSA, SHA-256. */
static struct bytes
signature_of(struct request *request)
{
	struct bytes bare = request->signature;
	struct tpm_signature read;
	const uint8_t head[6] = { TPM_RSASSA >> 8, TPM_RSASSA & 0xff, TPM_SHA256 >> 8,
		TPM_SHA256 & 0xff, (uint8_t)(bare.len >> 8), (uint8_t)bare.len };

	if (bare.len == 0 || bare.len > SIGNATURE_MAX - sizeof(head) ||
	    tpm_signature_read(bare, &read, NULL) == ERR_OK)
		return bare;
	memcpy(request->wrapped, head, sizeof(head));
	memcpy(request->wrapped + sizeof(head), bare.at, bare.len);
	return bytes_of(request->wrapped, sizeof(head) + bare.len);
}

/* The first certificate is the attestation key's, the others and the dossier's stand above it. */
static bool
certified_hold(const struct dossier *outer, struct appraisal *a, struct request *request)
{
	struct dossier inner = { .nonce = outer->nonce, .spki = &request->spki,
		.at_s = outer->at_s, .policy = outer->policy, .memory = outer->memory };

	dossier_put(&inner, "statement", request->statement);
	dossier_put(&inner, "signature", signature_of(request));
	dossier_put(&inner, "object", request->public);
	for (size_t i = 0; i < request->certificates; i++)
		dossier_put(&inner, i == 0 ? "ak-certificate" : "certificates",
		    request->certificate[i]);
	for (size_t i = 0; i < outer->count && inner.count < ITEM_MAX; i++)
		if (strcmp(outer->item[i].role, "request") != 0)
			dossier_put(&inner, outer->item[i].role, outer->item[i].octets);
	return tpm_certify_inside(&inner, a, NULL);
}

static void
claim(struct claims *claims)
{
	struct bytes firmware;

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("TPM 2.0"));
	if (claims_get(claims, "tpm.firmware", &firmware))
		claims_text(claims, CLAIM_FIRMWARE, firmware);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct request *request = memory_new(1, sizeof(*request));
	struct bytes bundle = { .len = 0 };

	request->parsed = request_parse(dossier_item(dossier, "request"));
	if (hold(a, RULE_FORM, request->parsed != NULL, "one PKCS #10 request", "none") &&
	    possession_hold(a, request)) {
		bundle = attribute_of(request->parsed);
		if (hold(a, RULE_ATTRIBUTE, bundle.len > 0, "one attribute " EVIDENCE,
		    "none, or more") &&
		    hold(a, RULE_BUNDLE, bundle_read(bundle, request), NULL, "it breaks off, or "
		    "has more than %d certificates", CERTIFICATES_MAX) &&
		    hold(a, RULE_STATEMENT, request->statements == 1, "one " TPM_STATEMENT, "%zu",
		    request->statements) &&
		    hold_spki(dossier, a, RULE_KEY, request->spki) &&
		    certified_hold(dossier, a, request) &&
		    hold_policy(dossier, a, RULE_POLICY))
			claim(&a->claims);
	}
	X509_REQ_free(request->parsed);
	free(request);
}

const struct verifier verifier_csr_attestation = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
