/* SPDX-License-Identifier: Apache-2.0 */
/* Appraisal policies, read and asked; see policy.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attest/policy.h"
#include "monitor/base/comma.h"
#include "monitor/base/conf.h"
#include "monitor/base/timetext.h"

enum { DAY_MS = 86400000, DATE_LEN = 10 };

struct policy {
	struct conf *conf;
	struct hash  hash;
};

/* Keys that every section may have. */
static const struct policy_key common[] = {
	{ "nonce", POLICY_TEXT, "required or none" },
	{ "crl", POLICY_TEXT, "required or if_given" },
	{ "roots", POLICY_TEXT, "pinned roots: a name, sha256:HEX or spki:HEX" },
	{ NULL, POLICY_TEXT, NULL },
};

/* --- reading ------------------------------------------------------------------------------ */

static const struct policy_key *
key_find(const struct policy_key *table, const char *name)
{
	for (; table != NULL && table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static bool
hex_is(const char *text)
{
	size_t len = strlen(text);

	return strcmp(text, "*") == 0 ||
	    (len > 0 && len % 2 == 0 && strspn(text, "0123456789abcdefABCDEF") == len);
}

static enum err
time_check(const char *name, const struct conf_node *node, struct why *why)
{
	int64_t ms;

	if (conf_kind(node) == CONF_TEXT && date_read(conf_text(node), &ms, NULL) == ERR_OK)
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is no date or time (2027-03-31, or "
	    "RFC 3339)", name, conf_line(node), conf_name(node));
}

static enum err
value_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	if (conf_kind(node) != CONF_TEXT)
		return why_set(why, ERR_INVALID, "%.120s:%u: a value of \"%s\" is not a text in "
		    "quotes", name, conf_line(node), key->name);
	if (key->kind == POLICY_HEX && !hex_is(conf_text(node)))
		return why_set(why, ERR_INVALID, "%.120s:%u: a value of \"%s\" is neither whole "
		    "octets in hex nor \"*\"", name, conf_line(node), key->name);
	return ERR_OK;
}

/* A value, or a group with when and why it counts. */
static enum err
entry_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	const struct conf_node *value;
	enum err err = ERR_OK;

	if (conf_kind(node) != CONF_GROUP)
		return value_check(name, node, key, why);
	value = conf_member(node, "value");
	if (value == NULL)
		return why_set(why, ERR_INVALID, "%.120s:%u: an entry of \"%s\" has no \"value\"",
		    name, conf_line(node), key->name);
	err = value_check(name, value, key, why);
	for (size_t i = 0; err == ERR_OK && i < conf_count(node); i++) {
		const struct conf_node *member = conf_at(node, i);
		const char *called = conf_name(member);

		if (strcmp(called, "from") == 0 || strcmp(called, "until") == 0)
			err = time_check(name, member, why);
		else if (strcmp(called, "value") != 0 && strcmp(called, "ticket") != 0 &&
		    strcmp(called, "note") != 0)
			err = why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not known here; an "
			    "entry has value, from, until, ticket and note", name,
			    conf_line(member), called);
	}
	return err;
}

static enum err
key_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	enum conf_kind kind = conf_kind(node);
	enum err err = ERR_OK;

	if (key->kind == POLICY_INTEGER || key->kind == POLICY_FLAG)
		return kind == (key->kind == POLICY_FLAG ? CONF_FLAG : CONF_INTEGER) ? ERR_OK :
		    why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not %s", name,
		    conf_line(node), key->name,
		    key->kind == POLICY_FLAG ? "true or false" : "a whole number");
	if (kind != CONF_LIST)
		return entry_check(name, node, key, why);
	for (size_t i = 0; err == ERR_OK && i < conf_count(node); i++)
		err = entry_check(name, conf_at(node, i), key, why);
	return err;
}

