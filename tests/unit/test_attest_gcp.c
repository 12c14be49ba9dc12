/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual TPMs of Google Cloud: two real machines, judged by policies of every kind, and machines
 * of a simulated Google whose certificates say something wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/chain.h"
#include "attest/der.h"
#include "attest/gcp_instance.h"
#include "tests/unit/attest_case_tpm.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"

enum { AT_S = 1770681600 };		/* 2026-02-10 */

#define HEAD "policy = \"p\"; edition = \"1\";\n"
#define POLICY(keys) HEAD "gcp-vtpm = { crl = \"if_given\"; " keys " };"                     \
	" tpm-quote = { measurement = \"*\"; };"
#define HERE "regions = [ \"us-central1\" ]; projects = [ \"lockboot\" ];"

static struct appraisal appraisal;

static const char *
judged(const struct dossier *given, const char *text)
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
	attest_judge(verifier_find("gcp-vtpm"), &dossier, &appraisal);
	policy_free(policy);
	rule = appraisal_rule(&appraisal);
	assert_true((rule == NULL) == (appraisal.claims.count > 0));
	return rule != NULL ? rule->name : "";
}

#define assert_judged(dossier, policy, expected, rule)                                       \
	do {                                                                                 \
		assert_string_equal(judged(dossier, policy), rule);                          \
		assert_int_equal(appraisal.verdict, expected);                               \
	} while (0)

static void
assert_claim(const char *name, const char *expected)
{
	struct buffer text = { .max = 0 };
	size_t found = 0;

	for (size_t i = 0; i < appraisal.claims.count; i++)
		if (strcmp(appraisal.claims.claim[i].name, name) == 0) {
			claim_print(&text, &appraisal.claims.claim[i]);
			found++;
		}
	assert_int_equal(found, 1);
	assert_string_equal(buffer_text(&text), expected);
	buffer_free(&text);
}

static struct attest_case *
fixture(const char *name)
{
	struct attest_case *c = memory_new(1, sizeof(*c));
	char path[64];

	snprintf(path, sizeof(path), "vtpm-gcp/gcp-%s.fixture.json", name);
	c->args = json_pack("{s:s, s:s}", "fixture", path, "root",
	    "vtpm-gcp/gcp_ek_ak_ca_root.crt");
	case_vapor(c);
	c->dossier.at_s = AT_S;
	return c;
}

static void
fixture_free(struct attest_case *c)
{
	for (size_t i = 0; i < CASE_FILES; i++)
		buffer_free(&c->file[i]);
	buffer_free(&c->policy);
	json_decref((json_t *)(uintptr_t)c->args);
	free(c);
}

static void
test_real(void **state)
{
	struct attest_case *c = fixture("tdx");

	(void)state;
	assert_judged(&c->dossier, POLICY(HERE), ATTEST_ACCEPT, "");
	assert_claim("region", "us-central1");
	assert_claim("zone", "us-central1-a");
	assert_claim("account", "lockboot");
	assert_claim("instance", "2141209421113254303");
	assert_claim("gcp.instance.name", "instance-20260203-023447");
	assert_claim("firmware", "2016051100162800");
	assert_claim("place.grade", "A");
	assert_claim("hardware", "Google vTPM 2.0");
	assert_judged(&c->dossier, POLICY(HERE " instances = [ \"2141209421113254303\" ];"),
	    ATTEST_ACCEPT, "");
	assert_judged(&c->dossier, POLICY(HERE " instances = [ \"1\" ];"), ATTEST_REJECT,
	    "instance");
	/* Whole texts, never their beginnings. */
	assert_judged(&c->dossier, POLICY("regions = [ \"us-central\" ]; projects = \"*\";"),
	    ATTEST_REJECT, "region");
	assert_judged(&c->dossier, POLICY("regions = [ \"us-central1\" ]; projects = [ \"lock\" ];"),
	    ATTEST_REJECT, "project");
	assert_judged(&c->dossier, POLICY("projects = \"*\";"), ATTEST_INDETERMINATE, "region");
	assert_judged(&c->dossier, POLICY("regions = \"*\";"), ATTEST_INDETERMINATE, "project");
	assert_judged(&c->dossier, HEAD "gcp-vtpm = { " HERE " }; tpm-quote = { measurement = "
	    "\"*\"; };", ATTEST_INDETERMINATE, "crl");
	assert_judged(&c->dossier, HEAD "gcp-vtpm = { crl = \"if_given\"; " HERE " };",
	    ATTEST_INDETERMINATE, "policy");
	assert_judged(&c->dossier, NULL, ATTEST_INDETERMINATE, "crl");
	assert_judged(&c->dossier, POLICY(HERE " roots = [ \"sha256:" NO_PIN "\" ];"), ATTEST_REJECT,
	    "chain");
	c->dossier.at_s = AT_S - 365 * 86400;
	assert_judged(&c->dossier, POLICY(HERE), ATTEST_REJECT, "dates");
	fixture_free(c);
}

