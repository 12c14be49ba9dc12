/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "diameter": capabilities exchange, one watchdog, then a polite disconnect (RFC 6733), over
 * TLS from the first octet, over TCP, or over TCP with TLS behind the capabilities exchange
 * (inband, RFC 6733 13.1).  The peer is never held: the round says that it does not want to talk
 * before it goes.  A peer that does not know us is told apart from one that is dead.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/diameter_ask.h"
#include "probes/resolve.h"
#include "probes/tls_options.h"

enum {
	REQUESTS_MAX = 16,		/* of the peer that are answered in one round */
	FAREWELL_NS  = 2000000000	/* for the answer to our disconnect request */
};

/* SECURING: the handshake of inband TLS. */
enum phase { PHASE_CAPABILITIES, PHASE_SECURING, PHASE_WATCHDOG, PHASE_DISCONNECT };

struct diameter {
	struct channel       channel;
	enum phase           phase;
	struct diameter_ids  ids;	/* of the request that waits for its answer */
	struct diameter_who  who;
	char                 peer[DIAMETER_IDENTITY_MAX + 1];	/* Origin-Host; "" if it is long */
	struct tls_finding   finding;
	unsigned             ignored;	/* messages that answer nothing of ours */
	unsigned             requests;	/* of the peer */
};

/* What an endpoint keeps: whether the peer knew us, with these options. */
struct diameter_kept {
	struct tls_kept tls;
	uint64_t        version;
	bool            known;
};

static bool
was_known(const struct round *round, const struct diameter_kept *kept)
{
	return kept->known && kept->version == round_options_version(round);
}

static void
on_start(struct round *round, struct diameter *d)
{
	const char *transport = round_option(round, "transport");
	bool tls = strcmp(transport, "tls") == 0;
	struct why why = { .err = ERR_OK };
	enum err err = diameter_who_make(round, &d->who, &why);

	d->finding.text.max = DETAIL_MAX;
	d->who.self.inband_tls = strcmp(transport, "inband") == 0;
	if (err == ERR_OK && d->who.self.inband_tls)
		err = tls_kept_prepare(round, &why);
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	fact_set_text(round_facts(round), FACT_DIAMETER_TRANSPORT,
	    bytes_of_text(tls ? "TLS" : d->who.self.inband_tls ? "inband" : "TCP"));
	if (channel_start(round, &d->channel, tls) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, d->channel.err, "%s", d->channel.text);
}

