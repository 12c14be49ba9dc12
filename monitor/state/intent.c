/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intents: changes of protection that people announce, or accept after they were seen.  Once a
 * second person agreed where the plan says so, a change within their time is announced; one whose
 * time ends without a change is a finding.  The fold does not trust the writer: an intent agreed to
 * by whoever announced it is none.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/protection.h"
#include "monitor/state/window.h"

bool
intent_counts(const struct intent_state *intent)
{
	return intent->step == INTENT_AGREED ||
	    (intent->step == INTENT_ANNOUNCED && !intent->needs_second);
}

bool
intent_in_force(const struct state *state, const struct intent_state *intent)
{
	return intent->kind == INTENT_CHANGE && intent_counts(intent) && !intent->over &&
	    intent->from_ms <= state->now_ms && state->now_ms < intent->until_ms;
}

static struct intent_state *
find(const struct state *state, uint64_t id)
{
	for (uint32_t i = state->intents; id != 0 && i > 0; i--)
		if (state->intent[i - 1].id == id)
			return &state->intent[i - 1];
	return NULL;
}

const struct intent_state *
state_intent(const struct state *state, uint64_t id)
{
	return find(state, id);
}

/* A name against a pattern in which * stands for any octets; no recursion on what people write. */
static bool
pattern_holds(const char *pattern, const char *name)
{
	const char *star = NULL, *from = NULL;

	while (*name != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			from = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star != NULL) {
			pattern = star;
			name = ++from;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

bool
intent_covers(const struct plan *plan, const char *subject, const struct plan_target *target)
{
	if (strncmp(subject, "target:", 7) == 0)
		return pattern_holds(subject + 7, target->name) ||
		    pattern_holds(subject + 7, target->endpoint);
	return subject_holds(plan, subject, target);
}

/* A nightly round may see a change of the night only the night after. */
static int64_t
judged_ms(const struct state *state, const struct intent_state *intent)
{
	int64_t grace = 0;

	for (uint32_t i = 0; i < state->targets; i++) {
		const struct plan_target *plan = state->target[i].plan;
		int64_t round = time_later(plan->interval_ms, plan->deadline_ms);

		if (round > grace && intent_covers(state->plan, intent->subject, plan))
			grace = round;
	}
	return time_later(intent->until_ms, grace);
}

static void
queue(struct state *state, const struct intent_state *intent)
{
	heap_push(&state->deadlines, (struct deadline){ judged_ms(state, intent),
		DEADLINE_OTHER | (uint64_t)DEADLINE_INTENT << 56 | intent->id });
}

void
intent_build(struct state *state)
{
	for (uint32_t i = 0; i < state->intents; i++)
		if (!state->intent[i].over)
			queue(state, &state->intent[i]);
}

static void
say(struct state *state, const struct intent_state *intent, enum transition_kind kind,
    int64_t value, const struct cause *cause)
{
	struct transition transition = { .kind = kind, .observed_ms = cause->observed_ms,
		.seq = cause->seq, .about = intent->id, .value = value, .text = intent->text,
		.index = intent->kind };
	bool decided = kind == TRANSITION_INTENT && value != INTENT_ANNOUNCED;

	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(intent->subject));
	text_take(transition.author, sizeof(transition.author),
	    bytes_of_text(decided ? intent->decided_by : intent->asked_by));
	timeline_add(state, transition, bytes_of_text(intent->ticket));
}

/* The oldest that is over goes; false if all are open: then a new one is none. */
static bool
make_room(struct state *state)
{
	uint32_t gone = 0;

	if (state->intents == INTENT_MAX) {
		while (gone < state->intents && !state->intent[gone].over)
			gone++;
		if (gone == state->intents)
			return false;
		state->intents--;
		memmove(&state->intent[gone], &state->intent[gone + 1],
		    (state->intents - gone) * sizeof(*state->intent));
	}
	if (state->intents == state->intent_cap) {
		state->intent_cap = state->intent_cap > 0 ? 2 * state->intent_cap : 8;
		state->intent = memory_resize(state->intent, state->intent_cap,
		    sizeof(*state->intent));
	}
	return true;
}

static void
counted(struct state *state, struct intent_state *intent, uint64_t changes,
    const struct cause *cause)
{
	bool first = intent->changes == 0 && changes > 0;

	intent->changes += changes;
	if (!first)
		return;
	intent->done_ms = state->now_ms != 0 ? state->now_ms : 1;
	intent->done_seq = state->size;
	say(state, intent, TRANSITION_INTENT_DONE, 0, cause);
}

/* It counts from here on: an acceptance takes effect at once, and is over. */
static void
take_effect(struct state *state, struct intent_state *intent, const struct cause *cause)
{
	if (intent->kind != INTENT_ACCEPTANCE || intent->over || !intent_counts(intent) ||
	    state->plan == NULL)
		return;
	counted(state, intent, protection_accept(state, intent, cause), cause);
	intent->over = true;
	intent->idle = intent->changes == 0;
	if (intent->idle)
		say(state, intent, TRANSITION_INTENT_IDLE, 0, cause);
}

static void
announce(struct state *state, const struct record *rec, const struct cause *cause)
{
	struct intent_state intent = {
		.id = state->size, .from_ms = rec->intent.from, .until_ms = rec->intent.until,
		.kind = rec->intent.kind < INTENT_KINDS ? (enum intent_kind)rec->intent.kind :
		    INTENT_CHANGE,
		.asked_ms = state->now_ms, .asked_uid = rec->intent.uid, .text = rec->intent.text,
		.needs_second = state->plan != NULL &&
		    (state->plan->second_person >> ACT_INTENT & 1) != 0 };

	text_take(intent.subject, sizeof(intent.subject), rec->intent.subject);
	text_take(intent.aspects, sizeof(intent.aspects), rec->intent.aspects);
	text_take(intent.ticket, sizeof(intent.ticket), rec->intent.ticket);
	text_take(intent.asked_by, sizeof(intent.asked_by), rec->intent.author);
	if (!make_room(state)) {
		state->intents_dropped++;
		say(state, &intent, TRANSITION_INTENT, INTENT_REFUSED, cause);
		return;
	}
	intent.over = intent.until_ms <= state->now_ms || intent.until_ms <= intent.from_ms;
	state->intent[state->intents++] = intent;
	say(state, &intent, TRANSITION_INTENT, INTENT_ANNOUNCED, cause);
	if (intent.over)
		return;
	queue(state, &intent);
	take_effect(state, &state->intent[state->intents - 1], cause);
}

static bool
may_take(const struct state *state, const struct intent_state *intent, const struct record *rec)
{
	if (intent->over || rec->intent.step == INTENT_ANNOUNCED ||
	    rec->intent.step >= INTENT_STEPS)
		return false;
	if (rec->intent.step == INTENT_WITHDRAWN)
		return intent->step == INTENT_ANNOUNCED || intent->step == INTENT_AGREED;
	return intent->step == INTENT_ANNOUNCED && (rec->intent.step == INTENT_REFUSED ||
	    (rec->intent.uid != intent->asked_uid && state->now_ms < intent->until_ms));
}

/* Whose evidence is accepted under a ticket may be announced now, or no longer. */
static void
tickets_moved(struct state *state)
{
	struct bytes ticket;

	for (uint32_t i = 0; i < state->targets; i++)
		for (uint32_t j = 0; j < state->target[i].replicas; j++)
			if (fact_text(bytes_of_buffer(&state->target[i].replica[j].facts),
			    FACT_ATTEST_TICKET, &ticket))
				touch_target_fact(state, &state->target[i],
				    SUBJECT_FACT_TICKET_ANNOUNCED);
}

void
intent_apply(struct state *state, const struct record *rec)
{
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct intent_state *intent;

	tickets_moved(state);
	if (rec->intent.step == INTENT_ANNOUNCED) {
		announce(state, rec, &cause);
		return;
	}
	intent = find(state, rec->intent.intent);
	if (intent == NULL || !may_take(state, intent, rec))
		return;
	intent->step = (enum intent_step)rec->intent.step;
	intent->decided_ms = state->now_ms;
	intent->decided_seq = state->size;
	text_take(intent->decided_by, sizeof(intent->decided_by), rec->intent.author);
	say(state, intent, TRANSITION_INTENT, intent->step, &cause);
	if (intent->step == INTENT_AGREED)
		take_effect(state, intent, &cause);
	else
		intent->over = true;
}

/* Its time is over, and every round that could have seen a change within it was made. */
void
intent_due(struct state *state, uint64_t id)
{
	struct intent_state *intent = find(state, id);
	struct cause cause = { .seq = id, .observed_ms = state->now_ms };

	if (intent == NULL || intent->over)
		return;
	if (judged_ms(state, intent) > state->now_ms) {
		queue(state, intent);
		return;
	}
	intent->over = true;
	intent->idle = intent_counts(intent) && intent->changes == 0;
	if (intent->idle)
		say(state, intent, TRANSITION_INTENT_IDLE, 0, &cause);
}

static bool
has_ticket(struct bytes tickets, const char *ticket)
{
	size_t len = strlen(ticket);

	for (size_t from = 0; len > 0 && from < tickets.len;) {
		struct bytes rest = bytes_slice(tickets, from, tickets.len);
		const uint8_t *comma = memchr(rest.at, ',', rest.len);
		size_t word = comma != NULL ? (size_t)(comma - rest.at) : rest.len;

		if (word == len && memcmp(rest.at, ticket, len) == 0)
			return true;
		from += word + 1;
	}
	return false;
}

const struct intent_state *
intent_take(struct state *state, const struct intent_asked *asked, const struct cause *cause)
{
	const struct aspect_row *row = aspect_row(asked->aspect);
	struct intent_state *best = NULL;

	for (uint32_t i = 0; i < state->intents; i++) {
		struct intent_state *intent = &state->intent[i];

		if (intent->kind != INTENT_CHANGE || intent->over || !intent_counts(intent) ||
		    intent->from_ms > asked->by_ms || intent->until_ms < asked->after_ms ||
		    !aspects_hold(intent->aspects, row->name) ||
		    (asked->tickets.len > 0 && !has_ticket(asked->tickets, intent->ticket)) ||
		    !intent_covers(state->plan, intent->subject, asked->target->plan))
			continue;
		/* One that nothing came of yet before one that is done. */
		if (best == NULL || (best->changes > 0 && intent->changes == 0))
			best = intent;
	}
	if (best != NULL)
		counted(state, best, 1, cause);
	return best;
}

const char *
intent_step_text(enum intent_step step)
{
	static const char *const texts[INTENT_STEPS] = {
		[INTENT_ANNOUNCED] = N_("announced"), [INTENT_AGREED] = N_("agreed"),
		[INTENT_REFUSED] = N_("refused"), [INTENT_WITHDRAWN] = N_("withdrawn") };

	return (unsigned)step < INTENT_STEPS ? texts[step] : "";
}

const char *
intent_stand(const struct state *state, const struct intent_state *intent)
{
	if (intent->step == INTENT_REFUSED || intent->step == INTENT_WITHDRAWN)
		return intent_step_text(intent->step);
	if (intent->changes > 0)
		return intent->kind == INTENT_ACCEPTANCE ? N_("accepted") : N_("done");
	if (intent->idle)
		return N_("nothing changed");
	if (intent->over)
		return N_("over");
	if (!intent_counts(intent))
		return N_("waits for a second person");
	if (intent_in_force(state, intent))
		return N_("in force");
	return intent->from_ms > state->now_ms ? N_("to come") : N_("being judged");
}
