/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against OpenStack: a token and a catalogue from Keystone, then each service of each
 * region that the catalogue names.  The region of a thing is that of the endpoint that listed it.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud.h"
#include "monitor/inventory/openstack.h"

struct openstack {
	struct cloud           cloud;
	struct openstack_token token;
};

/* --- token --------------------------------------------------------------------------------- */

static bool
token_take(struct openstack *openstack, const json_t *answer, const struct buffer *head)
{
	struct inventory *inventory = openstack->cloud.inventory;
	struct call_answer kept = { .head = *head };
	struct bytes token = call_answer_header(&kept, "x-subject-token");
	struct why why = { .err = ERR_OK };

	if (token.len == 0)
		return inventory_fail(inventory, INVENTORY_NONSENSE, "Keystone's answer has no "
		    "X-Subject-Token");
	cloud_token_set(&openstack->cloud, "", token);
	if (openstack_token_read(answer, &openstack->token, &why) != ERR_OK)
		return inventory_failed(inventory, &why);
	return inventory_account(inventory, bytes_of_text(resource_text(
	    openstack->token.project)));
}

static bool
login(struct openstack *openstack, const json_t *credential)
{
	struct inventory *inventory = openstack->cloud.inventory;
	struct buffer url = { .max = CLOUD_URL_MAX }, body = { .max = 16 << 10 };
	struct buffer head = { .max = CALL_HEADERS_MAX };
	struct why why = { .err = ERR_OK };
	json_t *answer = NULL;
	bool taken = false;

	cloud_base(inventory, "", &url);
	buffer_put_text(&url, "/auth/tokens");
	if (openstack_login(credential, &body, &why))
		answer = cloud_ask(&openstack->cloud, &(struct cloud_ask){
		    .url = buffer_text(&url), .body = bytes_of_buffer(&body), .post = true,
		    .head = &head }, &why);
	if (answer != NULL) {
		taken = token_take(openstack, answer, &head);
	} else {
		why_in(&why, "login");
		inventory_failed(inventory, &why);
	}
	json_decref(answer);
	if (body.at != NULL)
		explicit_bzero(body.at, body.len);
	if (head.at != NULL)
		explicit_bzero(head.at, head.len);
	buffer_free(&body);
	buffer_free(&head);
	buffer_free(&url);
	return taken;
}

static bool
begin(struct openstack *openstack)
{
	struct inventory *inventory = openstack->cloud.inventory;
	json_t *credential;
	bool going;

	if (inventory->request.endpoint.len == 0)
		return inventory_fail(inventory, INVENTORY_OPTIONS, "provider openstack needs the "
		    "option endpoint: Keystone, as https://keystone.example:5000/v3");
	credential = cloud_credential(inventory);
	inventory_step(inventory, "while logging in");
	going = credential != NULL && login(openstack, credential);
	json_decref(credential);
	return going;
}

static bool
rights_read(struct openstack *openstack)
{
	struct inventory *inventory = openstack->cloud.inventory;
	const struct text_list *roles = &openstack->token.roles;

	for (size_t i = 0; i < roles->count; i++)
		if (!openstack_role_reads(roles->text[i]))
			text_list_print(&inventory->rights_write, "role %s", roles->text[i]);
	inventory->rights = inventory->rights_write.all > 0 ? RIGHTS_WRITE :
	    roles->count > 0 ? RIGHTS_READ : RIGHTS_UNKNOWN;
	return inventory_rights(inventory);
}

/* --- lists --------------------------------------------------------------------------------- */

struct listing {
	struct openstack_from             from;
	const struct cloud               *cloud;
	const struct openstack_endpoint  *endpoint;
	const char                       *path, *query;	/* query: of the first page */
	bool                              names;	/* pages by the last name: Swift */
	openstack_read                   *read;
};

static bool
listing_ask(void *arg, const char *mark, struct buffer *url, struct buffer *body)
{
	const struct listing *listing = arg;
	const char *own = listing->endpoint->url, *query = strchr(mark, '?');
	size_t len = strlen(own);

	(void)body;
	while (len > 0 && own[len - 1] == '/')
		len--;
	buffer_print(url, "%.*s%s", (int)len, own, listing->path);
	/* Only the query of the next link: our token goes to no other host. */
	buffer_put_text(url, query != NULL && !listing->names ? query : listing->query);
	if (listing->names && mark[0] != '\0') {
		buffer_put_text(url, "&marker=");
		cloud_url_encode(url, bytes_of_text(mark));
	}
	return false;
}

static enum err
listing_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	struct listing *listing = arg;

	return listing->read(&listing->from, answer, page, why);
}

