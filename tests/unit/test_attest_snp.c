/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEV-SNP reports of a simulated AMD: what is accepted, and for every rule what it refuses, by
 * name.  The reports that AMD's own processors signed are judged in test_attest_cases.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/bound_data.h"
#include "monitor/base/file.h"
#include "tests/unit/snp_policy.h"

static struct appraisal result;

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

static void
expect_claim(const char *name, const char *wanted)
{
	struct buffer text = { .max = 0 };
	size_t i;

	for (i = 0; i < result.claims.count; i++)
		if (strcmp(result.claims.claim[i].name, name) == 0)
			break;
	assert_true(i < result.claims.count);
	claim_print(&text, &result.claims.claim[i]);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_free(&text);
}

/* --- accepted ----------------------------------------------------------------------------- */

static void
test_products(void **state)
{
	static const struct { const char *product, *family, *levels; } products[] = {
		{ "Milan-B0", "Milan", "bl=4 tee=1 snp=24 ucode=219" },
		{ "Milan", "Milan", "bl=4 tee=1 snp=24 ucode=219" },
		{ "Genoa", "Genoa", "bl=4 tee=1 snp=24 ucode=219" },
		{ "Siena", "Genoa", "bl=4 tee=1 snp=24 ucode=219" },
		{ "Turin", "Turin", "fmc=2 bl=4 tee=1 snp=24 ucode=219" },
	};
	struct snp_world w;

	(void)state;
	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		snp_open(&w, products[i].product, products[i].family, NULL);
		snp_judge(&w, NULL, NULL, &result);
		expect(products[i].product, ATTEST_ACCEPT, "-");
		expect_claim("firmware", products[i].levels);
		expect_claim("model", products[i].product);
		expect_claim("measurement", SNP_MEASUREMENT);
		expect_claim("confidential", "yes");
		expect_claim("debug", "no");
		expect_claim("snp.vouched", "measurement");
		assert_false(claims_get(&result.claims, "region", &(struct bytes){ .len = 0 }));
		snp_close(&w);
	}
}

static void
test_region(void **state)
{
	struct snp_world w;

	(void)state;
	snp_open(&w, "Milan", "Milan", "CN=cc-ap-northeast-1.amazonaws.com");
	snp_judge(&w, "regions", "[\"ap-northeast-3\", \"ap-northeast-1\"]", &result);
	expect("region", ATTEST_ACCEPT, "-");
	expect_claim("region", "ap-northeast-1");
	expect_claim("provider", "aws");
	expect_claim("place.grade", "A");
	expect_claim("snp.csp_id", "cc-ap-northeast-1.amazonaws.com");
	snp_judge(&w, "regions", "[\"ap-northeast-\", \"ap-northeast-12\"]", &result);
	expect("another region", ATTEST_REJECT, "region");
	snp_judge(&w, "regions", NULL, &result);
	expect("silent", ATTEST_INDETERMINATE, "region");
	snp_judge(&w, "chip", "\"" SNP_CHIP_HEX "\"", &result);
	expect("a chip asked of a region's key", ATTEST_REJECT, "chip");
	snp_close(&w);
	snp_open(&w, "Milan", "Milan", "cc-jp-east.cloud.example");
	snp_judge(&w, "regions", "\"jp-east\"", &result);
	expect("another provider's form", ATTEST_REJECT, "region");
	snp_judge(&w, "regions", "\"cc-jp-east.cloud.example\"", &result);
	expect("its whole name", ATTEST_ACCEPT, "-");
	assert_false(claims_get(&result.claims, "region", &(struct bytes){ .len = 0 }));
	snp_close(&w);
}