static enum err
section_check(const char *name, const struct conf_node *node, struct why *why)
{
	const struct verifier *verifier = verifier_find(conf_name(node));
	enum err err = ERR_OK;

	if (verifier == NULL)
		return why_set(why, ERR_INVALID, "%.120s:%u: there is no kind of evidence \"%s\"; "
		    "\"sekimori attest --kinds\" lists them", name, conf_line(node),
		    conf_name(node));
	if (conf_kind(node) != CONF_GROUP)
		return why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not a group in braces",
		    name, conf_line(node), conf_name(node));
	for (size_t i = 0; err == ERR_OK && i < conf_count(node); i++) {
		const struct conf_node *member = conf_at(node, i);
		const struct policy_key *key = key_find(verifier->key, conf_name(member));

		if (key == NULL)
			key = key_find(common, conf_name(member));
		err = key != NULL ? key_check(name, member, key, why) :
		    why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is no key of \"%s\"", name,
		    conf_line(member), conf_name(member), conf_name(node));
	}
	return err;
}

static enum err
root_check(const char *name, const struct conf_node *root, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < conf_count(root); i++) {
		const struct conf_node *member = conf_at(root, i);
		const char *called = conf_name(member);

		if (strcmp(called, "policy") != 0 && strcmp(called, "edition") != 0)
			err = section_check(name, member, why);
		else if (conf_kind(member) != CONF_TEXT || conf_text(member)[0] == '\0')
			err = why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not a text in "
			    "quotes", name, conf_line(member), called);
	}
	if (err == ERR_OK && (conf_member(root, "policy") == NULL ||
	    conf_member(root, "edition") == NULL))
		err = why_set(why, ERR_INVALID, "%.120s: a policy says its name and edition: "
		    "policy = \"...\"; edition = \"...\";", name);
	return err;
}

enum err
policy_read(const char *name, struct bytes text, struct policy **out, struct why *why)
{
	struct policy *policy;
	enum err err;

	*out = NULL;
	if (text.len > POLICY_MAX)
		return why_set(why, ERR_LIMIT, "%.120s: the policy has %zu octets, more than %d",
		    name, text.len, POLICY_MAX);
	policy = memory_new(1, sizeof(*policy));
	policy->hash = hash_of(text);
	err = conf_read(name, text, &policy->conf, why);
	if (err == ERR_OK)
		err = root_check(name, conf_root(policy->conf), why);
	if (err == ERR_OK)
		*out = policy;
	else
		policy_free(policy);
	return err;
}

void
policy_free(struct policy *policy)
{
	if (policy == NULL)
		return;
	if (policy->conf != NULL)
		conf_free(policy->conf);
	free(policy);
}

struct hash
policy_hash(const struct policy *policy)
{
	return policy->hash;
}

const char *
policy_id(const struct policy *policy)
{
	return conf_text(conf_member(conf_root(policy->conf), "policy"));
}

const char *
policy_edition(const struct policy *policy)
{
	return conf_text(conf_member(conf_root(policy->conf), "edition"));
}

/* --- asking ------------------------------------------------------------------------------- */

static const struct conf_node *
section_of(const struct dossier *dossier, const struct appraisal *a)
{
	return dossier->policy == NULL || a->open < 0 ? NULL :
	    conf_member(conf_root(dossier->policy->conf), a->partition[a->open].set->name);
}

static const struct conf_node *
key_of(const struct dossier *dossier, const struct appraisal *a, const char *key)
{
	const struct conf_node *section = section_of(dossier, a);

	return section == NULL ? NULL : conf_member(section, key);
}

bool
policy_has(const struct dossier *dossier, const struct appraisal *a)
{
	return section_of(dossier, a) != NULL;
}

bool
policy_integer(const struct dossier *dossier, const struct appraisal *a, const char *key,
    int64_t *out)
{
	const struct conf_node *node = key_of(dossier, a, key);

	if (node == NULL || conf_kind(node) != CONF_INTEGER)
		return false;
	*out = conf_integer(node);
	return true;
}

bool
policy_flag(const struct dossier *dossier, const struct appraisal *a, const char *key, bool *out)
{
	const struct conf_node *node = key_of(dossier, a, key);

	if (node == NULL || conf_kind(node) != CONF_FLAG)
		return false;
	*out = conf_flag(node);
	return true;
}

