/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statement of a location token out of a state: the verdict over a subject and each witness
 * apart.  Pure; made by the engine of what it believes itself, so that nobody who asks for a
 * token can say what is in it.
 */
#ifndef MONITOR_DAEMON_LOCATE_STATEMENT_H
#define MONITOR_DAEMON_LOCATE_STATEMENT_H

#include "attest/ear.h"
#include "monitor/state/whereabouts.h"

enum { LOCATE_SUBJECT_MAX = 2 * NAME_MAX_LEN, LOCATE_WITNESSES_MAX = 48 };

struct locate_statement {
	struct ear_statement ear;	/* but origin, size and root of the ledger */
	struct ear_witness   witness[LOCATE_WITNESSES_MAX];
	char                 country[LOCATE_WITNESSES_MAX][3];
	char                 subject[LOCATE_SUBJECT_MAX], decided[3];
	struct whereabouts   where;
	struct buffer        why, excluded;
};

/*
 * made: zeroed; given back with locate_statement_free() in any case.  ERR_NOT_FOUND: the plan has
 * no such subject, or there is no plan.  Views of the state, which must outlive it.
 */
MUST_USE enum err locate_statement_make(const struct state *, const char *subject,
    struct locate_statement *made, struct why *);
void locate_statement_free(struct locate_statement *);	/* and the struct itself */

#endif
