/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PFCP node messages that leave no state (3GPP TS 29.244): the Heartbeat Request we send, and what
 * may answer it.  Pure.
 */
#ifndef PROBES_WIRE_PFCP_H
#define PROBES_WIRE_PFCP_H

#include "monitor/base/bytes.h"

enum pfcp_type {	/* 7.3 */
	PFCP_HEARTBEAT_REQUEST = 1, PFCP_HEARTBEAT_RESPONSE = 2,
	PFCP_VERSION_NOT_SUPPORTED = 11
};

enum {
	PFCP_VERSION = 1,
	PFCP_SEQUENCE_MAX = 0xffffff	/* 24 bits on the wire */
};

struct pfcp_message {
	uint8_t  version, type;		/* any type is read; only node messages in their IEs */
	bool     session;		/* flag S: it has an SEID */
	bool     follow_on;		/* flag FO: another message stands behind this one */
	uint32_t sequence;		/* 24 bits */
	size_t   len;			/* octets of this message */
	struct bytes ies;		/* view of the input */
	bool     has_recovery;
	int64_t  recovery_ms;		/* Recovery Time Stamp (8.2.65), ms UTC */
};

/* Appends a Heartbeat Request (7.4.2.1); recovery_ms: since when we are, UTC. */
void pfcp_heartbeat_write(uint32_t sequence, int64_t recovery_ms, struct buffer *out);
/*
 * Reads the first message of a datagram; views go into it.  TRUNCATED or MALFORMED with the offset
 * if its lengths lie.  Of another version only the header is read: what follows is not ours to
 * know.
 */
MUST_USE enum err pfcp_read(struct bytes, struct pfcp_message *, struct why *);
/* "Heartbeat Response", NULL for types this version has no word for. */
const char *pfcp_type_name(uint8_t type);

#endif
