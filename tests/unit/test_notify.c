/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices: a real state made of records says what is owed; transport is a recorder, so that every
 * order of success, refusal and silence can be played.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <jansson.h>
#include <cmocka.h>

#include "monitor/base/cbor.h"
#include "monitor/daemon/engine_syslog.h"
#include "monitor/daemon/heartbeat.h"
#include "monitor/daemon/notify_text.h"
#include "tests/unit/small_plan.h"

enum { SENT_MAX = 512 };

struct sent { char channel[64]; uint64_t tag, transition, incident; enum alarm alarm; };

struct bench {
	struct state     *state;
	struct small_blob blob;
	struct notify    *notify;
	struct sent       sent[SENT_MAX];
	size_t            sends;
	enum err          send_answer;
	struct sent       receipt[SENT_MAX];
	size_t            receipts;
	char              json[16384], line[4096];
};

static enum err
on_send(void *arg, const struct notify_message *message)
{
	struct bench *b = arg;
	struct sent *sent = &b->sent[b->sends % SENT_MAX];
	struct buffer text = { .max = 0 };

	*sent = (struct sent){ .tag = message->tag, .alarm = message->alarm };
	snprintf(sent->channel, sizeof(sent->channel), "%s", message->channel->name);
	if (message->due != NULL) {
		sent->transition = message->due->transition;
		sent->incident = message->due->incident;
	}
	notice_json(&text, message, 1700000010000);
	snprintf(b->json, sizeof(b->json), "%s", buffer_text(&text));
	buffer_reset(&text);
	notice_syslog(&text, message, 1700000010000, "host", 42);
	assert_true(text.len <= SYSLOG_MAX);
	snprintf(b->line, sizeof(b->line), "%s", buffer_text(&text));
	buffer_free(&text);
	if (b->send_answer == ERR_OK)
		b->sends++;
	return b->send_answer;
}

static enum err
on_receipt(void *arg, const struct notify_receipt *receipt)
{
	struct bench *b = arg;
	struct sent *kept = &b->receipt[b->receipts++ % SENT_MAX];

	*kept = (struct sent){ .transition = receipt->transition, .incident = receipt->incident,
	    .tag = receipt->attempts };
	snprintf(kept->channel, sizeof(kept->channel), "%s", receipt->channel);
	return ERR_OK;
}

static const struct notify_ops ops = { .send = on_send, .record = on_receipt };

static void
fold(struct bench *b, struct record record)
{
	struct blob_source source = { .get = small_get, .arg = &b->blob };
	struct why why;

	record.seq = b->state->size;
	assert_int_equal(fold_apply(b->state, &record, ERR_OK, &source, &why), ERR_OK);
}

/* An incident of amf-1 that is due to be told. */
static void
bench_open(struct bench *b)
{
	struct plan *plan = small_plan();
	int64_t ms = 1700000000000;
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	*b = (struct bench){ .state = state_new() };
	fold(b, small_config(plan, &b->blob, ms));
	fold(b, small_self(ROLE_WORKER, ms + 10));
	for (uint64_t id = 1; id <= SMALL_TARGETS; id++)
		for (int i = 0; i < 2; i++)
			fold(b, small_observation(id, OUTCOME_UP, ms + 20 + (int64_t)id));
	for (int i = 0; i < 2; i++)
		fold(b, small_observation(1, OUTCOME_DOWN, ms + 2000 + 10 * i));
	tick.recorded_ms = tick.observed_ms = ms + 8000;
	fold(b, tick);
	b->notify = notify_new(&ops, b);
	plan_free(plan);
	assert_true(state_open_incidents(b->state) == 1);
	assert_true(b->state->dues >= 1);
}

static void
bench_close(struct bench *b)
{
	notify_free(b->notify);
	state_free(b->state);
	buffer_free(&b->blob.octets);
}

static size_t
sends_to(const struct bench *b, const char *channel)
{
	size_t count = 0;

	for (size_t i = 0; i < b->sends; i++)
		count += strcmp(b->sent[i].channel, channel) == 0;
	return count;
}

static const struct sent *
last_to(const struct bench *b, const char *channel)
{
	for (size_t i = b->sends; i-- > 0;)
		if (strcmp(b->sent[i].channel, channel) == 0)
			return &b->sent[i];
	return NULL;
}

