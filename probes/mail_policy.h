/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DNS says of a domain's mail, asked at a resolver that is not the round's peer: its TXT
 * records for SPF, then those of _dmarc below it.  Lives in the round's scratch.
 */
#ifndef PROBES_MAIL_POLICY_H
#define PROBES_MAIL_POLICY_H

#include "probes/tls_look.h"
#include "probes/wire/dns.h"

struct mail_policy {
	int              fd;		/* open while watched, if opened */
	bool             opened, dmarc;	/* the second question is the one that waits */
	bool             authentic;	/* both were validated by the resolver's word */
	unsigned         tries;
	struct dns_asked asked;
};

/* Asks the first question; READABLE and TIMER are for mail_policy_event() then.  ERR_INVALID,
 * ERR_IO. */
MUST_USE enum err mail_policy_start(struct round *, struct mail_policy *, struct why *);
/* True: both are answered, or will not be; facts are set and findings added. */
bool mail_policy_event(struct round *, struct mail_policy *, const struct event *,
    struct tls_finding *);
void mail_policy_end(struct round *, struct mail_policy *);

#endif
