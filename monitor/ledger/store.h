/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's rows in SQLite; private to monitor/ledger.  It stores and finds, and knows nothing
 * of records or trees.  Exactly one connection, in one thread, writes and checkpoints: SQLite
 * before 3.51.3 can corrupt a write-ahead log that two connections reset at the same time.
 */
#ifndef MONITOR_LEDGER_STORE_H
#define MONITOR_LEDGER_STORE_H

#include "monitor/base/bytes.h"
#include "monitor/ledger/ledger.h"

enum { STORE_FORMAT = 1 };

struct store;

/* Sentences name the file.  ERR_IO: disk full or failing; the open transaction is gone then. */
MUST_USE enum err store_create(const char *path, struct why *);
MUST_USE enum err store_open(struct store **, const char *path, enum ledger_mode, struct why *);
void store_close(struct store *);

MUST_USE enum err store_begin(struct store *, struct why *);
MUST_USE enum err store_commit(struct store *, struct why *);
void store_rollback(struct store *);
/* Another connection committed since the last call (or since opening). */
MUST_USE enum err store_changed(struct store *, bool *changed, struct why *);

MUST_USE enum err store_put_record(struct store *, uint64_t seq, unsigned kind, struct bytes,
    struct why *);
/* Replaces out; ERR_NOT_FOUND without a sentence if there is no such row: so do all store_get_*. */
MUST_USE enum err store_get_record(struct store *, uint64_t seq, struct buffer *out, struct why *);
/* Rows in [from, to), ascending, until each returns false; the view lives during the call. */
typedef bool store_each(void *arg, uint64_t seq, struct bytes);
MUST_USE enum err store_scan(struct store *, uint64_t from, uint64_t to, store_each *, void *arg,
    struct why *);
/* First record from which on all are kept, and one more than the last; both 0 if there is none. */
MUST_USE enum err store_range(struct store *, uint64_t *first, uint64_t *end, struct why *);
/* What to look for, and from which end. */
struct store_search { uint64_t from, to; unsigned kind; bool last; };
/* First (or last) record of a rare kind in [from, to). */
MUST_USE enum err store_find_kind(struct store *, const struct store_search *, uint64_t *seq,
    struct why *);
bool store_kind_is_rare(unsigned kind);
/* Removes rows below "until" but KEY records, some thousands to a transaction. */
MUST_USE enum err store_prune(struct store *, uint64_t until, struct why *);

MUST_USE enum err store_put_tile(struct store *, unsigned level, uint64_t index, struct bytes,
    struct why *);
MUST_USE enum err store_get_tile(struct store *, unsigned level, uint64_t index, struct buffer *out,
    struct why *);

MUST_USE enum err store_put_blob(struct store *, struct hash, struct bytes, struct why *);
MUST_USE enum err store_get_blob(struct store *, struct hash, struct buffer *out, struct why *);
MUST_USE enum err store_put_value(struct store *, struct hash commitment, struct bytes salt,
    struct bytes value, struct why *);
MUST_USE enum err store_get_value(struct store *, struct hash commitment, struct buffer *salt,
    struct buffer *value, struct why *);
/* Overwrites the octets, in the file and as soon as readers allow in the write-ahead log. */
MUST_USE enum err store_erase_value(struct store *, struct hash commitment, struct why *);

MUST_USE enum err store_put_checkpoint(struct store *, uint64_t size, struct bytes note,
    struct why *);
/* First (or last) checkpoint with from <= size <= to. */
MUST_USE enum err store_get_checkpoint(struct store *, const struct store_search *, uint64_t *size,
    struct buffer *note, struct why *);
/* The id of a key, a new one if it has none yet; from 1. */
MUST_USE enum err store_target_id(struct store *, struct bytes key, uint64_t *id, struct why *);

/* Moves the write-ahead log into the database; "wait": waits for readers, empties the log. */
MUST_USE enum err store_checkpoint(struct store *, bool wait, struct why *);
/* Pages in the write-ahead log after the last commit. */
unsigned store_log_pages(const struct store *);
/* A consistent copy of the last commit, readable without a log; path must not exist. */
MUST_USE enum err store_backup(struct store *, const char *path, struct why *);
uint64_t store_octets(const struct store *);

#endif
