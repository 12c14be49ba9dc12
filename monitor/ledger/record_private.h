/* SPDX-License-Identifier: Apache-2.0 */
/* Between the codec and the ledger; private to monitor/ledger. */
#ifndef MONITOR_LEDGER_RECORD_PRIVATE_H
#define MONITOR_LEDGER_RECORD_PRIVATE_H

#include "monitor/ledger/record.h"

/*
 * What record_check asks of the fields of a record: known kind, UTF-8, list order, facts types,
 * outcome range.  What record_encode writes of such a record, record_check accepts.
 */
MUST_USE enum err record_check_fields(const struct record *, struct why *);

#endif
