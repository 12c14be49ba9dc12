/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who signed a statement of a TPM, and whether the carrier knows that TPM: the rules that a quote
 * and a certification share.  A verifier's table begins with those of tpm_rule_list.h and has
 * those of tpm_trust_list.h somewhere behind.
 */
#ifndef ATTEST_TPM_SIGNER_H
#define ATTEST_TPM_SIGNER_H

#include "attest/chain.h"
#include "attest/tpm_key.h"

enum tpm_rule {
#define RULE(NAME, name, answer, clause, text, advice) TPM_RULE_##NAME,
#include "attest/tpm_rule_list.h"
#undef RULE
	TPM_RULE_COUNT
};

enum tpm_trust_rule {
#define RULE(NAME, name, answer, clause, text, advice) TPM_TRUST_##NAME,
#include "attest/tpm_trust_list.h"
#undef RULE
	TPM_TRUST_COUNT
};

/* Rows of a verifier's table of roles and of keys. */
#define TPM_ROLES                                                                           \
	{ "signature", true,                                                                \
	    N_("what the attestation key signed it with: TPMT_SIGNATURE"), NULL },          \
	{ "ak", false,                                                                      \
	    N_("public area of the attestation key: TPMT_PUBLIC or TPM2B_PUBLIC"), NULL },  \
	{ "ak-certificate", false, N_("its certificate, DER or PEM"), NULL },               \
	{ "certificates", false, N_("certificates and revocation lists above it"), NULL }
#define TPM_KEYS                                                                            \
	{ "ak", POLICY_HEX, "Names of the attestation keys that were enrolled" },           \
	{ "min_firmware", POLICY_HEX, "oldest firmware of the TPM, 16 hex digits" }

/*
 * Whoever vouches that a key is the attestation key of a TPM, when the statement stands inside
 * another (a cloud's certificate, a NitroTPM document): the key, its key_spki, in words by whom.
 */
struct tpm_vouched { struct evp_pkey_st *key; struct hash spki; const char *by; };

struct tpm_signer {
	struct tpm_attest    attest;
	struct tpm_signature signature;
	bool                 has_public;	/* the dossier has its public area: */
	struct tpm_public    public;
	struct tpm_name      name;
	struct evp_pkey_st  *key;
	struct hash          spki;		/* of it */
	bool                 certified;		/* up to a pinned root */
	struct pool          pool;
	struct chain         chain;
	const struct tpm_vouched *vouched;	/* or NULL */
};

/*
 * The rules 0 to TPM_RULE_COUNT of the open part.  False: rejected, or there is not even a key to
 * go on with.  tpm_signer_free in any case.
 */
bool tpm_signer_hold(const struct dossier *, struct appraisal *, uint16_t kind,
    struct bytes statement, const struct tpm_vouched *, struct tpm_signer *);
void tpm_signer_free(struct tpm_signer *);
/* The rules first to first + TPM_TRUST_COUNT. */
bool tpm_trust_hold(const struct dossier *, struct appraisal *, size_t first,
    const struct tpm_signer *);
/* Clock, resets, restarts, firmware, endorsed, tpm.safe, tpm.ak (Name) and tpm.ak.spki. */
void tpm_signer_claim(struct appraisal *, const struct tpm_signer *);

#endif