static void
test_key(void **state)
{
	struct snp_world w;
	struct hash spki = { { 9 } }, bound;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	w.dossier.spki = &spki;
	snp_judge(&w, NULL, NULL, &result);
	expect("the nonce alone", ATTEST_REJECT, "key");
	bound = bound_data(w.dossier.nonce, &spki);
	memcpy(w.report + 0x50, bound.at, HASH_LEN);
	snp_sign(&w);
	snp_judge(&w, NULL, NULL, &result);
	expect("bound", ATTEST_ACCEPT, "-");
	expect_claim("key.spki",
	    "0900000000000000000000000000000000000000000000000000000000000000");
	spki.at[0]++;
	snp_judge(&w, NULL, NULL, &result);
	expect("another key", ATTEST_REJECT, "nonce");
	spki.at[0]--;
	w.dossier.nonce.len = 0;
	snp_judge(&w, NULL, NULL, &result);
	expect("no nonce to bind with", ATTEST_INDETERMINATE, "nonce");
	w.report[0x50 + HASH_LEN] = 1;
	snp_sign(&w);
	snp_given(&w);
	w.dossier.spki = &spki;
	snp_judge(&w, NULL, NULL, &result);
	expect("more behind it", ATTEST_REJECT, "nonce");
	snp_close(&w);
}

/* --- what a report says ------------------------------------------------------------------- */

static void
test_fields(void **state)
{
	static const struct {
		const char *what; size_t at; uint8_t flip;
		enum attest_verdict verdict; const char *rule;
	} edits[] = {
		{ "version 1", 0x00, 3 ^ 1, ATTEST_INDETERMINATE, "version" },
		{ "version 4", 0x00, 3 ^ 4, ATTEST_INDETERMINATE, "version" },
		{ "version 2", 0x00, 3 ^ 2, ATTEST_ACCEPT, "-" },
		{ "version 5", 0x00, 3 ^ 5, ATTEST_ACCEPT, "-" },
		{ "version 3 + 65536", 0x02, 1, ATTEST_INDETERMINATE, "version" },
		{ "algorithm 0", 0x34, 1, ATTEST_REJECT, "algorithm" },
		{ "signed by a VLEK", 0x48, 1 << 2, ATTEST_REJECT, "signer" },
		{ "signed by none", 0x48, 7 << 2, ATTEST_REJECT, "signer" },
		{ "debug", 0x0a, 1 << 3, ATTEST_REJECT, "debug" },
		{ "migration", 0x0a, 1 << 2, ATTEST_REJECT, "migration" },
		{ "bit 17", 0x0a, 1 << 1, ATTEST_REJECT, "guest_policy" },
		{ "vmpl 1", 0x30, 1, ATTEST_REJECT, "vmpl" },
		{ "vmpl 4", 0x30, 4, ATTEST_REJECT, "vmpl" },
		{ "vmpl 256", 0x31, 1, ATTEST_REJECT, "vmpl" },
		{ "nonce", 0x50, 1, ATTEST_REJECT, "nonce" },
		{ "behind the nonce", 0x8f, 1, ATTEST_REJECT, "nonce" },
		{ "measurement", 0x90, 1, ATTEST_REJECT, "image" },
		{ "host data nobody named", 0xc0, 1, ATTEST_INDETERMINATE, "host_data" },
		{ "boot loader", 0x180, 1, ATTEST_REJECT, "level" },
		{ "reserved level", 0x182, 1, ATTEST_REJECT, "level" },
		{ "microcode", 0x187, 1, ATTEST_REJECT, "level" },
		{ "chip", 0x1a0, 1, ATTEST_REJECT, "hwid" },
		{ "current level", 0x38, 1, ATTEST_ACCEPT, "-" },
		{ "a reserved octet", 0x29f, 1, ATTEST_ACCEPT, "-" },
	};
	struct snp_world w;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		w.report[edits[i].at] ^= edits[i].flip;
		snp_sign(&w);
		snp_judge(&w, NULL, NULL, &result);
		expect(edits[i].what, edits[i].verdict, edits[i].rule);
		w.report[edits[i].at] ^= edits[i].flip;
	}
	memset(w.report + 0x30, 0xff, 4);
	snp_sign(&w);
	snp_judge(&w, "max_vmpl", "3", &result);
	expect("asked by the host", ATTEST_REJECT, "vmpl");
	snp_close(&w);
}

