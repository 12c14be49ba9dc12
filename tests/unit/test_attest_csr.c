/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certification requests with evidence: the draft's own sample where it is at hand, and requests
 * made here with a simulated TPM, right and wrong in one way each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/signature.h"
#include "monitor/base/file.h"
#include "tests/unit/csr_world.h"

enum { SAMPLE_AT_S = 1730246400 };	/* 2024-10-30 */

#define SAMPLE "../shared/vectors/csr-attestation/tcgAttestTpmCertify.pem"

static struct appraisal appraisal;

static void
assert_judged(const struct dossier *given, const char *text, enum attest_verdict expected,
    const char *name)
{
	struct dossier dossier = *given;
	struct policy *policy = NULL;
	struct why why = { .err = ERR_OK };
	const struct rule *rule;

	if (text != NULL && policy_read("policy", bytes_of_text(text), &policy, &why) != ERR_OK) {
		print_message("%s\n", why.text);
		abort();
	}
	dossier.policy = policy;
	attest_judge(verifier_find("csr-attestation"), &dossier, &appraisal);
	policy_free(policy);
	rule = appraisal_rule(&appraisal);
	assert_string_equal(rule != NULL ? rule->name : "", name);
	assert_int_equal(appraisal.verdict, expected);
	assert_true((rule == NULL) == (appraisal.claims.count > 0));
}

/* --- made here ---------------------------------------------------------------------------- */

static void
made(enum wrong wrong, enum attest_verdict expected, const char *rule)
{
	struct lab lab;
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };

	lab_make(&lab, wrong);
	dossier_put(&dossier, "request", bytes_of_buffer(&lab.request));
	assert_judged(&dossier, lab.policy, expected, rule);
	lab_free(&lab);
}

static void
test_made(void **state)
{
	(void)state;
	made(RIGHT, ATTEST_ACCEPT, "");
	made(BARE_SIGNATURE, ATTEST_ACCEPT, "");
	made(OTHER_KEY, ATTEST_REJECT, "key");
	made(NO_ATTRIBUTE, ATTEST_REJECT, "attribute");
	made(TWO_ATTRIBUTES, ATTEST_REJECT, "attribute");
	made(TWO_VALUES, ATTEST_REJECT, "attribute");
	made(TWO_STATEMENTS, ATTEST_INDETERMINATE, "statement");
	made(OTHER_STATEMENT, ATTEST_INDETERMINATE, "statement");
	made(NO_PUBLIC, ATTEST_REJECT, "object-form");
	made(BEHIND, ATTEST_REJECT, "bundle");
	made(BARE_CERTIFICATE, ATTEST_REJECT, "signature");
	made(FORGED, ATTEST_REJECT, "signature");
	made(EXPORTABLE, ATTEST_REJECT, "fixedParent");
	made(UNSIGNED, ATTEST_REJECT, "possession");
}

static void
test_policy(void **state)
{
	struct lab lab;
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };
	struct hash spki;

	(void)state;
	lab_make(&lab, RIGHT);
	dossier_put(&dossier, "request", bytes_of_buffer(&lab.request));
	spki = key_spki(lab.key);
	dossier.spki = &spki;
	assert_judged(&dossier, lab.policy, ATTEST_ACCEPT, "");
	spki.at[0] ^= 1;
	assert_judged(&dossier, lab.policy, ATTEST_REJECT, "key");
	dossier.spki = NULL;
	assert_judged(&dossier, NULL, ATTEST_INDETERMINATE, "chain");
	assert_judged(&dossier, HEAD "csr-attestation = { };", ATTEST_INDETERMINATE, "chain");
	assert_judged(&dossier, HEAD "tpm-certify = { crl = \"if_given\"; };",
	    ATTEST_INDETERMINATE, "chain");
	dossier.nonce = bytes_of_text("nonc3");
	assert_judged(&dossier, lab.policy, ATTEST_REJECT, "nonce");
	dossier.nonce = bytes_of(NULL, 0);
	assert_judged(&dossier, lab.policy, ATTEST_INDETERMINATE, "nonce");
	dossier.nonce = bytes_of_text("nonce");
	dossier.at_s = AT_S + 11;
	assert_judged(&dossier, lab.policy, ATTEST_REJECT, "dates");
	lab_free(&lab);
}

