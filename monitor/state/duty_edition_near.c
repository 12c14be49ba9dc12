/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The editions of the list of near-accidents.  An edition asks for the conditions it names and for
 * no others.
 */
#include <string.h>

#include "monitor/state/duty_part.h"

#define COUNT_MOST INT64_C(2000000000)

enum edition_member { EDITION_FROM, EDITION_TO, EDITION_BASIS, EDITION_BASIS_JA, EDITION_STATUS,
	EDITION_SOURCE, EDITION_USERS, EDITION_PREFECTURES, EDITION_CONDITIONS, EDITION_MEMBERS };

static const struct duty_member edition_members[EDITION_MEMBERS] = {
	[EDITION_FROM] = { "from", CONF_TEXT, false, 0, 0 },
	[EDITION_TO] = { "to", CONF_TEXT, false, 0, 0 },
	[EDITION_BASIS] = { "basis", CONF_TEXT, true, 0, 0 },
	[EDITION_BASIS_JA] = { "basis_ja", CONF_TEXT, true, 0, 0 },
	[EDITION_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[EDITION_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
	[EDITION_USERS] = { "users", CONF_INTEGER, true, 0, COUNT_MOST },
	[EDITION_PREFECTURES] = { "prefectures", CONF_INTEGER, true, 0, 47 },
	[EDITION_CONDITIONS] = { "conditions", CONF_LIST, true, 0, 0 },
};

enum condition_member { CONDITION_CODE, CONDITION_MARK, CONDITION_MARK_JA, CONDITION_TITLE,
	CONDITION_TITLE_JA, CONDITION_NOT_NOTICED, CONDITION_DISASTER, CONDITION_MEMBERS };

static const struct duty_member condition_members[CONDITION_MEMBERS] = {
	[CONDITION_CODE] = { "condition", CONF_TEXT, true, 0, 0 },
	[CONDITION_MARK] = { "mark", CONF_TEXT, true, 0, 0 },
	[CONDITION_MARK_JA] = { "mark_ja", CONF_TEXT, true, 0, 0 },
	[CONDITION_TITLE] = { "title", CONF_TEXT, true, 0, 0 },
	[CONDITION_TITLE_JA] = { "title_ja", CONF_TEXT, true, 0, 0 },
	[CONDITION_NOT_NOTICED] = { "with_not_noticed", CONF_FLAG, false, 0, 0 },
	[CONDITION_DISASTER] = { "even_in_disaster", CONF_FLAG, false, 0, 0 },
};

static const char *const codes[DUTY_CONDITIONS] = {
#define X(NAME, PART) [DUTY_CONDITION_##NAME] = #NAME,
	DUTY_CONDITION_LIST(X)
#undef X
};

static const enum duty_part parts[DUTY_CONDITIONS] = {
#define X(NAME, PART) [DUTY_CONDITION_##NAME] = DUTY_PART_##PART,
	DUTY_CONDITION_LIST(X)
#undef X
};

enum duty_part
duty_condition_part(enum duty_condition_code code)
{
	return parts[code];
}

const char *
duty_condition_name(enum duty_condition_code code)
{
	return (unsigned)code < DUTY_CONDITIONS ? codes[code] : "unknown";
}

const struct duty_near_edition *
duty_near_edition_on(const struct duty_rules *rules, int64_t day)
{
	for (uint32_t i = 0; i < rules->nears; i++)
		if (rules->near[i].from_day <= day && day <= rules->near[i].to_day)
			return &rules->near[i];
	return NULL;
}

static bool
flag_of(const struct conf_node *node)
{
	return node != NULL && conf_flag(node);
}

static enum err
condition_read(struct duty_reader *reader, const struct conf_node *group,
    struct duty_near_edition *edition)
{
	const struct conf_node *node[CONDITION_MEMBERS] = { NULL };
	unsigned code = 0;
	enum err err = duty_group(reader, group, condition_members, CONDITION_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_word(&reader->part, node[CONDITION_CODE], codes, DUTY_CONDITIONS, &code);
	if (err != ERR_OK)
		return err;
	if (edition->condition[code].asked)
		return pack_fault(&reader->part, node[CONDITION_CODE], ERR_INVALID, "the condition "
		    "%s is already there", codes[code]);
	for (unsigned i = CONDITION_NOT_NOTICED; i <= CONDITION_DISASTER; i++)
		if (node[i] != NULL && parts[code] != DUTY_PART_EVENT)
			return pack_fault(&reader->part, node[i], ERR_INVALID, "%s has no place "
			    "with %s, which is no event", condition_members[i].name, codes[code]);
	edition->condition[code] = (struct duty_condition){
		.asked = true, .mark = conf_text(node[CONDITION_MARK]),
		.mark_ja = conf_text(node[CONDITION_MARK_JA]),
		.title = conf_text(node[CONDITION_TITLE]),
		.title_ja = conf_text(node[CONDITION_TITLE_JA]),
		.with_not_noticed = flag_of(node[CONDITION_NOT_NOTICED]),
		.even_in_disaster = flag_of(node[CONDITION_DISASTER]),
	};
	return ERR_OK;
}

static enum err
conditions_read(struct duty_reader *reader, const struct conf_node *group,
    struct duty_near_edition *edition)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, group, "conditions", DUTY_CONDITIONS, &list);
	unsigned events = 0;

	for (size_t i = 0; err == ERR_OK && i < conf_count(list); i++)
		err = condition_read(reader, conf_at(list, i), edition);
	for (unsigned i = 0; err == ERR_OK && i < DUTY_CONDITIONS; i++) {
		const struct duty_condition *condition = &edition->condition[i];

		events += condition->asked && parts[i] == DUTY_PART_EVENT;
		if (condition->with_not_noticed &&
		    !edition->condition[DUTY_CONDITION_NOT_NOTICED].asked)
			err = pack_fault(&reader->part, list, ERR_INVALID, "%s counts only with "
			    "NOT_NOTICED, which is not there", codes[i]);
	}
	if (err == ERR_OK && events == 0)
		err = pack_fault(&reader->part, list, ERR_INVALID, "conditions names no event");
	return err;
}

static enum err
edition_read(struct duty_reader *reader, const struct conf_node *group)
{
	struct duty_rules *rules = reader->rules;
	struct duty_near_edition *edition = &rules->near[rules->nears];
	const struct conf_node *node[EDITION_MEMBERS] = { NULL };
	enum err err = duty_group(reader, group, edition_members, EDITION_MEMBERS, node);

	if (err == ERR_OK)
		err = duty_day_take(reader, node[EDITION_FROM], INT64_MIN, &edition->from_day);
	if (err == ERR_OK)
		err = duty_day_take(reader, node[EDITION_TO], INT64_MAX, &edition->to_day);
	if (err == ERR_OK)
		err = duty_edition_follows(reader, group, rules->nears,
		    rules->nears > 0 ? edition[-1].to_day : 0, edition->from_day, edition->to_day);
	if (err == ERR_OK)
		err = duty_status_take(reader, node[EDITION_STATUS], &edition->status);
	if (err != ERR_OK)
		return err;
	edition->basis = conf_text(node[EDITION_BASIS]);
	edition->basis_ja = conf_text(node[EDITION_BASIS_JA]);
	edition->source = conf_text(node[EDITION_SOURCE]);
	edition->users = (uint64_t)conf_integer(node[EDITION_USERS]);
	edition->prefectures = (uint32_t)conf_integer(node[EDITION_PREFECTURES]);
	rules->nears++;
	return conditions_read(reader, group, edition);
}

enum err
duty_nears_read(struct duty_reader *reader, const struct conf_node *root)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, root, "near_accident", DUTY_EDITIONS_MAX, &list);

	if (err != ERR_OK)
		return err;
	reader->rules->near = memory_new(conf_count(list) + 1, sizeof(*reader->rules->near));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++)
		err = edition_read(reader, conf_at(list, i));
	return err;
}
