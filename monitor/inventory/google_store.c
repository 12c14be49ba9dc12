/* SPDX-License-Identifier: Apache-2.0 */
/* Cloud Storage, KMS, Logging and IAM; see google.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/google.h"

static void
next_take(const json_t *answer, struct page *page)
{
	struct bytes next = cloud_text(answer, "nextPageToken");

	if (next.len > 0)
		page->next = memory_text(next);
}

/* Dual-regions that have a name of their own, as documented. */
static const struct { const char *name, *one, *other; } duals[] = {
	{ "ASIA1", "asia-northeast1", "asia-northeast2" },
	{ "EUR4",  "europe-north1",   "europe-west4" },
	{ "EUR5",  "europe-west1",    "europe-west2" },
	{ "EUR7",  "europe-west2",    "europe-west3" },
	{ "EUR8",  "europe-west3",    "europe-west6" },
	{ "NAM4",  "us-central1",     "us-east1" },
};

static void
replica_edge(struct resource *bucket, struct bytes to, const char *rule)
{
	char *place = NULL;

	cloud_place(&place, "google", to);
	resource_edge(bucket, EDGE_REPLICATION, bytes_of_text(resource_text(bucket->place)),
	    bytes_of_text(resource_text(place)), bytes_of_text(rule));
	free(place);
}

static void
dual_read(const json_t *row, struct bytes location, struct resource *bucket)
{
	const json_t *own = cloud_at(row, "customPlacementConfig.dataLocations"), *value;
	size_t i;

	json_array_foreach(own, i, value) {
		struct bytes region = bytes_of_text(json_is_string(value) ?
		    json_string_value(value) : "");

		if (i == 0)
			cloud_place(&bucket->place, "google", region);
		else
			replica_edge(bucket, region, "dual-region");
	}
	for (i = 0; json_array_size(own) == 0 && i < sizeof(duals) / sizeof(duals[0]); i++)
		if (cloud_is(location, duals[i].name)) {
			cloud_place(&bucket->place, "google", bytes_of_text(duals[i].one));
			replica_edge(bucket, bytes_of_text(duals[i].other), "dual-region");
			return;
		}
	if (json_array_size(own) == 0)
		replica_edge(bucket, bytes_of("", 0), "the other half of a dual-region");
}

static void
location_read(const json_t *row, struct resource *bucket)
{
	struct bytes location = cloud_text(row, "location"), type = cloud_text(row, "locationType");

	cloud_place(&bucket->place, "google", location);
	bucket->edges_known = type.len > 0;
	if (cloud_is(type, "dual-region"))
		dual_read(row, location, bucket);
	else if (cloud_is(type, "multi-region"))
		replica_edge(bucket, bytes_of("", 0), "other regions of the multi-region");
}

static void
bucket_read(const json_t *row, struct resource *bucket)
{
	struct bytes key = cloud_text(row, "encryption.defaultKmsKeyName");
	struct bytes logs = cloud_text(row, "logging.logBucket");

	resource_set(&bucket->kind, bytes_of_text("bucket"));
	cloud_set(&bucket->id, row, "name");
	cloud_set(&bucket->name, row, "name");
	cloud_set(&bucket->owner, row, "projectNumber");
	location_read(row, bucket);
	bucket->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	resource_set(&bucket->key, key);
	resource_set(&bucket->key_holder, bytes_of_text(key.len > 0 ? "customer" : "provider"));
	bucket->setting[RESOURCE_VERSIONING] = setting_of(cloud_flag(row, "versioning.enabled") ==
	    SETTING_YES);
	bucket->setting[RESOURCE_LOGGING] = setting_of(logs.len > 0);
	if (logs.len > 0)
		resource_edge(bucket, EDGE_LOGS, bytes_of_text(resource_text(bucket->place)),
		    bytes_of("", 0), logs);
	if (cloud_is(cloud_text(row, "iamConfiguration.publicAccessPrevention"), "enforced"))
		bucket->setting[RESOURCE_PUBLIC] = SETTING_NO;
	else if (cloud_flag(row, "iamConfiguration.uniformBucketLevelAccess.enabled") !=
	    SETTING_YES)
		text_list_print(&bucket->unsaid, "access lists of single objects (uniform access "
		    "is off)");
	bucket->created_ms = cloud_time_ms(cloud_text(row, "timeCreated"));
}

