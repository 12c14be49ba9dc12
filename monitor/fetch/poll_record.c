/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGNAL and METRIC records of a source.  A provider's words are public: the headline stands in the
 * record, the body beside it as a value that can be withheld, the document is evidence by its hash.
 */
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/fetch/poll.h"

enum {
	CLOCK_AGREES_MS = 300000,
	SALT_LEN        = 32,
	LOAD_STEP_PPM   = 10000,	/* a hundredth of its capacity */
	CAUSE_MAX       = 512
};

void
record_send(struct poll *poll, struct record *record)
{
	record->role = ROLE_FETCH;
	record->index = poll->start->index;
	if (record->observed_ms == 0)
		record->observed_ms = clock_wall_ms();
	buffer_reset(&poll->body);
	record_encode(&poll->body, record);
	outbox_send(&poll->outbox, MESSAGE_RECORD, bytes_of_buffer(&poll->body));
}

void
record_self(struct poll *poll, const char *sandbox)
{
	struct buffer scratch = { .max = 0 };
	struct record record;

	role_self(poll->start, &record, &scratch, sandbox);
	record_send(poll, &record);
	buffer_free(&scratch);
}

bool
quota_take(struct poll_quota *quota, size_t octets)
{
	int64_t now = poll_now_ms(), room;

	if (!quota->begun)
		*quota = (struct poll_quota){ .begun = true, .octets = CHANGE_OCTETS,
		    .filled_ms = now };
	room = quota->octets + (now - quota->filled_ms) * CHANGE_OCTETS_S / 1000;
	quota->octets = room < CHANGE_OCTETS ? room : CHANGE_OCTETS;
	quota->filled_ms = now;
	if (quota->octets < (int64_t)octets)
		return false;
	quota->octets -= (int64_t)octets;
	return true;
}

struct telling {
	struct source *source;
	struct bytes   document;
	struct hash    whole;		/* of the document ... */
	bool           tried, sent;	/* ... if it was sent; a large one is not */
	size_t         told, more;	/* statements recorded; those that are only counted */
	int64_t        now_ms;
};

static bool
blob_send(struct telling *t, struct bytes octets, struct hash *hash)
{
	if (octets.len == 0 || !quota_take(&t->source->quota, octets.len))
		return false;
	outbox_send(&t->source->poll->outbox, MESSAGE_BLOB, octets);
	*hash = hash_of(octets);
	return true;
}

/* The document if it is small, else the part that the statement was read from, else nothing. */
static struct record_list
evidence_send(struct telling *t, const struct feed_notice *notice, struct buffer *list)
{
	struct hash item;

	if (!t->tried && t->document.len <= DOCUMENT_OCTETS)
		t->sent = blob_send(t, t->document, &t->whole);
	t->tried = true;
	if (t->sent)
		return record_hashes(list, &t->whole, 1);
	return record_hashes(list, &item, notice->item.len <= ITEM_OCTETS &&
	    blob_send(t, notice->item, &item));
}

static struct hash
text_send(struct source *source, const char *text)
{
	uint8_t value[SALT_LEN + FEED_TEXT_MAX];
	size_t len = strlen(text);

	if (len == 0 || len > FEED_TEXT_MAX)
		return (struct hash){ { 0 } };
	random_fill(value, SALT_LEN);
	memcpy(value + SALT_LEN, text, len);
	outbox_send(&source->poll->outbox, MESSAGE_VALUE, bytes_of(value, SALT_LEN + len));
	return secret_commit(bytes_of(value, SALT_LEN), bytes_of_text(text));
}

static enum signal_clock
clock_of(const struct feed_notice *notice, int64_t now_ms)
{
	if (notice->told_ms == 0)
		return notice->doubtful ? SIGNAL_CLOCK_DOUBTFUL : SIGNAL_CLOCK_NONE;
	if (notice->told_ms > now_ms + CLOCK_AGREES_MS)
		return SIGNAL_CLOCK_DOUBTFUL;
	return notice->told_ms >= now_ms - CLOCK_AGREES_MS ? SIGNAL_CLOCK_AGREES :
	    SIGNAL_CLOCK_REPORTED;
}

static void
notice_send(struct telling *t, const struct feed_notice *notice)
{
	struct buffer cause = { .max = CAUSE_MAX }, list = { .max = RECORD_MAX };
	struct record record = { .kind = RECORD_SIGNAL, .observed_ms = t->now_ms };
	struct source *source = t->source;

	buffer_print(&cause, "%s%s%s", feed_state_word(notice->state),
	    notice->services[0] != '\0' ? "; " : "", notice->services);
	record.signal = (struct record_signal){
		.source = bytes_of_text(source->plan->name),
		.form = SIGNAL_FORM_STATUS,
		.kind = SIGNAL_NOTICE,
		.key = bytes_of_text(notice->key),
		.subject = bytes_of_text(source->plan->subject),
		.severity = notice->severity,
		.cause = bytes_of_buffer(&cause),
		.title = bytes_of_text(notice->title),
		.told = notice->told_ms,
		.clock = clock_of(notice, t->now_ms),
		.started = notice->started_ms,
		.ended = notice->ended_ms,
		.region = bytes_of_text(notice->region),
		.count = 1,
		.evidence = evidence_send(t, notice, &list),
		.text = text_send(source, notice->text)
	};
	record_send(source->poll, &record);
	buffer_free(&cause);
	buffer_free(&list);
}