static void
test_turin(void **state)
{
	struct snp_world w;

	(void)state;
	snp_open(&w, "Turin", "Turin", NULL);
	w.report[0x1a0 + 8] = 1;
	snp_sign(&w);
	snp_judge(&w, NULL, NULL, &result);
	expect("a chip of more than 8 octets", ATTEST_REJECT, "hwid");
	w.report[0x1a0 + 8] = 0;
	w.report[0x185] = 1;
	snp_sign(&w);
	snp_judge(&w, NULL, NULL, &result);
	expect("reserved level", ATTEST_REJECT, "level");
	w.report[0x185] = 0;
	snp_sign(&w);
	snp_judge(&w, "tcb_turin", "\"fmc=3\"", &result);
	expect("fmc", ATTEST_REJECT, "floor");
	snp_judge(&w, "tcb_turin", NULL, &result);
	expect("another product's floor says nothing", ATTEST_INDETERMINATE, "floor");
	snp_close(&w);
}

static void
test_octets(void **state)
{
	struct snp_world w;
	uint8_t *more = memory_new(SNP_OCTETS + 1, 1);

	(void)state;
	snp_open(&w, "Genoa", "Genoa", NULL);
	w.dossier.memory = chain_memory_new();
	memcpy(more, w.report, SNP_OCTETS);
	for (size_t len = 0; len <= SNP_OCTETS + 1; len++) {
		w.dossier.item[0].octets = bytes_of(more, len);
		snp_judge(&w, NULL, NULL, &result);
		expect("a length", len == SNP_OCTETS ? ATTEST_ACCEPT : ATTEST_REJECT,
		    len == SNP_OCTETS ? "-" : "length");
	}
	free(more);
	w.dossier.item[0].octets = bytes_of(w.report, SNP_OCTETS);
	for (size_t i = 0; i < SNP_OCTETS; i++) {
		w.report[i] ^= 0x20;
		snp_judge(&w, NULL, NULL, &result);
		assert_int_not_equal(result.verdict, ATTEST_ACCEPT);
		if (i >= 0x2a0 + 144)
			expect("behind the signature", ATTEST_REJECT, "signature_form");
		w.report[i] ^= 0x20;
	}
	chain_memory_free(w.dossier.memory);
	snp_close(&w);
}

/* --- what a policy says ------------------------------------------------------------------- */

static void
test_policy(void **state)
{
	static const struct {
		const char *key, *value; enum attest_verdict verdict; const char *rule;
	} lines[] = {
		{ "max_vmpl", NULL, ATTEST_INDETERMINATE, "vmpl" },
		{ "measurement", NULL, ATTEST_INDETERMINATE, "image" },
		{ "measurement", "\"*\"", ATTEST_ACCEPT, "-" },
		{ "measurement", "[\"22\"]", ATTEST_REJECT, "image" },
		{ "measurement", "[]", ATTEST_REJECT, "image" },
		{ "measurement", "({ value = \"" SNP_MEASUREMENT "\"; until = \"2026-01-01\"; })",
		    ATTEST_REJECT, "image" },
		{ "measurement", "({ value = \"" SNP_MEASUREMENT "\"; until = \"2027-01-01\"; })",
		    ATTEST_ACCEPT, "-" },
		{ "tcb_milan", NULL, ATTEST_INDETERMINATE, "floor" },
		{ "tcb_milan", "\"*\"", ATTEST_ACCEPT, "-" },
		{ "tcb_milan", "\"ucode=220\"", ATTEST_REJECT, "floor" },
		{ "tcb_milan", "\"bl=4 tee=2 snp=24 ucode=219\"", ATTEST_REJECT, "floor" },
		{ "tcb_milan", "\"snp=24\"", ATTEST_ACCEPT, "-" },
		{ "chip", NULL, ATTEST_INDETERMINATE, "chip" },
		{ "chip", "[\"" SNP_CHIP_HEX "\"]", ATTEST_ACCEPT, "-" },
		{ "chip", "[\"44\"]", ATTEST_REJECT, "chip" },
		{ "regions", NULL, ATTEST_ACCEPT, "-" },
		{ "regions", "[\"ap-northeast-1\"]", ATTEST_REJECT, "region" },
		{ "host_data", "[\"11\"]", ATTEST_REJECT, "host_data" },
		{ "nonce", "\"none\"", ATTEST_ACCEPT, "-" },
		{ "roots", "[\"amd-ark-milan\"]", ATTEST_REJECT, "chain" },
		{ "ciphertext_hiding", "true", ATTEST_REJECT, "required" },
		{ "ciphertext_hiding", "false", ATTEST_ACCEPT, "-" },
		{ "alias_check", "true", ATTEST_REJECT, "required" },
		{ "aes_256", "true", ATTEST_REJECT, "required" },
		{ "rapl_off", "true", ATTEST_REJECT, "required" },
		{ "smt_off", "true", ATTEST_ACCEPT, "-" },
		{ "single_socket", "true", ATTEST_REJECT, "required" },
		{ "no_page_swap", "true", ATTEST_REJECT, "required" },
		{ "id_key_digest", "[\"55\"]", ATTEST_ACCEPT, "-" },
	};
	struct snp_world w;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snp_judge(&w, lines[i].key, lines[i].value, &result);
		expect(lines[i].key, lines[i].verdict, lines[i].rule);
	}
	buffer_reset(&w.policy);
	buffer_print(&w.policy, "policy = \"t\"; edition = \"1\"; timestamp = { };\n");
	snp_judge_text(&w, &w.policy, "sev-snp", &result);
	expect("no section: not even the root is trusted", ATTEST_REJECT, "chain");
	snp_close(&w);
}

