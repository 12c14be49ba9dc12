/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SEV-SNP report and a certificate that anybody may have written, under a simulated AMD: nothing
 * crashes, a refusal names its rule, and what is accepted is what such a report may say.
 *
 *	octet  bits 0-1: Milan, Turin, VLEK of Milan, Genoa; 2: no policy; 3: no list; 4: no chain;
 *	       5: the certificate is this world's own
 *	2      octets of the report; the report; the certificate
 */
#include "tests/unit/snp_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { WORLDS = 4, NO_POLICY = 4, NO_LIST = 8, NO_CHAIN = 16, OWN_LEAF = 32 };

static struct snp_world world[WORLDS];
static struct policy *policy[WORLDS];
static struct chain_memory *memory;
static struct appraisal result;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
worlds_open(void)
{
	static const struct { const char *product, *family, *csp_id; } kinds[WORLDS] = {
		{ "Milan-B0", "Milan", NULL }, { "Turin", "Turin", NULL },
		{ "Milan", "Milan", "CN=cc-ap-northeast-1.amazonaws.com" },
		{ "Genoa", "Genoa", NULL }
	};
	struct why why;

	for (size_t i = 0; i < WORLDS; i++) {
		struct snp_world *w = &world[i];

		snp_open(w, kinds[i].product, kinds[i].family, kinds[i].csp_id);
		buffer_print(&w->policy, "policy = \"t\"; edition = \"1\";\n");
		snp_section(w, "regions", i == 2 ? "\"ap-northeast-1\"" : "\"*\"", &w->policy);
		must(policy_read("fuzz", bytes_of_buffer(&w->policy), &policy[i], &why) ==
		    ERR_OK);
	}
	memory = chain_memory_new();
}

static void
accepted(const struct dossier *dossier)
{
	struct bytes report = dossier_item(dossier, "report"), value;

	must(report.len == SNP_OCTETS && dossier->policy != NULL);
	must((report.at[0x0a] & 0x0e) == 0x02);		/* no debugging, no migration */
	must(report.at[0x30] == 0 && report.at[0x31] == 0 && report.at[0x34] == 1);
	must(claims_get(&result.claims, CLAIM_MEASUREMENT, &value) && value.len == 48);
	must(claims_get(&result.claims, CLAIM_CONFIDENTIAL, &value) && value.at[0] == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	unsigned flags = (unsigned)read_be(&in, 1);
	struct bytes report = read_bytes(&in, (size_t)read_be(&in, 2));
	struct bytes certificate = bytes_slice(in.in, in.at, len);
	struct snp_world *w = &world[flags % WORLDS];
	struct dossier dossier;

	if (memory == NULL)
		worlds_open();
	if (in.failed)
		return 0;
	dossier = (struct dossier){ .at_s = SNP_AT_S, .nonce = w->dossier.nonce,
	    .policy = (flags & NO_POLICY) != 0 ? NULL : policy[flags % WORLDS],
	    .memory = memory };
	dossier_put(&dossier, "report", report);
	dossier_put(&dossier, "certificate", (flags & OWN_LEAF) != 0 ?
	    bytes_of_buffer(&w->certificate) : certificate);
	if ((flags & NO_CHAIN) == 0)
		dossier_put(&dossier, "chain", bytes_of_buffer(&w->chain));
	if ((flags & NO_LIST) == 0)
		dossier_put(&dossier, "crl", bytes_of_buffer(&w->crl));
	attest_judge(verifier_find("sev-snp"), &dossier, &result);
	must((result.verdict == ATTEST_ACCEPT) == (result.claims.count > 0));
	must((result.verdict == ATTEST_ACCEPT) == (appraisal_rule(&result) == NULL));
	if (result.verdict == ATTEST_ACCEPT)
		accepted(&dossier);
	return 0;
}
