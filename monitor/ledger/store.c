/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that speaks to SQLite: opening, statements, the write-ahead log, copying.
 * Statements are prepared once and kept; values are bound and never formatted.
 */
#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/store_sql.h"

static const char *const sql_of[SQL_COUNT] = {
#define STATEMENT(NAME, sql) [SQL_##NAME] = sql,
#include "monitor/ledger/store_list.h"
};

struct store {
	sqlite3      *db;
	char         *path;
	sqlite3_stmt *prepared[SQL_COUNT];
	pthread_t     owner;		/* the one thread that may write */
	uint64_t      version;		/* PRAGMA data_version when last asked */
	unsigned      log_pages;
};

/* --- statements --------------------------------------------------------------------------- */

static enum err
failed(const struct store *store, int code, const char *doing, struct why *why)
{
	const char *said = sqlite3_errmsg(store->db);
	int number = sqlite3_system_errno(store->db);

	switch (code & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return why_set(why, ERR_IO,
		    "%s: cannot %s: %s%s%s; make room on its file system, then send "
		    "the batch again: nothing of it was kept", store->path, doing, said,
		    number != 0 ? ": " : "", number != 0 ? strerror(number) : "");
	case SQLITE_CANTOPEN:
		return why_set(why, ERR_IO, "%s: cannot %s: %s%s%s", store->path, doing, said,
		    number != 0 ? ": " : "", number != 0 ? strerror(number) : "");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return why_set(why, ERR_BUSY, "%s: cannot %s: another process holds it",
		    store->path, doing);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return why_set(why, ERR_DENIED,
		    "%s: cannot %s: %s; check owner and mode of it and of the "
		    "-wal and -shm files beside it", store->path, doing, said);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return why_set(why, ERR_UNTRUSTED,
		    "%s: cannot %s: the file is damaged: %s; restore a backup",
		    store->path, doing, said);
	case SQLITE_ERROR:
		return why_set(why, ERR_INVALID, "%s: cannot %s: %s", store->path, doing, said);
	case SQLITE_CONSTRAINT:
		return why_set(why, ERR_MISMATCH, "%s: cannot %s: %s", store->path, doing, said);
	default:
		return why_set(why, ERR_IO, "%s: cannot %s: %s", store->path, doing, said);
	}
}

static int
bind(sqlite3_stmt *statement, const struct sql_value *values, int count)
{
	int code = SQLITE_OK;

	for (int i = 0; i < count && code == SQLITE_OK; i++) {
		/* A null pointer would bind NULL: an empty blob needs an address. */
		if (values[i].is_blob)
			code = sqlite3_bind_blob64(statement, i + 1,
			    values[i].blob.len > 0 ? (const void *)values[i].blob.at : "",
			    values[i].blob.len, SQLITE_STATIC);
		else
			code = sqlite3_bind_int64(statement, i + 1,
			    (sqlite3_int64)values[i].number);
	}
	return code;
}

/* Runs to the first row or the end. */
static int
run(struct store *store, enum statement which, const struct sql_value *values, int count)
{
	sqlite3_stmt **statement = &store->prepared[which];
	int code = SQLITE_OK;

	if (*statement == NULL)
		code = sqlite3_prepare_v3(store->db, sql_of[which], -1, SQLITE_PREPARE_PERSISTENT,
		    statement, NULL);
	if (code == SQLITE_OK)
		code = bind(*statement, values, count);
	if (code == SQLITE_OK)
		code = sqlite3_step(*statement);
	return code;
}

enum err
sql_change(struct store *store, enum statement which, const struct sql_value *values, int count,
    struct why *why)
{
	enum err err = ERR_OK;
	int code;

	assert(pthread_equal(store->owner, pthread_self()));
	code = run(store, which, values, count);
	if (code != SQLITE_DONE)
		err = failed(store, code, "write", why);
	sqlite3_reset(store->prepared[which]);
	return err;
}

enum err
sql_row(struct store *store, enum statement which, const struct sql_value *values, int count,
    struct why *why)
{
	int code = run(store, which, values, count);
	enum err err = code == SQLITE_ROW ? ERR_OK : code == SQLITE_DONE ? ERR_NOT_FOUND :
	    failed(store, code, "read", why);

	if (err != ERR_OK)
		sqlite3_reset(store->prepared[which]);
	return err;
}

struct bytes
sql_bytes(const struct store *store, enum statement which, int column)
{
	sqlite3_stmt *statement = store->prepared[which];
	const void *at = sqlite3_column_blob(statement, column);

	return bytes_of(at, (size_t)sqlite3_column_bytes(statement, column));
}