/* Who vouches for the image, and what a star beside a list means. */
static void
test_image(void **state)
{
	struct snp_world w;
	char zero[2 * 48 + 3 + 2 + 1] = "[\"";

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	w.report[0x90] ^= 1;		/* not the measurement on the list */
	snp_sign(&w);
	memset(zero + 2, '0', 96);
	memcpy(zero + 98, "\"]", 3);
	snp_judge(&w, "id_key_digest", zero, &result);
	expect("no ID block", ATTEST_REJECT, "image");
	snp_judge(&w, "id_key_digest", "\"*\"", &result);
	expect("a star does not undo the list beside it", ATTEST_REJECT, "image");
	memset(w.report + 0xe0, 0x22, 48);
	memset(w.report + 0x110, 0x22, 48);
	snp_sign(&w);
	snp_judge(&w, "id_key_digest", "[\"" SNP_MEASUREMENT "\"]", &result);
	expect("its ID key", ATTEST_ACCEPT, "-");
	expect_claim("snp.vouched", "id_key_digest");
	snp_judge(&w, "id_key_digest", "( { value = \"" SNP_MEASUREMENT "\"; ticket = \"CHG-5\"; } )",
	    &result);
	expect("its ID key under a ticket", ATTEST_ACCEPT, "-");
	expect_claim(CLAIM_TICKET, "CHG-5");
	snp_judge(&w, "author_key_digest", "[\"" SNP_MEASUREMENT "\"]", &result);
	expect("an author key that does not count", ATTEST_REJECT, "image");
	w.report[0x48] |= 1;
	snp_sign(&w);
	snp_judge(&w, "author_key_digest", "[\"" SNP_MEASUREMENT "\"]", &result);
	expect("its author key", ATTEST_ACCEPT, "-");
	expect_claim("snp.vouched", "author_key_digest");
	snp_close(&w);
}

/* --- who signed it ------------------------------------------------------------------------ */

static void
leaf_again(struct snp_world *w, const char *product, const char *csp_id)
{
	while (X509_get_ext_count(w->leaf) > 0)
		X509_EXTENSION_free(X509_delete_ext(w->leaf, 0));
	snp_extend_all(w->leaf, product, csp_id, w->chip, w->turin);
}

static void
leaf_signed(struct snp_world *w)
{
	if (X509_sign(w->leaf, w->ask_key, EVP_sha384()) <= 0)
		abort();
	snp_given(w);
	snp_judge(w, NULL, NULL, &result);
}

