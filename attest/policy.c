/* SPDX-License-Identifier: Apache-2.0 */
/* Appraisal policies, asked; see policy.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attest/policy_part.h"
#include "monitor/base/comma.h"
#include "monitor/base/timetext.h"

enum { DAY_MS = 86400000, DATE_LEN = 10 };

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

/* A day named as the end is a day on which it still counts.  INT64_MAX: it names none. */
static int64_t
ends_ms(const struct conf_node *entry)
{
	const struct conf_node *until = conf_member(entry, "until");
	int64_t ms;

	if (until == NULL)
		return INT64_MAX;
	if (date_read(conf_text(until), &ms, NULL) != ERR_OK)
		return INT64_MIN;
	return ms + (strlen(conf_text(until)) == DATE_LEN ? DAY_MS : 0);
}

/* INT64_MIN: it names no beginning. */
static int64_t
begins_ms(const struct conf_node *entry)
{
	const struct conf_node *from = conf_member(entry, "from");
	int64_t ms;

	if (from == NULL)
		return INT64_MIN;
	return date_read(conf_text(from), &ms, NULL) == ERR_OK ? ms : INT64_MAX;
}

static bool
in_time(const struct conf_node *entry, int64_t at_s)
{
	return at_s * 1000 >= begins_ms(entry) && at_s * 1000 < ends_ms(entry);
}

static int64_t
first_end(const struct conf_node *key, int64_t after_ms)
{
	bool list = conf_kind(key) == CONF_LIST;
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < (list ? conf_count(key) : 1); i++) {
		const struct conf_node *entry = list ? conf_at(key, i) : key;
		int64_t end = conf_kind(entry) == CONF_GROUP ? ends_ms(entry) : INT64_MAX;

		first = end > after_ms && end < first ? end : first;
	}
	return first;
}

int64_t
policy_ends_ms(const struct policy *policy, int64_t after_ms)
{
	const struct conf_node *root = conf_root(policy->conf);
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < conf_count(root); i++) {
		const struct conf_node *section = conf_at(root, i);

		for (size_t k = 0; conf_kind(section) == CONF_GROUP && k < conf_count(section);
		    k++) {
			int64_t end = first_end(conf_at(section, k), after_ms);

			first = end < first ? end : first;
		}
	}
	return first;
}

size_t
policy_sections(const struct policy *policy)
{
	const struct conf_node *root = conf_root(policy->conf);
	size_t count = 0;

	for (size_t i = 0; i < conf_count(root); i++)
		count += conf_kind(conf_at(root, i)) == CONF_GROUP;
	return count;
}

/* The text itself, or the first entry that counts at the dossier's second; NULL: none does. */
static const struct conf_node *
text_entry(const struct dossier *dossier, const struct appraisal *a, const char *key)
{
	const struct conf_node *node = key_of(dossier, a, key);
	bool list = node != NULL && conf_kind(node) == CONF_LIST;

	for (size_t i = 0; node != NULL && i < (list ? conf_count(node) : 1); i++) {
		const struct conf_node *entry = list ? conf_at(node, i) : node;

		if (conf_kind(entry) == CONF_TEXT || (conf_kind(entry) == CONF_GROUP &&
		    in_time(entry, dossier->at_s)))
			return entry;
	}
	return NULL;
}

const char *
policy_text(const struct dossier *dossier, const struct appraisal *a, const char *key)
{
	const struct conf_node *entry = text_entry(dossier, a, key);

	if (entry != NULL && conf_kind(entry) == CONF_GROUP)
		entry = conf_member(entry, "value");
	return entry == NULL ? NULL : conf_text(entry);
}

static enum policy_answer
entry_ask(const struct conf_node *entry, const char *value, bool hex, int64_t at_s)
{
	bool group = conf_kind(entry) == CONF_GROUP;
	const char *listed = conf_text(group ? conf_member(entry, "value") : entry);
	bool any = listed[0] == '*' && listed[1] == '\0';

	if (!any && (hex ? strcasecmp(listed, value) : strcmp(listed, value)) != 0)
		return POLICY_OTHER;
	if (group && !in_time(entry, at_s))
		return POLICY_PAST;
	return any ? POLICY_ANY : POLICY_LISTED;
}

/* by: the entry that lists it, or that accepts any, where the answer is that; may be NULL. */
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

		if (by != NULL && (answer == POLICY_LISTED || (answer == POLICY_ANY &&
		    best != POLICY_ANY)))
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

