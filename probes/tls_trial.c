/* SPDX-License-Identifier: Apache-2.0 */
/* One connection after another, and what each shows; see tls_trial.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/tls_negative.h"
#include "probes/tls_trial.h"

enum {
	TRIAL_NS    = 2000000000,	/* for one connection, if the round has that much */
	QUIET_NS    = 300000000,	/* for an alert, where the handshake itself says enough */
	TLS_1_0     = 0x0301, TLS_1_1 = 0x0302,
	LEAVE_NS    = 1000000000,	/* for the peer's end behind our farewell */
	PAUSE_NS    = 200000000,	/* for the peer to forget the connection that ended */
	ALERT_VERSION = 70		/* protocol_version */
};

static void next(struct round *, struct trials *);

static size_t
remaining(const struct trials *t)
{
	const struct refusal *refusal = &t->refusal;
	size_t count = 0;

	for (size_t i = 0; i < refusal->count; i++)
		count += refusal->wanted[i] && !refusal->denied[i] &&
		    refusal->answer[i] == REFUSAL_NOT_MADE;
	return count;
}

static void
connection_drop(struct trials *t)
{
	if (t->ops->reset != NULL)
		t->ops->reset(t);
	channel_free(&t->channel);
	t->channel = (struct channel){ .tls = false };
	if (t->context_open)
		tls_context_close(&t->context);
	t->context_open = false;
	t->asked = false;
	buffer_reset(&t->sent);
}

/* Says farewell and ends our side; then the next attempt, at once or behind the peer's end. */
static void
leave(struct round *round, struct trials *t)
{
	t->leaving = t->ops->leave != NULL && t->channel.ready && t->ops->leave(round, t);
	if (t->leaving) {
		round_wait(round, LEAVE_NS);
		return;
	}
	channel_end(round, &t->channel);
	next(round, t);
}

/* The farewell is answered: our side ends; the peer's side ends: a pause; then the next attempt. */
static void
on_leaving(struct round *round, struct trials *t, const struct event *event)
{
	enum channel_step step = CHANNEL_MORE;

	if (event->kind == EVENT_TIMER) {
		t->leaving = false;
		next(round, t);
		return;
	}
	step = channel_event(round, &t->channel, event, "");
	if (step == CHANNEL_DATA)
		channel_end(round, &t->channel);
	if (step == CHANNEL_ENDED || step == CHANNEL_FAILED || event->kind == EVENT_CLOSED) {
		channel_end(round, &t->channel);
		round_wait(round, PAUSE_NS);
	}
}

void
trials_tell(struct round *round, struct trials *t, enum refusal_answer answer, const char *text)
{
	refusal_sent(&t->refusal, bytes_of_buffer(&t->sent));
	refusal_tell(round, &t->refusal, answer, "%s", text);
	leave(round, t);
}

/* The credential of an attempt, in a context of its own; why says what is missing. */
static enum err
credential_make(struct round *round, struct trials *t, struct why *why)
{
	struct bytes good = round_file(round, "client_certificate");
	struct buffer certificate = { 0 }, key = { 0 };
	struct bytes pem = { 0 }, secret = { 0 };
	enum err err = ERR_OK;

	if (t->kind == TRIAL_EXPIRED) {
		pem = round_file(round, "expired_certificate");
		secret = round_file(round, "expired_key");
	} else if (t->kind == TRIAL_WRONG_NAME) {
		pem = round_file(round, "other_certificate");
		secret = round_file(round, "other_key");
	} else if (t->kind != TRIAL_NO_CERTIFICATE) {
		if (t->kind == TRIAL_FORGED_CA && good.len == 0)
			return why_set(why, ERR_INVALID, "not made: it needs client_certificate, "
			    "whose issuer is named");
		err = tls_negative_make(t->kind == TRIAL_FORGED_CA ? TLS_NEGATIVE_FORGED :
		    TLS_NEGATIVE_STRANGER, good, round_wall_ms(round), &certificate, &key, why);
		pem = bytes_of_buffer(&certificate);
		secret = bytes_of_buffer(&key);
	}
	if (t->kind != TRIAL_NO_CERTIFICATE && err == ERR_OK && pem.len == 0)
		err = why_set(why, ERR_INVALID, "not made: it needs %s by an authority the peer "
		    "trusts, because one of ours would be refused for its authority",
		    t->kind == TRIAL_EXPIRED ? "expired_certificate" : "other_certificate");
	if (err == ERR_OK)
		err = tls_context_open(&t->context, pem, secret, why);
	t->context_open = err == ERR_OK;
	buffer_free(&certificate), buffer_free(&key);
	return err;
}

