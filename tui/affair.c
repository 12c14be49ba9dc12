/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of what incidents mean, and the letters of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/duty_describe.h"
#include "monitor/state/incident_view.h"
#include "tui/affair.h"

const char *
users_text(uint64_t users, char out[USERS_TEXT])
{
	char digits[USERS_TEXT];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, users), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

void
users_put(struct buffer *out, uint64_t stopped, uint64_t degraded, bool uncertain)
{
	char text[USERS_TEXT];

	if (stopped == 0 && degraded == 0) {
		buffer_put_text(out, uncertain ? "?" : "-");
		return;
	}
	if (stopped > 0)
		buffer_print(out, "X%s", users_text(stopped, text));
	if (degraded > 0)
		buffer_print(out, "%s!%s", stopped > 0 ? " " : "", users_text(degraded, text));
	buffer_put_text(out, uncertain ? "+" : "");
}

struct impact_step
hit_now(const struct hit *hit)
{
	if (hit->steps == 0 || hit->until_ms != 0)
		return (struct impact_step){ .at_ms = hit->until_ms };
	return hit->step[hit->steps - 1];
}

bool
hit_uncertain(const struct hit *hit)
{
	for (uint32_t i = 0; i < hit->steps; i++)
		if (hit->step[i].uncertain)
			return true;
	return false;
}

const struct hit *
affair_worst(const struct affair *affair, bool peak)
{
	const struct hit *worst = NULL;
	uint64_t most = 0;

	for (uint32_t i = 0; affair != NULL && i < affair->hits; i++) {
		struct impact_step now = hit_now(&affair->hit[i]);
		uint64_t users = peak ? affair->hit[i].peak : now.stopped + now.degraded;

		if (worst == NULL || users > most) {
			worst = &affair->hit[i];
			most = users;
		}
	}
	return worst;
}

/* --- letters ------------------------------------------------------------------------------ */

char
duty_letter(enum duty_standing standing)
{
	static const char letters[DUTY_STANDINGS] = {
		[DUTY_NOT_APPLICABLE] = '-', [DUTY_NOT_REACHED] = '.', [DUTY_NEAR] = 'n',
		[DUTY_RUNNING] = 'R', [DUTY_UNKNOWN] = '?', [DUTY_REACHED] = 'D',
		[DUTY_SUPERSEDED] = 's' };

	return letters[standing];
}

enum style
duty_style(enum duty_standing standing)
{
	switch (standing) {
	case DUTY_REACHED:	return STYLE_DOWN;
	case DUTY_RUNNING:
	case DUTY_NEAR:		return STYLE_DEGRADED;
	case DUTY_UNKNOWN:	return STYLE_UNKNOWN;
	default:		return STYLE_QUIET;
	}
}

char
side_letter(enum side side)
{
	return (unsigned)side < SIDES ? "?CPI"[side] : '?';
}

char
severity_letter(enum severity severity)
{
	static const char *const letters[SEVERITIES] = {
#define SEVERITY(number, NAME, name, letter) [number] = letter,
#include "monitor/ledger/signal_list.h"
	};

	return (unsigned)severity < SEVERITIES ? letters[severity][0] : '?';
}

enum style
severity_style(enum severity severity)
{
	switch (severity) {
	case PERCEIVED_CRITICAL:	return STYLE_DOWN;
	case PERCEIVED_MAJOR:
	case PERCEIVED_MINOR:		return STYLE_DEGRADED;
	case PERCEIVED_INDETERMINATE:	return STYLE_UNKNOWN;
	case PERCEIVED_CLEARED:		return STYLE_QUIET;
	default:			return STYLE_NORMAL;
	}
}

/* --- sums --------------------------------------------------------------------------------- */

static void
clock_put(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *words,
    char *letter, enum style *style)
{
	duty_describe(verdict, duty, words);
	*letter = duty_letter(duty->standing);
	*style = duty_style(duty->standing);
}

