/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "radius": one Status-Server (RFC 5997) to an authentication or accounting port.  The
 * answer's Response Authenticator proves that the server knows our secret; one without a
 * Message-Authenticator can be forged by whoever stands between (CVE-2024-3596).
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/exchange.h"
#include "probes/wire/radius.h"

enum { PORT = 1812 };

struct radius {
	struct exchange     exchange;
	struct radius_asked asked;	/* without the secret: a reload may replace it */
};

static const struct exchange_facts facts_of = {
	.stranger = FACT_RADIUS_STRANGER_ANSWERED,
	.clear    = FACT_RADIUS_IPSEC_CLEAR,
	.ignored  = FACT_RADIUS_IGNORED,
	.silent   = ": a server that does not know this client, or knows another secret of it, "
	    "is silent too"
};

/* A secret file ends with a line end in most hands: it is not part of the secret. */
static struct bytes
secret_of(const struct round *round)
{
	struct bytes octets = round_file(round, "secret");

	while (octets.len > 0 && (octets.at[octets.len - 1] == '\n' ||
	    octets.at[octets.len - 1] == '\r'))
		octets.len--;
	return octets;
}

/* A new one each time: Status-Server is not repeated (RFC 5997 4.2). */
static enum err
request_make(const struct round *round, struct radius *radius, struct buffer *out,
    struct why *why)
{
	radius->asked.secret = secret_of(round);
	radius->asked.identifier++;
	random_fill(radius->asked.authenticator, RADIUS_AUTHENTICATOR_LEN);
	if (radius->asked.secret.len == 0)
		return why_set(why, ERR_INVALID, "the option secret names an empty file: it must "
		    "hold the shared secret");
	return radius_status_write(&radius->asked, round_option(round, "nas_identifier"), out, why);
}

static void
on_start(struct round *round, struct radius *radius)
{
	struct buffer out = { .max = EXCHANGE_REQUEST_MAX };
	struct why why = { .err = ERR_OK };

	random_fill(&radius->asked.identifier, 1);
	if (request_make(round, radius, &out, &why) != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
	else
		exchange_start(round, &radius->exchange, &facts_of, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
on_again(struct round *round, struct radius *radius)
{
	struct buffer out = { .max = EXCHANGE_REQUEST_MAX };
	struct why why = { .err = ERR_OK };

	if (request_make(round, radius, &out, &why) == ERR_OK)
		exchange_request(&radius->exchange, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
on_answer(struct round *round, struct radius *radius, const struct radius_answer *answer)
{
	struct fact_set *facts = round_facts(round);

	fact_set_text(facts, FACT_RADIUS_ANSWER, bytes_of_text(radius_code_name(answer->code)));
	fact_set_flag(facts, FACT_RADIUS_AUTHENTIC, true);
	fact_set_flag(facts, FACT_RADIUS_MESSAGE_AUTHENTICATOR, answer->message_authentic);
	if (!answer->has_message_authenticator)
		exchange_finish(round, &radius->exchange, ERR_MISMATCH, "the peer's answer has no "
		    "Message-Authenticator: its answers can be forged on the way (CVE-2024-3596)");
	else if (answer->code == RADIUS_PROTOCOL_ERROR || answer->code == RADIUS_ACCESS_REJECT)
		exchange_finish(round, &radius->exchange, ERR_REFUSED,
		    "the peer knows us and refuses Status-Server");
	else
		exchange_finish(round, &radius->exchange, ERR_OK, "");
}

static void
ignore(struct radius *radius, enum err err, const char *text)
{
	struct why why = { .err = ERR_OK };

	(void)why_set(&why, err, "%s", text);
	exchange_ignore(&radius->exchange, &why);
}

static void
on_data(struct round *round, struct radius *radius, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	struct radius_answer answer;

	radius->asked.secret = secret_of(round);
	if (radius_read(data, &radius->asked, &answer, &why) != ERR_OK) {
		exchange_ignore(&radius->exchange, &why);
	} else if (answer.identifier != radius->asked.identifier) {
		ignore(radius, ERR_MISMATCH, "its identifier is not that of our request");
	} else if (radius_code_name(answer.code) == NULL ||
	    answer.code == RADIUS_STATUS_SERVER || answer.code == RADIUS_ACCESS_CHALLENGE) {
		ignore(radius, ERR_MISMATCH, "it is no answer to Status-Server");
	} else if (!answer.authentic ||
	    (answer.has_message_authenticator && !answer.message_authentic)) {
		/* Somebody answered who does not know our secret: that is no answer of the peer. */
		fact_set_flag(round_facts(round), FACT_RADIUS_AUTHENTIC, false);
		ignore(radius, ERR_UNTRUSTED, answer.authentic ?
		    "its Message-Authenticator was not made with our secret" :
		    "its Response Authenticator was not made with our secret: compare the secrets "
		    "of both sides");
	} else {
		on_answer(round, radius, &answer);
	}
}

static void
radius_on(struct round *round, const struct event *event)
{
	struct radius *radius = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, radius);
	if (event->kind == EVENT_TIMER)
		on_again(round, radius);
	if (event->kind != EVENT_START && exchange_event(round, &radius->exchange, event))
		on_data(round, radius, event->data);
}

static const struct option_row radius_options[] = {
	{ .name = "secret", .type = OPTION_SECRET, .required = true,
	  .help = N_("file with the secret that the server shares with this monitor as a client") },
	{ .name = "nas_identifier", .type = OPTION_TEXT, .minimum = 1, .maximum = RADIUS_NAME_MAX,
	  .otherwise = "sekimori", .help = N_("NAS-Identifier of the monitor") },
	EXCHANGE_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_radius = {
	.name          = "radius",
	.title         = N_("RADIUS Status-Server"),
	.port          = PORT,
	.options       = radius_options,
	.shared_socket = true,
	.fault         = exchange_fault,
	.scratch_len   = sizeof(struct radius),
	.answer_max    = EXCHANGE_ANSWER_MAX,
	.on            = radius_on
};
