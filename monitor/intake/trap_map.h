/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNMP notification to a signal, by the tables of trap_list.h.  Pure: it knows nothing of the
 * library that read it, and every value is a stranger's.
 */
#ifndef MONITOR_INTAKE_TRAP_MAP_H
#define MONITOR_INTAKE_TRAP_MAP_H

#include "monitor/intake/incoming.h"

enum { TRAP_VARIABLES = 128, TRAP_OID = 512 };	/* more variables are passed over */

struct trap_variable {
	const char  *oid;		/* "1.3.6.1.2.1.1.3.0" */
	bool         is_number;
	int64_t      number;
	const char  *object;		/* a value that is an OID, or "" */
	struct bytes octets;		/* OCTET STRING, or the four octets of an IpAddress */
	bool         is_address;
};

struct trap {
	struct trap_variable variable[TRAP_VARIABLES];
	size_t variables;
};

/*
 * in was begun.  text takes what its text is a view of.  who: what it says it is from, best first;
 * at most two, and they point into scratch or the trap.  ERR_MALFORMED: no snmpTrapOID in it.
 */
MUST_USE enum err trap_map(const struct trap *, struct incoming *in, struct buffer *text,
    struct bytes who[2], size_t *whos);

#endif
