/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A storm at the bounds: 65,536 targets of 16,384 instances fail, one after another, with services,
 * sets and duties to work out; and 10,000 incidents open at once.  What a record costs then, how
 * large the state is, and how long a snapshot takes.
 */
#include <unistd.h>

#include "monitor/base/clock.h"
#include "tests/property/world.h"
#include "tests/unit/network_plan.h"

enum { SITES = 1024, EACH = 16, PER = 4, SETS = 1024, MIXED = 20000 };

static double
seconds(int64_t since_ns)
{
	return (double)(clock_cpu_ns() - since_ns) / 1e9;
}

static void
row(const char *what, double value, const char *unit)
{
	printf("| %-62s | %12.1f %-8s |\n", what, value, unit);
	fflush(stdout);
}

static void
offer(struct plan *plan)
{
	plan->services = 8;
	plan->service = plan_array(plan, 8, sizeof(*plan->service));
	for (uint32_t i = 0; i < 8; i++) {
		plan->service[i] = (struct plan_service){ .name = world_name(plan, "service", i),
		    .areas = 2, .class = i % SERVICE_CLASSES };
		plan->service[i].area = plan_array(plan, 2, sizeof(*plan->service[i].area));
		plan->service[i].area[0] = (struct plan_area){ "JP-13", 4000000 };
		plan->service[i].area[1] = (struct plan_area){ "JP-27", 2000000 };
	}
	plan->set = plan_array(plan, SETS, sizeof(*plan->set));
	for (plan->sets = 0; plan->sets < SETS; plan->sets++) {
		struct plan_set *set = &plan->set[plan->sets];

		*set = (struct plan_set){ .name = world_name(plan, "set", plan->sets),
		    .needed = 8, .mode = "n+k", .serves = 2 };
		set->serve = plan_array(plan, 2, sizeof(*set->serve));
		set->serve[0] = (struct plan_serve){ plan->sets % 8, "" };
		set->serve[1] = (struct plan_serve){ (plan->sets + 3) % 8, "JP-13" };
	}
	plan->duty_files = 1;
	plan->duties = plan_array(plan, 1, sizeof(*plan->duties));
	plan->duties[0] = (struct plan_duties){ .path = "jp-telecom.duty", .id = "jp-telecom",
	    .hash = "0000000000000000000000000000000000000000000000000000000000000000",
	    .edition = "1", .text = network_duties(plan) };
}

/* Of one site there is only one member in each set, so that sites and sets can fail apart. */
static struct plan *
network(bool vantages)
{
	struct plan *plan = world_plan(SITES, EACH, PER, 1);

	offer(plan);
	plan->group_wait_ms = 1000;
	for (uint32_t i = 0; i < plan->sites; i++) {
		plan->site[i].provider = world_name(plan, "cloud", i % 4);
		plan->site[i].region = world_name(plan, "region", i % 16);
	}
	plan->vantages = plan_array(plan, 1, sizeof(*plan->vantages));
	plan->vantage_count = 1;
	plan->vantages[0] = (struct plan_vantage){ .name = "inside", .source = "192.0.2.9",
	    .inside = 1 };
	for (uint32_t i = 0; i < plan->instances; i++)
		plan->instance[i].replica_set = world_name(plan, "set", i % SETS);
	for (uint32_t i = 0; i < plan->targets; i++) {
		plan->target[i].fail_count = plan->target[i].recover_count = 1;
		plan->target[i].window = 1;
		plan->target[i].stale_ms = INT64_C(86400000);
		plan->target[i].endpoint = world_name(plan, "endpoint", i / 2);
		plan->target[i].vantage = vantages && i % 2 == 1 ? "inside" : "";
	}
	return plan;
}

static void
begin(struct world *world, bool vantages)
{
	world_begin(world, 7);
	world->now_ms = NETWORK_BEGIN;
	world->plan = network(vantages);
	world_config(world);
	world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= world->plan->targets; i++)
		world_see(world, i, OUTCOME_UP);
}

