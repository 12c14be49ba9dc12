/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotes and certifications: those of a swtpm, cut and altered at every octet, and those of a
 * simulated TPM that lies in one way each.  Every refusal names its rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/policy.h"
#include "attest/tpm_pcr.h"
#include "attest/tpm_quote.h"
#include "tests/unit/tpm_lab.h"
#include "tests/unit/vectors.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"

enum { AT_S = 1795000000 };		/* 2026-11-18, in no relation to any wall clock */

#define SWTPM "tests/data/attest/tpm-swtpm/"
#define HEAD "policy = \"p\"; edition = \"1\";\n"
#define AK_NAME "000b937c5aa2ca1cb871dc354ed54fcceb2789b0b032aad5b3f8ade9411b34a578c2"

static struct {
	struct buffer quote, quote_sig, pcrs, nonce, ak, good, certify, certify_sig, cnonce, rogue,
	    log;
} file;

static int
files_begin(void **state)
{
	(void)state;
	file.quote = vectors_file(SWTPM "quote.tpms_attest");
	file.quote_sig = vectors_file(SWTPM "quote.tpmt_sig");
	file.pcrs = vectors_file(SWTPM "pcrs.txt");
	file.nonce = vectors_file(SWTPM "nonce.bin");
	file.ak = vectors_file(SWTPM "ak.pub");
	file.good = vectors_file(SWTPM "good.pub");
	file.rogue = vectors_file(SWTPM "rogue.pub");
	file.certify = vectors_file(SWTPM "good.certify.tpms_attest");
	file.certify_sig = vectors_file(SWTPM "good.certify.tpmt_sig");
	file.cnonce = vectors_file(SWTPM "cnonce.bin");
	file.log = vectors_file("tests/data/attest/evlog/ubuntu-2404-amd-sevsnp.bin");
	return 0;
}

static int
files_end(void **state)
{
	(void)state;
	for (struct buffer *one = (struct buffer *)&file; one < (struct buffer *)(&file + 1); one++)
		buffer_free(one);
	return 0;
}

static struct dossier
quote_dossier(void)
{
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_buffer(&file.nonce) };

	dossier_put(&dossier, "quote", bytes_of_buffer(&file.quote));
	dossier_put(&dossier, "signature", bytes_of_buffer(&file.quote_sig));
	dossier_put(&dossier, "ak", bytes_of_buffer(&file.ak));
	dossier_put(&dossier, "pcrs", bytes_of_buffer(&file.pcrs));
	return dossier;
}

static struct dossier
certify_dossier(void)
{
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_buffer(&file.cnonce) };

	dossier_put(&dossier, "statement", bytes_of_buffer(&file.certify));
	dossier_put(&dossier, "signature", bytes_of_buffer(&file.certify_sig));
	dossier_put(&dossier, "ak", bytes_of_buffer(&file.ak));
	dossier_put(&dossier, "object", bytes_of_buffer(&file.good));
	return dossier;
}

static void
dossier_set(struct dossier *dossier, const char *role, struct bytes octets)
{
	for (size_t i = 0; i < dossier->count; i++)
		if (strcmp(dossier->item[i].role, role) == 0) {
			dossier->item[i].octets = octets;
			return;
		}
	dossier_put(dossier, role, octets);
}

static struct appraisal appraisal;

/* Judges by a policy's text (NULL: none); the rule that decided, "" if it was accepted. */
static const char *
judged(const char *verifier, const struct dossier *given, const char *text)
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
	attest_judge(verifier_find(verifier), &dossier, &appraisal);
	policy_free(policy);
	rule = appraisal_rule(&appraisal);
	assert_true((rule == NULL) == (appraisal.verdict == ATTEST_ACCEPT));
	assert_true((rule == NULL) == (appraisal.claims.count > 0));
	return rule != NULL ? rule->name : "";
}

#define assert_reject(verifier, dossier, policy, rule)                                       \
	do {                                                                                 \
		assert_string_equal(judged(verifier, dossier, policy), rule);                \
		assert_int_equal(appraisal.verdict, ATTEST_REJECT);                          \
	} while (0)
