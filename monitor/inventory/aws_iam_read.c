/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of STS (2011-06-15) and IAM (2010-05-08): pure. */
#include <stdio.h>
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
aws_simulation_read(struct bytes octets, struct text_list *allowed, size_t *asked,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *one;

	*asked = 0;
	if (err != ERR_OK)
		return err;
	one = xml_at(xml, xml_root(xml), "SimulatePrincipalPolicyResult/EvaluationResults/member");
	for (; one != NULL; one = xml_next(xml, one, "member")) {
		struct bytes decision = xml_text_at(xml, one, "EvalDecision");

		if (decision.len > 0)
			++*asked;
		if (bytes_equal(decision, bytes_of_text("allowed")))
			text_list_add(allowed, xml_text_at(xml, one, "EvalActionName"));
	}
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_summary_read(struct bytes octets, enum setting *second_factor, enum setting *keys,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *entry;

	if (err != ERR_OK)
		return err;
	entry = xml_at(xml, xml_root(xml), "GetAccountSummaryResult/SummaryMap/entry");
	for (; entry != NULL; entry = xml_next(xml, entry, "entry")) {
		struct bytes key = xml_text_at(xml, entry, "key");
		struct bytes value = xml_text_at(xml, entry, "value");
		enum setting its = value.len == 0 ? SETTING_UNKNOWN :
		    bytes_equal(value, bytes_of_text("0")) ? SETTING_NO : SETTING_YES;

		if (bytes_equal(key, bytes_of_text("AccountMFAEnabled")))
			*second_factor = its;
		else if (bytes_equal(key, bytes_of_text("AccountAccessKeysPresent")))
			*keys = its;
	}
	xml_free(xml);
	return ERR_OK;
}

/* The first part of the path is the result, and its marker stands beside the list. */
enum err
aws_members_read(struct bytes octets, const char *path, const char *name,
    struct text_list *out, char **marker, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *result, *list, *one;
	const char *slash = strchr(path, '/');
	char above[80];

	if (err != ERR_OK)
		return err;
	snprintf(above, sizeof(above), "%.*s", slash != NULL ? (int)(slash - path) : 0, path);
	result = xml_at(xml, xml_root(xml), above);
	list = xml_at(xml, xml_root(xml), path);
	if (list == NULL)
		err = why_set(why, ERR_MALFORMED, "the answer has no %s", path);
	one = xml_child(xml, list, "member");
	for (; one != NULL; one = xml_next(xml, one, "member"))
		text_list_add(out, xml_text_at(xml, one, name));
	resource_set(marker, xml_text_at(xml, result, "Marker"));
	xml_free(xml);
	return err;
}
