/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever AWS may answer: no parser leaves its octets, and what it hands over makes a canonical
 * line of UTF-8 that stands on one line.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/inventory/aws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
line_check(const struct resource *resource)
{
	struct buffer line = { .max = 0 };

	resource_line(&line, resource);
	must(!line.failed && line.len > 2 && line.at[line.len - 1] == '\n');
	must(memchr(line.at, '\n', line.len - 1) == NULL && utf8_valid(bytes_of_buffer(&line)));
	buffer_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static aws_read *const pages[] = { aws_instances_read, aws_volumes_read,
		aws_snapshots_read, aws_groups_read, aws_databases_read, aws_keys_read,
		aws_key_read };
	static aws_bucket_read *const parts[] = { aws_replication_read, aws_block_read,
		aws_policy_read, aws_acl_read, aws_encryption_read, aws_logging_read,
		aws_versioning_read };
	struct bytes octets = bytes_of(data, len);
	struct text_list list = { .count = 0 };
	struct aws_bucket bucket = { .log_bucket = NULL };
	struct resource one = { .kind = NULL };
	struct page page = { .count = 0 };
	struct aws_credential credential;
	enum setting factor = SETTING_UNKNOWN, keys = SETTING_UNKNOWN;
	char code[64], region[AWS_REGION_MAX], *account = NULL, *arn = NULL, *marker = NULL;
	size_t asked;

	aws_error_code(octets, code, sizeof(code));
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		(void)!pages[i](octets, "eu-west-1", &page, NULL);
	(void)!aws_buckets_read(octets, &page, NULL);
	for (size_t i = 0; i < page.count; i++)
		line_check(&page.resource[i]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		(void)!parts[i](octets, &bucket, &one, NULL);
	(void)!aws_shares_read(octets, &one, NULL);
	(void)!aws_rotation_read(octets, &one, NULL);
	resource_set(&one.kind, bytes_of_text("x"));
	line_check(&one);
	if (aws_location_read(octets, region, NULL) == ERR_OK)
		must(region[0] != '\0');
	(void)!aws_identity_read(octets, &account, &arn, NULL);
	(void)!aws_simulation_read(octets, &list, &asked, NULL);
	(void)!aws_summary_read(octets, &factor, &keys, NULL);
	(void)!aws_members_read(octets, "R/L", "N", &list, &marker, NULL);
	if (aws_credential_read(octets, &credential, NULL) == ERR_OK)
		must(credential.id.len > 0 && credential.secret.len <= AWS_SECRET_MAX);
	text_list_free(&list);
	text_list_free(&bucket.destinations);
	free(bucket.log_bucket);
	resource_free(&one);
	page_free(&page);
	free(account);
	free(arn);
	free(marker);
	return 0;
}
