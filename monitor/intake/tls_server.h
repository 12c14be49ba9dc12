/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS 1.2 and 1.3 for those who connect to us, without a socket: octets of the peer in, octets for
 * the peer out.  Where trust is set a peer without a certificate of it gets no further (RFC 5425).
 */
#ifndef MONITOR_INTAKE_TLS_SERVER_H
#define MONITOR_INTAKE_TLS_SERVER_H

#include "monitor/base/bytes.h"

struct tls_server;
struct tls_peer;

enum tls_state { TLS_STATE_HELLO, TLS_STATE_OPEN, TLS_STATE_ENDED, TLS_STATE_FAILED };

/* PEM: our chain, its key, and what peers must chain to (empty: they need no certificate). */
MUST_USE enum err tls_server_open(struct bytes certificate, struct bytes key, struct bytes trust,
    struct tls_server **, struct why *);
void tls_server_close(struct tls_server *);		/* NULL is fine */

struct tls_peer *tls_peer_open(struct tls_server *);	/* NULL: out of memory */
void tls_peer_close(struct tls_peer *);			/* NULL is fine */
/* Takes what came; appends what is for the peer to out, and what it said to plain. */
enum tls_state tls_peer_read(struct tls_peer *, struct bytes in, struct buffer *out,
    struct buffer *plain, struct why *);
/* Appends the records of data to out. */
MUST_USE enum err tls_peer_write(struct tls_peer *, struct bytes data, struct buffer *out);
void tls_peer_end(struct tls_peer *, struct buffer *out);	/* close_notify */

#endif
