/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals of a protocol over TLS, for the probes KIND-refusal: first the connection that must
 * work, with the endpoint's own credential, then one connection for each attempt: in the clear, in
 * an old version of TLS, without a client certificate or with one that must not be taken, and what
 * the protocol adds.  A server of TLS 1.3 refuses a certificate only behind the handshake (RFC 8446
 * 4.4.2.4), some only in the protocol's own answer: so each attempt asks, and the answer counts.
 *
 * What is no refusal by name (an end without a word) counts as one only if the first connection
 * worked: a peer that serves nobody refuses nobody.
 */
#ifndef PROBES_TLS_TRIAL_H
#define PROBES_TLS_TRIAL_H

#include "probes/channel.h"
#include "probes/refusal.h"

enum trial_kind {
	TRIAL_PLAINTEXT,	/* to the round's port */
	TRIAL_PLAINTEXT_PORT,	/* to the option plaintext_port */
	TRIAL_NO_CERTIFICATE,
	TRIAL_WRONG_CA,
	TRIAL_FORGED_CA,
	TRIAL_EXPIRED,		/* option expired_certificate */
	TRIAL_WRONG_NAME,	/* option other_certificate */
	TRIAL_TLS_1_1, TRIAL_TLS_1_0,
	TRIAL_OWN,		/* the protocol's, over a connection as the first one */
	TRIAL_CONTROL		/* the first connection; in no table */
};

struct trials;

struct trial_ops {
	const struct refusal_attempt *table;
	const enum trial_kind        *kind;	/* of each row */
	size_t                        count;
	const char *(*alpn)(const struct round *);
	/*
	 * The connection is there: what is said goes into out.  False: the attempt cannot be made
	 * and was told; an empty out says nothing.
	 */
	bool (*ask)(struct round *, struct trials *, struct buffer *out);
	/*
	 * Octets came (channel.data), or the peer ended its side.  NOT_MADE: more must come.  Text
	 * says what the peer did.  For the first connection ACCEPTED says that it serves us.
	 */
	enum refusal_answer (*judge)(struct round *, struct trials *, bool ended,
	    char text[REFUSAL_TEXT]);
	void (*reset)(struct trials *);	/* drops what ask and judge hold; may be NULL */
	/* Nothing came in time: true if the protocol waits on, with another timer; or NULL. */
	bool (*quiet)(struct round *, struct trials *);
	/*
	 * The attempt is over: a word before the connection ends; may be NULL.  True: the peer's
	 * own end is awaited, because it may refuse a second connection while it holds this one.
	 */
	bool (*leave)(struct round *, struct trials *);
};

/* Begins the scratch of such a probe. */
struct trials {
	struct refusal          refusal;
	const struct trial_ops *ops;
	const struct refusal_attempt *attempt;	/* NULL: the first connection */
	enum trial_kind         kind;
	bool                    plain;		/* the protocol itself goes without TLS */
	bool                    leaving;	/* told; the peer's end is awaited */
	bool                    patient;	/* what was quiet is waited for to the end */
	int64_t                 ends_ns;	/* of this attempt */
	bool                    asked, speaks, serves;	/* speaks: TLS, or the port if plain */
	int                     control_status;	/* HTTP status the first connection got */
	struct channel          channel;
	struct tls_context      context;	/* of this attempt */
	bool                    context_open;
	struct buffer           sent;
	char                    down[DETAIL_MAX];	/* why the first connection failed */
};

void trials_start(struct round *, struct trials *, const struct trial_ops *, bool plain);
void trials_event(struct round *, struct trials *, const struct event *);
void trials_free(struct trials *);
/* Ends the attempt: told, and the next one begins.  For probes whose answer comes by themselves. */
void trials_tell(struct round *, struct trials *, enum refusal_answer, const char *text);

/*
 * What an HTTP status means: one that the first connection got too is no refusal.  Sets
 * control_status in the first connection.
 */
enum refusal_answer trials_http(struct trials *, int status, char text[REFUSAL_TEXT]);

/* Rows for options, behind TLS_OPTIONS. */
#define TRIAL_OPTIONS                                                                  \
	REFUSAL_OPTIONS,                                                               \
	{ .name = "plaintext_port", .type = OPTION_INTEGER, .minimum = 1,              \
	  .maximum = 65535,                                                            \
	  .help = N_("another port of the peer, at which plaintext is tried") },       \
	{ .name = "expired_certificate", .type = OPTION_FILE, .minimum = 1,            \
	  .maximum = 4095,                                                             \
	  .help = N_("PEM chain by an authority the peer trusts, past its end, for "   \
	    "the attempt expired-certificate") },                                      \
	{ .name = "expired_key", .type = OPTION_SECRET, .minimum = 1,                  \
	  .maximum = 4095, .help = N_("PEM key that fits expired_certificate") },      \
	{ .name = "other_certificate", .type = OPTION_FILE, .minimum = 1,              \
	  .maximum = 4095,                                                             \
	  .help = N_("PEM chain by an authority the peer trusts, of somebody it must " \
	    "not serve, for the attempt wrong-name") },                                \
	{ .name = "other_key", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,   \
	  .help = N_("PEM key that fits other_certificate") }

/* Attempts at the credential and the version, each with the clause that forbids it. */
#define TRIAL_CERTIFICATES(CLAUSE)                                                     \
	{ "no-client-certificate", CLAUSE, N_("TLS without a client certificate") },   \
	{ "wrong-ca", CLAUSE,                                                          \
	  N_("a client certificate of an authority nobody knows") },                   \
	{ "forged-ca", CLAUSE,                                                         \
	  N_("a client certificate with the issuer's name and another signature") },   \
	{ "expired-certificate", CLAUSE, N_("a client certificate past its end") },    \
	{ "wrong-name", CLAUSE, N_("a client certificate of somebody else") }
#define TRIAL_CERTIFICATE_KINDS                                                        \
	TRIAL_NO_CERTIFICATE, TRIAL_WRONG_CA, TRIAL_FORGED_CA, TRIAL_EXPIRED,          \
	TRIAL_WRONG_NAME
#define TRIAL_VERSIONS(CLAUSE)                                                         \
	{ "tls-1.1", CLAUSE, N_("TLS 1.1 at most") },                                  \
	{ "tls-1.0", CLAUSE, N_("TLS 1.0 at most") }
#define TRIAL_VERSION_KINDS TRIAL_TLS_1_1, TRIAL_TLS_1_0

#endif
