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

enum {
	AWS_REGION_MAX = 32,		/* octets of a region's name, with its NUL */
	AWS_IDS_MAX    = 32		/* identifiers that one call asks for */
};

#define AWS_EC2_VERSION "2016-11-15"
#define AWS_STS_VERSION "2011-06-15"
#define AWS_RDS_VERSION "2014-10-31"
#define AWS_IAM_VERSION "2010-05-08"

struct aws {
	struct inventory     *inventory;
	struct aws_credential credential;
	const char           *home;	/* region where services without one are signed for */
	char                 *arn;	/* who we are */
};

/* --- aws_credential.c: the file "aws configure" writes: one section, name = value ---------- */
MUST_USE enum err aws_credential_read(struct bytes file, struct aws_credential *, struct why *);

/* --- aws_call.c: any answer that is no success is an error -------------------------------- */
/*
 * ERR_DENIED, NOT_FOUND or UNSUPPORTED with the code that the service gave, or what inventory_ask
 * says.  The answer is the caller's to free.
 */
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

/* --- parsers: pure; a page's texts are its own --------------------------------------------- */
typedef enum err aws_read(struct bytes, const char *region, struct page *, struct why *);

MUST_USE enum err aws_identity_read(struct bytes, char **account, char **arn, struct why *);
MUST_USE enum err aws_regions_read(struct bytes, struct text_list *, struct why *);
/* Each appends to the page and sets its next; region is the one that was asked. */
aws_read aws_instances_read, aws_volumes_read, aws_snapshots_read, aws_groups_read,
    aws_databases_read;
/* Of DescribeSnapshotAttribute: accounts it is shared with, and whether that is everybody. */
MUST_USE enum err aws_shares_read(struct bytes, struct resource *, struct why *);
/* Of S3: names of buckets; each of the others sets what its sub-resource says of the bucket. */
MUST_USE enum err aws_buckets_read(struct bytes, struct page *, struct why *);
MUST_USE enum err aws_location_read(struct bytes, char region[AWS_REGION_MAX], struct why *);
struct aws_bucket {
	enum setting policy_public, acl_public, ignore_acls, restrict_policy;
	struct text_list destinations;		/* buckets of replication rules that are on */
	char *log_bucket;
};
typedef enum err aws_bucket_read(struct bytes, struct aws_bucket *, struct resource *,
    struct why *);
aws_bucket_read aws_replication_read, aws_block_read, aws_policy_read, aws_acl_read,
    aws_encryption_read, aws_logging_read, aws_versioning_read;
/* Of KMS. */
aws_read aws_keys_read, aws_key_read;
MUST_USE enum err aws_rotation_read(struct bytes, struct resource *, struct why *);
/* Of IAM. */
MUST_USE enum err aws_simulation_read(struct bytes, struct text_list *allowed, size_t *asked,
    struct why *);
MUST_USE enum err aws_summary_read(struct bytes, enum setting *second_factor,
    enum setting *keys, struct why *);
/* The texts of each PATH/member/NAME, and the marker of the next page (NULL: the last). */
MUST_USE enum err aws_members_read(struct bytes, const char *path, const char *name,
    struct text_list *, char **marker, struct why *);

/* "aws/REGION" of a zone ("eu-west-1a") or a region; false if it has the form of neither. */
bool aws_region_of(struct bytes zone, char region[AWS_REGION_MAX]);
/* The region in an ARN ("arn:aws:kms:eu-west-1:123456789012:key/..."), and its account. */
bool aws_arn_read(const char *arn, char region[AWS_REGION_MAX], char account[AWS_REGION_MAX]);
/* "2026-11-20T09:15:30.000Z" in ms, 0 if it is not one. */
int64_t aws_time(struct bytes);
/* Where services without a region of their own are signed for: one for each partition. */
const char *aws_global(const char *region);
/* "aws", "aws-cn", "aws-us-gov" of an ARN; "aws" if it is none. */
void aws_partition(const char *arn, char partition[AWS_REGION_MAX]);
/* "true" and "false"; anything else is unknown. */
enum setting aws_bool(struct bytes);

/* --- one function for each kind ------------------------------------------------------------- */
void aws_machines(struct aws *, const char *region);
void aws_volumes(struct aws *, const char *region);
void aws_snapshots(struct aws *, const char *region);
void aws_groups(struct aws *, const char *region);
void aws_keys(struct aws *, const char *region);
void aws_databases(struct aws *, const char *region);
void aws_buckets(struct aws *);
void aws_users(struct aws *);
/* Whether the credentials may do more than read; asked of IAM, which tries nothing. */
void aws_rights(struct aws *);
/* Whose key it is, of the KMS: into key_holder. */
void aws_key_holder(struct aws *, const char *region, struct resource *);

#endif
