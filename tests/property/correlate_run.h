/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worlds for the properties of correlation, made from a seed: plans with sets, providers, vantages,
 * circles of dependence, services and duties, under rounds, signals, metrics, windows, papers and
 * corrections, some of them absurd.
 */
#ifndef TESTS_PROPERTY_CORRELATE_RUN_H
#define TESTS_PROPERTY_CORRELATE_RUN_H

#include "monitor/state/incident_view.h"
#include "tests/property/world.h"
#include "tests/unit/network_plan.h"

enum { RECORDS = 500, SITES = 4, EACH = 3, PER = 2 };

struct run {
	struct world  world;
	struct state *live;
	uint64_t      seed;
	uint64_t      at;		/* records folded by the property, for its message */
};

static uint64_t
pick(struct run *run, uint64_t below)
{
	return world_random(&run->world, below);
}

static const char *
name_of(struct run *run, const char *kind, const char *prefix, uint64_t number)
{
	char text[64];

	snprintf(text, sizeof(text), "%s:%s%" PRIu64, kind, prefix, number);
	return plan_text(run->world.plan, bytes_of_text(text));
}

static const char *
some_subject(struct run *run)
{
	switch (pick(run, 12)) {
	case 0:  return name_of(run, "site", "site", pick(run, SITES + 1));
	case 1:  return name_of(run, "provider", "cloud", pick(run, 3));
	case 2:  return name_of(run, "replica_set", "set", pick(run, 3));
	case 3:  return name_of(run, "target", "target", pick(run, SITES * EACH * PER + 2));
	case 4:  return pick(run, 2) == 0 ? "" : "other:power";
	default: return name_of(run, "instance", "instance", pick(run, SITES * EACH + 1));
	}
}

/* What users have of it, and what the law asks: some plans know nothing of either. */
static void
offer(struct run *run, struct plan *plan)
{
	plan->services = (uint32_t)pick(run, 4);
	plan->service = plan_array(plan, 4, sizeof(*plan->service));
	for (uint32_t i = 0; i < plan->services; i++) {
		struct plan_service *service = &plan->service[i];

		*service = (struct plan_service){ .name = i == 0 ? "voice" :
		    world_name(plan, "service", pick(run, 2) * 4 + i), .areas = 2,
		    .class = (uint32_t)pick(run, SERVICE_CLASSES), .addon = pick(run, 4) == 0 };
		service->area = plan_array(plan, 2, sizeof(*service->area));
		service->area[0] = (struct plan_area){ "JP-13",
		    pick(run, 9) == 0 ? PLAN_USERS_MAX : pick(run, 3000000) };
		service->area[1] = (struct plan_area){ "north", pick(run, 90000) };
	}
	plan->sets = plan->services > 0 ? (uint32_t)pick(run, 4) : 0;
	plan->set = plan_array(plan, 3, sizeof(*plan->set));
	for (uint32_t i = 0; i < plan->sets; i++) {
		plan->set[i] = (struct plan_set){ .name = world_name(plan, "set", i), .serves = 1,
		    .needed = (uint32_t)pick(run, 4), .capacity = pick(run, 2) * pick(run, 90000),
		    .mode = "active-active", .switchover_ms = (int64_t)pick(run, 60000) };
		plan->set[i].serve = plan_array(plan, 1, sizeof(*plan->set[i].serve));
		plan->set[i].serve[0] = (struct plan_serve){ (uint32_t)pick(run, plan->services),
		    pick(run, 2) == 0 ? "" : "JP-13" };
	}
	plan->duty_files = pick(run, 4) != 0;
	plan->duties = plan_array(plan, 1, sizeof(*plan->duties));
	plan->duties[0] = (struct plan_duties){ .path = "jp-telecom.duty", .id = "jp-telecom",
	    .hash = "0000000000000000000000000000000000000000000000000000000000000000",
	    .edition = "1", .text = network_duties(plan) };
}

