/* SPDX-License-Identifier: Apache-2.0 */
/* Words and numbers of ITU-T X.733 as senders spell them; tables in x733_list.h.  Pure. */
#ifndef MONITOR_INTAKE_X733_H
#define MONITOR_INTAKE_X733_H

#include "monitor/ledger/record.h"

/* Letter case does not matter.  False: nobody knows the word, and out is as it was. */
bool x733_severity(struct bytes word, enum severity *out);
bool x733_alarm_type(struct bytes word, enum alarm_type *out);
/* By IANAItuEventType; NONE if it is no such number. */
enum alarm_type x733_alarm_type_of(uint64_t itu);
/* By IANAItuProbableCause; NULL if it is no such number. */
const char *x733_cause_of(uint64_t itu);

#endif
