/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated: a confidential VM of Azure over the simulated AMD of snp_world.h, with a paravisor's
 * HCL report and a vTPM that quotes.
 */
#ifndef TESTS_UNIT_AZURE_WORLD_H
#define TESTS_UNIT_AZURE_WORLD_H

#include "tests/unit/snp_policy.h"
#include "tests/unit/tpm_lab.h"

struct azure_world {
	struct snp_world snp;
	EVP_PKEY        *ak;
	struct buffer    modulus;	/* base64url */
	struct buffer    json, blob, quote, signature, policy;
	struct dossier   dossier;
};

static inline void
azure_little(struct buffer *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		buffer_put_u8(out, (uint8_t)(value >> 8 * i));
}

static inline void
azure_modulus(struct azure_world *w)
{
	struct buffer text = { .max = 0 };
	uint8_t octets[1024];
	BIGNUM *n = NULL;
	int len;

	if (EVP_PKEY_get_bn_param(w->ak, OSSL_PKEY_PARAM_RSA_N, &n) != 1)
		abort();
	len = BN_bn2bin(n, octets);
	BN_free(n);
	base64_put(&text, bytes_of(octets, (size_t)len));
	buffer_reset(&w->modulus);
	for (size_t i = 0; i < text.len && text.at[i] != '='; i++)
		buffer_put_u8(&w->modulus, text.at[i] == '+' ? '-' : text.at[i] == '/' ? '_' :
		    text.at[i]);
	buffer_free(&text);
}

/* The runtime data as Azure's machines have it. */
static inline void
azure_json(struct azure_world *w, const char *settings)
{
	buffer_reset(&w->json);
	buffer_print(&w->json, "{\"keys\":[{\"kid\":\"HCLAkPub\",\"key_ops\":[\"sign\"],"
	    "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"%s\"}],\"vm-configuration\":{%s}}",
	    buffer_text(&w->modulus), settings);
}

/* Binds what the JSON is now: the report speaks of it, signed, and all is put together again. */
static inline void
azure_bind(struct azure_world *w)
{
	struct hash bound = hash_of(bytes_of_buffer(&w->json));
	uint32_t data = 20 + (uint32_t)w->json.len;

	memset(w->snp.report + 0x50, 0, 64);
	memcpy(w->snp.report + 0x50, bound.at, HASH_LEN);
	snp_sign(&w->snp);
	buffer_reset(&w->blob);
	buffer_put_text(&w->blob, "HCLA");
	azure_little(&w->blob, 2);
	azure_little(&w->blob, 32 + 1184 + data);
	azure_little(&w->blob, 2);
	for (int i = 0; i < 4; i++)
		azure_little(&w->blob, 0);
	buffer_put(&w->blob, w->snp.report, SNP_OCTETS);
	azure_little(&w->blob, data);
	azure_little(&w->blob, 1);
	azure_little(&w->blob, 2);
	azure_little(&w->blob, 1);
	azure_little(&w->blob, data - 20);
	buffer_put(&w->blob, w->json.at, w->json.len);
	for (int i = 0; i < 60; i++)
		buffer_put_u8(&w->blob, 0);
}

static inline void
azure_quote(struct azure_world *w, EVP_PKEY *key)
{
	uint8_t digest[32] = { 7 };

	buffer_free(&w->quote);
	buffer_free(&w->signature);
	w->quote = lab_quote(w->snp.dossier.nonce, TPM_SHA256, bytes_of(digest, sizeof(digest)));
	w->signature = lab_sign(key, TPM_RSASSA, TPM_SHA256, bytes_of_buffer(&w->quote));
}

static inline void
azure_given(struct azure_world *w)
{
	w->dossier = (struct dossier){ .at_s = SNP_AT_S, .nonce = w->snp.dossier.nonce };
	dossier_put(&w->dossier, "hcl", bytes_of_buffer(&w->blob));
	dossier_put(&w->dossier, "quote", bytes_of_buffer(&w->quote));
	dossier_put(&w->dossier, "signature", bytes_of_buffer(&w->signature));
	dossier_put(&w->dossier, "certificate", bytes_of_buffer(&w->snp.certificate));
	dossier_put(&w->dossier, "chain", bytes_of_buffer(&w->snp.chain));
	dossier_put(&w->dossier, "crl", bytes_of_buffer(&w->snp.crl));
}

#define AZURE_SETTINGS "\"console-enabled\":false,\"secure-boot\":true,\"tpm-enabled\":true," \
	"\"vmUniqueId\":\"26F8BC30-774E\""

static inline void
azure_open(struct azure_world *w)
{
	memset(w, 0, sizeof(*w));
	snp_open(&w->snp, "Genoa", "Genoa", NULL);
	w->ak = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	azure_modulus(w);
	azure_json(w, AZURE_SETTINGS);
	azure_bind(w);
	azure_quote(w, w->ak);
	azure_given(w);
}

static inline void
azure_close(struct azure_world *w)
{
	snp_close(&w->snp);
	EVP_PKEY_free(w->ak);
	buffer_free(&w->modulus);
	buffer_free(&w->json);
	buffer_free(&w->blob);
	buffer_free(&w->quote);
	buffer_free(&w->signature);
	buffer_free(&w->policy);
}

/* Of section azure-hcl: its text; the others accept what this world makes. */
static inline void
azure_policy(struct azure_world *w, const char *section)
{
	buffer_reset(&w->policy);
	buffer_print(&w->policy, "policy = \"t\"; edition = \"1\";\nazure-hcl = { %s };\n",
	    section);
	snp_section(&w->snp, NULL, NULL, &w->policy);
	buffer_print(&w->policy, "tpm-quote = { measurement = \"*\"; };\ntpm-certify = { };\n");
}

#endif
