/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that judge SEV-SNP reports share, and nobody else includes. */
#ifndef ATTEST_SNP_PART_H
#define ATTEST_SNP_PART_H

#include "attest/policy.h"
#include "attest/snp_leaf.h"

enum snp_rule {
#define RULE(NAME, name, answer, clause, text, advice) SNP_RULE_##NAME,
#include "attest/snp_rule_list.h"
	SNP_RULES
};

/* One report being judged.  leaf.certificate is NULL where none was given. */
struct snp {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct snp_report     report;
	uint8_t               r[48], s[48];
	struct pool           pool;
	struct snp_leaf       leaf;
	struct chain          chain;
	struct snp_tcb        tcb;	/* reported */
	const char           *vouched;	/* the policy's key that lists what was started */
	bool                  chip_listed;
};

extern const struct policy_key snp_keys[];

/* The rules from POLICY on; false if one breaks. */
bool snp_policy_hold(struct snp *);
void snp_claim(struct snp *);

#endif
