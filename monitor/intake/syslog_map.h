/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A syslog message to a signal: an event, or an alarm where it carries RFC 5674's structured data.
 * Pure; the tables are syslog_list.h.
 */
#ifndef MONITOR_INTAKE_SYSLOG_MAP_H
#define MONITOR_INTAKE_SYSLOG_MAP_H

#include "monitor/intake/incoming.h"
#include "probes/wire/syslog.h"

/* in was begun; whole is kept as its text.  The subject is the caller's. */
void syslog_map(const struct syslog_message *, struct bytes whole, struct incoming *in);

#endif
