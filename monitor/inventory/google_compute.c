/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compute Engine: machines by their number, which is what signed identity documents carry, too;
 * volumes and snapshots by their path "projects/P/zones/Z/disks/NAME", which is what edges name.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/cloud_json.h"
#include "monitor/inventory/google.h"

/* "projects/..." of an address; what is none stays as it is. */
static struct bytes
path_of(struct bytes url)
{
	const uint8_t *found = url.len > 0 ? memmem(url.at, url.len, "projects/", 9) : NULL;

	return found != NULL ? bytes_slice(url, (size_t)(found - url.at), url.len) : url;
}

/* "asia-northeast1" of "asia-northeast1-a". */
static struct bytes
region_of(struct bytes zone)
{
	size_t at = zone.len;

	while (at > 0 && zone.at[at - 1] != '-')
		at--;
	return bytes_slice(zone, 0, at > 0 ? at - 1 : 0);
}

/* Place and zone, from "zone" or, of what spans zones, from "region". */
static void
place_read(const json_t *row, struct resource *out)
{
	struct bytes zone = cloud_tail(cloud_text(row, "zone"));
	struct bytes region = cloud_tail(cloud_text(row, "region"));

	resource_set(&out->zone, zone);
	cloud_place(&out->place, "google", zone.len > 0 ? region_of(zone) : region);
}

static struct resource *
row_begin(const json_t *row, const char *kind, struct page *page)
{
	struct resource *out = page_add(page);
	struct bytes link = cloud_text(row, "selfLink");

	if (out == NULL)
		return NULL;
	resource_set(&out->kind, bytes_of_text(kind));
	cloud_set(&out->name, row, "name");
	cloud_set(&out->state, row, "status");
	resource_set(&out->id, path_of(link.len > 0 ? link : cloud_text(row, "id")));
	resource_set(&out->owner, cloud_between(link, "projects/"));
	out->created_ms = cloud_time_ms(cloud_text(row, "creationTimestamp"));
	place_read(row, out);
	return out;
}

static void
encryption_read(const json_t *row, const char *member, struct resource *out)
{
	const json_t *key = cloud_at(row, member);
	struct bytes name = cloud_text(key, "kmsKeyName");

	/* Without a key of the customer's the service encrypts with its own, always. */
	out->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	resource_set(&out->key, name);
	resource_set(&out->key_holder, bytes_of_text(name.len > 0 ? "customer" :
	    json_is_object(key) ? "outside" : "provider"));
}

/* Without a word of confidential computing nothing is known of it. */
static void
in_use_read(const json_t *row, struct resource *machine)
{
	struct bytes type = cloud_text(row, "confidentialInstanceConfig.confidentialInstanceType");
	enum setting said = cloud_flag(row, "confidentialInstanceConfig.enableConfidentialCompute");
	bool on = said == SETTING_YES || cloud_is(type, "SEV") || cloud_is(type, "SEV_SNP") ||
	    cloud_is(type, "TDX");
	bool measured = cloud_flag(row, "shieldedInstanceConfig.enableVtpm") == SETTING_YES;

	if (on || said == SETTING_NO)
		resource_set(&machine->in_use, bytes_of_text(on ? "confidential-vm" : measured ?
		    "measured-boot" : "none"));
}

static void
machine_read(const json_t *row, struct resource *machine)
{
	cloud_set(&machine->id, row, "id");
	in_use_read(row, machine);
	machine->edges_known = true;
}

static void
volume_read(const json_t *row, struct resource *volume)
{
	const json_t *zones = cloud_at(row, "replicaZones"), *value;
	const char *name;
	size_t i;

	encryption_read(row, "diskEncryptionKey", volume);
	volume->edges_known = true;
	json_object_foreach(cloud_at(row, "asyncSecondaryDisks"), name, value)
		resource_edge(volume, EDGE_REPLICATION, bytes_of_text(resource_text(volume->place)),
		    bytes_of("", 0), path_of(bytes_of_text(name)));
	json_array_foreach(zones, i, value) {
		struct bytes zone = cloud_tail(bytes_of_text(json_is_string(value) ?
		    json_string_value(value) : ""));
		char *to = NULL;

		cloud_place(&to, "google", region_of(zone));
		resource_edge(volume, EDGE_REPLICATION, bytes_of_text(resource_text(volume->place)),
		    bytes_of_text(resource_text(to)), zone);
		free(to);
	}
}

struct wanted { const char *member, *kind; void (*read)(const json_t *, struct resource *); };

