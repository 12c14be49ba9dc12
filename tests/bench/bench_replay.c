/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long somebody waits for a moment of a long past: a ledger of ten million records (RECORDS=N)
 * is written once with the snapshots an engine would have kept, a hundred times over that time;
 * then states at random moments, each by a reader that just opened it, and a hand on the scrub
 * bar.  Needs 3 GB in TMPDIR; SKIP_SCALE=1 makes one of half a million.
 */
#include <dirent.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/replay/replay.h"
#include "tests/property/world.h"

enum { SITES = 20, EACH = 25, PER = 4, WORKERS = 4, BATCH = 1024, BELIEFS = 100, JUMPS = 40,
	SCRUBS = 300, STEPS = 20 };

struct bench {
	struct world   world;
	struct ledger *ledger;
	struct state  *state;		/* as an engine keeps it */
	uint64_t       records, broken;	/* the target that is down at present */
	char           dir[256], path[300];
	struct why     why;
};

static void
must(struct bench *b, enum err err)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "bench_replay: %s\n", b->why.text);
	exit(1);
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-58s | %12.3f %-10s | %-12s |\n", what, value, unit, aim);
	fflush(stdout);
}

static double
since(int64_t begun_ns)
{
	return (double)(clock_monotonic_ns() - begun_ns) / 1e9;
}

/* --- writing it --------------------------------------------------------------------------- */

/* To the ledger and to the engine's fold, and off the tape: ten million would not fit. */
static void
flush(struct bench *b)
{
	struct blob_source source = { world_blob, &b->world };

	for (size_t i = 0; i < b->world.records; i++) {
		struct record rec;

		must(b, record_decode(world_record(&b->world, i), &rec, &b->why));
		must(b, ledger_add(b->ledger, &rec, &b->why));
		must(b, fold_apply(b->state, &rec, ERR_OK, &source, &b->why));
	}
	must(b, ledger_commit(b->ledger, &b->why));
	b->world.records = 0;
	buffer_reset(&b->world.tape);
}

/* Of a hundred records one COVERAGE, 20 observations, the rest runs; a failure now and then. */
static void
put_one(struct bench *b, uint64_t i)
{
	struct world *world = &b->world;
	uint64_t target = 1 + world_random(world, world->plan->targets);

	world->now_ms += 8;
	if (i % 100 == 99) {
		world_cover(world, i / 100 % WORKERS, NULL, 0);
	} else if (i % 20000 < 8) {
		b->broken = i % 20000 == 0 ? target : b->broken;
		world_see(world, b->broken, i % 20000 < 4 ? OUTCOME_DOWN : OUTCOME_UP);
	} else if (i % 100 < 20) {
		world_see(world, target, OUTCOME_UP);
	} else {
		world_put(world, (struct record){ .kind = RECORD_RUN, .role = ROLE_WORKER,
			.index = plan_worker_of(world->plan, target), .run = { .target = target,
				.outcome = OUTCOME_UP, .first = world->now_ms - 3600000,
				.last = world->now_ms, .rounds = 60, .latency_min_us = 900,
				.latency_median_us = 1700, .latency_p99_us = 4000,
				.latency_max_us = 9000 } });
	}
}

static void
believe(struct bench *b)
{
	struct record rec = { .kind = RECORD_BELIEF, .role = ROLE_ENGINE,
		.belief = { .size = b->state->size, .fold_version = FOLD_VERSION,
			.facts = state_hash(b->state) } };

	must(b, snapshot_write(b->dir, b->state, &b->why));
	world_put(&b->world, rec);
	flush(b);
}

static void
begin(struct bench *b)
{
	struct hash hash;

	world_begin(&b->world, 7);
	b->state = state_new();
	b->world.plan = world_plan(SITES, EACH, PER, WORKERS);
	world_config(&b->world);
	must(b, ledger_add_blob(b->ledger, bytes_of_buffer(&b->world.blob[0]), &hash, &b->why));
	for (uint64_t i = 0; i < WORKERS; i++)
		world_simple(&b->world, RECORD_SELF, ROLE_WORKER, i);
	for (uint64_t id = 1; id <= b->world.plan->targets; id++)
		world_see(&b->world, id, OUTCOME_UP);
	flush(b);
}

static void
fill(struct bench *b)
{
	uint64_t every = b->records / BELIEFS;
	int64_t begun = clock_monotonic_ns();
	char what[80];

	begin(b);
	for (uint64_t i = 0; b->state->size + b->world.records < b->records; i++) {
		put_one(b, i);
		if (b->world.records >= BATCH)
			flush(b);
		if (i % every == every - 1)
			believe(b);
	}
	flush(b);
	snprintf(what, sizeof(what), "%" PRIu64 " records written, folded, believed", b->records);
	row(what, since(begun), "s", "-");
	row("that ledger, on disk", (double)ledger_octets(b->ledger) / 1e6, "MB", "-");
}

/* --- reading it --------------------------------------------------------------------------- */

struct visitor { struct ledger *ledger; struct replay *replay; };

static struct visitor
visitor_open(struct bench *b, const char *cache)
{
	struct visitor visitor;

	must(b, ledger_open(&visitor.ledger, b->path, LEDGER_READ, &b->why));
	must(b, replay_open(&visitor.replay, visitor.ledger, cache, &b->why));
	return visitor;
}

