/* SPDX-License-Identifier: Apache-2.0 */
/* Machines, their volumes, snapshots and security groups, by EC2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

enum { SHARES_MAX = 500 };	/* snapshots of a region whose shares are asked, a call each */

/* A paged list: what it is called, and what makes a resource whole before it is put. */
struct list {
	const char *action, *id_name;
	aws_read   *read;
	const char *fixed_name, *fixed_value;	/* always asked, or NULL */
	void      (*finish)(struct aws *, const char *region, struct resource *, void *arg);
	void       *arg;
};

static enum err
page_ask(struct aws *aws, const char *region, const struct list *list,
    const struct text_list *ids, const char *next, struct page *page, struct why *why)
{
	struct call_answer answer = { .status = 0 };
	struct buffer form = { .max = 0 };
	enum err err;

	aws_form_begin(&form, list->action, AWS_EC2_VERSION);
	if (list->fixed_name != NULL && ids->count == 0)
		aws_form(&form, list->fixed_name, list->fixed_value);
	for (size_t i = 0; i < ids->count && i < AWS_IDS_MAX; i++) {
		char name[40];

		snprintf(name, sizeof(name), "%s.%zu", list->id_name, i + 1);
		aws_form(&form, name, ids->text[i]);
	}
	if (ids->count == 0)
		aws_form(&form, "MaxResults", "1000");
	if (next[0] != '\0')
		aws_form(&form, "NextToken", next);
	err = aws_query(aws, "ec2", region, &form, &answer, why);
	if (err == ERR_OK)
		err = list->read(bytes_of_buffer(&answer.body), region, page, why);
	buffer_free(&form);
	call_answer_free(&answer);
	return err;
}

/* All pages; what came before one that fails stays.  ids empty: everything. */
static enum err
list_ask(struct aws *aws, const char *region, const struct list *list,
    const struct text_list *ids, struct why *why)
{
	char *next = NULL;
	enum err err = ERR_OK;
	unsigned number = 1;

	do {
		struct page page = { .count = 0 };

		inventory_step(aws->inventory, "in %s of %s, page %u", list->action, region,
		    number++);
		err = page_ask(aws, region, list, ids, resource_text(next), &page, why);
		for (size_t i = 0; i < page.count; i++)
			list->finish(aws, region, &page.resource[i], list->arg);
		free(next);
		next = page.next;
		page.next = NULL;
		page_free(&page);
	} while (err == ERR_OK && resource_text(next)[0] != '\0');
	free(next);
	return err;
}

/* The one that is asked for, or all; what cannot be read is said. */
static void
list_read(struct aws *aws, const char *region, const struct list *list)
{
	struct inventory *inventory = aws->inventory;
	struct text_list ids = { .count = 0 };
	struct why why = { .err = ERR_OK };
	enum err err;

	if (inventory_single(inventory))
		text_list_add(&ids, inventory->request.resource);
	err = list_ask(aws, region, list, &ids, &why);
	if (err != ERR_OK && !(err == ERR_NOT_FOUND && inventory_single(inventory)))
		inventory_unread(inventory, "%s in aws/%s: %s", list->action, region, why.text);
	text_list_free(&ids);
}

static void
put(struct aws *aws, const char *region, struct resource *resource, void *arg)
{
	(void)region;
	(void)arg;
	inventory_put(aws->inventory, resource);
}

/* --- a machine on its own: what its volumes and groups say belongs to it ------------------ */

/* Encrypted if all are; the first key is named. */
static void
volume_join(struct aws *aws, const char *region, struct resource *volume, void *arg)
{
	struct resource *machine = arg;
	enum setting its = volume->setting[RESOURCE_ENCRYPTED];
	enum setting *all = &machine->setting[RESOURCE_ENCRYPTED];

	(void)aws;
	(void)region;
	if (*all != SETTING_NO)
		*all = its;
	if (resource_text(machine->key)[0] == '\0')
		resource_set(&machine->key, bytes_of_text(resource_text(volume->key)));
}

static void
group_join(struct aws *aws, const char *region, struct resource *group, void *arg)
{
	struct resource *machine = arg;

	(void)aws;
	(void)region;
	for (size_t i = 0; i < group->open.count; i++)
		text_list_add(&machine->open, bytes_of_text(group->open.text[i]));
	machine->open_known = true;
}

