/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of S3 (2006-03-01): pure. */
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

enum err
aws_buckets_read(struct bytes octets, struct page *page, struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	const struct xml_node *list, *item;

	if (err != ERR_OK)
		return err;
	list = xml_child(xml, xml_root(xml), "Buckets");
	if (list == NULL)
		err = why_set(why, ERR_MALFORMED, "the answer has no Buckets");
	item = xml_child(xml, list, "Bucket");
	for (; item != NULL && err == ERR_OK; item = xml_next(xml, item, "Bucket")) {
		struct resource *one = page_add(page);

		if (one == NULL) {
			err = why_set(why, ERR_LIMIT, "one answer holds more than %d buckets",
			    PAGE_MAX);
			break;
		}
		resource_set(&one->kind, bytes_of_text("bucket"));
		resource_set(&one->id, xml_text_at(xml, item, "Name"));
		one->created_ms = aws_time(xml_text_at(xml, item, "CreationDate"));
	}
	resource_set(&page->next, xml_text_at(xml, xml_root(xml), "ContinuationToken"));
	xml_free(xml);
	return err;
}

/* Nothing is us-east-1, and the oldest buckets of Ireland say "EU". */
enum err
aws_location_read(struct bytes octets, char region[AWS_REGION_MAX], struct why *why)
{
	struct xml *xml = NULL;
	enum err err = xml_read(octets, &xml, why);
	struct bytes text;

	region[0] = '\0';
	if (err != ERR_OK)
		return err;
	text = xml_text(xml, xml_root(xml));
	if (strcmp(xml_name(xml, xml_root(xml)), "LocationConstraint") != 0)
		err = why_set(why, ERR_MALFORMED, "the answer has no LocationConstraint");
	else if (text.len == 0)
		memcpy(region, "us-east-1", sizeof("us-east-1"));
	else if (bytes_equal(text, bytes_of_text("EU")))
		memcpy(region, "eu-west-1", sizeof("eu-west-1"));
	else if (!aws_region_of(text, region))
		err = why_set(why, ERR_MALFORMED, "the location is not a region");
	xml_free(xml);
	return err;
}

static enum err
document(struct bytes octets, const char *root, struct xml **xml, struct why *why)
{
	enum err err = xml_read(octets, xml, why);

	if (err == ERR_OK && strcmp(xml_name(*xml, xml_root(*xml)), root) != 0) {
		xml_free(*xml);
		*xml = NULL;
		err = why_set(why, ERR_MALFORMED, "the answer is no %s", root);
	}
	return err;
}

enum err
aws_replication_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "ReplicationConfiguration", &xml, why);
	const struct xml_node *rule;

	if (err != ERR_OK)
		return err;
	rule = xml_child(xml, xml_root(xml), "Rule");
	for (; rule != NULL; rule = xml_next(xml, rule, "Rule"))
		if (bytes_equal(xml_text_at(xml, rule, "Status"), bytes_of_text("Enabled")))
			text_list_add(&bucket->destinations,
			    xml_text_at(xml, rule, "Destination/Bucket"));
	out->edges_known = true;
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_block_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "PublicAccessBlockConfiguration", &xml, why);

	(void)out;
	if (err != ERR_OK)
		return err;
	bucket->ignore_acls = aws_bool(xml_text_at(xml, xml_root(xml), "IgnorePublicAcls"));
	bucket->restrict_policy =
	    aws_bool(xml_text_at(xml, xml_root(xml), "RestrictPublicBuckets"));
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_policy_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "PolicyStatus", &xml, why);

	(void)out;
	if (err != ERR_OK)
		return err;
	bucket->policy_public = aws_bool(xml_text_at(xml, xml_root(xml), "IsPublic"));
	xml_free(xml);
	return ERR_OK;
}

static bool
ends_with(struct bytes text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && memcmp(text.at + text.len - len, end, len) == 0;
}

enum err
aws_acl_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "AccessControlPolicy", &xml, why);
	const struct xml_node *grant;

	if (err != ERR_OK)
		return err;
	resource_set(&out->owner, xml_text_at(xml, xml_root(xml), "Owner/ID"));
	bucket->acl_public = SETTING_NO;
	grant = xml_at(xml, xml_root(xml), "AccessControlList/Grant");
	for (; grant != NULL; grant = xml_next(xml, grant, "Grant")) {
		struct bytes whom = xml_text_at(xml, grant, "Grantee/URI");

		/* Whoever has an account anywhere is everybody. */
		if (ends_with(whom, "/AllUsers") || ends_with(whom, "/AuthenticatedUsers"))
			bucket->acl_public = SETTING_YES;
	}
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_encryption_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "ServerSideEncryptionConfiguration", &xml, why);
	const struct xml_node *by;
	struct bytes algorithm;

	(void)bucket;
	if (err != ERR_OK)
		return err;
	by = xml_at(xml, xml_root(xml), "Rule/ApplyServerSideEncryptionByDefault");
	algorithm = xml_text_at(xml, by, "SSEAlgorithm");
	if (algorithm.len > 0)
		out->setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	resource_set(&out->key, xml_text_at(xml, by, "KMSMasterKeyID"));
	/* Without a key of the KMS it is one that S3 keeps for all. */
	if (algorithm.len > 0 && resource_text(out->key)[0] == '\0')
		resource_set(&out->key_holder, bytes_of_text("provider"));
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_logging_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "BucketLoggingStatus", &xml, why);
	struct bytes target;

	if (err != ERR_OK)
		return err;
	target = xml_text_at(xml, xml_root(xml), "LoggingEnabled/TargetBucket");
	out->setting[RESOURCE_LOGGING] = target.len > 0 ? SETTING_YES : SETTING_NO;
	resource_set(&bucket->log_bucket, target);
	xml_free(xml);
	return ERR_OK;
}

enum err
aws_versioning_read(struct bytes octets, struct aws_bucket *bucket, struct resource *out,
    struct why *why)
{
	struct xml *xml = NULL;
	enum err err = document(octets, "VersioningConfiguration", &xml, why);
	struct bytes on = bytes_of_text("Enabled");

	(void)bucket;
	if (err != ERR_OK)
		return err;
	out->setting[RESOURCE_VERSIONING] =
	    bytes_equal(xml_text_at(xml, xml_root(xml), "Status"), on) ? SETTING_YES : SETTING_NO;
	out->setting[RESOURCE_SECOND_FACTOR] =
	    bytes_equal(xml_text_at(xml, xml_root(xml), "MfaDelete"), on) ? SETTING_YES :
	    SETTING_NO;
	xml_free(xml);
	return ERR_OK;
}
