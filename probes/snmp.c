/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "snmp": one GET of the system group and, unless told not to, the interface table by
 * GETBULK, over SNMPv3 (RFC 3414, RFC 3826, RFC 7860).  The session stays between rounds, so that
 * an agent that is well costs one request; one that does not answer loses its session and is
 * looked for again in its next round, without holding up any other.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/probe.h"
#include "probes/snmp_peer.h"

enum {
	REPETITIONS = 16,		/* rows asked for at a time: answers stay under 4 KiB */
	RETRY_MIN_MS = 100,
	RETRY_MAX_MS = 2000,
	BULK_MAX    = 2 * SNMP_INTERFACES_MAX	/* requests of one walk, whatever the agent does */
};

enum phase { PHASE_ENGINE, PHASE_SYSTEM, PHASE_TABLE };

struct snmp_kept {
	uint64_t                options_version;
	struct snmp_credential *credential;
	struct snmp_peer        peer;
};

struct snmp {
	enum phase         phase;
	struct snmp_answer answer;
	unsigned           column[SNMP_COLUMNS];	/* asked for, in order */
	size_t             columns, requests, values;
	int64_t            retry_ms;
	bool               kept, again;	/* the session is of an earlier round; was opened anew */
	bool               failed;	/* the session is not to be kept */
};

static void
on_value(void *arg, size_t place, const struct snmp_value *value)
{
	struct snmp *snmp = round_scratch(arg);

	snmp->values++;
	if (snmp->phase == PHASE_SYSTEM)
		snmp_answer_system(&snmp->answer, value);
	else if (snmp->phase == PHASE_TABLE && snmp->columns > 0)
		snmp_answer_column(&snmp->answer, snmp->column[place % snmp->columns], value);
}

static void
engine_facts(struct round *round)
{
	struct snmp_kept *kept = round_kept(round);
	struct fact_set *facts = round_facts(round);
	int64_t boots, time_s;
	struct bytes id;

	if (!snmp_peer_engine(&kept->peer, &id, &boots, &time_s))
		return;
	fact_set_hash(facts, FACT_SNMP_ENGINE, hash_of(id));
	/* Discovery is not authenticated; boots and time are only what an answer proved. */
	if (boots == 0 && time_s == 0)
		return;
	fact_set_int(facts, FACT_SNMP_ENGINE_BOOTS, boots);
	fact_set_int(facts, FACT_SNMP_ENGINE_TIME_S, time_s);
}

/* What was answered, as facts and evidence; the security level only if it was really used. */
static void
answer_facts(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct buffer evidence = { .max = BLOB_MAX };

	/* Before the first answer there is only discovery, which anyone could have answered. */
	if (snmp->phase != PHASE_TABLE)
		return;
	engine_facts(round);
	fact_set_text(round_facts(round), FACT_SNMP_SECURITY,
	    bytes_of_text(snmp_credential_security(kept->credential)));
	snmp_answer_facts(&snmp->answer, round_facts(round));
	snmp_answer_evidence(&snmp->answer, &evidence);
	if (!evidence.failed)
		round_evidence(round, bytes_of_buffer(&evidence));
	buffer_free(&evidence);
}

static void
fail(struct round *round, struct snmp *snmp, enum outcome outcome, enum err err,
    const char *sentence)
{
	snmp->failed = true;
	answer_facts(round, snmp);
	round_finish(round, outcome, err, "%s", sentence);
}

static void
finish_answered(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	answer_facts(round, snmp);
	if (kept->peer.error_status != 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_REFUSED,
		    "the agent answered with error-status %d", (int)kept->peer.error_status);
	else if (snmp->answer.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, snmp->answer.err,
		    snmp->answer.err == ERR_LIMIT ?
		    "the interface table has more rows than are read" :
		    "the interface table does not go on as RFC 3416 requires");
}

static enum err
ask_system(struct snmp_peer *peer)
{
	unsigned long oid[SNMP_SYSTEM][SNMP_OID_MAX];
	size_t len[SNMP_SYSTEM];

	for (unsigned i = 0; i < SNMP_SYSTEM; i++)
		len[i] = snmp_system_oid(i, oid[i]);
	return snmp_peer_get(peer, oid, len, SNMP_SYSTEM);
}

static enum err
ask_table(struct snmp_peer *peer, struct snmp *snmp)
{
	unsigned long oid[SNMP_COLUMNS][SNMP_OID_MAX];
	size_t len[SNMP_COLUMNS];

	snmp->columns = 0;
	for (unsigned i = 0; i < SNMP_COLUMNS; i++) {
		len[snmp->columns] = snmp_column_oid(&snmp->answer, i, oid[snmp->columns]);
		if (len[snmp->columns] > 0)
			snmp->column[snmp->columns++] = i;
	}
	return snmp_peer_bulk(peer, oid, len, snmp->columns, REPETITIONS);
}

