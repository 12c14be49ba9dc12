/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a TPM may be enrolled: the certificate of its endorsement key, up to roots that the
 * carrier gives, and the public area of the attestation key that is said to live beside it.  That
 * it does is shown by TPM2_ActivateCredential alone (tpm_credential.h).
 */
#ifndef ATTEST_TPM_EK_H
#define ATTEST_TPM_EK_H

#include "attest/chain.h"
#include "attest/policy.h"

enum { TPM_EK_TEXT = 64 };

struct tpm_ek {
	struct pool         pool;	/* that one certificate */
	struct evp_pkey_st *key;	/* of the certificate, or NULL */
	struct hash         hash;	/* SHA-256 of the certificate */
	int64_t             until_s;
	/* As it says (2.23.133.2.1 to 3), printable ASCII without quotes; "" where it is silent. */
	char                maker[TPM_EK_TEXT], model[TPM_EK_TEXT], version[TPM_EK_TEXT];
};

/* One certificate: PEM, or DER, behind which 0x00 or 0xff may fill up.  tpm_ek_free in any case. */
MUST_USE enum err tpm_ek_read(struct bytes, struct tpm_ek *, struct why *);
void tpm_ek_free(struct tpm_ek *);

/*
 * A policy that pins the certificates of a file of roots.  ERR_MALFORMED or ERR_LIMIT: not one
 * can be read, or too many.  The caller frees it.
 */
MUST_USE enum err tpm_ek_roots(struct bytes pem, struct policy **, struct why *);

/*
 * Judges "ek-certificate", "certificates" and "roots" of the dossier, by that policy, and "ak".
 * It is no evidence of the table (attest.h), so "attest" itself does not know it.
 */
extern const struct verifier tpm_enrolment;

#endif
