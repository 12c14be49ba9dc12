/* SPDX-License-Identifier: Apache-2.0 */
/* What an audit of a pruned ledger begins with. */
#ifndef REPORTS_LEDGER_PRUNED_H
#define REPORTS_LEDGER_PRUNED_H

#include "monitor/ledger/ledger.h"
#include "reports/audit.h"

/*
 * Gives the audit the key and the plan in force at record "from", where the records that say so
 * are pruned: from the first KEY that is kept, else from the state the fold restarts at.  A
 * ledger that is whole is left alone.  *said is a sentence on where they came from, or "".
 */
MUST_USE enum err ledger_pruned_begin(struct ledger *, struct audit *, uint64_t from,
    char said[WHY_TEXT_MAX], struct why *);

#endif
