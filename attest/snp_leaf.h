/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AMD's certificates say of the chip or provider whose key signs reports (AMD 57230): VCEK,
 * of one chip at one level, and VLEK, of one provider's region at one level.  Read, not judged.
 */
#ifndef ATTEST_SNP_LEAF_H
#define ATTEST_SNP_LEAF_H

#include "attest/chain.h"
#include "attest/snp_read.h"

enum { SNP_PRODUCT_TEXT = 32, SNP_CSP_TEXT = 128 };

struct snp_leaf {
	struct x509_st *certificate;		/* the pool's */
	char            product[SNP_PRODUCT_TEXT];
	enum snp_family family;			/* SNP_FAMILIES: of a product not known here */
	enum snp_signer signer;			/* SNP_SIGNER_NONE: neither kind, or both */
	struct snp_tcb  tcb;
	struct bytes    hwid;			/* VCEK: 64 octets, of Turin 8; the certificate's */
	char            csp_id[SNP_CSP_TEXT];	/* VLEK: "cc-us-east-2.amazonaws.com" */
};

/* False: an extension it needs is missing, twice, or out of form; why says which. */
MUST_USE bool snp_leaf_read(struct x509_st *, struct snp_leaf *, char why[STEP_TEXT]);
/* Whether its subject is called that of a VCEK or VLEK. */
bool snp_leaf_is(struct x509_st *);
/* The region in a CSP_ID of AWS; no octets if it is another's. */
struct bytes snp_region(const char *csp_id);

#endif
