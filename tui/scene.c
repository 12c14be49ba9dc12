/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over a state, names for people, and look-ups in the ledger behind it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/affair.h"

static void
tally_add(struct health_tally *tally, enum function function, enum health health,
    int64_t heard_ms)
{
	tally->count[function][health]++;
	if (heard_ms != 0 && heard_ms < tally->oldest_ms)
		tally->oldest_ms = heard_ms;
}

static void
scene_sum(struct scene *scene)
{
	const struct state *state = scene->state;

	scene->total = (struct health_tally){ .oldest_ms = INT64_MAX };
	for (uint32_t i = 0; i < scene->sites; i++)
		scene->site[i] = (struct health_tally){ .oldest_ms = INT64_MAX };
	for (uint32_t i = 0; state->plan != NULL && i < state->targets; i++) {
		const struct target_state *target = &state->target[i];
		const struct plan_instance *instance = scene_instance(scene, target);
		int64_t heard_ms = scene_heard_ms(scene, target);

		tally_add(&scene->total, instance->function, target->health, heard_ms);
		tally_add(&scene->site[instance->site], instance->function, target->health,
		    heard_ms);
	}
}

static void
scene_sum_controls(struct scene *scene)
{
	const struct judgement *j = judgement_of(scene->state);
	struct control_sum *sum = &scene->controls;

	*sum = (struct control_sum){ .undecidable = 0 };
	for (uint32_t c = 0; j != NULL && c < judgement_controls(j); c++) {
		const struct pack_control *control = judgement_control(j, c);
		enum verdict verdict = judgement_verdict(j, c);

		sum->count[verdict]++;
		sum->undecidable += control->condition == NULL;
		sum->contradictions += verdict == VERDICT_NOT_MET &&
		    control->level == LEVEL_CONTRADICTION;
	}
}

void
scene_show(struct scene *scene, const struct state *state, int64_t now_ms)
{
	scene->state = state;
	scene->now_ms = now_ms;
	scene->generation++;
	scene->sites = state->plan != NULL ? state->plan->sites : 0;
	scene->site = memory_resize(scene->site, scene->sites + 1, sizeof(*scene->site));
	scene_sum(scene);
	scene_sum_controls(scene);
	affair_sums_make(scene);
}

void
scene_read_ledger(struct scene *scene)
{
	struct ledger_facts *facts = &scene->facts;
	struct buffer note = { .max = NOTE_MAX };
	struct record record = { 0 };

	*facts = (struct ledger_facts){ 0 };
	if (scene->ledger == NULL || scene->state == NULL)
		return;
	facts->size = scene->state->size;
	facts->first = ledger_first(scene->ledger);
	facts->octets = ledger_octets(scene->ledger);
	if (facts->size > 0 &&
	    ledger_read(scene->ledger, facts->size - 1, &record, NULL) != ERR_NOT_FOUND)
		facts->recorded_ms = record.recorded_ms;
	if (ledger_checkpoint(scene->ledger, facts->size, &facts->sealed_size, &note, NULL) ==
	    ERR_OK && facts->sealed_size > 0 &&
	    ledger_read(scene->ledger, facts->sealed_size - 1, &record, NULL) == ERR_OK)
		facts->sealed_ms = record.recorded_ms;
	facts->known = ledger_root(scene->ledger, facts->size, &facts->root, NULL) == ERR_OK;
	buffer_free(&note);
}

void
scene_free(struct scene *scene)
{
	free(scene->site);
	affair_sums_free(scene->sums);
	*scene = (struct scene){ 0 };
}

const char *
scene_site_title(const struct scene *scene, uint32_t site)
{
	const struct plan_site *row = &scene->state->plan->site[site];

	if (scene->japanese && row->title_ja != NULL && row->title_ja[0] != '\0')
		return row->title_ja;
	return row->name;
}

const char *
scene_instance_title(const struct scene *scene, uint32_t instance)
{
	const struct plan_instance *row = &scene->state->plan->instance[instance];

	if (scene->japanese && row->title_ja != NULL && row->title_ja[0] != '\0')
		return row->title_ja;
	return row->title != NULL && row->title[0] != '\0' ? row->title : row->name;
}

const struct plan_instance *
scene_instance(const struct scene *scene, const struct target_state *target)
{
	return &scene->state->plan->instance[target->plan->instance];
}

