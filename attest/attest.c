/* SPDX-License-Identifier: Apache-2.0 */
/* The table of verifiers, and the frame in which one of them judges; see attest.h. */
#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "attest/appraisal.h"
#include "attest/site_register.h"
#include "monitor/base/i18n.h"

static const struct verifier *const verifiers[] = {
#define VERIFIER(name) &verifier_##name,
#include "attest/verifier_list.h"
};

/* jansson seeds its tables from the kernel, once. */
void
attest_begin(void)
{
	json_object_seed(0);
}

const struct verifier *const *
verifier_table(size_t *count)
{
	*count = sizeof(verifiers) / sizeof(verifiers[0]);
	return verifiers;
}

const struct verifier *
verifier_named(struct bytes name)
{
	for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (bytes_equal(bytes_of_text(verifiers[i]->set->name), name))
			return verifiers[i];
	return NULL;
}

const struct verifier *
verifier_find(const char *name)
{
	return verifier_named(bytes_of_text(name));
}

const struct rule *
rule_named(struct bytes name)
{
	const uint8_t *slash = name.len > 0 ? memchr(name.at, '/', name.len) : NULL;
	size_t at = slash != NULL ? (size_t)(slash - name.at) : name.len;
	const struct verifier *verifier = verifier_named(bytes_slice(name, 0, at));
	struct bytes rest = bytes_slice(name, at + 1, name.len);

	const struct ruleset *set = verifier != NULL ? verifier->set : site_register_rules();

	if (verifier == NULL && !bytes_equal(bytes_of_text(set->name), bytes_slice(name, 0, at)))
		return NULL;
	for (size_t i = 0; i < set->count; i++)
		if (bytes_equal(bytes_of_text(set->rule[i].name), rest))
			return &set->rule[i];
	return NULL;
}

void
attest_judge(const struct verifier *verifier, const struct dossier *dossier,
    struct appraisal *appraisal)
{
	appraisal->verdict = ATTEST_ACCEPT;
	appraisal->part = -1;
	appraisal->rule = appraisal->parts = appraisal->steps = appraisal->asked = 0;
	appraisal->open = -1;
	appraisal->claims.count = appraisal->claims.used = 0;
	appraisal->tickets[0] = '\0';
	appraisal->endings = 0;
	appraisal->elsewhere = false;
	part_open(appraisal, verifier->set);
	verifier->judge(dossier, appraisal);
	part_close(appraisal);
	assert(appraisal->open == -1);
	if (appraisal->verdict == ATTEST_ACCEPT && appraisal->tickets[0] != '\0')
		claims_text(&appraisal->claims, CLAIM_TICKET, bytes_of_text(appraisal->tickets));
	site_register_judge(dossier, verifier, appraisal);
	if (appraisal->verdict == ATTEST_ACCEPT)
		ending_claim(appraisal);
	if (appraisal->verdict != ATTEST_ACCEPT && !appraisal->elsewhere)
		appraisal->claims.count = appraisal->claims.used = 0;
}

struct bytes
dossier_item(const struct dossier *dossier, const char *role)
{
	for (size_t i = 0; i < dossier->count; i++)
		if (strcmp(dossier->item[i].role, role) == 0)
			return dossier->item[i].octets;
	return bytes_of(NULL, 0);
}

void
dossier_put(struct dossier *dossier, const char *role, struct bytes octets)
{
	assert(dossier->count < ITEM_MAX);
	dossier->item[dossier->count++] = (struct item){ .role = role, .octets = octets };
}

const char *
attest_verdict_name(enum attest_verdict verdict)
{
	static const char *const names[] = { [ATTEST_ACCEPT] = "accept",
		[ATTEST_INDETERMINATE] = "indeterminate", [ATTEST_REJECT] = "reject" };

	return names[verdict];
}

const char *
step_state_name(enum step_state state)
{
	static const char *const names[] = { [STEP_NOT_REACHED] = "not reached",
		[STEP_PASSED] = "passed", [STEP_FAILED] = "failed",
		[STEP_LACKING] = "lacking",
		[STEP_NOT_ASKED] = "not asked" };

	return names[state];
}

const struct rule *
appraisal_rule(const struct appraisal *appraisal)
{
	return appraisal->part < 0 ? NULL :
	    &appraisal->partition[appraisal->part].set->rule[appraisal->rule];
}

const struct step *
appraisal_step(const struct appraisal *appraisal)
{
	return appraisal->part < 0 ? NULL :
	    &appraisal->step[appraisal->partition[appraisal->part].first + appraisal->rule];
}
