/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The editions of the table of major accidents.  Each has every class of service: with its own
 * pairs of time and users, or as part of another class's row.
 */
#include <string.h>

#include "monitor/state/duty_part.h"

enum { MINUTES_MOST = 525600 };
#define COUNT_MOST INT64_C(2000000000)

enum edition_member { EDITION_FROM, EDITION_TO, EDITION_BASIS, EDITION_BASIS_JA, EDITION_STATUS,
	EDITION_SOURCE, EDITION_CLASSES, EDITION_MEMBERS };

static const struct duty_member edition_members[EDITION_MEMBERS] = {
	[EDITION_FROM] = { "from", CONF_TEXT, false, 0, 0 },
	[EDITION_TO] = { "to", CONF_TEXT, false, 0, 0 },
	[EDITION_BASIS] = { "basis", CONF_TEXT, true, 0, 0 },
	[EDITION_BASIS_JA] = { "basis_ja", CONF_TEXT, true, 0, 0 },
	[EDITION_STATUS] = { "status", CONF_TEXT, true, 0, 0 },
	[EDITION_SOURCE] = { "source", CONF_TEXT, true, 0, 0 },
	[EDITION_CLASSES] = { "classes", CONF_LIST, true, 0, 0 },
};

enum class_member { CLASS_CODE, CLASS_TITLE, CLASS_TITLE_JA, CLASS_COUNTS_AS, CLASS_ALL_TRAFFIC,
	CLASS_PAIRS, CLASS_MEMBERS };

static const struct duty_member class_members[CLASS_MEMBERS] = {
	[CLASS_CODE] = { "class", CONF_TEXT, true, 0, 0 },
	[CLASS_TITLE] = { "title", CONF_TEXT, true, 0, 0 },
	[CLASS_TITLE_JA] = { "title_ja", CONF_TEXT, true, 0, 0 },
	[CLASS_COUNTS_AS] = { "counts_as", CONF_TEXT, false, 0, 0 },
	[CLASS_ALL_TRAFFIC] = { "all_traffic", CONF_FLAG, false, 0, 0 },
	[CLASS_PAIRS] = { "pairs", CONF_LIST, false, 0, 0 },
};

enum pair_member { PAIR_MINUTES, PAIR_USERS, PAIR_MEMBERS };

static const struct duty_member pair_members[PAIR_MEMBERS] = {
	[PAIR_MINUTES] = { "minutes", CONF_INTEGER, true, 1, MINUTES_MOST },
	[PAIR_USERS] = { "users", CONF_INTEGER, true, 0, COUNT_MOST },
};

static const char *const classes[DUTY_CLASSES] = {
#define X(NAME) [DUTY_CLASS_##NAME] = #NAME,
	DUTY_CLASS_LIST(X)
#undef X
};

const char *
duty_class_name(enum duty_class class)
{
	return (unsigned)class < DUTY_CLASSES ? classes[class] : "unknown";
}

bool
duty_class_find(struct bytes name, enum duty_class *out)
{
	for (unsigned i = 0; i < DUTY_CLASSES; i++)
		if (bytes_equal(name, bytes_of_text(classes[i]))) {
			*out = (enum duty_class)i;
			return true;
		}
	return false;
}

const struct duty_edition *
duty_edition_on(const struct duty_rules *rules, int64_t day)
{
	for (uint32_t i = 0; i < rules->accidents; i++)
		if (rules->accident[i].from_day <= day && day <= rules->accident[i].to_day)
			return &rules->accident[i];
	return NULL;
}

static enum err
pairs_read(struct duty_reader *reader, const struct conf_node *group, struct duty_class_rule *rule)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, group, "pairs", DUTY_THRESHOLDS_MAX, &list);

	if (err == ERR_OK && conf_count(list) == 0)
		err = pack_fault(&reader->part, list, ERR_INVALID, "pairs has no pair");
	for (size_t i = 0; err == ERR_OK && i < conf_count(list); i++) {
		const struct conf_node *node[PAIR_MEMBERS] = { NULL };

		err = duty_group(reader, conf_at(list, i), pair_members, PAIR_MEMBERS, node);
		if (err != ERR_OK)
			return err;
		rule->pair[rule->pairs++] = (struct duty_threshold){
			.span_ms = conf_integer(node[PAIR_MINUTES]) * MINUTE_MS,
			.users = (uint64_t)conf_integer(node[PAIR_USERS]) };
	}
	return err;
}