#define assert_lack(verifier, dossier, policy, rule)                                         \
	do {                                                                                 \
		assert_string_equal(judged(verifier, dossier, policy), rule);                \
		assert_int_equal(appraisal.verdict, ATTEST_INDETERMINATE);                   \
	} while (0)
#define assert_accept(verifier, dossier, policy)                                             \
	assert_string_equal(judged(verifier, dossier, policy), "")

#define QUOTE(keys) HEAD "tpm-quote = { ak = [ \"" AK_NAME "\" ]; " keys " };"
#define CERTIFY(keys) HEAD "tpm-certify = { ak = [ \"" AK_NAME "\" ]; " keys " };"
#define PCR8 "b11cdf49fa0b93db6638d870cee6ca4a277373e27bcc76d419df088338a45873"

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

static void
test_quote(void **state)
{
	struct dossier dossier = quote_dossier();
	uint64_t number;

	(void)state;
	assert_accept("tpm-quote", &dossier, QUOTE("pcr8 = [ \"" PCR8 "\" ]; pcr0 = \"*\";"));
	assert_claim("firmware", "2019102300163636");
	assert_claim("tpm.ak", AK_NAME);
	assert_claim("tpm.registers", "0-9,14");
	assert_claim("tpm.bank", "SHA-256");
	assert_claim("hardware", "TPM 2.0");
	assert_claim("endorsed", "policy");
	assert_claim("measurement",
	    "8980b13ae99ea8ca25871c15f5e45ad1d82ce391605378037827dd2dc27db0fe");
	assert_true(claims_get_number(&appraisal.claims, "clock", &number) && number == 109167);
	assert_true(claims_get_number(&appraisal.claims, "resets", &number) && number == 2);
	assert_true(claims_get_number(&appraisal.claims, "restarts", &number) && number == 0);
	/* Without values, by the digest over all of them. */
	dossier_set(&dossier, "pcrs", bytes_of(NULL, 0));
	assert_accept("tpm-quote", &dossier, QUOTE("measurement = [ "
	    "\"8980b13ae99ea8ca25871c15f5e45ad1d82ce391605378037827dd2dc27db0fe\" ];"));
	assert_lack("tpm-quote", &dossier, QUOTE("pcr8 = [ \"" PCR8 "\" ];"), "pcr");
	assert_reject("tpm-quote", &dossier, QUOTE("measurement = [ \"" PCR8 "\" ];"),
	    "measurement");
}

static void
test_quote_policy(void **state)
{
	struct dossier dossier = quote_dossier();
	struct hash other = { { 1 } };

	(void)state;
	assert_lack("tpm-quote", &dossier, NULL, "policy");
	assert_lack("tpm-quote", &dossier, HEAD "tpm-certify = { ak = \"*\"; };", "policy");
	assert_lack("tpm-quote", &dossier, HEAD "tpm-quote = { measurement = \"*\"; };", "ak");
	assert_lack("tpm-quote", &dossier, QUOTE(""), "measurement");
	assert_reject("tpm-quote", &dossier, HEAD "tpm-quote = { ak = [ \"00\" ]; };", "ak");
	assert_reject("tpm-quote", &dossier, QUOTE("pcr7 = [ \"" PCR8 "\" ];"), "pcr");
	assert_reject("tpm-quote", &dossier, QUOTE("pcr8 = ( { value = \"" PCR8 "\"; "
	    "until = \"2026-11-01\"; } );"), "pcr");
	assert_lack("tpm-quote", &dossier, QUOTE("pcr10 = [ \"" PCR8 "\" ];"), "pcr");
	assert_accept("tpm-quote", &dossier, QUOTE("pcr8 = \"*\"; "
	    "min_firmware = \"2019102300163636\";"));
	assert_reject("tpm-quote", &dossier, QUOTE("pcr8 = \"*\"; "
	    "min_firmware = \"2019102300163637\";"), "firmware");
	dossier.spki = &other;
	assert_reject("tpm-quote", &dossier, QUOTE("pcr8 = \"*\";"), "key");
	dossier.spki = NULL;
	dossier.nonce = bytes_of(NULL, 0);
	assert_lack("tpm-quote", &dossier, QUOTE("pcr8 = \"*\";"), "nonce");
	assert_accept("tpm-quote", &dossier, QUOTE("pcr8 = \"*\"; nonce = \"none\";"));
	dossier.nonce = bytes_of_buffer(&file.cnonce);
	assert_reject("tpm-quote", &dossier, QUOTE("pcr8 = \"*\"; nonce = \"none\";"), "nonce");
	/* A key whose public area nobody has is none the carrier can know. */
	dossier = quote_dossier();
	dossier_set(&dossier, "ak", bytes_of(NULL, 0));
	assert_lack("tpm-quote", &dossier, QUOTE("pcr8 = \"*\";"), "ak-form");
}

