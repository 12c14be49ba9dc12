/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust anchors of DNSSEC as people keep them in files: DS and DNSKEY records (RFC 4034 2.2, 5.3),
 * each on one line, with comments behind ";".  And what a validator says of an answer that is
 * bogus, made fit to be kept.  Pure.
 */
#ifndef PROBES_WIRE_DNS_ANCHOR_H
#define PROBES_WIRE_DNS_ANCHOR_H

#include "probes/wire/dns.h"

enum { DNS_ANCHOR_LINE = 4096 };	/* octets of a line; DNSKEY of RSA with 4096 bits: 700 */

struct dns_anchor {
	struct dns_name owner;
	bool            usable;	/* signatures under it can be verified (RFC 8624 3.1, 3.3) */
	char            text[DNS_ANCHOR_LINE + DNS_NAME_TEXT];	/* "example.jp. IN DS 1 13 2 AB" */
};

/*
 * The next record from *at on, which moves behind its line.  ERR_NOT_FOUND: there is none;
 * ERR_MALFORMED: a line is none, and why says which and what of it is wrong.
 */
MUST_USE enum err dns_anchor_next(struct bytes file, size_t *at, struct dns_anchor *, struct why *);
/* Is the anchor at or above what is asked?  A DS belongs to the zone above (RFC 4035 2.4). */
bool dns_anchor_covers(const struct dns_anchor *, const struct dns_asked *);

/* libunbound's sentence why an answer is bogus, without what it repeats and without addresses. */
void dns_bogus_text(const char *sentence, struct buffer *out);

#endif
