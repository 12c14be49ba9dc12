/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer's side: a batch is one SQLite transaction.  When storing fails the batch is lost as
 * a whole and stays so until commit or rollback, so that no later record can follow a lost one;
 * after that the ledger goes on from its last commit.
 */
#include "monitor/base/limits.h"
#include "monitor/ledger/ledger_private.h"
#include "monitor/ledger/record_private.h"

enum {
	LOG_PAGES_MOVE = 2048,		/* 8 MiB of write-ahead log are moved without waiting */
	LOG_PAGES_WAIT = 65536,		/* 256 MiB: now readers have to be waited for */
};

/* Begins a batch if none is open; says why nothing can be added. */
static enum err
batch_begin(struct ledger *ledger, struct why *why)
{
	struct batch *batch = ledger->batch;
	enum err err;

	if (batch == NULL)
		return why_set(why, ERR_DENIED, "%s: is open for reading only", ledger->path);
	if (batch->broken.err != ERR_OK || batch->failed.err != ERR_OK) {
		const struct why *first = batch->broken.err != ERR_OK ?
		    &batch->broken : &batch->failed;

		if (why != NULL)
			*why = *first;
		return first->err;
	}
	if (batch->open)
		return ERR_OK;
	if ((err = store_begin(ledger->store, why)) != ERR_OK)
		return err;
	batch->open = true;
	return ERR_OK;
}

/* Storing failed: nothing more enters this batch. */
static enum err
batch_lost(struct ledger *ledger, enum err err, struct why *why)
{
	struct why none = { .err = err };

	if (err != ERR_OK)
		ledger->batch->failed = why != NULL ? *why : none;
	return err;
}

enum err
ledger_add(struct ledger *ledger, struct record *rec, struct why *why)
{
	struct batch *batch = ledger->batch;
	struct bytes bytes;
	enum err err;

	if ((err = batch_begin(ledger, why)) != ERR_OK)
		return err;
	if (rec->recorded_ms < batch->recorded_ms)
		return why_set(why, ERR_INVALID,
		    "%s: record %llu would be %lld ms before the one it follows",
		    ledger->path, (unsigned long long)batch->size,
		    (long long)(batch->recorded_ms - rec->recorded_ms));
	if (batch->size > 0 && rec->drill != batch->drill)
		return why_set(why, ERR_INVALID, batch->drill ?
		    "%s: is the ledger of an exercise, and takes nothing that is real" :
		    "%s: is real, and takes nothing of an exercise", ledger->path);
	if ((err = record_check_fields(rec, why)) != ERR_OK)
		return err;
	buffer_reset(&batch->encoded);
	record_encode(&batch->encoded, rec);
	if (batch->encoded.failed)
		return why_set(why, ERR_LIMIT, "record: over %d octets", RECORD_MAX);
	bytes = bytes_of_buffer(&batch->encoded);
	rec->seq = batch->size;
	err = store_put_record(ledger->store, rec->seq, rec->kind, bytes, why);
	if (err == ERR_OK)
		err = tree_push(ledger, merkle_leaf(bytes), why);
	if (err != ERR_OK)
		return batch_lost(ledger, err, why);
	batch->size++;
	batch->drill = rec->drill;
	batch->recorded_ms = rec->recorded_ms;
	return ERR_OK;
}

enum err
ledger_add_blob(struct ledger *ledger, struct bytes blob, struct hash *hash, struct why *why)
{
	enum err err = batch_begin(ledger, why);

	if (err != ERR_OK)
		return err;
	if (blob.len > BUFFER_MAX)
		return why_set(why, ERR_LIMIT, "blob: %zu octets, %d are allowed", blob.len,
		    BUFFER_MAX);
	*hash = hash_of(blob);
	return batch_lost(ledger, store_put_blob(ledger->store, *hash, blob, why), why);
}

enum err
ledger_add_value(struct ledger *ledger, struct bytes salt, struct bytes value, struct why *why)
{
	enum err err = batch_begin(ledger, why);

	if (err != ERR_OK)
		return err;
	if (salt.len != HASH_LEN)
		return why_set(why, ERR_INVALID, "value: a salt of %zu octets instead of %d",
		    salt.len,
		    HASH_LEN);
	if (value.len > RECORD_MAX)
		return why_set(why, ERR_LIMIT, "value: %zu octets, %d are allowed", value.len,
		    RECORD_MAX);
	err = store_put_value(ledger->store, secret_commit(salt, value), salt, value, why);
	return batch_lost(ledger, err, why);
}

enum err
ledger_target_id(struct ledger *ledger, struct bytes key, uint64_t *id, struct why *why)
{
	enum err err = batch_begin(ledger, why);

	if (err != ERR_OK)
		return err;
	return batch_lost(ledger, store_target_id(ledger->store, key, id, why), why);
}

void
ledger_rollback(struct ledger *ledger)
{
	struct batch *batch = ledger->batch;

	if (batch == NULL || (!batch->open && batch->failed.err == ERR_OK))
		return;
	store_rollback(ledger->store);
	batch->open = false;
	batch->erased = false;
	batch->failed.err = ERR_OK;
	batch->size = ledger->size;
	batch->recorded_ms = ledger->recorded_ms;
	batch->drill = ledger->drill;
	if (tree_load(ledger, &batch->broken) == ERR_OK)
		batch->broken.err = ERR_OK;
}