/* Every cut and every altered octet of everything that is signed, and of the signature. */
static void
test_altered(void **state)
{
	static const struct { const char *verifier, *role; } what[] = {
		{ "tpm-quote", "quote" }, { "tpm-quote", "signature" }, { "tpm-quote", "ak" },
		{ "tpm-certify", "statement" }, { "tpm-certify", "object" } };

	(void)state;
	for (size_t k = 0; k < sizeof(what) / sizeof(what[0]); k++) {
		bool quote = strcmp(what[k].verifier, "tpm-quote") == 0;
		struct dossier dossier = quote ? quote_dossier() : certify_dossier();
		struct bytes octets = dossier_item(&dossier, what[k].role);
		const char *policy = quote ? QUOTE("measurement = \"*\";") : CERTIFY("");

		assert_accept(what[k].verifier, &dossier, policy);
		for (size_t i = 0; i < octets.len; i++) {
			uint8_t *copy = memory_new(octets.len, 1);

			memcpy(copy, octets.at, octets.len);
			copy[i] ^= 1;
			dossier_set(&dossier, what[k].role, bytes_of(copy, octets.len));
			judged(what[k].verifier, &dossier, policy);
			assert_int_equal(appraisal.verdict, ATTEST_REJECT);
			free(copy);
			copy = memory_new(i + 1, 1);
			memcpy(copy, octets.at, i);
			dossier_set(&dossier, what[k].role, bytes_of(copy, i));
			judged(what[k].verifier, &dossier, policy);
			assert_int_not_equal(appraisal.verdict, ATTEST_ACCEPT);
			free(copy);
		}
	}
}

static void
test_behind(void **state)
{
	static const char *const roles[] = { "quote", "signature", "ak" };
	static const char *const rules[] = { "form", "signature-form", "ak-form" };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct dossier dossier = quote_dossier();
		struct bytes octets = dossier_item(&dossier, roles[k]);
		uint8_t *copy = memory_new(octets.len + 1, 1);

		memcpy(copy, octets.at, octets.len);
		dossier_set(&dossier, roles[k], bytes_of(copy, octets.len + 1));
		assert_reject("tpm-quote", &dossier, QUOTE("measurement = \"*\";"), rules[k]);
		free(copy);
	}
}

static void
test_certify(void **state)
{
	struct dossier dossier = certify_dossier();
	struct hash spki;
	EVP_PKEY *key;
	struct tpm_public public;

	(void)state;
	assert_int_equal(tpm_public_read(bytes_of_buffer(&file.good), &public, NULL), ERR_OK);
	key = tpm_key(&public);
	spki = key_spki(key);
	EVP_PKEY_free(key);
	dossier.spki = &spki;
	assert_accept("tpm-certify", &dossier, CERTIFY(""));
	assert_claim("key.generated", "yes");
	assert_claim("key.exportable", "no");
	assert_claim("key.spki",
	    "5833387a91e6ebde61529c9ebaa286dbd3ee32f244f56d54f0698f0026437b1f");
	assert_claim("tpm.name",
	    "000bd5f9431d150ccd45201ec1d1128a27a159388152aa75ac23888b946eef704ae2");
	spki.at[0] ^= 1;
	assert_reject("tpm-certify", &dossier, CERTIFY(""), "key");
	dossier.spki = NULL;
	assert_lack("tpm-certify", &dossier, NULL, "policy");
	assert_lack("tpm-certify", &dossier, HEAD "tpm-certify = { };", "ak");
	dossier_set(&dossier, "object", bytes_of_buffer(&file.ak));
	assert_reject("tpm-certify", &dossier, CERTIFY(""), "name");
	dossier_set(&dossier, "object", bytes_of(NULL, 0));
	assert_reject("tpm-certify", &dossier, CERTIFY(""), "object-form");
}

