/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the attachments of a self-check (Ordinance Art. 27-5(1)(i)) can draw on: diagrams, spares
 * with the newest switch that was seen, detection with measured times, boundaries to others with
 * their checks, what carries emergency calls.  Declared and seen stand apart.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/affairs.h"
#include "monitor/state/correct.h"
#include "reports/accident_part.h"

static void
fill_network(struct filling *f)
{
	const struct plan *plan = f->maker->plan;
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("%" PRIu32 " sites, %" PRIu32 " instances, %" PRIu32 " sets, %" PRIu32
	    " services; equipment, logic and interconnection are drawn in the figures of this "
	    "document"),
	    plan->sites, plan->instances, plan->sets, plan->services);
	filling_declare(f, "network", "", buffer_text(&text));
	buffer_free(&text);
}

/* --- spares ------------------------------------------------------------------------------- */

/* The newest incident that touched the set; NULL if none did. */
static const struct affair_set *
touched(const struct state *state, const char *set, uint64_t *incident)
{
	const struct affairs *affairs = state->affairs;

	for (uint32_t i = affairs->affairs; i > 0; i--)
		for (uint32_t k = 0; k < affairs->affair[i - 1].sets; k++)
			if (strcmp(affairs->affair[i - 1].set[k].set, set) == 0) {
				*incident = affairs->affair[i - 1].incident;
				return &affairs->affair[i - 1].set[k];
			}
	return NULL;
}

static void
fill_switch(struct filling *f, const struct plan_set *set, const char *about)
{
	struct buffer text = { .max = 0 };
	char lasted[TIME_TEXT];
	uint64_t incident = 0;
	const struct affair_set *seen = touched(f->maker->state, set->name, &incident);

	if (seen == NULL) {
		filling_unknown(f, about, _("no failure of a member was seen, so no switch"),
		    _("a switch-over test, or a failure"));
		return;
	}
	duration_text(seen->longest_ms, lasted);
	if (seen->lacked_ms != 0)
		buffer_print(&text, _("incident %" PRIu64 ": it lacks members it needs"), incident);
	else if (seen->longest_ms > 0)
		buffer_print(&text, _("incident %" PRIu64 ": it lacked members it needs for %s"),
		    incident, lasted);
	else
		buffer_print(&text, _("incident %" PRIu64 ": a member failed and the others "
		    "carried its load"), incident);
	filling_add(f, &(struct filing_value){ .basis = BASIS_OBSERVED, .known = true,
	    .name = "fo.seen", .text = buffer_text(&text), .how = "" }, about, incident);
	buffer_free(&text);
}

static void
fill_spares(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < plan->sets; i++) {
		const struct plan_set *set = &plan->set[i];
		struct buffer text = { .max = 0 };
		char about[SUBJECT_TEXT], planned[TIME_TEXT];
		uint32_t members = 0;

		for (uint32_t k = 0; k < plan->instances; k++)
			members += strcmp(plan->instance[k].replica_set, set->name) == 0;
		snprintf(about, sizeof(about), "replica_set:%.120s", set->name);
		buffer_print(&text, _("%s: %s, %" PRIu32 " members, %" PRIu32 " needed"), set->name,
		    set->mode, members, set->needed > 0 ? set->needed : members);
		duration_text(set->switchover_ms, planned);
		if (set->switchover_ms > 0)
			buffer_print(&text, _(", switch-over planned within %s"), planned);
		filling_declare(f, "fo.planned", about, buffer_text(&text));
		fill_switch(f, set, about);
		buffer_free(&text);
	}
}

