/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "pfcp": one Heartbeat (3GPP TS 29.244 6.2.2) on N4, Sxa, Sxb or Sxc.  No association is
 * asked for, so none is made; whatever answers to our sequence number lives, and so does a node
 * that speaks another version and says so.  Its Recovery Time Stamp tells a restart.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/exchange.h"
#include "probes/wire/pfcp.h"

enum { PORT = 8805 };

/* Of an endpoint, between its rounds. */
struct pfcp_kept {
	int64_t  began_ms;	/* our own Recovery Time Stamp: we keep no session to lose */
	bool     known;
	int64_t  recovery_ms;	/* of the peer */
	unsigned restarts;
};

struct pfcp {
	struct exchange exchange;
	uint32_t        sequence;
};

static const struct exchange_facts facts_of = {
	.stranger = FACT_PFCP_STRANGER_ANSWERED,
	.clear    = FACT_PFCP_IPSEC_CLEAR,
	.ignored  = FACT_PFCP_IGNORED
};

static void
on_start(struct round *round, struct pfcp *pfcp)
{
	struct pfcp_kept *kept = round_kept(round);
	struct buffer out = { .max = EXCHANGE_REQUEST_MAX };

	if (kept->began_ms == 0)
		kept->began_ms = round_wall_ms(round);
	random_fill(&pfcp->sequence, sizeof(pfcp->sequence));
	pfcp->sequence &= PFCP_SEQUENCE_MAX;
	pfcp_heartbeat_write(pfcp->sequence, kept->began_ms, &out);
	exchange_start(round, &pfcp->exchange, &facts_of, bytes_of_buffer(&out));
	buffer_free(&out);
}

/* True: the peer restarted since the round before. */
static bool
recovery_take(struct round *round, int64_t recovery_ms)
{
	struct pfcp_kept *kept = round_kept(round);
	bool restarted = kept->known && kept->recovery_ms != recovery_ms;

	kept->known = true;
	kept->recovery_ms = recovery_ms;
	kept->restarts += restarted;
	fact_set_time(round_facts(round), FACT_PFCP_RECOVERY, recovery_ms);
	fact_set_int(round_facts(round), FACT_PFCP_RESTARTS, kept->restarts);
	return restarted;
}

static void
on_answer(struct round *round, struct pfcp *pfcp, const struct pfcp_message *answer)
{
	fact_set_text(round_facts(round), FACT_PFCP_ANSWER,
	    bytes_of_text(pfcp_type_name(answer->type)));
	fact_set_int(round_facts(round), FACT_PFCP_VERSION, answer->version);
	if (answer->type == PFCP_VERSION_NOT_SUPPORTED)
		exchange_finish(round, &pfcp->exchange, ERR_UNSUPPORTED,
		    "the peer lives and does not speak version 1 of PFCP");
	else if (!answer->has_recovery)
		exchange_finish(round, &pfcp->exchange, ERR_MALFORMED, "the peer's Heartbeat "
		    "Response has no Recovery Time Stamp, which TS 29.244 7.4.2.2 requires");
	else if (recovery_take(round, answer->recovery_ms))
		exchange_finish(round, &pfcp->exchange, ERR_MISMATCH, "the peer restarted: its "
		    "Recovery Time Stamp is another than in the round before, and its sessions "
		    "are gone");
	else
		exchange_finish(round, &pfcp->exchange, ERR_OK, "");
}

/* Why the message is no answer to our request, or NULL. */
static const char *
stranger_text(const struct pfcp *pfcp, const struct pfcp_message *message)
{
	if (message->type != PFCP_VERSION_NOT_SUPPORTED && message->version != PFCP_VERSION)
		return "it is of another version of PFCP";
	if (message->type != PFCP_VERSION_NOT_SUPPORTED &&
	    message->type != PFCP_HEARTBEAT_RESPONSE)
		return "it is another message than a Heartbeat Response";
	if (message->session)
		return "it has a session endpoint identifier, which no node message has";
	if (message->sequence != pfcp->sequence)
		return "its sequence number is not that of our request";
	return NULL;
}

static void
on_data(struct round *round, struct pfcp *pfcp, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	struct pfcp_message message;
	const char *stranger;

	if (pfcp_read(data, &message, &why) != ERR_OK) {
		exchange_ignore(&pfcp->exchange, &why);
		return;
	}
	stranger = stranger_text(pfcp, &message);
	if (stranger != NULL) {
		(void)why_set(&why, ERR_MISMATCH, "%s", stranger);
		exchange_ignore(&pfcp->exchange, &why);
	} else {
		on_answer(round, pfcp, &message);
	}
}

static void
pfcp_on(struct round *round, const struct event *event)
{
	struct pfcp *pfcp = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, pfcp);
	else if (exchange_event(round, &pfcp->exchange, event))
		on_data(round, pfcp, event->data);
}

static const struct option_row pfcp_options[] = {
	EXCHANGE_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_pfcp = {
	.name          = "pfcp",
	.title         = N_("PFCP heartbeat"),
	.port          = PORT,
	.options       = pfcp_options,
	.shared_socket = true,
	.fault         = exchange_fault,
	.scratch_len   = sizeof(struct pfcp),
	.kept_len      = sizeof(struct pfcp_kept),
	.answer_max    = EXCHANGE_ANSWER_MAX,
	.on            = pfcp_on
};
