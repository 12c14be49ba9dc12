/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the machine: what net.c, round.c and stream.c share.  Probes see probe.h, callers net.h;
 * nobody else includes this.
 */
#ifndef PROBES_ROUND_H
#define PROBES_ROUND_H

#include "monitor/base/limits.h"
#include "probes/net.h"

enum {
	RECEIVE_MAX  = 64 << 10,	/* one read; the machine's buffer, not the connection's */
	SEND_MAX     = ANSWER_MAX,	/* octets waiting for a slow peer; more is ERR_LIMIT */
	LINGER_MS    = 1000,		/* a polite close waits so long for the peer's end */
	LINGER_MAX   = ROUNDS_IN_FLIGHT,	/* closes that wait; then the oldest is cut */
	LINGER_OCTETS = 64 << 10,	/* discarded from a peer that still talks */
	RAW_KEEP     = 32 << 10		/* of a round's evidence buffer, for its next use */
};

/* A TCP connection; outlives its round while it is being closed. */
struct stream {
	uv_tcp_t        tcp;
	uv_connect_t    connect;
	struct machine *machine;
	struct round   *round;		/* NULL once detached */
	struct stream  *next, *previous;	/* in the linger list, or next in the free list */
	int64_t         linger_until_ms;
	size_t          received, sending;
	bool            connected, sent, shut, ended, lingering;
};

/* A watched descriptor, a library's or a datagram socket of ours; outlives its round while it is
 * being closed. */
struct watch {
	uv_poll_t      poll;
	int            datagram;	/* our own socket; -1: a library's */
	size_t         received;
	struct round  *round;
	struct machine *machine;
	struct watch  *next;
};

struct hub;	/* hub.h */

struct endpoint {
	struct machine         *machine;
	const struct probe_ops *ops;
	char                   *host;
	const struct round_option *option;
	size_t                  options;
	uint64_t                options_version;
	void                   *kept;
	struct round           *round;	/* NULL: none runs */
	struct sockaddr_storage source;	/* AF_UNSPEC: the system chooses */
	char                   *vantage;	/* whose address it is, for sentences; or NULL */
};

struct round {
	struct machine         *machine;
	struct endpoint        *endpoint;
	const struct probe_ops *ops;
	struct round           *next;	/* in the free list */
	struct round           *every;	/* in the list of all, for the machine's end */
	struct stream          *stream;
	struct watch           *watch;
	struct hub             *hub;		/* a socket shared with other rounds; or NULL */
	struct round           *hub_next;	/* in the hub's chain */
	struct sockaddr_storage peer;		/* its place there: address, port or identifier */
	size_t                  hub_received;
	uv_timer_t              deadline, wait;
	struct sockaddr_storage address;
	size_t                  address_len;
	void                   *scratch;
	struct fact_set         facts;
	struct round_blob       evidence[EVIDENCE_MAX];
	size_t                  evidences;
	uint64_t                connections;	/* and datagram sockets it opened */
	struct buffer           raw;	/* the octets behind evidence */
	int64_t                 started_ns, started_wall_ms, connect_ns, answered_ns, now_ns;
	int64_t                 deadline_ns;
	round_done              done;
	void                   *arg;
	enum outcome            outcome;
	enum err                err;
	bool                    finished, ended, delivering, elsewhere;	/* at another port */
	int                     source_status;	/* of libuv: the vantage is to blame; or 0 */
	struct event            pending;	/* an EVENT_CLOSED to be told after this event */
	char                    detail[DETAIL_MAX];
};

struct machine {
	uv_loop_t     *loop;
	size_t         running;
	struct round  *free_round, *every_round;
	struct stream *free_stream, *linger_first, *linger_last;
	struct watch  *free_watch;
	size_t         lingering, open_handles;
	uv_timer_t     linger_timer;
	size_t         scratch_len;
	struct hub    *hub;		/* all of them */
	int            raw[2];		/* ICMP of IPv4 and IPv6, for a hub to take; or -1 */
	void         **shared;		/* by place in the probe table */
	uint8_t        receive[RECEIVE_MAX];
};

/* Delivers an event, then whatever became pending, then the end if the probe finished. */
void round_deliver(struct round *, struct event);
/* An action failed at once: EVENT_CLOSED follows when the probe's function has returned. */
void round_pend_closed(struct round *, enum err, const char *text);
void round_cancel(struct round *);		/* without callback */

/* Ends the round: its vantage cannot be used, for the reason of libuv's status. */
void round_unusable(struct round *, int status);

/* 0, or libuv's status if nothing can be sent from the endpoint's source. */
int        source_check(const struct endpoint *);
int        source_bind(const struct endpoint *, uv_tcp_t *);	/* made for its family */
/* Of a connection that failed at once: nothing left by the vantage, so the peer is not to blame. */
bool       source_blamed(const struct endpoint *, int status);

enum err   stream_err(int status);		/* of libuv to ours */
void       stream_open(struct round *, uint16_t port);	/* 0: the port of the round */
void       stream_send(struct stream *, struct bytes);
void       stream_shutdown(struct stream *);
bool       stream_local(const struct stream *, struct sockaddr_storage *);
void       stream_close(struct stream *);	/* politely; detaches it from its round */
void       stream_linger_end(struct machine *);	/* all of them, now */

void       watch_open(struct round *, int fd, int events);	/* of libuv */
void       watch_close(struct watch *);

void       datagram_open(struct round *, uint16_t port);	/* 0: the port of the round */
void       datagram_send(struct round *, struct bytes);	/* the round has one open */
void       datagram_read(struct watch *);
bool       datagram_local(const struct round *, struct sockaddr_storage *);

/* A place in a socket that rounds share: UDP to that port (0: the round's), or ICMP echo. */
void       hub_open(struct round *, bool echo, uint16_t port);
void       hub_send(struct round *, struct bytes);	/* the round has a place */
bool       hub_local(const struct round *, struct sockaddr_storage *);
void       hub_leave(struct round *);
void       hub_end(struct machine *);		/* no round runs */

#endif
