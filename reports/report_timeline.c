/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and JSON of transitions.  What peers and people said is escaped before it is printed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_judged.h"
#include "reports/report_timeline.h"

enum { OBSERVED_APART_MS = 1000 };

void
timeline_text_begin(struct timeline_text *t, struct report_source *source, bool json, bool both)
{
	*t = (struct timeline_text){ .source = source, .json = json, .both = both };
	t->list = json ? json_array() : NULL;
}

static void
put_said(const struct timeline_text *t, const struct transition *transition, struct buffer *out)
{
	if ((transition->kind != TRANSITION_ACKED && transition->kind != TRANSITION_NOTED) ||
	    hash_is_zero(transition->text))
		return;
	buffer_put_text(out, ": ");
	report_said(t->source, transition->text, out);
}

static void
tell_text(struct timeline_text *t, const struct state *state, const struct transition *transition)
{
	int64_t apart = transition->observed_ms - transition->recorded_ms;
	char recorded[TIME_TEXT], observed[TIME_TEXT];

	time_jst(transition->recorded_ms, recorded);
	time_jst(transition->observed_ms, observed);
	buffer_print(&t->lines, "%s  #%-8" PRIu64 " ", recorded, transition->seq);
	transition_describe(state, transition, &t->lines);
	put_said(t, transition, &t->lines);
	if (t->both || apart > OBSERVED_APART_MS || apart < -OBSERVED_APART_MS)
		buffer_print(&t->lines, _("  [observed %s]"), observed);
	buffer_put_u8(&t->lines, '\n');
}

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	json_object_set_new(object, key, json_string(text));
}

static void
put_text(json_t *object, const char *key, struct buffer *text)
{
	json_t *value = json_stringn(buffer_text(text), text->len);

	json_object_set_new(object, key, value != NULL ? value : json_null());
	buffer_reset(text);
}

static void
put_place(json_t *object, const struct plan *plan, uint64_t id)
{
	const struct plan_target *target = plan != NULL ? plan_target_by_id(plan, id) : NULL;
	const struct plan_instance *instance;

	json_object_set_new(object, "target", json_integer((json_int_t)id));
	if (target == NULL)
		return;
	instance = &plan->instance[target->instance];
	json_object_set_new(object, "target_name", json_string(target->name));
	json_object_set_new(object, "instance", json_string(instance->name));
	json_object_set_new(object, "site", json_string(plan->site[instance->site].name));
}

static void
tell_json(struct timeline_text *t, const struct state *state, const struct transition *transition)
{
	json_t *object = json_object();
	struct buffer text = { .max = 0 };

	put_time(object, "recorded", transition->recorded_ms);
	put_time(object, "observed", transition->observed_ms);
	json_object_set_new(object, "record", json_integer((json_int_t)transition->seq));
	json_object_set_new(object, "id", json_integer((json_int_t)transition->id));
	json_object_set_new(object, "what", json_string(transition_text(transition->kind)));
	if (transition->incident != 0)
		json_object_set_new(object, "incident",
		    json_integer((json_int_t)transition->incident));
	if (transition->target != 0)
		put_place(object, state->plan, transition->target);
	if (transition->kind == TRANSITION_HEALTH) {
		json_object_set_new(object, "before", json_string(health_name(transition->before)));
		json_object_set_new(object, "after", json_string(health_name(transition->after)));
		json_object_set_new(object, "reason", json_string(reason_text(transition->reason)));
	}
	if (transition->kind == TRANSITION_GAP || transition->kind == TRANSITION_WATCHING) {
		json_object_set_new(object, "role",
		    json_string(role_name(transition->role) != NULL ?
		    role_name(transition->role) : "unknown"));
		json_object_set_new(object, "index", json_integer((json_int_t)transition->index));
	}
	if (transition->kind == TRANSITION_GAP)
		json_object_set_new(object, "targets_unknown",
		    json_integer((json_int_t)transition->value));
	if (transition->kind == TRANSITION_CLOCK)
		json_object_set_new(object, "step_ms", json_integer((json_int_t)transition->value));
	if (transition->author[0] != '\0')
		json_object_set_new(object, "author", json_string(transition->author));
	transition_describe(state, transition, &text);
	put_said(t, transition, &text);
	put_text(object, "sentence", &text);
	json_array_append_new(t->list, object);
	buffer_free(&text);
}

