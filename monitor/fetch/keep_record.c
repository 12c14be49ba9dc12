/* SPDX-License-Identifier: Apache-2.0 */
/* SIGNAL records of files that are kept fresh: exchanged, kept out, ageing, run out. */
#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/fetch/poll.h"

enum { CAUSE_OCTETS = 512 };

/* Recorded in English; whoever shows them may translate. */
static const struct { enum severity severity; const char *title; } states[KEEP_STATES] = {
	[KEEP_FINE]      = { PERCEIVED_CLEARED, N_("a file that is kept fresh is as fresh as it "
	    "should be") },
	[KEEP_ENDS_SOON] = { PERCEIVED_WARNING, N_("a file that is kept fresh runs out soon, and "
	    "there is no newer one") },
	[KEEP_REFUSED]   = { PERCEIVED_MINOR, N_("a file that was fetched is kept out, and the one "
	    "in use serves on") },
	[KEEP_STALE]     = { PERCEIVED_MAJOR, N_("a file that is kept fresh is older than it may "
	    "be") },
	[KEEP_ENDED]     = { PERCEIVED_MAJOR, N_("a file that is kept fresh has run out") },
};

static void
put_time(struct buffer *out, const char *what, int64_t ms)
{
	char text[TIME_TEXT];

	if (ms == 0)
		return;
	time_utc(ms, text);
	buffer_print(out, ", %s %s", what, text);
}

static void
put_content(struct buffer *out, struct hash hash, const struct download_content *content)
{
	char hex[HASH_TEXT];

	hash_text(hash, hex);
	buffer_print(out, "SHA-256 %s, %zu entries", hex, content->entries);
	if (content->serial != 0)
		buffer_print(out, ", edition %llu", (unsigned long long)content->serial);
	put_time(out, "made", content->date_ms);
	put_time(out, "runs out", content->until_ms);
}

void
record_kept(struct source *source, enum keep_state state)
{
	const struct keep *keep = &source->keep;
	struct record record = event_of(source, "freshness", states[state].severity);
	struct buffer cause = { .max = CAUSE_OCTETS };
	char hex[HASH_TEXT];

	if (!hash_is_zero(keep->refused)) {
		hash_text(keep->refused, hex);
		buffer_print(&cause, "kept out SHA-256 %s: %.200s; in use ", hex, keep->reason);
	}
	put_content(&cause, keep->hash, &keep->content);
	record.signal.kind = state == KEEP_FINE ? SIGNAL_CLEARED : SIGNAL_RAISED;
	record.signal.alarm_type = ALARM_TYPE_PROCESSING_ERROR;
	record.signal.cause = bytes_of_buffer(&cause);
	record.signal.title = bytes_of_text(states[state].title);
	record.signal.told = keep->content.date_ms;
	record.signal.clock = keep->content.date_ms != 0 ? SIGNAL_CLOCK_REPORTED :
	    SIGNAL_CLOCK_NONE;
	log_line(state == KEEP_FINE ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s: %s: %s",
	    keep->plan->name, states[state].title, buffer_text(&cause));
	record_send(source->poll, &record);
	buffer_free(&cause);
}

void
record_exchanged(struct source *source, const struct keep *before, struct bytes octets)
{
	const struct keep *keep = &source->keep;
	struct record record = event_of(source, "exchanged", PERCEIVED_INDETERMINATE);
	struct buffer cause = { .max = CAUSE_OCTETS }, list = { .max = RECORD_MAX };
	struct hash hash = keep->hash;

	buffer_put_text(&cause, "before: ");
	if (before->readable)
		put_content(&cause, before->hash, &before->content);
	else
		buffer_put_text(&cause, "nothing that could be read");
	buffer_put_text(&cause, "; after: ");
	put_content(&cause, keep->hash, &keep->content);
	record.signal.cause = bytes_of_buffer(&cause);
	record.signal.title = bytes_of_text(N_("a file was exchanged for a newer one"));
	record.signal.told = keep->content.date_ms;
	record.signal.clock = keep->content.date_ms != 0 ? SIGNAL_CLOCK_REPORTED :
	    SIGNAL_CLOCK_NONE;
	/* The CONFIG record that follows names it, too, if it is not larger than a blob. */
	if (octets.len <= BLOB_MAX && quota_take(&source->quota, octets.len)) {
		outbox_send(&source->poll->outbox, MESSAGE_BLOB, octets);
		record.signal.evidence = record_hashes(&list, &hash, 1);
	}
	log_line(LOG_LEVEL_INFO, "%s: exchanged; %s", keep->plan->name, buffer_text(&cause));
	record_send(source->poll, &record);
	buffer_free(&cause);
	buffer_free(&list);
}
