/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Custody of the keys a plan declares: who holds each against who hosts what it protects, in which
 * module, validated how, rotated when.  What is declared, what was observed and what hardware
 * proved stay apart; where they meet, they agree or contradict.  Made out of a state, recorded
 * nowhere.  Pure.
 */
#ifndef MONITOR_STATE_CUSTODY_H
#define MONITOR_STATE_CUSTODY_H

#include "monitor/ledger/facts.h"
#include "monitor/state/fold.h"

enum { CUSTODY_HOSTS = 16, CUSTODY_SIGHTS = 16 };	/* shown of one key */

enum custody_stand { CUSTODY_PROVEN, CUSTODY_OBSERVED, CUSTODY_DECLARED, CUSTODY_UNKNOWN,
	CUSTODY_SHORT, CUSTODY_CONTRADICTED, CUSTODY_STANDS };	/* the worse the larger */

enum custody_item { CUSTODY_HOLDER, CUSTODY_HOST, CUSTODY_MODULE, CUSTODY_FIRMWARE,
	CUSTODY_SERIAL, CUSTODY_VALIDATION, CUSTODY_ROTATION, CUSTODY_MADE, CUSTODY_ITEMS };

enum custody_why {
#define CUSTODY_WHY(NAME, STAND, SAYS, text, limit) CUSTODY_WHY_##NAME,
#include "monitor/state/custody_list.h"
	CUSTODY_WHYS
};

/* Who holds or hosts something. */
enum party_kind { PARTY_CARRIER, PARTY_PROVIDER, PARTY_OTHER };
struct party { enum party_kind kind; const char *name; };	/* name "": the carrier */

/* What one target of seen_by shows now; texts are views of its facts, empty: not told. */
struct custody_sight {
	const struct target_state  *target;
	const struct replica_state *replica;
	bool         usable;		/* its facts count now */
	bool         proven;		/* accepted evidence of hardware; else the module's word */
	struct bytes part[CUSTODY_SERIAL + 1];	/* of MODULE, FIRMWARE, SERIAL */
	struct bytes holder;		/* inventory.key.holder */
	bool         rotates, rotates_known;	/* inventory.rotation */
};

struct custody {
	const struct plan_key      *key;
	const struct plan_document *document;	/* it names, NULL if none is there */
	struct party holder;
	struct party host[CUSTODY_HOSTS];  uint32_t hosts;	/* each once; more are not kept */
	bool         hosts_known, apart;	/* holder is none of them, of all */
	struct custody_sight sight[CUSTODY_SIGHTS];  uint32_t sights;
	/* The newest that counts of each kind, by when it was done; NULL: none. */
	const struct ceremony_state *newest[CEREMONY_KINDS];
	const struct ceremony_state *renewed;	/* newest that made or rotated it */
	uint32_t     waiting;		/* told, and nobody has agreed or refused */
	int64_t      due_ms;		/* next rotation; 0: not promised, or none is on record */
	bool         destroyed;		/* after it was made, rotated or activated last */
	enum custody_why why[CUSTODY_ITEMS];
	uint64_t     seq[CUSTODY_ITEMS];	/* record it rests on; 0: the configuration alone */
	struct bytes found[CUSTODY_ITEMS];	/* what was observed or proven; empty: nothing */
	enum custody_stand stand;	/* the worst item of which something was promised ... */
	enum custody_item weakest;	/* ... the first that stands so */
};

/* key: index into the plan's.  Valid as long as the state. */
void custody_make(struct custody *, const struct state *, uint32_t key);
/* The document that speaks for it is valid at that second. */
bool custody_document_valid(const struct custody *, int64_t now_ms);
/* A target of that name observes the key. */
bool custody_sees(const struct plan_key *, const char *target);

enum custody_stand custody_why_stand(enum custody_why);
const char *custody_why_text(enum custody_why);		/* N_() */
const char *custody_why_limit(enum custody_why);	/* N_() */
/* That is what to do, not what it does not show. */
bool custody_why_advises(enum custody_why);
const char *custody_stand_word(enum custody_stand);	/* N_() */
const char *custody_item_word(enum custody_item);	/* N_() */

bool ceremony_counts(const struct ceremony_state *);	/* a second person agreed */
const struct ceremony_state *state_ceremony(const struct state *, uint64_t id);	/* NULL if none */
const char *ceremony_step_text(enum ceremony_step);	/* N_() */
const char *ceremony_kind_text(enum ceremony_kind);	/* N_() */
const char *ceremony_verb(enum ceremony_kind);		/* "rotation": as "sekimori key" has it */
bool        ceremony_kind_find(struct bytes verb, enum ceremony_kind *);

#endif
