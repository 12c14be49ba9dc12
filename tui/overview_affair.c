/* SPDX-License-Identifier: Apache-2.0 */
/* What an outage means, at a glance; Enter leads to the view that has all of it. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "tui/affair.h"
#include "tui/overview_affair.h"

enum affair_kind { AFFAIR_BLANK = OVERVIEW_AFFAIR, AFFAIR_SERVICE, AFFAIR_ALARMS, AFFAIR_NOTICE,
	AFFAIR_WINDOWS };
enum { SERVICES_SHOWN = 6, NOTICES_SHOWN = 3, NAME_WIDTH = 18 };

static bool
notice_stands(const struct provider_notice *said)
{
	return said->severity != PERCEIVED_CLEARED && said->ended_ms == 0;
}

static void
add(struct view *view, unsigned kind, uint64_t id, bool problem)
{
	view_add(view, (struct view_row){ .kind = kind, .stop = kind != AFFAIR_BLANK, .id = id,
	    .problem = problem });
}

void
overview_affair_rows(struct view *view, const struct scene *scene)
{
	const struct affair_sums *sums = scene->sums;
	const struct state *state = scene->state;
	size_t before = view->rows;
	unsigned shown = 0;

	add(view, AFFAIR_BLANK, 0, false);
	for (uint32_t i = 0; sums->services_hit > 0 && i < state->plan->services; i++)
		if (sums->service[i].stopped + sums->service[i].degraded > 0 &&
		    shown++ < SERVICES_SHOWN)
			add(view, AFFAIR_SERVICE, i, true);
	if (sums->alarms[PERCEIVED_CRITICAL] + sums->alarms[PERCEIVED_MAJOR] > 0 ||
	    sums->flooded > 0)
		add(view, AFFAIR_ALARMS, 0, true);
	shown = 0;
	for (uint32_t i = state->saids; sums->notices > 0 && i-- > 0;)
		if (notice_stands(&state->said[i]) && shown++ < NOTICES_SHOWN)
			add(view, AFFAIR_NOTICE, i, true);
	if (sums->windows > 0)
		add(view, AFFAIR_WINDOWS, 0, false);
	if (view->rows == before + 1)
		view->rows = before;
}

static void
service_line(const struct scene *scene, uint64_t i, struct strip *strip)
{
	const struct plan_service *plan = &scene->state->plan->service[i];
	const struct service_now *now = &scene->sums->service[i];
	enum style style = now->stopped > 0 ? STYLE_DOWN : STYLE_DEGRADED;
	struct buffer text = { 0 };
	char users[USERS_TEXT];

	strip_print(strip, style, "%c ", health_letter(now->stopped > 0 ? HEALTH_DOWN :
	    HEALTH_DEGRADED));
	strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_STRONG, scene->japanese &&
	    plan->title_ja != NULL && plan->title_ja[0] != '\0' ? plan->title_ja : plan->name);
	users_put(&text, now->stopped, now->degraded, now->uncertain);
	strip_print(strip, style, _(" users hit %s"), buffer_text(&text));
	strip_print(strip, STYLE_QUIET, _(" of %s"), users_text(service_users(plan), users));
	buffer_free(&text);
}

static void
alarms_line(const struct affair_sums *sums, struct strip *strip)
{
	static const enum severity shown[] = { PERCEIVED_CRITICAL, PERCEIVED_MAJOR,
		PERCEIVED_MINOR };

	strip_print(strip, severity_style(sums->alarms[PERCEIVED_CRITICAL] > 0 ?
	    PERCEIVED_CRITICAL : PERCEIVED_MAJOR), "%c ", severity_letter(
	    sums->alarms[PERCEIVED_CRITICAL] > 0 ? PERCEIVED_CRITICAL : PERCEIVED_MAJOR));
	strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_STRONG, _("alarms that stand"));
	for (unsigned i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		strip_print(strip, severity_style(shown[i]), "  %s %" PRIu32,
		    _(severity_name(shown[i])), sums->alarms[shown[i]]);
	if (sums->flooded > 0)
		strip_print(strip, STYLE_ALARM, _("  flood: %" PRIu64 " more"), sums->flooded);
}

static void
notice_line(const struct scene *scene, const struct provider_notice *said, struct strip *strip)
{
	char age[TIME_TEXT];

	strip_print(strip, severity_style(said->severity), "%c ", severity_letter(said->severity));
	strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_STRONG, said->subject);
	age_text(scene->now_ms - said->first_ms, age);
	strip_print(strip, STYLE_NORMAL, _(" says for %s: "), age);
	strip_text(strip, STYLE_NORMAL, said->title);
}

void
overview_affair_line(const struct scene *scene, const struct view_row *row, struct strip *strip)
{
	const struct affair_sums *sums = scene->sums;

	if (row->kind == AFFAIR_SERVICE) {
		service_line(scene, row->id, strip);
	} else if (row->kind == AFFAIR_ALARMS) {
		alarms_line(sums, strip);
	} else if (row->kind == AFFAIR_NOTICE && row->id < scene->state->saids) {
		notice_line(scene, &scene->state->said[row->id], strip);
	} else if (row->kind == AFFAIR_WINDOWS) {
		strip_text(strip, STYLE_QUIET, "W ");
		strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_STRONG, _("windows in force"));
		strip_print(strip, STYLE_NORMAL, "  %" PRIu32, sums->windows);
	}
}

void
overview_affair_open(const struct view_row *row, struct opening *opening)
{
	switch (row->kind) {
	case AFFAIR_SERVICE:	opening->ops = &view_services; break;
	case AFFAIR_ALARMS:	opening->ops = &view_alarms; break;
	case AFFAIR_NOTICE:	opening->ops = &view_providers; break;
	case AFFAIR_WINDOWS:	opening->ops = &view_windows; break;
	default:		break;
	}
}
