/* SPDX-License-Identifier: Apache-2.0 */
/* Zones, ARNs and times in AWS's own forms. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/inventory/aws.h"

static bool
lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Words with hyphens, then a number: "eu-west-1", "us-gov-east-1"; a zone adds letters or more. */
bool
aws_region_of(struct bytes zone, char region[AWS_REGION_MAX])
{
	size_t at = 0, hyphens = 0;

	region[0] = '\0';
	while (at < zone.len && (lower(zone.at[at]) || zone.at[at] == '-')) {
		hyphens += zone.at[at] == '-';
		at++;
	}
	if (hyphens < 2 || zone.at[at - 1] != '-')
		return false;
	while (at < zone.len && digit(zone.at[at]))
		at++;
	if (zone.at[at - 1] == '-' || at >= AWS_REGION_MAX)
		return false;
	if (at < zone.len && !lower(zone.at[at]) && zone.at[at] != '-')
		return false;
	memcpy(region, zone.at, at);
	region[at] = '\0';
	return true;
}

static bool
part_copy(const char *from, size_t len, char out[AWS_REGION_MAX])
{
	if (len >= AWS_REGION_MAX)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

bool
aws_arn_read(const char *arn, char region[AWS_REGION_MAX], char account[AWS_REGION_MAX])
{
	const char *at = arn;
	size_t len;

	region[0] = account[0] = '\0';
	if (strncmp(arn, "arn:", 4) != 0)
		return false;
	for (int i = 0; i < 5; i++) {
		len = strcspn(at, ":");
		if (at[len] == '\0')
			return false;
		if (i == 3 && !part_copy(at, len, region))
			return false;
		if (i == 4 && !part_copy(at, len, account))
			return false;
		at += len + 1;
	}
	return true;
}

int64_t
aws_time(struct bytes text)
{
	char copy[TIME_TEXT];
	int64_t ms = 0;

	if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.at, 'T', text.len) == NULL)
		return 0;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return time_read(copy, 0, &ms, NULL) == ERR_OK ? ms : 0;
}

enum setting
aws_bool(struct bytes text)
{
	if (bytes_equal(text, bytes_of_text("true")))
		return SETTING_YES;
	return bytes_equal(text, bytes_of_text("false")) ? SETTING_NO : SETTING_UNKNOWN;
}

const char *
aws_global(const char *region)
{
	if (strncmp(region, "cn-", 3) == 0)
		return "cn-north-1";
	return strncmp(region, "us-gov-", 7) == 0 ? "us-gov-west-1" : "us-east-1";
}

void
aws_partition(const char *arn, char partition[AWS_REGION_MAX])
{
	size_t len = strncmp(arn, "arn:", 4) == 0 ? strcspn(arn + 4, ":") : 0;

	if (len == 0 || !part_copy(arn + 4, len, partition))
		memcpy(partition, "aws", sizeof("aws"));
}
