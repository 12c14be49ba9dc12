/* SPDX-License-Identifier: Apache-2.0 */
/* The worker of an exercise plays a scenario instead of probing. */
#ifndef MONITOR_DAEMON_DRILL_WORKER_H
#define MONITOR_DAEMON_DRILL_WORKER_H

#include "monitor/daemon/role.h"

/* start has a plan of an exercise and a link to the ledger; as worker_main. */
int drill_worker_main(struct role_start *);

#endif
