/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key of a certificate chain's leaf, from the chain as a peer sent it (RFC 5280).  Nothing is
 * verified: that the peer holds the key, and who it is, others say.
 *
 * A chain is a list of certificates, leaf first, each DER behind its length in three octets.
 */
#ifndef ATTEST_X509_LEAF_H
#define ATTEST_X509_LEAF_H

#include "monitor/base/hash.h"

/* The leaf, and how many there are; ERR_MALFORMED: the list breaks off, or is empty. */
MUST_USE enum err x509_chain_leaf(struct bytes octets, struct bytes *leaf, size_t *certificates,
    struct why *);
/*
 * Whether "spki" is the SHA-256 of the leaf's SubjectPublicKeyInfo.  ERR_MISMATCH: it is not;
 * ERR_MALFORMED: the leaf is no certificate.
 */
MUST_USE enum err x509_leaf_spki(struct bytes leaf, struct hash spki, struct why *);

#endif
