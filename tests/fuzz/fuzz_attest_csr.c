/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certification requests that anybody may have written, with any evidence in them: nothing
 * crashes, a refusal names its rule, and nothing is accepted that the policy does not name.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/policy.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char text[] = "policy = \"t\"; edition = \"1\"; csr-attestation = { }; tpm-certify = "
    "{ ak = \"*\"; nonce = \"none\"; crl = \"if_given\"; };";

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */
static struct appraisal result;

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
	struct dossier dossier = { .at_s = 1795000000, .memory = memory };

	dossier.policy = len % 16 == 15 ? NULL : policy;
	dossier_put(&dossier, "request", bytes_of(data, len));
	attest_judge(verifier_find("csr-attestation"), &dossier, &result);
	/* Its certificate ends at no root the policy pins. */
	if (result.verdict == ATTEST_ACCEPT || appraisal_rule(&result) == NULL ||
	    result.claims.count > 0)
		abort();
	return 0;
}