void
timeline_text_add(struct timeline_text *t, const struct state *state,
    const struct transition *transition)
{
	if (t->json)
		tell_json(t, state, transition);
	else
		tell_text(t, state, transition);
}

/* --- what is judged ----------------------------------------------------------------------- */

static void
begin_line(struct timeline_text *t, int64_t recorded_ms, uint64_t seq)
{
	char recorded[TIME_TEXT];

	time_jst(recorded_ms, recorded);
	buffer_print(&t->lines, "%s  #%-8" PRIu64 " ", recorded, seq);
}

static json_t *
begin_object(struct timeline_text *t, int64_t recorded_ms, uint64_t seq, const char *what)
{
	json_t *object = json_object();

	put_time(object, "recorded", recorded_ms);
	json_object_set_new(object, "record", json_integer((json_int_t)seq));
	json_object_set_new(object, "what", json_string(what));
	json_array_append_new(t->list, object);
	return object;
}

static void
put_plain(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	json_object_set_new(object, key, value != NULL ? value : json_null());
}

void
timeline_text_add_judged(struct timeline_text *t, const struct judged_change *change)
{
	struct buffer text = { .max = 0 };
	json_t *object;

	if (!t->json) {
		begin_line(t, change->recorded_ms, change->seq);
		judged_change_describe(change, &t->lines);
		buffer_put_u8(&t->lines, '\n');
		return;
	}
	object = begin_object(t, change->recorded_ms, change->seq, "verdict changed");
	put_plain(object, "control", change->control);
	put_plain(object, "subject", change->subject);
	put_plain(object, "level", level_name(change->level));
	put_plain(object, "before", verdict_name(change->before));
	put_plain(object, "after", verdict_name(change->after));
	judged_change_describe(change, &text);
	put_text(object, "sentence", &text);
	buffer_free(&text);
}

void
timeline_text_add_waiver(struct timeline_text *t, const struct waiver *waiver,
    enum waiver_step step)
{
	static const char *const names[] = { [WAIVER_ASKED] = "waiver asked for",
		[WAIVER_AGREED] = "waiver agreed", [WAIVER_REFUSED] = "waiver refused",
		[WAIVER_WITHDRAWN] = "waiver withdrawn", [WAIVER_ENDED] = "waiver ended" };
	bool asked = step == WAIVER_ASKED;
	int64_t recorded_ms = asked ? waiver->asked_ms : waiver->decided_ms;
	uint64_t seq = asked ? waiver->seq : waiver->decided_seq;
	struct buffer text = { .max = 0 };
	json_t *object;

	waiver_describe(waiver, step, &text);
	if (asked) {
		buffer_put_text(&text, ": ");
		report_said(t->source, waiver->text, &text);
	}
	if (!t->json) {
		begin_line(t, recorded_ms, seq);
		buffer_put(&t->lines, text.at, text.len);
		buffer_put_u8(&t->lines, '\n');
	} else {
		object = begin_object(t, recorded_ms, seq, names[step]);
		json_object_set_new(object, "waiver", json_integer((json_int_t)waiver->seq));
		put_plain(object, "control", waiver->control);
		put_plain(object, "subject", waiver->subject);
		put_plain(object, "author", asked ? waiver->asked_by : waiver->decided_by);
		put_time(object, "until", waiver->until_ms);
		put_text(object, "sentence", &text);
	}
	buffer_free(&text);
}

