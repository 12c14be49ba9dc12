/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certification requests that anybody may have written, with any evidence in them: nothing
 * crashes, a refusal names its rule, and nothing is accepted that the policy does not name.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char text[] = "policy = \"t\"; edition = \"1\"; csr-attestation = { }; tpm-certify = "
    "{ ak = \"*\"; nonce = \"none\"; crl = \"if_given\"; };";

static struct policy *policy;
static struct appraisal result;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dossier dossier = { .at_s = 1795000000 };
	struct why why;

	if (policy == NULL && policy_read("fuzz", bytes_of_text(text), &policy, &why) != ERR_OK)
		abort();
	dossier.policy = len % 16 == 15 ? NULL : policy;
	dossier_put(&dossier, "request", bytes_of(data, len));
	attest_judge(verifier_find("csr-attestation"), &dossier, &result);
	/* Its certificate ends at no root the policy pins. */
	if (result.verdict == ATTEST_ACCEPT || appraisal_rule(&result) == NULL ||
	    result.claims.count > 0)
		abort();
	return 0;
}