/* The same key, and sound, by its numbers as by libcrypto's; another y is no point of the curve. */
static void
test_sound(void **state)
{
	static const char *const groups[] = { "P-256", "P-384", "P-521" };
	struct chain_memory *memory = chain_memory_new();

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", groups[i % 3]), *made;
		struct buffer octets = lab_public(key, LAB_KEY, TPM_SHA256, TPM_NULL, 0);
		struct tpm_public public;
		struct hash spki;

		assert_int_equal(tpm_public_read(bytes_of_buffer(&octets), &public, NULL), ERR_OK);
		assert_true(tpm_key_sound(i % 2 == 0 ? memory : NULL, &public, 2048, &spki));
		assert_true(hash_equal(spki, key_spki(key)));
		octets.at[octets.len - 1] ^= 1;
		made = tpm_key(&public);
		assert_true(tpm_key_sound(i % 2 == 0 ? memory : NULL, &public, 2048, &spki) ==
		    (made != NULL));
		assert_null(made);
		public.second.len = 0;
		assert_false(tpm_key_sound(memory, &public, 2048, &spki));
		EVP_PKEY_free(key);
		buffer_free(&octets);
	}
	chain_memory_free(memory);
}

static void
certified_as(const char *name, const char *public, const char *rule)
{
	struct dossier dossier = certify_dossier();
	struct buffer statement, signature, object;
	char path[96];

	snprintf(path, sizeof(path), SWTPM "%s.certify.tpms_attest", name);
	statement = vectors_file(path);
	snprintf(path, sizeof(path), SWTPM "%s.certify.tpmt_sig", name);
	signature = vectors_file(path);
	snprintf(path, sizeof(path), SWTPM "%s.pub", public);
	object = vectors_file(path);
	dossier_set(&dossier, "statement", bytes_of_buffer(&statement));
	dossier_set(&dossier, "signature", bytes_of_buffer(&signature));
	dossier_set(&dossier, "object", bytes_of_buffer(&object));
	if (strcmp(name, "forged") == 0)
		dossier_set(&dossier, "ak", bytes_of_buffer(&file.rogue));
	assert_reject("tpm-certify", &dossier, HEAD "tpm-certify = { ak = \"*\"; };", rule);
	buffer_free(&statement);
	buffer_free(&signature);
	buffer_free(&object);
}

/* What a real TPM signs of keys that are not closed in, and a statement it never made. */
static void
test_certify_traps(void **state)
{
	struct dossier dossier = certify_dossier();

	(void)state;
	certified_as("migratable", "mig", "fixedTPM");
	certified_as("imported", "imp", "fixedTPM");
	certified_as("forged", "imp", "ak-attributes");
	dossier_set(&dossier, "statement", bytes_of_buffer(&file.quote));
	dossier_set(&dossier, "signature", bytes_of_buffer(&file.quote_sig));
	assert_reject("tpm-certify", &dossier, CERTIFY(""), "kind");
	dossier = quote_dossier();
	dossier_set(&dossier, "quote", bytes_of_buffer(&file.certify));
	dossier_set(&dossier, "signature", bytes_of_buffer(&file.certify_sig));
	assert_reject("tpm-quote", &dossier, QUOTE("measurement = \"*\";"), "kind");
}

/* --- a TPM that lies ---------------------------------------------------------------------- */

