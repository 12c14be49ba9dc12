/* SPDX-License-Identifier: Apache-2.0 */
/* Machines and what belongs to them, by EC2. */
#include <stdlib.h>

#include "monitor/inventory/aws.h"

#define EC2_VERSION "2016-11-15"

typedef enum err page_read(struct bytes, const char *region, struct page *, struct why *);

/* One paged list of a region: whatever ends it early is said, and what came before stays. */
static void
list_read(struct aws *aws, const char *region, const char *action, const char *filter,
    page_read *read)
{
	struct inventory *inventory = aws->inventory;
	struct page page = { .count = 0 };
	char *resource = memory_text(inventory->request.resource);
	enum err err = ERR_OK;

	for (unsigned number = 1; err == ERR_OK; number++) {
		struct call_answer answer = { .status = 0 };
		struct buffer form = { .max = 0 };
		struct why why = { .err = ERR_OK };
		char *next = page.next;

		page.next = NULL;
		page_free(&page);
		inventory_step(inventory, "in %s of %s, page %u", action, region, number);
		aws_form_begin(&form, action, EC2_VERSION);
		if (inventory_single(inventory))
			aws_form(&form, filter, resource);
		else
			aws_form(&form, "MaxResults", "1000");
		if (resource_text(next)[0] != '\0')
			aws_form(&form, "NextToken", next);
		free(next);
		err = aws_query(aws, "ec2", region, &form, &answer, &why);
		if (err == ERR_OK)
			err = read(bytes_of_buffer(&answer.body), region, &page, &why);
		for (size_t i = 0; i < page.count; i++)
			inventory_put(inventory, &page.resource[i]);
		if (err != ERR_OK && !(err == ERR_NOT_FOUND && inventory_single(inventory)))
			inventory_unread(inventory, "%s in aws/%s: %s", action, region, why.text);
		buffer_free(&form);
		call_answer_free(&answer);
		if (err == ERR_OK && resource_text(page.next)[0] == '\0')
			break;
	}
	free(resource);
	page_free(&page);
}

void
aws_machines(struct aws *aws, const char *region)
{
	list_read(aws, region, "DescribeInstances", "InstanceId.1", aws_instances_read);
}
