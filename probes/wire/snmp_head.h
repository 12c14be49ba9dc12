/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outside of an SNMP message, before anybody believes it: version, and community (v2c) or
 * engine, user and flags (v3).  Enough to refuse a stranger without parsing more.  Pure.
 */
#ifndef PROBES_WIRE_SNMP_HEAD_H
#define PROBES_WIRE_SNMP_HEAD_H

#include "monitor/base/bytes.h"

enum snmp_version { SNMP_VERSION_V1, SNMP_VERSION_V2C, SNMP_VERSION_V3 };

enum { SNMP_ENGINE_MIN = 5, SNMP_ENGINE_MAX = 32 };	/* octets (RFC 3411, SnmpEngineID) */

struct snmp_head {
	enum snmp_version version;
	struct bytes      community;		/* v1, v2c */
	struct bytes      engine, user;		/* v3: msgAuthoritativeEngineID, msgUserName */
	bool              authentic, private, reportable;	/* v3: msgFlags */
};

/* ERR_MALFORMED: no such message; ERR_UNSUPPORTED: another version or security model than USM. */
MUST_USE enum err snmp_head_read(struct bytes, struct snmp_head *);

#endif
