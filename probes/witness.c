/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "witness": asks sekimori-witness on the watched instance, over mutual TLS, to let its
 * hardware sign our challenge, and judges what comes by the configured policy.  The connection and
 * the key the function speaks with are inside the challenge (attest/envelope.h).
 */
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "monitor/base/i18n.h"
#include "probes/attest_look.h"
#include "probes/channel.h"
#include "probes/tls_options.h"
#include "probes/wire/witness.h"

struct witness {
	struct channel         channel;
	uint8_t                nonce[WITNESS_NONCE], exporter[ENVELOPE_EXPORTER];
	struct witness_answer *answer;
	struct envelope       *envelope;
};

struct witness_kept { struct tls_kept tls; struct attest_kept attest; };
struct witness_shared { struct tls_shared tls; struct chain_memory *memory; };

static void
failed(struct round *round, struct witness *witness, enum err err, const char *text)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };

	channel_look(round, &witness->channel, &finding);
	buffer_free(&finding.text);
	round_finish(round, channel_failed_outcome(&witness->channel, err), err, "%s", text);
}

/* RFC 9266 is defined for TLS 1.3; before it the exporter is no channel binding. */
static void
request_send(struct round *round, struct witness *witness)
{
	struct witness_request request = { .kinds = 1 };
	struct buffer out = { .max = WITNESS_REQUEST_MAX };
	const struct tls_session *session = &witness->channel.session;

	if (strcmp(tls_session_version(session), "TLSv1.3") != 0 ||
	    !tls_session_export(session, WITNESS_EXPORTER, bytes_of(NULL, 0), witness->exporter,
	    sizeof(witness->exporter))) {
		failed(round, witness, ERR_UNSUPPORTED, "the witness speaks no TLS 1.3, without "
		    "which the evidence cannot be bound to the connection; give it one that does");
		return;
	}
	random_fill(witness->nonce, sizeof(witness->nonce));
	request.nonce = bytes_of(witness->nonce, sizeof(witness->nonce));
	memcpy(request.kind[0], round_option(round, "kind"),
	    strlen(round_option(round, "kind")) + 1);
	witness_request_write(&out, &request);
	channel_send(round, &witness->channel, bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
lacks_fact(struct round *round, const struct witness_answer *answer)
{
	struct bytes text[WITNESS_KINDS];

	for (size_t i = 0; i < answer->lacks; i++)
		text[i] = answer->lack[i].text;
	if (answer->lacks > 0)
		fact_set_texts(round_facts(round), FACT_ATTEST_LACKS, text, answer->lacks);
}

static void
statement_take(struct envelope *envelope, const struct witness_statement *statement)
{
	for (size_t i = 0; i < statement->items && envelope->items < ITEM_MAX; i++) {
		struct envelope_item *item = &envelope->item[envelope->items++];

		memcpy(item->role, statement->item[i].role, sizeof(item->role));
		item->octets = statement->item[i].octets;
	}
}

/* Only what was asked for; what stands beside it is not looked at. */
static const struct witness_statement *
statement_find(const struct witness_answer *answer, const char *kind)
{
	for (size_t i = 0; i < answer->statements; i++)
		if (strcmp(answer->statement[i].kind, kind) == 0)
			return &answer->statement[i];
	return NULL;
}

static void
answer_take(struct round *round, struct witness *witness)
{
	struct witness_kept *kept = round_kept(round);
	const struct witness_answer *answer = witness->answer;
	const struct verifier *verifier = verifier_find(round_option(round, "kind"));
	const struct witness_statement *statement = statement_find(answer, verifier->set->name);
	struct why why = { .err = ERR_OK };
	const char *missing;

	round_answered(round);
	lacks_fact(round, answer);
	if (!bytes_equal(answer->nonce, bytes_of(witness->nonce, sizeof(witness->nonce)))) {
		failed(round, witness, ERR_MISMATCH, "the witness answers another nonce than the "
		    "one it was asked with: an answer that was kept, or meant for somebody else");
		return;
	}
	if (statement == NULL) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "the witness has no such "
		    "evidence: %.*s", answer->lacks > 0 ? (int)answer->lack[0].text.len : 14,
		    answer->lacks > 0 ? (const char *)answer->lack[0].text.at : "and says no why");
		return;
	}
	*witness->envelope = (struct envelope){ .items = 0 };
	if (!verifier->keyless)
		witness->envelope->spki = answer->spki;
	/* Where nobody can be asked to sign it, no challenge stands beside what was signed. */
	if (!verifier->unasked) {
		witness->envelope->nonce = answer->nonce;
		witness->envelope->exporter = bytes_of(witness->exporter,
		    sizeof(witness->exporter));
	}
	statement_take(witness->envelope, statement);
	if (attest_look_prepare(round, &kept->attest, witness->envelope, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	missing = attest_look_missing(witness->envelope);
	if (missing != NULL)
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "the witness sent no %s, and "
		    "the target's options name no file for it", missing);
	else
		attest_look_finish(round, &kept->attest, witness->envelope);
}

/* The chain of the witness itself must be trusted before anything it says is judged. */
static void
data_take(struct round *round, struct witness *witness, bool ended)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };
	struct why why = { .err = ERR_OK };
	enum err err = witness_answer_read(bytes_of_buffer(&witness->channel.data),
	    witness->answer, &why);

	if (err == ERR_TRUNCATED && !ended)
		return;
	if (err != ERR_OK) {
		failed(round, witness, err == ERR_TRUNCATED ? ERR_CLOSED : err,
		    witness->channel.data.len == 0 ?
		    channel_ended_text(&witness->channel) : why.text);
		return;
	}
	channel_look(round, &witness->channel, &finding);
	if (finding.err != ERR_OK)
		round_finish(round, OUTCOME_DEGRADED, finding.err, "%s",
		    buffer_text(&finding.text));
	else
		answer_take(round, witness);
	buffer_free(&finding.text);
	channel_end(round, &witness->channel);
}

