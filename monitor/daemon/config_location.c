/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things are said to be: regions of sites, data classes and where each may be, what
 * instances hold, and the published ranges in which addresses are looked up.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/daemon/download.h"

struct bytes
config_part_next(const char **at)
{
	const char *from = *at + strspn(*at, " ");
	size_t len = strcspn(from, ",");

	*at = from[len] == ',' ? from + len + 1 : NULL;
	while (len > 0 && from[len - 1] == ' ')
		len--;
	return bytes_of(from, len);
}

/* What stands between the slash and commas of "provider/region" must hold neither. */
static void
check_word(struct config_reader *reader, const struct config_group *group, const char *row)
{
	const char *value = config_group_text(group, row);

	if (strpbrk(value, "/,") != NULL)
		config_fault(reader, config_group_line(group, row), "%s must not hold \"/\" or "
		    "\",\", because places are written as PROVIDER/REGION with commas", row);
}

void
config_site_location(struct config_reader *reader, const struct config_group *group,
    struct plan_site *site)
{
	site->region = config_group_text(group, "region");
	site->zone = config_group_text(group, "zone");
	site->provider_name = config_group_text(group, "provider_name");
	site->provider_country = config_group_text(group, "provider_country");
	config_check_country(reader, group, "provider_country");
	check_word(reader, group, "provider");
	check_word(reader, group, "region");
	for (const struct option_row *row = config_site_rows; row->name != NULL; row++) {
		bool of_provider = strncmp(row->name, "provider_", 9) == 0 ||
		    strcmp(row->name, "region") == 0 || strcmp(row->name, "zone") == 0;

		if (of_provider && site->provider[0] == '\0' &&
		    config_group_text(group, row->name)[0] != '\0')
			config_fault(reader, config_group_line(group, row->name),
			    "%s says something of a provider, and this site has none; add "
			    "provider", row->name);
	}
}

static uint32_t
class_find(const struct plan *plan, struct bytes name)
{
	for (uint32_t i = 0; i < plan->classes; i++)
		if (bytes_equal(bytes_of_text(plan->class[i].name), name))
			return i;
	return UINT32_MAX;
}

uint64_t
config_data(struct config_reader *reader, const struct config_group *group)
{
	const char *at = config_group_text(group, "data");
	uint64_t data = 0;

	while (at != NULL && *at != '\0') {
		struct bytes name = config_part_next(&at);
		uint32_t class = class_find(reader->plan, name);

		if (class == UINT32_MAX)
			config_fault(reader, config_group_line(group, "data"),
			    "there is no data class \"%.*s\"; add it to data_classes",
			    name.len < 100 ? (int)name.len : 100, (const char *)name.at);
		else
			data |= UINT64_C(1) << class;
	}
	return data;
}

void
config_instance_declared(struct config_reader *reader, const struct config_group *group,
    struct plan_instance *instance)
{
	instance->data = config_data(reader, group);
	instance->nf = config_group_text(group, "nf");
	instance->version = config_group_text(group, "version");
	instance->service = config_group_text(group, "service");
	instance->model = config_group_text(group, "model");
	instance->replica_set = config_group_text(group, "replica_set");
	instance->aliases = config_group_text(group, "aliases");
	instance->nf_instance_id = config_group_text(group, "nf_instance_id");
}

/* "provider/region": one slash with something on both sides. */
static bool
is_region(struct bytes part)
{
	const uint8_t *slash = part.len > 0 ? memchr(part.at, '/', part.len) : NULL;
	size_t before = slash != NULL ? (size_t)(slash - part.at) : 0;

	return before > 0 && before + 1 < part.len &&
	    memchr(slash + 1, '/', part.len - before - 1) == NULL;
}

static bool
is_country(struct bytes part)
{
	return part.len == 2 && part.at[0] >= 'A' && part.at[0] <= 'Z' && part.at[1] >= 'A' &&
	    part.at[1] <= 'Z';
}

bool
config_is_place(const char *text)
{
	return is_region(bytes_of_text(text)) || is_country(bytes_of_text(text));
}

/* The name of a provider: what stands before a slash in the place of a region. */
static bool
is_provider(struct bytes part)
{
	return part.len > 0 && memchr(part.at, '/', part.len) == NULL;
}