/* No cut and no altered octet is accepted: all of it is under the key's own signature. */
static void
test_altered(void **state)
{
	struct lab lab;

	(void)state;
	lab_make(&lab, RIGHT);
	for (size_t i = 0; i < lab.request.len; i++) {
		struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };
		struct policy *policy;
		uint8_t *copy = memory_new(lab.request.len, 1);

		assert_int_equal(policy_read("p", bytes_of_text(lab.policy), &policy, NULL), ERR_OK);
		memcpy(copy, lab.request.at, lab.request.len);
		copy[i] ^= 1;
		dossier.policy = policy;
		dossier_put(&dossier, "request", bytes_of(copy, i % 2 == 0 ? lab.request.len : i));
		attest_judge(verifier_find("csr-attestation"), &dossier, &appraisal);
		assert_int_not_equal(appraisal.verdict, ATTEST_ACCEPT);
		policy_free(policy);
		free(copy);
	}
	lab_free(&lab);
}

/* --- the draft's -------------------------------------------------------------------------- */

#define SAMPLE_POLICY(keys) HEAD "csr-attestation = { }; tpm-certify = { crl = \"if_given\"; "   \
	"roots = [ \"sha256:" keys " };"
#define SAMPLE_AK "0727d781eea38c41df88c3dc1c713989790c9779da227807855b65d14a8d7a30\" ];"
/* Version 1, without basicConstraints: it may not issue. */
#define SAMPLE_ROOT "55cc01781ffd27cd21d3eb60d51015ede697891385cede0e9a900f7d842c6f72\" ];"

/* Where its parts stand in it, as openssl asn1parse shows them. */
static const struct { const char *role; size_t at, len; } sample_parts[] = {
	{ "statement", 475, 145 }, { "object", 884, 278 }, { "ak-certificate", 1191, 1133 },
	{ "certificates", 2324, 889 } };

/*
 * The draft's request is not signed over what it holds (openssl req -verify says so, too): it was
 * edited after it was signed.  The evidence inside is good.
 */
static void
test_sample(void **state)
{
	struct dossier dossier = { .at_s = SAMPLE_AT_S }, inner = { .at_s = SAMPLE_AT_S,
		.nonce = bytes_of("\x00\xff\x55\xaa", 4) };
	struct buffer pem = { .max = 0 }, signature = { .max = 0 };
	struct policy *policy, *root_policy;
	X509_REQ *request;
	BIO *bio;
	unsigned char *der = NULL;

	(void)state;
	if (file_read(SAMPLE, 1 << 16, &pem, NULL) != ERR_OK)
		skip();
	dossier_put(&dossier, "request", bytes_of_buffer(&pem));
	assert_judged(&dossier, SAMPLE_POLICY(SAMPLE_AK), ATTEST_REJECT, "possession");
	bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	assert_true(i2d_X509_REQ(request, &der) > 3213);
	for (size_t i = 0; i < sizeof(sample_parts) / sizeof(sample_parts[0]); i++)
		dossier_put(&inner, sample_parts[i].role, bytes_of(der + sample_parts[i].at,
		    sample_parts[i].len));
	buffer_put(&signature, "\x00\x14\x00\x0b\x01\x00", 6);
	buffer_put(&signature, der + 624, 256);
	dossier_put(&inner, "signature", bytes_of_buffer(&signature));
	assert_int_equal(policy_read("p", bytes_of_text(SAMPLE_POLICY(SAMPLE_AK)), &policy, NULL),
	    ERR_OK);
	inner.policy = policy;
	attest_judge(verifier_find("tpm-certify"), &inner, &appraisal);
	assert_int_equal(appraisal.verdict, ATTEST_ACCEPT);
	inner.at_s += 31 * 86400;
	attest_judge(verifier_find("tpm-certify"), &inner, &appraisal);
	assert_int_equal(appraisal.verdict, ATTEST_REJECT);
	assert_string_equal(appraisal_rule(&appraisal)->name, "dates");
	inner.at_s = SAMPLE_AT_S;
	assert_int_equal(policy_read("p", bytes_of_text(SAMPLE_POLICY(SAMPLE_ROOT)), &root_policy,
	    NULL), ERR_OK);
	inner.policy = root_policy;
	attest_judge(verifier_find("tpm-certify"), &inner, &appraisal);
	assert_int_equal(appraisal.verdict, ATTEST_REJECT);
	assert_string_equal(appraisal_rule(&appraisal)->name, "chain");
	policy_free(policy);
	policy_free(root_policy);
	X509_REQ_free(request);
	BIO_free(bio);
	OPENSSL_free(der);
	buffer_free(&pem);
	buffer_free(&signature);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
