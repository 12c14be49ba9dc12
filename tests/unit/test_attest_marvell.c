/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of LiquidSecurity modules: the real one in every broken form, and those of a maker
 * and an owner made here, whose keys say what the real ones would not sign.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/marvell_read.h"
#include "tests/unit/hsm_world.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"
#define ANY "nonce = \"none\"; resource = \"*\"; regions = \"*\"; serial = \"*\"; "
#define NAME "projects/p1/locations/asia-northeast1/keyRings/core/cryptoKeys/sip/" \
	"cryptoKeyVersions/1"

static struct world *w;

static void
real(void)
{
	world_reset(w);
	world_file(w, "statement", "gcp-cloudhsm/ec-attestation.dat");
	world_file(w, "certificates", "gcp-cloudhsm/ec-chain.pem");
	world_file(w, "certificates", "gcp-cloudhsm/marvell-root-2015-2025.pem");
	world_file(w, "certificates", "gcp-cloudhsm/google-owner-root.pem");
}

static void
test_real(void **state)
{
	(void)state;
	real();
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "accept");
	assert_true(world_claims(w, CLAIM_SERIAL, "5.3G1953-ICM001225"));
	assert_true(world_claims(w, CLAIM_KEY_SPKI,
	    "4075a3e5a13e33095430962abcbacbef32d7737234868785d2420893293fc86a"));
	assert_true(world_claims(w, CLAIM_KEY_LABEL, "app_key"));
	assert_true(world_claims(w, CLAIM_REGION, ""));
	assert_string_equal(world_verdict(w, "marvell-hsm", NULL), "indeterminate possession");
	assert_string_equal(world_verdict(w, "marvell-hsm", "nonce = \"none\";"),
	    "indeterminate resource");
	assert_string_equal(world_verdict(w, "marvell-hsm", "nonce = \"none\"; regions = \"*\"; "
	    "serial = \"*\"; resource = [ \"" NAME "\" ];"), "reject resource");
	/* A region cannot be told where the name is not. */
	assert_string_equal(world_verdict(w, "marvell-hsm", "nonce = \"none\"; resource = \"*\"; "
	    "serial = \"*\"; regions = [ \"asia-northeast1\" ];"), "indeterminate region");
	assert_string_equal(world_verdict(w, "marvell-hsm", "nonce = \"none\"; resource = \"*\"; "
	    "regions = \"*\"; serial = [ \"5.3G1953\" ];"), "reject serial");
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY
	    "owner_roots = [ \"sha256:" NO_PIN "\" ];"), "reject owner_chain");
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY
	    "roots = [ \"marvell-liquidsecurity-2\" ];"), "reject chain");
	w->dossier.at_s = 1900000000;	/* 2030-03: the owner's has run out */
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "reject owner_time");
	w->dossier.at_s = 1500000000;
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "reject time");
}

static void
test_real_broken(void **state)
{
	struct bytes whole;
	uint8_t *at;

	(void)state;
	real();
	whole = w->dossier.item[0].octets;
	at = w->octets[0].at;
	for (size_t i = 0; i < whole.len; i++) {
		at[i] ^= 1;
		world_judge(w, "marvell-hsm", ANY);
		assert_int_equal(w->appraisal.verdict, ATTEST_REJECT);
		at[i] ^= 1;
	}
	for (size_t i = 0; i < whole.len; i++) {
		w->dossier.item[0].octets.len = i;
		assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "reject length");
	}
	real();
	w->dossier.item[1].octets = bytes_of(NULL, 0);
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "reject signature");
}

/* --- a maker and an owner of our own ------------------------------------------------------ */

struct maker {
	EVP_PKEY *maker_key, *owner_key, *card_key, *partition_key, *key;
	X509     *maker, *owner, *card, *partition, *owned;
};

