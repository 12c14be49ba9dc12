/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "diameter": capabilities exchange, one watchdog, then a polite disconnect (RFC 6733), over
 * TLS from the first octet or over TCP.  The peer is never held: the round says that it does not
 * want to talk before it goes.  A peer that does not know us is told apart from one that is dead.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/resolve.h"
#include "probes/wire/diameter.h"

enum {
	REQUESTS_MAX = 16,		/* of the peer that are answered in one round */
	FAREWELL_NS  = 2000000000	/* for the answer to our disconnect request */
};

enum phase { PHASE_CAPABILITIES, PHASE_WATCHDOG, PHASE_DISCONNECT };

struct diameter {
	struct channel       channel;
	enum phase           phase;
	struct diameter_ids  ids;	/* of the request that waits for its answer */
	struct diameter_self self;	/* of what follows: a reload may replace the options */
	char                 host[DIAMETER_IDENTITY_MAX + 1], realm[DIAMETER_IDENTITY_MAX + 1];
	struct sockaddr_storage address;
	struct diameter_application application[DIAMETER_APPLICATIONS_MAX];
	struct tls_finding   finding;
	unsigned             ignored;	/* messages that answer nothing of ours */
	unsigned             requests;	/* of the peer */
};

static struct bytes
address_octets(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	return address->ss_family == AF_INET6 ? bytes_of(&six->sin6_addr, 16) :
	    bytes_of(&four->sin_addr, 4);
}

static enum err
self_make(const struct round *round, struct diameter *d, struct why *why)
{
	const char *host_ip = round_option(round, "host_ip");

	snprintf(d->host, sizeof(d->host), "%s", round_option(round, "origin_host"));
	snprintf(d->realm, sizeof(d->realm), "%s", round_option(round, "origin_realm"));
	if (!diameter_identity_valid(d->host) || !diameter_identity_valid(d->realm))
		return why_set(why, ERR_INVALID, "the options origin_host and origin_realm must be "
		    "names such as monitor.example.net");
	if (host_ip[0] != '\0' && !address_read(host_ip, 0, &d->address))
		return why_set(why, ERR_INVALID, "the option host_ip is not an IP address");
	d->self = (struct diameter_self){ .host = d->host, .realm = d->realm,
	    .product = "sekimori", .application = d->application };
	return diameter_applications_read(round_option(round, "applications"), d->application,
	    &d->self.applications, why);
}

