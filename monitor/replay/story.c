/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fold from the record that opened the incident to the end of it, on a copy of the state; what
 * came long after (papers, corrections, notes) is found by its kind without folding all between.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/replay/story_part.h"
#include "monitor/state/correct.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_judged.h"
#include "monitor/state/judge.h"

/* Afterwards so much is folded, too: what follows a restoration at once belongs to it. */
#define STORY_AFTER_MS INT64_C(600000)
/* What changed in the monitor itself so shortly before may be why. */
#define STORY_BEFORE_MS INT64_C(1800000)

enum { TELL_EVERY = 1024 };	/* records between two calls of the replay's on_progress */

struct making {
	struct story      *story;
	struct ledger     *shelf;
	struct replay     *replay;
	struct state      *state;
	struct blob_source blobs;
	uint64_t           id[STORY_IDS_MAX];	/* the incident, and what became part of it */
	size_t             ids;
	uint64_t           seen, judged;	/* totals up to which it was told */
	int64_t            begin_ms;		/* what is of no target is told from then on */
	int64_t            end_ms;		/* fold no further; INT64_MAX: it is open */
	uint64_t           from;	/* where the fold began */
	uint64_t           folded;		/* records the fold was carried to */
	enum err           err;
	struct why         why;
};

static bool
is_ours(const struct making *m, uint64_t incident)
{
	for (size_t i = 0; i < m->ids; i++)
		if (m->id[i] == incident)
			return true;
	return false;
}

/* The other incidents that are part of it at the end, however deep. */
static void
find_ids(struct making *m, const struct state *end)
{
	bool more = true;

	m->id[m->ids++] = m->story->incident;
	while (more) {
		more = false;
		for (uint32_t i = 0; i < end->incidents && m->ids < STORY_IDS_MAX; i++) {
			const struct incident *part = &end->incident[i];

			if (part->absorbed_by == 0 || !is_ours(m, part->absorbed_by) ||
			    is_ours(m, part->id))
				continue;
			m->id[m->ids++] = part->id;
			more = true;
		}
	}
}

/* --- what the fold tells ------------------------------------------------------------------ */

static bool
is_member(const struct state *state, const struct making *m, uint64_t target)
{
	for (size_t i = 0; i < m->ids; i++) {
		const struct incident *incident = state_incident(state, m->id[i]);

		for (uint32_t j = 0; incident != NULL && j < incident->members; j++)
			if (incident->member[j].target == target)
				return true;
	}
	return false;
}

/* "target:amf-1-sbi" of a member, or where members are: true too for their sets and providers. */
static bool
is_about(const struct plan *plan, const struct plan_target *target, struct bytes kind,
    const char *name)
{
	const struct plan_instance *instance = &plan->instance[target->instance];
	const struct plan_site *site = &plan->site[instance->site];
	const struct { const char *kind, *name; } is[] = { { "target", target->name },
		{ "instance", instance->name }, { "replica_set", instance->replica_set },
		{ "site", site->name }, { "provider", site->provider } };

	for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++)
		if (bytes_equal(kind, bytes_of_text(is[i].kind)))
			return is[i].name[0] != '\0' && strcmp(name, is[i].name) == 0;
	return false;
}

static bool
about_member(const struct making *m, const char *subject)
{
	const struct plan *plan = m->state->plan;
	const char *name = strchr(subject, ':');

	for (uint32_t i = 0; name != NULL && plan != NULL && i < plan->targets; i++)
		if (is_about(plan, &plan->target[i], bytes_of(subject, (size_t)(name - subject)),
		    name + 1) && is_member(m->state, m, plan->target[i].id))
			return true;
	return false;
}

/* Of the whole monitor, while it went on and a little before. */
static bool
is_general(const struct making *m, const struct transition *t)
{
	if (t->recorded_ms < m->begin_ms)
		return false;
	return t->kind == TRANSITION_GAP || t->kind == TRANSITION_WATCHING ||
	    t->kind == TRANSITION_CLOCK || t->kind == TRANSITION_CONFIG ||
	    t->kind == TRANSITION_FORK || t->kind == TRANSITION_WATCHER ||
	    t->kind == TRANSITION_ALARM_FLOOD;
}

static bool
belongs(const struct making *m, const struct transition *t)
{
	if (t->incident != 0)
		return is_ours(m, t->incident);
	if (t->kind == TRANSITION_HEALTH)
		return is_member(m->state, m, t->target);
	return is_general(m, t) || about_member(m, t->subject);
}

static void
tell_transitions(struct making *m)
{
	const struct state *state = m->state;
	uint64_t fresh = state->timeline_total - m->seen;

	m->seen = state->timeline_total;
	if (fresh > state->timelines) {
		m->story->passed_over += fresh - state->timelines;
		fresh = state->timelines;
	}
	for (uint64_t i = state->timelines - fresh; i < state->timelines; i++) {
		const struct transition *t = &state->timeline[i];
		struct buffer text = { .max = 0 };

		if (!belongs(m, t))
			continue;
		transition_describe(state, t, &text);
		story_add(m->story, (struct story_entry){ .kind = story_kind_of(t->kind),
			.problem = story_is_problem(t), .recorded_ms = t->recorded_ms,
			.observed_ms = t->observed_ms, .seq = t->seq, .said = t->text }, &text);
	}
}

static uint64_t
judged_total(const struct state *state)
{
	return judgement_of(state) != NULL ? judgement_changes_total(judgement_of(state)) : 0;
}

