/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users hit now by service, every legal clock that runs, standing alarms by severity, windows in
 * force.  Nothing is said of what is not configured.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/affairs.h"
#include "monitor/state/demarcation.h"
#include "monitor/state/duty_describe.h"
#include "monitor/state/incident_view.h"
#include "reports/report_status_affairs.h"

enum { LISTED_MAX = 20 };

/* --- what is now -------------------------------------------------------------------------- */

/* The service is hit by that affair now. */
static const struct impact_step *
step_now(const struct status *s, const struct affair *affair, const struct hit *hit)
{
	const struct incident *incident = state_incident(s->state, affair->incident);
	const struct impact_step *last = &hit->step[hit->steps - 1];

	if (incident == NULL || incident->resolved_ms != 0 || incident->absorbed_by != 0)
		return NULL;
	return last->stopped + last->degraded > 0 || last->uncertain ? last : NULL;
}

static bool
is_kept(const struct status *s, const struct affair *affair)
{
	const struct incident *incident = state_incident(s->state, affair->incident);

	return incident != NULL && incident->absorbed_by == 0;
}

/* A clock that runs: something is due and unanswered, or will be if nothing changes. */
static bool
runs(const struct affair *affair, const struct duty *duty)
{
	if (duty->standing != DUTY_REACHED && duty->standing != DUTY_RUNNING)
		return false;
	for (uint32_t i = 0; i < affair->duties; i++)
		if (affair->duty[i].filed_seq != 0 &&
		    strcmp(affair->duty[i].rule, duty->rule->id) == 0)
			return false;
	return true;
}

typedef void each_clock(void *arg, uint64_t incident, const struct duty_verdict *,
    const struct duty *);

static void
clocks(const struct status *s, each_clock *each, void *arg)
{
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));

	for (uint32_t i = 0; i < s->state->affairs->affairs; i++) {
		const struct affair *affair = &s->state->affairs->affair[i];

		if (!is_kept(s, affair) ||
		    !affair_judge(s->state, affair->incident, s->now_ms, verdict))
			continue;
		for (uint32_t d = 0; d < verdict->duties; d++)
			if (runs(affair, &verdict->duty[d]))
				each(arg, affair->incident, verdict, &verdict->duty[d]);
	}
	free(verdict);
}

/* --- text --------------------------------------------------------------------------------- */

static void
put_services(const struct status *s, struct buffer *out)
{
	bool head = false;

	for (uint32_t i = 0; i < s->state->affairs->affairs; i++) {
		const struct affair *affair = &s->state->affairs->affair[i];

		for (uint32_t h = 0; h < affair->hits; h++) {
			const struct impact_step *now = step_now(s, affair, &affair->hit[h]);

			if (now == NULL)
				continue;
			if (!head)
				buffer_put_text(out, _("\nUSERS HIT\n"));
			head = true;
			buffer_print(out, _("  #%-8" PRIu64 " %s: stopped %" PRIu64 ", degraded %"
			    PRIu64 ", at most so far %" PRIu64 "%s; side: %s\n"),
			    affair->incident, affair->hit[h].service, now->stopped,
			    now->degraded, affair->hit[h].peak,
			    now->uncertain ? _(" (more may be: some cannot be seen)") : "",
			    _(side_name((enum side)affair->side)));
		}
	}
}

struct clock_text { struct buffer *out; uint32_t listed; };

static void
put_clock(void *arg, uint64_t incident, const struct duty_verdict *verdict,
    const struct duty *duty)
{
	struct clock_text *text = arg;

	if (text->listed++ == 0)
		buffer_put_text(text->out, _("\nLEGAL CLOCKS\n"));
	if (text->listed > LISTED_MAX)
		return;
	buffer_print(text->out, "  #%-8" PRIu64 " ", incident);
	duty_describe(verdict, duty, text->out);
	buffer_put_u8(text->out, '\n');
}

static void
count_alarms(const struct status *s, uint32_t by[SEVERITIES], uint64_t *flood)
{
	memset(by, 0, SEVERITIES * sizeof(*by));
	*flood = 0;
	for (uint32_t i = 0; i < s->state->alarms; i++)
		if (s->state->alarm[i].cleared_ms == 0)
			by[s->state->alarm[i].severity]++;
	for (uint32_t i = 0; i < s->state->floods; i++)
		*flood += s->state->flood[i].raised;
}

static void
put_alarms(const struct status *s, struct buffer *out)
{
	uint32_t by[SEVERITIES];
	uint64_t flood;

	if (s->state->alarms_total == 0)
		return;
	count_alarms(s, by, &flood);
	buffer_print(out, _("\nALARMS  C critical %" PRIu32 ", M major %" PRIu32 ", m minor %"
	    PRIu32 ", w warning %" PRIu32 ", ? indeterminate %" PRIu32 "; %" PRIu64 " ever"),
	    by[PERCEIVED_CRITICAL], by[PERCEIVED_MAJOR], by[PERCEIVED_MINOR],
	    by[PERCEIVED_WARNING], by[PERCEIVED_INDETERMINATE], s->state->alarms_total);
	if (flood > 0)
		buffer_print(out, _(", %" PRIu64 " of them only counted"), flood);
	buffer_put_u8(out, '\n');
}