static bool
is_certificate(enum trial_kind kind)
{
	return kind == TRIAL_NO_CERTIFICATE || kind == TRIAL_WRONG_CA ||
	    kind == TRIAL_FORGED_CA || kind == TRIAL_EXPIRED || kind == TRIAL_WRONG_NAME;
}

static bool
is_version(enum trial_kind kind)
{
	return kind == TRIAL_TLS_1_1 || kind == TRIAL_TLS_1_0;
}

static bool
is_plaintext(enum trial_kind kind)
{
	return kind == TRIAL_PLAINTEXT || kind == TRIAL_PLAINTEXT_PORT;
}

/* Connects for t->kind; false: it cannot be made, why says what it lacks. */
static bool
connect_for(struct round *round, struct trials *t, struct why *why)
{
	bool tls = !is_plaintext(t->kind) &&
	    !(t->plain && (t->kind == TRIAL_OWN || t->kind == TRIAL_CONTROL));
	int64_t port = 0, most = round_left_ns(round) / (int64_t)(remaining(t) + 2);

	if (t->kind == TRIAL_PLAINTEXT_PORT &&
	    integer_read(round_option(round, "plaintext_port"), &port) != ERR_OK) {
		why_set(why, ERR_INVALID, "not made: it needs plaintext_port");
		return false;
	}
	if (is_certificate(t->kind) && credential_make(round, t, why) != ERR_OK)
		return false;
	if (channel_start(round, &t->channel, tls) == CHANNEL_FAILED) {
		why_set(why, t->channel.err, "not made: %s", t->channel.text);
		return false;
	}
	t->channel.context = t->context_open ? &t->context : NULL;
	t->channel.version_max = t->kind == TRIAL_TLS_1_1 ? TLS_1_1 :
	    t->kind == TRIAL_TLS_1_0 ? TLS_1_0 : 0;
	if (t->kind != TRIAL_OWN && t->kind != TRIAL_CONTROL)
		t->channel.sent = &t->sent;
	if (port != 0)
		round_connect_port(round, (uint16_t)port);
	most = most < TRIAL_NS ? most : TRIAL_NS;
	t->patient = false;
	t->ends_ns = round_now_ns(round) + most;
	round_wait(round, most);
	return true;
}

/* The next attempt that can be made; the end of the round if there is none. */
static void
next(struct round *round, struct trials *t)
{
	struct why why = { .err = ERR_OK };

	while ((t->attempt = refusal_next(&t->refusal)) != NULL) {
		connection_drop(t);
		t->kind = t->ops->kind[t->attempt - t->ops->table];
		if (t->down[0] != '\0' && !t->speaks)
			why_set(&why, ERR_CLOSED, "the peer does not answer as it should, so that "
			    "no refusal can be told: %s", t->down);
		else if (connect_for(round, t, &why))
			return;
		refusal_tell(round, &t->refusal, REFUSAL_UNCLEAR, "%s", why.text);
	}
	refusal_finish(round, &t->refusal);
}

void
trials_start(struct round *round, struct trials *t, const struct trial_ops *ops, bool plain)
{
	struct why why = { .err = ERR_OK };

	t->ops = ops;
	t->plain = plain;
	t->kind = TRIAL_CONTROL;
	t->sent.max = REFUSAL_OCTETS_MAX;
	if (!refusal_begin(round, &t->refusal, ops->table, ops->count))
		return;
	if (tls_kept_prepare(round, &why) != ERR_OK || !connect_for(round, t, &why))
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
}

/* The first connection is over: it worked, or text says why not. */
static void
control_over(struct round *round, struct trials *t, const char *text)
{
	t->speaks |= t->plain ? t->channel.connected :
	    t->channel.ready || t->channel.session.certificates > 0;
	snprintf(t->down, sizeof(t->down), "%s", text);
	leave(round, t);
}

