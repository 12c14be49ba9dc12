/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an NRF must list: targets that read one are told the ids of all instances, so that what is
 * registered and not configured, or configured and not registered, becomes a fact.
 */
#include <ctype.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

enum { EXPECT_MAX = 4095 };		/* octets of the option, as the probe has it */

static bool
reads_nrf(const struct plan_target *target)
{
	return strcmp(target->probe, "sbi") == 0 &&
	    strcmp(plan_option(target, "nf", ""), "nrf") == 0 &&
	    plan_option(target, "expect", NULL) == NULL;
}

/* In the order of instances, lower case, with commas; more than fit are no list at all. */
static bool
ids_of(const struct plan *plan, struct buffer *out)
{
	for (uint32_t i = 0; i < plan->instances; i++) {
		const char *id = plan->instance[i].nf_instance_id;

		if (id[0] == '\0')
			continue;
		if (out->len > 0)
			buffer_put_u8(out, ',');
		for (; *id != '\0'; id++)
			buffer_put_u8(out, (uint8_t)tolower((unsigned char)*id));
	}
	return out->len > 0 && out->len <= EXPECT_MAX;
}

/* Options ascend by name. */
static void
option_add(struct plan *plan, struct plan_target *target, const char *name, const char *value)
{
	struct plan_option *option = plan_array(plan, (size_t)target->options + 1, sizeof(*option));
	uint32_t at = 0;

	while (at < target->options && strcmp(target->option[at].name, name) < 0)
		at++;
	if (at > 0)
		memcpy(option, target->option, at * sizeof(*option));
	option[at] = (struct plan_option){ .name = name, .value = value };
	if (at < target->options)
		memcpy(option + at + 1, target->option + at,
		    (target->options - at) * sizeof(*option));
	target->option = option;
	target->options++;
}

void
config_expect_fill(struct config_reader *reader)
{
	struct plan *plan = reader->plan;
	struct buffer ids = { .max = 0 };
	const char *value = NULL;

	if (ids_of(plan, &ids))
		value = plan_text(plan, bytes_of_buffer(&ids));
	for (uint32_t i = 0; value != NULL && i < plan->targets; i++)
		if (reads_nrf(&plan->target[i]) && plan->target[i].options < OPTION_MAX)
			option_add(plan, &plan->target[i], "expect", value);
	buffer_free(&ids);
}
