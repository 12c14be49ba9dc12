/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Second judges over random sightings of stores and instances: they know sets and no order of rules,
 * and must come to the same verdict; nothing that does not count ever makes a thing hold, and who
 * says again what another said changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "monitor/state/enclosure.h"

enum { RUNS = 200000, MOST = 4 };

static uint64_t seed = 2463534242u;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

static enum enclosure_lack
random_lack(void)
{
	return below(4) != 0 ? ENCLOSURE_LACK_NONE : (enum enclosure_lack)(1 + below(ENCLOSURE_LACKS - 1));
}

/* --- at rest ------------------------------------------------------------------------------ */

static const char *const keys[] = { "", "arn:a", "arn:a/1", "arn:b" };

static void
random_rest(struct enclosure_rest *rest, struct rest_sighting *s)
{
	uint32_t home = below(4);

	*rest = (struct enclosure_rest){ .encrypted = (enum rest_encrypted)below(3), .sighting = s,
		.sightings = below(MOST), .key = "", .document = "", .key_id = "" };
	if (rest->encrypted == REST_YES) {
		rest->holder = (enum key_holder)below(KEY_HOLDERS);
		rest->key_id = below(3) == 0 ? "arn:a" : "";
	}
	for (uint32_t i = 0; i < rest->sightings; i++)
		s[i] = (struct rest_sighting){ .lack = below(2) == 0 ? ENCLOSURE_LACK_NONE : random_lack(),
			.encrypted = below(6) != 0 ? REST_YES : (enum rest_encrypted)below(3),
			.holder = below(4) != 0 ? KEY_HOLDER_CARRIER : (enum key_holder)below(KEY_HOLDERS),
			.key = bytes_of_text(keys[below(5) == 0 ? below(4) : home]) };
}

static enum enclosure_verdict
second_of_rest(const struct enclosure_rest *rest)
{
	bool no = false, contradicts = false, all = rest->sightings > 0, doubt = false;

	for (uint32_t i = 0; i < rest->sightings; i++) {
		const struct rest_sighting *s = &rest->sighting[i];
		bool yes = s->encrypted == REST_YES;
		bool key = strcmp(rest->key_id, "") != 0, same = key && s->key.len >= 5 &&
		    memcmp(s->key.at, "arn:a", 5) == 0 && (s->key.len == 5 || s->key.at[5] == '/');

		if (s->lack != ENCLOSURE_LACK_NONE) {
			all = false;
			continue;
		}
		no |= s->encrypted == REST_NO;
		all &= yes;
		doubt |= !yes || s->holder == KEY_HOLDER_UNSAID || (key && s->key.len == 0);
		contradicts |= yes && ((key && s->key.len > 0 && !same) ||
		    (s->holder != KEY_HOLDER_UNSAID && (int)s->holder < (int)rest->holder));
	}
	if (no)
		return rest->encrypted == REST_YES ? ENCLOSURE_CONTRADICTED : ENCLOSURE_OPEN;
	if (contradicts)
		return ENCLOSURE_CONTRADICTED;
	if (rest->encrypted == REST_NO && !all)
		return ENCLOSURE_OPEN;
	return all && !doubt ? ENCLOSURE_HOLDS : ENCLOSURE_UNKNOWN;
}

static void
stores_agree(void **unused)
{
	struct rest_sighting s[MOST + 1];
	uint32_t count[ENCLOSURE_VERDICTS] = { 0 };

	(void)unused;
	for (uint32_t run = 0; run < RUNS; run++) {
		struct enclosure_rest rest;
		enum enclosure_verdict before;

		random_rest(&rest, s);
		enclosure_rest_judge(&rest);
		count[rest.verdict]++;
		if (rest.verdict != second_of_rest(&rest))
			fail_msg("run %u: %s (%s) against %s", run, enclosure_verdict_name(rest.verdict),
			    rest_why_name(rest.why), enclosure_verdict_name(second_of_rest(&rest)));
		assert_int_equal(rest_why_verdict(rest.why), rest.verdict);
		assert_true(rest.by == ENCLOSURE_NOBODY || rest.by < rest.sightings);
		assert_true(rest.verdict != ENCLOSURE_HOLDS || rest.seen == REST_YES);
		assert_true(rest.seen_holder == KEY_HOLDER_UNSAID || rest.seen == REST_YES);
		before = rest.verdict;
		if (rest.sightings == 0)
			continue;
		s[rest.sightings] = s[below(rest.sightings)];
		rest.sightings++;
		enclosure_rest_judge(&rest);
		assert_int_equal(rest.verdict, before);
	}
	for (unsigned i = 0; i < ENCLOSURE_VERDICTS; i++)
		assert_true(count[i] > RUNS / 100);
}

/* --- in use ------------------------------------------------------------------------------- */

