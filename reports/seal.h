/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making seals: a detached CAdES-B-B (ETSI EN 319 122-1) over a document by the carrier's e-seal
 * key, and a signature time stamp that makes it B-T.  The key is in a file or behind a PKCS#11
 * module; the module is opened by sekimori-token, never in this process.  What is made was judged
 * by the same rules as any other seal before it is handed out.
 */
#ifndef REPORTS_SEAL_H
#define REPORTS_SEAL_H

#include "attest/cades.h"
#include "monitor/base/limits.h"

#define SEAL_ENDING ".p7s"

/* Paths and names; "" or NULL: not given. */
struct seal_settings {
	const char *certificate;	/* PEM, of the key */
	const char *chain;		/* PEM, of who issued it; put into the seal */
	const char *key;		/* a PEM file, or a URI "pkcs11:..." (RFC 7512) */
	const char *pin;		/* file with the PIN, or the passphrase of the key file */
	const char *authority;		/* name of the time-stamp authority; the first if none */
	const char *paths, *environment;	/* of the module, as for the probe token */
	bool        network;
};

struct seal_maker;

/* Opens certificate, chain and key; a token is not spoken to yet.  The sentence says what to do. */
MUST_USE enum err seal_open(struct seal_maker **, const struct seal_settings *, struct why *);
void        seal_close(struct seal_maker *);
const char *seal_subject(const struct seal_maker *);	/* of the certificate, RFC 2253 */

/*
 * Appends the DER of a seal that says it was made at claimed_s (UTC).  ERR_EXPIRED if the
 * certificate is not valid then: nobody would accept it.
 */
MUST_USE enum err seal_make(struct seal_maker *, struct bytes document, int64_t claimed_s,
    struct buffer *seal, struct why *);
/* The signature of a seal: what its time stamp is made over. */
MUST_USE enum err seal_signature(struct bytes seal, struct buffer *signature, struct why *);
/* Appends the same seal with a TimeStampToken, after that was found to be over its signature. */
MUST_USE enum err seal_stamped(struct bytes seal, struct bytes token, struct buffer *out,
    struct why *);

/* --- seal_stamp.c: asks the running daemon, by "sekimori stamp" --- */
struct seal_stamp_order {
	const char *config;	/* the daemon's, or NULL */
	const char *authority;	/* or "" */
	bool        without;	/* no time stamp is wanted */
};

/* Appends a TimeStampToken over the octets; ERR_REFUSED: the sentence is the daemon's. */
MUST_USE enum err seal_stamp_ask(const struct seal_stamp_order *, struct bytes signature,
    struct buffer *token, struct why *);

/* Appends a whole seal made now, stamped unless that is not wanted. */
MUST_USE enum err seal_whole(struct seal_maker *, const struct seal_stamp_order *,
    struct bytes document, struct buffer *seal, struct why *);

#endif
