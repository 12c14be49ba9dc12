/* SPDX-License-Identifier: Apache-2.0 */
/* Circles of a subject and the outlines that the plan names; see location_meet.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/outline.h"
#include "monitor/base/places.h"
#include "reports/location_meet.h"

/* The file the plan's distances were made from, and no other. */
static enum err
outlines_of(const struct plan *plan, struct outlines **out, struct why *why)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX], hex[HASH_TEXT];
	struct buffer octets = { .max = OUTLINE_FILE_MAX };
	enum err err = ERR_LIMIT;

	*out = NULL;
	place_data("shapes", "SEKIMORI_SHAPES", folder);
	if (file_path(path, sizeof(path), folder, "countries.outline"))
		err = file_read(path, OUTLINE_FILE_MAX, &octets, why);
	if (err == ERR_OK)
		err = outlines_read(bytes_of_buffer(&octets), out, why);
	hash_text(hash_of(bytes_of_buffer(&octets)), hex);
	buffer_free(&octets);
	if (err == ERR_OK && strcmp(hex, plan->outlines_hash) == 0)
		return ERR_OK;
	outlines_free(*out);
	*out = NULL;
	return why_set(why, ERR_NOT_FOUND, "the outlines of countries that the configuration was "
	    "read with are not at hand");
}

static struct place
centre_of(const struct plan *plan, const char *vantage)
{
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (strcmp(plan->vantages[i].name, vantage) == 0)
			return (struct place){ plan->vantages[i].latitude_udeg,
			    plan->vantages[i].longitude_udeg };
	return (struct place){ plan->latitude_udeg, plan->longitude_udeg };
}

/* Of one place the smallest circle counts; returns how many there are now. */
static size_t
disc_add(const struct plan *plan, const struct distance_bound *bound, struct disc *disc,
    size_t discs)
{
	struct disc one = { .km = (double)bound->km };
	uint32_t reaches;

	if (distance_reaches(plan, bound->vantage, &reaches) == NULL)
		return discs;
	one.centre = centre_of(plan, bound->vantage);
	for (size_t i = 0; i < discs; i++)
		if (disc[i].centre.latitude_udeg == one.centre.latitude_udeg &&
		    disc[i].centre.longitude_udeg == one.centre.longitude_udeg) {
			if (one.km < disc[i].km)
				disc[i].km = one.km;
			return discs;
		}
	disc[discs] = one;
	return discs + 1;
}

enum err
location_meet(const struct plan *plan, const struct distance_bound *bound, uint32_t count,
    struct buffer *countries, struct why *why)
{
	struct disc *disc = memory_new(count + 1, sizeof(*disc));
	struct outlines *outlines = NULL;
	bool *possible = NULL;
	size_t discs = 0;
	enum err err;

	for (uint32_t i = 0; i < count; i++)
		discs = disc_add(plan, &bound[i], disc, discs);
	err = discs < 2 ? why_set(why, ERR_INVALID, "fewer than two vantages with coordinates "
	    "measured it") : outlines_of(plan, &outlines, why);
	if (err == ERR_OK) {
		possible = memory_new(outlines_count(outlines), sizeof(*possible));
		outlines_meet(outlines, disc, discs, possible);
		for (size_t i = 0; i < outlines_count(outlines); i++)
			if (possible[i])
				buffer_print(countries, "%s%s", countries->len > 0 ? "," : "",
				    outlines_code(outlines, i));
	}
	free(possible);
	free(disc);
	outlines_free(outlines);
	return err;
}
