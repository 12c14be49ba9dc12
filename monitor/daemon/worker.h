/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the worker role: what worker.c, worker_*.c and outbox.c share. */
#ifndef MONITOR_DAEMON_WORKER_H
#define MONITOR_DAEMON_WORKER_H

#include <netinet/in.h>
#include <uv.h>

#include "monitor/daemon/location.h"
#include "monitor/daemon/outbox.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/schedule.h"
#include "monitor/daemon/track.h"
#include "probes/net.h"
#include "probes/resolve.h"

union place_address { struct sockaddr any; struct sockaddr_in four; struct sockaddr_in6 six; };

/* One address of a target. */
struct replica {
	struct place       *place;
	struct endpoint    *endpoint;
	struct track        track;
	union place_address address;
};

/* One target of this worker. */
struct place {
	struct worker            *worker;
	uint64_t                  id;
	struct hash               fingerprint;	/* of what its rounds depend on */
	const struct plan_target *target;	/* in the plan in force */
	const struct probe_ops   *ops;
	struct round_option      *option;
	size_t                    options;
	const struct plan_vantage *vantage;	/* in the plan in force; NULL: our own place */
	struct sockaddr_storage   source;	/* of the vantage; AF_UNSPEC: the system chooses */
	struct replica           *replica;
	uint32_t                  replicas;	/* at least 1 */
	bool                      deep;		/* its addresses come one after the other */
	bool                      resolved;	/* the addresses of the replicas are set */

	/* One visit: the name looked up, then a round at each address. */
	bool           visiting, all_down;
	struct lookup *lookup;
	uint32_t       next, running;
	size_t         addresses;	/* how many the name has; 0 for a literal */
	int64_t        resolve_us;
	uint64_t       skipped;
	struct track_quota quota;
};

/* A target that is asked soon after another one changed. */
struct follow { uint64_t followed, follower; };

struct worker {
	struct role_start *start;
	struct hash        sandbox;	/* sandbox_basis() it was entered with */
	uv_loop_t          loop;
	uv_timer_t         due, coverage_timer, ready_timer, stop_timer;
	uv_poll_t          control, ledger;
	struct machine    *machine;
	struct resolver   *resolver;
	struct schedule   *schedule;
	struct outbox      outbox;
	struct coverage    coverage;
	struct place     **place;	/* ascending by id */
	size_t             places;
	struct follow     *follow;	/* ascending by followed */
	size_t             follows;
	struct buffer      body, scratch;
	struct buffer      confined;	/* what is in force, in words for SELF */
	struct hash        plan;	/* the plan its targets are from, for SELF */
	struct location   *location;	/* the feeds of the plan */
	struct hash        feeds;	/* what location was made from; 0 if not of all of it */
	struct bytes       feed_map[PLAN_FEED_MAX];	/* files that location looks into */
	struct fact_set    facts;	/* of the round that is being told, with its location */
	bool               waits;	/* to be told when the link takes more */
	bool               pumping, coverage_due, stopping, ended;
};

/* Takes the plan and files in force: new targets begin, changed ones begin anew, others go on. */
void worker_plan_take(struct worker *);
/* The files moved in memory; nothing else changed. */
void worker_files_take(struct worker *);
void worker_plan_free(struct worker *);	/* ends every visit and forgets all */
/* What a place shows has changed: whoever follows it is asked soon. */
void worker_changed(struct worker *, const struct place *);
/* Who is asked seldom is asked soon: nothing of before is believed. */
void worker_seldom(struct worker *);
struct place *worker_place(const struct worker *, uint64_t id);	/* NULL if none */

void worker_follow_take(struct worker *);	/* who follows whom, of its places */
/* Reads the feeds of the plan in force, if they are others than before. */
void worker_location_take(struct worker *);
void worker_location_free(struct worker *);
/* What a round saw, and where its address is; valid until the next call. */
const struct fact_set *worker_location_facts(struct worker *, const struct sockaddr *,
    const struct fact_set *seen);

void visit_begin(struct place *, const struct schedule_due *);
void visit_continue(struct place *);	/* the next address */
void visit_abort(struct place *);	/* what runs is cancelled and not told */
/* Writes the RUN of every replica that has one. */
void place_close_runs(struct place *);

/* Begins what is due and sets the timer for what is next. */
void worker_pump(struct worker *);
int64_t worker_now_ms(const struct worker *);	/* monotonic */
/* Fills time, role and index, encodes, sends; kind and its fields are the caller's. */
void worker_send(struct worker *, struct record *);

#endif
