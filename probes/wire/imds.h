/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 (RFC 9112) as far as a cloud's metadata service on this machine's link needs it: one
 * request of ours, one answer that ends the connection.  Nothing is followed, decoded or
 * guessed: what is not plain is refused.  Pure.
 */
#ifndef PROBES_WIRE_IMDS_H
#define PROBES_WIRE_IMDS_H

#include "monitor/base/bytes.h"

enum {
	IMDS_HEAD_MAX  = 8192,		/* octets of status line and fields */
	IMDS_BODY_MAX  = 128 << 10,
	IMDS_CHUNK_MAX = 512,		/* chunks of a body */
	IMDS_ANSWER_MAX = IMDS_HEAD_MAX + IMDS_BODY_MAX + 16 * IMDS_CHUNK_MAX
};

/* A field of a request; what holds CR, LF or NUL is a defect of ours and asserted. */
struct imds_field { const char *name, *value; };

struct imds_answer {
	unsigned      status;		/* 200; others are an error of imds_answer_read */
	struct bytes  flavor;		/* value of Metadata-Flavor, or empty */
	struct buffer body;
};

/* target: "/latest/api/token", already in the form of a URL; fields end with a NULL name. */
void imds_request_write(struct buffer *, const char *method, const char *host, const char *target,
    const struct imds_field *);
/* One part of a query, percent-encoded (RFC 3986 2.1) but for unreserved characters. */
void imds_part_write(struct buffer *, const char *text);

/*
 * Everything that came, from the first octet on; ended: nothing more will.  ERR_TRUNCATED: the rest
 * is still to come, or, ended, never will.  ERR_REFUSED: a whole answer with another status than
 * 200, which status says.  ERR_MALFORMED, ERR_LIMIT, ERR_UNSUPPORTED.  The caller frees body,
 * whatever is returned; flavor is a view of octets.
 */
MUST_USE enum err imds_answer_read(struct bytes octets, bool ended, struct imds_answer *,
    struct why *);

#endif
