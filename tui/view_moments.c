/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One incident at two moments, side by side: the time on display, and the one that was picked in
 * its story.  Lines that differ are marked; each side is as it was known then.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/demarcation.h"
#include "monitor/state/describe.h"
#include "monitor/state/duty_describe.h"
#include "monitor/state/incident_view.h"
#include "tui/affair.h"
#include "tui/reel.h"
#include "tui/view.h"

enum { LABEL_WIDTH = 16, MOMENT_ROWS = 400, WAIT = 1 };	/* more rows are left out */

/* One line: what it is about, both texts, and the record behind each. */
struct moment_row {
	char          label[NAME_MAX_LEN];
	struct buffer text[2];
	uint64_t      seq[2];
};

struct moments { struct moment_row row[MOMENT_ROWS]; uint32_t count; };

/* One of the two moments. */
struct moment {
	const struct state    *state;
	const struct incident *incident;	/* NULL: it was not known then */
	const struct affair   *affair;
	struct duty_verdict    verdict;
	bool                   judged;
};

static void
moment_make(struct moment *moment, const struct state *state, uint64_t incident)
{
	*moment = (struct moment){ .state = state };
	moment->incident = state_incident(state, incident);
	if (moment->incident == NULL)
		return;
	moment->affair = affair_find(state, incident);
	moment->judged = affair_judge(state, incident, state->now_ms, &moment->verdict);
}

static struct moment_row *
add_row(struct moments *moments, const char *label)
{
	struct moment_row *row = moments->count < MOMENT_ROWS ?
	    &moments->row[moments->count++] : NULL;

	if (row != NULL)
		snprintf(row->label, sizeof(row->label), "%s", label);
	return row;
}

static void
put_moment(const struct moment *moment, int64_t ms, struct buffer *out)
{
	char text[TIME_TEXT];

	moment_text(ms, moment->state->now_ms, text);
	buffer_put_text(out, ms != 0 ? text : _("not yet"));
}

enum part { PART_STAND, PART_OCCURRED, PART_KNOWN, PART_RESTORED, PART_SIDE, PART_FAILING,
	PART_ALARMS, PART_TAKEN, PARTS };

static void
put_part(const struct moment *moment, enum part part, struct buffer *out)
{
	const struct incident *incident = moment->incident;
	struct demarcation side;

	switch (part) {
	case PART_STAND:
		buffer_put_text(out, incident->absorbed_by != 0 ? _("absorbed") :
		    incident->resolved_ms != 0 ? _("resolved") : _("open"));
		break;
	case PART_OCCURRED:	put_moment(moment, incident_occurred_ms(incident), out); break;
	case PART_KNOWN:	put_moment(moment, incident_known_ms(incident), out); break;
	case PART_RESTORED:	put_moment(moment, incident_restored_ms(incident), out); break;
	case PART_SIDE:
		demarcation_judge(moment->state, incident, &side);
		buffer_print(out, "%c %s %s", side_letter(side.side), _(side_name(side.side)),
		    side.side == SIDE_PROVIDER ? side.provider : "");
		break;
	case PART_FAILING:
		buffer_print(out, _("%" PRIu32 " of %" PRIu32), incident->failing,
		    incident->members);
		break;
	case PART_ALARMS:
		buffer_print(out, _("%" PRIu32 " stand, %" PRIu64 " in all"),
		    incident->alarms_standing, incident->alarms_total);
		break;
	default:
		buffer_put_text(out, incident->acked_seq != 0 ? incident->acked_by :
		    _("nobody yet"));
		break;
	}
}

static void
add_parts(struct moments *moments, const struct moment *both)
{
	static const char *const labels[PARTS] = { N_("state"), N_("occurred"), N_("known"),
		N_("restored"), N_("responsibility"), N_("failing"), N_("alarms"), N_("taken by") };

	for (unsigned part = 0; part < PARTS; part++) {
		struct moment_row *row = add_row(moments, _(labels[part]));

		for (unsigned k = 0; k < 2; k++) {
			if (both[k].incident == NULL) {
				buffer_put_text(&row->text[k], part == PART_STAND ?
				    _("not known yet") : "-");
				continue;
			}
			put_part(&both[k], (enum part)part, &row->text[k]);
			row->seq[k] = both[k].incident->last_seq;
		}
	}
}

