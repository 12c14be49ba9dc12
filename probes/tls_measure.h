/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS 1.3 client that measures and carries no data (RFC 8446): X25519, the three usual suites,
 * no client certificate, no resumption.  It offers what tls_session.h offers to TLS 1.3, checks the
 * server's CertificateVerify and Finished, and says ELSEWHERE of all it cannot finish, right or
 * wrong: the general path then asks over a new connection, and only that one's word is recorded.
 * libssl decodes each certificate of each handshake anew, which costs more than all signatures.
 */
#ifndef PROBES_TLS_MEASURE_H
#define PROBES_TLS_MEASURE_H

#include "probes/tls_chain.h"
#include "probes/tls_secrets.h"
#include "probes/tls_session.h"

enum tls_measure_step { TLS_MEASURE_MORE, TLS_MEASURE_DONE, TLS_MEASURE_ELSEWHERE };

/* One connection; zero before the first, does not move while open. */
struct tls_measure {
	struct tls_tools       *tools;
	struct tls_session     *session;	/* takes what was heard; has no libssl session */
	struct tls_chain_cache *chains;
	struct evp_pkey_st     *share;
	struct tls_secrets      secrets;
	struct buffer           hello;	/* our ClientHello, for the transcript */
	struct buffer           raw;	/* octets that are not a record yet */
	struct buffer           message;	/* octets of records, not a message yet */
	struct hash             chain;	/* of session->chain, once it is there */
	unsigned                next;	/* handshake message that is due */
	unsigned                ignored;	/* change_cipher_spec records */
};

/*
 * Begins: session->out is the ClientHello.  server_name: for SNI, "" for none; alpn: comma list, ""
 * for none.  False: it cannot be asked by this client.
 */
bool tls_measure_open(struct tls_measure *, struct tls_tools *, struct tls_chain_cache *,
    struct tls_session *, const char *server_name, const char *alpn);
/* Takes octets of the peer.  DONE: session is as after tls_session_step(), and session->out has our
 * Finished and close_notify. */
enum tls_measure_step tls_measure_step(struct tls_measure *, struct bytes in);
void tls_measure_close(struct tls_measure *);	/* not the session */

#endif
