/* SPDX-License-Identifier: Apache-2.0 */
/* Claims: what evidence proves, each with a name and a value.  What is not known is not claimed. */
#ifndef ATTEST_CLAIMS_H
#define ATTEST_CLAIMS_H

#include "monitor/base/bytes.h"

enum {
	CLAIM_MAX    = 64,	/* claims of one piece of evidence: the verifier's own bound */
	CLAIM_OCTETS = 16384	/* of all their values together: likewise */
};

enum claim_type {
	CLAIM_IS_FLAG,	/* one octet, 0 or 1 */
	CLAIM_IS_TEXT,	/* UTF-8 */
	CLAIM_IS_OCTETS,	/* any octets, shown as hex; a digest of 32 is a fact's hash */
	CLAIM_IS_NUMBER,	/* 8 octets, big-endian, not negative */
	CLAIM_IS_TIME	/* the same: milliseconds since 1970, UTC */
};

struct claim { const char *name; enum claim_type type; struct bytes value; };

/* Values lie inside, so it is not copied. */
struct claims {
	size_t       count, used;
	struct claim claim[CLAIM_MAX];
	uint8_t      octets[CLAIM_OCTETS];
};

/*
 * All copy the value; name stays the caller's and is a literal.  Names are those of claim_list.h,
 * so that whoever reads claims needs not know who made them.  A value too large is asserted.
 */
void claims_put(struct claims *, const char *name, enum claim_type, struct bytes value);
void claims_flag(struct claims *, const char *name, bool);
void claims_text(struct claims *, const char *name, struct bytes utf8);	/* invalid: '?' each */
void claims_octets(struct claims *, const char *name, struct bytes);
void claims_number(struct claims *, const char *name, uint64_t);
void claims_time(struct claims *, const char *name, int64_t ms);
/* The earlier of what is claimed already, if anything is, and of ms. */
void claims_time_earliest(struct claims *, const char *name, int64_t ms);
/* False if it is not claimed. */
bool claims_get(const struct claims *, const char *name, struct bytes *value);
bool claims_get_number(const struct claims *, const char *name, uint64_t *value);
/* For people: hex, "yes", a time in UTC, the text itself; appended. */
void claim_print(struct buffer *, const struct claim *);

/* Names that every verifier shares; each means the same wherever it stands. */
#define CLAIM(NAME, name, text) extern const char CLAIM_##NAME[];
#include "attest/claim_list.h"

#endif