static void
put_hit(const struct hit *hit, struct moment_row *row, unsigned k)
{
	struct impact_step now = hit_now(hit);

	users_put(&row->text[k], now.stopped, now.degraded, now.uncertain);
	buffer_put_text(&row->text[k], _(", peak "));
	users_put(&row->text[k], hit->peak_stopped, hit->peak_degraded, false);
	if (hit->steps > 0)
		row->seq[k] = hit->step[hit->steps - 1].seq;
}

/* Services and duties of one side; those the other has, too, are one line. */
static void
add_hits(struct moments *moments, const struct moment *both, unsigned from)
{
	const struct affair *mine = both[from].affair;

	for (uint32_t i = 0; mine != NULL && i < mine->hits; i++) {
		const struct affair *other = both[1 - from].affair;
		const struct hit *hit = other != NULL ? affair_hit(other, mine->hit[i].service) :
		    NULL;
		struct moment_row *row;

		if (from == 1 && hit != NULL)
			continue;
		row = add_row(moments, mine->hit[i].service);
		if (row == NULL)
			return;
		put_hit(&mine->hit[i], row, from);
		if (hit != NULL)
			put_hit(hit, row, 1 - from);
		else
			buffer_put_text(&row->text[1 - from], "-");
	}
}

/* It says nothing on that side. */
static bool
duty_idle(const struct moment *moment, const char *id)
{
	const struct duty *duty = moment->judged ? duty_find(&moment->verdict, id) : NULL;

	return duty == NULL || duty->standing == DUTY_NOT_APPLICABLE ||
	    duty->standing == DUTY_NOT_REACHED;
}

static void
add_duties(struct moments *moments, const struct moment *both)
{
	const struct moment *any = both[0].judged ? &both[0] : &both[1];

	for (uint32_t i = 0; any->judged && i < any->verdict.duties; i++) {
		const char *id = any->verdict.duty[i].rule->id;
		struct moment_row *row = duty_idle(&both[0], id) && duty_idle(&both[1], id) ?
		    NULL : add_row(moments, id);

		for (unsigned k = 0; row != NULL && k < 2; k++) {
			const struct duty *duty = both[k].judged ? duty_find(&both[k].verdict,
			    id) : NULL;

			if (duty == NULL)
				buffer_put_text(&row->text[k], "-");
			else
				duty_describe(&both[k].verdict, duty, &row->text[k]);
			row->seq[k] = both[k].incident != NULL ? both[k].incident->last_seq : 0;
		}
	}
}

static const struct incident_member *
member_of(const struct moment *moment, uint64_t target)
{
	for (uint32_t i = 0; moment->incident != NULL && i < moment->incident->members; i++)
		if (moment->incident->member[i].target == target)
			return &moment->incident->member[i];
	return NULL;
}

static void
add_members(struct moments *moments, const struct moment *both, unsigned from)
{
	const struct incident *incident = both[from].incident;

	for (uint32_t i = 0; incident != NULL && i < incident->members; i++) {
		uint64_t id = incident->member[i].target;
		const struct target_state *target = state_target(both[from].state, id);
		struct moment_row *row;

		if (from == 1 && member_of(&both[0], id) != NULL)
			continue;
		row = add_row(moments, target != NULL ? target->plan->name : "?");
		for (unsigned k = 0; row != NULL && k < 2; k++) {
			const struct target_state *then = state_target(both[k].state, id);

			if (then == NULL) {
				buffer_put_text(&row->text[k], "-");
				continue;
			}
			buffer_print(&row->text[k], "%c %s", health_letter(then->health),
			    health_word(then->health));
			row->seq[k] = then->seq;
		}
	}
}

static void
moments_clear(struct moments *moments)
{
	for (uint32_t i = 0; moments != NULL && i < moments->count; i++) {
		buffer_free(&moments->row[i].text[0]);
		buffer_free(&moments->row[i].text[1]);
	}
	if (moments != NULL)
		memset(moments, 0, sizeof(*moments));
}

static void
moments_forget(struct view *view)
{
	moments_clear(view->memory);
	free(view->memory);
	view->memory = NULL;
}