struct made {
	const char *kind;
	uint32_t    attributes;
	uint16_t    name_hash, scheme, hash, bank;	/* of the key; of the quote */
	uint16_t    used;		/* hash of the signature; 0: hash */
	uint32_t    object;		/* attributes of the certified key */
};

static void
made_judge(const struct made *made, bool quote, const char *rule)
{
	EVP_PKEY *ak = strcmp(made->kind, "RSA1024") == 0 ?
	    EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024) : seal_key(made->kind);
	EVP_PKEY *key = seal_key("P-256");
	struct bytes nonce = bytes_of_text("nonce");
	struct buffer public = lab_public(ak, made->attributes, made->name_hash, made->scheme,
	    made->hash);
	struct buffer object = lab_public(key, made->object, TPM_SHA256, TPM_NULL, TPM_NULL);
	struct buffer statement = quote ? lab_quote(nonce, made->bank, bytes_of_text(
	    "12345678901234567890123456789012")) : lab_certify(nonce, bytes_of_buffer(&object));
	struct buffer signature = lab_sign(ak, made->scheme == TPM_NULL ? TPM_ECDSA :
	    made->scheme, made->used != 0 ? made->used : made->hash, bytes_of_buffer(&statement));
	struct dossier dossier = { .at_s = AT_S, .nonce = nonce };

	dossier_put(&dossier, quote ? "quote" : "statement", bytes_of_buffer(&statement));
	dossier_put(&dossier, "signature", bytes_of_buffer(&signature));
	dossier_put(&dossier, "ak", bytes_of_buffer(&public));
	dossier_put(&dossier, "object", bytes_of_buffer(&object));
	assert_string_equal(judged(quote ? "tpm-quote" : "tpm-certify", &dossier,
	    HEAD "tpm-quote = { ak = \"*\"; measurement = \"*\"; }; tpm-certify = { ak = \"*\"; };"),
	    rule);
	buffer_free(&public);
	buffer_free(&object);
	buffer_free(&statement);
	buffer_free(&signature);
	EVP_PKEY_free(ak);
	EVP_PKEY_free(key);
}

static void
test_made(void **state)
{
	const struct made good = { "P-256", LAB_AK, TPM_SHA256, TPM_ECDSA, TPM_SHA256, TPM_SHA256,
		0, LAB_KEY };
	static const struct { uint32_t bit; } ak_bits[] = { { TPM_RESTRICTED }, { TPM_SIGN },
		{ TPM_DECRYPT }, { TPM_FIXED_TPM }, { TPM_SENSITIVE_DATA_ORIGIN } };
	static const struct { uint32_t bit; const char *rule; } bits[] = {
		{ TPM_FIXED_TPM, "fixedTPM" }, { TPM_FIXED_PARENT, "fixedParent" },
		{ TPM_SENSITIVE_DATA_ORIGIN, "sensitiveDataOrigin" }, { TPM_SIGN, "sign" } };
	struct made made = good;

	(void)state;
	made_judge(&made, true, "");
	made_judge(&made, false, "");
	for (size_t i = 0; i < sizeof(ak_bits) / sizeof(ak_bits[0]); i++) {
		made.attributes = LAB_AK ^ ak_bits[i].bit;
		made_judge(&made, true, "ak-attributes");
		made_judge(&made, false, "ak-attributes");
	}
	made = good;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		made.object = LAB_KEY ^ bits[i].bit;
		made_judge(&made, false, bits[i].rule);
	}
}

static void
test_algorithms(void **state)
{
	const struct made good = { "P-256", LAB_AK, TPM_SHA256, TPM_ECDSA, TPM_SHA256, TPM_SHA256,
		0, LAB_KEY };
	struct made made = good;

	(void)state;
	made.bank = TPM_SHA1;
	made_judge(&made, true, "bank");
	made = good;
	made.hash = TPM_SHA1;
	made_judge(&made, true, "algorithm");
	made = good;
	made.name_hash = TPM_SHA1;
	made_judge(&made, true, "algorithm");
	/* Signed in another way than the key allows: a real TPM cannot. */
	made = good;
	made.used = TPM_SHA384;
	made_judge(&made, true, "algorithm");
	made = good;
	made.kind = "P-384";
	made.hash = TPM_SHA384;
	made_judge(&made, true, "");
	made = good;
	made.kind = "RSA";
	made.scheme = TPM_RSASSA;
	made_judge(&made, true, "");
	made.scheme = TPM_RSAPSS;
	made_judge(&made, false, "");
	made.kind = "RSA1024";
	made_judge(&made, true, "algorithm");
}

