/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Azure's confidential VMs, simulated: every link from the processor to the vTPM's key cut in one
 * way each, and the rule that notices.  Azure's own are judged in test_attest_cases.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/azure_hcl_read.h"
#include "attest/signature.h"
#include "monitor/base/file.h"
#include "tests/unit/azure_world.h"

#define SECTION "secure_boot = true; no_console = true; vm_id = [\"26F8BC30-774E\"];"

enum { DATA = 32 + 1184, JSON = DATA + 20 };

static struct appraisal result;
static struct azure_world w;

static int
world_begin(void **state)
{
	(void)state;
	azure_open(&w);
	return 0;
}

static int
world_end(void **state)
{
	(void)state;
	azure_close(&w);
	return 0;
}

static void
judge(const char *section)
{
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	azure_policy(&w, section);
	if (policy_read("test", bytes_of_buffer(&w.policy), &policy, &why) != ERR_OK)
		print_message("%s\n", why.text);
	w.dossier.policy = policy;
	attest_judge(verifier_find("azure-hcl"), &w.dossier, &result);
	w.dossier.policy = NULL;
	policy_free(policy);
}

static void
expect(const char *what, enum attest_verdict verdict, const char *rule)
{
	const struct rule *decided = appraisal_rule(&result);
	const char *name = decided == NULL ? "-" : decided->name;

	if (result.verdict != verdict || strcmp(name, rule) != 0)
		print_message("%s: %s by %s: expected %s, found %s\n", what,
		    attest_verdict_name(result.verdict), name,
		    decided == NULL ? "-" : appraisal_step(&result)->expected,
		    decided == NULL ? "-" : appraisal_step(&result)->found);
	assert_int_equal(result.verdict, verdict);
	assert_string_equal(name, rule);
	assert_true((verdict == ATTEST_ACCEPT) == (result.claims.count > 0));
}

/* Everything as it was. */
static void
mend(void)
{
	azure_json(&w, AZURE_SETTINGS);
	azure_bind(&w);
	azure_given(&w);
}

static void
test_accepted(void **state)
{
	struct hash spki = key_spki(w.ak);
	struct bytes value;

	(void)state;
	mend();
	judge(SECTION);
	expect("as it should be", ATTEST_ACCEPT, "-");
	assert_true(claims_get(&result.claims, CLAIM_KEY_SPKI, &value) &&
	    bytes_equal(value, hash_bytes(&spki)));
	assert_true(claims_get(&result.claims, CLAIM_PROVIDER, &value) &&
	    bytes_equal(value, bytes_of_text("azure")));
	assert_true(claims_get(&result.claims, CLAIM_INSTANCE, &value) &&
	    bytes_equal(value, bytes_of_text("26F8BC30-774E")));
	assert_true(claims_get(&result.claims, CLAIM_CONFIDENTIAL, &value) && value.at[0] == 1);
	assert_true(claims_get(&result.claims, CLAIM_MEASUREMENT, &value) && value.len == 48);
	assert_false(claims_get(&result.claims, CLAIM_REGION, &value));
	assert_false(claims_get(&result.claims, CLAIM_REPORT_DATA, &value));
	assert_int_equal(result.parts, 3);
}

/* The octets that say how the rest is read. */
static void
test_blob(void **state)
{
	static const struct {
		const char *what; size_t at; uint8_t flip;
		enum attest_verdict verdict; const char *rule;
	} edits[] = {
		{ "magic", 0, 1, ATTEST_REJECT, "form" },
		{ "version 3", 4, 1, ATTEST_INDETERMINATE, "version" },
		{ "version 1", 4, 3, ATTEST_ACCEPT, "-" },
		{ "its length", 8, 1, ATTEST_REJECT, "form" },
		{ "length of the data", DATA, 1, ATTEST_REJECT, "form" },
		{ "length of the data, far too long", DATA + 3, 0x80, ATTEST_REJECT, "form" },
		{ "length of the JSON", DATA + 16, 1, ATTEST_REJECT, "form" },
		{ "kind 3", DATA + 8, 1, ATTEST_INDETERMINATE, "kind" },
		{ "kind TDX over a report of SEV-SNP", DATA + 8, 6, ATTEST_REJECT, "binding" },
		{ "SHA-384", DATA + 12, 3, ATTEST_INDETERMINATE, "hash" },
		{ "JSON", JSON, 1, ATTEST_REJECT, "binding" },
		{ "behind report_data", 32 + 0x50 + 32, 1, ATTEST_REJECT, "binding" },
		{ "measurement", 32 + 0x90, 1, ATTEST_REJECT, "signature" },
		{ "debug, not signed so", 32 + 0x0a, 8, ATTEST_REJECT, "signature" },
		{ "VMPL 1", 32 + 0x30, 1, ATTEST_REJECT, "paravisor" },
	};

	(void)state;
	mend();
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		w.blob.at[edits[i].at] ^= edits[i].flip;
		judge(SECTION);
		expect(edits[i].what, edits[i].verdict, edits[i].rule);
		w.blob.at[edits[i].at] ^= edits[i].flip;
	}
	w.blob.at[w.blob.len - 1] = 1;
	judge(SECTION);
	expect("something behind it", ATTEST_REJECT, "form");
	mend();
}

