/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of EC2 (2016-11-15) and STS (2011-06-15): pure. */
#include <string.h>

#include "monitor/inventory/aws.h"

enum err
aws_identity_read(struct bytes octets, char **account, char **arn, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	struct bytes its;

	if (err != ERR_OK)
		return err;
	its = xml_text_at(xml, xml_root(xml), "GetCallerIdentityResult/Account");
	resource_set(account, its);
	resource_set(arn, xml_text_at(xml, xml_root(xml), "GetCallerIdentityResult/Arn"));
	if (its.len == 0)
		err = why_set(why, ERR_MALFORMED, "GetCallerIdentity names no account");
	xml_free(xml);
	return err;
}

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
	if (aws_region_of(zone, region))
		resource_print(&resource->place, "aws/%s", region);
	else
		resource_print(&resource->place, "aws/%s", asked);
}

static void
instance_read(const struct xml *xml, const struct xml_node *item, const char *region,
    struct bytes owner, struct resource *out)
{
	resource_set(&out->kind, bytes_of_text("machine"));
	resource_set(&out->id, xml_text_at(xml, item, "instanceId"));
	resource_set(&out->name, tag_name(xml, item));
	place_set(out, xml_text_at(xml, item, "placement/availabilityZone"), region);
	resource_set(&out->state, xml_text_at(xml, item, "instanceState/name"));
	resource_set(&out->owner, owner);
	out->created_ms = aws_time(xml_text_at(xml, item, "launchTime"));
}

enum err
aws_instances_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *reservation, *item;

	if (err != ERR_OK)
		return err;
	if (xml_child(xml, xml_root(xml), "reservationSet") == NULL)
		err = why_set(why, ERR_MALFORMED, "DescribeInstances answered without a "
		    "reservationSet");
	reservation = xml_at(xml, xml_root(xml), "reservationSet/item");
	for (; reservation != NULL; reservation = xml_next(xml, reservation, "item")) {
		item = xml_at(xml, reservation, "instancesSet/item");
		for (; item != NULL; item = xml_next(xml, item, "item")) {
			struct resource *one = page_add(page);

			if (one == NULL) {
				err = why_set(why, ERR_LIMIT, "one answer holds more than %d "
				    "instances", PAGE_MAX);
				break;
			}
			instance_read(xml, item, region, xml_text_at(xml, reservation, "ownerId"),
			    one);
		}
	}
	resource_set(&page->next, xml_text_at(xml, xml_root(xml), "nextToken"));
	xml_free(xml);
	return err;
}