const char *
policy_text(const struct dossier *dossier, const struct appraisal *a, const char *key)
{
	const struct conf_node *node = key_of(dossier, a, key);

	return node == NULL || conf_kind(node) != CONF_TEXT ? NULL : conf_text(node);
}

/* A day named as the end is a day on which it still counts. */
static bool
in_time(const struct conf_node *entry, int64_t at_s)
{
	const struct conf_node *from = conf_member(entry, "from"),
	    *until = conf_member(entry, "until");
	int64_t ms;

	if (from != NULL && (date_read(conf_text(from), &ms, NULL) != ERR_OK ||
	    at_s * 1000 < ms))
		return false;
	if (until == NULL)
		return true;
	if (date_read(conf_text(until), &ms, NULL) != ERR_OK)
		return false;
	return at_s * 1000 < ms + (strlen(conf_text(until)) == DATE_LEN ? DAY_MS : 0);
}

static enum policy_answer
entry_ask(const struct conf_node *entry, const char *value, bool hex, int64_t at_s)
{
	bool group = conf_kind(entry) == CONF_GROUP;
	const char *listed = conf_text(group ? conf_member(entry, "value") : entry);
	bool any = strcmp(listed, "*") == 0;

	if (!any && (hex ? strcasecmp(listed, value) : strcmp(listed, value)) != 0)
		return POLICY_OTHER;
	if (group && !in_time(entry, at_s))
		return POLICY_PAST;
	return any ? POLICY_ANY : POLICY_LISTED;
}

/* by: the entry that lists it, where the answer is LISTED; may be NULL. */
static enum policy_answer
list_ask(const struct conf_node *node, const char *value, bool hex, int64_t at_s,
    const struct conf_node **by)
{
	bool list = node != NULL && conf_kind(node) == CONF_LIST;
	enum policy_answer best = POLICY_OTHER;

	if (node == NULL)
		return POLICY_SILENT;
	for (size_t i = 0; i < (list ? conf_count(node) : 1); i++) {
		const struct conf_node *entry = list ? conf_at(node, i) : node;
		enum policy_answer answer = entry_ask(entry, value, hex, at_s);

		if (answer == POLICY_LISTED && by != NULL)
			*by = entry;
		if (answer == POLICY_LISTED)
			return answer;
		if (answer == POLICY_ANY || (answer == POLICY_PAST && best == POLICY_OTHER))
			best = answer;
	}
	return best;
}

enum policy_answer
policy_listed_hex(const struct dossier *dossier, const struct appraisal *a, const char *key,
    struct bytes value)
{
	char *hex = memory_new(2 * value.len + 1, 1);
	enum policy_answer answer;

	hex_of(value, hex);
	answer = list_ask(key_of(dossier, a, key), hex, true, dossier->at_s, NULL);
	free(hex);
	return answer;
}

enum policy_answer
policy_listed_text(const struct dossier *dossier, const struct appraisal *a, const char *key,
    const char *value)
{
	return list_ask(key_of(dossier, a, key), value, false, dossier->at_s, NULL);
}

enum policy_answer
policy_matched(const struct dossier *dossier, const struct appraisal *a, const char *key,
    bool (*match)(const char *listed, void *arg), void *arg)
{
	const struct conf_node *node = key_of(dossier, a, key);
	bool list = node != NULL && conf_kind(node) == CONF_LIST;
	enum policy_answer best = node == NULL ? POLICY_SILENT : POLICY_OTHER;

	for (size_t i = 0; node != NULL && i < (list ? conf_count(node) : 1); i++) {
		const struct conf_node *entry = list ? conf_at(node, i) : node;
		bool group = conf_kind(entry) == CONF_GROUP;
		const char *listed = conf_text(group ? conf_member(entry, "value") : entry);
		bool any = strcmp(listed, "*") == 0;

		if (!any && !match(listed, arg))
			continue;
		if (group && !in_time(entry, dossier->at_s))
			best = best == POLICY_OTHER ? POLICY_PAST : best;
		else if (!any)
			return POLICY_LISTED;
		else
			best = POLICY_ANY;
	}
	return best;
}

