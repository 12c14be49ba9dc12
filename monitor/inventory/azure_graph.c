/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of Azure Resource Graph.  A machine is known by its vmId, which is what its hardware's
 * evidence names, too; everything else by its resource identifier.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud_json.h"

void
azure_place(char **field, struct bytes region)
{
	char text[RESOURCE_TEXT_MAX];
	size_t len = 0;

	for (size_t i = 0; i < region.len && len < sizeof(text); i++)
		if (region.at[i] != ' ')
			text[len++] = (char)region.at[i];
	cloud_place(field, "azure", bytes_of(text, len));
}

/* A machine of before security types has none: that is said by its absence, and not known here. */
static void
in_use_read(const json_t *row, struct resource *machine)
{
	struct bytes type = cloud_text(row, "properties.securityProfile.securityType");
	bool measured = cloud_flag(row, "properties.securityProfile.uefiSettings.vTpmEnabled") ==
	    SETTING_YES;

	if (cloud_is(type, "ConfidentialVM"))
		resource_set(&machine->in_use, bytes_of_text("confidential-vm"));
	else if (cloud_is(type, "TrustedLaunch"))
		resource_set(&machine->in_use, bytes_of_text(measured ? "measured-boot" : "none"));
	else if (cloud_is(type, "Standard"))
		resource_set(&machine->in_use, bytes_of_text("none"));
}

static void
machine_read(const json_t *row, struct resource *machine)
{
	struct bytes id = cloud_text(row, "properties.vmId");

	if (id.len > 0)
		resource_set(&machine->id, id);
	in_use_read(row, machine);
	resource_set(&machine->state, cloud_tail(cloud_text(row,
	    "properties.extended.instanceView.powerState.code")));
}

static void
encryption_read(const json_t *row, struct resource *volume)
{
	struct bytes type = cloud_text(row, "properties.encryption.type");

	if (type.len == 0)
		return;
	volume->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	resource_set(&volume->key_holder, bytes_of_text(
	    cloud_is(type, "EncryptionAtRestWithPlatformKey") ? "provider" : "customer"));
	cloud_set(&volume->key, row, "properties.encryption.diskEncryptionSetId");
}

static void
volume_read(const json_t *row, struct resource *volume)
{
	struct bytes policy = cloud_text(row, "properties.networkAccessPolicy");
	bool everywhere = cloud_is(policy, "AllowAll") &&
	    !cloud_is(cloud_text(row, "properties.publicNetworkAccess"), "Disabled");

	encryption_read(row, volume);
	cloud_set(&volume->state, row, "properties.diskState");
	volume->open_known = policy.len > 0;
	if (everywhere)
		text_list_print(&volume->open, "export from every network (networkAccessPolicy "
		    "AllowAll)");
}

static void
snapshot_read(const json_t *row, struct resource *snapshot)
{
	struct bytes source = cloud_text(row, "properties.creationData.sourceResourceId");

	volume_read(row, snapshot);
	snapshot->edges_known = true;
	if (source.len > 0)
		resource_edge(snapshot, EDGE_COPY, bytes_of("", 0), bytes_of_text(
		    resource_text(snapshot->place)), source);
}

/* Standard_GRS, Standard_RAGRS, Standard_GZRS, Standard_RAGZRS keep a second copy far away. */
static void
account_copies(const json_t *row, struct resource *account)
{
	struct bytes sku = cloud_text(row, "sku.name"), second = cloud_text(row,
	    "properties.secondaryLocation");
	bool far = cloud_ends(sku, "GRS") || cloud_ends(sku, "GZRS");
	char *to = NULL;

	if (sku.len == 0)
		return;
	account->edges_known = true;
	if (!far && second.len == 0)
		return;
	azure_place(&to, second);
	resource_edge(account, EDGE_REPLICATION, bytes_of_text(resource_text(account->place)),
	    bytes_of_text(resource_text(to)), sku);
	free(to);
}

static void
account_read(const json_t *row, struct resource *account)
{
	struct bytes primary = cloud_text(row, "properties.primaryLocation");
	struct bytes source = cloud_text(row, "properties.encryption.keySource");
	struct bytes network = cloud_text(row, "properties.publicNetworkAccess");
	struct bytes rule = cloud_text(row, "properties.networkAcls.defaultAction");

	if (primary.len > 0)
		azure_place(&account->place, primary);
	account_copies(row, account);
	/* Not "yes" yet: only a container says so.  No anonymous access at all is "no". */
	if (cloud_flag(row, "properties.allowBlobPublicAccess") == SETTING_NO)
		account->setting[RESOURCE_PUBLIC] = SETTING_NO;
	if (source.len > 0) {
		account->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
		resource_set(&account->key_holder, bytes_of_text(
		    cloud_is(source, "Microsoft.Storage") ? "provider" : "customer"));
		cloud_set(&account->key, row, "properties.encryption.keyvaultproperties.keyuri");
	}
	account->open_known = rule.len > 0 || cloud_is(network, "Disabled");
	if (cloud_is(rule, "Allow") && !cloud_is(network, "Disabled"))
		text_list_print(&account->open, "every network (networkAcls.defaultAction Allow)");
	account->shared_known = cloud_flag(row, "properties.allowCrossTenantReplication") ==
	    SETTING_NO;
	if (cloud_flag(row, "properties.allowCrossTenantReplication") == SETTING_YES)
		text_list_print(&account->shared, "any tenant (allowCrossTenantReplication)");
	if (cloud_flag(row, "properties.supportsHttpsTrafficOnly") == SETTING_NO)
		text_list_print(&account->open, "plain HTTP (supportsHttpsTrafficOnly false)");
}

