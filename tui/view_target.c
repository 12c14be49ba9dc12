/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One target: what is believed of it, why (the sentence, its last rounds, the records behind it),
 * and every fact that was measured.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/facts.h"
#include "monitor/state/describe.h"
#include "tui/view.h"

enum target_kind { TARGET_BLANK, TARGET_WHY_HEADING, TARGET_REASON, TARGET_SAID, TARGET_REPLICA,
	TARGET_RECORD, TARGET_EVIDENCE, TARGET_INCIDENT, TARGET_FACTS_HEADING, TARGET_FACT };

enum { LABEL = 15, FACT_NAME = 27, HISTORY_MAX = 32 };

/* Rows about a replica carry it in the upper half of their id, an index in the lower. */
static uint64_t
part_id(uint32_t replica, uint64_t index)
{
	return (uint64_t)replica << 32 | (index & UINT32_MAX);
}

static const struct replica_state *
part_replica(const struct target_state *target, uint64_t id)
{
	return &target->replica[id >> 32];
}

static void
target_record(struct view *view, uint64_t seq)
{
	for (size_t i = 0; i < view->rows; i++)
		if (view->row[i].kind == TARGET_RECORD && view->row[i].id == seq)
			return;
	if (seq != 0)
		view_add(view, (struct view_row){ .kind = TARGET_RECORD, .stop = true, .id = seq });
}

static void
target_why_rows(struct view *view, const struct scene *scene, const struct target_state *target)
{
	view_add(view, (struct view_row){ .kind = TARGET_WHY_HEADING });
	view_add(view, (struct view_row){ .kind = TARGET_REASON, .stop = true });
	if (scene_worst(target)->detail.len > 0)
		view_add(view, (struct view_row){ .kind = TARGET_SAID, .stop = true });
	for (uint32_t i = 0; i < target->replicas; i++)
		view_add(view, (struct view_row){ .kind = TARGET_REPLICA, .stop = true, .id = i });
	if (target->incident != 0)
		view_add(view, (struct view_row){ .kind = TARGET_INCIDENT, .stop = true,
		    .id = target->incident });
	target_record(view, target->seq);
	for (uint32_t i = 0; i < target->replicas; i++) {
		target_record(view, target->replica[i].health_seq);
		target_record(view, target->replica[i].seq);
	}
	if (target->worker < WORKER_MAX)
		target_record(view, scene->state->worker[target->worker].seq);
}

static void
target_fact_rows(struct view *view, const struct target_state *target, uint32_t replica)
{
	const struct replica_state *state = &target->replica[replica];
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&state->facts));
	struct record_walk evidence = record_walk_of(
	    (struct record_list){ bytes_of_buffer(&state->evidence) });
	const struct fact_row *row;
	struct bytes value;
	struct hash hash;
	uint64_t number;

	for (uint32_t i = 0; fact_walk_next(&walk, &number, &row, &value); i++)
		view_add(view, (struct view_row){ .kind = TARGET_FACT, .stop = true,
		    .id = part_id(replica, i) });
	for (uint32_t i = 0; record_hashes_next(&evidence, &hash); i++)
		view_add(view, (struct view_row){ .kind = TARGET_EVIDENCE, .stop = true,
		    .id = part_id(replica, i) });
}

static void
target_rows(struct view *view, const struct scene *scene)
{
	const struct target_state *target = state_target(scene->state, view->subject);

	if (target == NULL)
		return;
	target_why_rows(view, scene, target);
	for (uint32_t i = 0; i < target->replicas; i++) {
		if (target->replica[i].facts.len == 0)
			continue;
		view_add(view, (struct view_row){ .kind = TARGET_BLANK });
		view_add(view, (struct view_row){ .kind = TARGET_FACTS_HEADING, .id = i });
		target_fact_rows(view, target, i);
	}
}

static void
target_title(const struct scene *scene, const struct target_state *target, struct strip *strip)
{
	char since[TIME_TEXT], age[TIME_TEXT], text[3 * TIME_TEXT];

	strip_print(strip, health_style(target->health), "%c %s", health_letter(target->health),
	    health_word(target->health));
	strip_print(strip, STYLE_STRONG, "  %s", target->plan->name);
	if (target->since_ms == 0)
		return;
	moment_text(target->since_ms, scene->now_ms, since);
	age_text(scene->now_ms - target->since_ms, age);
	snprintf(text, sizeof(text), _("since %s (%s) "), since, age);
	strip_right(strip, STYLE_NORMAL, text);
}

