/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain from a hardware root to the wire, of one key: hardware, evidence, key, binding, wire,
 * each link with how it stands and why (key_chain_list.h).  Nothing stale, missing or undecided
 * holds; what a module says of itself is declared.  Made out of a state, recorded nowhere.
 */
#ifndef MONITOR_STATE_KEY_CHAIN_H
#define MONITOR_STATE_KEY_CHAIN_H

#include "monitor/ledger/facts.h"
#include "monitor/state/fold.h"

/* The worse the larger. */
enum key_stand { KEY_HOLDS, KEY_DECLARED, KEY_UNKNOWN, KEY_BROKEN, KEY_STANDS };

enum key_link { KEY_LINK_HARDWARE, KEY_LINK_EVIDENCE, KEY_LINK_KEY, KEY_LINK_BINDING,
	KEY_LINK_WIRE, KEY_LINKS };

enum key_why {
#define KEY_WHY(NAME, STAND, text, advice) KEY_WHY_##NAME,
#include "monitor/state/key_chain_list.h"
	KEY_WHYS
};

/* One address of a target that "wire" names. */
struct key_wire {
	struct bytes               name;	/* as "wire" has it; view of the plan's */
	const struct target_state *target;	/* NULL: the plan has no such target */
	const struct replica_state *replica;	/* NULL likewise */
	uint32_t                   number;	/* which address, from 0 */
	enum key_why               why;
	bool                       shown;	/* it shows a key: seen */
	struct hash                seen;	/* SHA-256 of its SPKI */
	int64_t                    heard_ms;	/* last known to be so */
};

struct key_chain {
	const struct target_state  *target;	/* of probe token, witness or drop */
	const struct replica_state *replica;	/* its first */
	enum key_why    why[KEY_LINKS];		/* of the wire: its worst */
	struct key_wire *wire;  uint32_t wires;
	bool            usable;			/* its facts count now; else they are of before */
	bool            named;			/* the evidence names a key: spki */
	struct hash     spki;
	int64_t         heard_ms;		/* when the evidence was last known to be so */
	enum key_stand  stand;			/* of all of it: the worst */
	enum key_link   weakest;		/* the first that stands so by itself */
};

/* The key a peer proved to hold: of TLS, else SSH, else IKE; false: none was shown. */
bool key_of_wire(struct bytes facts, struct hash *key);
/*
 * What accepted evidence says of its hardware is more than the carrier's own list of attestation
 * keys: a certificate leads to a maker, or an officer sealed where that hardware stands.
 */
bool key_endorsed(struct bytes facts);

/* place: of a target with plan_target_has_key().  The caller frees with key_chain_free(); it is
 * valid as long as the state. */
void key_chain_make(struct key_chain *, const struct state *, uint32_t place);
void key_chain_free(struct key_chain *);

enum key_stand key_why_stand(enum key_why);
enum key_stand key_link_stand(const struct key_chain *, enum key_link);
const char    *key_why_text(enum key_why);	/* marked for translation */
const char    *key_why_advice(enum key_why);	/* likewise; "": none, or see the other link */
/* The facts of a link as recorded, in the table's order; label is marked for translation. */
void key_link_facts(const struct key_chain *, enum key_link, void (*each)(void *arg,
    const char *label, const struct fact_row *, struct bytes value), void *arg);

#endif
