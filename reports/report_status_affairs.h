/* SPDX-License-Identifier: Apache-2.0 */
/* The part of "sekimori status" about users, legal clocks, alarms and windows. */
#ifndef REPORTS_REPORT_STATUS_AFFAIRS_H
#define REPORTS_REPORT_STATUS_AFFAIRS_H

#include <jansson.h>

#include "reports/report_status.h"

void status_affairs_text(const struct status *, struct buffer *out);
void status_affairs_json(const struct status *, json_t *object);

#endif
