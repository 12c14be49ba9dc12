/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against AWS: whose credentials these are, what else they may do, and then the resources
 * of each region that was declared, or of all that the account may use.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

#define STS_VERSION "2011-06-15"
#define EC2_VERSION "2016-11-15"

static bool
identity(struct aws *aws)
{
	struct inventory *inventory = aws->inventory;
	struct buffer form = { .max = 0 };
	struct call_answer answer = { .status = 0 };
	struct why why = { .err = ERR_OK };
	char *account = NULL, *arn = NULL;
	bool fine;

	inventory_step(inventory, "while STS was asked whose credentials these are");
	aws_form_begin(&form, "GetCallerIdentity", STS_VERSION);
	if (aws_query(aws, "sts", aws->home, &form, &answer, &why) == ERR_OK &&
	    aws_identity_read(bytes_of_buffer(&answer.body), &account, &arn, &why) == ERR_OK)
		fine = inventory_account(inventory, bytes_of_text(account));
	else
		fine = inventory_failed(inventory, &why);
	buffer_free(&form);
	call_answer_free(&answer);
	free(account);
	free(arn);
	return fine;
}

static bool
regions_ask(struct aws *aws, struct text_list *regions)
{
	struct buffer form = { .max = 0 };
	struct call_answer answer = { .status = 0 };
	struct why why = { .err = ERR_OK };
	enum err err;

	inventory_step(aws->inventory, "while EC2 was asked for regions");
	aws_form_begin(&form, "DescribeRegions", EC2_VERSION);
	err = aws_query(aws, "ec2", aws->home, &form, &answer, &why);
	if (err == ERR_OK)
		err = aws_regions_read(bytes_of_buffer(&answer.body), regions, &why);
	buffer_free(&form);
	call_answer_free(&answer);
	return err == ERR_OK || inventory_failed(aws->inventory, &why);
}

static void
region_read(struct aws *aws, const char *region)
{
	if (inventory_wants(aws->inventory, "machine"))
		aws_machines(aws, region);
}

void
inventory_aws(struct inventory *inventory)
{
	char home[AWS_REGION_MAX], region[AWS_REGION_MAX];
	struct aws aws = { .inventory = inventory, .home = home };
	struct text_list regions = { .count = 0 };
	struct why why = { .err = ERR_OK };
	size_t at = 0;

	if (aws_credential_read(inventory->request.credential, &aws.credential, &why) != ERR_OK) {
		inventory_fail(inventory, INVENTORY_CREDENTIAL, "%s", why.text);
		return;
	}
	if (!inventory_region(inventory, &at, home, sizeof(home)))
		memcpy(home, "us-east-1", sizeof("us-east-1"));
	for (at = 0; inventory_region(inventory, &at, region, sizeof(region));)
		text_list_add(&regions, bytes_of_text(region));
	if (identity(&aws) && (regions.count > 0 || regions_ask(&aws, &regions)))
		for (size_t i = 0; i < regions.count; i++)
			region_read(&aws, regions.text[i]);
	text_list_free(&regions);
}
