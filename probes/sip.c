/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "sip": one OPTIONS request (RFC 3261 section 11) over TLS or TCP.  Any final answer to it
 * says that the peer's SIP layer lives; which answer is a fact.  Provisional answers are waited
 * out, answers to somebody else's requests are ignored and counted, requests of the peer answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/version.h"
#include "probes/channel.h"
#include "probes/resolve.h"
#include "probes/wire/sip.h"

enum {
	PORT_TLS = 5061, PORT_TCP = 5060,
	REQUESTS_MAX = 8,	/* of the peer that are answered in one round */
	URI_LEN = 320		/* a configured URI, or a name with what is around it */
};

struct sip {
	struct channel    channel;
	struct sip_stream stream;
	struct sip_ids    ids;
	char              uri[URI_LEN], from[URI_LEN];	/* a reload may replace the options */
	unsigned          max_forwards;
	unsigned          provisional;	/* status of the last 1xx answer, 0 if none */
	unsigned          ignored;	/* messages that answer nothing of ours */
	unsigned          requests;	/* of the peer */
};

static unsigned
address_port(const struct round *round)
{
	size_t len;
	const struct sockaddr *address = round_address(round, &len);

	return ntohs(address->sa_family == AF_INET6 ?
	    ((const struct sockaddr_in6 *)address)->sin6_port :
	    ((const struct sockaddr_in *)address)->sin_port);
}

/* The configured URI, or "sip:HOST:PORT;transport=tls", the port where it is not the usual one. */
static void
uri_make(const struct round *round, struct sip *sip, bool tls)
{
	const char *uri = round_option(round, "uri"), *host = round_host(round);
	bool six = strchr(host, ':') != NULL;
	unsigned port = address_port(round);
	char text[8] = "";

	snprintf(sip->from, sizeof(sip->from), "%s", round_option(round, "from"));
	sip->max_forwards = (unsigned)strtoul(round_option(round, "max_forwards"), NULL, 10);
	if (uri[0] != '\0') {
		snprintf(sip->uri, sizeof(sip->uri), "%s", uri);
		return;
	}
	if (port != (tls ? PORT_TLS : PORT_TCP))
		snprintf(text, sizeof(text), ":%u", port);
	snprintf(sip->uri, sizeof(sip->uri), "sip:%s%s%s%s;transport=%s", six ? "[" : "", host,
	    six ? "]" : "", text, tls ? "tls" : "tcp");
}

static void
on_start(struct round *round, struct sip *sip)
{
	bool tls = strcmp(round_option(round, "transport"), "tls") == 0;

	uri_make(round, sip, tls);
	if (!sip_uri_valid(sip->uri) || !sip_uri_valid(sip->from)) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "the options uri and from must be SIP URIs such as sip:pcscf.example.net");
		return;
	}
	if (!tls && sip_uri_secure(sip->uri)) {
		/* RFC 3261 26.2.2: sips promises TLS on every hop. */
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "a sips URI is only asked over TLS: set the option transport to tls");
		return;
	}
	fact_set_text(round_facts(round), FACT_SIP_TRANSPORT, bytes_of_text(tls ? "TLS" : "TCP"));
	if (channel_start(round, &sip->channel, tls) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, sip->channel.err, "%s", sip->channel.text);
}

static void
options_send(struct round *round, struct sip *sip)
{
	struct sockaddr_storage local;
	char sent_by[80] = "anonymous.invalid";
	uint8_t random[SIP_RANDOM_LEN];
	struct buffer out = { .max = SIP_HEAD_MAX };
	struct sip_options options = {
		.uri = sip->uri,
		.from = sip->from,
		.transport = sip->channel.tls ? "TLS" : "TCP",
		.sent_by = sent_by,
		.user_agent = "sekimori/" SEKIMORI_VERSION,
		.max_forwards = sip->max_forwards
	};

	if (round_local_address(round, &local))
		address_text((struct sockaddr *)&local, sent_by, sizeof(sent_by));
	random_fill(random, sizeof(random));
	sip->ids = sip_ids_of(random);
	sip_options_write(&options, &sip->ids, &out);
	channel_send(round, &sip->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
text_fact(struct round *round, enum fact fact, struct bytes value)
{
	struct buffer text = { .max = SIP_HEAD_MAX };

	sip_text(value, &text);
	fact_set_text(round_facts(round), fact, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
answer_facts(struct round *round, const struct sip_message *answer)
{
	struct bytes allowed[FACT_LIST_MAX];
	size_t count = sip_allowed(answer, allowed, FACT_LIST_MAX);

	fact_set_int(round_facts(round), FACT_SIP_STATUS, answer->status);
	text_fact(round, FACT_SIP_REASON, answer->reason);
	if (answer->server.at != NULL)
		text_fact(round, FACT_SIP_SERVER, answer->server);
	if (count > 0)
		fact_set_texts(round_facts(round), FACT_SIP_ALLOW, allowed,
		    count < FACT_LIST_MAX ? count : FACT_LIST_MAX);
}

static void
finish_answered(struct round *round, struct sip *sip, const struct sip_message *answer)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };

	round_answered(round);
	answer_facts(round, answer);
	if (answer->status >= 500)
		tls_finding_add(&finding, ERR_REFUSED, "the peer answered OPTIONS with %u",
		    answer->status);
	if (answer->length_missing)
		tls_finding_add(&finding, ERR_MALFORMED,
		    "its answer has no Content-Length, which RFC 3261 section 18.3 requires");
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
		channel_send(round, &sip->channel, bytes_of_buffer(&out));
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

static void
sip_on(struct round *round, const struct event *event)
{
	struct sip *sip = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, sip);
	else
		on_step(round, sip, channel_event(round, &sip->channel, event, ""));
}

static void
sip_end(struct round *round)
{
	struct sip *sip = round_scratch(round);

	channel_free(&sip->channel);
}

static const struct option_row sip_options[] = {
	TLS_OPTIONS,
	{ .name = "transport", .type = OPTION_WORD, .otherwise = "tls", .words = "tls tcp",
	  .help = N_("over TLS (usual port 5061) or TCP (5060)") },
	{ .name = "uri", .type = OPTION_TEXT, .minimum = 5, .maximum = 256,
	  .help = N_("SIP URI that is asked; default: sip: and the address") },
	{ .name = "from", .type = OPTION_TEXT, .minimum = 5, .maximum = 256,
	  .otherwise = "sip:sekimori@anonymous.invalid",
	  .help = N_("SIP URI of the monitor in From") },
	{ .name = "max_forwards", .type = OPTION_INTEGER, .minimum = 0, .maximum = 255,
	  .otherwise = "70", .help = N_("Max-Forwards; 0 asks the first hop itself") },
	{ .name = NULL }
};

const struct probe_ops probe_sip = {
	.name         = "sip",
	.title        = N_("SIP OPTIONS"),
	.port         = PORT_TLS,
	.options      = sip_options,
	.scratch_len  = sizeof(struct sip),
	.on           = sip_on,
	.end          = sip_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
