/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "snmp": one GET of the system group and, unless told not to, the interface table by
 * GETBULK, over SNMPv3 (RFC 3414, RFC 3826, RFC 7860).  The engine and its keys stay between
 * rounds, so that an agent that is well costs one request; one that does not answer is looked for
 * again by discovery.
 */
#include <string.h>

#include "probes/snmp_answer.h"
#include "probes/snmp_round.h"

enum {
	REPETITIONS = 16,		/* rows asked for at a time: answers stay under 4 KiB */
	RETRIES     = 3,
	RETRY_MIN_MS = 100,
	RETRY_MAX_MS = 2000,
	BULK_MAX    = 2 * SNMP_INTERFACES_MAX	/* requests of one walk, whatever the agent does */
};

enum phase { PHASE_ENGINE, PHASE_SYSTEM, PHASE_TABLE };

struct snmp_kept {
	uint64_t                options_version;
	struct snmp_credential *credential;
	struct snmp_engine      engine;
	struct snmp_clock       clock;
};

struct snmp {
	enum phase         phase;
	struct snmp_talk   talk;
	struct snmp_answer answer;
	unsigned           column[SNMP_COLUMNS];	/* asked for, in order */
	size_t             columns, requests;
	unsigned           retries;
	int64_t            retry_ms, error_status;
	bool               kept, again;	/* the engine is of an earlier round; was looked for anew */
	bool               closed;	/* ICMP said that nobody listens */
};

static struct snmp_value
value_of(const struct snmp_variable *variable)
{
	struct snmp_value value = { .oid = variable->name, .oid_len = variable->name_len,
	    .number = variable->number };

	switch (variable->tag) {
	case BER_INTEGER:
		value.type = SNMP_INTEGER;
		break;
	case SNMP_TAG_TICKS:
		value.type = SNMP_TICKS;
		break;
	case BER_OCTETS:
		value.type = SNMP_OCTETS;
		value.octets = variable->content;
		break;
	case BER_OBJECT:
		value.type = SNMP_OBJECT;
		value.object = variable->object;
		value.object_len = variable->object_len;
		break;
	case SNMP_TAG_END:
		value.type = SNMP_END;
		break;
	default:
		break;
	}
	return value;
}

static size_t
variables_take(struct snmp *snmp)
{
	struct reader in = reader_of(snmp->talk.answer.variables);
	struct snmp_variable variable;
	size_t count = 0;

	for (; snmp_variable_next(&in, &variable); count++) {
		struct snmp_value value = value_of(&variable);

		if (snmp->phase == PHASE_SYSTEM)
			snmp_answer_system(&snmp->answer, &value);
		else if (snmp->columns > 0)
			snmp_answer_column(&snmp->answer, snmp->column[count % snmp->columns],
			    &value);
	}
	return count;
}

/* What was answered, as facts and evidence; the security level only if it was really used. */
static void
answer_facts(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct buffer evidence = { .max = BLOB_MAX };

	if (snmp->talk.insane)
		fact_set_flag(round_facts(round), FACT_SNMP_ENGINE_SANE, false);
	/* Before the first answer there is only discovery, which anyone could have answered. */
	if (snmp->phase != PHASE_TABLE)
		return;
	snmp_engine_facts(round, &kept->engine, &kept->clock);
	fact_set_text(round_facts(round), FACT_SNMP_SECURITY,
	    bytes_of_text(kept->credential->security));
	snmp_answer_facts(&snmp->answer, round_facts(round));
	snmp_answer_evidence(&snmp->answer, &evidence);
	if (!evidence.failed)
		round_evidence(round, bytes_of_buffer(&evidence));
	buffer_free(&evidence);
}

/* Whoever did not answer is discovered anew in the next round. */
static void
fail(struct round *round, struct snmp *snmp, enum outcome outcome, enum err err,
    const char *sentence)
{
	struct snmp_kept *kept = round_kept(round);

	answer_facts(round, snmp);
	kept->engine.id_len = 0;
	round_finish(round, outcome, err, "%s", sentence);
}

static void
finish_answered(struct round *round, struct snmp *snmp)
{
	answer_facts(round, snmp);
	if (snmp->error_status != 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED,
		    "the agent answered with error-status %d", (int)snmp->error_status);
	else if (snmp->answer.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, snmp->answer.err,
		    snmp->answer.err == ERR_LIMIT ?
		    "the interface table has more rows than are read" :
		    "the interface table does not go on as RFC 3416 requires");
}

static struct snmp_request
system_request(unsigned long name[SNMP_SYSTEM][SNMP_OID_MAX], size_t len[SNMP_SYSTEM])
{
	for (unsigned i = 0; i < SNMP_SYSTEM; i++)
		len[i] = snmp_system_oid(i, name[i]);
	return (struct snmp_request){ .pdu = SNMP_PDU_GET, .name = name, .name_len = len,
	    .names = SNMP_SYSTEM };
}