static void
dress(struct run *run, struct plan *plan)
{
	offer(run, plan);
	plan->vantages = plan_array(plan, 2, sizeof(*plan->vantages));
	plan->vantage_count = 2;
	for (uint32_t i = 0; i < 2; i++)
		plan->vantages[i] = (struct plan_vantage){
			.name = world_name(plan, "vantage", i), .source = "192.0.2.9" };
	for (uint32_t i = 0; i < plan->sites; i++) {
		plan->site[i].provider = i == 0 ? "" : world_name(plan, "cloud", i % 2);
		plan->site[i].region = i % 3 == 0 ? "" : "east";
	}
	for (uint32_t i = 0; i < plan->instances; i++)
		plan->instance[i].replica_set = i % 3 == 2 ? "" : world_name(plan, "set", i % 3);
	for (uint32_t i = 0; i < plan->targets; i++)
		if (pick(run, 3) != 0) {
			plan->target[i].endpoint =
			    world_name(plan, "endpoint", plan->target[i].instance);
			plan->target[i].vantage = i % PER == 0 ? "" : plan->vantages[i % 2].name;
		}
	plan->dependency = plan_array(plan, 6, sizeof(*plan->dependency));
	for (plan->dependencies = 0; plan->dependencies < pick(run, 7); plan->dependencies++)
		plan->dependency[plan->dependencies] = (struct plan_dependency){
			.from = name_of(run, "instance", "instance", pick(run, SITES * EACH)),
			.to = pick(run, 3) == 0 ? name_of(run, "replica_set", "set", pick(run, 2)) :
			    name_of(run, "instance", "instance", pick(run, SITES * EACH)) };
	plan->second_person = pick(run, 2) == 0 ? UINT64_C(1) << ACT_WINDOW : 0;
}

static void
new_plan(struct run *run)
{
	struct world *world = &run->world;

	plan_free(world->plan);
	world->plan = world_plan(1 + (uint32_t)pick(run, SITES), EACH, PER, 1);
	world->plan->group_wait_ms = (int64_t)pick(run, 3) * 7000;
	dress(run, world->plan);
	for (uint32_t i = 0; i < world->plan->targets; i++) {
		world->plan->target[i].fail_count = 1 + (uint32_t)pick(run, 2);
		world->plan->target[i].recover_count = 1 + (uint32_t)pick(run, 2);
		world->plan->target[i].interval_ms = 1000;
	}
	world_config(world);
}

static void
put_signal(struct run *run)
{
	char key[32];
	int64_t told = pick(run, 3) == 0 ? 0 : run->world.now_ms - (int64_t)pick(run, 20000);

	snprintf(key, sizeof(key), "key%" PRIu64, pick(run, 30));
	world_put(&run->world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
		.signal = { .source = bytes_of_text(pick(run, 2) == 0 ? "traps" : "syslog"),
			.form = SIGNAL_FORM_TRAP, .kind = pick(run, 5),
			.key = bytes_of_text(key), .subject = bytes_of_text(some_subject(run)),
			.severity = pick(run, 7), .title = bytes_of_text("link down"),
			.told = told, .clock = pick(run, 4), .count = pick(run, 3),
			.region = bytes_of_text(pick(run, 2) == 0 ? "east" : ""),
			.ended = pick(run, 4) == 0 ? told : 0 } });
}

static void
put_metric(struct run *run)
{
	char name[32];

	snprintf(name, sizeof(name), "instance%" PRIu64, pick(run, SITES * EACH + 1));
	world_put(&run->world, (struct record){ .kind = RECORD_METRIC, .role = ROLE_FETCH,
		.metric = { .source = bytes_of_text("metrics"), .instance = bytes_of_text(name),
			.metric = pick(run, 6), .value = pick(run, 1000), .known = pick(run, 8) != 0 } });
}

static uint64_t
some_window(struct run *run)
{
	if (run->live->windows == 0 || pick(run, 8) == 0)
		return pick(run, 500);
	return run->live->window[pick(run, run->live->windows)].id;
}

static void
put_window(struct run *run)
{
	uint64_t step = pick(run, 5);
	int64_t from = run->world.now_ms - 5000 + (int64_t)pick(run, 40000);

	world_put(&run->world, (struct record){ .kind = RECORD_WINDOW, .role = ROLE_ENGINE,
		.window = { .step = step, .window = step == 0 ? 0 : some_window(run),
			.kind = pick(run, 3), .uid = pick(run, 3), .author = bytes_of_text("akira"),
			.subject = bytes_of_text(some_subject(run)), .from = from,
			.until = from + (int64_t)pick(run, 90000) - 1000 } });
}

