/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other parts of the configuration tell a probe.  What an NRF must list: targets that read one
 * are told the ids of all instances, so that what is registered and not configured, or configured
 * and not registered, becomes a fact.  Which keys of a token are used: a target that audits a
 * token is told the keys of all targets on it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Options ascend by name; one that is there gets the new value. */
static void
option_put(struct plan *plan, struct plan_target *target, const char *name, const char *value)
{
	struct plan_option *option = plan_array(plan, (size_t)target->options + 1, sizeof(*option));
	uint32_t at = 0;

	while (at < target->options && strcmp(target->option[at].name, name) < 0)
		at++;
	if (at < target->options && strcmp(target->option[at].name, name) == 0) {
		target->option[at].value = value;
		return;
	}
	if (at > 0)
		memcpy(option, target->option, at * sizeof(*option));
	option[at] = (struct plan_option){ .name = name, .value = value };
	if (at < target->options)
		memcpy(option + at + 1, target->option + at,
		    (target->options - at) * sizeof(*option));
	target->option = option;
	target->options++;
}

/* --- keys of a token ---------------------------------------------------------------------- */

static bool
audits(const struct plan_target *target)
{
	return strcmp(target->probe, "token") == 0 &&
	    strcmp(plan_option(target, "audit", "false"), "true") == 0;
}

static bool
option_fits(const struct plan_target *a, const struct plan_target *b, const char *name)
{
	const char *x = plan_option(a, name, ""), *y = plan_option(b, name, "");

	return x[0] == '\0' || y[0] == '\0' || strcmp(x, y) == 0;
}

/* Two ways to name one token: by label, by serial number; what both name must be the same. */
static bool
same_token(const struct plan_target *a, const struct plan_target *b)
{
	return strcmp(b->probe, "token") == 0 && option_fits(a, b, "module") &&
	    option_fits(a, b, "token") && option_fits(a, b, "serial");
}

static void
use_put(struct buffer *out, const char *id, const char *label)
{
	if (id[0] == '\0' && label[0] == '\0')
		return;
	if (out->len > 0)
		buffer_put_u8(out, ',');
	buffer_put_text(out, id[0] != '\0' ? "id=" : "label=");
	buffer_put_text(out, id[0] != '\0' ? id : label);
}

/* More than fit are left out: keys are then called unused that are not, which somebody looks at. */
static void
uses_fill(struct plan *plan, struct plan_target *target)
{
	struct buffer uses = { .max = 0 };

	buffer_put_text(&uses, plan_option(target, "used", ""));
	for (uint32_t i = 0; i < plan->targets && uses.len < EXPECT_MAX; i++) {
		size_t before = uses.len;

		if (!same_token(target, &plan->target[i]))
			continue;
		use_put(&uses, plan_option(&plan->target[i], "key_id", ""),
		    plan_option(&plan->target[i], "key", ""));
		if (uses.len > EXPECT_MAX)
			uses.len = before;
	}
	option_put(plan, target, "used", plan_text(plan, bytes_of_buffer(&uses)));
	buffer_free(&uses);
}

/* --- names of wires ------------------------------------------------------------------------ */

static int
compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The next name of a list with commas and blanks, copied; false at its end. */
static bool
name_next(const char **at, char out[PATH_TEXT_MAX])
{
	size_t len, whole;

	*at += strspn(*at, ", ");
	len = whole = strcspn(*at, ",");
	while (len > 0 && (*at)[len - 1] == ' ')
		len--;
	snprintf(out, PATH_TEXT_MAX, "%.*s", (int)len, *at);
	*at += whole;
	return len > 0;
}

void
config_wires_check(struct config_reader *reader, const struct config_name *line)
{
	const struct plan *plan = reader->plan;
	const char **names = memory_new(plan->targets + 1, sizeof(*names));
	char name[PATH_TEXT_MAX];
	const char *wanted = name;

	for (uint32_t i = 0; i < plan->targets; i++)
		names[i] = plan->target[i].name;
	qsort(names, plan->targets, sizeof(*names), compare_texts);
	for (uint32_t i = 0; i < plan->targets; i++)
		for (const char *at = plan_option(&plan->target[i], "wire", "");
		    name_next(&at, name);)
			if (bsearch(&wanted, names, plan->targets, sizeof(*names),
			    compare_texts) == NULL)
				config_fault(reader, line[i].line, "\"%s\" names the wire "
				    "\"%.100s\", and there is no such target: its key could "
				    "never be compared", plan->target[i].name, name);
	free(names);
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
			option_put(plan, &plan->target[i], "expect", value);
	for (uint32_t i = 0; i < plan->targets; i++)
		if (audits(&plan->target[i]) && plan->target[i].options < OPTION_MAX)
			uses_fill(plan, &plan->target[i]);
	buffer_free(&ids);
}
