/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger role's own struct, shared by its files: intake (what came over links), batch
 * (stamp and commit), clock (recorded time), life (start, stop, gaps), config, sign, anchor,
 * upkeep.  One thread, one loop, one writing connection.
 */
#ifndef MONITOR_DAEMON_LEDGER_ROLE_H
#define MONITOR_DAEMON_LEDGER_ROLE_H

#include <uv.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/stamp.h"
#include "monitor/ledger/ledger.h"
#include "monitor/ledger/note.h"

enum {
	BATCH_OCTETS      = 8 << 20,	/* a batch this large is committed at once */
	LEDGER_TURN_MS    = 1000,	/* what is not urgent is looked at this often */
	GROWN_MS          = 20,		/* between two words to the engine that the ledger grew */
	IDLE_SIGN_MS      = 60000,	/* between checkpoints while only TICKs are recorded */
	SIGNER_PATIENCE_MS = 10000,	/* for one answer of the signer */
	STOP_PATIENCE_MS  = 8000,	/* for the last checkpoint when stopping */
	AUTHORITIES_MAX   = 16,
	PENDING_BLOBS_MAX = 64,		/* blobs and values on one link before their record */
	ACT_TEXT_MAX      = 4096,
	LINK_MINUTE_OCTETS = 256 << 20	/* from one link in a minute; more is a flood, and cut */
};

enum batch_type { BATCH_RECORD, BATCH_BLOB, BATCH_VALUE };

/* One thing to commit; its octets lie in the batch's buffer. */
struct batch_item {
	enum batch_type type;
	uint64_t        role, index;	/* who it is from */
	uint64_t        kind;		/* of a record */
	size_t          at, len;
};

/* What is not yet durable.  It stays here until a commit succeeded, however long that takes. */
struct batch {
	struct buffer      octets;
	struct batch_item *item;
	size_t             items, item_cap;
	uint64_t           lost;	/* what no memory could hold while commits failed */
	bool               worth;	/* more than TICKs: to be signed soon */
};

struct ledger_role;

struct ledger_link {
	struct ledger_role *ledger;
	uint64_t            role, index;
	int                 fd;
	uv_poll_t           poll;
	unsigned            blobs;	/* since its last record */
	bool                again;	/* AGAIN is owed to this worker */
	int64_t             minute_ns;	/* when its present minute began ... */
	size_t              octets;	/* ... and what it sent in it */
};

/* What is known of another process, over all its lives. */
struct peer {
	uint64_t role, index;
	int64_t  seen_ms;		/* last sign of work that was recorded, 0 if none */
	bool     running;		/* its SELF was recorded and no gap since */
	bool     gap_told;		/* the gap that is open has its record */
	bool     spoke;			/* a worker's SELF or COVERAGE came and no gap since */
	struct ledger_link *link;	/* NULL if there is none */
};

struct anchor_due { int64_t at_ns; unsigned failures; uint64_t size; };

struct ledger_role {
	struct role_start  *start;
	uv_loop_t           loop;
	uv_poll_t           control;
	uv_timer_t          turn, batch_timer, grown_timer;
	struct buffer       message;	/* as received on a link; link_drain() overwrites it */
	struct buffer       order;	/* as received from the supervisor */
	int64_t             ready_ns, wal_ns;	/* when READY was sent, the WAL last moved */

	char                path[PATH_TEXT_MAX + 16];
	struct ledger      *ledger;	/* NULL until there is one */
	bool                drill;	/* every record is marked as of an exercise */
	struct stamp        stamp;
	enum stamp_event    begun_event;	/* what the start made of the wall clock ... */
	int64_t             begun_step_ms;	/* ... and how far off it was */
	bool                again_due;	/* workers are to begin anew once this batch is durable */
	struct batch        batch;
	int64_t             committed_ns;	/* last success, monotonic */
	int64_t             committed_ms;	/* the same, recorded time */
	int64_t             held_ns;	/* commits fail since; 0 while they work */
	char                held_text[WHY_TEXT_MAX];
	bool                held_gap;	/* the batch begins with the gap that says so */
	bool                grown_due;

