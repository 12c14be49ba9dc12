/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose side of the responsibility boundary the evidence points to.  Each piece of evidence is
 * listed with the side it speaks for and the record it comes from; one that speaks against another
 * leaves it undetermined.  A person's word decides, and is listed as that.
 * Nothing here is a legal finding: it is what was seen, from where, and what others said.
 */
#ifndef MONITOR_STATE_DEMARCATION_H
#define MONITOR_STATE_DEMARCATION_H

#include "monitor/state/state.h"

/* Numbers are those of CORRECTION records (correction_list.h). */
#define SIDE_LIST(X)                          \
	X(UNDETERMINED, "undetermined")       \
	X(CARRIER,      "carrier")            \
	X(PROVIDER,     "provider")           \
	X(INTERCONNECT, "interconnect")

enum side {
#define X(NAME, name) SIDE_##NAME,
	SIDE_LIST(X)
#undef X
	SIDES
};

/* What speaks, and for which side. */
#define CLUE_LIST(X)                                                                            \
	X(PERSON,       UNDETERMINED, "a person said so")                                       \
	X(SAID,         PROVIDER,     "the provider itself says that something is wrong there") \
	X(SITE_WIDE,    PROVIDER,     "what runs there fails together, on the provider's site") \
	X(OWN_SITE,     CARRIER,      "it runs on the carrier's own premises")                  \
	X(ALONE,        CARRIER,      "it fails alone; what runs beside it stands")             \
	X(CHANGE,       CARRIER,      "a change was announced for that time")                   \
	X(CREDENTIAL,   CARRIER,      "a certificate of it expired or is not trusted")          \
	X(SOFTWARE,     CARRIER,      "the function itself reports a processing error")         \
	X(EQUIPMENT,    PROVIDER,     "the function reports a fault of equipment it runs on")   \
	X(INSIDE_UP,    INTERCONNECT, "from inside the provider it is up, from outside not")    \
	X(OUTSIDE_UP,   UNDETERMINED, "from outside the provider it is up, from inside not")    \
	X(CARRIER_LINK, INTERCONNECT, "it is reached through another carrier that fails")       \
	X(EVERYWHERE,   UNDETERMINED, "all fails at once: it may be the monitor's own network")

enum clue_kind {
#define X(NAME, SIDE, text) CLUE_##NAME,
	CLUE_LIST(X)
#undef X
	CLUES
};

struct clue {
	enum clue_kind kind;
	enum side side;
	uint64_t  seq;			/* the record it comes from */
	char      what[NAME_MAX_LEN];	/* instance, site, provider, vantage, person */
};

enum { CLUES_MAX = 24 };		/* of one incident: one of each kind, some of several */

struct demarcation {
	enum side   side;
	uint32_t    speaking;		/* kinds of evidence that speak for it */
	bool        contradicted;	/* evidence speaks for more than one side */
	bool        by_person;
	char        provider[NAME_MAX_LEN];	/* of the incident's sites, or "" */
	struct clue clue[CLUES_MAX];
	uint32_t    clues;
};

/* What the evidence in this state says of one incident. */
void demarcation_judge(const struct state *, const struct incident *, struct demarcation *);

const char *side_name(enum side);		/* "provider"; marked for translation */
enum side   side_find(const char *name);	/* SIDES if there is none */
const char *clue_text(enum clue_kind);		/* marked for translation */

#endif
