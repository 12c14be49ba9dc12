/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about what came in beside probes and what people said.  Nothing here is recorded. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_signal.h"
#include "monitor/state/incident_view.h"

enum { SAFE = 4 * SUBJECT_NAME + 1 };

/* What a sender or a person gave, with its control octets escaped. */
static const char *
safe(const char *text, char out[SAFE])
{
	text_escape(text, strnlen(text, SUBJECT_NAME), out, SAFE);
	return out;
}

static const char *
about(const char *subject, char out[SAFE])
{
	return subject[0] != '\0' ? safe(subject, out) : _("nobody knows what");
}

static const char *
severity_text(enum severity severity)
{
	static const char *const texts[SEVERITIES] = {
		[PERCEIVED_INDETERMINATE] = N_("indeterminate"),
		[PERCEIVED_CLEARED] = N_("cleared"), [PERCEIVED_WARNING] = N_("warning"),
		[PERCEIVED_MINOR] = N_("minor"), [PERCEIVED_MAJOR] = N_("major"),
		[PERCEIVED_CRITICAL] = N_("critical") };

	return (unsigned)severity < SEVERITIES ? _(texts[severity]) : "";
}

static void
put_detail(const char *detail, struct buffer *out)
{
	char text[SAFE];

	if (detail[0] != '\0')
		buffer_print(out, ": %s", safe(detail, text));
}

static void
describe_alarm(const struct transition *t, struct buffer *out)
{
	char subject[SAFE], source[SAFE];

	if (t->kind == TRANSITION_ALARM_RAISED)
		buffer_print(out, _("%s alarm about %s by %s"), severity_text(t->severity),
		    about(t->subject, subject), safe(t->author, source));
	else if (t->kind == TRANSITION_ALARM_CHANGED)
		buffer_print(out, _("alarm about %s by %s is %s now"), about(t->subject, subject),
		    safe(t->author, source), severity_text(t->severity));
	else if (t->kind == TRANSITION_ALARM_CLEARED)
		buffer_print(out, _("alarm about %s by %s cleared"), about(t->subject, subject),
		    safe(t->author, source));
	else if (t->kind == TRANSITION_ALARM_FLOOD)
		buffer_print(out, _("more alarms about %s than are kept one by one: from here on "
		    "they are counted"), about(t->subject, subject));
	else if (t->kind == TRANSITION_EVENT)
		buffer_print(out, _("event about %s by %s"), about(t->subject, subject),
		    safe(t->author, source));
	else
		buffer_print(out, _("%s says by %s"), about(t->subject, subject),
		    safe(t->author, source));
	if (t->value > 1 && t->kind != TRANSITION_ALARM_FLOOD && t->kind != TRANSITION_PROVIDER)
		buffer_print(out, _(" (%" PRId64 " times)"), t->value);
	put_detail(t->detail, out);
}

static void
describe_partial(const struct transition *t, struct buffer *out)
{
	struct incident seen = { .partial = (uint32_t)t->value };

	buffer_print(out, _("incident %" PRIu64 ": "), t->incident);
	memcpy(seen.partial_from, t->detail, sizeof(seen.partial_from) - 1);
	if (seen.partial != 0)
		incident_partial_describe(&seen, out);
	else
		buffer_put_text(out, _("seen in full now"));
}

static void
describe_flap(const struct state *state, const struct transition *t, struct buffer *out)
{
	target_describe(state, t->target, out);
	if (t->kind == TRANSITION_FLAPPING)
		buffer_print(out, _(": flapping, %" PRId64 " changes in a short time; from here "
		    "on they are counted"), t->value);
	else
		buffer_print(out, _(": no longer flapping, after %" PRId64 " changes"), t->value);
}

static void
describe_window(const struct state *state, const struct transition *t, struct buffer *out)
{
	const struct window_state *window = state_window(state, t->about);
	char subject[SAFE], who[SAFE];

	buffer_print(out, _("%s %" PRIu64 " of %s"), window != NULL ?
	    _(window_kind_text(window->kind)) : _("window"), t->about,
	    about(t->subject, subject));
	if (t->kind == TRANSITION_WINDOW)
		buffer_print(out, _(": %s by %s"),
		    _(window_step_text((enum window_step)t->value)), safe(t->author, who));
	else if (t->kind == TRANSITION_WINDOW_BEGAN)
		buffer_print(out, _(" began, asked for by %s"), safe(t->author, who));
	else
		buffer_print(out, ngettext(" is over; it hid %" PRId64 " incident",
		    " is over; it hid %" PRId64 " incidents", (unsigned long)t->value), t->value);
	put_detail(t->detail, out);
}