static void
on_news(void *arg, const struct feed_notice *notice)
{
	struct telling *t = arg;
	size_t octets = strlen(notice->text) + FEED_KEY_MAX + FEED_TITLE_MAX + FEED_PLACES_MAX;

	if (t->more > 0 || t->told == SIGNALS_OF_A_LOOK ||
	    !quota_take(&t->source->quota, octets)) {
		t->more++;
		return;
	}
	t->told++;
	notice_send(t, notice);
}

static enum signal_form
form_of(const struct source *source)
{
	return source->keep.plan != NULL ? SIGNAL_FORM_DOWNLOAD : SIGNAL_FORM_STATUS;
}

struct record
event_of(const struct source *source, const char *key, enum severity severity)
{
	struct record record = { .kind = RECORD_SIGNAL };

	record.signal = (struct record_signal){ .source = bytes_of_text(source->plan->name),
	    .form = form_of(source), .kind = SIGNAL_EVENT, .key = bytes_of_text(key),
	    .subject = bytes_of_text(source->plan->subject), .severity = severity, .count = 1 };
	return record;
}

void
record_notices(struct source *source, const struct feed_list *list, struct bytes document)
{
	struct telling t = { .source = source, .document = document, .now_ms = clock_wall_ms() };
	struct record record;

	feed_book_take(&source->book, list, source->plan->regions, t.now_ms, on_news, &t);
	if (list->left_out > 0)
		log_line(LOG_LEVEL_WARNING, "%s: %zu statements beyond the first %d were not read",
		    source->plan->name, list->left_out, FEED_NOTICES_MAX);
	if (t.more == 0)
		return;
	record = event_of(source, "more", PERCEIVED_WARNING);
	record.signal.count = t.more;
	record.signal.cause = bytes_of_text("flood");
	record.signal.title = bytes_of_text(N_("more statements at once than are recorded one by "
	    "one; they were counted"));
	record_send(source->poll, &record);
}

void
record_reading(struct source *source, bool readable, const char *why)
{
	/* Recorded in English; whoever shows them may translate. */
	static const char *const titles[3][2] = {
		{ N_("the metrics cannot be read"), N_("the metrics are being read") },
		{ N_("the provider's status feed cannot be read: silence of the provider proves "
		    "nothing"), N_("the provider's status feed is being read") },
		{ N_("a file cannot be fetched: the one in use grows old"),
		    N_("a file is being fetched") }
	};
	size_t what = source->keep.plan != NULL ? 2 : source->kind != FEED_NONE;
	struct record record = event_of(source, "reading",
	    readable ? PERCEIVED_CLEARED : PERCEIVED_WARNING);
	const char *title = titles[what][readable];

	record.signal.cause = bytes_of_text(why);
	record.signal.title = bytes_of_text(title);
	log_line(readable ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s: %s%s%s", source->plan->name,
	    title, why[0] != '\0' ? ": " : "", why);
	record_send(source->poll, &record);
}

static const char *
instance_of(const struct plan_source *plan)
{
	const char *colon = strchr(plan->subject, ':');

	return colon != NULL ? colon + 1 : plan->subject;
}

void
record_metrics(struct source *source, const struct exposition_sum *sum, const char *why)
{
	for (size_t i = 0; i < source->metrics; i++) {
		enum metric metric = source->metric[i];
		struct record record = { .kind = RECORD_METRIC };
		struct why reason = { .err = ERR_OK };
		uint64_t value = 0, before;
		bool known = sum != NULL && exposition_count(&sum[i],
		    metric == METRIC_LOAD_PPM ? 1e6 : 1, &value, &reason) == ERR_OK;

		if (!meter_take(&source->meter[i], known, value,
		    metric == METRIC_LOAD_PPM ? LOAD_STEP_PPM : 1, poll_now_ms(), &before))
			continue;
		record.metric = (struct record_metric){
			.source = bytes_of_text(source->plan->name),
			.instance = bytes_of_text(instance_of(source->plan)), .metric = metric,
			.value = value, .before = before, .told = known ? sum[i].told_ms : 0,
			.known = known };
		record_send(source->poll, &record);
		if (!known)
			log_line(LOG_LEVEL_WARNING, "%s: %s cannot be had: %s",
			    source->plan->name, metric_name(metric),
			    sum != NULL ? reason.text : why);
	}
}
