/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "gtpc": one Echo on S5/S8/S11/S10 (GTPv2-C, 3GPP TS 29.274 7.1) or Gn/Gp (GTPv1-C,
 * TS 29.060 7.2).  No session is made or touched.  A peer that speaks another version and says so
 * lives; its restart counter tells a restart.
 */
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "probes/gtp.h"

enum {
	PORT = 2123,
	OUR_RECOVERY = 0	/* never counts up: we keep no session that a restart would lose */
};

struct gtpc_kept {
	bool     known;
	uint8_t  recovery;
	unsigned restarts;
};

struct gtpc {
	struct exchange exchange;
	uint32_t        sequence;
	uint8_t         version;
};

static const struct exchange_facts facts_of = {
	.stranger = FACT_GTPC_STRANGER_ANSWERED,
	.clear    = FACT_GTPC_IPSEC_CLEAR,
	.ignored  = FACT_GTPC_IGNORED
};

static void
on_start(struct round *round, struct gtpc *gtpc)
{
	struct buffer out = { .max = EXCHANGE_REQUEST_MAX };

	gtpc->version = (uint8_t)strtoul(round_option(round, "version"), NULL, 10);
	random_fill(&gtpc->sequence, sizeof(gtpc->sequence));
	/* TS 29.274 7.6: the highest bit is for commands. */
	gtpc->sequence &= gtpc->version == 1 ? 0xffff : 0x7fffff;
	gtp_echo_write(gtpc->version, gtpc->sequence, OUR_RECOVERY, &out);
	exchange_start(round, &gtpc->exchange, &facts_of, bytes_of_buffer(&out));
	buffer_free(&out);
}

/* True: the peer restarted since the round before. */
static bool
recovery_take(struct round *round, uint8_t recovery)
{
	struct gtpc_kept *kept = round_kept(round);
	bool restarted = kept->known && kept->recovery != recovery;

	kept->known = true;
	kept->recovery = recovery;
	kept->restarts += restarted;
	fact_set_int(round_facts(round), FACT_GTPC_RECOVERY, recovery);
	fact_set_int(round_facts(round), FACT_GTPC_RESTARTS, kept->restarts);
	return restarted;
}

static void
on_answer(struct round *round, struct gtpc *gtpc, const struct gtp_message *answer)
{
	fact_set_text(round_facts(round), FACT_GTPC_ANSWER,
	    bytes_of_text(gtp_type_name(answer->version, answer->type)));
	fact_set_int(round_facts(round), FACT_GTPC_VERSION, answer->version);
	if (answer->has_features)
		fact_set_int(round_facts(round), FACT_GTPC_FEATURES, answer->features);
	if (answer->type == GTP_VERSION_NOT_SUPPORTED)
		exchange_finish(round, &gtpc->exchange, ERR_UNSUPPORTED, gtpc->version == 2 ?
		    "the peer lives and does not speak version 2 of GTP: set the option version "
		    "to 1" : "the peer lives and does not speak version 1 of GTP: set the option "
		    "version to 2");
	else if (!answer->has_recovery)
		exchange_finish(round, &gtpc->exchange, ERR_MALFORMED,
		    "the peer's Echo Response has no Recovery, which is mandatory");
	else if (recovery_take(round, answer->recovery))
		exchange_finish(round, &gtpc->exchange, ERR_MISMATCH, "the peer restarted: its "
		    "restart counter is another than in the round before, and its sessions are "
		    "gone");
	else
		exchange_finish(round, &gtpc->exchange, ERR_OK, "");
}

/* A refusal of our version is of the other version, and its number may be cut to what that has. */
static bool
answers(const struct gtpc *gtpc, const struct gtp_message *message)
{
	uint32_t mask = message->version == 1 ? 0xffff : 0xffffff;

	return message->has_sequence && message->sequence == (gtpc->sequence & mask);
}

static void
on_data(struct round *round, struct gtpc *gtpc, struct bytes data)
{
	struct gtp_message message;

	if (!gtp_take(&gtpc->exchange, data, &message))
		return;
	if (message.type != GTP_VERSION_NOT_SUPPORTED && (message.type != GTP_ECHO_RESPONSE ||
	    message.version != gtpc->version))
		gtp_ignore(&gtpc->exchange, &message, message.version != gtpc->version ?
		    "it is of another version of GTP" : NULL);
	else if (!answers(gtpc, &message))
		gtp_ignore(&gtpc->exchange, &message,
		    "its sequence number is not that of our request");
	else
		on_answer(round, gtpc, &message);
}

static void
gtpc_on(struct round *round, const struct event *event)
{
	struct gtpc *gtpc = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, gtpc);
	else if (exchange_event(round, &gtpc->exchange, event))
		on_data(round, gtpc, event->data);
}

static const struct option_row gtpc_options[] = {
	{ .name = "version", .type = OPTION_INTEGER, .minimum = 1, .maximum = 2, .otherwise = "2",
	  .help = N_("version of GTP-C: 2 on S5, S8, S10 and S11, 1 on Gn and Gp") },
	EXCHANGE_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_gtpc = {
	.name          = "gtpc",
	.title         = N_("GTP-C echo"),
	.port          = PORT,
	.options       = gtpc_options,
	.shared_socket = true,
	.fault         = exchange_fault,
	.scratch_len   = sizeof(struct gtpc),
	.kept_len      = sizeof(struct gtpc_kept),
	.answer_max    = EXCHANGE_ANSWER_MAX,
	.on            = gtpc_on
};