static void
next_request(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	enum err err;

	if (snmp->phase == PHASE_ENGINE)
		err = snmp_peer_discover(&kept->peer);
	else if (snmp->phase == PHASE_SYSTEM)
		err = ask_system(&kept->peer);
	else
		err = ask_table(&kept->peer, snmp);
	if (err != ERR_OK && round_source(round) != NULL)
		fail(round, snmp, OUTCOME_UNKNOWN, ERR_IO, "the request cannot be sent from the "
		    "address of the vantage, which says nothing of the agent");
	else if (err != ERR_OK)
		fail(round, snmp, OUTCOME_DOWN, ERR_UNREACHABLE, "the request cannot be sent");
	else
		round_wait(round, (snmp->retry_ms + 1) * 1000000);
}

/* A session whose engine is not known asks for it first. */
static void
session_begin(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	size_t len;
	enum err err = ERR_OK;

	snmp->kept = kept->peer.handle != NULL;
	if (!snmp->kept)
		err = snmp_peer_open(&kept->peer, kept->credential, round_address(round, &len),
		    round_source(round), snmp->retry_ms, &why);
	if (err != ERR_OK) {
		fail(round, snmp, OUTCOME_UNKNOWN, err, why.text);
		return;
	}
	snmp_peer_wake(&kept->peer);
	kept->peer.value = on_value;
	kept->peer.arg = round;
	snmp->phase = kept->peer.known ? PHASE_SYSTEM : PHASE_ENGINE;
	round_watch(round, snmp_peer_fd(&kept->peer));
	next_request(round, snmp);
}

static enum err
kept_prepare(struct round *round, struct why *why)
{
	struct snmp_kept *kept = round_kept(round);
	struct snmp_shared *shared = round_shared(round);
	struct snmp_credential *credential;
	struct snmp_words words = {
		.user = round_option(round, "user"),
		.level = round_option(round, "security_level"),
		.auth = round_option(round, "auth_protocol"),
		.privacy = round_option(round, "privacy_protocol"),
		.context = round_option(round, "context"),
		.auth_secret = round_file(round, "auth_secret"),
		.privacy_secret = round_file(round, "privacy_secret")
	};
	enum err err;

	if (kept->credential != NULL && kept->options_version == round_options_version(round))
		return ERR_OK;
	err = snmp_credential_find(shared, &words, &credential, why);
	if (err != ERR_OK)
		return err;
	if (kept->credential != credential)
		snmp_peer_close(&kept->peer);
	snmp_credential_free(shared, kept->credential);
	kept->peer.shared = shared;
	kept->credential = credential;
	kept->options_version = round_options_version(round);
	return ERR_OK;
}

static void
on_start(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	enum err err;

	kept->peer.shared = round_shared(round);
	kept->peer.unproved = false;
	snmp->retry_ms = round_left_ns(round) / 4000000;
	if (snmp->retry_ms < RETRY_MIN_MS)
		snmp->retry_ms = RETRY_MIN_MS;
	if (snmp->retry_ms > RETRY_MAX_MS)
		snmp->retry_ms = RETRY_MAX_MS;
	err = kept_prepare(round, &why);
	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
	else
		session_begin(round, snmp);
}

/* Once a round: the agent may have been replaced, and the library drops what another engine
 * says. */
static bool
may_be_replaced(const struct snmp *snmp)
{
	return snmp->kept && !snmp->again && snmp->phase == PHASE_SYSTEM;
}

static void
session_again(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	snmp->again = true;
	round_unwatch(round);
	snmp_peer_close(&kept->peer);
	session_begin(round, snmp);
}

static void
on_engine(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	enum err err = snmp_peer_use_engine(&kept->peer, &why);

	if (err != ERR_OK) {
		fail(round, snmp, OUTCOME_DOWN, err, why.text);
		return;
	}
	snmp->phase = PHASE_SYSTEM;
	next_request(round, snmp);
}

static void
on_answer(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	bool finished;

	if (snmp->phase == PHASE_SYSTEM) {
		round_answered(round);
		snmp->phase = PHASE_TABLE;
		finished = strcmp(round_option(round, "interfaces"), "true") != 0;
	} else {
		/* An answer without a single variable would make the walk endless. */
		if (snmp->values == 0 && kept->peer.error_status == 0)
			snmp->answer.err = ERR_MALFORMED;
		if (++snmp->requests >= BULK_MAX)
			snmp->answer.err = ERR_LIMIT;
		finished = snmp->answer.err != ERR_OK || snmp_answer_table_done(&snmp->answer);
	}
	snmp->values = 0;
	if (finished || kept->peer.error_status != 0)
		finish_answered(round, snmp);
	else
		next_request(round, snmp);
}

