/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence for one side or another, from what the state holds of an incident; nothing is stored. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/affairs_part.h"
#include "monitor/state/demarcation.h"
#include "monitor/state/region.h"

enum {
	SAID_BEFORE_MS   = 3600000,	/* a provider's notice so long before may be about it */
	CHANGE_BEFORE_MS = 600000	/* a window that ended so shortly before is a change */
};

static void
clue_add(struct demarcation *out, enum clue_kind kind, enum side side, uint64_t seq,
    const char *what)
{
	static const enum side usual[CLUES] = {
#define X(NAME, SIDE, text) [CLUE_##NAME] = SIDE_##SIDE,
		CLUE_LIST(X)
#undef X
	};
	struct clue *clue;

	if (out->clues == CLUES_MAX)
		return;
	for (uint32_t i = 0; i < out->clues; i++)
		if (out->clue[i].kind == kind && strcmp(out->clue[i].what, what) == 0)
			return;
	clue = &out->clue[out->clues++];
	*clue = (struct clue){ .kind = kind, .seq = seq,
	    .side = side == SIDE_UNDETERMINED ? usual[kind] : side };
	text_take(clue->what, sizeof(clue->what), bytes_of_text(what));
}

static const struct plan_site *
member_site(const struct state *state, const struct incident_member *member)
{
	const struct target_state *target = state_target(state, member->target);

	if (target == NULL)
		return NULL;
	return &state->plan->site[state->plan->instance[target->plan->instance].site];
}

/* The provider if all its members run with one; "" if there is none or several. */
static void
provider_of(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	const char *only = NULL;

	for (uint32_t i = 0; i < incident->members; i++) {
		const struct plan_site *site = member_site(state, &incident->member[i]);

		if (site == NULL || incident->member[i].explained)
			continue;
		if (only != NULL && strcmp(only, site->provider) != 0)
			return;
		only = site->provider;
	}
	if (only == NULL && strncmp(incident->subject, "provider:", 9) == 0)
		only = incident->subject + 9;
	if (only != NULL)
		text_take(out->provider, sizeof(out->provider), bytes_of_text(only));
}

static bool
region_matches(const struct state *state, const struct incident *incident, const char *region)
{
	if (region[0] == '\0' || region_named(region, incident->region))
		return true;
	for (uint32_t i = 0; i < incident->members; i++) {
		const struct plan_site *site = member_site(state, &incident->member[i]);

		if (site != NULL && region_named(region, site->region))
			return true;
	}
	return false;
}

/* Whether they are about the same time: what is open goes on. */
static bool
overlaps(const struct incident *incident, const struct provider_notice *said)
{
	int64_t from = said->started_ms != 0 ? said->started_ms :
	    said->told_ms != 0 ? said->told_ms : said->first_ms;
	int64_t to = said->ended_ms != 0 ? said->ended_ms :
	    said->severity == PERCEIVED_CLEARED ? said->last_ms : INT64_MAX;
	int64_t end = incident->resolved_ms != 0 ? incident->resolved_ms : INT64_MAX;

	return from <= end && time_later(to, SAID_BEFORE_MS) >= incident->occurred_ms;
}

static void
look_said(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	char subject[SUBJECT_NAME];

	if (out->provider[0] == '\0')
		return;
	snprintf(subject, sizeof(subject), "provider:%s", out->provider);
	for (uint32_t i = 0; i < state->saids; i++) {
		const struct provider_notice *said = &state->said[i];

		if (!said->planned && strcmp(said->subject, subject) == 0 &&
		    overlaps(incident, said) &&
		    region_matches(state, incident, said->region))
			clue_add(out, CLUE_SAID, SIDE_UNDETERMINED, said->seq, said->title);
	}
}

/* How the instances of a site stand that are not part of the incident. */
static bool
others_stand(const struct state *state, const struct incident *incident, uint32_t site)
{
	const struct plan_view *view = state->memory->view;
	bool stand = false;

	for (uint32_t i = 0; i < view->of_site[site].count; i++) {
		uint32_t instance = view->site_instance[view->of_site[site].at + i];
		struct index_range targets = view->of_instance[instance];

		for (uint32_t j = 0; instance != incident->instance && j < targets.count; j++) {
			const struct target_state *target =
			    &state->target[view->instance_target[targets.at + j]];

			if (target->health > HEALTH_UP)
				return false;
			stand = stand || target->health == HEALTH_UP;
		}
	}
	return stand;
}

