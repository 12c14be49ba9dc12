/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's answers about one resource, and about our own rights; see azure.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud_json.h"

/* Regions that Microsoft documents as pairs, in one direction and the other. */
static const struct { const char *one, *other; } pairs[] = {
	{ "japaneast", "japanwest" },           { "eastasia", "southeastasia" },
	{ "koreacentral", "koreasouth" },       { "australiaeast", "australiasoutheast" },
	{ "centralindia", "southindia" },       { "eastus", "westus" },
	{ "eastus2", "centralus" },             { "northcentralus", "southcentralus" },
	{ "westus2", "westcentralus" },         { "canadacentral", "canadaeast" },
	{ "northeurope", "westeurope" },        { "uksouth", "ukwest" },
	{ "francecentral", "francesouth" },     { "germanywestcentral", "germanynorth" },
	{ "switzerlandnorth", "switzerlandwest" }, { "norwayeast", "norwaywest" },
};

void
azure_pair(const char *place, char **other)
{
	struct bytes own = cloud_tail(bytes_of_text(place));

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (cloud_is(own, pairs[i].one))
			azure_place(other, bytes_of_text(pairs[i].other));
		else if (cloud_is(own, pairs[i].other))
			azure_place(other, bytes_of_text(pairs[i].one));
	}
}

/* Keys of a vault are replicated to the paired region by the service itself, with no switch. */
static void
pair_edge(struct resource *key)
{
	char *to = NULL;

	azure_pair(resource_text(key->place), &to);
	key->edges_known = true;
	resource_edge(key, EDGE_KEY_REPLICA, bytes_of_text(resource_text(key->place)),
	    bytes_of_text(resource_text(to)), bytes_of_text("the vault's paired region, as "
	    "documented"));
	free(to);
}

static enum setting
rotates(const json_t *key)
{
	const json_t *actions = cloud_at(key, "properties.rotationPolicy.lifetimeActions"), *action;
	size_t i;

	if (!json_is_object(cloud_at(key, "properties")))
		return SETTING_UNKNOWN;
	json_array_foreach(actions, i, action)
		if (cloud_is(cloud_text(action, "action.type"), "rotate"))
			return SETTING_YES;
	return SETTING_NO;
}

static void
key_read(const json_t *row, const struct resource *vault, struct resource *key)
{
	struct bytes type = cloud_text(row, "properties.kty");

	resource_set(&key->kind, bytes_of_text("key"));
	cloud_set(&key->id, row, "id");
	cloud_set(&key->name, row, "name");
	resource_set(&key->place, bytes_of_text(resource_text(vault->place)));
	resource_set(&key->owner, bytes_of_text(resource_text(vault->owner)));
	resource_set(&key->state, bytes_of_text(cloud_flag(row, "properties.attributes.enabled") ==
	    SETTING_NO ? "disabled" : "enabled"));
	/* The vault holds it for the customer, in hardware where the type says so. */
	resource_set(&key->key_holder, bytes_of_text(cloud_ends(type, "-HSM") ?
	    "provider's hardware" : "provider"));
	key->setting[RESOURCE_ROTATION] = rotates(row);
	key->setting[RESOURCE_LOGGING] = vault->setting[RESOURCE_LOGGING];
	pair_edge(key);
}

enum err
azure_keys_read(void *vault, const json_t *answer, struct page *page, struct why *why)
{
	const json_t *rows = cloud_at(answer, "value"), *row;
	size_t i;

	if (!json_is_array(rows))
		return why_set(why, ERR_MALFORMED, "the vault gave no list of keys");
	json_array_foreach(rows, i, row) {
		struct resource *key = page_add(page);

		if (key == NULL)
			return why_set(why, ERR_LIMIT, "a page has more than %d keys", PAGE_MAX);
		key_read(row, vault, key);
	}
	if (cloud_text(answer, "nextLink").len > 0)
		page->next = memory_text(cloud_text(answer, "nextLink"));
	return ERR_OK;
}

static bool
any_enabled(const json_t *logs)
{
	const json_t *log;
	size_t i;

	json_array_foreach(logs, i, log)
		if (cloud_flag(log, "enabled") == SETTING_YES)
			return true;
	return false;
}

static void
sink_edge(struct resource *resource, struct bytes id)
{
	if (id.len > 0)
		resource_edge(resource, EDGE_LOGS, bytes_of_text(resource_text(resource->place)),
		    bytes_of("", 0), id);
}

void
azure_logging_read(const json_t *answer, struct resource *resource)
{
	const json_t *rows = cloud_at(answer, "value"), *row;
	size_t i;

	if (!json_is_array(rows))
		return;
	resource->setting[RESOURCE_LOGGING] = SETTING_NO;
	json_array_foreach(rows, i, row) {
		if (!any_enabled(cloud_at(row, "properties.logs")))
			continue;
		resource->setting[RESOURCE_LOGGING] = SETTING_YES;
		sink_edge(resource, cloud_text(row, "properties.storageAccountId"));
		sink_edge(resource, cloud_text(row, "properties.workspaceId"));
		sink_edge(resource, cloud_text(row, "properties.eventHubAuthorizationRuleId"));
		sink_edge(resource, cloud_text(row, "properties.marketplacePartnerId"));
	}
}

