/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of AWS Nitro: those of a simulated hypervisor, right and wrong in every way that
 * matters, and real ones, cut and turned at every octet.  Each breach is told by its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/bound_data.h"
#include "attest/signature.h"
#include "tests/unit/attest_asked.h"
#include "tests/unit/nitro_lab.h"
#include "tests/unit/vectors.h"

#define ANY_PCR "pcr0 = \"*\"; pcr1 = \"*\"; pcr2 = \"*\"; pcr3 = \"*\"; pcr4 = \"*\"; pcr8 = \"*\"; "
#define NONCE "0123456789abcdef"
#define REAL "tests/data/attest/nitro/ap-south-1-2024.bin"
#define REAL_TPM "tests/data/attest/nitrotpm/us-east-1-2026-02.doc.cbor"
#define KIND(tpm) ((tpm) ? "nitro-tpm" : "nitro-enclave")

static struct nitro_lab lab;
static char root[128];		/* "roots = \"sha256:...\"; " */

static void
root_of(const struct nitro_lab *of, char out[128])
{
	char hex[HASH_TEXT];

	hash_text(certificate_hash(of->link[0]), hex);
	snprintf(out, 128, "roots = \"sha256:%s\"; ", hex);
}

static int
lab_begin(void **state)
{
	(void)state;
	lab = nitro_lab_make(&nitro_chain_good);
	root_of(&lab, root);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	nitro_lab_free(&lab);
	return 0;
}

static struct dossier
dossier_of(struct bytes document)
{
	struct dossier dossier = { .at_s = LAB_AT_S + 5, .nonce = bytes_of_text(NONCE) };

	dossier_put(&dossier, "document", document);
	return dossier;
}

/* "max_age = 60; regions = [...]" and all that a good document needs; more is added to it. */
static const char *
policy_of(const char *kind, const char *more)
{
	static char text[2048];

	snprintf(text, sizeof(text), "%s = { %s max_age = 60; %s %s };", kind, root,
	    strstr(more, "regions") != NULL ? "" : "regions = [ \"ap-northeast-1\" ];", more);
	return text;
}

static const char *
judged(struct nitro_made made, const char *more)
{
	struct buffer document = nitro_lab_document(&lab, made);
	const char *text = asked_text(asked(KIND(made.tpm), dossier_of(bytes_of_buffer(&document)),
	    policy_of(KIND(made.tpm), more)));

	buffer_free(&document);
	return text;
}

static const char *
enclave(struct nitro_made made)
{
	return judged(made, ANY_PCR);
}

static struct buffer
spki_of(EVP_PKEY *key)
{
	struct buffer out = { .max = 0 };
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	buffer_put(&out, der, (size_t)len);
	OPENSSL_free(der);
	return out;
}

/* --- right ---------------------------------------------------------------------------------- */

static void
test_accepts(void **state)
{
	struct buffer spki = spki_of(lab.key[0]), document = nitro_lab_document(&lab,
	    MADE(made.public_key = bytes_of_buffer(&spki),
	    made.user_data = bytes_of_text("hello")));
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	struct hash hash = hash_of(bytes_of_buffer(&spki));
	struct appraisal *answer;
	char hex[HASH_TEXT];

	(void)state;
	dossier.spki = &hash;
	hash_text(hash, hex);
	answer = asked("nitro-enclave", dossier, policy_of("nitro-enclave", ANY_PCR));
	assert_int_equal(answer->verdict, ATTEST_ACCEPT);
	assert_string_equal(asked_claim(answer, "region"), "ap-northeast-1");
	assert_string_equal(asked_claim(answer, "instance"), "i-0123456789abcdef0");
	assert_string_equal(asked_claim(answer, "nitro.module"), LAB_MODULE);
	assert_string_equal(asked_claim(answer, "key.spki"), hex);
	assert_string_equal(asked_claim(answer, "report.data"), "68656c6c6f");
	assert_string_equal(asked_claim(answer, "place.grade"), "A");
	assert_string_equal(asked_claim(answer, "debug"), "no");
	assert_string_equal(asked_claim(answer, "made"), "2026-11-18T11:06:40.000Z");
	assert_string_equal(asked_claim(answer, "expires"), "2026-11-18T14:06:40.000Z");
	assert_memory_equal(asked_claim(answer, "measurement"), "101010101010", 12);
	free(answer);
	buffer_free(&document);
	buffer_free(&spki);
}