static void
visitor_close(struct visitor visitor)
{
	replay_close(visitor.replay);
	ledger_close(visitor.ledger);
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Each by somebody who just came: opening, snapshot, fold. */
static void
jumps(struct bench *b)
{
	int64_t first_ms = 1000000, span_ms = b->world.now_ms - first_ms;
	double took[JUMPS];

	for (int i = 0; i < JUMPS; i++) {
		int64_t at_ms = first_ms + (int64_t)world_random(&b->world, (uint64_t)span_ms);
		int64_t begun = clock_monotonic_ns();
		struct visitor visitor = visitor_open(b, b->dir);

		must(b, replay_to_time(visitor.replay, at_ms, &b->why));
		took[i] = since(begun);
		visitor_close(visitor);
	}
	qsort(took, JUMPS, sizeof(took[0]), ascending);
	row("to a random moment, opened anew, middle of 40", took[JUMPS / 2], "s", "< 2.00");
	row("to a random moment, opened anew, longest of 40", took[JUMPS - 1], "s", "< 2.00");
}

static void
without(struct bench *b)
{
	int64_t begun = clock_monotonic_ns();
	struct visitor visitor = visitor_open(b, NULL);

	must(b, replay_to_size(visitor.replay, b->records / 2, &b->why));
	row("to the middle without a snapshot", since(begun), "s", "-");
	visitor_close(visitor);
}

/* A hand that goes to and fro over an hour of a day: what each step of the bar waits. */
static void
scrub(struct bench *b)
{
	struct visitor visitor = visitor_open(b, b->dir);
	uint64_t middle = b->records / 2, step = b->records / 24 / 60;
	double took[SCRUBS];

	must(b, replay_to_size(visitor.replay, middle, &b->why));
	for (int i = 0; i < SCRUBS; i++) {
		int64_t turn = i % 60 < 30 ? i % 60 : 60 - i % 60, begun = clock_monotonic_ns();

		must(b, replay_to_size(visitor.replay, middle + (uint64_t)turn * step, &b->why));
		took[i] = since(begun);
	}
	qsort(took, SCRUBS, sizeof(took[0]), ascending);
	row("one step of a minute of a day, to and fro, middle of 300", took[SCRUBS / 2] * 1e3,
	    "ms", "< 50");
	row("the same, 95th of 100", took[SCRUBS * 95 / 100] * 1e3, "ms", "< 100");
	row("the same, longest", took[SCRUBS - 1] * 1e3, "ms", "-");
	visitor_close(visitor);
}

typedef enum err to_change(struct replay *, uint64_t *size, struct why *);

/* The longest of some steps from change to change, in seconds. */
static double
steps(struct bench *b, struct visitor *visitor, to_change *find)
{
	double longest = 0;
	uint64_t size;

	for (int i = 0; i < STEPS; i++) {
		int64_t begun = clock_monotonic_ns();

		if (find(visitor->replay, &size, &b->why) != ERR_OK)
			break;
		must(b, replay_to_size(visitor->replay, size, &b->why));
		longest = since(begun) > longest ? since(begun) : longest;
	}
	return longest;
}

static void
changes(struct bench *b)
{
	struct visitor visitor = visitor_open(b, b->dir);

	must(b, replay_to_size(visitor.replay, b->records / 2, &b->why));
	row("to the next event, longest of 20", steps(b, &visitor, replay_next_change) * 1e3,
	    "ms", "< 100");
	row("to the event before, longest of 20",
	    steps(b, &visitor, replay_previous_change) * 1e3, "ms", "-");
	visitor_close(visitor);
}

static void
remove_folder(const char *dir)
{
	DIR *folder = opendir(dir);
	const struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		closedir(folder);
	rmdir(dir);
}

int
main(void)
{
	const char *records = getenv("RECORDS"), *tmp = getenv("TMPDIR"), *skip = getenv("SKIP_SCALE");
	struct bench *b = memory_new(1, sizeof(*b));

	b->records = records != NULL ? strtoull(records, NULL, 10) :
	    skip != NULL && skip[0] == '1' ? 500000 : 10000000;
	snprintf(b->dir, sizeof(b->dir), "%s/sekimori-bench-XXXXXX", tmp != NULL ? tmp : P_tmpdir);
	if (b->records < 10000 || mkdtemp(b->dir) == NULL ||
	    !file_path(b->path, sizeof(b->path), b->dir, "ledger.db")) {
		fprintf(stderr, "bench_replay: no folder in %s, or fewer than 10000 RECORDS\n",
		    b->dir);
		return 1;
	}
	printf("| %-58s | %-23s | %-12s |\n|---|---|---|\n", "work", "measured", "aim");
	must(b, ledger_create(b->path, &b->why));
	must(b, ledger_open(&b->ledger, b->path, LEDGER_WRITE, &b->why));
	fill(b);
	ledger_close(b->ledger);
	jumps(b);
	without(b);
	scrub(b);
	changes(b);
	remove_folder(b->dir);
	state_free(b->state);
	world_end(&b->world);
	free(b);
	return 0;
}
