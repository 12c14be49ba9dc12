/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP echo (RFC 792, RFC 4443 4) and the words for its errors.  Pure. */
#ifndef PROBES_WIRE_ICMP_H
#define PROBES_WIRE_ICMP_H

#include "monitor/base/bytes.h"

enum { ICMP_HEADER = 8 };	/* octets of an echo before its data */

struct icmp_echo {
	uint16_t     sequence;
	struct bytes data;	/* view of the input */
};

/*
 * Appends an Echo Request of IPv4 or IPv6.  Identifier and checksum are left 0: whoever sends it
 * fills them in.
 */
void icmp_echo_write(bool six, uint16_t sequence, struct bytes data, struct buffer *out);
/* Reads an Echo Reply; the view goes into it.  TRUNCATED, or MISMATCH if it is another message. */
MUST_USE enum err icmp_reply_read(struct bytes, bool six, struct icmp_echo *, struct why *);
/* "host unreachable" for type and code of an error, "ICMP error" for those without a word here. */
const char *icmp_error_text(bool six, uint8_t type, uint8_t code);

#endif
