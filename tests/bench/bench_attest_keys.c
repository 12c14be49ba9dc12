/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ten thousand keys attested anew, on one core: each by a certification and a quote of its own over
 * a nonce of its own, of a thousand simulated TPMs whose attestation keys the policy lists by name.
 * Making them is not counted; judging them is, beside the bare cost of the same signatures.
 */
#include <sys/resource.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/tpm_key.h"
#include "tests/unit/tpm_lab.h"

enum { TPMS = 1000, KEYS = 10000, AT_S = 1790000000, AIM_S = 300 };

struct statement { struct buffer octets, signature; };

struct one {
	struct hash      spki;
	uint8_t          nonce[32];
	struct buffer    object;
	struct statement certify, quote;
};

static struct { EVP_PKEY *key; struct buffer public; } tpm[TPMS];
static struct one *all;
static struct policy *policy;
static struct appraisal result;

static double
core_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
names_put(struct buffer *out, const char *section, const char *more)
{
	buffer_print(out, "%s = { %s ak = [", section, more);
	for (size_t i = 0; i < TPMS; i++) {
		struct tpm_public public;
		struct tpm_name name;
		char hex[2 * TPM_NAME_MAX + 1];

		if (tpm_public_read(bytes_of_buffer(&tpm[i].public), &public, NULL) != ERR_OK)
			abort();
		name = tpm_name(&public);
		hex_of(tpm_name_bytes(&name), hex);
		buffer_print(out, "%s\"%s\"", i > 0 ? ", " : "", hex);
	}
	buffer_print(out, "]; };\n");
}

static void
tpms_make(void)
{
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	for (size_t i = 0; i < TPMS; i++) {
		tpm[i].key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		tpm[i].public = lab_public(tpm[i].key, LAB_AK, TPM_SHA256, TPM_ECDSA, TPM_SHA256);
	}
	buffer_print(&text, "policy = \"bench\"; edition = \"1\";\n");
	names_put(&text, "tpm-certify", "");
	names_put(&text, "tpm-quote", "measurement = \"*\";");
	if (policy_read("bench", bytes_of_buffer(&text), &policy, &why) != ERR_OK) {
		fprintf(stderr, "bench_attest_keys: %s\n", why.text);
		exit(1);
	}
	buffer_free(&text);
}

static void
keys_make(void)
{
	uint8_t digest[32] = { 7 };

	all = memory_new(KEYS, sizeof(*all));
	for (size_t i = 0; i < KEYS; i++) {
		struct one *one = &all[i];
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		EVP_PKEY *ak = tpm[i % TPMS].key;
		struct bytes nonce = bytes_of(one->nonce, sizeof(one->nonce));

		one->nonce[0] = (uint8_t)i;
		one->nonce[1] = (uint8_t)(i >> 8);
		one->spki = key_spki(key);
		one->object = lab_public(key, LAB_KEY, TPM_SHA256, TPM_NULL, 0);
		one->certify.octets = lab_certify(nonce, bytes_of_buffer(&one->object));
		one->quote.octets = lab_quote(nonce, TPM_SHA256, bytes_of(digest, sizeof(digest)));
		one->certify.signature = lab_sign(ak, TPM_ECDSA, TPM_SHA256,
		    bytes_of_buffer(&one->certify.octets));
		one->quote.signature = lab_sign(ak, TPM_ECDSA, TPM_SHA256,
		    bytes_of_buffer(&one->quote.octets));
		EVP_PKEY_free(key);
	}
}

static void
judge(const char *kind, const char *role, size_t i, const struct statement *statement,
    struct chain_memory *memory)
{
	bool certify = statement == &all[i].certify;
	struct dossier dossier = { .at_s = AT_S, .policy = policy, .memory = memory,
	    .nonce = bytes_of(all[i].nonce, sizeof(all[i].nonce)),
	    .spki = certify ? &all[i].spki : NULL };

	dossier_put(&dossier, role, bytes_of_buffer(&statement->octets));
	dossier_put(&dossier, "signature", bytes_of_buffer(&statement->signature));
	dossier_put(&dossier, "ak", bytes_of_buffer(&tpm[i % TPMS].public));
	if (certify)
		dossier_put(&dossier, "object", bytes_of_buffer(&all[i].object));
	attest_judge(verifier_find(kind), &dossier, &result);
	if (result.verdict != ATTEST_ACCEPT) {
		fprintf(stderr, "bench_attest_keys: %s of key %zu: %s\n", kind, i,
		    appraisal_rule(&result)->name);
		exit(1);
	}
}

static double
judged_s(void)
{
	struct chain_memory *memory = chain_memory_new();
	double from = core_s();

	for (size_t i = 0; i < KEYS; i++) {
		judge("tpm-certify", "statement", i, &all[i].certify, memory);
		judge("tpm-quote", "quote", i, &all[i].quote, memory);
	}
	from = core_s() - from;
	chain_memory_free(memory);
	return from;
}

static double
bare_s(void)
{
	struct tpm_signature signature;
	double from = core_s();

	for (size_t i = 0; i < 2 * KEYS; i++) {
		const struct one *one = &all[i / 2];
		const struct statement *statement = i % 2 == 0 ? &one->certify : &one->quote;

		if (tpm_signature_read(bytes_of_buffer(&statement->signature), &signature,
		    NULL) != ERR_OK || !tpm_signed(tpm[i / 2 % TPMS].key, &signature,
		    bytes_of_buffer(&statement->octets)))
			abort();
	}
	return core_s() - from;
}

int
main(void)
{
	double bare, judged;

	tpms_make();
	keys_make();
	bare = bare_s();
	judged = judged_s();
	printf("%d keys of %d simulated TPMs, each a certification and a quote over its own nonce: "
	    "%.2f s of one core (aim: at most %d s), %.0f keys/s; bare signatures %.2f s, ratio "
	    "%.2f (aim: at most 1.20)\n", KEYS, TPMS, judged, AIM_S, KEYS / judged, bare,
	    judged / bare);
	return judged <= AIM_S ? 0 : 1;
}
