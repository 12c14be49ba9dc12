/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies of SMTP (RFC 5321 4.2) and what DNS says of a domain's mail: SPF (RFC 7208) and DMARC
 * (RFC 7489).  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_MAIL_H
#define PROBES_WIRE_MAIL_H

#include "monitor/base/bytes.h"

enum {
	MAIL_LINE_MAX  = 2048,		/* octets of a line; RFC 5321 4.5.3.1.5 has 512 */
	MAIL_LINES_MAX = 64		/* of one reply */
};

struct mail_reply {
	unsigned     code;			/* 220 */
	struct bytes line[MAIL_LINES_MAX];	/* behind the code, without the line end */
	size_t       lines;
};

enum mail_step { MAIL_MORE, MAIL_DONE, MAIL_BROKEN };
/* The first whole reply of what came; len: its octets. */
enum mail_step mail_reply_read(struct bytes in, struct mail_reply *, size_t *len, struct why *);
/* Is this keyword offered in a reply to EHLO (4.1.1.1)?  Without regard to case. */
bool mail_offers(const struct mail_reply *, const char *keyword);

/* "v=spf1" followed by a blank or the end (RFC 7208 4.5). */
bool mail_is_spf(struct bytes text);
/* What others than those named get: "fail", "softfail", "neutral", "pass", "redirect", or "none":
 * nothing is said, which is neutral. */
const char *mail_spf_all(struct bytes text);

bool mail_is_dmarc(struct bytes text);
/* "reject", "quarantine" or "none"; NULL: there is no policy that can be read (RFC 7489 6.3). */
const char *mail_dmarc_policy(struct bytes text);

#endif
