/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Legal clocks of every incident that made one run: what is due, to whom, until when, by which
 * article, which paper answered it, and how far each pair of the table is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "monitor/state/duty_describe.h"
#include "tui/affair.h"
#include "tui/view.h"

enum { JUDGED_MAX = 64 };	/* incidents judged, the newest; how many more there are is said */

/* id: place in the memory times 256, and a duty or pair */
enum duties_kind { DUTIES_NONE, DUTIES_INCIDENT, DUTIES_DUTY, DUTIES_LAW, DUTIES_PAIR,
	DUTIES_BLANK, DUTIES_MORE };

struct duties {
	uint32_t count, more;
	uint64_t incident[JUDGED_MAX];
	struct duty_verdict verdict[JUDGED_MAX];
};

static bool
duty_told(const struct view *view, const struct duty *duty)
{
	return view->show == 1 || (duty->standing != DUTY_NOT_APPLICABLE &&
	    duty->standing != DUTY_NOT_REACHED && duty->standing != DUTY_SUPERSEDED);
}

static bool
verdict_told(const struct view *view, const struct duty_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->duties; i++)
		if (duty_told(view, &verdict->duty[i]))
			return true;
	return false;
}

static void
rows_of(struct view *view, const struct duty_verdict *verdict, uint64_t place)
{
	view_add(view, (struct view_row){ .kind = DUTIES_INCIDENT, .stop = true,
	    .id = place << 8 });
	for (uint32_t i = 0; i < verdict->duties; i++) {
		if (!duty_told(view, &verdict->duty[i]))
			continue;
		view_add(view, (struct view_row){ .kind = DUTIES_DUTY, .stop = true, .reach = 1,
		    .problem = verdict->duty[i].standing == DUTY_REACHED, .id = place << 8 | i });
		view_add(view, (struct view_row){ .kind = DUTIES_LAW, .id = place << 8 | i });
	}
	for (uint32_t i = 0; i < verdict->pairs; i++)
		if (view->show == 1 || verdict->row[verdict->pair[i].row].since_ms != 0)
			view_add(view, (struct view_row){ .kind = DUTIES_PAIR, .stop = true,
			    .id = place << 8 | i });
	view_add(view, (struct view_row){ .kind = DUTIES_BLANK });
}

/* What became part of another one is judged with that. */
static bool
belongs_to(const struct scene *scene, uint64_t id, unsigned pass)
{
	const struct incident *incident = state_incident(scene->state, id);

	return incident != NULL && incident->absorbed_by == 0 &&
	    (incident->resolved_ms == 0) == (pass == 0);
}

static void
duties_rows(struct view *view, const struct scene *scene)
{
	const struct affairs *affairs = scene->state->affairs;
	struct duties *duties = view->memory;

	if (duties == NULL)
		view->memory = duties = memory_new(1, sizeof(*duties));
	duties->count = duties->more = 0;
	for (unsigned pass = 0; pass < 2; pass++)
		for (uint32_t i = affairs->affairs; i-- > 0;) {
			struct duty_verdict *verdict = &duties->verdict[duties->count];
			uint64_t incident = affairs->affair[i].incident;

			if (!belongs_to(scene, incident, pass))
				continue;
			if (duties->count == JUDGED_MAX) {
				duties->more++;
				continue;
			}
			if (!affair_judge(scene->state, incident, scene->now_ms, verdict) ||
			    !verdict_told(view, verdict))
				continue;
			duties->incident[duties->count] = incident;
			rows_of(view, verdict, duties->count++);
		}
	if (duties->more > 0)
		view_add(view, (struct view_row){ .kind = DUTIES_MORE });
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = DUTIES_NONE });
}

static void
duties_forget(struct view *view)
{
	free(view->memory);
}

static const struct affair_duty *
affair_duty_of(const struct scene *scene, uint64_t incident, const struct duty *duty)
{
	const struct affair *affair = affair_find(scene->state, incident);

	for (uint32_t i = 0; affair != NULL && i < affair->duties; i++)
		if (strcmp(affair->duty[i].rule, duty->rule->id) == 0)
			return &affair->duty[i];
	return NULL;
}

static void
duties_incident(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, id);
	const struct affair *affair = affair_find(scene->state, id);
	const struct hit *worst = affair_worst(affair, true);
	struct buffer text = { 0 };

	if (incident == NULL)
		return;
	strip_print(strip, health_style(incident->worst), "%c ", health_letter(incident->worst));
	strip_print(strip, STYLE_STRONG, "#%" PRIu64 "  ", id);
	incident_describe(incident, &text);
	strip_bytes(strip, STYLE_STRONG, bytes_of_buffer(&text));
	buffer_reset(&text);
	if (worst != NULL) {
		buffer_print(&text, "%s ", worst->service);
		users_put(&text, worst->peak_stopped, worst->peak_degraded, hit_uncertain(worst));
		buffer_put_text(&text, " ");
		strip_right(strip, STYLE_NORMAL, buffer_text(&text));
	}
	buffer_free(&text);
}

static void
duties_duty(const struct scene *scene, const struct duties *duties, uint64_t id,
    struct strip *strip)
{
	const struct duty_verdict *verdict = &duties->verdict[id >> 8];
	const struct duty *duty = &verdict->duty[id & 255];
	const struct affair_duty *noticed = affair_duty_of(scene, duties->incident[id >> 8], duty);
	struct buffer text = { 0 };

