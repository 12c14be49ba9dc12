/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader's side.  A single record is checked against its leaf in the tree, a blob against its
 * hash, a value against its commitment; a scan checks only that no record is missing.
 */
#include "monitor/base/limits.h"
#include "monitor/ledger/ledger_private.h"

typedef unsigned long long ull;

/* A record that should be there is not: because it was pruned, or because it was taken away. */
static enum err
missing(struct ledger *ledger, uint64_t seq, struct why *why)
{
	uint64_t end;
	enum err err;

	if (seq >= ledger->size)
		return why_set(why, ERR_NOT_FOUND, "%s: has %llu records, there is no record %llu",
		    ledger->path, (ull)ledger->size, (ull)seq);
	/* The writer may have pruned since; the size stays, for ledger_refresh to tell of. */
	if ((err = store_range(ledger->store, &ledger->first, &end, why)) != ERR_OK)
		return err;
	if (seq < ledger->first)
		return why_set(why, ERR_NOT_FOUND,
		    "%s: record %llu was pruned: its leaf hash is kept, the "
		    "first record whose bytes are kept is %llu", ledger->path, (ull)seq,
		    (ull)ledger->first);
	return why_set(why, ERR_UNTRUSTED, "%s: record %llu is missing", ledger->path, (ull)seq);
}

enum err
ledger_fetch(struct ledger *ledger, uint64_t seq, struct why *why)
{
	enum err err;

	if (seq >= ledger->size)
		return missing(ledger, seq, why);
	err = store_get_record(ledger->store, seq, &ledger->record, why);
	return err == ERR_NOT_FOUND ? missing(ledger, seq, why) : err;
}

enum err
ledger_bytes(struct ledger *ledger, uint64_t seq, struct bytes *out, struct why *why)
{
	struct hash leaf;
	enum err err;

	if ((err = ledger_fetch(ledger, seq, why)) != ERR_OK)
		return err;
	if ((err = ledger_leaf(ledger, seq, &leaf, why)) != ERR_OK)
		return err;
	*out = bytes_of_buffer(&ledger->record);
	if (!hash_equal(leaf, merkle_leaf(*out)))
		return why_set(why, ERR_UNTRUSTED,
		    "%s: record %llu is not what was recorded: its bytes do "
		    "not give its leaf hash in the tree", ledger->path, (ull)seq);
	return ERR_OK;
}

enum err
ledger_read(struct ledger *ledger, uint64_t seq, struct record *rec, struct why *why)
{
	struct bytes bytes;
	enum err err;

	if ((err = ledger_bytes(ledger, seq, &bytes, why)) != ERR_OK)
		return err;
	err = record_decode(bytes, rec, why);
	rec->seq = seq;
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return why_set(why, ERR_UNTRUSTED, "%s: record %llu is not a record", ledger->path,
		    (ull)seq);
	return err;
}

/* --- in order ----------------------------------------------------------------------------- */

struct scan {
	struct ledger *ledger;
	ledger_each   *each;
	void          *arg;
	uint64_t       next;
	bool           stopped;
	enum err       err;
	struct why    *why;
};

static bool
scan_one(void *arg, uint64_t seq, struct bytes bytes)
{
	struct scan *scan = arg;
	struct record rec;
	enum err err;

	if (seq != scan->next)
		return false;
	err = record_decode(bytes, &rec, scan->why);
	rec.seq = seq;
	if (err != ERR_OK && err != ERR_UNSUPPORTED) {
		scan->err = why_set(scan->why, ERR_UNTRUSTED, "%s: record %llu is not a record",
		    scan->ledger->path, (ull)seq);
		return false;
	}
	scan->next++;
	scan->stopped = !scan->each(scan->arg, &rec, bytes, err);
	return !scan->stopped;
}

enum err
ledger_scan(struct ledger *ledger, uint64_t from, uint64_t to, ledger_each *each, void *arg,
    struct why *why)
{
	struct scan scan = { .ledger = ledger, .each = each, .arg = arg, .next = from, .why = why };
	enum err err;

	if (to > ledger->size)
		to = ledger->size;
	if (from >= to)
		return ERR_OK;
	err = store_scan(ledger->store, from, to, scan_one, &scan, why);
	if (err != ERR_OK || scan.err != ERR_OK)
		return err != ERR_OK ? err : scan.err;
	return scan.stopped || scan.next == to ? ERR_OK : missing(ledger, scan.next, why);
}

static enum err
recorded_at(struct ledger *ledger, uint64_t seq, int64_t *ms, struct why *why)
{
	struct record rec;
	enum err err = ledger_fetch(ledger, seq, why);

	if (err != ERR_OK)
		return err;
	err = record_decode(bytes_of_buffer(&ledger->record), &rec, why);
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return why_set(why, ERR_UNTRUSTED, "%s: record %llu is not a record", ledger->path,
		    (ull)seq);
	*ms = rec.recorded_ms;
	return ERR_OK;
}