/* Where the name says it: log buckets carry their location. */
static void
sink_read(const json_t *row, struct resource *sink)
{
	struct bytes to = cloud_text(row, "destination");
	struct bytes location = cloud_between(to, "/locations/");
	struct bytes id = cloud_begins(to, "storage.googleapis.com/") ? cloud_tail(to) : to;
	char *place = NULL;

	resource_set(&sink->kind, bytes_of_text("sink"));
	cloud_set(&sink->name, row, "name");
	/* Buckets have bare names: a sink's must not be taken for one. */
	resource_print(&sink->id, "sinks/%s", sink->name);
	/* A sink takes what every region of the project logs. */
	resource_set(&sink->place, bytes_of_text("google/global"));
	sink->edges_known = true;
	resource_set(&sink->state, bytes_of_text(cloud_flag(row, "disabled") == SETTING_YES ?
	    "disabled" : "enabled"));
	if (cloud_flag(row, "disabled") == SETTING_YES)
		return;
	cloud_place(&place, "google", location);
	resource_edge(sink, EDGE_LOGS, bytes_of_text("google/global"), bytes_of_text(
	    resource_text(place)), id);
	free(place);
}

static void
key_read(const json_t *row, struct resource *key)
{
	struct bytes name = cloud_text(row, "name"), level = cloud_text(row,
	    "versionTemplate.protectionLevel"), region = cloud_between(name, "/locations/");

	resource_set(&key->kind, bytes_of_text("key"));
	resource_set(&key->id, name);
	resource_set(&key->name, cloud_tail(name));
	resource_set(&key->owner, cloud_between(name, "projects/"));
	cloud_place(&key->place, "google", region);
	cloud_set(&key->state, row, "primary.state");
	resource_set(&key->key_holder, bytes_of_text(cloud_begins(level, "EXTERNAL") ? "outside" :
	    cloud_begins(level, "HSM") ? "provider's hardware" : "provider"));
	/* Only symmetric keys are rotated by the service. */
	if (cloud_is(cloud_text(row, "purpose"), "ENCRYPT_DECRYPT"))
		key->setting[RESOURCE_ROTATION] = setting_of(cloud_text(row,
		    "rotationPeriod").len > 0);
	key->edges_known = true;
	/* A region's name has a hyphen; "global", "asia", "eur4" are several regions. */
	if (region.len > 0 && memchr(region.at, '-', region.len) == NULL)
		resource_edge(key, EDGE_KEY_REPLICA, bytes_of_text(resource_text(key->place)),
		    bytes_of("", 0), bytes_of_text("every region of that location"));
}

static void
name_read(const json_t *row, struct resource *out)
{
	cloud_set(&out->id, row, "name");
}

static enum err
rows_read(const json_t *answer, const char *member,
    void (*read)(const json_t *, struct resource *), struct page *page, struct why *why)
{
	const json_t *rows = json_object_get(answer, member), *row;
	size_t i;

	if (rows != NULL && !json_is_array(rows))
		return why_set(why, ERR_MALFORMED, "%s is no list", member);
	next_take(answer, page);
	json_array_foreach(rows, i, row) {
		struct resource *out;

		if (cloud_text(row, "name").len == 0)
			return why_set(why, ERR_MALFORMED, "one of %s has no name", member);
		out = page_add(page);
		if (out == NULL)
			return why_set(why, ERR_LIMIT, "a page has more than %d", PAGE_MAX);
		read(row, out);
	}
	return ERR_OK;
}

enum err
google_buckets_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return rows_read(answer, "items", bucket_read, page, why);
}

enum err
google_databases_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return rows_read(answer, "items", google_database_read, page, why);
}

enum err
google_sinks_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return rows_read(answer, "sinks", sink_read, page, why);
}

enum err
google_keys_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return rows_read(answer, "cryptoKeys", key_read, page, why);
}

enum err
google_names_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return rows_read(answer, json_object_get(answer, "locations") != NULL ? "locations" :
	    "keyRings", name_read, page, why);
}

