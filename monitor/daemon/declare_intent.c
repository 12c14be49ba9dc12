/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intents as people announce them.
 *
 *   INTENT 0      lines: change or accept, subject, aspects, from, until (ms UTC), ticket, why (may
 *                 have more lines)
 *   INTENT N      withdraws intent N
 *   CONCUR N      "agree" or "refuse"
 */
#include <inttypes.h>

#include "monitor/daemon/engine_declare.h"
#include "monitor/state/protection.h"

enum { TICKET_LEN = 64 };

/* A quarter: a change that is announced for longer announces nothing. */
#define INTENT_LONGEST_MS (INT64_C(92) * 86400000)
#define NEEDS "an intent needs a subject, aspects, a beginning, an end, a ticket and a reason"

static bool
subject_there(const struct plan *plan, const char *subject)
{
	for (uint32_t i = 0; plan != NULL && i < plan->targets; i++)
		if (intent_covers(plan, subject, &plan->target[i]))
			return true;
	return false;
}

static enum err
times_check(const struct state *state, const struct record_intent *intent, struct why *why)
{
	if (intent->until <= intent->from)
		return why_set(why, ERR_INVALID, "an intent ends after it begins");
	if (intent->until <= state->now_ms)
		return why_set(why, ERR_INVALID, "an intent ends in the future; what has changed "
		    "already is accepted with \"sekimori intent accept\"");
	if (intent->until - intent->from > INTENT_LONGEST_MS)
		return why_set(why, ERR_INVALID, "an intent is at most 92 days long; announce "
		    "again what takes longer");
	return ERR_OK;
}

static enum err
intent_check(const struct state *state, const struct record_intent *intent, const char *subject,
    const char *aspects, struct why *why)
{
	if (!aspects_known(aspects))
		return why_set(why, ERR_INVALID, "\"%.100s\" is neither \"any\" nor names of "
		    "aspects with commas; \"sekimori intent aspects\" lists them", aspects);
	if (!subject_there(state->plan, subject))
		return why_set(why, ERR_NOT_FOUND, "nothing that is watched is \"%.100s\"; say "
		    "target:NAME (with * for any octets), instance:NAME, replica_set:NAME, "
		    "site:NAME or provider:NAME", subject);
	return times_check(state, intent, why);
}

static enum err
intent_announce(struct declaring *d, struct record *record, struct why *why)
{
	struct record_intent *intent = &record->intent;
	struct bytes kind = declare_line(d);
	char subject[SUBJECT_NAME], aspects[INTENT_ASPECTS], ticket[TICKET_LEN];
	enum err err;

	intent->subject = declare_line(d);
	intent->aspects = declare_line(d);
	if (!bytes_equal(kind, bytes_of_text("change")) &&
	    !bytes_equal(kind, bytes_of_text("accept")))
		return why_set(why, ERR_INVALID, "%s", NEEDS);
	intent->kind = bytes_equal(kind, bytes_of_text("accept")) ? INTENT_ACCEPTANCE :
	    INTENT_CHANGE;
	err = declare_text(intent->subject, subject, sizeof(subject), NEEDS, why);
	if (err == ERR_OK)
		err = declare_text(intent->aspects, aspects, sizeof(aspects), NEEDS, why);
	if (err == ERR_OK && (!declare_number(declare_line(d), &intent->from) ||
	    !declare_number(declare_line(d), &intent->until)))
		err = why_set(why, ERR_INVALID, "the beginning or end of the intent is not a time");
	if (err != ERR_OK)
		return err;
	intent->ticket = declare_line(d);
	err = declare_text(intent->ticket, ticket, sizeof(ticket), "an intent needs a ticket of at "
	    "most 63 octets", why);
	d->said = d->text;
	if (err == ERR_OK && d->said.len == 0)
		err = why_set(why, ERR_INVALID, "%s", NEEDS);
	return err != ERR_OK ? err : intent_check(d->engine->state, intent, subject, aspects, why);
}

static enum err
intent_load(struct declaring *d, struct record *record, const struct intent_state **out,
    struct why *why)
{
	const struct intent_state *intent = state_intent(d->engine->state, d->pending->incident);

	*out = intent;
	if (intent == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no intent %" PRIu64
		    "; \"sekimori intent list\" lists them", d->pending->incident);
	record->intent.intent = intent->id;
	record->intent.kind = intent->kind;
	record->intent.subject = bytes_of_text(intent->subject);
	record->intent.aspects = bytes_of_text(intent->aspects);
	record->intent.from = intent->from_ms;
	record->intent.until = intent->until_ms;
	record->intent.ticket = bytes_of_text(intent->ticket);
	if (intent->over || intent->until_ms <= d->engine->state->now_ms)
		return why_set(why, ERR_INVALID, "intent %" PRIu64 " is over: there is nothing to "
		    "decide", intent->id);
	return ERR_OK;
}

enum err
declare_intent(struct declaring *d, struct record *record, struct why *why)
{
	const struct intent_state *intent;

	if (d->pending->incident == 0)
		return intent_announce(d, record, why);
	record->intent.step = INTENT_WITHDRAWN;
	return intent_load(d, record, &intent, why);
}

enum err
declare_concur(struct declaring *d, struct record *record, struct why *why)
{
	bool agree = bytes_equal(d->text, bytes_of_text("agree"));
	const struct intent_state *intent;
	enum err err = intent_load(d, record, &intent, why);

	if (err != ERR_OK)
		return err;
	if (!agree && !bytes_equal(d->text, bytes_of_text("refuse")))
		return why_set(why, ERR_INVALID, "say agree or refuse");
	if (intent->step != INTENT_ANNOUNCED)
		return why_set(why, ERR_INVALID, "intent %" PRIu64 " was agreed to already",
		    intent->id);
	if (agree && intent->asked_uid == d->pending->uid)
		return why_set(why, ERR_DENIED, "intent %" PRIu64 " was announced by %s; somebody "
		    "else has to agree to it", intent->id, intent->asked_by);
	record->intent.step = agree ? INTENT_AGREED : INTENT_REFUSED;
	return ERR_OK;
}
