/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS client without a socket: octets of the peer in, octets for the peer out.  It trusts
 * nothing and judges nothing: a bad chain is heard to its end, so that it can be recorded, and
 * what it means is decided from the chain afterwards (tls_chain.h).  It offers all that OpenSSL
 * still can, to see legacy servers; never use a context of this for traffic that matters.
 */
#ifndef PROBES_TLS_SESSION_H
#define PROBES_TLS_SESSION_H

#include "probes/wire/tls_handshake.h"

struct ssl_st;
struct ssl_ctx_st;
struct bio_method_st;

/* Shared by sessions with the same client credential. */
struct tls_context {
	struct ssl_ctx_st    *ctx;
	struct bio_method_st *method;
	bool                  credential;	/* a client certificate is ready */
};

/* PEM chain and key, or both empty for no client certificate. */
MUST_USE enum err tls_context_open(struct tls_context *, struct bytes certificate,
    struct bytes key, struct why *);
void              tls_context_close(struct tls_context *);

enum tls_step { TLS_STEP_MORE, TLS_STEP_DONE, TLS_STEP_FAILED };

/* One connection; lives in its owner's memory and does not move while open. */
struct tls_session {
	struct ssl_st   *ssl;
	struct bytes     in;		/* not yet read */
	struct buffer    out;		/* for the peer; the owner sends and resets it */
	struct tls_heard heard;
	struct buffer    chain;		/* as tls_certificates() makes it */
	struct buffer    status;	/* the stapled OCSP response in DER; empty if none came */
	size_t           certificates;	/* how many the peer sent */
	bool             certificate_sent;	/* ours, not an empty list */
	bool             established;
	bool             ticket;		/* a session ticket came (RFC 8446 4.6.1) */
	uint8_t          alert;		/* that the peer sent, 0 if none (close_notify is none) */
	bool             alerted;
	/* In place of libssl's, where ssl is NULL: tls_measure.h. */
	struct { const char *version, *suite; uint8_t alpn[255], alpn_len; } measured;
};

/* server_name: for SNI, "" for none.  alpn: comma list, "" for none.  ERR_INVALID if they do not
 * fit TLS. */
MUST_USE enum err tls_session_open(struct tls_session *, const struct tls_context *,
    const char *server_name, const char *alpn, struct why *);
void              tls_session_close(struct tls_session *);
/* Before the first step: also asks for a stapled OCSP response (RFC 6066 section 8). */
void              tls_session_ask_status(struct tls_session *);
/* No later version than this on the wire (0x0302 is TLS 1.1); before the first step. */
void              tls_session_limit(struct tls_session *, unsigned version);

/* Offers this group alone (a name of tls_group_name()); before the first step.  False: the library
 * does not know it, and nothing changed. */
bool              tls_session_group(struct tls_session *, const char *name);

/*
 * Continues the handshake with the peer's octets (none at first).  Whatever is returned, out may
 * hold octets for the peer, an alert among them.  FAILED: the sentence says why, without
 * addresses.  Octets behind the handshake stay in "in" until tls_session_read(), for this event.
 */
enum tls_step tls_session_step(struct tls_session *, struct bytes in, struct why *);
/* Reads application data behind the handshake; DONE: the peer ended its side, or failed. */
enum tls_step tls_session_read(struct tls_session *, struct bytes in, struct buffer *data);
MUST_USE enum err tls_session_write(struct tls_session *, struct bytes data);
void          tls_session_end(struct tls_session *);	/* close_notify into out */

const char  *tls_session_version(const struct tls_session *);	/* "TLSv1.3" */
const char  *tls_session_suite(const struct tls_session *);	/* IANA name, "" if none */
struct bytes tls_session_alpn(const struct tls_session *);	/* empty if none */

/* Keys for another protocol out of the handshake (RFC 8446 7.5); false: it is not done. */
bool tls_session_export(const struct tls_session *, const char *label, struct bytes context,
    uint8_t *out, size_t len);

#endif
