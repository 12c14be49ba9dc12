/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services with their users by area, and the sets of instances that carry them.  Every name a set
 * gives leads somewhere; what a set is said to need it can have.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"

enum { PREFECTURES = 47 };

/* ISO 3166-2:JP has JP-01 to JP-47; what does not begin with "JP-" is a word of the carrier's. */
static bool
area_right(const char *area)
{
	int number;

	if (strncmp(area, "JP-", 3) != 0)
		return strchr(area, ',') == NULL && area[0] != ' ' &&
		    (area[0] == '\0' || area[strlen(area) - 1] != ' ');
	if (strlen(area) != 5 || !isdigit((unsigned char)area[3]) ||
	    !isdigit((unsigned char)area[4]))
		return false;
	number = (area[3] - '0') * 10 + area[4] - '0';
	return number >= 1 && number <= PREFECTURES;
}

static void
read_areas(struct config_reader *reader, const struct conf_node *node,
    struct plan_service *service)
{
	const struct conf_node *list = config_list(reader, node, "areas", PLAN_AREA_MAX);
	struct config_name names[PLAN_AREA_MAX];
	struct config_group group;

	if (list == NULL)
		return;
	service->area = plan_array(reader->plan, conf_count(list), sizeof(*service->area));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_area *area = &service->area[service->areas];

		if (!config_entry_read(reader, list, i, config_area_rows, NULL, &group))
			continue;
		area->area = config_group_text(&group, "area");
		area->users = (uint64_t)config_group_number(&group, "users");
		if (!area_right(area->area))
			config_fault(reader, config_group_line(&group, "area"), "the area "
			    "\"%.100s\" is neither one of JP-01 to JP-47 (ISO 3166-2) nor a word "
			    "of your own, without commas", area->area);
		names[service->areas++] = (struct config_name){ area->area, conf_line(group.node) };
	}
	config_names_unique(reader, names, service->areas, "area");
}

static uint32_t
class_of(const char *word)
{
#define X(number, NAME, code, text)             \
	if (strcmp(word, code) == 0)            \
		return number;
	SERVICE_CLASS_LIST(X)
#undef X
	return SERVICE_CLASS_OTHER;	/* the row's words refused it already */
}

void
config_read_services(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "services", &names);
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	plan->service = plan_array(plan, conf_count(list), sizeof(*plan->service));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_service *service = &plan->service[plan->services];

		if (!config_entry_read(reader, list, i, config_service_rows, "areas", &group))
			continue;
		service->name = config_group_text(&group, "name");
		service->title = config_group_either(&group, "title", service->name);
		service->title_ja = config_group_either(&group, "title_ja", service->title);
		service->class = class_of(config_group_text(&group, "class"));
		service->addon = config_group_flag(&group, "addon");
		read_areas(reader, group.node, service);
		names[plan->services++] = (struct config_name){ service->name,
		    conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->services, "service");
	free(names);
}

static uint32_t
service_find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->services; i++)
		if (strcmp(plan->service[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static bool
area_there(const struct plan_service *service, struct bytes name)
{
	for (uint32_t i = 0; i < service->areas; i++)
		if (bytes_equal(bytes_of_text(service->area[i].area), name))
			return true;
	return false;
}

/* The areas again with commas and without blanks, each one of the service. */
static const char *
read_served(struct config_reader *reader, const struct config_group *group,
    const struct plan_service *service)
{
	const char *at = config_group_text(group, "areas");
	struct buffer out = { .max = PATH_TEXT_MAX };
	const char *text;

	while (at != NULL && *at != '\0') {
		struct bytes part = config_part_next(&at);

		if (!area_there(service, part))
			config_fault(reader, config_group_line(group, "areas"), "the service "
			    "\"%.100s\" has no area \"%.*s\"", service->name,
			    part.len < 100 ? (int)part.len : 100, (const char *)part.at);
		if (out.len > 0)
			buffer_put_u8(&out, ',');
		buffer_put(&out, part.at, part.len);
	}
	text = plan_text(reader->plan, bytes_of_buffer(&out));
	buffer_free(&out);
	return text;
}

static void
read_serves(struct config_reader *reader, const struct conf_node *node, struct plan_set *set)
{
	const struct conf_node *list = config_list(reader, node, "serves", PLAN_SERVE_MAX);
	struct config_name names[PLAN_SERVE_MAX];
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	set->serve = plan_array(plan, conf_count(list), sizeof(*set->serve));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_serve *serve = &set->serve[set->serves];
		const char *name;

		if (!config_entry_read(reader, list, i, config_serve_rows, NULL, &group))
			continue;
		name = config_group_text(&group, "service");
		serve->service = service_find(plan, name);
		serve->areas = "";
		if (serve->service != UINT32_MAX)
			serve->areas = read_served(reader, &group, &plan->service[serve->service]);
		else if (name[0] != '\0')
			config_fault(reader, config_group_line(&group, "service"), "there is no "
			    "service \"%.100s\"; add it to services", name);
		names[set->serves++] = (struct config_name){ name, conf_line(group.node) };
	}
	config_names_unique(reader, names, set->serves, "served service");
}

static void
check_members(struct config_reader *reader, const struct config_group *group,
    const struct plan_set *set)
{
	const struct plan *plan = reader->plan;
	uint32_t members = 0;

	for (uint32_t i = 0; i < plan->instances; i++)
		members += strcmp(plan->instance[i].replica_set, set->name) == 0;
	if (set->name[0] == '\0')
		return;
	if (members == 0)
		config_fault(reader, conf_line(group->node), "no instance names \"%.100s\" as its "
		    "replica_set", set->name);
	else if (set->needed > members)
		config_fault(reader, config_group_line(group, "needed"), "needed is %" PRIu32
		    ", and the set \"%.100s\" has %" PRIu32 " instances", set->needed, set->name,
		    members);
}

void
config_read_sets(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "replica_sets", &names);
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	plan->set = plan_array(plan, conf_count(list), sizeof(*plan->set));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_set *set = &plan->set[plan->sets];

		if (!config_entry_read(reader, list, i, config_set_rows, "serves", &group))
			continue;
		*set = (struct plan_set){ .name = config_group_text(&group, "name"),
		    .mode = config_group_text(&group, "mode"),
		    .needed = (uint32_t)config_group_number(&group, "needed"),
		    .capacity = (uint64_t)config_group_number(&group, "capacity"),
		    .switchover_ms = config_group_number(&group, "switchover"),
		    .rollback_ms = config_group_number(&group, "rollback"),
		    .planned_ms = config_group_number(&group, "planned") };
		set->title = config_group_either(&group, "title", set->name);
		set->title_ja = config_group_either(&group, "title_ja", set->title);
		read_serves(reader, group.node, set);
		check_members(reader, &group, set);
		names[plan->sets++] = (struct config_name){ set->name, conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->sets, "replica set");
	free(names);
}
