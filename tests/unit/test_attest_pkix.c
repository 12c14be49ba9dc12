/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKIX Evidence of a simulated module: each breach is told by its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/pkix_world.h"

#define ANY "serial = \"*\"; "

static struct world *w;

static const char *
tried(const struct module *m, struct how how, const struct hash *spki, const char *section)
{
	struct buffer evidence = { .max = 0 };
	char text[512];

	world_reset(w);
	evidence_put(&evidence, m, &how);
	world_put(w, "statement", bytes_of_buffer(&evidence));
	world_put_certificate(w, "certificates", m->root);
	buffer_free(&evidence);
	w->dossier.nonce = bytes_of(our_nonce, sizeof(our_nonce));
	w->dossier.spki = spki;
	snprintf(text, sizeof(text), "%s%s", section, world_pin("roots", m->root));
	return world_verdict(w, "pkix-evidence", text);
}

static void
test_rules(void **state)
{
	static const struct { struct how how; const char *verdict; } tries[] = {
		{ { .arc = NULL }, "accept" },
		{ { .no_signature = true }, "reject signature" },
		{ { .key_id = true }, "reject signature" },
		{ { .bad_signature = true }, "reject signature" },
		{ { .two_transactions = true }, "reject transaction" },
		{ { .no_ak = true }, "reject ak" },
		{ { .no_nonce = true }, "reject nonce" },
		{ { .other_nonce = true }, "reject nonce" },
		{ { .debug = true }, "reject debug" },
		{ { .extractable = true }, "reject extractable" },
		{ { .twice = true }, "reject extractable" },
		{ { .silent = true }, "indeterminate never_extractable" },
		{ { .brought_in = true }, "reject local" },
		{ { .arc = "1.3.6.1.4.1.99999" }, "reject transaction" },
	};
	struct module m = module_new();
	struct hash spki = key_spki(m.key);

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		assert_string_equal(tried(&m, tries[i].how, &spki, ANY), tries[i].verdict);
	assert_string_equal(tried(&m, tries[0].how, &spki, "serial = [ \"S-1\" ]; "), "accept");
	assert_true(world_claims(w, CLAIM_SERIAL, "S-1"));
	assert_true(world_claims(w, CLAIM_VENDOR, "Maker"));
	assert_true(world_claims(w, CLAIM_MADE, "2026-11-18T00:00:00.000Z"));
	assert_string_equal(tried(&m, tries[0].how, &spki, "serial = [ \"S-2\" ]; "),
	    "reject serial");
	assert_string_equal(tried(&m, tries[0].how, &spki, ""), "indeterminate serial");
	assert_string_equal(world_verdict(w, "pkix-evidence", ANY), "reject chain");
	w->dossier.nonce = bytes_of(NULL, 0);
	assert_string_equal(world_verdict(w, "pkix-evidence", world_pin("roots", m.root)),
	    "indeterminate nonce");
	module_free(&m);
}

/* Which key it is of, the one who observed it says; a key that is not named is not claimed. */
static void
test_choice(void **state)
{
	struct module m = module_new();
	struct hash first = key_spki(m.key), second = key_spki(m.second), zero = { { 0 } };
	const struct how two = { .two_keys = true }, broken = { .broken_key = true };

	(void)state;
	assert_string_equal(tried(&m, two, &first, ANY), "accept");
	assert_true(world_claims(w, CLAIM_KEY_EXPORTABLE, "no"));
	assert_string_equal(tried(&m, two, &second, ANY), "reject extractable");
	assert_string_equal(tried(&m, two, &zero, ANY), "reject binding");
	assert_string_equal(tried(&m, broken, &zero, ANY), "reject binding");
	assert_string_equal(tried(&m, two, NULL, ANY), "accept");
	assert_true(world_claims(w, CLAIM_KEY_SPKI, ""));
	assert_true(world_claims(w, CLAIM_KEY_GENERATED, ""));
	assert_true(world_claims(w, "pkix-evidence.keys", "2"));
	module_free(&m);
}

