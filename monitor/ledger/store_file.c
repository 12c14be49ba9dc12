/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New database files: made under another name, finished and synced, then linked to their own, so
 * that a path either has a whole ledger or none, and an existing file is never replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/ledger/store_sql.h"

/* Readable by the group of the ledger: status, tui and replay run under other users. */
enum { FILE_MODE = 0640 };

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('format', 1);"
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, bytes BLOB NOT NULL)"
    " STRICT;"
    "CREATE INDEX record_rare ON record (kind, seq) WHERE " STORE_RARE ";"
    "CREATE TABLE tile (level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL,"
    " PRIMARY KEY (level, idx)) STRICT;"
    "CREATE TABLE blob (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE secret (commitment BLOB PRIMARY KEY, salt BLOB NOT NULL, value BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;"
    "CREATE TABLE target (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE) STRICT;"
    "CREATE TRIGGER record_is_final BEFORE UPDATE ON record"
    " BEGIN SELECT RAISE(ABORT, 'records are final'); END;"
    STORE_RECORD_STAYS
    "CREATE TRIGGER tile_stays BEFORE DELETE ON tile"
    " BEGIN SELECT RAISE(ABORT, 'tiles stay'); END;"
    "CREATE TRIGGER target_is_final BEFORE UPDATE ON target"
    " BEGIN SELECT RAISE(ABORT, 'target ids are for ever'); END;"
    "CREATE TRIGGER target_stays BEFORE DELETE ON target"
    " BEGIN SELECT RAISE(ABORT, 'target ids are for ever'); END;"
    "COMMIT;";

_Static_assert(STORE_FORMAT == 1, "the schema says which format it is");

static enum err
sync_folder(const char *path, struct why *why)
{
	char *folder = memory_text(bytes_of_text(path)), *slash = strrchr(folder, '/');
	enum err err = ERR_OK;
	int fd;

	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		err = why_set(why, ERR_IO, "%s: cannot sync its folder: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return err;
}

/* An empty file for SQLite to fill: its mode is the mode of the -wal and -shm files, too. */
static enum err
empty_file(const char *path, struct why *why)
{
	int fd;

	/* What a stopped attempt left behind. */
	if (unlink(path) != 0 && errno != ENOENT)
		return why_set(why, ERR_IO, "%s: cannot remove: %s", path, strerror(errno));
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return why_set(why, ERR_IO, "%s: cannot make the file: %s", path, strerror(errno));
	if (fchmod(fd, FILE_MODE) != 0) {
		close(fd);
		return why_set(why, ERR_IO, "%s: cannot set its mode: %s", path, strerror(errno));
	}
	close(fd);
	return ERR_OK;
}

/* Fills a new file: with the schema, or with a copy of "from". */
static enum err
fill(const char *path, struct store *from, struct why *why)
{
	struct store *store = NULL;
	enum err err = empty_file(path, why);

	if (err == ERR_OK)
		err = store_open_empty(&store, path, why);
	if (err == ERR_OK)
		err = from != NULL ? store_copy(from, store, why) :
		    sql_text(store, schema, "make the tables", why);
	store_close(store);
	return err;
}

static enum err
make(const char *path, struct store *from, struct why *why)
{
	struct buffer part = { 0 };
	struct stat found;
	enum err err;

	if (lstat(path, &found) == 0)
		return why_set(why, ERR_INVALID, "%s: exists already, and was left as it is", path);
	buffer_print(&part, "%s.part", path);
	err = fill(buffer_text(&part), from, why);
	if (err == ERR_OK && link(buffer_text(&part), path) != 0)
		err = why_set(why, errno == EEXIST ? ERR_INVALID : ERR_IO, "%s: cannot make it: %s",
		    path,
		    strerror(errno));
	unlink(buffer_text(&part));
	buffer_free(&part);
	return err == ERR_OK ? sync_folder(path, why) : err;
}

enum err
store_create(const char *path, struct why *why)
{
	struct store *store = NULL;
	enum err err = make(path, NULL, why);

	/* Opening once leaves the files beside it that a reader of another user needs. */
	if (err == ERR_OK)
		err = store_open(&store, path, LEDGER_WRITE, why);
	store_close(store);
	return err;
}

enum err
store_backup(struct store *store, const char *path, struct why *why)
{
	return make(path, store, why);
}
