/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every probe that speaks TLS says of its handshake: the same facts, the same sentences, the
 * chain as evidence.  The memory such a probe shares begins with struct tls_shared, what it keeps
 * begins with struct tls_kept, and its options begin with TLS_OPTIONS.
 */
#ifndef PROBES_TLS_LOOK_H
#define PROBES_TLS_LOOK_H

#include "probes/tls_shared.h"

/* What is wrong with a peer, one after another: "A, and B". */
struct tls_finding {
	enum err      err;	/* of the first; ERR_OK: nothing is wrong */
	struct buffer text;
};

void tls_finding_add(struct tls_finding *, enum err, const char *fmt, ...) PRINTF(3, 4);

/* The name that is asked for (SNI) and looked for in the certificate. */
const char *tls_look_name(const struct round *);
bool        tls_look_is_address(const char *host);
/* What was negotiated and asked for; done: the handshake is complete. */
void tls_look_heard(struct round *, const struct tls_session *, bool done);
/* The chain as evidence, as facts and as judged; false if none came that can be read. */
bool tls_look_chain(struct round *, const struct tls_session *, struct tls_finding *);
/* The names in the certificate, at most 64; valid until the next look.  NULL if there are none. */
const struct bytes *tls_look_listed(struct round *, const struct tls_session *, size_t *count);
/* Does the certificate name this host (RFC 9525)?  False if none came that can be read. */
bool tls_look_names(struct round *, const struct tls_session *, const char *host);
/* All that can be wrong with a complete handshake; a refused client certificate included. */
void tls_look_done(struct round *, const struct tls_session *, struct tls_finding *);
/* What the stapled OCSP response and the option crl say of the chain, after tls_look_done(). */
void tls_look_revocation(struct round *, const struct tls_session *, struct tls_finding *);

/* Rows for an options table. */
#define TLS_OPTIONS                                                                    \
	{ .name = "trust", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,         \
	  .help = N_("PEM file of the roots the chain must lead to; "                  \
	    "without it nothing is trusted") },                                        \
	{ .name = "server_name", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,    \
	  .help = N_("name asked for (SNI) and looked for in the certificate; "        \
	    "default: the address") },                                                 \
	{ .name = "client_certificate", .type = OPTION_FILE, .minimum = 1,             \
	  .maximum = 4095,                                                             \
	  .help = N_("PEM chain for mutual TLS, own certificate first") },             \
	{ .name = "client_key", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,  \
	  .help = N_("PEM key that fits client_certificate, without a pass phrase") }

#endif
