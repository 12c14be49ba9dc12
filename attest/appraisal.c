/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that hold or break; see appraisal.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attest/policy.h"

enum { HEX_SHOWN = 64 };	/* octets of a value that are shown */

static struct step *
step_of(struct appraisal *a, size_t rule)
{
	const struct part *part;

	assert(a->open >= 0);
	part = &a->partition[a->open];
	assert(rule < part->set->count);
	return &a->step[part->first + rule];
}

/* The first of the worst breaches is the one that decides. */
static void
step_fail(struct appraisal *a, size_t rule, enum attest_verdict verdict, const char *expected,
    const char *fmt, va_list args)
{
	struct step *step = step_of(a, rule);

	step->state = STEP_FAILED;
	snprintf(step->expected, sizeof(step->expected), "%s", expected != NULL ? expected : "");
	step->found[0] = '\0';
	if (fmt != NULL)
		vsnprintf(step->found, sizeof(step->found), fmt, args);
	if (verdict > a->verdict) {
		a->verdict = verdict;
		a->part = a->open;
		a->rule = rule;
	}
}

bool
hold(struct appraisal *a, size_t rule, bool good, const char *expected, const char *found, ...)
{
	va_list args;

	if (good) {
		step_of(a, rule)->state = STEP_PASSED;
		return true;
	}
	va_start(args, found);
	step_fail(a, rule, a->partition[a->open].set->rule[rule].broken, expected, found, args);
	va_end(args);
	return false;
}

bool
rule_break(struct appraisal *a, size_t rule, const char *expected, const char *found, ...)
{
	va_list args;

	va_start(args, found);
	step_fail(a, rule, a->partition[a->open].set->rule[rule].broken, expected, found, args);
	va_end(args);
	return false;
}

bool
rule_lack(struct appraisal *a, size_t rule, const char *expected, const char *found, ...)
{
	va_list args;

	va_start(args, found);
	step_fail(a, rule, ATTEST_INDETERMINATE, expected, found, args);
	va_end(args);
	step_of(a, rule)->state = STEP_LACKING;
	return true;
}

bool
rule_skip(struct appraisal *a, size_t rule, const char *why)
{
	struct step *step = step_of(a, rule);

	step->state = STEP_NOT_ASKED;
	snprintf(step->found, sizeof(step->found), "%s", why);
	return true;
}

void
part_open(struct appraisal *a, const struct ruleset *set)
{
	assert(a->parts < PART_MAX && set->count <= STEP_MAX - a->steps);
	a->partition[a->parts] = (struct part){ .set = set, .parent = a->open, .first = a->steps };
	for (size_t i = 0; i < set->count; i++) {
		struct step *step = &a->step[a->steps + i];

		step->state = STEP_NOT_REACHED;
		step->expected[0] = step->found[0] = '\0';
	}
	a->steps += set->count;
	a->open = (int)a->parts++;
}

bool
part_close(struct appraisal *a)
{
	const struct part *part = &a->partition[a->open];
	bool good = a->verdict != ATTEST_REJECT;

	a->open = part->parent;
	return good;
}

static void
hex_clip(struct bytes octets, char out[2 * HEX_SHOWN + 4])
{
	bool long_one = octets.len > HEX_SHOWN;

	hex_of(bytes_slice(octets, 0, HEX_SHOWN), out);
	if (long_one)
		memcpy(out + 2 * HEX_SHOWN, "...", 4);
	if (octets.len == 0)
		memcpy(out, "-", 2);
}

bool
hold_octets(struct appraisal *a, size_t rule, struct bytes expected, struct bytes found)
{
	char want[2 * HEX_SHOWN + 4], have[2 * HEX_SHOWN + 4];

	hex_clip(expected, want);
	hex_clip(found, have);
	return hold(a, rule, expected.len > 0 && bytes_equal(expected, found), want, "%s", have);
}

static bool
rest_is_zero(struct bytes octets, size_t from)
{
	for (size_t i = from; i < octets.len; i++)
		if (octets.at[i] != 0)
			return false;
	return true;
}

bool
hold_nonce(const struct dossier *dossier, struct appraisal *a, size_t rule, struct bytes found,
    bool exact)
{
	const char *asked = policy_text(dossier, a, "nonce");
	struct bytes nonce = dossier->nonce;

	if (nonce.len == 0 && asked != NULL && strcmp(asked, "none") == 0) {
		policy_ends_text(dossier, a, "nonce");
		return rule_skip(a, rule, "the policy asks for no nonce");
	}
	if (nonce.len == 0)
		return rule_lack(a, rule, "the nonce we asked with", "none was given to compare");
	if (!exact && found.len > nonce.len && rest_is_zero(found, nonce.len))
		found.len = nonce.len;
	return hold_octets(a, rule, nonce, found);
}

bool
hold_spki(const struct dossier *dossier, struct appraisal *a, size_t rule, struct hash found)
{
	if (dossier->spki == NULL)
		return rule_skip(a, rule, "nobody asks for one certain key");
	return hold_octets(a, rule, hash_bytes(dossier->spki), hash_bytes(&found));
}
