/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Administrators and their second factor, and what our own credentials may do.  The latter is
 * asked of IAM's simulation, which evaluates policies and tries nothing; a dry run of the actions
 * themselves would be a request to delete, one forgotten field away from deleting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

/* What must not be in a monitor's hands: to destroy, to open, to read content, to gain more. */
static const char *const dangerous[] = { "ec2:TerminateInstances", "ec2:ModifySnapshotAttribute",
	"ec2:AuthorizeSecurityGroupIngress", "s3:GetObject", "s3:DeleteObject",
	"s3:PutBucketPolicy", "s3:PutReplicationConfiguration", "kms:Decrypt",
	"kms:ScheduleKeyDeletion", "rds:DeleteDBInstance", "iam:CreateAccessKey", "iam:PassRole",
	"iam:AttachUserPolicy", "sts:AssumeRole" };

enum { DANGEROUS = sizeof(dangerous) / sizeof(dangerous[0]) };

/* Of a session the role behind it: "arn:aws:sts::1:assumed-role/R/S" is "arn:aws:iam::1:role/R". */
static void
principal_of(const char *arn, struct buffer *out)
{
	char region[AWS_REGION_MAX], account[AWS_REGION_MAX], partition[AWS_REGION_MAX];
	const char *role = strstr(arn, ":assumed-role/");

	if (role == NULL || !aws_arn_read(arn, region, account)) {
		buffer_put_text(out, arn);
		return;
	}
	role += strlen(":assumed-role/");
	aws_partition(arn, partition);
	buffer_print(out, "arn:%s:iam::%s:role/%.*s", partition, account,
	    (int)strcspn(role, "/"), role);
}

void
aws_rights(struct aws *aws)
{
	struct inventory *inventory = aws->inventory;
	struct buffer form = { .max = 0 }, principal = { .max = 0 };
	struct call_answer answer = { .status = 0 };
	struct why why = { .err = ERR_OK };
	size_t asked = 0;

	inventory_step(inventory, "while IAM was asked what these credentials may do");
	principal_of(aws->arn, &principal);
	aws_form_begin(&form, "SimulatePrincipalPolicy", AWS_IAM_VERSION);
	aws_form(&form, "PolicySourceArn", buffer_text(&principal));
	for (size_t i = 0; i < DANGEROUS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "ActionNames.member.%zu", i + 1);
		aws_form(&form, name, dangerous[i]);
	}
	if (aws_query(aws, "iam", aws_global(aws->home), &form, &answer, &why) == ERR_OK &&
	    aws_simulation_read(bytes_of_buffer(&answer.body), &inventory->rights_write, &asked,
	    &why) == ERR_OK)
		inventory->rights = inventory->rights_write.all > 0 ? RIGHTS_WRITE :
		    asked == DANGEROUS ? RIGHTS_READ : RIGHTS_UNKNOWN;
	buffer_free(&form);
	buffer_free(&principal);
	call_answer_free(&answer);
}

/* One list of IAM with all its pages; fixed: name and value of what is asked beside the action. */
static enum err
list_ask(struct aws *aws, const char *action, const struct aws_pair *fixed, size_t count,
    const char *path, const char *name, struct text_list *out, struct why *why)
{
	char *marker = NULL;
	enum err err;

	do {
		struct call_answer answer = { .status = 0 };
		struct buffer form = { .max = 0 };

		aws_form_begin(&form, action, AWS_IAM_VERSION);
		for (size_t i = 0; i < count; i++)
			aws_form(&form, fixed[i].name, fixed[i].value);
		if (resource_text(marker)[0] != '\0')
			aws_form(&form, "Marker", marker);
		err = aws_query(aws, "iam", aws_global(aws->home), &form, &answer, why);
		if (err == ERR_OK)
			err = aws_members_read(bytes_of_buffer(&answer.body), path, name, out,
			    &marker, why);
		buffer_free(&form);
		call_answer_free(&answer);
	} while (err == ERR_OK && resource_text(marker)[0] != '\0');
	free(marker);
	return err;
}

static void
administrator_put(struct aws *aws, const char *name)
{
	struct aws_pair fixed = { "UserName", name };
	struct text_list factors = { .count = 0 };
	struct resource user = { .administrator = true };
	struct why why = { .err = ERR_OK };

	resource_set(&user.kind, bytes_of_text("user"));
	resource_set(&user.id, bytes_of_text(name));
	if (list_ask(aws, "ListMFADevices", &fixed, 1, "ListMFADevicesResult/MFADevices",
	    "SerialNumber", &factors, &why) == ERR_OK)
		user.setting[RESOURCE_SECOND_FACTOR] = factors.all > 0 ? SETTING_YES : SETTING_NO;
	else
		text_list_print(&user.unread, "second factor: %s", why.text);
	inventory_put(aws->inventory, &user);
	text_list_free(&factors);
	resource_free(&user);
}

static enum err
administrators_ask(struct aws *aws, struct text_list *users, struct why *why)
{
	char partition[AWS_REGION_MAX], policy[80];
	const struct aws_pair direct[] = { { "PolicyArn", policy }, { "EntityFilter", "User" } };
	const struct aws_pair by_group[] = { { "PolicyArn", policy },
		{ "EntityFilter", "Group" } };
	struct text_list groups = { .count = 0 };
	enum err err;

	aws_partition(resource_text(aws->arn), partition);
	snprintf(policy, sizeof(policy), "arn:%s:iam::aws:policy/AdministratorAccess", partition);
	err = list_ask(aws, "ListEntitiesForPolicy", direct, 2,
	    "ListEntitiesForPolicyResult/PolicyUsers", "UserName", users, why);

	if (err == ERR_OK)
		err = list_ask(aws, "ListEntitiesForPolicy", by_group, 2,
		    "ListEntitiesForPolicyResult/PolicyGroups", "GroupName", &groups, why);
	for (size_t i = 0; i < groups.count && err == ERR_OK; i++) {
		struct aws_pair fixed = { "GroupName", groups.text[i] };

		err = list_ask(aws, "GetGroup", &fixed, 1, "GetGroupResult/Users", "UserName",
		    users, why);
	}
	text_list_free(&groups);
	return err;
}

static void
owner_ask(struct aws *aws)
{
	struct inventory *inventory = aws->inventory;
	struct buffer form = { .max = 0 };
	struct call_answer answer = { .status = 0 };
	struct why why = { .err = ERR_OK };

	aws_form_begin(&form, "GetAccountSummary", AWS_IAM_VERSION);
	if (aws_query(aws, "iam", aws_global(aws->home), &form, &answer, &why) != ERR_OK ||
	    aws_summary_read(bytes_of_buffer(&answer.body), &inventory->root_second_factor,
	    &inventory->root_keys, &why) != ERR_OK)
		inventory_unread(inventory, "the account's owner: %s", why.text);
	buffer_free(&form);
	call_answer_free(&answer);
}

void
aws_users(struct aws *aws)
{
	struct text_list users = { .count = 0 };
	struct why why = { .err = ERR_OK };
	char *wanted = memory_text(aws->inventory->request.resource);

	inventory_step(aws->inventory, "while administrators were listed");
	if (!inventory_single(aws->inventory))
		owner_ask(aws);
	if (administrators_ask(aws, &users, &why) != ERR_OK)
		inventory_unread(aws->inventory, "administrators: %s", why.text);
	for (size_t i = 0; i < users.count; i++)
		if (wanted[0] == '\0' || strcmp(wanted, users.text[i]) == 0)
			administrator_put(aws, users.text[i]);
	free(wanted);
	text_list_free(&users);
}