static void
describe_hidden(const struct transition *t, struct buffer *out)
{
	char subject[SAFE];

	if (t->kind == TRANSITION_HELD)
		buffer_print(out,
		    _("incident %" PRIu64 " is held back by window %" PRIu64 " of %s"),
		    t->incident, t->about, about(t->subject, subject));
	else
		buffer_print(out, _("incident %" PRIu64 " is told now: window %" PRIu64
		    " of %s hid it until here"), t->incident, t->about, about(t->subject, subject));
}

static void
describe_correction(const struct transition *t, struct buffer *out)
{
	static const char *const texts[CORRECTS] = {
		[CORRECT_OCCURRED] = N_("time of occurrence"),
		[CORRECT_KNOWN] = N_("time it became known"),
		[CORRECT_RESTORED] = N_("time of restoration"),
		[CORRECT_STOPPED] = N_("users whose service stopped"),
		[CORRECT_DEGRADED] = N_("users whose service degraded"),
		[CORRECT_DEMARCATION] = N_("side it lies on"), [CORRECT_CAUSE] = N_("cause"),
		[CORRECT_CONDITION] = N_("condition of a duty"), [CORRECT_LEAK] = N_("leak") };
	const char *what = t->value > 0 && t->value < CORRECTS ? texts[t->value] : NULL;
	char who[SAFE];

	if (t->kind == TRANSITION_MERGED)
		buffer_print(out,
		    _("incident %" PRIu64 ": incident %" PRIu64 " is part of it, by %s"),
		    t->incident, t->about, safe(t->author, who));
	else if (t->kind == TRANSITION_SPLIT)
		buffer_print(out,
		    _("incident %" PRIu64 ": part of it is incident %" PRIu64 ", by %s"),
		    t->incident, t->about, safe(t->author, who));
	else
		buffer_print(out, _("incident %" PRIu64 ": %s corrected by %s"), t->incident,
		    what != NULL ? _(what) : "", safe(t->author, who));
	put_detail(t->detail, out);
}

static void
describe_explained(const struct transition *t, struct buffer *out)
{
	char subject[SAFE];

	buffer_print(out, _("incident %" PRIu64 ": %s fails because it needs what failed"),
	    t->incident, about(t->subject, subject));
	put_detail(t->detail, out);
}

bool
signal_describe(const struct state *state, const struct transition *t, struct buffer *out)
{
	switch (t->kind) {
	case TRANSITION_ALARM_RAISED: case TRANSITION_ALARM_CHANGED: case TRANSITION_ALARM_CLEARED:
	case TRANSITION_ALARM_FLOOD: case TRANSITION_EVENT: case TRANSITION_PROVIDER:
		describe_alarm(t, out);
		return true;
	case TRANSITION_EXPLAINED:
		describe_explained(t, out);
		return true;
	case TRANSITION_PARTIAL:
		describe_partial(t, out);
		return true;
	case TRANSITION_FLAPPING: case TRANSITION_STEADY:
		describe_flap(state, t, out);
		return true;
	case TRANSITION_WINDOW: case TRANSITION_WINDOW_BEGAN: case TRANSITION_WINDOW_OVER:
		describe_window(state, t, out);
		return true;
	case TRANSITION_HELD: case TRANSITION_REVEALED:
		describe_hidden(t, out);
		return true;
	case TRANSITION_CORRECTED: case TRANSITION_MERGED: case TRANSITION_SPLIT:
		describe_correction(t, out);
		return true;
	default:
		return false;
	}
}

void
alarm_describe(const struct alarm_state *alarm, struct buffer *out)
{
	char subject[SAFE], source[SAFE], title[SAFE];

	buffer_print(out, _("%s alarm about %s by %s"), severity_text(alarm->severity),
	    about(alarm->subject, subject), safe(alarm->source, source));
	buffer_print(out, ": %s", safe(alarm->title, title));
	if (alarm->count > 1)
		buffer_print(out, _(" (%" PRIu64 " times)"), alarm->count);
}

void
window_describe(const struct window_state *window, struct buffer *out)
{
	char subject[SAFE];

	buffer_print(out, _("%s %" PRIu64 " of %s"), _(window_kind_text(window->kind)), window->id,
	    about(window->subject, subject));
}
