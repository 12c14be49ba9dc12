/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances and their targets: the bulk of a configuration.  A target's settings are the common
 * ones and those of its probe; what its rounds would cost the instance is checked here too.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "probes/probe.h"

struct target_list {
	struct plan_target *target;
	struct config_name *name;
	size_t              count, cap;
};

struct store_list {
	struct plan_store  *store;
	struct config_name *name;
	size_t              count, cap;
};

/* Of all instances, in their order. */
struct instance_lists { struct target_list targets; struct store_list stores; };

static void
store_add(struct store_list *list, const struct plan_store *store, unsigned line)
{
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 16;
		list->store = memory_resize(list->store, list->cap, sizeof(*list->store));
		list->name = memory_resize(list->name, list->cap, sizeof(*list->name));
	}
	list->store[list->count] = *store;
	list->name[list->count++] = (struct config_name){ store->name, line };
}

static void
target_add(struct target_list *list, const struct plan_target *target, unsigned line)
{
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 256;
		list->target = memory_resize(list->target, list->cap, sizeof(*list->target));
		list->name = memory_resize(list->name, list->cap, sizeof(*list->name));
	}
	list->target[list->count] = *target;
	list->name[list->count++] = (struct config_name){ target->name, line };
}

static int
by_option_name(const void *a, const void *b)
{
	return strcmp(((const struct plan_option *)a)->name, ((const struct plan_option *)b)->name);
}

/* The probe's own settings that were given; the others stand in the probe's rows. */
static void
options_keep(struct config_reader *reader, const struct config_group *group,
    struct plan_target *target)
{
	struct plan_option kept[OPTION_MAX];
	uint32_t count = 0;

	for (size_t i = 0; group->rows != NULL && group->rows[i].name != NULL &&
	    i < OPTION_MAX; i++)
		if (group->line[i] != 0 && group->value[i] != NULL)
			kept[count++] = (struct plan_option){ .name = group->rows[i].name,
			    .value = group->value[i] };
	if (count == 0)
		return;
	qsort(kept, count, sizeof(kept[0]), by_option_name);
	target->option = plan_array(reader->plan, count, sizeof(kept[0]));
	memcpy(target->option, kept, count * sizeof(kept[0]));
	target->options = count;
}

/* Probes that ask no peer have neither address nor port; all others need both. */
static void
check_endpoint(struct config_reader *reader, const struct config_group *group,
    const struct probe_ops *probe, struct plan_target *target)
{
	if (probe->local) {
		if (config_group_given(group, "address") || config_group_given(group, "port"))
			config_fault(reader, config_group_line(group, "address"), "the probe %s "
			    "has neither address nor port: it asks no peer", probe->name);
		target->address = probe->name;
		return;
	}
	if (!config_group_given(group, "address"))
		config_fault(reader, conf_line(group->node), "address is missing: IP address or "
		    "host name");
	if (!config_group_given(group, "port"))
		target->port = probe->port;
	if (target->port == 0 && !config_group_given(group, "port"))
		config_fault(reader, conf_line(group->node),
		    "port is missing: the probe %s has none of its own", probe->name);
}

static void
check_probe(struct config_reader *reader, const struct config_group *group,
    const struct probe_ops *probe, struct plan_target *target)
{
	struct buffer known = { .max = 512 };
	const struct probe_ops *const *table;
	size_t count;

	target->port = (uint32_t)config_group_number(group, "port");
	if (probe != NULL) {
		check_endpoint(reader, group, probe, target);
		return;
	}
	if (target->probe[0] == '\0')
		return;
	table = probe_table(&count);
	for (size_t i = 0; i < count; i++)
		buffer_print(&known, "%s%s", i > 0 ? ", " : "", table[i]->name);
	config_fault(reader, config_group_line(group, "probe"), "there is no probe \"%.60s\"; "
	    "there are: %s", target->probe, buffer_text(&known));
	buffer_free(&known);
}