static void
target_place(const struct scene *scene, const struct target_state *target, struct strip *strip)
{
	const struct plan_instance *instance = scene_instance(scene, target);
	const struct plan_site *site = scene_site(scene, target);

	strip_print(strip, STYLE_NORMAL, "%s", scene_instance_title(scene, target->plan->instance));
	strip_print(strip, STYLE_QUIET, "  %s", instance->name);
	strip_print(strip, STYLE_NORMAL, "  %s", _(function_name(instance->function)));
	strip_print(strip, STYLE_NORMAL, "  %s", scene_site_title(scene, instance->site));
	strip_print(strip, STYLE_QUIET, "  %s %s", site->provider, site->jurisdiction);
}

static void
target_terms(const struct target_state *target, struct strip *strip)
{
	const struct plan_target *plan = target->plan;
	char every[TIME_TEXT], stale[TIME_TEXT];

	duration_text(plan->interval_ms, every);
	duration_text(plan->stale_ms, stale);
	if (plan->port == 0)
		strip_print(strip, STYLE_NORMAL, "%s", plan->probe);
	else
		strip_print(strip, STYLE_NORMAL, "%s %s:%" PRIu32, plan->probe, plan->address,
		    plan->port);
	strip_print(strip, STYLE_QUIET, _("  every %s, stale after %s, down at %" PRIu32 " of %"
	    PRIu32 ", up after %" PRIu32), every, stale, plan->fail_count, plan->window,
	    plan->recover_count);
}

static void
target_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct target_state *target = state_target(scene->state, view->subject);

	strip_to(strip, 1);
	if (target == NULL) {
		if (line == 0)
			strip_print(strip, STYLE_NORMAL, _("target %" PRIu64
			    " is not in the configuration in force at this time"), view->subject);
		return;
	}
	switch (line) {
	case 0:	target_title(scene, target, strip); break;
	case 1:	target_place(scene, target, strip); break;
	case 2:	target_terms(target, strip); break;
	default: break;
	}
}

static void
target_label(struct strip *strip, const char *text)
{
	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, text);
}

/* The last rounds while some count against it: oldest left, newest right. */
static void
target_history(const struct replica_state *replica, struct strip *strip)
{
	unsigned rounds = replica->rounds < HISTORY_MAX ? replica->rounds : HISTORY_MAX;

	for (unsigned i = rounds; replica->history != 0 && i-- > 0;) {
		enum health health = (replica->history_down >> i & 1) != 0 ? HEALTH_DOWN :
		    (replica->history_unknown >> i & 1) != 0 ? HEALTH_UNKNOWN :
		    (replica->history >> i & 1) != 0 ? HEALTH_DEGRADED : HEALTH_UP;

		strip_print(strip, health_style(health), "%c", health_letter(health));
	}
}

static void
target_replica(const struct scene *scene, const struct target_state *target, uint32_t index,
    struct strip *strip)
{
	const struct replica_state *replica = &target->replica[index];
	int64_t heard_ms = fold_heard_ms(scene->state, target, replica);
	char label[TIME_TEXT], age[TIME_TEXT];

	snprintf(label, sizeof(label), _("address %" PRIu32), index);
	target_label(strip, label);
	strip_print(strip, health_style(replica->health), "%c %s", health_letter(replica->health),
	    health_word(replica->health));
	strip_text(strip, STYLE_NORMAL, "  ");
	target_history(replica, strip);
	age_text(heard_ms != 0 ? scene->now_ms - heard_ms : -1, age);
	strip_print(strip, STYLE_NORMAL, _("  heard %s ago"), age);
	if (replica->latency_us != 0)
		strip_print(strip, STYLE_NORMAL, _("  answered in %" PRIu64 ".%03" PRIu64 " ms"),
		    replica->latency_us / 1000, replica->latency_us % 1000);
	if (replica->error != 0)
		strip_print(strip, STYLE_QUIET, "  %s", _(err_text((enum err)replica->error)));
}

