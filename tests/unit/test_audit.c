/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit fed with a good sequence, and then with every way a ledger could be wrong: each is
 * found, as its own kind, and nothing else is found with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reports/audit.h"
#include "tests/unit/world.h"

struct run {
	struct world *world;
	struct buffer roots;
	struct buffer said;		/* the texts of findings, a line each */
	uint64_t      findings[AUDIT_KINDS], explained[AUDIT_KINDS], others[AUDIT_KINDS];
	struct audit_item last[AUDIT_KINDS];
	struct audit_totals totals;
	bool          lose_blobs, lose_context;
};

static enum err
run_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct run *run = arg;

	(void)why;
	return run->lose_blobs ? ERR_NOT_FOUND : world_get_blob(run->world, hash, out);
}

static enum err
run_root(void *arg, uint64_t size, struct hash *out, struct why *why)
{
	struct run *run = arg;

	(void)why;
	*out = world_root(run->world, size);
	return ERR_OK;
}

static void
run_item(void *arg, const struct audit_item *item)
{
	struct run *run = arg;

	if (item->weight == AUDIT_FINDING) {
		run->findings[item->kind]++;
		buffer_print(&run->said, "%s: %s\n", audit_kind_name(item->kind), item->text);
	} else if (item->weight == AUDIT_EXPLAINED) {
		run->explained[item->kind]++;
	} else {
		run->others[item->kind]++;
	}
	assert_string_not_equal(item->text, "");
	run->last[item->kind] = *item;
}

/* Audits records [from, size) of the world, with KEY, CONFIG, SELF and GAP before it as context. */
static void
run_range(struct run *run, uint64_t from)
{
	struct world *world = run->world;
	struct audit_source source = { run_blob, run_root, run, bytes_of_buffer(&run->roots) };
	struct merkle edge = { 0 };
	struct audit *audit;
	size_t note = 0;

	for (uint64_t i = 0; i < from; i++)
		merkle_push(&edge, merkle_leaf(bytes_of_buffer(&world->record[i])));
	audit = audit_new(&source, &edge, run_item, run);
	for (uint64_t i = 0; i < from; i++) {
		struct record record;

		assert_int_equal(record_decode(bytes_of_buffer(&world->record[i]), &record, NULL),
		    ERR_OK);
		if (record.kind == RECORD_KEY || (!run->lose_context &&
		    (record.kind == RECORD_CONFIG || record.kind == RECORD_SELF ||
		    record.kind == RECORD_GAP)))
			audit_context(audit, i, bytes_of_buffer(&world->record[i]));
	}
	for (uint64_t i = from; i <= world->size; i++) {
		while (note < world->notes && world->note_size[note] < i)
			note++;
		for (; note < world->notes && world->note_size[note] == i; note++)
			audit_checkpoint(audit, i, bytes_of_buffer(&world->note[note]));
		if (i < world->size)
			audit_record(audit, i, bytes_of_buffer(&world->record[i]), NULL);
	}
	audit_end(audit);
	run->totals = *audit_totals(audit);
	audit_free(audit);
}

static uint64_t
all_findings(const struct run *run)
{
	return run->totals.items[AUDIT_FINDING];
}

/* Exactly one finding, of that kind, and its sentence holds that word. */
static void
only(struct run *run, enum audit_kind kind, const char *word)
{
	if (all_findings(run) != 1 || run->findings[kind] != 1 ||
	    strstr(buffer_text(&run->said), word) == NULL)
		fail_msg("wanted one finding of %s with \"%s\", got %u:\n%s", audit_kind_name(kind),
		    word,
		    (unsigned)all_findings(run), buffer_text(&run->said));
}

static void
none(struct run *run)
{
	if (all_findings(run) != 0)
		fail_msg("wanted nothing, got:\n%s", buffer_text(&run->said));
}

/* Five minutes with everything well. */
static void
begin(struct run *run)
{
	*run = (struct run){ .world = world_new() };
	for (unsigned i = 0; i < 5; i++)
		world_minute(run->world, true, true);
}

