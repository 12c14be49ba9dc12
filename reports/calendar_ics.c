/* SPDX-License-Identifier: Apache-2.0 */
/* iCalendar (RFC 5545); see calendar_ics.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/base/version.h"
#include "reports/calendar_ics.h"

enum { FOLD = 75, UTC_TEXT = 24 };	/* RFC 5545 3.1: octets of a line without its end */

/* 3.1: a long line goes on behind a line end and a blank, and no character is cut in two. */
static void
put_line(struct buffer *out, struct bytes line)
{
	size_t at = 0, room = FOLD;

	while (line.len - at > room) {
		size_t end = at + room;

		while ((line.at[end] & 0xc0) == 0x80)
			end--;
		buffer_put(out, line.at + at, end - at);
		buffer_put_text(out, "\r\n ");
		at = end;
		room = FOLD - 1;
	}
	buffer_put(out, line.at + at, line.len - at);
	buffer_put_text(out, "\r\n");
}

static void
put_plain(struct buffer *out, const char *line)
{
	put_line(out, bytes_of_text(line));
}

/* 3.3.11: backslash, semicolon, comma and line ends; what steers a terminal is escaped before. */
static void
put_text(struct buffer *out, const char *name, const char *value)
{
	struct buffer line = { .max = 0 };

	buffer_print(&line, "%s:", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			buffer_put_text(&line, "\\n");
			continue;
		}
		if (strchr("\\;,", *value) != NULL)
			buffer_put_u8(&line, '\\');
		buffer_put_u8(&line, (uint8_t)*value);
	}
	put_line(out, bytes_of_buffer(&line));
	buffer_free(&line);
}

/* 3.3.5: form #2, UTC. */
static void
put_time(struct buffer *out, const char *name, int64_t ms)
{
	char rfc[TIME_TEXT], line[64];

	time_utc(ms, rfc);	/* 2026-11-20T00:15:30.123Z */
	snprintf(line, sizeof(line), "%s:%.4s%.2s%.2sT%.2s%.2s%.2sZ", name, rfc, rfc + 5, rfc + 8,
	    rfc + 11, rfc + 14, rfc + 17);
	put_plain(out, line);
}

static void
put_alarm(struct buffer *out, int days, const char *summary)
{
	char trigger[32];

	snprintf(trigger, sizeof(trigger), "TRIGGER:-P%dD", days);
	put_plain(out, "BEGIN:VALARM");
	put_plain(out, "ACTION:DISPLAY");
	put_text(out, "DESCRIPTION", summary);
	put_plain(out, trigger);
	put_plain(out, "END:VALARM");
}

static void
put_event(struct buffer *out, const struct state *state, const struct calendar_entry *entry,
    int64_t now_ms)
{
	static const int alarm_days[] = { 30, 7, 1 };
	struct buffer text = { .max = 0 };
	char hex[HASH_TEXT];

	hash_text(calendar_id(state, entry), hex);
	put_plain(out, "BEGIN:VEVENT");
	buffer_print(&text, "%.40s@sekimori", hex);
	put_text(out, "UID", buffer_text(&text));
	put_time(out, "DTSTAMP", now_ms);
	put_time(out, "DTSTART", entry->at_ms);
	buffer_reset(&text);
	calendar_summary(&text, entry);
	put_text(out, "SUMMARY", buffer_text(&text));
	for (size_t i = 0; i < sizeof(alarm_days) / sizeof(alarm_days[0]); i++)
		put_alarm(out, alarm_days[i], buffer_text(&text));
	buffer_reset(&text);
	buffer_print(&text, _("record %" PRIu64 " of %s"), entry->seq, state->origin);
	if (!entry->known)
		buffer_print(&text, "\n%s", _("last seen so: the evidence is stale"));
	put_text(out, "DESCRIPTION", buffer_text(&text));
	put_text(out, "CATEGORIES", calendar_kind_text(entry->kind));
	put_plain(out, "TRANSP:TRANSPARENT");
	put_plain(out, "END:VEVENT");
	buffer_free(&text);
}

void
calendar_print_ics(struct buffer *out, const struct state *state, const struct calendar *calendar,
    int64_t now_ms)
{
	const struct plan *plan = state->plan;

	put_plain(out, "BEGIN:VCALENDAR");
	put_plain(out, "VERSION:2.0");
	put_plain(out, "PRODID:-//sekimori//" SEKIMORI_VERSION "//EN");
	put_plain(out, "CALSCALE:GREGORIAN");
	put_plain(out, "METHOD:PUBLISH");
	put_text(out, "X-WR-CALNAME", plan != NULL ? plan->name : "sekimori");
	for (size_t i = 0; i < calendar->entries; i++)
		put_event(out, state, &calendar->entry[i], now_ms);
	put_plain(out, "END:VCALENDAR");
}
