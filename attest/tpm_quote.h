/* SPDX-License-Identifier: Apache-2.0 */
/* A quote of a TPM inside another statement that vouches for the key that signed it. */
#ifndef ATTEST_TPM_QUOTE_H
#define ATTEST_TPM_QUOTE_H

#include "attest/tpm_signer.h"

/*
 * Judges the quote of the dossier ("quote", "signature"; "ak", "pcrs", "log" where given) as a part
 * of its own inside the open one, by the policy's section tpm-quote and the dossier's nonce.  The
 * voucher's key stays the caller's and must be the one that signed; a dossier made for this has
 * spki NULL unless it is that key's.  True: nothing was rejected.
 */
bool tpm_quote_inside(const struct dossier *, struct appraisal *, const struct tpm_vouched *);
/* The same with a certification ("statement", "signature", "object"), section tpm-certify. */
bool tpm_certify_inside(const struct dossier *, struct appraisal *, const struct tpm_vouched *);

#endif
