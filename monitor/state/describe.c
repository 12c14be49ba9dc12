/* SPDX-License-Identifier: Apache-2.0 */
/* Transitions, reasons and places as sentences.  Nothing here is recorded. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_custody.h"
#include "monitor/state/describe_protection.h"
#include "monitor/state/describe_signal.h"
#include "monitor/state/fold.h"

/* gettext("") would give the catalogue's header. */
static const char *
say(const char *english)
{
	return english[0] == '\0' ? "" : _(english);
}

static void
put_escaped(struct buffer *out, const char *text, size_t max)
{
	char safe[4 * 160 + 1];

	text_escape(text, strnlen(text, max), safe, sizeof(safe));
	buffer_put_text(out, safe);
}

static void
target_name(const struct state *state, uint64_t target, struct buffer *out)
{
	const struct plan_target *planned = state->plan != NULL ?
	    plan_target_by_id(state->plan, target) : NULL;

	if (planned == NULL)
		buffer_print(out, _("target %" PRIu64), target);
	else
		buffer_print(out, "%s (%s)", planned->name, planned->probe);
}

void
target_describe(const struct state *state, uint64_t target, struct buffer *out)
{
	const struct plan_target *planned = state->plan != NULL ?
	    plan_target_by_id(state->plan, target) : NULL;
	const struct plan_instance *instance;

	target_name(state, target, out);
	if (planned == NULL)
		return;
	instance = &state->plan->instance[planned->instance];
	buffer_print(out, _(" of %s, site %s"), instance->name,
	    state->plan->site[instance->site].name);
}

/* What follows the kind in "provider:aws". */
static const char *
name_of(const char *subject)
{
	const char *colon = strchr(subject, ':');

	return colon != NULL ? colon + 1 : subject;
}

static void
describe_alarmed(const struct incident *incident, struct buffer *out)
{
	if (incident->subject[0] == '\0') {
		buffer_put_text(out, _("alarms about nobody knows what"));
		return;
	}
	buffer_put_text(out, _("alarms about "));
	put_escaped(out, incident->subject, sizeof(incident->subject));
}

void
incident_describe(const struct incident *incident, struct buffer *out)
{
	switch (incident->scope) {
	case SCOPE_INSTANCE:
		buffer_print(out, _("instance %s, site %s"), incident->instance_name,
		    incident->site_name);
		return;
	case SCOPE_SITE:
		buffer_print(out, _("site %s"), incident->site_name);
		return;
	case SCOPE_PROVIDER:
		buffer_print(out, _("provider %s"), name_of(incident->subject));
		if (incident->region[0] != '\0')
			buffer_print(out, _(", region %s"), incident->region);
		return;
	case SCOPE_VANTAGE:
		buffer_print(out, _("seen from vantage %s only"), name_of(incident->subject));
		return;
	case SCOPE_ALARM:
		describe_alarmed(incident, out);
		return;
	case SCOPE_SET:
		buffer_print(out, _("replica set %s"), name_of(incident->subject));
		return;
	case SCOPE_STORM:
	case SCOPES:
		break;
	}
	buffer_put_text(out, _("storm"));
}

void
reason_describe(const struct plan_target *target, enum reason reason, const char *detail,
    struct buffer *out)
{
	if (reason == REASON_FAILING && target != NULL)
		buffer_print(out, _("failing, %" PRIu32 " of the last %" PRIu32
		    " rounds count against it"), target->fail_count, target->window);
	else
		buffer_put_text(out, say(reason_text(reason)));
	if (detail[0] == '\0')
		return;
	if (reason != REASON_NONE)
		buffer_put_text(out, ": ");
	put_escaped(out, detail, 160);
}

static void
describe_health(const struct state *state, const struct transition *t, struct buffer *out)
{
	target_describe(state, t->target, out);
	buffer_print(out, ": %s -> %s; ", say(health_name(t->before)), say(health_name(t->after)));
	reason_describe(state->plan != NULL ? plan_target_by_id(state->plan, t->target) : NULL,
	    t->reason, t->detail, out);
}

static void
describe_incident(const struct state *state, const struct transition *t, struct buffer *out)
{
	const struct incident *incident = state_incident(state, t->incident);

	if (t->incident == 0) {
		buffer_put_text(out, say(transition_text(t->kind)));
	} else {
		buffer_print(out, _("incident %" PRIu64 " %s"), t->incident,
		    say(transition_text(t->kind)));
		if (t->kind == TRANSITION_ABSORBED && incident != NULL)
			buffer_print(out, " (%" PRIu64 ")", incident->absorbed_by);
	}
	if (t->author[0] != '\0') {
		buffer_put_text(out, _(" by "));
		put_escaped(out, t->author, sizeof(t->author));
	}
	if (incident != NULL) {
		buffer_put_text(out, ": ");
		incident_describe(incident, out);
	}
	if (t->target != 0) {
		buffer_put_text(out, "; ");
		target_name(state, t->target, out);
	}
}

static void
describe_watcher(const struct transition *t, struct buffer *out)
{
	buffer_put_text(out, t->value != 0 ? _("the outside watcher hears us") :
	    _("the outside watcher does not hear us"));
}

static void
describe_clock(const struct transition *t, struct buffer *out)
{
	uint64_t size = t->value < 0 ? 0 - (uint64_t)t->value : (uint64_t)t->value;

	if (t->value == 0) {
		buffer_put_text(out, _("recorded time and the wall clock are together again"));
		return;
	}
	buffer_print(out, _("the wall clock is %" PRIu64 ".%03" PRIu64 " s %s recorded time"),
	    size / 1000, size % 1000, t->value > 0 ? _("ahead of") : _("behind"));
}

static void
describe_role(const struct transition *t, struct buffer *out)
{
	const char *role = role_name(t->role);

	buffer_print(out, "%s %" PRIu64 ": %s", role != NULL ? say(role) : _("a role"), t->index,
	    say(transition_text(t->kind)));
	if (t->kind == TRANSITION_GAP && t->value > 0)
		buffer_print(out, ngettext(", %" PRId64 " target turns unknown",
		    ", %" PRId64 " targets turn unknown", (unsigned long)t->value), t->value);
}

void
transition_describe(const struct state *state, const struct transition *t, struct buffer *out)
{
	if (signal_describe(state, t, out) || affair_describe(t, out) ||
	    protection_describe(state, t, out) || ceremony_describe(t, out))
		return;
	switch (t->kind) {
	case TRANSITION_HEALTH:
		describe_health(state, t, out);
		return;
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
	case TRANSITION_RESOLVED:
	case TRANSITION_ABSORBED:
	case TRANSITION_ACKED:
	case TRANSITION_NOTED:
		describe_incident(state, t, out);
		break;
	case TRANSITION_GAP:
	case TRANSITION_WATCHING:
		describe_role(t, out);
		break;
	case TRANSITION_CLOCK:
		describe_clock(t, out);
		break;
	case TRANSITION_WATCHER:
		describe_watcher(t, out);
		break;
	default:
		buffer_put_text(out, say(transition_text(t->kind)));
		break;
	}
	if (t->detail[0] != '\0') {
		buffer_put_text(out, ": ");
		put_escaped(out, t->detail, sizeof(t->detail));
	}
}
