/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys as records: the first KEY of a ledger, the rotation, and what a start finds after a crash
 * in its middle.  The record decides: a new key is in force exactly when its KEY record is
 * committed, and the signer is told to follow.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"
#include "monitor/daemon/signer.h"
#include "monitor/ledger/key.h"
#include "monitor/state/fold.h"
#include "monitor/state/state.h"

/* Pruning leaves KEY records; where none is there all the same, the state that the fold restarts
 * at holds its key. */
static enum err
key_of_state(struct ledger *ledger, struct note_verifier *out, struct why *why)
{
	struct buffer octets = { .max = 0 };
	struct state *state = NULL;
	struct record record;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_STATE, ledger_size(ledger), &seq, why);

	if (err == ERR_OK)
		err = ledger_read(ledger, seq, &record, why);
	if (err == ERR_OK)
		err = ledger_blob(ledger, record.state.state, &octets, why);
	if (err == ERR_OK)
		err = state_decode(bytes_of_buffer(&octets), &state, why);
	if (err == ERR_OK)
		err = note_verifier_read(bytes_of_text(state->verifier), out, why);
	buffer_free(&octets);
	state_free(state);
	return err;
}

enum err
key_in_force(struct ledger *ledger, struct note_verifier *out, struct why *why)
{
	struct record record;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_KEY, ledger_size(ledger), &seq, why);

	if (err == ERR_NOT_FOUND)
		return key_of_state(ledger, out, why);
	if (err == ERR_OK)
		err = ledger_read(ledger, seq, &record, why);
	if (err == ERR_OK)
		err = note_verifier_read(record.key.verifier, out, why);
	return err;
}

void
key_ask(struct ledger_role *l, unsigned operation, struct bytes text)
{
	int signer = role_link_fd(l->start, ROLE_SIGNER, 0);
	struct buffer body = { .max = 0 };

	signer_request_put(&body, (enum signer_operation)operation, text);
	if (signer >= 0 && link_send(signer, MESSAGE_KEY, bytes_of_buffer(&body), -1) == ERR_OK) {
		l->asked_ns = clock_monotonic_ns();
		l->asked_sign = false;
	}
	buffer_free(&body);
}

/* The statement that hands over from the key in force (if there is one) to "to". */
static void
statement_make(const struct ledger_role *l, const struct note_verifier *to, struct buffer *previous,
    struct buffer *verifier, struct buffer *statement)
{
	if (l->keyed)
		note_verifier_text(&l->verifier, previous);
	note_verifier_text(to, verifier);
	key_statement(statement, bytes_of_text(to->name), bytes_of_buffer(previous),
	    bytes_of_buffer(verifier));
}

static void
key_prove(struct ledger_role *l, const struct note_verifier *to)
{
	struct buffer previous = { .max = 0 }, verifier = { .max = 0 }, statement = { .max = 0 };

	statement_make(l, to, &previous, &verifier, &statement);
	key_ask(l, SIGNER_PROVE, bytes_of_buffer(&statement));
	buffer_free(&previous);
	buffer_free(&verifier);
	buffer_free(&statement);
}

void
key_begin(struct ledger_role *l, const char *origin)
{
	note_verifier_make(origin, l->signer_key, &l->verifier);
	key_prove(l, &l->verifier);
}

/* The KEY record, checked as every reader will check it, and committed. */
static enum err
key_record(struct ledger_role *l, const struct note_verifier *to, const struct signer_reply *reply,
    struct why *why)
{
	struct buffer previous = { .max = 0 }, verifier = { .max = 0 }, statement = { .max = 0 };
	struct record record = { .kind = RECORD_KEY };
	struct note_verifier next;
	enum err err;

	statement_make(l, to, &previous, &verifier, &statement);
	record.key = (struct record_key){ .origin = bytes_of_text(to->name),
	    .verifier = bytes_of_buffer(&verifier), .previous = bytes_of_buffer(&previous),
	    .signature = l->keyed ? reply->next_signature : reply->key_signature,
	    .previous_signature = l->keyed ? reply->key_signature : bytes_of(NULL, 0),
	    .author = bytes_of_text(l->keyed ? l->rotate_author : "start") };
	err = key_check(&record.key, l->keyed ? &l->verifier : NULL, &next, why);
	if (err == ERR_OK) {
		if (l->keyed)
			batch_record(l, &record);
		else
			batch_record_first(l, &record);
		l->keyed = l->key_waits = true;
		err = batch_commit(l, why);
	}
	buffer_free(&previous);
	buffer_free(&verifier);
	buffer_free(&statement);
	return err;
}

