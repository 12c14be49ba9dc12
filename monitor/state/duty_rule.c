/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a file: one for each report, with its clock, its alarms and the numbers its trigger
 * needs.  A number that its trigger does not look at is refused, so that none is written in vain.
 */
#include <string.h>

#include "monitor/state/duty_part.h"

enum { DAYS_MOST = 3660, MONTHS_MOST = 120, MINUTES_MOST = 525600 };
#define COUNT_MOST INT64_C(2000000000)

enum rule_member {
	RULE_ID, RULE_LABEL, RULE_LABEL_JA, RULE_TITLE, RULE_TITLE_JA, RULE_ARTICLE,
	RULE_ARTICLE_JA, RULE_ADDRESSEE, RULE_ADDRESSEE_JA, RULE_FORM, RULE_FORM_JA, RULE_NOTE,
	RULE_NOTE_JA, RULE_TRIGGER, RULE_STATUS, RULE_SOURCE, RULE_FROM, RULE_TO, RULE_ADVISORY,
	RULE_DUE, RULE_PROMPT, RULE_NOTICE, RULE_USERS, RULE_MINUTES, RULE_PERSONS,
	RULE_TIME_PERCENT, RULE_USERS_PERCENT, RULE_EXEMPT, RULE_MEMBERS
};

_Static_assert(RULE_MEMBERS <= 32, "needed[] has a bit for each member");

