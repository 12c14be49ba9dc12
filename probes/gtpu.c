/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "gtpu": one Echo (3GPP TS 29.281 7.2) on N3, N9, S1-U or S5/S8-U.  No tunnel is made or
 * touched.  What the peer says besides, that it knows no such tunnel or which extension headers it
 * supports, is taken as a sign of life only from it, and never for the answer.
 */
#include "monitor/base/i18n.h"
#include "probes/gtp.h"

enum { PORT = 2152 };

struct gtpu {
	struct exchange exchange;
	uint16_t        sequence;
};

static const struct exchange_facts facts_of = {
	.stranger = FACT_GTPU_STRANGER_ANSWERED,
	.clear    = FACT_GTPU_IPSEC_CLEAR,
	.ignored  = FACT_GTPU_IGNORED
};

static void
on_start(struct round *round, struct gtpu *gtpu)
{
	struct buffer out = { .max = EXCHANGE_REQUEST_MAX };

	random_fill(&gtpu->sequence, sizeof(gtpu->sequence));
	gtp_echo_write(1, gtpu->sequence, 0, &out);
	exchange_start(round, &gtpu->exchange, &facts_of, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
extensions_fact(struct round *round, const struct gtp_message *message)
{
	char text[GTP_EXTENSIONS_MAX][GTP_EXTENSION_TEXT];
	struct bytes list[GTP_EXTENSIONS_MAX];

	for (size_t i = 0; i < message->extensions; i++) {
		gtp_extension_text(message->extension[i], text[i]);
		list[i] = bytes_of_text(text[i]);
	}
	fact_set_texts(round_facts(round), FACT_GTPU_EXTENSIONS, list, message->extensions);
}

static void
on_answer(struct round *round, struct gtpu *gtpu, const struct gtp_message *answer)
{
	fact_set_text(round_facts(round), FACT_GTPU_ANSWER,
	    bytes_of_text(gtp_type_name(answer->version, answer->type)));
	/* TS 29.281 8.2: sent as 0, not to be looked at; a peer that counts is not blamed. */
	if (answer->has_recovery)
		fact_set_int(round_facts(round), FACT_GTPU_RECOVERY, answer->recovery);
	if (!answer->has_recovery)
		exchange_finish(round, &gtpu->exchange, ERR_MALFORMED, "the peer's Echo Response "
		    "has no Recovery, which TS 29.281 7.2.2 requires");
	else if (answer->teid != 0)
		exchange_finish(round, &gtpu->exchange, ERR_MALFORMED, "the peer's Echo Response "
		    "has a tunnel endpoint identifier, which TS 29.281 5.1 wants to be 0");
	else
		exchange_finish(round, &gtpu->exchange, ERR_OK, "");
}

static void
on_data(struct round *round, struct gtpu *gtpu, struct bytes data)
{
	struct gtp_message message;

	if (!gtp_take(&gtpu->exchange, data, &message))
		return;
	if (message.version == 1 && message.type == GTP_SUPPORTED_EXTENSIONS)
		extensions_fact(round, &message);
	if (message.version != 1)
		gtp_ignore(&gtpu->exchange, &message, "it is of another version than GTP-U has");
	else if (message.type != GTP_ECHO_RESPONSE)
		gtp_ignore(&gtpu->exchange, &message, NULL);
	else if (!message.has_sequence || message.sequence != gtpu->sequence)
		gtp_ignore(&gtpu->exchange, &message,
		    "its sequence number is not that of our request");
	else
		on_answer(round, gtpu, &message);
}

static void
gtpu_on(struct round *round, const struct event *event)
{
	struct gtpu *gtpu = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, gtpu);
	else if (exchange_event(round, &gtpu->exchange, event))
		on_data(round, gtpu, event->data);
}

static const struct option_row gtpu_options[] = {
	EXCHANGE_OPTIONS,
	{ .name = NULL }
};

const struct probe_ops probe_gtpu = {
	.name          = "gtpu",
	.title         = N_("GTP-U echo"),
	.port          = PORT,
	.options       = gtpu_options,
	.shared_socket = true,
	.fault         = exchange_fault,
	.scratch_len   = sizeof(struct gtpu),
	.answer_max    = EXCHANGE_ANSWER_MAX,
	.on            = gtpu_on
};
