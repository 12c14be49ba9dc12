/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collateral as Intel's Provisioning Certification Service sends it, and as others pass it on:
 * which octets of a signed JSON text are signed, and lists and chains that came in hex or in the
 * URL encoding of an HTTP header.
 */
#ifndef ATTEST_INTEL_SIGNED_H
#define ATTEST_INTEL_SIGNED_H

#include "monitor/base/bytes.h"

enum { SIGNED_MAX = 128 << 10, SIGNED_SIGNATURE = 64 };

struct signed_text {
	struct bytes body;		/* a view: one JSON object, byte for byte as signed */
	uint8_t      signature[SIGNED_SIGNATURE];	/* r and s, big-endian */
};

/*
 * {"NAME":{...},"signature":"128 hex digits"} and nothing else; spaces, line ends and a NUL may
 * follow.  ERR_MALFORMED, ERR_LIMIT.
 */
MUST_USE enum err signed_read(struct bytes text, const char *name, struct signed_text *,
    struct why *);

/*
 * What the octets are when hex (of DER) or %XX (of PEM) is undone: themselves, or a view into
 * scratch, which the caller frees after it.
 */
struct bytes collateral_plain(struct bytes, struct buffer *scratch);

#endif
