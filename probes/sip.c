/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "sip": one OPTIONS request (RFC 3261 section 11) over TLS, TCP or UDP.  Any final answer to
 * it says that the peer's SIP layer lives; which answer is a fact, and so are the media its session
 * description names.  Provisional answers are waited out, answers to somebody else's requests are
 * ignored and counted, requests of the peer answered.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/resolve.h"
#include "probes/sip_ask.h"
#include "probes/tls_options.h"

enum {
	REQUESTS_MAX = 8,	/* of the peer that are answered in one round */
	SENT_MAX     = 11	/* RFC 3261 17.1.2.2: Timer F, 64 * T1, is over after so many */
};

static const int64_t t1_ns = 500000000, t2_ns = 4000000000;	/* RFC 3261 17.1.1.1 */

struct sip {
	struct channel    channel;
	struct sip_stream stream;
	struct sip_ids    ids;
	struct sip_who    who;
	bool              datagrams;
	struct buffer     request;	/* UDP: it is sent again as it is */
	int64_t           again_ns;	/* UDP: until then */
	unsigned          sent;		/* UDP: how often */
	char              unread[DETAIL_MAX];	/* UDP: what is wrong with a datagram, "" if none */
	unsigned          provisional;	/* status of the last 1xx answer, 0 if none */
	unsigned          ignored;	/* messages that answer nothing of ours */
	unsigned          requests;	/* of the peer */
};

/* RFC 3261 17.1.2.2: unreliable transports repeat the request, at T1, 2*T1, 4*T1 up to T2. */
static void
datagram_send_request(struct round *round, struct sip *sip)
{
	if (sip->sent == SENT_MAX)
		return;
	sip->sent++;
	round_send(round, bytes_of_buffer(&sip->request));
	round_wait(round, sip->again_ns);
	sip->again_ns = sip->provisional > 0 || 2 * sip->again_ns > t2_ns ? t2_ns :
	    2 * sip->again_ns;
}

