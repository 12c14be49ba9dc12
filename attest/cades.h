/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals of documents: a detached CAdES signature (ETSI EN 319 122-1) over a document, judged with
 * pinned roots and as of a second that is given or that a time stamp proves.  Pure: nothing is
 * fetched, no clock is read, and the same input gives the same answer years later.
 *
 * What an accepted seal proves: the holder of that certificate's key sealed these octets, before
 * the stamp if there is one.  What it does not: that nobody had the certificate revoked, unless
 * the revocation list in force was given; and the signing time, which is only the sealer's word.
 */
#ifndef ATTEST_CADES_H
#define ATTEST_CADES_H

#include "attest/timestamp.h"

enum {
	CADES_MAX        = 256 << 10,	/* octets of a seal */
	CADES_TEXT       = 256,		/* of a name or of what was found */
	CADES_STAMPS_MAX = 8		/* signature time stamps of one seal; further: not judged */
};

enum cades_answer { CADES_ACCEPT, CADES_REJECT, CADES_INDETERMINATE };

enum cades_rule {
	CADES_RULE_NONE,	/* nothing is broken */
#define RULE(NAME, name, answer, clause, text, advice) CADES_RULE_##NAME,
#include "attest/cades_rule_list.h"
	CADES_RULE_COUNT
};

/* What its parts make it; whether they hold is another question. */
#define CADES_LEVELS(X)                                                             \
	X(NONE, "CMS")		/* no reference to its certificate */               \
	X(BES,  "CAdES-BES")	/* a reference, but no signing time */              \
	X(B_B,  "CAdES-B-B")	/* ETSI EN 319 122-1, 6.3 */                        \
	X(B_T,  "CAdES-B-T")	/* and a signature time stamp */

enum cades_level {
#define X(NAME, text) CADES_##NAME,
	CADES_LEVELS(X)
#undef X
	CADES_LEVEL_COUNT
};

struct cades_input {
	struct bytes seal, document;	/* the octets of both */
	struct bytes roots_pem;		/* of who may seal, and revocation lists; may be empty */
	struct bytes stamp_roots_pem;	/* of time-stamp authorities; may be empty */
	int64_t      at_s;		/* UTC: when a seal without a proven stamp is known to have
					 * existed */
};

struct cades_result {
	enum cades_answer answer;
	enum cades_rule   rule;		/* the first that is broken */
	char              expected[CADES_TEXT], found[CADES_TEXT];	/* may be empty */

	/* What the seal says, as far as it was read; to be believed if it is accepted. */
	enum cades_level  level;
	char              signer[CADES_TEXT];	/* subject of the certificate, RFC 2253 */
	char              name[CADES_TEXT];	/* its common name; "" if it has not just one */
	char              issuer[CADES_TEXT];
	char              serial[64];		/* hex */
	struct hash       certificate;		/* SHA-256 of it; zero if there is none */
	char              algorithm[64];	/* "ECDSA-SHA256, EC secp256r1" */
	bool              claimed;		/* a signing time is signed ... */
	int64_t           claimed_s;		/* ... which is the sealer's own word */
	unsigned          stamps;
	bool              stamp_proved;		/* a trusted authority is behind the earliest ... */
	struct timestamp  stamp;		/* ... else the first, if there are stamps */
	int64_t           judged_s;		/* the second its chain was judged at */
	bool              revocation;		/* lists were given and looked at */
};

void cades_verify(const struct cades_input *, struct cades_result *);

/* English, marked for translation; "" for CADES_RULE_NONE. */
const char *cades_rule_text(enum cades_rule);
const char *cades_rule_advice(enum cades_rule);
const char *cades_rule_clause(enum cades_rule);
const char *cades_rule_name(enum cades_rule);		/* "DOCUMENT", for machines */
const char *cades_answer_name(enum cades_answer);	/* "accept" */
const char *cades_level_text(enum cades_level);

#endif
