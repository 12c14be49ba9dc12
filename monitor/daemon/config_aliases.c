/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What alarms may call an instance: its name, its aliases, its id at the NRF.  None may mean two
 * instances, or an alarm would be about neither.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

/* RFC 4122 as TS 29.571 writes it: 8-4-4-4-12 hexadecimal digits. */
static bool
is_uuid(const char *text)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return text[36] == '\0';
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct config_name *)a)->name, ((const struct config_name *)b)->name);
}

static const struct config_name *
find(const struct config_name *sorted, size_t count, const char *name)
{
	const struct config_name key = { .name = name };

	return count > 0 ? bsearch(&key, sorted, count, sizeof(*sorted), by_name) : NULL;
}

/* Appends the aliases of one instance; those it repeats itself do no harm. */
static size_t
aliases_of(struct config_reader *reader, const struct plan_instance *instance, unsigned line,
    struct config_name *out)
{
	const char *at = instance->aliases;
	size_t count = 0;

	while (at != NULL && *at != '\0') {
		const char *alias = plan_text(reader->plan, config_part_next(&at));
		bool again = strcmp(alias, instance->name) == 0;

		for (size_t i = 0; i < count; i++)
			again = again || strcmp(out[i].name, alias) == 0;
		if (alias[0] == '\0')
			config_fault(reader, line, "there is nothing between two commas of the "
			    "aliases of \"%.100s\"", instance->name);
		else if (!again)
			out[count++] = (struct config_name){ alias, line };
	}
	return count;
}

static void
check_ids(struct config_reader *reader, const struct config_name *names)
{
	const struct plan *plan = reader->plan;
	struct config_name *ids = memory_new(plan->instances, sizeof(*ids));
	size_t count = 0;

	for (uint32_t i = 0; i < plan->instances; i++) {
		const char *id = plan->instance[i].nf_instance_id;

		if (id[0] == '\0')
			continue;
		if (!is_uuid(id))
			config_fault(reader, names[i].line, "nf_instance_id \"%s\" of \"%.100s\" "
			    "is not a UUID", id, plan->instance[i].name);
		ids[count++] = (struct config_name){ id, names[i].line };
	}
	config_names_unique(reader, ids, count, "nf_instance_id");
	free(ids);
}

void
config_aliases_check(struct config_reader *reader, const struct config_name *names)
{
	const struct plan *plan = reader->plan;
	struct config_name *sorted = memory_new(plan->instances, sizeof(*sorted)), *aliases;
	size_t most = 0, count = 0;

	if (plan->instances > 0)
		memcpy(sorted, names, plan->instances * sizeof(*sorted));
	qsort(sorted, plan->instances, sizeof(*sorted), by_name);
	for (uint32_t i = 0; i < plan->instances; i++)
		most += strlen(plan->instance[i].aliases) / 2 + 1;
	aliases = memory_new(most, sizeof(*aliases));
	for (uint32_t i = 0; i < plan->instances; i++)
		count += aliases_of(reader, &plan->instance[i], names[i].line, &aliases[count]);
	for (size_t i = 0; i < count; i++) {
		const struct config_name *other = find(sorted, plan->instances, aliases[i].name);

		if (other != NULL)
			config_fault(reader, aliases[i].line, "the alias \"%.100s\" is the name of "
			    "the instance in line %u", aliases[i].name, other->line);
	}
	config_names_unique(reader, aliases, count, "alias");
	check_ids(reader, names);
	free(aliases);
	free(sorted);
}
