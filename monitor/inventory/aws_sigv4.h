/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS Signature Version 4 over the header fields of one request.  Pure: the time is an argument.
 * The path and the query are made here, so that what is signed is what is sent.
 */
#ifndef MONITOR_INVENTORY_AWS_SIGV4_H
#define MONITOR_INVENTORY_AWS_SIGV4_H

#include "monitor/base/bytes.h"

enum {
	AWS_SECRET_MAX = 60,		/* octets: with "AWS4" before it, one block of HMAC */
	AWS_PAIRS_MAX  = 16,
	AWS_DATE_TEXT  = 17,		/* "20150830T123600Z" */
	AWS_HASH_TEXT  = 65
};

struct aws_credential { struct bytes id, secret, token; };	/* token: empty if none */

struct aws_pair { const char *name, *value; };

struct aws_request {
	const char     *method;
	const char     *path;		/* not encoded; "/" for every service but S3 */
	struct aws_pair query[AWS_PAIRS_MAX];
	size_t          queries;
	struct aws_pair header[AWS_PAIRS_MAX];	/* to be signed too, with "host"; lower case */
	size_t          headers;
	struct bytes    body;
	const char     *region, *service;
	bool            content_hash;	/* sign x-amz-content-sha256, as S3 asks */
	int64_t         at_s;		/* UTC */
};

struct aws_signature {
	struct buffer path, query;	/* encoded, as they must be sent */
	char          date[AWS_DATE_TEXT];	/* x-amz-date */
	char          content[AWS_HASH_TEXT];	/* x-amz-content-sha256 */
	struct buffer authorization;
};

/* Out is the caller's to free.  ERR_LIMIT: a secret that is too long, or too many fields. */
MUST_USE enum err aws_sign(const struct aws_request *, const struct aws_credential *,
    struct aws_signature *out, struct why *);
void aws_signature_free(struct aws_signature *);

/* RFC 3986: all but letters, digits and "-._~" as %XX; slashes stay if keep_slash. */
void aws_encode(struct buffer *, struct bytes, bool keep_slash);
/* "&name=value", both encoded; without the "&" where the buffer is empty. */
void aws_form(struct buffer *, const char *name, const char *value);

#endif