/* The parts of a setting, each right, again with commas and without blanks. */
static const char *
read_places(struct config_reader *reader, const struct config_group *group, const char *row,
    bool (*right)(struct bytes), const char *expected)
{
	const char *at = config_group_text(group, row);
	struct buffer out = { .max = PATH_TEXT_MAX };
	const char *text;

	while (at != NULL && *at != '\0') {
		struct bytes part = config_part_next(&at);

		if (!right(part))
			config_fault(reader, config_group_line(group, row), "\"%.*s\" in %s is "
			    "not %s", part.len < 100 ? (int)part.len : 100,
			    (const char *)part.at, row, expected);
		if (out.len > 0)
			buffer_put_u8(&out, ',');
		buffer_put(&out, part.at, part.len);
	}
	text = plan_text(reader->plan, bytes_of_buffer(&out));
	buffer_free(&out);
	return text;
}

static void
read_class(struct config_reader *reader, const struct config_group *group, struct plan_class *class)
{
	class->name = config_group_text(group, "name");
	class->title = config_group_either(group, "title", class->name);
	class->title_ja = config_group_either(group, "title_ja", class->title);
	if (strchr(class->name, ',') != NULL || class->name[0] == ' ' ||
	    (class->name[0] != '\0' && class->name[strlen(class->name) - 1] == ' '))
		config_fault(reader, config_group_line(group, "name"), "the name of a data class "
		    "must not hold commas, nor blanks at its ends: instances name several with "
		    "commas");
	class->regions = read_places(reader, group, "regions", is_region,
	    "PROVIDER/REGION, such as \"example/tokyo\"");
	class->jurisdictions = read_places(reader, group, "jurisdictions", is_country,
	    "two capital letters of ISO 3166-1, such as \"JP\"");
	class->providers = read_places(reader, group, "providers", is_provider,
	    "the name of a provider, such as \"example\"");
	class->own = config_group_flag(group, "own_premises");
	if (class->regions[0] == '\0' && class->jurisdictions[0] == '\0' &&
	    class->providers[0] == '\0' && !class->own)
		config_fault(reader, conf_line(group->node), "the data class \"%s\" may be "
		    "nowhere: give regions, providers, own_premises or jurisdictions", class->name);
}

void
config_read_classes(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "data_classes", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->class = plan_array(plan, conf_count(list), sizeof(*plan->class));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_class_rows, &group);
		config_group_unknown(reader, entry, config_class_rows, NULL, NULL);
		read_class(reader, &group, &plan->class[plan->classes]);
		names[plan->classes++] = (struct config_name){ config_group_text(&group, "name"),
		    conf_line(entry) };
	}
	config_names_unique(reader, names, plan->classes, "data class");
	free(names);
}

/* A provider may have several: its own file, and one of what it told this carrier alone. */
void
config_read_feeds(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "feeds", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->feed = plan_array(plan, conf_count(list), sizeof(*plan->feed));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *entry = config_entry(reader, list, i);
		struct plan_feed *feed = &plan->feed[plan->feeds];
		struct config_group group;

		if (entry == NULL)
			continue;
		config_group_read(reader, entry, config_feed_rows, &group);
		config_group_unknown(reader, entry, config_feed_rows, NULL, NULL);
		check_word(reader, &group, "provider");
		feed->provider = config_group_text(&group, "provider");
		feed->form = config_group_text(&group, "form");
		feed->path = config_group_text(&group, "file");
		names[plan->feeds++] = (struct config_name){ feed->path, conf_line(entry) };
	}
	config_names_unique(reader, names, plan->feeds, "feed file");
	free(names);
}

const char *
config_file_hash(struct config_reader *reader, const char *path, struct buffer *octets)
{
	char hex[HASH_TEXT];

	buffer_reset(octets);
	if (path[0] == '\0' ||
	    file_read(path, config_file_max(reader->plan, path), octets, NULL) != ERR_OK)
		return "";
	hash_text(hash_of(bytes_of_buffer(octets)), hex);
	return plan_text(reader->plan, bytes_of_text(hex));
}

/* Read as a worker will: what it could not use is a fault now. */
static void
check_feed(struct config_reader *reader, const struct plan_feed *feed, struct bytes octets)
{
	struct download_content content;
	struct why why;

	if (download_read(feed->form, octets, 0, &content, &why) != ERR_OK)
		config_fault(reader, config_file_line(reader, feed->path), "%s: %s", feed->path,
		    why.text);
}

void
config_feeds_check(struct config_reader *reader)
{
	struct plan *plan = reader->plan;
	struct buffer octets = { .max = 0 };

	for (uint32_t i = 0; i < plan->feeds; i++) {
		struct plan_feed *feed = &plan->feed[i];

		feed->hash = config_file_hash(reader, feed->path, &octets);
		/* A file that is not there, empty, or of a wrong form was told already. */
		if (octets.len > 0 && feed->hash[0] != '\0' && feed->form[0] != '\0')
			check_feed(reader, feed, bytes_of_buffer(&octets));
	}
	buffer_free(&octets);
}
