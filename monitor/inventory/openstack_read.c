/* SPDX-License-Identifier: Apache-2.0 */
/* OpenStack's answers; see openstack.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/openstack.h"

/* --- lists --------------------------------------------------------------------------------- */

typedef void row_read(const struct openstack_from *, const json_t *, struct resource *);

struct wanted { const char *member, *kind; row_read *read; };

/* "servers_links": [{"rel": "next", "href": ...}], or "next" of images and secrets. */
static void
next_take(const json_t *answer, const char *member, struct page *page)
{
	struct bytes next = cloud_text(answer, "next");
	char links[64];
	const json_t *link;
	size_t i;

	snprintf(links, sizeof(links), "%s_links", member);
	json_array_foreach(json_object_get(answer, links), i, link)
		if (cloud_is(cloud_text(link, "rel"), "next"))
			next = cloud_text(link, "href");
	if (next.len > 0)
		page->next = memory_text(next);
}

static enum err
rows_read(const struct openstack_from *from, const json_t *answer, const struct wanted *wanted,
    struct page *page, struct why *why)
{
	const json_t *rows = json_object_get(answer, wanted->member), *row;
	size_t i;

	if (!json_is_array(rows))
		return why_set(why, ERR_MALFORMED, "the answer has no list \"%s\"", wanted->member);
	next_take(answer, wanted->member, page);
	json_array_foreach(rows, i, row) {
		struct resource *out = page_add(page);

		if (out == NULL)
			return why_set(why, ERR_LIMIT, "a page has more than %d", PAGE_MAX);
		resource_set(&out->kind, bytes_of_text(wanted->kind));
		cloud_set(&out->id, row, "id");
		cloud_set(&out->name, row, "name");
		cloud_set(&out->state, row, "status");
		resource_set(&out->owner, bytes_of_text(from->owner));
		cloud_place(&out->place, "openstack", bytes_of_text(from->region));
		wanted->read(from, row, out);
		if (out->id == NULL || out->id[0] == '\0')
			return why_set(why, ERR_MALFORMED, "one of %s has no id", wanted->member);
	}
	return ERR_OK;
}

static void
server_read(const struct openstack_from *from, const json_t *row, struct resource *server)
{
	/* Its own name has a colon: no path. */
	const json_t *zone = json_object_get(row, "OS-EXT-AZ:availability_zone");

	(void)from;
	resource_set(&server->zone, bytes_of_text(json_is_string(zone) ? json_string_value(zone) :
	    ""));
	if (cloud_text(row, "tenant_id").len > 0)
		cloud_set(&server->owner, row, "tenant_id");
	server->created_ms = cloud_time_ms(cloud_text(row, "created"));
}

static void
volume_read(const struct openstack_from *from, const json_t *row, struct resource *volume)
{
	struct bytes replication = cloud_text(row, "replication_status");

	(void)from;
	cloud_set(&volume->zone, row, "availability_zone");
	volume->setting[RESOURCE_ENCRYPTED] = cloud_flag(row, "encrypted");
	volume->created_ms = cloud_time_ms(cloud_text(row, "created_at"));
	/* Where the second copy is stands in the operator's files; the API does not say. */
	if (replication.len > 0 && !cloud_is(replication, "disabled") &&
	    !cloud_is(replication, "not-capable"))
		resource_edge(volume, EDGE_REPLICATION, bytes_of_text(resource_text(volume->place)),
		    bytes_of("", 0), bytes_of_text("replication backend of the volume type"));
	/* The status is there only for those who may see it. */
	volume->edges_known = json_object_get(row, "replication_status") != NULL;
}

static void
snapshot_read(const struct openstack_from *from, const json_t *row, struct resource *snapshot)
{
	(void)from;
	snapshot->edges_known = true;
	resource_edge(snapshot, EDGE_COPY, bytes_of("", 0), bytes_of_text(
	    resource_text(snapshot->place)), cloud_text(row, "volume_id"));
	snapshot->created_ms = cloud_time_ms(cloud_text(row, "created_at"));
}

