/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents, the notices they owe, what people do to them, and what a reload does to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/property/world.h"

struct fixture {
	struct world  world;
	struct state *state;
};

static void
fold(struct fixture *f)
{
	world_fold(&f->world, f->state, f->world.records);
}

static void
rounds(struct fixture *f, uint64_t target, const char *outcomes)
{
	for (; *outcomes != '\0'; outcomes++) {
		f->world.now_ms += 1000;
		world_see(&f->world, target, *outcomes == 'U' ? OUTCOME_UP :
		    *outcomes == 'D' ? OUTCOME_DOWN : OUTCOME_DEGRADED);
	}
	fold(f);
}

/* Everything is UP; the targets of instance i are i * per + 1 and on. */
static void
begin(struct fixture *f, uint32_t sites, uint32_t each, uint32_t per)
{
	world_begin(&f->world, 1);
	f->world.plan = world_plan(sites, each, per, 1);
	f->state = state_new();
	world_config(&f->world);
	world_simple(&f->world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= f->world.plan->targets; i++)
		world_see(&f->world, i, OUTCOME_UP);
	fold(f);
}

static void
end(struct fixture *f)
{
	state_free(f->state);
	world_end(&f->world);
}

static void
tick(struct fixture *f, int64_t ms)
{
	f->world.now_ms += ms;
	world_simple(&f->world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(f);
}

static struct incident *
newest(const struct fixture *f)
{
	assert_true(f->state->incidents > 0);
	return &f->state->incident[f->state->incidents - 1];
}

static uint32_t
owed(const struct fixture *f, uint64_t incident, enum transition_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->state->dues; i++)
		count += f->state->due[i].incident == incident && f->state->due[i].kind == kind;
	return count;
}

static uint32_t
shown(const struct fixture *f, uint64_t incident, enum transition_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->state->timelines; i++)
		count += f->state->timeline[i].incident == incident &&
		    f->state->timeline[i].kind == kind;
	return count;
}

static void
accept(struct fixture *f, uint64_t transition, uint64_t incident, const char *channel)
{
	world_put(&f->world, (struct record){ .kind = RECORD_NOTICE, .role = ROLE_ENGINE,
		.notice = { .transition = transition, .incident = incident,
			.channel = bytes_of_text(channel), .attempts = 1 } });
	fold(f);
}

static void
opens_and_resolves(void **unused)
{
	struct fixture f;
	struct incident *incident;
	int64_t first_ms;

	(void)unused;
	begin(&f, 2, 4, 2);
	rounds(&f, 1, "D");
	first_ms = f.world.now_ms;
	assert_int_equal(f.state->incidents, 0);
	rounds(&f, 1, "D");
	incident = newest(&f);
	assert_int_equal(incident->id, f.state->size - 1);
	assert_int_equal(incident->scope, SCOPE_INSTANCE);
	assert_string_equal(incident->instance_name, "instance0");
	assert_string_equal(incident->site_name, "site0");
	assert_int_equal(incident->occurred_ms, first_ms);
	assert_int_equal(incident->opened_ms, f.world.now_ms);
	assert_int_equal(state_target(f.state, 1)->incident, incident->id);
	assert_int_equal(f.state->dues, 0);
	/* A sibling joins quietly: the incident was not told yet and is no worse. */
	rounds(&f, 2, "DD");
	assert_int_equal(f.state->incidents, 1);
	assert_int_equal(newest(&f)->members, 2);
	assert_int_equal(shown(&f, incident->id, TRANSITION_GREW), 0);
	tick(&f, 10000);
	assert_int_equal(owed(&f, incident->id, TRANSITION_OPENED), 1);
	assert_int_equal(f.state->due[0].transition, incident->id * 16 + TRANSITION_OPENED);
	rounds(&f, 1, "UU");
	assert_int_equal(newest(&f)->resolved_ms, 0);
	rounds(&f, 2, "UU");
	assert_int_equal(newest(&f)->resolved_ms, f.world.now_ms);
	assert_int_equal(state_target(f.state, 1)->incident, 0);
	assert_int_equal(owed(&f, incident->id, TRANSITION_RESOLVED), 1);
	assert_int_equal(f.state->due[1].transition,
	    (f.state->size - 1) * 16 + TRANSITION_RESOLVED);
	/* Failing again is a new incident. */
	rounds(&f, 1, "DD");
	assert_int_equal(f.state->incidents, 2);
	end(&f);
}