static void
on_step(struct round *round, struct witness *witness, enum channel_step step)
{
	switch (step) {
	case CHANNEL_READY:
		request_send(round, witness);
		break;
	case CHANNEL_DATA:
		data_take(round, witness, false);
		break;
	case CHANNEL_ENDED:
		data_take(round, witness, true);
		break;
	case CHANNEL_FAILED:
		failed(round, witness, witness->channel.err, witness->channel.text);
		break;
	default:
		break;
	}
}

static void
on_start(struct round *round, struct witness *witness)
{
	struct witness_kept *kept = round_kept(round);
	struct envelope *trial;
	struct why why = { .err = ERR_OK };
	enum err err;

	kept->attest.memory = ((struct witness_shared *)round_shared(round))->memory;
	witness->answer = memory_new(1, sizeof(*witness->answer));
	witness->envelope = trial = memory_new(1, sizeof(*witness->envelope));
	witness->channel.data.max = WITNESS_ANSWER_MAX + 4;
	err = attest_look_prepare(round, &kept->attest, trial, &why);
	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
	else if (channel_start(round, &witness->channel, true) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, witness->channel.err, "%s",
		    witness->channel.text);
}

static void
witness_on(struct round *round, const struct event *event)
{
	struct witness *witness = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, witness);
	else
		on_step(round, witness, channel_event(round, &witness->channel, event, ""));
}

static void
witness_end(struct round *round)
{
	struct witness *witness = round_scratch(round);

	channel_free(&witness->channel);
	free(witness->answer);
	free(witness->envelope);
}

static void
witness_kept_end(void *at, void *shared)
{
	struct witness_kept *kept = at;

	tls_kept_end(&kept->tls, shared);
	attest_kept_end(&kept->attest);
}

static void
witness_shared_begin(void *shared)
{
	tls_shared_begin(shared);
	((struct witness_shared *)shared)->memory = chain_memory_new();
	attest_begin();
}

static void
witness_shared_end(void *shared)
{
	chain_memory_free(((struct witness_shared *)shared)->memory);
	tls_shared_end(shared);
}

static const char *
witness_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	const char *wrong = attest_look_fault(option, of);

	return wrong != NULL ? wrong : tls_options_fault(option, of);
}

static enum err
witness_file(const char *option, const char *path, struct bytes octets, struct why *why)
{
	enum err err = attest_look_file(option, path, octets, why);

	return err != ERR_OK ? err : tls_options_file(option, path, octets, why);
}

static const struct option_row witness_options[] = {
	TLS_OPTIONS,
	ATTEST_OPTIONS,
#define ROLE(option, role, text)                                                          \
	{ .name = option, .type = OPTION_FILE, .minimum = 1, .maximum = 4095, .help = text },
#include "probes/attest_role_list.h"
	{ .name = NULL }
};

const struct probe_ops probe_witness = {
	.name         = "witness",
	.title        = N_("evidence of hardware, asked of sekimori-witness"),
	.port         = WITNESS_PORT,
	.options      = witness_options,
	.fault        = witness_fault,
	.file_check   = witness_file,
	.scratch_len  = sizeof(struct witness),
	.answer_max   = WITNESS_ANSWER_MAX + (64 << 10),
	.on           = witness_on,
	.end          = witness_end,
	.shared_len   = sizeof(struct witness_shared),
	.shared_begin = witness_shared_begin,
	.shared_end   = witness_shared_end,
	.kept_len     = sizeof(struct witness_kept),
	.kept_end     = witness_kept_end
};