static void
test_accepts_forms(void **state)
{
	(void)state;
	assert_string_equal(enclave(MADE(made.tagged = true)), "accept");
	assert_string_equal(enclave(MADE(made.endless = true)), "accept");
	assert_string_equal(enclave(MADE(made.flaw = FLAW_UNKNOWN)),
	    "accept");
	assert_string_equal(judged(MADE(made.tpm = true, made.endless = true),
	    "pcr4 = \"*\"; pcr7 = \"*\";"), "accept");
}

/* As many claims as there can be, of the longest data. */
static void
test_accepts_largest(void **state)
{
	static const uint8_t data[1024] = { 5 };
	char module[130];

	(void)state;
	memset(module, 'm', sizeof(module) - 1);
	module[sizeof(module) - 1] = '\0';
	assert_string_equal(enclave(MADE(made.pcrs = 32,
	    made.public_key = bytes_of(data, 1024), made.user_data = bytes_of(data, 1024))), "accept");
	assert_string_equal(enclave(MADE(made.module = module)), "reject fields");
	module[128] = '\0';
	assert_string_equal(enclave(MADE(made.module = module)), "reject names");
}

static void
test_base64(void **state)
{
	struct buffer document = nitro_lab_document(&lab, nitro_made_good),
	    text = { .max = 0 }, lines = { .max = 0 };

	(void)state;
	base64_put(&text, bytes_of_buffer(&document));
	for (size_t i = 0; i < text.len; i += 76) {
		buffer_put(&lines, text.at + i, text.len - i < 76 ? text.len - i : 76);
		buffer_put_text(&lines, "\n");
	}
	assert_string_equal(asked_text(asked("nitro-enclave", dossier_of(bytes_of_buffer(&text)),
	    policy_of("nitro-enclave", ANY_PCR))), "accept");
	assert_string_equal(asked_text(asked("nitro-enclave", dossier_of(bytes_of_buffer(&lines)),
	    policy_of("nitro-enclave", ANY_PCR))), "accept");
	assert_true(verifier_find("nitro-enclave")->role[0].looks(bytes_of_buffer(&lines)));
	assert_false(verifier_find("nitro-tpm")->role[0].looks(bytes_of_buffer(&lines)));
	assert_false(verifier_find("nitro-enclave")->role[0].looks(bytes_of_text("hEShA")));
	buffer_put_text(&lines, "\n");
	assert_string_equal(asked_text(asked("nitro-enclave", dossier_of(bytes_of_buffer(&lines)),
	    policy_of("nitro-enclave", ANY_PCR))), "reject cose");
	buffer_free(&document);
	buffer_free(&text);
	buffer_free(&lines);
}

/* --- wrong ---------------------------------------------------------------------------------- */

static void
test_flaws(void **state)
{
	static const struct { enum nitro_flaw flaw; bool endless; const char *answer; } rows[] = {
		{ FLAW_FIELD_TWICE, false, "reject fields" },
		{ FLAW_PCR_TWICE, false, "reject fields" },
		{ FLAW_PCR_FAR, false, "reject fields" },
		{ FLAW_PCR_SHORT, false, "reject fields" },
		{ FLAW_PCR_BOTH, false, "reject fields" },
		{ FLAW_PCR_NONE, false, "reject debug" },
		{ FLAW_PCR_MISSING, false, "reject debug" },
		{ FLAW_BUNDLE_NULL, false, "reject cabundle" },
		{ FLAW_BUNDLE_EMPTY, false, "reject cabundle" },
		{ FLAW_BUNDLE_LONG, false, "reject fields" },
		{ FLAW_BUNDLE_HOLLOW, false, "reject fields" },
		{ FLAW_BUNDLE_MANY, true, "reject fields" },
		{ FLAW_BUNDLE_LESS, false, "reject chain" },
		{ FLAW_NO_MODULE, false, "reject fields" },
		{ FLAW_NO_DIGEST, false, "reject fields" },
		{ FLAW_NO_CERTIFICATE, false, "reject fields" },
		{ FLAW_BEHIND, false, "reject fields" },
		{ FLAW_BEHIND, true, "reject fields" },
		{ FLAW_KEY_TYPE, false, "reject fields" },
		{ FLAW_BREAK, true, "reject fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(enclave(MADE(made.flaw = rows[i].flaw,
		    made.endless = rows[i].endless)), rows[i].answer);
}

