/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A form as data: heads, fields, parts, in libconfig's syntax, for the regulator's paper changes
 * more often than this program.  Each field says how far its wording was read in an official
 * text, who fills it, and where its values come from.
 *
 *   form = { id, edition, source, title, title_ja, basis, basis_ja,
 *            heads = ( { title, title_ja }, ... ), cover = ( FIELD, ... ),
 *            fields = ( FIELD, ... ) }
 *   FIELD  = { number, head, key, title, title_ja, fill, status, source, who, who_ja,
 *              required ("yes" if left out, or "no"), parts = ( PART, ... ) }
 *   PART   = { title, title_ja, text, text_ja, from, member, facts = ( "tls.version", ... ),
 *              declared = ( "kms.", ... ), lacks, lacks_ja }
 */
#ifndef REPORTS_FILING_FORM_H
#define REPORTS_FILING_FORM_H

#include "monitor/base/hash.h"
#include "monitor/state/condition.h"

enum {
	FORM_OCTETS_MAX = 1 << 20,	/* of the file; refused */
	FORM_FIELDS_MAX = 256,		/* of one form; refused */
	FORM_PARTS_MAX  = 32,		/* of one field; refused */
	FORM_NAMES_MAX  = 64,		/* facts, or declarations, of one part; refused */
	FORM_TEXT_MAX   = 2000		/* octets of one text; refused */
};

enum form_fill {
	FORM_A,		/* the program fills it */
	FORM_M,		/* the program drafts, a person confirms */
	FORM_H		/* a person enters it */
};

enum form_status {
	FORM_READ,	/* wording read in law or on an authority's page */
	FORM_PARTLY,
	FORM_ASSUMED	/* no readable copy: proposed */
};

/* What fills a part besides facts and declarations: FROM(NAME, "name"). */
#define FORM_FROM_LIST(X)                                                       \
	X(NOTHING,  "")                                                         \
	X(DATE,     "date")		/* the moment the filing speaks of */   \
	X(CARRIER,  "carrier")		/* the member the part is named for */  \
	X(THIS,     "this")		/* that this document is it */          \
	X(FUNCTION, "function")		/* the core function */                 \
	X(NF,       "nf")		/* network functions and versions */    \
	X(SERVICE,  "service")		/* the provider's service, its model */ \
	X(PROVIDER, "provider")		/* who runs the sites, and where it is */ \
	X(PLACE,    "place")		/* declared: provider, region, zone */  \
	X(APPROVED, "approved")		/* where its data classes may be */     \
	X(SEEN,     "seen")		/* observed place, against the declared */ \
	X(FEED,     "feed")		/* how the place was looked up */       \
	X(KEYS,     "keys")		/* from hardware to the wire, a sentence each */ \
	X(WATCH,    "watch")		/* what is probed and how often */      \
	X(CHANNELS, "channels")		/* who is told */                       \
	X(CONTROLS, "controls")		/* verdicts on what the sheet covers */ \
	/* attachments of a self-check */                                       \
	X(NETWORK,  "network")		/* diagrams */                          \
	X(SPARES,   "spares")		/* sets, and the newest switch seen */  \
	X(DETECTION, "detection")	/* with measured times */               \
	X(BOUNDARIES, "boundaries")	/* to providers */                      \
	X(BOUNDARY_CHECKS, "boundary_checks")                                   \
	X(EMERGENCY_SETS, "emergency_sets")                                     \
	/* of an incident */                                                    \
	X(START,    "start")		/* when service was first hit */        \
	X(KNOWN,    "known")		/* when the carrier came to know */     \
	X(END,      "end")		/* when it was restored */              \
	X(DURATION, "duration")                                                 \
	X(AS_OF,    "as_of")		/* the moment the paper speaks of */    \
	X(FAILED_AT, "failed_at")	/* place of what failed */              \
	X(EQUIPMENT, "equipment")	/* what failed */                       \
	X(PLACE_CLASS, "place_class")	/* own, another carrier's, a third party's */ \
	X(FUNCTIONS, "functions")	/* core functions of what failed */     \
	X(SERVICES, "services")		/* services hit, with their class */    \
	X(AREAS,    "areas")                                                    \
	X(USERS,    "users")		/* whole span and peak */               \
	X(EMERGENCY, "emergency")	/* emergency calls */                   \
	X(CLASSES,  "classes")		/* rows of ORD 58(2), how near */       \
	X(OUTLINE,  "outline")                                                  \
	X(MEASURES, "measures")		/* what people did */                   \
	X(CAUSE_CLASS, "cause_class")                                           \
	X(CLUES,    "clues")		/* whose side, by which evidence */     \
	X(PROVIDERS, "providers")	/* third parties, and their own words */ \
	X(RESTRICTION, "restriction")	/* load, congestion, restriction */     \
	X(NOTICES,  "notices")		/* to users */                          \
	X(RULES,    "rules")		/* controls not met during it */        \
	X(EVIDENCE, "evidence")		/* list of records */                   \
	X(DIAGRAM,  "diagram")		/* the figures */                       \
	X(CONDITIONS, "conditions")	/* ORD 58-2 i, i to ni and he */        \
	X(SITUATIONS, "situations")	/* ... ho (1) to (7) */                 \
	X(NOT_MAJOR, "not_major")	/* pairs of ORD 58(2) not reached */

enum form_from {
#define X(NAME, name) FORM_FROM_##NAME,
	FORM_FROM_LIST(X)
#undef X
	FORM_FROMS
};

struct form_part {
	const char    *title, *title_ja;
	const char    *text, *text_ja;		/* a fixed value, or "" */
	enum form_from from;
	const char    *member;			/* of the carrier, for FORM_FROM_CARRIER */
	struct condition_name *fact;  uint32_t facts;
	const char   **declared;      uint32_t declareds;	/* ids, or how they begin */
	const char    *lacks, *lacks_ja;	/* what would provide it */
};

struct form_field {
	unsigned         number, head;
	const char      *key, *title, *title_ja;
	enum form_fill   fill;
	enum form_status status;
	const char      *source;		/* where the wording was read */
	const char      *who, *who_ja;		/* who confirms or enters it */
	bool             optional;		/* a paper may be frozen without it */
	struct form_part *part;  uint32_t parts;
};

struct form_head { const char *title, *title_ja; };

struct form {
	const char      *id, *edition, *source, *title, *title_ja, *basis, *basis_ja;
	enum form_status status;		/* of the form as a whole: its worst */
	struct hash      hash;			/* of the file */
	struct form_head  *head;   uint32_t heads;
	struct form_field *cover;  uint32_t covers;
	struct form_field *field;  uint32_t fields;
	struct filing_memory *memory;		/* owns all of it */
};

/* name is for sentences.  ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence": the first fault. */
MUST_USE enum err form_read(const char *name, struct bytes octets, struct form **, struct why *);
/*
 * Finds and reads the form of a report: in $SEKIMORI_FORMS, ../share/sekimori/forms from the
 * program, the source tree that holds its build folder, or PREFIX/share/sekimori/forms.
 */
MUST_USE enum err form_load(const char *id, struct form **, struct why *);
void form_free(struct form *);			/* NULL is fine */
const char *form_fill_name(enum form_fill);	/* "A" */
const char *form_status_name(enum form_status);	/* "assumed" */

#endif
