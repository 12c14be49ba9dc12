/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completeness: from its SELF on, every worker of the plan in force vouches for its time by
 * contiguous COVERAGE records, or a GAP accounts for it until its next SELF.  Workers speak by
 * their own clocks, which may step, so periods are joined by equality and lateness is judged by
 * recorded time alone.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/timetext.h"
#include "reports/audit_parts.h"

/* --- the plan ----------------------------------------------------------------------------- */

static void
plan_count(struct audit *audit, const struct plan *plan)
{
	for (uint32_t i = 0; i < WORKER_MAX; i++) {
		/* A worker that leaves speaks of what it had, though another plan came since. */
		if (audit->worker[i].targets > 0 || audit->worker[i].state != WORKER_LEAVING)
			audit->worker[i].targets_before = audit->worker[i].targets;
		audit->worker[i].targets = 0;
	}
	for (uint32_t i = 0; i < plan->targets; i++) {
		uint32_t worker = plan_worker_of(plan, plan->target[i].id);

		if (worker < WORKER_MAX)
			audit->worker[worker].targets++;
	}
}

/* Whether the blob is there and has its hash, the spine says; here it is only needed. */
static struct plan *
plan_get(struct audit *audit, struct hash hash, uint64_t seq)
{
	struct buffer octets = { .max = BUFFER_MAX };
	struct plan *plan = NULL;
	struct why why = { 0 };

	if (audit->source->blob(audit->source->arg, hash, &octets, &why) != ERR_OK ||
	    !hash_equal(hash_of(bytes_of_buffer(&octets)), hash))
		audit_say(audit, AUDIT_ASSERTED, AUDIT_COVERAGE, seq, "the plan of record %" PRIu64
		    " is not here, so that nobody can say what should have been watched", seq);
	else if (plan_decode(bytes_of_buffer(&octets), &plan, &why) != ERR_OK)
		audit_say(audit, AUDIT_FINDING, AUDIT_COVERAGE, seq, "the plan of record %" PRIu64
		    " cannot be read: %.250s", seq, why.text);
	buffer_free(&octets);
	return plan;
}

/* Reloaded: workers of the plan before it may be at work, though that plan is not known. */
static void
plan_take(struct audit *audit, struct hash hash, uint64_t seq, int64_t recorded_ms, bool reloaded)
{
	struct plan *plan = plan_get(audit, hash, seq);

	if (plan == NULL) {
		audit->planned = false;
		return;
	}
	plan_count(audit, plan);
	audit_intake_plan(audit, plan, recorded_ms);
	for (uint32_t i = 0; i < WORKER_MAX; i++) {
		struct audit_worker *worker = &audit->worker[i];
		bool wanted = i < plan->workers, known = (audit->planned && i < audit->workers) ||
		    worker->state != WORKER_ABSENT;

		/* A range may begin without a plan; who worked in it by then is known by that. */
		if (wanted && (!known || worker->state == WORKER_LEAVING)) {
			worker->before |= worker->state == WORKER_LEAVING;
			worker->state = audit->planned || !reloaded ? WORKER_ABSENT : WORKER_UNSEEN;
			worker->covered_ms = audit->totals.first_ms;
			worker->heard_ms = recorded_ms;
			worker->seq = seq;
			worker->gap = false;
		} else if (!wanted && known && worker->state != WORKER_ABSENT) {
			worker->state = WORKER_LEAVING;
		} else if (!wanted && known) {
			worker->before = true;
		}
	}
	audit->planned = true;
	audit->plan_seq = seq;
	audit->plan_ms = recorded_ms;
	audit->workers = plan->workers < WORKER_MAX ? plan->workers : WORKER_MAX;
	plan_free(plan);
}

void
audit_give_plan(struct audit *audit, struct hash plan, uint64_t seq, int64_t recorded_ms)
{
	plan_take(audit, plan, seq, recorded_ms, false);
	/* Who was working is not known: each is taken as it shows itself. */
	for (uint32_t i = 0; audit->planned && i < audit->workers; i++)
		audit->worker[i].state = WORKER_STARTED;
}

