/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against a Kubernetes API server with a bearer token: what the token may do, then nodes,
 * volumes and services.  A volume's region is that of the nodes of its zone.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud.h"
#include "monitor/inventory/kubernetes.h"

/* A service account's token as Kubernetes mounts it, or {"token": ...}. */
static bool
token_take(struct cloud *cloud)
{
	struct inventory *inventory = cloud->inventory;
	struct bytes raw = inventory->request.credential;
	json_t *root = NULL;

	while (raw.len > 0 && raw.at[raw.len - 1] <= ' ')
		raw.len--;
	if (raw.len > 0 && raw.at[0] == '{') {
		root = cloud_credential(inventory);
		if (root == NULL)
			return false;
		raw = cloud_text(root, "token");
	}
	for (size_t i = 0; i < raw.len; i++)
		if (raw.at[i] <= ' ' || raw.at[i] >= 0x7f)
			raw.len = 0;
	if (raw.len > 0)
		cloud_token_set(cloud, "Bearer ", raw);
	json_decref(root);
	if (cloud->token.len > 0)
		return true;
	return inventory_fail(inventory, INVENTORY_CREDENTIAL, "it is neither a bearer token nor "
	    "an object with the text \"token\"");
}

static bool
begin(struct cloud *cloud)
{
	struct inventory *inventory = cloud->inventory;

	if (inventory->request.endpoint.len == 0)
		return inventory_fail(inventory, INVENTORY_OPTIONS, "provider kubernetes needs the "
		    "option endpoint: the address of the API server, as https://10.0.0.1:6443");
	if (!cloud_begins(inventory->request.endpoint, "https://"))
		return inventory_fail(inventory, INVENTORY_OPTIONS, "the endpoint is not https: a "
		    "bearer token would be there for everybody to read");
	return token_take(cloud);
}

static json_t *
server_ask(struct cloud *cloud, const char *path, struct bytes body, struct why *why)
{
	struct buffer url = { .max = CLOUD_URL_MAX };
	json_t *answer;

	cloud_base(cloud->inventory, "", &url);
	buffer_put_text(&url, path);
	answer = cloud_ask(cloud, &(struct cloud_ask){ .url = buffer_text(&url), .body = body,
	    .post = body.at != NULL }, why);
	buffer_free(&url);
	return answer;
}

/* A cluster has no account; the identity of its first namespace stands for it. */
static bool
cluster_read(struct cloud *cloud)
{
	struct why why = { .err = ERR_OK };
	json_t *answer;
	bool same;

	answer = server_ask(cloud, "/api/v1/namespaces/kube-system", (struct bytes){ NULL, 0 },
	    &why);
	if (answer == NULL) {
		why_in(&why, "which cluster it is (the uid of kube-system)");
		if (cloud->inventory->request.account.len > 0)
			return inventory_failed(cloud->inventory, &why);
		return cloud_part_failed(cloud, "the cluster's identity", &why) &&
		    inventory_account(cloud->inventory, bytes_of("", 0));
	}
	same = inventory_account(cloud->inventory, cloud_text(answer, "metadata.uid"));
	json_decref(answer);
	return same;
}

static bool
rights_read(struct cloud *cloud)
{
	struct inventory *inventory = cloud->inventory;
	struct why why = { .err = ERR_OK };
	json_t *answer;
	bool whole;

	inventory_step(inventory, "while rights were read");
	answer = server_ask(cloud, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
	    bytes_of_text("{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":"
	    "\"SelfSubjectRulesReview\",\"spec\":{\"namespace\":\"kube-system\"}}"), &why);
	/* The first question of all: a token that is refused is refused here. */
	if (answer == NULL) {
		why_in(&why, "what the credential may do");
		return why.err == ERR_NOT_FOUND ? cloud_part_failed(cloud, "rights", &why) :
		    inventory_failed(inventory, &why);
	}
	whole = kubernetes_rules_read(answer, &inventory->rights_write);
	json_decref(answer);
	inventory->rights = inventory->rights_write.all > 0 ? RIGHTS_WRITE :
	    whole ? RIGHTS_READ : RIGHTS_UNKNOWN;
	if (inventory->rights == RIGHTS_UNKNOWN)
		inventory_unread(inventory, "what the credential may do: the server says that its "
		    "answer is incomplete");
	return inventory_rights(inventory);
}

struct listing { struct cloud *cloud; const char *path; };

