/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection that carries an application protocol, over TLS or without it: events of the round
 * in, octets of the protocol out.  For probes whose shared, kept and options begin as tls_look.h
 * says.  Lives in the round's scratch and does not move; channel_free() belongs in their "end".
 */
#ifndef PROBES_CHANNEL_H
#define PROBES_CHANNEL_H

#include "probes/tls_look.h"

enum channel_step {
	CHANNEL_MORE,		/* nothing to do */
	CHANNEL_READY,		/* once: the protocol may speak */
	CHANNEL_DATA,		/* octets of the protocol were added to "data" */
	CHANNEL_ENDED,		/* the peer ended its side; data may hold its last octets */
	CHANNEL_FAILED		/* see err and text; nothing follows */
};

struct channel {
	struct tls_session session;	/* valid once opened, if tls */
	bool               tls, opened, connected, ready, ended;
	/* Set by the probe behind channel_start(), or not at all. */
	const struct tls_context *context;	/* NULL: the endpoint's own */
	unsigned           version_max;	/* of TLS on the wire: 0x0302; 0: any */
	struct buffer     *sent;	/* what goes to the peer is added here too, while it fits */
	struct buffer      data;	/* the protocol's octets; the probe resets what it took */
	enum err           err;		/* FAILED */
	char               text[DETAIL_MAX];	/* FAILED: one sentence */
};

/* On EVENT_START: connects.
 * FAILED at once if the options' files cannot be used. */
enum channel_step channel_start(struct round *, struct channel *, bool tls);
/*
 * Begins TLS on a connection that spoke in the clear, as client; READY follows once it is there.
 * What the peer sent before it in the clear is dropped.  The probe called tls_kept_prepare().
 */
enum channel_step channel_secure(struct round *, struct channel *, const char *alpn);
/* CONNECTED, DATA, CLOSED, DEADLINE: all that concerns the connection. */
enum channel_step channel_event(struct round *, struct channel *, const struct event *,
    const char *alpn);
/* Sends; what cannot be sent shows at the next event. */
void channel_send(struct round *, struct channel *, struct bytes);
/* The probe took the first octets of data: what is behind them moves to the front. */
void channel_taken(struct channel *, size_t len);
/* What a round without an answer is: DEGRADED if the peer refused us by name, else DOWN, or
 * UNKNOWN where our own system failed. */
enum outcome channel_failed_outcome(const struct channel *, enum err);
/* Why the peer may have ended the connection: one sentence for ENDED without an answer. */
const char *channel_ended_text(const struct channel *);
/* Ends our side politely: close_notify where there is TLS, then FIN. */
void channel_end(struct round *, struct channel *);
/* Facts of the handshake so far, and what is wrong with it; nothing without TLS. */
void channel_look(struct round *, struct channel *, struct tls_finding *);
void channel_free(struct channel *);

#endif
