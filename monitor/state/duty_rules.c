/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the rules of the duties: the whole file.  Every member has its place in a table,
 * everything else is refused.  Texts stay in the tree of the file, which the rules keep.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/state/duty_day.h"
#include "monitor/state/duty_part.h"

enum head_member { HEAD_ID, HEAD_EDITION, HEAD_TITLE, HEAD_TITLE_JA, HEAD_MEMBERS };

static const struct duty_member head_members[HEAD_MEMBERS] = {
	[HEAD_ID] = { "id", CONF_TEXT, true, 0, 0 },
	[HEAD_EDITION] = { "edition", CONF_TEXT, true, 0, 0 },
	[HEAD_TITLE] = { "title", CONF_TEXT, true, 0, 0 },
	[HEAD_TITLE_JA] = { "title_ja", CONF_TEXT, true, 0, 0 },
};

enum root_member { ROOT_DUTIES, ROOT_RULES, ROOT_ACCIDENT, ROOT_NEAR, ROOT_CLOSED, ROOT_MEMBERS };

static const struct duty_member root_members[ROOT_MEMBERS] = {
	[ROOT_DUTIES] = { "duties", CONF_GROUP, true, 0, 0 },
	[ROOT_RULES] = { "rules", CONF_LIST, true, 0, 0 },
	[ROOT_ACCIDENT] = { "accident", CONF_LIST, true, 0, 0 },
	[ROOT_NEAR] = { "near_accident", CONF_LIST, true, 0, 0 },
	[ROOT_CLOSED] = { "closed_days", CONF_LIST, false, 0, 0 },
};

static const char *const statuses[DUTY_STATUSES] = {
#define X(NAME, name) [DUTY_STATUS_##NAME] = name,
	DUTY_STATUS_LIST(X)
#undef X
};

const char *
duty_status_name(enum duty_status status)
{
	return (unsigned)status < DUTY_STATUSES ? statuses[status] : "unknown";
}

/* --- members ------------------------------------------------------------------------------ */

static enum err
member_check(struct duty_reader *reader, const struct conf_node *node,
    const struct duty_member *member)
{
	struct pack_reader *part = &reader->part;
	enum err err;

	if (conf_kind(node) != member->kind)
		return pack_fault(part, node, ERR_INVALID, "%s must be %s, not %s", member->name,
		    conf_kind_text(member->kind), conf_kind_text(conf_kind(node)));
	if (member->kind == CONF_INTEGER && (conf_integer(node) < member->least ||
	    conf_integer(node) > member->most))
		return pack_fault(part, node, ERR_INVALID, "%s must be from %" PRId64 " to %" PRId64
		    ", not %" PRId64, member->name, member->least, member->most,
		    conf_integer(node));
	if (member->kind != CONF_TEXT)
		return ERR_OK;
	err = pack_text_check(part, node, true);
	if (err == ERR_OK && strspn(conf_text(node), " ") == strlen(conf_text(node)))
		err = pack_fault(part, node, ERR_INVALID, "%s is empty", member->name);
	return err;
}

enum err
duty_group(struct duty_reader *reader, const struct conf_node *group,
    const struct duty_member *members, size_t count, const struct conf_node **out)
{
	for (size_t i = 0; i < count; i++) {
		enum err err;

		out[i] = conf_member(group, members[i].name);
		if (out[i] == NULL && !members[i].required)
			continue;
		if (out[i] == NULL)
			return pack_fault(&reader->part, group, ERR_INVALID, "%s is missing",
			    members[i].name);
		err = member_check(reader, out[i], &members[i]);
		if (err != ERR_OK)
			return err;
	}
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *node = conf_at(group, i);
		size_t known = 0;

		while (known < count && strcmp(conf_name(node), members[known].name) != 0)
			known++;
		if (known == count)
			return pack_fault(&reader->part, node, ERR_INVALID, "there is no setting "
			    "\"%.60s\" here", conf_name(node));
	}
	return ERR_OK;
}

enum err
duty_status_take(struct duty_reader *reader, const struct conf_node *node, enum duty_status *out)
{
	unsigned word = 0;
	enum err err = pack_word(&reader->part, node, statuses, DUTY_STATUSES, &word);

	*out = (enum duty_status)word;
	return err;
}

enum err
duty_day_take(struct duty_reader *reader, const struct conf_node *node, int64_t absent,
    int64_t *day)
{
	int64_t ms;

	*day = absent;
	if (node == NULL)
		return ERR_OK;
	if (strlen(conf_text(node)) != 10 || date_read(conf_text(node), &ms, NULL) != ERR_OK)
		return pack_fault(&reader->part, node, ERR_INVALID, "\"%.60s\" is not a day; write "
		    "it as \"2026-04-01\"", conf_text(node));
	*day = day_of_ms(ms);
	return ERR_OK;
}

