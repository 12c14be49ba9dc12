/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "diameter-refusal": a capabilities exchange as nobody may hold it: in the clear, in an old
 * version of TLS, without a client certificate or with a wrong one.  A peer that takes it is told
 * that we leave (RFC 6733 5.4).
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/diameter_ask.h"
#include "probes/net.h"
#include "probes/tls_options.h"
#include "probes/tls_trial.h"

struct diameter_refusal {
	struct trials       trials;
	struct diameter_who who;
	struct diameter_ids ids;
	bool                taken;	/* the peer agreed: it is owed a farewell */
};

static const struct refusal_attempt attempts[] = {
	{ "plaintext", "RFC 6733 section 13", N_("a capabilities exchange in the clear") },
	{ "plaintext-port", "RFC 6733 section 13",
	  N_("a capabilities exchange in the clear at plaintext_port") },
	TRIAL_CERTIFICATES("RFC 6733 section 13.1"),
	TRIAL_VERSIONS("RFC 8996 section 4")
};

static const enum trial_kind kinds[] = {
	TRIAL_PLAINTEXT, TRIAL_PLAINTEXT_PORT, TRIAL_CERTIFICATE_KINDS, TRIAL_VERSION_KINDS
};

static bool
ask(struct round *round, struct trials *t, struct buffer *out)
{
	struct diameter_refusal *d = round_scratch(round);

	(void)t;
	random_fill(&d->ids, sizeof(d->ids));
	diameter_ask_write(round, &d->who, DIAMETER_CAPABILITIES, d->ids, out);
	return true;
}

static bool
leave(struct round *round, struct trials *t)
{
	struct diameter_refusal *d = round_scratch(round);
	struct buffer out = { .max = REFUSAL_OCTETS_MAX };
	bool taken = d->taken;

	/* RFC 6733 5.6: while it holds this connection it takes no other one of our name. */
	if (taken) {
		diameter_ask_write(round, &d->who, DIAMETER_DISCONNECT, d->ids, &out);
		channel_send(round, &t->channel, bytes_of_buffer(&out));
	}
	d->taken = false;
	buffer_free(&out);
	return taken;
}

/* 3010 to one it knows over TLS, and 5017, are its ways to refuse this connection. */
static enum refusal_answer
result_judge(struct diameter_refusal *d, const struct diameter_said *said,
    char text[REFUSAL_TEXT])
{
	char result[128];

	if (!said->has_result) {
		snprintf(text, REFUSAL_TEXT, "its answer has no Result-Code");
		return REFUSAL_UNCLEAR;
	}
	diameter_result_text(said, result, sizeof(result));
	snprintf(text, REFUSAL_TEXT, "Result-Code %s", result);
	d->taken = said->result / 1000 == 2;
	if (d->taken)
		return REFUSAL_ACCEPTED;
	if (d->trials.kind == TRIAL_CONTROL || d->trials.serves ||
	    said->result == DIAMETER_NO_COMMON_SECURITY)
		return REFUSAL_REFUSED;
	snprintf(text, REFUSAL_TEXT, "Result-Code %.60s, and our own connection is not taken "
	    "either: set origin_host to a name it knows, and the credential of that name", result);
	return REFUSAL_UNCLEAR;
}

static enum refusal_answer
judge(struct round *round, struct trials *t, bool ended, char text[REFUSAL_TEXT])
{
	struct diameter_refusal *d = round_scratch(round);
	struct diameter_message message;
	struct diameter_said said;
	struct why why = { .err = ERR_OK };
	enum diameter_step step;
	size_t used = 0;

	while ((step = diameter_frame(bytes_slice(bytes_of_buffer(&t->channel.data), used,
	    t->channel.data.len), &message, &why)) == DIAMETER_MESSAGE) {
		used += message.header.len;
		if (!diameter_answers(&message.header, DIAMETER_CAPABILITIES, d->ids))
			continue;
		if (diameter_read(&message, &said, &why) == ERR_OK)
			return result_judge(d, &said, text);
		step = DIAMETER_BROKEN;
		break;
	}
	channel_taken(&t->channel, used);
	if (step == DIAMETER_MORE && !ended)
		return REFUSAL_NOT_MADE;
	snprintf(text, REFUSAL_TEXT, "%.180s", step == DIAMETER_BROKEN ? why.text :
	    "the peer ended the connection within a message");
	return REFUSAL_UNCLEAR;
}

static const struct trial_ops ops = {
	.table = attempts, .kind = kinds, .count = sizeof(attempts) / sizeof(attempts[0]),
	.ask = ask, .judge = judge, .leave = leave
};

static void
diameter_refusal_on(struct round *round, const struct event *event)
{
	struct diameter_refusal *d = round_scratch(round);
	struct why why = { .err = ERR_OK };

	if (event->kind != EVENT_START)
		trials_event(round, &d->trials, event);
	else if (diameter_who_make(round, &d->who, &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	else
		trials_start(round, &d->trials, &ops, false);
}

static void
diameter_refusal_end(struct round *round)
{
	struct diameter_refusal *d = round_scratch(round);

	trials_free(&d->trials);
}

static const struct option_row diameter_refusal_options[] = {
	TLS_OPTIONS,
	TRIAL_OPTIONS,
	DIAMETER_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_diameter_refusal = {
	.name         = "diameter-refusal",
	.title        = N_("What a Diameter peer must refuse"),
	.port         = 5868,
	.options      = diameter_refusal_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct diameter_refusal),
	.on           = diameter_refusal_on,
	.end          = diameter_refusal_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
