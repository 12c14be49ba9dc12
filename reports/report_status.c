/* SPDX-License-Identifier: Apache-2.0 */
/* Counts targets by function and site, controls by verdict, and decides the exit code. */
#include <stdlib.h>

#include "monitor/base/command.h"
#include "reports/report_status.h"

static void
count_target(struct status *status, struct status_share *share, const struct target_state *target)
{
	int64_t heard = 0;

	for (uint32_t i = 0; i < target->replicas; i++) {
		int64_t at = fold_heard_ms(status->state, target, &target->replica[i]);

		heard = i == 0 || at < heard ? at : heard;
	}
	share->oldest_ms = share->targets == 0 || heard < share->oldest_ms ? heard :
	    share->oldest_ms;
	share->targets++;
	share->proven += target->health == HEALTH_UP;
	share->degraded += target->health == HEALTH_DEGRADED;
	share->down += target->health == HEALTH_DOWN;
	share->unknown += target->health == HEALTH_UNKNOWN;
	status->targets++;
	status->proven += target->health == HEALTH_UP;
	status->unknown += target->health == HEALTH_UNKNOWN;
	status->failed += target->health == HEALTH_DEGRADED || target->health == HEALTH_DOWN;
}

void
status_contradictions(const struct status *status, status_finding *each, void *arg)
{
	const struct judgement *j = judgement_of(status->state);
	uint32_t count[VERDICTS];

	for (uint32_t c = 0; j != NULL && c < judgement_controls(j); c++) {
		judgement_counts(j, c, count);
		if (judgement_control(j, c)->level != LEVEL_CONTRADICTION ||
		    count[VERDICT_NOT_MET] == 0)
			continue;
		for (uint32_t i = 0; i < judgement_subjects(j, c); i++) {
			struct finding finding = judgement_glance(j, c, i);

			if (finding.verdict == VERDICT_NOT_MET)
				each(arg, c, &finding);
		}
	}
}

void
status_waivers(const struct status *status, status_waiver *each, void *arg)
{
	const struct judgement *j = judgement_of(status->state);

	for (uint32_t i = 0; j != NULL && i < judgement_waivers(j); i++) {
		const struct waiver *waiver = judgement_waiver(j, i);

		if (waiver->step == WAIVER_AGREED &&
		    waiver->until_ms - status->now_ms <= WAIVER_SOON_MS)
			each(arg, waiver);
	}
}

static void
count_contradiction(void *arg, uint32_t c, const struct finding *finding)
{
	struct status *status = arg;

	(void)c;
	(void)finding;
	status->contradictions++;
}

static void
count_controls(struct status *status)
{
	const struct judgement *j = judgement_of(status->state);

	for (uint32_t c = 0; j != NULL && c < judgement_controls(j); c++) {
		status->verdict[judgement_verdict(j, c)]++;
		status->undecidable += judgement_control(j, c)->condition == NULL;
	}
	status_contradictions(status, count_contradiction, status);
}

void
status_make(struct status *status, const struct state *state)
{
	const struct plan *plan = state->plan;

	status->state = state;
	status->shares = plan != NULL ? FUNCTION_COUNT * plan->sites : 0;
	status->share = memory_new(status->shares + 1, sizeof(status->share[0]));
	for (uint32_t i = 0; i < status->shares; i++) {
		status->share[i].function = (enum function)(i / plan->sites);
		status->share[i].site = i % plan->sites;
	}
	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];
		const struct plan_instance *instance = &plan->instance[target->plan->instance];

		count_target(status, &status->share[(uint32_t)instance->function * plan->sites +
		    instance->site], target);
	}
	for (uint32_t i = 0; i < state->gaps; i++)
		status->open_gaps += state->gap[i].ended_ms == 0;
	status->protection = protection_count_all(state);
	count_controls(status);
}

void
status_free(struct status *status)
{
	free(status->share);
	status->share = NULL;
}

int
status_code(const struct status *status)
{
	if (status->freshness == STALE || status->targets == 0)
		return EXIT_UNKNOWN;
	if (status->failed > 0 || status->contradictions > 0 || status->protection.open > 0)
		return EXIT_FINDING;
	return status->unknown > 0 || status->open_gaps > 0 ? EXIT_UNKNOWN : EXIT_FINE;
}

bool
status_age(int64_t wall_ms, int64_t recorded_ms, int64_t step_ms, int64_t limit_ms, int64_t *age_ms)
{
	int64_t apart = wall_ms - recorded_ms, stepped = apart - step_ms;
	int64_t least = apart < stepped ? apart : stepped, most = apart < stepped ? stepped : apart;

	*age_ms = step_ms == 0 ? apart : stepped;
	/* A record of the future: this clock, or the ledger's, is wrong. */
	if (least < -limit_ms || most < -CLOCK_STEP_MS)
		return false;
	return (least <= limit_ms) == (most <= limit_ms);
}
