/* SPDX-License-Identifier: Apache-2.0 */
/* The table of probes. */
#include <string.h>

#include "probes/probe.h"

static const struct probe_ops *const probes[] = {
#define PROBE(name) &probe_##name,
#include "probes/probe_list.h"
};

const struct probe_ops *
probe_find(const char *name)
{
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (strcmp(probes[i]->name, name) == 0)
			return probes[i];
	return NULL;
}

bool
probe_is_deep(const char *name)
{
	static const char *const ends[] = { "-deep", "-refusal" };
	size_t len = strlen(name);

	if (strcmp(name, "distance") == 0)
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len > strlen(ends[i]) && strcmp(name + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

const struct probe_ops *const *
probe_table(size_t *count)
{
	*count = sizeof(probes) / sizeof(probes[0]);
	return probes;
}
