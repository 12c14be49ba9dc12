/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine role's own struct, shared by its files.  One thread, one event loop; the canonical
 * state moves only in engine_grow(), from committed records.
 */
#ifndef MONITOR_DAEMON_ENGINE_H
#define MONITOR_DAEMON_ENGINE_H

#include "monitor/base/limits.h"
#include "monitor/daemon/admin.h"
#include "monitor/daemon/engine_fetch.h"
#include "monitor/daemon/heartbeat.h"
#include "monitor/daemon/notify.h"
#include "monitor/daemon/role.h"
#include "monitor/replay/replay.h"

enum {
	ENGINE_TURN_MS    = 1000,
	BELIEF_LEAST_MS   = 1000,	/* between two BELIEF records, however much changes */
	BELIEF_LOST_MS    = 30000,	/* then one that was not seen committed is made again */
	RETENTION_LOOK_MS = 15000,	/* whether the oldest record is older than that */
	RETENTION_TRY_MS  = 3600000,	/* after a try, whatever came of it */
	RETENTION_EACH_MS = 86400000,	/* between two prunes, recorded time: also across starts */
	SNAPSHOT_LEAST_MS = 60000,	/* between two snapshots: they are megabytes */
	ACTS_MAX          = 32,		/* what people asked for and is not finished */
	ACT_RECORD_MS     = 20000,	/* for a record to be committed */
	ACT_LEDGER_MS     = 590000,	/* for the ledger to copy or prune */
	ENGINE_STOP_MS    = 3000	/* for notices in flight after STOP */
};

enum pending_stage { PENDING_NONE, PENDING_OPERATOR, PENDING_STATE, PENDING_ACTED,
	PENDING_STAMP };

/* What a person asked for, until it can be answered. */
struct pending {
	enum pending_stage stage;
	uint64_t    question;		/* number at the admin socket */
	uint64_t    act_id;		/* number at the ledger */
	enum act    act;
	uid_t       uid;
	uint64_t    incident;
	enum record_kind kind;		/* of the record that answers it */
	uint64_t    step;		/* of a WAIVER */
	int64_t     observed_ms;	/* of that record */
	struct hash commitment;		/* of its text, or what it is about; zero if none */
	struct hash made;		/* of the record that was declared, before it was stamped */
	struct hash state;		/* PENDING_STATE: the blob the STATE record names */
	uint64_t    from;		/* its record is not before this one */
	int64_t     until_ms;		/* monotonic */
	char        author[64];
	char        text[PATH_TEXT_MAX];	/* argument of the forwarded act */
	struct hash stamped;		/* STAMP: what the token is to be over ... */
	uint8_t     nonce[8];
	char        authority[NAME_MAX_LEN];	/* ... by whom ... */
	char       *token;		/* ... and the answer in base64 once there; owned */
	uint64_t    form;		/* TOKEN: enum ear_form ... */
	struct buffer claims;		/* ... of these claims; owned */
};

struct engine {
	struct role_start  *start;
	uv_loop_t           loop;
	uv_timer_t          turn;
	struct port        *control, *ledger_port;
	struct fetch_client fetch;
	int64_t             now_ms;		/* monotonic, read once per event */

	struct ledger      *ledger;
	struct replay      *replay;
	const struct state *state;		/* of the replay; never NULL once folded */
	char                cache[PATH_TEXT_MAX];
	int64_t             ready_ms;		/* last READY */
	int64_t             begun_ms;
	int64_t             grown_ms;		/* when the ledger last grew, 0 if never seen */
	bool                silent;		/* the alarm of ledger silence stands */
	bool                stopping;
	int64_t             stop_ms;
	bool                failed;		/* the fold cannot go on: the role ends */

	struct buffer       self;		/* SELF record until the ledger link takes it */

	uint64_t            timeline_seen;	/* timeline_total that was looked at for beliefs */
	bool                belief_wanted;
	int64_t             belief_recorded_ms;	/* recorded time of the newest BELIEF, 0 if none */
	uint64_t            belief_seq;		/* of the newest BELIEF that was folded */
	int64_t             belief_asked_ms;	/* monotonic: one is on its way since; 0 if none */
	int64_t             belief_made_ms, snapshot_ms;

