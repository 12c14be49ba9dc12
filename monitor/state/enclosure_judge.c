/* SPDX-License-Identifier: Apache-2.0 */
/* The verdicts over what was declared and seen: the most severe rule that holds; enclosure.h. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/enclosure.h"

/* --- at rest ------------------------------------------------------------------------------ */

bool
key_id_covers(struct bytes declared, struct bytes observed)
{
	size_t len = declared.len;

	return len > 0 && observed.len >= len && memcmp(observed.at, declared.at, len) == 0 &&
	    (observed.len == len || observed.at[len] == '/');
}

static void
rest_set(struct enclosure_rest *rest, enum rest_why why, uint32_t by)
{
	rest->why = why;
	rest->verdict = rest_why_verdict(why);
	rest->by = by;
}

typedef bool rest_rule(const struct enclosure_rest *, const struct rest_sighting *);

static bool
is_open(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	(void)rest;
	return s->encrypted == REST_NO;
}

static bool
is_weaker(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	return s->encrypted == REST_YES && s->holder != KEY_HOLDER_UNSAID &&
	    s->holder < rest->holder;
}

static bool
is_other_key(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	return s->encrypted == REST_YES && s->key.len > 0 && rest->key_id[0] != '\0' &&
	    !key_id_covers(bytes_of_text(rest->key_id), s->key);
}

static bool
is_silent(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	(void)rest;
	return s->encrypted == REST_UNSAID;
}

static bool
is_holder_unsaid(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	(void)rest;
	return s->encrypted == REST_YES && s->holder == KEY_HOLDER_UNSAID;
}

static bool
is_key_unsaid(const struct enclosure_rest *rest, const struct rest_sighting *s)
{
	return s->encrypted == REST_YES && s->key.len == 0 && rest->key_id[0] != '\0';
}

/* The first that counts and for which the rule holds. */
static uint32_t
rest_find(const struct enclosure_rest *rest, rest_rule *rule)
{
	for (uint32_t i = 0; i < rest->sightings; i++)
		if (rest->sighting[i].lack == ENCLOSURE_LACK_NONE &&
		    rule(rest, &rest->sighting[i]))
			return i;
	return ENCLOSURE_NOBODY;
}

static uint32_t
rest_lacking(const struct enclosure_rest *rest)
{
	for (uint32_t i = 0; i < rest->sightings; i++)
		if (rest->sighting[i].lack != ENCLOSURE_LACK_NONE)
			return i;
	return ENCLOSURE_NOBODY;
}

/* Whose key and whether encrypted, of all together. */
static void
rest_sum(struct enclosure_rest *rest)
{
	bool unsaid = false;

	rest->seen = REST_UNSAID;
	rest->seen_holder = KEY_HOLDER_UNSAID;
	for (uint32_t i = 0; i < rest->sightings; i++) {
		const struct rest_sighting *s = &rest->sighting[i];

		if (s->lack != ENCLOSURE_LACK_NONE || s->encrypted == REST_UNSAID) {
			unsaid = true;
			continue;
		}
		if (rest->seen == REST_UNSAID || s->encrypted < rest->seen)
			rest->seen = s->encrypted;
		if (s->encrypted == REST_YES && (rest->seen_holder == KEY_HOLDER_UNSAID ||
		    s->holder < rest->seen_holder))
			rest->seen_holder = s->holder;
	}
	if (unsaid && rest->seen == REST_YES)
		rest->seen = REST_UNSAID;
	if (rest->seen != REST_YES || rest_find(rest, is_holder_unsaid) != ENCLOSURE_NOBODY)
		rest->seen_holder = KEY_HOLDER_UNSAID;
}