static void
test_values(void **state)
{
	static const uint8_t data[1025];
	static const char es256[] = "\xa1\x01\x26";

	(void)state;
	assert_string_equal(enclave(MADE(made.zero = true)),
	    "reject debug");
	assert_string_equal(enclave(MADE(made.digest = "SHA256")),
	    "reject fields");
	assert_string_equal(enclave(MADE(made.module = "")),
	    "reject fields");
	assert_string_equal(enclave(MADE(made.module =
	    "i-0123456789abcdef0-enc0000000000000000")), "reject names");
	assert_string_equal(enclave(MADE(made.user_data = bytes_of(data, 1025))),
	    "reject fields");
	assert_string_equal(enclave(MADE(made.made_ms = 0)),
	    "reject fields");
	assert_string_equal(enclave(MADE(made.made_ms = UINT64_MAX)),
	    "reject fields");
	assert_string_equal(enclave(MADE(made.made_ms = LAB_AT_S)),
	    "reject timestamp");
	assert_string_equal(enclave(MADE(made.made_ms = (LAB_AT_S - 11) * 1000ULL)),
	    "reject timestamp");
	assert_string_equal(enclave(MADE(made.headers = 1)),
	    "reject cose");
	assert_string_equal(enclave(MADE(made.signature = 95)),
	    "reject algorithm");
	assert_string_equal(enclave(MADE(made.signature = 98)),
	    "reject algorithm");
	assert_string_equal(enclave(MADE(made.protected = bytes_of(es256, 3))),
	    "reject algorithm");
}

static void
test_kinds(void **state)
{
	struct buffer tpm = nitro_lab_document(&lab, MADE(made.tpm = true)),
	    own = nitro_lab_document(&lab, nitro_made_good);

	(void)state;
	assert_string_equal(asked_text(asked("nitro-enclave", dossier_of(bytes_of_buffer(&tpm)),
	    policy_of("nitro-enclave", ANY_PCR))), "reject kind");
	assert_string_equal(asked_text(asked("nitro-tpm", dossier_of(bytes_of_buffer(&own)),
	    policy_of("nitro-tpm", "pcr4 = \"*\"; pcr7 = \"*\";"))), "reject kind");
	assert_true(verifier_find("nitro-tpm")->role[0].looks(bytes_of_buffer(&tpm)));
	assert_false(verifier_find("nitro-enclave")->role[0].looks(bytes_of_buffer(&tpm)));
	assert_string_equal(judged(MADE(made.tpm = true, made.zero = true),
	    "pcr4 = \"*\"; pcr7 = \"*\";"), "reject measured");
	buffer_free(&tpm);
	buffer_free(&own);
}

/* --- certificates --------------------------------------------------------------------------- */

static const char *
chained(struct nitro_chain chain, int64_t at_s)
{
	struct nitro_lab own = nitro_lab_make(&chain);
	struct buffer document = nitro_lab_document(&own, nitro_made_good);
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	char before[128];
	const char *text;

	memcpy(before, root, sizeof(before));
	root_of(&own, root);
	dossier.at_s = at_s;
	text = asked_text(asked("nitro-enclave", dossier, policy_of("nitro-enclave", ANY_PCR)));
	memcpy(root, before, sizeof(before));
	buffer_free(&document);
	nitro_lab_free(&own);
	return text;
}