/* --- access -------------------------------------------------------------------------------- */

static void
member_read(const char *member, const char *role, struct bytes project, struct resource *bucket)
{
	struct bytes text = bytes_of_text(member), domain = bytes_of("", 0);
	const char *at = strchr(member, '@');

	if (strcmp(member, "allUsers") == 0 || strcmp(member, "allAuthenticatedUsers") == 0) {
		text_list_print(&bucket->open, "%s: %s", member, role);
		if (bucket->setting[RESOURCE_PUBLIC] == SETTING_UNKNOWN)
			bucket->setting[RESOURCE_PUBLIC] = SETTING_YES;
		return;
	}
	if (!cloud_begins(text, "serviceAccount:") || at == NULL)
		return;
	domain = bytes_of_text(at + 1);
	if (cloud_ends(domain, ".iam.gserviceaccount.com") && !(domain.len == project.len + 24 &&
	    memcmp(domain.at, project.at, project.len) == 0))
		text_list_print(&bucket->shared, "%s: %s", member, role);
}

void
google_bucket_policy_read(const json_t *answer, struct bytes project, struct resource *bucket)
{
	const json_t *binding, *member;
	size_t i, j;

	bucket->open_known = bucket->shared_known = true;
	json_array_foreach(cloud_at(answer, "bindings"), i, binding) {
		const char *role = json_string_value(json_object_get(binding, "role"));

		json_array_foreach(cloud_at(binding, "members"), j, member)
			if (json_is_string(member))
				member_read(json_string_value(member), role != NULL ? role : "?",
				    project, bucket);
	}
	/* Lists of single objects may open what the policy does not. */
	if (bucket->setting[RESOURCE_PUBLIC] == SETTING_UNKNOWN && bucket->unsaid.count == 0)
		bucket->setting[RESOURCE_PUBLIC] = SETTING_NO;
}

void
google_audit_read(const json_t *answer, struct resource *account)
{
	const json_t *config;
	size_t i;

	account->setting[RESOURCE_LOGGING] = SETTING_NO;
	json_array_foreach(cloud_at(answer, "auditConfigs"), i, config)
		if (cloud_is(cloud_text(config, "service"), "allServices") &&
		    cloud_count(config, "auditLogConfigs") > 0)
			account->setting[RESOURCE_LOGGING] = SETTING_YES;
}

/* Each changes something, reaches stored data, or makes another who may. */
static const char *const dangerous[] = {
	"compute.instances.create", "compute.instances.delete", "compute.instances.setMetadata",
	"compute.disks.createSnapshot", "compute.disks.delete", "compute.firewalls.update",
	"compute.snapshots.delete", "storage.buckets.create", "storage.buckets.delete",
	"storage.buckets.update", "storage.buckets.setIamPolicy", "storage.objects.get",
	"storage.objects.create", "storage.objects.delete", "cloudkms.cryptoKeys.create",
	"cloudkms.cryptoKeys.update", "cloudkms.cryptoKeys.setIamPolicy",
	"cloudkms.cryptoKeyVersions.destroy", "cloudkms.cryptoKeyVersions.useToDecrypt",
	"logging.sinks.create", "logging.sinks.delete", "logging.logs.delete",
	"iam.serviceAccountKeys.create", "iam.serviceAccounts.actAs",
	"iam.serviceAccounts.getAccessToken", "iam.roles.update",
	"resourcemanager.projects.setIamPolicy", "resourcemanager.projects.delete",
};

void
google_permissions_ask(struct buffer *body)
{
	size_t count = sizeof(dangerous) / sizeof(dangerous[0]);

	for (size_t i = 0; i < count; i++)
		buffer_print(body, "%s\"%s\"", i == 0 ? "{\"permissions\":[" : ",", dangerous[i]);
	buffer_put_text(body, "]}");
}

void
google_permissions_read(const json_t *answer, struct text_list *write)
{
	const json_t *value;
	size_t i;

	json_array_foreach(cloud_at(answer, "permissions"), i, value)
		if (json_is_string(value))
			text_list_print(write, "%s", json_string_value(value));
}
