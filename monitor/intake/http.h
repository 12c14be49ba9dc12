/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 requests of webhooks, one after another on a connection: each is read whole within
 * bounds, and what is kept of it is what a webhook needs.
 */
#ifndef MONITOR_INTAKE_HTTP_H
#define MONITOR_INTAKE_HTTP_H

#include "monitor/base/limits.h"
#include "monitor/base/bytes.h"

struct http;

struct http *http_new(void);
void http_free(struct http *);				/* NULL is fine */

enum { HTTP_TOKEN_MAX = 512, HTTP_HEADERS_MAX = 16 << 10 };

enum http_step { HTTP_STEP_MORE, HTTP_STEP_REQUEST, HTTP_STEP_BROKEN };

struct http_request {
	bool          post, keep;
	bool          expects;		/* Expect: 100-continue */
	bool          too_large;
	char          token[HTTP_TOKEN_MAX];	/* of Authorization: Bearer, or "" */
	struct buffer body;
};

/* Takes from in; used says how much.  REQUEST: one is whole, and lives until the next call. */
enum http_step http_read(struct http *, struct bytes in, size_t *used);
struct http_request *http_request(struct http *);
bool http_begun(const struct http *);	/* a request has begun and is not whole */

#endif
