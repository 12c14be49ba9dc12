/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that judge a seal share, and nobody else includes. */
#ifndef ATTEST_CADES_PART_H
#define ATTEST_CADES_PART_H

#include "attest/cades.h"

struct CMS_ContentInfo_st;	/* of libcrypto, as all below */
struct CMS_SignerInfo_st;
struct X509_algor_st;
struct stack_st_X509;
struct x509_st;
struct x509_store_st;

/* A seal taken apart; nothing of it is believed yet. */
struct cades_seal {
	struct CMS_ContentInfo_st *cms;
	struct CMS_SignerInfo_st  *signer;
	struct stack_st_X509      *certificates;	/* all that it brings */
	struct x509_st            *certificate;		/* of the signer, one of them */
	int                        digest;		/* NID of its message digest */
	struct bytes               signature;
};

/* Keeps the first rule that breaks; always false, so that "return cades_break(...)" is one line.
 * found and expected may be NULL. */
bool cades_break(struct cades_result *, enum cades_rule, const char *expected, const char *fmt, ...)
    PRINTF(4, 5);

/* Each step returns false once the result says which rule is broken. */
bool cades_attributes(struct cades_seal *, const struct cades_input *, struct cades_result *);
bool cades_signature(struct cades_seal *, struct cades_result *);
bool cades_stamps(struct cades_seal *, const struct cades_input *, struct cades_result *);
bool cades_chain(struct cades_seal *, const struct cades_input *, struct cades_result *);

/* The lists in the store, against each certificate of a chain that was built. */
bool cades_revocation(struct x509_store_st *, struct stack_st_X509 *chain, struct cades_result *);

#endif
