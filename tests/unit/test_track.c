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
	int64_t              uptime;
};

static int
setup(void **state)
{
	struct sim *sim = memory_new(1, sizeof(*sim));

	sim->round = (struct track_round){ .target = 7, .replicas = 1, .outcome = OUTCOME_UP,
	    .latency_us = 1000, .facts = &sim->facts, .observed_ms = 1700000000000, .now_ms = 5000,
	    .window = 5, .address = bytes_of_text("192.0.2.1:443") };
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

/* One round a minute later, uptime grown: what is to be recorded is in got. */
static void
next(struct sim *sim)
{
	track_verdict_free(&sim->got);
	sim->uptime += 6000;
	sim->round.observed_ms += 60000;
	sim->round.now_ms += 60000;
	fact_set_int(&sim->facts, FACT_SNMP_SYS_UPTIME_CS, sim->uptime);
	track_take(&sim->track, &sim->round, &sim->got);
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
		T(no_answer_has_no_latency), cmocka_unit_test(quantiles_within_6_percent),
		cmocka_unit_test(coverage_is_contiguous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
