/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of distance for people, with the limit of the proof beside them. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/probe_distance.h"
#include "monitor/state/distance.h"

enum { LISTED_MAX = 32 };

static const char *const who[] = {
	[DISTANCE_FRONT] = N_("who ended the connection"),
	[DISTANCE_KEY] = N_("the key that signed")
};

/* A list with commas as words that fit a screen; of a long one the other one tells as much. */
static void
list_put(struct buffer *out, const char *list, uint32_t count, uint32_t others)
{
	size_t on_line = 0;

	if (count > LISTED_MAX && count > others) {
		buffer_put_text(out, _("all others"));
		return;
	}
	for (const char *at = list; *at != '\0'; at++) {
		if (*at != ',') {
			buffer_put_u8(out, (uint8_t)*at);
		} else if (++on_line % 16 == 0) {
			buffer_put_text(out, "\n                             ");
		} else {
			buffer_put_u8(out, ' ');
		}
	}
}

static void
one_text(struct buffer *out, struct bytes facts, enum distance_of of, const struct plan *plan,
    const char *vantage)
{
	struct distance_bound bound = { .vantage = vantage };
	struct buffer excluded = { .max = 0 }, left = { .max = 0 };
	uint32_t excludes, leaves;

	if (!distance_fact(facts, of, &bound.km))
		return;
	excludes = distance_excluded(plan, &bound, 1, &excluded);
	leaves = distance_left(plan, &bound, 1, &left);
	buffer_print(out, "  %s: ", _(who[of]));
	buffer_print(out, _("within %" PRId64 " km of %s\n"), bound.km,
	    vantage[0] != '\0' ? vantage : plan->vantage);
	buffer_print(out, "    %-20s %3" PRIu32 "  ", _("may be in"), leaves);
	list_put(out, buffer_text(&left), leaves, excludes);
	buffer_print(out, "\n    %-20s %3" PRIu32 "  ", _("excluded"), excludes);
	list_put(out, buffer_text(&excluded), excludes, leaves);
	buffer_put_text(out, "\n");
	buffer_free(&excluded);
	buffer_free(&left);
}

void
probe_distance_text(struct buffer *out, struct bytes facts, const struct plan *plan,
    const char *vantage)
{
	int64_t km;

	if (!distance_fact(facts, DISTANCE_FRONT, &km) && !distance_fact(facts, DISTANCE_KEY, &km))
		return;
	if (plan != NULL) {
		one_text(out, facts, DISTANCE_FRONT, plan, vantage);
		one_text(out, facts, DISTANCE_KEY, plan, vantage);
	} else {
		buffer_print(out, "  %s\n", _("Which countries that excludes depends on where it "
		    "was measured: give --config, and --vantage if it is not the monitor's own."));
	}
	buffer_print(out, "  %s\n", _("Proven by the speed of light in vacuum; the fibre figure "
	    "assumes that all of the way is fibre."));
	buffer_print(out, "  %s\n", _("It excludes and never places: a longer time proves "
	    "nothing. A front end answers for itself alone,"));
	buffer_print(out, "  %s\n", _("a key for the machine it is in, which is known only where "
	    "it is attested. Coordinates are as declared."));
}

static json_t *
list_json(const char *list)
{
	json_t *array = json_array();

	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		json_array_append_new(array, json_stringn(list, len));
		list += len + (list[len] == ',');
	}
	return array;
}

json_t *
probe_distance_json(struct bytes facts, const struct plan *plan, const char *vantage)
{
	static const char *const name[] = { [DISTANCE_FRONT] = "front", [DISTANCE_KEY] = "key" };
	json_t *all = NULL;

	for (unsigned of = DISTANCE_FRONT; of <= DISTANCE_KEY && plan != NULL; of++) {
		struct distance_bound bound = { .vantage = vantage };
		struct buffer list = { .max = 0 };
		json_t *one;

		if (!distance_fact(facts, (enum distance_of)of, &bound.km))
			continue;
		all = all != NULL ? all : json_object();
		one = json_object();
		json_object_set_new(one, "km", json_integer(bound.km));
		distance_excluded(plan, &bound, 1, &list);
		json_object_set_new(one, "excluded", list_json(buffer_text(&list)));
		buffer_reset(&list);
		distance_left(plan, &bound, 1, &list);
		json_object_set_new(one, "left", list_json(buffer_text(&list)));
		json_object_set_new(all, name[of], one);
		buffer_free(&list);
	}
	return all;
}

static enum err
vantage_find(const struct plan *plan, const char *vantage, const char **source,
    struct why *why)
{
	bool own = vantage[0] == '\0' || strcmp(vantage, plan->vantage) == 0;
	uint32_t count;

	*source = NULL;
	for (uint32_t i = 0; i < plan->vantage_count && *source == NULL && !own; i++)
		if (strcmp(plan->vantages[i].name, vantage) == 0)
			*source = plan->vantages[i].source;
	if (!own && *source == NULL)
		return why_set(why, ERR_INVALID, _("the configuration has no vantage \"%s\""),
		    vantage);
	if (distance_reaches(plan, vantage, &count) == NULL)
		return why_set(why, ERR_INVALID, _("the vantage \"%s\" has no coordinates; give "
		    "latitude and longitude there"), own ? plan->vantage : vantage);
	return ERR_OK;
}

enum err
probe_distance_plan(const char *path, const char *vantage, struct plan **out,
    const char **source, struct why *why)
{
	struct config config = { .log = LOG_LEVEL_WARNING };
	enum err err;

	*out = NULL;
	*source = NULL;
	if (path == NULL)
		return vantage[0] == '\0' ? ERR_OK : why_set(why, ERR_INVALID,
		    _("--vantage names one of a configuration: give --config"));
	err = config_load(path, &config, NULL, why);
	if (err == ERR_OK) {
		*out = plan_hold(config.plan);
		err = vantage_find(*out, vantage, source, why);
	}
	config_free(&config);
	return err;
}
