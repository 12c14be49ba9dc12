/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives the fold from a ledger.  Forward folds on; backward begins again at the newest state
 * that is not too new: a copy kept on the way, a snapshot, a STATE record, or nothing at all.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "monitor/replay/replay.h"
#include "monitor/replay/snapshot.h"
#include "monitor/state/judge.h"

enum {
	KEPT_MAX       = 16,		/* copies kept for going back ... */
	KEPT_OCTETS    = 64 << 20,	/* ... and the octets they may take together */
	PROGRESS_EVERY = 4096,		/* records between two calls of on_progress */
	FORWARD_AT_ONCE = 8192		/* records folded without looking for a snapshot */
};

struct kept {
	uint64_t      size;
	uint64_t      used;		/* larger: more recently */
	struct buffer octets, judgement;
};

struct replay {
	struct ledger   *ledger;
	char            *cache;
	struct state    *state;
	struct state    *ahead;		/* where replay_next_change looked, or NULL */
	struct kept      kept[KEPT_MAX];
	uint64_t         turn;
	bool             goes_back;	/* copies are worth their memory */
	replay_progress *progress;
	void            *arg;
};

static void
kept_free(struct kept *kept)
{
	buffer_free(&kept->octets);
	buffer_free(&kept->judgement);
}

enum err
replay_open(struct replay **out, struct ledger *ledger, const char *cache_dir, struct why *why)
{
	struct replay *replay = memory_new(1, sizeof(*replay));

	(void)why;
	replay->ledger = ledger;
	replay->cache = cache_dir != NULL ? memory_text(bytes_of_text(cache_dir)) : NULL;
	replay->state = state_new();
	*out = replay;
	return ERR_OK;
}

void
replay_close(struct replay *replay)
{
	if (replay == NULL)
		return;
	for (int i = 0; i < KEPT_MAX; i++)
		kept_free(&replay->kept[i]);
	state_free(replay->state);
	state_free(replay->ahead);
	free(replay->cache);
	free(replay);
}

void
replay_on_progress(struct replay *replay, replay_progress *progress, void *arg)
{
	replay->progress = progress;
	replay->arg = arg;
}

const struct state *
replay_state(const struct replay *replay)
{
	return replay->state;
}

static enum err
blob_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	return ledger_blob(arg, hash, out, why);
}

/* --- copies kept ------------------------------------------------------------------------- */

static size_t
kept_octets(const struct replay *replay)
{
	size_t octets = 0;

	for (int i = 0; i < KEPT_MAX; i++)
		octets += replay->kept[i].octets.len + replay->kept[i].judgement.len;
	return octets;
}

static struct kept *
kept_oldest(struct replay *replay, bool filled)
{
	struct kept *oldest = NULL;

	for (int i = 0; i < KEPT_MAX; i++) {
		struct kept *kept = &replay->kept[i];

		if ((!filled || kept->octets.len > 0) &&
		    (oldest == NULL || kept->used < oldest->used))
			oldest = kept;
	}
	return oldest;
}

static void
keep(struct replay *replay)
{
	struct kept *kept = kept_oldest(replay, false);

	kept_free(kept);
	state_encode(&kept->octets, replay->state);
	judgement_encode(&kept->judgement, replay->state);
	if (kept->octets.failed || kept->judgement.failed)
		kept_free(kept);
	kept->size = replay->state->size;
	kept->used = ++replay->turn;
	while (kept_octets(replay) > KEPT_OCTETS) {
		struct kept *oldest = kept_oldest(replay, true);

		kept_free(oldest);
		oldest->used = 0;
	}
}

static bool
is_kept(const struct replay *replay, uint64_t from, uint64_t to)
{
	for (int i = 0; i < KEPT_MAX; i++)
		if (replay->kept[i].octets.len > 0 && replay->kept[i].size >= from &&
		    replay->kept[i].size <= to)
			return true;
	return false;
}

