/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of RFC 3161 time stamps: timestamp.h judges, its sentence is the finding. */
#include <string.h>

#include "attest/policy.h"
#include "attest/timestamp.h"
#include "monitor/base/i18n.h"

enum { RULE_FORM, RULE_IMPRINT, RULE_SIGNATURE, RULE_ROOTS, RULE_POLICY, RULE_COUNT };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 3161, 2.4.2",
	    N_("it is not a granted TimeStampResp"),
	    N_("ask the authority again, and keep its answer whole, in DER") },
	[RULE_IMPRINT] = { "imprint", ATTEST_REJECT, "RFC 3161, 2.4.2",
	    N_("it stamps other octets, or answers another request"),
	    N_("find the document that was stamped; this one had not existed then as far as this "
	    "token tells") },
	[RULE_SIGNATURE] = { "signature", ATTEST_REJECT, "RFC 3161, 2.3; RFC 5816",
	    N_("its signature or its signer's chain does not hold at the second it states"),
	    N_("take the authority's root from the authority itself; if it is "
	    "right, the token is forged or damaged: have the document stamped "
	    "anew") },
	[RULE_ROOTS] = { "roots", ATTEST_INDETERMINATE, "RFC 5280, 6.1.1",
	    N_("no root of a time-stamp authority is pinned"),
	    N_("give the authority's root as roots=FILE") },
	[RULE_POLICY] = { "policy", ATTEST_REJECT, "RFC 3161, 2.4.2",
	    N_("the authority stamped under a policy that is not accepted"),
	    N_("add the policy's OID to \"oid\" in the section timestamp if the carrier accepts "
	    "it") }
};

static const struct ruleset set = {
	.name = "timestamp", .title = N_("RFC 3161 time stamp"),
	.limit = N_("It proves that these octets existed at that second, as the authority's clock "
	    "had it; not who made them."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	/* TimeStampResp: SEQUENCE { SEQUENCE { status INTEGER 0 or 1 ... */
	return octets.len > 12 && octets.at[0] == 0x30 && octets.at[1] == 0x82 &&
	    octets.at[4] == 0x30 && octets.at[6] == 0x02 && octets.at[7] == 0x01 &&
	    octets.at[8] <= 1;
}

static const struct attest_role roles[] = {
	{ "response", true, N_("the TimeStampResp, DER"), looks },
	{ "document", true, N_("what it stamps"), NULL },
	{ "roots", false, N_("PEM: roots of time-stamp authorities"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "oid", POLICY_TEXT, "policies of authorities that are accepted, dotted" },
	{ NULL, POLICY_TEXT, NULL }
};

/* How far it came, by what kind of breach ended it. */
static size_t
rule_of(enum err err)
{
	return err == ERR_UNSUPPORTED ? RULE_ROOTS : err == ERR_MISMATCH ? RULE_IMPRINT :
	    err == ERR_UNTRUSTED || err == ERR_EXPIRED ? RULE_SIGNATURE : RULE_FORM;
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct bytes response = dossier_item(dossier, "response"),
	    document = dossier_item(dossier, "document"), roots = dossier_item(dossier, "roots");
	struct timestamp stamp = { .at_ms = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = timestamp_check(response, document, NULL, roots, &stamp, &why);
	size_t broken = err == ERR_OK ? RULE_POLICY : rule_of(err);

	for (size_t i = 0; i < broken; i++)
		hold(a, i, true, NULL, NULL);
	if (err != ERR_OK) {
		rule_break(a, broken, NULL, "%.190s", why.text);
		return;
	}
	if (policy_listed_text(dossier, a, "oid", stamp.policy) == POLICY_SILENT)
		rule_skip(a, RULE_POLICY, "no policy says which it must be");
	else if (!hold_listed_text(dossier, a, RULE_POLICY, "oid", stamp.policy))
		return;
	claims_time(&a->claims, CLAIM_MADE, stamp.at_ms);
	claims_text(&a->claims, "authority", bytes_of_text(stamp.authority));
	claims_text(&a->claims, "policy.oid", bytes_of_text(stamp.policy));
	claims_text(&a->claims, CLAIM_SERIAL, bytes_of_text(stamp.serial));
}

const struct verifier verifier_timestamp = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
