/* SPDX-License-Identifier: Apache-2.0 */
/* How notices and heartbeats leave, and how their acceptance comes back as records. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"
#include "monitor/daemon/engine_syslog.h"
#include "monitor/daemon/notify_text.h"

enum { NOTICE_TIME_MS = 15000, NOTICE_ANSWER_OCTETS = 64 << 10, ANSWER_LINE = 120,
	HEARTBEAT_LOOK_BACK = 64 };

/* "HTTP 200: first line", escaped and cut. */
static void
answer_line(char out[NOTIFY_ANSWER_MAX], enum err err, uint64_t status, struct bytes body)
{
	char safe[ANSWER_LINE];
	size_t len = 0;

	while (len < body.len && body.at[len] != '\n' && body.at[len] != '\r' && len < ANSWER_LINE)
		len++;
	text_escape((const char *)body.at, len, safe, sizeof(safe));
	if (err != ERR_OK)
		snprintf(out, NOTIFY_ANSWER_MAX, "%s", safe[0] != '\0' ? safe : err_text(err));
	else
		snprintf(out, NOTIFY_ANSWER_MAX, "HTTP %" PRIu64 "%s%s", status,
		    safe[0] != '\0' ? ": " : "", safe);
}

static bool
is_success(enum err err, uint64_t status)
{
	return err == ERR_OK && status >= 200 && status <= 299;
}

static void
notice_over(void *arg, uint64_t tag, enum err err, uint64_t status, struct bytes body)
{
	struct engine *e = arg;
	char answer[NOTIFY_ANSWER_MAX];
	/* 408, 429 and 5xx speak of the receiver, other statuses of this notice. */
	bool reached = err == ERR_OK && status < 500 && status != 408 && status != 429;

	e->now_ms = engine_now_ms();
	answer_line(answer, err, status, body);
	if (!is_success(err, status))
		log_line(LOG_LEVEL_WARNING, "%s did not accept a notice, which is tried again: %s",
		    notify_channel(e->notify, tag), answer);
	notify_done(e->notify, tag, is_success(err, status), reached, answer, e->now_ms);
}

static void
notice_over_syslog(void *arg, uint64_t tag, enum err err, const char *answer)
{
	struct engine *e = arg;

	e->now_ms = engine_now_ms();
	if (err != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s did not accept a notice, which is tried again: %s",
		    notify_channel(e->notify, tag), answer);
	notify_done(e->notify, tag, err == ERR_OK, false, answer, e->now_ms);
}

static enum err
post(struct engine *e, const struct plan_channel *channel, struct buffer *body, fetched *then,
    uint64_t tag)
{
	struct fetch_post request = { .url = channel->url, .content_type = "application/json",
	    .trust = channel->trust, .secret = channel->secret, .body = bytes_of_buffer(body),
	    .octets_max = NOTICE_ANSWER_OCTETS, .time_ms = NOTICE_TIME_MS };
	enum err err = fetch_begin(&e->fetch, &request, e->now_ms, then, e, tag);

	buffer_free(body);
	return err;
}

static enum err
notice_send(void *arg, const struct notify_message *message)
{
	struct engine *e = arg;
	struct buffer body = { .max = 0 };
	enum err err;

	if (e->stopping)
		return ERR_CLOSED;
	if (strcmp(message->channel->kind, "webhook") == 0) {
		notice_json(&body, message, clock_wall_ms());
		return post(e, message->channel, &body, notice_over, message->tag);
	}
	if (strcmp(message->channel->kind, "syslog") != 0)
		return ERR_UNSUPPORTED;
	notice_syslog(&body, message, clock_wall_ms(), e->host, (uint64_t)getpid());
	err = syslog_send(&e->loop, message->channel->url, bytes_of_buffer(&body),
	    notice_over_syslog, e,
	    message->tag);
	buffer_free(&body);
	return err;
}

static enum err
notice_record(void *arg, const struct notify_receipt *receipt)
{
	struct record record;

	engine_record_head(&record, RECORD_NOTICE);
	record.notice.transition = receipt->transition;
	record.notice.incident = receipt->incident;
	record.notice.channel = bytes_of_text(receipt->channel);
	record.notice.attempts = receipt->attempts;
	record.notice.answer = bytes_of_text(receipt->answer);
	return engine_append(arg, &record);
}

const struct notify_ops engine_notify_ops = {
	.send = notice_send,
	.record = notice_record,
};

static void
heartbeat_over(void *arg, uint64_t tag, enum err err, uint64_t status, struct bytes body)
{
	struct engine *e = arg;
	char answer[NOTIFY_ANSWER_MAX];

	answer_line(answer, err, status, body);
	heartbeat_done(e->heartbeat, tag, is_success(err, status), answer);
}

static enum err
heartbeat_send(void *arg, const struct plan_channel *channel, uint64_t tag)
{
	struct engine *e = arg;
	struct buffer body = { .max = 0 };
	struct hash root;
	struct why why;
	uint64_t size = ledger_size(e->ledger);
	bool rooted;

	if (e->stopping)
		return ERR_CLOSED;
	rooted = ledger_root(e->ledger, size, &root, &why) == ERR_OK;
	heartbeat_json(&body, e->state->plan->name, size, rooted ? &root : NULL,
	    ledger_recorded_ms(e->ledger));
	return post(e, channel, &body, heartbeat_over, tag);
}

static enum err
heartbeat_record(void *arg, const char *channel, bool heard, const char *answer)
{
	struct record record;

	engine_record_head(&record, RECORD_HEARTBEAT);
	record.heartbeat.channel = bytes_of_text(channel);
	record.heartbeat.heard = heard;
	record.heartbeat.answer = bytes_of_text(answer);
	return engine_append(arg, &record);
}

static enum heard
heartbeat_known(void *arg, const char *channel)
{
	struct engine *e = arg;
	uint64_t before = ledger_size(e->ledger), seq;
	struct record record;
	struct why why;

	for (int i = 0; i < HEARTBEAT_LOOK_BACK; i++) {
		if (ledger_last(e->ledger, RECORD_HEARTBEAT, before, &seq, &why) != ERR_OK ||
		    ledger_read(e->ledger, seq, &record, &why) != ERR_OK)
			return HEARD_NEVER_ASKED;
		if (bytes_equal(record.heartbeat.channel, bytes_of_text(channel)))
			return record.heartbeat.heard ? HEARD_YES : HEARD_NO;
		before = seq;
	}
	return HEARD_NEVER_ASKED;
}

const struct heartbeat_ops engine_heartbeat_ops = {
	.send = heartbeat_send,
	.record = heartbeat_record,
	.known = heartbeat_known,
};
