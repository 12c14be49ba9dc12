/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diameter base protocol (RFC 6733) of a node that only looks: capabilities exchange, watchdog
 * and disconnect, and polite answers to whatever a peer asks meanwhile.  Pure; every input is
 * hostile: lengths, padding and the nesting of groups are checked before anything is believed.
 */
#ifndef PROBES_WIRE_DIAMETER_H
#define PROBES_WIRE_DIAMETER_H

#include "monitor/base/bytes.h"

enum {
	DIAMETER_HEADER_LEN = 20,
	DIAMETER_MESSAGE_MAX = 64 << 10,	/* octets of a message that is read; ERR_LIMIT */
	DIAMETER_DEPTH_MAX  = 8,		/* nesting of grouped AVPs; ERR_LIMIT */
	DIAMETER_APPLICATIONS_MAX = 64,		/* application ids kept of a peer, or configured */
	DIAMETER_IDENTITY_MAX = 255		/* octets of a host or realm of ours */
};

#define DIAMETER_RELAY UINT32_C(0xffffffff)	/* application id, RFC 6733 section 2.4 */

enum diameter_flag {
	DIAMETER_REQUEST   = 0x80,
	DIAMETER_PROXIABLE = 0x40,
	DIAMETER_ERROR     = 0x20
};

enum diameter_command {
	DIAMETER_CAPABILITIES = 257,
	DIAMETER_WATCHDOG     = 280,
	DIAMETER_DISCONNECT   = 282
};

enum diameter_result {
	DIAMETER_SUCCESS           = 2001,
	DIAMETER_UNABLE_TO_DELIVER = 3002,
	DIAMETER_UNKNOWN_PEER      = 3010,
	DIAMETER_NO_COMMON_SECURITY = 5017
};

struct diameter_header {
	uint32_t len;		/* of the whole message */
	uint8_t  flags;
	uint32_t command, application, hop, end;
};

struct diameter_message {
	struct diameter_header header;
	struct bytes           avps;
};

enum diameter_step { DIAMETER_MORE, DIAMETER_MESSAGE, DIAMETER_BROKEN };

/* The message at the front of in; BROKEN: ERR_MALFORMED or ERR_LIMIT, by the header alone. */
enum diameter_step diameter_frame(struct bytes in, struct diameter_message *, struct why *);

struct diameter_avp {
	uint32_t     code, vendor;	/* vendor 0: RFC 6733 */
	bool         mandatory;
	struct bytes data;
};

/* The next AVP; false at the end, or where it does not fit: then the reader has failed. */
bool diameter_avp_next(struct reader *, struct diameter_avp *);

/* What a message of the base protocol says; views into the message, a missing one is NULL. */
struct diameter_said {
	bool         has_result, has_vendor, has_firmware, has_cause, has_failed;
	bool         inband_none, inband_tls;	/* Inband-Security-Id (RFC 6733 6.10) */
	uint32_t     result;		/* Result-Code, or the code of an Experimental-Result */
	struct bytes origin_host, origin_realm, product;
	uint32_t     vendor, firmware, cause;	/* cause: Disconnect-Cause */
	uint32_t     failed, failed_vendor;	/* the AVP a Failed-AVP begins with */
	uint32_t     application[DIAMETER_APPLICATIONS_MAX];	/* ascending, each once */
	size_t       applications;
};

/* Reads all AVPs, known groups with what is in them; unknown ones are passed over. */
MUST_USE enum err diameter_read(const struct diameter_message *, struct diameter_said *,
    struct why *);

struct diameter_application {
	uint32_t id, vendor;	/* vendor 0: Auth-Application-Id, else in a Vendor-Specific one */
};

/* "relay,10415:16777251": relay or ID or VENDOR:ID, with commas. */
MUST_USE enum err diameter_applications_read(const char *text,
    struct diameter_application out[DIAMETER_APPLICATIONS_MAX], size_t *count, struct why *);

/* Who we say we are. */
struct diameter_self {
	const char  *host, *realm, *product;
	struct bytes address;		/* 4 octets or 16 */
	const struct diameter_application *application;
	size_t       applications;
	bool         inband_tls;	/* offers TLS behind the capabilities exchange */
};

/* A host or realm that fits DiameterIdentity: labels of letters, digits, "-" and "_", with dots. */
bool diameter_identity_valid(const char *);

struct diameter_ids { uint32_t hop, end; };

/* Our request: CAPABILITIES, WATCHDOG or DISCONNECT (DO_NOT_WANT_TO_TALK_TO_YOU). */
void diameter_request_write(const struct diameter_self *, enum diameter_command,
    struct diameter_ids, struct buffer *out);
/* Our answer to a peer's request: its command and ids, and the result; 3xxx sets the E bit. */
void diameter_answer_write(const struct diameter_self *, const struct diameter_header *request,
    uint32_t result, struct buffer *out);
/* An answer to this request of ours, by command and both ids. */
bool diameter_answers(const struct diameter_header *, enum diameter_command, struct diameter_ids);

/* "DIAMETER_UNKNOWN_PEER" (RFC 6733 7.1), "Origin-Host", "REBOOTING"; NULL if not of RFC 6733. */
const char *diameter_result_name(uint32_t);
const char *diameter_avp_name(uint32_t code);
const char *diameter_cause_name(uint32_t);

#endif
