/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The crypto inventory: which protocols and algorithms each interface uses, and which it accepts,
 * out of the facts of the state; what an algorithm's name means is a table (crypto_list.h).
 */
#ifndef REPORTS_CRYPTO_H
#define REPORTS_CRYPTO_H

#include <jansson.h>

#include "monitor/state/state.h"

enum crypto_quantum {
	CRYPTO_SAFE,		/* symmetric, hash, or post-quantum by itself */
	CRYPTO_HYBRID,		/* classical and post-quantum together */
	CRYPTO_VULNERABLE	/* falls to a large quantum computer (Shor) */
};

enum crypto_standing { CRYPTO_LISTED, CRYPTO_CANDIDATE, CRYPTO_MONITORED, CRYPTO_UNLISTED };

struct crypto_algorithm {
	const char          *name, *words, *primitive;
	unsigned             classical, level;	/* bits, 0: not said; NIST category, 0: none */
	enum crypto_quantum  quantum;
	enum crypto_standing standing;
};

enum crypto_protocol {
#define CRYPTO_PROTOCOL(NAME, title, type) CRYPTO_##NAME,
#include "reports/crypto_list.h"
	CRYPTO_PROTOCOLS
};

enum crypto_role { CRYPTO_VERSION, CRYPTO_SUITE, CRYPTO_KEY_EXCHANGE, CRYPTO_AUTHENTICATION,
	CRYPTO_ENCRYPTION, CRYPTO_INTEGRITY, CRYPTO_KEY, CRYPTO_ROLES };
enum crypto_basis { CRYPTO_USED, CRYPTO_OFFERED };	/* seen in use; accepted or offered */

/* The table's rows; ascending by nothing. */
size_t crypto_algorithms(const struct crypto_algorithm **);
/*
 * The algorithms a name is made of ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": ECDH, RSA PKCS#1 v1.5,
 * AES-256-GCM, SHA-384), as rows of the table, at most max; 0: none is known.
 */
size_t crypto_classify(struct bytes name, size_t *row, size_t max);

const char *crypto_protocol_title(enum crypto_protocol);
const char *crypto_protocol_type(enum crypto_protocol);	/* of CycloneDX */

/* One thing an interface said of itself. */
struct crypto_item {
	const struct target_state *target;
	uint32_t              place;	/* of the target in the state */
	uint32_t              replica;
	enum crypto_protocol  protocol;
	enum crypto_role      role;
	enum crypto_basis     basis;
	struct bytes          name;	/* as the probe has it; valid during the call */
};

/* Everything in the state, target by target; only evidence that is not stale.  The callback says
 * nothing. */
void crypto_walk(const struct state *, void (*each)(void *arg, const struct crypto_item *),
    void *arg);

/* What is to be said of one interface's readiness for 2035, by its key exchanges. */
enum crypto_ready {
	CRYPTO_READY_USED,	/* a hybrid or post-quantum key exchange was in use */
	CRYPTO_READY_OFFERED,	/* it is accepted, and we did not use it */
	CRYPTO_READY_NOT,	/* key exchanges are known, none of them is */
	CRYPTO_READY_UNKNOWN,	/* no key exchange is known */
	CRYPTO_READY_NONE	/* the protocol has none: pre-shared keys alone */
};

struct crypto_interface {	/* one target, replica and protocol */
	uint32_t              place, replica;
	enum crypto_protocol  protocol;
	struct buffer         text[CRYPTO_ROLES];	/* names in use, with commas */
	struct buffer         offered[CRYPTO_ROLES];	/* names accepted beside */
	enum crypto_ready     ready;
	enum crypto_standing  worst;	/* of all that is used or accepted */
	const char           *worst_name;	/* that algorithm, or NULL */
	uint32_t              unclassified;	/* names the table does not know */
};

struct crypto_inventory {
	struct crypto_interface *interface;
	uint32_t  interfaces;
	uint32_t *used, *offered;	/* by row of the table: on how many interfaces */
	uint32_t *silent;		/* places of targets of which nothing is known */
	uint32_t  silents;
};

/* The caller frees with crypto_inventory_free(). */
void crypto_inventory_make(struct crypto_inventory *, const struct state *);
void crypto_inventory_free(struct crypto_inventory *);
const char *crypto_text(const struct buffer *);	/* of an interface; "" if empty */

/*
 * As CycloneDX 1.6 CBOM; the caller gives back with json_decref().  at_ms: UTC of what it speaks
 * for; seed: names it: equal seeds are equal serial numbers.
 */
json_t *crypto_cbom(const struct crypto_inventory *, const struct state *, int64_t at_ms,
    const char *origin, struct hash seed);

#endif
