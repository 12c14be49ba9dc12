/* SPDX-License-Identifier: Apache-2.0 */
/* From rounds to records: when an OBSERVATION is owed, when a RUN closes, latencies, coverage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/track.h"

struct sim {
	struct track         track;
	struct track_round   round;
	struct fact_set      facts;
	struct track_verdict got;
	struct track_quota   quota;
	int64_t              uptime;
};

static int
setup(void **state)
{
	struct sim *sim = memory_new(1, sizeof(*sim));

	sim->round = (struct track_round){ .target = 7, .replicas = 1, .outcome = OUTCOME_UP,
	    .latency_us = 1000, .facts = &sim->facts, .observed_ms = 1700000000000, .now_ms = 5000,
	    .window = 5, .address = bytes_of_text("192.0.2.1:443"), .quota = &sim->quota };
	*state = sim;
	return 0;
}

static int
teardown(void **state)
{
	struct sim *sim = *state;

	track_free(&sim->track);
	track_verdict_free(&sim->got);
	fact_set_free(&sim->facts);
	free(sim);
	return 0;
}

/* One round so much later, uptime grown: what is to be recorded is in got. */
static void
after(struct sim *sim, int64_t ms)
{
	track_verdict_free(&sim->got);
	sim->uptime += ms / 10;
	sim->round.observed_ms += ms;
	sim->round.now_ms += ms;
	fact_set_int(&sim->facts, FACT_SNMP_SYS_UPTIME_CS, sim->uptime);
	track_take(&sim->track, &sim->round, &sim->got);
}

static void
next(struct sim *sim)
{
	after(sim, 60000);
}

static void
first_window_then_silence(void **state)
{
	struct sim *sim = *state;

	for (int i = 0; i < 20; i++) {
		next(sim);
		assert_int_equal(sim->got.observation, i < 5);
		assert_false(sim->got.run);
	}
}

static void
change_closes_the_run(void **state)
{
	struct sim *sim = *state;
	int64_t uptime;

	for (int i = 0; i < 10; i++)
		next(sim);
	sim->round.missed = 2;
	fact_set_text(&sim->facts, FACT_SNMP_SYS_NAME, bytes_of_text("renamed"));
	next(sim);
	assert_true(sim->got.observation && sim->got.run);
	assert_int_equal(sim->got.closed.target, 7);
	assert_int_equal(sim->got.closed.rounds, 10);
	assert_int_equal(sim->got.closed.missed, 2);
	assert_int_equal(sim->got.closed.outcome, OUTCOME_UP);
	assert_int_equal(sim->got.closed.first, 1700000060000);
	assert_int_equal(sim->got.closed.last, 1700000600000);
	assert_int_equal(sim->got.closed.latency_median_us, 1000);
	assert_true(fact_int(sim->got.closed.facts, FACT_SNMP_SYS_UPTIME_CS, &uptime));
	assert_int_equal(uptime, 60000);	/* of its own last round, not of the new one */
	sim->round.missed = 0;
	for (int i = 0; i < 6; i++) {
		next(sim);
		assert_int_equal(sim->got.observation, i < 4);
		assert_false(sim->got.run);
	}
}

/* Each of these alone is a change; the varying facts are not. */
static void
what_is_a_change(void **state)
{
	struct sim *sim = *state;
	struct hash evidence = hash_of(bytes_of_text("chain"));

	for (int what = 0; what < 7; what++) {
		for (int i = 0; i < 8; i++)
			next(sim);
		assert_false(sim->got.observation);
		if (what == 0)
			sim->round.outcome = OUTCOME_DEGRADED;
		else if (what == 1)
			sim->round.err = ERR_EXPIRED;
		else if (what == 2)
			sim->round.replicas = 2;
		else if (what == 3)
			sim->round.address = bytes_of_text("192.0.2.2:443");
		else if (what == 4)
			sim->round.evidence = &evidence, sim->round.evidences = 1;
		else if (what == 5)
			fact_set_flag(&sim->facts, FACT_TLS_TRUSTED, true);
		next(sim);
		assert_int_equal(sim->got.observation, what < 6);
		assert_int_equal(sim->got.run, what < 6);
	}
}

static void
hourly(void **state)
{
	struct sim *sim = *state;
	unsigned runs = 0;
	uint64_t rounds = 0;

	for (int i = 0; i < 24 * 60; i++) {
		next(sim);
		runs += sim->got.run;
		rounds += sim->got.run ? sim->got.closed.rounds : 0;
		assert_int_equal(sim->got.observation, i < 5);
	}
	assert_int_equal(runs, 23);
	track_verdict_free(&sim->got);
	assert_true(track_close(&sim->track, 7, 0, &sim->got));
	assert_int_equal(rounds + sim->got.closed.rounds, 24 * 60);
	assert_false(track_close(&sim->track, 7, 0, &sim->got));
}

/* Another chain of that many octets in each round. */
static void
chain_next(struct sim *sim, struct hash *chain, size_t octets, int64_t ms)
{
	*chain = hash_of(hash_bytes(chain));
	sim->round.evidence = chain;
	sim->round.evidences = 1;
	sim->round.evidence_octets = octets;
	after(sim, ms);
}