static void
end(struct run *run)
{
	world_free(run->world);
	buffer_free(&run->roots);
	buffer_free(&run->said);
}

static void
test_good(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	run_range(&run, 0);
	none(&run);
	assert_int_equal(run.totals.records, run.world->size);
	assert_int_equal(run.totals.coverages, 10);
	assert_int_equal(run.totals.checkpoints, 31);
	assert_int_equal(run.totals.blobs, 8);
	/* Any part of it, from wherever. */
	for (uint64_t from = 1; from < run.world->size; from++) {
		struct run part = { .world = run.world };

		run_range(&part, from);
		none(&part);
		buffer_free(&part.said);
	}
	end(&run);
}

/* Cutting the newest records off leaves less ledger, but not a broken one. */
static void
test_every_end(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	while (run.world->size > 12) {
		struct run part = { .world = run.world };

		run_range(&part, 0);
		none(&part);
		buffer_free(&part.said);
		run.world->size--;
		buffer_free(&run.world->record[run.world->size]);
		while (run.world->notes > 0 &&
		    run.world->note_size[run.world->notes - 1] > run.world->size)
			buffer_free(&run.world->note[--run.world->notes]);
	}
	end(&run);
}

/* Whichever record is taken out after signing, the next checkpoint does not hold. */
static void
test_any_record_gone(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	for (uint64_t at = 1; at + 10 < run.world->size; at++) {
		struct run part = { .world = run.world };
		struct buffer kept = run.world->record[at];

		run.world->record[at] = (struct buffer){ 0 };
		world_remove(run.world, at);
		run_range(&part, 0);
		assert_true(part.findings[AUDIT_ROOT] > 0);
		memmove(&run.world->record[at + 1], &run.world->record[at],
		    (WORLD_RECORDS - at - 1) * sizeof(kept));
		run.world->record[at] = kept;
		run.world->size++;
		buffer_free(&part.said);
	}
	end(&run);
}

/* Whoever holds the key and signs again: a COVERAGE that is not there is a hole all the same. */
static void
test_coverage_gone(void **state)
{
	struct run run;

	(void)state;
	for (int worker = 0; worker < 2; worker++)
		for (unsigned nth = 0; nth < 4; nth++) {
			begin(&run);
			world_remove(run.world, world_find(run.world, RECORD_COVERAGE, worker,
			    nth));
			world_sign_again(run.world);
			run_range(&run, 0);
			only(&run, AUDIT_HOLE, "nobody accounts");
			assert_int_equal(run.last[AUDIT_HOLE].worker, worker);
			assert_int_equal(run.last[AUDIT_HOLE].targets, run.world->targets[worker]);
			assert_true(run.last[AUDIT_HOLE].to_ms >
			    run.last[AUDIT_HOLE].from_ms + 50000);
			end(&run);
		}
}

/* A worker that falls silent at the end is a hole once it is late, not before. */
static void
test_silent_worker(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	world_minute(run.world, true, false);
	run_range(&run, 0);
	none(&run);
	assert_int_equal(run.others[AUDIT_OPEN] >= 1, 1);
	end(&run);
	begin(&run);
	for (unsigned i = 0; i < 3; i++)
		world_minute(run.world, true, false);
	run_range(&run, 0);
	only(&run, AUDIT_HOLE, "worker 1");
	end(&run);
}