/* To which store a backup driver writes, the API says by the container's name alone. */
static void
backup_read(const struct openstack_from *from, const json_t *row, struct resource *backup)
{
	struct bytes container = cloud_text(row, "container");

	(void)from;
	cloud_set(&backup->zone, row, "availability_zone");
	backup->edges_known = true;
	resource_edge(backup, EDGE_BACKUP, bytes_of_text(resource_text(backup->place)),
	    bytes_of("", 0), container);
	backup->created_ms = cloud_time_ms(cloud_text(row, "created_at"));
}

static void
image_read(const struct openstack_from *from, const json_t *row, struct resource *image)
{
	struct bytes visibility = cloud_text(row, "visibility");

	(void)from;
	if (visibility.len > 0)
		image->setting[RESOURCE_PUBLIC] = setting_of(cloud_is(visibility, "public") ||
		    cloud_is(visibility, "community"));
	image->shared_known = visibility.len > 0 && !cloud_is(visibility, "shared");
	if (cloud_is(visibility, "shared"))
		text_list_print(&image->shared, "members of the image (visibility shared)");
	if (cloud_text(row, "owner").len > 0)
		cloud_set(&image->owner, row, "owner");
	image->created_ms = cloud_time_ms(cloud_text(row, "created_at"));
}

static void
rule_read(const struct openstack_from *from, const json_t *row, struct resource *rule)
{
	struct bytes prefix = cloud_text(row, "remote_ip_prefix"), protocol = cloud_text(row,
	    "protocol");
	const json_t *port = json_object_get(row, "port_range_min");
	bool everybody = cloud_is(prefix, "0.0.0.0/0") || cloud_is(prefix, "::/0") ||
	    (prefix.len == 0 && cloud_text(row, "remote_group_id").len == 0 &&
	    cloud_text(row, "remote_address_group_id").len == 0);

	(void)from;
	cloud_set(&rule->name, row, "security_group_id");
	rule->open_known = true;
	if (!everybody || !cloud_is(cloud_text(row, "direction"), "ingress"))
		return;
	if (json_is_integer(port))
		text_list_print(&rule->open, "%.*s %lld", (int)protocol.len,
		    (const char *)protocol.at, (long long)json_integer_value(port));
	else
		text_list_print(&rule->open, "%s%.*s every port", protocol.len == 0 ?
		    "every protocol" : "", (int)protocol.len, (const char *)protocol.at);
}

static void
secret_read(const struct openstack_from *from, const json_t *row, struct resource *secret)
{
	(void)from;
	resource_set(&secret->id, cloud_tail(cloud_text(row, "secret_ref")));
	resource_set(&secret->key_holder, bytes_of_text("provider"));
	secret->created_ms = cloud_time_ms(cloud_text(row, "created"));
}

static void
container_read(const struct openstack_from *from, const json_t *row, struct resource *container)
{
	(void)from;
	cloud_set(&container->id, row, "name");
}

#define LIST(function, member, kind, reader)                                                     \
	enum err function(void *from, const json_t *answer, struct page *page, struct why *why)  \
	{                                                                                        \
		return rows_read(from, answer, &(struct wanted){ member, kind, reader }, page,   \
		    why);                                                                        \
	}

LIST(openstack_servers_read, "servers", "machine", server_read)
LIST(openstack_volumes_read, "volumes", "volume", volume_read)
LIST(openstack_snapshots_read, "snapshots", "snapshot", snapshot_read)
LIST(openstack_backups_read, "backups", "backup", backup_read)
LIST(openstack_images_read, "images", "image", image_read)
LIST(openstack_rules_read, "security_group_rules", "group", rule_read)
LIST(openstack_secrets_read, "secrets", "key", secret_read)

/* A page of Swift has no link: the next one begins behind the last name. */
enum err
openstack_containers_read(void *from, const json_t *answer, struct page *page, struct why *why)
{
	enum err err = rows_read(from, answer, &(struct wanted){ "items", "bucket",
	    container_read }, page, why);

	if (err == ERR_OK && page->count > 0)
		page->next = memory_text(bytes_of_text(page->resource[page->count - 1].id));
	return err;
}

