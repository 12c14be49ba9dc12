/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the judgement share, and nobody else includes.  Cells are verdicts, control by
 * control and subject by subject; elements are what quantifiers count, kept as tallies so that a
 * change costs what changed and not what there is.
 */
#ifndef MONITOR_STATE_JUDGE_PRIVATE_H
#define MONITOR_STATE_JUDGE_PRIVATE_H

#include "monitor/state/fold_memory.h"
#include "monitor/state/judge.h"

enum {
	WAIVERS_KEPT = 4096		/* oldest decided go first; all stay in the ledger */
};

struct cell {
	int64_t  since_ms;
	uint64_t seq;
	uint8_t  verdict, beneath;	/* enum verdict */
};

struct quantifier {
	uint32_t                control;
	const struct condition *condition;
	size_t                  q;
	enum subject_kind       kind;		/* of its elements */
	struct reads            reads;
	struct tally           *tally;		/* per subject of the control */
	struct tally           *element;	/* per element: what it adds */
	int64_t                *next_ms;	/* per element */
};

struct judged_control {
	const struct pack_control *control;
	uint32_t     pack;
	struct reads reads;			/* outside quantifiers */
	struct cell *cell;			/* per subject; NULL: cannot be decided */
	int64_t     *next_ms;			/* per cell */
	uint32_t     cells;
	uint32_t     count[VERDICTS];
	uint32_t     quantifier, quantifiers;	/* its own, one after another */
};

/* A pack with its owners: a judgement that follows another keeps the same. */
struct kept_pack {
	uint32_t     owners;
	struct pack *pack;			/* NULL: set aside */
	struct hash  hash;
	char         fault[WHY_TEXT_MAX];
};

struct judged_pack {
	struct kept_pack *kept;
	/* Per document of the pack, NULL if the plan has none. */
	const struct plan_document **document;
};

/* Which subjects there are and what belongs to what; made from the plan alone. */
struct subjects {
	struct plan *plan;			/* held */
	uint32_t     count[SUBJECT_KINDS];
	const char **provider;			/* names, in order of the sites */
	uint32_t    *provider_of;		/* of a site, NO_INDEX if the carrier's own */
	const char **set;			/* replica sets, in order of the instances */
	uint32_t    *set_of;			/* instance to set, NO_INDEX if none */
	uint32_t    *region_of;			/* site to region */
	uint32_t     regions;
	uint32_t    *target_of;			/* key to target */
	uint32_t    *key_of;			/* target to key, NO_INDEX if none */
	uint32_t    *wire, *wire_first;		/* key to targets: wire[first[k]..first[k+1]) */
	bool        *is_wire;			/* target: a key is looked for on it */
	bool        *is_sight;			/* target: a declared key is seen by it */
	uint32_t    *down_first, *down;		/* instance to targets */
	/* Per instance: CBOR array of text, empty if missing. */
	struct buffer *data, *approved, *jurisdictions;
	struct buffer *declared;		/* site: provider/region, empty if missing */
	/* Per store, likewise. */
	struct buffer *store_data, *store_approved, *store_jurisdictions;
};

/* Instances up: those that are, or those that may be (nothing is known of them). */
struct standing_count {
	uint32_t *site;
	uint32_t *function_site;	/* [function * sites + site] */
	uint32_t *function_region;	/* [function * regions + region] */
	uint32_t  function[FUNCTION_COUNT], sites[FUNCTION_COUNT], regions[FUNCTION_COUNT];
};

/* What follows from health, kept as counts. */
struct standing {
	uint8_t  *health;			/* target, as last seen here */
	uint16_t *usable;			/* target: bit per replica whose facts count ... */
	uint8_t  *replicas;			/* ... of so many */
	uint32_t (*of)[HEALTH_COUNT];		/* instance: targets by health */
	struct standing_count is, may;
	uint32_t  function_sites[FUNCTION_COUNT], function_instances[FUNCTION_COUNT];
};

struct judgement {
	uint32_t         owners;
	bool             fixed;			/* its packs outlast a CONFIG (rejudge) */
	struct subjects  subjects;
	struct standing  standing;
	struct judged_pack    *pack;       uint32_t packs;
	struct judged_control *control;    uint32_t controls;
	struct quantifier     *quantifier; uint32_t quantifiers;
	struct heap      deadlines;
	struct waiver   *waiver;           uint32_t waivers, waiver_cap;
	struct judged_change *change;      uint32_t changes, change_cap;
	uint64_t         change_total;
	uint64_t         anchor_seq, gap_seq;
};