static void
on_start(struct round *round, struct sip *sip)
{
	struct why why = { .err = ERR_OK };

	if (sip_who_make(round, &sip->who, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	fact_set_text(round_facts(round), FACT_SIP_TRANSPORT, bytes_of_text(sip->who.transport));
	sip->ids = sip_ask_ids();
	sip->datagrams = strcmp(sip->who.transport, "UDP") == 0;
	if (sip->datagrams) {
		sip->request.max = SIP_HEAD_MAX;
		sip->again_ns = t1_ns;
		round_datagram(round, 0);
		sip_ask_write(round, &sip->who, &sip->ids, &sip->request);
		datagram_send_request(round, sip);
		return;
	}
	if (channel_start(round, &sip->channel, strcmp(sip->who.transport, "TLS") == 0) ==
	    CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, sip->channel.err, "%s", sip->channel.text);
}

static void
options_send(struct round *round, struct sip *sip)
{
	struct buffer out = { .max = SIP_HEAD_MAX };

	sip_ask_write(round, &sip->who, &sip->ids, &out);
	channel_send(round, &sip->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

/* RFC 3581 section 4: where our request came from, as the peer saw it. */
static void
datagram_facts(struct round *round, const struct sip *sip, const struct sip_message *answer)
{
	struct sockaddr_storage local;
	uint16_t seen, own;

	fact_set_int(round_facts(round), FACT_SIP_RETRANSMISSIONS, sip->sent - 1);
	if (!sip_rport(answer, &seen) || !round_local_address(round, &local))
		return;
	own = ntohs(local.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&local)->sin6_port :
	    ((struct sockaddr_in *)&local)->sin_port);
	fact_set_flag(round_facts(round), FACT_SIP_NAT, seen != own);
}

static void
finish_answered(struct round *round, struct sip *sip, const struct sip_message *answer)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };

	round_answered(round);
	sip_answer_facts(round, answer);
	if (sip->datagrams)
		datagram_facts(round, sip, answer);
	if (answer->status >= 500)
		tls_finding_add(&finding, ERR_REFUSED, "the peer answered OPTIONS with %u",
		    answer->status);
	if (answer->length_missing && !sip->datagrams)
		tls_finding_add(&finding, ERR_MALFORMED,
		    "its answer has no Content-Length, which RFC 3261 section 18.3 requires");
	sip_sdp_look(round, answer, strcmp(round_option(round, "srtp"), "required") == 0, &finding);
	channel_look(round, &sip->channel, &finding);
	channel_end(round, &sip->channel);
	round_finish(round, finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED, finding.err,
	    "%s", buffer_text(&finding.text));
	buffer_free(&finding.text);
}

/* The peer lives as far as it was seen to, and gave no answer. */
static void
finish_failed(struct round *round, struct sip *sip, enum err err, const char *sentence)
{
	struct tls_finding finding = { .err = ERR_OK };
	char ignored[64] = "";

	channel_look(round, &sip->channel, &finding);
	buffer_free(&finding.text);
	channel_end(round, &sip->channel);
	if (sip->ignored > 0)
		snprintf(ignored, sizeof(ignored), "; %u other messages of it were ignored",
		    sip->ignored);
	if (sip->provisional > 0)
		round_finish(round, OUTCOME_DEGRADED, err,
		    "the peer answered %u and then gave no final answer: %s%s", sip->provisional,
		    sentence, ignored);
	else
		round_finish(round, channel_failed_outcome(&sip->channel, err), err, "%s%s",
		    sentence, ignored);
}

static void
say(struct round *round, struct sip *sip, struct bytes octets)
{
	if (sip->datagrams)
		round_send(round, octets);
	else
		channel_send(round, &sip->channel, octets);
}

/* ACK is never answered (RFC 3261 17); a flood of requests is read and left alone. */
static void
on_request(struct round *round, struct sip *sip, const struct sip_message *request)
{
	bool options = bytes_equal(request->method, bytes_of_text("OPTIONS"));
	struct buffer out = { .max = SIP_MESSAGE_MAX };

	if (++sip->requests > REQUESTS_MAX ||
	    bytes_equal(request->method, bytes_of_text("ACK"))) {
		sip->ignored++;
		return;
	}
	if (sip_answer_write(request, options ? 200 : 405, options ? "OK" : "Method Not Allowed",
	    sip->ids.tag, &out) == ERR_OK && !out.failed)
		say(round, sip, bytes_of_buffer(&out));
	else
		sip->ignored++;
	buffer_free(&out);
}

/* True: it was the final answer, and the round is finished. */
static bool
on_message(struct round *round, struct sip *sip, const struct sip_message *message)
{
	if (message->request) {
		on_request(round, sip, message);
	} else if (!sip_answers(message, &sip->ids)) {
		sip->ignored++;
	} else if (message->status < 200) {
		sip->provisional = message->status;
	} else {
		finish_answered(round, sip, message);
		return true;
	}
	return false;
}

/* True: the round is finished. */
static bool
messages_read(struct round *round, struct sip *sip)
{
	struct bytes in = bytes_of_buffer(&sip->channel.data);
	struct why why = { .err = ERR_OK };
	struct sip_message message;
	enum sip_step step;
	size_t used = 0;

	while ((step = sip_read(&sip->stream, bytes_slice(in, used, in.len), &message,
	    &why)) == SIP_MESSAGE) {
		used += message.len;
		sip->stream = (struct sip_stream){ .scanned = 0 };
		if (on_message(round, sip, &message))
			return true;
	}
	if (step == SIP_BROKEN) {
		finish_failed(round, sip, why.err, why.text);
		return true;
	}
	channel_taken(&sip->channel, used);
	return false;
}

static void
on_ended(struct round *round, struct sip *sip)
{
	if (sip->channel.data.len > sip->stream.start)
		finish_failed(round, sip, ERR_TRUNCATED,
		    "the peer ended the connection within a message");
	else
		finish_failed(round, sip, ERR_CLOSED, channel_ended_text(&sip->channel));
}

static void
on_step(struct round *round, struct sip *sip, enum channel_step step)
{
	if (step == CHANNEL_READY)
		options_send(round, sip);
	if (step == CHANNEL_FAILED)
		finish_failed(round, sip, sip->channel.err, sip->channel.text);
	else if (step != CHANNEL_MORE && !messages_read(round, sip) && sip->channel.ended)
		on_ended(round, sip);
}

/* RFC 3261 18.1.2, 18.3: a datagram is a message or nothing; the next one may be ours. */
static void
on_datagram(struct round *round, struct sip *sip, struct bytes in)
{
	struct why why = { .err = ERR_OK };
	struct sip_message message;

	if (sip_datagram_read(in, &message, &why) == ERR_OK) {
		on_message(round, sip, &message);
		return;
	}
	sip->ignored++;
	if (sip->unread[0] == '\0')
		snprintf(sip->unread, sizeof(sip->unread), "%s", why.text);
}

static void
on_datagrams(struct round *round, struct sip *sip, const struct event *event)
{
	char text[DETAIL_MAX];

	switch (event->kind) {
	case EVENT_DATA:
		on_datagram(round, sip, event->data);
		break;
	case EVENT_TIMER:
		datagram_send_request(round, sip);
		break;
	case EVENT_CLOSED:
		/* RFC 3261 18.4: ICMP tells that nobody is there. */
		snprintf(text, sizeof(text), "the port takes no datagrams: %s", event->text);
		finish_failed(round, sip, event->err, text);
		break;
	case EVENT_DEADLINE:
		if (sip->unread[0] != '\0')
			finish_failed(round, sip, ERR_MALFORMED, sip->unread);
		else
			finish_failed(round, sip, ERR_TIMEOUT,
			    "the peer did not answer before the deadline");
		break;
	default:
		break;
	}
}

static void
sip_on(struct round *round, const struct event *event)
{
	struct sip *sip = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, sip);
	else if (sip->datagrams)
		on_datagrams(round, sip, event);
	else
		on_step(round, sip, channel_event(round, &sip->channel, event, ""));
}

static void
sip_end(struct round *round)
{
	struct sip *sip = round_scratch(round);

	channel_free(&sip->channel);
	buffer_free(&sip->request);
}

static const struct option_row sip_options[] = {
	TLS_OPTIONS,
	SIP_OPTIONS,
	{ .name = "srtp", .type = OPTION_WORD, .otherwise = "any", .words = "any required",
	  .help = N_("required: media in the answer's session description must be SRTP") },
	{ .name = NULL }
};

const struct probe_ops probe_sip = {
	.name         = "sip",
	.title        = N_("SIP OPTIONS"),
	.port         = SIP_PORT_TLS,
	.options      = sip_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct sip),
	.on           = sip_on,
	.end          = sip_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