static void
look_scope(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	const char *name = incident->site_name[0] != '\0' ? incident->site_name : out->provider;
	bool third = out->provider[0] != '\0';

	if (incident->scope == SCOPE_STORM)
		clue_add(out, CLUE_EVERYWHERE, SIDE_UNDETERMINED, incident->id, "");
	if (third && (incident->scope == SCOPE_SITE || incident->scope == SCOPE_PROVIDER))
		clue_add(out, CLUE_SITE_WIDE, SIDE_UNDETERMINED, incident->id, name);
	if (incident->scope != SCOPE_INSTANCE && incident->scope != SCOPE_ALARM)
		return;
	if (incident->site == NO_INDEX || incident->site >= state->plan->sites)
		return;
	if (state->plan->site[incident->site].provider[0] == '\0')
		clue_add(out, CLUE_OWN_SITE, SIDE_UNDETERMINED, incident->id, name);
	else if (incident->resolved_ms == 0 && (incident->partial & PARTIAL_VANTAGE) == 0 &&
	    others_stand(state, incident, incident->site))
		clue_add(out, CLUE_ALONE, SIDE_UNDETERMINED, incident->last_seq,
		    incident->instance_name);
}

static bool
vantage_inside(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (strcmp(plan->vantages[i].name, name) == 0)
			return plan->vantages[i].inside != 0;
	return false;
}

/*
 * Who sees the endpoint of a failing target up from the other side of the provider's boundary;
 * NULL if nobody does.  now: it must see it so now; else somebody did (PARTIAL_VANTAGE), and
 * nobody but that side can have been it.
 */
static const struct target_state *
seen_across(const struct state *state, const struct target_state *failing, bool now)
{
	const struct plan_view *view = state->memory->view;
	uint32_t at = (uint32_t)(failing - state->target);
	struct index_range looking = view->endpoint[at];
	bool inside = vantage_inside(state->plan, failing->plan->vantage);
	const struct target_state *found = NULL;

	if (!view->several[at] || failing->plan->endpoint[0] == '\0')
		return NULL;
	for (uint32_t i = 0; i < looking.count; i++) {
		const struct target_state *other =
		    &state->target[view->instance_target[looking.at + i]];
		bool across = vantage_inside(state->plan, other->plan->vantage) != inside;

		if (other == failing)
			continue;
		if (!across && !now)
			return NULL;
		if (across && found == NULL && (!now || other->health == HEALTH_UP))
			found = other;
	}
	return found;
}

/* One endpoint that vantages on both sides of the boundary see differently. */
static void
look_vantages(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	bool over = incident->resolved_ms != 0;
	const struct target_state *other;

	if (over && (incident->partial & PARTIAL_VANTAGE) == 0)
		return;
	for (uint32_t i = 0; i < incident->members && out->clues < CLUES_MAX / 2; i++) {
		const struct target_state *failing = state_target(state,
		    incident->member[i].target);

		if (failing == NULL || (over ? incident->member[i].worst : failing->health) !=
		    HEALTH_DOWN)
			continue;
		other = seen_across(state, failing, !over);
		if (other != NULL)
			clue_add(out, vantage_inside(state->plan, other->plan->vantage) ?
			    CLUE_INSIDE_UP : CLUE_OUTSIDE_UP, SIDE_UNDETERMINED,
			    over ? incident->id : other->seq, other->plan->vantage[0] != '\0' ?
			    other->plan->vantage : state->plan->vantage);
	}
}

static void
look_errors(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	for (uint32_t i = 0; i < incident->members; i++) {
		const struct target_state *target = state_target(state,
		    incident->member[i].target);

		for (uint32_t j = 0; target != NULL && j < target->replicas; j++) {
			const struct replica_state *replica = &target->replica[j];

			/* snmp has no certificates: there it is an answer that was not proved. */
			if (replica->health > HEALTH_UP && (replica->error == ERR_EXPIRED ||
			    (replica->error == ERR_UNTRUSTED &&
			    strcmp(target->plan->probe, "snmp") != 0))) {
				clue_add(out, CLUE_CREDENTIAL, SIDE_UNDETERMINED, replica->seq,
				    target->plan->name);
				return;
			}
		}
	}
}

