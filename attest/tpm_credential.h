/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A credential for a TPM, made without one (TCG TPM 2.0 Library, Part 1, Credential Protection;
 * Part 3, TPM2_MakeCredential): a secret that only the TPM with that endorsement key gives back,
 * and only if the key with that Name is loaded in it.
 *
 * The endorsement key is known by its certificate alone, which says nothing of its template.  So
 * the default one for its kind is assumed (TCG EK Credential Profile, 2.6, B.3 and B.4).
 */
#ifndef ATTEST_TPM_CREDENTIAL_H
#define ATTEST_TPM_CREDENTIAL_H

#include "monitor/base/bytes.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

enum { TPM_CREDENTIAL_SECRET = 32 };	/* octets: no template's Name is by a shorter hash */

/* RSA of 2048 or 3072 bits, P-256 or P-384: whether there is a template that is known here. */
bool tpm_credential_fits(struct evp_pkey_st *ek);
/* Whether a key of that template is used in a policy session only (TPM2_PolicySecret). */
bool tpm_credential_session(struct evp_pkey_st *ek);
/*
 * Appends what tpm2_activatecredential -i reads: 0xBADCC0DE, version 1, TPM2B_ID_OBJECT and
 * TPM2B_ENCRYPTED_SECRET.  name: of the attestation key.  ERR_UNSUPPORTED: it does not fit;
 * ERR_IO: libcrypto failed.
 */
MUST_USE enum err tpm_credential_make(struct evp_pkey_st *ek, struct bytes name,
    const uint8_t secret[TPM_CREDENTIAL_SECRET], struct buffer *out, struct why *);

#endif
