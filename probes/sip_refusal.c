/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "sip-refusal": OPTIONS as nobody may ask it (in the clear, in an old version of TLS, with a
 * wrong certificate), and a call without protection of its media: an INVITE that offers RTP/AVP
 * must be refused (488).  It goes to the test address alone, and only if the permission names that
 * address among its hosts; what rings is cancelled, what answers is ended by BYE, and the offer is
 * inactive: no media flow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/net.h"
#include "probes/sip_ask.h"
#include "probes/sip_call.h"
#include "probes/tls_options.h"
#include "probes/tls_trial.h"

enum {
	RING_NS   = 400000000,	/* for a test address that rings before it answers */
	CANCEL_NS = 500000000	/* for the end of what was cancelled */
};

struct sip_refusal {
	struct trials     trials;
	struct sip_who    who;
	struct sip_stream stream;
	struct sip_ids    ids;		/* of OPTIONS */
	struct sip_call   call;
	bool              calling, secure;	/* secure: the second call, which offers RTP/SAVP */
	char              first[96];		/* what the first call met */
};

static const struct refusal_attempt attempts[] = {
	{ "plaintext", "RFC 3261 section 26.2.1", N_("OPTIONS in the clear") },
	{ "plaintext-port", "RFC 3261 section 26.2.1",
	  N_("OPTIONS in the clear at plaintext_port") },
	TRIAL_CERTIFICATES("RFC 3261 section 26.3.1"),
	TRIAL_VERSIONS("RFC 8996 section 4"),
	{ "rtp-avp", "3GPP TS 33.328 section 4",
	  N_("an INVITE to the test address that offers media in the clear (RTP/AVP)") }
};

static const enum trial_kind kinds[] = {
	TRIAL_PLAINTEXT, TRIAL_PLAINTEXT_PORT, TRIAL_CERTIFICATE_KINDS, TRIAL_VERSION_KINDS,
	TRIAL_OWN
};

/* The permission must name the address that is called as one of its hosts. */
static bool
call_permitted(struct round *round, const char *address)
{
	struct permission *permission = NULL;
	struct permission_grant grant;
	struct why why = { .err = ERR_OK };
	bool allowed;

	if (permission_read("permission", round_file(round, "permission"), &permission, &why) !=
	    ERR_OK)
		return false;
	allowed = permission_allows(permission, address, "rtp-avp", round_wall_ms(round), &grant);
	permission_free(permission);
	return allowed;
}

static bool
call_begin(struct round *round, struct sip_refusal *s, struct buffer *out)
{
	const char *address = round_option(round, "test_address");
	struct sip_who who = s->who;

	if (!sip_uri_valid(address)) {
		trials_tell(round, &s->trials, REFUSAL_UNCLEAR, "not made: it needs test_address, "
		    "a SIP URI that rings nobody");
		return false;
	}
	if (!call_permitted(round, address)) {
		trials_tell(round, &s->trials, REFUSAL_UNCLEAR, "not made: the permission does "
		    "not name the test address among its hosts");
		return false;
	}
	snprintf(who.uri, sizeof(who.uri), "%s", address);
	s->calling = true;
	sip_call_begin(round, &s->call, &who, s->secure, out);
	/* The keys of an offer that nobody takes protect nothing. */
	refusal_sent(&s->trials.refusal, bytes_of_buffer(out));
	return true;
}

static bool
ask(struct round *round, struct trials *t, struct buffer *out)
{
	struct sip_refusal *s = round_scratch(round);
	struct sip_who who = s->who;

	s->stream = (struct sip_stream){ .scanned = 0 };
	if (t->kind == TRIAL_OWN)
		return call_begin(round, s, out);
	if (t->kind == TRIAL_PLAINTEXT || t->kind == TRIAL_PLAINTEXT_PORT)
		who.transport = "TCP";
	s->ids = sip_ask_ids();
	sip_ask_write(round, &who, &s->ids, out);
	return true;
}

/* RFC 3261 21.4: who is told "not you" or "not so"; any other answer was a service. */
static enum refusal_answer
options_judge(const struct trials *t, unsigned status, char text[REFUSAL_TEXT])
{
	snprintf(text, REFUSAL_TEXT, "SIP status %u", status);
	if (t->kind == TRIAL_CONTROL)
		return status < 500 && status != 403 ? REFUSAL_ACCEPTED : REFUSAL_REFUSED;
	if (status == 403 || status == 421 || status == 494)
		return REFUSAL_REFUSED;
	return status >= 500 && status < 600 ? REFUSAL_UNCLEAR : REFUSAL_ACCEPTED;
}

/* Behind the refusal of RTP/AVP: the same with RTP/SAVP, so that it is known what was refused. */
static enum refusal_answer
call_again(struct round *round, struct sip_refusal *s, const char *text)
{
	struct buffer out = { .max = SIP_HEAD_MAX };

	snprintf(s->first, sizeof(s->first), "%.90s", text);
	s->secure = true;
	if (call_begin(round, s, &out))
		channel_send(round, &s->trials.channel, bytes_of_buffer(&out));
	buffer_free(&out);
	return REFUSAL_NOT_MADE;
}

