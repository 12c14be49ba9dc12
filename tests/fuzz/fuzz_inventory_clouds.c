/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of cloud APIs: the first octet says which reader.  Whatever is read becomes lines that are
 * JSON, of bounded lists; whatever is refused says why.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/azure.h"
#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/estate.h"
#include "monitor/inventory/google.h"
#include "monitor/inventory/kubernetes.h"
#include "monitor/inventory/openstack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

typedef enum err page_reader(void *, const json_t *, struct page *, struct why *);

static struct openstack_from from = { "tokyo", "core" };
static struct resource vault;

static const struct { page_reader *read; void *arg; } readers[] = {
	{ azure_graph_read, NULL },              { azure_keys_read, &vault },
	{ google_machines_read, NULL },          { google_volumes_read, NULL },
	{ google_snapshots_read, NULL },         { google_firewalls_read, NULL },
	{ google_buckets_read, NULL },           { google_sinks_read, NULL },
	{ google_keys_read, NULL },              { google_names_read, NULL },
	{ openstack_servers_read, &from },       { openstack_volumes_read, &from },
	{ openstack_snapshots_read, &from },     { openstack_backups_read, &from },
	{ openstack_images_read, &from },        { openstack_rules_read, &from },
	{ openstack_containers_read, &from },    { openstack_secrets_read, &from },
	{ kubernetes_nodes_read, NULL },         { kubernetes_volumes_read, NULL },
	{ kubernetes_services_read, NULL },      { google_databases_read, NULL },
};

enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_estate(struct estate *estate)
{
	estate_resolve(estate);
	for (size_t i = 0; i < estate->count; i++) {
		const struct resource *one = &estate->resource[i];
		struct buffer line = { .max = 0 };
		json_t *read;

		must(one->edges <= RESOURCE_EDGE_MAX && one->open.count <= RESOURCE_LIST_MAX);
		resource_line(&line, one);
		read = json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
		must(read != NULL && line.at[line.len - 1] == '\n');
		json_decref(read);
		buffer_free(&line);
		if (one->id != NULL && one->id[0] != '\0')
			must(estate_find(estate, one->id) != NULL);
	}
}

static void
settings_read(const json_t *root)
{
	struct resource one = { .kind = NULL };
	struct openstack_token token = { .endpoints = 0 };
	struct text_list write = { .count = 0 };
	struct why why = { .err = ERR_OK };

	azure_logging_read(root, &one);
	azure_containers_read(root, &one);
	azure_versioning_read(root, &one);
	azure_copies_read(root, &one);
	azure_assignments_read(root, &write);
	azure_definition_read(root, &write);
	google_bucket_policy_read(root, bytes_of_text("carrier-core"), &one);
	google_audit_read(root, &one);
	google_permissions_read(root, &write);
	kubernetes_rules_read(root, &write);
	if (openstack_token_read(root, &token, &why) != ERR_OK)
		must(why.text[0] != '\0');
	openstack_token_free(&token);
	text_list_free(&write);
	resource_free(&one);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct estate estate = { .count = 0 };
	struct page page = { .count = 0 };
	struct why why = { .err = ERR_OK };
	char *id = NULL;
	json_t *root;

	json_object_seed(1);
	if (len == 0)
		return 0;
	azure_object_id(bytes_of(data + 1, len - 1), &id);
	free(id);
	root = cloud_json_read(bytes_of(data + 1, len - 1), &why);
	if (root == NULL) {
		must(why.text[0] != '\0');
		return 0;
	}
	if (data[0] % (READERS + 1) == READERS) {
		settings_read(root);
	} else if (readers[data[0] % (READERS + 1)].read(readers[data[0] % (READERS + 1)].arg,
	    root, &page, &why) != ERR_OK) {
		must(why.text[0] != '\0');
	}
	estate_take(&estate, &page);
	check_estate(&estate);
	estate_free(&estate);
	page_free(&page);
	json_decref(root);
	return 0;
}