static void
test_gap(void **state)
{
	struct run run;

	(void)state;
	/* Killed, told, restarted: explained. */
	begin(&run);
	world_gap(run.world, ROLE_WORKER, 1, run.world->covered_ms[1], "worker 1 was killed by "
	    "signal 9");
	run.world->now_ms += 5000;
	world_self(run.world, ROLE_WORKER, 1);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	assert_int_equal(run.explained[AUDIT_GAP], 2);
	assert_int_equal(run.last[AUDIT_GAP].worker, 1);
	end(&run);
	/* The same without the GAP. */
	begin(&run);
	run.world->now_ms += 5000;
	world_self(run.world, ROLE_WORKER, 1);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	only(&run, AUDIT_HOLE, "worker 1");
	end(&run);
	/* Another worker's GAP explains nothing. */
	begin(&run);
	world_gap(run.world, ROLE_WORKER, 0, run.world->covered_ms[0], "worker 0 was killed");
	run.world->now_ms += 5000;
	world_self(run.world, ROLE_WORKER, 0);
	world_self(run.world, ROLE_WORKER, 1);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	only(&run, AUDIT_HOLE, "worker 1");
	end(&run);
	/* A GAP that begins long after the last word leaves the time before it open. */
	begin(&run);
	for (unsigned i = 0; i < 4; i++)
		world_minute(run.world, true, false);
	world_gap(run.world, ROLE_WORKER, 1, run.world->now_ms - 1000, "noticed late");
	world_self(run.world, ROLE_WORKER, 1);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	only(&run, AUDIT_HOLE, "worker 1");
	end(&run);
	/* Never restarted: the GAP goes on to the end. */
	begin(&run);
	world_gap(run.world, ROLE_WORKER, 1, run.world->covered_ms[1], "worker 1 was killed");
	for (unsigned i = 0; i < 4; i++)
		world_minute(run.world, true, false);
	run_range(&run, 0);
	none(&run);
	assert_true(run.last[AUDIT_GAP].to_ms - run.last[AUDIT_GAP].from_ms > 200000);
	end(&run);
}

/* Everything stopped for an hour. */
static void
test_stop(void **state)
{
	struct run run;
	int64_t last_ms;

	(void)state;
	for (int told = 0; told < 2; told++) {
		begin(&run);
		last_ms = run.world->now_ms;
		run.world->now_ms += 3600000;
		if (told)
			world_gap(run.world, ROLE_SUPERVISOR, 0, last_ms, "the monitor was not "
			    "running");
		world_self(run.world, ROLE_LEDGER, 0);
		world_self(run.world, ROLE_WORKER, 0);
		world_self(run.world, ROLE_WORKER, 1);
		world_minute(run.world, true, true);
		run_range(&run, 0);
		if (told) {
			none(&run);
		} else {
			assert_int_equal(run.findings[AUDIT_SILENCE], 1);
			assert_int_equal(run.findings[AUDIT_HOLE], 2);
			assert_int_equal(all_findings(&run), 3);
		}
		/* A range that begins in the middle of it sees it as well. */
		for (uint64_t from = 1; from < run.world->size; from++) {
			struct run part = { .world = run.world };

			run_range(&part, from);
			if (told)
				none(&part);
			buffer_free(&part.said);
		}
		end(&run);
	}
}

/* A disk that was full: nothing was recorded, the workers went on, a GAP of the ledger says so. */
static void
test_full_disk(void **state)
{
	struct run run;
	int64_t last_ms;

	(void)state;
	begin(&run);
	last_ms = run.world->now_ms;
	run.world->now_ms += 40000;
	world_coverage(run.world, 0);
	world_coverage(run.world, 1);
	world_gap(run.world, ROLE_LEDGER, 0, last_ms, "the disk was full");
	world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	end(&run);
}

static void
test_clock(void **state)
{
	struct run run;
	struct record record;
	uint64_t at;

	(void)state;
	/* The workers' wall clock jumps an hour ahead and back: their periods still join. */
	begin(&run);
	for (int i = 0; i < 4; i++) {
		uint64_t seq;

		world_minute(run.world, true, true);
		for (int worker = 0; worker < 2; worker++) {
			seq = world_find(run.world, RECORD_COVERAGE, worker, 5 + (unsigned)i);
			assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[seq]),
			    &record, NULL),
			    ERR_OK);
			record.coverage.to += i < 3 ? 3600000 : 0;
			record.coverage.from += i > 0 ? 3600000 : 0;
			world_replace(run.world, seq, &record);
		}
	}
	world_sign_again(run.world);
	run_range(&run, 0);
	none(&run);
	end(&run);
	/* Recorded time that goes back. */
	begin(&run);
	at = world_find(run.world, RECORD_TICK, -1, 10);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.recorded_ms -= 10001;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_TIME], 1);
	assert_non_null(strstr(buffer_text(&run.said), " 1 ms before"));
	end(&run);
}

