/* SPDX-License-Identifier: Apache-2.0 */
/* Duties as lines for a header and a list.  Nothing here is recorded. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/state/duty_day.h"
#include "monitor/state/duty_describe.h"

#define SECOND_MS INT64_C(1000)
#define HOUR_MS   INT64_C(3600000)
#define DAY_MS    INT64_C(86400000)

enum { NUMBER_TEXT = 40 };

static bool
japanese(void)
{
	return strcmp(i18n_language(), "ja") == 0;
}

static const char *
pick(const char *english, const char *in_japanese)
{
	return japanese() && in_japanese[0] != '\0' ? in_japanese : english;
}

const char *
duty_label(const struct duty_rule *rule)
{
	return pick(rule->label, rule->label_ja);
}

const char *
duty_title(const struct duty_rule *rule)
{
	return pick(rule->title, rule->title_ja);
}

const char *
duty_article(const struct duty_rule *rule)
{
	return pick(rule->article, rule->article_ja);
}

const char *
duty_addressee(const struct duty_rule *rule)
{
	return pick(rule->addressee, rule->addressee_ja);
}

const char *
duty_form(const struct duty_rule *rule)
{
	return pick(rule->form, rule->form_ja);
}

const char *
duty_note(const struct duty_rule *rule)
{
	return pick(rule->note, rule->note_ja);
}

/* --- numbers and times -------------------------------------------------------------------- */

/* "30,000"; in Japanese "3万" where it is whole. */
static const char *
users_text(uint64_t users, char out[NUMBER_TEXT])
{
	char digits[NUMBER_TEXT];
	size_t len, at = 0;

	if (japanese() && users > 0 && users % 10000 == 0) {
		snprintf(out, NUMBER_TEXT, "%" PRIu64 "\xe4\xb8\x87", users / 10000);
		return out;
	}
	len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, users);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* "2 h", "90 min": as the table writes it. */
static const char *
span_text(int64_t span_ms, char out[TIME_TEXT])
{
	if (span_ms % HOUR_MS == 0)
		snprintf(out, TIME_TEXT, _("%" PRId64 " h"), span_ms / HOUR_MS);
	else
		snprintf(out, TIME_TEXT, _("%" PRId64 " min"), span_ms / 60000);
	return out;
}

static void
hours_text(int64_t ms, char out[TIME_TEXT])
{
	int64_t seconds = ms / SECOND_MS;

	snprintf(out, TIME_TEXT, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600,
	    seconds / 60 % 60, seconds % 60);
}