static void
test_octets(void **state)
{
	size_t whole = JSON + w.json.len;
	struct hcl hcl;
	struct buffer exact = { .max = 0 };

	(void)state;
	mend();
	w.dossier.memory = chain_memory_new();
	for (size_t len = 0; len <= w.blob.len; len++) {
		buffer_free(&exact);	/* so that a read behind it is seen */
		buffer_put(&exact, w.blob.at, len);
		assert_int_equal(hcl_read(bytes_of_buffer(&exact), &hcl, NULL) == ERR_OK,
		    len >= whole);
	}
	buffer_free(&exact);
	for (size_t i = 0; i < whole; i += i < 32 || i >= DATA ? 1 : 7) {
		bool says_nothing = (i >= 12 && i < 32) || (i >= DATA + 4 && i < DATA + 8);

		w.blob.at[i] ^= 0x40;
		judge(SECTION);
		assert_int_equal(result.verdict == ATTEST_ACCEPT, says_nothing);
		w.blob.at[i] ^= 0x40;
	}
	chain_memory_free(w.dossier.memory);
	mend();
}

/* --- runtime data ------------------------------------------------------------------------- */

static void
runtime(const char *what, const char *rule, const char *json)
{
	buffer_reset(&w.json);
	buffer_put_text(&w.json, json);
	azure_bind(&w);
	azure_given(&w);
	judge(SECTION);
	expect(what, ATTEST_REJECT, rule);
}

#define KEY_512 "{\"kid\":\"HCLAkPub\",\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"x5mT\"}"

static void
test_runtime(void **state)
{
	struct buffer deep = { .max = 0 };

	(void)state;
	runtime("nothing", "runtime", "");
	runtime("a list", "runtime", "[]");
	runtime("half", "runtime", "{\"keys\":[");
	runtime("no keys", "runtime", "{}");
	runtime("no key of that name", "runtime", "{\"keys\":[{\"kid\":\"HCLEkPub\"}]}");
	runtime("a small key", "runtime", "{\"keys\":[" KEY_512 "]}");
	runtime("two of that name", "runtime", "{\"keys\":[" KEY_512 "," KEY_512 "]}");
	runtime("a name twice", "runtime", "{\"keys\":[],\"keys\":[" KEY_512 "]}");
	runtime("another kind", "runtime",
	    "{\"keys\":[{\"kid\":\"HCLAkPub\",\"kty\":\"EC\",\"e\":\"AQAB\",\"n\":\"x5mT\"}]}");
	runtime("padding", "runtime",
	    "{\"keys\":[{\"kid\":\"HCLAkPub\",\"kty\":\"RSA\",\"e\":\"AQ==\",\"n\":\"x5mT\"}]}");
	for (int i = 0; i < 20000; i++)
		buffer_put_u8(&deep, '[');
	runtime("nested without end", "runtime", buffer_text(&deep));
	buffer_free(&deep);
	mend();
}

static void
settings(const char *json, const char *section, enum attest_verdict verdict, const char *rule)
{
	azure_json(&w, json);
	azure_bind(&w);
	azure_given(&w);
	judge(section);
	expect(json, verdict, rule);
}

static void
test_settings(void **state)
{
	(void)state;
	settings("\"secure-boot\":false", "secure_boot = true; vm_id = \"*\";", ATTEST_REJECT,
	    "secure_boot");
	settings("\"secure-boot\":\"true\"", "secure_boot = true; vm_id = \"*\";", ATTEST_REJECT,
	    "secure_boot");
	settings("", "secure_boot = false; vm_id = \"*\";", ATTEST_ACCEPT, "-");
	settings("", "vm_id = \"*\";", ATTEST_INDETERMINATE, "secure_boot");
	settings("", "secure_boot = false;", ATTEST_INDETERMINATE, "vm_id");
	settings("", "secure_boot = false; vm_id = \"26F8BC30-774E\";", ATTEST_REJECT, "vm_id");
	settings("\"vmUniqueId\":\"26F8BC30\"", "secure_boot = false; vm_id = \"26F8BC30-774E\";",
	    ATTEST_REJECT, "vm_id");
	settings("", "secure_boot = false; vm_id = \"*\"; no_console = true;", ATTEST_REJECT,
	    "console");
	settings("\"console-enabled\":true", "secure_boot = false; vm_id = \"*\"; "
	    "no_console = true;", ATTEST_REJECT, "console");
	settings("\"console-enabled\":true", "secure_boot = false; vm_id = \"*\"; "
	    "no_console = false;", ATTEST_ACCEPT, "-");
	mend();
}

