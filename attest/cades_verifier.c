/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of CAdES seals: cades.h judges, its rules are shown as those of all evidence. */
#include <stdlib.h>
#include <string.h>

#include "attest/cades.h"
#include "attest/policy.h"
#include "monitor/base/i18n.h"

/* The names that cades_rule_list.h writes its answers with. */
#define REJECT        ATTEST_REJECT
#define INDETERMINATE ATTEST_INDETERMINATE

static const struct rule rules[] = {
#define RULE(NAME, name, answer, clause, text, advice) { name, answer, clause, text, advice },
#include "attest/cades_rule_list.h"
};

static const struct ruleset set = {
	.name = "cades", .title = N_("CAdES seal of a document"),
	.limit = N_("It proves who sealed these octets; that the certificate was not revoked only "
	    "as far as lists were given, and the signing time is the sealer's own word."),
	.rule = rules, .count = sizeof(rules) / sizeof(rules[0])
};

static bool
looks(struct bytes octets)
{
	static const uint8_t signed_data[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
		0x07, 0x02 };

	return octets.len > 16 && octets.at[0] == 0x30 &&
	    memmem(octets.at, 16, signed_data, sizeof(signed_data)) != NULL;
}

static const struct attest_role roles[] = {
	{ "seal", true, N_("the detached CMS signature, DER"), looks },
	{ "document", true, N_("what it seals"), NULL },
	{ "roots", false, N_("PEM: who may seal, and revocation lists"), NULL },
	{ "stamp-roots", false, N_("PEM: time-stamp authorities"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = { { NULL, POLICY_TEXT, NULL } };

static void
claim(struct claims *claims, const struct cades_result *result)
{
	claims_text(claims, "signer", bytes_of_text(result->signer));
	claims_text(claims, "issuer", bytes_of_text(result->issuer));
	claims_text(claims, "level", bytes_of_text(cades_level_text(result->level)));
	claims_octets(claims, "certificate", hash_bytes(&result->certificate));
	if (result->stamp_proved)
		claims_time(claims, CLAIM_MADE, result->stamp.at_ms);
}

/* Rules are asked in the order of their table, and the first that breaks ends it. */
static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct cades_result *result = memory_new(1, sizeof(*result));
	size_t broken;

	cades_verify(&(struct cades_input){ .seal = dossier_item(dossier, "seal"),
	    .document = dossier_item(dossier, "document"),
	    .roots_pem = dossier_item(dossier, "roots"),
	    .stamp_roots_pem = dossier_item(dossier, "stamp-roots"), .at_s = dossier->at_s },
	    result);
	broken = result->rule == CADES_RULE_NONE ? set.count : (size_t)result->rule - 1;
	for (size_t i = 0; i < broken; i++)
		hold(a, i, true, NULL, NULL);
	if (broken < set.count)
		rule_break(a, broken, result->expected, "%s", result->found);
	else
		claim(&a->claims, result);
	free(result);
}

const struct verifier verifier_cades = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