/* The certificate of one machine beside the quote of another; registers that were altered. */
static void
test_crossed(void **state)
{
	struct attest_case *one = fixture("tdx"), *other = fixture("amd");
	struct dossier dossier = one->dossier;

	(void)state;
	dossier.item[2] = other->dossier.item[2];
	assert_judged(&dossier, POLICY(HERE), ATTEST_REJECT, "signature");
	dossier = one->dossier;
	dossier.item[4] = other->dossier.item[4];
	assert_judged(&dossier, POLICY(HERE), ATTEST_REJECT, "pcr-digest");
	dossier = one->dossier;
	dossier.nonce = other->dossier.nonce;
	assert_judged(&dossier, POLICY(HERE), ATTEST_REJECT, "nonce");
	dossier.nonce = bytes_of(NULL, 0);
	assert_judged(&dossier, POLICY(HERE), ATTEST_INDETERMINATE, "nonce");
	fixture_free(one);
	fixture_free(other);
}

/* --- a simulated Google ------------------------------------------------------------------- */

static void
put_text(struct buffer *out, const char *text)
{
	der_put(out, DER_UTF8, bytes_of_text(text));
}

static void
put_wrapped(struct buffer *out, uint8_t tag, uint8_t inner, const char *value, size_t len)
{
	struct buffer one = { .max = 0 };

	der_put(&one, inner, bytes_of(value, len));
	der_put(out, tag, bytes_of_buffer(&one));
	buffer_free(&one);
}

struct said {
	const char *zone, *project;
	int         production;		/* octet; -1: absent; -2: no properties at all */
};

static struct buffer
extension_of(const struct said *said)
{
	struct buffer in = { .max = 0 }, flags = { .max = 0 }, sequence = { .max = 0 },
	    out = { .max = 0 };
	char octet = (char)said->production;

	put_text(&in, said->zone);
	der_put(&in, DER_INTEGER, bytes_of("\x05", 1));
	put_text(&in, said->project);
	der_put(&in, DER_INTEGER, bytes_of("\x00\xff", 2));
	put_text(&in, "machine-1");
	put_wrapped(&flags, DER_CONTEXT, DER_INTEGER, "\x00", 1);
	if (said->production >= 0)
		put_wrapped(&flags, DER_CONTEXT + 1, DER_BOOLEAN, &octet, 1);
	put_wrapped(&flags, DER_CONTEXT + 5, DER_BOOLEAN, "\x00", 1);
	der_put(&sequence, DER_SEQUENCE, bytes_of_buffer(&flags));
	if (said->production >= -1)
		der_put(&in, DER_CONTEXT, bytes_of_buffer(&sequence));
	der_put(&out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&in);
	buffer_free(&flags);
	buffer_free(&sequence);
	return out;
}

