/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots: a cache of canonical states, one file each.  A file proves nothing by being there:
 * it counts only if a BELIEF record of that size and fold version names its SHA-256.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/replay/replay.h"
#include "monitor/replay/snapshot.h"
#include "monitor/state/judge.h"

enum {
	SNAPSHOTS_KEPT = 24,		/* files; of them ... */
	SNAPSHOTS_NEWEST = 8,		/* ... so many newest ones, the others over all the time */
	SNAPSHOTS_SEEN = 256,		/* names looked at in one folder */
	RECORDS_TRIED  = 64		/* BELIEF or STATE records looked at for one snapshot */
};

struct snapshot { uint64_t size, version; };

/* The state and its judgement, one file each. */
#define SNAPSHOT_FORM  "snapshot-%" PRIu64 "-%" PRIu64 ".cbor"
#define JUDGEMENT_FORM "judgement-%" PRIu64 "-%" PRIu64 ".cbor"

static int
newest_first(const void *a, const void *b)
{
	const struct snapshot *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return x->version < y->version ? 1 : x->version > y->version ? -1 : 0;
}

static bool
snapshot_path(char *out, size_t out_len, const char *dir, const char *form,
    struct snapshot snapshot)
{
	char name[80];

	snprintf(name, sizeof(name), form, snapshot.size, snapshot.version);
	return file_path(out, out_len, dir, name);
}

static size_t
snapshot_list(const char *dir, struct snapshot list[SNAPSHOTS_SEEN])
{
	DIR *folder = opendir(dir);
	const struct dirent *entry;
	size_t count = 0;

	while (folder != NULL && count < SNAPSHOTS_SEEN && (entry = readdir(folder)) != NULL) {
		int end = 0;

		if (sscanf(entry->d_name, "snapshot-%20" SCNu64 "-%20" SCNu64 ".cbor%n",
		    &list[count].size, &list[count].version, &end) == 2 &&
		    end > 0 && entry->d_name[end] == '\0')
			count++;
	}
	if (folder != NULL)
		closedir(folder);
	qsort(list, count, sizeof(*list), newest_first);
	return count;
}

/* A BELIEF is recorded soon after the record it speaks of. */
static bool
is_believed(struct ledger *ledger, uint64_t size, struct hash facts, struct hash judgement)
{
	uint64_t seq = size;
	struct record rec;
	struct why why;

	for (int i = 0; i < RECORDS_TRIED; i++, seq++) {
		if (ledger_next(ledger, RECORD_BELIEF, seq, &seq, &why) != ERR_OK ||
		    ledger_read(ledger, seq, &rec, &why) != ERR_OK)
			return false;
		if (rec.belief.size == size && rec.belief.fold_version == FOLD_VERSION &&
		    hash_equal(rec.belief.facts, facts) &&
		    hash_equal(rec.belief.judgement, judgement))
			return true;
	}
	return false;
}

static enum err
blob_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	return ledger_blob(arg, hash, out, why);
}

/* Both or none. */
static struct state *
state_read(struct ledger *ledger, struct bytes octets, struct bytes judgement)
{
	struct blob_source source = { blob_get, ledger };
	struct state *state = NULL;
	struct why why;

	if (state_decode(octets, &state, &why) != ERR_OK)
		return NULL;
	if (judgement_restore(state, judgement, &source, &why) == ERR_OK)
		return state;
	state_free(state);
	return NULL;
}

/* A plan without packs has no judgement and no file of it. */
static bool
files_read(const char *dir, struct snapshot snapshot, struct buffer *octets,
    struct buffer *judgement)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	if (!snapshot_path(path, sizeof(path), dir, SNAPSHOT_FORM, snapshot) ||
	    file_read(path, BUFFER_MAX, octets, &why) != ERR_OK ||
	    !snapshot_path(path, sizeof(path), dir, JUDGEMENT_FORM, snapshot))
		return false;
	return file_read(path, BUFFER_MAX, judgement, &why) == ERR_OK || why.err == ERR_NOT_FOUND;
}

static struct state *
snapshot_read(const char *dir, struct ledger *ledger, struct snapshot snapshot)
{
	struct buffer octets = { 0 }, judgement = { 0 };
	struct hash judged = { { 0 } };
	struct state *state = NULL;
	bool whole = files_read(dir, snapshot, &octets, &judgement);

	if (judgement.len > 0)
		judged = hash_of(bytes_of_buffer(&judgement));
	if (whole && is_believed(ledger, snapshot.size, hash_of(bytes_of_buffer(&octets)), judged))
		state = state_read(ledger, bytes_of_buffer(&octets), bytes_of_buffer(&judgement));
	if (state != NULL && state->size != snapshot.size) {
		state_free(state);
		state = NULL;
	}
	buffer_free(&octets);
	buffer_free(&judgement);
	return state;
}