static void
put_windows(const struct status *s, struct buffer *out)
{
	bool head = false;

	for (uint32_t i = 0; i < s->state->windows; i++) {
		const struct window_state *window = &s->state->window[i];
		char until[TIME_TEXT], subject[4 * SUBJECT_NAME];

		if (!window_in_force(s->state, window))
			continue;
		if (!head)
			buffer_put_text(out, _("\nWINDOWS IN FORCE\n"));
		head = true;
		time_jst_s(window->until_ms, until);
		text_escape(window->subject, strlen(window->subject), subject, sizeof(subject));
		buffer_print(out, _("  #%-8" PRIu64 " %s %s until %s; hides %" PRIu64
		    " incidents\n"), window->id, _(window_kind_text(window->kind)), subject,
		    until, window->incidents);
	}
}

void
status_affairs_text(const struct status *s, struct buffer *out)
{
	struct clock_text text = { out, 0 };

	put_services(s, out);
	clocks(s, put_clock, &text);
	if (text.listed > LISTED_MAX)
		buffer_print(out, _("  and %" PRIu32 " more\n"), text.listed - LISTED_MAX);
	put_alarms(s, out);
	put_windows(s, out);
}

/* --- JSON --------------------------------------------------------------------------------- */

static json_t *
number(uint64_t value)
{
	return json_integer(value <= INT64_MAX ? (json_int_t)value : INT64_MAX);
}

static void
put_moment(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	if (ms == 0)
		return;
	time_utc(ms, text);
	json_object_set_new(object, key, json_string(text));
}

static json_t *
services_json(const struct status *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->state->affairs->affairs; i++) {
		const struct affair *affair = &s->state->affairs->affair[i];

		for (uint32_t h = 0; h < affair->hits; h++) {
			const struct impact_step *now = step_now(s, affair, &affair->hit[h]);
			json_t *one;

			if (now == NULL)
				continue;
			one = json_object();
			json_object_set_new(one, "incident", number(affair->incident));
			json_object_set_new(one, "service", json_string(affair->hit[h].service));
			json_object_set_new(one, "stopped", number(now->stopped));
			json_object_set_new(one, "degraded", number(now->degraded));
			json_object_set_new(one, "peak", number(affair->hit[h].peak));
			json_object_set_new(one, "distinct", number(now->distinct));
			json_object_set_new(one, "at_least", json_boolean(now->uncertain));
			json_object_set_new(one, "side",
			    json_string(side_name((enum side)affair->side)));
			put_moment(one, "since", affair->hit[h].since_ms);
			json_array_append_new(list, one);
		}
	}
	return list;
}

static void
clock_json(void *arg, uint64_t incident, const struct duty_verdict *verdict,
    const struct duty *duty)
{
	json_t *one = json_object();

	(void)verdict;
	json_object_set_new(one, "incident", number(incident));
	json_object_set_new(one, "duty", json_string(duty->rule->id));
	json_object_set_new(one, "standing", json_string(duty_standing_name(duty->standing)));
	put_moment(one, "reached", duty->reached_ms);
	put_moment(one, "will_be_reached", duty->reach_at_ms);
	put_moment(one, "draft", duty->draft_ms);
	put_moment(one, "until", duty->due_ms);
	json_array_append_new(arg, one);
}

static json_t *
alarms_json(const struct status *s)
{
	uint32_t by[SEVERITIES];
	json_t *object = json_object();
	uint64_t flood;

	count_alarms(s, by, &flood);
	for (uint64_t i = 0; i < SEVERITIES; i++)
		if (i != PERCEIVED_CLEARED)
			json_object_set_new(object, severity_name(i), json_integer(by[i]));
	json_object_set_new(object, "ever", number(s->state->alarms_total));
	json_object_set_new(object, "only_counted", number(flood));
	return object;
}

static json_t *
windows_json(const struct status *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->state->windows; i++) {
		const struct window_state *window = &s->state->window[i];
		json_t *one;

		if (!window_in_force(s->state, window))
			continue;
		one = json_object();
		json_object_set_new(one, "window", number(window->id));
		json_object_set_new(one, "kind", json_string(window_kind_text(window->kind)));
		json_object_set_new(one, "subject", json_string(window->subject));
		put_moment(one, "until", window->until_ms);
		json_object_set_new(one, "incidents", number(window->incidents));
		json_array_append_new(list, one);
	}
	return list;
}

void
status_affairs_json(const struct status *s, json_t *object)
{
	json_t *list = json_array();

	clocks(s, clock_json, list);
	json_object_set_new(object, "users_hit", services_json(s));
	json_object_set_new(object, "clocks", list);
	json_object_set_new(object, "alarms", alarms_json(s));
	json_object_set_new(object, "windows", windows_json(s));
}
