/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable rows per second at 100 records a commit: our ledger (encoding, checking, tree and
 * hashing included) beside bare SQLite with the same bytes in one table, WAL, synchronous FULL,
 * the same batch.  They take turns, so that both meet the same machine.
 * usage: bench_ledger [FOLDER]
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/ledger.h"

enum { BATCH = 100, TURNS = 5, BATCHES = 200, KEPT = 256 };

struct side {
	const char *name;
	double      wall_s, cpu_s, turn_s[TURNS];
	uint64_t    rows, octets;
};

static _Noreturn void
stop(const char *what, const char *text)
{
	fprintf(stderr, "bench_ledger: %s: %s\n", what, text);
	exit(1);
}

/* --- the rows ----------------------------------------------------------------------------- */

struct rows {
	struct record rec[KEPT];
	struct buffer facts[KEPT], evidence[KEPT];
	char          detail[KEPT][400];
};

/* Observations of TLS targets that differ; "long_text" pads the sentence to about 1 KiB in all. */
static void
rows_make(struct rows *rows, size_t text_len)
{
	static const char *const suites[] = { "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256" };
	char subject[700];

	for (size_t i = 0; i < KEPT; i++) {
		struct record *rec = &rows->rec[i];
		struct fact_set set = { 0 };
		struct hash chain = hash_of(bytes_of(&i, sizeof(i)));

		memset(subject, 'a' + (int)(i % 26), sizeof(subject));
		snprintf(subject, 40, "CN=amf%zu.core.example", i);
		subject[strlen(subject)] = ',';
		fact_set_flag(&set, FACT_TCP_OPEN, true);
		fact_set_text(&set, FACT_TLS_VERSION, bytes_of_text("TLSv1.3"));
		fact_set_text(&set, FACT_TLS_SUITE, bytes_of_text(suites[i % 2]));
		fact_set_text(&set, FACT_TLS_GROUP, bytes_of_text("X25519"));
		fact_set_hash(&set, FACT_TLS_CHAIN, chain);
		fact_set_hash(&set, FACT_TLS_SPKI, chain);
		fact_set_time(&set, FACT_TLS_EXPIRY, 1790000000000 + (int64_t)i);
		fact_set_text(&set, FACT_TLS_SUBJECT, bytes_of(subject, text_len));
		fact_set_write(&set, FACTS_ALL, &rows->facts[i]);
		fact_set_free(&set);
		snprintf(rows->detail[i], sizeof(rows->detail[i]),
		    "TLSv1.3, chain of 2, %zu days left", i);
		*rec = (struct record){ .kind = RECORD_OBSERVATION, .observed_ms = 1790000000000,
			.role = ROLE_WORKER, .index = i % 4 };
		rec->observation.target = i;
		rec->observation.replicas = 1;
		rec->observation.outcome = OUTCOME_UP;
		rec->observation.latency_us = 900 + i;
		rec->observation.facts = bytes_of_buffer(&rows->facts[i]);
		rec->observation.evidence = record_hashes(&rows->evidence[i], &chain, 1);
		rec->observation.address = chain;
		rec->observation.detail = bytes_of_text(rows->detail[i]);
	}
}

static void
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < KEPT; i++) {
		buffer_free(&rows->facts[i]);
		buffer_free(&rows->evidence[i]);
	}
}

/* --- the two sides ------------------------------------------------------------------------ */

static void
turn_ledger(struct ledger *ledger, struct rows *rows, struct side *side)
{
	int64_t ms = ledger_recorded_ms(ledger) > 0 ? ledger_recorded_ms(ledger) : 1790000000000;
	struct why why = { 0 };

	for (unsigned i = 0; i < BATCHES; i++) {
		for (unsigned j = 0; j < BATCH; j++) {
			struct record *rec = &rows->rec[(i * BATCH + j) % KEPT];

			rec->recorded_ms = ++ms;
			if (ledger_add(ledger, rec, &why) != ERR_OK)
				stop("ledger", why.text);
		}
		if (ledger_commit(ledger, &why) != ERR_OK)
			stop("ledger", why.text);
		side->rows += BATCH;
	}
}

static void
turn_bare(sqlite3 *db, struct rows *rows, struct side *side)
{
	sqlite3_stmt *insert = NULL;
	struct buffer bytes[KEPT];

	memset(bytes, 0, sizeof(bytes));
	for (size_t i = 0; i < KEPT; i++)
		record_encode(&bytes[i], &rows->rec[i]);
	if (sqlite3_prepare_v2(db, "INSERT INTO rows (bytes) VALUES (?1)", -1, &insert,
	    NULL) != SQLITE_OK)
		stop("sqlite", sqlite3_errmsg(db));
	for (unsigned i = 0; i < BATCHES; i++) {
		sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
		for (unsigned j = 0; j < BATCH; j++) {
			struct buffer *row = &bytes[(i * BATCH + j) % KEPT];

			sqlite3_bind_blob(insert, 1, row->at, (int)row->len, SQLITE_STATIC);
			if (sqlite3_step(insert) != SQLITE_DONE)
				stop("sqlite", sqlite3_errmsg(db));
			sqlite3_reset(insert);
		}
		if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			stop("sqlite", sqlite3_errmsg(db));
		side->rows += BATCH;
	}
	sqlite3_finalize(insert);
	for (size_t i = 0; i < KEPT; i++)
		buffer_free(&bytes[i]);
}

