/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar for people and as JSON; see calendar_ics.h. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/calendar_ics.h"

enum { SAFE = 4 * 160 + 1 };

void
calendar_summary(struct buffer *out, const struct calendar_entry *entry)
{
	char subject[SAFE], title[SAFE];

	text_escape(entry->subject, strlen(entry->subject), subject, sizeof(subject));
	text_escape(entry->title, strlen(entry->title), title, sizeof(title));
	buffer_print(out, _("%s of %s ends"), _(calendar_kind_text(entry->kind)), subject);
	if (entry->position > 0)
		buffer_print(out, _(", %" PRIu32 " above the leaf of"), entry->position);
	if (title[0] != '\0')
		buffer_print(out, ": %s", title);
}

void
calendar_print_text(struct buffer *out, const struct state *state, const struct calendar *calendar,
    int64_t now_ms)
{
	char at[TIME_TEXT];

	time_jst_s(now_ms, at);
	buffer_print(out, _("%s: what ends when, as of %s\n"),
	    state->plan != NULL ? state->plan->name : "", at);
	if (calendar->entries == 0)
		buffer_print(out, "%s\n", _("nothing that ends is known"));
	for (size_t i = 0; i < calendar->entries; i++) {
		const struct calendar_entry *entry = &calendar->entry[i];

		time_jst_s(entry->at_ms, at);
		buffer_print(out, "%c %6" PRId64 "d  %s  ", calendar_letter(entry, now_ms),
		    calendar_days(entry, now_ms), at);
		calendar_summary(out, entry);
		if (entry->seen > 1)
			buffer_print(out, _("; seen %" PRIu32 " times"), entry->seen);
		if (!entry->known)
			buffer_print(out, "; %s", _("last seen so: the evidence is stale"));
		buffer_put_u8(out, '\n');
	}
}

static json_t *
text_json(const char *text)
{
	json_t *value = json_string(text);

	return value != NULL ? value : json_string("(not UTF-8)");
}

static json_t *
entry_json(const struct state *state, const struct calendar_entry *entry, int64_t now_ms)
{
	char at[TIME_TEXT], from[TIME_TEXT] = "", hex[HASH_TEXT], letter[2] = "";

	hash_text(calendar_id(state, entry), hex);
	hex[40] = '\0';
	time_utc(entry->at_ms, at);
	if (entry->from_ms != 0)
		time_utc(entry->from_ms, from);
	letter[0] = calendar_letter(entry, now_ms);
	return json_pack("{ss ss ss ss sI ss so so si sb si sI}", "id", hex,
	    "kind", calendar_kind_text(entry->kind), "ends", at, "from", from,
	    "days", (json_int_t)calendar_days(entry, now_ms), "letter", letter,
	    "subject", text_json(entry->subject), "title", text_json(entry->title),
	    "position", (int)entry->position, "known", entry->known, "seen", (int)entry->seen,
	    "record", (json_int_t)entry->seq);
}

void
calendar_print_json(struct buffer *out, const struct state *state, const struct calendar *calendar,
    int64_t now_ms)
{
	json_t *object = json_object(), *list = json_array();
	char now[TIME_TEXT], *dump;

	time_utc(now_ms, now);
	json_object_set_new(object, "monitor",
	    text_json(state->plan != NULL ? state->plan->name : ""));
	json_object_set_new(object, "at", json_string(now));
	for (size_t i = 0; i < calendar->entries; i++)
		json_array_append_new(list, entry_json(state, &calendar->entry[i], now_ms));
	json_object_set_new(object, "entries", list);
	dump = json_dumps(object, JSON_INDENT(2));
	buffer_put_text(out, dump != NULL ? dump : "{}");
	buffer_put_u8(out, '\n');
	free(dump);
	json_decref(object);
}
