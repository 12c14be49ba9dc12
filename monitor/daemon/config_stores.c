/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores, nested in their instances, and exceptions from where data may be.  What is asked of a
 * set of copies may stand in any of its stores, but two of them must not ask different things.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/state/recovery.h"

void
config_store_read(struct config_reader *reader, const struct conf_node *entry, uint32_t instance,
    struct plan_store *store)
{
	struct config_group group;
	const char *site;

	config_group_read(reader, entry, config_store_rows, &group);
	config_group_unknown(reader, entry, config_store_rows, NULL, "targets at_rest");
	*store = (struct plan_store){ .name = config_group_text(&group, "name"),
		.instance = instance, .site = reader->plan->instance[instance].site,
		.data = config_data(reader, &group),
		.resource = config_group_text(&group, "resource"),
		.set = config_group_text(&group, "set"),
		.rpo_ms = config_group_number(&group, "rpo"),
		.rto_ms = config_group_number(&group, "rto"),
		.copies = (uint32_t)config_group_number(&group, "copies"),
		.regions = (uint32_t)config_group_number(&group, "regions"),
		.synchronous = config_group_flag(&group, "synchronous"),
		.lag_ms = config_group_number(&group, "lag"),
		.takeover_ms = config_group_number(&group, "takeover") };
	config_rest_read(reader, entry, store);
	store->title = config_group_either(&group, "title", store->name);
	store->title_ja = config_group_either(&group, "title_ja", store->title);
	site = config_group_text(&group, "site");
	if (site[0] != '\0') {
		store->site = config_site_find(reader->plan, site);
		if (store->site == UINT32_MAX)
			config_fault(reader, config_group_line(&group, "site"), "there is no site "
			    "\"%.100s\"; add it to sites", site);
	}
	if (store->synchronous && store->lag_ms > 0)
		config_fault(reader, config_group_line(&group, "lag"), "a synchronous copy is "
		    "never behind: give lag or synchronous");
	for (const char *const *row = (const char *const[]){ "rpo", "rto", "copies", "regions",
	    NULL }; *row != NULL && store->set[0] == '\0'; row++)
		if (config_group_number(&group, *row) > 0)
			config_fault(reader, config_group_line(&group, *row), "%s is asked of a "
			    "set of copies, and this store names none; add set", *row);
}

/* Sorted by set; stores of none are first. */
static int
by_set(const void *a, const void *b)
{
	const struct plan_store *const *x = a, *const *y = b;

	return strcmp((*x)->set, (*y)->set);
}

static bool
differ(int64_t a, int64_t b)
{
	return a > 0 && b > 0 && a != b;
}

static const char *
difference(const struct plan_store *a, const struct plan_store *b)
{
	return differ(a->rpo_ms, b->rpo_ms) ? "rpo" : differ(a->rto_ms, b->rto_ms) ? "rto" :
	    differ(a->copies, b->copies) ? "copies" :
	    differ(a->regions, b->regions) ? "regions" :
	    a->data != b->data ? "data" : NULL;
}

void
config_stores_check(struct config_reader *reader, const struct config_name *names)
{
	const struct plan *plan = reader->plan;
	const struct plan_store **sorted = memory_new(plan->stores + 1, sizeof(*sorted));

	for (uint32_t i = 0; i < plan->stores; i++)
		sorted[i] = &plan->store[i];
	if (plan->stores > 0)
		qsort(sorted, plan->stores, sizeof(*sorted), by_set);
	for (uint32_t first = 0, i = 0; i < plan->stores; i++) {
		const char *what;

		if (strcmp(sorted[first]->set, sorted[i]->set) != 0)
			first = i;
		if (sorted[i]->set[0] == '\0')
			continue;
		if (i - first == RECOVERY_COPIES)
			config_fault(reader, names[sorted[i] - plan->store].line, "the set \"%s\" "
			    "has more than %d copies", sorted[i]->set, RECOVERY_COPIES);
		if (i - first >= RECOVERY_COPIES)
			continue;
		/* What the first does not say may still differ between two others. */
		for (uint32_t other = first; other < i; other++) {
			what = difference(sorted[other], sorted[i]);
			if (what == NULL)
				continue;
			config_fault(reader, names[sorted[i] - plan->store].line, "%s of the "
			    "stores \"%s\" and \"%s\" differ, and both are copies in the set "
			    "\"%s\"", what, sorted[other]->name, sorted[i]->name, sorted[i]->set);
			break;
		}
	}
	free(sorted);
}

static void
read_exception(struct config_reader *reader, const struct config_group *group,
    struct plan_exception *exception)
{
	*exception = (struct plan_exception){ .name = config_group_text(group, "name"),
		.data = config_data(reader, group), .place = config_group_text(group, "place"),
		.from_ms = config_group_number(group, "from"),
		.until_ms = config_group_number(group, "until"),
		.approver = config_group_text(group, "approver"),
		.why = config_group_text(group, "why") };
	if (exception->place[0] != '\0' && !config_is_place(exception->place))
		config_fault(reader, config_group_line(group, "place"), "\"%.100s\" is neither "
		    "PROVIDER/REGION nor two capital letters of ISO 3166-1", exception->place);
	if (exception->until_ms > 0 && exception->until_ms <= exception->from_ms)
		config_fault(reader, config_group_line(group, "until"), "the exception \"%s\" "
		    "ends before it begins", exception->name);
}

void
config_read_exceptions(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "exceptions", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->exception = plan_array(plan, conf_count(list), sizeof(*plan->exception));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct config_group group;

		if (!config_entry_read(reader, list, i, config_exception_rows, NULL, &group))
			continue;
		read_exception(reader, &group, &plan->exception[plan->exceptions]);
		names[plan->exceptions++] = (struct config_name){
			config_group_text(&group, "name"), conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->exceptions, "exception");
	free(names);
}
