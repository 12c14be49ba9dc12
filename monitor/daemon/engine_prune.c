/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before old records go, the state at the moment up to which they go becomes a STATE record: the
 * fold restarts exactly there, so that everything that is kept can still be replayed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"
#include "monitor/state/judge.h"

/* The time is milliseconds UTC as text, or "" for the retention; false if there is none. */
static bool
cut_time(const struct engine *e, const char *text, int64_t *ms)
{
	int64_t retention_ms = e->state->plan != NULL ? e->state->plan->retention_ms : 0;
	char *end;

	if (text[0] == '\0') {
		*ms = e->state->now_ms - retention_ms;
		return retention_ms > 0;
	}
	*ms = (int64_t)strtoll(text, &end, 10);
	return *end == '\0';
}

/* The loop stands still meanwhile; the watchdog is fed and STOP is heard. */
static enum err
state_at(struct engine *e, uint64_t size, struct buffer *octets, struct buffer *judgement,
    struct why *why)
{
	struct ledger *ledger = NULL;
	struct replay *replay = NULL;
	enum err err = ledger_open(&ledger, ledger_path(e->ledger), LEDGER_READ, why);

	if (err == ERR_OK)
		err = replay_open(&replay, ledger, e->cache, why);
	if (err == ERR_OK) {
		replay_on_progress(replay, engine_progress, e);
		err = replay_to_size(replay, size, why);
	}
	if (err == ERR_OK) {
		state_encode(octets, replay_state(replay));
		judgement_encode(judgement, replay_state(replay));
	}
	if (err == ERR_OK && (octets->failed || judgement->failed))
		err = why_set(why, ERR_LIMIT, "the state is larger than %d octets", BUFFER_MAX);
	if (replay != NULL)
		replay_close(replay);
	if (ledger != NULL)
		ledger_close(ledger);
	return err;
}

/* The blobs first, then the record that names them. */
static enum err
state_record(struct engine *e, uint64_t size, struct bytes octets, struct bytes judgement,
    struct hash *state)
{
	struct record record;
	enum err err;

	engine_record_head(&record, RECORD_STATE);
	record.state.size = size;
	record.state.fold_version = FOLD_VERSION;
	record.state.state = *state = hash_of(octets);
	err = port_send(e->ledger_port, MESSAGE_BLOB, octets);
	if (err == ERR_OK && judgement.len > 0) {
		record.state.judgement = hash_of(judgement);
		err = port_send(e->ledger_port, MESSAGE_BLOB, judgement);
	}
	return err == ERR_OK ? engine_append(e, &record) : err;
}

enum err
prune_prepare(struct engine *e, const char *text, bool *needed, struct hash *state, struct why *why)
{
	struct buffer octets = { .max = 0 }, judgement = { .max = 0 };
	uint64_t size = 0;
	int64_t ms;
	enum err err;

	/* What the ledger role refuses, or has nothing to do for, it says itself. */
	*needed = cut_time(e, text, &ms);
	if (!*needed)
		return ERR_OK;
	err = ledger_size_at(e->ledger, ms, &size, why);
	if (err != ERR_OK)
		return err;
	*needed = size > ledger_first(e->ledger);
	if (!*needed)
		return ERR_OK;
	if (size > e->state->size)
		size = e->state->size;
	if (!port_room(e->ledger_port, 3))
		return why_set(why, ERR_BUSY, "nothing was pruned: the ledger takes nothing now");
	err = state_at(e, size, &octets, &judgement, why);
	if (err == ERR_OK) {
		err = state_record(e, size, bytes_of_buffer(&octets), bytes_of_buffer(&judgement),
		    state);
		if (err != ERR_OK)
			why_set(why, err,
			    "nothing was pruned: the ledger does not take the state (%s)",
			    err_text(err));
	}
	buffer_free(&octets);
	buffer_free(&judgement);
	return err;
}

/* --- the retention ------------------------------------------------------------------------ */

static bool
pruned_lately(struct engine *e, int64_t now_ms)
{
	struct record record;
	struct why why;
	uint64_t seq;

	return ledger_last(e->ledger, RECORD_PRUNE, ledger_size(e->ledger), &seq, &why) == ERR_OK &&
	    ledger_read(e->ledger, seq, &record, &why) == ERR_OK &&
	    now_ms - record.recorded_ms < RETENTION_EACH_MS;
}

static bool
is_due(struct engine *e)
{
	int64_t retention_ms = e->state->plan != NULL ? e->state->plan->retention_ms : 0;
	int64_t now_ms = e->state->now_ms;
	struct record oldest;
	struct why why;
	enum err err;

	if (retention_ms <= 0 || e->stopping || e->ledger_port == NULL)
		return false;
	err = ledger_read(e->ledger, ledger_first(e->ledger), &oldest, &why);
	return (err == ERR_OK || err == ERR_UNSUPPORTED) &&
	    oldest.recorded_ms < now_ms - retention_ms && !pruned_lately(e, now_ms);
}

void
prune_look(struct engine *e)
{
	struct why why = { .err = ERR_OK };

	/* Not at once: a start has more urgent things to do. */
	if (e->retention_ms == 0)
		e->retention_ms = e->now_ms + RETENTION_LOOK_MS;
	if (e->now_ms < e->retention_ms)
		return;
	e->retention_ms = e->now_ms + RETENTION_LOOK_MS;
	if (!is_due(e))
		return;
	e->retention_ms = e->now_ms + RETENTION_TRY_MS;
	if (act_own(e, ACT_PRUNE, "retention", &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "records older than the retention were not removed: %s",
		    why.text);
}