static bool
listing_ask(void *arg, const char *mark, struct buffer *url, struct buffer *body)
{
	const struct listing *listing = arg;

	(void)body;
	cloud_base(listing->cloud->inventory, "", url);
	buffer_print(url, "%s?limit=500", listing->path);
	if (mark[0] != '\0') {
		buffer_put_text(url, "&continue=");
		cloud_url_encode(url, bytes_of_text(mark));
	}
	return false;
}

static bool
lists_read(struct cloud *cloud)
{
	static const struct { const char *what, *path; kubernetes_read *read; } lists[] = {
		{ "nodes", "/api/v1/nodes", kubernetes_nodes_read },
		{ "volumes", "/api/v1/persistentvolumes", kubernetes_volumes_read },
		{ "services", "/api/v1/services", kubernetes_services_read },
	};
	bool going = true;

	for (size_t i = 0; going && i < sizeof(lists) / sizeof(lists[0]); i++)
		going = cloud_list(cloud, &(struct cloud_list){ .what = lists[i].what,
		    .page_ask = listing_ask, .page_read = lists[i].read,
		    .arg = &(struct listing){ cloud, lists[i].path } });
	return going;
}

enum { ZONES_MAX = 256 };	/* of a cluster: clouds have some hundred in all */

/* One node of each place and zone. */
struct zones { const struct resource *node[ZONES_MAX]; size_t count; };

static void
zone_add(struct zones *zones, const struct resource *node)
{
	if (strcmp(resource_text(node->kind), "machine") != 0 ||
	    strchr(resource_text(node->place), '/') == NULL)
		return;
	for (size_t i = 0; i < zones->count; i++)
		if (strcmp(zones->node[i]->place, node->place) == 0 &&
		    strcmp(resource_text(zones->node[i]->zone), resource_text(node->zone)) == 0)
			return;
	if (zones->count < ZONES_MAX)
		zones->node[zones->count++] = node;
}

/* The node by which a zone, or a region where the volume names one, is known. */
static const struct resource *
neighbour(const struct zones *zones, const struct resource *volume)
{
	const char *region = resource_text(volume->place), *zone = resource_text(volume->zone);

	for (size_t i = 0; i < zones->count; i++) {
		const struct resource *node = zones->node[i];
		const char *own = strchr(node->place, '/');

		if (region[0] != '\0' ? strcmp(own + 1, region) == 0 :
		    strcmp(resource_text(node->zone), zone) == 0)
			return node;
	}
	return NULL;
}

static void
volume_place(const struct zones *zones, struct resource *volume)
{
	const struct resource *node;

	if (resource_text(volume->zone)[0] == '\0' && resource_text(volume->place)[0] == '\0')
		return;
	node = neighbour(zones, volume);
	if (node != NULL) {
		resource_set(&volume->place, bytes_of_text(node->place));
		return;
	}
	text_list_print(&volume->unsaid, "where it is: no node is in its zone or region "
	    "%.100s%.100s", resource_text(volume->zone), resource_text(volume->place));
	resource_set(&volume->place, bytes_of("", 0));
}

static void
volumes_place(struct cloud *cloud)
{
	struct estate *estate = &cloud->estate;
	struct zones zones = { .count = 0 };

	for (size_t i = 0; i < estate->count; i++)
		zone_add(&zones, &estate->resource[i]);
	for (size_t i = 0; i < estate->count; i++)
		if (strcmp(resource_text(estate->resource[i].kind), "volume") == 0)
			volume_place(&zones, &estate->resource[i]);
}

/* What no API of a cluster shows is said to be unknown, with its reason. */
static void
cluster_add(struct cloud *cloud)
{
	struct page page = { .count = 0 };
	struct resource *cluster = page_add(&page);

	resource_set(&cluster->kind, bytes_of_text("cluster"));
	resource_set(&cluster->id, cloud->inventory->request.endpoint);
	text_list_print(&cluster->unsaid, "whether secrets are encrypted at rest: a cluster's API "
	    "does not show it");
	text_list_print(&cluster->unsaid, "whether requests are logged: a cluster's API does not "
	    "show its audit policy");
	estate_take(&cloud->estate, &page);
	page_free(&page);
}

void
inventory_kubernetes(struct inventory *inventory)
{
	struct cloud cloud = { .inventory = inventory, .token_header = "Authorization" };

	if (begin(&cloud) && rights_read(&cloud) && cluster_read(&cloud) && lists_read(&cloud)) {
		volumes_place(&cloud);
		if (cloud.lists > 0)
			cluster_add(&cloud);
		cloud_put(&cloud);
	}
	cloud_free(&cloud);
}
