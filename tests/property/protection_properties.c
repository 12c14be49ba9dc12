/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random histories of facts, addresses, intents, gaps and reloads: a fold that goes on from its own
 * bytes at any record is the fold that never stopped; an open fall is always weaker than what it
 * fell from, and nothing falls while every value stays or rises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/protection_world.h"

enum { RUNS = 20, STEPS = 90 };

static const struct { enum fact fact; const char *value[5]; } shows_of[] = {
	{ FACT_TLS_VERSION, { "TLSv1.3", "TLSv1.2", "TLSv1", "TLSv9", NULL } },
	{ FACT_TLS_GROUP, { "X25519MLKEM768", "x25519", "secp256r1", "dh 1024", NULL } },
	{ FACT_TLS_KEY, { "RSA 4096", "RSA 2048", "EC secp384r1", "strange", NULL } },
	{ FACT_TLS_CLIENT_CERT_REQUESTED, { "true", "false", "true", "true", NULL } },
	{ FACT_SNMP_SECURITY, { "authPriv SHA-256 AES", "authNoPriv MD5", "noAuthNoPriv",
	    "authPriv SHA DES", NULL } },
	{ FACT_NRF_HTTP_COUNT, { "0", "1", "7", "2", NULL } },
	{ FACT_ATTEST_COUNTERS, { "7.1.50 a", "7.2.40 a", "8.0.0 a", "1.0.0 b", NULL } },
	{ FACT_ATTEST_DELIVERED, { "2026-11-20", "2026-11-21", "2026-11-22", "2026", NULL } },
};

enum { KINDS = sizeof(shows_of) / sizeof(shows_of[0]) };

static void
random_show(struct world *world, uint64_t target, uint64_t replicas)
{
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = RECORD_MAX };

	for (size_t k = 0; k < KINDS; k++) {
		const char *value = shows_of[k].value[world_random(world, 5)];

		if (value != NULL && world_random(world, 2) == 0)
			fact_put(&set, shows_of[k].fact, value);
	}
	fact_set_write(&set, FACTS_ALL, &facts);
	world_put(world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.index = plan_worker_of(world->plan, target), .observation = { .target = target,
			.replica = world_random(world, replicas), .replicas = replicas,
			.outcome = world_random(world, 8) == 0 ? OUTCOME_DOWN : OUTCOME_UP,
			.facts = bytes_of_buffer(&facts) } });
	fact_set_free(&set);
	buffer_free(&facts);
}

static void
random_intent(struct world *world)
{
	static const char *const subjects[] = { "target:target1", "target:*", "instance:instance1",
		"site:site0", "target:t*3", "nothing" };
	static const char *const aspects[] = { "any", "tls", "snmp.auth,tls.group", "" };
	int64_t from = world->now_ms - 20000 + (int64_t)world_random(world, 60000);

	world_put(world, (struct record){ .kind = RECORD_INTENT, .role = ROLE_ENGINE,
		.intent = { .step = world_random(world, 5), .intent = world_random(world, 60),
			.kind = world_random(world, 3), .uid = world_random(world, 3),
			.author = bytes_of_text("a"), .ticket = bytes_of_text("CHG"),
			.subject = bytes_of_text(subjects[world_random(world, 6)]),
			.aspects = bytes_of_text(aspects[world_random(world, 4)]), .from = from,
			.until = from + (int64_t)world_random(world, 90000) } });
}

static void
random_step(struct world *world)
{
	uint64_t replicas[] = { 1, 1, 2, 3 };

	world->now_ms += (int64_t)world_random(world, 9000);
	switch (world_random(world, 12)) {
	case 0:
		random_intent(world);
		break;
	case 1:
		world_simple(world, RECORD_TICK, ROLE_LEDGER, 0);
		break;
	case 2:
		world_put(world, (struct record){ .kind = RECORD_GAP, .role = ROLE_LEDGER,
			.gap = { .role = ROLE_WORKER, .reason = bytes_of_text("gone") } });
		world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
		break;
	case 3:
		if (world_random(world, 6) == 0)
			world_config(world);
		else
			world_cover(world, 0, NULL, 0);
		break;
	default:
		random_show(world, 1 + world_random(world, 4), replicas[world_random(world, 4)]);
	}
}

static void
look(const struct state *state)
{
	for (uint32_t i = 0; i < state->targets; i++)
		for (uint32_t j = 0; j < state->target[i].replicas; j++)
			for (uint32_t k = 0; k < state->target[i].replica[j].levels; k++) {
				const struct protection_level *level =
				    &state->target[i].replica[j].level[k];
				const struct aspect_row *row = aspect_row(level->aspect);
				enum aspect_order order = aspect_order(row, level->value,
				    level->before);

				if (level->open)
					assert_true(order <= ORDER_BELOW && level->fell_ms != 0 &&
					    aspect_order(row, level->before, level->before) ==
					    ORDER_EQUAL);
				if (aspect_is_onwards(row))
					assert_int_equal(level->unannounced, level->open);
				assert_true(level->seq <= state->size);
				(void)level_elsewhere(state, &state->target[i], j, level);
			}
}

static void
restored_is_live(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct fixture f;
		struct plan *plan;

		world_begin(&f.world, seed);
		plan = world_plan(2, 2, 1, 1);
		plan->second_person = seed % 3 == 0 ? UINT64_C(1) << ACT_INTENT : 0;
		begin_with(&f, plan);
		for (unsigned step = 0; step < STEPS; step++) {
			random_step(&f.world);
			/* Folds by the live state and by one made of its bytes, and compares. */
			if (world_random(&f.world, 3) == 0) {
				fold(&f);
				look(f.state);
			}
		}
		fold(&f);
		end(&f);
	}
}

static void
what_rises_never_falls(void **unused)
{
	static const char *const rising[] = { "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" };

	(void)unused;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct fixture f;
		size_t at[3] = { 0, 0, 0 };

		world_begin(&f.world, seed);
		begin_with(&f, world_plan(1, 1, 1, 1));
		for (unsigned step = 0; step < 40; step++) {
			uint64_t r = world_random(&f.world, 3);

			at[r] += at[r] < 4 && world_random(&f.world, 3) == 0;
			show(&f, 1, r, 3, FACT_TLS_VERSION,
			    world_random(&f.world, 4) == 0 ? NULL : rising[at[r]]);
			assert_int_equal(protection_count_all(f.state).open, 0);
		}
		assert_int_equal(shown(&f, TRANSITION_FELL), 0);
		end(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restored_is_live), cmocka_unit_test(what_rises_never_falls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
