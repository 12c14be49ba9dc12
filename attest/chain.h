/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and revocation lists of hardware vendors: found in a pool by name and signature,
 * judged at a given second, ended at a pinned root.  Done by hand (RFC 5280, 6.1 without names and
 * policies) because these chains are closed and many break the profile in known ways that one
 * verifier allows and no other.
 */
#ifndef ATTEST_CHAIN_H
#define ATTEST_CHAIN_H

#include "attest/appraisal.h"

struct x509_st;			/* X509, X509_CRL, EVP_PKEY of libcrypto */
struct X509_crl_st;
struct evp_pkey_st;

enum { POOL_CERTIFICATES = 48, POOL_LISTS = 8, POOL_OCTETS = 256 << 10, CHAIN_LINKS = 8 };

/* Certificates and lists out of octets; given back with pool_free. */
struct pool {
	size_t              certificates, lists;
	struct x509_st     *certificate[POOL_CERTIFICATES];
	struct X509_crl_st *list[POOL_LISTS];
	/* The item of the dossier they came in; NULL: inside evidence.  Lives as long as that. */
	const char         *certificate_role[POOL_CERTIFICATES], *list_role[POOL_LISTS];
};

/*
 * Adds what is in the octets: PEM (any number, text between passed over), or one DER certificate
 * or list with nothing behind it.  ERR_MALFORMED: neither; ERR_LIMIT: too many or too large.
 */
MUST_USE enum err pool_add(struct pool *, const struct dossier *, struct bytes, struct why *);
/* All items of a role; ERR_NOT_FOUND if there is none. */
MUST_USE enum err pool_add_role(struct pool *, const struct dossier *, const char *role,
    struct why *);
/* Those from these counts on came in an item of that role. */
void pool_roles(struct pool *, size_t certificates, size_t lists, const char *role);
void pool_free(struct pool *);

enum {
	CHAIN_LOOSE_CA       = 1,	/* an issuer needs no basicConstraints (v1, old YubiKeys) */
	CHAIN_LOOSE_CRITICAL = 2,	/* unknown critical extensions in the leaf pass */
	CHAIN_LOOSE_TIME     = 4,	/* dates are not looked at (devices without a clock) */
	CHAIN_LEAF_IS_PIN    = 8,	/* the leaf itself may be the pinned one */
	CHAIN_LOOSE_PATH     = 16	/* a pinned root's path length is not asked (YubiKey 4.3) */
};

enum chain_answer {
	CHAIN_GOOD,
	CHAIN_ISSUER,		/* no certificate in the pool issued one of them */
	CHAIN_ROOT,		/* it ends at a root that is not pinned, or no longer */
	CHAIN_SHAPE,		/* an issuer is no authority, path length, critical extension */
	CHAIN_TIME		/* not valid at that second: found says which and when */
};

struct chain { size_t count; struct x509_st *link[CHAIN_LINKS]; };	/* leaf first; the pool's */

/*
 * key is the policy's list of roots: "sha256:HEX" of a certificate, "spki:HEX" of a key, or the
 * name of one in root_list.h; where the policy is silent, those of root_list.h for the open set.
 */
enum chain_answer chain_build(const struct dossier *, struct appraisal *, const char *key,
    const struct pool *, struct x509_st *leaf, unsigned loose, struct chain *out,
    char found[STEP_TEXT]);

/* As rules of the open part: CHAIN for issuer, root and shape, TIME for dates. */
bool hold_chain(const struct dossier *, struct appraisal *, size_t rule_chain, size_t rule_time,
    const char *key, const struct pool *, struct x509_st *leaf, unsigned loose,
    struct chain *out);

/*
 * Link number at of a chain against a list of its issuer (the next link) in the pool: good
 * signature, in force at that second, not on it.  Policy key "crl": "required" (also if silent) or
 * "if_given":
 * required and none given is lacking.  A list given of another issuer breaks rule_list.
 */
bool hold_unrevoked(const struct dossier *, struct appraisal *, size_t rule_list,
    size_t rule_revoked, const struct pool *, const struct chain *, size_t at);

/* Issued and signed so, by the memory or by checking; name and key, nothing else. */
bool certificate_issued(const struct dossier *, struct x509_st *of, struct x509_st *issuer);
struct hash certificate_hash(struct x509_st *);		/* of its DER */
struct hash certificate_spki(struct x509_st *);		/* of i2d_PUBKEY of its key; zero if none */
int64_t certificate_until_s(struct x509_st *);		/* notAfter, seconds UTC */
int64_t certificate_from_s(struct x509_st *);
/* The last of one attribute (NID) of the subject as UTF-8; "" if there is none or it is longer. */
void certificate_subject(struct x509_st *, int nid, char *out, size_t size);
/* The octets of one extension's value by dotted OID; no octets if there is none or it is twice. */
struct bytes certificate_extension(struct x509_st *, const char *oid);
/* The first second at which a link of the chain or a list that was used is no longer valid. */
int64_t chain_until_s(const struct chain *, const struct pool *);

/* Keeps parsed certificates and proven signatures, bounded; one per thread. */
struct chain_memory *chain_memory_new(void);
void chain_memory_free(struct chain_memory *);
/*
 * What somebody made of the octets with this SHA-256, for the next time; NULL: not known.  A few
 * are kept; the memory owns what it is given and drops the oldest.
 */
void *chain_memory_object(const struct chain_memory *, struct hash octets);
void chain_memory_object_keep(struct chain_memory *, struct hash octets, void *object,
    void (*drop)(void *));
/*
 * The key that was made before of octets that say all of it; of: SHA-256 over those and over what
 * they were (hash_of3).  The caller frees it; spki (may be NULL): its key_spki.  NULL: not known,
 * or no memory.  Kept is once more referred to; a memory of NULL keeps nothing.
 */
struct evp_pkey_st *chain_memory_key(struct chain_memory *, struct hash of, struct hash *spki);
void chain_memory_key_keep(struct chain_memory *, struct hash of, struct evp_pkey_st *,
    struct hash spki);

#endif
