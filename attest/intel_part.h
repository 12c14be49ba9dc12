/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that judge quotes of TDX and SGX share, and nobody else includes. */
#ifndef ATTEST_INTEL_PART_H
#define ATTEST_INTEL_PART_H

#include "attest/chain.h"
#include "attest/intel_quote.h"
#include "attest/intel_tcb.h"
#include "attest/policy.h"

/* The common rules' numbers; a verifier's own follow from INTEL_RULES. */
enum {
#define RULE(NAME, name, broken, clause, text, advice) INTEL_##NAME,
#include "attest/intel_rule_list.h"
	INTEL_RULES
};

/* One quote being judged. */
struct intel {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct quote          quote;
	struct pool           pool;		/* the quote's, then the carrier's */
	struct pool           pck_lists, root_lists;
	struct chain          chain, tcb_chain;
	struct pck            pck;
	struct tcb_document   info, identity;
	struct tcb_level      platform, qe;
	struct tcb_module     module;
	enum tcb_status       status;		/* of all of them */
	bool                  found;		/* status counts */
};

bool intel_is_td(const struct intel *);
/* A field of the body. */
struct bytes intel_field(const struct intel *, size_t from, size_t octets);

/*
 * Reads the quote and asks the rules up to POLICY, in order; false: nothing more can be asked.
 * Then intel_close, whatever came.
 */
bool intel_open(const struct dossier *, struct appraisal *, uint32_t tee, struct intel *);
void intel_close(struct intel *);
/* The rules from COLLATERAL on: levels, status, advisories; false: one rejects. */
bool intel_levels(struct intel *);

/* All items of a role, as they were before somebody wrote them in hex or for a URL. */
MUST_USE enum err intel_role_add(struct intel *, struct pool *, const char *role, struct why *);
bool intel_is_named(struct x509_st *, const char *common_name);

/*
 * Rules of what may be set: passed if it is not; else broken, lacking or not asked as the policy's
 * flag says.
 */
bool intel_allowed(struct intel *, size_t rule, bool set, const char *key);
/* A list that may be silent where the octets are zero. */
bool intel_listed(struct intel *, size_t rule, const char *key, struct bytes value);

/* What both claim, once everything is accepted. */
void intel_claim(struct intel *, struct bytes measurement, struct bytes report_data);

/* For roles: whether octets are a quote of that TEE; TCB info; a QE identity. */
bool intel_looks_quote(struct bytes, uint32_t tee);
bool intel_looks_info(struct bytes);
bool intel_looks_identity(struct bytes);

#endif