/* --- what is around it -------------------------------------------------------------------- */

static void
test_parts(void **state)
{
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	uint8_t nonce[32] = { 5 };

	(void)state;
	mend();
	w.dossier.item[1].role = "other";
	judge(SECTION);
	expect("no quote", ATTEST_INDETERMINATE, "quote");
	azure_quote(&w, other);
	azure_given(&w);
	judge(SECTION);
	expect("a quote by another key", ATTEST_REJECT, "signature");
	assert_int_equal(result.part, 2);
	azure_quote(&w, w.ak);
	azure_given(&w);
	w.dossier.nonce = bytes_of(nonce, sizeof(nonce));
	judge(SECTION);
	expect("another nonce", ATTEST_REJECT, "nonce");
	assert_int_equal(result.part, 2);
	w.dossier.nonce.len = 0;
	judge(SECTION);
	expect("no nonce", ATTEST_INDETERMINATE, "nonce");
	azure_given(&w);
	w.dossier.item[3].role = "other";
	judge(SECTION);
	expect("no VCEK", ATTEST_INDETERMINATE, "leaf");
	azure_given(&w);
	attest_judge(verifier_find("azure-hcl"), &w.dossier, &result);
	expect("no policy", ATTEST_REJECT, "chain");
	w.snp.report[0x0a] ^= 8;
	azure_bind(&w);
	azure_given(&w);
	judge(SECTION);
	expect("debug", ATTEST_REJECT, "debug");
	w.snp.report[0x0a] ^= 8;
	mend();
	EVP_PKEY_free(other);
}

static void
test_key(void **state)
{
	EVP_PKEY *tls = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct hash ak = key_spki(w.ak), key = key_spki(tls);
	struct buffer object = lab_public(tls, LAB_KEY, TPM_SHA256, TPM_NULL, 0);
	struct buffer statement = lab_certify(w.snp.dossier.nonce, bytes_of_buffer(&object));
	struct buffer signature = lab_sign(w.ak, TPM_RSASSA, TPM_SHA256,
	    bytes_of_buffer(&statement));
	struct bytes value;

	(void)state;
	mend();
	w.dossier.spki = &ak;
	judge(SECTION);
	expect("the machine's own key", ATTEST_ACCEPT, "-");
	w.dossier.spki = &key;
	judge(SECTION);
	expect("a key nobody certified", ATTEST_REJECT, "key");
	dossier_put(&w.dossier, "statement", bytes_of_buffer(&statement));
	dossier_put(&w.dossier, "statement-signature", bytes_of_buffer(&signature));
	dossier_put(&w.dossier, "object", bytes_of_buffer(&object));
	judge(SECTION);
	expect("a key its vTPM certifies", ATTEST_ACCEPT, "-");
	assert_int_equal(result.parts, 4);
	assert_true(claims_get(&result.claims, CLAIM_KEY_SPKI, &value) &&
	    bytes_equal(value, hash_bytes(&key)));
	assert_true(claims_get(&result.claims, "azure.ak", &value) &&
	    bytes_equal(value, hash_bytes(&ak)));
	w.dossier.spki = &ak;
	judge(SECTION);
	expect("another than it certifies", ATTEST_REJECT, "key");
	w.dossier.item[7].octets = bytes_of_buffer(&w.signature);
	w.dossier.spki = &key;
	judge(SECTION);
	expect("certified by nobody", ATTEST_REJECT, "signature");
	mend();
	buffer_free(&object);
	buffer_free(&statement);
	buffer_free(&signature);
	EVP_PKEY_free(tls);
}

/* A TDREPORT says as much as the quote that is made of it. */
static void
test_tdx(void **state)
{
	struct hash bound = hash_of(bytes_of_buffer(&w.json));
	struct buffer quote = { .max = 0 };

	(void)state;
	mend();
	w.blob.at[DATA + 8] = HCL_TDX;
	memset(w.blob.at + 32, 0, 1184);
	memcpy(w.blob.at + 32 + 128, bound.at, HASH_LEN);
	judge(SECTION);
	expect("no quote of it", ATTEST_INDETERMINATE, "hardware");
	assert_int_equal(file_read("tests/data/attest/tdx/v5-90c06f-uptodate.quote.bin", 1 << 20,
	    &quote, NULL), ERR_OK);
	dossier_put(&w.dossier, "td-quote", bytes_of_buffer(&quote));
	judge(SECTION);
	expect("a genuine quote of another domain", ATTEST_REJECT, "nonce");
	assert_string_equal(result.partition[result.part].set->name, "intel-tdx");
	buffer_free(&quote);
	mend();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_blob),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_runtime),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_tdx),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