	struct peer         peer[ROLE_LINKS_MAX];
	uint32_t            peers;
	int64_t             begun_ms;	/* recorded time of the start */
	char                died_text[WHY_TEXT_MAX];	/* how the role before this one ended */

	struct buffer       config;	/* CONFIG waiting to be recorded */
	bool                config_waits;	/* not yet recorded */
	bool                plan_waits;		/* recorded, but not yet durable: PLAN is owed */
	struct hash         config_known;	/* of what this life recorded last */
	bool                refused;		/* to work with the configuration it was given */
	bool                begun;		/* the first CONFIG came: links are read */
	bool                started;		/* the first CONFIG was recorded */
	bool                stopping;
	struct buffer       sandbox;	/* what is in force, for SELF */

	struct note_verifier verifier;	/* the key in force */
	bool                keyed;	/* there is a key: records may be committed */
	bool                key_waits;	/* a KEY record is not yet durable */
	bool                key_landed;	/* it is, just now */
	bool                signer_agrees;	/* the signer holds that key */
	uint8_t             signer_key[32];
	bool                signer_known;
	int64_t             asked_ns;	/* one question to the signer is open since; 0 if none */
	bool                asked_sign;	/* it is SIGN, not KEY */
	struct checkpoint   asked;
	int64_t             signed_ns;	/* when the last checkpoint was asked for */
	uint64_t            signed_size;
	bool                sign_worth;
	bool                rotating;
	uint64_t            rotate_id;
	char                rotate_author[128];

	bool                locate_open;	/* a location token is to be signed ... */
	bool                locate_asked;	/* ... and the signer was asked */
	uint64_t            locate_id;
	struct buffer       locate_text;	/* of SIGNER_LOCATE */

	struct anchor_due   anchor[AUTHORITIES_MAX];
	int64_t             anchor_asked_ns;
	uint64_t            anchor_id;	/* of the open request */
	uint32_t            anchor_of;	/* which authority it went to */
	uint8_t             anchor_nonce[8];
	struct buffer       anchor_note;
};

/* --- batch: monitor/daemon/ledger_batch.c -------------------------------------------------- */
/* A record of the ledger role itself. */
void batch_record(struct ledger_role *, struct record *);
/* The same, before everything else that waits: the KEY of a new ledger. */
void batch_record_first(struct ledger_role *, struct record *);
/* A GAP that stands for all workers, likewise: whatever waits of them comes after it. */
void batch_gap_first(struct ledger_role *, struct record *gap);
/* A record of another role as it came over its link, already checked. */
void batch_foreign(struct ledger_role *, uint64_t role, uint64_t index, uint64_t kind,
    struct bytes record);
void batch_blob(struct ledger_role *, struct bytes);
void batch_value(struct ledger_role *, struct bytes salt_and_value);
bool batch_full(const struct ledger_role *);
/* Stamps and commits all of it.  On failure everything is kept, links are held, and the turn
 * tries again. */
MUST_USE enum err batch_commit(struct ledger_role *, struct why *);
void batch_free(struct batch *);
/* One line for the service manager, "" when all is well. */
void status_send(struct ledger_role *, const char *text);

/* --- recorded time: ledger_clock.c --------------------------------------------------------- */
/* Recorded time now, without committing anything. */
int64_t recorded_now(struct ledger_role *);
/* Starts recorded time behind the newest record, whose time is last_ms (0: there is none). */
void clock_begin(struct ledger_role *, int64_t last_ms);
/* The CLOCK records of that start, after its gaps. */
void clock_begun(struct ledger_role *);
/* Recorded time for the batch about to be committed, to which it adds what there is to say. */
int64_t clock_turn(struct ledger_role *);

