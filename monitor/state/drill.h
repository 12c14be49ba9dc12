/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios of exercises: data files (libconfig) that say what is played, when, to what, and how
 * soon people should have acknowledged, reported and restored.  Untrusted: everything is checked,
 * what it does not know is refused.  To what it happens is found in the carrier's own plan.
 */
#ifndef MONITOR_STATE_DRILL_H
#define MONITOR_STATE_DRILL_H

#include "monitor/ledger/record.h"
#include "monitor/state/plan.h"

enum {
	DRILL_STEPS_MAX = 1000,		/* of one scenario: a day, a step each 90 s; refused */
	DRILL_SPEED_MAX = 3600,		/* an hour in a second; refused */
	DRILL_FILE_MAX  = 256 << 10	/* octets of a scenario; refused */
};

#define DRILL_LONGEST_MS (INT64_C(7) * 86400000)	/* of a scenario; refused */
/* What the origin of every ledger of an exercise begins with. */
#define DRILL_ORIGIN "drill/"
/* The document of the plan that holds the scenario. */
#define DRILL_DOCUMENT "drill-scenario"

enum drill_does { DRILL_SEE, DRILL_ALARM, DRILL_NOTICE, DRILL_METRIC, DRILL_DOES };

enum drill_on { DRILL_SCOPE, DRILL_ALL, DRILL_BESIDE, DRILL_ONS };

struct drill_step {
	int64_t         at_ms;		/* since the beginning; ascending */
	enum drill_does does;
	enum drill_on   on;
	uint64_t        count;		/* so many instances of them, 0: all */
	enum outcome    outcome;	/* SEE */
	enum err        error;
	enum severity   severity;	/* ALARM, NOTICE; CLEARED ends it */
	const char     *title;		/* ALARM, NOTICE; SEE: the sentence of the observation */
	const char     *cause;		/* ALARM */
	int64_t         started_ms;	/* NOTICE: when it says it began; -1: it does not */
	uint64_t        metric, value;	/* METRIC */
};

struct drill {
	const char *id, *title, *title_ja, *about, *about_ja;
	const char *where;		/* to what it happens; see drill_scope() */
	const char *of;			/* a subject that was named instead, or "" */
	uint64_t    speed;		/* N times as fast as written; legal clocks are not */
	int64_t     acknowledge_ms, report_ms, restore_ms;	/* goals, 0: none */
	struct drill_step *step;  uint32_t steps;
	struct drill_memory *memory;	/* owns all of it */
};

/*
 * name is of the file, for sentences: "NAME:LINE: what, where".  ERR_INVALID, ERR_LIMIT.  The
 * caller frees with drill_free(); NULL is fine there.
 */
MUST_USE enum err drill_read(struct bytes, const char *name, struct drill **, struct why *);
void drill_free(struct drill *);

/*
 * in[i]: target i of the plan is what it happens to.  where is a list of words parted by blanks,
 * the first that is there counts: region, site, provider, replica_set (of those the one with most
 * instances), instance (the first), probe:NAME, function:NAME, or KIND:NAME of one subject.
 * ERR_NOT_FOUND: this plan has none of them.
 */
MUST_USE enum err drill_scope(const struct drill *, const struct plan *, bool *in, struct why *);

#endif