/* --- detection ---------------------------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
fill_measured(struct filling *f)
{
	const struct state *state = f->maker->state;
	int64_t *lag = memory_new(state->incidents + 1, sizeof(*lag));
	char median[TIME_TEXT], most[TIME_TEXT];
	struct buffer text = { .max = 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < state->incidents; i++)
		if (state->incident[i].known_ms >= state->incident[i].occurred_ms)
			lag[count++] = state->incident[i].known_ms - state->incident[i].occurred_ms;
	qsort(lag, count, sizeof(*lag), by_value);
	if (count > 0) {
		duration_text(lag[count / 2], median);
		duration_text(lag[count - 1], most);
		buffer_print(&text, _("from failure to its record, over %" PRIu32 " incidents: "
		    "median %s, most %s"), count, median, most);
		filling_add(f, &(struct filing_value){ .basis = BASIS_OBSERVED, .known = true,
		    .name = "alarm.detected", .text = buffer_text(&text), .how = "" }, "",
		    state->incident[state->incidents - 1].id);
	} else {
		filling_unknown(f, "", _("no failure was seen, so no time was measured"), "");
	}
	buffer_free(&text);
	free(lag);
}

static void
fill_detection(struct filling *f)
{
	const struct plan *plan = f->maker->plan;
	struct buffer text = { .max = 0 };
	int64_t fastest_ms = INT64_MAX, slowest_ms = 0;
	char fastest[TIME_TEXT], slowest[TIME_TEXT];

	for (uint32_t i = 0; i < plan->targets; i++) {
		int64_t every_ms = plan->target[i].interval_ms;

		fastest_ms = every_ms < fastest_ms ? every_ms : fastest_ms;
		slowest_ms = every_ms > slowest_ms ? every_ms : slowest_ms;
	}
	duration_text(plan->targets > 0 ? fastest_ms : 0, fastest);
	duration_text(slowest_ms, slowest);
	buffer_print(&text, _("%" PRIu32 " endpoints are probed, every %s to %s; notices go to %"
	    PRIu32 " channels"), plan->targets, fastest, slowest, plan->channels);
	filling_declare(f, "alarm.watch", "", buffer_text(&text));
	buffer_free(&text);
	fill_measured(f);
}

/* --- boundaries --------------------------------------------------------------------------- */

static void
fill_boundary(struct filling *f, uint32_t site, bool checks)
{
	const struct plan *plan = f->maker->plan;
	const struct state *state = f->maker->state;
	uint32_t count[HEALTH_COUNT] = { 0 }, targets = 0;
	struct buffer text = { .max = 0 };
	char about[SUBJECT_TEXT];

	snprintf(about, sizeof(about), "site:%.120s", plan->site[site].name);
	if (!checks) {
		buffer_print(&text, _("between the carrier and %s at %s"),
		    plan->site[site].provider, plan->site[site].name);
		filling_declare(f, "demarcation.point", about, buffer_text(&text));
		buffer_free(&text);
		return;
	}
	for (uint32_t i = 0; i < plan->targets && i < state->targets; i++)
		if (plan->instance[plan->target[i].instance].site == site) {
			count[state->target[i].health]++;
			targets++;
		}
	buffer_print(&text, _("%s: %" PRIu32 " endpoints probed across it; up %" PRIu32
	    ", degraded %" PRIu32 ", down %" PRIu32 ", unknown %" PRIu32), plan->site[site].name,
	    targets, count[HEALTH_UP], count[HEALTH_DEGRADED], count[HEALTH_DOWN],
	    count[HEALTH_UNKNOWN]);
	filling_add(f, &(struct filing_value){ .basis = BASIS_OBSERVED, .known = true,
	    .name = "demarcation.check", .text = buffer_text(&text), .how = "" }, about,
	    f->maker->filing->config_seq);
	buffer_free(&text);
}

static void
fill_emergency(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t s = 0; s < plan->sets; s++)
		for (uint32_t i = 0; i < plan->set[s].serves; i++) {
			const struct plan_service *service =
			    &plan->service[plan->set[s].serve[i].service];
			char text[2 * NAME_MAX_LEN + 40];

			if (service->class != SERVICE_CLASS_VOICE_EMERGENCY)
				continue;
			snprintf(text, sizeof(text), _("%.127s is carried by the set %.127s"),
			    service->name, plan->set[s].name);
			filling_declare(f, "emergency.set", "", text);
		}
}

void
filling_attachment(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	if (plan == NULL)
		return;
	switch (f->part->from) {
	case FORM_FROM_NETWORK:   fill_network(f); break;
	case FORM_FROM_SPARES:    fill_spares(f); break;
	case FORM_FROM_DETECTION: fill_detection(f); break;
	case FORM_FROM_EMERGENCY_SETS: fill_emergency(f); break;
	case FORM_FROM_BOUNDARIES:
	case FORM_FROM_BOUNDARY_CHECKS:
		for (uint32_t i = 0; i < plan->sites; i++)
			if (plan->site[i].provider[0] != '\0')
				fill_boundary(f, i, f->part->from == FORM_FROM_BOUNDARY_CHECKS);
		break;
	default:
		break;
	}
}