static enum refusal_answer
call_judge(struct round *round, struct sip_refusal *s, const struct sip_message *message,
    char text[REFUSAL_TEXT])
{
	struct buffer out = { .max = SIP_HEAD_MAX };
	enum sip_call_step step = sip_call_take(round, &s->call, message, &out);
	enum refusal_answer answer = REFUSAL_NOT_MADE;

	if (out.len > 0) {
		channel_send(round, &s->trials.channel, bytes_of_buffer(&out));
		refusal_sent(&s->trials.refusal, bytes_of_buffer(&out));
	}
	buffer_free(&out);
	/* 100 is said by the next hop; whatever is more may ring somebody. */
	if (step == SIP_CALL_MORE && s->call.rang > 100 && !s->call.cancelled)
		round_wait(round, RING_NS);
	if (step == SIP_CALL_MORE)
		return REFUSAL_NOT_MADE;
	s->calling = false;
	if (s->call.status > 0)
		fact_set_int(round_facts(round), s->secure ? FACT_SIP_OFFER_SAVP :
		    FACT_SIP_OFFER_AVP, s->call.status);
	answer = sip_call_judge(&s->call, text, REFUSAL_TEXT);
	if (!s->secure)
		return answer == REFUSAL_REFUSED ? call_again(round, s, text) : answer;
	snprintf(text, REFUSAL_TEXT, "%s; RTP/SAVP met SIP status %u", s->first, s->call.status);
	return REFUSAL_REFUSED;
}

static enum refusal_answer
message_judge(struct round *round, struct sip_refusal *s, const struct sip_message *message,
    char text[REFUSAL_TEXT])
{
	if (s->trials.kind == TRIAL_OWN)
		return call_judge(round, s, message, text);
	if (!sip_answers(message, &s->ids) || message->status < 200)
		return REFUSAL_NOT_MADE;
	return options_judge(&s->trials, message->status, text);
}

static enum refusal_answer
judge(struct round *round, struct trials *t, bool ended, char text[REFUSAL_TEXT])
{
	struct sip_refusal *s = round_scratch(round);
	struct bytes in = bytes_of_buffer(&t->channel.data);
	const struct refusal_attempt *attempt = t->attempt;
	enum refusal_answer answer = REFUSAL_NOT_MADE;
	struct why why = { .err = ERR_OK };
	struct sip_message message;
	enum sip_step step;
	size_t used = 0;

	while ((step = sip_read(&s->stream, bytes_slice(in, used, in.len), &message, &why)) ==
	    SIP_MESSAGE) {
		if (t->kind == TRIAL_OWN)
			refusal_received(&t->refusal, bytes_slice(in, used, message.len));
		used += message.len;
		s->stream = (struct sip_stream){ .scanned = 0 };
		answer = message_judge(round, s, &message, text);
		if (answer != REFUSAL_NOT_MADE || t->attempt != attempt)
			return answer;
	}
	if (step == SIP_BROKEN || ended) {
		snprintf(text, REFUSAL_TEXT, "%.180s", step == SIP_BROKEN ? why.text :
		    "the peer ended the connection without an answer");
		return REFUSAL_UNCLEAR;
	}
	channel_taken(&t->channel, used);
	return REFUSAL_NOT_MADE;
}

/* It rang long enough, or nobody answers at all: the call is cancelled and its end awaited. */
static bool
quiet(struct round *round, struct trials *t)
{
	struct sip_refusal *s = round_scratch(round);
	struct buffer out = { .max = SIP_HEAD_MAX };
	bool waits = s->calling && sip_call_cancel(round, &s->call, &out);

	if (waits) {
		channel_send(round, &t->channel, bytes_of_buffer(&out));
		refusal_sent(&t->refusal, bytes_of_buffer(&out));
		round_wait(round, CANCEL_NS);
	}
	buffer_free(&out);
	return waits;
}

/* A call that has no end yet is given up. */
static bool
leave(struct round *round, struct trials *t)
{
	struct sip_refusal *s = round_scratch(round);
	struct buffer out = { .max = SIP_HEAD_MAX };

	if (s->calling && sip_call_cancel(round, &s->call, &out))
		channel_send(round, &t->channel, bytes_of_buffer(&out));
	s->calling = false;
	buffer_free(&out);
	return false;
}

static const struct trial_ops ops = {
	.table = attempts, .kind = kinds, .count = sizeof(attempts) / sizeof(attempts[0]),
	.ask = ask, .judge = judge, .leave = leave, .quiet = quiet
};

static void
sip_refusal_on(struct round *round, const struct event *event)
{
	struct sip_refusal *s = round_scratch(round);
	struct why why = { .err = ERR_OK };

	if (event->kind != EVENT_START)
		trials_event(round, &s->trials, event);
	else if (strcmp(round_option(round, "transport"), "udp") == 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "refusals are tried over connections: set transport to tls or tcp");
	else if (sip_who_make(round, &s->who, &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	else
		trials_start(round, &s->trials, &ops, strcmp(s->who.transport, "TCP") == 0);
}

static void
sip_refusal_end(struct round *round)
{
	trials_free(round_scratch(round));
}

static const struct option_row sip_refusal_options[] = {
	TLS_OPTIONS,
	TRIAL_OPTIONS,
	SIP_OPTIONS,
	{ .name = "test_address", .type = OPTION_TEXT, .minimum = 5, .maximum = 256,
	  .help = N_("SIP URI that is called by the attempt rtp-avp: a test number that rings "
	    "nobody; the permission must name it among its hosts") },
	{ .name = NULL }
};

const struct probe_ops probe_sip_refusal = {
	.name         = "sip-refusal",
	.title        = N_("What a SIP server must refuse"),
	.port         = SIP_PORT_TLS,
	.options      = sip_refusal_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct sip_refusal),
	.on           = sip_refusal_on,
	.end          = sip_refusal_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
