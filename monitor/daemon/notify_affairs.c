/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences and JSON of impact, demarcation and duties, in both languages at once. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/daemon/notify_affairs.h"
#include "monitor/state/affairs.h"
#include "monitor/state/demarcation.h"

static const struct { const char *word, *english, *japanese; bool urgent; } happenings[] = {
#define HAPPENING(word, english, japanese, urgent) { word, english, japanese, urgent },
#include "monitor/daemon/duty_words_list.h"
};

enum { HAPPENINGS = sizeof(happenings) / sizeof(happenings[0]) };

/* "F3 reached": which rule, and what of it; HAPPENINGS if it says neither. */
static size_t
detail_read(const struct transition *transition, char rule[16])
{
	const char *detail = transition->kind == TRANSITION_DUTY ? transition->detail : "";
	size_t len = strcspn(detail, " ");

	if (len == 0 || len >= 16 || detail[len] == '\0')
		return HAPPENINGS;
	memcpy(rule, detail, len);
	rule[len] = '\0';
	for (size_t i = 0; i < HAPPENINGS; i++)
		if (strcmp(happenings[i].word, detail + len + 1) == 0)
			return i;
	return HAPPENINGS;
}

/* One record may make several duties due at once: that is one notice, which tells them all. */
static const struct transition *
next_told(const struct notify_message *m, const struct transition *after)
{
	const struct transition *at = after != NULL ? after + 1 : m->state->timeline;
	const struct transition *own = m->transition;

	for (; own != NULL && at < m->state->timeline + m->state->timelines; at++)
		if (at->kind == TRANSITION_DUTY && at->id == own->id &&
		    at->incident == own->incident)
			return at;
	return NULL;
}

bool
duty_urgent(const struct notify_message *m)
{
	char rule[16];

	for (const struct transition *at = next_told(m, NULL); at != NULL; at = next_told(m, at)) {
		size_t i = detail_read(at, rule);

		if (i < HAPPENINGS && happenings[i].urgent)
			return true;
	}
	return false;
}

static bool
one_sentence(struct buffer *out, const struct notify_message *m,
    const struct transition *transition, bool japanese)
{
	const char *unread;
	const struct duty_rules *rules = affairs_rules(m->state, &unread);
	const struct duty_rule *rule;
	char id[16], until[TIME_TEXT];
	size_t i = detail_read(transition, id);

	if (i == HAPPENINGS)
		return false;
	rule = rules != NULL ? duty_rule_find(rules, id) : NULL;
	buffer_print(out, japanese ? "障害 %" PRIu64 ": %s %s%s" :
	    "incident %" PRIu64 ": %s %s %s",
	    m->due->incident, id,
	    rule == NULL ? "" : japanese ? rule->title_ja : rule->title,
	    japanese ? happenings[i].japanese : happenings[i].english);
	if (strcmp(happenings[i].word, "reached") == 0 && transition->value != 0) {
		time_jst_s(transition->value, until);
		buffer_print(out, japanese ? "（期限 %s）" : ", until %s", until);
	}
	if (rule != NULL && strcmp(happenings[i].word, "filed") != 0)
		buffer_print(out, japanese ? "。提出先 %s" : "; to %s",
		    japanese ? rule->addressee_ja : rule->addressee);
	if (japanese)
		buffer_put_text(out, "。");
	return true;
}

bool
duty_sentence(struct buffer *out, const struct notify_message *m, bool japanese)
{
	bool any = false;

	for (const struct transition *at = next_told(m, NULL); at != NULL; at = next_told(m, at)) {
		size_t before = out->len;

		if (any && !japanese)
			buffer_put_text(out, ". ");
		if (one_sentence(out, m, at, japanese))
			any = true;
		else
			out->len = before;
	}
	return any;
}

static json_t *
count_json(uint64_t count)
{
	return json_integer(count <= INT64_MAX ? (json_int_t)count : INT64_MAX);
}

static json_t *
hit_json(const struct hit *hit)
{
	const struct impact_step *last = &hit->step[hit->steps - 1];
	json_t *one = json_object();

	json_object_set_new(one, "service", json_string(hit->service));
	json_object_set_new(one, "stopped", count_json(last->stopped));
	json_object_set_new(one, "degraded", count_json(last->degraded));
	json_object_set_new(one, "peak", count_json(hit->peak));
	json_object_set_new(one, "distinct", count_json(last->distinct));
	json_object_set_new(one, "at_least", json_boolean(last->uncertain));
	return one;
}

static json_t *
duty_json(const struct affair_duty *duty)
{
	json_t *one = json_object();
	char text[TIME_TEXT];

	json_object_set_new(one, "duty", json_string(duty->rule));
	time_utc(duty->reached_ms, text);
	json_object_set_new(one, "reached", json_string(text));
	if (duty->due_ms != 0) {
		time_utc(duty->due_ms, text);
		json_object_set_new(one, "until", json_string(text));
	}
	json_object_set_new(one, "filed", json_boolean(duty->filed_seq != 0));
	return one;
}

void
affairs_json(json_t *object, const struct notify_message *m)
{
	const struct affair *affair = m->incident != NULL ?
	    affair_find(m->state, m->incident->id) : NULL;
	json_t *users, *duties;

	if (affair == NULL)
		return;
	users = json_array();
	duties = json_array();
	for (uint32_t i = 0; i < affair->hits; i++)
		json_array_append_new(users, hit_json(&affair->hit[i]));
	for (uint32_t i = 0; i < affair->duties; i++)
		if (affair->duty[i].standing)
			json_array_append_new(duties, duty_json(&affair->duty[i]));
	json_object_set_new(object, "users", users);
	json_object_set_new(object, "side", json_string(side_name((enum side)affair->side)));
	json_object_set_new(object, "duties", duties);
}
