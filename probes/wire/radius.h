/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RADIUS Status-Server (RFC 5997) with Message-Authenticator (RFC 3579 3.2), and the check of what
 * answers it.  Nobody's credentials are in it, and nobody is logged in by it.  Pure.
 */
#ifndef PROBES_WIRE_RADIUS_H
#define PROBES_WIRE_RADIUS_H

#include "monitor/base/bytes.h"

enum radius_code {
	RADIUS_ACCESS_ACCEPT = 2, RADIUS_ACCESS_REJECT = 3, RADIUS_ACCOUNTING_RESPONSE = 5,
	RADIUS_ACCESS_CHALLENGE = 11, RADIUS_STATUS_SERVER = 12, RADIUS_PROTOCOL_ERROR = 52
};

enum {
	RADIUS_AUTHENTICATOR_LEN = 16,
	RADIUS_PACKET_MAX = 4096,	/* RFC 2865 3 */
	RADIUS_NAME_MAX = 64		/* octets of our NAS-Identifier; longer is cut */
};

/* What an answer is held against. */
struct radius_asked {
	uint8_t      identifier;
	uint8_t      authenticator[RADIUS_AUTHENTICATOR_LEN];	/* random, of our request */
	struct bytes secret;
};

/*
 * Appends a Status-Server: Message-Authenticator first, then NAS-Identifier with name.
 * UNSUPPORTED: this machine has no MD5.
 */
MUST_USE enum err radius_status_write(const struct radius_asked *, const char *name,
    struct buffer *out, struct why *);

struct radius_answer {
	uint8_t code, identifier;
	bool    authentic;			/* Response Authenticator made with the secret */
	bool    has_message_authenticator;
	bool    message_authentic;		/* ... and so was the Message-Authenticator */
	size_t  attributes;
};

/*
 * Reads and checks an answer.  TRUNCATED or MALFORMED with the offset if its lengths lie; octets
 * behind its length are padding (RFC 2865 3).  UNSUPPORTED: this machine has no MD5.  An answer
 * that was not made with the secret is read, and says so.
 */
MUST_USE enum err radius_read(struct bytes, const struct radius_asked *, struct radius_answer *,
    struct why *);
/* "Access-Accept", NULL for codes this version has no word for. */
const char *radius_code_name(uint8_t code);

#endif
