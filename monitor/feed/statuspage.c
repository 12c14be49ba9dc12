/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atlassian Statuspage, /api/v2: incidents.json, summary.json and their like.  Each update of an
 * incident is a statement; the id of the incident pairs them.
 */
#include <jansson.h>

#include "monitor/feed/feed_part.h"

static enum severity
severity_of(struct bytes impact)
{
	if (bytes_equal(impact, bytes_of_text("critical")))
		return PERCEIVED_CRITICAL;
	if (bytes_equal(impact, bytes_of_text("major")))
		return PERCEIVED_MAJOR;
	if (bytes_equal(impact, bytes_of_text("minor")))
		return PERCEIVED_MINOR;
	return bytes_equal(impact, bytes_of_text("maintenance")) ? PERCEIVED_WARNING :
	    PERCEIVED_INDETERMINATE;
}

static void
components_read(const json_t *components, struct feed_names *names)
{
	const json_t *component;
	size_t i;

	json_array_foreach(components, i, component)
		feed_name_add(names, feed_json_text(component, "name"));
}

static void
update_read(struct feed_list *list, const json_t *update, struct feed_draft *draft)
{
	struct feed_when told = feed_json_time(update, "display_at");

	if (told.ms == 0 && !told.doubtful)
		told = feed_json_time(update, "created_at");
	draft->state = feed_state_of_word(feed_json_text(update, "status"));
	draft->text = feed_json_text(update, "body");
	draft->told_ms = told.ms;
	draft->doubtful = told.doubtful;
	feed_add(list, draft);
}

/* What the incident says of itself now, when it shows none of its updates. */
static void
incident_add(struct feed_list *list, const json_t *incident, struct feed_draft *draft)
{
	struct feed_when told = feed_json_time(incident, "updated_at");

	draft->state = feed_state_of_word(feed_json_text(incident, "status"));
	draft->told_ms = told.ms;
	draft->doubtful = told.doubtful;
	feed_add(list, draft);
}

static void
incident_read(struct feed_list *list, const json_t *incident)
{
	const json_t *updates = json_object_get(incident, "incident_updates");
	struct feed_names services = { .count = 0 };
	struct feed_when planned = feed_json_time(incident, "scheduled_for");
	int64_t ended_ms = feed_json_time(incident, "resolved_at").ms;
	struct feed_draft draft = { .key = feed_json_text(incident, "id"),
	    .title = feed_json_text(incident, "name"),
	    .severity = severity_of(feed_json_text(incident, "impact")),
	    .item = feed_json_item(list, incident) };

	components_read(json_object_get(incident, "components"), &services);
	draft.services = bytes_of_buffer(&services.text);
	draft.started_ms = planned.ms != 0 ? planned.ms : feed_json_time(incident, "started_at").ms;
	if (json_array_size(updates) == 0) {
		draft.ended_ms = ended_ms;
		incident_add(list, incident, &draft);
	}
	/* Newest first; only what is said after the end can name it. */
	for (size_t i = json_array_size(updates); i-- > 0;) {
		const json_t *update = json_array_get(updates, i);

		draft.order++;
		draft.ended_ms = feed_state_over(feed_state_of_word(feed_json_text(update,
		    "status"))) ? ended_ms : 0;
		update_read(list, update, &draft);
	}
	buffer_free(&services.text);
}

static enum err
incidents_read(struct feed_list *list, const json_t *incidents, struct why *why)
{
	const json_t *incident;
	size_t i;

	json_array_foreach(incidents, i, incident) {
		if (feed_json_text(incident, "id").len == 0)
			return why_set(why, ERR_MALFORMED, "incident %zu has no id", i);
		incident_read(list, incident);
	}
	return ERR_OK;
}

enum err
statuspage_read(struct bytes document, struct feed_list *list, struct why *why)
{
	json_t *root = feed_json_read(document, why);
	const json_t *incidents = json_object_get(root, "incidents");
	const json_t *planned = json_object_get(root, "scheduled_maintenances");
	enum err err = ERR_OK;

	if (root == NULL)
		return why->err;
	if (!json_is_array(incidents) && !json_is_array(planned))
		err = why_set(why, ERR_UNSUPPORTED, "it is JSON without \"incidents\": name the "
		    "page's /api/v2/incidents.json");
	if (err == ERR_OK)
		err = incidents_read(list, incidents, why);
	if (err == ERR_OK)
		err = incidents_read(list, planned, why);
	json_decref(root);
	return err;
}
