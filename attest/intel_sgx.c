/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of quotes of Intel SGX: which enclave runs, and by whom it was signed. */
#include <stdio.h>
#include <stdlib.h>

#include "attest/intel_part.h"
#include "monitor/base/i18n.h"

enum { RULE_MRENCLAVE = INTEL_RULES, RULE_MRSIGNER, RULE_PRODUCT, RULE_SVN, RULE_COUNT };

enum { TEXT = 80 };

#define CLAUSE_REPORT "Intel SDM volume 3D, REPORT"

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, broken, clause, text, advice) \
	[INTEL_##NAME] = { name, ATTEST_##broken, clause, text, advice },
#include "attest/intel_rule_list.h"
	[RULE_MRENCLAVE] = { "mrenclave", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("another enclave runs than the policy accepts"),
	    N_("compare the found value with the build of that enclave; if it is yours, add it to "
	    "the policy, else do not trust it") },
	[RULE_MRSIGNER] = { "mrsigner", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("the enclave was signed by somebody whom the policy does not accept"),
	    N_("ask who signed it; whoever signs may publish other enclaves under the same "
	    "name") },
	[RULE_PRODUCT] = { "isvprodid", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("it is another product of that signer"),
	    N_("compare ISVPRODID with the build; a signer's other enclaves are not this one") },
	[RULE_SVN] = { "isvsvn", ATTEST_REJECT, CLAUSE_REPORT,
	    N_("the enclave is older than the policy accepts"),
	    N_("have the current version of the enclave started, or lower \"isvsvn\"") }
};

static const struct ruleset set = {
	.name = "intel-sgx", .title = N_("Intel SGX quote"),
	.limit = N_("It proves which enclave runs on a genuine processor, and the platform's level "
	    "at that time; not where the machine stands, not what the enclave is given to do, and "
	    "nothing against who can open the machine's case."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return intel_looks_quote(octets, QUOTE_TEE_SGX);
}

static const struct attest_role roles[] = {
	{ "quote", true, N_("the quote, octets as the host gave them"), looks },
	{ "tcb-info", false, N_("Intel's TCB info for its FMSPC (sgx/certification/v4/tcb), JSON"),
	    intel_looks_info },
	{ "qe-identity", false, N_("identity of the quoting enclave, JSON"), intel_looks_identity },
	{ "tcb-chain", false, N_("TCB-Info-Issuer-Chain of the same answer, PEM"), NULL },
	{ "pck-crl", false, N_("revoked PCK certificates, by the authority that issued it"), NULL },
	{ "root-crl", false, N_("revoked certificates of Intel SGX Root CA"), NULL },
	{ "root", false, N_("Intel SGX Root CA, where the quote does not bring it"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "status", POLICY_TEXT, "TCB statuses that are admitted beside UpToDate" },
	{ "advisories", POLICY_TEXT, "Intel's advisories that are accepted: INTEL-SA-..." },
	{ "evaluation", POLICY_INTEGER, "least tcbEvaluationDataNumber" },
	{ "mrenclave", POLICY_HEX, "measurements of the enclave" },
	{ "mrsigner", POLICY_HEX, "signers of the enclave; silent: where mrenclave says it" },
	{ "isvprodid", POLICY_TEXT, "products of that signer, decimal; likewise" },
	{ "isvsvn", POLICY_INTEGER, "least version of that product; likewise" },
	{ "strict_trailing", POLICY_FLAG, "whether octets behind the quote must be zero" },
	{ NULL, POLICY_TEXT, NULL }
};

static unsigned
number(const struct intel *q, size_t at)
{
	return (unsigned)quote_number(q->quote.body, at, 2);
}

static bool
hold_svn(struct intel *q)
{
	char want[TEXT];
	int64_t least;

	if (!policy_integer(q->dossier, q->a, "isvsvn", &least))
		return rule_lack(q->a, RULE_SVN, "isvsvn",
		    "the policy says nothing of it; found %u", number(q, SGX_SVN));
	snprintf(want, sizeof(want), "%lld or later", (long long)least);
	return hold(q->a, RULE_SVN, number(q, SGX_SVN) >= least, want, "%u", number(q, SGX_SVN));
}

/* A measurement on the list says it all: signer, product and version follow from it. */
static bool
hold_enclave(struct intel *q)
{
	struct bytes enclave = intel_field(q, SGX_MRENCLAVE, HASH_LEN);
	struct bytes signer = intel_field(q, SGX_MRSIGNER, HASH_LEN);
	bool listed = policy_listed_hex(q->dossier, q->a, "mrenclave", enclave) == POLICY_LISTED;
	char product[TEXT];
	int64_t least;

	snprintf(product, sizeof(product), "%u", number(q, SGX_PRODUCT));
	if (!hold_listed_hex(q->dossier, q->a, RULE_MRENCLAVE, "mrenclave", enclave))
		return false;
	if (listed && policy_listed_hex(q->dossier, q->a, "mrsigner", signer) == POLICY_SILENT)
		rule_skip(q->a, RULE_MRSIGNER, "the measurement says it");
	else if (!hold_listed_hex(q->dossier, q->a, RULE_MRSIGNER, "mrsigner", signer))
		return false;
	if (listed && policy_listed_text(q->dossier, q->a, "isvprodid", product) == POLICY_SILENT)
		rule_skip(q->a, RULE_PRODUCT, "the measurement says it");
	else if (!hold_listed_text(q->dossier, q->a, RULE_PRODUCT, "isvprodid", product))
		return false;
	if (listed && !policy_integer(q->dossier, q->a, "isvsvn", &least))
		return rule_skip(q->a, RULE_SVN, "the measurement says it");
	return hold_svn(q);
}

static void
claim(struct intel *q)
{
	struct claims *claims = &q->a->claims;

	intel_claim(q, intel_field(q, SGX_MRENCLAVE, HASH_LEN),
	    intel_field(q, SGX_REPORT_DATA, QUOTE_REPORT_DATA));
	claims_octets(claims, "sgx.mrsigner", intel_field(q, SGX_MRSIGNER, HASH_LEN));
	claims_octets(claims, "sgx.cpusvn", intel_field(q, SGX_CPU_SVN, QUOTE_SVN));
	claims_octets(claims, "sgx.attributes", intel_field(q, SGX_ATTRIBUTES, 16));
	claims_number(claims, "sgx.isvprodid", number(q, SGX_PRODUCT));
	claims_number(claims, "sgx.isvsvn", number(q, SGX_SVN));
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct intel *q = memory_new(1, sizeof(*q));

	if (intel_open(dossier, a, QUOTE_TEE_SGX, q) && intel_levels(q) && hold_enclave(q))
		claim(q);
	intel_close(q);
	free(q);
}

const struct verifier verifier_intel_sgx = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
