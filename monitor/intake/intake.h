/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside sekimori-intake: one loop, its listeners, and one way to the ledger.  What comes in is
 * mapped by pure code, counted by gather.h and leaves as a SIGNAL; what cannot be taken is counted
 * by loss_list.h and leaves as one too.
 */
#ifndef MONITOR_INTAKE_INTAKE_H
#define MONITOR_INTAKE_INTAKE_H

#include <uv.h>

#include "monitor/daemon/outbox.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/track.h"
#include "monitor/intake/credentials.h"
#include "monitor/intake/gather.h"
#include "monitor/intake/subject.h"

enum loss {
#define LOSS(NAME, title, SEVERITY, TYPE, cause) LOSS_##NAME,
#include "monitor/intake/loss_list.h"
	LOSSES
};

struct lost {
	uint64_t count;
	int64_t  told_ms;			/* monotonic; 0: never */
	char     sender[INCOMING_SENDER];	/* the last of them */
};

enum listener_kind { LISTENER_SYSLOG, LISTENER_TRAP, LISTENER_WEBHOOK, LISTENER_KINDS };
enum listener_transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORTS };

struct connection;
struct tls_server;
struct snmp_listener;

struct listener {
	struct intake            *intake;
	uint32_t                  index;	/* in the plan */
	enum listener_kind        kind;
	enum listener_transport   transport;
	int                       fd;		/* -1: it does not listen */
	char                      failed[WHY_TEXT_MAX];	/* why not */
	uv_poll_t                 poll;
	bool                      polled;
	uint32_t                  drops;	/* of the kernel so far */
	struct lost               lost[LOSSES];
	struct secrets            tokens, communities;
	struct tls_server        *tls;
	struct snmp_listener     *snmp;
};

struct intake {
	struct role_start *start;
	uv_loop_t          loop;
	uv_timer_t         second, coverage_timer, ready_timer;
	uv_poll_t          control, ledger;
	struct outbox      outbox;
	struct coverage    coverage;
	struct gather     *gather;
	struct subject_names   *subjects;
	struct listener   *listener;
	uint32_t           listeners;
	struct connection *connections;		/* a list, newest first */
	uint32_t           connection_count;
	uint64_t           signals;		/* since the last COVERAGE */
	uint64_t           octets;		/* to the ledger in this minute */
	int64_t            minute_ms;
	struct hash        plan, basis;		/* basis: of all that needs a new process */
	bool               waits, ended, stopping;
	bool               coverage_due;
	struct buffer      body, value, scratch, confined;
	struct incoming    incoming;		/* what is being mapped */
};

/* --- intake.c: the one way to the ledger ---------------------------------------------------- */
const struct plan_listener *listener_plan(const struct listener *);
/* in->incoming: counts it and hands it on, now or within a second. */
enum gathered intake_take(struct listener *, const struct incoming *);
/* False: the ledger is behind.  Whoever can say "come again" says it. */
bool intake_open(const struct intake *);
/* Counts them; sender: of the last of them, "" if nobody knows. */
void intake_lost(struct listener *, enum loss, uint64_t count, const char *sender);
/* Tells what waits, as far as the ledger takes it. */
void intake_flush(struct intake *);
void intake_self(struct intake *);	/* SELF: from here on it listens */
void intake_cover(struct intake *);	/* COVERAGE: until here it did */
void intake_tell_listeners(struct intake *);	/* which of them listen, as alarms of our own */
void intake_end(struct intake *, const char *why);	/* NULL: as it should be */
int64_t intake_now_ms(const struct intake *);	/* monotonic */

/* --- listen.c ------------------------------------------------------------------------------- */
/* Binds all that the plan asks for; one that cannot says why in failed. */
void listeners_open(struct intake *);
void listeners_start(struct intake *);
void listeners_close(struct intake *);
/* "192.0.2.1", "2001:db8::1"; an IPv4 address in IPv6 as itself. */
void sender_text(const struct sockaddr *, char out[INCOMING_SENDER]);
/* What the network gave, from sender, to the codec of the listener. */
void listener_message(struct listener *, struct bytes, const char *sender);

#endif
