/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences about what an incident means: whom it hit, on whose side it lies, which duty it made
 * due.  Nothing here is recorded.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/state/demarcation.h"
#include "monitor/state/describe_signal.h"

enum { SAFE = 4 * NAME_MAX_LEN + 1 };

static const char *
safe(const char *text, char out[SAFE])
{
	text_escape(text, strnlen(text, NAME_MAX_LEN - 1), out, SAFE);
	return out;
}

static void
describe_side(const struct transition *t, struct buffer *out)
{
	char provider[SAFE];

	buffer_print(out, _("incident %" PRIu64 ": the evidence points to: %s"), t->incident,
	    t->value >= 0 && t->value < SIDES ? _(side_name((enum side)t->value)) : "");
	if (t->value == SIDE_PROVIDER && t->detail[0] != '\0')
		buffer_print(out, _(" (%s)"), safe(t->detail, provider));
}

/* What of a duty: the second word of a detail, see affairs_duty.c; NULL if it is no such word. */
static const char *
duty_step_text(const char *step)
{
	static const struct { const char *step, *text; } texts[] = {
		{ "reached",    N_("is due now") },
		{ "moved",      N_("is due at another time now") },
		{ "draft",      N_("should have a draft by now") },
		{ "escalate",   N_("has waited too long") },
		{ "overdue",    N_("is overdue") },
		{ "withdrawn",  N_("is not due after all") },
		{ "superseded", N_("is superseded by a heavier one") },
		{ "filed",      N_("is answered by a paper") },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].step, step) == 0)
			return texts[i].text;
	return NULL;
}

static void
describe_duty(const struct transition *t, struct buffer *out)
{
	const char *step = strchr(t->detail, ' ');
	const char *text = step != NULL ? duty_step_text(step + 1) : NULL;
	char rule[SAFE];

	text_escape(t->detail, strnlen(t->detail, text != NULL ? (size_t)(step - t->detail) :
	    sizeof(t->detail) / 2), rule, sizeof(rule));
	buffer_print(out, _("incident %" PRIu64 ": legal duty %s"), t->incident, rule);
	if (text != NULL)
		buffer_print(out, " %s", _(text));
}

bool
affair_describe(const struct transition *t, struct buffer *out)
{
	char service[SAFE];

	switch (t->kind) {
	case TRANSITION_PEAK:
		buffer_print(out, _("incident %" PRIu64 ": %" PRId64 " users of %s at the same "
		    "time, the most so far"), t->incident, t->value, safe(t->detail, service));
		return true;
	case TRANSITION_DEMARCATION:
		describe_side(t, out);
		return true;
	case TRANSITION_DUTY:
		describe_duty(t, out);
		return true;
	default:
		return false;
	}
}
