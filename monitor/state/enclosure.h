/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the space where data are kept and computed is closed to the provider: of a store, is it
 * encrypted and with whose key (declared, and observed in the provider's own inventory); of an
 * instance, is its memory closed (declared, observed, and proven by evidence of its hardware).
 * The three are kept apart and never merged; the verdict holds one against the other.
 *
 * At rest nothing is ever proven: no probe sees a disk, the provider's API is its word.  In use
 * only accepted, fresh evidence that is bound to this machine proves.  What is stale, silent,
 * refused or undecided counts for nothing.  Made out of a state, recorded nowhere: of any moment
 * by replay.
 */
#ifndef MONITOR_STATE_ENCLOSURE_H
#define MONITOR_STATE_ENCLOSURE_H

#include "monitor/state/fold.h"
#include "monitor/state/key_chain.h"

enum enclosure_verdict {
#define ENCLOSURE_VERDICT(NAME, name, letter, text) ENCLOSURE_##NAME,
#include "monitor/state/enclosure_list.h"
	ENCLOSURE_VERDICTS
};
enum key_holder {
#define KEY_HOLDER(NAME, name, text) KEY_HOLDER_##NAME,
#include "monitor/state/enclosure_list.h"
	KEY_HOLDERS
};
enum use_level {
#define USE_LEVEL(NAME, name, text) USE_LEVEL_##NAME,
#include "monitor/state/enclosure_list.h"
	USE_LEVELS
};
enum rest_why {
#define REST_WHY(NAME, VERDICT, text, advice) REST_WHY_##NAME,
#include "monitor/state/enclosure_list.h"
	REST_WHYS
};
enum use_why {
#define USE_WHY(NAME, VERDICT, text, advice) USE_WHY_##NAME,
#include "monitor/state/enclosure_list.h"
	USE_WHYS
};
enum enclosure_lack {
#define ENCLOSURE_LACK(NAME, text, advice) ENCLOSURE_LACK_##NAME,
#include "monitor/state/enclosure_list.h"
	ENCLOSURE_LACKS
};

enum rest_encrypted { REST_UNSAID, REST_NO, REST_YES };

enum { ENCLOSURE_NOBODY = UINT32_MAX };

/* What the inventory says of one resource of a store. */
struct rest_sighting {
	const struct target_state *target;
	bool                whole;	/* of a whole account: it names what is not encrypted */
	enum enclosure_lack lack;	/* NONE: it counts */
	enum rest_encrypted encrypted;
	enum key_holder     holder;
	struct bytes        key;	/* view of the state; empty: not said */
	int64_t             heard_ms;	/* last known to be so */
	uint64_t            seq;	/* the record it comes from */
};

struct enclosure_rest {
	uint32_t            store;
	/* declared */
	enum rest_encrypted encrypted;
	enum key_holder     holder;
	const char         *key;	/* as written: identifier, name of a target or key, words */
	const char         *document;	/* id of a document, or "" */
	const char         *key_id;	/* what identifies the key at the provider, or "" */
	uint32_t            key_target;	/* index of the target that tells of it, or NOBODY */
	/* observed */
	struct rest_sighting *sighting;  uint32_t sightings;
	/* judged */
	enum rest_encrypted seen;	/* NO if one is not, YES if all are and all count */
	enum key_holder     seen_holder;	/* of those encrypted the nearest to the provider */
	uint32_t            by;		/* the sighting the reason names, or NOBODY */
	enum enclosure_verdict verdict;
	enum rest_why       why;
};

/* What one address of one target says of how an instance computes. */
struct use_sighting {
	const struct target_state *target;
	uint32_t            replica;
	bool                proof;	/* evidence of hardware; else the provider's inventory */
	enum enclosure_lack lack;	/* NONE: it counts */
	enum use_level      level;	/* what it says, or would prove if it counted */
	bool                debug;	/* debugging is possible */
	bool                elsewhere;	/* the wire shows another key than it names */
	struct bytes        kind;	/* of evidence; view of the state; empty: not known */
	int64_t             heard_ms;
	uint64_t            seq;
};

struct enclosure_use {
	uint32_t            instance;
	enum use_level      declared;
	const char         *document;	/* id of a document, or "" */
	struct use_sighting *sighting;  uint32_t sightings;
	/* judged: the strongest that counts, UNSAID for none */
	enum use_level      seen, proven;
	uint32_t            by;		/* the sighting the reason names, or NOBODY */
	enum enclosure_verdict verdict;
	enum use_why        why;
};

/* index: of a store of the plan in force.  The caller frees with enclosure_rest_free(); valid as
 * long as the state. */
void enclosure_rest_make(struct enclosure_rest *, const struct state *, uint32_t index);
void enclosure_rest_free(struct enclosure_rest *);
/* The verdict over what is there: sets all that is judged.  key_id holds what is compared. */
void enclosure_rest_judge(struct enclosure_rest *);

/* index: of an instance; as above. */
void enclosure_use_make(struct enclosure_use *, const struct state *, uint32_t index);
void enclosure_use_free(struct enclosure_use *);
void enclosure_use_judge(struct enclosure_use *);

/* True if observed is the declared identifier, or a version of it (a path below it). */
bool key_id_covers(struct bytes declared, struct bytes observed);
/* "nitro-enclave" and such to the level that evidence of this kind proves, UNSAID for none. */
enum use_level use_level_of_kind(struct bytes kind);
enum use_level use_level_find(struct bytes name);	/* UNSAID: no such name */
enum key_holder key_holder_find(struct bytes name);	/* "outside" of inventories: CARRIER */
/* Closed to the host: a confidential VM or an enclave. */
bool use_level_closed(enum use_level);

const char *enclosure_verdict_name(enum enclosure_verdict);	/* "holds" */
const char *enclosure_verdict_text(enum enclosure_verdict);	/* for translation */
char        enclosure_verdict_letter(enum enclosure_verdict);
const char *key_holder_name(enum key_holder);			/* "customer" */
const char *key_holder_text(enum key_holder);			/* for translation */
const char *use_level_name(enum use_level);			/* "confidential-vm" */
const char *use_level_text(enum use_level);			/* for translation */
enum enclosure_verdict rest_why_verdict(enum rest_why);
const char *rest_why_name(enum rest_why);			/* "KEY_OTHER" */
const char *rest_why_text(enum rest_why);			/* for translation */
const char *rest_why_advice(enum rest_why);			/* likewise; "": none */
enum enclosure_verdict use_why_verdict(enum use_why);
const char *use_why_name(enum use_why);
const char *use_why_text(enum use_why);				/* for translation */
const char *use_why_advice(enum use_why);			/* likewise; "": none */
const char *enclosure_lack_text(enum enclosure_lack);		/* for translation */
const char *enclosure_lack_advice(enum enclosure_lack);	/* likewise */

#endif