static uint64_t
some_incident(struct run *run)
{
	if (run->live->incidents == 0 || pick(run, 8) == 0)
		return pick(run, 500);
	return run->live->incident[pick(run, run->live->incidents)].id;
}

/* Some are absurd. */
static int64_t
some_moment(struct run *run)
{
	switch (pick(run, 12)) {
	case 0:  return INT64_MIN;
	case 1:  return INT64_MAX;
	case 2:  return -1;
	case 3:  return run->world.now_ms + INT64_C(4000000000000);
	default: return run->world.now_ms - (int64_t)pick(run, 9000);
	}
}

static void
put_filing(struct run *run)
{
	static const char *const reports[] = { "prompt-report", "detailed-report", "near-accident" };

	world_put(&run->world, (struct record){ .kind = RECORD_FILING, .role = ROLE_ENGINE,
		.filing = { .report = bytes_of_text(reports[pick(run, 3)]),
			.incident = some_incident(run), .paper_edition = pick(run, 3) } });
}

static void
put_correction(struct run *run)
{
	uint64_t incident = some_incident(run), targets[4], count = 0;
	const struct incident *now = state_incident(run->live, incident);
	static const char *const names[] = { "", "voice", "service5", "secrecy", "user_data",
		"business_stopped", "intrusion" };
	struct buffer scratch = { 0 };

	for (uint32_t i = 0; now != NULL && i < now->members && count < 4; i++)
		if (pick(run, 2) == 0)
			targets[count++] = now->member[i].target;
	world_put(&run->world, (struct record){ .kind = RECORD_CORRECTION, .role = ROLE_ENGINE,
		.correction = { .what = pick(run, 3) == 0 ? pick(run, CORRECTS + 1) : 1 + pick(run, 2),
			.incident = incident, .other = some_incident(run), .uid = 7,
			.targets = record_ids(&scratch, targets, (size_t)count),
			.at = some_moment(run), .author = bytes_of_text("yuki"),
			.number = pick(run, 9) == 0 ? UINT64_MAX : pick(run, pick(run, 2) == 0 ?
			    3 : 400000), .name = bytes_of_text(names[pick(run, 7)]) } });
	buffer_free(&scratch);
}

static void
put_round(struct run *run)
{
	uint64_t target = pick(run, run->world.plan->targets + 2);

	world_see(&run->world, target, pick(run, 3) == 0 ? OUTCOME_UP :
	    pick(run, 6) == 0 ? OUTCOME_DEGRADED : OUTCOME_DOWN);
}

static UNUSED void
make(struct run *run, uint64_t seed)
{
	*run = (struct run){ .seed = seed, .live = state_new() };
	world_begin(&run->world, seed);
	new_plan(run);
	world_simple(&run->world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= run->world.plan->targets; i++)
		world_see(&run->world, i, OUTCOME_UP);
	while (run->world.records < RECORDS) {
		uint64_t kind = pick(run, 100);

		world_fold(&run->world, run->live, run->world.records);
		run->world.now_ms += (int64_t)pick(run, pick(run, 30) == 0 ? 900000 : 1500);
		if (kind < 50)
			put_round(run);
		else if (kind < 75)
			put_signal(run);
		else if (kind < 80)
			put_metric(run);
		else if (kind < 86)
			put_window(run);
		else if (kind < 92)
			put_correction(run);
		else if (kind < 93)
			put_filing(run);
		else if (kind < 97)
			world_cover(&run->world, 0, NULL, 0);
		else if (run->world.blobs < WORLD_BLOBS && pick(run, 3) == 0)
			new_plan(run);
		else
			world_gap(&run->world, ROLE_WORKER, 0),
			    world_simple(&run->world, RECORD_SELF, ROLE_WORKER, 0);
	}
	world_fold(&run->world, run->live, run->world.records);
}

#endif
