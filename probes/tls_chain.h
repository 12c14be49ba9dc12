/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate chains: what they say, and whether they verify at a given second.  Chains are kept
 * by the SHA-256 of their octets: what was proven costs no signatures again; a chain is verified
 * again only for other anchors or past its next edge (a notBefore or notAfter).  The octets are
 * what tls_certificates() made: each DER certificate with a length of three octets.
 */
#ifndef PROBES_TLS_CHAIN_H
#define PROBES_TLS_CHAIN_H

#include "monitor/base/hash.h"
#include "monitor/base/limits.h"
#include "monitor/ledger/facts.h"
#include "probes/tls_verify.h"

enum { CHAIN_JUDGED_MAX = 4 };	/* judgements kept per chain: anchors and names differ rarely */

struct tls_chain;
struct tls_chain_cache;

struct tls_chain_cache *tls_chain_cache_new(void);
void                    tls_chain_cache_free(struct tls_chain_cache *);
size_t                  tls_chain_cache_count(const struct tls_chain_cache *);
/*
 * The chain of these octets, parsed now if it is not kept; valid until the next call.  NULL if
 * its first certificate cannot be read at all.
 */
struct tls_chain *tls_chain_find(struct tls_chain_cache *, struct hash, struct bytes octets);
/* Did the key of its first certificate sign that, by this scheme of TLS 1.3? */
bool tls_chain_signed(const struct tls_chain *, uint16_t scheme, struct bytes text,
    struct bytes signature);
/* Everything it says, as facts; not what it means. */
void tls_chain_facts(const struct tls_chain *, struct fact_set *);
/* Does the first certificate oblige its server to staple (RFC 7633)? */
bool tls_chain_must_staple(const struct tls_chain *);
/* The names the first certificate gives itself, as far as they are kept; the chain's own memory. */
const struct bytes *tls_chain_listed(const struct tls_chain *, size_t *count);
/* Does it verify to the anchors at that millisecond (UTC)? */
struct tls_judgement tls_chain_judge(struct tls_chain *, struct bytes octets,
    const struct tls_anchors *, int64_t at_ms);
/* Does the first certificate name the peer (RFC 9525; a literal address needs an iPAddress)? */
bool tls_chain_names(struct tls_chain *, struct bytes octets, const char *host);

#endif