static enum err
scope_read(const json_t *scope, const struct wanted *wanted, struct page *page, struct why *why)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(scope, wanted->member), i, row) {
		struct resource *out;

		if (cloud_text(row, "name").len == 0)
			return why_set(why, ERR_MALFORMED, "one of %s has no name", wanted->member);
		out = row_begin(row, wanted->kind, page);
		if (out == NULL)
			return why_set(why, ERR_LIMIT, "a page has more than %d", PAGE_MAX);
		wanted->read(row, out);
	}
	return ERR_OK;
}

static void
next_take(const json_t *answer, struct page *page)
{
	struct bytes next = cloud_text(answer, "nextPageToken");

	if (next.len > 0)
		page->next = memory_text(next);
}

/* "items" is an object with a member for each zone and region. */
static enum err
aggregated_read(const json_t *answer, const struct wanted *wanted, struct page *page,
    struct why *why)
{
	const json_t *items = json_object_get(answer, "items"), *scope;
	const char *name;

	if (items != NULL && !json_is_object(items))
		return why_set(why, ERR_MALFORMED, "items is no object");
	next_take(answer, page);
	json_object_foreach((json_t *)(uintptr_t)items, name, scope) {
		enum err err = scope_read(scope, wanted, page, why);

		if (err != ERR_OK)
			return err;
		if (cloud_is(cloud_text(scope, "warning.code"), "UNREACHABLE"))
			return why_set(why, ERR_TRUNCATED, "%.80s could not be reached by the "
			    "provider itself", name);
	}
	if (cloud_count(answer, "unreachables") > 0)
		return why_set(why, ERR_TRUNCATED, "%zu scopes could not be reached by the "
		    "provider itself", cloud_count(answer, "unreachables"));
	return ERR_OK;
}

enum err
google_machines_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return aggregated_read(answer, &(struct wanted){ "instances", "machine", machine_read },
	    page, why);
}

enum err
google_volumes_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return aggregated_read(answer, &(struct wanted){ "disks", "volume", volume_read }, page,
	    why);
}

/* Where it lies is a region or a multi-region: "asia" says no more than that. */
static void
snapshot_read(const json_t *row, struct resource *snapshot)
{
	const json_t *places = cloud_at(row, "storageLocations"), *value;
	struct bytes source = path_of(cloud_text(row, "sourceDisk"));
	size_t i;

	encryption_read(row, "snapshotEncryptionKey", snapshot);
	snapshot->edges_known = true;
	json_array_foreach(places, i, value) {
		char *to = NULL;

		cloud_place(&to, "google", bytes_of_text(json_is_string(value) ?
		    json_string_value(value) : ""));
		if (i == 0)
			resource_set(&snapshot->place, bytes_of_text(resource_text(to)));
		resource_edge(snapshot, EDGE_COPY, bytes_of("", 0), bytes_of_text(
		    resource_text(to)), source);
		free(to);
	}
}

static bool
whole_world(const json_t *ranges)
{
	const json_t *value;
	size_t i;

	json_array_foreach(ranges, i, value)
		if (json_is_string(value) && (strcmp(json_string_value(value), "0.0.0.0/0") == 0 ||
		    strcmp(json_string_value(value), "::/0") == 0))
			return true;
	return false;
}

static void
firewall_read(const json_t *row, struct resource *firewall)
{
	const json_t *allowed;
	size_t i;

	resource_set(&firewall->place, bytes_of_text("google/global"));
	firewall->open_known = true;
	if (!whole_world(cloud_at(row, "sourceRanges")) ||
	    !cloud_is(cloud_text(row, "direction"), "INGRESS") ||
	    cloud_flag(row, "disabled") == SETTING_YES)
		return;
	json_array_foreach(cloud_at(row, "allowed"), i, allowed) {
		const json_t *port = json_array_get(cloud_at(allowed, "ports"), 0);
		struct bytes protocol = cloud_text(allowed, "IPProtocol");

		text_list_print(&firewall->open, "%.*s %s", (int)protocol.len,
		    (const char *)protocol.at, json_is_string(port) ? json_string_value(port) :
		    "every port");
	}
}

static enum err
listed_read(const json_t *answer, const struct wanted *wanted, struct page *page, struct why *why)
{
	next_take(answer, page);
	return scope_read(answer, wanted, page, why);
}

enum err
google_snapshots_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return listed_read(answer, &(struct wanted){ "items", "snapshot", snapshot_read }, page,
	    why);
}

enum err
google_firewalls_read(void *arg, const json_t *answer, struct page *page, struct why *why)
{
	(void)arg;
	return listed_read(answer, &(struct wanted){ "items", "group", firewall_read }, page,
	    why);
}