/* --- judge_subjects.c, judge_standing.c --- */
void subjects_make(struct subjects *, const struct plan *);
void subjects_free(struct subjects *);
/* The subject itself, or what of kind it belongs to; false if there is none. */
bool subjects_above(const struct subjects *, struct subject, enum subject_kind, struct subject *);
void standing_make(struct standing *, const struct subjects *);
void standing_free(struct standing *);
/* Between two of the same subjects; both were made. */
void standing_copy(struct standing *, const struct standing *from, const struct subjects *);
/* Moves one target's health; true with the facts of what it belongs to added that moved with it. */
bool standing_move(struct standing *, const struct subjects *, uint32_t target, enum health,
    struct reads *moved);
enum health standing_instance(const struct standing *, uint32_t instance);

/* --- judge_value.c --- */
struct judge_world {
	const struct state     *state;
	const struct judgement *judgement;
	uint32_t                control;
};

/* In judge_state.c. */
void         judge_world_make(struct condition_world *, struct judge_world *);
bool         replica_usable(const struct replica_state *);
struct value judge_value(void *arg, const struct subject *, const struct condition_name *);
/* In judge_own_key.c: facts of subject_list.h about the monitor's own key. */
struct value judge_own_key(const struct own_key_state *, enum subject_fact);
/* In judge_custody.c: facts of subject_list.h about the custody of a declared key. */
struct value judge_custody(const struct state *, uint32_t key, enum subject_fact);
/* Every fact of custody that records move. */
void         judge_custody_moving(struct reads *);
/* In judge_protection.c: facts of subject_list.h about the protection of a target. */
struct value judge_ticket(const struct state *, const struct target_state *);
struct value judge_protection(const struct state *, const struct target_state *,
    enum subject_fact);

/* In judge_account.c: facts of subject_list.h about what an inventory is asked for. */
struct value judge_account(const struct state *, const struct target_state *, enum subject_fact);
bool         judge_account_reads(const struct reads *moved);

/* In judge_place.c: facts of subject_list.h about where an instance, a store or a key is. */
struct value judge_place(const struct state *, const struct judgement *, struct subject,
    enum subject_fact);
/* True with the facts of an instance, store or key that follow from what moved of a target. */
bool         judge_place_reads(const struct reads *moved, struct reads *out);

/* In judge_enclosure.c: facts of subject_list.h about how closed an instance or a store is. */
bool         judge_enclosure_of(enum subject_fact);
struct value judge_enclosure(const struct state *, struct subject, enum subject_fact);
/* True with those of an instance or a store that follow from what moved of a target. */
bool         judge_enclosure_reads(const struct reads *moved, struct reads *out);
/* As judgement_places(), of these facts. */
void         judgement_enclosures(const struct state *, struct subject,
    const struct condition_name *, judged_record *each, void *arg);

/* --- judge_build.c --- */
/* Packs of the plan in force; those that cannot be had or read are set aside with a sentence. */
struct judgement *judgement_new(const struct plan *, const struct blob_source *,
    const struct judgement *old);
/* The same packs for a plan, nothing judged yet; takes the owners it adds. */
struct judgement *judgement_new_with(const struct plan *, struct kept_pack *const *,
    uint32_t packs);
/* Those of another judgement. */
struct judgement *judgement_again(const struct plan *, const struct judgement *old);
/* The same with all that was judged: nothing is judged again. */
struct judgement *judgement_twin(const struct judgement *);
struct kept_pack *kept_pack_new(struct pack *, struct hash, const char *fault);
void              kept_pack_drop(struct kept_pack *);
void              judgement_drop(struct judgement *);	/* one owner less; NULL is fine */
/* Cells, waivers and changes of what is still there; both were made, only the old was judged. */
void              judgement_carry(struct judgement *, const struct judgement *old, int64_t now_ms,
    uint64_t seq);

/* --- judge.c --- */
void judgement_judge_all(struct state *);	/* every element, then every cell */
void judgement_begin(struct state *);		/* the same, and what only time will change */
void waiver_queue(struct judgement *, const struct waiver *);
void judgement_step(struct state *);		/* after a record counted */
void judgement_cell(struct state *, uint32_t c, uint32_t i);
void judgement_show(struct state *, uint32_t c, uint32_t i);	/* a waiver came or went */
struct judgement *judgement_own(struct state *);	/* of no other state, to be written to */

/* --- judge_state.c --- */
void judgement_plan(struct state *, struct judgement *);	/* takes it; NULL: no packs */

/* --- judge_waiver.c --- */
void waiver_apply(struct state *, const struct record *);
void waiver_end(struct state *, uint64_t seq);
const struct waiver *waiver_in_force(const struct judgement *, uint32_t c, uint32_t i);

#endif