/* RFC 8446 6.2, RFC 5246 7.2.2: alerts that speak of the certificate, or of its signature. */
static bool
alert_names_certificate(uint8_t alert)
{
	static const uint8_t known[] = { 42, 43, 44, 45, 46, 48, 49, 51, 116 };

	return memchr(known, alert, sizeof(known)) != NULL;
}

/* An end that is no refusal by name counts only beside a connection that worked. */
static void
tell_end(struct round *round, struct trials *t, bool worked, const char *what)
{
	char text[REFUSAL_TEXT];

	if (worked)
		trials_tell(round, t, REFUSAL_REFUSED, what);
	else {
		snprintf(text, sizeof(text), "%.90s, and our own credential is not served either: "
		    "set client_certificate and client_key to one that is", what);
		trials_tell(round, t, REFUSAL_UNCLEAR, text);
	}
}

static void
tell_alert(struct round *round, struct trials *t)
{
	uint8_t alert = t->channel.session.alert;
	const char *name = tls_alert_name(alert);
	char text[REFUSAL_TEXT];

	snprintf(text, sizeof(text), "alert %s (%u)", name != NULL ? name : "unknown", alert);
	if (is_certificate(t->kind))
		tell_end(round, t, alert_names_certificate(alert) || t->serves, text);
	else if (is_version(t->kind))
		tell_end(round, t, alert == ALERT_VERSION || t->speaks, text);
	else
		trials_tell(round, t, REFUSAL_UNCLEAR, text);
}

/* The connection is over without an answer of the protocol. */
static void
on_over(struct round *round, struct trials *t, enum err err, const char *text)
{
	bool ended = t->channel.connected && (err == ERR_CLOSED || t->channel.ended);

	if (t->kind == TRIAL_CONTROL)
		control_over(round, t, text);
	else if (t->channel.opened && t->channel.session.alerted)
		tell_alert(round, t);
	else if (t->kind == TRIAL_PLAINTEXT_PORT && err == ERR_REFUSED && !t->channel.connected)
		tell_end(round, t, t->speaks, "nothing listens at that port");
	else if (ended && is_plaintext(t->kind) && t->refusal.received.len > 0)
		trials_tell(round, t, REFUSAL_UNCLEAR, "it answered in the clear, but not what "
		    "was asked, and ended the connection");
	else if (ended && (is_plaintext(t->kind) || is_version(t->kind)))
		tell_end(round, t, t->speaks, "it ended the connection without a word");
	else if (ended && is_certificate(t->kind))
		tell_end(round, t, t->serves, "it ended the connection without a word");
	else
		trials_tell(round, t, REFUSAL_UNCLEAR, text);
}

static void
on_judged(struct round *round, struct trials *t, bool ended)
{
	char text[REFUSAL_TEXT] = "";
	const struct buffer *data = &t->channel.data;
	enum refusal_answer answer;

	if (is_plaintext(t->kind) && data->len >= 2 && data->at[0] == 0x15 && data->at[1] == 3) {
		trials_tell(round, t, REFUSAL_REFUSED, "it answered with an alert of TLS");
		return;
	}
	answer = t->ops->judge(round, t, ended, text);
	if (answer == REFUSAL_NOT_MADE)
		return;
	if (t->kind != TRIAL_CONTROL) {
		trials_tell(round, t, answer, text);
		return;
	}
	t->serves = answer == REFUSAL_ACCEPTED;
	control_over(round, t, t->serves ? "" : text);
}

static void
on_ready(struct round *round, struct trials *t)
{
	const struct tls_session *session = &t->channel.session;
	struct buffer out = { .max = REFUSAL_OCTETS_MAX };
	char text[64];

	if (is_version(t->kind)) {
		snprintf(text, sizeof(text), "it negotiated %s", tls_session_version(session));
		trials_tell(round, t, REFUSAL_ACCEPTED, text);
		return;
	}
	if (is_certificate(t->kind) && !session->heard.certificate_requested) {
		trials_tell(round, t, REFUSAL_ACCEPTED, "it asks for no client certificate");
		return;
	}
	t->asked = t->ops->ask(round, t, &out);
	if (t->asked && out.len > 0)
		channel_send(round, &t->channel, bytes_of_buffer(&out));
	else if (t->asked)
		round_wait(round, QUIET_NS);
	buffer_free(&out);
}

