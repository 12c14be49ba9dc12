/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections, over TCP or TLS, for syslog and webhooks alike.  Each is bounded in octets, in time
 * and in number; who is beyond a bound is told so where the protocol has a word for it, closed,
 * and counted.
 */
#ifndef MONITOR_INTAKE_STREAM_H
#define MONITOR_INTAKE_STREAM_H

#include "monitor/intake/listen.h"
#include "monitor/intake/tls_server.h"
#include "probes/wire/syslog_frame.h"

struct http;

struct connection {
	struct connection *next, *before;
	struct listener   *listener;
	uv_poll_t          poll;
	int                fd;
	char               sender[INCOMING_SENDER];
	struct tls_peer   *tls;
	struct http       *http;		/* of a webhook */
	struct syslog_frame frame;
	struct buffer      in;			/* plain octets not yet understood */
	struct buffer      out;			/* octets for the peer */
	int64_t            begun_ms, heard_ms;	/* monotonic */
	int64_t            request_ms;		/* when an HTTP request began; 0: none has */
	int64_t            answer_ms;		/* since when one waits for its answer; 0: none */
	bool               continued;		/* its sender was told to go on */
	uint64_t           messages;		/* that it brought */
	bool               open;		/* plain, or its handshake is done */
	bool               held;		/* not read: the ledger is behind */
	bool               ending;		/* closed when out is empty ... */
	int64_t            ended_ms;		/* ... and its peer read it; 0: not ended */
	bool               closed;
};

void stream_start(struct listener *);
/* Once a second: who was silent, slow or held for too long. */
void streams_turn(struct intake *);
void streams_close(struct intake *);
/* Plain octets for the peer. */
void connection_say(struct connection *, struct bytes);
void connection_end(struct connection *);	/* when all that was said is sent */
void connection_drop(struct connection *);	/* at once */
/* Webhooks: takes what is in c->in; once a second, answers what waited for the ledger. */
void webhook_take(struct connection *);
void webhook_turn(struct connection *, int64_t now_ms);
void connection_begin(struct connection *);	/* from here on it is read */

#endif