/* A day of it, a round a second: what is recorded is bounded, and that it is held is told. */
static void
endless_change_is_held(void **state)
{
	static const size_t sizes[] = { 0, 1500, 262144, 4 << 20 };
	struct sim *sim = *state;
	struct hash chain = { { 1 } };

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t octets = 0, full = 0, told = 0, held = 0;

		sim->quota = (struct track_quota){ .begun = false };
		for (int second = 0; second < 86400; second++) {
			chain_next(sim, &chain, sizes[i], 1000);
			held += sim->got.held;
			full += sim->got.observation && !sim->got.held;
			told += sim->got.observation && sim->got.held;
			octets += sim->got.observation && !sim->got.held ? sizes[i] : 0;
		}
		assert_true(octets <= CHANGE_OCTETS + CHANGE_OCTETS_S * UINT64_C(86400) + sizes[i]);
		assert_true(held > 40000);
		assert_true(full >= 5 && full < 60000);
		/* Each hold is told, with what its window still owes, and lasts. */
		assert_in_range(told, 1, 5 * 90);
	}
}

static void
what_is_held(void **state)
{
	struct sim *sim = *state;
	struct hash chain = { { 1 } };
	unsigned full = 0, told;

	do {
		chain_next(sim, &chain, 200000, 1000);
		full += !sim->got.held;
	} while (!sim->got.held);
	assert_int_equal(full, 10);
	/* The hold begins with the end of a run and one record that says so. */
	assert_true(sim->got.run && sim->got.observation);
	assert_int_equal(sim->got.closed.rounds, 1);
	/* Records owed to "k of n" are told without it, then the run goes on in silence. */
	for (int i = 0; i < 20; i++) {
		chain_next(sim, &chain, 200000, 1000);
		assert_true(sim->got.held && !sim->got.run);
		assert_int_equal(sim->got.observation, i < 4);
	}
	/* Another outcome is recorded at once, and so are those its window needs. */
	sim->round.outcome = OUTCOME_DEGRADED;
	told = 0;
	for (int i = 0; i < 10; i++) {
		chain_next(sim, &chain, 200000, 1000);
		assert_true(sim->got.held);
		assert_int_equal(sim->got.observation, i < 5);
		assert_int_equal(sim->got.run, i == 0);
		told += sim->got.run ? (unsigned)sim->got.closed.rounds : 0;
	}
	assert_int_equal(told, 21);
	/* It changes no more: what it shows is recorded when there is room, in full and once. */
	full = told = 0;
	for (int i = 0; i < 3600; i++) {
		after(sim, 1000);
		full += sim->got.observation && !sim->got.held;
		told += sim->got.observation && sim->got.held;
	}
	assert_int_equal(full, 5);
	assert_int_equal(told, 0);
	assert_false(sim->got.held);
	/* To and fro between answers that are known costs their records alone. */
	for (int i = 0; i < 8640; i++) {
		sim->round.outcome = i % 2 ? OUTCOME_DOWN : OUTCOME_UP;
		sim->round.evidences = 1 - i % 2;
		after(sim, 10000);
		assert_true(sim->got.observation && !sim->got.held);
	}
}

static void
no_answer_has_no_latency(void **state)
{
	struct sim *sim = *state;

	sim->round.outcome = OUTCOME_DOWN;
	sim->round.err = ERR_TIMEOUT;
	sim->round.latency_us = 0;
	next(sim);
	assert_true(track_close(&sim->track, 7, 0, &sim->got));
	assert_int_equal(sim->got.closed.latency_median_us, 0);
	assert_int_equal(sim->got.closed.latency_max_us, 0);
}

static int
ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
quantiles_within_6_percent(void **state)
{
	struct latency_histogram *histogram = latency_new();
	uint64_t value[1000], seed = 88172645463325252u;

	(void)state;
	for (int turn = 0; turn < 200; turn++) {
		size_t count = 1 + (size_t)turn * 5;

		latency_reset(histogram);
		for (size_t i = 0; i < count; i++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			value[i] = seed % (UINT64_C(1) << (1 + turn % 31));
			latency_add(histogram, value[i]);
		}
		qsort(value, count, sizeof(value[0]), ascending);
		assert_int_equal(latency_min(histogram), value[0]);
		assert_int_equal(latency_max(histogram), value[count - 1]);
		for (unsigned percent = 50; percent <= 99; percent += 49) {
			uint64_t exact = value[(count * percent + 99) / 100 - 1];
			uint64_t got = latency_quantile(histogram, percent);
			uint64_t off = got > exact ? got - exact : exact - got;

			assert_true(100 * off <= 6 * exact);
		}
	}
	latency_reset(histogram);
	latency_add(histogram, UINT64_MAX);
	assert_int_equal(latency_quantile(histogram, 50), UINT64_MAX);
	latency_free(histogram);
}

static void
coverage_is_contiguous(void **state)
{
	struct record_coverage out = { .from = 0 };
	struct coverage coverage;
	int64_t wall = 1700000000000, monotonic = 77, last = wall;

	(void)state;
	coverage_begin(&coverage, wall, monotonic);
	for (int i = 0; i < 200; i++) {
		wall += 60000 + (i == 20 ? 3600000 : i == 120 ? -7200000 : 0);
		monotonic += 60000;
		coverage.rounds = 5;
		coverage_end(&coverage, wall, monotonic, &out);
		assert_int_equal(out.from, last);
		assert_true(out.to > out.from && out.to - out.from <= 63000 && out.to - out.from >= 57000);
		assert_int_equal(out.rounds, 5);
		last = out.to;
		if (i < 20)
			assert_int_equal(out.to, wall);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(first_window_then_silence), T(change_closes_the_run), T(what_is_a_change), T(hourly),
		T(endless_change_is_held), T(what_is_held),
		T(no_answer_has_no_latency), cmocka_unit_test(quantiles_within_6_percent),
		cmocka_unit_test(coverage_is_contiguous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