static void
accept_all(struct bench *b, int64_t now_ms)
{
	size_t sends = b->sends;

	for (size_t i = 0; i < sends; i++)
		notify_done(b->notify, b->sent[i].tag, true, true, "HTTP 200", now_ms);
}

static void
each_channel_is_told_once_and_recorded(void **unused)
{
	struct bench b;

	(void)unused;
	bench_open(&b);
	notify_pump(b.notify, b.state, 1000);
	assert_int_equal(sends_to(&b, "noc"), 1);
	assert_int_equal(sends_to(&b, "syslog"), 1);
	assert_int_equal(sends_to(&b, "watcher"), 0);
	assert_false(notify_settled(b.notify));
	/* In flight: not again, however often somebody looks. */
	for (int64_t at = 1001; at < 100000; at += 1000)
		notify_pump(b.notify, b.state, at);
	assert_int_equal(b.sends, 2);
	assert_int_equal(b.receipts, 0);
	accept_all(&b, 100000);
	notify_pump(b.notify, b.state, 100001);
	assert_int_equal(b.receipts, 2);
	assert_int_equal(b.receipt[0].transition, b.sent[0].transition);
	/* Accepted, its record on the way: neither told nor handed over again for a while. */
	notify_pump(b.notify, b.state, 100002);
	assert_int_equal(b.receipts, 2);
	assert_int_equal(b.sends, 2);
	/* The ledger role died with it: handed over again, not told again. */
	notify_record_again(b.notify);
	notify_pump(b.notify, b.state, 100003);
	assert_int_equal(b.receipts, 4);
	notify_pump(b.notify, b.state, 100003 + NOTIFY_RECORD_MS);
	assert_int_equal(b.receipts, 6);
	assert_int_equal(b.sends, 2);
	bench_close(&b);
}

static void
a_notice_record_settles_it(void **unused)
{
	static const char *const channel[] = { "noc", "syslog" };
	struct bench b;

	(void)unused;
	bench_open(&b);
	notify_pump(b.notify, b.state, 1000);
	accept_all(&b, 1001);
	notify_pump(b.notify, b.state, 1002);
	for (size_t i = 0; i < 2; i++) {
		struct record notice = { .kind = RECORD_NOTICE, .role = ROLE_ENGINE,
		    .recorded_ms = b.state->now_ms, .observed_ms = b.state->now_ms };

		notice.notice.transition = b.receipt[i].transition;
		notice.notice.incident = b.receipt[i].incident;
		notice.notice.channel = bytes_of_text(channel[i]);
		fold(&b, notice);
	}
	assert_int_equal(b.state->dues, 0);
	notify_pump(b.notify, b.state, 1003);
	assert_true(notify_settled(b.notify));
	assert_int_equal(b.sends, 2);
	/* A new engine over the same ledger owes nothing. */
	notify_free(b.notify);
	b.notify = notify_new(&ops, &b);
	notify_pump(b.notify, b.state, 5000);
	assert_int_equal(b.sends, 2);
	bench_close(&b);
}

static void
a_crash_repeats_with_the_same_id(void **unused)
{
	struct bench b;
	uint64_t transition;

	(void)unused;
	bench_open(&b);
	notify_pump(b.notify, b.state, 1000);
	transition = last_to(&b, "noc")->transition;
	accept_all(&b, 1001);
	/* Killed before the NOTICE record was committed. */
	notify_free(b.notify);
	b.notify = notify_new(&ops, &b);
	notify_pump(b.notify, b.state, 2000);
	assert_int_equal(sends_to(&b, "noc"), 2);
	assert_int_equal(last_to(&b, "noc")->transition, transition);
	bench_close(&b);
}

