/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Providers and their contracts, what needs what, and the vantages targets are looked at from.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"

/* Per cent in millionths to parts per million: four decimals. */
static uint32_t
read_availability(struct config_reader *reader, const struct config_group *group)
{
	int64_t value = config_group_number(group, "availability");

	if (value % 100 != 0)
		config_fault(reader, config_group_line(group, "availability"),
		    "availability has more than four decimals");
	return (uint32_t)(value / 100);
}

static void
read_provider(struct config_reader *reader, const struct config_group *group,
    struct plan_provider *provider)
{
	*provider = (struct plan_provider){ .name = config_group_text(group, "name"),
	    .legal_name = config_group_text(group, "legal_name"),
	    .country = config_group_text(group, "country"),
	    .kind = config_group_text(group, "kind"),
	    .contract = config_group_text(group, "contract"),
	    .availability_ppm = read_availability(reader, group),
	    .notice_ms = config_group_number(group, "notice"),
	    .until_ms = config_group_number(group, "until"),
	    .contact = config_group_text(group, "contact") };
	provider->title = config_group_either(group, "title", provider->name);
	provider->title_ja = config_group_either(group, "title_ja", provider->title);
	config_check_country(reader, group, "country");
	if (strpbrk(provider->name, "/,") != NULL)
		config_fault(reader, config_group_line(group, "name"), "the name of a provider "
		    "must not hold \"/\" or \",\", because places are written as "
		    "PROVIDER/REGION with commas");
}

void
config_read_providers(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "providers", &names);
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	plan->provider = plan_array(plan, conf_count(list), sizeof(*plan->provider));
	for (size_t i = 0; i < conf_count(list); i++) {
		if (!config_entry_read(reader, list, i, config_provider_rows, NULL, &group))
			continue;
		read_provider(reader, &group, &plan->provider[plan->providers]);
		names[plan->providers++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->providers, "provider");
	free(names);
}

/* Circles are allowed here: finding and showing them is the graph's work. */
static void
read_dependency(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group, struct plan_dependency *dependency)
{
	static const char kinds[] = "service replica_set instance site provider";

	*dependency = (struct plan_dependency){ .from = config_group_text(group, "from"),
	    .to = config_group_text(group, "to"), .title = config_group_text(group, "title") };
	config_subject_check(reader, subjects, group, "from", kinds);
	config_subject_check(reader, subjects, group, "to", kinds);
	if (dependency->from[0] != '\0' && strcmp(dependency->from, dependency->to) == 0)
		config_fault(reader, config_group_line(group, "to"), "%.100s cannot need itself",
		    dependency->to);
}

/* The name under which a dependency is unique: both its ends. */
static const char *
dependency_key(struct config_reader *reader, const struct plan_dependency *dependency)
{
	char key[4 * NAME_MAX_LEN + 8];

	snprintf(key, sizeof(key), "%s to %s", dependency->from, dependency->to);
	return plan_text(reader->plan, bytes_of_text(key));
}

void
config_read_dependencies(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "dependencies", &names);
	struct config_subjects subjects;
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	config_subjects_make(plan, &subjects);
	plan->dependency = plan_array(plan, conf_count(list), sizeof(*plan->dependency));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_dependency *dependency = &plan->dependency[plan->dependencies];

		if (!config_entry_read(reader, list, i, config_dependency_rows, NULL, &group))
			continue;
		read_dependency(reader, &subjects, &group, dependency);
		names[plan->dependencies++] = (struct config_name){
		    dependency_key(reader, dependency), conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->dependencies, "dependency");
	config_subjects_free(&subjects);
	free(names);
}

/* An address of one machine: what a socket can be bound to and a peer can answer to. */
static bool
source_right(const char *source)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, source, &v4) == 1)
		return v4.s_addr != htonl(INADDR_ANY) && ntohl(v4.s_addr) >> 28 < 0xe;
	return inet_pton(AF_INET6, source, &v6) == 1 && !IN6_IS_ADDR_UNSPECIFIED(&v6) &&
	    !IN6_IS_ADDR_MULTICAST(&v6);
}

static void
read_vantage(struct config_reader *reader, const struct config_group *group,
    struct plan_vantage *vantage)
{
	const char *own = reader->plan->vantage, *name = config_group_text(group, "name");

	*vantage = (struct plan_vantage){ .name = name,
	    .title = config_group_either(group, "title", name),
	    .source = config_group_text(group, "source"),
	    .inside = config_group_flag(group, "inside") };
	vantage->title_ja = config_group_either(group, "title_ja", vantage->title);
	reader->vantage_placed[vantage - reader->plan->vantages] = config_place_read(reader, group,
	    &vantage->latitude_udeg, &vantage->longitude_udeg);
	if (strpbrk(name, "@, ") != NULL)
		config_fault(reader, config_group_line(group, "name"), "the name of a vantage "
		    "must not hold \"@\", commas or blanks: targets are named TARGET@VANTAGE");
	if (strcmp(name, own) == 0)
		config_fault(reader, config_group_line(group, "name"), "\"%.100s\" is the name of "
		    "the monitor's own vantage; give this one another", name);
	if (vantage->source[0] != '\0' && !source_right(vantage->source))
		config_fault(reader, config_group_line(group, "source"), "\"%.100s\" is not an IP "
		    "address that can be sent from", vantage->source);
}

void
config_read_vantages(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "vantages", &names);
	struct plan *plan = reader->plan;
	struct config_group group;

	if (list == NULL)
		return;
	plan->vantages = plan_array(plan, conf_count(list), sizeof(*plan->vantages));
	for (size_t i = 0; i < conf_count(list); i++) {
		if (!config_entry_read(reader, list, i, config_vantage_rows, NULL, &group))
			continue;
		read_vantage(reader, &group, &plan->vantages[plan->vantage_count]);
		names[plan->vantage_count++] = (struct config_name){
		    config_group_text(&group, "name"), conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->vantage_count, "vantage");
	free(names);
}
