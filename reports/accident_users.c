/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom an incident hit: services with their class, areas, users over the whole span and most at
 * the same time, as counted or as a person said.  Where somebody could not be seen, a number is a
 * least and says that it is under survey.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "monitor/state/duty_describe.h"
#include "reports/accident_part.h"
#include "reports/diagram_part.h"

const char *
service_class_title(uint32_t class)
{
	switch (class) {
	case SERVICE_CLASS_VOICE_EMERGENCY:
		return _("voice transmission service that handles emergency calls");
	case SERVICE_CLASS_VOICE_OTHER:
		return _("voice transmission service that handles no emergency calls");
	case SERVICE_CLASS_LPWA: return _("cellular or unlicensed LPWA service");
	case SERVICE_CLASS_FREE_MAIL_MSG_10M:
		return _("free e-mail or messaging service with ten million users or more");
	case SERVICE_CLASS_FREE_INTERNET: return _("other free Internet service");
	case SERVICE_CLASS_INTERNET_ACCESS: return _("Internet access service");
	case SERVICE_CLASS_SAT_SUBSEA: return _("satellite or submarine cable");
	default: return _("other telecommunications service");
	}
}

/* The service in the plan in force, found by name: a reload may have moved it. */
static const struct plan_service *
planned(const struct accident *a, const struct hit *hit)
{
	const struct plan *plan = a->state->plan;

	for (uint32_t i = 0; plan != NULL && i < plan->services; i++)
		if (strcmp(plan->service[i].name, hit->service) == 0)
			return &plan->service[i];
	return NULL;
}

const char *
accident_service_title(const struct accident *a, const struct hit *hit)
{
	const struct plan_service *service = planned(a, hit);
	const char *title = service == NULL ? "" : strcmp(i18n_language(), "ja") == 0 &&
	    service->title_ja[0] != '\0' ? service->title_ja : service->title;

	return title[0] != '\0' ? title : hit->service;
}

static uint64_t
cite_of(const struct hit *hit)
{
	return hit->steps > 0 ? hit->step[0].seq : UINT64_MAX;
}

static const struct accident *
accident_of(const struct filling *f)
{
	return f->maker->source->accident;
}

/* Nobody was counted: nothing was hit, or nobody declared whom it carries. */
static bool
fill_nobody(struct filling *f)
{
	const struct affair *affair = accident_of(f)->affair;

	if (affair != NULL && affair->unplaced > 0)
		filling_unknown(f, "", _("users of some failed equipment are not declared: under "
		    "survey"), _("sets and services of the configuration"));
	if (affair == NULL || affair->hits == 0)
		accident_add(f, BASIS_OBSERVED, "incident.users", "",
		    _("no effect on a declared service was observed"),
		    accident_of(f)->incident->id);
	return affair == NULL || affair->hits == 0;
}

void
accident_services(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };

	if (fill_nobody(f))
		return;
	for (uint32_t i = 0; i < a->affair->hits; i++) {
		const struct hit *hit = &a->affair->hit[i];

		buffer_reset(&text);
		buffer_print(&text, _("%s (%s): %s"), accident_service_title(a, hit),
		    service_class_title(hit->class), hit->peak_stopped > 0 &&
		    hit->peak_degraded > 0 ? _("stopped for some, degraded for others") :
		    hit->peak_stopped > 0 ? _("stopped") : _("degraded"));
		if (hit->addon)
			buffer_put_text(&text, _("; an add-on feature"));
		accident_add(f, BASIS_OBSERVED, "incident.service", "", buffer_text(&text),
		    cite_of(hit));
	}
	buffer_free(&text);
}

void
accident_areas(struct filling *f)
{
	const struct accident *a = accident_of(f);
	bool ja = strcmp(i18n_language(), "ja") == 0;
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; a->affair != NULL && i < a->affair->hits; i++) {
		const struct hit *hit = &a->affair->hit[i];
		const struct plan_service *service = planned(a, hit);
		bool any = false;

		buffer_reset(&text);
		buffer_print(&text, _("%s: "), accident_service_title(a, hit));
		for (uint32_t k = 0; service != NULL && k < service->areas; k++)
			if ((hit->areas >> k & 1) != 0) {
				buffer_print(&text, "%s%s", any ? _(", ") : "",
				    prefecture_name(service->area[k].area, ja));
				any = true;
			}
		if (any)
			accident_add(f, BASIS_OBSERVED, "incident.area", "", buffer_text(&text),
			    cite_of(hit));
	}
	if (f->answer->values == f->from)
		filling_unknown(f, "", _("the area is under survey"),
		    _("services with areas in the configuration"));
	buffer_free(&text);
}