static struct state *
kept_find(struct replay *replay, uint64_t over, uint64_t at_most)
{
	struct blob_source source = { blob_get, replay->ledger };
	struct kept *best = NULL;
	struct state *state = NULL;
	struct why why;

	for (int i = 0; i < KEPT_MAX; i++) {
		struct kept *kept = &replay->kept[i];

		if (kept->octets.len > 0 && kept->size > over && kept->size <= at_most &&
		    (best == NULL || kept->size > best->size))
			best = kept;
	}
	if (best == NULL || state_decode(bytes_of_buffer(&best->octets), &state, &why) != ERR_OK)
		return NULL;
	if (judgement_restore(state, bytes_of_buffer(&best->judgement), &source, &why) != ERR_OK) {
		state_free(state);
		return NULL;
	}
	best->used = ++replay->turn;
	return state;
}

/* Where to keep a copy on the way to "to": ever further back, for ever longer steps back. */
static uint64_t
next_mark(const struct replay *replay, uint64_t from, uint64_t to)
{
	static const uint64_t back[] = { 262144, 16384, 1024, 64 };

	for (size_t i = 0; replay->goes_back && i < sizeof(back) / sizeof(*back); i++)
		if (to > back[i] && to - back[i] > from &&
		    !is_kept(replay, to - (to > 2 * back[i] ? 2 * back[i] : to), to - back[i] / 2))
			return to - back[i];
	return to;
}

/* --- folding ----------------------------------------------------------------------------- */

struct run {
	struct replay *replay;
	struct state  *state;
	uint64_t       first, last;	/* of the whole way, for progress */
	uint64_t       shown;		/* stop when there are other changes; UINT64_MAX: do not */
	struct why    *why;
	enum err       err;
};

/* What a person would see: transitions, and verdicts that changed. */
static uint64_t
changes_of(const struct state *state)
{
	const struct judgement *judgement = judgement_of(state);

	return state->timeline_total +
	    (judgement != NULL ? judgement_changes_total(judgement) : 0);
}

static bool
on_record(void *arg, const struct record *rec, struct bytes raw, enum err decoded)
{
	struct run *run = arg;
	struct replay *replay = run->replay;
	struct blob_source source = { blob_get, replay->ledger };

	(void)raw;
	run->err = fold_apply(run->state, rec, decoded, &source, run->why);
	if (run->err != ERR_OK) {
		run->err = why_in(run->why, "record %" PRIu64, run->state->size);
		return false;
	}
	if (replay->progress != NULL && run->state->size % PROGRESS_EVERY == 0 &&
	    !replay->progress(replay->arg, run->state->size - run->first, run->last - run->first)) {
		run->err = why_set(run->why, ERR_CLOSED, "folding was given up at record %" PRIu64,
		    run->state->size);
		return false;
	}
	return run->shown == UINT64_MAX || changes_of(run->state) == run->shown;
}

static enum err
fold_on(struct run *run, uint64_t to)
{
	enum err err = ledger_scan(run->replay->ledger, run->state->size, to, on_record, run,
	    run->why);

	return run->err != ERR_OK ? run->err : err;
}

static void
stand_on(struct replay *replay, struct state *state)
{
	state_free(replay->state);
	replay->state = state;
}

void
replay_stand(struct replay *replay, const struct state *state)
{
	stand_on(replay, state_copy(state));
}

bool
replay_tell(struct replay *replay, uint64_t done, uint64_t total)
{
	return replay->progress == NULL || replay->progress(replay->arg, done, total);
}

/* The newest state with over < size <= at_most that is kept anywhere; NULL if there is none. */
static struct state *
find_near(struct replay *replay, uint64_t over, uint64_t at_most)
{
	struct state *best = NULL, *found;

	for (int place = 0; place < 3; place++) {
		found = place == 0 ? kept_find(replay, over, at_most) :
		    place == 1 ? snapshot_find(replay->cache, replay->ledger, over, at_most) :
		    state_record_find(replay->ledger, over, at_most);
		if (found == NULL)
			continue;
		state_free(best);
		best = found;
		over = found->size;
	}
	return best;
}