static const struct {
	const char     *service, *other;	/* type in the catalogue, and a second name of it */
	const char     *what, *version, *path, *query;
	openstack_read *read;
	bool            names;
} lists[] = {
	{ "compute", "compute", "machines", "", "/servers/detail", "?limit=500",
	    openstack_servers_read, false },
	{ "volumev3", "block-storage", "volumes", "", "/volumes/detail", "?limit=500",
	    openstack_volumes_read, false },
	{ "volumev3", "block-storage", "snapshots", "", "/snapshots/detail", "?limit=500",
	    openstack_snapshots_read, false },
	{ "volumev3", "block-storage", "backups", "", "/backups/detail", "?limit=500",
	    openstack_backups_read, false },
	{ "image", "image", "images", "/v2", "/images", "?limit=500", openstack_images_read,
	    false },
	{ "network", "network", "security group rules", "/v2.0", "/security-group-rules",
	    "?limit=500", openstack_rules_read, false },
	{ "object-store", "object-store", "containers", "", "", "?format=json&limit=1000",
	    openstack_containers_read, true },
	{ "key-manager", "key-manager", "secrets", "/v1", "/secrets", "?limit=100",
	    openstack_secrets_read, false },
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

static bool
list_read(struct openstack *openstack, const struct openstack_endpoint *endpoint, size_t at)
{
	const char *version = lists[at].version;
	char path[64], what[128];
	struct listing listing = { .cloud = &openstack->cloud, .endpoint = endpoint,
	    .from = { endpoint->region, resource_text(openstack->token.project) },
	    .path = path, .query = lists[at].query, .names = lists[at].names,
	    .read = lists[at].read };

	/* Some catalogues carry the version, some do not. */
	if (cloud_ends(bytes_of_text(endpoint->url), version))
		version = "";
	snprintf(path, sizeof(path), "%s%s", version, lists[at].path);
	snprintf(what, sizeof(what), "%s in openstack/%.80s", lists[at].what, endpoint->region);
	return cloud_list(&openstack->cloud, &(struct cloud_list){ .what = what,
	    .page_ask = listing_ask, .page_read = listing_read, .arg = &listing });
}

/* Our token goes nowhere unprotected. */
static bool
endpoint_fit(struct openstack *openstack, const struct openstack_endpoint *endpoint)
{
	struct bytes url = bytes_of_text(endpoint->url);

	if (cloud_begins(url, "https://"))
		return true;
	inventory_unread(openstack->cloud.inventory, "%s in openstack/%s: its endpoint %.100s is "
	    "not https, and the token goes nowhere else", endpoint->service, endpoint->region,
	    endpoint->url);
	return false;
}

static bool
region_declared(const struct inventory *inventory, const char *region)
{
	char declared[RESOURCE_TEXT_MAX];
	size_t at = 0;
	bool any = false;

	while (inventory_region(inventory, &at, declared, sizeof(declared))) {
		any = true;
		if (strcmp(declared, region) == 0)
			return true;
	}
	return !any;
}

static bool
endpoint_read(struct openstack *openstack, const struct openstack_endpoint *endpoint)
{
	struct bytes service = bytes_of_text(endpoint->service);
	bool going = true, fit = false, asked = false;

	for (size_t i = 0; going && i < LISTS; i++) {
		if (!cloud_is(service, lists[i].service) && !cloud_is(service, lists[i].other))
			continue;
		if (!asked)
			fit = endpoint_fit(openstack, endpoint);
		asked = true;
		if (fit)
			going = list_read(openstack, endpoint, i);
	}
	return going;
}

static bool
lists_read(struct openstack *openstack)
{
	bool going = true;

	for (size_t i = 0; going && i < openstack->token.endpoints; i++)
		if (region_declared(openstack->cloud.inventory,
		    openstack->token.endpoint[i].region))
			going = endpoint_read(openstack, &openstack->token.endpoint[i]);
	return going;
}

/* --- containers ---------------------------------------------------------------------------- */

static const struct openstack_endpoint *
store_of(const struct openstack *openstack, const char *place)
{
	for (size_t i = 0; i < openstack->token.endpoints; i++) {
		const struct openstack_endpoint *one = &openstack->token.endpoint[i];
		char *own = NULL;
		bool same;

		cloud_place(&own, "openstack", bytes_of_text(one->region));
		same = strcmp(one->service, "object-store") == 0 && strcmp(own, place) == 0;
		free(own);
		if (same)
			return one;
	}
	return NULL;
}

/* GET with no objects in it: what is asked for stands in the header lines. */
static bool
container_ask(struct openstack *openstack, struct resource *container)
{
	const struct openstack_endpoint *store = store_of(openstack, container->place);
	struct buffer url = { .max = CLOUD_URL_MAX };
	struct call_answer answer = { .head = { .max = CALL_HEADERS_MAX } };
	struct why why = { .err = ERR_OK };
	json_t *root = NULL;
	bool going = true;

	if (store == NULL)
		return true;
	buffer_print(&url, "%s/", store->url);
	cloud_url_encode(&url, bytes_of_text(container->name));
	buffer_put_text(&url, "?limit=0&format=json");
	root = cloud_ask(&openstack->cloud, &(struct cloud_ask){ .url = buffer_text(&url),
	    .head = &answer.head }, &why);
	if (root != NULL)
		openstack_container_head(call_answer_header(&answer, "x-container-read"),
		    call_answer_header(&answer, "x-container-sync-to"), container);
	else if (why.err == ERR_BUSY || why.err == ERR_TIMEOUT)
		going = cloud_part_failed(&openstack->cloud, "containers", &why);
	else
		text_list_print(&container->unread, "its settings: %.200s", why.text);
	json_decref(root);
	call_answer_free(&answer);
	buffer_free(&url);
	return going;
}

static bool
containers_read(struct openstack *openstack)
{
	struct estate *estate = &openstack->cloud.estate;
	bool going = true;

	inventory_step(openstack->cloud.inventory, "while settings of containers were read");
	for (size_t i = 0; going && i < estate->count; i++)
		if (strcmp(resource_text(estate->resource[i].kind), "bucket") == 0 &&
		    cloud_wanted(openstack->cloud.inventory, &estate->resource[i]))
			going = container_ask(openstack, &estate->resource[i]);
	return going;
}

void
inventory_openstack(struct inventory *inventory)
{
	struct openstack openstack = { .cloud = { .inventory = inventory,
	    .token_header = "X-Auth-Token" } };

	if (begin(&openstack) && rights_read(&openstack) && lists_read(&openstack) &&
	    containers_read(&openstack))
		cloud_put(&openstack.cloud);
	cloud_free(&openstack.cloud);
	openstack_token_free(&openstack.token);
}