const struct plan_site *
scene_site(const struct scene *scene, const struct target_state *target)
{
	return &scene->state->plan->site[scene_instance(scene, target)->site];
}

int64_t
scene_heard_ms(const struct scene *scene, const struct target_state *target)
{
	int64_t oldest = INT64_MAX;

	for (uint32_t i = 0; i < target->replicas; i++) {
		int64_t heard = fold_heard_ms(scene->state, target, &target->replica[i]);

		if (heard < oldest)
			oldest = heard;
	}
	return oldest == INT64_MAX ? 0 : oldest;
}

const struct replica_state *
scene_worst(const struct target_state *target)
{
	const struct replica_state *worst = &target->replica[0];

	for (uint32_t i = 1; i < target->replicas; i++)
		if (health_rank(target->replica[i].health) < health_rank(worst->health))
			worst = &target->replica[i];
	return worst;
}

void
scene_reason(const struct target_state *target, struct buffer *out)
{
	const struct replica_state *worst = scene_worst(target);

	if (target->reason == REASON_OBSERVED && worst->detail.len > 0)
		buffer_put(out, worst->detail.at, worst->detail.len);
	else
		reason_describe(target->plan, target->reason, "", out);
}

uint32_t
tally_count(const struct health_tally *tally, enum health health)
{
	uint32_t count = 0;

	for (unsigned i = 0; i < FUNCTION_COUNT; i++)
		count += tally->count[i][health];
	return count;
}

enum style
health_style(enum health health)
{
	static const enum style styles[HEALTH_COUNT] = {
		[HEALTH_UNKNOWN] = STYLE_UNKNOWN, [HEALTH_UP] = STYLE_UP,
		[HEALTH_DEGRADED] = STYLE_DEGRADED, [HEALTH_DOWN] = STYLE_DOWN,
	};

	return styles[health];
}

unsigned
health_rank(enum health health)
{
	static const unsigned ranks[HEALTH_COUNT] = {
		[HEALTH_DOWN] = 0, [HEALTH_DEGRADED] = 1, [HEALTH_UNKNOWN] = 2, [HEALTH_UP] = 3,
	};

	return ranks[health];
}

const char *
health_word(enum health health)
{
	return _(health_name(health));
}

void
age_text(int64_t ms, char out[TIME_TEXT])
{
	int64_t s = ms / 1000;

	if (ms < 0)
		snprintf(out, TIME_TEXT, "-");
	else if (s < 60)
		snprintf(out, TIME_TEXT, "%" PRId64 "s", s);
	else if (s < 3600)
		snprintf(out, TIME_TEXT, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, TIME_TEXT, "%" PRId64 "h%02" PRId64 "m", s / 3600, s / 60 % 60);
	else
		snprintf(out, TIME_TEXT, "%" PRId64 "d%02" PRId64 "h", s / 86400, s / 3600 % 24);
}

void
moment_text(int64_t ms, int64_t now_ms, char out[TIME_TEXT])
{
	char day[TIME_TEXT], today[TIME_TEXT];

	time_jst_s(ms, day);
	time_jst_s(now_ms, today);
	time_jst_clock(ms, out);
	if (strncmp(day, today, 10) != 0 && strlen(day) >= 19)
		snprintf(out, TIME_TEXT, "%.14s", day + 5);
}

unsigned
moment_width(int64_t ms, int64_t now_ms)
{
	char text[TIME_TEXT];

	moment_text(ms, now_ms, text);
	return (unsigned)strlen(text);
}

void
scene_value(const struct scene *scene, struct hash commitment, struct buffer *out)
{
	struct buffer salt = { 0 }, value = { 0 };

	if (hash_is_zero(commitment))
		return;
	if (scene->ledger == NULL ||
	    ledger_value(scene->ledger, commitment, &salt, &value, NULL) != ERR_OK)
		buffer_put_text(out, _("(withheld)"));
	else
		buffer_put(out, value.at, value.len);
	buffer_free(&salt);
	buffer_free(&value);
}

void
scene_record(const struct scene *scene, uint64_t seq, struct buffer *out)
{
	struct record record;
	struct why why = { 0 };

	if (scene->ledger == NULL)
		return;
	if (ledger_read(scene->ledger, seq, &record, &why) == ERR_OK)
		record_print(out, &record);
	else
		buffer_put_text(out, why.text);
}
