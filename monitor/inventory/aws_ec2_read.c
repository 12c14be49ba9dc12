/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of EC2 (2016-11-15): pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

enum err
aws_regions_read(struct bytes octets, struct text_list *regions, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *item;

	if (err != ERR_OK)
		return err;
	item = xml_at(xml, xml_root(xml), "regionInfo/item");
	for (; item != NULL; item = xml_next(xml, item, "item")) {
		char region[AWS_REGION_MAX];

		if (aws_region_of(xml_text_at(xml, item, "regionName"), region))
			text_list_add(regions, bytes_of_text(region));
	}
	if (regions->count == 0)
		err = why_set(why, ERR_MALFORMED, "DescribeRegions names no region");
	xml_free(xml);
	return err;
}

static struct bytes
tag_name(const struct xml *xml, const struct xml_node *item)
{
	const struct xml_node *tag = xml_at(xml, item, "tagSet/item");

	for (; tag != NULL; tag = xml_next(xml, tag, "item"))
		if (bytes_equal(xml_text_at(xml, tag, "key"), bytes_of_text("Name")))
			return xml_text_at(xml, tag, "value");
	return bytes_of(NULL, 0);
}

/* Where the placement says it is; the region that was asked only where it says nothing. */
static void
place_set(struct resource *resource, struct bytes zone, const char *asked)
{
	char region[AWS_REGION_MAX];

	resource_set(&resource->zone, zone);
	resource_print(&resource->place, "aws/%s", aws_region_of(zone, region) ? region : asked);
}

static void
parts_add(const struct xml *xml, const struct xml_node *item, const char *name,
    struct resource *out)
{
	for (; item != NULL; item = xml_next(xml, item, "item")) {
		struct bytes id = xml_text_at(xml, item, name);

		if (id.len > 0)
			text_list_add(&out->parts, id);
	}
}

/*
 * AWS names AMD SEV-SNP where a machine was started with it, and leaves it out elsewhere: that is
 * unknown, unless it is said to be off.
 */
static void
in_use_read(const struct xml *xml, const struct xml_node *item, struct resource *out)
{
	struct bytes snp = xml_text_at(xml, item, "cpuOptions/amdSevSnp");

	if (bytes_equal(snp, bytes_of_text("enabled")))
		resource_set(&out->in_use, bytes_of_text("confidential-vm"));
	else if (aws_bool(xml_text_at(xml, item, "enclaveOptions/enabled")) == SETTING_YES)
		resource_set(&out->in_use, bytes_of_text("enclave"));
	else if (bytes_equal(snp, bytes_of_text("disabled")))
		resource_set(&out->in_use, bytes_of_text(xml_text_at(xml, item,
		    "tpmSupport").len > 0 ? "measured-boot" : "none"));
}

/* An address alone opens nothing: what lets the world in are the rules of its groups. */
static void
instance_read(const struct xml *xml, const struct xml_node *item, const char *region,
    struct resource *out)
{
	resource_set(&out->kind, bytes_of_text("machine"));
	resource_set(&out->id, xml_text_at(xml, item, "instanceId"));
	resource_set(&out->name, tag_name(xml, item));
	place_set(out, xml_text_at(xml, item, "placement/availabilityZone"), region);
	resource_set(&out->state, xml_text_at(xml, item, "instanceState/name"));
	out->created_ms = aws_time(xml_text_at(xml, item, "launchTime"));
	in_use_read(xml, item, out);
	parts_add(xml, xml_at(xml, item, "groupSet/item"), "groupId", out);
	parts_add(xml, xml_at(xml, item, "blockDeviceMapping/item"), "ebs/volumeId", out);
}

static void
volume_read(const struct xml *xml, const struct xml_node *item, const char *region,
    struct resource *out)
{
	resource_set(&out->kind, bytes_of_text("volume"));
	resource_set(&out->id, xml_text_at(xml, item, "volumeId"));
	resource_set(&out->name, tag_name(xml, item));
	place_set(out, xml_text_at(xml, item, "availabilityZone"), region);
	resource_set(&out->state, xml_text_at(xml, item, "status"));
	out->setting[RESOURCE_ENCRYPTED] = aws_bool(xml_text_at(xml, item, "encrypted"));
	resource_set(&out->key, xml_text_at(xml, item, "kmsKeyId"));
	out->created_ms = aws_time(xml_text_at(xml, item, "createTime"));
}

