/* SPDX-License-Identifier: Apache-2.0 */
/* Between store.c, which owns SQLite, and the files that say what is stored. */
#ifndef MONITOR_LEDGER_STORE_SQL_H
#define MONITOR_LEDGER_STORE_SQL_H

#include "monitor/base/hash.h"
#include "monitor/ledger/store.h"

/*
 * All but TICK, OBSERVATION, RUN and COVERAGE, for the partial index and the queries that use it.
 * NOT IN would fill a temporary table for each record that is stored.
 */
#define STORE_RARE "kind <> 5 AND kind <> 7 AND kind <> 8 AND kind <> 9"

/* KEY: without the chain of keys no signature says anything, so pruning leaves it. */
#define STORE_KEPT "kind = 1"

enum statement {
#define STATEMENT(NAME, sql) SQL_##NAME,
#include "monitor/ledger/store_list.h"
	SQL_COUNT
};

struct sql_value {
	uint64_t     number;
	struct bytes blob;
	bool         is_blob;
};

#define SQL_NUMBER(n) { .number = (n) }
#define SQL_BLOB(b)   { .blob = (b), .is_blob = true }
#define SQL_HASH(h)   { .blob = { .at = (h).at, .len = HASH_LEN }, .is_blob = true }

/* Runs a statement that gives no row. */
MUST_USE enum err sql_change(struct store *, enum statement, const struct sql_value *, int count,
    struct why *);
/* Runs to the first row: read its columns, then sql_end.  ERR_NOT_FOUND, no sentence: no row. */
MUST_USE enum err sql_row(struct store *, enum statement, const struct sql_value *, int count,
    struct why *);
struct bytes sql_bytes(const struct store *, enum statement, int column);
uint64_t sql_number(const struct store *, enum statement, int column);
bool sql_is_null(const struct store *, enum statement, int column);
void sql_end(struct store *, enum statement);
/* Runs fixed statements that are not worth keeping. */
MUST_USE enum err sql_text(struct store *, const char *sql, const char *doing, struct why *);

/* The guard against removing records; pruning lifts it inside its own transaction. */
#define STORE_RECORD_STAYS "CREATE TRIGGER record_stays BEFORE DELETE ON record" \
	" BEGIN SELECT RAISE(ABORT, 'records stay'); END;"

/* A file without tables, open for writing. */
MUST_USE enum err store_open_empty(struct store **, const char *path, struct why *);
/* Copies all of "from" into the empty "to". */
MUST_USE enum err store_copy(struct store *from, struct store *to, struct why *);

#endif