static void
failures_back_off_from_a_second_to_five_minutes(void **unused)
{
	int64_t now = 1000;
	struct bench b;

	(void)unused;
	assert_int_equal(notify_backoff_ms(0), 0);
	assert_int_equal(notify_backoff_ms(1), 1000);
	assert_int_equal(notify_backoff_ms(2), 2000);
	assert_int_equal(notify_backoff_ms(9), 256000);
	assert_int_equal(notify_backoff_ms(10), NOTIFY_BACKOFF_MAX_MS);
	assert_int_equal(notify_backoff_ms(UINT64_MAX), NOTIFY_BACKOFF_MAX_MS);
	bench_open(&b);
	for (uint64_t failures = 1; failures <= 12; failures++) {
		notify_pump(b.notify, b.state, now);
		assert_int_equal(sends_to(&b, "noc"), failures);
		notify_done(b.notify, last_to(&b, "noc")->tag, false, false, "no route", now);
		notify_pump(b.notify, b.state, now + notify_backoff_ms(failures) - 1);
		assert_int_equal(sends_to(&b, "noc"), failures);
		now += notify_backoff_ms(failures);
	}
	/* The other channel is not held up by this one. */
	assert_int_equal(sends_to(&b, "syslog"), 1);
	bench_close(&b);
}

static void
one_incident_is_told_in_order(void **unused)
{
	struct bench b;
	const struct sent *first;

	(void)unused;
	bench_open(&b);
	/* It is over before anybody could be told that it began. */
	for (int i = 0; i < 3; i++)
		fold(&b, small_observation(1, OUTCOME_UP, 1700000009000 + 10 * i));
	assert_int_equal(b.state->dues, 2);
	notify_pump(b.notify, b.state, 1000);
	assert_int_equal(sends_to(&b, "noc"), 1);
	first = last_to(&b, "noc");
	assert_int_equal(first->transition % 16, TRANSITION_OPENED);
	notify_done(b.notify, first->tag, false, true, "HTTP 400", 1000);
	notify_pump(b.notify, b.state, 1500);
	assert_int_equal(sends_to(&b, "noc"), 1);
	notify_pump(b.notify, b.state, 2000);
	assert_int_equal(sends_to(&b, "noc"), 2);
	notify_done(b.notify, last_to(&b, "noc")->tag, true, true, "HTTP 200", 2000);
	notify_pump(b.notify, b.state, 2001);
	assert_int_equal(sends_to(&b, "noc"), 3);
	assert_int_equal(last_to(&b, "noc")->transition % 16, TRANSITION_RESOLVED);
	bench_close(&b);
}

static void
flights_are_bounded(void **unused)
{
	struct notice_due *due = memory_new(1000, sizeof(*due));
	struct bench b;
	struct state owed;

	(void)unused;
	bench_open(&b);
	owed = *b.state;
	for (uint32_t i = 0; i < 1000; i++)
		due[i] = (struct notice_due){ .transition = 16 * (i + 100), .incident = i + 100 };
	owed.due = due;
	owed.dues = 1000;
	notify_pump(b.notify, &owed, 1000);
	assert_int_equal(sends_to(&b, "noc"), NOTIFY_FLIGHTS);
	/* A channel that fails gets one attempt at a time. */
	for (size_t i = b.sends; i-- > 0;)
		notify_done(b.notify, b.sent[i].tag, false, false, "down", 1000);
	notify_pump(b.notify, &owed, 1000 + notify_backoff_ms(NOTIFY_FLIGHTS));
	assert_int_equal(sends_to(&b, "noc"), NOTIFY_FLIGHTS + 1);
	notify_pump(b.notify, &owed, 900000);
	assert_int_equal(sends_to(&b, "noc"), NOTIFY_FLIGHTS + 1);
	/* And all it may have once it accepts. */
	notify_done(b.notify, last_to(&b, "noc")->tag, true, true, "HTTP 200", 900000);
	notify_pump(b.notify, &owed, 900001);
	assert_int_equal(sends_to(&b, "noc"), 2 * NOTIFY_FLIGHTS + 1);
	free(due);
	bench_close(&b);
}

static void
nothing_is_lost_when_it_cannot_be_sent_now(void **unused)
{
	struct bench b;

	(void)unused;
	bench_open(&b);
	b.send_answer = ERR_BUSY;
	notify_pump(b.notify, b.state, 1000);
	assert_int_equal(b.sends, 0);
	b.send_answer = ERR_OK;
	notify_pump(b.notify, b.state, 1001);
	assert_int_equal(b.sends, 2);
	/* An end nobody waits for. */
	notify_done(b.notify, 999999, true, true, "HTTP 200", 1002);
	bench_close(&b);
}

