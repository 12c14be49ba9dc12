/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buckets: where each is, what its settings say, and where its objects are copied to.  What a
 * sub-resource does not have is answered by a code of its own, and means its default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/aws.h"

/* A sub-resource; unset: what it means where the answer is that there is none. */
static void
no_replication(struct aws_bucket *bucket, struct resource *out)
{
	(void)bucket;
	out->edges_known = true;
}

static void
no_block(struct aws_bucket *bucket, struct resource *out)
{
	(void)out;
	bucket->ignore_acls = bucket->restrict_policy = SETTING_NO;
}

static void
no_policy(struct aws_bucket *bucket, struct resource *out)
{
	(void)out;
	bucket->policy_public = SETTING_NO;
}

static void
no_encryption(struct aws_bucket *bucket, struct resource *out)
{
	(void)bucket;
	out->setting[RESOURCE_ENCRYPTED] = SETTING_NO;
}

static const struct {
	const char      *name;
	aws_bucket_read *read;
	void           (*unset)(struct aws_bucket *, struct resource *);
} parts[] = {
	{ "replication", aws_replication_read, no_replication },
	{ "publicAccessBlock", aws_block_read, no_block },
	{ "policyStatus", aws_policy_read, no_policy },
	{ "acl", aws_acl_read, NULL },
	{ "encryption", aws_encryption_read, no_encryption },
	{ "logging", aws_logging_read, NULL },
	{ "versioning", aws_versioning_read, NULL },
};

/*
 * The first region of a partition answers for buckets of all; where another sends us on it says
 * in a header where to, and that is the same word.
 */
static enum err
location_ask(struct aws *aws, const char *name, char region[AWS_REGION_MAX], struct why *why)
{
	struct call_answer answer = { .status = 0 };
	struct aws_pair location = { "location", "" };
	const char *asked = aws->inventory->request.endpoint.len > 0 ? aws->home :
	    aws_global(aws->home);
	enum err err = aws_s3(aws, asked, name, &location, 1, &answer, why);

	region[0] = '\0';
	if (err == ERR_OK)
		err = aws_location_read(bytes_of_buffer(&answer.body), region, why);
	else if ((answer.status == 301 || answer.status == 400) &&
	    aws_region_of(call_answer_header(&answer, "x-amz-bucket-region"), region))
		err = ERR_OK;
	call_answer_free(&answer);
	return err;
}

/* The service says it again in a header of some answers. */
static void
region_compare(struct aws *aws, const struct resource *bucket, const char *region,
    const struct call_answer *answer)
{
	struct bytes said = call_answer_header(answer, "x-amz-bucket-region");

	if (said.len > 0 && !bytes_equal(said, bytes_of_text(region)))
		inventory_contradiction(aws->inventory, "bucket %s: its location is %s, and an "
		    "answer says %.*s", bucket->id, region, (int)(said.len < 40 ? said.len : 40),
		    (const char *)said.at);
}

static void
part_ask(struct aws *aws, const char *region, size_t which, struct aws_bucket *bucket,
    struct resource *out)
{
	struct call_answer answer = { .status = 0 };
	struct aws_pair query = { parts[which].name, "" };
	struct why why = { .err = ERR_OK };
	enum err err = aws_s3(aws, region, out->id, &query, 1, &answer, &why);

	region_compare(aws, out, region, &answer);
	if (err == ERR_OK)
		err = parts[which].read(bytes_of_buffer(&answer.body), bucket, out, &why);
	else if (err == ERR_NOT_FOUND && parts[which].unset != NULL) {
		parts[which].unset(bucket, out);
		err = ERR_OK;
	}
	if (err != ERR_OK)
		text_list_print(&out->unread, "%s: %s", parts[which].name, why.text);
	call_answer_free(&answer);
}

