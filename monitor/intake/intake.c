/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one way to the ledger: a signal's text goes beside the tree behind its commitment, the record
 * follows.  While the ledger is behind, signals wait and are counted; nothing is told twice.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/intake/listen.h"

enum { SALT_LEN = 32 };

int64_t
intake_now_ms(const struct intake *intake)
{
	(void)intake;
	return clock_monotonic_ns() / 1000000;
}

const struct plan_listener *
listener_plan(const struct listener *listener)
{
	return &listener->intake->start->plan->listener[listener->index];
}

void
intake_end(struct intake *intake, const char *why)
{
	if (!intake->ended && why != NULL)
		log_line(LOG_LEVEL_WARNING, "%s", why);
	intake->ended = true;
	uv_stop(&intake->loop);
}

bool
intake_open(const struct intake *intake)
{
	return !outbox_full(&intake->outbox) && intake->octets < INTAKE_MINUTE_OCTETS;
}

static void
ledger_send(struct intake *intake, enum message message, const struct buffer *body)
{
	outbox_send(&intake->outbox, message, bytes_of_buffer(body));
	intake->octets += body->len;
}

/* The salt and the text beside the tree; zero if there is no text, or no room for it. */
static struct hash
text_commit(struct intake *intake, const struct incoming *in)
{
	struct bytes text = bytes_slice(in->text, 0, INTAKE_TEXT_MAX);
	uint8_t salt[SALT_LEN];

	if (text.len == 0)
		return (struct hash){ { 0 } };
	if (intake->octets > INTAKE_MINUTE_OCTETS / 2) {
		intake_lost(&intake->listener[in->listener], LOSS_TEXT, 1, in->sender);
		return (struct hash){ { 0 } };
	}
	random_fill(salt, sizeof(salt));
	buffer_reset(&intake->value);
	buffer_put(&intake->value, salt, sizeof(salt));
	buffer_put(&intake->value, text.at, text.len);
	ledger_send(intake, MESSAGE_VALUE, &intake->value);
	return secret_commit(bytes_of(salt, sizeof(salt)), text);
}

static void
record_send(struct intake *intake, struct record *record)
{
	record->role = ROLE_INTAKE;
	record->index = intake->start->index;
	buffer_reset(&intake->body);
	record_encode(&intake->body, record);
	ledger_send(intake, MESSAGE_RECORD, &intake->body);
	if (intake->outbox.broken)
		intake_end(intake, "the ledger is gone");
}

static void
signal_send(struct intake *intake, const struct incoming *in)
{
	struct record record;

	incoming_record(in, listener_plan(&intake->listener[in->listener])->name, &record);
	record.signal.text = text_commit(intake, in);
	record_send(intake, &record);
}

enum gathered
intake_take(struct listener *listener, const struct incoming *in)
{
	struct intake *intake = listener->intake;
	enum gathered gathered = gather_take(intake->gather, in, listener_plan(listener)->rate,
	    !intake_open(intake), intake_now_ms(intake));

	intake->signals += in->count;
	if (gathered == GATHERED_NOW)
		signal_send(intake, in);
	if (gathered == GATHERED_OTHER)
		intake_lost(listener, LOSS_SHAPES, in->count, in->sender);
	return gathered;
}

void
intake_lost(struct listener *listener, enum loss loss, uint64_t count, const char *sender)
{
	struct lost *lost = &listener->lost[loss];

	lost->count += count;
	if (sender[0] != '\0')
		snprintf(lost->sender, sizeof(lost->sender), "%s", sender);
}

static bool
on_waiting(void *arg, const struct incoming *in)
{
	struct intake *intake = arg;

	if (!intake_open(intake))
		return false;
	signal_send(intake, in);
	return true;
}

