/* SPDX-License-Identifier: Apache-2.0 */
/* What a notice says of protection that fell or is restored. */
#ifndef MONITOR_DAEMON_NOTIFY_PROTECTION_H
#define MONITOR_DAEMON_NOTIFY_PROTECTION_H

#include "monitor/daemon/notify.h"

struct json_t;				/* of jansson */

/* Its sentence; false, and nothing appended, if the notice is not about protection. */
bool protection_sentence(struct buffer *, const struct notify_message *, bool japanese);
/* "changes": target, instance, aspect, before, after, records; nothing for other notices. */
void protection_json(struct json_t *object, const struct notify_message *);

#endif