uint64_t
sql_number(const struct store *store, enum statement which, int column)
{
	return (uint64_t)sqlite3_column_int64(store->prepared[which], column);
}

bool
sql_is_null(const struct store *store, enum statement which, int column)
{
	return sqlite3_column_type(store->prepared[which], column) == SQLITE_NULL;
}

void
sql_end(struct store *store, enum statement which)
{
	sqlite3_reset(store->prepared[which]);
}

enum err
sql_text(struct store *store, const char *sql, const char *doing, struct why *why)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? ERR_OK : failed(store, code, doing, why);
}

enum err
store_scan(struct store *store, uint64_t from, uint64_t to, store_each *each, void *arg,
    struct why *why)
{
	const struct sql_value range[] = { SQL_NUMBER(from), SQL_NUMBER(to) };
	sqlite3_stmt *rows = NULL;
	enum err err = ERR_OK;
	int code;

	/* A statement of its own: what is called for each row may scan as well. */
	code = sqlite3_prepare_v2(store->db, "SELECT seq, bytes FROM record"
	    " WHERE seq >= ?1 AND seq < ?2 ORDER BY seq", -1, &rows, NULL);
	if (code == SQLITE_OK)
		code = bind(rows, range, 2);
	while (code == SQLITE_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		const void *at = sqlite3_column_blob(rows, 1);
		struct bytes bytes = bytes_of(at, (size_t)sqlite3_column_bytes(rows, 1));

		code = each(arg, (uint64_t)sqlite3_column_int64(rows, 0), bytes) ?
		    SQLITE_OK : SQLITE_DONE;
	}
	if (code != SQLITE_DONE)
		err = failed(store, code, "read", why);
	sqlite3_finalize(rows);
	return err;
}

/* --- opening ------------------------------------------------------------------------------ */

static int
on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *store = arg;

	(void)db;
	(void)name;
	store->log_pages = (unsigned)pages;
	return SQLITE_OK;
}

static const char for_writing[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA recursive_triggers = ON;"	/* else REPLACE passes the delete triggers by */
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;";

static const char for_reading[] =
    "PRAGMA query_only = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;";

static void
set_up(struct store *store, enum ledger_mode mode)
{
	enum { WAIT_MS = 2000 };	/* for a reader that is just recovering the log */
	int persist = 1;

	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, WAIT_MS);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (mode != LEDGER_WRITE) {
		sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		return;
	}
	/* Without the -wal and -shm files a reader of another user cannot open what was stopped. */
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
}

static enum err
check_format(struct store *store, struct why *why)
{
	uint64_t format;
	enum err err = sql_row(store, SQL_FORMAT, NULL, 0, why);

	if (err == ERR_INVALID || err == ERR_NOT_FOUND)
		return why_set(why, ERR_INVALID, "%s: is a database, but not a ledger",
		    store->path);
	if (err != ERR_OK)
		return err;
	format = sql_number(store, SQL_FORMAT, 0);
	sql_end(store, SQL_FORMAT);
	if (format != STORE_FORMAT)
		return why_set(why, ERR_UNSUPPORTED,
		    "%s: has store format %llu, this program knows %d; "
		    "use the version that wrote it or a newer one", store->path,
		    (unsigned long long)format, STORE_FORMAT);
	return ERR_OK;
}

/* "file:PATH?immutable=1" with everything escaped that a URI could take for its own. */
static void
put_uri(struct buffer *out, const char *path)
{
	buffer_put_text(out, "file:");
	for (const char *c = path; *c != '\0'; c++) {
		if (strchr("%?#", *c) != NULL)
			buffer_print(out, "%%%02X", (unsigned char)*c);
		else
			buffer_put_u8(out, (uint8_t)*c);
	}
	buffer_put_text(out, "?immutable=1");
}

