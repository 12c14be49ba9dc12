/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What failed and where, and on whose side of the responsibility boundary the evidence points to.
 * What a provider says stands as its own word.  Nothing here is a finding of law.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/correct.h"
#include "reports/accident_part.h"

/* Instances of the incident, each once, with the worst of its endpoints. */
struct failed { uint32_t instance; enum health worst; int64_t since_ms; uint64_t seq; };

struct failures { struct failed *at; uint32_t count; };

static const struct accident *
accident_of(const struct filling *f)
{
	return f->maker->source->accident;
}

static void
add_member(struct failures *all, uint32_t instance, const struct incident_member *member)
{
	struct failed *one;

	for (uint32_t i = 0; i < all->count; i++)
		if (all->at[i].instance == instance) {
			one = &all->at[i];
			one->worst = member->worst > one->worst ? member->worst : one->worst;
			one->since_ms = member->joined_ms < one->since_ms ? member->joined_ms :
			    one->since_ms;
			return;
		}
	all->at = memory_resize(all->at, all->count + 1, sizeof(*all->at));
	all->at[all->count++] = (struct failed){ instance, member->worst, member->joined_ms,
		member->seq };
}

static struct failures
failures_of(const struct accident *a)
{
	struct failures all = { .count = 0 };

	for (uint32_t i = 0; i < a->incident->members && a->state->plan != NULL; i++) {
		const struct plan_target *target = plan_target_by_id(a->state->plan,
		    a->incident->member[i].target);

		if (target != NULL)
			add_member(&all, target->instance, &a->incident->member[i]);
	}
	return all;
}

static const char *
pick(const char *english, const char *japanese, const char *otherwise)
{
	const char *text = strcmp(i18n_language(), "ja") == 0 && japanese[0] != '\0' ? japanese :
	    english;

	return text[0] != '\0' ? text : otherwise;
}

static const struct plan_provider *
provider_of(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->providers; i++)
		if (strcmp(plan->provider[i].name, name) == 0)
			return &plan->provider[i];
	return NULL;
}

static const char *
provider_title(const struct plan *plan, const char *name)
{
	const struct plan_provider *provider = provider_of(plan, name);

	if (provider == NULL)
		return name;
	return provider->legal_name[0] != '\0' ? provider->legal_name :
	    pick(provider->title, provider->title_ja, name);
}

/* --- where -------------------------------------------------------------------------------- */

static void
put_site(struct buffer *text, const struct plan *plan, const struct plan_site *site)
{
	buffer_put_text(text, pick(site->title, site->title_ja, site->name));
	if (site->provider[0] == '\0')
		buffer_put_text(text, _(", the carrier's own premises"));
	else
		buffer_print(text, _(", of %s"), site->provider_name[0] != '\0' ?
		    site->provider_name : provider_title(plan, site->provider));
	if (site->region[0] != '\0')
		buffer_print(text, _(", region %s"), site->region);
	if (site->zone[0] != '\0')
		buffer_print(text, _(", zone %s"), site->zone);
	if (site->jurisdiction[0] != '\0')
		buffer_print(text, _(", country %s"), site->jurisdiction);
}

void
accident_place(struct filling *f)
{
	const struct accident *a = accident_of(f);
	const struct plan *plan = a->state->plan;
	struct failures all = failures_of(a);
	struct buffer text = { .max = 0 };

	for (uint32_t s = 0; plan != NULL && s < plan->sites; s++) {
		uint32_t count = 0;

		buffer_reset(&text);
		put_site(&text, plan, &plan->site[s]);
		for (uint32_t i = 0; i < all.count; i++) {
			const struct plan_instance *instance = &plan->instance[all.at[i].instance];

			if (instance->site == s && count++ < ACCIDENT_NAMED_MAX)
				buffer_print(&text, "%s%s", count == 1 ? _(": ") : _(", "),
				    pick(instance->title, instance->title_ja, instance->name));
		}
		if (count > ACCIDENT_NAMED_MAX)
			buffer_print(&text, _(" and %" PRIu32 " more"),
			    count - ACCIDENT_NAMED_MAX);
		if (count > 0)
			accident_add(f, BASIS_DECLARED, "incident.place", "", buffer_text(&text),
			    f->maker->filing->config_seq);
	}
	if (f->answer->values == f->from)
		filling_unknown(f, "", _("no equipment of the configuration in force"), "");
	free(all.at);
	buffer_free(&text);
}

