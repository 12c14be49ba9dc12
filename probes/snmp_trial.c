/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_trial.h. */
#include <stdio.h>
#include <string.h>

#include "probes/snmp_trial.h"

enum { TRY_SENDINGS = 2, ALIVE_SENDINGS = 4 };

static struct ber_writer
writer_of(struct snmp_trial *trial)
{
	return ber_writer_of(trial->out, sizeof(trial->out));
}

static void
send(struct round *round, struct snmp_trial *trial, struct bytes octets)
{
	trial->sent++;
	round_send(round, octets);
	round_wait(round, trial->wait_ns);
}

static void
alive_ask(struct round *round, struct snmp_trial *trial)
{
	uint8_t octets[SNMP_REQUEST_MAX];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	enum err err = trial->phase == SNMP_TRIAL_FINDING ?
	    snmp_talk_discover(&trial->alive, &out) :
	    snmp_talk_ask(&trial->alive, snmp_uptime_request(), round_now_ns(round), &out);

	trial->sent = 0;
	trial->err = err;
	send(round, trial, ber_written(&out));
}

static void
alive_again(struct round *round, struct snmp_trial *trial)
{
	uint8_t octets[SNMP_REQUEST_MAX];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));

	trial->err = snmp_talk_again(&trial->alive, round_now_ns(round), &out);
	send(round, trial, ber_written(&out));
}

void
snmp_trial_begin(struct round *round, struct snmp_trial *trial,
    const struct snmp_credential *credential, int64_t wait_ns)
{
	uint8_t random[16];

	random_fill(random, sizeof(random));
	snmp_talk_begin(&trial->alive, credential, &trial->engine, random);
	trial->wait_ns = wait_ns;
	trial->phase = SNMP_TRIAL_FINDING;
	round_datagram(round, 0);
	alive_ask(round, trial);
}

static enum snmp_trial_step
dead(struct snmp_trial *trial, enum err err, const char *text)
{
	trial->err = err;
	trial->text = text;
	return SNMP_TRIAL_DEAD;
}

static enum snmp_trial_step
alive_hear(struct round *round, struct snmp_trial *trial, struct bytes datagram)
{
	struct snmp_shared *shared = round_shared(round);

	switch (snmp_talk_hear(&trial->alive, datagram, round_now_ns(round), shared->room)) {
	case SNMP_SAID_ENGINE:
		trial->phase = SNMP_TRIAL_BEFORE;
		alive_ask(round, trial);
		return SNMP_TRIAL_MORE;
	case SNMP_SAID_ANSWER:
		round_answered(round);
		return trial->phase == SNMP_TRIAL_BEFORE ? SNMP_TRIAL_READY : SNMP_TRIAL_DONE;
	case SNMP_SAID_NO:
		return dead(trial, ERR_REFUSED, snmp_report_text(trial->alive.report));
	case SNMP_SAID_AGAIN:
		alive_again(round, trial);
		return SNMP_TRIAL_MORE;
	default:
		return SNMP_TRIAL_MORE;
	}
}

/* An answer that comes late, before the second one of the user, counts as well. */
static void
try_over(struct round *round, struct snmp_trial *trial, enum snmp_trial_end end)
{
	trial->end = end;
	if (trial->phase == SNMP_TRIAL_AFTER)
		return;
	trial->phase = SNMP_TRIAL_AFTER;
	alive_ask(round, trial);
}

/* v1 and v2c: whoever answers our number with our community took it. */
static void
community_hear(struct round *round, struct snmp_trial *trial, struct bytes datagram)
{
	struct snmp_outer outer;
	struct snmp_inner inner;

	if (snmp_outer_read(datagram, &outer) != ERR_OK || outer.version == SNMP_VERSION_V3 ||
	    snmp_inner_read(outer.scoped, &inner) != ERR_OK ||
	    inner.pdu != SNMP_PDU_RESPONSE || inner.request != trial->request ||
	    !bytes_equal(outer.community, trial->community))
		return;
	trial->error_status = inner.error_status;
	try_over(round, trial, SNMP_TRIAL_ANSWERED);
}

static enum err
v3_write(struct round *round, struct snmp_trial *trial, bool again)
{
	struct ber_writer out = writer_of(trial);
	enum err err;

	/* Written with the keys of the attempt; what comes is held against the agent's own. */
	trial->attempt.engine = &trial->keys;
	err = again ? snmp_talk_again(&trial->attempt, round_now_ns(round), &out) :
	    snmp_talk_ask(&trial->attempt, snmp_uptime_request(), round_now_ns(round), &out);
	trial->octets = ber_written(&out);
	return err;
}

/* The keys an answer would have: those of the attempt, or, if these are false, the agent's. */
static enum snmp_said
v3_said(struct round *round, struct snmp_trial *trial, struct bytes datagram)
{
	struct snmp_shared *shared = round_shared(round);
	struct snmp_talk *talk = &trial->attempt;
	bool unproved = talk->unproved;
	enum snmp_said said;

	talk->engine = &trial->engine;
	said = snmp_talk_hear(talk, datagram, round_now_ns(round), shared->room);
	if (said != SNMP_SAID_NOTHING || !talk->open)
		return said;
	talk->unproved = unproved;
	talk->engine = &trial->keys;
	return snmp_talk_hear(talk, datagram, round_now_ns(round), shared->room);
}

