/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random incidents against what must always hold: a plain second judge agrees on every pair; more
 * users, longer or later never loses a duty; cutting steps changes nothing; and between now and
 * the next moment no answer changes.
 */
#include <stdio.h>

#include "tests/unit/duty_world.h"

enum { ROUNDS = 20000 };

static uint64_t seed = 88172645463325252u;

static uint64_t
draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* Times that meet each other often: quarters of an hour, sometimes a moment beside. */
static int64_t
draw_time(void)
{
	int64_t quarters = (int64_t)draw(14) * 15 * MINUTE;

	return quarters + (draw(4) == 0 && quarters > 0 ? (int64_t)draw(3) - 1 : 0);
}

static uint64_t
draw_users(void)
{
	static const uint64_t some[] = { 0, 1, 14999, 15000, 29999, 30000, 50000, 99999, 100000,
		500000, 999999, 1000000 };

	return some[draw(COUNT(some))];
}

static void
draw_service(struct world *world)
{
	struct duty_service *service = world_service(world, (enum duty_class)draw(DUTY_CLASSES));
	uint64_t steps = 1 + draw(4);
	int64_t after = 0;

	service->apart = draw(3) == 0;
	service->addon = draw(8) == 0;
	service->prefectures = (uint32_t)draw(4);
	for (uint64_t i = 0; i < steps; i++) {
		struct duty_step *step = world_step(world, after, draw_users());

		step->degraded = draw(3) == 0 ? draw_users() : 0;
		step->distinct = draw(3) == 0 ? draw_users() : 0;
		step->unknown = draw(8) == 0;
		step->all_traffic = (enum duty_answer)draw(4);
		after += draw_time() + 1;
	}
}

static void
draw_world(struct world *world, uint64_t services)
{
	world_start(world, draw(2) == 0 ? "2026-03-31 20:00" : "2026-11-28 09:00");
	for (uint64_t i = 0; i < services; i++)
		draw_service(world);
	if (draw(2) == 0)
		world->in.restored_ms = world->in.occurred_ms + draw_time() + 1;
	world->in.carrier.users_before = (int64_t)draw(2) * 30000;
	world->in.carrier.public_corporation = (enum duty_answer)draw(4);
	world->in.carrier.designated_27_5 = (enum duty_answer)draw(4);
	world->in.carrier.infrastructure = (enum duty_answer)draw(4);
	for (unsigned i = 0; i < DUTY_CONDITIONS; i++)
		world->in.near[i].answer = (enum duty_answer)draw(4);
	world->in.near_known_ms = world->in.occurred_ms + draw_time() + 1;
	world->in.secrecy.answer = (enum duty_answer)draw(4);
	world->in.secrecy_known_ms = world->in.occurred_ms + draw_time() + 1;
	world->in.user_data.answer = (enum duty_answer)draw(4);
	world->in.user_data_persons = (int64_t)draw(4) * 501 - 1;
	world->in.foreign.answer = (enum duty_answer)draw(4);
	world->in.restriction.answer = (enum duty_answer)draw(4);
	world->in.restricted_ms = world->in.occurred_ms + draw_time() + 1;
	world->in.restricted_users = (int64_t)draw(3) * 15001 - 1;
	if (draw(2) == 0)
		world->in.unrestricted_ms = world->in.restricted_ms + draw_time() + 1;
	world->in.intrusion.answer = (enum duty_answer)draw(4);
}

