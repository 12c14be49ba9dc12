/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A probe is a small machine that is told events and asks for actions.  It says what it saw,
 * never what it means.  One round is one run of one probe against one address of one target;
 * it ends exactly once, by round_finish(), at the latest when EVENT_DEADLINE is delivered.
 *
 * To add one: probes/NAME.c with a const struct probe_ops at its end, one line in probe_list.h,
 * its facts in monitor/ledger/fact_list.h, its test, its codec in probes/wire with a fuzzer.
 */
#ifndef PROBES_PROBE_H
#define PROBES_PROBE_H

#include "monitor/base/option.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/record.h"

enum event_kind {
	EVENT_START,		/* always first, exactly once */
	EVENT_CONNECTED,	/* the TCP connection asked for is there */
	EVENT_DATA,		/* octets arrived; valid during the call only */
	EVENT_READABLE,		/* a descriptor given to round_watch() is readable, or connected */
	EVENT_TIMER,		/* the wait asked for is over */
	EVENT_CLOSED,		/* the peer or the network ended it; see err */
	EVENT_DEADLINE		/* time is up; the last event there will be */
};

/* Who sent an ICMP error. */
enum teller { TELLER_NONE, TELLER_PEER, TELLER_SELF, TELLER_ROUTER };

struct event {
	enum event_kind kind;
	int64_t         at_ns;	/* monotonic */
	struct bytes    data;
	/* EVENT_CLOSED: ERR_CLOSED, REFUSED, UNREACHABLE, TIMEOUT, LIMIT, DENIED or IO, and the
	 * same in words ("connection reset by peer"), never NULL there. */
	enum err        err;
	const char     *text;
	/* Of rounds that share sockets: TTL or hop limit a datagram came with (0: not told), and
	 * the ICMP error behind EVENT_CLOSED, if it is one. */
	uint8_t         hops, icmp_type, icmp_code;
	bool            icmp;
	enum teller     teller;
};

struct round;

struct probe_ops {
	const char *name;		/* the word used in the configuration and in reports */
	const char *title;		/* N_() */
	uint32_t    port;		/* default, 0: must be given */
	bool        local;		/* asks no peer: its targets have no address and no port */
	const struct option_row *options;	/* its configuration, ended by a NULL name */
	/* What is wrong with options that are each right, or NULL; option gives a value or "". */
	const char *(*fault)(const char *(*option)(const void *of, const char *name),
	    const void *of);
	/* Whether the content of a FILE option can be used; else why names path and line.  Asked
	 * when the configuration is read, for each such option that is set.  May be NULL. */
	enum err (*file_check)(const char *option, const char *path, struct bytes octets,
	    struct why *);
	size_t      scratch_len;	/* zeroed memory for one round */
	size_t      answer_max;		/* octets taken from one connection; 0: ANSWER_MAX */
	bool        shared_socket;	/* round_datagram() gives no socket of the round's own */
	void      (*on)(struct round *, const struct event *);
	/* Frees what scratch owns; once, after finish; may be NULL. */
	void      (*end)(struct round *);

	/* Memory beyond one round, all zeroed; every function may be NULL. */
	size_t      shared_len;		/* one for all rounds of this probe in a process: caches */
	void      (*shared_begin)(void *shared);	/* before the sandbox: loads its library */
	void      (*shared_end)(void *shared);
	size_t      kept_len;		/* one for each endpoint, between its rounds: a session */
	void      (*kept_end)(void *kept, void *shared);	/* endpoint goes; no round runs */
};

void        *round_scratch(struct round *);
void        *round_shared(struct round *);
void        *round_kept(struct round *);
const char  *round_host(const struct round *);	/* as configured, for SNI and name checks */
/* The address of this round, with port. */
const struct sockaddr *round_address(const struct round *, size_t *len);
struct sockaddr_storage;
/* The address to send from, for a library that opens its own socket; NULL: the system chooses. */
const struct sockaddr *round_source(const struct round *);
/* The name of the vantage that is; "": the monitor's own. */
const char  *round_vantage(const struct round *);
/* Our own address on the connection, with port; false while there is no connection. */
bool         round_local_address(const struct round *, struct sockaddr_storage *);
/* Value or the row's default; "" if neither.  Valid during the event only: a reload may replace
 * it between two events. */
const char  *round_option(const struct round *, const char *name);
/* Content of a FILE or SECRET option, as long; empty if it is not set. */
struct bytes round_file(const struct round *, const char *option);
/* Grows when the endpoint's options may have changed. */
uint64_t     round_options_version(const struct round *);

void round_connect(struct round *);	/* TCP; then EVENT_CONNECTED or EVENT_CLOSED */
/* The same to another port of the round's address.  One connection at a time: the one before is
 * closed as by round_close(). */
void round_connect_port(struct round *, uint16_t port);
/* UDP, to the round's port or another: at once ready for round_send(), which then sends one
 * datagram; each that comes back from that address and port is one EVENT_DATA.  EVENT_CLOSED tells
 * that it was refused (ICMP) or cannot be sent.  Replaces a connection or watch there was. */
void round_datagram(struct round *, uint16_t port);	/* 0: the round's */
/* ICMP to the round's address in the same way: round_send() sends one Echo Request of its family,
 * identifier and checksum filled in, and each Echo Reply to it is EVENT_DATA, without IP header. */
void round_echo(struct round *);
void round_send(struct round *, struct bytes);	/* copied */
void round_shutdown(struct round *);	/* nothing more is sent; the peer's octets still arrive */
void round_close(struct round *);	/* politely; no EVENT_CLOSED follows */
void round_watch(struct round *, int fd);	/* a library's own socket; unwatched by finish */
/* A TCP socket of the probe's own that is being connected: EVENT_READABLE when that is decided.  It
 * counts as a connection of the round. */
void round_watch_connect(struct round *, int fd);
void round_unwatch(struct round *);
void round_wait(struct round *, int64_t ns);	/* one timer; again replaces */

int64_t round_now_ns(const struct round *);	/* monotonic, of the event being handled */
int64_t round_wall_ms(const struct round *);	/* UTC when the round began */
int64_t round_left_ns(const struct round *);	/* until EVENT_DEADLINE */
struct fact_set *round_facts(struct round *);
/* Kept by hash; at most EVIDENCE_MAX of at most BLOB_MAX octets. */
struct hash round_evidence(struct round *, struct bytes raw);
void        round_answered(struct round *);	/* the moment latency is measured to */
/* The end; at most one sentence in English, without addresses.  err is ERR_OK exactly when up. */
void round_finish(struct round *, enum outcome, enum err, const char *fmt, ...) PRINTF(4, 5);

#define PROBE(name) extern const struct probe_ops probe_##name;
#include "probes/probe_list.h"

const struct probe_ops *probe_find(const char *name);	/* NULL if none */
const struct probe_ops *const *probe_table(size_t *count);
/* "KIND-deep", "KIND-refusal", "distance": many connections in a round, or ones that must be
 * refused. */
bool probe_is_deep(const char *name);

#endif