static void
test_chain(void **state)
{
	struct nitro_chain chain = nitro_chain_good;

	(void)state;
	assert_string_equal(chained(chain, LAB_AT_S + 5), "accept");
	assert_string_equal(chained(chain, LAB_AT_S - 11), "reject time");
	assert_string_equal(chained(chain, LAB_AT_S + 10801), "reject time");
	chain.basic[2] = "critical,CA:FALSE";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject chain");
	chain = nitro_chain_good;
	chain.basic[1] = "critical,CA:TRUE,pathlen:1";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject chain");
	chain = nitro_chain_good;
	chain.usage[3] = "critical,digitalSignature";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject chain");
	chain = nitro_chain_good;
	chain.usage[4] = "keyAgreement";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject leaf");
	chain.usage[4] = NULL;
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject leaf");
	chain = nitro_chain_good;
	chain.basic[4] = "critical,CA:TRUE";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject leaf");
	chain = nitro_chain_good;
	chain.group = "P-256";
	assert_string_equal(chained(chain, LAB_AT_S + 5), "reject leaf");
}

/* The region is compared whole, in each certificate, and nothing that only begins so passes. */
static void
test_names(void **state)
{
	static const struct { size_t link; const char *name; } wrong[] = {
		{ 1, "ec28cbbaae08094d.us-east-1.aws.nitro-enclaves" },
		{ 2, "68a8a693dd2153f6.zonal.ap-northeast-3.aws.nitro-enclaves" },
		{ 3, "i-0123456789abcdef0.ap-northeast-10.aws.nitro-enclaves" },
		{ 3, "i-0123456789abcdef0.zonal" },
		{ 4, LAB_MODULE "." },
		{ 4, LAB_MODULE ".ap-northeast-1" },
		{ 4, LAB_MODULE ".AP-northeast-1.aws" },
		{ 4, LAB_MODULE "..aws" },
		{ 4, "x" LAB_MODULE ".ap-northeast-1.aws" },
		{ 4, LAB_MODULE ".ap-northeast-1.example" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct nitro_chain chain = nitro_chain_good;

		chain.name[wrong[i].link] = wrong[i].name;
		assert_string_equal(chained(chain, LAB_AT_S + 5), "reject names");
	}
}

static void
test_wrong_root(void **state)
{
	struct buffer document = nitro_lab_document(&lab, nitro_made_good);
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));

	(void)state;
	/* Silent about roots: AWS's own is meant, and this one is not it. */
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, "nitro-enclave = { "
	    "max_age = 60; regions = \"ap-northeast-1\"; " ANY_PCR " };")), "reject chain");
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, "nitro-enclave = { "
	    "roots = \"aws-nitro-g1\"; max_age = 60; regions = \"ap-northeast-1\"; " ANY_PCR
	    " };")), "reject chain");
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, NULL)), "reject chain");
	buffer_free(&document);
}

/* --- policy --------------------------------------------------------------------------------- */

static const char *
with_nonce(struct bytes ours, struct bytes theirs, const char *more)
{
	struct buffer document = nitro_lab_document(&lab, MADE(made.nonce = theirs));
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	char text[1024];
	const char *out;

	snprintf(text, sizeof(text), ANY_PCR "%s", more);
	dossier.nonce = ours;
	out = asked_text(asked("nitro-enclave", dossier, policy_of("nitro-enclave", text)));
	buffer_free(&document);
	return out;
}

