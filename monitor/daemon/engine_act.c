/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people ask for.  ack and note become OPERATOR records, answered only after the record was
 * committed and folded; what changes the store goes to the ledger role, prune behind a STATE
 * record.  Whatever happens, each question is answered once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"

enum { SALT_LEN = 32 };

void
act_finish(struct engine *e, struct pending *p, enum err err, const char *sentence, uint64_t seq)
{
	uint64_t question = p->question;
	char *token = p->token;
	struct buffer claims = p->claims;

	if (question == 0)
		log_line(err == ERR_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s, by %s: %s",
		    p->act == ACT_PRUNE ? "prune" : "act", p->author, sentence);
	*p = (struct pending){ .stage = PENDING_NONE };
	admin_answer(e->admin, question, err, sentence, seq);
	free(token);
	buffer_free(&claims);
}

static struct pending *
pending_new(struct engine *e)
{
	for (int i = 0; i < ACTS_MAX; i++)
		if (e->pending[i].stage == PENDING_NONE)
			return &e->pending[i];
	return NULL;
}

/* Salt and value beside the tree, the commitment in the record: it can be erased later. */
enum err
act_text_keep(struct engine *e, struct bytes text, struct hash *commitment)
{
	struct buffer value = { .max = 0 };
	uint8_t salt[SALT_LEN];
	enum err err;

	*commitment = (struct hash){ { 0 } };
	if (text.len == 0)
		return ERR_OK;
	random_fill(salt, sizeof(salt));
	*commitment = secret_commit(bytes_of(salt, sizeof(salt)), text);
	buffer_put(&value, salt, sizeof(salt));
	buffer_put(&value, text.at, text.len);
	err = port_send(e->ledger_port, MESSAGE_VALUE, bytes_of_buffer(&value));
	buffer_free(&value);
	return err;
}

enum err
act_operator(struct engine *e, struct pending *p, struct bytes text)
{
	struct record record;
	enum err err;

	if (!port_room(e->ledger_port, 2))
		return e->ledger_port == NULL ? ERR_CLOSED : ERR_BUSY;
	engine_record_head(&record, RECORD_OPERATOR);
	record.operator.act = (uint64_t)p->act;
	record.operator.uid = p->uid;
	record.operator.author = bytes_of_text(p->author);
	record.operator.incident = p->incident;
	err = act_text_keep(e, text, &record.operator.text);
	if (err == ERR_OK)
		err = engine_append(e, &record);
	p->commitment = record.operator.text;
	p->observed_ms = record.observed_ms;
	return err;
}

static enum err
incident_check(const struct engine *e, const struct admin_request *request, struct why *why)
{
	const struct incident *incident;

	if (request->incident == 0 || (request->act != ACT_ACK && request->act != ACT_NOTE))
		return ERR_OK;
	incident = state_incident(e->state, request->incident);
	if (incident == NULL)
		return why_set(why, ERR_NOT_FOUND,
		    "there is no incident %" PRIu64 "; \"sekimori status\" "
		    "lists those that are open", request->incident);
	if (request->act == ACT_ACK && incident->absorbed_by != 0)
		return why_set(why, ERR_INVALID,
		    "incident %" PRIu64 " became part of incident %" PRIu64
		    "; acknowledge that one", request->incident, incident->absorbed_by);
	return ERR_OK;
}

static enum err
ledger_ask(struct engine *e, struct pending *p)
{
	struct buffer body = { .max = 0 };
	enum err err;

	p->act_id = ++e->last_act;
	cbor_put_array(&body, 4);
	cbor_put_uint(&body, p->act_id);
	cbor_put_uint(&body, (uint64_t)p->act);
	cbor_put_cstr(&body, p->author);
	cbor_put_cstr(&body, p->text);
	err = port_send(e->ledger_port, MESSAGE_ACT, bytes_of_buffer(&body));
	buffer_free(&body);
	if (err == ERR_OK) {
		p->stage = PENDING_ACTED;
		p->until_ms = e->now_ms + ACT_LEDGER_MS;
	}
	return err;
}