/* Nothing came, or nothing that was proved to be of the agent. */
static void
on_silence(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	if (kept->peer.unproved)
		fail(round, snmp, snmp->phase == PHASE_TABLE ? OUTCOME_DEGRADED : OUTCOME_DOWN,
		    ERR_UNTRUSTED, "the answer was not authenticated and encrypted as "
		    "security_level asks, so nothing of it is believed");
	else if (snmp->phase == PHASE_TABLE)
		fail(round, snmp, OUTCOME_DEGRADED, ERR_TIMEOUT,
		    "the system group was answered, the interface table was not");
	else
		fail(round, snmp, OUTCOME_DOWN, ERR_TIMEOUT, snmp->phase == PHASE_ENGINE ?
		    "no SNMP agent answered before the deadline" :
		    "the agent said its engine id and then did not answer before the deadline");
}

static void
on_refused(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	if (may_be_replaced(snmp)) {
		session_again(round, snmp);
		return;
	}
	snmp->failed = true;
	answer_facts(round, snmp);
	round_finish(round, snmp->phase == PHASE_TABLE ? OUTCOME_DEGRADED : OUTCOME_DOWN,
	    ERR_REFUSED, "the agent refused the request with %s", kept->peer.refusal);
}

/* What the library heard, if anything, moves the round on. */
static void
on_said(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);
	enum snmp_said said = kept->peer.said;

	kept->peer.said = SNMP_SAID_NOTHING;
	if (said == SNMP_SAID_ENGINE)
		on_engine(round, snmp);
	else if (said == SNMP_SAID_ANSWER)
		on_answer(round, snmp);
	else if (said == SNMP_SAID_NO)
		on_refused(round, snmp);
	else if (said == SNMP_SAID_SILENCE)
		on_silence(round, snmp);
}

static void
on_timer(struct round *round, struct snmp *snmp)
{
	struct snmp_kept *kept = round_kept(round);

	if (may_be_replaced(snmp)) {
		session_again(round, snmp);
		return;
	}
	round_wait(round, (snmp->retry_ms + 1) * 1000000);
	snmp_peer_tick(&kept->peer);
	on_said(round, snmp);
}

static void
snmp_on(struct round *round, const struct event *event)
{
	struct snmp *snmp = round_scratch(round);
	struct snmp_kept *kept = round_kept(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, snmp);
		break;
	case EVENT_READABLE:
		snmp_peer_read(&kept->peer);
		on_said(round, snmp);
		break;
	case EVENT_TIMER:
		on_timer(round, snmp);
		break;
	case EVENT_CLOSED:
		fail(round, snmp, OUTCOME_DOWN, event->err, event->text);
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
	struct snmp_kept *kept = round_kept(round);

	round_unwatch(round);
	/* A cancelled round leaves a request behind, and its answer must not meet the next one. */
	if (snmp->failed || kept->peer.outstanding)
		snmp_peer_close(&kept->peer);
	snmp_peer_rest(&kept->peer);
	kept->peer.value = NULL;
	kept->peer.arg = NULL;
	snmp_answer_free(&snmp->answer);
}

static void
snmp_kept_end(void *at, void *shared)
{
	struct snmp_kept *kept = at;

	kept->peer.shared = shared;
	snmp_peer_close(&kept->peer);
	snmp_credential_free(shared, kept->credential);
}

static const struct option_row snmp_options[] = {
	{ .name = "user", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 32,
	  .help = N_("SNMPv3 user name") },
	{ .name = "security_level", .type = OPTION_WORD, .otherwise = "authPriv",
	  .words = "authPriv authNoPriv noAuthNoPriv",
	  .help = N_("whether requests are authenticated and encrypted") },
	{ .name = "auth_protocol", .type = OPTION_WORD, .otherwise = "SHA-256",
	  .words = "MD5 SHA SHA-224 SHA-256 SHA-384 SHA-512",
	  .help = N_("authentication protocol") },
	{ .name = "auth_secret", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("file with the authentication pass phrase, at least 8 octets") },
	{ .name = "privacy_protocol", .type = OPTION_WORD, .otherwise = "AES", .words = "AES DES",
	  .help = N_("privacy protocol; AES is AES-128") },
	{ .name = "privacy_secret", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("file with the privacy pass phrase, at least 8 octets") },
	{ .name = "context", .type = OPTION_TEXT, .maximum = 255, .otherwise = "",
	  .help = N_("SNMPv3 context name") },
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
	.shared_begin = snmp_shared_begin,
	.shared_end   = snmp_shared_end,
	.kept_len     = sizeof(struct snmp_kept),
	.kept_end     = snmp_kept_end
};
