/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Countries of addresses out of a file of lines "prefix,country" (RFC 8805; what stands behind
 * another comma is passed over).  The longest prefix counts; two countries for one prefix are none.
 * What no line holds has no country: it is never guessed.  Pure.
 */
#ifndef PROBES_AUDIT_PLACES_H
#define PROBES_AUDIT_PLACES_H

#include "monitor/base/bytes.h"
#include "monitor/base/limits.h"

struct audit_places;

/* ERR_MALFORMED or ERR_LIMIT (RANGES_MAX) with the line; free with audit_places_free. */
MUST_USE enum err audit_places_read(struct bytes, struct audit_places **out, struct why *);
void   audit_places_free(struct audit_places *);	/* NULL is fine */
size_t audit_places_count(const struct audit_places *);
/* "JP" into two octets and a NUL; false: no line holds it, or it is no address. */
bool   audit_places_find(const struct audit_places *, struct bytes address, char country[3]);

#endif