void
azure_containers_read(const json_t *answer, struct resource *account)
{
	const json_t *rows = cloud_at(answer, "value"), *row;
	size_t i;

	if (!json_is_array(rows))
		return;
	/* A page without one says "no" only if it is the last. */
	if (cloud_text(answer, "nextLink").len > 0)
		text_list_print(&account->unread, "containers behind the first page");
	else if (account->setting[RESOURCE_PUBLIC] == SETTING_UNKNOWN)
		account->setting[RESOURCE_PUBLIC] = SETTING_NO;
	json_array_foreach(rows, i, row) {
		struct bytes access = cloud_text(row, "properties.publicAccess");
		struct bytes name = cloud_text(row, "name");

		if (access.len == 0 || cloud_is(access, "None"))
			continue;
		account->setting[RESOURCE_PUBLIC] = SETTING_YES;
		text_list_print(&account->open, "container %.*s is for everybody (%.*s)",
		    (int)name.len, (const char *)name.at, (int)access.len,
		    (const char *)access.at);
	}
}

void
azure_versioning_read(const json_t *answer, struct resource *account)
{
	if (json_is_object(cloud_at(answer, "properties")))
		account->setting[RESOURCE_VERSIONING] =
		    setting_of(cloud_flag(answer, "properties.isVersioningEnabled") == SETTING_YES);
}

void
azure_copies_read(const json_t *answer, struct resource *account)
{
	const json_t *row;
	size_t i;

	json_array_foreach(cloud_at(answer, "value"), i, row) {
		struct bytes to = cloud_text(row, "properties.destinationAccount");

		/* The same rule stands at both its ends; only what leaves is an edge. */
		if (to.len > 0 && !cloud_is(to, resource_text(account->id)) &&
		    !cloud_is(to, resource_text(account->name)))
			resource_edge(account, EDGE_REPLICATION, bytes_of_text(
			    resource_text(account->place)), bytes_of("", 0), to);
	}
}

/* base64url of RFC 4648 section 5, without padding. */
static bool
part_decode(struct bytes part, struct buffer *out)
{
	struct buffer text = { .max = 8192 };
	enum err err;

	for (size_t i = 0; i < part.len; i++)
		buffer_put_u8(&text, part.at[i] == '-' ? '+' : part.at[i] == '_' ? '/' :
		    part.at[i]);
	while (text.len % 4 != 0 && !text.failed)
		buffer_put_u8(&text, '=');
	err = text.failed ? ERR_LIMIT : base64_read(bytes_of_buffer(&text), out);
	buffer_free(&text);
	return err == ERR_OK;
}

void
azure_object_id(struct bytes token, char **id)
{
	const uint8_t *first = token.len > 0 ? memchr(token.at, '.', token.len) : NULL, *second;
	struct buffer claims = { .max = 8192 };
	struct why why = { .err = ERR_OK };
	struct bytes rest;
	json_t *root;

	resource_set(id, bytes_of("", 0));
	if (first == NULL)
		return;
	rest = bytes_slice(token, (size_t)(first - token.at) + 1, token.len);
	second = rest.len > 0 ? memchr(rest.at, '.', rest.len) : NULL;
	if (second == NULL)
		return;
	if (part_decode(bytes_slice(rest, 0, (size_t)(second - rest.at)), &claims) &&
	    (root = cloud_json_read(bytes_of_buffer(&claims), &why)) != NULL) {
		struct bytes oid = cloud_text(root, "oid");

		/* It becomes part of an address: letters, digits and hyphens as in every UUID. */
		if (strspn((const char *)oid.at, "0123456789abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == oid.len)
			resource_set(id, oid);
		json_decref(root);
	}
	buffer_free(&claims);
}

bool
azure_assignments_read(const json_t *answer, struct text_list *definitions)
{
	const json_t *row;
	size_t i;

	json_array_foreach(cloud_at(answer, "value"), i, row)
		text_list_add(definitions, cloud_text(row, "properties.roleDefinitionId"));
	return cloud_text(answer, "nextLink").len == 0 && definitions->all == definitions->count;
}

/* What ends with /read reads the configuration; everything else does more, or may. */
bool
azure_definition_read(const json_t *answer, struct text_list *write)
{
	const json_t *permissions = cloud_at(answer, "properties.permissions");
	const json_t *permission, *action;
	struct bytes role = cloud_text(answer, "properties.roleName");
	size_t i, j;

	json_array_foreach(permissions, i, permission) {
		json_array_foreach(cloud_at(permission, "actions"), j, action)
			if (!cloud_ends(bytes_of_text(json_is_string(action) ?
			    json_string_value(action) : ""), "/read"))
				text_list_print(write, "%.*s: %s", (int)role.len,
				    (const char *)role.at, json_is_string(action) ?
				    json_string_value(action) : "?");
		/* Data actions reach what is stored: a monitor of places has no use for them. */
		json_array_foreach(cloud_at(permission, "dataActions"), j, action)
			text_list_print(write, "%.*s: %s", (int)role.len, (const char *)role.at,
			    json_is_string(action) ? json_string_value(action) : "?");
	}
	return json_array_size(permissions) > 0;
}