/* Nothing was to be asked and nothing came: what the handshake alone shows. */
static bool
handshake_took(const struct trials *t)
{
	const struct tls_session *session = &t->channel.session;

	/* RFC 8446 4.6.1: a ticket comes only behind the client's Finished, and its certificate. */
	return t->channel.ready && t->channel.opened &&
	    (!session->heard.tls13 || session->ticket);
}

/* An alert comes a round trip behind our Finished, and a busy or distant peer is no other one. */
static bool
waits_on(struct round *round, struct trials *t)
{
	int64_t left = t->ends_ns - round_now_ns(round);

	if (t->patient || !t->asked || handshake_took(t) || left <= 0)
		return false;
	t->patient = true;
	round_wait(round, left);
	return true;
}

static void
on_quiet(struct round *round, struct trials *t)
{
	if (waits_on(round, t))
		return;
	if (t->kind == TRIAL_CONTROL) {
		t->serves = handshake_took(t);
		control_over(round, t, t->serves ? "" : "no answer came in time");
	} else if (is_certificate(t->kind) && handshake_took(t) && t->channel.data.len == 0) {
		trials_tell(round, t, REFUSAL_ACCEPTED,
		    "TLS took it; an application behind it may still refuse");
	} else {
		trials_tell(round, t, REFUSAL_UNCLEAR, t->channel.ready ?
		    "it kept the connection and said nothing" : "no answer came in time");
	}
}

static void
on_step(struct round *round, struct trials *t, enum channel_step step)
{
	/* The version was chosen; what its handshake still lacks is a certificate of ours. */
	if (is_version(t->kind) && step != CHANNEL_READY && t->channel.opened &&
	    t->channel.session.certificates > 0) {
		trials_tell(round, t, REFUSAL_ACCEPTED, "it chose that version");
		return;
	}
	if (step == CHANNEL_READY)
		on_ready(round, t);
	else if (step == CHANNEL_DATA)
		on_judged(round, t, false);
	else if (step == CHANNEL_ENDED && t->channel.data.len > 0)
		on_judged(round, t, true);
	else if (step == CHANNEL_ENDED)
		on_over(round, t, ERR_CLOSED, "it ended the connection without an answer");
	else if (step == CHANNEL_FAILED)
		on_over(round, t, t->channel.err, t->channel.text);
}

void
trials_event(struct round *round, struct trials *t, const struct event *event)
{
	const char *alpn = t->ops->alpn != NULL ? t->ops->alpn(round) : "";

	if (event->kind == EVENT_DEADLINE) {
		refusal_finish(round, &t->refusal);
	} else if (t->leaving) {
		on_leaving(round, t, event);
	} else if (event->kind == EVENT_TIMER) {
		if (t->ops->quiet == NULL || !t->channel.ready || !t->ops->quiet(round, t))
			on_quiet(round, t);
	} else {
		if (event->kind == EVENT_DATA && t->channel.sent != NULL)
			refusal_received(&t->refusal, event->data);
		on_step(round, t, channel_event(round, &t->channel, event, alpn));
	}
}

enum refusal_answer
trials_http(struct trials *t, int status, char text[REFUSAL_TEXT])
{
	bool refuses = status == 400 || status == 401 || status == 403 || status == 421 ||
	    (status >= 495 && status <= 497);
	bool elsewhere = is_plaintext(t->kind) && (status == 426 || status / 100 == 3);

	snprintf(text, REFUSAL_TEXT, "HTTP status %d", status);
	if (t->kind == TRIAL_CONTROL) {
		/* 401 is about what is asked for, the others about who asks. */
		t->control_status = refuses && status != 401 ? 0 : status;
		return status >= 500 ? REFUSAL_UNCLEAR :
		    t->control_status == 0 ? REFUSAL_REFUSED : REFUSAL_ACCEPTED;
	}
	if (status == t->control_status)
		return REFUSAL_ACCEPTED;
	if (refuses || elsewhere)
		return REFUSAL_REFUSED;
	return status >= 500 ? REFUSAL_UNCLEAR : REFUSAL_ACCEPTED;
}

void
trials_free(struct trials *t)
{
	if (t->ops != NULL)
		connection_drop(t);
	buffer_free(&t->sent);
	refusal_free(&t->refusal);
}