/* KEYS after a start: does the signer hold the key the records say is in force? */
static void
keys_compare(struct ledger_role *l, const struct signer_reply *reply)
{
	l->signer_known = true;
	memcpy(l->signer_key, reply->key.at, sizeof(l->signer_key));
	if (!l->keyed) {
		config_try(l);
		return;
	}
	/* While a KEY record waits for its commit nobody knows which key will be in force. */
	if (l->key_waits)
		return;
	l->signer_agrees = memcmp(l->signer_key, l->verifier.key, sizeof(l->signer_key)) == 0;
	if (l->signer_agrees && reply->next.len > 0) {
		log_line(LOG_LEVEL_WARNING, "a key rotation that was not recorded is dropped");
		key_ask(l, SIGNER_ABANDON, bytes_of(NULL, 0));
	} else if (reply->next.len > 0 && memcmp(reply->next.at, l->verifier.key, 32) == 0) {
		log_line(LOG_LEVEL_WARNING, "a key rotation that was recorded is finished");
		key_ask(l, SIGNER_ADOPT, bytes_of(NULL, 0));
	} else if (!l->signer_agrees) {
		log_line(LOG_LEVEL_ERROR,
		    "the signing key is not the one this ledger is signed with "
		    "(%s): put that key back and restart; until then there are no checkpoints",
		    l->verifier.name);
	}
}

static void
rotate_step(struct ledger_role *l, const struct signer_reply *reply)
{
	struct why why = { .err = ERR_OK };
	struct note_verifier to;

	if (reply->operation == SIGNER_ADOPT) {
		l->signer_agrees = memcmp(reply->key.at, l->verifier.key, 32) == 0;
		key_rotate_end(l, ERR_OK, "");
		sign_turn(l, true);
		return;
	}
	if (reply->operation == SIGNER_KEYS || reply->operation == SIGNER_ABANDON) {
		key_ask(l, SIGNER_PREPARE, bytes_of(NULL, 0));
		return;
	}
	if (reply->next.len == 0) {
		key_rotate_end(l, ERR_MISMATCH, "the signer made no new key");
		return;
	}
	note_verifier_make(l->verifier.name, reply->next.at, &to);
	if (reply->operation == SIGNER_PREPARE) {
		key_prove(l, &to);
	} else if (reply->operation == SIGNER_PROVE) {
		if (key_record(l, &to, reply, &why) != ERR_OK && !l->key_waits)
			key_rotate_end(l, why.err, why.text);
	}
}

void
key_committed(struct ledger_role *l)
{
	struct why why = { .err = ERR_OK };

	l->key_waits = false;
	l->signer_agrees = false;
	if (key_in_force(l->ledger, &l->verifier, &why) != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "the key in force cannot be read: %s", why.text);
	if (l->rotating)
		key_ask(l, SIGNER_ADOPT, bytes_of(NULL, 0));
	else
		sign_ask_keys(l);
}

static void
first_key(struct ledger_role *l, const struct signer_reply *reply)
{
	struct note_verifier to = l->verifier;
	struct why why = { .err = ERR_OK };

	if (key_record(l, &to, reply, &why) != ERR_OK && !l->key_waits)
		log_line(LOG_LEVEL_ERROR, "the ledger has no key: %s", why.text);
}

static void
reply_take(struct ledger_role *l, const struct signer_reply *reply)
{
	char said[WHY_TEXT_MAX];

	snprintf(said, sizeof(said), "the signer: %.*s", (int)reply->sentence.len,
	    (const char *)reply->sentence.at);
	if (reply->err != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "%s", said);
	if (reply->operation == SIGNER_LOCATE)
		locate_answer(l, reply);
	else if (reply->operation == SIGNER_KEYS && !l->rotating)
		keys_compare(l, reply);
	else if (l->rotating && reply->err != ERR_OK && reply->operation != SIGNER_ADOPT)
		key_rotate_end(l, (enum err)reply->err, said);
	else if (l->rotating)
		rotate_step(l, reply);
	else if (reply->operation == SIGNER_PROVE && !l->keyed)
		first_key(l, reply);
	else if (reply->operation == SIGNER_ADOPT && l->keyed)
		l->signer_agrees = memcmp(reply->key.at, l->verifier.key, 32) == 0;
}

void
key_answer(struct ledger_role *l, struct bytes body)
{
	struct signer_reply reply;

	if (!signer_reply_read(body, &reply) || l->asked_ns == 0 || l->asked_sign) {
		log_line(LOG_LEVEL_WARNING, "an unasked answer of the signer was passed over");
		return;
	}
	l->asked_ns = 0;
	reply_take(l, &reply);
	locate_turn(l);
	if (!l->stopping)
		return;
	sign_turn(l, true);
	if (l->asked_ns == 0)
		uv_stop(&l->loop);
}

void
key_rotate(struct ledger_role *l, uint64_t act_id, struct bytes author)
{
	if (l->rotating || !l->signer_agrees) {
		upkeep_acted(l, act_id, ERR_BUSY, l->rotating ? "a rotation is already under way" :
		    "the signer is not there, or does not hold the key in force");
		return;
	}
	l->rotating = true;
	l->rotate_id = act_id;
	snprintf(l->rotate_author, sizeof(l->rotate_author), "%.*s", (int)author.len,
	    (const char *)author.at);
	if (l->asked_ns == 0)
		key_ask(l, SIGNER_PREPARE, bytes_of(NULL, 0));
}

void
key_rotate_end(struct ledger_role *l, enum err err, const char *sentence)
{
	char said[WHY_TEXT_MAX];

	l->rotating = false;
	snprintf(said, sizeof(said), "%s", sentence);
	if (err == ERR_OK)
		snprintf(said, sizeof(said), "checkpoints are signed by key %08x from here on",
		    l->verifier.id);
	upkeep_acted(l, l->rotate_id, err, said);
}
