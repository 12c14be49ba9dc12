/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's front door: append a batch, read record N, fetch a blob, prove.  One process
 * writes (LEDGER_WRITE, guarded by a lock file beside the database); everybody else reads.
 * Nothing is visible before ledger_commit returned ERR_OK.
 */
#ifndef MONITOR_LEDGER_LEDGER_H
#define MONITOR_LEDGER_LEDGER_H

#include "monitor/base/bytes.h"
#include "monitor/base/hash.h"
#include "monitor/ledger/merkle.h"
#include "monitor/ledger/note.h"
#include "monitor/ledger/record.h"

struct ledger;

enum ledger_mode {
	LEDGER_READ,		/* a live or cleanly stopped database, read only */
	LEDGER_COPY,		/* a copied file nobody writes: opened immutable */
	LEDGER_WRITE		/* the one writer */
};

/* Makes an empty database; ERR_INVALID if the file exists. */
MUST_USE enum err ledger_create(const char *path, struct why *);
/*
 * Opens.  A writer checks the right edge of the tree against tiles and newest checkpoint
 * (ERR_UNTRUSTED, with the record number, if they disagree) and takes the lock, waiting up to
 * five seconds for a predecessor that is just ending (ERR_BUSY).  Refuses a newer store format.
 */
MUST_USE enum err ledger_open(struct ledger **, const char *path, enum ledger_mode, struct why *);
void              ledger_close(struct ledger *);

/* --- writing ------------------------------------------------------------------------------ */
/* Begins a batch if none is open.  rec->seq is given, its bytes are encoded and checked; its
 * recorded_ms must not be before the last one's. */
MUST_USE enum err ledger_add(struct ledger *, struct record *, struct why *);
/* Keeps a blob by its hash (idempotent) in the open batch. */
MUST_USE enum err ledger_add_blob(struct ledger *, struct bytes, struct hash *, struct why *);
/* Keeps the value behind a commitment. */
MUST_USE enum err ledger_add_value(struct ledger *, struct bytes salt, struct bytes value,
    struct why *);
/* All of the batch or nothing: records, tiles, blobs, values, one durable transaction.  When
 * storing fails here or in an add (ERR_IO: disk full), nothing of the batch is kept, and every
 * further add says so until commit or rollback; then the caller adds all of it again.  A record
 * that is refused (ERR_INVALID, ERR_MALFORMED, ERR_LIMIT) leaves the batch as it was. */
MUST_USE enum err ledger_commit(struct ledger *, struct why *);
void              ledger_rollback(struct ledger *);
/* Keeps a signed checkpoint of a committed size. */
MUST_USE enum err ledger_add_checkpoint(struct ledger *, uint64_t size, struct bytes note,
    struct why *);
/* Moves the write-ahead log into the database; call when idle. */
MUST_USE enum err ledger_checkpoint_wal(struct ledger *, struct why *);
/* A consistent copy by the writer while it runs; path must not exist.  Gives its size. */
MUST_USE enum err ledger_backup(struct ledger *, const char *path, uint64_t *size, struct why *);
/* Removes the bytes of records before "until", but not those of KEY records, without which no
 * signature says anything; leaf hashes stay.  Only behind a STATE record, which stays, too: it
 * is never before "until". */
MUST_USE enum err ledger_prune(struct ledger *, uint64_t until, struct why *);
/* Removes salt and value of a commitment; ERR_NOT_FOUND if there is none. */
MUST_USE enum err ledger_erase(struct ledger *, struct hash commitment, struct why *);
/* Next target id for a target's key ("instance/name/probe/address"), stable and never reused. */
MUST_USE enum err ledger_target_id(struct ledger *, struct bytes key, uint64_t *id, struct why *);

/* --- reading ------------------------------------------------------------------------------ */
/* Looks for growth; *grown says whether there was any. */
MUST_USE enum err ledger_refresh(struct ledger *, bool *grown, struct why *);
uint64_t          ledger_size(const struct ledger *);
/* The record from which on the bytes of all are kept.  Before it pruning left KEY records alone:
 * ledger_bytes, ledger_read, ledger_last and ledger_next find them, ledger_scan stops at the
 * first that is not there (ERR_NOT_FOUND). */
uint64_t          ledger_first(const struct ledger *);
int64_t           ledger_recorded_ms(const struct ledger *);	/* of the newest record, or 0 */
bool              ledger_drill(const struct ledger *);	/* its records are of an exercise */
/* Bytes of record seq; the view lives until the next call on this ledger. */
MUST_USE enum err ledger_bytes(struct ledger *, uint64_t seq, struct bytes *, struct why *);
/* Decoded; same lifetime.  ERR_UNSUPPORTED for kinds of a newer version (kind and times set). */
MUST_USE enum err ledger_read(struct ledger *, uint64_t seq, struct record *, struct why *);
/* Calls back for each record in [from, to), in order, until it returns false.  Records of unknown
 * kind come with err ERR_UNSUPPORTED.  Views live during the call only. */
typedef bool ledger_each(void *arg, const struct record *, struct bytes raw, enum err err);
MUST_USE enum err ledger_scan(struct ledger *, uint64_t from, uint64_t to, ledger_each *, void *arg,
    struct why *);
/* How many records have recorded_ms <= ms: the size of the ledger at that time. */
MUST_USE enum err ledger_size_at(struct ledger *, int64_t ms, uint64_t *size, struct why *);
/* Newest record of a rare kind (not OBSERVATION, RUN, COVERAGE, TICK) before seq; ERR_NOT_FOUND. */
MUST_USE enum err ledger_last(struct ledger *, enum record_kind, uint64_t before, uint64_t *seq,
    struct why *);
/* First record of a rare kind at or after seq; ERR_NOT_FOUND. */
MUST_USE enum err ledger_next(struct ledger *, enum record_kind, uint64_t from, uint64_t *seq,
    struct why *);
/* Replaces out's content; the bytes are checked against the hash. */
MUST_USE enum err ledger_blob(struct ledger *, struct hash, struct buffer *out, struct why *);
/* Salt and value behind a commitment, checked; ERR_NOT_FOUND if withheld or erased. */
MUST_USE enum err ledger_value(struct ledger *, struct hash commitment, struct buffer *salt,
    struct buffer *value, struct why *);
MUST_USE enum err ledger_root(struct ledger *, uint64_t size, struct hash *, struct why *);
MUST_USE enum err ledger_leaf(struct ledger *, uint64_t seq, struct hash *, struct why *);
/* A source over the stored tiles, for the proofs of merkle.h. */
struct hash_source ledger_hashes(struct ledger *);
/* Newest checkpoint with size <= at_most; ERR_NOT_FOUND. */
MUST_USE enum err ledger_checkpoint(struct ledger *, uint64_t at_most, uint64_t *size,
    struct buffer *note, struct why *);
/* Oldest checkpoint with size >= at_least; ERR_NOT_FOUND. */
MUST_USE enum err ledger_checkpoint_after(struct ledger *, uint64_t at_least, uint64_t *size,
    struct buffer *note, struct why *);
const char       *ledger_path(const struct ledger *);
uint64_t          ledger_octets(const struct ledger *);		/* database plus WAL on disk */

#endif