/* --- head and page ------------------------------------------------------------------------ */

static const char *
belief_text(enum belief_outcome outcome)
{
	switch (outcome) {
	case BELIEF_REPRODUCED:    return N_("reproduced");
	case BELIEF_MISMATCH:      return N_("NOT reproduced: the fold gives another state");
	case BELIEF_OTHER_VERSION: return N_("made by another fold version: not reproducible by "
	    "this one");
	case BELIEF_NOT_REACHED:   return N_("taken outside the range: not checked");
	}
	return "";
}

static const char *
belief_name(enum belief_outcome outcome)
{
	static const char *const name[] = { "reproduced", "mismatch", "other-version",
	    "not-reached" };

	return name[outcome];
}

static size_t
outcomes(const struct walk *walk, enum belief_outcome outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < walk->beliefs; i++)
		count += walk->belief[i].outcome == outcome;
	return count;
}

static void
print_head(const struct timeline_text *t, const struct walk *walk)
{
	char from[TIME_TEXT], to[TIME_TEXT];

	time_jst_s(walk->from_ms, from);
	time_jst_s(walk->end->now_ms, to);
	printf(_("ledger   %s (%s)\n"), t->source->path, walk->end->origin);
	if (walk->to > walk->from)
		printf(_("range    records #%" PRIu64 " to #%" PRIu64 ", %s to %s\n"), walk->from,
		    walk->to - 1, from, to);
	else
		printf(_("range    no records\n"));
	printf(_("fold     version %d, %zu of %zu BELIEF records reproduced\n"), FOLD_VERSION,
	    outcomes(walk, BELIEF_REPRODUCED), walk->beliefs);
	for (size_t i = 0; i < walk->beliefs; i++)
		printf(_("         BELIEF at %" PRIu64 " (record #%" PRIu64 ") %s\n"),
		    walk->belief[i].size, walk->belief[i].seq,
		    _(belief_text(walk->belief[i].outcome)));
	if (walk->passed_over > 0)
		printf(_("         %" PRIu64 " changes by single records were too many to list\n"),
		    walk->passed_over);
	printf(_("times    recorded; observed beside it where the two differ by more than a "
	    "second\n\n"));
}

static void
print_json(const struct timeline_text *t, const struct walk *walk)
{
	json_t *object = json_object(), *beliefs = json_array();
	char hex[HASH_TEXT];

	json_object_set_new(object, "ledger", json_string(t->source->path));
	json_object_set_new(object, "origin", json_string(walk->end->origin));
	json_object_set_new(object, "from", json_integer((json_int_t)walk->from));
	json_object_set_new(object, "to", json_integer((json_int_t)walk->to));
	json_object_set_new(object, "fold_version", json_integer(FOLD_VERSION));
	json_object_set_new(object, "not_listed", json_integer((json_int_t)walk->passed_over));
	for (size_t i = 0; i < walk->beliefs; i++) {
		json_t *one = json_object();

		hash_text(walk->belief[i].facts, hex);
		json_object_set_new(one, "record", json_integer((json_int_t)walk->belief[i].seq));
		json_object_set_new(one, "size", json_integer((json_int_t)walk->belief[i].size));
		json_object_set_new(one, "state", json_string(hex));
		json_object_set_new(one, "outcome",
		    json_string(belief_name(walk->belief[i].outcome)));
		json_array_append_new(beliefs, one);
	}
	json_object_set_new(object, "beliefs", beliefs);
	json_object_set(object, "transitions", t->list);
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
}

void
timeline_text_print(const struct timeline_text *t, const struct walk *walk)
{
	if (t->json) {
		print_json(t, walk);
		return;
	}
	print_head(t, walk);
	if (t->lines.len > 0)
		fwrite(t->lines.at, 1, t->lines.len, stdout);
}

void
timeline_text_free(struct timeline_text *t)
{
	json_decref(t->list);
	buffer_free(&t->lines);
}
