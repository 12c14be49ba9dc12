/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diffie-Hellman by libcrypto: X25519 and X448 (RFC 7748), the NIST curves, and the groups of
 * numbers of RFC 2409 and RFC 3526.  What SSH and IKE make of it is theirs.
 */
#ifndef PROBES_AGREEMENT_H
#define PROBES_AGREEMENT_H

#include "monitor/base/bytes.h"

enum { AGREEMENT_SECRET_MAX = 1024 };	/* octets of a shared secret: MODP 8192 */

struct agreement;

/*
 * A fresh key of ours: "X25519", "X448", "P-256", "P-384", "P-521", "MODP 1024", "MODP 2048",
 * "MODP 3072", "MODP 4096", "MODP 8192".  NULL: no such group.
 */
struct agreement *agreement_new(const char *group);
void              agreement_free(struct agreement *);	/* NULL: nothing */
/* Ours; of a NIST curve the uncompressed point, of numbers as many octets as the prime has. */
struct bytes      agreement_public(const struct agreement *);
/*
 * The secret, appended: of a curve one coordinate, of numbers as many octets as the prime has.
 * False: a value that is not one of the group, or one that gives the secret away (RFC 7748 6,
 * RFC 4253 8, RFC 6989 2); nothing is appended.  theirs is in the form of agreement_public(); of
 * numbers it may lack zeros in front.
 */
bool              agreement_share(const struct agreement *, struct bytes theirs,
    struct buffer *secret);

#endif