static const struct duty_member rule_members[RULE_MEMBERS] = {
	[RULE_ID] = { "id", CONF_TEXT, true, 0, 0 },
	[RULE_LABEL] = { "label", CONF_TEXT, true, 0, 0 },
	[RULE_LABEL_JA] = { "label_ja", CONF_TEXT, true, 0, 0 },
	[RULE_TITLE] = { "title", CONF_TEXT, true, 0, 0 },
	[RULE_TITLE_JA] = { "title_ja", CONF_TEXT, true, 0, 0 },
	[RULE_ARTICLE] = { "article", CONF_TEXT, true, 0, 0 },
	[RULE_ARTICLE_JA] = { "article_ja", CONF_TEXT, true, 0, 0 },
	[RULE_ADDRESSEE] = { "addressee", CONF_TEXT, true, 0, 0 },
	[RULE_ADDRESSEE_JA] = { "addressee_ja", CONF_TEXT, true, 0, 0 },
	[RULE_FORM] = { "form", CONF_TEXT, false, 0, 0 },
	[RULE_FORM_JA] = { "form_ja", CONF_TEXT, false, 0, 0 },
	[RULE_NOTE] = { "note", CONF_TEXT, false, 0, 0 },
	[RULE_NOTE_JA] = { "note_ja", CONF_TEXT, false, 0, 0 },
	[RULE_TRIGGER] = { "trigger", CONF_TEXT, true, 0, 0 },
	[RULE_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[RULE_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
	[RULE_FROM] = { "from", CONF_TEXT, false, 0, 0 },
	[RULE_TO] = { "to", CONF_TEXT, false, 0, 0 },
	[RULE_ADVISORY] = { "advisory", CONF_FLAG, false, 0, 0 },
	[RULE_DUE] = { "due", CONF_GROUP, false, 0, 0 },
	[RULE_PROMPT] = { "prompt", CONF_GROUP, false, 0, 0 },
	[RULE_NOTICE] = { "notice", CONF_GROUP, false, 0, 0 },
	[RULE_USERS] = { "users", CONF_INTEGER, false, 1, COUNT_MOST },
	[RULE_MINUTES] = { "minutes", CONF_INTEGER, false, 1, MINUTES_MOST },
	[RULE_PERSONS] = { "persons_over", CONF_INTEGER, false, 0, COUNT_MOST },
	[RULE_TIME_PERCENT] = { "time_percent", CONF_INTEGER, false, 1, 100 },
	[RULE_USERS_PERCENT] = { "users_percent", CONF_INTEGER, false, 1, 100 },
	[RULE_EXEMPT] = { "exempt_months", CONF_INTEGER, false, 0, MONTHS_MOST },
};

/* The members each trigger needs; those from NOTICE on have no place with another one. */
static const uint32_t needed[DUTY_TRIGGERS] = {
	[DUTY_TRIGGER_ACCIDENT_NEAR] = 1u << RULE_TIME_PERCENT | 1u << RULE_USERS_PERCENT,
	[DUTY_TRIGGER_SMALL_ACCIDENT] = 1u << RULE_USERS | 1u << RULE_MINUTES,
	[DUTY_TRIGGER_USER_DATA_LEAK] = 1u << RULE_PERSONS,
	[DUTY_TRIGGER_CAPACITY] = 1u << RULE_USERS,
	[DUTY_TRIGGER_RESTRICTION] = 1u << RULE_USERS | 1u << RULE_MINUTES,
	[DUTY_TRIGGER_INTRUSION] = 1u << RULE_EXEMPT,
	[DUTY_TRIGGER_PUBLIC_NOTICE] = 1u << RULE_NOTICE,
};

static const char *const triggers[DUTY_TRIGGERS] = {
#define X(NAME, name) [DUTY_TRIGGER_##NAME] = name,
	DUTY_TRIGGER_LIST(X)
#undef X
};

static const char *const origins[DUTY_ORIGINS] = {
#define X(NAME, name) [DUTY_ORIGIN_##NAME] = name,
	DUTY_ORIGIN_LIST(X)
#undef X
};

enum due_member { DUE_FROM, DUE_DAYS, DUE_MONTHS, DUE_FIRST, DUE_EXTENDS, DUE_STATUS, DUE_SOURCE,
	DUE_MEMBERS };

static const struct duty_member due_members[DUE_MEMBERS] = {
	[DUE_FROM] = { "from", CONF_TEXT, true, 0, 0 },
	[DUE_DAYS] = { "days", CONF_INTEGER, false, 1, DAYS_MOST },
	[DUE_MONTHS] = { "months", CONF_INTEGER, false, 1, MONTHS_MOST },
	[DUE_FIRST] = { "first_day_counted", CONF_FLAG, true, 0, 0 },
	[DUE_EXTENDS] = { "extends", CONF_FLAG, true, 0, 0 },
	[DUE_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[DUE_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
};

enum alarm_member { ALARM_FIRST, ALARM_SECOND, ALARM_STATUS, ALARM_SOURCE, ALARM_MEMBERS };

static const struct duty_member prompt_members[ALARM_MEMBERS] = {
	[ALARM_FIRST] = { "draft_minutes", CONF_INTEGER, true, 1, MINUTES_MOST },
	[ALARM_SECOND] = { "escalate_minutes", CONF_INTEGER, true, 1, MINUTES_MOST },
	[ALARM_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[ALARM_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
};

static const struct duty_member notice_members[ALARM_MEMBERS] = {
	[ALARM_FIRST] = { "first_minutes", CONF_INTEGER, true, 1, MINUTES_MOST },
	[ALARM_SECOND] = { "every_minutes", CONF_INTEGER, true, 1, MINUTES_MOST },
	[ALARM_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[ALARM_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
};

const char *
duty_origin_name(enum duty_origin origin)
{
	return (unsigned)origin < DUTY_ORIGINS ? origins[origin] : "unknown";
}

/* --- clocks ------------------------------------------------------------------------------- */

/* A period starts from what its trigger knows of. */
static bool
origin_fits(enum duty_trigger trigger, enum duty_origin origin)
{
	switch (origin) {
	case DUTY_ORIGIN_OCCURRED:
	case DUTY_ORIGIN_KNOWN:
		return trigger != DUTY_TRIGGER_CAPACITY;
	case DUTY_ORIGIN_STOPPED:
		return trigger == DUTY_TRIGGER_BUSINESS_STOPPED;
	case DUTY_ORIGIN_RESTRICTED:
		return trigger == DUTY_TRIGGER_RESTRICTION;
	case DUTY_ORIGIN_RECOGNISED:
		return trigger == DUTY_TRIGGER_INTRUSION;
	default:
		return true;
	}
}

static enum err
due_read(struct duty_reader *reader, const struct conf_node *group, struct duty_rule *rule)
{
	const struct conf_node *node[DUE_MEMBERS] = { NULL };
	struct duty_clock *due = &rule->due;
	unsigned origin = 0;
	enum err err;

	if (group == NULL)
		return ERR_OK;
	err = duty_group(reader, group, due_members, DUE_MEMBERS, node);
	if (err == ERR_OK && (node[DUE_DAYS] == NULL) == (node[DUE_MONTHS] == NULL))
		err = pack_fault(&reader->part, group, ERR_INVALID, "a period has days or months, "
		    "one of them");
	if (err == ERR_OK)
		err = pack_word(&reader->part, node[DUE_FROM], origins, DUTY_ORIGINS, &origin);
	if (err == ERR_OK && !origin_fits(rule->trigger, (enum duty_origin)origin))
		err = pack_fault(&reader->part, node[DUE_FROM], ERR_INVALID, "a period of the "
		    "trigger %s cannot run from \"%s\"", triggers[rule->trigger], origins[origin]);
	if (err == ERR_OK)
		err = duty_status_take(reader, node[DUE_STATUS], &due->status);
	if (err != ERR_OK)
		return err;
	rule->has_due = true;
	due->origin = (enum duty_origin)origin;
	due->days = node[DUE_DAYS] != NULL ? (uint32_t)conf_integer(node[DUE_DAYS]) : 0;
	due->months = node[DUE_MONTHS] != NULL ? (uint32_t)conf_integer(node[DUE_MONTHS]) : 0;
	due->first_day_counted = conf_flag(node[DUE_FIRST]);
	due->extends = conf_flag(node[DUE_EXTENDS]);
	due->source = conf_text(node[DUE_SOURCE]);
	return ERR_OK;
}

static enum err
prompt_read(struct duty_reader *reader, const struct conf_node *group, struct duty_rule *rule)
{
	const struct conf_node *node[ALARM_MEMBERS] = { NULL };
	enum err err;

	if (group == NULL)
		return ERR_OK;
	err = duty_group(reader, group, prompt_members, ALARM_MEMBERS, node);
	if (err == ERR_OK && conf_integer(node[ALARM_SECOND]) < conf_integer(node[ALARM_FIRST]))
		err = pack_fault(&reader->part, node[ALARM_SECOND], ERR_INVALID, "escalate_minutes "
		    "comes before draft_minutes");
	if (err == ERR_OK)
		err = duty_status_take(reader, node[ALARM_STATUS], &rule->prompt_status);
	if (err != ERR_OK)
		return err;
	rule->draft_ms = conf_integer(node[ALARM_FIRST]) * MINUTE_MS;
	rule->escalate_ms = conf_integer(node[ALARM_SECOND]) * MINUTE_MS;
	rule->prompt_source = conf_text(node[ALARM_SOURCE]);
	return ERR_OK;
}

static enum err
notice_read(struct duty_reader *reader, const struct conf_node *group, struct duty_rule *rule)
{
	const struct conf_node *node[ALARM_MEMBERS] = { NULL };
	enum err err;

	if (group == NULL)
		return ERR_OK;
	err = duty_group(reader, group, notice_members, ALARM_MEMBERS, node);
	if (err == ERR_OK)
		err = duty_status_take(reader, node[ALARM_STATUS], &rule->notice_status);
	if (err != ERR_OK)
		return err;
	rule->first_ms = conf_integer(node[ALARM_FIRST]) * MINUTE_MS;
	rule->every_ms = conf_integer(node[ALARM_SECOND]) * MINUTE_MS;
	rule->notice_source = conf_text(node[ALARM_SOURCE]);
	return ERR_OK;
}

/* --- rules -------------------------------------------------------------------------------- */

static enum err
words_take(struct duty_reader *reader, const struct conf_node *group,
    const struct conf_node *const *node, struct duty_rule *rule)
{
	unsigned trigger = 0;
	enum err err = pack_word(&reader->part, node[RULE_TRIGGER], triggers, DUTY_TRIGGERS,
	    &trigger);

	if (err == ERR_OK)
		err = duty_status_take(reader, node[RULE_STATUS], &rule->status);
	if (err != ERR_OK)
		return err;
	rule->trigger = (enum duty_trigger)trigger;
	for (unsigned i = RULE_NOTICE; i < RULE_MEMBERS; i++) {
		bool wanted = (needed[trigger] >> i & 1) != 0;

		if (wanted && node[i] == NULL)
			return pack_fault(&reader->part, group, ERR_INVALID, "the trigger %s needs "
			    "%s", triggers[trigger], rule_members[i].name);
		if (!wanted && node[i] != NULL)
			return pack_fault(&reader->part, node[i], ERR_INVALID, "%s has no place "
			    "with the trigger %s", rule_members[i].name, triggers[trigger]);
	}
	return ERR_OK;
}

/* How near it came is one question. */
static enum err
half_way_once(struct duty_reader *reader, const struct conf_node *node, enum duty_trigger trigger)
{
	for (uint32_t i = 0; i < reader->rules->rules; i++)
		if (trigger == DUTY_TRIGGER_ACCIDENT_NEAR &&
		    reader->rules->rule[i].trigger == trigger)
			return pack_fault(&reader->part, node, ERR_INVALID, "the trigger %s "
			    "may stand once", triggers[trigger]);
	return ERR_OK;
}

static uint64_t
number_of(const struct conf_node *node)
{
	return node != NULL ? (uint64_t)conf_integer(node) : 0;
}

static enum err
rule_take(struct duty_reader *reader, const struct conf_node *group,
    const struct conf_node *const *node, struct duty_rule *rule)
{
	enum err err = words_take(reader, group, node, rule);

	if (err == ERR_OK)
		err = half_way_once(reader, node[RULE_TRIGGER], rule->trigger);
	if (err == ERR_OK)
		err = duty_day_take(reader, node[RULE_FROM], INT64_MIN, &rule->from_day);
	if (err == ERR_OK)
		err = duty_day_take(reader, node[RULE_TO], INT64_MAX, &rule->to_day);
	if (err == ERR_OK && rule->to_day < rule->from_day)
		err = pack_fault(&reader->part, node[RULE_TO], ERR_INVALID, "%s ends before it "
		    "begins", rule->id);
	if (err == ERR_OK)
		err = due_read(reader, node[RULE_DUE], rule);
	if (err == ERR_OK)
		err = prompt_read(reader, node[RULE_PROMPT], rule);
	if (err == ERR_OK)
		err = notice_read(reader, node[RULE_NOTICE], rule);
	if (err == ERR_OK && !rule->has_due && rule->draft_ms == 0 && rule->first_ms == 0)
		err = pack_fault(&reader->part, group, ERR_INVALID, "%s has neither due, prompt "
		    "nor notice: nobody would be told of it", rule->id);
	rule->users = number_of(node[RULE_USERS]);
	rule->span_ms = (int64_t)number_of(node[RULE_MINUTES]) * MINUTE_MS;
	rule->persons_over = number_of(node[RULE_PERSONS]);
	rule->time_percent = (uint32_t)number_of(node[RULE_TIME_PERCENT]);
	rule->users_percent = (uint32_t)number_of(node[RULE_USERS_PERCENT]);
	rule->exempt_months = (uint32_t)number_of(node[RULE_EXEMPT]);
	return err;
}

static enum err
rule_read(struct duty_reader *reader, const struct conf_node *group)
{
	struct duty_rules *rules = reader->rules;
	const struct conf_node *node[RULE_MEMBERS] = { NULL };
	enum err err = duty_group(reader, group, rule_members, RULE_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_id(&reader->part, node[RULE_ID]);
	if (err != ERR_OK)
		return err;
	if (duty_rule_find(rules, conf_text(node[RULE_ID])) != NULL)
		return pack_fault(&reader->part, node[RULE_ID], ERR_INVALID, "the rule \"%s\" is "
		    "already there", conf_text(node[RULE_ID]));
	rules->rule[rules->rules] = (struct duty_rule){
		.id = conf_text(node[RULE_ID]),
		.label = conf_text(node[RULE_LABEL]),
		.label_ja = conf_text(node[RULE_LABEL_JA]),
		.title = conf_text(node[RULE_TITLE]),
		.title_ja = conf_text(node[RULE_TITLE_JA]),
		.article = conf_text(node[RULE_ARTICLE]),
		.article_ja = conf_text(node[RULE_ARTICLE_JA]),
		.addressee = conf_text(node[RULE_ADDRESSEE]),
		.addressee_ja = conf_text(node[RULE_ADDRESSEE_JA]),
		.form = pack_text(node[RULE_FORM]),
		.form_ja = pack_text(node[RULE_FORM_JA]),
		.note = pack_text(node[RULE_NOTE]),
		.note_ja = pack_text(node[RULE_NOTE_JA]),
		.source = conf_text(node[RULE_SOURCE]),
		.advisory = node[RULE_ADVISORY] != NULL && conf_flag(node[RULE_ADVISORY]),
		.prompt_source = "", .notice_source = "",
	};
	err = rule_take(reader, group, node, &rules->rule[rules->rules]);
	rules->rules += err == ERR_OK;
	return err;
}

enum err
duty_list_read(struct duty_reader *reader, const struct conf_node *root)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, root, "rules", DUTY_RULES_MAX, &list);

	if (err == ERR_OK && conf_count(list) == 0)
		err = pack_fault(&reader->part, list, ERR_INVALID, "rules has no rule");
	if (err != ERR_OK)
		return err;
	reader->rules->rule = memory_new(conf_count(list), sizeof(*reader->rules->rule));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++)
		err = rule_read(reader, conf_at(list, i));
	return err;
}
