/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that judge chains share, and nobody else includes. */
#ifndef ATTEST_CHAIN_PART_H
#define ATTEST_CHAIN_PART_H

#include "attest/chain.h"

struct asn1_string_st;		/* ASN1_STRING of libcrypto */

/*
 * Keeps with a certificate the SHA-256 of its DER, and later that of its key, so that neither is
 * computed twice.  For those out of octets, in a pool: nobody changes them afterwards.
 */
void certificate_remember(struct x509_st *);

/* Refers to the same certificates and lists once more; as many as there is room for. */
void pool_share(struct pool *to, const struct pool *from);

/* What the octets with this SHA-256 were parsed to; NULL if not known.  Stays the memory's. */
const struct pool *chain_memory_pool(struct chain_memory *, struct hash octets);
/* len: of those octets, for the bound of them all. */
void chain_memory_keep(struct chain_memory *, struct hash octets, size_t len,
    const struct pool *);
/* SHA-256 over what is signed and the signer's key: that signature verified. */
bool chain_memory_proven(const struct chain_memory *, struct hash pair);
void chain_memory_prove(struct chain_memory *, struct hash pair);
/* certificate_spki of the certificate with that hash, as often as it is asked for. */
struct hash chain_memory_spki(struct chain_memory *, struct hash certificate, struct x509_st *);

/* Whether the policy or root_list.h pins it at the dossier's second. */
enum pinned { PINNED_NOT, PINNED_CERTIFICATE, PINNED_KEY };
enum pinned root_pinned(const struct dossier *, const struct appraisal *, const char *key,
    struct x509_st *);
/* Whether an entry of the policy pins it, but not at that second. */
bool root_past(const struct dossier *, const struct appraisal *, const char *key,
    struct x509_st *);
/* Keeps the ticket of the entry that pins it, if there is one. */
void root_ticket(const struct dossier *, struct appraisal *, const char *key, struct x509_st *);

bool asn1_time_s(const struct asn1_string_st *, int64_t *seconds);

#endif