static const struct state *
second_of(const struct view *view, const struct scene *scene)
{
	const struct reel *reel = scene->reel;

	return reel != NULL && reel->second_ms == (int64_t)view->part ? reel->second : NULL;
}

static bool
row_differs(const struct moment_row *row)
{
	return !bytes_equal(bytes_of_buffer(&row->text[0]), bytes_of_buffer(&row->text[1]));
}

static void
moments_rows(struct view *view, const struct scene *scene)
{
	const struct state *second = second_of(view, scene);
	struct moment *both;
	struct moments *moments = view->memory;

	if (second == NULL) {
		view_add(view, (struct view_row){ .kind = WAIT });
		return;
	}
	if (moments == NULL)
		view->memory = moments = memory_new(1, sizeof(*moments));
	moments_clear(moments);
	both = memory_new(2, sizeof(*both));
	moment_make(&both[0], scene->state, view->subject);
	moment_make(&both[1], second, view->subject);
	add_parts(moments, both);
	for (unsigned k = 0; k < 2; k++)
		add_hits(moments, both, k);
	add_duties(moments, both);
	for (unsigned k = 0; k < 2; k++)
		add_members(moments, both, k);
	free(both);
	for (uint32_t i = 0; i < moments->count; i++)
		view_add(view, (struct view_row){ .stop = true, .id = i,
		    .problem = row_differs(&moments->row[i]) });
}

/* Where the columns begin. */
static unsigned
column_of(const struct strip *strip, unsigned k)
{
	unsigned from = 3 + LABEL_WIDTH + 1;

	return k == 0 ? from : from + (strip->end - from) / 2 + 1;
}

static void
moments_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct state *second = second_of(view, scene);
	char text[TIME_TEXT];

	strip_to(strip, 1);
	if (line == 0) {
		strip_print(strip, STYLE_STRONG, "#%" PRIu64 "  ", view->subject);
		strip_text(strip, STYLE_QUIET, _("two moments, each as known then; * differs"));
		return;
	}
	strip_to(strip, column_of(strip, 0));
	time_jst_s(scene->now_ms, text);
	strip_print(strip, STYLE_HEADING, "A  %s", text);
	strip_to(strip, column_of(strip, 1));
	if (second != NULL)
		time_jst_s(second->now_ms, text);
	strip_print(strip, STYLE_HEADING, "B  %s", second != NULL ? text : "");
}

static void
moments_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct moments *moments = view->memory;
	struct moment_row *line;
	bool differs;

	if (row->kind == WAIT || moments == NULL || row->id >= moments->count) {
		strip_text(strip, STYLE_QUIET, scene->reel != NULL &&
		    scene->reel->why.text[0] != '\0' ? scene->reel->why.text :
		    _("the second moment is being worked out"));
		return;
	}
	line = &moments->row[row->id];
	differs = row_differs(line);
	strip_print(strip, STYLE_DEGRADED, "%s ", differs ? "*" : " ");
	strip_field(strip, LABEL_WIDTH, ALIGN_LEFT, STYLE_HEADING, line->label);
	for (unsigned k = 0; k < 2; k++) {
		unsigned from = column_of(strip, k);
		unsigned to = k == 0 ? column_of(strip, 1) - 1 : strip->end;

		strip_to(strip, from);
		strip_field(strip, to - from, ALIGN_LEFT, differs ? STYLE_STRONG : STYLE_QUIET,
		    buffer_text(&line->text[k]));
	}
}

/* That of the second moment if it differs there, else that of the first. */
static bool
moments_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct moments *moments = view->memory;
	const struct moment_row *line;

	(void)scene;
	if (row->kind == WAIT || moments == NULL || row->id >= moments->count)
		return false;
	line = &moments->row[row->id];
	*seq = line->seq[1] != 0 ? line->seq[1] : line->seq[0];
	return *seq != 0;
}

static uint64_t
moments_incident(const struct view *view, const struct scene *scene)
{
	(void)scene;
	return view->subject;
}

const struct view_ops view_moments = {
	.name     = "moments",
	.title    = N_("Two moments"),
	.head     = 2,
	.rows     = moments_rows,
	.forget   = moments_forget,
	.heading  = moments_heading,
	.line     = moments_line,
	.record   = moments_record,
	.incident = moments_incident,
};
