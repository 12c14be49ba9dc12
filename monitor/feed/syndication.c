/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements out of RSS items and Atom entries.  RSS has no word for the stage of an event: it is
 * read where publishers write it (AWS, Azure, Statuspage, carriers in Japan), else it stays unsaid.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "monitor/feed/feed_part.h"

struct syndication { enum feed_kind kind; struct feed_list *list; };

/* "https://status.aws.amazon.com/#ec2-ap-northeast-1_1768475400": service, region, second. */
static struct bytes
aws_key(struct bytes guid)
{
	const uint8_t *hash = guid.len > 0 ? memrchr(guid.at, '#', guid.len) : NULL;
	struct bytes key = hash != NULL ? bytes_slice(guid, (size_t)(hash - guid.at) + 1, guid.len)
	                                : guid;
	size_t len = key.len;

	while (len > 0 && isdigit(key.at[len - 1]))
		len--;
	if (len > 1 && len < key.len && key.at[len - 1] == '_')
		key.len = len - 1;
	return key;
}

/* "ap-northeast-1" of "ec2-ap-northeast-1": two letters, words, and a digit at the end. */
static struct bytes
aws_region(struct bytes key)
{
	if (key.len == 0 || !isdigit(key.at[key.len - 1]))
		return bytes_of(NULL, 0);
	for (size_t i = 0; i + 5 < key.len; i++)
		if ((i == 0 || key.at[i - 1] == '-') && islower(key.at[i]) &&
		    islower(key.at[i + 1]) && key.at[i + 2] == '-' && islower(key.at[i + 3]))
			return bytes_slice(key, i, key.len);
	return bytes_of(NULL, 0);
}

static void
aws_item(struct feed_draft *draft)
{
	struct bytes guid = draft->key;

	draft->key = aws_key(guid);
	draft->region = aws_region(draft->key);
	draft->services = draft->region.len > 0 && draft->region.len + 1 < draft->key.len ?
	    bytes_slice(draft->key, 0, draft->key.len - draft->region.len - 1) : draft->key;
	if (feed_find(draft->title, "[RESOLVED]") > 0 ||
	    feed_find(draft->title, "operating normally") > 0)
		draft->state = FEED_RESOLVED;
	else if (feed_find(draft->title, "Informational message") == 0)
		draft->state = FEED_ONGOING;
	if (feed_find(draft->title, "Informational message") > 0)
		draft->severity = PERCEIVED_WARNING;
	else
		draft->severity = feed_find(draft->title, "Service disruption") > 0 ?
		    PERCEIVED_CRITICAL : PERCEIVED_MAJOR;
}

/* Azure's categories name services and regions alike; its regions are named by the compass. */
static bool
azure_is_region(struct bytes name)
{
	static const char *const words[] = { "north", "south", "east", "west", "central", "global",
	    "worldwide", "gov ", "non-regional" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (feed_find(name, words[i]) > 0)
			return true;
	return false;
}

static void
azure_places(struct bytes categories, struct feed_names *region, struct feed_names *services)
{
	while (categories.len > 0) {
		const uint8_t *end = memmem(categories.at, categories.len, ", ", 2);
		size_t len = end != NULL ? (size_t)(end - categories.at) : categories.len;
		struct bytes name = bytes_of(categories.at, len);

		feed_name_add(azure_is_region(name) ? region : services, name);
		categories = bytes_slice(categories, len + 2, categories.len);
	}
}

/* Statuspage writes updates into one body, newest first: "<strong>Resolved</strong> - ...". */
static enum feed_state
state_of_body(struct bytes body)
{
	struct bytes left = body;
	size_t behind;

	while ((behind = feed_find(left, "<strong>")) > 0) {
		const uint8_t *end;
		enum feed_state state;

		left = bytes_slice(left, behind, left.len);
		end = left.len > 0 ? memchr(left.at, '<', left.len) : NULL;
		state = feed_state_of_word(bytes_of(left.at, end != NULL ?
		    (size_t)(end - left.at) : left.len));
		if (state != FEED_INFORMED)
			return state;
	}
	return FEED_INFORMED;
}

static struct feed_when
told_of(const struct feed_item *item)
{
	const struct buffer *fields[] = { &item->updated, &item->published };
	struct feed_when when = { .ms = 0 };

	/* RFC 4287 and RSS differ in how they write it, and publishers do not always care. */
	for (size_t i = 0; i < 2 && when.ms == 0; i++) {
		struct bytes text = bytes_of_buffer(fields[i]);

		when = text.len == 0 && when.doubtful ? when : feed_time_mail(text);
		if (when.ms == 0 && !when.doubtful)
			when = feed_time_iso(text);
	}
	return when;
}

static struct bytes
key_of(const struct feed_item *item)
{
	const struct buffer *fields[] = { &item->key, &item->link, &item->title, &item->body };
	size_t i = 0;

	while (i < 3 && fields[i]->len == 0)
		i++;
	return bytes_of_buffer(fields[i]);
}

static void
on_item(void *arg, const struct feed_item *item)
{
	struct syndication *s = arg;
	struct feed_names region = { .count = 0 }, services = { .count = 0 };
	struct feed_when told = told_of(item);
	struct feed_draft draft = { .key = key_of(item), .title = bytes_of_buffer(&item->title),
	    .text = bytes_of_buffer(&item->body), .told_ms = told.ms, .doubtful = told.doubtful,
	    .order = SIZE_MAX - item->number, .item = item->raw };

	draft.state = feed_state_of_title(draft.title);
	if (draft.state == FEED_INFORMED)
		draft.state = state_of_body(draft.text);
	draft.severity = draft.state == FEED_SCHEDULED || draft.state == FEED_MAINTENANCE ?
	    PERCEIVED_WARNING : PERCEIVED_INDETERMINATE;
	draft.services = bytes_of_buffer(&item->category.text);
	if (s->kind == FEED_AWS)
		aws_item(&draft);
	if (s->kind == FEED_AZURE) {
		azure_places(bytes_of_buffer(&item->category.text), &region, &services);
		draft.region = bytes_of_buffer(&region.text);
		draft.services = bytes_of_buffer(&services.text);
		/* It lists what is current, and says so when that is over. */
		if (draft.state == FEED_INFORMED)
			draft.state = FEED_ONGOING;
	}
	feed_add(s->list, &draft);
	buffer_free(&region.text);
	buffer_free(&services.text);
}

enum err
syndication_read(enum feed_kind kind, struct bytes document, struct feed_list *list,
    struct why *why)
{
	struct syndication s = { .kind = kind, .list = list };

	if (!feed_is_xml(document))
		return why_set(why, ERR_UNSUPPORTED, "it is no XML, and so neither RSS nor Atom");
	return feed_xml_read(document, on_item, &s, why);
}