/* --- certificates ------------------------------------------------------------------------- */

struct certified {
	struct sealer sealer;
	struct buffer public, certificate, root, quote, signature;
	char          policy[256];
};

/* An attestation key with a certificate of purpose, valid around AT_S. */
static struct certified
certified_make(const char *purpose, int64_t from_s, int64_t to_s)
{
	struct certified out = { .sealer = sealer_make("P-256", "critical,digitalSignature", from_s,
	    to_s) };
	char pin[HASH_TEXT];

	if (purpose != NULL) {
		authority_extend(out.sealer.certificate, NID_ext_key_usage, purpose);
		X509_sign(out.sealer.certificate, out.sealer.root_key, EVP_sha256());
	}
	seal_pem(out.sealer.certificate, &out.certificate);
	seal_pem(out.sealer.root, &out.root);
	out.public = lab_public(out.sealer.key, LAB_AK, TPM_SHA256, TPM_ECDSA, TPM_SHA256);
	out.quote = lab_quote(bytes_of_text("nonce"), TPM_SHA256, bytes_of_text("digest"));
	out.signature = lab_sign(out.sealer.key, TPM_ECDSA, TPM_SHA256,
	    bytes_of_buffer(&out.quote));
	hash_text(certificate_hash(out.sealer.root), pin);
	snprintf(out.policy, sizeof(out.policy), HEAD "tpm-quote = { roots = [ \"sha256:%s\" ]; "
	    "crl = \"if_given\"; measurement = \"*\"; };", pin);
	return out;
}

static void
certified_free(struct certified *certified)
{
	sealer_free(&certified->sealer);
	buffer_free(&certified->public);
	buffer_free(&certified->certificate);
	buffer_free(&certified->root);
	buffer_free(&certified->quote);
	buffer_free(&certified->signature);
}

static struct dossier
certified_dossier(const struct certified *certified)
{
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };

	dossier_put(&dossier, "quote", bytes_of_buffer(&certified->quote));
	dossier_put(&dossier, "signature", bytes_of_buffer(&certified->signature));
	dossier_put(&dossier, "ak", bytes_of_buffer(&certified->public));
	dossier_put(&dossier, "ak-certificate", bytes_of_buffer(&certified->certificate));
	dossier_put(&dossier, "certificates", bytes_of_buffer(&certified->root));
	return dossier;
}

/* The certificate's end among what ends by itself; 0: it is not there. */
static int64_t
ends_of(const struct certified *made, const char *what)
{
	struct dossier dossier = certified_dossier(made);
	struct bytes text = { .len = 0 };
	struct ending one;
	int64_t until_ms = 0;
	size_t at = 0;

	assert_accept("tpm-quote", &dossier, made->policy);
	(void)claims_get(&appraisal.claims, CLAIM_ENDS, &text);
	while (ending_next(text, &at, &one))
		until_ms = strcmp(one.what, what) == 0 ? one.until_ms : until_ms;
	return until_ms;
}

static void
test_certificate_ends(void **state)
{
	static const char own[] = "ak-certificate/Example-Telecom-e-seal";
	enum { DAY_S = 86400 };
	struct certified made = certified_make(NULL, AT_S - 27 * DAY_S, AT_S + 3 * DAY_S);

	(void)state;
	assert_int_equal(ends_of(&made, own), (AT_S + INT64_C(3) * DAY_S) * 1000);
	certified_free(&made);
	/* Made for a day, or a week, by a machine that makes the next one. */
	made = certified_make(NULL, AT_S - DAY_S / 2, AT_S + DAY_S / 2);
	assert_int_equal(ends_of(&made, own), 0);
	certified_free(&made);
	made = certified_make(NULL, AT_S - 6 * DAY_S, AT_S + DAY_S);
	assert_int_equal(ends_of(&made, own), 0);
	/* Behind it the authority's, by the role it came in. */
	assert_true(ends_of(&made, "certificates/e-seal-root") > 0);
	certified_free(&made);
}

