/* SPDX-License-Identifier: Apache-2.0 */
/* What fell, and which intents came to nothing; see report_status_protection.h. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe_protection.h"
#include "reports/report_status_protection.h"

enum { LISTED_MAX = 20, SAFE = 4 * 160 + 1 };

typedef void each_fall(void *arg, const struct status *, const struct target_state *,
    uint32_t replica, const struct protection_level *);

static void
falls(const struct status *s, each_fall *each, void *arg)
{
	for (uint32_t i = 0; i < s->state->targets; i++)
		for (uint32_t j = 0; j < s->state->target[i].replicas; j++)
			for (uint32_t k = 0; k < s->state->target[i].replica[j].levels; k++)
				if (s->state->target[i].replica[j].level[k].open)
					each(arg, s, &s->state->target[i], j,
					    &s->state->target[i].replica[j].level[k]);
}

struct listing { struct buffer *out; uint32_t listed; };

static void
put_fall(void *arg, const struct status *s, const struct target_state *target, uint32_t replica,
    const struct protection_level *level)
{
	struct listing *listing = arg;
	unsigned where = level_elsewhere(s->state, target, replica, level);
	char before[SAFE], now[SAFE], at[TIME_TEXT];

	if (listing->listed++ >= LISTED_MAX)
		return;
	time_jst_s(level->fell_ms, at);
	text_escape(level->before, strlen(level->before), before, sizeof(before));
	text_escape(level->value, strlen(level->value), now, sizeof(now));
	buffer_print(listing->out, "  X %s", target->plan->name);
	if (target->replicas > 1)
		buffer_print(listing->out, " #%" PRIu32, replica + 1);
	buffer_print(listing->out, ": %s %s -> %s", aspect_row(level->aspect)->name,
	    aspect_value_text(before), aspect_value_text(now));
	buffer_print(listing->out, _(", since %s, record %" PRIu64), at, level->seq);
	if (where != 0) {
		buffer_put_text(listing->out, "; ");
		elsewhere_describe(where, listing->out);
	}
	buffer_put_u8(listing->out, '\n');
}

static uint32_t
idle_intents(const struct state *state)
{
	uint32_t idle = 0;

	for (uint32_t i = 0; i < state->intents; i++)
		idle += state->intent[i].idle && state->intent[i].kind == INTENT_CHANGE;
	return idle;
}

void
status_protection_text(const struct status *s, struct buffer *out)
{
	const struct protection_counts *counts = &s->protection;
	struct listing listing = { out, 0 };

	if (counts->levels == 0 && s->state->intents == 0)
		return;
	buffer_print(out, _("\nPROTECTION  X fell %" PRIu32 ", ! changed unannounced %" PRIu32
	    ", ? not seen now %" PRIu32 ", of %" PRIu32 " aspects; intents without a change %"
	    PRIu32 "\n"), counts->open, counts->unannounced, counts->levels - counts->known,
	    counts->levels, idle_intents(s->state));
	falls(s, put_fall, &listing);
	if (listing.listed > LISTED_MAX)
		buffer_print(out, _("  and %" PRIu32 " more\n"), listing.listed - LISTED_MAX);
}

static void
add_fall(void *arg, const struct status *s, const struct target_state *target, uint32_t replica,
    const struct protection_level *level)
{
	unsigned where = level_elsewhere(s->state, target, replica, level);
	char at[TIME_TEXT];

	time_utc(level->fell_ms, at);
	json_array_append_new(arg, json_pack("{ss* sI ss ss* ss* ss sI sI sb sb}",
	    "target", target->plan->name, "address", (json_int_t)replica,
	    "aspect", aspect_row(level->aspect)->name, "before", level->before,
	    "now", level->value, "since", at, "record", (json_int_t)level->seq,
	    "record_before", (json_int_t)level->before_seq,
	    "vantage_only", (where & ELSEWHERE_VANTAGE) != 0,
	    "address_only", (where & ELSEWHERE_ADDRESS) != 0));
}

json_t *
status_protection_json(const struct status *s)
{
	json_t *object = json_pack("{sI sI sI sI sI}", "levels", (json_int_t)s->protection.levels,
	    "known", (json_int_t)s->protection.known, "open", (json_int_t)s->protection.open,
	    "unannounced", (json_int_t)s->protection.unannounced,
	    "intents_without_change", (json_int_t)idle_intents(s->state));
	json_t *list = json_array();

	falls(s, add_fall, list);
	json_object_set_new(object, "falls", list);
	return object;
}