/* --- workers ------------------------------------------------------------------------------ */

static bool
is_wanted(const struct audit *audit, const struct record *record)
{
	return !audit->planned || record->index < audit->workers;
}

/* Started, or told to stop, before the plan came: on a busy machine its word comes behind it. */
static bool
is_of_before(const struct audit *audit, const struct record *record)
{
	return audit->worker[record->index].before && audit->planned &&
	    record->recorded_ms - audit->plan_ms <= AUDIT_FRESH_MS;
}

static struct audit_worker *
worker_of(struct audit *audit, const struct record *record)
{
	struct audit_worker *worker;

	if (record->index >= WORKER_MAX)
		worker = NULL;
	else
		worker = &audit->worker[record->index];
	/* Without a plan nothing is wanted of anybody, and nobody is a stranger. */
	if (worker == NULL || (!is_wanted(audit, record) && worker->state != WORKER_LEAVING &&
	    !is_of_before(audit, record))) {
		audit_say(audit, AUDIT_FINDING, AUDIT_COVERAGE, record->seq, "record %" PRIu64
		    " is of worker %" PRIu64 ", which the plan in force does not have", record->seq,
		    record->index);
		return NULL;
	}
	return worker;
}

/* Time of a worker that its coverage does not reach: a hole, unless a GAP came. */
static void
uncovered(struct audit *audit, uint64_t index, int64_t from_ms, int64_t to_ms)
{
	const struct audit_worker *worker = &audit->worker[index];
	struct audit_period period = { from_ms, to_ms };

	if (worker->gap && worker->gap_said && to_ms - from_ms > AUDIT_START_MS)
		audit->totals.rests_on_context = true;
	if (worker->gap)
		audit_say_worker(audit, AUDIT_EXPLAINED, AUDIT_GAP, index, &period,
		    "worker %" PRIu64 " was not watching: %.160s", index, worker->gap_reason);
	else
		audit_say_worker(audit, AUDIT_FINDING, AUDIT_HOLE, index, &period,
		    "nobody accounts for the targets of worker %" PRIu64, index);
}

static void
worker_heard(struct audit_worker *worker, const struct record *record, int64_t covered_ms)
{
	worker->covered_ms = covered_ms;
	worker->heard_ms = record->recorded_ms;
	worker->seq = record->seq;
	worker->gap = false;
}

static void
take_self(struct audit *audit, const struct record *record, bool context)
{
	struct audit_worker *worker = worker_of(audit, record);
	bool again;

	if (worker == NULL)
		return;
	if (!is_wanted(audit, record) && worker->state == WORKER_ABSENT) {
		worker->before = false;
		worker->state = WORKER_LEAVING;
		worker_heard(worker, record, record->observed_ms);
		return;
	}
	again = worker->state != WORKER_ABSENT && worker->state != WORKER_UNSEEN;
	if (!context && (!again || is_of_before(audit, record))) {
		worker->before &= !again;
		if (audit->planned && record->recorded_ms - worker->heard_ms > AUDIT_FRESH_MS)
			uncovered(audit, record->index, worker->heard_ms, record->recorded_ms);
	} else if (!context) {
		uncovered(audit, record->index, worker->covered_ms, record->observed_ms);
	}
	worker->state = WORKER_STARTED;
	worker_heard(worker, record, record->observed_ms);
}

