/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google Cloud, status.cloud.google.com/incidents.json: an array of incidents, newest first, each
 * with its updates.  An incident names no stage but what is affected; "end" closes it.
 */
#include <jansson.h>

#include "monitor/feed/feed_part.h"

static bool
is(struct bytes text, const char *word)
{
	return bytes_equal(text, bytes_of_text(word));
}

static enum severity
severity_of(struct bytes impact, struct bytes severity)
{
	if (is(impact, "SERVICE_OUTAGE"))
		return PERCEIVED_CRITICAL;
	if (is(impact, "SERVICE_DISRUPTION"))
		return is(severity, "low") ? PERCEIVED_MINOR : PERCEIVED_MAJOR;
	return is(impact, "SERVICE_INFORMATION") ? PERCEIVED_WARNING : PERCEIVED_INDETERMINATE;
}

static enum feed_state
state_of(struct bytes status)
{
	if (is(status, "AVAILABLE"))
		return FEED_RESOLVED;
	return is(status, "SERVICE_INFORMATION") ? FEED_INFORMED : FEED_ONGOING;
}

static void
names_read(const json_t *list, const char *name, struct feed_names *names)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		feed_name_add(names, feed_json_text(entry, name));
}

static struct feed_when
told_of(const json_t *update)
{
	struct feed_when told = feed_json_time(update, "when");

	return told.ms != 0 || told.doubtful ? told : feed_json_time(update, "created");
}

static void
update_read(struct feed_list *list, const json_t *incident, const json_t *update,
    struct feed_draft *draft)
{
	struct feed_names region = { .count = 0 };
	struct feed_when told = told_of(update);

	names_read(json_object_get(update, "affected_locations"), "id", &region);
	if (region.count == 0)
		names_read(json_object_get(incident, "currently_affected_locations"), "id",
		    &region);
	if (region.count == 0)
		names_read(json_object_get(incident, "previously_affected_locations"), "id",
		    &region);
	draft->region = bytes_of_buffer(&region.text);
	draft->text = feed_json_text(update, "text");
	draft->told_ms = told.ms;
	draft->doubtful = told.doubtful;
	feed_add(list, draft);
	buffer_free(&region.text);
}

static void
incident_read(struct feed_list *list, const json_t *incident)
{
	const json_t *updates = json_object_get(incident, "updates");
	struct feed_names services = { .count = 0 };
	int64_t ended_ms = feed_json_time(incident, "end").ms;
	size_t count = json_array_size(updates);
	struct feed_draft draft = { .key = feed_json_text(incident, "id"),
	    .title = feed_json_text(incident, "external_desc"),
	    .severity = severity_of(feed_json_text(incident, "status_impact"),
	    feed_json_text(incident, "severity")),
	    .started_ms = feed_json_time(incident, "begin").ms,
	    .item = feed_json_item(list, incident) };

	names_read(json_object_get(incident, "affected_products"), "title", &services);
	if (services.count == 0)
		feed_name_add(&services, feed_json_text(incident, "service_name"));
	draft.services = bytes_of_buffer(&services.text);
	for (size_t i = count; i-- > 0;) {
		const json_t *update = json_array_get(updates, i);

		draft.order++;
		draft.state = state_of(feed_json_text(update, "status"));
		if (i == 0 && ended_ms != 0)
			draft.state = FEED_RESOLVED;
		draft.ended_ms = draft.state == FEED_RESOLVED ? ended_ms : 0;
		update_read(list, incident, update, &draft);
	}
	if (count == 0) {
		const json_t *recent = json_object_get(incident, "most_recent_update");

		draft.state = ended_ms != 0 ? FEED_RESOLVED : FEED_ONGOING;
		draft.ended_ms = ended_ms;
		update_read(list, incident, recent != NULL ? recent : incident, &draft);
	}
	buffer_free(&services.text);
}

enum err
google_read(struct bytes document, struct feed_list *list, struct why *why)
{
	json_t *root = feed_json_read(document, why);
	enum err err = ERR_OK;
	const json_t *incident;
	size_t i;

	if (root == NULL)
		return why->err;
	if (!json_is_array(root))
		err = why_set(why, ERR_UNSUPPORTED, "it is JSON but no array of incidents: name "
		    "https://status.cloud.google.com/incidents.json");
	json_array_foreach(root, i, incident) {
		if (feed_json_text(incident, "id").len == 0)
			err = why_set(why, ERR_MALFORMED, "incident %zu has no id", i);
		if (err != ERR_OK)
			break;
		incident_read(list, incident);
	}
	json_decref(root);
	return err;
}