static void
simulated(const struct said *said, enum attest_verdict expected, const char *rule)
{
	struct sealer google = sealer_make("P-256", "critical,digitalSignature", AT_S - 10,
	    AT_S + 10);
	struct buffer extension = extension_of(said), pem = { .max = 0 }, root = { .max = 0 };
	struct buffer quote = lab_quote(bytes_of_text("nonce"), TPM_SHA256, bytes_of_text("d"));
	struct buffer signature = lab_sign(google.key, TPM_ECDSA, TPM_SHA256,
	    bytes_of_buffer(&quote));
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };
	ASN1_OBJECT *oid = OBJ_txt2obj(GCP_INSTANCE_OID, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *made;
	char pin[HASH_TEXT], policy[512];

	ASN1_OCTET_STRING_set(value, extension.at, (int)extension.len);
	made = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
	X509_add_ext(google.certificate, made, -1);
	X509_sign(google.certificate, google.root_key, EVP_sha256());
	seal_pem(google.certificate, &pem);
	seal_pem(google.root, &root);
	hash_text(certificate_hash(google.root), pin);
	snprintf(policy, sizeof(policy), POLICY("regions = [ \"asia-northeast1\" ]; projects = "
	    "[ \"carrier\" ]; instances = [ \"255\" ]; roots = [ \"sha256:%s\" ];"), pin);
	dossier_put(&dossier, "quote", bytes_of_buffer(&quote));
	dossier_put(&dossier, "signature", bytes_of_buffer(&signature));
	dossier_put(&dossier, "ak-certificate", bytes_of_buffer(&pem));
	dossier_put(&dossier, "certificates", bytes_of_buffer(&root));
	assert_judged(&dossier, policy, expected, rule);
	X509_EXTENSION_free(made);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	buffer_free(&extension);
	buffer_free(&pem);
	buffer_free(&root);
	buffer_free(&quote);
	buffer_free(&signature);
	sealer_free(&google);
}

static void
test_simulated(void **state)
{
	static const struct { struct said said; const char *rule; } wrong[] = {
		{ { "asia-northeast2-a", "carrier", 0xff }, "region" },
		{ { "asia-northeast1-b", "another", 0xff }, "project" },
		{ { "asia-northeast1-b", "carrier", 0 }, "production" },
		{ { "asia-northeast1-b", "carrier", -1 }, "production" },
		{ { "asia-northeast1-b", "carrier", -2 }, "production" },
		{ { "asia-northeast1-b", "carrier", 1 }, "instance-info" },
		{ { "asia-northeast1", "carrier", 0xff }, "instance-info" },
		{ { "asia-northeast1-", "carrier", 0xff }, "instance-info" },
		{ { "-b", "carrier", 0xff }, "instance-info" },
		{ { "Asia-northeast1-b", "carrier", 0xff }, "instance-info" },
		{ { "", "carrier", 0xff }, "instance-info" },
		{ { "asia-northeast1-b", "a\nb", 0xff }, "instance-info" } };

	(void)state;
	simulated(&(struct said){ "asia-northeast1-b", "carrier", 0xff }, ATTEST_ACCEPT, "");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		simulated(&wrong[i].said, ATTEST_REJECT, wrong[i].rule);
}

static void
test_extension_cut(void **state)
{
	const struct said said = { "asia-northeast1-b", "carrier", 0xff };
	struct buffer whole = extension_of(&said);
	struct gcp_instance instance;
	struct why why;

	(void)state;
	assert_int_equal(gcp_instance_read(bytes_of_buffer(&whole), &instance, &why), ERR_OK);
	assert_true(instance.instance == 255 && instance.project_number == 5);
	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *copy = memory_new(len + 1, 1);

		memcpy(copy, whole.at, len);
		assert_int_equal(gcp_instance_read(bytes_of(copy, len), &instance, &why),
		    ERR_MALFORMED);
		free(copy);
	}
	buffer_put_u8(&whole, 0);
	assert_int_equal(gcp_instance_read(bytes_of_buffer(&whole), &instance, &why),
	    ERR_MALFORMED);
	buffer_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_crossed),
		cmocka_unit_test(test_simulated),
		cmocka_unit_test(test_extension_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