static bool
answer_hold(struct appraisal *a, size_t rule, const char *key, enum policy_answer answer,
    const char *value)
{
	switch (answer) {
	case POLICY_LISTED:
		return hold(a, rule, true, NULL, NULL);
	case POLICY_ANY:
		return rule_skip(a, rule, "the policy accepts any");
	case POLICY_PAST:
		return rule_break(a, rule, "a value that the policy accepts at that time",
		    "%.120s, at another time", value);
	case POLICY_OTHER:
		return rule_break(a, rule, "a value on the policy's list", "%.180s", value);
	default:
		return rule_lack(a, rule, key, "the policy says nothing of it; found %.140s",
		    value);
	}
}

static void
asked_keep(struct appraisal *a, const char *key, const char *value)
{
	struct listed *asked;

	for (size_t i = 0; i < a->asked; i++)
		if (a->ask[i].part == a->open && strcmp(a->ask[i].key, key) == 0 &&
		    strcmp(a->ask[i].value, value) == 0)
			return;
	if (a->asked == ASKED_MAX || strlen(value) >= ASKED_TEXT ||
	    strlen(key) >= sizeof(asked->key))
		return;
	asked = &a->ask[a->asked++];
	asked->part = a->open;
	memcpy(asked->key, key, strlen(key) + 1);
	memcpy(asked->value, value, strlen(value) + 1);
}

void
policy_observe_hex(struct appraisal *a, const char *key, struct bytes value)
{
	char hex[ASKED_TEXT];

	if (value.len >= ASKED_TEXT / 2)
		return;
	hex_of(value, hex);
	asked_keep(a, key, hex);
}

/* An entry with a ticket accepted something: the change it was written for. */
static void
ticket_keep(struct appraisal *a, const struct conf_node *entry)
{
	const struct conf_node *member = entry != NULL && conf_kind(entry) == CONF_GROUP ?
	    conf_member(entry, "ticket") : NULL;
	const char *ticket = member != NULL ? conf_text(member) : "";
	size_t used = strlen(a->tickets), len = strlen(ticket);

	if (len == 0 || used + len + 2 > TICKETS_TEXT ||
	    comma_has(a->tickets, bytes_of_text(ticket)))
		return;
	if (used > 0)
		a->tickets[used++] = ',';
	memcpy(a->tickets + used, ticket, len + 1);
}

/* The answer of a list as a rule; the value stands in the policy's own form. */
static bool
listed_hold(const struct dossier *dossier, struct appraisal *a, size_t rule, const char *key,
    const char *value, bool hex)
{
	const struct conf_node *by = NULL;
	enum policy_answer answer = list_ask(key_of(dossier, a, key), value, hex, dossier->at_s,
	    &by);

	ticket_keep(a, by);
	return answer_hold(a, rule, key, answer, value);
}

void
policy_ticket_hex(const struct dossier *dossier, struct appraisal *a, const char *key,
    struct bytes value)
{
	char hex[ASKED_TEXT];
	const struct conf_node *by = NULL;

	if (value.len >= ASKED_TEXT / 2)
		return;
	hex_of(value, hex);
	if (list_ask(key_of(dossier, a, key), hex, true, dossier->at_s, &by) == POLICY_LISTED)
		ticket_keep(a, by);
}

bool
hold_listed_hex(const struct dossier *dossier, struct appraisal *a, size_t rule, const char *key,
    struct bytes value)
{
	char *hex = memory_new(2 * value.len + 1, 1);
	bool good;

	hex_of(value, hex);
	asked_keep(a, key, hex);
	good = listed_hold(dossier, a, rule, key, hex, true);
	free(hex);
	return good;
}

bool
hold_listed_text(const struct dossier *dossier, struct appraisal *a, size_t rule, const char *key,
    const char *value)
{
	asked_keep(a, key, value);
	return listed_hold(dossier, a, rule, key, value, false);
}

bool
hold_policy(const struct dossier *dossier, struct appraisal *a, size_t rule)
{
	if (policy_has(dossier, a))
		return hold(a, rule, true, NULL, NULL);
	return rule_lack(a, rule, a->partition[a->open].set->name, dossier->policy == NULL ?
	    "no policy was given" : "the policy has no such section");
}
