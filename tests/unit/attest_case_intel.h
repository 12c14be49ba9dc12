/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of the check "quote": quotes of Intel TDX and SGX with their collateral. */
#ifndef TESTS_UNIT_ATTEST_CASE_INTEL_H
#define TESTS_UNIT_ATTEST_CASE_INTEL_H

#include "tests/unit/attest_case.h"

/* What the case does not restrict passes; a status is UpToDate where it names none. */
static inline void
case_quote_policy(struct attest_case *c, bool td)
{
	static const char *const td_keys[] = { "mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrseam",
		"mrconfigid", "mrowner", "mrownerconfig", "mrservicetd" };

	case_policy(c, "intel-%s = {\n", td ? "tdx" : "sgx");
	case_nonce(c, "report_data");
	if (!case_has(c, "pckcrl") || !case_has(c, "rootcrl"))
		case_policy(c, "crl = \"if_given\";\n");
	if (case_has(c, "allow"))
		case_list(c, "status", "allow");
	else
		case_policy(c, "status = [\"UpToDate\"];\n");
	case_policy(c, "advisories = \"*\";\nstrict_trailing = %s;\n",
	    json_is_true(json_object_get(c->args, "strict_trailing")) ? "true" : "false");
	for (size_t i = 0; td && i < sizeof(td_keys) / sizeof(td_keys[0]); i++)
		case_policy(c, "%s = \"*\";\n", td_keys[i]);
	case_policy(c, td ? "migratable = true;\nperfmon = true;\nsept_ve = true;\n};\n" :
	    "mrenclave = \"*\";\nmrsigner = \"*\";\nisvprodid = \"*\";\nisvsvn = 0;\n};\n");
}

static inline void
case_quote(struct attest_case *c)
{
	bool td = strncmp(case_text(c, "quote"), "tdx/", 4) == 0;

	c->verifier = verifier_find(td ? "intel-tdx" : "intel-sgx");
	case_role(c, "quote", "quote");
	case_role(c, "root", "root");
	case_role(c, "tcb-info", "tcbinfo");
	case_role(c, "qe-identity", "qeid");
	case_role(c, "tcb-chain", "tcbchain");
	case_role(c, "pck-crl", "pckcrl");
	case_role(c, "root-crl", "rootcrl");
	case_quote_policy(c, td);
}

#endif