/* Rounded up: a clock that shows 00:00 has run out. */
void
duty_left_text(int64_t left_ms, char out[TIME_TEXT])
{
	int64_t seconds = left_ms <= 0 ? 0 : (left_ms + SECOND_MS - 1) / SECOND_MS;

	if (left_ms >= 2 * DAY_MS)
		snprintf(out, TIME_TEXT, _("%" PRId64 " d"), left_ms / DAY_MS);
	else if (seconds >= 3600)
		snprintf(out, TIME_TEXT, "%" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600,
		    seconds / 60 % 60, seconds % 60);
	else
		snprintf(out, TIME_TEXT, "%02" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
}

void
duty_day_end_text(int64_t ms, char out[TIME_TEXT])
{
	unsigned month, day;
	int64_t year;

	civil_of_days(day_of_ms(ms) - 1, &year, &month, &day);
	snprintf(out, TIME_TEXT, "%04" PRId64 "-%02u-%02u 24:00 JST", year, month, day);
}

/* --- lines -------------------------------------------------------------------------------- */

static const struct duty_class_rule *
row_rule(const struct duty_verdict *verdict, const struct duty_pair *pair)
{
	return &verdict->accident->class[verdict->row[pair->row].class];
}

static void
describe_running(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	const struct duty_pair *pair = duty->pair >= 0 ? &verdict->pair[duty->pair] : NULL;
	char left[TIME_TEXT], span[TIME_TEXT], users[NUMBER_TEXT];

	duty_left_text(duty->reach_at_ms - verdict->now_ms, left);
	if (pair == NULL || duty->rule->trigger != DUTY_TRIGGER_ACCIDENT) {
		buffer_print(out, _("will be due in %s if nothing changes"), left);
		if (duty->why != DUTY_WHY_NONE)
			buffer_print(out, _(" (%s)"), _(duty_why_text(duty->why)));
		return;
	}
	span_text(pair->threshold->span_ms, span);
	if (duty->why != DUTY_WHY_NONE)
		buffer_print(out, _("%s; %s in %s"), _(duty_why_text(duty->why)), span, left);
	else if (pair->threshold->users == 0)
		buffer_print(out, _("all traffic impossible, %s in %s"), span, left);
	else
		buffer_print(out, _("%s users reached, %s in %s"),
		    users_text(pair->threshold->users, users), span, left);
}

static void
describe_near(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	const struct duty_row *row = &verdict->row[verdict->pair[duty->pair].row];
	char users[NUMBER_TEXT], span[TIME_TEXT];

	hours_text(row->span_ms, span);
	buffer_print(out, _("near the threshold: %s users, %s"), users_text(row->distinct, users),
	    span);
}

static void
describe_due(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	char day[TIME_TEXT], left[TIME_TEXT];

	duty_day_end_text(duty->due_ms, day);
	duty_left_text(duty->due_ms - verdict->now_ms, left);
	if (duty->due_ms > verdict->now_ms)
		buffer_print(out, _("due %s (in %s)"), day, left);
	else
		buffer_print(out, _("was due %s"), day);
}

static void
describe_prompt(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	char left[TIME_TEXT];

	if (duty->draft_ms > verdict->now_ms) {
		duty_left_text(duty->draft_ms - verdict->now_ms, left);
		buffer_print(out, _("due promptly, draft in %s"), left);
	} else if (duty->escalate_ms > verdict->now_ms) {
		duty_left_text(duty->escalate_ms - verdict->now_ms, left);
		buffer_print(out, _("due promptly, escalates in %s"), left);
	} else {
		buffer_put_text(out, _("due promptly, time to escalate is past"));
	}
}

static void
describe_reached(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	char left[TIME_TEXT];

	if (duty->rule->first_ms > 0) {
		duty_left_text(duty->notice_next_ms - verdict->now_ms, left);
		if (duty->notice_next_ms != 0)
			buffer_print(out, _("next notice in %s"), left);
		else
			buffer_put_text(out, _("no further notice"));
		return;
	}
	if (duty->draft_ms != 0)
		describe_prompt(verdict, duty, out);
	if (duty->draft_ms != 0 && duty->due_ms != 0)
		buffer_put_text(out, _("; report "));
	if (duty->due_ms != 0)
		describe_due(verdict, duty, out);
}

static void
describe_why(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	const struct duty_condition *condition = verdict->near != NULL ?
	    &verdict->near->condition[duty->condition] : NULL;

	buffer_put_text(out, _(duty_standing_name(duty->standing)));
	if (duty->why == DUTY_WHY_CONDITION && condition != NULL && condition->asked)
		buffer_print(out, _(" (condition %s: %s)"), pick(condition->mark,
		    condition->mark_ja), pick(condition->title, condition->title_ja));
	else if (duty->why != DUTY_WHY_NONE)
		buffer_print(out, _(" (%s)"), _(duty_why_text(duty->why)));
}

void
duty_describe(const struct duty_verdict *verdict, const struct duty *duty, struct buffer *out)
{
	buffer_print(out, "%s %s: ", duty->rule->id, duty_label(duty->rule));
	switch (duty->standing) {
	case DUTY_RUNNING:
		describe_running(verdict, duty, out);
		return;
	case DUTY_REACHED:
		describe_reached(verdict, duty, out);
		return;
	case DUTY_NEAR:
		describe_near(verdict, duty, out);
		return;
	default:
		describe_why(verdict, duty, out);
		return;
	}
}

bool
duty_header(const struct duty_verdict *verdict, struct buffer *out)
{
	int64_t at_ms;
	const struct duty *duty = duty_nearest(verdict, &at_ms);

	if (duty == NULL)
		return false;
	duty_describe(verdict, duty, out);
	return true;
}

void
duty_pair_describe(const struct duty_verdict *verdict, const struct duty_pair *pair,
    struct buffer *out)
{
	const struct duty_row *row = &verdict->row[pair->row];
	const struct duty_class_rule *rule = row_rule(verdict, pair);
	char span[TIME_TEXT], passed[TIME_TEXT], users[NUMBER_TEXT], peak[NUMBER_TEXT];

	span_text(pair->threshold->span_ms, span);
	buffer_print(out, _("%s, %s / %s users: %s"), pick(rule->title, rule->title_ja), span,
	    users_text(pair->threshold->users, users), _(duty_standing_name(pair->standing)));
	if (pair->why != DUTY_WHY_NONE)
		buffer_print(out, _(" (%s)"), _(duty_why_text(pair->why)));
	hours_text(row->span_ms, passed);
	buffer_print(out, _("; %s users over the whole span of %s, at most %s at a time"),
	    users_text(row->distinct, users), passed, users_text(row->peak, peak));
}