static void
on_start(struct round *round, struct diameter *d)
{
	bool tls = strcmp(round_option(round, "transport"), "tls") == 0;
	struct why why = { .err = ERR_OK };

	d->finding.text.max = DETAIL_MAX;
	if (self_make(round, d, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	fact_set_text(round_facts(round), FACT_DIAMETER_TRANSPORT,
	    bytes_of_text(tls ? "TLS" : "TCP"));
	if (channel_start(round, &d->channel, tls) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, d->channel.err, "%s", d->channel.text);
}

static void
request_send(struct round *round, struct diameter *d, enum diameter_command command)
{
	struct buffer out = { .max = DIAMETER_MESSAGE_MAX };

	random_fill(&d->ids, sizeof(d->ids));
	diameter_request_write(&d->self, command, d->ids, &out);
	channel_send(round, &d->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
capabilities_ask(struct round *round, struct diameter *d)
{
	if (d->address.ss_family == AF_UNSPEC && !round_local_address(round, &d->address))
		d->address.ss_family = AF_INET;		/* 0.0.0.0 */
	d->self.address = address_octets(&d->address);
	request_send(round, d, DIAMETER_CAPABILITIES);
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

/* The peer has answered something: what it was is said in the finding so far. */
static void
finish_answered(struct round *round, struct diameter *d)
{
	channel_look(round, &d->channel, &d->finding);
	channel_end(round, &d->channel);
	round_finish(round, d->finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED,
	    d->finding.err, "%s", buffer_text(&d->finding.text));
}

static void
finish_failed(struct round *round, struct diameter *d, enum err err, const char *sentence)
{
	char ignored[64] = "";

	channel_look(round, &d->channel, &d->finding);
	channel_end(round, &d->channel);
	if (d->ignored > 0)
		snprintf(ignored, sizeof(ignored), "; %u other messages of it were ignored",
		    d->ignored);
	round_finish(round, channel_failed_outcome(&d->channel, err), err, "%s%s", sentence,
	    ignored);
}

static void
text_fact(struct round *round, enum fact fact, struct bytes text)
{
	if (text.at != NULL)
		fact_set_text(round_facts(round), fact, text);
}

static void
capabilities_facts(struct round *round, const struct diameter_said *said)
{
	struct fact_set *facts = round_facts(round);
	char text[DIAMETER_APPLICATIONS_MAX][16];
	struct bytes list[DIAMETER_APPLICATIONS_MAX];

	if (said->has_result)
		fact_set_int(facts, FACT_DIAMETER_RESULT, said->result);
	text_fact(round, FACT_DIAMETER_ORIGIN_HOST, said->origin_host);
	text_fact(round, FACT_DIAMETER_ORIGIN_REALM, said->origin_realm);
	text_fact(round, FACT_DIAMETER_PRODUCT, said->product);
	if (said->has_vendor)
		fact_set_int(facts, FACT_DIAMETER_VENDOR, said->vendor);
	if (said->has_firmware)
		fact_set_int(facts, FACT_DIAMETER_FIRMWARE, said->firmware);
	for (size_t i = 0; i < said->applications; i++) {
		snprintf(text[i], sizeof(text[i]), "%u", (unsigned)said->application[i]);
		list[i] = bytes_of_text(text[i]);
	}
	if (said->applications > 0)
		fact_set_texts(facts, FACT_DIAMETER_APPLICATIONS, list, said->applications);
}

/* "5012 (DIAMETER_UNABLE_TO_COMPLY)", and what the peer complains of. */
static void
result_text(const struct diameter_said *said, char *out, size_t out_len)
{
	const char *name = diameter_result_name(said->result);
	const char *avp = said->failed_vendor == 0 ? diameter_avp_name(said->failed) : NULL;
	int len = snprintf(out, out_len, "%u%s%s%s", (unsigned)said->result,
	    name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "");

	if (said->has_failed && avp != NULL)
		snprintf(out + len, out_len - (size_t)len, " because of %s", avp);
	else if (said->has_failed)
		snprintf(out + len, out_len - (size_t)len, " because of AVP %u of vendor %u",
		    (unsigned)said->failed, (unsigned)said->failed_vendor);
}

/* What to do about a refusal that has a remedy on one of the two sides; "" for others. */
static const char *
remedy(uint32_t result)
{
	switch (result) {
	case 3010:
		return ": it is alive but does not know us; add our origin_host to its peers, or "
		    "set origin_host to a name it knows";
	case 5010:
		return ": it is alive and shares no application with us; set the option "
		    "applications to one it serves";
	case 5017:
		return ": it is alive and accepts no connection of this kind; look at the option "
		    "transport";
	default:
		return "";
	}
}

static void
on_capabilities(struct round *round, struct diameter *d, const struct diameter_said *said)
{
	char text[128];

	round_answered(round);
	capabilities_facts(round, said);
	if (!said->has_result) {
		tls_finding_add(&d->finding, ERR_MALFORMED,
		    "the peer's capabilities answer has no Result-Code");
		finish_answered(round, d);
	} else if (said->result / 1000 != 2) {
		/* RFC 6733 5.3: the peer closes; there is nothing to take leave from. */
		result_text(said, text, sizeof(text));
		tls_finding_add(&d->finding, ERR_REFUSED,
		    "the peer answered the capabilities exchange with %s%s", text,
		    remedy(said->result));
		finish_answered(round, d);
	} else {
		if (said->origin_host.len == 0 || said->origin_realm.len == 0)
			tls_finding_add(&d->finding, ERR_MALFORMED,
			    "the peer's capabilities answer does not say who it is");
		watchdog_ask(round, d);
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
		result_text(said, text, sizeof(text));
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
	diameter_answer_write(&d->self, &message->header,
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
	if (step == CHANNEL_READY)
		capabilities_ask(round, d);
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
	{ .name = "transport", .type = OPTION_WORD, .otherwise = "tls", .words = "tls tcp",
	  .help = N_("TLS from the first octet (usual port 5868) or TCP (3868)") },
	{ .name = "origin_host", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = DIAMETER_IDENTITY_MAX,
	  .help = N_("Origin-Host of the monitor: a name the peer is configured to know") },
	{ .name = "origin_realm", .type = OPTION_TEXT, .required = true, .minimum = 1,
	  .maximum = DIAMETER_IDENTITY_MAX, .help = N_("Origin-Realm of the monitor") },
	{ .name = "host_ip", .type = OPTION_TEXT, .minimum = 2, .maximum = 45,
	  .help = N_("Host-IP-Address of the monitor; default: its own address of the "
	    "connection") },
	{ .name = "applications", .type = OPTION_TEXT, .minimum = 1, .maximum = 1024,
	  .otherwise = "relay,10415:16777251",
	  .help = N_("applications to offer, with commas: relay, ID or VENDOR:ID") },
	{ .name = NULL }
};

const struct probe_ops probe_diameter = {
	.name         = "diameter",
	.title        = N_("Diameter capabilities and watchdog"),
	.port         = 5868,
	.options      = diameter_options,
	.scratch_len  = sizeof(struct diameter),
	.on           = diameter_on,
	.end          = diameter_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