/* Between two plans a period may still have been worked by the one before. */
static void
coverage_targets(struct audit *audit, const struct record *record,
    const struct audit_worker *worker)
{
	const struct record_coverage *coverage = &record->coverage;
	int64_t begun_ms = record->recorded_ms - (coverage->to - coverage->from);
	struct record_walk missed = record_walk_of(coverage->missed);
	struct record_walk late = record_walk_of(coverage->late);
	struct record_walk held = record_walk_of(coverage->held);

	audit->totals.coverages++;
	audit->totals.missed += missed.left;
	audit->totals.late += late.left;
	audit->totals.held += held.left;
	if (!audit->planned || coverage->targets == worker->targets ||
	    ((begun_ms <= audit->plan_ms + AUDIT_START_MS || worker->state == WORKER_LEAVING ||
	    is_of_before(audit, record)) && coverage->targets == worker->targets_before))
		return;
	audit_say(audit, AUDIT_FINDING, AUDIT_COVERAGE, record->seq, "record %" PRIu64 ": worker %"
	    PRIu64 " vouches for %" PRIu64 " targets, the plan in force gives it %" PRIu64,
	    record->seq, record->index, coverage->targets, worker->targets);
}

static void
coverage_joins(struct audit *audit, const struct record *record, const struct audit_worker *worker)
{
	const struct record_coverage *coverage = &record->coverage;
	int64_t begun_ms = record->recorded_ms - (coverage->to - coverage->from);
	int64_t slack_ms = worker->state == WORKER_STARTED ? AUDIT_START_MS : 0;

	switch (worker->state) {
	case WORKER_ABSENT:
		if (audit->planned)
			audit_say(audit, AUDIT_FINDING, AUDIT_COVERAGE, record->seq, "record %"
			    PRIu64
			    ": worker %" PRIu64 " vouches for time before it said that it started",
			    record->seq, record->index);
		return;
	case WORKER_UNSEEN:
	case WORKER_JOINED:
		if (begun_ms > worker->covered_ms + 2 * AUDIT_START_MS)
			uncovered(audit, record->index, worker->covered_ms, begun_ms);
		return;
	case WORKER_STARTED:
	case WORKER_COVERED:
	case WORKER_LEAVING:
		break;
	}
	if (coverage->from > worker->covered_ms + slack_ms)
		uncovered(audit, record->index, worker->covered_ms, coverage->from);
	else if (coverage->from < worker->covered_ms - slack_ms)
		audit_say(audit, AUDIT_FINDING, AUDIT_COVERAGE, record->seq, "record %" PRIu64
		    ": worker %" PRIu64 " vouches again for time before %s", record->seq,
		    record->index,
		    worker->state == WORKER_STARTED ? "it started" : "its last word");
}

static void
take_coverage(struct audit *audit, const struct record *record)
{
	struct audit_worker *worker = worker_of(audit, record);

	if (worker == NULL)
		return;
	coverage_targets(audit, record, worker);
	/* The last word of one that ended is none of one that has not begun. */
	if (worker->state == WORKER_ABSENT && is_of_before(audit, record) &&
	    is_wanted(audit, record))
		return;
	coverage_joins(audit, record, worker);
	if (worker->state != WORKER_LEAVING)
		worker->state = WORKER_COVERED;
	worker_heard(worker, record, record->coverage.to);
}

/* --- gaps --------------------------------------------------------------------------------- */

static void
gap_marks(struct audit *audit, const struct record *record, uint64_t index, bool context)
{
	struct audit_worker *worker = &audit->worker[index];
	bool working = worker->state == WORKER_STARTED || worker->state == WORKER_COVERED ||
	    worker->state == WORKER_JOINED;

	/* A gap begins where work was last recorded; it does not explain silence before that. */
	if (!context && working && !worker->gap &&
	    record->gap.from > worker->heard_ms + AUDIT_FRESH_MS)
		uncovered(audit, index, worker->heard_ms, record->gap.from);
	worker->gap = true;
	worker->gap_said = context;
	worker->gap_seq = record->seq;
	snprintf(worker->gap_reason, sizeof(worker->gap_reason), "%.*s",
	    (int)record->gap.reason.len,
	    (const char *)record->gap.reason.at);
}

