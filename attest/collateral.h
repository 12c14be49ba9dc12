/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What revocation lists and files of certificates say of themselves: how many entries, from when
 * and until when.  Nothing is verified here: it serves who keeps such files fresh, and whoever
 * uses them checks signatures.
 */
#ifndef ATTEST_COLLATERAL_H
#define ATTEST_COLLATERAL_H

#include "monitor/base/bytes.h"

struct collateral {
	size_t  entries;		/* revoked certificates; certificates */
	int64_t from_s, until_s;	/* seconds UTC; until: the first to end; 0: not said */
};

/* A revocation list in DER or PEM, alone in its file.  ERR_MALFORMED with a sentence. */
MUST_USE enum err collateral_crl(struct bytes, struct collateral *, struct why *);
/* PEM certificates, at least one; what stands between them is passed over. */
MUST_USE enum err collateral_pem(struct bytes, struct collateral *, struct why *);

#endif