static sqlite3 *
bare_open(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db, "PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = FULL; CREATE TABLE rows (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
	    NULL, NULL, NULL) != SQLITE_OK)
		stop("sqlite", sqlite3_errmsg(db));
	return db;
}

static double
median(const double *at)
{
	double sorted[TURNS];

	for (size_t i = 0; i < TURNS; i++) {
		size_t place = i;

		for (; place > 0 && sorted[place - 1] > at[i]; place--)
			sorted[place] = sorted[place - 1];
		sorted[place] = at[i];
	}
	return sorted[TURNS / 2];
}

static void
print_side(const struct side *side, size_t row_len)
{
	printf("%-24s %8zu %12.0f %12.4f %12.0f\n", side->name, row_len,
	    (double)BATCHES * BATCH / median(side->turn_s), side->cpu_s / (double)side->rows * 1000,
	    (double)side->octets / (double)side->rows);
}

static uint64_t
file_octets(const char *path)
{
	FILE *file = fopen(path, "rb");
	long end = 0;

	if (file != NULL && fseek(file, 0, SEEK_END) == 0)
		end = ftell(file);
	if (file != NULL)
		fclose(file);
	return end > 0 ? (uint64_t)end : 0;
}

static void
measure(struct side *side, unsigned turn, int64_t wall_ns, int64_t cpu_ns)
{
	side->turn_s[turn] = (double)(clock_monotonic_ns() - wall_ns) / 1e9;
	side->wall_s += side->turn_s[turn];
	side->cpu_s += (double)(clock_cpu_ns() - cpu_ns) / 1e9;
}

static void
compare(const char *folder, size_t text_len)
{
	struct side bare = { .name = "bare SQLite" }, ours = { .name = "sekimori ledger" };
	struct rows *rows = memory_new(1, sizeof(*rows));
	char bare_path[600], path[600];
	struct buffer one = { 0 };
	struct ledger *ledger = NULL;
	struct why why = { 0 };
	sqlite3 *db;

	snprintf(bare_path, sizeof(bare_path), "%s/bare-%zu.db", folder, text_len);
	snprintf(path, sizeof(path), "%s/ledger-%zu.db", folder, text_len);
	rows_make(rows, text_len);
	db = bare_open(bare_path);
	if (ledger_create(path, &why) != ERR_OK ||
	    ledger_open(&ledger, path, LEDGER_WRITE, &why) != ERR_OK)
		stop("ledger", why.text);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		int64_t wall = clock_monotonic_ns(), cpu = clock_cpu_ns();

		turn_bare(db, rows, &bare);
		measure(&bare, turn, wall, cpu);
		wall = clock_monotonic_ns();
		cpu = clock_cpu_ns();
		turn_ledger(ledger, rows, &ours);
		measure(&ours, turn, wall, cpu);
	}
	sqlite3_close(db);
	ledger_close(ledger);
	bare.octets = file_octets(bare_path);
	ours.octets = file_octets(path);
	record_encode(&one, &rows->rec[0]);
	print_side(&bare, one.len);
	print_side(&ours, one.len);
	printf("%-24s %8s %11.2fx %11.2fx %11.2fx\n", "ratio", "",
	    median(bare.turn_s) / median(ours.turn_s),
	    (ours.cpu_s / (double)ours.rows) / (bare.cpu_s / (double)bare.rows),
	    ((double)ours.octets / (double)ours.rows) / ((double)bare.octets / (double)bare.rows));
	buffer_free(&one);
	rows_free(rows);
	free(rows);
}

int
main(int argc, char **argv)
{
	char folder[400];

	snprintf(folder, sizeof(folder), "%s/bench_ledger.XXXXXX", argc > 1 ? argv[1] : "build");
	if (mkdtemp(folder) == NULL)
		stop("folder", folder);
	printf("%-24s %8s %12s %12s %12s\n", "durable, 100 a commit", "octets", "rows/s",
	    "CPU-s/1000",
	    "octets/row");
	compare(folder, 22);
	compare(folder, 700);
	printf("aim: rows/s at least 0.60x of bare SQLite; median of %d turns\n", TURNS);
	fflush(stdout);
	execlp("rm", "rm", "-rf", folder, (char *)NULL);
	return 1;
}