static struct maker
maker_new(void)
{
	struct maker m = { .maker_key = world_ec(), .owner_key = world_ec(),
		.card_key = world_ec(), .key = world_ec(),
		.partition_key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048) };

	m.maker = world_authority("maker", m.maker_key, NULL, m.maker_key);
	m.owner = world_authority("owner", m.owner_key, NULL, m.owner_key);
	m.card = world_certificate("HSM:S1, for FIPS mode", m.card_key, m.maker);
	X509_set_version(m.card, 0);
	X509_sign(m.card, m.maker_key, EVP_sha256());
	m.partition = world_certificate("HSM:S1:PARTN:1, for FIPS mode", m.partition_key, m.card);
	X509_sign(m.partition, m.card_key, EVP_sha256());
	m.owned = world_certificate("HSM:S1:PARTN:1, for FIPS mode", m.partition_key, m.owner);
	world_extend_text(m.owned, NID_basic_constraints, "CA:FALSE");
	world_extend_text(m.owned, NID_key_usage, "critical,digitalSignature");
	X509_sign(m.owned, m.owner_key, EVP_sha256());
	return m;
}

static void
maker_free(struct maker *m)
{
	EVP_PKEY *keys[] = { m->maker_key, m->owner_key, m->card_key, m->partition_key, m->key };
	X509 *all[] = { m->maker, m->owner, m->card, m->partition, m->owned };

	for (int i = 0; i < 5; i++) {
		EVP_PKEY_free(keys[i]);
		X509_free(all[i]);
	}
}

/* What an attribute is instead of what is right; type 0xffff: nothing. */
struct how { uint32_t type; uint8_t value; bool leave_out, twice; };

static void
attribute_put(struct buffer *out, uint32_t type, struct bytes value, size_t *count)
{
	buffer_put_be(out, type, 4);
	buffer_put_be(out, value.len, 4);
	buffer_put(out, value.at, value.len);
	(*count)++;
}

static void
object_put(struct buffer *out, const struct maker *m, struct how how)
{
	static const struct { uint32_t type; uint8_t value; } flags[] = {
		{ CKA_CLASS, 3 }, { CKA_KEY_TYPE, 3 }, { CKA_SENSITIVE, 1 }, { CKA_EXTRACTABLE, 0 },
		{ CKA_LOCAL, 1 }, { CKA_NEVER_EXTRACTABLE, 1 }, { CKA_ALWAYS_SENSITIVE, 1 },
	};
	struct buffer in = { .max = 0 };
	struct hash spki = key_spki(m->key);
	char id[HASH_TEXT + 64] = "";
	uint8_t point[65];
	size_t count = 0, len = 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		uint8_t value = flags[i].type == how.type ? how.value : flags[i].value;

		for (int n = how.type != flags[i].type ? 1 : how.leave_out ? 0 : how.twice ? 2 : 1;
		    n > 0; n--)
			attribute_put(&in, flags[i].type, bytes_of(&value, 1), &count);
	}
	memset(id, '0', 64);
	hash_text(hash_of(bytes_of_text(NAME)), id + 64);
	attribute_put(&in, CKA_ID, bytes_of(id, 128), &count);
	EVP_PKEY_get_octet_string_param(m->key, "pub", point, sizeof(point), &len);
	attribute_put(&in, CKA_MODULUS, bytes_of(point, len), &count);
	spki.at[0] ^= how.type == CKA_EKCV ? how.value : 0;
	attribute_put(&in, CKA_EKCV, hash_bytes(&spki), &count);
	buffer_put_be(out, 77, 4);
	buffer_put_be(out, count, 4);
	buffer_put_be(out, in.len, 4);
	buffer_put(out, in.at, in.len);
	buffer_free(&in);
}

