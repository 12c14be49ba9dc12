/* SPDX-License-Identifier: Apache-2.0 */
/* Databases by RDS (2014-10-31): their place, settings, replicas and backups elsewhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

/* In the same region a replica is a name, in another it is an ARN. */
static void
replica_add(struct resource *out, enum edge_kind kind, struct bytes name)
{
	char *text = memory_text(name), region[AWS_REGION_MAX], account[AWS_REGION_MAX];
	char place[AWS_REGION_MAX + 4];

	if (aws_arn_read(text, region, account) && region[0] != '\0')
		snprintf(place, sizeof(place), "aws/%s", region);
	else if (strncmp(text, "arn:", 4) == 0)
		place[0] = '\0';
	else
		snprintf(place, sizeof(place), "%s", resource_text(out->place));
	resource_edge(out, kind, bytes_of_text(resource_text(out->place)), bytes_of_text(place),
	    name);
	free(text);
}

static void
replicas_read(const struct xml *xml, const struct xml_node *item, struct resource *out)
{
	const struct xml_node *one = xml_at(xml, item,
	    "ReadReplicaDBInstanceIdentifiers/ReadReplicaDBInstanceIdentifier");

	for (; one != NULL; one = xml_next(xml, one, "ReadReplicaDBInstanceIdentifier"))
		replica_add(out, EDGE_REPLICATION, xml_text(xml, one));
	one = xml_at(xml, item, "DBInstanceAutomatedBackupsReplications/"
	    "DBInstanceAutomatedBackupsReplication");
	for (; one != NULL; one = xml_next(xml, one, "DBInstanceAutomatedBackupsReplication"))
		replica_add(out, EDGE_BACKUP,
		    xml_text_at(xml, one, "DBInstanceAutomatedBackupsArn"));
	out->edges_known = true;
}

static void
database_read(const struct xml *xml, const struct xml_node *item, const char *asked,
    struct resource *out)
{
	char region[AWS_REGION_MAX], account[AWS_REGION_MAX];
	char *arn = memory_text(xml_text_at(xml, item, "DBInstanceArn"));

	resource_set(&out->kind, bytes_of_text("database"));
	resource_set(&out->id, xml_text_at(xml, item, "DBInstanceIdentifier"));
	resource_set(&out->zone, xml_text_at(xml, item, "AvailabilityZone"));
	resource_print(&out->place, "aws/%s",
	    aws_region_of(bytes_of_text(out->zone), region) ? region : asked);
	resource_set(&out->state, xml_text_at(xml, item, "DBInstanceStatus"));
	if (aws_arn_read(arn, region, account))
		resource_set(&out->owner, bytes_of_text(account));
	free(arn);
	out->setting[RESOURCE_ENCRYPTED] = aws_bool(xml_text_at(xml, item, "StorageEncrypted"));
	out->setting[RESOURCE_PUBLIC] = aws_bool(xml_text_at(xml, item, "PubliclyAccessible"));
	out->setting[RESOURCE_LOGGING] =
	    xml_at(xml, item, "EnabledCloudwatchLogsExports/member") != NULL ? SETTING_YES :
	    SETTING_NO;
	resource_set(&out->key, xml_text_at(xml, item, "KmsKeyId"));
	out->created_ms = aws_time(xml_text_at(xml, item, "InstanceCreateTime"));
	replicas_read(xml, item, out);
}

enum err
aws_databases_read(struct bytes octets, const char *region, struct page *page, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *result, *item;

	if (err != ERR_OK)
		return err;
	result = xml_child(xml, xml_root(xml), "DescribeDBInstancesResult");
	if (xml_child(xml, result, "DBInstances") == NULL)
		err = why_set(why, ERR_MALFORMED, "the answer has no DBInstances");
	item = xml_at(xml, result, "DBInstances/DBInstance");
	for (; item != NULL && err == ERR_OK; item = xml_next(xml, item, "DBInstance")) {
		struct resource *one = page_add(page);

		if (one == NULL)
			err = why_set(why, ERR_LIMIT, "more than %d databases", PAGE_MAX);
		else
			database_read(xml, item, region, one);
	}
	resource_set(&page->next, xml_text_at(xml, result, "Marker"));
	xml_free(xml);
	return err;
}

static enum err
page_ask(struct aws *aws, const char *region, const char *marker, struct page *page,
    struct why *why)
{
	char *resource = memory_text(aws->inventory->request.resource);
	struct call_answer answer = { .status = 0 };
	struct buffer form = { .max = 0 };
	enum err err;

	aws_form_begin(&form, "DescribeDBInstances", AWS_RDS_VERSION);
	if (inventory_single(aws->inventory))
		aws_form(&form, "DBInstanceIdentifier", resource);
	else
		aws_form(&form, "MaxRecords", "100");
	if (marker[0] != '\0')
		aws_form(&form, "Marker", marker);
	err = aws_query(aws, "rds", region, &form, &answer, why);
	if (err == ERR_OK)
		err = aws_databases_read(bytes_of_buffer(&answer.body), region, page, why);
	free(resource);
	buffer_free(&form);
	call_answer_free(&answer);
	return err;
}

void
aws_databases(struct aws *aws, const char *region)
{
	struct why why = { .err = ERR_OK };
	char *marker = NULL;
	enum err err;

	inventory_step(aws->inventory, "while databases of %s were listed", region);
	do {
		struct page page = { .count = 0 };

		err = page_ask(aws, region, resource_text(marker), &page, &why);
		for (size_t i = 0; i < page.count; i++) {
			if (inventory_single(aws->inventory))
				aws_key_holder(aws, region, &page.resource[i]);
			inventory_put(aws->inventory, &page.resource[i]);
		}
		free(marker);
		marker = page.next;
		page.next = NULL;
		page_free(&page);
	} while (err == ERR_OK && resource_text(marker)[0] != '\0');
	free(marker);
	if (err != ERR_OK && !(err == ERR_NOT_FOUND && inventory_single(aws->inventory)))
		inventory_unread(aws->inventory, "databases in aws/%s: %s", region, why.text);
}
