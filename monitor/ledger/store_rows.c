/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is stored: records, tiles, blobs, values, checkpoints, target ids.  Triggers guard against
 * our own mistakes; against others' there is the Merkle tree.
 */
#include "monitor/ledger/store_sql.h"

_Static_assert(RECORD_KEY == 1, "pruning keeps it by its number");
_Static_assert(RECORD_TICK == 5 && RECORD_OBSERVATION == 7 && RECORD_RUN == 8 &&
    RECORD_COVERAGE == 9, "the partial index of rare kinds names these by number");

enum err
store_begin(struct store *store, struct why *why)
{
	return sql_change(store, SQL_BEGIN, NULL, 0, why);
}

enum err
store_commit(struct store *store, struct why *why)
{
	return sql_change(store, SQL_COMMIT, NULL, 0, why);
}

void
store_rollback(struct store *store)
{
	/* After a full disk SQLite has rolled back by itself, and says that nothing is open. */
	(void)!sql_change(store, SQL_ROLLBACK, NULL, 0, NULL);
}

/* One row whose first column is wanted. */
static enum err
get(struct store *store, enum statement which, struct bytes key, struct buffer *out,
    struct why *why)
{
	const struct sql_value values[] = { SQL_BLOB(key) };
	enum err err = sql_row(store, which, values, 1, why);
	struct bytes found;

	if (err != ERR_OK)
		return err;
	found = sql_bytes(store, which, 0);
	buffer_reset(out);
	buffer_put(out, found.at, found.len);
	sql_end(store, which);
	return out->failed ? ERR_LIMIT : ERR_OK;
}

/* --- records ------------------------------------------------------------------------------ */

enum err
store_put_record(struct store *store, uint64_t seq, unsigned kind, struct bytes bytes,
    struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(seq), SQL_NUMBER(kind), SQL_BLOB(bytes) };

	return sql_change(store, SQL_PUT_RECORD, values, 3, why);
}

enum err
store_get_record(struct store *store, uint64_t seq, struct buffer *out, struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(seq) };
	enum err err = sql_row(store, SQL_GET_RECORD, values, 1, why);
	struct bytes found;

	if (err != ERR_OK)
		return err;
	found = sql_bytes(store, SQL_GET_RECORD, 0);
	buffer_reset(out);
	buffer_put(out, found.at, found.len);
	sql_end(store, SQL_GET_RECORD);
	return ERR_OK;
}

enum err
store_range(struct store *store, uint64_t *first, uint64_t *end, struct why *why)
{
	enum err err = sql_row(store, SQL_RANGE, NULL, 0, why);

	if (err != ERR_OK)
		return err;
	*first = sql_number(store, SQL_RANGE, 0);
	*end = sql_is_null(store, SQL_RANGE, 1) ? 0 : sql_number(store, SQL_RANGE, 1) + 1;
	sql_end(store, SQL_RANGE);
	return ERR_OK;
}

bool
store_kind_is_rare(unsigned kind)
{
	return kind != RECORD_TICK && kind != RECORD_OBSERVATION && kind != RECORD_RUN &&
	    kind != RECORD_COVERAGE;
}

enum err
store_find_kind(struct store *store, const struct store_search *search, uint64_t *seq,
    struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(search->kind), SQL_NUMBER(search->from),
		SQL_NUMBER(search->to) };
	enum statement which = search->last ? SQL_LAST_OF_KIND : SQL_FIRST_OF_KIND;
	enum err err = sql_row(store, which, values, 3, why);

	if (err != ERR_OK)
		return err;
	*seq = sql_number(store, which, 0);
	sql_end(store, which);
	return ERR_OK;
}

static enum err
prune_part(struct store *store, uint64_t until, struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(until) };
	enum err err;

	if ((err = store_begin(store, why)) != ERR_OK)
		return err;
	err = sql_text(store, "DROP TRIGGER record_stays;", "prune", why);
	if (err == ERR_OK)
		err = sql_change(store, SQL_PRUNE, values, 1, why);
	if (err == ERR_OK)
		err = sql_change(store, SQL_PUT_FIRST, values, 1, why);
	if (err == ERR_OK)
		err = sql_text(store, STORE_RECORD_STAYS, "prune", why);
	if (err == ERR_OK)
		err = store_commit(store, why);
	if (err != ERR_OK)
		store_rollback(store);
	return err;
}

enum err
store_prune(struct store *store, uint64_t until, struct why *why)
{
	enum { PART = 20000 };		/* records of one transaction: bounds the write-ahead log */
	enum { LOG_PAGES = 16384 };	/* 64 MiB, then it is moved into the database */
	uint64_t first, end;
	enum err err = store_range(store, &first, &end, why);

	while (err == ERR_OK && first < until) {
		first = until - first > PART ? first + PART : until;
		err = prune_part(store, first, why);
		if (err == ERR_OK && store_log_pages(store) > LOG_PAGES)
			err = store_checkpoint(store, false, why);
	}
	return err;
}

/* --- tiles -------------------------------------------------------------------------------- */