static void
test_nonce(void **state)
{
	struct bytes none = bytes_of(NULL, 0), empty = bytes_of("", 0),
	    ours = bytes_of_text("0123456789abcdef");

	(void)state;
	assert_string_equal(with_nonce(ours, ours, ""), "accept");
	assert_string_equal(with_nonce(ours, none, ""), "reject nonce");
	assert_string_equal(with_nonce(ours, empty, ""), "reject nonce");
	assert_string_equal(with_nonce(ours, none, "nonce = \"none\";"), "reject nonce");
	assert_string_equal(with_nonce(ours, bytes_of_text("0123456789abcdeF"), ""),
	    "reject nonce");
	assert_string_equal(with_nonce(ours, bytes_of("0123456789abcdef\0", 17), ""),
	    "reject nonce");
	/* The hex of it is not it. */
	assert_string_equal(with_nonce(ours, bytes_of_text("30313233343536373839616263646566"),
	    ""), "reject nonce");
	assert_string_equal(with_nonce(none, ours, ""), "indeterminate nonce");
	assert_string_equal(with_nonce(none, none, ""), "indeterminate nonce");
	assert_string_equal(with_nonce(none, ours, "nonce = \"none\";"), "accept");
}

static void
test_age(void **state)
{
	struct buffer document = nitro_lab_document(&lab, nitro_made_good);
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	const char *policy = policy_of("nitro-enclave", ANY_PCR);

	(void)state;
	dossier.at_s = LAB_AT_S + 60;
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, policy)), "accept");
	dossier.at_s = LAB_AT_S + 61;
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, policy)), "reject age");
	dossier.at_s = LAB_AT_S - 1;
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, policy)), "reject age");
	policy = policy_of("nitro-enclave", ANY_PCR "max_ahead = 1;");
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, policy)), "accept");
	dossier.at_s = LAB_AT_S - 2;
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, policy)), "reject age");
	buffer_free(&document);
}

/* Nothing is accepted by silence: each key that is missing is told. */
static void
test_policy_silent(void **state)
{
	struct buffer document = nitro_lab_document(&lab, nitro_made_good);
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "nitro-enclave = { %s max_age = 60; regions = \"*\"; };",
	    root);
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, text)),
	    "indeterminate pcr0");
	snprintf(text, sizeof(text), "nitro-enclave = { %s max_age = 60; " ANY_PCR " };", root);
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, text)),
	    "indeterminate region");
	snprintf(text, sizeof(text), "nitro-enclave = { %s regions = \"*\"; " ANY_PCR " };", root);
	assert_string_equal(asked_text(asked("nitro-enclave", dossier, text)),
	    "indeterminate age");
	buffer_free(&document);
	assert_string_equal(judged(MADE(made.tpm = true),
	    "pcr4 = \"*\";"), "indeterminate pcr7");
}

static void
test_registers(void **state)
{
	char pcr11[97], good[512], bad[512];

	(void)state;
	for (size_t i = 0; i < 48; i++)
		memcpy(pcr11 + 2 * i, "1b", 3);
	snprintf(good, sizeof(good), "pcr4 = \"*\"; pcr7 = \"*\"; pcr11 = [ \"00\", \"%s\" ];",
	    pcr11);
	snprintf(bad, sizeof(bad), "pcr4 = \"*\"; pcr7 = \"*\"; pcr12 = \"%s\";", pcr11);
	assert_string_equal(judged(MADE(made.tpm = true), good), "accept");
	assert_string_equal(judged(MADE(made.tpm = true), bad),
	    "reject pcr");
	/* A register that the document does not have is none of those on the list. */
	assert_string_equal(judged(MADE(made.tpm = true, made.pcrs = 11),
	    good), "reject pcr");
	snprintf(bad, sizeof(bad), "pcr0 = \"%s\"; pcr1 = \"*\"; pcr2 = \"*\"; pcr3 = \"*\"; "
	    "pcr4 = \"*\"; pcr8 = \"*\";", pcr11);
	assert_string_equal(judged(nitro_made_good, bad), "reject pcr0");
	assert_string_equal(judged(nitro_made_good, ANY_PCR
	    "regions = [ \"ap-northeast\", \"ap-northeast-\", \"ap-northeast-11\", "
	    "\"AP-NORTHEAST-1\" ];"), "reject region");
	assert_string_equal(judged(nitro_made_good, ANY_PCR
	    "regions = ( { value = \"ap-northeast-1\"; until = \"2026-11-17\"; } );"),
	    "reject region");
}