static enum err
begin(struct engine *e, struct pending *p, struct bytes text, struct why *why)
{
	bool needed = false;
	enum err err = ERR_OK;

	p->from = e->state->size;
	if (p->act == ACT_ACK || p->act == ACT_NOTE) {
		p->stage = PENDING_OPERATOR;
		p->kind = RECORD_OPERATOR;
		err = act_operator(e, p, text);
	} else if (p->act == ACT_STAMP) {
		return stamp_ask(e, p, text, why);
	} else if (p->act == ACT_LOCATE) {
		return locate_ask(e, p, text, why);
	} else if (declare_is(p->act)) {
		p->stage = PENDING_OPERATOR;
		err = declare_append(e, p, text, why);
		if (err != ERR_OK && why->err == err)
			return err;
	} else {
		if (text.len >= sizeof(p->text))
			return why_set(why, ERR_LIMIT, "the argument is too long");
		snprintf(p->text, sizeof(p->text), "%.*s", (int)text.len, (const char *)text.at);
		if (p->act == ACT_PRUNE) {
			err = prune_prepare(e, p->text, &needed, &p->state, why);
			if (err != ERR_OK)
				return err;
		}
		p->stage = PENDING_STATE;
		if (!needed)
			err = ledger_ask(e, p);
	}
	if (p->stage != PENDING_ACTED)
		p->until_ms = engine_now_ms() + ACT_RECORD_MS;
	if (err != ERR_OK)
		why_set(why, err, "nothing was recorded: the ledger does not take it now (%s)",
		    err_text(err));
	return err;
}

void
act_ask(void *arg, const struct admin_question *question)
{
	struct engine *e = arg;
	struct why why = { .err = ERR_OK };
	struct pending *p = pending_new(e);
	struct pending asked = { .question = question->number, .act = question->request.act,
	    .uid = question->uid, .incident = question->request.incident };
	enum err err;

	e->now_ms = engine_now_ms();
	err = admin_permit(&e->users, question->uid, asked.act, asked.author, &why);
	if (err != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "refused: %s", why.text);
	if (err == ERR_OK)
		err = incident_check(e, &question->request, &why);
	if (err == ERR_OK && (p == NULL || e->stopping))
		err = why_set(&why, ERR_BUSY, "the daemon is busy or stopping; try again");
	if (err == ERR_OK) {
		*p = asked;
		err = begin(e, p, question->request.text, &why);
		if (err != ERR_OK) {
			buffer_free(&p->claims);
			*p = (struct pending){ .stage = PENDING_NONE };
		}
	}
	if (err != ERR_OK)
		admin_answer(e->admin, question->number, err, why.text, 0);
}

enum err
act_own(struct engine *e, enum act act, const char *author, struct why *why)
{
	struct pending *p = pending_new(e);
	enum err err;

	if (p == NULL || e->stopping)
		return why_set(why, ERR_BUSY, "the daemon is busy or stopping");
	*p = (struct pending){ .act = act, .uid = e->own };
	snprintf(p->author, sizeof(p->author), "%s", author);
	err = begin(e, p, bytes_of(NULL, 0), why);
	if (err != ERR_OK)
		*p = (struct pending){ .stage = PENDING_NONE };
	return err;
}

static bool
is_its_record(const struct pending *p, const struct record *record)
{
	if (record->role != ROLE_ENGINE || record->seq < p->from)
		return false;
	if (p->stage == PENDING_STATE)
		return record->kind == RECORD_STATE && hash_equal(record->state.state, p->state);
	if (p->kind != RECORD_OPERATOR)
		return declare_is_its(p, record);
	return record->kind == RECORD_OPERATOR && record->operator.act == (uint64_t)p->act &&
	    record->operator.uid == p->uid && record->operator.incident == p->incident &&
	    record->observed_ms == p->observed_ms &&
	    hash_equal(record->operator.text, p->commitment);
}

