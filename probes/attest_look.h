/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every probe that gets evidence of hardware says of it: judged by the configured policy, the
 * same facts, the evidence with its collateral kept so that it can be judged again in years.
 */
#ifndef PROBES_ATTEST_LOOK_H
#define PROBES_ATTEST_LOOK_H

#include "attest/envelope.h"
#include "probes/probe.h"

struct attest_counters {
	struct hash device;		/* whose: of its serial */
	uint64_t    clock_ms, resets, restarts;
};

/* What one endpoint keeps between rounds; zero before the first. */
struct attest_kept {
	uint64_t             options_version;
	struct policy       *policy;		/* NULL: cannot be read, see wrong */
	char                 wrong[DETAIL_MAX];
	struct chain_memory *memory;		/* of the process; set by the probe */
	struct buffer        evidence;		/* recorded last */
	struct hash          facts;		/* that it stood beside */
	int64_t              evidence_ns;
	bool                 counted;		/* counters of the device were seen before */
	struct attest_counters counters;
	/* What the probe itself found against this evidence: "" or a sentence, for this round; it
	 * counts as gone back. */
	char                 finding[DETAIL_MAX];
	const char          *delivery;		/* its name, for this round; NULL: it has none */
	bool                 accepted, fresh;	/* what was judged last; and it answers us */
};

void attest_kept_end(struct attest_kept *);

/*
 * Puts the files of the options into the envelope, in place of what it has in those roles.
 * ERR_INVALID: an option's kind or policy cannot be used.
 */
MUST_USE enum err attest_look_prepare(struct round *, struct attest_kept *, struct envelope *,
    struct why *);
/*
 * The first role that its kind needs and it lacks; NULL: none.  What is not there is unknown, but a
 * verifier would call it malformed.
 */
const char *attest_look_missing(const struct envelope *);
/*
 * Whether a challenge of ours stands beside it and a rule about the nonce passed, in whichever
 * part, or one about a signature over it.
 */
bool attest_look_fresh(const struct envelope *, const struct appraisal *);
/* Judges the envelope at the round's second, sets facts and evidence, and finishes the round. */
void attest_look_finish(struct round *, struct attest_kept *, struct envelope *);

/* The probe's own checks of its configuration (probe_ops): the kind exists, policy and register are
 * read. */
const char *attest_look_fault(const char *(*option)(const void *of, const char *name),
    const void *of);
enum err attest_look_file(const char *option, const char *path, struct bytes octets,
    struct why *);

/* Rows for an options table. */
#define ATTEST_OPTIONS                                                                 \
	{ .name = "kind", .type = OPTION_TEXT, .required = true, .minimum = 1,         \
	  .maximum = ENVELOPE_NAME_MAX - 1,                                            \
	  .help = N_("kind of evidence; \"sekimori attest --kinds\" lists them") },    \
	{ .name = "policy", .type = OPTION_FILE, .required = true, .minimum = 1,       \
	  .maximum = 4095,                                                             \
	  .help = N_("appraisal policy: what is accepted") },                          \
	{ .name = "wire", .type = OPTION_TEXT, .maximum = PATH_TEXT_MAX - 1,           \
	  .help = N_("names of the targets, with commas, on whose wire this key should be " \
	    "seen") },                                                                 \
	{ .name = "register_officer", .type = OPTION_TEXT, .maximum = 255,             \
	  .help = N_("who seals the register: common name, or SHA-256 of the certificate") }, \
	{ .name = "site", .type = OPTION_TEXT, .maximum = 255,                         \
	  .help = N_("site that the register must name; if not given, that of the instance") }, \
	{ .name = "margin", .type = OPTION_DURATION, .minimum = 1000,                  \
	  .maximum = 365 * 86400000LL,                                                 \
	  .help = N_("alarm so long before what an acceptance rests on ends; seven days, or " \
	    "a quarter of its life if that is shorter, if not given") },               \
	{ .name = "evidence_interval", .type = OPTION_DURATION, .minimum = 1000,       \
	  .maximum = 7 * 86400000LL, .otherwise = "1h",                                \
	  .help = N_("while nothing changes, a newer proof is put on record after that " \
	    "time; each round verifies its own") }

#endif