static void
test_coverage_lies(void **state)
{
	struct run run;
	struct record record;
	uint64_t at;

	(void)state;
	/* Vouches for fewer targets than it has. */
	begin(&run);
	at = world_find(run.world, RECORD_COVERAGE, 1, 2);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.coverage.targets--;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_COVERAGE, "the plan in force gives it");
	end(&run);
	/* Vouches twice for the same time. */
	begin(&run);
	at = world_find(run.world, RECORD_COVERAGE, 1, 2);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.coverage.from -= 30000;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_COVERAGE, "vouches again");
	end(&run);
	/* A worker that the plan does not have. */
	begin(&run);
	at = world_find(run.world, RECORD_COVERAGE, 1, 4);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.index = 2;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_COVERAGE, "does not have");
	end(&run);
	/* A worker whose number no monitor can have. */
	begin(&run);
	at = world_find(run.world, RECORD_COVERAGE, 1, 4);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.index = UINT64_MAX;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_COVERAGE], 1);
	end(&run);
}

/* A worker of the plan that never starts. */
static void
test_never_started(void **state)
{
	struct run run;
	uint64_t at;

	(void)state;
	begin(&run);
	while (run.world->size > 0) {
		for (at = 0; at < run.world->size; at++) {
			struct record record;

			assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]),
			    &record, NULL),
			    ERR_OK);
			if (record.role == ROLE_WORKER && record.index == 1)
				break;
		}
		if (at == run.world->size)
			break;
		world_remove(run.world, at);
	}
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_HOLE, "worker 1");
	end(&run);
}

/* What is left behind a prune begins anywhere; the next plan finds workers at work. */
static void
test_no_plan_at_first(void **state)
{
	struct run run;
	uint64_t config;

	(void)state;
	begin(&run);
	/* The ledger stood still, and asked the workers to begin anew. */
	run.world->now_ms += 30000;
	world_gap(run.world, ROLE_LEDGER, 0, run.world->now_ms - 30000, "stood still");
	world_self(run.world, ROLE_WORKER, 0);
	world_self(run.world, ROLE_WORKER, 1);
	world_minute(run.world, true, true);
	config = run.world->size;
	world_config_as(run.world, "reload");
	for (unsigned i = 0; i < 3; i++)
		world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	for (uint64_t from = 3; from < config; from++) {
		struct run part = { .world = run.world, .lose_context = true };

		run_range(&part, from);
		none(&part);
		buffer_free(&part.said);
	}
	/* One that says nothing at all is missed, and one that says SELF is new. */
	end(&run);
	for (unsigned told = 0; told < 2; told++) {
		struct run part = { .lose_context = true };

		begin(&run);
		part.world = run.world;
		config = run.world->size;
		world_config_as(run.world, "reload");
		for (unsigned i = 0; i < 3; i++) {
			if (i == 1 && told)
				world_self(run.world, ROLE_WORKER, 1);
			world_minute(run.world, true, i > 0 && told);
		}
		run_range(&part, config);
		if (told)
			none(&part);
		else
			only(&part, AUDIT_HOLE, "worker 1");
		buffer_free(&part.said);
		end(&run);
	}
}

static void
plan_of(struct world *world, uint32_t workers)
{
	world->workers = workers;
	world_config_as(world, "reload");
}

