/* SPDX-License-Identifier: Apache-2.0 */
/* Every section but the instances: settings into the plan, and what rows alone cannot check. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/places.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/ledger/record.h"

static const struct config_section *
section_find(const char *name)
{
	const struct config_section *sections;
	size_t count, i = 0;

	sections = config_sections(&count);
	while (i + 1 < count && strcmp(sections[i].name, name) != 0)
		i++;
	return &sections[i];
}

bool
config_section_group(struct config_reader *reader, const struct conf_node *root, const char *name,
    const struct option_row *rows, struct config_group *out)
{
	const struct conf_node *node = conf_member(root, name);

	if (node == NULL && !section_find(name)->required)
		return false;
	if (node == NULL) {
		config_fault(reader, 0, "the section \"%s\" is missing: %s = { ... };", name, name);
		return false;
	}
	if (conf_kind(node) != CONF_GROUP) {
		config_fault(reader, conf_line(node), "%s must be a group: %s = { ... };", name,
		    name);
		return false;
	}
	config_group_read(reader, node, rows, out);
	config_group_unknown(reader, node, rows, NULL, NULL);
	return true;
}

static void
check_user(struct config_reader *reader, const struct config_group *group, const char *user)
{
	/* Only root can become somebody else, so only then the name must be known. */
	if (user[0] != '\0' && geteuid() == 0 && getpwnam(user) == NULL)
		config_fault(reader, config_group_line(group, "user"), "there is no user \"%s\" "
		    "on this machine; make it with: useradd --system %s", user, user);
}

/* Acts that a second person can stand behind: the first one's record waits for the other's. */
static uint64_t
second_person(struct config_reader *reader, const struct config_group *group)
{
	static const enum act able[] = { ACT_WINDOW, ACT_CORRECT, ACT_INTENT };
	const char *at = config_group_text(group, "second_person");
	uint64_t acts = 0;

	while (*(at += strspn(at, " ")) != '\0') {
		char word[32];
		size_t len = strcspn(at, " ");
		enum act act;
		bool known = false;

		snprintf(word, sizeof(word), "%.*s", (int)len, at);
		at += len;
		act = act_by_name(word);
		for (size_t i = 0; i < sizeof(able) / sizeof(able[0]); i++)
			known = known || act == able[i];
		if (known)
			acts |= UINT64_C(1) << act;
		else
			config_fault(reader, config_group_line(group, "second_person"),
			    "\"%s\" is not an act that can need a second person; those are "
			    "window, correct and intent", word);
	}
	return acts;
}

static enum log_level
log_level_of(const char *word)
{
	return strcmp(word, "error") == 0 ? LOG_LEVEL_ERROR :
	    strcmp(word, "warning") == 0 ? LOG_LEVEL_WARNING :
	    strcmp(word, "debug") == 0 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

void
config_read_monitor(struct config_reader *reader, const struct conf_node *root)
{
	struct plan *plan = reader->plan;
	struct config *config = reader->config;
	struct config_group group;

	if (!config_section_group(reader, root, "monitor", config_monitor_rows, &group))
		return;
	plan->name = config_group_text(&group, "name");
	plan->name_ja = config_group_either(&group, "name_ja", plan->name);
	plan->vantage = config_group_text(&group, "vantage");
	plan->user = config_group_text(&group, "user");
	plan->workers = (uint32_t)config_group_number(&group, "workers");
	plan->group_wait_ms = config_group_number(&group, "group_wait");
	plan->belief_ms = config_group_number(&group, "belief");
	plan->retention_ms = config_group_number(&group, "retention");
	plan->instance_gap_ms = config_group_number(&group, "instance_gap");
	plan->deep_connections = (uint32_t)config_group_number(&group, "deep_connections");
	plan->second_person = second_person(reader, &group);
	config->log = log_level_of(config_group_text(&group, "log"));
	reader->placed = config_place_read(reader, &group, &plan->latitude_udeg,
	    &plan->longitude_udeg);
	check_user(reader, &group, plan->user);
	if (plan->retention_ms != 0 && plan->retention_ms < INT64_C(86400000))
		config_fault(reader, config_group_line(&group, "retention"),
		    "retention must be at least 1d, or 0 to keep everything");
	if (!config_group_given(&group, "state"))
		place_state(config->state);
	else if (snprintf(config->state, sizeof(config->state), "%s",
	    config_path(reader, config_group_text(&group, "state"))) == 0)
		config_fault(reader, config_group_line(&group, "state"), "the path of state is "
		    "too long");
}

void
config_read_ledger(struct config_reader *reader, const struct conf_node *root)
{
	struct config *config = reader->config;
	struct config_group group;

	if (!config_section_group(reader, root, "ledger", config_ledger_rows, &group))
		return;
	snprintf(config->origin, sizeof(config->origin), "%s", config_group_text(&group, "origin"));
	snprintf(config->key, sizeof(config->key), "%s", config_group_text(&group, "key"));
	/* C2SP signed-note: key names hold no white space and no plus; an origin is such a name. */
	if (strpbrk(config->origin, " +") != NULL)
		config_fault(reader, config_group_line(&group, "origin"),
		    "origin must not hold blanks or \"+\"");
	reader->plan->anchor_ms = config_group_number(&group, "anchor");
	reader->plan->newest_note = config_path(reader, config_group_text(&group, "newest_note"));
}

const struct conf_node *
config_section_list(struct config_reader *reader, const struct conf_node *root, const char *name,
    struct config_name **names)
{
	const struct conf_node *list = config_list(reader, root, name, section_find(name)->maximum);

	*names = list != NULL ? memory_new(conf_count(list), sizeof(**names)) : NULL;
	return list;
}

void
config_check_country(struct config_reader *reader, const struct config_group *group,
    const char *row)
{
	for (const char *at = config_group_text(group, row); *at != '\0'; at++)
		if (*at < 'A' || *at > 'Z') {
			config_fault(reader, config_group_line(group, row), "%s must be two "
			    "capital letters of ISO 3166-1, such as \"JP\"", row);
			return;
		}
}

static void
read_site(struct config_reader *reader, const struct config_group *group, struct plan_site *site)
{
	site->name = config_group_text(group, "name");
	site->title = config_group_either(group, "title", site->name);
	site->title_ja = config_group_either(group, "title_ja", site->title);
	site->provider = config_group_text(group, "provider");
	site->jurisdiction = config_group_text(group, "jurisdiction");
	site->latitude_udeg = config_group_number(group, "latitude");
	site->longitude_udeg = config_group_number(group, "longitude");
	config_check_country(reader, group, "jurisdiction");
	config_site_location(reader, group, site);
}

void
config_read_sites(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "sites", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->site = plan_array(plan, conf_count(list), sizeof(*plan->site));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_site_rows, &group);
		config_group_unknown(reader, entry, config_site_rows, NULL, NULL);
		read_site(reader, &group, &plan->site[plan->sites]);
		names[plan->sites++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->sites, "site");
	free(names);
}