enum err
duty_edition_follows(struct duty_reader *reader, const struct conf_node *node, uint32_t at,
    int64_t before_to_day, int64_t from_day, int64_t to_day)
{
	if (to_day < from_day)
		return pack_fault(&reader->part, node, ERR_INVALID, "an edition ends before it "
		    "begins");
	if (at > 0 && (from_day == INT64_MIN || before_to_day >= from_day))
		return pack_fault(&reader->part, node, ERR_INVALID, "this edition does not begin "
		    "after the one before it ended; editions stand oldest first");
	return ERR_OK;
}

/* --- the whole ---------------------------------------------------------------------------- */

static enum err
head_read(struct duty_reader *reader, const struct conf_node *group)
{
	const struct conf_node *node[HEAD_MEMBERS] = { NULL };
	struct duty_rules *rules = reader->rules;
	enum err err = duty_group(reader, group, head_members, HEAD_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_id(&reader->part, node[HEAD_ID]);
	if (err != ERR_OK)
		return err;
	rules->id = conf_text(node[HEAD_ID]);
	rules->edition = conf_text(node[HEAD_EDITION]);
	rules->title = conf_text(node[HEAD_TITLE]);
	rules->title_ja = conf_text(node[HEAD_TITLE_JA]);
	return ERR_OK;
}

static enum err
closed_read(struct duty_reader *reader, const struct conf_node *list)
{
	static const struct duty_member entry = { "a closed day", CONF_TEXT, true, 0, 0 };
	struct duty_rules *rules = reader->rules;

	if (list == NULL)
		return ERR_OK;
	if (conf_count(list) > DUTY_CLOSED_MAX)
		return pack_fault(&reader->part, list, ERR_LIMIT, "%zu closed_days are more than "
		    "the %d there may be", conf_count(list), DUTY_CLOSED_MAX);
	rules->closed = memory_new(conf_count(list) + 1, sizeof(*rules->closed));
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i);
		int64_t *day = &rules->closed[rules->closed_days];
		enum err err = member_check(reader, node, &entry);

		if (err == ERR_OK)
			err = duty_day_take(reader, node, 0, day);
		if (err != ERR_OK)
			return err;
		if (i > 0 && *day <= day[-1])
			return pack_fault(&reader->part, node, ERR_INVALID, "closed_days stand "
			    "oldest first, each once");
		rules->closed_days++;
	}
	return ERR_OK;
}

static enum err
whole_read(struct duty_reader *reader, const struct conf_node *root)
{
	const struct conf_node *node[ROOT_MEMBERS] = { NULL };
	enum err err = duty_group(reader, root, root_members, ROOT_MEMBERS, node);

	if (err == ERR_OK)
		err = head_read(reader, node[ROOT_DUTIES]);
	if (err == ERR_OK)
		err = duty_list_read(reader, root);
	if (err == ERR_OK)
		err = duty_accidents_read(reader, root);
	if (err == ERR_OK)
		err = duty_nears_read(reader, root);
	return err != ERR_OK ? err : closed_read(reader, node[ROOT_CLOSED]);
}

enum err
duty_rules_read(const char *name, struct bytes octets, struct duty_rules **out, struct why *why)
{
	struct duty_reader reader = { .part = { .name = name, .why = why } };
	struct conf *conf;
	enum err err;

	*out = NULL;
	err = conf_read(name, octets, &conf, why);
	if (err != ERR_OK)
		return err;
	reader.rules = memory_new(1, sizeof(*reader.rules));
	reader.rules->memory = memory_new(1, sizeof(*reader.rules->memory));
	reader.rules->memory->conf = conf;
	err = whole_read(&reader, conf_root(conf));
	if (err == ERR_OK)
		*out = reader.rules;
	else
		duty_rules_free(reader.rules);
	return err;
}

void
duty_rules_free(struct duty_rules *rules)
{
	if (rules == NULL)
		return;
	conf_free(rules->memory->conf);
	free(rules->memory);
	free(rules->rule);
	free(rules->accident);
	free(rules->near);
	free(rules->closed);
	free(rules);
}

const struct duty_rule *
duty_rule_find(const struct duty_rules *rules, const char *id)
{
	for (uint32_t i = 0; i < rules->rules; i++)
		if (strcmp(rules->rule[i].id, id) == 0)
			return &rules->rule[i];
	return NULL;
}
