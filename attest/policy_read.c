/* SPDX-License-Identifier: Apache-2.0 */
/* Appraisal policies, read; see policy.h. */
#include <stdlib.h>
#include <string.h>

#include "attest/policy_form.h"
#include "attest/policy_part.h"
#include "monitor/base/timetext.h"

enum { TICKET_MAX = 64 };

/* Keys that every section may have. */
static const struct policy_key common[] = {
	{ "nonce", POLICY_TEXT, "required or none" },
	{ "crl", POLICY_TEXT, "required or if_given" },
	{ "roots", POLICY_TEXT, "pinned roots: a name, sha256:HEX or spki:HEX" },
	{ NULL, POLICY_TEXT, NULL },
};

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

/* An entry that ends before it begins would never count. */
static enum err
span_check(const char *name, const struct conf_node *entry, struct why *why)
{
	const struct conf_node *from = conf_member(entry, "from"),
	    *until = conf_member(entry, "until");
	int64_t from_ms, until_ms;

	if (from == NULL || until == NULL ||
	    date_read(conf_text(from), &from_ms, NULL) != ERR_OK ||
	    date_read(conf_text(until), &until_ms, NULL) != ERR_OK || from_ms <= until_ms)
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%.120s:%u: \"until\" %.40s is before \"from\" %.40s: the "
	    "entry would never count; exchange or correct them", name, conf_line(until),
	    conf_text(until), conf_text(from));
}

/* As "sekimori intent announce --ticket" takes them, so that the two can be held together. */
static enum err
ticket_check(const char *name, const struct conf_node *node, struct why *why)
{
	const char *text = conf_text(node);

	if (conf_kind(node) == CONF_TEXT && text[0] != '\0' && strlen(text) < TICKET_MAX &&
	    strchr(text, ',') == NULL)
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%.120s:%u: \"ticket\" is not a text of up to %d octets "
	    "without a comma", name, conf_line(node), TICKET_MAX - 1);
}

static enum err
value_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	const char *wrong;

	if (conf_kind(node) != CONF_TEXT)
		return why_set(why, ERR_INVALID, "%.120s:%u: a value of \"%s\" is not a text in "
		    "quotes", name, conf_line(node), key->name);
	if (key->kind == POLICY_HEX && !hex_is(conf_text(node)))
		return why_set(why, ERR_INVALID, "%.120s:%u: a value of \"%s\" is neither whole "
		    "octets in hex nor \"*\"", name, conf_line(node), key->name);
	wrong = policy_form_wrong(key->name, conf_text(node));
	return wrong == NULL ? ERR_OK : why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" cannot be "
	    "read: \"%.80s\"; write %s", name, conf_line(node), key->name, conf_text(node), wrong);
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
		else if (strcmp(called, "ticket") == 0)
			err = ticket_check(name, member, why);
		else if (strcmp(called, "value") != 0 && strcmp(called, "note") != 0)
			err = why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not known here; an "
			    "entry has value, from, until, ticket and note", name,
			    conf_line(member), called);
	}
	return err == ERR_OK ? span_check(name, node, why) : err;
}

/* A number, or true or false. */
static enum err
plain_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	bool flag = key->kind == POLICY_FLAG;
	const char *wrong;

	if (conf_kind(node) != (flag ? CONF_FLAG : CONF_INTEGER))
		return why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is not %s", name,
		    conf_line(node), key->name, flag ? "true or false" : "a whole number");
	wrong = flag ? NULL : policy_number_wrong(key->name, conf_integer(node));
	return wrong == NULL ? ERR_OK : why_set(why, ERR_INVALID, "%.120s:%u: \"%s\" is %lld; "
	    "write %s", name, conf_line(node), key->name, (long long)conf_integer(node), wrong);
}

static enum err
key_check(const char *name, const struct conf_node *node, const struct policy_key *key,
    struct why *why)
{
	enum conf_kind kind = conf_kind(node);
	enum err err = ERR_OK;

	if (key->kind == POLICY_INTEGER || key->kind == POLICY_FLAG)
		return plain_check(name, node, key, why);
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