enum err
store_put_tile(struct store *store, unsigned level, uint64_t index, struct bytes hashes,
    struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(level), SQL_NUMBER(index),
	    SQL_BLOB(hashes) };

	return sql_change(store, SQL_PUT_TILE, values, 3, why);
}

enum err
store_get_tile(struct store *store, unsigned level, uint64_t index, struct buffer *out,
    struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(level), SQL_NUMBER(index) };
	enum err err = sql_row(store, SQL_GET_TILE, values, 2, why);
	struct bytes found;

	if (err != ERR_OK)
		return err;
	found = sql_bytes(store, SQL_GET_TILE, 0);
	buffer_reset(out);
	buffer_put(out, found.at, found.len);
	sql_end(store, SQL_GET_TILE);
	return ERR_OK;
}

/* --- blobs and values --------------------------------------------------------------------- */

enum err
store_put_blob(struct store *store, struct hash hash, struct bytes bytes, struct why *why)
{
	const struct sql_value values[] = { SQL_HASH(hash), SQL_BLOB(bytes) };

	return sql_change(store, SQL_PUT_BLOB, values, 2, why);
}

enum err
store_get_blob(struct store *store, struct hash hash, struct buffer *out, struct why *why)
{
	return get(store, SQL_GET_BLOB, hash_bytes(&hash), out, why);
}

enum err
store_put_value(struct store *store, struct hash commitment, struct bytes salt, struct bytes value,
    struct why *why)
{
	const struct sql_value values[] = { SQL_HASH(commitment), SQL_BLOB(salt), SQL_BLOB(value) };

	return sql_change(store, SQL_PUT_VALUE, values, 3, why);
}

enum err
store_get_value(struct store *store, struct hash commitment, struct buffer *salt,
    struct buffer *value, struct why *why)
{
	const struct sql_value values[] = { SQL_HASH(commitment) };
	enum err err = sql_row(store, SQL_GET_VALUE, values, 1, why);
	struct bytes found;

	if (err != ERR_OK)
		return err;
	found = sql_bytes(store, SQL_GET_VALUE, 0);
	buffer_reset(salt);
	buffer_put(salt, found.at, found.len);
	found = sql_bytes(store, SQL_GET_VALUE, 1);
	buffer_reset(value);
	buffer_put(value, found.at, found.len);
	sql_end(store, SQL_GET_VALUE);
	return ERR_OK;
}

enum err
store_erase_value(struct store *store, struct hash commitment, struct why *why)
{
	const struct sql_value values[] = { SQL_HASH(commitment) };
	enum err err = sql_row(store, SQL_GET_VALUE, values, 1, why), after;

	if (err != ERR_OK)
		return err;
	sql_end(store, SQL_GET_VALUE);
	if ((err = sql_text(store, "PRAGMA secure_delete = ON;", "erase", why)) != ERR_OK)
		return err;
	err = sql_change(store, SQL_ERASE_VALUE, values, 1, why);
	after = sql_text(store, "PRAGMA secure_delete = OFF;", "erase", NULL);
	return err != ERR_OK ? err : after;
}

/* --- checkpoints and targets -------------------------------------------------------------- */

enum err
store_put_checkpoint(struct store *store, uint64_t size, struct bytes note, struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(size), SQL_BLOB(note) };

	return sql_change(store, SQL_PUT_CHECKPOINT, values, 2, why);
}

enum err
store_get_checkpoint(struct store *store, const struct store_search *search, uint64_t *size,
    struct buffer *note, struct why *why)
{
	const struct sql_value values[] = { SQL_NUMBER(search->from), SQL_NUMBER(search->to) };
	enum statement which = search->last ? SQL_NEWEST_CHECKPOINT : SQL_OLDEST_CHECKPOINT;
	enum err err = sql_row(store, which, values, 2, why);
	struct bytes found;

	if (err != ERR_OK)
		return err;
	*size = sql_number(store, which, 0);
	found = sql_bytes(store, which, 1);
	buffer_reset(note);
	buffer_put(note, found.at, found.len);
	sql_end(store, which);
	return ERR_OK;
}

enum err
store_target_id(struct store *store, struct bytes key, uint64_t *id, struct why *why)
{
	const struct sql_value wanted[] = { SQL_BLOB(key) };
	enum err err = sql_row(store, SQL_GET_TARGET, wanted, 1, why);

	if (err == ERR_OK) {
		*id = sql_number(store, SQL_GET_TARGET, 0);
		sql_end(store, SQL_GET_TARGET);
	}
	if (err != ERR_NOT_FOUND)
		return err;
	if ((err = sql_row(store, SQL_LAST_TARGET, NULL, 0, why)) != ERR_OK)
		return err;
	*id = sql_number(store, SQL_LAST_TARGET, 0) + 1;
	sql_end(store, SQL_LAST_TARGET);
	return sql_change(store, SQL_PUT_TARGET,
	    (const struct sql_value[]){ SQL_NUMBER(*id), SQL_BLOB(key) }, 2, why);
}
