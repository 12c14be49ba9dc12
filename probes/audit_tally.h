/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the entries of an audit log come to: sessions by the country they came from, acts on
 * regions, notices of the provider's staff.  A session is one actor from one address within the
 * window: logs do not say where one ends.  Bounded; what did not fit is said.  Pure.
 */
#ifndef PROBES_AUDIT_TALLY_H
#define PROBES_AUDIT_TALLY_H

#include "probes/audit_places.h"
#include "probes/audit_read.h"

enum {
	AUDIT_SESSIONS_MAX = 4096,	/* told apart; a large account has some hundred a day */
	AUDIT_NAMES_MAX    = 512,	/* acts abroad and notices that are kept as text */
	AUDIT_GROUPS       = 256	/* countries, regions */
};

struct audit_session {
	char             *actor, *address, country[3];	/* "" where nobody says it */
	int64_t           first_ms;
	enum audit_answer second_factor;		/* NO: at least one entry says so */
};

struct audit_group { char name[64]; size_t count; };

struct audit_tally {
	/* What is asked: set before the first entry. */
	const char                *provider;
	const struct audit_places *places;		/* may be NULL */
	struct bytes               jurisdictions, regions;	/* with commas; "" : not declared */
	int64_t                    from_ms, until_ms;

	size_t  entries, outside_window;
	int64_t first_ms, last_ms;
	struct audit_session *session;
	size_t  sessions, cap;
	bool    full;			/* a bound was hit */
	struct audit_group region[AUDIT_GROUPS];
	size_t  region_groups;
	size_t  acts_outside, acts_unplaced, staff, staff_outside;
	char   *act[AUDIT_NAMES_MAX], *notice[AUDIT_NAMES_MAX];
	size_t  acts, notices;		/* kept */
};

void audit_tally_take(void *tally, const struct audit_entry *);
/* Names of a list with commas or blanks hold it, regardless of case. */
bool audit_listed(struct bytes list, const char *name);
void audit_tally_free(struct audit_tally *);

#endif
