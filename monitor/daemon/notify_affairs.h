/* SPDX-License-Identifier: Apache-2.0 */
/* What a notice says of users, of responsibility and of legal duties. */
#ifndef MONITOR_DAEMON_NOTIFY_AFFAIRS_H
#define MONITOR_DAEMON_NOTIFY_AFFAIRS_H

#include "monitor/daemon/notify.h"

struct json_t;				/* of jansson */

/* A legal duty's sentence; false, and nothing appended, if the notice is not about one. */
bool duty_sentence(struct buffer *, const struct notify_message *, bool japanese);
/* "users", "side" and "duties" of the incident, as far as there are any. */
void affairs_json(struct json_t *object, const struct notify_message *);
/* It must not be missed: overdue, or nobody drafted it in time. */
bool duty_urgent(const struct notify_message *);

#endif