static bool
whole_world(struct bytes prefix)
{
	return cloud_is(prefix, "*") || cloud_is(prefix, "Internet") ||
	    cloud_is(prefix, "0.0.0.0/0") || cloud_is(prefix, "::/0");
}

static void
rule_read(const json_t *rule, struct resource *firewall)
{
	const json_t *ports = cloud_at(rule, "properties.destinationPortRanges");
	struct bytes name = cloud_text(rule, "name"), port = cloud_text(rule,
	    "properties.destinationPortRange"), protocol = cloud_text(rule, "properties.protocol");
	bool open = whole_world(cloud_text(rule, "properties.sourceAddressPrefix"));
	const json_t *prefix;
	size_t i;

	json_array_foreach(cloud_at(rule, "properties.sourceAddressPrefixes"), i, prefix)
		open = open || whole_world(bytes_of_text(json_is_string(prefix) ?
		    json_string_value(prefix) : ""));
	if (port.len == 0 && json_array_size(ports) > 0 &&
	    json_is_string(json_array_get(ports, 0)))
		port = bytes_of_text(json_string_value(json_array_get(ports, 0)));
	if (open && cloud_is(cloud_text(rule, "properties.access"), "Allow") &&
	    cloud_is(cloud_text(rule, "properties.direction"), "Inbound"))
		text_list_print(&firewall->open, "%.*s %.*s (%.*s)", (int)protocol.len,
		    (const char *)protocol.at, (int)port.len, (const char *)port.at,
		    (int)name.len, (const char *)name.at);
}

static void
firewall_read(const json_t *row, struct resource *firewall)
{
	const json_t *rules = cloud_at(row, "properties.securityRules"), *rule;
	size_t i;

	firewall->open_known = json_is_array(rules);
	json_array_foreach(rules, i, rule)
		rule_read(rule, firewall);
}

static void
vault_read(const json_t *row, struct resource *vault)
{
	struct bytes network = cloud_text(row, "properties.publicNetworkAccess");
	struct bytes rule = cloud_text(row, "properties.networkAcls.defaultAction");

	vault->open_known = network.len > 0 || rule.len > 0;
	if (!cloud_is(network, "Disabled") && vault->open_known && !cloud_is(rule, "Deny"))
		text_list_print(&vault->open, "every network (publicNetworkAccess)");
}

static const struct {
	const char *type, *kind;
	void      (*read)(const json_t *, struct resource *);
} types[] = {
	{ "microsoft.compute/virtualmachines",       "machine",  machine_read },
	{ "microsoft.compute/disks",                 "volume",   volume_read },
	{ "microsoft.compute/snapshots",             "snapshot", snapshot_read },
	{ "microsoft.storage/storageaccounts",       "bucket",   account_read },
	{ "microsoft.network/networksecuritygroups", "group", firewall_read },
	{ "microsoft.keyvault/vaults",               "vault",    vault_read },
	{ "microsoft.sql/servers/databases",         "database", azure_sql_read },
	{ "microsoft.dbforpostgresql/flexibleservers", "database", azure_server_read },
	{ "microsoft.dbformysql/flexibleservers",    "database", azure_server_read },
};

static void
row_common(const json_t *row, struct resource *resource)
{
	const json_t *zone = json_array_get(cloud_at(row, "zones"), 0);

	cloud_set(&resource->id, row, "id");
	cloud_set(&resource->name, row, "name");
	azure_place(&resource->place, cloud_text(row, "location"));
	if (json_is_string(zone))
		resource_set(&resource->zone, bytes_of_text(json_string_value(zone)));
	resource_set(&resource->owner, cloud_between(cloud_text(row, "id"), "/subscriptions/"));
	resource->created_ms = cloud_time_ms(cloud_text(row, "properties.timeCreated"));
}

static enum err
row_read(const json_t *row, struct page *page, struct why *why)
{
	struct bytes type = cloud_text(row, "type");
	size_t i = 0, known = sizeof(types) / sizeof(types[0]);
	struct resource *resource;

	while (i < known && !cloud_is(type, types[i].type))
		i++;
	if (cloud_text(row, "id").len == 0 || type.len == 0)
		return why_set(why, ERR_MALFORMED, "a row of Resource Graph has no id or no type");
	if (i == known)
		return ERR_OK;
	resource = page_add(page);
	if (resource == NULL)
		return why_set(why, ERR_LIMIT, "a page has more than %d rows", PAGE_MAX);
	resource_set(&resource->kind, bytes_of_text(types[i].kind));
	row_common(row, resource);
	types[i].read(row, resource);
	return ERR_OK;
}

enum err
azure_graph_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	const json_t *rows = cloud_at(answer, "data"), *row;
	struct bytes mark;
	size_t i;

	(void)arg;
	if (!json_is_array(rows))
		return why_set(why, ERR_MALFORMED, "Resource Graph gave no list of rows");
	json_array_foreach(rows, i, row) {
		enum err err = row_read(row, page, why);

		if (err != ERR_OK)
			return err;
	}
	mark = bytes_of_text(json_string_value(json_object_get(answer, "$skipToken")) != NULL ?
	    json_string_value(json_object_get(answer, "$skipToken")) : "");
	if (mark.len > 0)
		page->next = memory_text(mark);
	else if (cloud_is(cloud_text(answer, "resultTruncated"), "true"))
		return why_set(why, ERR_TRUNCATED, "Resource Graph left rows out and names no "
		    "next page");
	return ERR_OK;
}
