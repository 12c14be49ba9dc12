/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's own struct, shared by its files: supervisor (loop, signals, phases), child
 * (start, death, backoff, watchdog) and order (configuration and links to the roles).  It reads
 * the configuration and what roles say on their control links; nothing a peer sent reaches it.
 */
#ifndef MONITOR_DAEMON_SUPERVISOR_H
#define MONITOR_DAEMON_SUPERVISOR_H

#include <sys/types.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/notify_socket.h"
#include "monitor/daemon/role.h"

enum {
	CHILDREN_MAX     = WORKER_MAX + 8,
	PAUSE_FIRST_MS   = 100,		/* before a role that died is started again ... */
	PAUSE_LAST_MS    = 30000,	/* ... doubled up to this ... */
	PAUSE_FORGET_MS  = 60000,	/* ... and forgotten after a life this long */
	BEGIN_PATIENCE_MS = 300000,	/* for the first READY: the engine may have much to fold */
	TURN_MS          = 5000,	/* the longest wait of its loop ... */
	RELOAD_MS        = 10000,	/* between two reloads that a role asks for */
	LATE_MS          = 5000,	/* ... and if one lasts so much longer, we were stopped */
	STOP_ROLES_MS    = 5000,	/* for a role to finish what it began */
	STOP_LEDGER_MS   = 15000
};

#define MS_NS INT64_C(1000000)

enum phase {
	PHASE_PLAN,		/* the ledger has CONFIG; everything else waits for PLAN */
	PHASE_RUN,
	PHASE_AGAIN,		/* the ledger died: all others are ended, all is started again */
	PHASE_STOP_ROLES,	/* stopping: everything but ledger and signer */
	PHASE_STOP_LEDGER,
	PHASE_STOP_SIGNER,
	PHASE_END
};

struct child {
	enum role role;
	uint32_t  index;
	bool      wanted, stopping;	/* stopping: its end is no death */
	pid_t     pid;			/* 0 while there is no process */
	int       control;
	int64_t   started_ns, again_ns;	/* when it began; when to start it (0: not planned) */
	int64_t   pause_ms;
	int64_t   heard_ns, silent_ns;	/* last READY, and the silence it announced */
	unsigned  readies;
	int64_t   kill_ns;		/* when patience ends after STOP, 0 if not asked */
	char      reason[WHY_TEXT_MAX];	/* why we ended it, "" if we did not */
};

struct supervisor {
	const char     *config_path;
	struct config  *config, *next;	/* in force; waiting for its PLAN */
	struct buffer   plan;		/* with target ids, as the ledger gave it */
	struct role_shared shared[PLAN_FEED_MAX];	/* feeds, one copy for all workers ... */
	uint32_t        shares;
	bool            shared_known;	/* ... of the configuration in force */
	int64_t         reload_ns, reloaded_ns;	/* when to read it again, 0: not asked; the last */
	struct child    child[CHILDREN_MAX];
	uint32_t        children;
	enum phase      phase;
	int             signals, lock;
	struct hash     program;	/* of the running executable, for SELF */
	char            libexec[PATH_TEXT_MAX];	/* folder of sekimori-fetch */
	bool            self_told;	/* to the ledger process that runs now */
	char            ledger_died[WHY_TEXT_MAX];
	char            status[WHY_TEXT_MAX];
	bool            told_ready, sandbox_report;
	int             exit_status;	/* of the command, when it ends by itself */
	struct notify_socket notify;
	int64_t         watchdog_ns;	/* when WATCHDOG=1 was sent */
	struct buffer   message;
};

/* --- children: supervisor_child.c ---------------------------------------------------------- */
struct child *child_of(struct supervisor *, enum role, uint32_t index);	/* made if new */
struct child *child_running(struct supervisor *, enum role, uint32_t index);	/* or NULL */
void child_start(struct supervisor *, struct child *);
void child_stop(struct child *, int64_t patience_ms);	/* STOP, SIGKILL when patience ends */
void child_kill(struct child *, const char *reason);
void children_reap(struct supervisor *);
/* Restarts what is due, ends what is silent; returns nanoseconds until something is due. */
int64_t children_turn(struct supervisor *);
/* We were stopped ourselves for so long: nobody was late, or too long silent, by that time. */
void children_forgive(struct supervisor *, int64_t ns);
bool children_gone(const struct supervisor *, bool (*counts)(const struct child *));

/* --- orders: supervisor_order.c ------------------------------------------------------------ */
void order_begin(struct supervisor *, struct child *);	/* all a new process is told, START last */
void order_config(struct supervisor *, const struct config *, const char *cause);
void order_plan(struct supervisor *, struct child *);
void order_died(struct supervisor *, const struct child *, const char *sentence);
void order_self(struct supervisor *);
/* False: it does not take it (and was ended for that).  attach: a descriptor, or -1. */
bool order_send(struct child *, enum message, struct bytes body, int attach);

/* --- feeds that workers share: supervisor_share.c ----------------------------------------- */
void share_send(struct supervisor *, struct child *);	/* behind FILES */
void share_drop(struct supervisor *);

/* --- the loop: supervisor.c ---------------------------------------------------------------- */
/* Runs until it is told to stop; the exit status.  Takes over the configuration. */
int supervisor_run(struct supervisor *);
/* The ledger will not work with this configuration: a restart would change nothing. */
void supervisor_refused(struct supervisor *);
void supervisor_ledger_died(struct supervisor *, const char *sentence);
int64_t now_ns(void);

#endif