void
enclosure_rest_judge(struct enclosure_rest *rest)
{
	static const struct { enum rest_why why; rest_rule *rule; } unknown[] = {
		{ REST_WHY_UNSAID, is_silent }, { REST_WHY_HOLDER_UNSAID, is_holder_unsaid },
		{ REST_WHY_KEY_UNSAID, is_key_unsaid },
	};
	uint32_t open = rest_find(rest, is_open), by;
	bool declared = rest->encrypted == REST_YES;

	rest_sum(rest);
	if (open != ENCLOSURE_NOBODY)
		rest_set(rest, declared ? REST_WHY_DENIED : REST_WHY_OPEN_SEEN, open);
	else if ((by = rest_find(rest, is_weaker)) != ENCLOSURE_NOBODY)
		rest_set(rest, REST_WHY_HOLDER_WEAKER, by);
	else if ((by = rest_find(rest, is_other_key)) != ENCLOSURE_NOBODY)
		rest_set(rest, REST_WHY_KEY_OTHER, by);
	else if (rest->encrypted == REST_NO && rest->seen != REST_YES)
		rest_set(rest, REST_WHY_OPEN_DECLARED, ENCLOSURE_NOBODY);
	else if ((by = rest_lacking(rest)) != ENCLOSURE_NOBODY)
		rest_set(rest, REST_WHY_LACKING, by);
	else if (rest->sightings == 0)
		rest_set(rest, declared ? REST_WHY_ONLY_DECLARED : REST_WHY_NOBODY,
		    ENCLOSURE_NOBODY);
	else {
		rest_set(rest, rest->encrypted == REST_NO ? REST_WHY_MORE : declared ?
		    REST_WHY_SEEN : REST_WHY_SEEN_ALONE, 0);
		for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
			by = rest_find(rest, unknown[i].rule);
			if (by == ENCLOSURE_NOBODY)
				continue;
			rest_set(rest, unknown[i].why, by);
			return;
		}
	}
}

/* --- in use ------------------------------------------------------------------------------- */

static void
use_set(struct enclosure_use *use, enum use_why why, uint32_t by)
{
	use->why = why;
	use->verdict = use_why_verdict(why);
	use->by = by;
}

static int
rank(enum use_level level)
{
	return level >= USE_LEVEL_CONFIDENTIAL ? USE_LEVEL_CONFIDENTIAL : (int)level;
}

/* The first that counts, proves (or is observed) and says this level; UNSAID: any. */
static uint32_t
use_find(const struct enclosure_use *use, bool proof, enum use_level level)
{
	for (uint32_t i = 0; i < use->sightings; i++) {
		const struct use_sighting *s = &use->sighting[i];

		if (s->lack == ENCLOSURE_LACK_NONE && s->proof == proof && !s->debug &&
		    (level == USE_LEVEL_UNSAID || s->level == level))
			return i;
	}
	return ENCLOSURE_NOBODY;
}

/* The first evidence that does not count; of that level, or UNSAID: of any. */
static uint32_t
use_lacking(const struct enclosure_use *use, enum use_level level)
{
	for (uint32_t i = 0; i < use->sightings; i++)
		if (use->sighting[i].proof && use->sighting[i].lack != ENCLOSURE_LACK_NONE &&
		    (level == USE_LEVEL_UNSAID || use->sighting[i].level == level))
			return i;
	return ENCLOSURE_NOBODY;
}

/*
 * The first evidence of that level that was asked for anew and does not count: one machine that
 * proves it does not speak for another that was refused.  What is delivered as a file answers no
 * challenge by its nature, and takes nothing away.
 */
static uint32_t
use_refused(const struct enclosure_use *use, enum use_level level)
{
	for (uint32_t i = 0; i < use->sightings; i++) {
		const struct use_sighting *s = &use->sighting[i];

		if (s->proof && s->level == level && s->lack != ENCLOSURE_LACK_NONE &&
		    s->lack != ENCLOSURE_LACK_NOT_FRESH)
			return i;
	}
	return ENCLOSURE_NOBODY;
}

