/* SPDX-License-Identifier: Apache-2.0 */
/* What the status page says of protection over time and of intents. */
#ifndef REPORTS_REPORT_STATUS_PROTECTION_H
#define REPORTS_REPORT_STATUS_PROTECTION_H

#include "reports/report_status.h"

struct json_t;				/* of jansson */

/* Counts, each fall, each intent without a change; nothing while no aspect was ever seen. */
void status_protection_text(const struct status *, struct buffer *out);
/* The same; the caller owns it. */
struct json_t *status_protection_json(const struct status *);

#endif