bool
affair_clock(const struct scene *scene, uint64_t incident, struct buffer *words, char *letter,
    enum style *style)
{
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));
	const struct duty *duty = NULL;
	int64_t at_ms;

	if (affair_judge(scene->state, incident, scene->now_ms, verdict))
		duty = duty_nearest(verdict, &at_ms);
	if (duty != NULL)
		clock_put(verdict, duty, words, letter, style);
	free(verdict);
	return duty != NULL;
}

static void
sum_clock(struct scene *scene)
{
	struct nearest_clock *nearest = memory_new(1, sizeof(*nearest));
	struct affair_sums *sums = scene->sums;

	sums->clock = affairs_nearest(scene->state, scene->now_ms, nearest);
	buffer_reset(&sums->words);
	if (sums->clock) {
		sums->incident = nearest->incident;
		clock_put(&nearest->verdict, &nearest->duty, &sums->words, &sums->letter,
		    &sums->style);
	}
	free(nearest);
}

static void
sum_services(struct scene *scene)
{
	struct affair_sums *sums = scene->sums;
	const struct plan *plan = scene->state->plan;
	uint32_t *touched;

	sums->services_hit = sums->most = 0;
	if (plan == NULL || plan->services == 0)
		return;
	if (sums->index == NULL || !hash_equal(sums->index_of, scene->state->plan_hash)) {
		impact_index_free(sums->index);
		sums->index = impact_index_new(plan);
		sums->index_of = scene->state->plan_hash;
	}
	sums->set = memory_resize(sums->set, plan->sets + 1, sizeof(*sums->set));
	sums->service = memory_resize(sums->service, plan->services, sizeof(*sums->service));
	touched = memory_new(plan->sets + 1, sizeof(*touched));
	for (uint32_t i = 0; i < plan->sets; i++) {
		sums->set[i] = impact_set(scene->state, sums->index, i);
		touched[i] = i;
	}
	for (uint32_t i = 0; i < plan->services; i++) {
		struct service_impact now = impact_service(plan, sums->set, touched, plan->sets, i);
		const struct service_now *most = &sums->service[sums->most];

		sums->service[i] = (struct service_now){ now.stopped, now.degraded, now.uncertain };
		sums->services_hit += now.stopped + now.degraded > 0;
		if (now.stopped + now.degraded > most->stopped + most->degraded)
			sums->most = i;
	}
	free(touched);
}

static void
sum_signals(struct scene *scene)
{
	struct affair_sums *sums = scene->sums;
	const struct state *state = scene->state;

	memset(sums->alarms, 0, sizeof(sums->alarms));
	sums->notices = sums->windows = 0;
	sums->flooded = 0;
	for (uint32_t i = 0; i < state->alarms; i++)
		if (state->alarm[i].cleared_ms == 0)
			sums->alarms[state->alarm[i].severity]++;
	for (uint32_t i = 0; i < state->floods; i++)
		if (state->flood[i].raised > state->flood[i].cleared)
			sums->flooded += state->flood[i].raised - state->flood[i].cleared;
	for (uint32_t i = 0; i < state->saids; i++)
		sums->notices += state->said[i].severity != PERCEIVED_CLEARED &&
		    state->said[i].ended_ms == 0;
	for (uint32_t i = 0; i < state->windows; i++)
		sums->windows += window_in_force(state, &state->window[i]);
}

void
affair_sums_make(struct scene *scene)
{
	if (scene->sums == NULL)
		scene->sums = memory_new(1, sizeof(*scene->sums));
	sum_clock(scene);
	sum_services(scene);
	sum_signals(scene);
}

void
affair_sums_free(struct affair_sums *sums)
{
	if (sums == NULL)
		return;
	buffer_free(&sums->words);
	impact_index_free(sums->index);
	free(sums->set);
	free(sums->service);
	free(sums);
}

bool
scene_has_clocks(const struct scene *scene)
{
	const struct plan *plan = scene->state != NULL ? scene->state->plan : NULL;

	return plan != NULL && (plan->duty_files > 0 || plan->services > 0);
}

const char *
scene_drill(const struct scene *scene)
{
	const struct plan *plan = scene->state != NULL ? scene->state->plan : NULL;

	return plan != NULL && plan->drill != NULL && plan->drill[0] != '\0' ? plan->drill : NULL;
}