static void
parts_ask(struct aws *aws, const char *region, struct resource *machine, const char *prefix,
    const struct list *list)
{
	struct text_list ids = { .count = 0 };
	struct why why = { .err = ERR_OK };

	for (size_t i = 0; i < machine->parts.count; i++)
		if (strncmp(machine->parts.text[i], prefix, strlen(prefix)) == 0)
			text_list_add(&ids, bytes_of_text(machine->parts.text[i]));
	if (ids.count > AWS_IDS_MAX)
		text_list_print(&machine->unread, "%s: more than %d", list->action, AWS_IDS_MAX);
	else if (ids.count > 0 && list_ask(aws, region, list, &ids, &why) != ERR_OK)
		text_list_print(&machine->unread, "%s: %s", list->action, why.text);
	text_list_free(&ids);
}

static void
machine_finish(struct aws *aws, const char *region, struct resource *machine, void *arg)
{
	struct list volumes = { .action = "DescribeVolumes", .id_name = "VolumeId",
	    .read = aws_volumes_read, .finish = volume_join, .arg = machine };
	struct list groups = { .action = "DescribeSecurityGroups", .id_name = "GroupId",
	    .read = aws_groups_read, .finish = group_join, .arg = machine };

	(void)arg;
	if (inventory_single(aws->inventory)) {
		parts_ask(aws, region, machine, "vol-", &volumes);
		parts_ask(aws, region, machine, "sg-", &groups);
		aws_key_holder(aws, region, machine);
	}
	inventory_put(aws->inventory, machine);
}

void
aws_machines(struct aws *aws, const char *region)
{
	list_read(aws, region, &(struct list){ .action = "DescribeInstances",
	    .id_name = "InstanceId", .read = aws_instances_read, .finish = machine_finish });
}

static void
volume_finish(struct aws *aws, const char *region, struct resource *volume, void *arg)
{
	(void)arg;
	if (inventory_single(aws->inventory))
		aws_key_holder(aws, region, volume);
	inventory_put(aws->inventory, volume);
}

void
aws_volumes(struct aws *aws, const char *region)
{
	list_read(aws, region, &(struct list){ .action = "DescribeVolumes",
	    .id_name = "VolumeId", .read = aws_volumes_read, .finish = volume_finish });
}

static void
snapshot_finish(struct aws *aws, const char *region, struct resource *snapshot, void *arg)
{
	struct call_answer answer = { .status = 0 };
	struct buffer form = { .max = 0 };
	struct why why = { .err = ERR_OK };
	size_t *asked = arg;

	if (++*asked > SHARES_MAX) {
		text_list_print(&snapshot->unread, "shares: of the first %d only", SHARES_MAX);
		inventory_put(aws->inventory, snapshot);
		return;
	}
	aws_form_begin(&form, "DescribeSnapshotAttribute", AWS_EC2_VERSION);
	aws_form(&form, "SnapshotId", snapshot->id);
	aws_form(&form, "Attribute", "createVolumePermission");
	if (aws_query(aws, "ec2", region, &form, &answer, &why) != ERR_OK ||
	    aws_shares_read(bytes_of_buffer(&answer.body), snapshot, &why) != ERR_OK)
		text_list_print(&snapshot->unread, "shares: %s", why.text);
	for (size_t i = 0; i < snapshot->shared.count; i++)
		resource_edge(snapshot, EDGE_SHARE, bytes_of_text(snapshot->place),
		    bytes_of(NULL, 0), bytes_of_text(snapshot->shared.text[i]));
	snapshot->edges_known = why.err == ERR_OK;
	if (inventory_single(aws->inventory))
		aws_key_holder(aws, region, snapshot);
	inventory_put(aws->inventory, snapshot);
	buffer_free(&form);
	call_answer_free(&answer);
}

void
aws_snapshots(struct aws *aws, const char *region)
{
	size_t asked = 0;

	list_read(aws, region, &(struct list){ .action = "DescribeSnapshots",
	    .id_name = "SnapshotId", .read = aws_snapshots_read, .fixed_name = "Owner.1",
	    .fixed_value = "self", .finish = snapshot_finish, .arg = &asked });
}

void
aws_groups(struct aws *aws, const char *region)
{
	list_read(aws, region, &(struct list){ .action = "DescribeSecurityGroups",
	    .id_name = "GroupId", .read = aws_groups_read, .finish = put });
}