static void
take_gap(struct audit *audit, const struct record *record, bool context)
{
	const struct record_gap *gap = &record->gap;
	struct audit_period period = { gap->from, gap->to };
	const char *role = role_name(gap->role);
	bool all = gap->role == ROLE_SUPERVISOR || gap->role == ROLE_LEDGER;
	char lost[64] = "";

	for (uint64_t i = 0; i < WORKER_MAX; i++)
		if ((all && (i < audit->workers || !audit->planned)) ||
		    (gap->role == ROLE_WORKER && gap->index == i))
			gap_marks(audit, record, i, context);
	if (context)
		return;
	audit->totals.gaps++;
	if (gap->lost > 0)
		snprintf(lost, sizeof(lost), ", %" PRIu64 " records were lost", gap->lost);
	audit_say_worker(audit, AUDIT_EXPLAINED, AUDIT_GAP,
	    gap->role == ROLE_WORKER ? gap->index : UINT64_MAX, &period,
	    "%s %" PRIu64 " was not working%s: %.*s", role != NULL ? role : "a role", gap->index,
	    lost,
	    (int)gap->reason.len, (const char *)gap->reason.at);
}

/* --- the range ---------------------------------------------------------------------------- */

void
audit_cover(struct audit *audit, const struct record *record, bool context)
{
	audit_intake(audit, record, context);
	switch (record->kind) {
	case RECORD_CONFIG:
		plan_take(audit, record->config.plan, record->seq, record->recorded_ms,
		    bytes_equal(record->config.cause, bytes_of_text("reload")));
		break;
	case RECORD_SELF:
		if (record->role == ROLE_WORKER)
			take_self(audit, record, context);
		break;
	case RECORD_COVERAGE:
		if (!context && record->role == ROLE_WORKER)
			take_coverage(audit, record);
		break;
	case RECORD_GAP:
		take_gap(audit, record, context);
		break;
	default:
		break;
	}
}

void
audit_cover_begin(struct audit *audit, const struct record *first)
{
	bool begins_with_plan = audit->from == 0 || first->kind == RECORD_CONFIG;

	audit->plan_said = audit->planned && !begins_with_plan;
	audit_intake_begin(audit, first);
	if (!audit->planned && !begins_with_plan)
		audit_say(audit, AUDIT_ASSERTED, AUDIT_COVERAGE, audit->from, "no plan is known "
		    "where the range begins, so that nobody can say what should have been watched "
		    "until the next");
	for (uint32_t i = 0; i < audit->workers; i++) {
		struct audit_worker *worker = &audit->worker[i];

		if (worker->state != WORKER_ABSENT)
			worker->state = WORKER_JOINED;
		worker->covered_ms = worker->heard_ms = first->recorded_ms;
	}
}

static void
worker_end(struct audit *audit, uint64_t index)
{
	const struct audit_worker *worker = &audit->worker[index];
	int64_t open_ms = audit->recorded_ms - worker->heard_ms;
	bool began = worker->state != WORKER_ABSENT && worker->state != WORKER_UNSEEN;
	struct audit_period period = { began ? worker->covered_ms : worker->heard_ms,
	    audit->recorded_ms };
	char lasts[TIME_TEXT];

	duration_text(open_ms, lasts);
	if (worker->gap || open_ms > AUDIT_FRESH_MS)
		uncovered(audit, index, period.from_ms, period.to_ms);
	else if (open_ms > 0)
		audit_say_worker(audit, AUDIT_NOTED, AUDIT_OPEN, index, &period,
		    "the newest %s of worker %" PRIu64 " are not yet covered", lasts, index);
}

void
audit_cover_end(struct audit *audit)
{
	if (!audit->begun)
		return;
	if (!audit->planned)
		audit_say(audit, AUDIT_ASSERTED, AUDIT_COVERAGE, audit->tree.size,
		    "no plan is known at the end of this range, so nobody can say what should have "
		    "been watched");
	audit->totals.rests_on_context = audit->totals.rests_on_context || audit->plan_said;
	for (uint64_t i = 0; audit->planned && i < audit->workers; i++)
		worker_end(audit, i);
	if (audit->planned)
		audit_intake_end(audit);
}
