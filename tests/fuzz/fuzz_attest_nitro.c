/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of AWS Nitro from strangers, as both kinds, with and without a policy: what is accepted
 * has claims and a region, whatever is not names the rule, and without a policy nothing is.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/policy.h"

static const char text[] =
    "policy = \"fuzz\"; edition = \"1\";\n"
    "nitro-enclave = { nonce = \"none\"; max_age = 2000000000; regions = \"*\"; pcr0 = \"*\";\n"
    "pcr1 = \"*\"; pcr2 = \"*\"; pcr3 = \"*\"; pcr4 = \"*\"; pcr8 = \"*\"; };\n"
    "nitro-tpm = { nonce = \"none\"; max_age = 2000000000; regions = \"*\"; pcr4 = \"*\";\n"
    "pcr7 = \"*\"; pcr9 = \"4d5b\"; };\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

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
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct policy *policy;
	struct dossier dossier = { .at_s = 1770113522 };

	if (policy == NULL && policy_read("fuzz", bytes_of_text(text), &policy, NULL) != ERR_OK)
		abort();
	dossier_put(&dossier, "document", bytes_of(data, len));
	judge("nitro-tpm", &dossier);
	judge("nitro-enclave", &dossier);
	dossier.policy = policy;
	judge("nitro-tpm", &dossier);
	judge("nitro-enclave", &dossier);
	return 0;
}