/* Open if a policy or a list opens it and no block shuts that way; unknown if one is. */
static enum setting
public_of(const struct aws_bucket *bucket)
{
	bool open = (bucket->policy_public == SETTING_YES &&
	    bucket->restrict_policy == SETTING_NO) ||
	    (bucket->acl_public == SETTING_YES && bucket->ignore_acls == SETTING_NO);
	bool shut = (bucket->policy_public == SETTING_NO ||
	    bucket->restrict_policy == SETTING_YES) &&
	    (bucket->acl_public == SETTING_NO || bucket->ignore_acls == SETTING_YES);

	return open ? SETTING_YES : shut ? SETTING_NO : SETTING_UNKNOWN;
}

/* Where a destination is nobody says beside its name: it is asked, if we may. */
static void
edges_make(struct aws *aws, const struct aws_bucket *bucket, struct resource *out)
{
	for (size_t i = 0; i < bucket->destinations.count; i++) {
		const char *arn = bucket->destinations.text[i], *colon = strrchr(arn, ':');
		const char *name = colon != NULL ? colon + 1 : arn;
		char region[AWS_REGION_MAX], place[AWS_REGION_MAX + 4] = "";
		struct why why;

		if (location_ask(aws, name, region, &why) == ERR_OK)
			snprintf(place, sizeof(place), "aws/%s", region);
		resource_edge(out, EDGE_REPLICATION, bytes_of_text(out->place),
		    bytes_of_text(place), bytes_of_text(name));
	}
	/* S3 delivers its logs to buckets of the same region only. */
	if (resource_text(bucket->log_bucket)[0] != '\0')
		resource_edge(out, EDGE_LOGS, bytes_of_text(out->place), bytes_of_text(out->place),
		    bytes_of_text(bucket->log_bucket));
}

static void
bucket_read(struct aws *aws, struct resource *out)
{
	struct aws_bucket bucket = { .log_bucket = NULL };
	char region[AWS_REGION_MAX];
	struct why why = { .err = ERR_OK };
	enum err err = location_ask(aws, out->id, region, &why);

	if (err == ERR_NOT_FOUND && inventory_single(aws->inventory))
		return;
	if (err != ERR_OK) {
		/* Without it there is no host to ask for the rest. */
		text_list_print(&out->unread, "location: %s", why.text);
		inventory_put(aws->inventory, out);
		return;
	}
	resource_print(&out->place, "aws/%s", region);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		part_ask(aws, region, i, &bucket, out);
	out->setting[RESOURCE_PUBLIC] = public_of(&bucket);
	edges_make(aws, &bucket, out);
	if (inventory_single(aws->inventory))
		aws_key_holder(aws, region, out);
	inventory_put(aws->inventory, out);
	text_list_free(&bucket.destinations);
	free(bucket.log_bucket);
}

static void
single(struct aws *aws)
{
	struct resource bucket = { .kind = NULL };

	resource_set(&bucket.kind, bytes_of_text("bucket"));
	resource_set(&bucket.id, aws->inventory->request.resource);
	inventory_step(aws->inventory, "while bucket %s was read", bucket.id);
	bucket_read(aws, &bucket);
	resource_free(&bucket);
}

void
aws_buckets(struct aws *aws)
{
	struct why why = { .err = ERR_OK };
	char *next = NULL;
	enum err err = ERR_OK;

	if (inventory_single(aws->inventory)) {
		single(aws);
		return;
	}
	do {
		struct call_answer answer = { .status = 0 };
		struct page page = { .count = 0 };
		struct aws_pair query[2] = { { "max-buckets", "1000" },
		    { "continuation-token", resource_text(next) } };

		inventory_step(aws->inventory, "while buckets were listed");
		err = aws_s3(aws, aws->home, NULL, query, query[1].value[0] != '\0' ? 2 : 1,
		    &answer, &why);
		if (err == ERR_OK)
			err = aws_buckets_read(bytes_of_buffer(&answer.body), &page, &why);
		for (size_t i = 0; i < page.count; i++)
			bucket_read(aws, &page.resource[i]);
		free(next);
		next = page.next;
		page.next = NULL;
		page_free(&page);
		call_answer_free(&answer);
	} while (err == ERR_OK && resource_text(next)[0] != '\0');
	free(next);
	if (err != ERR_OK)
		inventory_unread(aws->inventory, "buckets: %s", why.text);
}
