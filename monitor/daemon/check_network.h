/* SPDX-License-Identifier: Apache-2.0 */
/* What "check-config" tells of the network beside targets, as text and as JSON. */
#ifndef MONITOR_DAEMON_CHECK_NETWORK_H
#define MONITOR_DAEMON_CHECK_NETWORK_H

#include "monitor/state/plan.h"

struct json_t;			/* jansson's */

/* Users of a service in all its areas; the plan's bounds keep the sum from overflowing. */
uint64_t check_network_users(const struct plan_service *);
/* Prints what there is of services, listeners and sources; nothing if there is none. */
void check_network_print(const struct plan *);
struct json_t *check_network_json(const struct plan *);	/* a new object */

#endif