static void
test_certificate(void **state)
{
	struct certified made = certified_make(NULL, AT_S - 10, AT_S + 10);
	struct dossier dossier = certified_dossier(&made);
	struct buffer garbled = { .max = 0 };

	(void)state;
	assert_accept("tpm-quote", &dossier, made.policy);
	assert_claim("collateral.until", "2026-11-18T11:06:50.000Z");
	dossier.at_s = AT_S + 11;
	assert_reject("tpm-quote", &dossier, made.policy, "dates");
	dossier.at_s = AT_S - 11;
	assert_reject("tpm-quote", &dossier, made.policy, "dates");
	dossier.at_s = AT_S;
	/* No root of this is pinned: shown by nobody, or by somebody else. */
	assert_lack("tpm-quote", &dossier, HEAD "tpm-quote = { measurement = \"*\"; };", "chain");
	assert_reject("tpm-quote", &dossier, HEAD "tpm-quote = { measurement = \"*\"; roots = "
	    "[ \"sha256:" NO_PIN "\" ]; };", "chain");
	dossier_set(&dossier, "certificates", bytes_of_buffer(&made.certificate));
	assert_reject("tpm-quote", &dossier, made.policy, "chain");
	dossier_set(&dossier, "certificates", bytes_of_buffer(&made.root));
	buffer_put(&garbled, "not a certificate", 17);
	dossier_set(&dossier, "ak-certificate", bytes_of_buffer(&garbled));
	assert_reject("tpm-quote", &dossier, made.policy, "ak-certificate");
	/* The certificate of another key. */
	dossier_set(&dossier, "ak-certificate", bytes_of_buffer(&made.certificate));
	dossier_set(&dossier, "ak", bytes_of_buffer(&file.ak));
	assert_reject("tpm-quote", &dossier, made.policy, "ak-key");
	/* Without the public area nobody knows that it is restricted... */
	dossier_set(&dossier, "ak", bytes_of(NULL, 0));
	assert_lack("tpm-quote", &dossier, made.policy, "ak-attributes");
	buffer_free(&garbled);
	certified_free(&made);
	/* ...unless its issuer says that it is an attestation key. */
	made = certified_make("2.23.133.8.3", AT_S - 10, AT_S + 10);
	dossier = certified_dossier(&made);
	dossier_set(&dossier, "ak", bytes_of(NULL, 0));
	assert_accept("tpm-quote", &dossier, made.policy);
	certified_free(&made);
}

/* --- event log ---------------------------------------------------------------------------- */