/* One plan after another while a worker still ends, or has not begun: its word is of the plan before. */
static void
test_workers_of_before(void **state)
{
	struct run run;

	(void)state;
	/* Wanted again before its last word. */
	for (unsigned later = 0; later < 2; later++) {
		begin(&run);
		plan_of(run.world, 1);
		plan_of(run.world, 2);
		run.world->now_ms += 500;
		world_coverage(run.world, 1);
		run.world->now_ms += 500;
		world_self(run.world, ROLE_WORKER, 1);
		for (unsigned i = 0; i < 3; i++)
			world_minute(run.world, true, true);
		run.world->now_ms += 500;
		if (later)
			world_self(run.world, ROLE_WORKER, 1);
		world_minute(run.world, true, true);
		run_range(&run, 0);
		if (later)
			only(&run, AUDIT_HOLE, "worker 1");
		else
			none(&run);
		end(&run);
	}
	/* No longer wanted before it said that it began. */
	for (unsigned later = 0; later < 2; later++) {
		begin(&run);
		run.world->now_ms += 500;
		plan_of(run.world, 1);
		world_minute(run.world, true, false);
		plan_of(run.world, 2);
		plan_of(run.world, 1);
		for (unsigned i = 0; later && i < 3; i++)
			world_minute(run.world, true, false);
		run.world->now_ms += 7000;
		world_self(run.world, ROLE_WORKER, 1);
		run.world->now_ms += 500;
		if (!later) {
			run.world->targets[1] = WORLD_TARGETS / 2;
			world_coverage(run.world, 1);
		}
		world_minute(run.world, true, false);
		run_range(&run, 0);
		if (later)
			only(&run, AUDIT_COVERAGE, "does not have");
		else
			none(&run);
		end(&run);
	}
	/* One that no plan had is a stranger at once. */
	begin(&run);
	plan_of(run.world, 1);
	run.world->now_ms += 500;
	world_self(run.world, ROLE_WORKER, 2);
	world_minute(run.world, true, false);
	run_range(&run, 0);
	only(&run, AUDIT_COVERAGE, "does not have");
	end(&run);
}

static void
test_silence(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	run.world->now_ms += 15000;
	world_minute(run.world, true, true);
	run_range(&run, 0);
	only(&run, AUDIT_SILENCE, "no GAP accounts for it");
	end(&run);
	/* A GAP that is shorter than the silence does not explain it. */
	begin(&run);
	run.world->now_ms += 60000;
	world_gap(run.world, ROLE_LEDGER, 0, run.world->now_ms - 20000, "short");
	world_minute(run.world, true, true);
	run_range(&run, 0);
	only(&run, AUDIT_SILENCE, "no GAP accounts for it");
	end(&run);
}

static void
test_blobs(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	buffer_free(&run.world->blob[3]);
	run_range(&run, 0);
	only(&run, AUDIT_BLOB, "evidence");
	end(&run);
	begin(&run);
	run.lose_blobs = true;
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_BLOB], 8);
	assert_int_equal(all_findings(&run), 8);
	assert_true(run.others[AUDIT_COVERAGE] > 0);
	end(&run);
}

static void
test_signatures(void **state)
{
	struct run run;
	struct buffer *note;
	struct signing_key *stranger;
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	uint8_t public[32];

	(void)state;
	/* One octet of a signature. */
	begin(&run);
	note = &run.world->note[7];
	note->at[note->len - 10] = note->at[note->len - 10] == 'A' ? 'B' : 'A';
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "does not verify");
	end(&run);
	/* Somebody else's key under the same name. */
	begin(&run);
	assert_int_equal(signing_key_make(&stranger, NULL), ERR_OK);
	signing_key_public(stranger, public);
	note_verifier_make(WORLD_ORIGIN, public, &verifier);
	checkpoint = (struct checkpoint){ .origin = WORLD_ORIGIN, .size = run.world->note_size[7],
	    .root = world_root(run.world, run.world->note_size[7]) };
	buffer_reset(&run.world->note[7]);
	world_sign_note(stranger, &verifier, &checkpoint, &run.world->note[7]);
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "no signature by");
	/* Another origin, signed by the right key. */
	buffer_reset(&run.said);
	memset(run.findings, 0, sizeof(run.findings));
	snprintf(checkpoint.origin, sizeof(checkpoint.origin), "example.org/other");
	buffer_reset(&run.world->note[7]);
	world_sign_note(run.world->key, &run.world->verifier, &checkpoint, &run.world->note[7]);
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "its origin is");
	/* The right signature over another size. */
	buffer_reset(&run.said);
	memset(run.findings, 0, sizeof(run.findings));
	buffer_reset(&run.world->note[7]);
	buffer_put(&run.world->note[7], run.world->note[8].at, run.world->note[8].len);
	run_range(&run, 0);
	only(&run, AUDIT_ROOT, "speaks of");
	signing_key_free(stranger);
	end(&run);
	/* No checkpoint at all, and none for the newest minutes. */
	begin(&run);
	run.world->notes = 0;
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "no signed checkpoint");
	end(&run);
	begin(&run);
	run.world->notes = 10;
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "not yet signed");
	end(&run);
}

