/* SPDX-License-Identifier: Apache-2.0 */
/* The permission file: read strictly, because what it allows is done to running core functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/conf.h"
#include "probes/permission.h"

struct permission {
	struct conf             *conf;
	struct permission_entry {
		const struct conf_node *hosts, *attempts;	/* lists of texts */
		struct permission_grant grant;
	} *entry;
	size_t entries;
};

static enum err
refuse(const char *name, const struct conf_node *at, const char *text, struct why *why)
{
	return why_at(why, ERR_INVALID, conf_line(at), "%s:%u: %s", name, conf_line(at), text);
}

static enum err
text_take(const char *name, const struct conf_node *entry, const char *member,
    char out[PERMISSION_TEXT], struct why *why)
{
	const struct conf_node *node = conf_member(entry, member);
	char text[80];

	if (node == NULL || conf_kind(node) != CONF_TEXT || conf_text(node)[0] == '\0') {
		snprintf(text, sizeof(text), "a permission needs %s, a text in quotes", member);
		return refuse(name, node != NULL ? node : entry, text, why);
	}
	if (strlen(conf_text(node)) >= PERMISSION_TEXT) {
		snprintf(text, sizeof(text), "%s is longer than %d octets", member,
		    PERMISSION_TEXT - 1);
		return refuse(name, node, text, why);
	}
	snprintf(out, PERMISSION_TEXT, "%s", conf_text(node));
	return ERR_OK;
}

static enum err
list_take(const char *name, const struct conf_node *entry, const char *member,
    const struct conf_node **out, struct why *why)
{
	const struct conf_node *node = conf_member(entry, member);
	bool good = node != NULL && conf_kind(node) == CONF_LIST && conf_count(node) > 0;
	char text[80];

	for (size_t i = 0; good && i < conf_count(node); i++)
		good = conf_kind(conf_at(node, i)) == CONF_TEXT &&
		    conf_text(conf_at(node, i))[0] != '\0';
	if (!good) {
		snprintf(text, sizeof(text), "a permission needs %s, a list of texts such as "
		    "[ \"plaintext\" ]", member);
		return refuse(name, node != NULL ? node : entry, text, why);
	}
	*out = node;
	return ERR_OK;
}

static enum err
members_check(const char *name, const struct conf_node *entry, struct why *why)
{
	static const char *const known[] = { "who", "until", "why", "hosts", "attempts" };

	for (size_t i = 0; i < conf_count(entry); i++) {
		bool found = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found |= strcmp(conf_name(conf_at(entry, i)), known[k]) == 0;
		if (!found)
			return refuse(name, conf_at(entry, i),
			    "a permission has who, until, why, hosts and attempts only", why);
	}
	return ERR_OK;
}

/* "2027-03-31" holds until the end of that day; a civil time until then. */
static enum err
until_take(const char *name, const struct conf_node *entry, int64_t *ms, struct why *why)
{
	char text[PERMISSION_TEXT];
	enum err err = text_take(name, entry, "until", text, why);

	if (err != ERR_OK)
		return err;
	if (date_read(text, ms, NULL) != ERR_OK)
		return refuse(name, conf_member(entry, "until"),
		    "until must be a date such as \"2027-03-31\" or a time with it", why);
	if (strlen(text) == strlen("2027-03-31"))
		*ms += INT64_C(86400000);
	return ERR_OK;
}

static enum err
entry_take(const char *name, const struct conf_node *node, struct permission_entry *entry,
    struct why *why)
{
	enum err err;

	if (conf_kind(node) != CONF_GROUP)
		return refuse(name, node, "permissions is a list of groups { who = ...; }", why);
	err = members_check(name, node, why);
	if (err == ERR_OK)
		err = text_take(name, node, "who", entry->grant.who, why);
	if (err == ERR_OK)
		err = text_take(name, node, "why", entry->grant.why, why);
	if (err == ERR_OK)
		err = until_take(name, node, &entry->grant.until_ms, why);
	if (err == ERR_OK)
		err = list_take(name, node, "hosts", &entry->hosts, why);
	if (err == ERR_OK)
		err = list_take(name, node, "attempts", &entry->attempts, why);
	return err;
}

static enum err
entries_take(const char *name, struct permission *permission, struct why *why)
{
	const struct conf_node *root = conf_root(permission->conf);
	const struct conf_node *list = conf_member(root, "permissions");
	enum err err = ERR_OK;

	if (list == NULL || conf_kind(list) != CONF_LIST || conf_count(root) != 1)
		return refuse(name, root, "a permission file has one list, permissions = ( ... )",
		    why);
	if (conf_count(list) > PERMISSIONS_MAX)
		return why_set(why, ERR_LIMIT, "%s:%u: more than %d permissions", name,
		    conf_line(list), PERMISSIONS_MAX);
	permission->entry = memory_new(conf_count(list) + 1, sizeof(*permission->entry));
	for (size_t i = 0; err == ERR_OK && i < conf_count(list); i++)
		err = entry_take(name, conf_at(list, i),
		    &permission->entry[permission->entries++], why);
	return err;
}

enum err
permission_read(const char *name, struct bytes text, struct permission **out, struct why *why)
{
	struct permission *permission = memory_new(1, sizeof(*permission));
	enum err err = conf_read(name, text, &permission->conf, why);

	if (err == ERR_OK)
		err = entries_take(name, permission, why);
	if (err != ERR_OK) {
		permission_free(permission);
		return err;
	}
	*out = permission;
	return ERR_OK;
}

void
permission_free(struct permission *permission)
{
	if (permission == NULL)
		return;
	conf_free(permission->conf);
	free(permission->entry);
	free(permission);
}

/* A star at the beginning or at the end stands for any octets there. */
static bool
host_matches(const char *pattern, const char *host)
{
	size_t pattern_len = strlen(pattern), len = strlen(host);

	if (pattern[0] == '*')
		return len >= pattern_len - 1 &&
		    strcasecmp(host + len - (pattern_len - 1), pattern + 1) == 0;
	if (pattern[pattern_len - 1] == '*')
		return strncasecmp(host, pattern, pattern_len - 1) == 0;
	return strcasecmp(host, pattern) == 0;
}

static bool
entry_names(const struct permission_entry *entry, const char *host, const char *attempt)
{
	bool host_named = false, attempt_named = false;

	for (size_t i = 0; i < conf_count(entry->hosts); i++)
		host_named |= host_matches(conf_text(conf_at(entry->hosts, i)), host);
	for (size_t i = 0; i < conf_count(entry->attempts); i++)
		attempt_named |= strcmp(conf_text(conf_at(entry->attempts, i)), attempt) == 0 ||
		    strcmp(conf_text(conf_at(entry->attempts, i)), "all") == 0;
	return host_named && attempt_named;
}

bool
permission_allows(const struct permission *permission, const char *host, const char *attempt,
    int64_t now_ms, struct permission_grant *grant)
{
	memset(grant, 0, sizeof(*grant));
	for (size_t i = 0; i < permission->entries; i++)
		if (entry_names(&permission->entry[i], host, attempt) &&
		    permission->entry[i].grant.until_ms > grant->until_ms)
			*grant = permission->entry[i].grant;
	return grant->until_ms > now_ms;
}
