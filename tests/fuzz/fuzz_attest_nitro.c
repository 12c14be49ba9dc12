/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of AWS Nitro from strangers: what is accepted has claims and a region, whatever is not
 * names the rule, and without a policy nothing is.
 *
 *	octet  bit 0: an enclave's, not a TPM's; bit 7: no policy; the document
 */
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/policy.h"

static const char text[] =
    "policy = \"fuzz\"; edition = \"1\";\n"
    "nitro-enclave = { nonce = \"none\"; max_age = 2000000000; regions = \"*\"; pcr0 = \"*\";\n"
    "pcr1 = \"*\"; pcr2 = \"*\"; pcr3 = \"*\"; pcr4 = \"*\"; pcr8 = \"*\"; };\n"
    "nitro-tpm = { nonce = \"none\"; max_age = 2000000000; regions = \"*\"; pcr4 = \"*\";\n"
    "pcr7 = \"*\"; pcr9 = \"4d5b\"; };\n";

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */

static void
judge(const char *verifier, const struct dossier *dossier)
{
	static struct appraisal answer;
	struct bytes region;
	bool accepted;

	attest_judge(verifier_find(verifier), dossier, &answer);
	accepted = answer.verdict == ATTEST_ACCEPT;
	if (accepted != (answer.claims.count > 0) ||
	    accepted != (appraisal_rule(&answer) == NULL) ||
	    (accepted && dossier->policy == NULL) ||
	    (accepted && (!claims_get(&answer.claims, CLAIM_REGION, &region) || region.len == 0)))
		abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (policy_read("fuzz", bytes_of_text(text), &policy, NULL) != ERR_OK)
		abort();
	memory = chain_memory_new();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dossier dossier = { .at_s = 1770113522, .memory = memory };

	if (len == 0)
		return 0;
	dossier.policy = (data[0] & 0x80) != 0 ? NULL : policy;
	dossier_put(&dossier, "document", bytes_of(data + 1, len - 1));
	judge((data[0] & 1) != 0 ? "nitro-enclave" : "nitro-tpm", &dossier);
	return 0;
}