void
accident_equipment(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct failures all = failures_of(a);
	struct buffer text = { .max = 0 };
	char since[2 * TIME_TEXT];

	for (uint32_t i = 0; i < all.count && i < ACCIDENT_NAMED_MAX; i++) {
		const struct plan_instance *instance =
		    &a->state->plan->instance[all.at[i].instance];

		buffer_reset(&text);
		accident_moment(all.at[i].since_ms, since);
		buffer_put_text(&text, pick(instance->title, instance->title_ja, instance->name));
		if (instance->nf[0] != '\0')
			buffer_print(&text, " (%s%s%s)", instance->nf,
			    instance->version[0] != '\0' ? " " : "", instance->version);
		buffer_print(&text, _(": %s from %s"), _(health_name(all.at[i].worst)), since);
		accident_add(f, BASIS_OBSERVED, "incident.equipment", "", buffer_text(&text),
		    all.at[i].seq);
	}
	if (all.count > ACCIDENT_NAMED_MAX) {
		buffer_reset(&text);
		buffer_print(&text, _("and %" PRIu32 " more"), all.count - ACCIDENT_NAMED_MAX);
		accident_add(f, BASIS_OBSERVED, "incident.equipment", "", buffer_text(&text),
		    a->incident->id);
	}
	free(all.at);
	buffer_free(&text);
}

void
accident_functions(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct failures all = failures_of(a);

	for (uint32_t i = 0; i < all.count; i++)
		accident_add(f, BASIS_DECLARED, "core_tag", "", function_title(
		    a->state->plan->instance[all.at[i].instance].function),
		    f->maker->filing->config_seq);
	free(all.at);
}

/* By whose equipment failed: the carrier's own, another carrier's, a third party's. */
void
accident_place_class(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct failures all = failures_of(a);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct plan *plan = a->state->plan;
		const char *name = plan->site[plan->instance[all.at[i].instance].site].provider;
		const struct plan_provider *provider = provider_of(plan, name);

		accident_add(f, BASIS_DECLARED, "incident.place_class", "", name[0] == '\0' ?
		    _("own equipment") : provider != NULL &&
		    strcmp(provider->kind, "carrier") == 0 ? _("another carrier's equipment") :
		    _("third party's equipment (cloud)"), f->maker->filing->config_seq);
	}
	free(all.at);
}

/* --- cause -------------------------------------------------------------------------------- */

static const char *
cause_title(uint64_t class)
{
	switch (class) {
	case 1:  return _("equipment (hardware or software)");
	case 2:  return _("human (work, settings)");
	case 3:  return _("external (others' failures)");
	default: return _("not known yet");
	}
}

void
accident_cause_class(struct filling *f)
{
	const struct accident *a = accident_of(f);
	const struct correction *said = incident_correction(a->incident, CORRECT_CAUSE, "");
	struct buffer text = { .max = 0 }, how = { .max = 0 };

	for (uint32_t i = a->incident->corrections; i > 0 && said == NULL; i--)
		if (a->incident->correction[i - 1].what == CORRECT_CAUSE)
			said = &a->incident->correction[i - 1];
	if (said != NULL) {
		buffer_print(&text, "%s%s%s", cause_title(said->number), said->name[0] != '\0' ?
		    _(": ") : "", said->name);
		buffer_print(&how, _("said by %s"), said->author);
		accident_add_how(f, BASIS_DECLARED, "incident.cause_class", buffer_text(&text),
		    buffer_text(&how), said->seq);
	} else if (a->side.side == SIDE_PROVIDER || a->side.side == SIDE_INTERCONNECT) {
		accident_add_how(f, 0, "incident.cause_class", cause_title(3),
		    _("proposed because the evidence points to another's equipment; the "
		    "regulator's classes name no cloud"), a->incident->id);
	} else {
		filling_unknown(f, "", _("the class of the cause"),
		    _("\"sekimori incident cause\" records a person's word"));
	}
	buffer_free(&text);
	buffer_free(&how);
}

