/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about protection and intents.  Nothing here is recorded. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_protection.h"
#include "monitor/state/protection.h"

enum { SAFE = 4 * SUBJECT_NAME + 1 };

static const char *
safe(const char *text, size_t len, char out[SAFE])
{
	text_escape(text, len, out, SAFE);
	return out;
}

static struct bytes
line_take(const char **at)
{
	size_t len = strcspn(*at, "\n");
	struct bytes line = bytes_of(*at, len);

	*at += len + ((*at)[len] == '\n');
	return line;
}

struct protection_change
protection_change_of(const struct transition *t)
{
	const char *at = t->detail;
	struct protection_change change;

	change.aspect = line_take(&at);
	change.before = line_take(&at);
	change.after = line_take(&at);
	return change;
}

const char *
aspect_value_text(const char *value)
{
	if (strcmp(value, "yes") == 0)
		return _("yes");
	return strcmp(value, "no") == 0 ? _("no") : value;
}

static void
put_value(struct bytes value, struct buffer *out)
{
	char text[SAFE], plain[PROTECTION_VALUE];

	if (value.len < sizeof(plain)) {
		memcpy(plain, value.at, value.len);
		plain[value.len] = '\0';
		buffer_put_text(out, aspect_value_text(safe(plain, value.len, text)));
	}
}

static const struct aspect_row *
aspect_by_name(struct bytes name)
{
	size_t count;
	const struct aspect_row *rows = aspect_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (bytes_equal(bytes_of_text(rows[i].name), name))
			return &rows[i];
	return NULL;
}

static void
describe_change(const struct state *state, const struct transition *t, struct buffer *out)
{
	struct protection_change change = protection_change_of(t);
	const struct aspect_row *row = aspect_by_name(change.aspect);
	char text[SAFE];

	target_describe(state, t->target, out);
	if (t->role > 1)
		buffer_print(out, _(", address %" PRId64 " of %" PRIu64), t->value + 1, t->role);
	buffer_print(out, ": %s: %s ", _(transition_text(t->kind)),
	    safe((const char *)change.aspect.at, change.aspect.len, text));
	put_value(change.before, out);
	buffer_put_text(out, " -> ");
	put_value(change.after, out);
	if (row != NULL && row->take == TAKE_REKEY)
		buffer_put_text(out, _(", at a rekey"));
	if (t->kind == TRANSITION_CHANGED && t->about == 0)
		buffer_put_text(out, _(", and nobody announced it"));
	else if (t->kind == TRANSITION_CHANGED)
		buffer_print(out, _(", announced or accepted by intent %" PRIu64), t->about);
	if (t->kind == TRANSITION_FELL && t->after == HEALTH_DEGRADED)
		buffer_put_text(out, _(", again and again; from here on it is only shown"));
	if (t->kind == TRANSITION_FELL)
		buffer_print(out, _("; no intent announced it; record %" PRIu64 ", before it %"
		    PRIu64), t->seq, t->index);
}

static void
describe_intent(const struct transition *t, struct buffer *out)
{
	char subject[SAFE], who[SAFE], ticket[SAFE];

	buffer_print(out, t->index == INTENT_ACCEPTANCE ? _("acceptance %" PRIu64 " of %s") :
	    _("intent %" PRIu64 " of %s"), t->about,
	    safe(t->subject, strnlen(t->subject, sizeof(t->subject)), subject));
	safe(t->author, strnlen(t->author, sizeof(t->author)), who);
	if (t->kind == TRANSITION_INTENT)
		buffer_print(out, _(": %s by %s"),
		    _(intent_step_text((enum intent_step)t->value)), who);
	else if (t->kind == TRANSITION_INTENT_DONE)
		buffer_put_text(out, _(": what was announced is seen"));
	else
		buffer_put_text(out, t->index == INTENT_ACCEPTANCE ?
		    _(": there was nothing to accept") :
		    _(": its time is over, and nothing changed"));
	if (t->detail[0] != '\0')
		buffer_print(out, " (%s)", safe(t->detail, strnlen(t->detail, sizeof(t->detail)),
		    ticket));
}

bool
protection_describe(const struct state *state, const struct transition *t, struct buffer *out)
{
	switch (t->kind) {
	case TRANSITION_FELL: case TRANSITION_RESTORED: case TRANSITION_CHANGED:
		describe_change(state, t, out);
		return true;
	case TRANSITION_INTENT: case TRANSITION_INTENT_DONE: case TRANSITION_INTENT_IDLE:
		describe_intent(t, out);
		return true;
	default:
		return false;
	}
}

void
elsewhere_describe(unsigned where, struct buffer *out)
{
	if (where == (ELSEWHERE_VANTAGE | ELSEWHERE_ADDRESS))
		buffer_put_text(out, _("other vantages and addresses still see the stronger one"));
	else if (where == ELSEWHERE_VANTAGE)
		buffer_put_text(out, _("from this vantage only: others still see the stronger "
		    "one"));
	else if (where == ELSEWHERE_ADDRESS)
		buffer_put_text(out, _("at this address only: others still show the stronger "
		    "one"));
}