/* The commit is durable already; what fails here is tried again after the next one. */
static void
move_log(struct ledger *ledger, bool erased)
{
	unsigned pages = store_log_pages(ledger->store);

	if (erased || pages > LOG_PAGES_MOVE)
		(void)!store_checkpoint(ledger->store, erased || pages > LOG_PAGES_WAIT, NULL);
}

enum err
ledger_commit(struct ledger *ledger, struct why *why)
{
	struct batch *batch = ledger->batch;
	bool erased;
	enum err err;

	if (batch == NULL || (!batch->open && batch->failed.err == ERR_OK))
		return batch == NULL ? batch_begin(ledger, why) : ERR_OK;
	err = batch_begin(ledger, why);
	if (err == ERR_OK)
		err = tree_save(ledger, why);
	if (err == ERR_OK)
		err = store_commit(ledger->store, why);
	if (err != ERR_OK) {
		ledger_rollback(ledger);
		return err;
	}
	erased = batch->erased;
	batch->open = false;
	batch->erased = false;
	ledger->size = batch->size;
	ledger->recorded_ms = batch->recorded_ms;
	ledger->drill = batch->drill;
	move_log(ledger, erased);
	return ERR_OK;
}

/* For what must not be part of a batch. */
static enum err
between_batches(struct ledger *ledger, const char *what, struct why *why)
{
	if (ledger->batch == NULL)
		return why_set(why, ERR_DENIED, "%s: is open for reading only", ledger->path);
	if (ledger->batch->open)
		return why_set(why, ERR_BUSY, "%s: cannot %s while a batch is open", ledger->path,
		    what);
	return ERR_OK;
}

enum err
ledger_add_checkpoint(struct ledger *ledger, uint64_t size, struct bytes text, struct why *why)
{
	struct checkpoint checkpoint;
	struct hash root;
	struct note note;
	enum err err;

	if (ledger->batch == NULL)
		return between_batches(ledger, "keep a checkpoint", why);
	if ((err = note_read(text, &note, why)) != ERR_OK)
		return err;
	if ((err = checkpoint_read(note.text, &checkpoint, why)) != ERR_OK)
		return err;
	if ((err = ledger_root(ledger, size, &root, why)) != ERR_OK)
		return err;
	if (checkpoint.size != size || !hash_equal(checkpoint.root, root))
		return why_set(why, ERR_MISMATCH,
		    "%s: the checkpoint is not of this tree over %llu records",
		    ledger->path, (unsigned long long)size);
	return store_put_checkpoint(ledger->store, size, text, why);
}

enum err
ledger_checkpoint_wal(struct ledger *ledger, struct why *why)
{
	enum err err = between_batches(ledger, "move the write-ahead log", why);

	if (err != ERR_OK || store_log_pages(ledger->store) == 0)
		return err;
	return store_checkpoint(ledger->store, false, why);
}

enum err
ledger_backup(struct ledger *ledger, const char *path, uint64_t *size, struct why *why)
{
	enum err err = between_batches(ledger, "make a copy", why);

	if (err == ERR_OK)
		err = store_backup(ledger->store, path, why);
	if (err == ERR_OK)
		*size = ledger->size;
	return err;
}

/* The newest STATE record says how far back the fold can restart. */
static enum err
state_covers(struct ledger *ledger, uint64_t until, struct why *why)
{
	struct record state;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_STATE, ledger->size, &seq, why);

	if (err == ERR_OK)
		err = ledger_read(ledger, seq, &state, why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_NOT_FOUND || state.state.size < until || seq < until)
		return why_set(why, ERR_INVALID,
		    "%s: records before %llu are needed: no STATE record says "
		    "what was believed there", ledger->path, (unsigned long long)until);
	return ERR_OK;
}

enum err
ledger_prune(struct ledger *ledger, uint64_t until, struct why *why)
{
	enum err err = between_batches(ledger, "prune", why), after;

	if (err != ERR_OK || until <= ledger->first)
		return err;
	if ((err = state_covers(ledger, until, why)) != ERR_OK)
		return err;
	err = store_prune(ledger->store, until, why);
	/* It goes in parts: after a failure some of them are gone all the same. */
	after = ledger_look(ledger, err == ERR_OK ? why : NULL);
	return err != ERR_OK ? err : after;
}

enum err
ledger_erase(struct ledger *ledger, struct hash commitment, struct why *why)
{
	bool alone = ledger->batch != NULL && !ledger->batch->open;
	enum err err = batch_begin(ledger, why);

	if (err != ERR_OK)
		return err;
	err = store_erase_value(ledger->store, commitment, why);
	if (err == ERR_NOT_FOUND) {
		if (alone)
			ledger_rollback(ledger);
		return why_set(why, ERR_NOT_FOUND, "%s: there is no value behind that commitment",
		    ledger->path);
	}
	if (err != ERR_OK)
		return batch_lost(ledger, err, why);
	ledger->batch->erased = true;
	return alone ? ledger_commit(ledger, why) : ERR_OK;
}
