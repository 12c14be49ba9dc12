/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) inside signed statements, read strictly: one object, bounded in octets and in
 * depth, no key twice, nothing behind it.
 */
#ifndef ATTEST_JSON_STRICT_H
#define ATTEST_JSON_STRICT_H

#include "monitor/base/bytes.h"

struct json_t;			/* of jansson */

enum { JSON_STRICT_MAX = 64 << 10, JSON_STRICT_DEPTH = 16 };

/* The object, which the caller gives back with json_decref; NULL: it is none, and why says so. */
struct json_t *json_strict_read(struct bytes, struct why *);
/* A text of an object; "" if it is not there, no text, or holds control characters. */
const char *json_strict_text(const struct json_t *object, const char *key);

#endif