static void
a_short_one_is_never_told(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin(&f, 1, 4, 1);
	rounds(&f, 1, "DDUU");
	id = newest(&f)->id;
	assert_int_not_equal(newest(&f)->resolved_ms, 0);
	tick(&f, 60000);
	assert_int_equal(f.state->dues, 0);
	assert_int_equal(shown(&f, id, TRANSITION_OPENED), 1);
	assert_int_equal(shown(&f, id, TRANSITION_RESOLVED), 1);
	end(&f);
}

static void
a_site_absorbs_its_instances(void **unused)
{
	struct fixture f;
	uint64_t narrow, wider;

	(void)unused;
	begin(&f, 2, 4, 2);
	rounds(&f, 1, "DD");
	narrow = newest(&f)->id;
	tick(&f, 10000);
	assert_int_equal(owed(&f, narrow, TRANSITION_OPENED), 1);
	/* A second instance of four is half of the site. */
	rounds(&f, 3, "DD");
	assert_int_equal(f.state->incidents, 2);
	wider = newest(&f)->id;
	assert_int_equal(newest(&f)->scope, SCOPE_SITE);
	assert_string_equal(newest(&f)->site_name, "site0");
	assert_int_equal(newest(&f)->members, 2);
	assert_int_equal(state_incident(f.state, narrow)->absorbed_by, wider);
	assert_int_equal(newest(&f)->occurred_ms, state_incident(f.state, narrow)->occurred_ms);
	assert_int_equal(state_target(f.state, 1)->incident, wider);
	assert_int_equal(state_open_incidents(f.state), 1);
	assert_int_equal(shown(&f, narrow, TRANSITION_ABSORBED), 1);
	tick(&f, 10000);
	assert_int_equal(owed(&f, wider, TRANSITION_OPENED), 1);
	/* Later failures join: a new instance is growth, another target of it is not. */
	rounds(&f, 5, "DD");
	rounds(&f, 6, "DD");
	assert_int_equal(f.state->incidents, 2);
	assert_int_equal(owed(&f, wider, TRANSITION_GREW), 1);
	/* The other site has its own. */
	rounds(&f, 9, "DD");
	assert_int_equal(f.state->incidents, 3);
	assert_int_equal(newest(&f)->scope, SCOPE_INSTANCE);
	rounds(&f, 1, "UU");
	rounds(&f, 3, "UU");
	rounds(&f, 5, "UU");
	assert_int_equal(state_incident(f.state, wider)->resolved_ms, 0);
	rounds(&f, 6, "UU");
	assert_int_not_equal(state_incident(f.state, wider)->resolved_ms, 0);
	assert_int_not_equal(state_incident(f.state, narrow)->resolved_ms, 0);
	assert_int_equal(owed(&f, wider, TRANSITION_RESOLVED), 1);
	/* Who was told of the narrow one hears that it is over, too. */
	assert_int_equal(owed(&f, narrow, TRANSITION_RESOLVED), 1);
	end(&f);
}

