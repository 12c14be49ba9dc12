/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences and JSON of protection that fell or is restored, in both languages at once. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/daemon/notify_protection.h"
#include "monitor/state/describe_protection.h"
#include "monitor/state/protection.h"

enum { SENTENCES = 4, SAFE = 4 * 160 + 1 };

/* One record may show that several aspects fell: that is one notice, which tells them all. */
static const struct transition *
next_told(const struct notify_message *m, const struct transition *after)
{
	const struct transition *at = after != NULL ? after + 1 : m->state->timeline;

	if (m->due == NULL || m->due->incident != 0 || (m->due->kind != TRANSITION_FELL &&
	    m->due->kind != TRANSITION_RESTORED))
		return NULL;
	for (; at < m->state->timeline + m->state->timelines; at++)
		if (at->id == m->due->transition && at->incident == 0 && at->target != 0)
			return at;
	return NULL;
}

static unsigned
elsewhere(const struct notify_message *m, const struct transition *t)
{
	const struct target_state *target = state_target(m->state, t->target);
	struct bytes name = protection_change_of(t).aspect;
	const struct replica_state *replica;

	if (target == NULL || t->value < 0 || (uint64_t)t->value >= target->replicas)
		return 0;
	replica = &target->replica[t->value];
	for (uint32_t k = 0; k < replica->levels; k++)
		if (bytes_equal(bytes_of_text(aspect_row(replica->level[k].aspect)->name), name))
			return level_elsewhere(m->state, target, (uint32_t)t->value,
			    &replica->level[k]);
	return 0;
}

static void
put_elsewhere(struct buffer *out, unsigned where, bool japanese)
{
	if ((where & ELSEWHERE_VANTAGE) != 0)
		buffer_put_text(out, japanese ?
		    "（この観測点のみ。他の観測点からは以前の強度）" :
		    ", from this vantage only");
	if ((where & ELSEWHERE_ADDRESS) != 0)
		buffer_put_text(out, japanese ?
		    "（このアドレスのみ。他のアドレスは以前の強度）" :
		    ", at this address only");
}

static void
put_part(struct buffer *out, struct bytes part)
{
	char safe[SAFE];

	text_escape((const char *)part.at, part.len, safe, sizeof(safe));
	buffer_put_text(out, safe);
}

static void
put_change(struct buffer *out, struct protection_change change, const char *const word[3])
{
	buffer_put_text(out, word[0]);
	put_part(out, change.aspect);
	buffer_put_text(out, word[1]);
	put_part(out, change.before);
	buffer_put_text(out, word[2]);
	put_part(out, change.after);
}

static void
put_english(struct buffer *out, const struct notify_message *m, const struct transition *t,
    struct protection_change change)
{
	bool fell = m->due->kind == TRANSITION_FELL;

	put_change(out, change, (const char *const[3]){ fell ? ": protection fell, " :
	    ": protection restored, ", " ", " -> " });
	if (fell)
		buffer_put_text(out, ", and no intent announced it");
	if (fell && t->after == HEALTH_DEGRADED)
		buffer_put_text(out, ", again and again (from here on only shown)");
	put_elsewhere(out, elsewhere(m, t), false);
	if (fell)
		buffer_print(out, " (record %" PRIu64 ", before it %" PRIu64 ")", t->seq,
		    t->index);
}

static void
put_japanese(struct buffer *out, const struct notify_message *m, const struct transition *t,
    struct protection_change change)
{
	bool fell = m->due->kind == TRANSITION_FELL;

	put_change(out, change, (const char *const[3]){ ": ", " が ", " から " });
	buffer_put_text(out, fell ? " に低下。変更予告はない" : " に回復");
	if (fell && t->after == HEALTH_DEGRADED)
		buffer_put_text(out, "（繰り返し発生。以後は画面にのみ表示）");
	put_elsewhere(out, elsewhere(m, t), true);
	if (fell)
		buffer_print(out, "（記録 %" PRIu64 "、低下前の記録 %" PRIu64 "）",
		    t->seq, t->index);
	buffer_put_text(out, "。");
}

static void
one_sentence(struct buffer *out, const struct notify_message *m, const struct transition *t,
    bool japanese)
{
	const struct plan_target *target = plan_target_by_id(m->state->plan, t->target);

	if (target == NULL)
		buffer_print(out, japanese ? "対象 %" PRIu64 : "target %" PRIu64, t->target);
	else
		buffer_print(out, "%s (%s)", target->name,
		    m->state->plan->instance[target->instance].name);
	if (japanese)
		put_japanese(out, m, t, protection_change_of(t));
	else
		put_english(out, m, t, protection_change_of(t));
}

bool
protection_sentence(struct buffer *out, const struct notify_message *m, bool japanese)
{
	uint32_t told = 0, more = 0;

	for (const struct transition *at = next_told(m, NULL); at != NULL;
	    at = next_told(m, at)) {
		if (told == SENTENCES) {
			more++;
			continue;
		}
		if (told++ > 0 && !japanese)
			buffer_put_text(out, ". ");
		one_sentence(out, m, at, japanese);
	}
	if (more > 0)
		buffer_print(out, japanese ? "ほか %" PRIu32 " 件。" : "; and %" PRIu32 " more",
		    more);
	return told > 0;
}

static json_t *
part_json(struct bytes part)
{
	json_t *value = json_stringn((const char *)part.at, part.len);

	return value != NULL ? value : json_string("(not UTF-8)");
}

void
protection_json(json_t *object, const struct notify_message *m)
{
	json_t *list = NULL;

	for (const struct transition *at = next_told(m, NULL); at != NULL;
	    at = next_told(m, at)) {
		const struct plan_target *target = plan_target_by_id(m->state->plan, at->target);
		struct protection_change change = protection_change_of(at);
		unsigned where = elsewhere(m, at);
		json_t *one = json_pack("{sI so so so sI sI sb sb}",
		    "id", (json_int_t)at->target, "aspect", part_json(change.aspect),
		    "before", part_json(change.before), "after", part_json(change.after),
		    "record", (json_int_t)at->seq, "record_before", (json_int_t)at->index,
		    "vantage_only", (where & ELSEWHERE_VANTAGE) != 0,
		    "address_only", (where & ELSEWHERE_ADDRESS) != 0);

		if (target != NULL) {
			json_object_set_new(one, "target", json_string(target->name));
			json_object_set_new(one, "instance",
			    json_string(m->state->plan->instance[target->instance].name));
		}
		list = list != NULL ? list : json_array();
		json_array_append_new(list, one);
	}
	if (list != NULL)
		json_object_set_new(object, "changes", list);
}