static void
random_use(struct enclosure_use *use, struct use_sighting *s)
{
	uint32_t home = 1 + below(USE_LEVELS - 1);

	*use = (struct enclosure_use){ .declared = (enum use_level)(below(3) == 0 ? home : below(USE_LEVELS)),
		.document = "", .sighting = s, .sightings = below(MOST) };
	for (uint32_t i = 0; i < use->sightings; i++) {
		s[i] = (struct use_sighting){ .proof = below(3) != 0, .lack = random_lack(),
			.level = (enum use_level)(below(3) != 0 ? home : 1 + below(USE_LEVELS - 1)) };
		if (s[i].proof && s[i].level == USE_LEVEL_NONE)
			s[i].level = USE_LEVEL_MEASURED_BOOT;
		s[i].debug = s[i].proof && use_level_closed(s[i].level) && below(12) == 0;
		s[i].elsewhere = s[i].proof && use_level_closed(s[i].level) && below(12) == 0;
	}
}

/* Bits of levels that count: proven, observed; and of evidence that does not. */
static enum enclosure_verdict
second_of_use(const struct enclosure_use *use)
{
	unsigned proven = 0, seen = 0, lost = 0, refused = 0, want = 1u << use->declared;
	const unsigned closed = 1u << USE_LEVEL_CONFIDENTIAL | 1u << USE_LEVEL_ENCLAVE;
	const unsigned boot = 1u << USE_LEVEL_MEASURED_BOOT, vm = 1u << USE_LEVEL_CONFIDENTIAL;
	bool debug = false, elsewhere = false;

	for (uint32_t i = 0; i < use->sightings; i++) {
		const struct use_sighting *s = &use->sighting[i];
		unsigned bit = 1u << s->level;

		if (s->lack != ENCLOSURE_LACK_NONE) {
			lost |= s->proof ? bit : 0;
			refused |= s->proof && s->lack != ENCLOSURE_LACK_NOT_FRESH ? bit : 0;
		} else if (!s->proof)
			seen |= bit;
		else {
			elsewhere |= s->elsewhere;
			debug |= s->debug;
			proven |= s->debug ? 0 : bit;
		}
	}
	if (elsewhere || (debug && (want & closed) != 0))
		return ENCLOSURE_CONTRADICTED;
	if (debug)
		return ENCLOSURE_OPEN;
	if (use->declared < USE_LEVEL_MEASURED_BOOT) {
		if ((proven & closed) != 0)
			return (refused & ((proven & vm) != 0 ? vm : closed & ~vm)) == 0 ? ENCLOSURE_HOLDS :
			    ENCLOSURE_UNKNOWN;
		return use->declared == USE_LEVEL_NONE || (seen != 0 && (seen & closed) == 0) ?
		    ENCLOSURE_OPEN : ENCLOSURE_UNKNOWN;
	}
	if ((proven & want) != 0 || ((want & boot) != 0 && (proven & vm) != 0))
		return (refused & ((proven & want) != 0 ? want : vm)) == 0 ? ENCLOSURE_HOLDS :
		    ENCLOSURE_UNKNOWN;
	/* The provider's best word is below what is declared. */
	if (seen != 0 && (want & closed) != 0 && (seen & closed) == 0)
		return ENCLOSURE_CONTRADICTED;
	if (seen == 1u << USE_LEVEL_NONE)
		return ENCLOSURE_CONTRADICTED;
	return (want & vm) != 0 && (lost & want) == 0 && proven == boot ? ENCLOSURE_CONTRADICTED :
	    ENCLOSURE_UNKNOWN;
}

static void
instances_agree(void **unused)
{
	struct use_sighting s[MOST + 1];
	uint32_t count[ENCLOSURE_VERDICTS] = { 0 };

	(void)unused;
	for (uint32_t run = 0; run < RUNS; run++) {
		struct enclosure_use use;
		enum enclosure_verdict before;

		random_use(&use, s);
		enclosure_use_judge(&use);
		count[use.verdict]++;
		if (use.verdict != second_of_use(&use))
			fail_msg("run %u: %s (%s) against %s", run, enclosure_verdict_name(use.verdict),
			    use_why_name(use.why), enclosure_verdict_name(second_of_use(&use)));
		assert_int_equal(use_why_verdict(use.why), use.verdict);
		assert_true(use.by == ENCLOSURE_NOBODY || use.by < use.sightings);
		before = use.verdict;
		if (use.sightings == 0)
			continue;
		s[use.sightings] = s[below(use.sightings)];
		use.sightings++;
		enclosure_use_judge(&use);
		assert_int_equal(use.verdict, before);
	}
	for (unsigned i = 0; i < ENCLOSURE_VERDICTS; i++)
		assert_true(count[i] > RUNS / 100);
}

/* Without evidence of hardware that counts nothing holds in use, whatever is said. */
static void
words_prove_nothing(void **unused)
{
	struct use_sighting s[MOST];

	(void)unused;
	for (uint32_t run = 0; run < RUNS / 10; run++) {
		struct enclosure_use use;

		random_use(&use, s);
		for (uint32_t i = 0; i < use.sightings; i++)
			if (s[i].proof)
				s[i].lack = ENCLOSURE_LACK_NOT_FRESH;
		enclosure_use_judge(&use);
		assert_int_not_equal(use.verdict, ENCLOSURE_HOLDS);
		assert_int_equal(use.proven, USE_LEVEL_UNSAID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_agree), cmocka_unit_test(instances_agree),
		cmocka_unit_test(words_prove_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
