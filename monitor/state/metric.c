/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What network functions count of themselves: the newest values of each, and, kept with an open
 * incident, what an instance counted before it failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

static uint32_t
metric_place(const struct state *state, uint32_t instance, uint64_t metric)
{
	uint32_t low = 0, high = state->metrics;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct metric_state *at = &state->metric[middle];

		if (at->instance < instance || (at->instance == instance && at->metric < metric))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct metric_state *
metric_find(const struct state *state, uint32_t instance, uint64_t metric)
{
	uint32_t at = metric_place(state, instance, metric);

	if (at == state->metrics || state->metric[at].instance != instance ||
	    state->metric[at].metric != metric)
		return NULL;
	return &state->metric[at];
}

static struct metric_state *
metric_make(struct state *state, uint32_t instance, uint64_t metric)
{
	uint32_t at = metric_place(state, instance, metric);

	if (at < state->metrics && state->metric[at].instance == instance &&
	    state->metric[at].metric == metric)
		return &state->metric[at];
	if (state->metrics == state->metric_cap) {
		state->metric_cap = state->metric_cap > 0 ? 2 * state->metric_cap : 16;
		state->metric = memory_resize(state->metric, state->metric_cap,
		    sizeof(*state->metric));
	}
	memmove(&state->metric[at + 1], &state->metric[at],
	    (state->metrics - at) * sizeof(*state->metric));
	state->metrics++;
	state->metric[at] = (struct metric_state){ .instance = instance, .metric = metric };
	return &state->metric[at];
}

static void
push(struct metric_state *metric, struct metric_sample sample)
{
	if (metric->samples == METRIC_PAST)
		memmove(metric->sample, metric->sample + 1,
		    --metric->samples * sizeof(*metric->sample));
	metric->sample[metric->samples++] = sample;
}

void
metric_apply(struct state *state, const struct record *rec)
{
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	char subject[SUBJECT_NAME], name[NAME_MAX_LEN];
	struct metric_state *metric;
	struct incident *incident;
	struct subject_ref ref;
	uint32_t instance;

	if (state->plan == NULL || rec->metric.metric == METRIC_NONE ||
	    rec->metric.metric >= METRICS)
		return;
	text_take(name, sizeof(name), rec->metric.instance);
	subject_text("instance", name, subject);
	ref = plan_view_find(state->memory->view, subject);
	instance = ref.kind == REF_NODE ?
	    graph_node(state->memory->view->graph, ref.node)->index : GRAPH_NONE;
	if (instance == GRAPH_NONE)
		return;
	metric = metric_make(state, instance, rec->metric.metric);
	metric->known = rec->metric.known != 0;
	metric->told_ms = rec->metric.told;
	metric->heard_ms = state->now_ms;
	if (metric->known)
		push(metric, (struct metric_sample){
			rec->metric.value, state->now_ms, state->size });
	affairs_stir(state, &cause);
	incident = state_incident(state, state->memory->instance[instance].incident);
	if (incident != NULL && rec->metric.metric == METRIC_SESSIONS)
		partial_look(state, incident, &cause);
}

static int
order(const struct incident_metric *a, const struct incident_metric *b)
{
	int names = strcmp(a->instance, b->instance);

	return names != 0 ? names : (a->metric > b->metric) - (a->metric < b->metric);
}

/* What was kept first is from further before: it stays. */
void
metric_keep(struct incident *incident, const struct incident_metric *metric)
{
	uint32_t at = incident->metrics;

	while (at > 0 && order(&incident->metric[at - 1], metric) > 0)
		at--;
	if (incident->metrics == INCIDENT_METRIC_MAX ||
	    (at > 0 && order(&incident->metric[at - 1], metric) == 0))
		return;
	if (incident->metrics == incident->metric_cap) {
		incident->metric_cap = incident->metric_cap > 0 ? 2 * incident->metric_cap : 4;
		incident->metric = memory_resize(incident->metric, incident->metric_cap,
		    sizeof(*incident->metric));
	}
	memmove(&incident->metric[at + 1], &incident->metric[at],
	    (incident->metrics - at) * sizeof(*incident->metric));
	incident->metric[at] = *metric;
	incident->metrics++;
}

/* The newest value from before it occurred, else the oldest there is. */
void
metric_before(struct state *state, struct incident *incident, uint32_t instance)
{
	for (uint64_t i = METRIC_NONE + 1; state->metrics > 0 && i < METRICS; i++) {
		const struct metric_state *metric = metric_find(state, instance, i);
		const struct metric_sample *sample;
		struct incident_metric before = { .metric = i };
		uint32_t at = metric != NULL ? metric->samples : 0;

		if (at == 0)
			continue;
		while (at > 1 && metric->sample[at - 1].at_ms > incident->occurred_ms)
			at--;
		sample = &metric->sample[at - 1];
		before.value = sample->value;
		before.at_ms = sample->at_ms;
		before.seq = sample->seq;
		text_take(before.instance, sizeof(before.instance),
		    bytes_of_text(state->plan->instance[instance].name));
		metric_keep(incident, &before);
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct metric_state *x = a, *y = b;

	if (x->instance != y->instance)
		return x->instance < y->instance ? -1 : 1;
	return (x->metric > y->metric) - (x->metric < y->metric);
}

/* Instances are known by name; of those that left nothing is kept.  The view is the new one. */
void
metric_replan(struct state *state, const struct plan *before)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->metrics; i++) {
		struct metric_state metric = state->metric[i];
		char subject[SUBJECT_NAME];
		struct subject_ref ref;

		subject_text("instance", before->instance[metric.instance].name, subject);
		ref = plan_view_find(state->memory->view, subject);
		metric.instance = ref.kind == REF_NODE ?
		    graph_node(state->memory->view->graph, ref.node)->index : GRAPH_NONE;
		if (metric.instance != GRAPH_NONE)
			state->metric[kept++] = metric;
	}
	state->metrics = kept;
	if (kept > 1)
		qsort(state->metric, kept, sizeof(*state->metric), by_place);
}
