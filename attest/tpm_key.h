/* SPDX-License-Identifier: Apache-2.0 */
/* Keys out of public areas of TPM 2.0, and what they signed. */
#ifndef ATTEST_TPM_KEY_H
#define ATTEST_TPM_KEY_H

#include "attest/chain.h"
#include "attest/signature.h"
#include "attest/tpm_read.h"

/* The caller frees it with EVP_PKEY_free.  NULL: no such curve, or no such point or number. */
struct evp_pkey_st *tpm_key(const struct tpm_public *);
/* The same, and its key_spki; of a public area seen before, by the memory (or NULL). */
struct evp_pkey_st *tpm_key_known(struct chain_memory *, const struct tpm_public *,
    struct hash *spki);
/*
 * Of a key that signs nothing here: whether it is one (a point of its curve, or an RSA key of
 * rsa_bits at least), and its key_spki.
 */
bool tpm_key_sound(struct chain_memory *, const struct tpm_public *, int rsa_bits,
    struct hash *spki);
/* Whether the key signed the message in that way.  Never with SHA-1. */
bool tpm_signed(struct evp_pkey_st *, const struct tpm_signature *, struct bytes message);
/*
 * Whether its attributes are those of an attestation key: it signs what its TPM made, and cannot
 * leave it.  wrong: which are not, "" if all are.
 */
enum { TPM_AK_WRONG = 96 };
#define TPM_AK_ATTRIBUTES "restricted, sign, not decrypt, fixedTPM, sensitiveDataOrigin"
bool tpm_ak_sound(const struct tpm_public *, char wrong[TPM_AK_WRONG]);
/* "ECDSA with SHA-256" for the eyes of people. */
void tpm_scheme_text(uint16_t scheme, uint16_t hash, char *out, size_t size);

#endif