static void
a_silent_ledger_is_told_out_of_band(void **unused)
{
	struct bench b;

	(void)unused;
	bench_open(&b);
	notify_pump(b.notify, b.state, 1000);
	accept_all(&b, 1000);
	notify_alarm(b.notify, ALARM_SILENT);
	notify_pump(b.notify, b.state, 1001);
	assert_int_equal(last_to(&b, "noc")->alarm, ALARM_SILENT);
	assert_non_null(strstr(b.json, "nothing is being recorded"));
	assert_non_null(strstr(b.line, "<25>1 "));	/* facility 3, severity alert */
	notify_done(b.notify, last_to(&b, "noc")->tag, false, true, "HTTP 503", 1002);
	notify_pump(b.notify, b.state, 1003);
	assert_int_equal(sends_to(&b, "noc"), 2);
	notify_pump(b.notify, b.state, 2002);
	assert_int_equal(sends_to(&b, "noc"), 3);
	notify_done(b.notify, last_to(&b, "noc")->tag, true, true, "HTTP 200", 2003);
	notify_pump(b.notify, b.state, 2004);
	assert_int_equal(sends_to(&b, "noc"), 3);
	notify_alarm(b.notify, ALARM_AGAIN);
	notify_pump(b.notify, b.state, 2005);
	assert_int_equal(last_to(&b, "noc")->alarm, ALARM_AGAIN);
	/* syslog still has the first one in flight: its end says what was told, then the rest. */
	assert_int_equal(last_to(&b, "syslog")->alarm, ALARM_SILENT);
	notify_done(b.notify, last_to(&b, "syslog")->tag, true, false, "taken", 2006);
	notify_pump(b.notify, b.state, 2007);
	assert_int_equal(last_to(&b, "syslog")->alarm, ALARM_AGAIN);
	bench_close(&b);
}

static void
the_words_say_what_happened(void **unused)
{
	struct bench b;
	json_t *object, *members;
	char id[128];

	(void)unused;
	bench_open(&b);
	notify_pump(b.notify, b.state, 1000);
	object = json_loads(b.json, 0, NULL);
	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "monitor")), "test carrier");
	assert_string_equal(json_string_value(json_object_get(object, "event")), "opened");
	assert_string_equal(json_string_value(json_object_get(object, "instance")), "amf-1");
	assert_string_equal(json_string_value(json_object_get(object, "site")), "tokyo");
	assert_string_equal(json_string_value(json_object_get(object, "scope")), "instance");
	assert_string_equal(json_string_value(json_object_get(object, "health")), "down");
	assert_non_null(strstr(json_string_value(json_object_get(object, "occurred")),
	    "2023-11-14T22:13:2"));
	assert_non_null(strstr(json_string_value(json_object_get(object, "opened_jst")),
	    "2023-11-15 07:13:2"));
	assert_null(json_object_get(object, "resolved"));
	assert_false(json_is_true(json_object_get(object, "delayed")));
	assert_non_null(strstr(json_string_value(json_object_get(object, "sentence_ja")), "停止"));
	snprintf(id, sizeof(id), "test carrier/%llu/%llu", (unsigned long long)b.sent[0].transition,
	    (unsigned long long)b.sent[0].incident);
	assert_string_equal(json_string_value(json_object_get(object, "id")), id);
	members = json_object_get(object, "members");
	assert_int_equal(json_array_size(members), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(members, 0),
	    "target")),
	    "amf-1-tcp");
	/* RFC 5424: priority, version, time, host, name, process, kind, structured data, message. */
	assert_true(strncmp(b.line, "<27>1 2023-11-14T22:13:30.000Z host sekimori 42 INCIDENT "
	    "[sekimori@32473 monitor=\"test carrier\" id=\"test carrier/", 100) == 0);
	assert_non_null(strstr(b.line, "] \xef\xbb\xbfincident "));
	json_decref(object);
	bench_close(&b);
}

