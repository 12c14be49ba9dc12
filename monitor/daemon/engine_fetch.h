/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's side of FETCH: one callback per request, exactly once, whatever happens to the
 * fetch role.  Bounded in number; a request that nobody answers ends by time.
 */
#ifndef MONITOR_DAEMON_ENGINE_FETCH_H
#define MONITOR_DAEMON_ENGINE_FETCH_H

#include "monitor/daemon/engine_port.h"

enum { FETCH_CALLS_MAX = 48, FETCH_GRACE_MS = 5000 };

/* body is the answer, or a sentence if err is not ERR_OK. */
typedef void fetched(void *arg, uint64_t tag, enum err err, uint64_t status, struct bytes body);

struct fetch_call {
	bool     busy;
	uint64_t id, tag;
	int64_t  until_ms;		/* monotonic */
	fetched *then;
	void    *arg;
};

struct fetch_client {
	struct port      *port;		/* NULL while there is no fetch role */
	uint64_t          last_id;
	struct fetch_call call[FETCH_CALLS_MAX];
};

struct fetch_post {
	const char  *url, *content_type, *trust, *secret;	/* trust and secret: paths or "" */
	struct bytes body;
	uint64_t     octets_max, time_ms;
};

/* ERR_BUSY, ERR_CLOSED: nothing was begun and the callback is not called. */
MUST_USE enum err fetch_begin(struct fetch_client *, const struct fetch_post *, int64_t now_ms,
    fetched *, void *arg, uint64_t tag);
/* A FETCHED body that came from the link; nonsense is passed over. */
void fetch_took(struct fetch_client *, struct bytes body);
/* Ends what waited too long. */
void fetch_expire(struct fetch_client *, int64_t now_ms);
/* The role is gone: ends everything with ERR_CLOSED. */
void fetch_lost(struct fetch_client *);

#endif