static enum err
connect_to(struct store *store, enum ledger_mode mode, struct why *why)
{
	int flags = SQLITE_OPEN_NOMUTEX |
	    (mode == LEDGER_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	struct buffer uri = { 0 };
	int code;

	if (mode == LEDGER_COPY)
		put_uri(&uri, store->path);
	code = sqlite3_open_v2(mode == LEDGER_COPY ? buffer_text(&uri) : store->path, &store->db,
	    flags | (mode == LEDGER_COPY ? SQLITE_OPEN_URI : 0), NULL);
	buffer_free(&uri);
	return code == SQLITE_OK ? ERR_OK : failed(store, code, "open", why);
}

enum err
store_open(struct store **out, const char *path, enum ledger_mode mode, struct why *why)
{
	struct store *store;
	struct stat found;
	enum err err;

	if (stat(path, &found) != 0)
		return why_set(why, ERR_NOT_FOUND, "%s: there is no ledger that this user "
		    "can read", path);
	if (!S_ISREG(found.st_mode))
		return why_set(why, ERR_INVALID, "%s is a %s: a ledger is a regular file, "
		    "\"ledger.db\" in its state folder", path,
		    S_ISDIR(found.st_mode) ? "folder" : "pipe or device");
	store = memory_new(1, sizeof(*store));
	store->path = memory_text(bytes_of_text(path));
	store->owner = pthread_self();
	err = connect_to(store, mode, why);
	if (err == ERR_OK) {
		set_up(store, mode);
		err = check_format(store, why);
	}
	if (err == ERR_OK)
		err = sql_text(store, mode == LEDGER_WRITE ? for_writing : for_reading, "open",
		    why);
	/* Only now: turning automatic checkpoints off takes away any hook. */
	if (err == ERR_OK && mode == LEDGER_WRITE)
		sqlite3_wal_hook(store->db, on_commit, store);
	if (err == ERR_OK && (err = sql_row(store, SQL_DATA_VERSION, NULL, 0, why)) == ERR_OK) {
		store->version = sql_number(store, SQL_DATA_VERSION, 0);
		sql_end(store, SQL_DATA_VERSION);
	}
	if (err != ERR_OK) {
		store_close(store);
		return err;
	}
	*out = store;
	return ERR_OK;
}

enum err
store_open_empty(struct store **out, const char *path, struct why *why)
{
	struct store *store = memory_new(1, sizeof(*store));
	enum err err;

	store->path = memory_text(bytes_of_text(path));
	store->owner = pthread_self();
	err = connect_to(store, LEDGER_WRITE, why);
	if (err != ERR_OK) {
		store_close(store);
		return err;
	}
	sqlite3_extended_result_codes(store->db, 1);
	*out = store;
	return ERR_OK;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(store->prepared[i]);
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}

/* --- the write-ahead log and the file ----------------------------------------------------- */

enum err
store_changed(struct store *store, bool *changed, struct why *why)
{
	enum err err = sql_row(store, SQL_DATA_VERSION, NULL, 0, why);
	uint64_t version;

	if (err != ERR_OK)
		return err;
	version = sql_number(store, SQL_DATA_VERSION, 0);
	sql_end(store, SQL_DATA_VERSION);
	*changed = version != store->version;
	store->version = version;
	return ERR_OK;
}

enum err
store_checkpoint(struct store *store, bool wait, struct why *why)
{
	int mode = wait ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int code, pages = 0, moved = 0;

	assert(pthread_equal(store->owner, pthread_self()));
	code = sqlite3_wal_checkpoint_v2(store->db, "main", mode, &pages, &moved);
	/* A reader in the middle of its work is no failure: the rest is moved next time. */
	if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
		return failed(store, code, "move the write-ahead log into the database", why);
	if (code == SQLITE_OK && pages >= 0 && pages == moved)
		store->log_pages = 0;
	return ERR_OK;
}

unsigned
store_log_pages(const struct store *store)
{
	return store->log_pages;
}

enum err
store_copy(struct store *from, struct store *to, struct why *why)
{
	sqlite3_backup *copy = sqlite3_backup_init(to->db, "main", from->db, "main");
	int code;

	if (copy == NULL)
		return failed(to, sqlite3_errcode(to->db), "copy", why);
	code = sqlite3_backup_step(copy, -1);
	sqlite3_backup_finish(copy);
	if (code != SQLITE_DONE)
		return failed(to, code, "copy", why);
	/* A copy stands alone: without a log it can be read from a read-only medium. */
	return sql_text(to, "PRAGMA journal_mode = DELETE;", "finish the copy", why);
}

uint64_t
store_octets(const struct store *store)
{
	struct buffer log = { 0 };
	struct stat found;
	uint64_t octets = 0;

	if (stat(store->path, &found) == 0)
		octets += (uint64_t)found.st_size;
	buffer_print(&log, "%s-wal", store->path);
	if (stat(buffer_text(&log), &found) == 0)
		octets += (uint64_t)found.st_size;
	buffer_free(&log);
	return octets;
}