static struct snmp_request
table_request(struct snmp *snmp, unsigned long name[SNMP_COLUMNS][SNMP_OID_MAX],
    size_t len[SNMP_COLUMNS])
{
	snmp->columns = 0;
	for (unsigned i = 0; i < SNMP_COLUMNS; i++) {
		len[snmp->columns] = snmp_column_oid(&snmp->answer, i, name[snmp->columns]);
		if (len[snmp->columns] > 0)
			snmp->column[snmp->columns++] = i;
	}
	return (struct snmp_request){ .pdu = SNMP_PDU_GETBULK, .repetitions = REPETITIONS,
	    .name = name, .name_len = len, .names = snmp->columns };
}

static void
message_send(struct round *round, struct snmp *snmp, enum err err, const struct ber_writer *out)
{
	if (err != ERR_OK) {
		fail(round, snmp, OUTCOME_UNKNOWN, err, "the request cannot be made with these "
		    "protocols: auth_protocol and privacy_protocol must be supported here");
		return;
	}
	round_send(round, ber_written(out));
	round_wait(round, snmp->retry_ms * 1000000);
}

static void
next_request(struct round *round, struct snmp *snmp)
{
	unsigned long name[SNMP_SYSTEM][SNMP_OID_MAX];
	size_t len[SNMP_SYSTEM];
	uint8_t octets[SNMP_REQUEST_MAX];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	enum err err;

	snmp->retries = 0;
	if (snmp->phase == PHASE_ENGINE)
		err = snmp_talk_discover(&snmp->talk, &out);
	else
		err = snmp_talk_ask(&snmp->talk, snmp->phase == PHASE_SYSTEM ?
		    system_request(name, len) : table_request(snmp, name, len),
		    round_now_ns(round), &out);
	message_send(round, snmp, err, &out);
}

static void
send_again(struct round *round, struct snmp *snmp)
{
	uint8_t octets[SNMP_REQUEST_MAX];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	enum err err = snmp_talk_again(&snmp->talk, round_now_ns(round), &out);

	message_send(round, snmp, err, &out);
}

static enum err
kept_prepare(struct round *round, struct why *why)
{
	struct snmp_kept *kept = round_kept(round);
	struct snmp_shared *shared = round_shared(round);
	struct snmp_words words = snmp_round_words(round);
	struct snmp_credential *credential;
	enum err err;

	if (kept->credential != NULL && kept->options_version == round_options_version(round))
		return ERR_OK;
	err = snmp_credential_find(&shared->credentials, &words, &credential, why);
	if (err != ERR_OK)
		return err;
	if (kept->credential != credential)
		kept->engine.id_len = 0;
	snmp_credential_free(&shared->credentials, kept->credential);
	kept->credential = credential;
	kept->options_version = round_options_version(round);
	return ERR_OK;
}

static void
on_start(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	uint8_t random[16];
	enum err err;

	snmp->retry_ms = round_left_ns(round) / 1000000 / (RETRIES + 1);
	if (snmp->retry_ms < RETRY_MIN_MS)
		snmp->retry_ms = RETRY_MIN_MS;
	if (snmp->retry_ms > RETRY_MAX_MS)
		snmp->retry_ms = RETRY_MAX_MS;
	err = kept_prepare(round, &why);
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	random_fill(random, sizeof(random));
	snmp_talk_begin(&snmp->talk, kept->credential, &kept->engine, random);
	snmp->kept = kept->engine.id_len > 0;
	snmp->phase = snmp->kept ? PHASE_SYSTEM : PHASE_ENGINE;
	round_datagram(round, 0);
	next_request(round, snmp);
}

/* Once a round: the agent may have been replaced, or its clock may have gone back. */
static bool
may_be_replaced(const struct snmp *snmp)
{
	return snmp->kept && !snmp->again && snmp->phase == PHASE_SYSTEM;
}

static void
look_again(struct round *round, struct snmp *snmp)
{
	snmp->again = true;
	snmp->phase = PHASE_ENGINE;
	next_request(round, snmp);
}

static void
on_answer(struct round *round, struct snmp *snmp)
{
	size_t values = variables_take(snmp);
	bool finished;

	snmp->error_status = snmp->talk.answer.error_status;
	if (snmp->phase == PHASE_SYSTEM) {
		round_answered(round);
		snmp->phase = PHASE_TABLE;
		finished = strcmp(round_option(round, "interfaces"), "true") != 0;
	} else {
		/* An answer without a single variable would make the walk endless. */
		if (values == 0 && snmp->error_status == 0)
			snmp->answer.err = ERR_MALFORMED;
		if (++snmp->requests >= BULK_MAX)
			snmp->answer.err = ERR_LIMIT;
		finished = snmp->answer.err != ERR_OK || snmp_answer_table_done(&snmp->answer);
	}
	if (finished || snmp->error_status != 0)
		finish_answered(round, snmp);
	else
		next_request(round, snmp);
}