static void
target_reason(const struct target_state *target, struct strip *strip)
{
	struct buffer text = { 0 };

	target_label(strip, _("reason"));
	reason_describe(target->plan, target->reason, "", &text);
	strip_bytes(strip, health_style(target->health), bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
target_fact(const struct target_state *target, uint64_t id, struct strip *strip)
{
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&part_replica(target, id)->facts));
	const struct fact_row *row = NULL;
	struct buffer text = { 0 };
	struct bytes value = { 0 };
	uint64_t number = 0;

	for (uint64_t i = 0; i <= (id & UINT32_MAX); i++)
		if (!fact_walk_next(&walk, &number, &row, &value))
			return;
	if (row == NULL) {
		strip_print(strip, STYLE_QUIET, _("fact %" PRIu64 " of a newer version"), number);
		return;
	}
	strip_field(strip, FACT_NAME, ALIGN_LEFT, STYLE_QUIET, row->name);
	fact_print(&text, row, value);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
target_evidence(const struct target_state *target, uint64_t id, struct strip *strip)
{
	struct record_walk walk = record_walk_of(
	    (struct record_list){ bytes_of_buffer(&part_replica(target, id)->evidence) });
	char hex[HASH_TEXT];
	struct hash hash;

	for (uint64_t i = 0; i <= (id & UINT32_MAX); i++)
		if (!record_hashes_next(&walk, &hash))
			return;
	hash_text(hash, hex);
	strip_field(strip, FACT_NAME, ALIGN_LEFT, STYLE_QUIET, _("evidence"));
	strip_text(strip, STYLE_NORMAL, hex);
}

static void
target_why_record(const struct scene *scene, uint64_t seq, struct strip *strip)
{
	struct buffer text = { 0 };
	char label[TIME_TEXT];

	snprintf(label, sizeof(label), _("record %" PRIu64), seq);
	target_label(strip, label);
	scene_record(scene, seq, &text);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
target_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct target_state *target = state_target(scene->state, view->subject);

	switch ((enum target_kind)row->kind) {
	case TARGET_BLANK:
		break;
	case TARGET_WHY_HEADING:
		strip_text(strip, STYLE_HEADING, _("WHY"));
		break;
	case TARGET_REASON:
		target_reason(target, strip);
		break;
	case TARGET_SAID:
		target_label(strip, _("last said"));
		strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&scene_worst(target)->detail));
		break;
	case TARGET_REPLICA:
		target_replica(scene, target, (uint32_t)row->id, strip);
		break;
	case TARGET_RECORD:
		target_why_record(scene, row->id, strip);
		break;
	case TARGET_INCIDENT:
		target_label(strip, _("incident"));
		strip_print(strip, STYLE_STRONG, "#%" PRIu64, row->id);
		break;
	case TARGET_FACTS_HEADING:
		strip_print(strip, STYLE_HEADING, target->replicas > 1 ?
		    _("FACTS, address %" PRIu64) : _("FACTS"), row->id);
		break;
	case TARGET_FACT:
		target_fact(target, row->id, strip);
		break;
	case TARGET_EVIDENCE:
		target_evidence(target, row->id, strip);
		break;
	}
}

static void
target_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct target_state *target = state_target(scene->state, view->subject);

	opening->ops = &view_record;
	switch ((enum target_kind)row->kind) {
	case TARGET_RECORD:
		opening->subject = row->id;
		break;
	case TARGET_INCIDENT:
		opening->ops = &view_incident;
		opening->subject = row->id;
		break;
	case TARGET_REASON:
		opening->subject = target->seq;
		break;
	case TARGET_SAID:
		opening->subject = scene_worst(target)->seq;
		break;
	case TARGET_REPLICA:
		opening->subject = target->replica[row->id].health_seq;
		break;
	default:
		opening->subject = part_replica(target, row->id)->seq;
		break;
	}
}

/* The next or previous target that is not up, by id and round the end. */
static bool
target_act(struct view *view, const struct scene *scene, enum action action)
{
	const struct state *state = scene->state;
	uint32_t at = 0;

	if ((action != ACTION_PROBLEM_NEXT && action != ACTION_PROBLEM_PREVIOUS) ||
	    state == NULL || state->targets == 0)
		return false;
	while (at + 1 < state->targets && state->target[at].plan->id < view->subject)
		at++;
	for (uint32_t i = 0; i < state->targets; i++) {
		at = (at + (action == ACTION_PROBLEM_NEXT ? 1 : state->targets - 1)) %
		    state->targets;
		if (state->target[at].health != HEALTH_UP)
			break;
	}
	view->subject = state->target[at].plan->id;
	view->generation = VIEW_STALE;
	view->moved = false;
	view->selected = view->top = 0;
	return true;
}

static uint64_t
target_incident(const struct view *view, const struct scene *scene)
{
	const struct target_state *target = state_target(scene->state, view->subject);

	return target != NULL ? target->incident : 0;
}

const struct view_ops view_target = {
	.name     = "target",
	.title    = N_("Target"),
	.head     = 4,
	.rows     = target_rows,
	.heading  = target_heading,
	.line     = target_line,
	.open     = target_open,
	.act      = target_act,
	.incident = target_incident,
};