static enum err
class_read(struct duty_reader *reader, const struct conf_node *group, struct duty_edition *edition)
{
	const struct conf_node *node[CLASS_MEMBERS] = { NULL };
	struct duty_class_rule *rule;
	unsigned class = 0, row = 0;
	enum err err = duty_group(reader, group, class_members, CLASS_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_word(&reader->part, node[CLASS_CODE], classes, DUTY_CLASSES, &class);
	if (err != ERR_OK)
		return err;
	rule = &edition->class[class];
	if (rule->title != NULL)
		return pack_fault(&reader->part, node[CLASS_CODE], ERR_INVALID, "the class %s is "
		    "already there", classes[class]);
	if ((node[CLASS_PAIRS] == NULL) == (node[CLASS_COUNTS_AS] == NULL))
		return pack_fault(&reader->part, group, ERR_INVALID, "%s has pairs or counts_as, "
		    "one of them", classes[class]);
	rule->title = conf_text(node[CLASS_TITLE]);
	rule->title_ja = conf_text(node[CLASS_TITLE_JA]);
	rule->row = (enum duty_class)class;
	rule->all_traffic = node[CLASS_ALL_TRAFFIC] != NULL && conf_flag(node[CLASS_ALL_TRAFFIC]);
	if (node[CLASS_PAIRS] != NULL)
		return pairs_read(reader, group, rule);
	err = pack_word(&reader->part, node[CLASS_COUNTS_AS], classes, DUTY_CLASSES, &row);
	rule->row = (enum duty_class)row;
	return err;
}

static enum err
classes_read(struct duty_reader *reader, const struct conf_node *group,
    struct duty_edition *edition)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, group, "classes", DUTY_CLASSES, &list);

	for (size_t i = 0; err == ERR_OK && i < conf_count(list); i++)
		err = class_read(reader, conf_at(list, i), edition);
	for (unsigned i = 0; err == ERR_OK && i < DUTY_CLASSES; i++) {
		const struct duty_class_rule *rule = &edition->class[i];

		if (rule->title == NULL)
			err = pack_fault(&reader->part, list, ERR_INVALID, "the class %s is "
			    "missing", classes[i]);
		else if (edition->class[rule->row].pairs == 0)
			err = pack_fault(&reader->part, list, ERR_INVALID, "%s counts as %s, which "
			    "has no pairs of its own", classes[i], classes[rule->row]);
	}
	return err;
}

static enum err
edition_read(struct duty_reader *reader, const struct conf_node *group)
{
	struct duty_rules *rules = reader->rules;
	struct duty_edition *edition = &rules->accident[rules->accidents];
	const struct conf_node *node[EDITION_MEMBERS] = { NULL };
	enum err err = duty_group(reader, group, edition_members, EDITION_MEMBERS, node);

	if (err == ERR_OK)
		err = duty_day_take(reader, node[EDITION_FROM], INT64_MIN, &edition->from_day);
	if (err == ERR_OK)
		err = duty_day_take(reader, node[EDITION_TO], INT64_MAX, &edition->to_day);
	if (err == ERR_OK)
		err = duty_edition_follows(reader, group, rules->accidents,
		    rules->accidents > 0 ? edition[-1].to_day : 0, edition->from_day,
		    edition->to_day);
	if (err == ERR_OK)
		err = duty_status_take(reader, node[EDITION_STATUS], &edition->status);
	if (err != ERR_OK)
		return err;
	edition->basis = conf_text(node[EDITION_BASIS]);
	edition->basis_ja = conf_text(node[EDITION_BASIS_JA]);
	edition->source = conf_text(node[EDITION_SOURCE]);
	rules->accidents++;
	return classes_read(reader, group, edition);
}

enum err
duty_accidents_read(struct duty_reader *reader, const struct conf_node *root)
{
	const struct conf_node *list;
	enum err err = pack_list(&reader->part, root, "accident", DUTY_EDITIONS_MAX, &list);

	if (err != ERR_OK)
		return err;
	reader->rules->accident = memory_new(conf_count(list) + 1,
	    sizeof(*reader->rules->accident));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++)
		err = edition_read(reader, conf_at(list, i));
	return err;
}
