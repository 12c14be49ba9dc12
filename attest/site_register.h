/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A site register: which hardware stands at which site, as an officer of the carrier saw it and
 * sealed it.  A libconfig file; its CAdES seal stands beside it (FILE.p7s):
 *
 *	register = "sites"; edition = "2026-11"; officer = "Hanako Sato";
 *	from = "2026-11-01"; until = "2027-04-30";
 *	entries = (
 *		{ site = "tokyo-1"; kind = "yubihsm"; serial = "31650425"; rack = "A-03";
 *		  since = "2025-04-01"; until = "2027-03-31"; document = "walk 2026-10"; },
 *		{ site = "tokyo-1"; kind = [ "tpm-quote", "tpm-certify" ]; ak = "000b..."; }
 *	);
 *
 * The officer is the common name of the certificate that seals it.  An entry names its device by
 * exactly one of serial, chip, ak or spki, as evidence of that kind proves it.  A day named as an
 * end is a day on which it still holds.  Unknown settings are refused, so that a slip of the pen
 * moves nothing.  What the seal proves is that the officer said so; that the device stands there
 * still is the officer's word.
 */
#ifndef ATTEST_SITE_REGISTER_H
#define ATTEST_SITE_REGISTER_H

#include "attest/attest.h"
#include "attest/cades.h"

enum {
	SITE_REGISTER_MAX     = 256 << 10,	/* octets: it goes into every piece of evidence */
	SITE_REGISTER_ENTRIES = 2048,
	SITE_TEXT_MAX         = 256	/* octets of one of its texts, with its NUL */
};

/* The roles of a dossier that hold it; all of them are the carrier's, never the witness's. */
#define ROLE_REGISTER        "register"
#define ROLE_REGISTER_SEAL   "register-seal"
#define ROLE_REGISTER_ROOTS  "register-roots"	/* PEM: of who seals, revocation lists */
#define ROLE_REGISTER_STAMPS "register-stamp-roots"	/* PEM: of time-stamp authorities */
#define ROLE_REGISTER_OFFICER "register-officer"	/* text: who seals, see below */
#define ROLE_REGISTER_SITE   "register-site"	/* text: where the device is declared to stand */

struct site_register;

/* All texts live as long as the register; "" where nothing is said. */
struct site_entry {
	const char *site, *name, *value, *rack, *document;	/* name: "serial" */
	int64_t     from_ms, until_ms;	/* UTC; from the first to before the second; INT64_MAX */
	unsigned    line;
};

/*
 * ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence".  The caller frees *out; it keeps its own
 * copy of everything.
 */
MUST_USE enum err site_register_read(const char *name, struct bytes text,
    struct site_register **out, struct why *);
void        site_register_free(struct site_register *);
const char *site_register_id(const struct site_register *);
const char *site_register_edition(const struct site_register *);
const char *site_register_officer(const struct site_register *);
struct hash site_register_hash(const struct site_register *);	/* SHA-256 of the text */
/* When the whole of it holds: from the first to before the second, UTC. */
void        site_register_term(const struct site_register *, int64_t *from_ms, int64_t *until_ms);
size_t      site_register_count(const struct site_register *);
const struct site_entry *site_register_entry(const struct site_register *, size_t);
/* Whether an entry counts for evidence of that kind. */
bool        site_entry_kind(const struct site_entry *, const char *kind);
/* The first entry that names the device of another at the same time; NULL: each stands once. */
const struct site_entry *site_register_twice(const struct site_register *,
    const struct site_entry **other);

/* What evidence proved of which device it is: claims out of which an entry can be made. */
struct site_device { const char *name; char value[SITE_TEXT_MAX]; };	/* "chip", hex */
/* How many of them there are, the best first; at most max are put. */
size_t site_devices(const struct claims *, struct site_device *out, size_t max);

/*
 * Who sealed, of all whom an authority certifies.  An officer is named by common name or by
 * SHA-256 of the certificate (64 hex digits), or their certificate itself is among the roots.
 */
enum site_sealer {
	SITE_SEALER_SAID,	/* this one may */
	SITE_SEALER_OTHER,	/* another is named */
	SITE_SEALER_OPEN	/* nobody is named, only an authority */
};
enum site_sealer site_register_sealer(struct bytes roots_pem, struct bytes officer,
    const struct cades_result *);

/*
 * The register of the dossier (ROLE_REGISTER) against what was accepted, as the last part of an
 * appraisal, after its verifier: claims site, register.officer, register.sha256 and register.until,
 * or the rule that lets the evidence down; at another site than declared, both.  Nothing if the
 * dossier has none.
 */
void site_register_judge(const struct dossier *, const struct verifier *, struct appraisal *);
const struct ruleset *site_register_rules(void);

#endif