static const char *
option_of(const void *group, const char *name)
{
	return config_group_text(group, name);
}

/* Only where every option is right by itself: one wrong option is one fault. */
static void
check_options(struct config_reader *reader, const struct config_group *own,
    const struct probe_ops *probe, size_t faults)
{
	const char *wrong = probe->fault != NULL && reader->faults->total == faults ?
	    probe->fault(option_of, own) : NULL;

	if (wrong != NULL)
		config_fault(reader, conf_line(own->node), "%s", wrong);
}

static const struct plan_vantage *
vantage_find(const struct plan *plan, struct bytes name)
{
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (bytes_equal(bytes_of_text(plan->vantages[i].name), name))
			return &plan->vantages[i];
	return NULL;
}

/* An address of one family cannot be reached from one of the other. */
static void
check_family(struct config_reader *reader, const struct config_group *group,
    const struct plan_target *target, const struct plan_vantage *vantage)
{
	struct in_addr v4;
	struct in6_addr v6;
	bool is_v4 = inet_pton(AF_INET, target->address, &v4) == 1;
	bool is_v6 = inet_pton(AF_INET6, target->address, &v6) == 1;
	bool from_v6 = strchr(vantage->source, ':') != NULL;

	if ((is_v4 && from_v6) || (is_v6 && !from_v6))
		config_fault(reader, config_group_line(group, "vantages"), "from %s (%s) the "
		    "address %s cannot be reached: one is IPv4 and the other IPv6",
		    vantage->name, vantage->source, target->address);
}

/* One target of the plan for each vantage: "NAME@VANTAGE"; seen from the monitor's own, "NAME". */
static void
target_from(struct config_reader *reader, const struct config_group *group,
    const struct plan_target *target, struct bytes from, struct target_list *list)
{
	const struct plan_vantage *vantage = vantage_find(reader->plan, from);
	struct plan_target one = *target;
	char name[2 * NAME_MAX_LEN];

	if (vantage == NULL && !bytes_equal(from, bytes_of_text(reader->plan->vantage))) {
		config_fault(reader, config_group_line(group, "vantages"), "there is no vantage "
		    "\"%.*s\"; add it to vantages", from.len < 100 ? (int)from.len : 100,
		    (const char *)from.at);
		return;
	}
	if (vantage != NULL) {
		check_family(reader, group, target, vantage);
		snprintf(name, sizeof(name), "%s@%s", target->name, vantage->name);
		if (strlen(name) >= NAME_MAX_LEN)
			config_fault(reader, config_group_line(group, "name"), "\"%s\" is longer "
			    "than the %d octets a name may have", name, NAME_MAX_LEN - 1);
		one.name = plan_text(reader->plan, bytes_of_text(name));
		one.vantage = vantage->name;
	}
	config_distance_check(reader, conf_line(group->node), &one);
	target_add(list, &one, conf_line(group->node));
}

static void
read_vantages(struct config_reader *reader, const struct config_group *group,
    const struct probe_ops *probe, const struct plan_target *target, struct target_list *list)
{
	const char *at = config_group_text(group, "vantages");

	if (at[0] == '\0') {
		config_distance_check(reader, conf_line(group->node), target);
		target_add(list, target, conf_line(group->node));
		return;
	}
	if (probe != NULL && probe->local)
		config_fault(reader, config_group_line(group, "vantages"), "the probe %s has no "
		    "vantages: it asks no peer", probe->name);
	while (at != NULL)
		target_from(reader, group, target, config_part_next(&at), list);
}

static void
read_options(struct config_reader *reader, const struct conf_node *node,
    const struct probe_ops *probe, struct plan_target *target)
{
	size_t faults = reader->faults->total, uses = reader->uses;
	struct config_group own;

	config_group_read(reader, node, probe->options, &own);
	for (; uses < reader->uses; uses++)
		if (!reader->use[uses].secret)
			reader->use[uses].check = probe->file_check;
	check_options(reader, &own, probe, faults);
	config_group_unknown(reader, node, config_target_rows, probe->options, NULL);
	config_register_fill(reader, &own, target);
	options_keep(reader, &own, target);
}

