/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the canonical state that version 2 added: what came in beside probes and what
 * people said, written and read.  What is read may be anybody's: order and bounds are checked.
 */
#include <string.h>

#include "monitor/state/state_codec.h"

void
state_put_said(struct buffer *out, const struct incident *incident)
{
	cbor_put_array(out, incident->corrections);
	for (uint32_t i = 0; i < incident->corrections; i++)
		state_put_correction(out, &incident->correction[i]);
	cbor_put_array(out, incident->metrics);
	for (uint32_t i = 0; i < incident->metrics; i++)
		state_put_before(out, &incident->metric[i]);
}

static void
put_metric_whole(struct buffer *out, const struct metric_state *metric)
{
	cbor_put_array(out, 2);
	state_put_metric(out, metric);
	cbor_put_array(out, metric->samples);
	for (uint32_t i = 0; i < metric->samples; i++)
		state_put_sample(out, &metric->sample[i]);
}

void
state_put_signals(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, state->alarms);
	for (uint32_t i = 0; i < state->alarms; i++)
		state_put_alarm(out, &state->alarm[i]);
	cbor_put_array(out, state->floods);
	for (uint32_t i = 0; i < state->floods; i++)
		state_put_flood(out, &state->flood[i]);
	cbor_put_array(out, state->saids);
	for (uint32_t i = 0; i < state->saids; i++)
		state_put_said_notice(out, &state->said[i]);
	cbor_put_array(out, state->metrics);
	for (uint32_t i = 0; i < state->metrics; i++)
		put_metric_whole(out, &state->metric[i]);
	cbor_put_array(out, state->windows);
	for (uint32_t i = 0; i < state->windows; i++)
		state_put_window(out, &state->window[i]);
}

/* Both names of a metric; they ascend. */
static int
before_order(const struct incident_metric *a, const struct incident_metric *b)
{
	int order = strcmp(a->instance, b->instance);

	return order != 0 ? order : (a->metric > b->metric) - (a->metric < b->metric);
}

void
state_get_said(struct cbor *in, const struct state *state, struct incident *incident)
{
	incident->corrections = state_get_count(in, INCIDENT_CORRECTION_MAX);
	incident->correction_cap = incident->corrections;
	incident->correction = memory_new(incident->corrections, sizeof(*incident->correction));
	for (uint32_t i = 0; i < incident->corrections && in->err == ERR_OK; i++) {
		state_get_correction(in, false, &incident->correction[i]);
		if (incident->correction[i].seq >= state->size)
			cbor_fail(in, ERR_MALFORMED);
	}
	incident->metrics = state_get_count(in, INCIDENT_METRIC_MAX);
	incident->metric_cap = incident->metrics;
	incident->metric = memory_new(incident->metrics, sizeof(*incident->metric));
	for (uint32_t i = 0; i < incident->metrics && in->err == ERR_OK; i++) {
		struct incident_metric *metric = &incident->metric[i];

		state_get_before(in, false, metric);
		if (metric->metric == METRIC_NONE || metric->metric >= METRICS ||
		    (i > 0 && before_order(metric - 1, metric) >= 0))
			cbor_fail(in, ERR_MALFORMED);
	}
}

static void
get_alarms(struct cbor *in, struct state *state)
{
	state->alarms = state->alarm_cap = state_get_count(in, ALARM_MAX + 2 * ALARM_CLEARED_MAX);
	state->alarm = memory_new(state->alarms, sizeof(*state->alarm));
	for (uint32_t i = 0; i < state->alarms && in->err == ERR_OK; i++) {
		struct alarm_state *alarm = &state->alarm[i];

		state_get_alarm(in, false, alarm);
		if (alarm->id >= state->size || (i > 0 && alarm[-1].id >= alarm->id))
			cbor_fail(in, ERR_MALFORMED);
	}
	state->floods = state->flood_cap = state_get_count(in, ALARM_FLOOD_MAX);
	state->flood = memory_new(state->floods, sizeof(*state->flood));
	for (uint32_t i = 0; i < state->floods && in->err == ERR_OK; i++) {
		state_get_flood(in, false, &state->flood[i]);
		if (i > 0 && strcmp(state->flood[i - 1].subject, state->flood[i].subject) >= 0)
			cbor_fail(in, ERR_MALFORMED);
	}
}

static void
get_notices(struct cbor *in, struct state *state)
{
	state->saids = state->said_cap = state_get_count(in, PROVIDER_NOTICE_MAX);
	state->said = memory_new(state->saids, sizeof(*state->said));
	for (uint32_t i = 0; i < state->saids && in->err == ERR_OK; i++) {
		state_get_said_notice(in, false, &state->said[i]);
		if (state->said[i].id >= state->size ||
		    (i > 0 && state->said[i - 1].id >= state->said[i].id))
			cbor_fail(in, ERR_MALFORMED);
	}
}

static void
get_metric_whole(struct cbor *in, const struct state *state, struct metric_state *metric)
{
	state_get_fields(in, 2);
	state_get_metric(in, false, metric);
	if (state->plan == NULL || metric->instance >= state->plan->instances ||
	    metric->metric == METRIC_NONE || metric->metric >= METRICS)
		cbor_fail(in, ERR_MALFORMED);
	metric->samples = state_get_count(in, METRIC_PAST);
	for (uint32_t i = 0; i < metric->samples && in->err == ERR_OK; i++)
		state_get_sample(in, false, &metric->sample[i]);
}

static void
get_metrics(struct cbor *in, struct state *state)
{
	state->metrics = state->metric_cap = state_get_count(in, METRICS * INSTANCE_MAX);
	state->metric = memory_new(state->metrics, sizeof(*state->metric));
	for (uint32_t i = 0; i < state->metrics && in->err == ERR_OK; i++) {
		struct metric_state *metric = &state->metric[i];

		get_metric_whole(in, state, metric);
		if (i > 0 && (metric[-1].instance > metric->instance ||
		    (metric[-1].instance == metric->instance &&
		    metric[-1].metric >= metric->metric)))
			cbor_fail(in, ERR_MALFORMED);
	}
}

void
state_get_signals(struct cbor *in, struct state *state)
{
	get_alarms(in, state);
	get_notices(in, state);
	get_metrics(in, state);
	state->windows = state->window_cap = state_get_count(in, WINDOW_MAX);
	state->window = memory_new(state->windows, sizeof(*state->window));
	for (uint32_t i = 0; i < state->windows && in->err == ERR_OK; i++) {
		state_get_window(in, false, &state->window[i]);
		if (state->window[i].id >= state->size ||
		    (i > 0 && state->window[i - 1].id >= state->window[i].id))
			cbor_fail(in, ERR_MALFORMED);
	}
}