static void
tell_verdicts(struct making *m)
{
	const struct judgement *j = judgement_of(m->state);
	uint64_t total = judged_total(m->state);
	uint64_t fresh = total - (m->judged <= total ? m->judged : 0);
	uint32_t kept = j != NULL ? judgement_changes(j) : 0;

	m->judged = total;
	if (fresh > kept) {
		m->story->passed_over += fresh - kept;
		fresh = kept;
	}
	for (uint32_t i = kept - (uint32_t)fresh; i < kept; i++) {
		const struct judged_change *change = judgement_change(j, i);
		struct buffer text = { .max = 0 };

		if (!about_member(m, change->subject))
			continue;
		judged_change_describe(change, &text);
		story_add(m->story, (struct story_entry){ .kind = STORY_VERDICT,
			.problem = change->after == VERDICT_NOT_MET,
			.recorded_ms = change->recorded_ms, .observed_ms = change->recorded_ms,
			.seq = change->seq }, &text);
	}
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err decoded)
{
	struct making *m = arg;

	(void)raw;
	if (record->recorded_ms > m->end_ms)
		return false;
	m->err = fold_apply(m->state, record, decoded, &m->blobs, &m->why);
	if (m->err != ERR_OK)
		return false;
	m->folded = record->seq + 1;
	if (m->folded % TELL_EVERY == 0 && !replay_tell(m->replay, m->folded - m->from,
	    m->story->size - m->from)) {
		m->err = why_set(&m->why, ERR_CLOSED, "the story was given up at record %" PRIu64,
		    m->folded);
		return false;
	}
	tell_transitions(m);
	tell_verdicts(m);
	if (decoded == ERR_OK && story_is_apart(record->kind))
		story_record(m->story, record, m->id, m->ids);
	return true;
}

/* --- what came after ----------------------------------------------------------------------- */

static enum err
tell_later(struct making *m, struct ledger *ledger, enum record_kind kind)
{
	uint64_t from = m->folded, seq;
	struct record record;
	enum err err;

	while ((err = ledger_next(ledger, kind, from, &seq, &m->why)) == ERR_OK &&
	    seq < m->story->size) {
		err = ledger_read(ledger, seq, &record, &m->why);
		if (err != ERR_OK)
			return err;
		story_record(m->story, &record, m->id, m->ids);
		from = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err
tell_all_later(struct making *m, struct ledger *ledger)
{
	static const enum record_kind kinds[] = { RECORD_OPERATOR, RECORD_NOTICE, RECORD_CORRECTION,
	    RECORD_ENTRY, RECORD_FILING };
	enum err err = ERR_OK;

	if (m->folded >= m->story->size)
		return ERR_OK;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && err == ERR_OK; i++)
		err = tell_later(m, ledger, kinds[i]);
	return err;
}

static enum err
blob_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct making *m = arg;
	bool grown;
	enum err err = ledger_refresh(m->shelf, &grown, why);

	return err == ERR_OK ? ledger_blob(m->shelf, hash, out, why) : err;
}

/* A little earlier, so that what led to the first failure is there. */
static uint64_t
begin_of(const struct making *m)
{
	uint64_t first = m->id[0];

	for (size_t i = 1; i < m->ids; i++)
		first = m->id[i] < first ? m->id[i] : first;
	return first > STORY_BEFORE ? first - STORY_BEFORE : 0;
}

static enum err
walk(struct making *m, struct replay *replay, struct ledger *ledger, struct why *why)
{
	uint64_t from = begin_of(m), first = ledger_first(ledger);
	enum err err;

	from = from > first ? from : first;
	err = replay_to_size(replay, from, why);
	if (err != ERR_OK)
		return err;
	m->state = state_copy(replay_state(replay));
	m->seen = m->state->timeline_total;
	m->judged = judged_total(m->state);
	m->folded = m->from = from;
	err = ledger_scan(ledger, from, m->story->size, on_record, m, why);
	if (err == ERR_OK && m->err != ERR_OK) {
		*why = m->why;
		return m->err;
	}
	if (err == ERR_OK) {
		err = tell_all_later(m, ledger);
		if (err != ERR_OK)
			*why = m->why;
	}
	return err;
}

static int
by_time(const void *a, const void *b)
{
	const struct story_entry *x = a, *y = b;

	if (x->observed_ms != y->observed_ms)
		return x->observed_ms < y->observed_ms ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static enum err
make(struct making *m, struct replay *replay, struct ledger *ledger, struct why *why)
{
	struct story *story = m->story;
	const struct incident *incident;
	enum err err = replay_to_size(replay, story->size, why);

	if (err != ERR_OK)
		return err;
	incident = state_incident(replay_state(replay), story->incident);
	if (incident == NULL)
		return why_set(why, ERR_NOT_FOUND, _("there was no incident %" PRIu64 " then"),
		    story->incident);
	story->state = state_copy(replay_state(replay));
	find_ids(m, story->state);
	m->begin_ms = incident->occurred_ms - STORY_BEFORE_MS;
	m->end_ms = incident->resolved_ms != 0 ? incident->resolved_ms + STORY_AFTER_MS : INT64_MAX;
	err = walk(m, replay, ledger, why);
	if (err == ERR_OK && story->entries > 0)
		qsort(story->entry, story->entries, sizeof(*story->entry), by_time);
	return err;
}

enum err
story_make(struct replay *replay, struct ledger *ledger, struct ledger *shelf, uint64_t incident,
    uint64_t size, struct story **out, struct why *why)
{
	struct making m = { .shelf = shelf, .replay = replay, .blobs = { .get = blob_get } };
	enum err err;

	m.blobs.arg = &m;
	m.story = memory_new(1, sizeof(*m.story));
	*m.story = (struct story){ .incident = incident, .size = size };
	err = make(&m, replay, ledger, why);
	state_free(m.state);
	if (err != ERR_OK) {
		story_free(m.story);
		m.story = NULL;
	}
	*out = m.story;
	return err;
}