static void
old_notices_are_marked_and_hostile_names_escaped(void **unused)
{
	struct buffer text = { .max = 0 };
	struct bench b;
	struct notify_message message;
	struct plan *plan;
	struct plan evil;

	(void)unused;
	bench_open(&b);
	message = (struct notify_message){ .state = b.state, .channel = &b.state->plan->channel[0],
	    .due = &b.state->due[0], .incident = state_incident(b.state,
	    b.state->due[0].incident) };
	assert_non_null(message.incident);
	notice_json(&text, &message, 1700000000000 + 2 * INT64_C(86400000));
	assert_non_null(strstr(buffer_text(&text), "\"delayed\":true"));
	buffer_reset(&text);
	evil = *b.state->plan;
	evil.name = "a\"]\\ \n\x1b<b>";
	plan = b.state->plan;
	b.state->plan = &evil;
	notice_syslog(&text, &message, 1700000000000 + 2 * INT64_C(86400000), "ho st", 1);
	b.state->plan = plan;
	assert_non_null(strstr(buffer_text(&text), "delayed=\"true\""));
	assert_non_null(strstr(buffer_text(&text), " - sekimori 1 "));
	assert_non_null(strstr(buffer_text(&text), "monitor=\"a\\\"\\]"));
	assert_null(strchr(buffer_text(&text), '\n'));
	assert_null(strchr(buffer_text(&text), '\x1b'));
	buffer_free(&text);
	bench_close(&b);
}

/* The first thing anybody reads of it, in both languages and both forms. */
static void
notices_of_a_drill_say_so_first(void **unused)
{
	struct buffer text = { .max = 0 };
	struct bench b;
	struct notify_message message;
	struct plan *plan, drill;

	(void)unused;
	bench_open(&b);
	message = (struct notify_message){ .state = b.state, .channel = &b.state->plan->channel[0],
	    .due = &b.state->due[0], .incident = state_incident(b.state,
	    b.state->due[0].incident) };
	notice_json(&text, &message, 1700000000000);
	assert_null(strstr(buffer_text(&text), "DRILL"));
	assert_null(strstr(buffer_text(&text), "\"drill\""));
	buffer_reset(&text);
	plan = b.state->plan;
	drill = *plan;
	drill.drill = "region-loss";
	b.state->plan = &drill;
	notice_json(&text, &message, 1700000000000);
	assert_non_null(strstr(buffer_text(&text), "\"drill\":true"));
	assert_non_null(strstr(buffer_text(&text), "\"sentence\":\"演習/DRILL "));
	assert_non_null(strstr(buffer_text(&text), "\"sentence_ja\":\"演習/DRILL "));
	buffer_reset(&text);
	notice_syslog(&text, &message, 1700000000000, "host", 1);
	assert_non_null(strstr(buffer_text(&text), "] \xef\xbb\xbf演習/DRILL "));
	b.state->plan = plan;
	buffer_free(&text);
	bench_close(&b);
}

static void
syslog_urls_are_read(void **unused)
{
	char host[256], port[8];

	(void)unused;
	assert_true(syslog_url_read("udp://192.0.2.1:514", host, port));
	assert_string_equal(host, "192.0.2.1");
	assert_string_equal(port, "514");
	assert_true(syslog_url_read("udp://[2001:db8::1]:5514", host, port));
	assert_string_equal(host, "2001:db8::1");
	assert_true(syslog_url_read("udp://log.example:1", host, port));
	assert_false(syslog_url_read("tcp://192.0.2.1:514", host, port));
	assert_false(syslog_url_read("udp://192.0.2.1", host, port));
	assert_false(syslog_url_read("udp://:514", host, port));
	assert_false(syslog_url_read("udp://[2001:db8::1:514", host, port));
	assert_false(syslog_url_read("udp://h:", host, port));
	assert_false(syslog_url_read("udp://h:123456", host, port));
	assert_false(syslog_url_read("udp://h:5x", host, port));
	assert_false(syslog_url_read("udp:", host, port));
}

struct beat { uint64_t tag; unsigned sends, records; bool heard; enum heard known; };

static enum err
beat_send(void *arg, const struct plan_channel *channel, uint64_t tag)
{
	struct beat *beat = arg;

	assert_string_equal(channel->name, "watcher");
	beat->tag = tag;
	beat->sends++;
	return ERR_OK;
}

