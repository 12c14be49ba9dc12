/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen of an SSH server, as facts, evidence and findings: for every probe over SSH. */
#ifndef PROBES_SSH_FACTS_H
#define PROBES_SSH_FACTS_H

#include "probes/probe.h"
#include "probes/ssh_link.h"
#include "probes/tls_look.h"

enum { SSH_KINDS = 7, SSH_WEAK_MAX = 64 };

/* Signature algorithms of one kind of host key, in our order; the first is the preferred one. */
extern const char *const ssh_kinds[SSH_KINDS];

/* What one round saw; all zero at first. */
struct ssh_seen {
	struct ssh_host_key key[SSH_KINDS];	/* each has signed an exchange with us */
	size_t              keys;
	bool                forged;		/* one was shown that did not sign */
	char                weak[SSH_WEAK_MAX][FACT_ENTRY_MAX];	/* "hmac-md5: MD5" */
	size_t              weaks;
};

/* Identification and offer of the server. */
void ssh_seen_offer(struct round *, const struct ssh_link *, struct ssh_seen *);
/* PROVEN: the host key, with what anybody needs to check its signature again as evidence. */
void ssh_seen_key(struct round *, const struct ssh_link *, struct ssh_seen *);
/* At the end: facts of keys and weaknesses.  complete: every kind that is offered was looked at.
 * What is wrong is added to the finding. */
void ssh_seen_done(struct round *, const struct ssh_seen *, bool complete, struct tls_finding *);

/* Row for an options table. */
#define SSH_OPTIONS                                                                       \
	{ .name = "fingerprints", .type = OPTION_TEXT, .minimum = 1, .maximum = 1023,     \
	  .help = N_("host keys that may answer, as ssh-keygen -l shows them, with "      \
	    "commas: \"SHA256:...\"; without it every key is taken") }

#endif