static const char *
silence_text(const struct snmp *snmp)
{
	if (snmp->talk.windows > 0)
		return "the agent says again that our time is outside its window, though it is the "
		    "time it told: its clock cannot be followed";
	if (snmp->phase == PHASE_TABLE)
		return "the system group was answered, the interface table was not";
	if (snmp->closed)
		return "no SNMP agent answered before the deadline; its host says that nobody "
		    "listens on the port";
	return snmp->phase == PHASE_ENGINE ? "no SNMP agent answered before the deadline" :
	    "the agent said its engine id and then did not answer before the deadline";
}

/* Nothing came, or nothing that was proved to be of the agent. */
static void
on_silence(struct round *round, struct snmp *snmp)
{
	enum outcome outcome = snmp->phase == PHASE_TABLE ? OUTCOME_DEGRADED : OUTCOME_DOWN;

	if (snmp->talk.insane)
		fail(round, snmp, outcome, ERR_MALFORMED, "the agent's engine boots or time are "
		    "beyond 2147483647, which RFC 3414 section 2.2 forbids, so its answer is not "
		    "believed");
	else if (snmp->talk.malformed)
		fail(round, snmp, outcome, ERR_MALFORMED, "the agent's answer is authentic and its "
		    "variables break their encoding");
	else if (snmp->talk.unproved)
		fail(round, snmp, outcome, ERR_UNTRUSTED, "the answer was not authenticated and "
		    "encrypted as security_level asks, so nothing of it is believed");
	else
		fail(round, snmp, outcome, ERR_TIMEOUT, silence_text(snmp));
}

static void
on_refused(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	if (may_be_replaced(snmp)) {
		look_again(round, snmp);
		return;
	}
	answer_facts(round, snmp);
	kept->engine.id_len = 0;
	round_finish(round, snmp->phase == PHASE_TABLE ? OUTCOME_DEGRADED : OUTCOME_DOWN,
	    ERR_REFUSED, "the agent refused the request with %s",
	    snmp_report_text(snmp->talk.report));
}

static void
on_data(struct round *round, struct snmp *snmp, struct bytes datagram)
{
	struct snmp_shared *shared = round_shared(round);

	switch (snmp_talk_hear(&snmp->talk, datagram, round_now_ns(round), shared->room)) {
	case SNMP_SAID_ENGINE:
		snmp->phase = PHASE_SYSTEM;
		next_request(round, snmp);
		break;
	case SNMP_SAID_ANSWER:
		on_answer(round, snmp);
		break;
	case SNMP_SAID_NO:
		on_refused(round, snmp);
		break;
	case SNMP_SAID_AGAIN:
		send_again(round, snmp);
		break;
	default:
		break;
	}
}

static void
on_timer(struct round *round, struct snmp *snmp)
{
	if (may_be_replaced(snmp))
		look_again(round, snmp);
	else if (snmp->retries++ < RETRIES)
		send_again(round, snmp);
	else
		on_silence(round, snmp);
}

/* Anybody can forge an ICMP refusal, and an agent that restarts causes it: asked until the end. */
static void
on_closed(struct round *round, struct snmp *snmp, const struct event *event)
{
	if (event->err == ERR_REFUSED)
		snmp->closed = true;
	else
		fail(round, snmp, OUTCOME_DOWN, event->err, event->text);
}

static void
snmp_on(struct round *round, const struct event *event)
{
	struct snmp *snmp = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, snmp);
		break;
	case EVENT_DATA:
		on_data(round, snmp, event->data);
		break;
	case EVENT_TIMER:
		on_timer(round, snmp);
		break;
	case EVENT_CLOSED:
		on_closed(round, snmp, event);
		break;
	case EVENT_DEADLINE:
		on_silence(round, snmp);
		break;
	default:
		break;
	}
}

static void
snmp_end(struct round *round)
{
	struct snmp *snmp = round_scratch(round);

	snmp_answer_free(&snmp->answer);
}

static void
snmp_kept_end(void *at, void *shared_at)
{
	struct snmp_kept *kept = at;
	struct snmp_shared *shared = shared_at;

	snmp_credential_free(&shared->credentials, kept->credential);
	explicit_bzero(kept, sizeof(*kept));
}

static const struct option_row snmp_options[] = {
	SNMP_OPTIONS,
	{ .name = "interfaces", .type = OPTION_FLAG, .otherwise = "true",
	  .help = N_("read the interface table too") },
	{ .name = NULL }
};

const struct probe_ops probe_snmp = {
	.name         = "snmp",
	.title        = N_("SNMPv3 agent"),
	.port         = 161,
	.options      = snmp_options,
	.scratch_len  = sizeof(struct snmp),
	.on           = snmp_on,
	.end          = snmp_end,
	.shared_len   = sizeof(struct snmp_shared),
	.kept_len     = sizeof(struct snmp_kept),
	.kept_end     = snmp_kept_end
};