static void
test_keys(void **state)
{
	struct run run;
	struct record record;
	struct signing_key *old;
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	struct buffer pem = { 0 };
	uint64_t at;

	(void)state;
	begin(&run);
	world_key(run.world);
	world_minute(run.world, true, true);
	world_key(run.world);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	end(&run);
	/* The chain begins with a key that nobody handed over. */
	begin(&run);
	world_key(run.world);
	world_minute(run.world, true, true);
	at = world_find(run.world, RECORD_KEY, -1, 1);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.key.previous = record.key.previous_signature = bytes_of(NULL, 0);
	world_replace(run.world, at, &record);
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_KEY], 1);
	assert_non_null(strstr(buffer_text(&run.said), "replaces another key"));
	end(&run);
	/* A checkpoint that the old key signed after it was replaced. */
	begin(&run);
	assert_int_equal(signing_key_write(run.world->key, &pem, NULL), ERR_OK);
	assert_int_equal(signing_key_read(bytes_of_buffer(&pem), &old, NULL), ERR_OK);
	verifier = run.world->verifier;
	world_key(run.world);
	world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	checkpoint = (struct checkpoint){ .origin = WORLD_ORIGIN, .size = run.world->size,
	    .root = world_root(run.world, run.world->size) };
	buffer_reset(&run.world->note[run.world->notes - 1]);
	world_sign_note(old, &verifier, &checkpoint, &run.world->note[run.world->notes - 1]);
	run_range(&run, 0);
	only(&run, AUDIT_SIGNATURE, "no signature by");
	signing_key_free(old);
	buffer_free(&pem);
	end(&run);
	/* No KEY at all is said once, not for every checkpoint. */
	begin(&run);
	world_remove(run.world, 0);
	world_sign_again(run.world);
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_KEY], 1);
	assert_int_equal(all_findings(&run), 2);
	end(&run);
	/* Not canonical: a record with an octet behind it. */
	begin(&run);
	buffer_put_u8(&run.world->record[20], 0);
	world_sign_again(run.world);
	run_range(&run, 0);
	assert_int_equal(run.findings[AUDIT_RECORD], 1);
	end(&run);
}

