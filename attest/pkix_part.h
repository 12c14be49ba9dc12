/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verifier of PKIX Evidence share, and nobody else includes. */
#ifndef ATTEST_PKIX_PART_H
#define ATTEST_PKIX_PART_H

#include "attest/chain.h"
#include "attest/evidence_read.h"

enum { PKIX_FORM, PKIX_SIGNATURE, PKIX_SIGNER, PKIX_CHAIN, PKIX_TIME, PKIX_TRANSACTION, PKIX_AK,
	PKIX_NONCE, PKIX_DEBUG, PKIX_BINDING, PKIX_EXTRACTABLE, PKIX_NEVER, PKIX_SENSITIVE,
	PKIX_LOCAL, PKIX_POLICY, PKIX_SERIAL, PKIX_RULE_COUNT };

extern const struct ruleset pkix_ruleset;

enum pkix_type {
#define OID(NAME, key, oid, text) PKIX_TYPE_##NAME,
#include "attest/evidence_oid_list.h"
	PKIX_TYPE_COUNT
};

/* What judging needs together. */
struct pkix {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct evidence       it;
	struct pool           pool;
	const char           *oid[PKIX_TYPE_COUNT];
	size_t                signers;
	struct x509_st       *signer[EVIDENCE_SIGNATURES];	/* the pool's */
	const struct evidence_element *transaction, *key;
	size_t                keys;
	struct hash           spki;
	struct chain          chain;
};

/* All certificates there are: given, of the signers, and between. */
MUST_USE enum err pkix_pool(struct pkix *, struct why *);
/*
 * A signature by a key we do not know says nothing; one that does not hold says enough.  The
 * signers are then in signer.
 */
bool hold_pkix_signatures(struct pkix *);
/* One signer under a pinned root answers for all that is said: all sign the same. */
bool hold_pkix_anchor(struct pkix *);
/* Of a SubjectPublicKeyInfo, rebuilt; zero if it is none. */
struct hash pkix_spki(const struct dossier *, struct bytes der);

#endif