static void
figures(struct world *world, struct state *state)
{
	struct buffer octets = { 0 };
	struct state *again;
	struct why why;
	int64_t begun;

	row("  incidents, and of them open", state->incidents, "");
	row("  open", state_open_incidents(state), "");
	begun = clock_cpu_ns();
	state_encode(&octets, state);
	row("  to write a snapshot", seconds(begun) * 1e3, "ms");
	row("  octets of it", (double)octets.len / 1e6, "MB");
	begun = clock_cpu_ns();
	if (state_decode(bytes_of_buffer(&octets), &again, &why) == ERR_OK)
		state_free(again);
	else
		printf("NOT READ: %s\n", why.text);
	row("  to read it", seconds(begun) * 1e3, "ms");
	begun = clock_cpu_ns();
	state_free(state_copy(state));
	row("  to copy the state for a screen", seconds(begun) * 1e3, "ms");
	begun = clock_cpu_ns();
	world_simple(world, RECORD_TICK, ROLE_LEDGER, 0);
	world_fold(world, state, world->records);
	row("  a TICK", seconds(begun) * 1e6, "us");
	begun = clock_cpu_ns();
	(void)state_hash(state);
	row("  the hash of the state (a BELIEF)", seconds(begun) * 1e3, "ms");
	world_config(world);
	begun = clock_cpu_ns();
	world_fold(world, state, world->records);
	row("  a CONFIG", seconds(begun) * 1e3, "ms");
	buffer_free(&octets);
}

static double
fold_timed(struct world *world, struct state *state, const char *what)
{
	int64_t begun = clock_cpu_ns(), worst = 0;
	size_t from = (size_t)state->size;
	char text[100];

	while (state->size < world->records) {
		int64_t one = clock_cpu_ns();

		world_fold(world, state, (size_t)state->size + 1);
		one = clock_cpu_ns() - one;
		worst = one > worst ? one : worst;
		if ((state->size - from) % 8192 == 0)
			fprintf(stderr, "%s: %zu records, %.1f s\n", what,
			    (size_t)state->size - from, seconds(begun));
		if (seconds(begun) > 60) {
			printf("TOO SLOW: %s ended at %" PRIu64 " of %zu\n", what, state->size - from,
			    world->records - from);
			break;
		}
	}
	snprintf(text, sizeof(text), "%s, each", what);
	row(text, seconds(begun) * 1e6 / (double)(state->size - from), "us");
	row("  the slowest record", (double)worst / 1e6, "ms");
	return seconds(begun);
}

/* All fail, in an order that has nothing to do with sites. */
static void
bench_storm(bool vantages)
{
	struct world world;
	struct state *state = state_new();
	uint32_t targets;

	begin(&world, vantages);
	targets = world.plan->targets;
	world_fold(&world, state, world.records);
	for (uint32_t i = 0; i < targets; i++) {
		world.now_ms += i % 10 == 0;
		world_see(&world, 1 + (uint64_t)i * 40503 % targets, OUTCOME_DOWN);
	}
	(void)fold_timed(&world, state, vantages ? "65,536 targets fail, two vantages" :
	    "65,536 targets fail");
	figures(&world, state);
	for (uint32_t i = 0; i < targets; i++) {
		world.now_ms += i % 10 == 0;
		world_see(&world, 1 + (uint64_t)i * 40503 % targets, OUTCOME_UP);
	}
	(void)fold_timed(&world, state, "  they come back");
	state_free(state);
	world_end(&world);
}

/* One instance of ten sites of sixteen fails: each is an incident of its own, for hours. */
static void
bench_open(void)
{
	struct world world;
	struct state *state = state_new();
	char key[32], subject[64];

	begin(&world, false);
	world_fold(&world, state, world.records);
	for (uint32_t i = 0; i < 10000; i++) {
		world.now_ms += 20;
		snprintf(key, sizeof(key), "key%u", i);
		snprintf(subject, sizeof(subject), "other:thing%u", i);
		world_put(&world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
			.signal = { .source = bytes_of_text("traps"), .kind = SIGNAL_RAISED,
				.key = bytes_of_text(key), .subject = bytes_of_text(subject),
				.severity = PERCEIVED_CRITICAL, .count = 1,
				.title = bytes_of_text("link down") } });
	}
	(void)fold_timed(&world, state, "10,000 alarms about different things");
	for (uint32_t i = 0; i < 6000; i++) {
		world.now_ms += 400000;
		world_see(&world, 1 + (uint64_t)i * PER * 7919 % (SITES * EACH * PER), OUTCOME_DOWN);
	}
	(void)fold_timed(&world, state, "  and 6,000 instances, minutes apart");
	figures(&world, state);
	for (uint32_t i = 0; i < MIXED; i++) {
		world.now_ms += 1;
		world_see(&world, 1 + world_random(&world, SITES * EACH * PER),
		    world_random(&world, 10) == 0 ? OUTCOME_DOWN : OUTCOME_UP);
	}
	(void)fold_timed(&world, state, "  then rounds, one of ten fails");
	figures(&world, state);
	state_free(state);
	world_end(&world);
}

int
main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";

	if (strcmp(only, "open") != 0)
		bench_storm(false);
	if (strcmp(only, "open") != 0)
		bench_storm(true);
	bench_open();
	return 0;
}
