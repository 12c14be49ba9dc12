/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of location: where instances, stores and keys are, by each witness apart
 * (monitor/state/whereabouts.h), and how that went on over time.
 */
#ifndef REPORTS_LOCATION_H
#define REPORTS_LOCATION_H

#include "monitor/state/describe_where.h"
#include "reports/filing.h"
#include "reports/paper.h"

struct location_asked {
	const char *data;		/* a data class alone, by its name; NULL: all */
	int64_t     from_ms, to_ms;	/* history of moves; both 0: none */
	bool        history;
};

struct location_one { struct where_subject subject; struct whereabouts where; };

/* All subjects of a state with data of the asked class, in the order of the plan. */
struct location_set { struct location_one *one; uint32_t count; const struct state *state; };
void location_set_make(struct location_set *, const struct state *, uint64_t classes);
void location_set_free(struct location_set *);
/* The mask of a class by name; false: the plan has none. */
bool location_class(const struct plan *, const char *name, uint64_t *mask);

/*
 * The paper in the language in use, as of from->at_ms.  The state has a plan.  The caller frees it;
 * *code becomes EXIT_FINDING if something is outside or contradicted, else EXIT_UNKNOWN if
 * something is unknown or there is nothing.
 */
MUST_USE enum err location_paper(const struct filing_source *, const struct location_asked *,
    struct paper **, int *code, struct why *);
/* location_tables.c: bounds of distance and ways out, over all subjects. */
void location_put_bounds(struct paper *, const struct location_set *);
void location_put_edges(struct paper *, const struct location_set *);
/* location_recovery.c: which sets of copies are both where they may be and enough. */
void location_put_recovery(struct paper *, const struct location_set *);
/* location_history.c: each change of verdict or place between two moments, from the records. */
MUST_USE enum err location_put_history(struct paper *, const struct filing_source *,
    const struct location_asked *, struct why *);
/* A line for each witness of each subject (RFC 4180, UTF-8, times in UTC). */
void location_csv(const struct location_set *, struct buffer *);

#endif
