/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine: it turns what probes ask for into sockets and timers on a libuv loop.  One
 * machine per process; nothing in it blocks.  Every round that was started ends exactly once, at
 * the latest at its deadline; memory for rounds and connections comes from free lists.
 */
#ifndef PROBES_NET_H
#define PROBES_NET_H

#include <sys/socket.h>
#include <uv.h>

#include "probes/probe.h"

struct machine;
struct endpoint;

/* An option of the probe as configured; octets: content of the file it names, if it is one. */
struct round_option {
	const char  *name, *value;
	struct bytes octets;
};

struct round_blob {
	struct hash  hash;
	struct bytes raw;
};

/* Everything one round saw.  Views and pointers are valid during the callback only. */
struct round_result {
	enum outcome outcome;
	enum err     err;		/* ERR_OK when up */
	int64_t      latency_us;	/* start to answer; 0 if there was none */
	const struct fact_set   *facts;
	const struct round_blob *evidence;
	size_t       evidences;
	uint64_t     connections;	/* and datagram sockets the machine opened for it */
	const char  *detail;		/* one sentence, "" if none */
	int64_t      started_wall_ms, started_ns, ended_ns;
};

typedef void (*round_done)(void *arg, const struct round_result *);

struct round_request {
	struct endpoint       *endpoint;
	const struct sockaddr *address;		/* with port; copied */
	size_t                 address_len;
	int64_t                deadline_ms;	/* from now */
	size_t                 addresses;	/* how many the name has; 0: it was a literal */
	int64_t                resolve_us;
	round_done             done;
	void                  *arg;
};

/* Lets every probe load what it needs: call it before a sandbox is entered. */
struct machine *machine_new(uv_loop_t *);
/* Closes every handle (turning the loop until that is done) and frees all; endpoints go first. */
void            machine_free(struct machine *);
/* Opens what ICMP echo needs while it is allowed to: before a sandbox, where such targets are. */
void            machine_echo(struct machine *);
size_t          machine_rounds(const struct machine *);	/* in flight */

/*
 * Where rounds go: one probe, one host with its options, one address at a time.  The text and
 * octets of options stay the caller's and must outlive the endpoint or the next
 * endpoint_options(); host is copied.
 */
struct endpoint *endpoint_new(struct machine *, const struct probe_ops *, const char *host,
    const struct round_option *, size_t count);
/* The same options at another place in memory, or changed ones: probes look again. */
void             endpoint_options(struct endpoint *, const struct round_option *, size_t count);
/*
 * Rounds of it send from this address (its port is not looked at), which is that of a vantage with
 * this name; both are copied.  Where nothing can be sent from it, a round ends UNKNOWN: that says
 * nothing of the peer.  Without it the system chooses.  Not while a round runs.
 */
void             endpoint_source(struct endpoint *, const char *vantage,
    const struct sockaddr *source);
/* A round that runs is cancelled: its callback is not called. */
void             endpoint_free(struct endpoint *);
bool             endpoint_busy(const struct endpoint *);

/*
 * Starts a round.  done is called once, possibly before this returns.  ERR_BUSY: the endpoint
 * has a round already or ROUNDS_IN_FLIGHT are running; then done is not called.
 */
MUST_USE enum err machine_start(struct machine *, const struct round_request *);

#endif
