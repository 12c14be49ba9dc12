/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What verifiers write with: rules that hold or break in the part that is open.  A verifier asks
 * its rules in the order of its table and returns at the first that breaks with a rejection; what
 * is only missing is noted with rule_lack and judging goes on, so that a rejection behind it shows.
 *
 *	return hold(a, SNP_LENGTH, report.len == 1184, "1184 octets", "%zu", report.len) &&
 *	    hold(a, SNP_VERSION, ...) && ...
 */
#ifndef ATTEST_APPRAISAL_H
#define ATTEST_APPRAISAL_H

#include "attest/attest.h"

/* Passed or broken; returns good.  expected may be NULL; found is kept only if it is broken. */
bool hold(struct appraisal *, size_t rule, bool good, const char *expected, const char *found, ...)
    PRINTF(5, 6);
/* Broken; always false. */
bool rule_break(struct appraisal *, size_t rule, const char *expected, const char *found, ...)
    PRINTF(4, 5);
/*
 * What is needed to ask it is missing: the appraisal is indeterminate at least, whatever the rule
 * would make of a breach; always true: go on.
 */
bool rule_lack(struct appraisal *, size_t rule, const char *expected, const char *found, ...)
    PRINTF(4, 5);
/* Nothing to ask, and why; always true. */
bool rule_skip(struct appraisal *, size_t rule, const char *why);

/* Judges a statement inside this one by another's rules: all of its steps are not reached yet. */
void part_open(struct appraisal *, const struct ruleset *);
/* Back to the one around it; true if nothing in the closed part was rejected. */
bool part_close(struct appraisal *);

/*
 * The same with octets: equal or not, both in hex (clipped).  expected.len 0: broken as well.
 */
bool hold_octets(struct appraisal *, size_t rule, struct bytes expected, struct bytes found);
/*
 * The nonce.  Policy key "nonce": "required" (also if it is silent) or "none".  Required and not
 * given to us: lacking; given: it must equal found.  exact false: what is found may be longer if
 * the rest is zero (report_data).
 */
bool hold_nonce(const struct dossier *, struct appraisal *, size_t rule, struct bytes found,
    bool exact);
/* The key: skipped if nobody asks for one, broken if it is another. */
bool hold_spki(const struct dossier *, struct appraisal *, size_t rule, struct hash found);

#endif
