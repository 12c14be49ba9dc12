/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What views say of users, sides, legal clocks, alarms and windows: figures of the whole state,
 * made once for each scene, and the words, letters and styles they all use.
 */
#ifndef TUI_AFFAIR_H
#define TUI_AFFAIR_H

#include "monitor/state/affairs.h"
#include "monitor/state/demarcation.h"
#include "tui/scene.h"

enum { USERS_TEXT = 40 };

/* Whom a service lacks now, in the whole network. */
struct service_now { uint64_t stopped, degraded; bool uncertain; };

struct affair_sums {
	bool          clock;		/* a legal clock runs, or something is due ... */
	uint64_t      incident;		/* ... of this one */
	struct buffer words;		/* "F3 prompt report: 30,000 users reached, 1 h in 06:49" */
	char          letter;
	enum style    style;
	struct service_now *service;	/* one per service of the plan, owned */
	struct set_impact  *set;	/* one per set of the plan, owned */
	struct impact_index *index;
	struct hash   index_of;		/* the plan it was made of */
	uint32_t      services_hit;
	uint32_t      most;		/* the service with most users hit */
	uint32_t      alarms[SEVERITIES];	/* that stand */
	uint64_t      flooded;		/* raised in floods and not cleared */
	uint32_t      notices;		/* of providers, not over */
	uint32_t      windows;		/* in force */
};

void affair_sums_make(struct scene *);
void affair_sums_free(struct affair_sums *);
/* The legal clocks have a line of their own where the plan knows services or duties. */
bool scene_has_clocks(const struct scene *);
/* The scenario of an exercise; NULL: this is real. */
const char *scene_drill(const struct scene *);

const char *users_text(uint64_t users, char out[USERS_TEXT]);	/* "30,000" */
/* "X60,000 !1,200", "+" behind it if there may be more, or "-": nobody is hit. */
void users_put(struct buffer *, uint64_t stopped, uint64_t degraded, bool uncertain);
/* Now, or the last of it; zero once everybody is served again. */
struct impact_step hit_now(const struct hit *);
bool hit_uncertain(const struct hit *);
/* The service of an incident with most users: at its peak if peak, else now; NULL: none hit. */
const struct hit *affair_worst(const struct affair *, bool peak);

/* R running, D due, n near, ? undecided, s superseded, . not due, - not applicable */
char       duty_letter(enum duty_standing);
enum style duty_style(enum duty_standing);
char       side_letter(enum side);		/* C carrier, P provider, I interconnect, ? */
char       severity_letter(enum severity);	/* C M m w ? . as in ITU-T X.733 */
enum style severity_style(enum severity);
/* The duty of one incident whose moment comes first; false if none runs. */
bool affair_clock(const struct scene *, uint64_t incident, struct buffer *words, char *letter,
    enum style *);

#endif
