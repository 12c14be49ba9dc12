/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNMPv3 sessions over net-snmp without its blocking parts: the engine is discovered by a request
 * of our own, keys are derived from pass phrases once per credential, and a session is kept
 * between rounds with its engine known.  One process, one thread: net-snmp's user list and engine
 * times are global and unlocked.
 */
#ifndef PROBES_SNMP_PEER_H
#define PROBES_SNMP_PEER_H

#include <sys/socket.h>

#include "probes/snmp_answer.h"

struct snmp_credential;
struct snmp_user;

struct snmp_shared {
	struct snmp_credential *credentials;
	struct snmp_user       *users;		/* known to the library, by engine and name */
	bool                    begun;
	void                   *fds;		/* netsnmp_large_fd_set, grown as needed */
};

struct snmp_words {			/* as configured */
	const char  *user, *level, *auth, *privacy, *context;
	struct bytes auth_secret, privacy_secret;
};

enum snmp_said {
	SNMP_SAID_NOTHING,		/* yet */
	SNMP_SAID_ENGINE,		/* a Report with its engine id: discovery is done */
	SNMP_SAID_ANSWER,		/* a Response; each variable was handed over */
	SNMP_SAID_NO,			/* a Report that refuses; see refusal */
	SNMP_SAID_SILENCE		/* every retry went unanswered */
};

struct snmp_peer {
	struct snmp_shared     *shared;
	void                   *handle;		/* of net-snmp; NULL if closed */
	struct snmp_credential *credential;
	struct snmp_user       *user;		/* NULL until the engine is known */
	bool                    known;		/* engine known, user made: requests may go */
	bool                    awake;		/* its user is where the library looks */
	bool                    outstanding;	/* a request was sent and not answered */
	bool                    unproved;	/* what came was not authentic; until it is */
	unsigned                windows;	/* times it was told that its time is wrong */
	enum snmp_said          said;
	int64_t                 error_status;	/* of the answer (RFC 3416), 0 if none */
	const char             *refusal;
	/* Called for each variable of an answer. */
	void                  (*value)(void *arg, size_t place, const struct snmp_value *);
	void                   *arg;
};

void snmp_shared_begin(void *shared);
void snmp_shared_end(void *shared);

/* Looks up or derives the keys.  ERR_INVALID: the sentence says which option is wrong. */
MUST_USE enum err snmp_credential_find(struct snmp_shared *, const struct snmp_words *,
    struct snmp_credential **, struct why *);
void              snmp_credential_free(struct snmp_shared *, struct snmp_credential *);
const char       *snmp_credential_security(const struct snmp_credential *);	/* for the fact */

/* Opens a socket, bound to source unless that is NULL; nothing is sent. */
MUST_USE enum err snmp_peer_open(struct snmp_peer *, struct snmp_credential *,
    const struct sockaddr *, const struct sockaddr *source, int64_t retry_ms, struct why *);
/* Between rounds a session rests; one that rests is woken before anything is asked of it. */
void              snmp_peer_wake(struct snmp_peer *);
void              snmp_peer_rest(struct snmp_peer *);
/* Never inside a callback of it, and never while its descriptor is watched. */
void              snmp_peer_close(struct snmp_peer *);
int               snmp_peer_fd(const struct snmp_peer *);

MUST_USE enum err snmp_peer_discover(struct snmp_peer *);	/* asks for the engine */
/* After SNMP_SAID_ENGINE.  ERR_MISMATCH: another target has this engine and user but other keys. */
MUST_USE enum err snmp_peer_use_engine(struct snmp_peer *, struct why *);
MUST_USE enum err snmp_peer_get(struct snmp_peer *, unsigned long (*oid)[SNMP_OID_MAX],
    const size_t *oid_len, size_t count);
MUST_USE enum err snmp_peer_bulk(struct snmp_peer *, unsigned long (*oid)[SNMP_OID_MAX],
    const size_t *oid_len, size_t count, unsigned repetitions);
/* The descriptor is readable, or the retry time is over: what was said is then in "said". */
void snmp_peer_read(struct snmp_peer *);
void snmp_peer_tick(struct snmp_peer *);

/* Of an engine that is known; false if not. */
bool snmp_peer_engine(const struct snmp_peer *, struct bytes *id, int64_t *boots,
    int64_t *time_s);

#endif