static void
request_send(struct round *round, struct diameter *d, enum diameter_command command)
{
	struct buffer out = { .max = DIAMETER_MESSAGE_MAX };

	random_fill(&d->ids, sizeof(d->ids));
	diameter_ask_write(round, &d->who, command, d->ids, &out);
	channel_send(round, &d->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
watchdog_ask(struct round *round, struct diameter *d)
{
	d->phase = PHASE_WATCHDOG;
	request_send(round, d, DIAMETER_WATCHDOG);
	/* The other half of the time is for taking leave. */
	round_wait(round, round_left_ns(round) / 2);
}

static void
disconnect_ask(struct round *round, struct diameter *d)
{
	d->phase = PHASE_DISCONNECT;
	fact_set_flag(round_facts(round), FACT_DIAMETER_DISCONNECT, false);
	request_send(round, d, DIAMETER_DISCONNECT);
	round_wait(round, FAREWELL_NS);
}

/* Is the name the peer gives itself one its certificate gives it? */
static void
certified_fact(struct round *round, struct diameter *d)
{
	if (d->channel.ready && d->channel.tls && d->peer[0] != '\0')
		fact_set_flag(round_facts(round), FACT_DIAMETER_CERTIFIED,
		    tls_look_names(round, &d->channel.session, d->peer));
}

/* The peer has answered something: what it was is said in the finding so far. */
static void
finish_answered(struct round *round, struct diameter *d)
{
	certified_fact(round, d);
	channel_look(round, &d->channel, &d->finding);
	channel_end(round, &d->channel);
	round_finish(round, d->finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED,
	    d->finding.err, "%s", buffer_text(&d->finding.text));
}

static void
finish_failed(struct round *round, struct diameter *d, enum err err, const char *sentence)
{
	enum outcome outcome = channel_failed_outcome(&d->channel, err);
	char ignored[64] = "";

	channel_look(round, &d->channel, &d->finding);
	channel_end(round, &d->channel);
	if (d->ignored > 0)
		snprintf(ignored, sizeof(ignored), "; %u other messages of it were ignored",
		    d->ignored);
	/* RFC 6733 5.3: a peer may drop the request of a node it does not know without a word. */
	if (err == ERR_CLOSED && d->channel.ready && outcome == OUTCOME_DOWN &&
	    !was_known(round, round_kept(round)))
		round_finish(round, OUTCOME_UNKNOWN, err, "%s%s: it may be down behind its port, "
		    "or not know us; see that origin_host is among its peers", sentence, ignored);
	else
		round_finish(round, outcome, err, "%s%s", sentence, ignored);
}

/* What was asked for inband, and what the peer makes of it (RFC 6733 6.10). */
static void
on_agreed(struct round *round, struct diameter *d, const struct diameter_said *said)
{
	if (!d->who.self.inband_tls) {
		watchdog_ask(round, d);
	} else if (said->inband_tls) {
		d->phase = PHASE_SECURING;
	} else {
		tls_finding_add(&d->finding, ERR_MISMATCH,
		    "the peer does not agree to TLS behind the capabilities exchange: what "
		    "followed would be in the clear");
		disconnect_ask(round, d);
	}
}

static void
on_capabilities(struct round *round, struct diameter *d, const struct diameter_said *said)
{
	struct diameter_kept *kept = round_kept(round);
	char text[128];

	round_answered(round);
	diameter_facts(round, said);
	if (said->origin_host.len < sizeof(d->peer))
		snprintf(d->peer, sizeof(d->peer), "%.*s", (int)said->origin_host.len,
		    (const char *)said->origin_host.at);
	kept->known = said->has_result && said->result / 1000 == 2;
	kept->version = round_options_version(round);
	if (!said->has_result) {
		tls_finding_add(&d->finding, ERR_MALFORMED,
		    "the peer's capabilities answer has no Result-Code");
		finish_answered(round, d);
	} else if (said->result / 1000 != 2) {
		/* RFC 6733 5.3: the peer closes; there is nothing to take leave from. */
		diameter_result_text(said, text, sizeof(text));
		tls_finding_add(&d->finding, ERR_REFUSED,
		    "the peer answered the capabilities exchange with %s%s", text,
		    diameter_remedy(said->result));
		finish_answered(round, d);
	} else {
		if (said->origin_host.len == 0 || said->origin_realm.len == 0)
			tls_finding_add(&d->finding, ERR_MALFORMED,
			    "the peer's capabilities answer does not say who it is");
		on_agreed(round, d, said);
	}
}

static void
on_answer(struct round *round, struct diameter *d, const struct diameter_said *said)
{
	char text[128];

	if (d->phase == PHASE_CAPABILITIES) {
		on_capabilities(round, d, said);
	} else if (d->phase == PHASE_WATCHDOG) {
		if (said->has_result)
			fact_set_int(round_facts(round), FACT_DIAMETER_WATCHDOG, said->result);
		fact_set_flag(round_facts(round), FACT_DIAMETER_PROTECTED, d->channel.tls);
		diameter_result_text(said, text, sizeof(text));
		if (!said->has_result)
			tls_finding_add(&d->finding, ERR_MALFORMED,
			    "the peer's watchdog answer has no Result-Code");
		else if (said->result / 1000 != 2)
			tls_finding_add(&d->finding, ERR_REFUSED,
			    "the peer answered the watchdog with %s", text);
		disconnect_ask(round, d);
	} else {
		fact_set_flag(round_facts(round), FACT_DIAMETER_DISCONNECT, true);
		finish_answered(round, d);
	}
}

/* True: the peer takes leave, and the round is finished. */
static bool
on_peer_disconnect(struct round *round, struct diameter *d, const struct diameter_said *said)
{
	const char *name = said->has_cause ? diameter_cause_name(said->cause) : NULL;

	/* Both take leave at once: its answer to ours is still on its way. */
	if (d->phase == PHASE_DISCONNECT)
		return false;
	round_answered(round);
	tls_finding_add(&d->finding, ERR_CLOSED, "the peer asked us to disconnect%s%s",
	    name != NULL ? ": " : "", name != NULL ? name : "");
	finish_answered(round, d);
	return true;
}

/*
 * A request of the peer.  What is not of the base protocol is for a node that serves: sent back as
 * not delivered, so that the peer looks elsewhere.  True: the round is finished.
 */
static bool
on_request(struct round *round, struct diameter *d, const struct diameter_message *message,
    const struct diameter_said *said)
{
	uint32_t command = message->header.command;
	bool base = command == DIAMETER_CAPABILITIES || command == DIAMETER_WATCHDOG ||
	    command == DIAMETER_DISCONNECT;
	struct buffer out = { .max = DIAMETER_MESSAGE_MAX };

	if (++d->requests > REQUESTS_MAX) {
		d->ignored++;
		return false;
	}
	diameter_answer_write(&d->who.self, &message->header,
	    base ? DIAMETER_SUCCESS : DIAMETER_UNABLE_TO_DELIVER, &out);
	channel_send(round, &d->channel, bytes_of_buffer(&out));
	buffer_free(&out);
	return command == DIAMETER_DISCONNECT && on_peer_disconnect(round, d, said);
}

/* What the peer sends cannot be read on; it may have answered before. */
static void
finish_broken(struct round *round, struct diameter *d, const struct why *why)
{
	if (d->phase == PHASE_CAPABILITIES) {
		finish_failed(round, d, why->err, why->text);
		return;
	}
	tls_finding_add(&d->finding, why->err, "%s", why->text);
	finish_answered(round, d);
}

/* True: the round is finished. */
static bool
on_message(struct round *round, struct diameter *d, const struct diameter_message *message)
{
	static const enum diameter_command waited[] = {
		[PHASE_CAPABILITIES] = DIAMETER_CAPABILITIES,
		[PHASE_SECURING]     = DIAMETER_CAPABILITIES,	/* never waited for */
		[PHASE_WATCHDOG]     = DIAMETER_WATCHDOG,
		[PHASE_DISCONNECT]   = DIAMETER_DISCONNECT
	};
	bool request = (message->header.flags & DIAMETER_REQUEST) != 0;
	enum phase phase = d->phase;
	struct diameter_said said;
	struct why why = { .err = ERR_OK };

	if (!request && !diameter_answers(&message->header, waited[phase], d->ids)) {
		d->ignored++;
		return false;
	}
	if (diameter_read(message, &said, &why) != ERR_OK) {
		finish_broken(round, d, &why);
		return true;
	}
	if (request)
		return on_request(round, d, message, &said);
	on_answer(round, d, &said);
	/* An answer leads to the next phase, or to the end. */
	return phase == PHASE_DISCONNECT || d->phase == phase;
}

/* The peer agreed to inband TLS: not an octet may come between (as RFC 3207 says of SMTP). */
static bool
secure(struct round *round, struct diameter *d, size_t used)
{
	struct why why = { .err = ERR_OK };

	if (d->channel.data.len > used) {
		why_set(&why, ERR_MALFORMED,
		    "the peer sent octets in the clear behind its agreement to TLS");
		finish_broken(round, d, &why);
		return true;
	}
	if (channel_secure(round, &d->channel, "") != CHANNEL_FAILED)
		return false;
	finish_failed(round, d, d->channel.err, d->channel.text);
	return true;
}

/* True: the round is finished. */
static bool
messages_read(struct round *round, struct diameter *d)
{
	struct bytes in = bytes_of_buffer(&d->channel.data);
	struct diameter_message message;
	struct why why = { .err = ERR_OK };
	enum diameter_step step;
	size_t used = 0;

	while ((step = diameter_frame(bytes_slice(in, used, in.len), &message, &why)) ==
	    DIAMETER_MESSAGE) {
		used += message.header.len;
		if (on_message(round, d, &message))
			return true;
		if (d->phase == PHASE_SECURING)
			return secure(round, d, used);
	}
	if (step == DIAMETER_BROKEN) {
		finish_broken(round, d, &why);
		return true;
	}
	channel_taken(&d->channel, used);
	return false;
}

/* The connection ended, or time is up, or the peer is silent: by how far the round had come. */
static void
on_silence(struct round *round, struct diameter *d, enum err err, const char *sentence)
{
	if (d->phase == PHASE_CAPABILITIES) {
		finish_failed(round, d, err, sentence);
		return;
	}
	if (d->phase == PHASE_SECURING)
		tls_finding_add(&d->finding, err,
		    "the peer agreed to TLS and did not come to it: %s", sentence);
	if (d->phase == PHASE_WATCHDOG)
		tls_finding_add(&d->finding, err,
		    "the peer answered the capabilities exchange and not the watchdog: %s",
		    sentence);
	if (d->phase == PHASE_WATCHDOG && err == ERR_TIMEOUT && round_left_ns(round) > 0)
		disconnect_ask(round, d);
	else
		finish_answered(round, d);
}

static void
on_ended(struct round *round, struct diameter *d)
{
	if (d->channel.data.len > 0)
		on_silence(round, d, ERR_TRUNCATED,
		    "the peer ended the connection within a message");
	else
		on_silence(round, d, ERR_CLOSED, channel_ended_text(&d->channel));
}

static void
on_step(struct round *round, struct diameter *d, enum channel_step step)
{
	if (step == CHANNEL_READY && d->phase == PHASE_SECURING)
		watchdog_ask(round, d);
	else if (step == CHANNEL_READY)
		request_send(round, d, DIAMETER_CAPABILITIES);
	if (step == CHANNEL_FAILED)
		on_silence(round, d, d->channel.err, d->channel.text);
	else if (step != CHANNEL_MORE && !messages_read(round, d) && d->channel.ended)
		on_ended(round, d);
}

static void
diameter_on(struct round *round, const struct event *event)
{
	struct diameter *d = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, d);
	else if (event->kind == EVENT_TIMER)
		on_silence(round, d, ERR_TIMEOUT, "no answer came in time");
	else
		on_step(round, d, channel_event(round, &d->channel, event, ""));
}

static void
diameter_end(struct round *round)
{
	struct diameter *d = round_scratch(round);

	channel_free(&d->channel);
	buffer_free(&d->finding.text);
}

static const struct option_row diameter_options[] = {
	TLS_OPTIONS,
	{ .name = "transport", .type = OPTION_WORD, .otherwise = "tls", .words = "tls tcp inband",
	  .help = N_("TLS from the first octet (usual port 5868), TCP (3868), or inband: TCP with "
	    "TLS behind the capabilities exchange") },
	DIAMETER_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_diameter = {
	.name         = "diameter",
	.title        = N_("Diameter capabilities and watchdog"),
	.port         = 5868,
	.options      = diameter_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct diameter),
	.on           = diameter_on,
	.end          = diameter_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct diameter_kept),
	.kept_end     = tls_kept_end
};