void
accident_clues(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("the evidence points to: %s"), _(side_name(a->side.side)));
	if (a->side.contradicted)
		buffer_put_text(&text, _("; it contradicts itself"));
	accident_add(f, 0, "incident.side", "", buffer_text(&text), a->incident->id);
	for (uint32_t i = 0; i < a->side.clues; i++) {
		const struct clue *clue = &a->side.clue[i];

		buffer_reset(&text);
		buffer_print(&text, "%s: %s", _(side_name(clue->side)),
		    _(clue_text(clue->kind)));
		if (clue->what[0] != '\0')
			buffer_print(&text, " (%s)", clue->what);
		accident_add(f, BASIS_OBSERVED, "incident.clue", "", buffer_text(&text),
		    clue->seq);
	}
	buffer_free(&text);
}

/* --- providers ---------------------------------------------------------------------------- */

static bool
is_involved(const struct plan *plan, const struct failures *all, const char *provider)
{
	for (uint32_t i = 0; i < all->count; i++) {
		const struct plan_instance *instance = &plan->instance[all->at[i].instance];

		if (strcmp(plan->site[instance->site].provider, provider) == 0)
			return true;
	}
	return false;
}

static void
put_provider(struct filling *f, const char *name)
{
	const struct plan *plan = f->maker->plan;
	const struct plan_provider *provider = provider_of(plan, name);
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("equipment of %s is involved"), provider_title(plan, name));
	if (provider != NULL && provider->country[0] != '\0')
		buffer_print(&text, _(", country %s"), provider->country);
	if (provider != NULL && provider->contract[0] != '\0')
		buffer_print(&text, _(", contract %s"), provider->contract);
	accident_add(f, BASIS_DECLARED, "incident.provider", "", buffer_text(&text),
	    f->maker->filing->config_seq);
	buffer_free(&text);
}

/* In the provider's own words, with its own times. */
static void
put_notice(struct filling *f, const struct provider_notice *notice)
{
	char at[2 * TIME_TEXT];
	struct buffer text = { .max = 0 };

	accident_moment(notice->first_ms, at);
	buffer_print(&text, _("%s told us at %s: \"%s\""), notice->subject, at, notice->title);
	if (notice->started_ms != 0) {
		accident_moment(notice->started_ms, at);
		buffer_print(&text, _("; began, it says, %s"), at);
	}
	if (notice->ended_ms != 0) {
		accident_moment(notice->ended_ms, at);
		buffer_print(&text, _("; ended, it says, %s"), at);
	}
	accident_add(f, BASIS_DECLARED, "provider.said", "", buffer_text(&text), notice->seq);
	buffer_free(&text);
}

void
accident_providers(struct filling *f)
{
	const struct accident *a = accident_of(f);
	const struct plan *plan = a->state->plan;
	struct failures all = failures_of(a);
	uint32_t involved = 0;

	for (uint32_t s = 0; plan != NULL && s < plan->sites; s++) {
		const char *name = plan->site[s].provider;
		bool before = false;

		for (uint32_t k = 0; k < s; k++)
			before |= strcmp(plan->site[k].provider, name) == 0;
		if (before || name[0] == '\0' || !is_involved(plan, &all, name))
			continue;
		put_provider(f, name);
		involved++;
	}
	if (involved == 0)
		accident_add(f, BASIS_DECLARED, "incident.provider", "",
		    _("no third party's equipment is among what failed"),
		    f->maker->filing->config_seq);
	for (uint32_t i = 0; i < a->state->saids; i++)
		if (a->state->said[i].incident == a->incident->id)
			put_notice(f, &a->state->said[i]);
	free(all.at);
}
