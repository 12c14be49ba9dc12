/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maintenance windows and silences as people ask for them.
 *
 *   WINDOW 0      lines: maintenance or silence, subject, from, until (ms UTC), ticket (may be
 *                 empty), why (may have more lines)
 *   WINDOW N      ends window N before its time
 *   CONSENT N     "agree" or "refuse"
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/daemon/engine_declare.h"
#include "monitor/state/window.h"

enum { TICKET_MAX = 64 };

/* A month: work that takes longer is asked for again. */
#define WINDOW_LONGEST_MS (INT64_C(31) * 86400000)
#define NEEDS "a window needs a kind, a subject, a beginning, an end and a reason"

static const struct window_state *
window_find(const struct state *state, uint64_t id)
{
	for (uint32_t i = 0; i < state->windows; i++)
		if (state->window[i].id == id)
			return &state->window[i];
	return NULL;
}

static bool
subject_there(const struct plan *plan, const char *subject)
{
	for (uint32_t i = 0; plan != NULL && i < plan->targets; i++)
		if (subject_holds(plan, subject, &plan->target[i]))
			return true;
	return false;
}

static enum err
times_check(const struct state *state, const struct record_window *window, struct why *why)
{
	if (window->until <= window->from)
		return why_set(why, ERR_INVALID, "a window ends after it begins");
	if (window->until <= state->now_ms)
		return why_set(why, ERR_INVALID, "a window ends in the future");
	if (window->until - window->from > WINDOW_LONGEST_MS)
		return why_set(why, ERR_INVALID, "a window is at most 31 days long; ask again for "
		    "what takes longer");
	return ERR_OK;
}

static enum err
window_ask(struct declaring *d, struct record *record, struct why *why)
{
	struct record_window *window = &record->window;
	struct bytes kind = declare_line(d);
	char subject[SUBJECT_NAME];
	enum err err;

	window->subject = declare_line(d);
	if (!bytes_equal(kind, bytes_of_text("maintenance")) &&
	    !bytes_equal(kind, bytes_of_text("silence")))
		return why_set(why, ERR_INVALID, "%s", NEEDS);
	window->kind = bytes_equal(kind, bytes_of_text("silence")) ? WINDOW_SILENCE :
	    WINDOW_MAINTENANCE;
	err = declare_text(window->subject, subject, sizeof(subject), NEEDS, why);
	if (err == ERR_OK && (!declare_number(declare_line(d), &window->from) ||
	    !declare_number(declare_line(d), &window->until)))
		err = why_set(why, ERR_INVALID, "the beginning or end of the window is not a time");
	if (err != ERR_OK)
		return err;
	window->ticket = declare_line(d);
	d->said = d->text;
	if (window->ticket.len >= TICKET_MAX)
		return why_set(why, ERR_INVALID, "a ticket has at most %d octets", TICKET_MAX - 1);
	if (d->said.len == 0)
		return why_set(why, ERR_INVALID, "%s", NEEDS);
	if (!subject_there(d->engine->state->plan, subject))
		return why_set(why, ERR_NOT_FOUND, "nothing that is watched is \"%.100s\"; say "
		    "site:NAME, instance:NAME, replica_set:NAME, target:NAME or provider:NAME",
		    subject);
	return times_check(d->engine->state, window, why);
}

static enum err
window_load(struct declaring *d, struct record *record, const struct window_state **out,
    struct why *why)
{
	const struct window_state *window = window_find(d->engine->state, d->pending->incident);

	*out = window;
	if (window == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no window %" PRIu64
		    "; \"sekimori maintenance list\" lists them", d->pending->incident);
	record->window.window = window->id;
	record->window.kind = window->kind;
	record->window.subject = bytes_of_text(window->subject);
	record->window.from = window->from_ms;
	record->window.until = window->until_ms;
	record->window.ticket = bytes_of_text(window->ticket);
	if (window->over || window->step == WINDOW_REFUSED || window->step == WINDOW_ENDED ||
	    window->until_ms <= d->engine->state->now_ms)
		return why_set(why, ERR_INVALID, "window %" PRIu64 " is over: there is nothing to "
		    "decide", window->id);
	return ERR_OK;
}

enum err
declare_window(struct declaring *d, struct record *record, struct why *why)
{
	const struct window_state *window;

	if (d->pending->incident == 0)
		return window_ask(d, record, why);
	record->window.step = WINDOW_ENDED;
	return window_load(d, record, &window, why);
}

enum err
declare_consent(struct declaring *d, struct record *record, struct why *why)
{
	bool agree = bytes_equal(d->text, bytes_of_text("agree"));
	const struct window_state *window;
	enum err err = window_load(d, record, &window, why);

	if (err != ERR_OK)
		return err;
	if (!agree && !bytes_equal(d->text, bytes_of_text("refuse")))
		return why_set(why, ERR_INVALID, "say agree or refuse");
	if (window->step != WINDOW_ASKED)
		return why_set(why, ERR_INVALID, "window %" PRIu64 " was agreed to already",
		    window->id);
	if (agree && window->asked_uid == d->pending->uid)
		return why_set(why, ERR_DENIED, "window %" PRIu64 " was asked for by %s; somebody "
		    "else has to agree to it", window->id, window->asked_by);
	record->window.step = agree ? WINDOW_AGREED : WINDOW_REFUSED;
	return ERR_OK;
}
