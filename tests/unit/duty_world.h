/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases for the duty engine: the rules as shipped, times as people write them, and an incident of
 * one service to start from.
 */
#ifndef TESTS_UNIT_DUTY_WORLD_H
#define TESTS_UNIT_DUTY_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/state/duty.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MINUTE INT64_C(60000)
#define HOUR   INT64_C(3600000)
#define DAY    INT64_C(86400000)

enum { WORLD_SERVICES = 4, WORLD_STEPS = 8 };

struct world {
	struct duty_case    in;
	struct duty_service service[WORLD_SERVICES];
	struct duty_step    step[WORLD_SERVICES][WORLD_STEPS];
	struct duty_verdict out;
};

static struct duty_rules *rules;

static inline struct duty_rules *
shipped_rules(void)
{
	struct why why = { .err = ERR_OK };
	struct buffer octets = { 0 };
	struct duty_rules *out = NULL;

	if (file_read("monitor/state/duties/jp-telecom.duty", CONFIG_MAX, &octets, &why) !=
	    ERR_OK || duty_rules_read("jp-telecom.duty", bytes_of_buffer(&octets), &out, &why) !=
	    ERR_OK)
		fail_msg("%s", why.text);
	buffer_free(&octets);
	return out;
}

static inline int
rules_open(void **unused)
{
	(void)unused;
	rules = shipped_rules();
	return 0;
}

static inline int
rules_close(void **unused)
{
	(void)unused;
	duty_rules_free(rules);
	return 0;
}

/* "2026-11-28 09:00" in JST. */
static inline int64_t
at(const char *text)
{
	int64_t ms = 0;

	if (time_read(text, 0, &ms, NULL) != ERR_OK)
		fail_msg("no time: %s", text);
	return ms;
}

/* An incident of nothing yet, of a carrier that is nothing in particular. */
static inline void
world_start(struct world *world, const char *occurred)
{
	*world = (struct world){ .in = { .service = world->service,
	    .carrier = { .users_before = -1, .users_first = -1, .users_last = -1 },
	    .user_data_persons = -1, .restricted_users = -1 } };
	world->in.occurred_ms = at(occurred);
	world->in.known_ms = world->in.occurred_ms;
}

static inline struct duty_service *
world_service(struct world *world, enum duty_class class)
{
	struct duty_service *service = &world->service[world->in.services];

	assert_true(world->in.services < WORLD_SERVICES);
	*service = (struct duty_service){ .name = "service", .class = class, .prefectures = 47,
	    .step = world->step[world->in.services++] };
	return service;
}

/* From so long after the occurrence so many users are without the newest service. */
static inline struct duty_step *
world_step(struct world *world, int64_t after_ms, uint64_t stopped)
{
	uint32_t last = world->in.services - 1;
	struct duty_service *service = &world->service[last];
	struct duty_step *step = &world->step[last][service->steps++];

	assert_true(service->steps <= WORLD_STEPS);
	*step = (struct duty_step){ .at_ms = world->in.occurred_ms + after_ms, .stopped = stopped };
	return step;
}

static inline void
world_judge(struct world *world, int64_t now_ms)
{
	struct why why = { .err = ERR_OK };

	if (duty_judge(rules, &world->in, now_ms, &world->out, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* The duty so long after the occurrence. */
static inline const struct duty *
world_duty(struct world *world, int64_t after_ms, const char *id)
{
	const struct duty *duty;

	world_judge(world, world->in.occurred_ms + after_ms);
	duty = duty_find(&world->out, id);
	assert_non_null(duty);
	return duty;
}

static inline void
expect_standing(const struct duty *duty, enum duty_standing standing, const char *what)
{
	if (duty->standing != standing)
		fail_msg("%s: %s is %s (%s), not %s", what, duty->rule->id,
		    duty_standing_name(duty->standing), duty_why_text(duty->why),
		    duty_standing_name(standing));
}

static inline void
expect_time(int64_t got, int64_t wanted, const char *what)
{
	char a[TIME_TEXT], b[TIME_TEXT];

	time_jst(got, a);
	time_jst(wanted, b);
	if (got != wanted)
		fail_msg("%s: %s, not %s", what, a, b);
}

#endif