void
openstack_container_head(struct bytes read_acl, struct bytes sync_to, struct resource *container)
{
	bool everybody = read_acl.len >= 3 && memmem(read_acl.at, read_acl.len, ".r:*", 4) != NULL;

	container->setting[RESOURCE_PUBLIC] = setting_of(everybody);
	container->open_known = container->edges_known = true;
	if (everybody)
		text_list_print(&container->open, "everybody may read (X-Container-Read)");
	if (sync_to.len > 0)
		resource_edge(container, EDGE_REPLICATION, bytes_of_text(
		    resource_text(container->place)), bytes_of("", 0), sync_to);
}

/* --- token --------------------------------------------------------------------------------- */

static void
endpoint_add(struct openstack_token *token, struct bytes service, const json_t *endpoint)
{
	struct openstack_endpoint *out;
	struct bytes region = cloud_text(endpoint, "region_id");

	if (!cloud_is(cloud_text(endpoint, "interface"), "public") ||
	    token->endpoints == OPENSTACK_ENDPOINT_MAX)
		return;
	out = &token->endpoint[token->endpoints++];
	resource_set(&out->service, service);
	resource_set(&out->region, region.len > 0 ? region : cloud_text(endpoint, "region"));
	cloud_set(&out->url, endpoint, "url");
}

enum err
openstack_token_read(const json_t *answer, struct openstack_token *token, struct why *why)
{
	const json_t *service, *endpoint, *role;
	size_t i, j;

	cloud_set(&token->project, answer, "token.project.id");
	json_array_foreach(cloud_at(answer, "token.catalog"), i, service)
		json_array_foreach(cloud_at(service, "endpoints"), j, endpoint)
			endpoint_add(token, cloud_text(service, "type"), endpoint);
	json_array_foreach(cloud_at(answer, "token.roles"), i, role)
		text_list_add(&token->roles, cloud_text(role, "name"));
	if (token->endpoints == 0)
		return why_set(why, ERR_MALFORMED, "the token has no catalogue of public "
		    "endpoints: it is for no project");
	return ERR_OK;
}

void
openstack_token_free(struct openstack_token *token)
{
	for (size_t i = 0; i < token->endpoints; i++) {
		free(token->endpoint[i].service);
		free(token->endpoint[i].region);
		free(token->endpoint[i].url);
	}
	token->endpoints = 0;
	free(token->project);
	token->project = NULL;
	text_list_free(&token->roles);
}

static json_t *
text_of(const json_t *credential, const char *name)
{
	struct bytes text = cloud_text(credential, name);
	json_t *made = json_stringn((const char *)text.at, text.len);

	return made != NULL ? made : json_string("");
}

static json_t *
password_login(const json_t *credential)
{
	return json_pack("{s:{s:{s:[s], s:{s:{s:o, s:o, s:{s:o}}}}, s:{s:{s:o, s:{s:o}}}}}", "auth",
	    "identity", "methods", "password", "password", "user", "name",
	    text_of(credential, "user"), "password", text_of(credential, "password"), "domain",
	    "name", text_of(credential, "user_domain"), "scope", "project", "name",
	    text_of(credential, "project"), "domain", "name",
	    text_of(credential, "project_domain"));
}

static json_t *
application_login(const json_t *credential)
{
	return json_pack("{s:{s:{s:[s], s:{s:o, s:o}}}}", "auth", "identity", "methods",
	    "application_credential", "application_credential", "id",
	    text_of(credential, "application_credential_id"), "secret",
	    text_of(credential, "application_credential_secret"));
}

bool
openstack_login(const json_t *credential, struct buffer *body, struct why *why)
{
	static const char *const needed[] = { "user", "password", "user_domain", "project",
		"project_domain" };
	bool application = cloud_text(credential, "application_credential_id").len > 0;
	json_t *ask;
	char *text;

	for (size_t i = 0; !application && i < sizeof(needed) / sizeof(needed[0]); i++)
		if (cloud_text(credential, needed[i]).len == 0) {
			why_set(why, ERR_INVALID, "it has neither application_credential_id nor "
			    "the text \"%s\"", needed[i]);
			return false;
		}
	ask = application ? application_login(credential) : password_login(credential);
	text = json_dumps(ask, JSON_COMPACT);
	buffer_put_text(body, text != NULL ? text : "{}");
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	json_decref(ask);
	return true;
}

bool
openstack_role_reads(const char *role)
{
	return strcmp(role, "reader") == 0 || strcmp(role, "auditor") == 0;
}
