/* SPDX-License-Identifier: Apache-2.0 */
/* The published cases of SEV-SNP reports. */
#ifndef TESTS_UNIT_ATTEST_CASE_SNP_H
#define TESTS_UNIT_ATTEST_CASE_SNP_H

#include "tests/unit/attest_case.h"

/* What these cases ask of a report, alone or inside another statement, but for the nonce. */
static inline void
case_snp_policy(struct attest_case *c)
{
	long long vmpl = case_has(c, "max_vmpl") ?
	    (long long)json_integer_value(json_object_get(c->args, "max_vmpl")) : 3;

	case_policy(c, "max_vmpl = %lld;\nmeasurement = \"*\";\nhost_data = \"*\";\n"
	    "chip = \"*\";\ntcb_milan = \"*\";\ntcb_genoa = \"*\";\ntcb_turin = \"*\";\n", vmpl);
	case_list(c, "regions", "regions");
	if (!case_has(c, "crl"))
		case_policy(c, "crl = \"if_given\";\n");
}

static inline void
case_snp(struct attest_case *c)
{
	c->verifier = verifier_find("sev-snp");
	case_role(c, "report", "report");
	case_role(c, "certificate", "leaf");
	case_role(c, "chain", "chain");
	case_role(c, "crl", "crl");
	case_policy(c, "sev-snp = {\n");
	case_snp_policy(c);
	case_nonce(c, "report_data");
	case_policy(c, "};\n");
}

#endif
