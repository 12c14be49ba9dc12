/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a plan: refused in one sentence, or a plan that every question can be asked of. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* What is followed without looking: services of sets, vantages of targets. */
static void
follow(const struct plan *plan)
{
	uint64_t users = 0;

	for (uint32_t i = 0; i < plan->sets; i++)
		for (uint32_t k = 0; k < plan->set[i].serves; k++)
			check(plan->service[plan->set[i].serve[k].service].name[0] != '\0');
	for (uint32_t i = 0; i < plan->services; i++)
		for (uint32_t k = 0; k < plan->service[i].areas; k++) {
			check(users + plan->service[i].area[k].users >= users);
			users += plan->service[i].area[k].users;
		}
	for (uint32_t i = 0; i < plan->targets; i++) {
		const char *vantage = plan->target[i].vantage;
		bool found = vantage[0] == '\0';

		for (uint32_t k = 0; k < plan->vantage_count; k++)
			found = found || strcmp(plan->vantages[k].name, vantage) == 0;
		check(found && plan->target[i].endpoint[0] != '\0');
	}
}

static void
ask(const struct plan *plan)
{
	struct buffer key = { 0 };

	for (uint32_t i = 0; i < plan->instances; i++)
		check(plan->site[plan->instance[i].site].name[0] != '\0');
	for (uint32_t i = 0; i < plan->targets; i++) {
		const struct plan_target *target = &plan->target[i];

		buffer_reset(&key);
		plan_target_key(&key, plan, target);
		check(plan_worker_of(plan, target->id) < plan->workers);
		check(target->id == 0 || plan_target_by_id(plan, target->id) == target);
		check(plan_option(target, "port", NULL) == NULL || target->options > 0);
		check(plan_explicit_rounds(target) < PLAN_WINDOW_MAX);
		check(function_name(plan->instance[target->instance].function) != NULL);
	}
	buffer_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
	struct buffer first = { 0 }, second = { 0 };
	struct plan *plan, *again;
	struct why why = { .err = ERR_OK };
	enum err err = plan_decode(bytes_of(octets, len), &plan, &why);

	if (err != ERR_OK) {
		check(plan == NULL && why.err == err && why.text[0] != '\0');
		return 0;
	}
	ask(plan);
	follow(plan);
	plan_encode(&first, plan);
	check(plan_decode(bytes_of_buffer(&first), &again, &why) == ERR_OK);
	plan_encode(&second, again);
	check(bytes_equal(bytes_of_buffer(&first), bytes_of_buffer(&second)));
	plan_free(plan);
	plan_free(again);
	buffer_free(&first);
	buffer_free(&second);
	return 0;
}