static const struct {
	const char *title, *cause;
	enum severity severity;
	enum alarm_type type;
} losses[] = {
#define LOSS(NAME, title, SEVERITY, TYPE, cause) \
	{ title, cause, PERCEIVED_##SEVERITY, ALARM_TYPE_##TYPE },
#include "monitor/intake/loss_list.h"
};

static enum signal_form
form_of(const struct listener *listener)
{
	static const enum signal_form forms[LISTENER_KINDS] = {
		[LISTENER_SYSLOG] = SIGNAL_FORM_SYSLOG, [LISTENER_TRAP] = SIGNAL_FORM_TRAP,
		[LISTENER_WEBHOOK] = SIGNAL_FORM_WEBHOOK
	};

	return forms[listener->kind];
}

static void
own_begin(struct listener *listener, const char *what, struct incoming *in)
{
	incoming_begin(in, listener->index, form_of(listener), clock_wall_ms(), "");
	snprintf(in->key, sizeof(in->key), "sekimori-intake/%s/%s", listener_plan(listener)->name,
	    what);
}

static void
lost_tell(struct listener *listener, enum loss loss, int64_t now_ms)
{
	struct intake *intake = listener->intake;
	struct lost *lost = &listener->lost[loss];
	struct incoming *in = &intake->incoming;
	char text[128];

	if (lost->count == 0 || !intake_open(intake) ||
	    (lost->told_ms != 0 && now_ms - lost->told_ms < INTAKE_LOSS_MS && !intake->stopping))
		return;
	own_begin(listener, losses[loss].title, in);
	in->severity = losses[loss].severity;
	in->alarm_type = losses[loss].type;
	in->count = lost->count;
	incoming_put_text(in->title, sizeof(in->title), losses[loss].title);
	incoming_put_text(in->cause, sizeof(in->cause), losses[loss].cause);
	snprintf(text, sizeof(text), "the last of them from %s", lost->sender);
	in->text = lost->sender[0] != '\0' ? bytes_of_text(text) : bytes_of(NULL, 0);
	/* First, so that what telling it loses counts for the next time. */
	lost->count = 0;
	lost->told_ms = now_ms;
	lost->sender[0] = '\0';
	signal_send(intake, in);
}

void
intake_flush(struct intake *intake)
{
	int64_t now_ms = intake_now_ms(intake);

	if (now_ms - intake->minute_ms >= 60000) {
		intake->minute_ms = now_ms;
		intake->octets = 0;
	}
	gather_flush(intake->gather, on_waiting, intake);
	for (uint32_t i = 0; i < intake->listeners; i++) {
		listener_dropped(&intake->listener[i]);
		for (unsigned loss = 0; loss < LOSSES; loss++)
			lost_tell(&intake->listener[i], (enum loss)loss, now_ms);
	}
}

/* A listener that could not be had is an alarm of ours, raised at each start until it can. */
void
intake_tell_listeners(struct intake *intake)
{
	for (uint32_t i = 0; i < intake->listeners; i++) {
		struct listener *listener = &intake->listener[i];
		struct incoming *in = &intake->incoming;

		own_begin(listener, "listens", in);
		in->kind = listener->fd >= 0 ? SIGNAL_CLEARED : SIGNAL_RAISED;
		in->severity = listener->fd >= 0 ? PERCEIVED_CLEARED : PERCEIVED_MAJOR;
		in->alarm_type = ALARM_TYPE_COMMUNICATIONS;
		incoming_put_text(in->title, sizeof(in->title), listener->fd >= 0 ?
		    "this listener listens" : "this listener does not listen");
		in->text = bytes_of_text(listener->failed);
		signal_send(intake, in);
	}
}

void
intake_self(struct intake *intake)
{
	struct record record;

	role_self(intake->start, &record, &intake->scratch, buffer_text(&intake->confined));
	record.self.plan = intake->plan;
	coverage_begin(&intake->coverage, record.observed_ms, intake_now_ms(intake));
	record_send(intake, &record);
}

/* Until here everything that listens was read. */
void
intake_cover(struct intake *intake)
{
	struct record record = { .kind = RECORD_COVERAGE, .observed_ms = clock_wall_ms() };
	struct buffer none[3] = { { .max = 0 }, { .max = 0 }, { .max = 0 } };

	intake->coverage.rounds = intake->signals;
	coverage_end(&intake->coverage, record.observed_ms, intake_now_ms(intake),
	    &record.coverage);
	intake->signals = 0;
	for (uint32_t i = 0; i < intake->listeners; i++)
		record.coverage.targets += intake->listener[i].fd >= 0;
	record.coverage.missed = record_ids(&none[0], NULL, 0);
	record.coverage.late = record_ids(&none[1], NULL, 0);
	record.coverage.held = record_ids(&none[2], NULL, 0);
	record_send(intake, &record);
	for (size_t i = 0; i < 3; i++)
		buffer_free(&none[i]);
}