void
policy_observe_text(struct appraisal *a, const char *key, const char *value)
{
	asked_keep(a, key, value);
}

/* An entry with a ticket accepted something: the change it was written for. */
static void
ticket_keep(struct appraisal *a, const struct conf_node *entry)
{
	const struct conf_node *member = entry != NULL && conf_kind(entry) == CONF_GROUP ?
	    conf_member(entry, "ticket") : NULL;
	const char *ticket = member != NULL ? conf_text(member) : "";
	size_t used = strlen(a->tickets), len = strlen(ticket);

	if (len == 0 || comma_has(a->tickets, bytes_of_text(ticket)) ||
	    comma_has(a->tickets, bytes_of_text(TICKETS_MORE)))
		return;
	/* Room for the word that says that others had none is left for as long as it may come. */
	if (used + len + sizeof(",," TICKETS_MORE) > TICKETS_TEXT) {
		ticket = TICKETS_MORE;
		len = strlen(ticket);
	}
	if (used > 0)
		a->tickets[used++] = ',';
	memcpy(a->tickets + used, ticket, len + 1);
}

/* What a list was asked for. */
struct question { const char *key, *value; bool hex; };

/* Until when one entry or the next lists the value, without a gap; INT64_MAX: for ever. */
static int64_t
listed_until_ms(const struct conf_node *node, const struct question *q, int64_t until_ms)
{
	bool list = conf_kind(node) == CONF_LIST, longer = true;

	while (longer) {
		longer = false;
		for (size_t i = 0; i < (list ? conf_count(node) : 1); i++) {
			const struct conf_node *entry = list ? conf_at(node, i) : node;
			bool group = conf_kind(entry) == CONF_GROUP;
			int64_t begins = group ? begins_ms(entry) : INT64_MIN;
			int64_t ends = group ? ends_ms(entry) : INT64_MAX;

			if (begins > until_ms || ends <= until_ms || entry_ask(entry, q->value,
			    q->hex, until_ms / 1000) == POLICY_OTHER)
				continue;
			until_ms = ends;
			longer = true;
		}
	}
	return until_ms;
}

/* When nothing will accept any more what an entry accepted. */
static void
end_keep(const struct dossier *dossier, struct appraisal *a, const struct question *q,
    const struct conf_node *by)
{
	char what[ENDING_WHAT];
	int64_t until_ms;

	if (by == NULL || conf_kind(by) != CONF_GROUP || ends_ms(by) == INT64_MAX)
		return;
	until_ms = listed_until_ms(key_of(dossier, a, q->key), q, ends_ms(by));
	snprintf(what, sizeof(what), "policy:%s.%s", a->partition[a->open].set->name, q->key);
	ending_note(a, what, until_ms == ends_ms(by) ? begins_ms(by) : ENDING_UNKNOWN, until_ms);
}

static void
entry_keep(const struct dossier *dossier, struct appraisal *a, const struct question *q,
    const struct conf_node *by)
{
	ticket_keep(a, by);
	end_keep(dossier, a, q, by);
}

/* The answer of a list as a rule; the value stands in the policy's own form. */
static bool
listed_hold(const struct dossier *dossier, struct appraisal *a, size_t rule, const char *key,
    const char *value, bool hex)
{
	const struct conf_node *by = NULL;
	enum policy_answer answer = list_ask(key_of(dossier, a, key), value, hex, dossier->at_s,
	    &by);

	entry_keep(dossier, a, &(struct question){ key, value, hex }, by);
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
	(void)list_ask(key_of(dossier, a, key), hex, true, dossier->at_s, &by);
	entry_keep(dossier, a, &(struct question){ key, hex, true }, by);
}

bool
policy_ticket_listed(const struct dossier *dossier, struct appraisal *a, const char *key,
    const char *value)
{
	const struct conf_node *by = NULL;

	if (list_ask(key_of(dossier, a, key), value, false, dossier->at_s, &by) != POLICY_LISTED)
		return false;
	entry_keep(dossier, a, &(struct question){ key, value, false }, by);
	return true;
}

void
policy_ticket_text(const struct dossier *dossier, struct appraisal *a, const char *key)
{
	entry_keep(dossier, a, &(struct question){ key, policy_text(dossier, a, key), false },
	    text_entry(dossier, a, key));
}

void
policy_ends_text(const struct dossier *dossier, struct appraisal *a, const char *key)
{
	end_keep(dossier, a, &(struct question){ key, policy_text(dossier, a, key), false },
	    text_entry(dossier, a, key));
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