/* Dotted, as libcrypto writes them; longer ones than there is room for are not read. */
static void
test_oids(void **state)
{
	static const char *const all[] = { "0.0", "0.39", "1.0", "1.39", "2.0", "2.39", "2.999.3",
		"1.3.6.1.5.5.999.1.2.5", "2.23.133.20.1", "1.2.840.113549.1.9.16.2.59",
		"1.3.6.1.4.1.4294967295", "2.34359738287",
		"1.3.6.1.4.1.11129.2.1.21.1111111.2222222.3333333.44444" };
	static const uint8_t wrong[][8] = { { 0x2a, 0x80, 0x01 }, { 0x2a, 0x81 },
		{ 0x90, 0x80, 0x80, 0x80, 0x80, 0x00 } };
	uint8_t octets[80];
	char text[DER_OID_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		ASN1_OBJECT *object = OBJ_txt2obj(all[i], 1);

		assert_non_null(object);
		assert_true(der_oid(bytes_of(OBJ_get0_data(object), OBJ_length(object)), text));
		assert_string_equal(text, all[i]);
		ASN1_OBJECT_free(object);
	}
	assert_false(der_oid(bytes_of(NULL, 0), text));
	assert_false(der_oid(bytes_of(wrong[0], 3), text));
	assert_false(der_oid(bytes_of(wrong[1], 2), text));
	assert_false(der_oid(bytes_of(wrong[2], 6), text));
	/* 1.1.1.1... and at every place the longest number: never a part of it. */
	for (size_t len = 1; len + 5 < sizeof(octets); len++) {
		ASN1_OBJECT *object;
		char whole[256];

		memset(octets, 1, len);
		octets[0] = 0x29;
		memcpy(octets + len, "\xff\xff\xff\xff\x7f", 5);
		if (!der_oid(bytes_of(octets, len + 5), text))
			continue;
		object = ASN1_OBJECT_create(NID_undef, octets, (int)len + 5, NULL, NULL);
		OBJ_obj2txt(whole, sizeof(whole), object, 1);
		assert_string_equal(text, whole);
		ASN1_OBJECT_free(object);
	}
}

/* A vendor's numbers instead of the draft's. */
static void
test_numbers(void **state)
{
	struct module m = module_new();
	struct hash spki = key_spki(m.key);
	const struct how how = { .arc = "1.3.9" };

	(void)state;
	assert_string_equal(tried(&m, how, &spki, ANY
	    "oid_evidence_transaction = \"1.3.9.0.0\"; oid_evidence_nonce = \"1.3.9.1.0.0\"; "
	    "oid_evidence_ak_spki = \"1.3.9.1.0.2\"; "), "reject binding");
	module_free(&m);
}

static void
test_broken(void **state)
{
	struct module m = module_new();
	struct hash spki = key_spki(m.key);
	char text[512];
	struct bytes whole;
	size_t signed_end;

	(void)state;
	assert_string_equal(tried(&m, (struct how){ .arc = NULL }, &spki, ANY), "accept");
	snprintf(text, sizeof(text), ANY "%s", world_pin("roots", m.root));
	whole = w->dossier.item[0].octets;
	signed_end = 4 + 4 + ((size_t)whole.at[6] << 8 | whole.at[7]);
	assert_true(whole.at[5] == 0x82 && signed_end < whole.len);
	for (size_t i = 0; i < signed_end; i++) {
		w->octets[0].at[i] ^= 1;
		world_judge(w, "pkix-evidence", text);
		assert_int_equal(w->appraisal.verdict, ATTEST_REJECT);
		w->octets[0].at[i] ^= 1;
	}
	for (size_t i = 0; i < whole.len; i++) {
		w->dossier.item[0].octets.len = i;
		assert_string_equal(world_verdict(w, "pkix-evidence", text), "reject form");
	}
	module_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules), cmocka_unit_test(test_choice),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_oids), cmocka_unit_test(test_broken),
	};
	int failed;

	w = world_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	world_free(w);
	return failed;
}