static void
read_target(struct config_reader *reader, const struct conf_node *node,
    const struct plan_target *of, struct target_list *list)
{
	struct plan_target target = *of;
	struct config_group group;
	const struct probe_ops *probe;

	config_group_read(reader, node, config_target_rows, &group);
	target.name = target.endpoint = config_group_text(&group, "name");
	target.vantage = "";
	target.probe = config_group_text(&group, "probe");
	target.address = config_group_text(&group, "address");
	probe = probe_find(target.probe);
	check_probe(reader, &group, probe, &target);
	config_target_schedule(reader, &group, &target);
	if (target.address[0] != '\0' && !config_address(target.address))
		config_fault(reader, config_group_line(&group, "address"), "\"%.100s\" is neither "
		    "an IP address nor a host name; the port is a setting of its own",
		    target.address);
	/* Without a probe nobody knows which other settings there are. */
	if (probe != NULL)
		read_options(reader, node, probe, &target);
	read_vantages(reader, &group, probe, &target, list);
}

/* Rounds that instance_gap leaves no time for would be missed for ever. */
static void
check_rate(struct config_reader *reader, unsigned line, const struct plan_instance *instance,
    const struct plan_target *target, size_t count)
{
	int64_t gap = reader->plan->instance_gap_ms, used = 0;

	/* In millionths of the time there is. */
	for (size_t i = 0; i < count; i++)
		if (target[i].interval_ms > 0)
			used += gap * 1000000 / target[i].interval_ms;
	if (used > 1000000)
		config_fault(reader, line, "the %zu targets of \"%s\" ask for more rounds than an "
		    "instance_gap of %" PRId64 " ms allows; lengthen their intervals or shorten "
		    "the gap",
		    count, instance->name, gap);
}