static void
judge(const struct world *world, int64_t now_ms, struct duty_verdict *out)
{
	struct why why = { .err = ERR_OK };

	if (duty_judge(rules, &world->in, now_ms, out, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* --- a second judge ----------------------------------------------------------------------- */

/* The step that holds at a moment; NULL before the first and after the end. */
static const struct duty_step *
holds(const struct world *world, int64_t t)
{
	const struct duty_service *service = &world->service[0];
	const struct duty_step *step = NULL;

	for (uint32_t i = 0; i < service->steps; i++)
		if (service->step[i].at_ms <= t)
			step = &service->step[i];
	return world->in.restored_ms != 0 && t >= world->in.restored_ms ? NULL : step;
}

static bool
hit_at(const struct world *world, int64_t t)
{
	const struct duty_step *step = holds(world, t);

	return step != NULL && (step->stopped + step->degraded > 0 || step->unknown ||
	    step->all_traffic == DUTY_SAYS_YES);
}

/* Whether the pair is there at t, from nothing but the words in duty.h. */
static bool
pair_at(const struct world *world, const struct duty_threshold *pair, int64_t t)
{
	const struct duty_service *service = &world->service[0];
	int64_t first = -1, span = 0;
	uint64_t distinct = 0;

	for (uint32_t i = 0; i < service->steps; i++) {
		const struct duty_step *step = &service->step[i];
		int64_t end = i + 1 < service->steps ? step[1].at_ms : INT64_MAX;
		uint64_t users = step->stopped + step->degraded;

		if (step->at_ms > t || (world->in.restored_ms != 0 &&
		    step->at_ms >= world->in.restored_ms))
			break;
		if (end == step->at_ms)		/* replaced at its own moment */
			continue;
		distinct = users > distinct ? users : distinct;
		distinct = step->distinct > distinct ? step->distinct : distinct;
		if (!hit_at(world, step->at_ms))
			continue;
		first = first < 0 ? step->at_ms : first;
		if (world->in.restored_ms != 0 && end > world->in.restored_ms)
			end = world->in.restored_ms;
		span = (end < t ? end : t) - first;
	}
	return first >= 0 && span >= pair->span_ms && distinct >= pair->users;
}

/* Everything that can be first true is so at a step, or a span after one. */
static int64_t
first_true(const struct world *world, const struct duty_threshold *pair, int64_t now)
{
	const struct duty_service *service = &world->service[0];
	int64_t first = 0;

	for (uint32_t i = 0; i < 2 * service->steps; i++) {
		int64_t t = service->step[i / 2].at_ms + (i % 2 == 0 ? 0 : pair->span_ms);

		if (t <= now && (first == 0 || t < first) && pair_at(world, pair, t))
			first = t;
	}
	return first;
}

static void
agrees_with_the_plain_definition(void **unused)
{
	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct world world;
		int64_t now;

		draw_world(&world, 1);
		if (world.service[0].addon || world.service[0].class == DUTY_CLASS_SAT_SUBSEA)
			continue;
		now = world.in.occurred_ms + draw_time() * 3;
		judge(&world, now, &world.out);
		for (uint32_t i = 0; i < world.out.pairs && now >= world.in.occurred_ms; i++) {
			const struct duty_pair *pair = &world.out.pair[i];
			int64_t first = first_true(&world, pair->threshold, now);

			if ((pair->standing == DUTY_REACHED) != (first != 0))
				fail_msg("round %u, pair %u: %s, first true at %lld", round, i,
				    duty_standing_name(pair->standing), (long long)first);
			assert_true(pair->reached_ms == first);
		}
	}
}

/* --- more never loses --------------------------------------------------------------------- */

static bool
is_due(const struct duty *duty)
{
	return duty->standing == DUTY_REACHED || duty->standing == DUTY_SUPERSEDED;
}

/* For a failure: the incident as it was drawn, in milliseconds after it occurred. */
static void
world_show(const struct world *world, int64_t now_ms)
{
	int64_t start = world->in.occurred_ms;

	print_message("now %lld, restored %lld\n", (long long)(now_ms - start),
	    (long long)(world->in.restored_ms == 0 ? 0 : world->in.restored_ms - start));
	for (uint32_t i = 0; i < world->in.services; i++)
		for (uint32_t k = 0; k < world->service[i].steps; k++) {
			const struct duty_step *step = &world->step[i][k];

			print_message("%s%s%s: at %lld, %llu and %llu, distinct %llu%s, traffic %s\n",
			    duty_class_name(world->service[i].class),
			    world->service[i].apart ? ", apart" : "",
			    world->service[i].addon ? ", add-on" : "",
			    (long long)(step->at_ms - start), (unsigned long long)step->stopped,
			    (unsigned long long)step->degraded, (unsigned long long)step->distinct,
			    step->unknown ? ", unknown" : "", duty_answer_name(step->all_traffic));
		}
}

static void
expect_kept(const struct world *world, const struct duty_verdict *before,
    const struct duty_verdict *after, const char *what, unsigned round)
{
	for (uint32_t i = 0; i < before->duties; i++) {
		const struct duty *a = &before->duty[i], *b = &after->duty[i];

		if (is_due(a) && (!is_due(b) || b->reached_ms > a->reached_ms))
			world_show(world, before->now_ms);
		if (is_due(a) && !is_due(b))
			fail_msg("round %u, %s: %s was due and is %s", round, what, a->rule->id,
			    duty_standing_name(b->standing));
		if (is_due(a) && b->reached_ms > a->reached_ms)
			fail_msg("round %u, %s: %s became due later", round, what, a->rule->id);
	}
}

static void
more_never_loses(void **unused)
{
	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct duty_verdict before, after;
		struct duty_step *step;
		struct world world;
		uint32_t service;
		int64_t now;

		draw_world(&world, 1 + draw(3));
		now = world.in.occurred_ms + draw_time() * 2;
		judge(&world, now, &before);
		judge(&world, now + draw_time() * 2 + 1, &after);
		expect_kept(&world, &before, &after, "later", round);
		service = (uint32_t)draw(world.in.services);
		step = &world.step[service][draw(world.service[service].steps)];
		step->stopped += draw_users() + 1;
		judge(&world, now, &after);
		expect_kept(&world, &before, &after, "more users", round);
		world.in.restored_ms = 0;
		judge(&world, now, &after);
		expect_kept(&world, &before, &after, "not restored", round);
	}
}

/* --- cuts --------------------------------------------------------------------------------- */

/* The same incident with one step written as two. */
static bool
cut(struct world *world, uint32_t service, uint32_t at_step)
{
	struct duty_step *step = world->step[service];
	uint32_t steps = world->service[service].steps;
	int64_t end = at_step + 1 < steps ? step[at_step + 1].at_ms : step[at_step].at_ms + DAY;
	int64_t len = end - step[at_step].at_ms;

	if (steps == WORLD_STEPS || len <= 0)
		return false;
	memmove(&step[at_step + 1], &step[at_step], (steps - at_step) * sizeof(*step));
	step[at_step + 1].at_ms += (int64_t)draw((uint64_t)len);
	world->service[service].steps++;
	return true;
}

static void
expect_same(const struct world *world, const struct duty_verdict *a, const struct duty_verdict *b,
    const char *what, unsigned round)
{
	assert_int_equal(a->duties, b->duties);
	for (uint32_t i = 0; i < a->duties; i++) {
		const struct duty *x = &a->duty[i], *y = &b->duty[i];

		if (x->standing != y->standing || x->why != y->why || x->pair != y->pair ||
		    x->reached_ms != y->reached_ms || x->reach_at_ms != y->reach_at_ms ||
		    x->draft_ms != y->draft_ms || x->escalate_ms != y->escalate_ms ||
		    x->due_ms != y->due_ms || x->notice_next_ms != y->notice_next_ms ||
		    x->condition != y->condition) {
			world_show(world, a->now_ms);
			fail_msg("round %u, %s: %s is %s, then %s", round, what, x->rule->id,
			    duty_standing_name(x->standing), duty_standing_name(y->standing));
		}
	}
	assert_int_equal(a->pairs, b->pairs);
	for (uint32_t i = 0; i < a->pairs; i++) {
		assert_int_equal(a->pair[i].standing, b->pair[i].standing);
		assert_true(a->pair[i].reached_ms == b->pair[i].reached_ms);
		assert_true(a->pair[i].reach_at_ms == b->pair[i].reach_at_ms);
	}
}

static void
cuts_change_nothing(void **unused)
{
	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct duty_verdict before, after;
		struct world world;
		uint32_t service;
		int64_t now;

		draw_world(&world, 1 + draw(3));
		now = world.in.occurred_ms + draw_time() * 3;
		judge(&world, now, &before);
		judge(&world, now, &after);
		expect_same(&world, &before, &after, "again", round);
		service = (uint32_t)draw(world.in.services);
		if (!cut(&world, service, (uint32_t)draw(world.service[service].steps)))
			continue;
		judge(&world, now, &after);
		expect_same(&world, &before, &after, "cut", round);
	}
}

/* --- the next moment ---------------------------------------------------------------------- */

/* A caller that sleeps until next_ms misses nothing. */
static void
nothing_changes_before_next(void **unused)
{
	unsigned moments = 0;

	(void)unused;
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		struct world world;
		int64_t now;

		draw_world(&world, 1 + draw(3));
		now = world.in.occurred_ms + draw_time();
		for (unsigned step = 0; step < 12; step++, moments++) {
			struct duty_verdict before, after;
			int64_t len;

			judge(&world, now, &before);
			assert_true(before.next_ms > now);
			len = before.next_ms == DUTY_NEVER ? 4000 * DAY : before.next_ms - now;
			judge(&world, now + len - 1, &after);
			expect_same(&world, &before, &after, "before the next moment", round);
			judge(&world, now + (int64_t)draw((uint64_t)len), &after);
			expect_same(&world, &before, &after, "on the way", round);
			assert_true(after.next_ms == before.next_ms);
			if (before.next_ms == DUTY_NEVER)
				break;
			now = before.next_ms;
		}
	}
	print_message("%u moments\n", moments);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_plain_definition),
		cmocka_unit_test(more_never_loses),
		cmocka_unit_test(cuts_change_nothing),
		cmocka_unit_test(nothing_changes_before_next),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
