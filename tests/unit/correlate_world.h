/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network for tests of correlation: sites of instances with one target each (ids from 1), all UP,
 * and what comes in beside probes.  Every fold is also made from its own bytes, and must agree.
 */
#ifndef TESTS_UNIT_CORRELATE_WORLD_H
#define TESTS_UNIT_CORRELATE_WORLD_H

#include "monitor/state/incident_view.h"
#include "tests/property/world.h"

struct fixture {
	struct world  world;
	struct state *state;
};

static UNUSED void
fold(struct fixture *f)
{
	struct buffer octets = { 0 };
	struct state *again;
	struct why why;

	state_encode(&octets, f->state);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &again, &why), ERR_OK);
	buffer_free(&octets);
	world_fold(&f->world, f->state, f->world.records);
	world_fold(&f->world, again, f->world.records);
	assert_true(hash_equal(state_hash(f->state), state_hash(again)));
	state_free(again);
}

static UNUSED void
begin_with(struct fixture *f, struct plan *plan)
{
	f->world.plan = plan;
	f->state = state_new();
	world_config(&f->world);
	world_simple(&f->world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= plan->targets; i++)
		world_see(&f->world, i, OUTCOME_UP);
	world_fold(&f->world, f->state, f->world.records);
}

/* Before it the plan may be dressed. */
static UNUSED struct plan *
begin_plan(struct fixture *f, uint32_t sites, uint32_t each, uint32_t per)
{
	world_begin(&f->world, 1);
	return world_plan(sites, each, per, 1);
}

static UNUSED void
end(struct fixture *f)
{
	state_free(f->state);
	world_end(&f->world);
}

static UNUSED void
needs(struct plan *plan, const char *from, const char *to)
{
	if (plan->dependency == NULL)
		plan->dependency = plan_array(plan, 64, sizeof(*plan->dependency));
	plan->dependency[plan->dependencies++] =
	    (struct plan_dependency){ .from = from, .to = to, .title = "" };
}

static UNUSED void
rounds(struct fixture *f, uint64_t target, const char *outcomes)
{
	for (; *outcomes != '\0'; outcomes++) {
		f->world.now_ms += 1000;
		world_see(&f->world, target, *outcomes == 'U' ? OUTCOME_UP :
		    *outcomes == 'D' ? OUTCOME_DOWN : OUTCOME_DEGRADED);
	}
	fold(f);
}

static UNUSED void
tick(struct fixture *f, int64_t ms)
{
	f->world.now_ms += ms;
	world_simple(&f->world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(f);
}

/* Time passes and all is as it was. */
static UNUSED void
wait_covered(struct fixture *f, int64_t ms)
{
	for (; ms > 0; ms -= 60000) {
		f->world.now_ms += 60000;
		world_cover(&f->world, 0, NULL, 0);
	}
	fold(f);
}

/* told: the sender's clock, counted from our now; INT64_MIN: none. */
static UNUSED void
signal_put(struct fixture *f, enum signal_kind kind, const char *key, const char *subject,
    enum severity severity, int64_t told)
{
	f->world.now_ms += 100;
	world_put(&f->world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
		.signal = { .source = bytes_of_text("traps"), .form = SIGNAL_FORM_TRAP,
			.kind = kind, .key = bytes_of_text(key), .subject = bytes_of_text(subject),
			.severity = severity, .alarm_type = ALARM_TYPE_EQUIPMENT,
			.title = bytes_of_text("link down"), .count = 1,
			.told = told == INT64_MIN ? 0 : f->world.now_ms + told,
			.clock = told == INT64_MIN ? SIGNAL_CLOCK_NONE : SIGNAL_CLOCK_AGREES } });
	fold(f);
}

static UNUSED void
raise_alarm(struct fixture *f, const char *key, const char *subject, enum severity severity)
{
	signal_put(f, SIGNAL_RAISED, key, subject, severity, INT64_MIN);
}

static UNUSED void
clear_alarm(struct fixture *f, const char *key, const char *subject)
{
	signal_put(f, SIGNAL_CLEARED, key, subject, PERCEIVED_CLEARED, INT64_MIN);
}

static UNUSED struct incident *
newest(const struct fixture *f)
{
	assert_true(f->state->incidents > 0);
	return &f->state->incident[f->state->incidents - 1];
}

/* The one incident that is open. */
static UNUSED struct incident *
only(const struct fixture *f)
{
	struct incident *found = NULL;

	assert_int_equal(state_open_incidents(f->state), 1);
	for (uint32_t i = 0; i < f->state->incidents; i++)
		if (f->state->incident[i].resolved_ms == 0 &&
		    f->state->incident[i].absorbed_by == 0)
			found = &f->state->incident[i];
	assert_non_null(found);
	return found;
}

static UNUSED uint32_t
owed(const struct fixture *f, uint64_t incident, enum transition_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->state->dues; i++)
		count += f->state->due[i].incident == incident && f->state->due[i].kind == kind;
	return count;
}

static UNUSED uint32_t
shown(const struct fixture *f, enum transition_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->state->timelines; i++)
		count += f->state->timeline[i].kind == kind;
	return count;
}

#endif
