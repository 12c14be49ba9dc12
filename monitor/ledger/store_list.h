/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of the store's prepared statements: STATEMENT(NAME, "sql"). */
STATEMENT(BEGIN, "BEGIN IMMEDIATE")
STATEMENT(COMMIT, "COMMIT")
STATEMENT(ROLLBACK, "ROLLBACK")
STATEMENT(DATA_VERSION, "PRAGMA data_version")
STATEMENT(FORMAT, "SELECT value FROM meta WHERE name = 'format'")
STATEMENT(PUT_RECORD, "INSERT INTO record (seq, kind, bytes) VALUES (?1, ?2, ?3)")
STATEMENT(GET_RECORD, "SELECT bytes FROM record WHERE seq = ?1")
STATEMENT(RANGE, "SELECT coalesce((SELECT value FROM meta WHERE name = 'first'),"
    " (SELECT min(seq) FROM record)), (SELECT max(seq) FROM record)")
STATEMENT(FIRST_OF_KIND, "SELECT seq FROM record WHERE kind = ?1 AND " STORE_RARE
    " AND seq >= ?2 AND seq < ?3 ORDER BY seq LIMIT 1")
STATEMENT(LAST_OF_KIND, "SELECT seq FROM record WHERE kind = ?1 AND " STORE_RARE
    " AND seq >= ?2 AND seq < ?3 ORDER BY seq DESC LIMIT 1")
STATEMENT(PRUNE, "DELETE FROM record WHERE seq < ?1 AND NOT (" STORE_KEPT ")")
STATEMENT(PUT_FIRST, "INSERT INTO meta (name, value) VALUES ('first', ?1)"
    " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)")
STATEMENT(PUT_TILE, "INSERT INTO tile (level, idx, hashes) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes")
STATEMENT(GET_TILE, "SELECT hashes FROM tile WHERE level = ?1 AND idx = ?2")
STATEMENT(PUT_BLOB, "INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING")
STATEMENT(GET_BLOB, "SELECT bytes FROM blob WHERE hash = ?1")
STATEMENT(PUT_VALUE, "INSERT INTO secret (commitment, salt, value) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (commitment) DO NOTHING")
STATEMENT(GET_VALUE, "SELECT salt, value FROM secret WHERE commitment = ?1")
STATEMENT(ERASE_VALUE, "DELETE FROM secret WHERE commitment = ?1")
STATEMENT(PUT_CHECKPOINT, "INSERT INTO checkpoint (size, note) VALUES (?1, ?2)"
    " ON CONFLICT (size) DO UPDATE SET note = excluded.note")
STATEMENT(OLDEST_CHECKPOINT, "SELECT size, note FROM checkpoint WHERE size >= ?1 AND size <= ?2"
    " ORDER BY size LIMIT 1")
STATEMENT(NEWEST_CHECKPOINT, "SELECT size, note FROM checkpoint WHERE size >= ?1 AND size <= ?2"
    " ORDER BY size DESC LIMIT 1")
STATEMENT(GET_TARGET, "SELECT id FROM target WHERE key = ?1")
STATEMENT(LAST_TARGET, "SELECT coalesce(max(id), 0) FROM target")
STATEMENT(PUT_TARGET, "INSERT INTO target (id, key) VALUES (?1, ?2)")
#undef STATEMENT
