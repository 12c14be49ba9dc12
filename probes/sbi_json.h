/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of a peer: bounded depth, no key twice, whole text or nothing.  jansson's values are known
 * by name only here; probes/sbi_*.c read them.
 */
#ifndef PROBES_SBI_JSON_H
#define PROBES_SBI_JSON_H

#include "monitor/base/bytes.h"

struct json_t;

enum { SBI_DEPTH_MAX = 32 };	/* nesting: a profile of TS 29.510 needs about 10 */

/* Before a sandbox: what jansson takes from the system at its first use. */
void           sbi_json_begin(void);
/* NULL if it is no JSON, nested deeper, or has a key twice; the sentence says where.  The caller
 * gives it back with json_decref(). */
struct json_t *sbi_json_read(struct bytes text, struct why *);
/* The "cause" of a ProblemDetails (TS 29.571 section 5.2.4.1), "" if the body is none. */
void           sbi_json_cause(struct bytes body, char *out, size_t out_len);

#endif
