/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS, health.aws.amazon.com/public/currentevents: an array of events in UTF-16.  The ARN pairs
 * the statements of an event and names its region; numbers are written as texts or as numbers.
 */
#include <jansson.h>
#include <string.h>

#include "monitor/feed/feed_part.h"

enum { STATUS_OVER, STATUS_INFORMATION, STATUS_DEGRADED, STATUS_DISRUPTED };

static int
number_of(const json_t *object, const char *name)
{
	struct bytes text = feed_json_text(object, name);
	const json_t *value = json_object_get(object, name);
	json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;

	if (text.len == 1 && text.at[0] >= '0' && text.at[0] <= '9')
		return text.at[0] - '0';
	return number >= 0 && number < 10 ? (int)number : -1;
}

static void
status_read(int status, struct feed_draft *draft)
{
	draft->state = status == STATUS_OVER ? FEED_RESOLVED : FEED_ONGOING;
	draft->severity = status == STATUS_INFORMATION ? PERCEIVED_WARNING :
	    status == STATUS_DEGRADED ? PERCEIVED_MAJOR :
	    status == STATUS_DISRUPTED ? PERCEIVED_CRITICAL : PERCEIVED_INDETERMINATE;
}

/* arn:aws:health:REGION:... */
static struct bytes
region_of(struct bytes arn)
{
	size_t from = 0, field = 0;

	for (size_t i = 0; i < arn.len; i++) {
		if (arn.at[i] != ':')
			continue;
		if (field == 3)
			return bytes_slice(arn, from, i - from);
		field++;
		from = i + 1;
	}
	return bytes_of(NULL, 0);
}

static void
services_read(const json_t *event, struct feed_names *names)
{
	json_t *impacted = json_object_get(event, "impacted_services");
	const char *name;
	json_t *service;

	feed_name_add(names, feed_json_text(event, "service_name"));
	json_object_foreach(impacted, name, service)
		feed_name_add(names, feed_json_text(service, "service_name"));
}

static void
log_read(struct feed_list *list, const json_t *event, const json_t *entry,
    struct feed_draft *draft)
{
	struct feed_when told = feed_json_time(entry, "timestamp");
	struct bytes title = feed_json_text(entry, "summary");

	draft->title = title.len > 0 ? title : feed_json_text(event, "summary");
	draft->text = feed_json_text(entry, "message");
	draft->told_ms = told.ms;
	draft->doubtful = told.doubtful;
	status_read(number_of(entry, "status"), draft);
	if (feed_find(title, "[RESOLVED]") > 0)
		draft->state = FEED_RESOLVED;
	draft->ended_ms = draft->state == FEED_RESOLVED ? feed_json_time(event, "end_time").ms : 0;
	feed_add(list, draft);
}

static void
event_read(struct feed_list *list, const json_t *event)
{
	const json_t *log = json_object_get(event, "event_log"), *entry;
	struct feed_names services = { .count = 0 };
	struct feed_draft draft = { .key = feed_json_text(event, "arn"),
	    .started_ms = feed_json_time(event, "date").ms, .item = feed_json_item(list, event) };
	size_t i;

	services_read(event, &services);
	draft.services = bytes_of_buffer(&services.text);
	draft.region = region_of(draft.key);
	json_array_foreach(log, i, entry) {
		draft.order++;
		log_read(list, event, entry, &draft);
	}
	if (json_array_size(log) == 0) {
		struct feed_when told = feed_json_time(event, "date");

		draft.title = feed_json_text(event, "summary");
		draft.told_ms = told.ms;
		status_read(number_of(event, "status"), &draft);
		feed_add(list, &draft);
	}
	buffer_free(&services.text);
}

enum err
aws_read(struct bytes document, struct feed_list *list, struct why *why)
{
	json_t *root = feed_json_read(document, why);
	enum err err = ERR_OK;
	const json_t *event;
	size_t i;

	if (root == NULL)
		return why->err;
	if (!json_is_array(root))
		err = why_set(why, ERR_UNSUPPORTED, "it is JSON but no array of events: name "
		    "https://health.aws.amazon.com/public/currentevents");
	json_array_foreach(root, i, event) {
		if (feed_json_text(event, "arn").len == 0)
			err = why_set(why, ERR_MALFORMED, "event %zu has no arn", i);
		if (err != ERR_OK)
			break;
		event_read(list, event);
	}
	json_decref(root);
	return err;
}