/* Asked with a nonce, or, where ours is none, without. */
static const char *
with_key(struct nitro_made made, struct bytes ours, const struct hash *wanted, char grade[8])
{
	struct buffer document = nitro_lab_document(&lab, made);
	struct dossier dossier = dossier_of(bytes_of_buffer(&document));
	struct appraisal *answer;

	dossier.nonce = ours;
	dossier.spki = wanted;
	answer = asked("nitro-enclave", dossier, policy_of("nitro-enclave", ours.len > 0 ?
	    ANY_PCR : ANY_PCR "nonce = \"none\";"));
	snprintf(grade, 8, "%.7s", asked_claim(answer, "place.grade"));
	buffer_free(&document);
	return asked_text(answer);
}

static void
test_key(void **state)
{
	struct buffer spki = spki_of(lab.key[1]), longer = { .max = 0 };
	struct bytes key = bytes_of_buffer(&spki), nonce = bytes_of_text(NONCE),
	    none = bytes_of(NULL, 0);
	struct hash right = hash_of(key), wrong = hash_of(bytes_of_text("another")),
	    bound = bound_data(nonce, &right);
	uint8_t point[97];
	size_t len = 0;
	char grade[8];

	(void)state;
	assert_string_equal(with_key(MADE(made.public_key = key), nonce, &right, grade), "accept");
	assert_string_equal(grade, "A");
	assert_string_equal(with_key(MADE(made.public_key = key), nonce, &wrong, grade),
	    "reject key");
	assert_string_equal(with_key(nitro_made_good, nonce, &right, grade), "reject key");
	/* A bare point is that key too; octets behind a key make it none. */
	assert_int_equal(EVP_PKEY_get_octet_string_param(lab.key[1], "pub", point, sizeof(point),
	    &len), 1);
	assert_string_equal(with_key(MADE(made.public_key = bytes_of(point, len)), nonce, &right,
	    grade), "accept");
	point[96] ^= 1;
	assert_string_equal(with_key(MADE(made.public_key = bytes_of(point, len)), nonce, &right,
	    grade), "reject key");
	buffer_put(&longer, spki.at, spki.len);
	buffer_put_u8(&longer, 0);
	assert_string_equal(with_key(MADE(made.public_key = bytes_of_buffer(&longer)), nonce,
	    &right, grade), "reject key");
	/* Or in user_data, with the nonce. */
	assert_string_equal(with_key(MADE(made.user_data = hash_bytes(&bound)), nonce, &right,
	    grade), "accept");
	bound = bound_data(none, &right);
	assert_string_equal(with_key(MADE(made.user_data = hash_bytes(&bound)), nonce, &right,
	    grade), "reject key");
	/* Without nonce and key it is a bearer's statement. */
	assert_string_equal(with_key(nitro_made_good, nonce, NULL, grade), "accept");
	assert_string_equal(grade, "A");
	assert_string_equal(with_key(MADE(made.public_key = bytes_of(point, len)), none, NULL,
	    grade), "accept");
	assert_string_equal(grade, "C");
	/* A certificate whose key cannot be read has none. */
	key_kind(NULL, grade, sizeof(grade));
	assert_string_equal(grade, "");
	buffer_free(&spki);
	buffer_free(&longer);
}

/* --- real documents, cut and turned ----------------------------------------------------------- */

static const struct { const char *path, *kind, *policy; int64_t at_s; } reals[] = {
	{ REAL, "nitro-enclave", "nitro-enclave = { nonce = \"none\"; max_age = 60; "
	    "regions = \"ap-south-1\"; " ANY_PCR " };", 1708930921 },
	{ REAL_TPM, "nitro-tpm", "nitro-tpm = { nonce = \"none\"; max_age = 60; "
	    "regions = \"us-east-1\"; pcr4 = \"*\"; pcr7 = \"*\"; };", 1770113522 },
};

/* With one policy and one answer for many documents. */
struct many { size_t real; struct policy *policy; struct appraisal answer;
	struct chain_memory *memory; };

