/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe "tls-deep" asks next, and what it knows after each answer: a list of questions,
 * one ClientHello each, that ends by itself whatever a server answers.  No socket and no clock:
 * those are tls_deep.c's.
 */
#ifndef PROBES_TLS_DEEP_H
#define PROBES_TLS_DEEP_H

#include "probes/probe.h"
#include "probes/tls_look.h"
#include "probes/wire/tls_flight.h"

enum {
	DEEP_VERSIONS = 5, DEEP_SUITES = 400, DEEP_GROUPS = 96, DEEP_SCHEMES = 96,
	DEEP_CHUNK = 120,	/* suites that every server of old takes in one hello */
	DEEP_SILENCES = 4	/* questions without an answer; then nothing more is asked */
};

enum deep_phase {
	DEEP_PHASE_VERSIONS,	/* each version alone, the newest first */
	DEEP_PHASE_SUITES,	/* of a version: all that are left, until none is taken */
	DEEP_PHASE_PREFERENCE,	/* of a version: the accepted ones, backwards */
	DEEP_PHASE_GROUPS13,	/* by HelloRetryRequest, or by key shares */
	DEEP_PHASE_GROUPS12,	/* by ServerKeyExchange */
	DEEP_PHASE_SCHEMES12,	/* by ServerKeyExchange */
	DEEP_PHASE_SCHEMES13,	/* a family, then each of it */
	DEEP_PHASE_FALLBACK,	/* RFC 7507 */
	DEEP_PHASE_CONTROL,	/* is the peer still willing?  Only after a refusal without words */
	DEEP_PHASE_END
};

enum deep_answer {
	DEEP_HELLO,		/* ServerHello or HelloRetryRequest */
	DEEP_ALERT,		/* refused, in words */
	DEEP_CLOSED,		/* the connection ended instead of an answer */
	DEEP_BROKEN,		/* something that is not TLS */
	DEEP_SILENT		/* no answer in time, or no connection: says nothing */
};

enum deep_preference { DEEP_PREFERS_UNKNOWN, DEEP_PREFERS_SERVER, DEEP_PREFERS_CLIENT,
	DEEP_PREFERS_OTHER };

struct deep_list {
	uint16_t at[DEEP_SUITES];
	size_t   count;
};

struct deep_version {
	uint16_t             version;
	bool                 asked, accepted;	/* asked: there was an answer that counts */
	bool                 chunks;		/* all suites at once were not understood */
	bool                 complete;		/* its suites were asked to the end */
	struct deep_list     suites;		/* accepted, in the order they were taken */
	enum deep_preference preference;
};

/* What the ClientHello of now has in it. */
struct deep_ask {
	uint16_t         version;
	struct deep_list suites, groups, schemes;
	uint16_t         share;		/* group of a key share; 0: an empty list */
};

struct deep {
	enum deep_phase     phase;
	size_t              turn;	/* version, family or candidate within the phase */
	size_t              step;	/* within the turn */
	struct deep_version version[DEEP_VERSIONS];	/* newest first */
	struct deep_list    all13, all_old, all_groups, all_schemes;	/* that there are */
	struct deep_list    left;	/* not yet taken, of the turn */
	struct deep_list    groups13, groups12, schemes12, schemes13;
	bool                groups13_done, groups12_done, schemes12_done, schemes13_spoiled;
	bool                schemes13_unseen;	/* every scheme is answered: none is seen */
	bool                spoiled;	/* an answer of this turn is missing */
	bool                shares;	/* TLS 1.3 wants a key share to answer at all */
	bool                behind;	/* groups12: those found are offered last */
	unsigned            dh_bits;	/* of the smallest prime; 0: none was seen */
	bool                features;	/* an answer older than TLS 1.3 was seen: */
	bool                renegotiation, master_secret, encrypt_then_mac, ticket, heartbeat;
	bool                compression;
	bool                fallback_known, fallback_protected;
	bool                wordless;	/* a refusal came without an alert */
	bool                strange;	/* the peer chose what was not offered */
	bool                not_tls;
	bool                unwilling;	/* at the end, what was accepted was not any more */
	unsigned            silences;	/* answers that did not come */
	char                missing[256];
	struct buffer       transcript;	/* a line for each question and its answer */
};

void deep_begin(struct deep *);
void deep_free(struct deep *);
/* The question of now; false when there is none any more. */
bool deep_next(struct deep *, struct deep_ask *);
/* Takes its answer; flight counts for DEEP_HELLO and DEEP_ALERT only. */
void deep_take(struct deep *, const struct deep_ask *, enum deep_answer,
    const struct tls_flight *);
/* Is the flight enough of an answer to go on without waiting for the rest of it? */
bool deep_enough(const struct tls_flight *);
/* Appends the ClientHello of a question.  server_name, alpn: "" for none. */
MUST_USE enum err deep_write(const struct deep_ask *, const char *server_name, const char *alpn,
    struct buffer *out);

bool deep_any(const struct deep *);	/* is any version accepted? */
/* What was not asked to its end, in words with commas; "" if nothing. */
const char *deep_missing(struct deep *);
/* All facts of what is known; a list that was not asked to its end is left out. */
void deep_facts(struct round *, const struct deep *, const char *missing, unsigned connections);
/* What is weak, as one sentence. */
void deep_find(const struct deep *, struct tls_finding *);

/* Among the files of this alone. */
bool deep_has(const struct deep_list *, uint16_t);
void deep_add(struct deep_list *, uint16_t);		/* once; dropped if it is full */
bool deep_remove(struct deep_list *, uint16_t);		/* false: it was not there */
struct deep_list deep_family(const struct deep *);	/* the schemes of this turn */
void deep_turn_over(struct deep *);			/* nothing more to ask in this turn */
void deep_phase_over(struct deep *);			/* nor in the phase */
void deep_line(struct deep *, const struct deep_ask *, enum deep_answer,
    const struct tls_flight *);

#endif
