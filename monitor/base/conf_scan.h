/* SPDX-License-Identifier: Apache-2.0 */
/* Looks over a configuration's text before libconfig reads it; see conf.h. */
#ifndef MONITOR_BASE_CONF_SCAN_H
#define MONITOR_BASE_CONF_SCAN_H

#include "monitor/base/bytes.h"

/* ERR_INVALID or ERR_LIMIT; why->offset is the line. */
MUST_USE enum err conf_scan(struct bytes text, struct why *);

#endif
