/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pinned roots: PEM certificates the reader trusts, and revocation lists that may stand beside
 * them.  A certificate among them is trusted as it is, whether it signed itself or not.
 */
#ifndef ATTEST_ROOTS_H
#define ATTEST_ROOTS_H

#include "monitor/base/hash.h"

struct x509_store_st;		/* X509_STORE of libcrypto */

/*
 * Puts them into the store; *lists, if not NULL, says how many revocation lists were among them.
 * ERR_INVALID: not one certificate can be read.
 */
MUST_USE enum err roots_read(struct bytes pem, struct x509_store_st *, unsigned *lists,
    struct why *);

/* Whether one of them is the certificate with that SHA-256. */
bool roots_hold(struct bytes pem, struct hash certificate);

#endif