static void
v3_hear(struct round *round, struct snmp_trial *trial, struct bytes datagram)
{
	switch (v3_said(round, trial, datagram)) {
	case SNMP_SAID_ANSWER:
		trial->error_status = trial->attempt.answer.error_status;
		try_over(round, trial, SNMP_TRIAL_ANSWERED);
		break;
	case SNMP_SAID_NO:
		trial->report = trial->attempt.report;
		try_over(round, trial, SNMP_TRIAL_REPORTED);
		break;
	case SNMP_SAID_AGAIN:
		if (trial->phase == SNMP_TRIAL_TRYING && v3_write(round, trial, true) == ERR_OK)
			send(round, trial, trial->octets);
		break;
	default:
		break;
	}
}

static enum snmp_trial_step
on_timer(struct round *round, struct snmp_trial *trial)
{
	if (trial->phase != SNMP_TRIAL_TRYING) {
		if (trial->sent >= ALIVE_SENDINGS)
			return dead(trial, trial->alive.unproved ? ERR_UNTRUSTED : ERR_TIMEOUT,
			    trial->alive.unproved ? "its answer is not authentic" :
			    trial->phase == SNMP_TRIAL_FINDING ? "no SNMP agent answered" :
			    "the configured user is not answered");
		alive_again(round, trial);
	} else if (trial->sent < TRY_SENDINGS) {
		if (trial->v3 && v3_write(round, trial, true) != ERR_OK)
			trial->octets.len = 0;
		send(round, trial, trial->octets);
	} else {
		try_over(round, trial, trial->v3 && trial->attempt.unproved ? SNMP_TRIAL_FALSE :
		    SNMP_TRIAL_SILENT);
	}
	return SNMP_TRIAL_MORE;
}

enum snmp_trial_step
snmp_trial_event(struct round *round, struct snmp_trial *trial, const struct event *event)
{
	if (event->kind == EVENT_TIMER)
		return on_timer(round, trial);
	/* A refusal by ICMP is silence: anybody can forge one. */
	if (event->kind == EVENT_CLOSED && event->err != ERR_REFUSED)
		return dead(trial, event->err, event->text);
	if (event->kind != EVENT_DATA)
		return SNMP_TRIAL_MORE;
	if (trial->phase == SNMP_TRIAL_TRYING ||
	    (trial->phase == SNMP_TRIAL_AFTER && trial->end == SNMP_TRIAL_SILENT)) {
		if (trial->v3)
			v3_hear(round, trial, event->data);
		else
			community_hear(round, trial, event->data);
	}
	return trial->phase == SNMP_TRIAL_TRYING ? SNMP_TRIAL_MORE :
	    alive_hear(round, trial, event->data);
}

void
snmp_trial_community(struct round *round, struct snmp_trial *trial, enum snmp_version version,
    struct bytes community)
{
	struct snmp_request request = snmp_uptime_request();
	struct ber_writer out = writer_of(trial);
	uint8_t random[4];
	struct reader in = reader_of(bytes_of(random, sizeof(random)));

	random_fill(random, sizeof(random));
	request.request = trial->request = (int64_t)read_be(&in, 4) & INT32_MAX;
	trial->phase = SNMP_TRIAL_TRYING;
	trial->v3 = false;
	trial->version = version;
	trial->community = community;
	snmp_pdu_write(&out, &request);
	snmp_community_write(&out, version, community);
	trial->octets = ber_written(&out);
	trial->sent = 0;
	send(round, trial, trial->octets);
}

void
snmp_trial_copy(struct snmp_trial *trial)
{
	trial->as = *trial->alive.credential;
	trial->keys = trial->engine;
}

enum err
snmp_trial_v3(struct round *round, struct snmp_trial *trial)
{
	uint8_t random[16];
	enum err err;

	random_fill(random, sizeof(random));
	snmp_talk_begin(&trial->attempt, &trial->as, &trial->keys, random);
	trial->v3 = true;
	err = v3_write(round, trial, false);
	if (err != ERR_OK)
		return err;
	trial->phase = SNMP_TRIAL_TRYING;
	trial->sent = 0;
	send(round, trial, trial->octets);
	return ERR_OK;
}

void
snmp_trial_free(struct snmp_trial *trial)
{
	explicit_bzero(&trial->as, sizeof(trial->as));
	explicit_bzero(&trial->keys, sizeof(trial->keys));
	explicit_bzero(&trial->engine, sizeof(trial->engine));
}

void
snmp_trial_words(const struct snmp_trial *trial, char out[80])
{
	const char *report = snmp_report_text(trial->report);

	switch (trial->end) {
	case SNMP_TRIAL_REPORTED:
		snprintf(out, 80, "%.*s", (int)strcspn(report, ":"), report);
		break;
	case SNMP_TRIAL_ANSWERED:
		snprintf(out, 80, "a Response with error-status %d", (int)trial->error_status);
		break;
	case SNMP_TRIAL_FALSE:
		snprintf(out, 80, "something that is no authentic answer");
		break;
	default:
		snprintf(out, 80, "no answer, between two answers to the configured user");
		break;
	}
}