static enum err
beat_record(void *arg, const char *channel, bool heard, const char *answer)
{
	struct beat *beat = arg;

	assert_string_equal(channel, "watcher");
	assert_non_null(answer);
	beat->heard = heard;
	beat->records++;
	return ERR_OK;
}

static enum heard
beat_known(void *arg, const char *channel)
{
	(void)channel;
	return ((struct beat *)arg)->known;
}

static const struct heartbeat_ops beat_ops = { .send = beat_send, .record = beat_record,
	.known = beat_known };

static void
the_heart_stops_with_the_ledger(void **unused)
{
	struct beat beat = { .known = HEARD_NEVER_ASKED };
	struct heartbeat *heartbeat = heartbeat_new(&beat_ops, &beat);
	struct plan *plan = small_plan();
	int64_t now = 100000;

	(void)unused;
	heartbeat_pump(heartbeat, plan, 0, now);
	assert_int_equal(beat.sends, 0);		/* it was never seen to grow */
	heartbeat_pump(heartbeat, plan, now, now);
	assert_int_equal(beat.sends, 1);
	heartbeat_pump(heartbeat, plan, now + 5000, now + 5000);
	assert_int_equal(beat.sends, 1);		/* the first has no answer yet */
	heartbeat_done(heartbeat, beat.tag, true, "HTTP 200");
	heartbeat_pump(heartbeat, plan, now + 5001, now + 5001);
	assert_int_equal(beat.records, 1);
	assert_true(beat.heard);
	assert_int_equal(beat.sends, 2);
	heartbeat_done(heartbeat, beat.tag, true, "HTTP 200");
	heartbeat_pump(heartbeat, plan, now + 5001, now + 12000);
	assert_int_equal(beat.sends, 3);
	assert_int_equal(beat.records, 1);		/* unchanged: not recorded again */
	heartbeat_done(heartbeat, beat.tag, false, "HTTP 500");
	/* 9 s without growth: silence is the message. */
	heartbeat_pump(heartbeat, plan, now + 5001, now + 5001 + 3 * TICK_MS);
	heartbeat_pump(heartbeat, plan, now + 5001, now + 3600000);
	assert_int_equal(beat.sends, 3);
	assert_int_equal(beat.records, 2);
	assert_false(beat.heard);
	heartbeat_free(heartbeat);
	/* The next engine knows what the ledger says. */
	beat = (struct beat){ .known = HEARD_YES };
	heartbeat = heartbeat_new(&beat_ops, &beat);
	heartbeat_pump(heartbeat, plan, now, now);
	heartbeat_done(heartbeat, beat.tag, true, "HTTP 200");
	heartbeat_pump(heartbeat, plan, now, now + 1);
	assert_int_equal(beat.records, 0);
	heartbeat_free(heartbeat);
	plan_free(plan);
}

/* No kind is told by a word that says nothing, and no two kinds by the same. */
static void
every_kind_has_its_japanese_word(void **unused)
{
	static const enum transition_kind kinds[] = {
#define X(number, NAME, text) TRANSITION_##NAME,
		TRANSITION_LIST(X)
#undef X
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *word = notice_kind_japanese(kinds[i]);

		assert_string_not_equal(word, notice_kind_japanese(TRANSITION_COUNT));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(word, notice_kind_japanese(kinds[k]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_channel_is_told_once_and_recorded),
		cmocka_unit_test(a_notice_record_settles_it),
		cmocka_unit_test(a_crash_repeats_with_the_same_id),
		cmocka_unit_test(failures_back_off_from_a_second_to_five_minutes),
		cmocka_unit_test(one_incident_is_told_in_order),
		cmocka_unit_test(flights_are_bounded),
		cmocka_unit_test(nothing_is_lost_when_it_cannot_be_sent_now),
		cmocka_unit_test(a_silent_ledger_is_told_out_of_band),
		cmocka_unit_test(the_words_say_what_happened),
		cmocka_unit_test(old_notices_are_marked_and_hostile_names_escaped),
		cmocka_unit_test(notices_of_a_drill_say_so_first),
		cmocka_unit_test(every_kind_has_its_japanese_word),
		cmocka_unit_test(syslog_urls_are_read),
		cmocka_unit_test(the_heart_stops_with_the_ledger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