/* A bearer token over plain HTTP would be read on the way, so notices take https only. */
static void
read_channel(struct config_reader *reader, const struct config_group *group,
    struct plan_channel *channel)
{
	const char *kind = config_group_text(group, "kind"), *reason;
	bool syslog = strcmp(kind, "syslog") == 0, heartbeat = strcmp(kind, "heartbeat") == 0;

	*channel = (struct plan_channel){ .name = config_group_text(group, "name"), .kind = kind,
	    .url = config_group_text(group, "url"), .secret = config_group_text(group, "secret"),
	    .trust = config_group_text(group, "trust"),
	    .interval_ms = heartbeat ? config_group_number(group, "interval") : 0 };
	if (channel->url[0] != '\0' && kind[0] != '\0' &&
	    !config_url(channel->url, syslog ? "unix: udp://" : "https://", &reason))
		config_fault(reader, config_group_line(group, "url"), "the url of a %s must be "
		    "%s: %s", kind, syslog ? "\"unix:/dev/log\" or \"udp://host:514\"" :
		    "\"https://host/path\"", reason);
	if (syslog && (channel->secret[0] != '\0' || channel->trust[0] != '\0'))
		config_fault(reader, conf_line(group->node), "syslog takes neither secret nor "
		    "trust");
	if (!heartbeat && config_group_given(group, "interval"))
		config_fault(reader, config_group_line(group, "interval"),
		    "only a heartbeat takes an interval");
}

void
config_read_notices(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "notices", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->channel = plan_array(plan, conf_count(list), sizeof(*plan->channel));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_notice_rows, &group);
		config_group_unknown(reader, entry, config_notice_rows, NULL, NULL);
		read_channel(reader, &group, &plan->channel[plan->channels]);
		names[plan->channels++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->channels, "notice channel");
	free(names);
}

static uint64_t
read_acts(struct config_reader *reader, const struct config_group *group)
{
	const char *at = config_group_text(group, "acts");
	uint64_t acts = 0;

	while (*(at += strspn(at, " ")) != '\0') {
		char word[32];
		size_t len = strcspn(at, " ");

		snprintf(word, sizeof(word), "%.*s", (int)len, at);
		at += len;
		if (act_by_name(word) == ACT_NONE)
			config_fault(reader, config_group_line(group, "acts"), "there is no act "
			    "\"%s\"; %s", word, option_find(config_right_rows, "acts")->help);
		else
			acts |= UINT64_C(1) << act_by_name(word);
	}
	return acts;
}

void
config_read_rights(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "rights", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->right = plan_array(plan, conf_count(list), sizeof(*plan->right));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_right_rows, &group);
		config_group_unknown(reader, entry, config_right_rows, NULL, NULL);
		plan->right[plan->rights] = (struct plan_right){
		    .user = config_group_text(&group, "user"), .acts = read_acts(reader, &group) };
		names[plan->rights++] = (struct config_name){ config_group_text(&group, "user"),
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->rights, "user");
	free(names);
}

void
config_read_authorities(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "authorities", &names);
	struct plan *plan = reader->plan;
	const char *reason;

	if (list == NULL)
		return;
	plan->authority = plan_array(plan, conf_count(list), sizeof(*plan->authority));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct plan_authority *authority = &plan->authority[plan->authorities];
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_authority_rows, &group);
		config_group_unknown(reader, entry, config_authority_rows, NULL, NULL);
		*authority = (struct plan_authority){ .name = config_group_text(&group, "name"),
		    .url = config_group_text(&group, "url"),
		    .trust = config_group_text(&group, "trust") };
		if (authority->url[0] != '\0' && !config_url(authority->url, "https:// http://",
		    &reason))
			config_fault(reader, config_group_line(&group, "url"),
			    "the url of an authority must be \"http(s)://host/path\": %s", reason);
		names[plan->authorities++] = (struct config_name){ authority->name,
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->authorities, "authority");
	free(names);
}
