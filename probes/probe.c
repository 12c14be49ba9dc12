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

const struct probe_ops *const *
probe_table(size_t *count)
{
	*count = sizeof(probes) / sizeof(probes[0]);
	return probes;
}