/* A confidential VM is the whole machine, an enclave a part of it: the first is shown first. */
static enum use_level
strongest(const struct enclosure_use *use, bool proof)
{
	static const enum use_level order[] = { USE_LEVEL_CONFIDENTIAL, USE_LEVEL_ENCLAVE,
		USE_LEVEL_MEASURED_BOOT, USE_LEVEL_NONE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (use_find(use, proof, order[i]) != ENCLOSURE_NOBODY)
			return order[i];
	return USE_LEVEL_UNSAID;
}

/* The wire shows another key, or debugging is possible; worse than anything else. */
static bool
use_is_broken(struct enclosure_use *use)
{
	uint32_t debug = ENCLOSURE_NOBODY;

	for (uint32_t i = 0; i < use->sightings; i++) {
		const struct use_sighting *s = &use->sighting[i];

		if (s->lack != ENCLOSURE_LACK_NONE || !s->proof)
			continue;
		if (s->elsewhere) {
			use_set(use, USE_WHY_WIRE_OTHER, i);
			return true;
		}
		if (s->debug && debug == ENCLOSURE_NOBODY)
			debug = i;
	}
	if (debug == ENCLOSURE_NOBODY)
		return false;
	use_set(use, use_level_closed(use->declared) ? USE_WHY_DEBUGGED : USE_WHY_DEBUG_OPEN,
	    debug);
	return true;
}

static void
use_declared(struct enclosure_use *use)
{
	uint32_t proof = use_find(use, true, use->declared);
	uint32_t vm = use_find(use, true, USE_LEVEL_CONFIDENTIAL);
	uint32_t any = use_find(use, true, use->proven), said = use_find(use, false, use->seen);

	if (proof != ENCLOSURE_NOBODY)
		use_set(use, USE_WHY_PROVEN, proof);
	/* Evidence of a confidential VM measures its start, too; that of an enclave does not. */
	else if (use->declared == USE_LEVEL_MEASURED_BOOT && vm != ENCLOSURE_NOBODY)
		use_set(use, USE_WHY_MORE, vm);
	else if (use->seen != USE_LEVEL_UNSAID && rank(use->seen) < rank(use->declared))
		use_set(use, USE_WHY_PROVIDER_DENIES, said);
	else if (use_lacking(use, use->declared) != ENCLOSURE_NOBODY)
		use_set(use, USE_WHY_LACKING, use_lacking(use, use->declared));
	/* How a machine started says nothing of an enclave in it. */
	else if (use->proven == USE_LEVEL_MEASURED_BOOT &&
	    use->declared == USE_LEVEL_CONFIDENTIAL)
		use_set(use, USE_WHY_PROVEN_LESS, any);
	else if (use->proven != USE_LEVEL_UNSAID)
		use_set(use, USE_WHY_OTHER_KIND, any);
	else if (use_lacking(use, USE_LEVEL_UNSAID) != ENCLOSURE_NOBODY)
		use_set(use, USE_WHY_LACKING, use_lacking(use, USE_LEVEL_UNSAID));
	else if (use->seen != USE_LEVEL_UNSAID)
		use_set(use, USE_WHY_ONLY_SEEN, said);
	else
		use_set(use, USE_WHY_ONLY_DECLARED, ENCLOSURE_NOBODY);
}

static void
use_undeclared(struct enclosure_use *use)
{
	uint32_t any = use_find(use, true, use->proven), said = use_find(use, false, use->seen);
	bool none = use->declared == USE_LEVEL_NONE;

	if (use_level_closed(use->proven))
		use_set(use, none ? USE_WHY_MORE : USE_WHY_PROVEN_ALONE, any);
	else if (none)
		use_set(use, USE_WHY_OPEN_DECLARED, ENCLOSURE_NOBODY);
	else if (use->seen != USE_LEVEL_UNSAID && !use_level_closed(use->seen))
		use_set(use, USE_WHY_OPEN_SEEN, said);
	else if (use_lacking(use, USE_LEVEL_UNSAID) != ENCLOSURE_NOBODY)
		use_set(use, USE_WHY_LACKING, use_lacking(use, USE_LEVEL_UNSAID));
	else if (use->seen != USE_LEVEL_UNSAID)
		use_set(use, USE_WHY_ONLY_SEEN, said);
	else if (use->proven != USE_LEVEL_UNSAID)
		use_set(use, USE_WHY_BOOT_ALONE, any);
	else
		use_set(use, USE_WHY_NOBODY, ENCLOSURE_NOBODY);
}

/* What is proven of one machine and not of another is not proven of the instance. */
static void
use_partial(struct enclosure_use *use)
{
	uint32_t by;

	if (use->why != USE_WHY_PROVEN && use->why != USE_WHY_MORE &&
	    use->why != USE_WHY_PROVEN_ALONE)
		return;
	by = use_refused(use, use->sighting[use->by].level);
	if (by == ENCLOSURE_NOBODY)
		return;
	use_set(use, USE_WHY_LACKING, by);
	use->proven = USE_LEVEL_UNSAID;
}

void
enclosure_use_judge(struct enclosure_use *use)
{
	use->proven = strongest(use, true);
	use->seen = strongest(use, false);
	if (use_is_broken(use)) {
		use->proven = USE_LEVEL_UNSAID;
		return;
	}
	if (use->declared >= USE_LEVEL_MEASURED_BOOT)
		use_declared(use);
	else
		use_undeclared(use);
	use_partial(use);
}