static void
test_leaf(void **state)
{
	static const uint8_t wrong[] = { 0x02, 0x02, 0x01, 0x00 };
	struct snp_world w;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	leaf_again(&w, "Venice", NULL);
	leaf_signed(&w);
	expect("a product of tomorrow", ATTEST_INDETERMINATE, "product_known");
	leaf_again(&w, "Milano", NULL);
	leaf_signed(&w);
	expect("a longer name", ATTEST_INDETERMINATE, "product_known");
	leaf_again(&w, "Genoa", NULL);
	leaf_signed(&w);
	expect("Genoa under Milan's root", ATTEST_REJECT, "product");
	leaf_again(&w, "Milan", "cc-ap-northeast-1.amazonaws.com");
	leaf_signed(&w);
	expect("a VLEK under the key of VCEKs", ATTEST_REJECT, "product");
	snp_extend(w.leaf, "1.3.6.1.4.1.3704.1.4", w.chip, 64);
	leaf_signed(&w);
	expect("chip and region at once", ATTEST_REJECT, "leaf");
	leaf_again(&w, "Milan", NULL);
	snp_extend(w.leaf, "1.3.6.1.4.1.3704.1.3.1", wrong, sizeof(wrong));
	leaf_signed(&w);
	expect("a level twice", ATTEST_REJECT, "leaf");
	while (X509_get_ext_count(w.leaf) > 0)
		X509_EXTENSION_free(X509_delete_ext(w.leaf, 0));
	leaf_signed(&w);
	expect("no extensions", ATTEST_REJECT, "leaf");
	leaf_again(&w, "Milan", NULL);
	X509_set_pubkey(w.leaf, w.ask_key);
	leaf_signed(&w);
	expect("another key", ATTEST_REJECT, "signature");
	snp_close(&w);
}

static void
test_time(void **state)
{
	struct snp_world w;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	w.dossier.item[3].role = "other";
	w.dossier.at_s = SNP_AT_S + 86400 * 31;
	snp_judge(&w, "crl", "\"if_given\"", &result);
	expect("expired", ATTEST_REJECT, "time");
	w.dossier.at_s = SNP_AT_S - 86400 * 31;
	snp_judge(&w, "crl", "\"if_given\"", &result);
	expect("not yet valid", ATTEST_REJECT, "time");
	w.dossier.at_s = SNP_AT_S;
	snp_judge(&w, "crl", "\"if_given\"", &result);
	expect("now", ATTEST_ACCEPT, "-");
	snp_judge(&w, NULL, NULL, &result);
	expect("a list is required", ATTEST_INDETERMINATE, "crl");
	snp_given(&w);
	w.dossier.at_s = SNP_AT_S + 86400 * 2;
	snp_judge(&w, NULL, NULL, &result);
	expect("an old list", ATTEST_REJECT, "crl");
	w.dossier.at_s = SNP_AT_S - 86400 * 2;
	snp_judge(&w, NULL, NULL, &result);
	expect("a list of tomorrow", ATTEST_REJECT, "crl");
	snp_close(&w);
}

static void
test_lists(void **state)
{
	struct snp_world w, other;
	struct buffer second = { .max = 0 };

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	snp_open(&other, "Genoa", "Genoa", NULL);
	snp_list(w.ark, w.ark_key, w.ask, &w.crl);
	snp_given(&w);
	snp_judge(&w, NULL, NULL, &result);
	expect("the signing key is revoked", ATTEST_REJECT, "revoked");
	snp_list(w.ark, w.ark_key, NULL, &w.crl);
	snp_list(w.ask, w.ask_key, w.leaf, &second);
	snp_given(&w);
	dossier_put(&w.dossier, "crl", bytes_of_buffer(&second));
	snp_judge(&w, NULL, NULL, &result);
	expect("the chip's key is revoked", ATTEST_REJECT, "revoked");
	w.dossier.item[3].octets = bytes_of_buffer(&other.crl);
	w.dossier.count--;
	snp_judge(&w, NULL, NULL, &result);
	expect("an empty list of another product", ATTEST_REJECT, "crl");
	snp_list(w.ark, other.ark_key, NULL, &w.crl);
	snp_given(&w);
	snp_judge(&w, NULL, NULL, &result);
	expect("a list by a stranger in its name", ATTEST_REJECT, "crl");
	w.dossier.item[3].octets.len--;
	snp_judge(&w, NULL, NULL, &result);
	expect("half a list", ATTEST_REJECT, "certificates");
	buffer_free(&second);
	snp_close(&other);
	snp_close(&w);
}

