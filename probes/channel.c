/* SPDX-License-Identifier: Apache-2.0 */
/* TLS or plain, one shape: what the peer sends is decrypted into data, what we send goes out. */
#include <stdio.h>
#include <string.h>

#include "probes/channel.h"

static enum channel_step
failed(struct channel *channel, enum err err, const char *text)
{
	channel->err = err;
	snprintf(channel->text, sizeof(channel->text), "%s", text);
	return CHANNEL_FAILED;
}

enum channel_step
channel_start(struct round *round, struct channel *channel, bool tls)
{
	struct why why = { .err = ERR_OK };

	channel->tls = tls;
	channel->data.max = ANSWER_MAX;
	if (tls && tls_kept_prepare(round, &why) != ERR_OK)
		return failed(channel, why.err, why.text);
	round_connect(round);
	return CHANNEL_MORE;
}

static void
octets_send(struct round *round, struct channel *channel, struct bytes octets)
{
	if (channel->sent != NULL)
		buffer_put(channel->sent, octets.at, octets.len);
	round_send(round, octets);
}

static void
flush(struct round *round, struct channel *channel)
{
	octets_send(round, channel, bytes_of_buffer(&channel->session.out));
	buffer_reset(&channel->session.out);
}

/* Octets behind the handshake; a TLS 1.3 server may refuse our certificate only now. */
static enum channel_step
read_on(struct round *round, struct channel *channel, struct bytes in)
{
	size_t before = channel->data.len;
	enum tls_step step = tls_session_read(&channel->session, in, &channel->data);

	flush(round, channel);
	if (channel->data.failed)
		return failed(channel, ERR_LIMIT, "the peer sent more than is accepted");
	if (channel->session.alerted)
		return failed(channel, ERR_REFUSED, channel->session.certificate_sent ?
		    "the peer refused our client certificate" :
		    channel->session.heard.certificate_requested ?
		    "the peer asks for a client certificate and none is configured" :
		    "the peer ended the connection with an alert");
	if (step == TLS_STEP_DONE) {
		channel->ended = true;
		return CHANNEL_ENDED;
	}
	return channel->data.len > before ? CHANNEL_DATA : CHANNEL_MORE;
}

static enum channel_step
handshake(struct round *round, struct channel *channel, struct bytes in)
{
	struct why why = { .err = ERR_OK };
	enum tls_step step = tls_session_step(&channel->session, in, &why);

	flush(round, channel);
	if (step == TLS_STEP_FAILED)
		return failed(channel, why.err, why.text);
	if (step == TLS_STEP_MORE)
		return CHANNEL_MORE;
	channel->ready = true;
	return CHANNEL_READY;
}

static enum channel_step
tls_begin(struct round *round, struct channel *channel, const char *alpn)
{
	const char *name = tls_look_name(round);
	struct why why = { .err = ERR_OK };

	if (tls_session_open(&channel->session, channel->context != NULL ? channel->context :
	    tls_kept_context(round_kept(round)), tls_look_is_address(name) ? "" : name, alpn,
	    &why) != ERR_OK)
		return failed(channel, why.err, why.text);
	channel->opened = true;
	if (channel->version_max != 0)
		tls_session_limit(&channel->session, channel->version_max);
	return handshake(round, channel, bytes_of(NULL, 0));
}

static enum channel_step
on_connected(struct round *round, struct channel *channel, const char *alpn)
{
	channel->connected = true;
	if (channel->tls)
		return tls_begin(round, channel, alpn);
	channel->ready = true;
	return CHANNEL_READY;
}

enum channel_step
channel_secure(struct round *round, struct channel *channel, const char *alpn)
{
	channel->tls = true;
	channel->ready = false;
	buffer_reset(&channel->data);
	return tls_begin(round, channel, alpn);
}

static enum channel_step
on_data(struct round *round, struct channel *channel, struct bytes in)
{
	enum channel_step step;

	if (!channel->tls) {
		buffer_put(&channel->data, in.at, in.len);
		if (!channel->data.failed)
			return CHANNEL_DATA;
		return failed(channel, ERR_LIMIT, "the peer sent more than is accepted");
	}
	if (channel->ready)
		return read_on(round, channel, in);
	step = handshake(round, channel, in);
	/* What came with the end of the handshake is read at once: "in" lives for this event. */
	if (step == CHANNEL_READY && read_on(round, channel, bytes_of(NULL, 0)) == CHANNEL_FAILED)
		return CHANNEL_FAILED;
	return step;
}

static enum channel_step
on_closed(struct channel *channel, const struct event *event)
{
	char text[DETAIL_MAX];

	if (channel->ready && event->err == ERR_CLOSED) {
		channel->ended = true;
		return CHANNEL_ENDED;
	}
	snprintf(text, sizeof(text), channel->ready ? "the connection broke: %s" :
	    channel->connected ? "the handshake was not finished: %s" :
	    "the port does not accept connections: %s", event->text);
	return failed(channel, event->err, text);
}

enum channel_step
channel_event(struct round *round, struct channel *channel, const struct event *event,
    const char *alpn)
{
	switch (event->kind) {
	case EVENT_CONNECTED:
		return on_connected(round, channel, alpn);
	case EVENT_DATA:
		return channel->ended ? CHANNEL_MORE : on_data(round, channel, event->data);
	case EVENT_CLOSED:
		return on_closed(channel, event);
	case EVENT_DEADLINE:
		return failed(channel, ERR_TIMEOUT, channel->ready ?
		    "the peer did not answer before the deadline" : channel->connected ?
		    "the peer did not finish the handshake before the deadline" :
		    "the port did not answer before the deadline");
	default:
		return CHANNEL_MORE;
	}
}

void
channel_send(struct round *round, struct channel *channel, struct bytes octets)
{
	if (!channel->tls) {
		octets_send(round, channel, octets);
		return;
	}
	if (tls_session_write(&channel->session, octets) == ERR_OK)
		flush(round, channel);
}

void
channel_taken(struct channel *channel, size_t len)
{
	struct buffer *data = &channel->data;

	if (len == 0)
		return;
	memmove(data->at, data->at + len, data->len - len);
	data->len -= len;
}

enum outcome
channel_failed_outcome(const struct channel *channel, enum err err)
{
	const struct tls_session *session = &channel->session;

	if (channel->opened && session->alerted && session->heard.certificate_requested)
		return OUTCOME_DEGRADED;
	return err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN;
}

const char *
channel_ended_text(const struct channel *channel)
{
	const struct tls_session *session = &channel->session;

	if (channel->opened && session->heard.certificate_requested && !session->certificate_sent)
		return "the peer ended the connection without an answer; it asks for a client "
		    "certificate and none is configured";
	return "the peer ended the connection without an answer";
}

void
channel_end(struct round *round, struct channel *channel)
{
	if (channel->opened) {
		tls_session_end(&channel->session);
		flush(round, channel);
	}
	if (channel->connected)
		round_shutdown(round);
}

void
channel_look(struct round *round, struct channel *channel, struct tls_finding *finding)
{
	struct tls_finding unused = { .err = ERR_OK };

	if (!channel->opened)
		return;
	if (channel->ready) {
		tls_look_done(round, &channel->session, finding);
		return;
	}
	tls_look_heard(round, &channel->session, false);
	tls_look_chain(round, &channel->session, &unused);
	buffer_free(&unused.text);
}

void
channel_free(struct channel *channel)
{
	if (channel->opened)
		tls_session_close(&channel->session);
	channel->opened = false;
	buffer_free(&channel->data);
}