static void
recorded(struct engine *e, struct pending *p, uint64_t seq)
{
	char sentence[WHY_TEXT_MAX];

	if (p->stage == PENDING_STATE) {
		enum err err = ledger_ask(e, p);

		if (err != ERR_OK)
			act_finish(e, p, err,
			    "the state was recorded, but the ledger does not take the act "
			    "now; try again", seq);
		return;
	}
	if (p->act == ACT_STAMP || p->act == ACT_LOCATE) {
		act_finish(e, p, ERR_OK, p->token, seq);
		return;
	}
	if (p->act == ACT_ACK)
		snprintf(sentence, sizeof(sentence),
		    "incident %" PRIu64 " acknowledged by %s: record %"
		    PRIu64, p->incident, p->author, seq);
	else if (p->kind != RECORD_OPERATOR)
		declare_answer(p, seq, sentence, sizeof(sentence));
	else
		snprintf(sentence, sizeof(sentence), "noted by %s: record %" PRIu64, p->author,
		    seq);
	act_finish(e, p, ERR_OK, sentence, seq);
}

static void
look_for(struct engine *e, enum record_kind kind, enum pending_stage stage, uint64_t from)
{
	struct record record;
	struct why why;
	uint64_t seq;

	while (from < e->state->size && ledger_next(e->ledger, kind, from, &seq, &why) == ERR_OK &&
	    seq < e->state->size) {
		from = seq + 1;
		if (ledger_read(e->ledger, seq, &record, &why) != ERR_OK)
			continue;
		for (int i = 0; i < ACTS_MAX; i++)
			if (e->pending[i].stage == stage &&
			    is_its_record(&e->pending[i], &record)) {
				recorded(e, &e->pending[i], seq);
				break;
			}
	}
}

void
act_look(struct engine *e, uint64_t from)
{
	bool operators = false, states = false;

	for (int i = 0; i < ACTS_MAX; i++) {
		operators = operators || e->pending[i].stage == PENDING_OPERATOR;
		states = states || e->pending[i].stage == PENDING_STATE;
	}
	if (operators) {
		look_for(e, RECORD_OPERATOR, PENDING_OPERATOR, from);
		look_for(e, RECORD_WAIVER, PENDING_OPERATOR, from);
		look_for(e, RECORD_FILING, PENDING_OPERATOR, from);
		look_for(e, RECORD_WINDOW, PENDING_OPERATOR, from);
		look_for(e, RECORD_INTENT, PENDING_OPERATOR, from);
		look_for(e, RECORD_CEREMONY, PENDING_OPERATOR, from);
		look_for(e, RECORD_CORRECTION, PENDING_OPERATOR, from);
		look_for(e, RECORD_ENTRY, PENDING_OPERATOR, from);
	}
	if (states)
		look_for(e, RECORD_STATE, PENDING_STATE, from);
}

void
act_acted(struct engine *e, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t id = cbor_uint(&in), err = cbor_uint(&in);
	struct bytes sentence = cbor_text(&in);
	char text[WHY_TEXT_MAX];

	if (!three || !cbor_done(&in))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(sentence.len < sizeof(text) ? sentence.len :
	    sizeof(text) - 1), (const char *)sentence.at);
	for (int i = 0; i < ACTS_MAX; i++) {
		struct pending *p = &e->pending[i];

		if (p->stage != PENDING_ACTED || p->act_id != id)
			continue;
		if (p->act == ACT_LOCATE && err == ERR_OK)
			locate_signed(e, p, text);
		else
			act_finish(e, p, err < ERR_COUNT ? (enum err)err : ERR_IO, text, 0);
	}
}

void
act_expire(struct engine *e)
{
	for (int i = 0; i < ACTS_MAX; i++)
		if (e->pending[i].stage != PENDING_NONE && e->pending[i].until_ms <= e->now_ms)
			act_finish(e, &e->pending[i], ERR_TIMEOUT,
			    "the ledger did not confirm it in time; "
			    "look at the timeline before asking again", 0);
}

void
act_lost(struct engine *e)
{
	/* An OPERATOR record may have been committed before the end: its question waits. */
	for (int i = 0; i < ACTS_MAX; i++)
		if (e->pending[i].stage == PENDING_ACTED || e->pending[i].stage == PENDING_STATE)
			act_finish(e, &e->pending[i], ERR_CLOSED,
			    "the ledger role ended before it was done; "
			    "look at the timeline before asking again", 0);
}