	struct admin       *admin;
	struct admin_users  users;
	uid_t               own;
	struct pending      pending[ACTS_MAX];
	uint64_t            last_act;
	int64_t             retention_ms;	/* monotonic: when to look at the retention again */

	int64_t             ending_ms;		/* monotonic: when to look at what ends again */
	struct hash         ending_asked;	/* alarm on its way to the ledger, or zero */
	int64_t             ending_asked_ms;

	struct notify      *notify;
	struct heartbeat   *heartbeat;
	char                host[256];
};

/* engine.c */
int64_t       engine_now_ms(void);			/* monotonic */
void          engine_record_head(struct record *, enum record_kind);	/* role, observed now */
/* Hands a record to the ledger; it counts only once it was read back. */
MUST_USE enum err engine_append(struct engine *, const struct record *);

/* engine_fold.c */
/* Ledger and replay, before the sandbox. */
MUST_USE enum err engine_open(struct engine *, struct why *);
MUST_USE enum err engine_first_fold(struct engine *, struct why *);
void          engine_grow(struct engine *);		/* looks for growth and folds it */
void          engine_watchdog(struct engine *);		/* READY if it is due */
void          engine_silence(struct engine *);		/* notices a ledger that does not grow */

bool          engine_progress(void *engine, uint64_t done, uint64_t total);

bool          declare_is(enum act);		/* it becomes a record of its own */
/* engine_declare.c: what people declare.  why has a sentence only for what the question got
 * wrong. */
MUST_USE enum err declare_append(struct engine *, struct pending *, struct bytes text,
    struct why *);
bool              declare_is_its(const struct pending *, const struct record *);
void              declare_answer(const struct pending *, uint64_t seq, char *out, size_t out_len);

/* engine_stamp.c: asks an authority for a token, over the fetch role; what comes back is checked,
 * and recorded with who asked before it is answered.  text: hash in hex, name of the authority or
 * nothing, one a line.  why always has the sentence. */
MUST_USE enum err stamp_ask(struct engine *, struct pending *, struct bytes text, struct why *);

/* engine_locate.c: a location token of what the engine itself believes of a subject.  text: form,
 * a blank, the subject.  why always has the sentence. */
MUST_USE enum err locate_ask(struct engine *, struct pending *, struct bytes text, struct why *);
/* What the ledger answered: signature in hex, a blank, the name of the key.  Verified, recorded
 * with who asked, and only then handed out. */
void          locate_signed(struct engine *, struct pending *, const char *answer);

/* engine_prune.c: appends the STATE at the cut; *needed is false if the ledger can be asked at
 * once.  text is the argument of the act. */
MUST_USE enum err prune_prepare(struct engine *, const char *text, bool *needed, struct hash *state,
    struct why *);
/* Asks for a prune when records are older than the configured retention; once a second. */
void          prune_look(struct engine *);

/* engine_belief.c */
void          belief_begin(struct engine *);		/* after the first fold */
void          belief_look(struct engine *);		/* after each fold and every second */

/* engine_ending.c */
void          ending_look(struct engine *);		/* every second */

/* engine_act.c */
/* Appends the OPERATOR record that will answer p; its text is kept beside the tree. */
MUST_USE enum err act_operator(struct engine *, struct pending *, struct bytes text);
/* Answers p and forgets it. */
void          act_finish(struct engine *, struct pending *, enum err, const char *sentence,
    uint64_t seq);
/* A text people wrote as a value beside the tree; zero and nothing for an empty one. */
MUST_USE enum err act_text_keep(struct engine *, struct bytes text, struct hash *commitment);
void          act_ask(void *engine, const struct admin_question *);
/* The same by ourselves, under a name no user has to have; what came of it is logged. */
MUST_USE enum err act_own(struct engine *, enum act, const char *author, struct why *);
void          act_look(struct engine *, uint64_t from);	/* new records from there on were folded */
void          act_acted(struct engine *, struct bytes body);
void          act_expire(struct engine *);
void          act_lost(struct engine *);		/* the ledger role ended */

/* engine_notice.c */
extern const struct notify_ops    engine_notify_ops;
extern const struct heartbeat_ops engine_heartbeat_ops;

#endif
