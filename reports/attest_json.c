/* SPDX-License-Identifier: Apache-2.0 */
/* An appraisal for machines; see attest_tell.h. */
#include "monitor/base/timetext.h"
#include "reports/attest_tell.h"

static json_t *
text_json(const char *text)
{
	json_t *made = json_string(text);

	return made != NULL ? made : json_string("?");
}

static void
some(json_t *object, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_object_set_new(object, key, text_json(text));
}

static json_t *
rule_json(const char *kind, const struct rule *rule, const struct step *step)
{
	json_t *one = json_pack("{s:s,s:s,s:s}", "rule", rule->name, "state",
	    step_state_name(step->state), "clause", rule->clause);
	struct buffer advice = { .max = 0 };

	some(one, "expected", step->expected);
	some(one, "found", step->found);
	if (step->state == STEP_FAILED || step->state == STEP_LACKING) {
		some(one, "wrong", attest_wrong(kind, rule, step));
		attest_advice(&advice, kind, rule, step, true);
		some(one, "advice", buffer_text(&advice));
		buffer_free(&advice);
	}
	return one;
}

static json_t *
part_json(const struct appraisal *a, const struct part *part)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < part->set->count; i++)
		json_array_append_new(rules, rule_json(part->set->name,
		    &part->set->rule[i], &a->step[part->first + i]));
	return json_pack("{s:s,s:s,s:i,s:o}", "kind", part->set->name, "title", part->set->title,
	    "inside", part->parent, "rules", rules);
}

static json_t *
claims_json(const struct claims *claims)
{
	json_t *object = json_object();

	for (size_t i = 0; i < claims->count; i++) {
		const struct claim *claim = &claims->claim[i];
		struct buffer value = { .max = 0 };

		claim_print(&value, claim);
		json_object_set_new(object, claim->name, claim->type == CLAIM_IS_FLAG ?
		    json_boolean(claim->value.at[0] != 0) : text_json(buffer_text(&value)));
		buffer_free(&value);
	}
	return object;
}

json_t *
attest_json(const struct verifier *verifier, const struct dossier *dossier,
    const struct appraisal *a)
{
	json_t *one, *parts = json_array();
	char when[TIME_TEXT], hex[HASH_TEXT];

	time_utc(dossier->at_s * 1000, when);
	one = json_pack("{s:s,s:s,s:s,s:s}", "kind", verifier->set->name, "verdict",
	    attest_verdict_name(a->verdict), "at", when, "limit", verifier->set->limit);
	if (dossier->policy != NULL) {
		hash_text(policy_hash(dossier->policy), hex);
		json_object_set_new(one, "policy", json_pack("{s:s,s:s,s:s}", "id",
		    policy_id(dossier->policy), "edition", policy_edition(dossier->policy),
		    "sha256", hex));
	}
	if (appraisal_rule(a) != NULL)
		json_object_set_new(one, "decided", json_pack("{s:s,s:o}", "kind",
		    a->partition[a->part].set->name, "by",
		    rule_json(a->partition[a->part].set->name,
		    appraisal_rule(a), appraisal_step(a))));
	json_object_set_new(one, "claims", claims_json(&a->claims));
	for (size_t p = 0; p < a->parts; p++)
		json_array_append_new(parts, part_json(a, &a->partition[p]));
	json_object_set_new(one, "parts", parts);
	return one;
}