enum err
ledger_size_at(struct ledger *ledger, int64_t ms, uint64_t *size, struct why *why)
{
	uint64_t low = ledger->first, high = ledger->size;
	int64_t at = 0;
	enum err err;

	if (high > 0 && ms >= ledger->recorded_ms)
		low = high;
	/* Recorded time never goes back, so the first record behind ms is found by halving. */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if ((err = recorded_at(ledger, middle, &at, why)) != ERR_OK)
			return err;
		if (at <= ms)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == ledger->first && low > 0)
		return why_set(why, ERR_NOT_FOUND, "%s: what was recorded at that time was pruned",
		    ledger->path);
	*size = low;
	return ERR_OK;
}

/* --- rare kinds --------------------------------------------------------------------------- */

static enum err
find_kind(struct ledger *ledger, const struct store_search *search, uint64_t *seq, struct why *why)
{
	const char *name = record_kind_name(search->kind);
	struct record rec;
	enum err err;

	if (!store_kind_is_rare(search->kind))
		return why_set(why, ERR_INVALID, "%s records are not looked up by kind", name);
	err = ERR_NOT_FOUND;
	if (search->from < search->to)
		err = store_find_kind(ledger->store, search, seq, why);
	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "%s: has no %s record there", ledger->path,
		    name != NULL ? name : "such");
	if (err != ERR_OK)
		return err;
	/* The column is not in the tree, the record is. */
	err = ledger_read(ledger, *seq, &rec, why);
	if ((err == ERR_OK || err == ERR_UNSUPPORTED) && (unsigned)rec.kind != search->kind)
		return why_set(why, ERR_UNTRUSTED,
		    "%s: record %llu is stored as another kind than it is",
		    ledger->path, (ull)*seq);
	return err == ERR_UNSUPPORTED ? ERR_OK : err;
}

enum err
ledger_last(struct ledger *ledger, enum record_kind kind, uint64_t before, uint64_t *seq,
    struct why *why)
{
	const struct store_search search = { .kind = kind, .last = true,
		.to = before < ledger->size ? before : ledger->size };

	return find_kind(ledger, &search, seq, why);
}

enum err
ledger_next(struct ledger *ledger, enum record_kind kind, uint64_t from, uint64_t *seq,
    struct why *why)
{
	const struct store_search search = { .kind = kind, .from = from, .to = ledger->size };

	return find_kind(ledger, &search, seq, why);
}

/* --- what stands beside the records ------------------------------------------------------- */

enum err
ledger_blob(struct ledger *ledger, struct hash hash, struct buffer *out, struct why *why)
{
	enum err err = store_get_blob(ledger->store, hash, out, why);
	char text[HASH_TEXT];

	hash_text(hash, text);
	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "%s: has no blob %s", ledger->path, text);
	if (err == ERR_LIMIT)
		return why_set(why, err, "%s: blob %s is larger than is wanted here", ledger->path,
		    text);
	if (err == ERR_OK && !hash_equal(hash_of(bytes_of_buffer(out)), hash))
		return why_set(why, ERR_UNTRUSTED,
		    "%s: blob %s was changed: it has another hash now",
		    ledger->path, text);
	return err;
}

enum err
ledger_value(struct ledger *ledger, struct hash commitment, struct buffer *salt,
    struct buffer *value, struct why *why)
{
	enum err err = store_get_value(ledger->store, commitment, salt, value, why);
	char text[HASH_TEXT];

	hash_text(commitment, text);
	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "%s: the value behind %s is withheld or was erased",
		    ledger->path,
		    text);
	if (err != ERR_OK)
		return err;
	if (!hash_equal(commitment, secret_commit(bytes_of_buffer(salt), bytes_of_buffer(value))))
		return why_set(why, ERR_UNTRUSTED, "%s: the value behind %s was changed",
		    ledger->path, text);
	return ERR_OK;
}

static enum err
find_checkpoint(struct ledger *ledger, const struct store_search *search, uint64_t *size,
    struct buffer *note, struct why *why)
{
	enum err err = store_get_checkpoint(ledger->store, search, size, note, why);

	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "%s: has no checkpoint over %llu to %llu records",
		    ledger->path,
		    (ull)search->from, (ull)search->to);
	return err;
}

enum err
ledger_checkpoint(struct ledger *ledger, uint64_t at_most, uint64_t *size, struct buffer *note,
    struct why *why)
{
	const struct store_search search = { .last = true,
		.to = at_most < ledger->size ? at_most : ledger->size };

	return find_checkpoint(ledger, &search, size, note, why);
}

enum err
ledger_checkpoint_after(struct ledger *ledger, uint64_t at_least, uint64_t *size,
    struct buffer *note, struct why *why)
{
	const struct store_search search = { .from = at_least, .to = ledger->size };

	return find_checkpoint(ledger, &search, size, note, why);
}
