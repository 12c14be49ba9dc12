/* SPDX-License-Identifier: Apache-2.0 */
/* Instances of Cloud SQL: where they, their replicas and their backups are; see google.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/google.h"

/* Without a location the service picks the multi-region that is nearest, and does not say which. */
static void
backup_read(const json_t *row, struct resource *database)
{
	struct bytes location = cloud_text(row, "settings.backupConfiguration.location");
	char *to = NULL;

	if (cloud_flag(row, "settings.backupConfiguration.enabled") != SETTING_YES)
		return;
	cloud_place(&to, "google", location);
	resource_edge(database, EDGE_BACKUP, bytes_of_text(resource_text(database->place)),
	    bytes_of_text(resource_text(to)), bytes_of_text("automated backups"));
	free(to);
}

static void
network_read(const json_t *row, struct resource *database)
{
	const json_t *networks = cloud_at(row, "settings.ipConfiguration.authorizedNetworks");
	enum setting reachable = cloud_flag(row, "settings.ipConfiguration.ipv4Enabled");
	const json_t *network;
	size_t i;

	if (reachable == SETTING_UNKNOWN)
		return;
	database->open_known = true;
	database->setting[RESOURCE_PUBLIC] = SETTING_NO;
	json_array_foreach(networks, i, network)
		if (reachable == SETTING_YES && (cloud_is(cloud_text(network, "value"),
		    "0.0.0.0/0") || cloud_is(cloud_text(network, "value"), "::/0"))) {
			database->setting[RESOURCE_PUBLIC] = SETTING_YES;
			text_list_print(&database->open, "every network (authorizedNetworks)");
		}
}

/* From the instance that it is a replica of, "carrier-core:subscribers". */
static void
replica_read(const json_t *row, struct resource *database)
{
	struct bytes source = cloud_text(row, "masterInstanceName");
	const uint8_t *colon = source.len > 0 ? memrchr(source.at, ':', source.len) : NULL;
	char *id = NULL;

	if (colon == NULL)
		return;
	resource_print(&id, "projects/%.*s/instances/%.*s", (int)(colon - source.at),
	    (const char *)source.at, (int)(source.len - 1 - (size_t)(colon - source.at)),
	    (const char *)colon + 1);
	resource_edge(database, EDGE_REPLICATION, bytes_of("", 0), bytes_of_text(
	    resource_text(database->place)), bytes_of_text(id));
	free(id);
}

void
google_database_read(const json_t *row, struct resource *database)
{
	struct bytes key = cloud_text(row, "diskEncryptionConfiguration.kmsKeyName");

	resource_set(&database->kind, bytes_of_text("database"));
	cloud_set(&database->name, row, "name");
	cloud_set(&database->owner, row, "project");
	/* Buckets have bare names: an instance's must not be taken for one. */
	resource_print(&database->id, "projects/%s/instances/%s", database->owner,
	    database->name);
	cloud_set(&database->state, row, "state");
	cloud_set(&database->zone, row, "gceZone");
	cloud_place(&database->place, "google", cloud_text(row, "region"));
	database->created_ms = cloud_time_ms(cloud_text(row, "createTime"));
	database->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	resource_set(&database->key, key);
	resource_set(&database->key_holder, bytes_of_text(key.len > 0 ? "customer" : "provider"));
	database->edges_known = true;
	replica_read(row, database);
	backup_read(row, database);
	network_read(row, database);
}
