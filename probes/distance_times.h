/* SPDX-License-Identifier: Apache-2.0 */
/* What the handshakes of a round of the probe "distance" took, and what follows; see distance.c. */
#ifndef PROBES_DISTANCE_TIMES_H
#define PROBES_DISTANCE_TIMES_H

#include "probes/probe.h"
#include "probes/tls_chain.h"
#include "probes/tls_session.h"
#include "probes/wire/distance.h"

enum { DISTANCE_SAMPLES_MAX = 100 };

/* Of one handshake, nanoseconds; 0: it has no such time. */
struct distance_time {
	int64_t hello_ns, signed_ns;
	bool    hello_kernel, signed_kernel;
};

struct distance_times {
	int64_t     hello_ns[DISTANCE_SAMPLES_MAX], signed_ns[DISTANCE_SAMPLES_MAX];
	size_t      hellos, signatures;
	bool        hello_kernel, signed_kernel;	/* of the least so far */
	int64_t     hello_least_ns, signed_least_ns;
	bool        key_known;
	struct hash key;		/* SHA-256 of the SubjectPublicKeyInfo of the first */
	size_t      failed;		/* connections without a finished handshake */
	size_t      other_keys;		/* handshakes that another key signed */
	size_t      unsigned_old;	/* finished, but nothing was signed over our hello */
	size_t      unrepeated;		/* before TLS 1.3 a ServerHello repeats nothing */
	struct buffer lines;		/* the evidence: a line for each */
};

/* A finished handshake. */
void distance_times_add(struct distance_times *, const struct distance_time *,
    struct tls_chain_cache *, const struct tls_session *);
/* All facts of the round, and the times as evidence. */
void distance_times_facts(struct distance_times *, struct round *);

#endif