static void
test_missing(void **state)
{
	struct snp_world w, other;

	(void)state;
	snp_open(&w, "Milan", "Milan", NULL);
	snp_open(&other, "Milan", "Milan", NULL);
	attest_judge(verifier_find("sev-snp"), &w.dossier, &result);
	expect("no policy, and its root is not AMD's", ATTEST_REJECT, "chain");
	w.dossier.item[1].role = "other";
	snp_judge(&w, NULL, NULL, &result);
	expect("no leaf", ATTEST_INDETERMINATE, "leaf");
	w.report[0x0a] ^= 1 << 3;
	snp_judge(&w, NULL, NULL, &result);
	expect("no leaf, and debug", ATTEST_REJECT, "debug");
	w.report[0x0a] ^= 1 << 3;
	snp_given(&w);
	w.dossier.item[2].role = "other";
	snp_judge(&w, NULL, NULL, &result);
	expect("no chain", ATTEST_INDETERMINATE, "chain");
	w.dossier.item[2] = (struct item){ "chain", bytes_of_buffer(&other.chain) };
	snp_judge(&w, NULL, NULL, &result);
	expect("a chain of the same name", ATTEST_REJECT, "chain");
	snp_given(&w);
	w.dossier.item[1].role = "chain";
	snp_judge(&w, NULL, NULL, &result);
	expect("the leaf within the chain", ATTEST_ACCEPT, "-");
	w.dossier.item[1] = (struct item){ "chain", bytes_of_buffer(&other.certificate) };
	dossier_put(&w.dossier, "chain", bytes_of_buffer(&w.certificate));
	snp_judge(&w, NULL, NULL, &result);
	expect("a stranger's leaf before it", ATTEST_REJECT, "chain");
	w.dossier.nonce.len = 0;
	w.dossier.item[1].octets = bytes_of_buffer(&w.certificate);
	snp_judge(&w, NULL, NULL, &result);
	expect("no nonce", ATTEST_INDETERMINATE, "nonce");
	snp_close(&other);
	snp_close(&w);
}

/* What AMD's own processor signed, without a policy: genuine, and still no proof. */
static void
test_genuine(void **state)
{
	static const struct { const char *role, *name; } files[] = {
		{ "report", "genoa-v5.report.bin" }, { "certificate", "genoa-v5.vcek.der" },
		{ "chain", "roots/ask_ark_genoa.pem" }, { "crl", "roots/genoa.crl.der" }
	};
	struct dossier dossier = { .at_s = 1787616000 };
	struct buffer octets[4] = { { .max = 0 } };
	char path[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "tests/data/attest/snp/%s", files[i].name);
		assert_int_equal(file_read(path, 1 << 20, &octets[i], NULL), ERR_OK);
		dossier_put(&dossier, files[i].role, bytes_of_buffer(&octets[i]));
	}
	dossier.nonce = bytes_of_text("hello-attestation");
	attest_judge(verifier_find("sev-snp"), &dossier, &result);
	expect("no policy", ATTEST_INDETERMINATE, "policy");
	dossier.nonce = bytes_of_text("hello-attestatio");
	attest_judge(verifier_find("sev-snp"), &dossier, &result);
	expect("no policy and another nonce", ATTEST_REJECT, "nonce");
	for (size_t i = 0; i < 4; i++)
		buffer_free(&octets[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_region),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_turin),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_leaf),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_genuine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
