/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What metadata services sign, from strangers: what is accepted has claims and a region, and never a
 * key; whatever is not names the rule; without a policy nothing is accepted.
 *
 *	octet  bits 0 to 6: the kind; bit 7: no policy; the document
 */
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "tests/fuzz/attest_bearer_given.h"

static const char text[] =
    "policy = \"fuzz\"; edition = \"1\";\n"
    "ec2-identity = { nonce = \"none\"; regions = \"*\"; accounts = \"*\"; images = \"*\"; };\n"
    "azure-attested-data = { nonce = \"none\"; regions = \"*\"; subscriptions = \"*\";\n"
    "crl = \"if_given\"; roots = \"" BEARER_ROOT "\"; };\n"
    "gcp-identity-token = { nonce = \"none\"; regions = \"*\"; projects = \"*\";\n"
    "audience = \"*\"; roots = \"*\"; };\n";

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct policy *policy;
static struct chain_memory *memory;	/* as in a watch over the same machines */

static void
judge(const char *verifier, const struct dossier *dossier)
{
	static struct appraisal answer;
	struct bytes value;
	bool accepted;

	attest_judge(verifier_find(verifier), dossier, &answer);
	accepted = answer.verdict == ATTEST_ACCEPT;
	if (accepted != (answer.claims.count > 0) ||
	    accepted != (appraisal_rule(&answer) == NULL) ||
	    (accepted && (dossier->policy == NULL ||
	    !claims_get(&answer.claims, CLAIM_REGION, &value) || value.len == 0 ||
	    claims_get(&answer.claims, CLAIM_KEY_SPKI, &value))))
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
	static const struct { const char *verifier, *evidence, *role, *given; int64_t at_s; }
	kinds[] = {
		{ "ec2-identity", "document", "certificate", BEARER_EC2, 1771290000 },
		{ "azure-attested-data", "document", "certificates", BEARER_AZURE, 1796000000 },
		{ "gcp-identity-token", "token", "jwks", BEARER_JWKS, 1739325600 },
	};
	struct dossier dossier = { .memory = memory };
	unsigned head = len > 0 ? data[0] : 0, kind = (head & 0x7f) % 3;

	dossier.at_s = kinds[kind].at_s;
	dossier_put(&dossier, kinds[kind].evidence, bytes_of(data + (len > 0), len - (len > 0)));
	dossier_put(&dossier, kinds[kind].role, bytes_of_text(kinds[kind].given));
	if (kind == 0)
		dossier_put(&dossier, "signature", bytes_of_text("AAAA"));
	dossier.policy = (head & 0x80) != 0 ? NULL : policy;
	judge(kinds[kind].verifier, &dossier);
	return 0;
}
