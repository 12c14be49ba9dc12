/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What functions counted of their own users and sessions during an incident, beside the figure that
 * is worked out: a fall that was measured.  It bounds the figure from below for that function; it
 * does not replace it, for what a function that is down had counted nobody can ask it.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/incident_view.h"
#include "reports/accident_part.h"
#include "reports/diagram_part.h"

static const struct metric_state *
counted_now(const struct state *state, const struct incident_metric *before)
{
	for (uint32_t i = 0; i < state->plan->instances; i++)
		if (strcmp(state->plan->instance[i].name, before->instance) == 0)
			return metric_find(state, i, before->metric);
	return NULL;
}

/* The lowest value behind the one from before; NULL if none is lower. */
static const struct metric_sample *
lowest_since(const struct metric_state *metric, const struct incident_metric *before,
    const struct accident *a)
{
	const struct metric_sample *lowest = NULL;

	for (uint32_t i = 0; metric != NULL && i < metric->samples; i++) {
		const struct metric_sample *sample = &metric->sample[i];

		if (sample->seq <= before->seq || sample->value >= before->value ||
		    (a->restored_ms != 0 && sample->at_ms > a->restored_ms))
			continue;
		if (lowest == NULL || sample->value < lowest->value)
			lowest = sample;
	}
	return lowest;
}

static void
put_fall(struct filling *f, const struct incident_metric *before,
    const struct metric_sample *lowest)
{
	char from_at[2 * TIME_TEXT], to_at[2 * TIME_TEXT];
	struct buffer number[3] = { { .max = 0 } }, text = { .max = 0 };
	const char *name = metric_name(before->metric);

	accident_moment(before->at_ms, from_at);
	accident_moment(lowest->at_ms, to_at);
	diagram_number(before->value, &number[0]);
	diagram_number(lowest->value, &number[1]);
	diagram_number(before->value - lowest->value, &number[2]);
	buffer_print(&text, _("measured: %s of %s fell from %s (%s) to %s (%s), by %s"),
	    name != NULL ? name : "?", before->instance, buffer_text(&number[0]), from_at,
	    buffer_text(&number[1]), to_at, buffer_text(&number[2]));
	accident_add_how(f, BASIS_OBSERVED, "incident.users.measured", buffer_text(&text),
	    _("users_method = measured: what the function counted itself; at least so many of its "
	    "users were hit, the figure worked out says how many at most"), lowest->seq);
	for (size_t i = 0; i < 3; i++)
		buffer_free(&number[i]);
	buffer_free(&text);
}

void
accident_measured(struct filling *f)
{
	const struct accident *a = f->maker->source->accident;

	for (uint32_t i = 0; i < a->incident->metrics && i < ACCIDENT_NAMED_MAX; i++) {
		const struct incident_metric *before = &a->incident->metric[i];
		const struct metric_sample *lowest;

		if (before->metric != METRIC_USERS && before->metric != METRIC_SESSIONS)
			continue;
		lowest = lowest_since(counted_now(a->state, before), before, a);
		if (lowest != NULL)
			put_fall(f, before, lowest);
	}
}