	strip_to(strip, 3);
	strip_print(strip, duty_style(duty->standing), "%c ", duty_letter(duty->standing));
	duty_describe(verdict, duty, &text);
	strip_bytes(strip, duty_style(duty->standing), bytes_of_buffer(&text));
	if (noticed != NULL && noticed->filed_seq != 0)
		strip_print(strip, STYLE_UP, _("   filed: record %" PRIu64), noticed->filed_seq);
	buffer_free(&text);
}

static void
duties_law(const struct duty *duty, struct strip *strip)
{
	strip_to(strip, 8);
	strip_print(strip, STYLE_QUIET, "%s -> %s", duty_article(duty->rule),
	    duty_addressee(duty->rule));
	if (duty_form(duty->rule)[0] != '\0')
		strip_print(strip, STYLE_QUIET, "   %s", duty_form(duty->rule));
}

static void
duties_pair(const struct duty_verdict *verdict, uint64_t i, struct strip *strip)
{
	const struct duty_pair *pair = &verdict->pair[i];
	struct buffer text = { 0 };

	strip_to(strip, 3);
	strip_print(strip, duty_style(pair->standing), "%c ", duty_letter(pair->standing));
	duty_pair_describe(verdict, pair, &text);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
duties_none(const struct scene *scene, struct strip *strip)
{
	const char *why = NULL;

	if (affairs_rules(scene->state, &why) == NULL)
		strip_print(strip, STYLE_QUIET, _("no file of legal duties is in force: %s"),
		    why != NULL ? why : _("the configuration names none"));
	else
		strip_text(strip, STYLE_QUIET, _("nothing is due, and no clock runs"));
}

static void
duties_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct duties *duties = view->memory;
	const struct duty_verdict *verdict = &duties->verdict[row->id >> 8];

	switch ((enum duties_kind)row->kind) {
	case DUTIES_NONE:
		duties_none(scene, strip);
		break;
	case DUTIES_INCIDENT:
		duties_incident(scene, duties->incident[row->id >> 8], strip);
		break;
	case DUTIES_DUTY:
		duties_duty(scene, duties, row->id, strip);
		break;
	case DUTIES_LAW:
		duties_law(&verdict->duty[row->id & 255], strip);
		break;
	case DUTIES_PAIR:
		duties_pair(verdict, row->id & 255, strip);
		break;
	case DUTIES_BLANK:
		break;
	case DUTIES_MORE:
		strip_print(strip, STYLE_QUIET, _("and %" PRIu32 " older incidents"), duties->more);
		break;
	}
}

static void
duties_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	(void)scene;
	(void)line;
	strip_to(strip, 1);
	strip_text(strip, STYLE_DOWN, _("D due   "));
	strip_text(strip, STYLE_DEGRADED, _("R clock runs   n near   "));
	strip_text(strip, STYLE_UNKNOWN, _("? needs a decision   "));
	strip_text(strip, STYLE_QUIET, view->show == 1 ? _("v: only these") :
	    _("v: all, also what is not due"));
}

static bool
duties_act(struct view *view, const struct scene *scene, enum action action)
{
	(void)scene;
	if (action != ACTION_SHOW)
		return false;
	view->show = view->show == 1 ? 0 : 1;
	view->generation = VIEW_STALE;
	return true;
}

/* What made it due; for a figure the step that gave it. */
static bool
duties_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct duties *duties = view->memory;
	uint64_t incident = duties->incident[row->id >> 8];
	const struct affair *affair = affair_find(scene->state, incident);
	const struct hit *hit = affair_worst(affair, true);
	const struct affair_duty *noticed = row->kind == DUTIES_DUTY ? affair_duty_of(scene,
	    incident, &duties->verdict[row->id >> 8].duty[row->id & 255]) : NULL;

	if (row->kind == DUTIES_NONE || row->kind == DUTIES_MORE || row->kind == DUTIES_BLANK)
		return false;
	if (noticed != NULL && (noticed->filed_seq != 0 || noticed->seq > 0))
		*seq = noticed->filed_seq != 0 ? noticed->filed_seq : noticed->seq - 1;
	else
		*seq = hit != NULL && hit->steps > 0 ? hit->step[hit->steps - 1].seq : incident;
	return true;
}

static uint64_t
duties_of(const struct view *view, const struct view_row *row)
{
	const struct duties *duties = view->memory;

	if (row == NULL || duties == NULL || row->kind == DUTIES_NONE || row->kind == DUTIES_MORE)
		return 0;
	return duties->incident[row->id >> 8];
}

static void
duties_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)scene;
	opening->subject = duties_of(view, row);
	if (opening->subject != 0)
		opening->ops = &view_incident;
}

static uint64_t
duties_incident_id(const struct view *view, const struct scene *scene)
{
	(void)scene;
	return duties_of(view, view_cursor(view));
}

const struct view_ops view_duties = {
	.name     = "duties",
	.title    = N_("Clocks"),
	.tab      = true,
	.head     = 1,
	.rows     = duties_rows,
	.forget   = duties_forget,
	.heading  = duties_heading,
	.line     = duties_line,
	.open     = duties_open,
	.record   = duties_record,
	.act      = duties_act,
	.incident = duties_incident_id,
};
