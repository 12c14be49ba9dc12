/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How large a JSON text (RFC 8259) becomes in memory, looked at before a library sees it: jansson
 * goes down by recursion and keeps hundreds of octets for each object.  It need not be JSON.
 */
#ifndef MONITOR_BASE_JSON_BOUNDS_H
#define MONITOR_BASE_JSON_BOUNDS_H

#include "monitor/base/bytes.h"

struct json_bounds {
	size_t depth;		/* of nesting */
	size_t groups;		/* objects and arrays; 0: any number */
	size_t values;		/* commas between values; 0: any number */
};

/* False: one of them is passed; at, if not NULL, is the octet where. */
bool json_fits(struct bytes, struct json_bounds most, size_t *at);

#endif