static struct many *
many_begin(size_t real)
{
	struct many *many = memory_new(1, sizeof(*many));
	struct buffer text = { .max = 0 };

	many->real = real;
	many->memory = chain_memory_new();
	buffer_print(&text, "policy = \"test\"; edition = \"1\"; %s", reals[real].policy);
	assert_int_equal(policy_read("test", bytes_of_buffer(&text), &many->policy, NULL), ERR_OK);
	buffer_free(&text);
	return many;
}

static void
many_end(struct many *many)
{
	policy_free(many->policy);
	chain_memory_free(many->memory);
	free(many);
}

/* The name of the rule that decided; "" if it was accepted. */
static const char *
many_ask(struct many *many, struct bytes document)
{
	struct dossier dossier = { .at_s = reals[many->real].at_s, .policy = many->policy,
		.memory = many->memory };

	dossier_put(&dossier, "document", document);
	attest_judge(verifier_find(reals[many->real].kind), &dossier, &many->answer);
	return many->answer.verdict == ATTEST_ACCEPT ? "" : appraisal_rule(&many->answer)->name;
}

static void
test_real_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buffer file = vectors_file(reals[i].path);
		struct many *many = many_begin(i);

		assert_string_equal(many_ask(many, bytes_of(file.at, 0)), "length");
		for (size_t len = 1; len < file.len; len++)
			assert_string_equal(many_ask(many, bytes_of(file.at, len)), "cose");
		assert_string_equal(many_ask(many, bytes_of_buffer(&file)), "");
		buffer_put_u8(&file, 0);
		assert_string_equal(many_ask(many, bytes_of_buffer(&file)), "cose");
		many_end(many);
		buffer_free(&file);
	}
}

/* Whatever octet is another one, no document is accepted; every thirteenth, and those at both ends, are
 * tried. */
static void
test_real_turned(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buffer file = vectors_file(reals[i].path);
		struct many *many = many_begin(i);

		for (size_t at = i; at < file.len; at += at < 200 || file.len - at < 200 ? 1 : 13) {
			file.at[at] ^= (uint8_t)(1U << at % 8);
			assert_string_not_equal(many_ask(many, bytes_of_buffer(&file)), "");
			file.at[at] ^= (uint8_t)(1U << at % 8);
		}
		assert_string_equal(many_ask(many, bytes_of_buffer(&file)), "");
		many_end(many);
		buffer_free(&file);
	}
}

static void
test_real_claims(void **state)
{
	struct buffer file = vectors_file(REAL_TPM);
	struct dossier dossier = { .at_s = 1770113530 };
	struct appraisal *answer;

	(void)state;
	dossier_put(&dossier, "document", bytes_of_buffer(&file));
	answer = asked("nitro-tpm", dossier, reals[1].policy);
	assert_int_equal(answer->verdict, ATTEST_ACCEPT);
	assert_string_equal(asked_claim(answer, "region"), "us-east-1");
	assert_string_equal(asked_claim(answer, "instance"), "i-01cfb383223e42522");
	assert_string_equal(asked_claim(answer, "place.grade"), "A");
	assert_string_equal(asked_claim(answer, "debug"), "");
	assert_memory_equal(asked_claim(answer, "nitro.pcr0"), "6e901b16932f6e03", 16);
	assert_memory_equal(asked_claim(answer, "measurement"), "1a1f166e1995c1e1", 16);
	assert_int_equal(strlen(asked_claim(answer, "key.spki")), 64);
	free(answer);
	buffer_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepts), cmocka_unit_test(test_accepts_forms),
		cmocka_unit_test(test_accepts_largest), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_flaws), cmocka_unit_test(test_values),
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_chain),
		cmocka_unit_test(test_names), cmocka_unit_test(test_wrong_root),
		cmocka_unit_test(test_nonce), cmocka_unit_test(test_age),
		cmocka_unit_test(test_policy_silent), cmocka_unit_test(test_registers),
		cmocka_unit_test(test_key), cmocka_unit_test(test_real_cut),
		cmocka_unit_test(test_real_turned), cmocka_unit_test(test_real_claims),
	};

	return cmocka_run_group_tests_name("nitro", tests, lab_begin, lab_end);
}
