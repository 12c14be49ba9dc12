/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an SNMP agent's variables say: the system group (RFC 3418) and ifTable (RFC 2863), as facts
 * and as evidence.  Pure; every value comes from a stranger: order, types and sizes are checked,
 * a table that does not end is cut.
 */
#ifndef PROBES_SNMP_ANSWER_H
#define PROBES_SNMP_ANSWER_H

#include "monitor/ledger/facts.h"

enum {
	SNMP_INTERFACES_MAX = 1024,	/* rows of ifTable; more is ERR_LIMIT */
	SNMP_COLUMNS        = 3,	/* ifDescr, ifAdminStatus, ifOperStatus */
	SNMP_SYSTEM         = 5,	/* sysDescr, sysObjectID, sysUpTime, sysName, sysLocation */
	SNMP_OID_MAX        = 128	/* arcs (RFC 2578 section 3.5) */
};

enum snmp_type { SNMP_OTHER, SNMP_INTEGER, SNMP_OCTETS, SNMP_OBJECT, SNMP_TICKS, SNMP_END };

struct snmp_value {
	const unsigned long *oid;
	size_t               oid_len;
	enum snmp_type       type;
	int64_t              number;		/* INTEGER, TICKS */
	struct bytes         octets;		/* OCTETS */
	const unsigned long *object;		/* OBJECT */
	size_t               object_len;
};

struct snmp_interface { unsigned long index; struct bytes name; int64_t admin, oper; };

struct snmp_answer {
	bool     system[SNMP_SYSTEM];	/* which came */
	struct buffer text[SNMP_SYSTEM];	/* as text, where they are */
	int64_t  uptime_cs;
	struct snmp_interface *interface;	/* ascending by index */
	size_t   interfaces;
	struct buffer names;		/* of interfaces; views are set by snmp_answer_facts() */
	bool     begun[SNMP_COLUMNS], done[SNMP_COLUMNS];
	unsigned long last[SNMP_COLUMNS];	/* index the column was read to, once begun */
	enum err err;			/* ERR_LIMIT, ERR_MALFORMED: the table is wrong */
};

/* The objects to ask for: object is a place in SNMP_SYSTEM or SNMP_COLUMNS. */
size_t snmp_system_oid(unsigned object, unsigned long oid[SNMP_OID_MAX]);
/* Where the column goes on (for GETBULK); 0 if it is done. */
size_t snmp_column_oid(const struct snmp_answer *, unsigned column,
    unsigned long oid[SNMP_OID_MAX]);

void snmp_answer_system(struct snmp_answer *, const struct snmp_value *);
/* One variable of a GETBULK answer, in the order of the answer; column: which was asked there. */
void snmp_answer_column(struct snmp_answer *, unsigned column, const struct snmp_value *);
bool snmp_answer_table_done(const struct snmp_answer *);

void snmp_answer_facts(struct snmp_answer *, struct fact_set *);
/*
 * Deterministic CBOR: an array of [OID as text, value], system first, then the columns row by row.
 * sysUpTime is left out: it is a varying fact, and equal evidence must be equal bytes.
 */
void snmp_answer_evidence(const struct snmp_answer *, struct buffer *out);
void snmp_answer_free(struct snmp_answer *);

#endif