/* The registers as the published log ends, quoted by a key of ours. */
static void
logged(const char *change, unsigned pcr, const char *rule, const char *explained)
{
	struct event_replay replay;
	struct buffer text = { .max = 0 }, all = { .max = 0 }, statement, signature, public;
	EVP_PKEY *ak = seal_key("P-256");
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of_text("nonce") };
	uint8_t digest[DIGEST_MAX];
	char hex[HASH_TEXT];

	assert_int_equal(event_log_replay(bytes_of_buffer(&file.log), DIGEST_SHA256, &replay, NULL),
	    ERR_OK);
	buffer_put_text(&text, "sha1:\n 0: 0x" "0000000000000000000000000000000000000000\r\n"
	    "sha256:\r\n\n");
	for (unsigned i = 0; i < 15; i++) {
		if (i > 7 && i != 14)
			continue;
		if (change != NULL && i == pcr)
			assert_int_equal(hex_read(change, replay.value[i], HASH_LEN), ERR_OK);
		hex_of(bytes_of(replay.value[i], HASH_LEN), hex);
		buffer_print(&text, "\t%u:%s\r\n", i, hex);
		buffer_put(&all, replay.value[i], HASH_LEN);
	}
	assert_int_equal(digest_of(DIGEST_SHA256, bytes_of_buffer(&all), bytes_of(NULL, 0),
	    bytes_of(NULL, 0), digest), ERR_OK);
	public = lab_public(ak, LAB_AK, TPM_SHA256, TPM_ECDSA, TPM_SHA256);
	statement = lab_quote(dossier.nonce, TPM_SHA256, bytes_of(digest, HASH_LEN));
	signature = lab_sign(ak, TPM_ECDSA, TPM_SHA256, bytes_of_buffer(&statement));
	dossier_put(&dossier, "quote", bytes_of_buffer(&statement));
	dossier_put(&dossier, "signature", bytes_of_buffer(&signature));
	dossier_put(&dossier, "ak", bytes_of_buffer(&public));
	dossier_put(&dossier, "pcrs", bytes_of_buffer(&text));
	dossier_put(&dossier, "log", bytes_of_buffer(&file.log));
	assert_string_equal(judged("tpm-quote", &dossier,
	    HEAD "tpm-quote = { ak = \"*\"; measurement = \"*\"; };"), rule);
	if (explained != NULL)
		assert_claim("tpm.log", explained);
	if (rule[0] == '\0') {
		dossier_set(&dossier, "pcrs", bytes_of(NULL, 0));
		assert_lack("tpm-quote", &dossier,
		    HEAD "tpm-quote = { ak = \"*\"; measurement = \"*\"; };", "log");
		dossier_set(&dossier, "pcrs", bytes_of_buffer(&text));
		dossier_set(&dossier, "log", bytes_of_text("no log"));
		assert_reject("tpm-quote", &dossier,
		    HEAD "tpm-quote = { ak = \"*\"; measurement = \"*\"; };", "log");
	}
	buffer_free(&text);
	buffer_free(&all);
	buffer_free(&statement);
	buffer_free(&signature);
	buffer_free(&public);
	EVP_PKEY_free(ak);
}

static void
test_log(void **state)
{
	(void)state;
	logged(NULL, 0, "", "0-7,14");
	logged(PCR8, 4, "log", NULL);
	logged(PCR8, 0, "log", NULL);
	/* The system extended it after the log was written: not explained, and not a lie. */
	logged(PCR8, 14, "", "0-7");
}

/* --- values of registers ------------------------------------------------------------------ */

static void
test_values(void **state)
{
	static const char *const wrong[] = { "0 : 0x00\n", "sha256:\n24 : 0x" PCR8, "sha257:\n",
		"sha256:\n1 : 0x00\n", "sha256:\n1 : 0x" PCR8 "\n1 : 0x" PCR8 "\n",
		"sha256:\n-1 : 0x" PCR8, "sha256:\n1 0x" PCR8, "sha256:\n1 : 0x" PCR8 "00",
		"sha384:\n1 : 0x" PCR8, "sha256:\n1 : 1x" PCR8, "sha256:\n1x: 0x" PCR8,
		"sha256:\n : 0x" PCR8, "sha256:\n001 : 0x" PCR8 };
	struct pcr_values values;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why = (struct why){ .err = ERR_OK };
		assert_int_equal(pcr_values_read(bytes_of_text(wrong[i]), &values, &why),
		    ERR_MALFORMED);
		assert_non_null(strstr(why.text, "line "));
	}
	assert_int_equal(pcr_values_read(bytes_of_text("\n sha256 :\n 23 :0X" PCR8), &values,
	    &why), ERR_OK);
	assert_int_equal(pcr_value(&values, TPM_SHA256, 23).len, 32);
	assert_int_equal(pcr_value(&values, TPM_SHA256, 22).len, 0);
	assert_int_equal(pcr_value(&values, TPM_SHA384, 23).len, 0);
	assert_int_equal(pcr_value(&values, TPM_SHA1, 23).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_quote_policy),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_certify), cmocka_unit_test(test_sound),
		cmocka_unit_test(test_certify_traps),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_certificate_ends),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, files_begin, files_end);
}
