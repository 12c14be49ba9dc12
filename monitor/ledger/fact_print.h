/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as JSON; fact_print for people is in facts.h. */
#ifndef MONITOR_LEDGER_FACT_PRINT_H
#define MONITOR_LEDGER_FACT_PRINT_H

#include "monitor/ledger/facts.h"

/* Appends an object: names of the table, or "fact.N"; times in RFC 3339 UTC, hashes in hex. */
void facts_print_json(struct buffer *, struct bytes facts);
/* Appends "name=value name=value" for people. */
void facts_print(struct buffer *, struct bytes facts);

#endif