/* The console writes "[Copied snap-... from REGION]"; nothing else tells that it is a copy. */
static void
copy_edge(struct resource *out, struct bytes description)
{
	char *text = memory_text(description), *from = strstr(text, " from ");
	char region[AWS_REGION_MAX], place[AWS_REGION_MAX + 4];

	if (strncmp(text, "[Copied snap-", 13) == 0 && from != NULL) {
		char *end = strchr(from, ']');

		*from = '\0';
		from += 6;
		if (end != NULL)
			*end = '\0';
		if (aws_region_of(bytes_of_text(from), region)) {
			snprintf(place, sizeof(place), "aws/%s", region);
			resource_edge(out, EDGE_COPY, bytes_of_text(place),
			    bytes_of_text(resource_text(out->place)), bytes_of_text(text + 8));
		}
	}
	free(text);
}

static void
snapshot_read(const struct xml *xml, const struct xml_node *item, const char *region,
    struct resource *out)
{
	resource_set(&out->kind, bytes_of_text("snapshot"));
	resource_set(&out->id, xml_text_at(xml, item, "snapshotId"));
	resource_set(&out->name, tag_name(xml, item));
	place_set(out, bytes_of(NULL, 0), region);
	resource_set(&out->state, xml_text_at(xml, item, "status"));
	resource_set(&out->owner, xml_text_at(xml, item, "ownerId"));
	out->setting[RESOURCE_ENCRYPTED] = aws_bool(xml_text_at(xml, item, "encrypted"));
	resource_set(&out->key, xml_text_at(xml, item, "kmsKeyId"));
	out->created_ms = aws_time(xml_text_at(xml, item, "startTime"));
	copy_edge(out, xml_text_at(xml, item, "description"));
}

/* Half of all addresses is the world, too: two such rules are a known way round a check. */
static bool
is_world(struct bytes range)
{
	return range.len > 2 && range.at[range.len - 2] == '/' &&
	    (range.at[range.len - 1] == '0' || range.at[range.len - 1] == '1');
}

static void
rule_open(const struct xml *xml, const struct xml_node *rule, struct bytes range,
    struct resource *out)
{
	struct bytes protocol = xml_text_at(xml, rule, "ipProtocol");
	struct bytes from = xml_text_at(xml, rule, "fromPort");
	struct bytes to = xml_text_at(xml, rule, "toPort");
	bool all = bytes_equal(protocol, bytes_of_text("-1"));

	if (!is_world(range))
		return;
	if (all || from.len == 0)
		text_list_print(&out->open, "%.*s from %.*s: %s", all ? 3 : (int)protocol.len,
		    all ? "all" : (const char *)protocol.at, (int)range.len,
		    (const char *)range.at, resource_text(out->id));
	else
		text_list_print(&out->open, "%.*s %.*s%s%.*s from %.*s: %s", (int)protocol.len,
		    (const char *)protocol.at, (int)from.len, (const char *)from.at,
		    bytes_equal(from, to) ? "" : "-", bytes_equal(from, to) ? 0 : (int)to.len,
		    (const char *)to.at, (int)range.len, (const char *)range.at,
		    resource_text(out->id));
}

static void
group_read(const struct xml *xml, const struct xml_node *item, const char *region,
    struct resource *out)
{
	const struct xml_node *rule = xml_at(xml, item, "ipPermissions/item"), *range;

