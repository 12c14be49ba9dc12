/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast correlation is: alarms and failing rounds folded a second, on one core, decoding
 * included, in a network of 10,000 targets with dependencies; and a flood of alarms that all have
 * one cause, beyond what is kept.
 */
#include "monitor/base/clock.h"
#include "tests/property/world.h"

enum { SITES = 50, EACH = 40, PER = 5, EVENTS = 500000, KEYS = 20000 };

static double
seconds(int64_t since_ns)
{
	return (double)(clock_cpu_ns() - since_ns) / 1e9;
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-62s | %10.0f %-8s | %-10s |\n", what, value, unit, aim);
	fflush(stdout);
}

static struct plan *
network(void)
{
	struct plan *plan = world_plan(SITES, EACH, PER, 1);
	char text[64];

	plan->dependency = plan_array(plan, SITES * EACH, sizeof(*plan->dependency));
	for (uint32_t i = 0; i < plan->sites; i++) {
		plan->site[i].provider = world_name(plan, "cloud", i % 5);
		plan->site[i].region = world_name(plan, "region", i % 10);
	}
	/* Each instance needs the first one of its site, and that the first of all. */
	for (uint32_t i = 0; i < plan->instances; i++) {
		struct plan_dependency *dependency = &plan->dependency[plan->dependencies++];

		snprintf(text, sizeof(text), "instance:instance%u", i);
		dependency->from = plan_text(plan, bytes_of_text(text));
		snprintf(text, sizeof(text), "instance:instance%u", i % EACH == 0 ? 0 :
		    i / EACH * EACH);
		dependency->to = i == 0 ? "other:power" : plan_text(plan, bytes_of_text(text));
		dependency->title = "";
	}
	return plan;
}

static void
put_signal(struct world *world, enum signal_kind kind, uint64_t key, uint64_t instance,
    enum severity severity)
{
	char text[32], subject[48];

	snprintf(text, sizeof(text), "ifIndex.%" PRIu64, key);
	snprintf(subject, sizeof(subject), "instance:instance%" PRIu64, instance);
	world_put(world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
		.signal = { .source = bytes_of_text("traps"), .kind = kind,
			.key = bytes_of_text(text), .subject = bytes_of_text(subject),
			.severity = severity, .count = 1, .told = world->now_ms,
			.clock = SIGNAL_CLOCK_AGREES, .title = bytes_of_text("link down") } });
}

static void
begin(struct world *world)
{
	world_begin(world, 7);
	world->plan = network();
	world_config(world);
	world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= world->plan->targets; i++)
		world_see(world, i, OUTCOME_UP);
}

/* Half alarms, raised and cleared; half rounds, of which a tenth fails. */
static void
put_mixed(struct world *world, uint64_t i)
{
	uint64_t key = world_random(world, KEYS), target;

	world->now_ms += i % 100 == 0;
	if (i % 2 == 0) {
		put_signal(world, world_random(world, 2) == 0 ? SIGNAL_RAISED : SIGNAL_CLEARED,
		    key, key % world->plan->instances,
		    (enum severity)(2 + world_random(world, 4)));
		return;
	}
	target = 1 + world_random(world, world->plan->targets);
	world_see(world, target, world_random(world, 10) == 0 ? OUTCOME_DOWN : OUTCOME_UP);
}

static void
bench(const char *what, bool flood)
{
	struct world world;
	struct state *state = state_new();
	size_t setup;
	int64_t begun;

	begin(&world);
	setup = world.records;
	for (uint64_t i = 0; i < EVENTS; i++) {
		if (flood) {
			world.now_ms += i % 5 == 0;
			put_signal(&world, SIGNAL_RAISED, i, i % world.plan->instances,
			    PERCEIVED_CRITICAL);
		} else {
			put_mixed(&world, i);
		}
	}
	world_fold(&world, state, setup);
	begun = clock_cpu_ns();
	world_fold(&world, state, world.records);
	row(what, EVENTS / seconds(begun), "events/s", ">= 100000");
	row("  of which incidents open at the end", state_open_incidents(state), "", "-");
	begun = clock_cpu_ns();
	state_free(state_copy(state));
	row("  a copy of that state, for a screen", seconds(begun) * 1e6, "us", "-");
	state_free(state);
	world_end(&world);
}

int
main(void)
{
	bench("alarms and rounds through correlation, 10,000 targets", false);
	bench("500,000 alarms of one cause, of 2,000 instances", true);
	return 0;
}