uint32_t
config_site_find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->sites; i++)
		if (strcmp(plan->site[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static enum function
function_find(const char *name)
{
	for (unsigned i = 0; i < FUNCTION_COUNT; i++)
		if (strcmp(function_name((enum function)i), name) == 0)
			return (enum function)i;
	return FUNCTION_SWITCHING;	/* the row's words refused it already */
}

static void
read_instance(struct config_reader *reader, const struct conf_node *node,
    struct plan_instance *instance)
{
	struct config_group group;
	const char *site;

	config_group_read(reader, node, config_instance_rows, &group);
	config_group_unknown(reader, node, config_instance_rows, NULL, "targets stores");
	instance->name = config_group_text(&group, "name");
	instance->title = config_group_either(&group, "title", instance->name);
	instance->title_ja = config_group_either(&group, "title_ja", instance->title);
	instance->function = function_find(config_group_text(&group, "function"));
	site = config_group_text(&group, "site");
	instance->site = config_site_find(reader->plan, site);
	if (site[0] != '\0' && instance->site == UINT32_MAX)
		config_fault(reader, config_group_line(&group, "site"), "there is no site "
		    "\"%.100s\"; add it to sites", site);
	instance->deep_connections = (uint32_t)config_group_number(&group, "deep_connections");
	config_instance_declared(reader, &group, instance);
	config_use_read(reader, &group, instance);
}

/* of: to which instance and store they belong. */
static void
read_targets(struct config_reader *reader, const struct conf_node *node,
    const struct plan_target *of, struct target_list *list)
{
	const struct conf_node *targets = config_list(reader, node, "targets", TARGET_MAX);

	for (size_t i = 0; targets != NULL && i < conf_count(targets); i++) {
		const struct conf_node *entry = config_entry(reader, targets, i);

		if (entry != NULL)
			read_target(reader, entry, of, list);
		if (list->count > TARGET_MAX) {
			config_fault(reader, conf_line(targets), "more than %d targets, each "
			    "vantage counted", TARGET_MAX);
			return;
		}
	}
}

static void
read_stores(struct config_reader *reader, const struct conf_node *node, uint32_t instance,
    struct instance_lists *lists)
{
	const struct conf_node *stores = config_list(reader, node, "stores", PLAN_STORE_MAX);

	for (size_t i = 0; stores != NULL && i < conf_count(stores); i++) {
		const struct conf_node *entry = config_entry(reader, stores, i);
		struct plan_store store;

		if (entry == NULL)
			continue;
		if (lists->stores.count == PLAN_STORE_MAX) {
			config_fault(reader, conf_line(entry), "more than %d stores",
			    PLAN_STORE_MAX);
			return;
		}
		config_store_read(reader, entry, instance, &store);
		store_add(&lists->stores, &store, conf_line(entry));
		read_targets(reader, entry, &(struct plan_target){ .instance = instance,
		    .store = (uint32_t)lists->stores.count }, &lists->targets);
	}
}

/* Everything looked at of one instance: its own targets and those of its stores. */
static void
read_looked_at(struct config_reader *reader, const struct conf_node *node, uint32_t instance,
    struct instance_lists *lists)
{
	struct target_list *list = &lists->targets;
	size_t first = list->count;

	read_targets(reader, node, &(struct plan_target){ .instance = instance }, list);
	read_stores(reader, node, instance, lists);
	if (list->count == first)
		return;
	config_follows_check(reader, &list->target[first], &list->name[first], list->count - first);
	check_rate(reader, conf_line(node), &reader->plan->instance[instance], &list->target[first],
	    list->count - first);
}

static void
lists_keep(struct config_reader *reader, struct instance_lists *lists)
{
	struct plan *plan = reader->plan;

	config_names_unique(reader, lists->targets.name, lists->targets.count, "target");
	plan->target = plan_array(plan, lists->targets.count, sizeof(*plan->target));
	plan->targets = (uint32_t)lists->targets.count;
	if (plan->targets > 0)
		memcpy(plan->target, lists->targets.target, plan->targets * sizeof(*plan->target));
	plan->store = plan_array(plan, lists->stores.count, sizeof(*plan->store));
	plan->stores = (uint32_t)lists->stores.count;
	if (plan->stores > 0)
		memcpy(plan->store, lists->stores.store, plan->stores * sizeof(*plan->store));
	config_stores_check(reader, lists->stores.name);
	config_names_unique(reader, lists->stores.name, plan->stores, "store");
	config_wires_check(reader, lists->targets.name);
	free(lists->targets.name);
	free(lists->targets.target);
	free(lists->stores.name);
	free(lists->stores.store);
}

void
config_read_instances(struct config_reader *reader, const struct conf_node *root)
{
	const struct conf_node *nodes = config_list(reader, root, "instances", INSTANCE_MAX);
	struct instance_lists lists = { .targets = { .count = 0 } };
	struct plan *plan = reader->plan;
	struct config_name *names;

	if (nodes == NULL)
		return;
	names = memory_new(conf_count(nodes), sizeof(*names));
	plan->instance = plan_array(plan, conf_count(nodes), sizeof(*plan->instance));
	for (size_t i = 0; i < conf_count(nodes); i++) {
		const struct conf_node *entry = config_entry(reader, nodes, i);

		if (entry == NULL)
			continue;
		read_instance(reader, entry, &plan->instance[plan->instances]);
		names[plan->instances] = (struct config_name){ plan->instance[plan->instances].name,
		    conf_line(entry) };
		read_looked_at(reader, entry, plan->instances++, &lists);
	}
	config_aliases_check(reader, names);
	config_names_unique(reader, names, plan->instances, "instance");
	lists_keep(reader, &lists);
	config_expect_fill(reader);
	free(names);
}
