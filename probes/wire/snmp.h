/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole SNMP messages, read and written: v1 (RFC 1157), v2c (RFC 1901) and v3 with USM (RFC 3412,
 * RFC 3414).  What is read are views of the input.  Nothing here believes anything: digests and
 * times are usm.h's and the caller's.  Pure.
 */
#ifndef PROBES_WIRE_SNMP_H
#define PROBES_WIRE_SNMP_H

#include "probes/wire/ber.h"
#include "probes/wire/snmp_head.h"

enum {
	SNMP_PDU_GET = 0xa0, SNMP_PDU_GETNEXT = 0xa1, SNMP_PDU_RESPONSE = 0xa2,
	SNMP_PDU_SET = 0xa3, SNMP_PDU_TRAP_V1 = 0xa4, SNMP_PDU_GETBULK = 0xa5,
	SNMP_PDU_INFORM = 0xa6, SNMP_PDU_TRAP = 0xa7, SNMP_PDU_REPORT = 0xa8
};

enum {				/* of values, beside those of ber.h (RFC 2578, RFC 3416) */
	SNMP_TAG_ADDRESS = 0x40, SNMP_TAG_COUNTER32 = 0x41, SNMP_TAG_GAUGE32 = 0x42,
	SNMP_TAG_TICKS = 0x43, SNMP_TAG_OPAQUE = 0x44, SNMP_TAG_COUNTER64 = 0x46,
	SNMP_TAG_NO_OBJECT = 0x80, SNMP_TAG_NO_INSTANCE = 0x81, SNMP_TAG_END = 0x82
};

enum {
	SNMP_FLAG_AUTHENTIC = 1, SNMP_FLAG_PRIVATE = 2, SNMP_FLAG_REPORTABLE = 4,
	SNMP_DATAGRAM_MAX = 65507,	/* octets of UDP over IPv4 */
	SNMP_USER_MAX = 32		/* octets (RFC 3414, usmUserName) */
};

/* A message as it came, before anybody decrypts or believes it. */
struct snmp_outer {
	enum snmp_version version;
	struct bytes community;			/* v1, v2c */
	int64_t      id, max_size;		/* v3 from here on: msgID, msgMaxSize */
	unsigned     flags;
	struct bytes engine, user;
	int64_t      boots, time;		/* 32 bits; RFC 3414 2.2: 0 to 2^31-1 */
	struct bytes digest, salt;		/* msgAuthenticationParameters, msgPrivacy... */
	/* v3: the encrypted content if flags say private, else the whole ScopedPDU; v1, v2c: PDU */
	struct bytes scoped;
};

/* ERR_UNSUPPORTED: another version or security model. */
MUST_USE enum err snmp_outer_read(struct bytes, struct snmp_outer *);

struct snmp_inner {
	struct bytes context_engine, context;	/* v3 */
	unsigned     pdu;			/* SNMP_PDU_... */
	int64_t      request;			/* request-id */
	int64_t      error_status, error_index;	/* GETBULK: non-repeaters, max-repetitions */
	struct bytes variables;			/* for snmp_variable_next() */
};

/* A PDU of v1 or v2c; TRAP_V1 is ERR_UNSUPPORTED. */
MUST_USE enum err snmp_inner_read(struct bytes pdu, struct snmp_inner *);
/* A ScopedPDU; behind one that was decrypted there may be octets of padding. */
MUST_USE enum err snmp_scoped_read(struct bytes scoped, bool padded, struct snmp_inner *);

struct snmp_variable {
	unsigned long name[BER_ARCS_MAX];
	size_t        name_len;
	unsigned      tag;			/* of the value */
	struct bytes  content;			/* as it is */
	int64_t       number;			/* INTEGER, Counter32, Gauge32, TimeTicks */
	unsigned long object[BER_ARCS_MAX];	/* OBJECT IDENTIFIER */
	size_t        object_len;
};

/*
 * The next variable of a reader over "variables": its name, and its value checked as its type asks.
 * False at the end, and where it is malformed: then the reader has failed.
 */
bool snmp_variable_next(struct reader *variables, struct snmp_variable *);

/* What is asked: one PDU with names and NULL values. */
struct snmp_request {
	unsigned pdu;				/* SNMP_PDU_GET or SNMP_PDU_GETBULK */
	int64_t  request;
	int64_t  repetitions;			/* GETBULK: max-repetitions; non-repeaters is 0 */
	unsigned long (*name)[BER_ARCS_MAX];
	const size_t *name_len;
	size_t   names;
};

void snmp_pdu_write(struct ber_writer *, const struct snmp_request *);
/* Around the PDU written just before, as the only thing so far. */
void snmp_scoped_write(struct ber_writer *, struct bytes context_engine, struct bytes context);
/* v1, v2c: around a PDU. */
void snmp_community_write(struct ber_writer *, enum snmp_version, struct bytes community);
/*
 * v3: around a ScopedPDU, encrypted and wrapped or not.  The digest field gets digest_len zeros;
 * how many octets from the end of the message they begin is returned.
 */
size_t snmp_outer_write(struct ber_writer *, const struct snmp_outer *, size_t digest_len);

/* usmStats counters a Report may carry (RFC 3414 section 5), else SNMP_REPORT_OTHER. */
enum snmp_report {
	SNMP_REPORT_OTHER, SNMP_REPORT_LEVEL, SNMP_REPORT_TIME, SNMP_REPORT_USER,
	SNMP_REPORT_ENGINE, SNMP_REPORT_DIGEST, SNMP_REPORT_DECRYPTION
};

enum snmp_report snmp_report_of(const struct snmp_inner *);

#endif
