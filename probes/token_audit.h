/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the whole token: what the listing of attest/token_audit.h says, one list a fault. */
#ifndef PROBES_TOKEN_AUDIT_H
#define PROBES_TOKEN_AUDIT_H

#include "attest/token_audit.h"
#include "monitor/ledger/facts.h"

/* uses: keys whose use is known, as token_audit_judge() takes them. */
MUST_USE enum err token_audit_facts(struct fact_set *, struct bytes listing, const char *uses,
    struct why *);

#endif
