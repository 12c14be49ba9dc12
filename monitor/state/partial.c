/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views in part: an incident that only one vantage, one replica or new connections show.  A view
 * is in part only as long as nobody saw more of the same incident; it never narrows again.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

enum { MEMBERS_MAX = 64 };		/* what fails more widely is not looked at one by one */

struct view {
	uint32_t flags;
	uint64_t vantages;		/* bit per vantage of the failing members */
	const struct target_state *replica;	/* the member that fails in one of its replicas */
};

static bool
replicas_apart(const struct target_state *target)
{
	uint32_t up = 0;

	for (uint32_t i = 0; i < target->replicas; i++)
		up += target->replica[i].health == HEALTH_UP;
	return up > 0 && up < target->replicas;
}

/* Sessions are at least half of what they were, and can still be had. */
static bool
sessions_go_on(const struct state *state, const struct incident *incident, uint32_t instance)
{
	const char *name = state->plan->instance[instance].name;
	const struct metric_state *now = metric_find(state, instance, METRIC_SESSIONS);
	uint64_t value;

	if (now == NULL || !now->known || now->samples == 0)
		return false;
	value = now->sample[now->samples - 1].value;
	for (uint32_t i = 0; i < incident->metrics; i++) {
		const struct incident_metric *before = &incident->metric[i];

		if (before->metric == METRIC_SESSIONS && strcmp(before->instance, name) == 0)
			return before->value > 0 && value >= before->value - before->value / 2;
	}
	return false;
}

static void
look_at(const struct state *state, const struct incident *incident,
    const struct target_state *target, struct view *view)
{
	uint32_t at = (uint32_t)(target - state->target);

	view->vantages |= UINT64_C(1) << state->memory->view->vantage[at];
	if ((state->memory->counted[at] & COUNTED_APART) == 0)
		view->flags &= ~(uint32_t)PARTIAL_VANTAGE;
	if (!replicas_apart(target) || view->replica != NULL)
		view->flags &= ~(uint32_t)PARTIAL_REPLICA;
	view->replica = target;
	if (!sessions_go_on(state, incident, target->plan->instance))
		view->flags &= ~(uint32_t)PARTIAL_NEW;
}

static void
name_vantages(const struct state *state, uint64_t vantages, struct buffer *out)
{
	for (uint32_t i = 0; i < VANTAGES; i++) {
		if ((vantages >> i & 1) == 0)
			continue;
		buffer_put_text(out, out->len > 0 ? ", " : "");
		buffer_put_text(out, i == 0 ? state->plan->vantage :
		    i <= state->plan->vantage_count ? state->plan->vantages[i - 1].name : "");
	}
}

static void
name_replicas(const struct target_state *target, struct buffer *out)
{
	for (uint32_t i = 0; i < target->replicas; i++)
		if (target->replica[i].health > HEALTH_UP)
			buffer_print(out, "%s%u", out->len > 0 ? ", " : "", i + 1);
	buffer_print(out, "/%u", target->replicas);
}

static void
keep_names(const struct state *state, struct incident *incident, const struct view *view)
{
	struct buffer text = { 0 };

	if ((incident->partial & PARTIAL_VANTAGE) != 0)
		name_vantages(state, view->vantages, &text);
	else if ((incident->partial & PARTIAL_REPLICA) != 0)
		name_replicas(view->replica, &text);
	text_take(incident->partial_from, sizeof(incident->partial_from), bytes_of_buffer(&text));
	buffer_free(&text);
}

void
partial_look(struct state *state, struct incident *incident, const struct cause *cause)
{
	struct view view = { .flags = PARTIAL_VANTAGE | PARTIAL_REPLICA | PARTIAL_NEW };
	uint32_t before = incident->partial, failing = 0;
	bool begins = incident->id == state->size;

	if (!begins && before == 0)
		return;
	for (uint32_t i = 0; i < incident->members && incident->members <= MEMBERS_MAX; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || target->health <= HEALTH_UP)
			continue;
		failing++;
		look_at(state, incident, target, &view);
	}
	if (failing == 0 && incident->members <= MEMBERS_MAX)
		return;
	if (failing == 0)
		view.flags = 0;
	incident->partial = begins ? view.flags : before & view.flags;
	if (incident->partial != 0)
		keep_names(state, incident, &view);
	/* One line for each record. */
	if (incident->partial == before || (begins && before != 0))
		return;
	timeline_add(state, (struct transition){
		.kind = TRANSITION_PARTIAL, .observed_ms = cause->observed_ms, .seq = cause->seq,
		.incident = incident->id, .value = incident->partial },
	    bytes_of_text(incident->partial_from));
	affairs_stir(state, cause);
}

void
incident_partial_describe(const struct incident *incident, struct buffer *out)
{
	if ((incident->partial & PARTIAL_VANTAGE) != 0)
		buffer_print(out, _("only from %s"), incident->partial_from);
	else if ((incident->partial & PARTIAL_REPLICA) != 0)
		buffer_print(out, _("only replica %s"), incident->partial_from);
	if ((incident->partial & PARTIAL_NEW) != 0)
		buffer_print(out, "%s%s", (incident->partial & ~(uint32_t)PARTIAL_NEW) != 0 ?
		    "; " : "", _("only new connections: its sessions go on"));
}
