/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What TLS probes of one process share: the chain cache, contexts by client credential and anchors
 * by their octets, so that no handshake loads a store or makes a context.
 */
#ifndef PROBES_TLS_SHARED_H
#define PROBES_TLS_SHARED_H

#include "probes/probe.h"
#include "probes/tls_chain.h"
#include "probes/tls_revocation.h"
#include "probes/tls_session.h"

struct tls_credential;
struct tls_tools;
struct tls_trust;

struct tls_shared {
	struct tls_chain_cache *chains;
	struct tls_credential  *credentials;	/* in use, a list */
	struct tls_trust       *trusts;		/* in use, a list */
	struct tls_tools       *tools;		/* of tls_measure.h; NULL: the library lacks some */
};

/* What was found last of a response or list and a chain; it holds until then. */
struct tls_judged {
	struct hash       of;
	int64_t           until_ms;
	struct tls_status status;
};

/* What one endpoint keeps between rounds; zero before the first. */
struct tls_kept {
	uint64_t                options_version;
	struct tls_credential  *credential;
	struct tls_trust       *trust;
	unsigned                general;	/* rounds left without tls_measure.h */
	struct tls_crls        *crls;	/* NULL: none configured */
	struct tls_judged       stapled, listed;
};

void tls_shared_begin(void *shared);
void tls_shared_end(void *shared);
void tls_kept_end(void *kept, void *shared);

/* Looks again at the options if they may have changed.  ERR_INVALID: files that are no PEM. */
MUST_USE enum err         tls_kept_prepare(struct round *, struct why *);
const struct tls_context *tls_kept_context(const struct tls_kept *);
const struct tls_anchors *tls_kept_anchors(const struct tls_kept *);
bool                      tls_kept_trusts(const struct tls_kept *);	/* anchors are configured */

#endif