/* --- links and intake: ledger_intake.c ----------------------------------------------------- */
/* Made if it is new; NULL if there are too many. */
struct peer *peer_of(struct ledger_role *, uint64_t role, uint64_t index);
/* Polls a link that was just taken into start; ends the one it replaces. */
void link_open(struct ledger_role *, uint64_t role, uint64_t index);
/* Stops polling, so that the descriptor may be closed. */
void link_close(struct ledger_role *, uint64_t role, uint64_t index);
/* Nonsense came: the link is cut, a GAP and the supervisor are told why. */
void link_cut(struct ledger_role *, uint64_t role, uint64_t index, const char *reason);
/* Takes what is left in a link whose peer is dead, even while links are held: it is bounded by
 * what the kernel keeps, and would be lost otherwise. */
void link_drain(struct ledger_role *, uint64_t role, uint64_t index);
void links_hold(struct ledger_role *, bool hold);
/* A GAP of the ledger was recorded, which blinds every fold to what workers said before it: all
 * of them are told to begin anew. */
void links_again(struct ledger_role *);
/* Tells those that could not be told yet. */
void links_again_owed(struct ledger_role *);
/* A record over the control link: the supervisor's SELF. */
void supervisor_record(struct ledger_role *, struct bytes body);

/* --- life: ledger_life.c ------------------------------------------------------------------- */
MUST_USE enum err life_open(struct ledger_role *, struct why *);
/* Gaps and clock of the start, to be recorded before anything else. */
void life_begin(struct ledger_role *);
void life_self(struct ledger_role *);
void life_died(struct ledger_role *, struct bytes body);
void life_committed(struct ledger_role *, const struct record *);
void gap_record(struct ledger_role *, struct peer *, uint64_t lost, const char *reason);
/* Compares the ledger with the newest anchored checkpoints kept outside; a FORK if it lost. */
void fork_look(struct ledger_role *);	/* fork.c */

/* --- configuration: ledger_config.c -------------------------------------------------------- */
void config_take(struct ledger_role *, struct bytes body);
/* Records the waiting CONFIG if everything it needs is there. */
void config_try(struct ledger_role *);
/* A commit succeeded: sends a PLAN that is owed. */
void config_committed(struct ledger_role *);

/* --- signatures: ledger_sign.c ------------------------------------------------------------- */
void sign_ask_keys(struct ledger_role *);
void sign_turn(struct ledger_role *, bool now);	/* now: do not wait for CHECKPOINT_MS */
void sign_answer(struct ledger_role *, struct bytes body);
void sign_forget(struct ledger_role *);		/* the signer is gone */

/* --- keys: ledger_key.c -------------------------------------------------------------------- */
/* The first key of a new ledger: asks the signer to sign its statement. */
void key_begin(struct ledger_role *, const char *origin);
/* The key in force according to the records. */
MUST_USE enum err key_in_force(struct ledger *, struct note_verifier *, struct why *);
void key_ask(struct ledger_role *, unsigned operation, struct bytes text);
void key_answer(struct ledger_role *, struct bytes body);
void key_committed(struct ledger_role *);	/* a KEY record is durable: it decides */
/* Begins a rotation; its ACTED is sent when it is over. */
void key_rotate(struct ledger_role *, uint64_t act_id, struct bytes author);
void key_rotate_end(struct ledger_role *, enum err, const char *sentence);

/* --- location tokens: ledger_locate.c ------------------------------------------------------- */
void locate_take(struct ledger_role *, struct bytes body);	/* from the engine */
void locate_turn(struct ledger_role *);		/* asks the signer once it has nothing else to do */
struct signer_reply;
void locate_answer(struct ledger_role *, const struct signer_reply *);
void locate_forget(struct ledger_role *);	/* the signer is gone */

/* --- anchors: anchor.c --------------------------------------------------------------------- */
void anchor_turn(struct ledger_role *);
void anchor_answer(struct ledger_role *, struct bytes body);
void anchor_forget(struct ledger_role *);	/* fetch is gone: asked again later */

/* --- what people ask for: ledger_upkeep.c -------------------------------------------------- */
void upkeep_act(struct ledger_role *, struct bytes body);
void upkeep_acted(struct ledger_role *, uint64_t id, enum err, const char *sentence);
/* Finishes a PRUNE or ERASE that was recorded and not carried out. */
void upkeep_resume(struct ledger_role *);

#endif
