/* SPDX-License-Identifier: Apache-2.0 */
/* Digests over views, and randomness: the only door to both. */
#ifndef MONITOR_BASE_HASH_H
#define MONITOR_BASE_HASH_H

#include "monitor/base/bytes.h"

enum { HASH_LEN = 32, HASH_TEXT = 65 };

struct hash { uint8_t at[HASH_LEN]; };

struct hash hash_of(struct bytes);
/* SHA-256 of prefix, a and b one after another; any of them may be empty. */
struct hash hash_of3(struct bytes prefix, struct bytes a, struct bytes b);
bool        hash_equal(struct hash, struct hash);
bool        hash_is_zero(struct hash);
struct bytes hash_bytes(const struct hash *);		/* a view of the 32 octets */
void        hash_text(struct hash, char out[HASH_TEXT]);	/* lower-case hex */
/*
 * MD5 and HMAC-MD5 (RFC 1321, 2104) of parts one after another, for RADIUS (RFC 2865, 3579), which
 * knows nothing better; they protect nothing of ours.  False if this machine's OpenSSL has no MD5
 * (FIPS): then out is zeroed.
 */
enum { MD5_LEN = 16 };
MUST_USE bool md5_of(const struct bytes *part, size_t parts, uint8_t out[MD5_LEN]);
MUST_USE bool hmac_md5_of(struct bytes key, const struct bytes *part, size_t parts,
    uint8_t out[MD5_LEN]);
/* Fills len octets from the kernel; ends the process if it has none. */
void        random_fill(void *at, size_t len);

#endif