struct state *
snapshot_find(const char *dir, struct ledger *ledger, uint64_t over, uint64_t at_most)
{
	struct snapshot list[SNAPSHOTS_SEEN];
	size_t count = dir != NULL ? snapshot_list(dir, list) : 0;

	for (size_t i = 0; i < count && list[i].size > over; i++) {
		struct state *state;

		if (list[i].size > at_most || list[i].version != FOLD_VERSION)
			continue;
		state = snapshot_read(dir, ledger, list[i]);
		if (state != NULL)
			return state;
	}
	return NULL;
}

/*
 * A state of an older version counts only where the records before it are gone: where they are
 * there, folding them is what everybody else does, and may believe something else.
 */
static bool
may_begin(struct ledger *ledger, uint64_t version)
{
	return version == FOLD_VERSION ||
	    (version > 0 && version < FOLD_VERSION && ledger_first(ledger) > 0);
}

struct state *
state_record_find(struct ledger *ledger, uint64_t over, uint64_t at_most)
{
	uint64_t seq = ledger_size(ledger);
	struct state *state = NULL;
	struct buffer octets = { 0 }, judgement = { 0 };
	struct record rec;
	struct why why;

	for (int i = 0; i < RECORDS_TRIED && state == NULL; i++) {
		/* Looks before seq, so each turn goes one further back. */
		if (ledger_last(ledger, RECORD_STATE, seq, &seq, &why) != ERR_OK ||
		    ledger_read(ledger, seq, &rec, &why) != ERR_OK || rec.state.size <= over)
			break;
		if (rec.state.size > at_most || !may_begin(ledger, rec.state.fold_version))
			continue;
		buffer_reset(&judgement);
		if (ledger_blob(ledger, rec.state.state, &octets, &why) == ERR_OK &&
		    (hash_is_zero(rec.state.judgement) ||
		    ledger_blob(ledger, rec.state.judgement, &judgement, &why) == ERR_OK))
			state = state_read(ledger, bytes_of_buffer(&octets),
			    bytes_of_buffer(&judgement));
	}
	buffer_free(&octets);
	buffer_free(&judgement);
	return state;
}

static void
drop(const char *dir, struct snapshot snapshot)
{
	char path[PATH_TEXT_MAX];

	if (snapshot_path(path, sizeof(path), dir, SNAPSHOT_FORM, snapshot))
		unlink(path);
	if (snapshot_path(path, sizeof(path), dir, JUDGEMENT_FORM, snapshot))
		unlink(path);
}

/* What no fold of this version begins at; else, behind the newest, the one that is missed least:
 * that leaves the shortest way between its neighbours. */
static size_t
least_wanted(const struct snapshot *list, size_t count)
{
	uint64_t least = UINT64_MAX;
	size_t found = count - 1;

	for (size_t i = 0; i < count; i++)
		if (list[i].version != FOLD_VERSION)
			return i;
	for (size_t i = SNAPSHOTS_NEWEST; i < count; i++) {
		uint64_t gap = list[i - 1].size - (i + 1 < count ? list[i + 1].size : 0);

		if (gap < least) {
			least = gap;
			found = i;
		}
	}
	return found;
}

/* What is larger than the newest state belongs to another continuation of this ledger. */
static void
drop_old(const char *dir, uint64_t newest)
{
	struct snapshot list[SNAPSHOTS_SEEN];
	size_t count = snapshot_list(dir, list), strange = 0;

	while (strange < count && list[strange].size > newest)
		drop(dir, list[strange++]);
	count -= strange;
	memmove(list, list + strange, count * sizeof(*list));
	while (count > SNAPSHOTS_KEPT) {
		size_t at = least_wanted(list, count);

		drop(dir, list[at]);
		memmove(&list[at], &list[at + 1], (--count - at) * sizeof(*list));
	}
}

static enum err
snapshot_put(const char *dir, const char *form, struct snapshot snapshot,
    const struct buffer *octets, struct why *why)
{
	char path[PATH_TEXT_MAX];

	if (!snapshot_path(path, sizeof(path), dir, form, snapshot))
		return why_set(why, ERR_LIMIT, "the path of the cache folder is too long: %s", dir);
	if (octets->failed)
		return why_set(why, ERR_LIMIT, "the state has more than %d octets", BUFFER_MAX);
	return octets->len == 0 ? ERR_OK :
	    file_write(path, bytes_of_buffer(octets), 0644, why);
}

enum err
snapshot_write(const char *cache_dir, const struct state *state, struct why *why)
{
	struct snapshot snapshot = { state->size, FOLD_VERSION };
	struct buffer octets = { 0 }, judgement = { 0 };
	enum err err;

	judgement_encode(&judgement, state);
	err = snapshot_put(cache_dir, JUDGEMENT_FORM, snapshot, &judgement, why);
	state_encode(&octets, state);
	if (err == ERR_OK)
		err = snapshot_put(cache_dir, SNAPSHOT_FORM, snapshot, &octets, why);
	buffer_free(&octets);
	buffer_free(&judgement);
	if (err == ERR_OK)
		drop_old(cache_dir, state->size);
	return err;
}
