/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases of Azure: SQL databases, and flexible servers of PostgreSQL and MySQL.  Backups of SQL
 * databases go to the paired region unless somebody chose otherwise.
 */
#include <jansson.h>
#include <stdlib.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud_json.h"

static void
backup_edge(struct resource *database, const char *rule)
{
	char *to = NULL;

	azure_pair(resource_text(database->place), &to);
	resource_edge(database, EDGE_BACKUP, bytes_of_text(resource_text(database->place)),
	    bytes_of_text(resource_text(to)), bytes_of_text(rule));
	free(to);
}

void
azure_sql_read(const json_t *row, struct resource *database)
{
	struct bytes redundancy = cloud_text(row, "properties.currentBackupStorageRedundancy");

	cloud_set(&database->state, row, "properties.status");
	database->edges_known = redundancy.len > 0;
	if (cloud_begins(redundancy, "Geo"))
		backup_edge(database, "geo-redundant backups (currentBackupStorageRedundancy)");
}

void
azure_server_read(const json_t *row, struct resource *database)
{
	struct bytes geo = cloud_text(row, "properties.backup.geoRedundantBackup");
	struct bytes source = cloud_text(row, "properties.sourceServerResourceId");
	struct bytes key = cloud_text(row, "properties.dataEncryption.type");
	struct bytes network = cloud_text(row, "properties.network.publicNetworkAccess");

	cloud_set(&database->state, row, "properties.state");
	database->edges_known = geo.len > 0;
	if (cloud_is(geo, "Enabled"))
		backup_edge(database, "geo-redundant backups (geoRedundantBackup)");
	if (source.len > 0)
		resource_edge(database, EDGE_REPLICATION, bytes_of("", 0), bytes_of_text(
		    resource_text(database->place)), source);
	if (key.len > 0) {
		database->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
		resource_set(&database->key_holder, bytes_of_text(
		    cloud_is(key, "SystemManaged") ? "provider" : "customer"));
		cloud_set(&database->key, row, "properties.dataEncryption.primaryKeyURI");
	}
	/* Open to networks is not yet to everybody: the server's own rules are not in the graph. */
	if (cloud_is(network, "Disabled"))
		database->setting[RESOURCE_PUBLIC] = SETTING_NO;
	else if (network.len > 0)
		text_list_print(&database->unsaid, "its firewall rules: public network access is "
		    "on, and the graph does not hold them");
}
