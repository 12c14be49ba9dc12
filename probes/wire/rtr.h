/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RPKI to Router protocol of a router (RFC 8210 version 1, RFC 6810 version 0), and the validation
 * of route origins against what it says (RFC 6811).  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_RTR_H
#define PROBES_WIRE_RTR_H

#include "monitor/base/bytes.h"

enum {
	RTR_HEADER_LEN = 8,
	RTR_PDU_MAX    = 64 << 10,	/* octets; error reports have no stated end */
	RTR_ROUTES_MAX = 64,
	RTR_ROUTE_TEXT = 64
};

enum rtr_type {
	RTR_SERIAL_NOTIFY = 0, RTR_RESET_QUERY = 2, RTR_CACHE_RESPONSE = 3, RTR_IPV4 = 4,
	RTR_IPV6 = 6, RTR_END_OF_DATA = 7, RTR_CACHE_RESET = 8, RTR_ROUTER_KEY = 9,
	RTR_ERROR_REPORT = 10
};

enum rtr_error { RTR_NO_DATA = 2, RTR_UNSUPPORTED_VERSION = 4 };

struct rtr_prefix {
	uint8_t  address[16];		/* the first 4 of IPv4 */
	uint8_t  bits;			/* 32 or 128: its family */
	uint8_t  length, max_length;
	uint32_t asn;
};

struct rtr_pdu {
	unsigned          version;
	enum rtr_type     type;
	uint16_t          session;	/* of an error report: its code */
	bool              announced;	/* of a prefix; false: withdrawn */
	struct rtr_prefix prefix;
	uint32_t          serial;
	uint32_t          refresh_s;	/* version 1; 0: not said */
	struct bytes      text;		/* of an error report */
};

void rtr_reset_query_write(unsigned version, struct buffer *out);

enum rtr_step { RTR_MORE, RTR_DONE, RTR_BROKEN };
/* The first PDU of what came; len: its octets.  BROKEN: nothing behind it can be read. */
enum rtr_step rtr_read(struct bytes in, struct rtr_pdu *, size_t *len, struct why *);
/* "No Data Available" (RFC 8210 12); NULL for numbers that are not known. */
const char *rtr_error_text(unsigned code);

/* A route of ours, and what was heard of it so far. */
struct rtr_route {
	struct rtr_prefix prefix;	/* max_length is its length */
	bool              covered, matched;
};

enum rtr_state { RTR_NOT_FOUND, RTR_VALID, RTR_INVALID };

/* "192.0.2.0/24 AS64500, 2001:db8::/32 AS64500".  ERR_INVALID, ERR_LIMIT (RTR_ROUTES_MAX). */
MUST_USE enum err rtr_routes_read(const char *text, struct rtr_route route[RTR_ROUTES_MAX],
    size_t *count, struct why *);
/* A validated prefix came: does it cover or match the route (RFC 6811 2)? */
void rtr_route_hold(struct rtr_route *, const struct rtr_prefix *);
enum rtr_state rtr_route_state(const struct rtr_route *);
void rtr_route_text(const struct rtr_route *, char out[RTR_ROUTE_TEXT]);

#endif
