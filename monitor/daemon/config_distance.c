/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where vantages are, and from that how far each country is from them at the least: looked up in
 * the outlines once, here, so that everybody behind the plan compares whole kilometres.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/outline.h"
#include "monitor/daemon/config_part.h"

bool
config_place_read(struct config_reader *reader, const struct config_group *group,
    int64_t *latitude_udeg, int64_t *longitude_udeg)
{
	bool north = config_group_given(group, "latitude");

	if (north != config_group_given(group, "longitude")) {
		config_fault(reader, config_group_line(group, north ? "latitude" : "longitude"),
		    "latitude and longitude go together; give the other one too");
		return false;
	}
	*latitude_udeg = config_group_number(group, "latitude");
	*longitude_udeg = config_group_number(group, "longitude");
	return north;
}

void
config_distance_check(struct config_reader *reader, unsigned line,
    const struct plan_target *target)
{
	const struct plan *plan = reader->plan;
	bool own = target->vantage[0] == '\0', placed = own && reader->placed;

	if (strcmp(target->probe, "distance") != 0)
		return;
	for (uint32_t i = 0; i < plan->vantage_count && !placed; i++)
		placed = strcmp(plan->vantages[i].name, target->vantage) == 0 &&
		    reader->vantage_placed[i];
	if (!placed)
		config_fault(reader, line, "the distance of \"%.100s\" is to be measured from the "
		    "vantage \"%.100s\", which has no coordinates; give latitude and longitude in "
		    "%s", target->endpoint, own ? plan->vantage : target->vantage,
		    own ? "monitor" : "vantages");
}

static struct plan_reach *
reaches_make(struct plan *plan, const struct outlines *outlines, int64_t latitude_udeg,
    int64_t longitude_udeg, uint32_t *count)
{
	size_t countries = outlines_count(outlines);
	struct plan_reach *reach = plan_array(plan, countries, sizeof(*reach));
	uint32_t *km = memory_new(countries, sizeof(*km));

	outlines_reach(outlines, (struct place){ latitude_udeg, longitude_udeg }, km);
	for (size_t i = 0; i < countries; i++)
		reach[i] = (struct plan_reach){
		    plan_text(plan, bytes_of_text(outlines_code(outlines, i))), km[i] };
	*count = (uint32_t)countries;
	free(km);
	return reach;
}

static struct outlines *
outlines_load(struct config_reader *reader)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX];
	struct buffer octets = { .max = OUTLINE_FILE_MAX };
	struct outlines *outlines = NULL;
	struct plan *plan = reader->plan;
	char hex[HASH_TEXT];
	struct hash hash;
	struct why why;
	enum err err = ERR_LIMIT;

	config_data_folder("shapes", "SEKIMORI_SHAPES", folder);
	if (file_path(path, sizeof(path), folder, "countries.outline"))
		err = file_read(path, OUTLINE_FILE_MAX, &octets, &why);
	if (err == ERR_OK)
		err = outlines_read(bytes_of_buffer(&octets), &outlines, &why);
	if (err != ERR_OK) {
		config_fault(reader, 0, "a vantage has coordinates, but the outlines of countries "
		    "cannot be used: %.200s", why.text);
	} else {
		hash = hash_of(bytes_of_buffer(&octets));
		hex_of(bytes_of(hash.at, HASH_LEN), hex);
		plan->outlines_hash = plan_text(plan, bytes_of_text(hex));
		plan->outlines = plan_text(plan, bytes_of_text(outlines_origin(outlines)));
	}
	buffer_free(&octets);
	return outlines;
}

void
config_distance_fill(struct config_reader *reader)
{
	struct plan *plan = reader->plan;
	struct outlines *outlines;
	bool any = reader->placed;

	for (uint32_t i = 0; i < plan->vantage_count; i++)
		any = any || reader->vantage_placed[i];
	outlines = any ? outlines_load(reader) : NULL;
	if (outlines == NULL)
		return;
	if (reader->placed)
		plan->reach = reaches_make(plan, outlines, plan->latitude_udeg,
		    plan->longitude_udeg, &plan->reaches);
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (reader->vantage_placed[i])
			plan->vantages[i].reach = reaches_make(plan, outlines,
			    plan->vantages[i].latitude_udeg, plan->vantages[i].longitude_udeg,
			    &plan->vantages[i].reaches);
	outlines_free(outlines);
}