/* The target that makes it a site's is of an instance that has an incident already. */
static void
a_site_absorbs_the_incident_of_the_last_one(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 4, 2);
	rounds(&f, 1, "GG");
	rounds(&f, 3, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	rounds(&f, 2, "DD");
	assert_int_equal(state_open_incidents(f.state), 1);
	assert_int_equal(newest(&f)->scope, SCOPE_SITE);
	assert_int_equal(newest(&f)->members, 3);
	assert_int_equal(shown(&f, newest(&f)->id, TRANSITION_OPENED), 1);
	assert_int_equal(shown(&f, newest(&f)->id, TRANSITION_GREW), 0);
	rounds(&f, 1, "UU");
	rounds(&f, 2, "UU");
	rounds(&f, 3, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	assert_int_equal(state_target(f.state, 1)->incident, 0);
	end(&f);
}

static void
one_of_two_is_no_site(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 5, 1);
	rounds(&f, 1, "DD");
	rounds(&f, 2, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	/* DEGRADED does not count as half of the site. */
	rounds(&f, 3, "GG");
	assert_int_equal(state_open_incidents(f.state), 3);
	rounds(&f, 3, "DD");
	assert_int_equal(state_open_incidents(f.state), 1);
	assert_int_equal(newest(&f)->members, 3);
	end(&f);
}

static void
worse_is_growth(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin(&f, 1, 4, 2);
	rounds(&f, 1, "GG");
	id = newest(&f)->id;
	assert_int_equal(newest(&f)->worst, HEALTH_DEGRADED);
	tick(&f, 10000);
	rounds(&f, 1, "DD");
	assert_int_equal(newest(&f)->id, id);
	assert_int_equal(newest(&f)->worst, HEALTH_DOWN);
	assert_int_equal(owed(&f, id, TRANSITION_GREW), 1);
	rounds(&f, 2, "DD");
	assert_int_equal(owed(&f, id, TRANSITION_GREW), 1);
	end(&f);
}

static void
the_unknown_keeps_it_open(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin(&f, 1, 4, 1);
	rounds(&f, 1, "DD");
	id = newest(&f)->id;
	tick(&f, 400000);
	assert_int_equal(state_target(f.state, 1)->health, HEALTH_UNKNOWN);
	assert_int_equal(state_open_incidents(f.state), 1);
	assert_int_equal(f.state->incidents, 1);
	rounds(&f, 1, "DD");
	assert_int_equal(newest(&f)->id, id);
	rounds(&f, 1, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
notices_are_owed_until_accepted(void **unused)
{
	struct fixture f;
	uint64_t id, opened;

	(void)unused;
	begin(&f, 1, 4, 1);
	rounds(&f, 1, "DD");
	id = newest(&f)->id;
	opened = id * 16 + TRANSITION_OPENED;
	tick(&f, 10000);
	accept(&f, opened, id, "watch");
	accept(&f, opened, id, "nobody");
	accept(&f, opened + 1, id, "noc");
	assert_int_equal(f.state->due[0].accepted, 0);
	accept(&f, opened, id, "noc");
	assert_int_equal(f.state->due[0].accepted, 1);
	accept(&f, opened, id, "noc");
	assert_int_equal(f.state->dues, 1);
	accept(&f, opened, id, "log");
	assert_int_equal(f.state->dues, 0);
	/* Bits follow channels by name when a reload moves them. */
	rounds(&f, 1, "UU");
	accept(&f, f.state->due[0].transition, id, "log");
	assert_int_equal(f.state->due[0].accepted, 2);
	f.world.plan->channel[0].name = "log";
	f.world.plan->channel[0].kind = "syslog";
	f.world.plan->channel[1].name = "noc";
	f.world.plan->channel[1].kind = "webhook";
	world_config(&f.world);
	fold(&f);
	assert_int_equal(f.state->due[0].accepted, 1);
	f.world.plan->channel[1].kind = "heartbeat";
	world_config(&f.world);
	fold(&f);
	assert_int_equal(f.state->dues, 0);
	end(&f);
}

static void
owed_notices_are_bounded(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin(&f, 1, 4, 1);
	rounds(&f, 1, "DD");
	id = newest(&f)->id;
	tick(&f, 10000);
	for (int i = 0; i < NOTICE_DUE_MAX + 50; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_OPERATOR, .role = ROLE_ENGINE,
			.operator = { .act = ACT_ACK, .incident = id,
				.author = bytes_of_text("akira") } });
	fold(&f);
	assert_int_equal(f.state->dues, NOTICE_DUE_MAX);
	assert_int_equal(f.state->dues_dropped, 51);
	end(&f);
}

static void
act(struct fixture *f, enum act what, uint64_t incident, const char *author)
{
	f->world.now_ms += 1000;
	world_put(&f->world, (struct record){ .kind = RECORD_OPERATOR, .role = ROLE_ENGINE,
		.operator = { .act = what, .uid = 1000, .author = bytes_of_text(author),
			.incident = incident, .text = hash_of(bytes_of_text("looking")) } });
	fold(f);
}

static void
people_acknowledge_and_note(void **unused)
{
	struct fixture f;
	struct incident *incident;
	const struct transition *last;

	(void)unused;
	begin(&f, 1, 4, 1);
	rounds(&f, 1, "DD");
	incident = newest(&f);
	act(&f, ACT_ACK, incident->id, "akira");
	assert_string_equal(incident->acked_by, "akira");
	assert_int_equal(incident->acked_seq, f.state->size - 1);
	assert_int_equal(owed(&f, incident->id, TRANSITION_ACKED), 0);
	tick(&f, 10000);
	act(&f, ACT_ACK, incident->id, "yuki");
	assert_string_equal(incident->acked_by, "akira");
	assert_int_equal(owed(&f, incident->id, TRANSITION_ACKED), 1);
	for (int i = 0; i < INCIDENT_NOTE_MAX; i++)
		act(&f, ACT_NOTE, incident->id, "yuki");
	assert_int_equal(incident->notes, INCIDENT_NOTE_MAX);
	assert_int_equal(incident->notes_total, INCIDENT_NOTE_MAX + 2);
	assert_true(hash_equal(incident->note[0].text, hash_of(bytes_of_text("looking"))));
	act(&f, ACT_NOTE, 99999, "yuki");
	last = &f.state->timeline[f.state->timelines - 1];
	assert_int_equal(last->kind, TRANSITION_NOTED);
	assert_int_equal(last->incident, 0);
	assert_string_equal(last->author, "yuki");
	act(&f, ACT_PRUNE, 0, "yuki");
	assert_int_equal(f.state->timeline[f.state->timelines - 1].kind, TRANSITION_NOTED);
	end(&f);
}

static void
targets_that_leave_are_not_waited_for(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin(&f, 2, 4, 1);
	rounds(&f, 8, "DD");
	id = newest(&f)->id;
	tick(&f, 10000);
	f.world.plan->targets = 7;
	world_config(&f.world);
	fold(&f);
	assert_int_not_equal(state_incident(f.state, id)->resolved_ms, 0);
	assert_int_equal(state_incident(f.state, id)->members, 0);
	assert_int_equal(owed(&f, id, TRANSITION_RESOLVED), 1);
	/* Sites change places: incidents keep theirs by name. */
	rounds(&f, 5, "DD");
	assert_int_equal(newest(&f)->site, 1);
	f.world.plan->site[0].name = "site1";
	f.world.plan->site[1].name = "elsewhere";
	world_config(&f.world);
	fold(&f);
	assert_int_equal(newest(&f)->site, 0);
	assert_int_equal(state_open_incidents(f.state), 1);
	end(&f);
}

/* More instances fail than incidents are kept: a storm takes the rest, and ends as others do. */
static void
a_storm_takes_the_rest(void **unused)
{
	struct fixture f;
	uint32_t instances = INCIDENT_MAX + 200, targets;
	struct incident *storm;

	(void)unused;
	begin(&f, 1, instances, 1);
	targets = f.world.plan->targets;
	/* DEGRADED makes no site incident. */
	for (uint32_t id = 1; id <= targets; id++) {
		world_see(&f.world, id, OUTCOME_DEGRADED);
		world_see(&f.world, id, OUTCOME_DEGRADED);
	}
	f.world.now_ms += 1;
	fold(&f);
	assert_int_equal(f.state->incidents, INCIDENT_MAX);
	storm = newest(&f);
	assert_int_equal(storm->scope, SCOPE_STORM);
	assert_int_equal(storm->members, targets - (INCIDENT_MAX - 1));
	assert_int_equal(storm->site, UINT32_MAX);
	/* One recovers: its incident is over and makes room, but the storm keeps its members. */
	rounds(&f, 1, "UU");
	rounds(&f, 2, "UUGG");
	assert_int_equal(newest(&f)->scope, SCOPE_INSTANCE);
	assert_true(f.state->incidents <= INCIDENT_MAX);
	for (uint32_t id = 1; id <= targets; id++) {
		world_see(&f.world, id, OUTCOME_UP);
		world_see(&f.world, id, OUTCOME_UP);
	}
	fold(&f);
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_and_resolves),
		cmocka_unit_test(a_short_one_is_never_told),
		cmocka_unit_test(a_site_absorbs_its_instances),
		cmocka_unit_test(a_site_absorbs_the_incident_of_the_last_one),
		cmocka_unit_test(one_of_two_is_no_site),
		cmocka_unit_test(worse_is_growth),
		cmocka_unit_test(the_unknown_keeps_it_open),
		cmocka_unit_test(notices_are_owed_until_accepted),
		cmocka_unit_test(owed_notices_are_bounded),
		cmocka_unit_test(people_acknowledge_and_note),
		cmocka_unit_test(targets_that_leave_are_not_waited_for),
		cmocka_unit_test(a_storm_takes_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