static void
statement_put(struct buffer *out, const struct maker *m, struct how how, int objects)
{
	struct buffer in = { .max = 0 };
	size_t len = 256;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[256];

	object_put(&in, m, how);
	buffer_put_be(out, 0, 4);
	buffer_put_be(out, 3, 4);
	buffer_put_be(out, 16 + 8 + in.len * (size_t)objects + 256, 4);
	buffer_put_be(out, 8 + in.len * (size_t)objects, 4);
	buffer_put_be(out, 1, 2);
	buffer_put_be(out, 3, 2);
	buffer_put_be(out, 8, 2);
	buffer_put_be(out, objects == 2 ? 8 + in.len : 0, 2);
	for (int i = 0; i < objects; i++)
		buffer_put(out, in.at, in.len);
	buffer_free(&in);
	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, m->partition_key) != 1 ||
	    EVP_DigestSign(context, signature, &len, out->at, out->len) != 1)
		abort();
	buffer_put(out, signature, len);
	EVP_MD_CTX_free(context);
}

static const char *
maker_judge(const struct maker *m, const struct buffer *statement, const char *section)
{
	char text[1024];
	X509 *all[] = { m->partition, m->owned, m->card, m->maker, m->owner };

	world_put(w, "statement", bytes_of_buffer(statement));
	for (int i = 0; i < 5; i++)
		world_put_certificate(w, "certificates", all[i]);
	snprintf(text, sizeof(text), "%s%s%s", section, world_pin("roots", m->maker),
	    world_pin("owner_roots", m->owner));
	return world_verdict(w, "marvell-hsm", text);
}

static const char *
tried(const struct maker *m, struct how how, int objects, const char *section)
{
	struct buffer statement = { .max = 0 };
	const char *verdict;

	world_reset(w);
	statement_put(&statement, m, how, objects);
	verdict = maker_judge(m, &statement, section);
	buffer_free(&statement);
	return verdict;
}

static const struct how right = { .type = 0xffff };

static void
test_attributes(void **state)
{
	static const struct { struct how how; int objects; const char *verdict; } tries[] = {
		{ { 0xffff, 0, false, false }, 1, "accept" },
		{ { 0xffff, 0, false, false }, 2, "reject private_key" },
		{ { CKA_CLASS, 2, false, false }, 1, "reject private_key" },
		{ { CKA_CLASS, 3, true, false }, 1, "reject private_key" },
		{ { CKA_LOCAL, 0, false, false }, 1, "reject local" },
		{ { CKA_LOCAL, 1, true, false }, 1, "reject local" },
		{ { CKA_LOCAL, 1, false, true }, 1, "reject local" },
		{ { CKA_NEVER_EXTRACTABLE, 0, false, false }, 1, "reject never_extractable" },
		{ { CKA_ALWAYS_SENSITIVE, 0, false, false }, 1, "reject always_sensitive" },
		{ { CKA_SENSITIVE, 0, false, false }, 1, "reject sensitive" },
		{ { CKA_EXTRACTABLE, 1, false, false }, 1, "reject extractable" },
		{ { CKA_EXTRACTABLE, 2, false, false }, 1, "reject extractable" },
		{ { CKA_EXTRACTABLE, 0, true, false }, 1, "reject extractable" },
		{ { CKA_EKCV, 1, false, false }, 1, "reject ekcv" },
	};
	struct maker m = maker_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		assert_string_equal(tried(&m, tries[i].how, tries[i].objects, ANY),
		    tries[i].verdict);
	maker_free(&m);
}

