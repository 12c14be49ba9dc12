/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fork evidence: does a ledger still hold what a checkpoint, kept outside of it, says it held?
 * A restored copy that went on does not, and the checkpoint's signature proves it.
 */
#ifndef MONITOR_LEDGER_FORK_H
#define MONITOR_LEDGER_FORK_H

#include "monitor/ledger/ledger.h"

/*
 * Checks a checkpoint note against the ledger; *out is what the note says, as far as it was
 * read.  ERR_OK: the ledger's tree had this root at this size.  ERR_MISMATCH: it had another
 * root at that size, or it has not grown to that size: the note's continuation is not this
 * ledger's.  ERR_UNTRUSTED, ERR_NOT_FOUND: signed by no key of this ledger, so it shows nothing.
 */
MUST_USE enum err checkpoint_against(struct ledger *, struct bytes note, struct checkpoint *out,
    struct why *);

#endif
