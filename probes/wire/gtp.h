/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GTP path management: Echo Requests of GTP-U (3GPP TS 29.281), GTPv1-C (TS 29.060) and GTPv2-C
 * (TS 29.274), and what may answer them.  Nothing here makes or ends a tunnel.  Pure.
 */
#ifndef PROBES_WIRE_GTP_H
#define PROBES_WIRE_GTP_H

#include "monitor/base/bytes.h"

enum gtp_type {		/* the same numbers in every version */
	GTP_ECHO_REQUEST = 1, GTP_ECHO_RESPONSE = 2, GTP_VERSION_NOT_SUPPORTED = 3,
	GTP_ERROR_INDICATION = 26, GTP_SUPPORTED_EXTENSIONS = 31, GTP_G_PDU = 255
};

enum { GTP_EXTENSIONS_MAX = 32 };	/* of a notification that are kept */

struct gtp_message {
	uint8_t  version, type;		/* any type is read; only those above in their elements */
	bool     prime;			/* version 1: GTP', which is charging */
	bool     has_teid, has_sequence;
	uint32_t teid, sequence;	/* 16 bits in version 1, 24 in version 2 */
	size_t   len;			/* octets of this message */
	struct bytes ies;		/* view of the input */
	bool     has_recovery, has_features;
	uint8_t  recovery;		/* restart counter */
	uint8_t  features;		/* Sending Node Features (TS 29.274 8.83) */
	uint8_t  extension[GTP_EXTENSIONS_MAX];	/* as the notification lists them */
	size_t   extensions;
	bool     has_error_teid;
	uint32_t error_teid;		/* TEID Data I of an Error Indication */
};

/*
 * Appends an Echo Request.  version 1: sequence of 16 bits; no Recovery, which is for responses.
 * version 2: 24 bits, and the restart counter of ours, which TS 29.274 7.1.1 requires.
 */
void gtp_echo_write(uint8_t version, uint32_t sequence, uint8_t recovery, struct buffer *out);
/*
 * Reads one message; views go into the input.  TRUNCATED or MALFORMED with the offset if its
 * lengths lie, UNSUPPORTED if it is of another version than 1 and 2.
 */
MUST_USE enum err gtp_read(struct bytes, struct gtp_message *, struct why *);
/* "Echo Response", NULL for types this version has no word for. */
const char *gtp_type_name(uint8_t version, uint8_t type);
/* "PDU Session Container (0x85)" (TS 29.281 5.2.1); out needs GTP_EXTENSION_TEXT octets. */
enum { GTP_EXTENSION_TEXT = 64 };
void gtp_extension_text(uint8_t type, char out[GTP_EXTENSION_TEXT]);

#endif
