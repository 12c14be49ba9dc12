/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pruning removes the CONFIG in force, but only behind a STATE record: the state it names holds
 * the plan's hash, and is itself in the signed tree.  KEY records stay; where one is missing all
 * the same, the state holds the key, too.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/state/fold.h"
#include "reports/ledger_pruned.h"

/* The newest STATE, decoded; its size is how many records it speaks for. */
static enum err
state_find(struct ledger *ledger, struct state **out, uint64_t *seq, struct why *why)
{
	struct buffer octets = { .max = BUFFER_MAX };
	struct record record;
	enum err err = ledger_last(ledger, RECORD_STATE, ledger_size(ledger), seq, why);

	if (err == ERR_OK)
		err = ledger_read(ledger, *seq, &record, why);
	if (err == ERR_OK)
		err = ledger_blob(ledger, record.state.state, &octets, why);
	if (err == ERR_OK)
		err = state_decode(bytes_of_buffer(&octets), out, why);
	buffer_free(&octets);
	return err;
}

/* Nothing of that kind between the begin of the range and what the state speaks for. */
static bool
none_before(struct ledger *ledger, enum record_kind kind, uint64_t from, uint64_t size)
{
	uint64_t seq;
	struct why why;
	enum err err = ledger_next(ledger, kind, from, &seq, &why);

	return err == ERR_NOT_FOUND || (err == ERR_OK && seq >= size);
}

/* The plan that the state works by, if it was in force at the begin of the range already. */
static enum err
plan_begin(struct ledger *ledger, struct audit *audit, uint64_t from, struct why *why)
{
	struct state *state = NULL;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_CONFIG, from, &seq, why);

	if (err != ERR_NOT_FOUND)
		return err;
	err = state_find(ledger, &state, &seq, why);
	if (err == ERR_OK && state->plan != NULL &&
	    none_before(ledger, RECORD_CONFIG, from, state->size))
		audit_give_plan(audit, state->plan_hash, seq, state->now_ms);
	state_free(state);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The key that the first KEY there is hands over from. */
static enum err
key_before_first(struct ledger *ledger, uint64_t from, struct note_verifier *out, uint64_t *seq,
    struct why *why)
{
	struct record record;
	enum err err = ledger_next(ledger, RECORD_KEY, from, seq, why);

	if (err == ERR_OK)
		err = ledger_read(ledger, *seq, &record, why);
	return err == ERR_OK ? note_verifier_read(record.key.previous, out, why) : err;
}

static enum err
key_of_state(struct ledger *ledger, struct note_verifier *out, uint64_t *seq, struct why *why)
{
	struct state *state = NULL;
	enum err err = state_find(ledger, &state, seq, why);

	if (err == ERR_OK)
		err = note_verifier_read(bytes_of_text(state->verifier), out, why);
	state_free(state);
	return err;
}

enum err
ledger_pruned_begin(struct ledger *ledger, struct audit *audit, uint64_t from,
    char said[WHY_TEXT_MAX], struct why *why)
{
	struct note_verifier key;
	uint64_t seq;
	enum err err;

	said[0] = '\0';
	if (from == 0)
		return ERR_OK;
	err = plan_begin(ledger, audit, from, why);
	if (err != ERR_OK || ledger_last(ledger, RECORD_KEY, from, &seq, why) == ERR_OK)
		return err;
	err = key_before_first(ledger, from, &key, &seq, why);
	if (err == ERR_OK)
		snprintf(said, WHY_TEXT_MAX, "the KEY records before %" PRIu64 " are pruned: the "
		    "key in "
		    "force is the one that record %" PRIu64 " replaces", from, seq);
	else if (err == ERR_NOT_FOUND && (err = key_of_state(ledger, &key, &seq, why)) == ERR_OK)
		snprintf(said, WHY_TEXT_MAX, "the KEY records before %" PRIu64 " are pruned: the "
		    "key in "
		    "force is the one that the state of record %" PRIu64 " holds", from, seq);
	if (err == ERR_OK)
		audit_give_key(audit, &key);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
