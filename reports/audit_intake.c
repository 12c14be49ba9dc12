/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completeness of what came in beside probes: from its SELF on, while the plan in force has
 * listeners, intake vouches for its time by contiguous COVERAGE, or a GAP accounts for it until
 * its next SELF.  Otherwise nobody can say that nothing was sent.
 */
#include <stdio.h>

#include "reports/audit_parts.h"

static void
hole(struct audit *audit, int64_t from_ms, int64_t to_ms)
{
	struct audit_period period = { from_ms, to_ms };

	audit_say_worker(audit, AUDIT_FINDING, AUDIT_HOLE, UINT64_MAX, &period,
	    "nobody accounts for the listeners: what was sent in this time may be missing");
}

static void
heard(struct audit_intake *intake, int64_t covered_ms, int64_t recorded_ms, bool started)
{
	intake->known = true;
	intake->started = started;
	intake->gap = false;
	intake->covered_ms = covered_ms;
	intake->heard_ms = recorded_ms;
}

/* A gap begins where work was last recorded; it does not explain silence before that. */
static void
take_gap(struct audit *audit, const struct record *record, bool context)
{
	struct audit_intake *intake = &audit->intake;
	uint64_t role = record->gap.role;

	if (role != ROLE_INTAKE && role != ROLE_SUPERVISOR && role != ROLE_LEDGER)
		return;
	if (!context && intake->wanted && intake->known && !intake->gap &&
	    record->gap.from > intake->heard_ms + AUDIT_FRESH_MS)
		hole(audit, intake->heard_ms, record->gap.from);
	intake->gap = true;
}

static void
take_self(struct audit *audit, const struct record *record, bool context)
{
	struct audit_intake *intake = &audit->intake;
	bool late = record->recorded_ms - intake->heard_ms > AUDIT_FRESH_MS;

	if (!context && intake->wanted && !intake->gap && (intake->known || late))
		hole(audit, intake->known ? intake->covered_ms : intake->heard_ms,
		    record->observed_ms);
	heard(intake, record->observed_ms, record->recorded_ms, true);
}

static void
take_coverage(struct audit *audit, const struct record *record, bool context)
{
	struct audit_intake *intake = &audit->intake;
	int64_t slack_ms = intake->started ? AUDIT_START_MS : 0;

	if (!context && intake->known && !intake->gap &&
	    record->coverage.from > intake->covered_ms + slack_ms)
		hole(audit, intake->covered_ms, record->coverage.from);
	heard(intake, record->coverage.to, record->recorded_ms, false);
}

void
audit_intake_plan(struct audit *audit, const struct plan *plan, int64_t recorded_ms)
{
	struct audit_intake *intake = &audit->intake;
	bool wanted = plan->listeners > 0;

	if (wanted && !intake->wanted) {
		intake->heard_ms = recorded_ms;
		intake->known = intake->gap = false;
	}
	intake->wanted = wanted;
}

void
audit_intake(struct audit *audit, const struct record *record, bool context)
{
	if (record->kind == RECORD_GAP)
		take_gap(audit, record, context);
	else if (record->role != ROLE_INTAKE)
		return;
	else if (record->kind == RECORD_SELF)
		take_self(audit, record, context);
	else if (record->kind == RECORD_COVERAGE)
		take_coverage(audit, record, context);
}

void
audit_intake_begin(struct audit *audit, const struct record *first)
{
	audit->intake.known = false;
	audit->intake.heard_ms = first->recorded_ms;
}

void
audit_intake_end(struct audit *audit)
{
	const struct audit_intake *intake = &audit->intake;

	if (intake->wanted && !intake->gap &&
	    audit->recorded_ms - intake->heard_ms > AUDIT_FRESH_MS)
		hole(audit, intake->known ? intake->covered_ms : intake->heard_ms,
		    audit->recorded_ms);
}
