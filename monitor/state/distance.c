/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds against the tables of vantages: comparisons of whole kilometres, nothing else. */
#include <string.h>

#include "monitor/ledger/facts.h"
#include "monitor/state/distance.h"

bool
distance_fact(struct bytes facts, enum distance_of of, int64_t *km)
{
	return fact_int(facts, of == DISTANCE_KEY ? FACT_BOUND_SIGNED_KM : FACT_BOUND_KM, km) &&
	    *km >= 0;
}

const struct plan_reach *
distance_reaches(const struct plan *plan, const char *vantage, uint32_t *count)
{
	*count = 0;
	if (vantage[0] == '\0' || strcmp(vantage, plan->vantage) == 0) {
		*count = plan->reaches;
		return plan->reaches > 0 ? plan->reach : NULL;
	}
	for (uint32_t i = 0; i < plan->vantage_count; i++) {
		const struct plan_vantage *one = &plan->vantages[i];

		if (strcmp(one->name, vantage) != 0 || one->reaches == 0)
			continue;
		*count = one->reaches;
		return one->reach;
	}
	return NULL;
}

static const struct plan_reach *
reach_find(const struct plan_reach *reach, uint32_t count, const char *country)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(reach[middle].country, country);

		if (order == 0)
			return &reach[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
distance_excludes(const struct plan *plan, const struct distance_bound *bound,
    const char *country)
{
	uint32_t count;
	const struct plan_reach *reach = distance_reaches(plan, bound->vantage, &count);

	reach = reach != NULL ? reach_find(reach, count, country) : NULL;
	return reach != NULL && bound->km >= 0 && (int64_t)reach->km > bound->km;
}

/* All tables are made from one file, so that each names the same countries; a plan of elsewhere
 * may differ, and then the first one's are asked about. */
static uint32_t
countries_put(const struct plan *plan, const struct distance_bound *bound, uint32_t bounds,
    bool excluded, struct buffer *out)
{
	const struct plan_reach *reach = NULL;
	uint32_t count = 0, put = 0;

	for (uint32_t i = 0; i < bounds && reach == NULL; i++)
		reach = distance_reaches(plan, bound[i].vantage, &count);
	for (uint32_t i = 0; i < count; i++) {
		bool out_of_reach = false;

		for (uint32_t k = 0; k < bounds && !out_of_reach; k++)
			out_of_reach = distance_excludes(plan, &bound[k], reach[i].country);
		if (out_of_reach != excluded)
			continue;
		buffer_print(out, "%s%s", put > 0 ? "," : "", reach[i].country);
		put++;
	}
	return put;
}

uint32_t
distance_excluded(const struct plan *plan, const struct distance_bound *bound, uint32_t bounds,
    struct buffer *out)
{
	return countries_put(plan, bound, bounds, true, out);
}

uint32_t
distance_left(const struct plan *plan, const struct distance_bound *bound, uint32_t bounds,
    struct buffer *out)
{
	return countries_put(plan, bound, bounds, false, out);
}