static void
test_place(void **state)
{
	static const struct { const char *section, *verdict; } tries[] = {
		{ "resource = [ \"x\", \"" NAME "\" ]; regions = [ \"asia-northeast1\" ];",
		    "accept" },
		{ "resource = [ \"" NAME "\" ]; regions = [ \"asia-northeast\" ];",
		    "reject region" },
		{ "resource = [ \"" NAME "1\" ]; regions = \"*\";", "reject resource" },
		{ "resource = ( { value = \"" NAME "\"; until = \"2026-01-01\"; } ); "
		    "regions = \"*\";", "reject resource" },
		{ "resource = ( { value = \"" NAME "\"; until = \"2027-01-01\"; ticket = \"CHG-6\"; } ); "
		    "regions = \"*\";", "accept" },
		{ "resource = [ \"" NAME "\" ];", "indeterminate region" },
	};
	char text[512];
	struct maker m = maker_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		snprintf(text, sizeof(text), "nonce = \"none\"; serial = [ \"S1\" ]; %s",
		    tries[i].section);
		assert_string_equal(tried(&m, right, 1, text), tries[i].verdict);
		assert_true(i != 4 || world_claims(w, CLAIM_TICKET, "CHG-6"));
		if (i > 0)
			continue;
		assert_true(world_claims(w, CLAIM_REGION, "asia-northeast1"));
		assert_true(world_claims(w, CLAIM_PLACE_GRADE, "B"));
		assert_true(world_claims(w, CLAIM_KEY_LABEL, NAME));
	}
	maker_free(&m);
}

/* A block whose last octets are the right hash, and whose padding is not: for whoever looks there. */
static void
test_padding(void **state)
{
	struct maker m = maker_new();
	struct buffer statement = { .max = 0 };
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(m.partition_key, NULL);
	struct hash hash;
	uint8_t block[256] = { 0, 1, 2 };
	size_t len = sizeof(block);

	(void)state;
	world_reset(w);
	statement_put(&statement, &m, right, 1);
	hash = hash_of(bytes_of(statement.at, statement.len - 256));
	memcpy(block + 256 - HASH_LEN, hash.at, HASH_LEN);
	assert_int_equal(EVP_PKEY_sign_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_sign(context, statement.at + statement.len - 256, &len, block,
	    sizeof(block)), 1);
	assert_string_equal(maker_judge(&m, &statement, ANY), "reject signature");
	EVP_PKEY_CTX_free(context);
	buffer_free(&statement);
	maker_free(&m);
}

/* The owner's card has the name and the key of the maker's: in any order, and dates tell apart. */
static void
test_order(void **state)
{
	struct pool pool = { .certificates = 0 };

	(void)state;
	real();
	assert_int_equal(pool_add(&pool, &w->dossier, w->dossier.item[1].octets, NULL), ERR_OK);
	world_reset(w);
	world_file(w, "statement", "gcp-cloudhsm/ec-attestation.dat");
	for (size_t i = pool.certificates; i > 0; i--)
		world_put_certificate(w, "certificates", pool.certificate[i - 1]);
	pool_free(&pool);
	world_file(w, "certificates", "gcp-cloudhsm/google-owner-root.pem");
	world_file(w, "certificates", "gcp-cloudhsm/marvell-root-2024-2034.pem");
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "accept");
	w->dossier.at_s = 1900000000;
	assert_string_equal(world_verdict(w, "marvell-hsm", ANY), "reject owner_time");
}

/* The maker alone, the owner alone, and a key that the partition itself would vouch for. */
static void
test_chains(void **state)
{
	struct maker m = maker_new(), other = maker_new(), mixed = m;
	X509 *below = world_certificate("below", other.partition_key, m.partition);

	(void)state;
	mixed.owned = other.owned;
	assert_string_equal(tried(&mixed, right, 1, ANY), "reject owner_chain");
	mixed = m;
	mixed.partition = other.partition;
	assert_string_equal(tried(&mixed, right, 1, ANY), "reject chain");
	X509_sign(below, m.partition_key, EVP_sha256());
	mixed = m;
	mixed.partition_key = other.partition_key;
	mixed.owned = m.partition;
	mixed.partition = below;
	assert_string_equal(tried(&mixed, right, 1, ANY), "reject chain");
	X509_free(below);
	maker_free(&m);
	maker_free(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real), cmocka_unit_test(test_real_broken),
		cmocka_unit_test(test_attributes), cmocka_unit_test(test_place),
		cmocka_unit_test(test_padding), cmocka_unit_test(test_chains), cmocka_unit_test(test_order),
	};
	int failed;

	w = world_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	world_free(w);
	return failed;
}
