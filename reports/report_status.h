/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one page of "sekimori status": what is proven, unknown and failed per function and site,
 * what is open, and how fresh all of it is.  Made from a state and its ledger; printed as text
 * for a pipe or as JSON.
 */
#ifndef REPORTS_REPORT_STATUS_H
#define REPORTS_REPORT_STATUS_H

#include "monitor/state/judge.h"
#include "monitor/state/protection.h"
#include "reports/report_source.h"

/* Targets of one function on one site. */
struct status_share {
	enum function function;
	uint32_t      site;		/* index into the plan's sites */
	uint32_t      targets, proven, unknown, degraded, down;
	int64_t       oldest_ms;	/* of its oldest evidence; 0: never heard */
};

enum freshness {
	FRESH,			/* the ledger grows, or grew until the time asked for */
	STALE			/* nothing was recorded for longer than a TICK allows */
};

struct status {
	const struct state  *state;	/* advanced to now_ms, for display only */
	bool                 live;	/* otherwise AT now_ms */
	int64_t              now_ms;	/* in recorded time */
	int64_t              newest_ms;	/* of the newest record, 0 if there is none */
	enum freshness       freshness;
	uint64_t             size;
	uint64_t             checkpoint_size;	/* 0: none */
	char                 checkpoint_root[HASH_TEXT];
	struct status_share *share;	/* FUNCTION_COUNT times sites; those without targets too */
	uint32_t             shares;
	uint32_t             proven, unknown, failed, targets;
	uint32_t             open_gaps;
	struct protection_counts protection;	/* of all targets */
	/* Of what is judged; all 0 where no pack is in force. */
	uint32_t             verdict[VERDICTS];	/* controls by their worst verdict */
	uint32_t             undecidable;	/* of the unknown: nothing could decide them yet */
	uint32_t             contradictions;	/* findings of that level that are not met */
};

enum { WAIVER_SOON_MS = 7 * 86400000 };	/* waivers that end so soon are listed */

/* Counts; state must stay until status_free. */
void status_make(struct status *, const struct state *);
void status_free(struct status *);
/* EXIT_FINE: all proven and fresh; EXIT_FINDING: something degraded or down, protection that fell
 * unannounced, or a contradiction that is not waived; EXIT_UNKNOWN: unknown, nothing watched, or
 * not fresh.  Other controls have no say here: they are the business of "sekimori controls". */
int  status_code(const struct status *);
void status_print_text(const struct status *, const char *path, struct buffer *out);
void status_print_json(const struct status *, const char *path, struct buffer *out);

/* Each contradiction that stands, each waiver in force that ends soon. */
typedef void status_finding(void *arg, uint32_t c, const struct finding *);
void status_contradictions(const struct status *, status_finding *, void *arg);
typedef void status_waiver(void *arg, const struct waiver *);
void status_waivers(const struct status *, status_waiver *, void *arg);

/*
 * How long ago the newest record was made, for a live ledger, with wall clocks that may have been
 * stepped.  step_ms: last known wall minus recorded time, which shrinks to 0 as the ledger slews.
 * False if the clocks cannot say on which side of "limit_ms" it is: then see whether it grows.
 */
bool status_age(int64_t wall_ms, int64_t recorded_ms, int64_t step_ms, int64_t limit_ms,
    int64_t *age_ms);

#endif