/* --- users -------------------------------------------------------------------------------- */

static bool
is_uncertain(const struct hit *hit)
{
	for (uint32_t i = 0; i < hit->steps; i++)
		if (hit->step[i].uncertain)
			return true;
	return false;
}

static void
put_users(struct buffer *text, const struct accident *a, const struct hit *hit)
{
	uint64_t whole = hit->steps > 0 ? hit->step[hit->steps - 1].distinct : hit->peak;
	struct buffer number[4] = { { .max = 0 } };
	char at[2 * TIME_TEXT];

	accident_moment(hit->peak_ms, at);
	diagram_number(whole > hit->peak ? whole : hit->peak, &number[0]);
	diagram_number(hit->peak, &number[1]);
	diagram_number(hit->peak_stopped, &number[2]);
	diagram_number(hit->peak_degraded, &number[3]);
	buffer_print(text, _("%s: about %s users over the whole span; most at the same time about "
	    "%s (stopped %s, degraded %s), from %s"), accident_service_title(a, hit),
	    buffer_text(&number[0]), buffer_text(&number[1]), buffer_text(&number[2]),
	    buffer_text(&number[3]), at);
	for (size_t i = 0; i < 4; i++)
		buffer_free(&number[i]);
	if (is_uncertain(hit))
		buffer_put_text(text, _("; at least these, under survey"));
}

/* A person's number takes its place; the program's stays beside it. */
static void
put_corrected(struct filling *f, const struct hit *hit, enum correct what, const char *format)
{
	const struct accident *a = accident_of(f);
	const struct correction *said = incident_correction(a->incident, what, hit->service);
	struct buffer text = { .max = 0 }, how = { .max = 0 }, number = { .max = 0 };

	if (said == NULL)
		return;
	diagram_number(said->number, &number);
	buffer_print(&text, format, accident_service_title(a, hit), buffer_text(&number));
	buffer_print(&how, _("users_method = counted; corrected by %s"), said->author);
	accident_add_how(f, BASIS_DECLARED, "incident.users", buffer_text(&text),
	    buffer_text(&how), said->seq);
	buffer_free(&text);
	buffer_free(&how);
	buffer_free(&number);
}

void
accident_users(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };

	if (fill_nobody(f))
		return;
	for (uint32_t i = 0; i < a->affair->hits; i++) {
		const struct hit *hit = &a->affair->hit[i];

		put_corrected(f, hit, CORRECT_STOPPED, _("%s: %s users stopped at the peak"));
		put_corrected(f, hit, CORRECT_DEGRADED, _("%s: %s users degraded at the peak"));
		buffer_reset(&text);
		put_users(&text, a, hit);
		accident_add_how(f, BASIS_OBSERVED, "incident.users", buffer_text(&text),
		    _("users_method = estimate: declared users of the areas that failed sets "
		    "carry, less what spares carried"), cite_of(hit));
	}
	accident_measured(f);
	if (a->affair->hits > 1)
		accident_add(f, 0, "incident.users", "", _("services may have users in common: "
		    "the numbers must not be added up"), UINT64_MAX);
	buffer_free(&text);
}

void
accident_emergency(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; a->affair != NULL && i < a->affair->hits; i++) {
		const struct hit *hit = &a->affair->hit[i];

		if (hit->class != SERVICE_CLASS_VOICE_EMERGENCY)
			continue;
		buffer_reset(&text);
		buffer_put_text(&text, _("emergency calls were affected; "));
		put_users(&text, a, hit);
		accident_add(f, BASIS_OBSERVED, "incident.emergency", "", buffer_text(&text),
		    cite_of(hit));
	}
	if (f->answer->values == f->from && a->affair != NULL && a->affair->unplaced > 0)
		filling_unknown(f, "", _("whether emergency calls were affected is under survey"),
		    "");
	else if (f->answer->values == f->from)
		accident_add(f, BASIS_OBSERVED, "incident.emergency", "", _("no effect on a "
		    "service that handles emergency calls was observed"), a->incident->id);
	buffer_free(&text);
}

void
accident_classes(struct filling *f)
{
	const struct duty_verdict *verdict = accident_of(f)->verdict;
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; verdict != NULL && i < verdict->pairs; i++) {
		buffer_reset(&text);
		duty_pair_describe(verdict, &verdict->pair[i], &text);
		accident_add(f, 0, "incident.class", "", buffer_text(&text),
		    accident_of(f)->incident->id);
	}
	buffer_free(&text);
}