/* Puts a state in place from which records that are there lead to "size". */
static enum err
begin_near(struct replay *replay, uint64_t size, struct why *why)
{
	uint64_t first = ledger_first(replay->ledger);
	bool back = size < replay->state->size;
	struct state *near;

	if (size > ledger_size(replay->ledger))
		return why_set(why, ERR_NOT_FOUND, "the ledger has %" PRIu64 " records, not %"
		    PRIu64, ledger_size(replay->ledger), size);
	if (replay->ahead != NULL && replay->ahead->size <= size &&
	    (back || replay->ahead->size > replay->state->size)) {
		stand_on(replay, replay->ahead);
		replay->ahead = NULL;
		back = false;
	}
	if (!back && size - replay->state->size <= FORWARD_AT_ONCE && replay->state->size >= first)
		return ERR_OK;
	near = find_near(replay, back ? 0 : replay->state->size, size);
	if (near == NULL && back && first == 0)
		near = state_new();
	if (near == NULL && (back || replay->state->size < first))
		return why_set(why, ERR_NOT_FOUND, "the records before %" PRIu64 " were pruned and "
		    "no state this version reads lets the fold begin at or before record %" PRIu64,
		    first, size);
	replay->goes_back |= back;
	if (near != NULL)
		stand_on(replay, near);
	return ERR_OK;
}

enum err
replay_to_size(struct replay *replay, uint64_t size, struct why *why)
{
	struct run run = { .replay = replay, .shown = UINT64_MAX, .why = why, .last = size };
	enum err err;

	if (size == replay->state->size)
		return ERR_OK;
	err = begin_near(replay, size, why);
	run.state = replay->state;
	run.first = replay->state->size;
	while (err == ERR_OK && replay->state->size < size) {
		uint64_t mark = next_mark(replay, replay->state->size, size);

		err = fold_on(&run, mark);
		if (err == ERR_OK && replay->state->size < mark)
			err = why_set(why, ERR_IO, "the ledger gave no record %" PRIu64,
			    replay->state->size);
		if (err == ERR_OK && mark < size)
			keep(replay);
	}
	return err;
}

enum err
replay_to_time(struct replay *replay, int64_t recorded_ms, struct why *why)
{
	uint64_t size;
	enum err err = ledger_size_at(replay->ledger, recorded_ms, &size, why);

	return err != ERR_OK ? err : replay_to_size(replay, size, why);
}

/* Looks on a copy, which is where the next step will want to stand. */
enum err
replay_next_change(struct replay *replay, uint64_t *size, struct why *why)
{
	uint64_t end = ledger_size(replay->ledger), shown = changes_of(replay->state);
	struct run run = { .replay = replay, .first = replay->state->size, .last = end,
		.shown = shown, .why = why };
	enum err err;

	state_free(replay->ahead);
	replay->ahead = run.state = state_copy(replay->state);
	err = fold_on(&run, end);
	if (err != ERR_OK)
		return err;
	if (changes_of(run.state) == shown)
		return why_set(why, ERR_NOT_FOUND, "nothing changed after record %" PRIu64,
		    replay->state->size);
	*size = run.state->size;
	return ERR_OK;
}

/* Ids of transitions begin with the record that brought them. */
enum err
replay_previous_change(struct replay *replay, uint64_t *size, struct why *why)
{
	const struct state *state = replay->state;
	const struct judgement *judgement = judgement_of(state);
	uint32_t changes = judgement != NULL ? judgement_changes(judgement) : 0;

	if (state->timelines == 0 && changes == 0)
		return why_set(why, ERR_NOT_FOUND, "nothing changed before record %" PRIu64,
		    state->size);
	*size = state->timelines > 0 ? transition_seq(state->timeline[state->timelines - 1].id) : 0;
	if (changes > 0 && judgement_change(judgement, changes - 1)->seq > *size)
		*size = judgement_change(judgement, changes - 1)->seq;
	return ERR_OK;
}
