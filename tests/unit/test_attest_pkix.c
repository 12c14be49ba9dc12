/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKIX Evidence of a module made here: the drafts' own samples must not be copied, and could not
 * be signed anew when they say something wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/evidence_read.h"
#include "tests/unit/hsm_world.h"

#define ANY "serial = \"*\"; "

static struct world *w;

static const uint8_t our_nonce[] = { 0xca, 0xfe, 0xba, 0xbe, 1, 2, 3, 4 };

struct module { EVP_PKEY *root_key, *ak, *key, *second; X509 *root, *certificate; };

static struct module
module_new(void)
{
	struct module m = { .root_key = world_ec(), .ak = world_ec(), .key = world_ec(),
		.second = world_ec() };

	m.root = world_authority("root", m.root_key, NULL, m.root_key);
	m.certificate = world_certificate("ak", m.ak, m.root);
	world_extend_text(m.certificate, NID_key_usage, "critical,digitalSignature");
	X509_sign(m.certificate, m.root_key, EVP_sha256());
	return m;
}

static void
module_free(struct module *m)
{
	EVP_PKEY_free(m->root_key);
	EVP_PKEY_free(m->ak);
	EVP_PKEY_free(m->key);
	EVP_PKEY_free(m->second);
	X509_free(m->root);
	X509_free(m->certificate);
}

/* What is wrong with it; all zero: nothing. */
struct how {
	bool other_nonce, no_nonce, no_ak, two_transactions, debug, extractable, brought_in,
	    silent, twice, two_keys, broken_key, no_signature, key_id, bad_signature;
	const char *arc;	/* instead of 1.3.6.1.5.5.999 */
};

static void
oid_put(struct buffer *out, const struct how *how, const char *rest)
{
	char text[80];
	ASN1_OBJECT *object;

	snprintf(text, sizeof(text), "%s.%s", how->arc != NULL ? how->arc : "1.3.6.1.5.5.999",
	    rest);
	object = OBJ_txt2obj(text, 1);
	der_put(out, DER_OID, bytes_of(OBJ_get0_data(object), OBJ_length(object)));
	ASN1_OBJECT_free(object);
}

static void
claim_put(struct buffer *out, const struct how *how, const char *type, uint8_t tag,
    struct bytes value)
{
	struct buffer in = { .max = 0 };

	oid_put(&in, how, type);
	der_put(&in, tag, value);
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&in);
}

static void
flag_put(struct buffer *out, const struct how *how, const char *type, bool value)
{
	claim_put(out, how, type, DER_BOOLEAN, bytes_of(value ? "\xff" : "\0", 1));
}

static void
spki_put(struct buffer *out, const struct how *how, const char *type, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	claim_put(out, how, type, DER_OCTETS, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
}

static void
element_put(struct buffer *out, const struct how *how, const char *type, struct buffer *claims)
{
	struct buffer in = { .max = 0 };

	oid_put(&in, how, type);
	der_put(&in, DER_SEQUENCE, bytes_of_buffer(claims));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&in);
	buffer_reset(claims);
}

static void
key_put(struct buffer *out, const struct module *m, const struct how *how, EVP_PKEY *key,
    bool good)
{
	struct buffer claims = { .max = 0 };

	claim_put(&claims, how, "1.2.0", DER_UTF8, bytes_of_text("k1"));
	if (how->broken_key)
		claim_put(&claims, how, "1.2.1", DER_OCTETS, bytes_of_text("no key"));
	else
		spki_put(&claims, how, "1.2.1", key);
	flag_put(&claims, how, "1.2.2", !good || how->extractable);
	if (how->twice)
		flag_put(&claims, how, "1.2.2", false);
	if (good && !how->silent)
		flag_put(&claims, how, "1.2.4", true);
	flag_put(&claims, how, "1.2.3", good);
	flag_put(&claims, how, "1.2.5", !how->brought_in);
	element_put(out, how, "0.2", &claims);
	buffer_free(&claims);
	(void)m;
}

static void
elements_put(struct buffer *out, const struct module *m, const struct how *how)
{
	struct buffer claims = { .max = 0 };

	for (int i = 0; i < (how->two_transactions ? 2 : 1); i++) {
		if (!how->no_nonce)
			claim_put(&claims, how, "1.0.0", DER_OCTETS,
			    bytes_of(our_nonce, how->other_nonce ? 7 : 8));
		claim_put(&claims, how, "1.0.1", DER_TIME, bytes_of_text("20261118000000Z"));
		spki_put(&claims, how, "1.0.2", how->no_ak ? m->key : m->ak);
		element_put(out, how, "0.0", &claims);
	}
	claim_put(&claims, how, "1.1.0", DER_UTF8, bytes_of_text("Maker"));
	claim_put(&claims, how, "1.1.4", DER_UTF8, bytes_of_text("S-1"));
	claim_put(&claims, how, "1.1.7", DER_INTEGER, bytes_of(how->debug ? "\0" : "\1", 1));
	element_put(out, how, "0.1", &claims);
	key_put(out, m, how, m->key, true);
	if (how->two_keys)
		key_put(out, m, how, m->second, false);
	buffer_free(&claims);
}

static void
block_put(struct buffer *out, const struct module *m, const struct how *how, struct bytes tbs)
{
	static const uint8_t algorithm[] = { 0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3,
		2 };
	struct buffer signer = { .max = 0 }, block = { .max = 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char value[128], *der = NULL;
	size_t len = sizeof(value);
	int size = i2d_X509(m->certificate, &der);

	EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, m->ak);
	EVP_DigestSign(context, value, &len, tbs.at, tbs.len);
	value[len - 1] ^= how->bad_signature;
	if (how->key_id)
		der_put(&signer, DER_CONTEXT, bytes_of("\x04\x01k", 3));
	else
		der_put(&signer, DER_CONTEXT + 2, bytes_of(der, (size_t)size));
	der_put(&block, DER_SEQUENCE, bytes_of_buffer(&signer));
	buffer_put(&block, algorithm, sizeof(algorithm));
	der_put(&block, DER_OCTETS, bytes_of(value, len));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&block));
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	buffer_free(&signer);
	buffer_free(&block);
}

static void
evidence_put(struct buffer *out, const struct module *m, const struct how *how)
{
	struct buffer elements = { .max = 0 }, tbs = { .max = 0 }, whole = { .max = 0 };

	elements_put(&elements, m, how);
	buffer_put(&whole, "\x02\x01\x01", 3);
	der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&elements));
	der_put(&tbs, DER_SEQUENCE, bytes_of_buffer(&whole));
	buffer_reset(&whole);
	buffer_reset(&elements);
	if (!how->no_signature)
		block_put(&elements, m, how, bytes_of_buffer(&tbs));
	buffer_put(&whole, tbs.at, tbs.len);
	der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&elements));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&whole));
	buffer_free(&elements);
	buffer_free(&tbs);
	buffer_free(&whole);
}

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
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_broken),
	};
	int failed;

	w = world_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	world_free(w);
	return failed;
}
