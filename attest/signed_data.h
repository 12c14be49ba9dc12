/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CMS SignedData (RFC 5652, 5) with its content inside and one signer, as the metadata services of
 * clouds hand it out: read and its signature checked, whoever signed.  Whether that signer counts
 * is the caller's to judge.
 */
#ifndef ATTEST_SIGNED_DATA_H
#define ATTEST_SIGNED_DATA_H

#include "attest/chain.h"

struct CMS_ContentInfo_st;	/* CMS_ContentInfo of libcrypto */

enum { SIGNED_DATA_MAX = 64 << 10 };

struct signed_data {
	struct CMS_ContentInfo_st *cms;
	struct bytes               content;	/* a view */
	struct x509_st            *signer;	/* NULL until it verified; the caller's pool's */
	char                       digest[32];	/* "sha256" */
};

/*
 * Reads DER.  ERR_MALFORMED, ERR_LIMIT: not one such message, or something behind it.  Give it
 * back with signed_data_free in any case.
 */
MUST_USE enum err signed_data_read(struct bytes der, struct signed_data *, struct why *);
/* Adds the certificates that are inside to a pool. */
MUST_USE enum err signed_data_certificates(const struct signed_data *, const struct dossier *,
    struct pool *, struct why *);
/* A digest that still counts: SHA-256, SHA-384 or SHA-512. */
bool signed_data_strong(const struct signed_data *);
/*
 * Whether the key of one of the pool's certificates, which the signer is named by, made the
 * signature over the content; then that is the signer.
 */
bool signed_data_verify(struct signed_data *, const struct pool *, struct why *);
void signed_data_free(struct signed_data *);

#endif