	resource_set(&out->kind, bytes_of_text("group"));
	resource_set(&out->id, xml_text_at(xml, item, "groupId"));
	resource_set(&out->name, xml_text_at(xml, item, "groupName"));
	resource_set(&out->owner, xml_text_at(xml, item, "ownerId"));
	place_set(out, bytes_of(NULL, 0), region);
	out->open_known = xml_child(xml, item, "ipPermissions") != NULL;
	for (; rule != NULL; rule = xml_next(xml, rule, "item")) {
		range = xml_at(xml, rule, "ipRanges/item");
		for (; range != NULL; range = xml_next(xml, range, "item"))
			rule_open(xml, rule, xml_text_at(xml, range, "cidrIp"), out);
		range = xml_at(xml, rule, "ipv6Ranges/item");
		for (; range != NULL; range = xml_next(xml, range, "item"))
			rule_open(xml, rule, xml_text_at(xml, range, "cidrIpv6"), out);
	}
}

typedef void item_read(const struct xml *, const struct xml_node *, const char *region,
    struct resource *);

static enum err
items_read(const struct xml *xml, const struct xml_node *item, const char *region,
    item_read *read, struct page *page, struct why *why)
{
	for (; item != NULL; item = xml_next(xml, item, "item")) {
		struct resource *one = page_add(page);

		if (one == NULL)
			return why_set(why, ERR_LIMIT, "one answer holds more than %d resources",
			    PAGE_MAX);
		read(xml, item, region, one);
		if (resource_text(one->id)[0] == '\0')
			return why_set(why, ERR_MALFORMED, "a resource has no identifier");
	}
	return ERR_OK;
}

static enum err
set_read(struct bytes octets, const char *set, const char *region, item_read *read,
    struct page *page, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *list;

	if (err != ERR_OK)
		return err;
	list = xml_child(xml, xml_root(xml), set);
	err = list == NULL ? why_set(why, ERR_MALFORMED, "the answer has no %s", set) :
	    items_read(xml, xml_child(xml, list, "item"), region, read, page, why);
	resource_set(&page->next, xml_text_at(xml, xml_root(xml), "nextToken"));
	xml_free(xml);
	return err;
}

enum err
aws_volumes_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	return set_read(octets, "volumeSet", region, volume_read, page, why);
}

enum err
aws_snapshots_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	return set_read(octets, "snapshotSet", region, snapshot_read, page, why);
}

enum err
aws_groups_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	return set_read(octets, "securityGroupInfo", region, group_read, page, why);
}

/* Machines stand in reservations, and those name the owner. */
enum err
aws_instances_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *reservation;

	if (err != ERR_OK)
		return err;
	if (xml_child(xml, xml_root(xml), "reservationSet") == NULL)
		err = why_set(why, ERR_MALFORMED, "the answer has no reservationSet");
	reservation = xml_at(xml, xml_root(xml), "reservationSet/item");
	while (reservation != NULL && err == ERR_OK) {
		size_t from = page->count;

		err = items_read(xml, xml_at(xml, reservation, "instancesSet/item"), region,
		    instance_read, page, why);
		for (size_t i = from; i < page->count; i++)
			resource_set(&page->resource[i].owner,
			    xml_text_at(xml, reservation, "ownerId"));
		reservation = xml_next(xml, reservation, "item");
	}
	resource_set(&page->next, xml_text_at(xml, xml_root(xml), "nextToken"));
	xml_free(xml);
	return err;
}

enum err
aws_shares_read(struct bytes octets, struct resource *out, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *list, *item;

	if (err != ERR_OK)
		return err;
	list = xml_child(xml, xml_root(xml), "createVolumePermission");
	if (list == NULL) {
		xml_free(xml);
		return why_set(why, ERR_MALFORMED, "the answer has no createVolumePermission");
	}
	out->setting[RESOURCE_PUBLIC] = SETTING_NO;
	out->shared_known = true;
	item = xml_child(xml, list, "item");
	for (; item != NULL; item = xml_next(xml, item, "item")) {
		struct bytes user = xml_text_at(xml, item, "userId");

		if (bytes_equal(xml_text_at(xml, item, "group"), bytes_of_text("all")))
			out->setting[RESOURCE_PUBLIC] = SETTING_YES;
		if (user.len > 0)
			text_list_add(&out->shared, user);
	}
	xml_free(xml);
	return ERR_OK;
}
