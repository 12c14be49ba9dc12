/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon Web Services, read only.  Query services (EC2, RDS, IAM, STS) answer XML, S3 XML, KMS
 * JSON.  Parsers are pure: an answer in, a page of resources out.
 */
#ifndef MONITOR_INVENTORY_AWS_H
#define MONITOR_INVENTORY_AWS_H

#include "monitor/inventory/aws_sigv4.h"
#include "monitor/inventory/inventory.h"
#include "monitor/inventory/xml.h"

enum { AWS_REGION_MAX = 32 };	/* octets of a region's name, with its NUL */

struct aws {
	struct inventory     *inventory;
	struct aws_credential credential;
	const char           *home;	/* region where global services are signed for */
};

/* --- aws_credential.c: the file "aws configure" writes: one section, key = value --------- */
MUST_USE enum err aws_credential_read(struct bytes file, struct aws_credential *, struct why *);

/* --- aws_call.c ------------------------------------------------------------------------------ */
/* Any answer that is no success is an error: ERR_DENIED, NOT_FOUND or UNSUPPORTED, with the code
 * that the service gave.  The answer is the caller's to free. */
MUST_USE enum err aws_query(struct aws *, const char *service, const char *region,
    const struct buffer *form, struct call_answer *, struct why *);
/* A sub-resource of a bucket ("location"), or the list of buckets (bucket NULL). */
MUST_USE enum err aws_s3(struct aws *, const char *region, const char *bucket,
    const struct aws_pair *query, size_t queries, struct call_answer *, struct why *);
/* target: "TrentService.ListKeys". */
MUST_USE enum err aws_json(struct aws *, const char *service, const char *region,
    const char *target, struct bytes body, struct call_answer *, struct why *);
/* The code of an error's document, XML or JSON; "" if it has none.  Pure. */
void aws_error_code(struct bytes body, char *code, size_t code_len);
enum err aws_error(const char *code, long status);
bool aws_throttled(const struct call_answer *);

/* A form begun: "Action=...&Version=...". */
void aws_form_begin(struct buffer *, const char *action, const char *version);

/* --- parsers: pure ----------------------------------------------------------------------- */
/* Of STS GetCallerIdentity. */
MUST_USE enum err aws_identity_read(struct bytes, char **account, char **arn, struct why *);
/* Of EC2 DescribeRegions. */
MUST_USE enum err aws_regions_read(struct bytes, struct text_list *, struct why *);
/* Each appends to the page and sets its next; region is the one that was asked. */
MUST_USE enum err aws_instances_read(struct bytes, const char *region, struct page *,
    struct why *);

/* "aws/REGION" of a zone ("eu-west-1a") or a region; false if it has the form of neither. */
bool aws_region_of(struct bytes zone, char region[AWS_REGION_MAX]);
/* The region in an ARN ("arn:aws:kms:eu-west-1:123456789012:key/..."), and its account. */
bool aws_arn_read(const char *arn, char region[AWS_REGION_MAX], char account[AWS_REGION_MAX]);
/* "2026-11-20T09:15:30.000Z" in ms, 0 if it is not one. */
int64_t aws_time(struct bytes);

/* --- orchestration: one function for each kind ------------------------------------------- */
void aws_machines(struct aws *, const char *region);

#endif
