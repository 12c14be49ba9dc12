/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold between the objects of a plan; the bounds of each field are plan_list.h's. */
#ifndef MONITOR_STATE_PLAN_CHECK_H
#define MONITOR_STATE_PLAN_CHECK_H

#include "monitor/state/plan.h"

/* ERR_INVALID with one sentence: an index that leads nowhere, a name that stands twice. */
MUST_USE enum err plan_check(const struct plan *, struct why *);

#endif