static void
test_anchors(void **state)
{
	struct authority authority = authority_make("an authority", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 10000);
	struct authority other = authority_make("another", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 10000);
	struct run run;
	struct record record;
	uint64_t at;

	(void)state;
	begin(&run);
	world_anchor(run.world, &authority, "tsa");
	world_minute(run.world, true, true);
	run_range(&run, 0);
	none(&run);
	assert_int_equal(run.totals.anchors_asserted, 1);
	assert_int_equal(run.totals.anchors_proved, 0);
	buffer_reset(&run.said);
	authority_roots(&authority, &run.roots);
	run_range(&run, 0);
	none(&run);
	assert_int_equal(run.totals.anchors_proved, 1);
	assert_true(run.totals.stamp.proved);
	/* A root that does not stand behind it. */
	buffer_reset(&run.roots);
	authority_roots(&other, &run.roots);
	run_range(&run, 0);
	only(&run, AUDIT_ANCHOR, "no pinned root");
	end(&run);

	/* The record says another time than the token. */
	begin(&run);
	world_anchor(run.world, &authority, "tsa");
	world_minute(run.world, true, true);
	authority_roots(&authority, &run.roots);
	at = world_find(run.world, RECORD_ANCHOR, -1, 0);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.anchor.stamped -= 1000;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_ANCHOR, "the record says something else");
	end(&run);

	/* A root the tree never had, and a size it has not reached. */
	begin(&run);
	world_anchor(run.world, &authority, "tsa");
	world_minute(run.world, true, true);
	at = world_find(run.world, RECORD_ANCHOR, -1, 0);
	assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]), &record, NULL),
	    ERR_OK);
	record.anchor.root.at[5] ^= 1;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_ROOT, "never had");
	buffer_reset(&run.said);
	memset(run.findings, 0, sizeof(run.findings));
	record.anchor.root.at[5] ^= 1;
	record.anchor.size = at + 1;
	world_replace(run.world, at, &record);
	world_sign_again(run.world);
	run_range(&run, 0);
	only(&run, AUDIT_ROOT, "more than there were");
	end(&run);
	authority_free(&authority);
	authority_free(&other);
}

/* Times at the ends of what an integer holds are refused before anything is subtracted. */
static void
test_times(void **state)
{
	static const int64_t times[] = { INT64_MAX, INT64_MIN, INT64_MAX - 20000,
	    -1 - (INT64_C(1) << 52) };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		for (unsigned which = 0; which < 3; which++) {
			struct run run;
			struct record record;
			uint64_t at;

			begin(&run);
			at = world_find(run.world, RECORD_COVERAGE, 0, 2);
			assert_int_equal(record_decode(bytes_of_buffer(&run.world->record[at]),
			    &record, NULL),
			    ERR_OK);
			if (which == 0)
				record.recorded_ms = times[i];
			else if (which == 1)
				record.coverage.from = times[i];
			else
				record.coverage.to = times[i];
			world_replace(run.world, at, &record);
			world_sign_again(run.world);
			run_range(&run, 0);
			assert_int_equal(run.findings[AUDIT_RECORD], 1);
			end(&run);
		}
}

/* Records out of turn, and records of a kind that this version does not know. */
static void
test_sequence(void **state)
{
	struct run run = { .world = world_new() };
	struct audit_source source = { run_blob, run_root, &run, { NULL, 0 } };
	struct merkle edge = { 0 };
	struct audit *audit = audit_new(&source, &edge, run_item, &run);
	static const uint8_t newer[] = { 0xa5, 0x00, 0x19, 0x03, 0xe7, 0x01, 0x00, 0x02, 0x00, 0x03,
	    0x02,
		0x04, 0x00 };
	struct hash wrong = { { 1 } };

	(void)state;
	audit_record(audit, 0, bytes_of_buffer(&run.world->record[0]), NULL);
	audit_record(audit, 2, bytes_of_buffer(&run.world->record[2]), NULL);
	assert_int_equal(run.findings[AUDIT_SEQUENCE], 1);
	audit_record(audit, 0, bytes_of_buffer(&run.world->record[0]), NULL);
	assert_int_equal(run.findings[AUDIT_SEQUENCE], 2);
	audit_record(audit, 1, bytes_of_buffer(&run.world->record[1]), &wrong);
	assert_int_equal(run.findings[AUDIT_LEAF], 1);
	audit_record(audit, 2, bytes_of(newer, sizeof(newer)), NULL);
	assert_int_equal(run.others[AUDIT_UNKNOWN], 1);
	audit_end(audit);
	audit_free(audit);
	end(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_every_end),
		cmocka_unit_test(test_any_record_gone),
		cmocka_unit_test(test_coverage_gone),
		cmocka_unit_test(test_silent_worker),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_coverage_lies),
		cmocka_unit_test(test_never_started),
		cmocka_unit_test(test_no_plan_at_first),
		cmocka_unit_test(test_workers_of_before),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_blobs),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