static void
look_alarms(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	for (uint32_t i = 0; incident->alarms_total > 0 && i < state->alarms; i++) {
		const struct alarm_state *alarm = &state->alarm[i];

		if (alarm->incident != incident->id ||
		    strncmp(alarm->subject, "instance:", 9) != 0)
			continue;
		if (alarm->alarm_type == ALARM_TYPE_PROCESSING_ERROR)
			clue_add(out, CLUE_SOFTWARE, SIDE_UNDETERMINED, alarm->seq,
			    alarm->subject + 9);
		if (alarm->alarm_type == ALARM_TYPE_EQUIPMENT && out->provider[0] != '\0')
			clue_add(out, CLUE_EQUIPMENT, SIDE_UNDETERMINED, alarm->seq,
			    alarm->subject + 9);
	}
}

static void
look_changes(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	for (uint32_t i = 0; i < state->windows; i++) {
		const struct window_state *window = &state->window[i];

		if (window->kind == WINDOW_MAINTENANCE && window->step != WINDOW_REFUSED &&
		    window->from_ms <= incident->occurred_ms &&
		    time_later(window->until_ms, CHANGE_BEFORE_MS) >= incident->occurred_ms &&
		    window_covers(state, window, incident))
			clue_add(out, CLUE_CHANGE, SIDE_UNDETERMINED, window->id,
			    window->subject);
	}
}

/* A provider of kind "carrier" that the incident is about is the way there, not the place. */
static void
look_links(const struct state *state, const struct incident *incident, struct demarcation *out)
{
	if (incident->scope != SCOPE_PROVIDER)
		return;
	for (uint32_t i = 0; i < state->plan->providers; i++)
		if (strcmp(state->plan->provider[i].kind, "carrier") == 0 &&
		    strcmp(state->plan->provider[i].name, out->provider) == 0)
			clue_add(out, CLUE_CARRIER_LINK, SIDE_UNDETERMINED, incident->id,
			    out->provider);
}

static void
decide(struct demarcation *out)
{
	uint32_t kinds[SIDES] = { 0 }, sides = 0;

	for (uint32_t i = 0; i < out->clues; i++) {
		bool again = false;

		for (uint32_t j = 0; j < i; j++)
			again |= out->clue[j].kind == out->clue[i].kind;
		kinds[out->clue[i].side] += !again;
	}
	for (uint32_t side = SIDE_CARRIER; side < SIDES; side++) {
		if (kinds[side] == 0)
			continue;
		sides++;
		out->side = (enum side)side;
		out->speaking = kinds[side];
	}
	if (sides == 1)
		return;
	out->contradicted = sides > 1;
	out->side = SIDE_UNDETERMINED;
	out->speaking = kinds[SIDE_UNDETERMINED];
}

/* Whoever corrected it said why in a record; the evidence stays beside it. */
static void
look_person(const struct incident *incident, struct demarcation *out)
{
	const struct correction *said = incident_correction(incident, CORRECT_DEMARCATION, "");

	if (said == NULL || said->number >= SIDES)
		return;
	clue_add(out, CLUE_PERSON, (enum side)said->number, said->seq, said->author);
	out->side = (enum side)said->number;
	out->by_person = true;
}

void
demarcation_judge(const struct state *state, const struct incident *incident,
    struct demarcation *out)
{
	*out = (struct demarcation){ .side = SIDE_UNDETERMINED };
	if (state->plan == NULL)
		return;
	provider_of(state, incident, out);
	look_said(state, incident, out);
	look_scope(state, incident, out);
	look_vantages(state, incident, out);
	look_links(state, incident, out);
	look_errors(state, incident, out);
	look_alarms(state, incident, out);
	look_changes(state, incident, out);
	decide(out);
	look_person(incident, out);
}

const char *
side_name(enum side side)
{
	static const char *const names[SIDES] = {
#define X(NAME, name) [SIDE_##NAME] = N_(name),
		SIDE_LIST(X)
#undef X
	};

	return (unsigned)side < SIDES ? names[side] : "";
}

enum side
side_find(const char *name)
{
	for (unsigned side = 0; side < SIDES; side++)
		if (strcmp(side_name((enum side)side), name) == 0)
			return (enum side)side;
	return SIDES;
}

const char *
clue_text(enum clue_kind kind)
{
	static const char *const texts[CLUES] = {
#define X(NAME, SIDE, text) [CLUE_##NAME] = N_(text),
		CLUE_LIST(X)
#undef X
	};

	return (unsigned)kind < CLUES ? texts[kind] : "";
}
