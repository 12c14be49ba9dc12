/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round against AWS: whose credentials these are, what else they may do, and then the resources
 * of each region that was declared, or of all that the account may use.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

static bool
identity(struct aws *aws)
{
	struct inventory *inventory = aws->inventory;
	struct buffer form = { .max = 0 };
	struct call_answer answer = { .status = 0 };
	struct why why = { .err = ERR_OK };
	char *account = NULL;
	bool fine;

	inventory_step(inventory, "while STS was asked whose credentials these are");
	aws_form_begin(&form, "GetCallerIdentity", AWS_STS_VERSION);
	if (aws_query(aws, "sts", aws->home, &form, &answer, &why) == ERR_OK &&
	    aws_identity_read(bytes_of_buffer(&answer.body), &account, &aws->arn, &why) == ERR_OK)
		fine = inventory_account(inventory, bytes_of_text(account));
	else
		fine = inventory_failed(inventory, &why);
	buffer_free(&form);
	call_answer_free(&answer);
	free(account);
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
	aws_form_begin(&form, "DescribeRegions", AWS_EC2_VERSION);
	err = aws_query(aws, "ec2", aws->home, &form, &answer, &why);
	if (err == ERR_OK)
		err = aws_regions_read(bytes_of_buffer(&answer.body), regions, &why);
	buffer_free(&form);
	call_answer_free(&answer);
	return err == ERR_OK || inventory_failed(aws->inventory, &why);
}

static const struct {
	const char *kind;
	void      (*read)(struct aws *, const char *region);
} kinds[] = {
	{ "machine", aws_machines }, { "volume", aws_volumes }, { "snapshot", aws_snapshots },
	{ "group", aws_groups }, { "key", aws_keys }, { "database", aws_databases } };

static void
resources(struct aws *aws, const struct text_list *regions)
{
	struct inventory *inventory = aws->inventory;

	for (size_t i = 0; i < regions->count; i++)
		for (size_t j = 0; j < sizeof(kinds) / sizeof(kinds[0]); j++)
			if (inventory_wants(inventory, kinds[j].kind))
				kinds[j].read(aws, regions->text[i]);
	/* These have no region to be asked in. */
	if (inventory_wants(inventory, "bucket"))
		aws_buckets(aws);
	if (inventory_wants(inventory, "user"))
		aws_users(aws);
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
	if (identity(&aws)) {
		aws_rights(&aws);
		if (inventory_rights(inventory) &&
		    (regions.count > 0 || regions_ask(&aws, &regions)))
			resources(&aws, &regions);
	}
	text_list_free(&regions);
	free(aws.arn);
}
