/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances and their targets: the bulk of a configuration.  A target's settings are the common
 * ones and those of its probe; what its rounds would cost the instance is checked here too.
 */
#include <inttypes.h>
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

static struct plan_target *
target_new(struct target_list *list)
{
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 256;
		list->target = memory_resize(list->target, list->cap, sizeof(*list->target));
		list->name = memory_resize(list->name, list->cap, sizeof(*list->name));
	}
	list->target[list->count] = (struct plan_target){ .id = 0 };
	return &list->target[list->count];
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

/* Defaults that depend on other settings, then what must hold between settings. */
static void
check_times(struct config_reader *reader, const struct config_group *group,
    struct plan_target *target)
{
	char interval[TIME_TEXT], deadline[TIME_TEXT];

	target->interval_ms = config_group_number(group, "interval");
	target->deadline_ms = config_group_number(group, "deadline");
	target->stale_ms = config_group_number(group, "stale");
	if (!config_group_given(group, "deadline"))
		target->deadline_ms = target->interval_ms < 10000 ? target->interval_ms : 10000;
	if (!config_group_given(group, "stale"))
		target->stale_ms = 2 * target->interval_ms + 90000;
	target->fail_count = (uint32_t)config_group_number(group, "fail_count");
	target->window = (uint32_t)config_group_number(group, "window");
	target->recover_count = (uint32_t)config_group_number(group, "recover_count");
	if (target->window != 0 && target->fail_count > target->window)
		config_fault(reader, config_group_line(group, "fail_count"),
		    "fail_count of %" PRIu32 " can never be reached in a window of %" PRIu32,
		    target->fail_count, target->window);
	/* One wrong time is one fault, not three. */
	if (target->interval_ms == 0 || target->deadline_ms == 0)
		return;
	duration_text(target->interval_ms, interval);
	duration_text(target->deadline_ms, deadline);
	if (target->deadline_ms > target->interval_ms)
		config_fault(reader, config_group_line(group, "deadline"),
		    "the deadline of %s is longer than the interval of %s: a round must end "
		    "before the next begins", deadline, interval);
	if (target->stale_ms != 0 && target->stale_ms < target->interval_ms + target->deadline_ms)
		config_fault(reader, config_group_line(group, "stale"),
		    "stale must be at least interval and deadline together (%s and %s), or the "
		    "target could never be known", interval, deadline);
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

static void
read_target(struct config_reader *reader, const struct conf_node *node, uint32_t instance,
    struct target_list *list)
{
	struct plan_target *target = target_new(list);
	struct config_group group, own;
	const struct probe_ops *probe;

	config_group_read(reader, node, config_target_rows, &group);
	target->instance = instance;
	target->name = config_group_text(&group, "name");
	target->probe = config_group_text(&group, "probe");
	target->address = config_group_text(&group, "address");
	probe = probe_find(target->probe);
	check_probe(reader, &group, probe, target);
	check_times(reader, &group, target);
	if (target->address[0] != '\0' && !config_address(target->address))
		config_fault(reader, config_group_line(&group, "address"), "\"%.100s\" is neither "
		    "an IP address nor a host name; the port is a setting of its own",
		    target->address);
	/* Without a probe nobody knows which other settings there are. */
	if (probe != NULL) {
		size_t faults = reader->faults->total;

		config_group_read(reader, node, probe->options, &own);
		check_options(reader, &own, probe, faults);
		config_group_unknown(reader, node, config_target_rows, probe->options, NULL);
		options_keep(reader, &own, target);
	}
	list->name[list->count++] = (struct config_name){ target->name, conf_line(node) };
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

static uint32_t
site_find(const struct plan *plan, const char *name)
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
	config_group_unknown(reader, node, config_instance_rows, NULL, "targets");
	instance->name = config_group_text(&group, "name");
	instance->title = config_group_either(&group, "title", instance->name);
	instance->title_ja = config_group_either(&group, "title_ja", instance->title);
	instance->function = function_find(config_group_text(&group, "function"));
	site = config_group_text(&group, "site");
	instance->site = site_find(reader->plan, site);
	if (site[0] != '\0' && instance->site == UINT32_MAX)
		config_fault(reader, config_group_line(&group, "site"), "there is no site "
		    "\"%.100s\"; add it to sites", site);
	config_instance_declared(reader, &group, instance);
}

static void
read_targets(struct config_reader *reader, const struct conf_node *node, uint32_t instance,
    struct target_list *list)
{
	const struct conf_node *targets = config_list(reader, node, "targets", TARGET_MAX);
	size_t first = list->count;

	for (size_t i = 0; targets != NULL && i < conf_count(targets); i++) {
		const struct conf_node *entry = config_entry(reader, targets, i);

		if (list->count == TARGET_MAX) {
			config_fault(reader, conf_line(targets), "more than %d targets",
			    TARGET_MAX);
			return;
		}
		if (entry != NULL)
			read_target(reader, entry, instance, list);
	}
	if (list->count > first)
		check_rate(reader, conf_line(node), &reader->plan->instance[instance],
		    &list->target[first], list->count - first);
}

void
config_read_instances(struct config_reader *reader, const struct conf_node *root)
{
	const struct conf_node *nodes = config_list(reader, root, "instances", INSTANCE_MAX);
	struct target_list list = { .count = 0 };
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
		read_targets(reader, entry, plan->instances++, &list);
	}
	config_names_unique(reader, names, plan->instances, "instance");
	config_names_unique(reader, list.name, list.count, "target");
	plan->target = plan_array(plan, list.count, sizeof(*plan->target));
	plan->targets = (uint32_t)list.count;
	if (list.count > 0)
		memcpy(plan->target, list.target, list.count * sizeof(*list.target));
	free(names);
	free(list.name);
	free(list.target);
}
