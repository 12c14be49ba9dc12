/* SPDX-License-Identifier: Apache-2.0 */
/* Traps and informs: SNMPv2c of listed communities, SNMPv3 of listed users. */
#ifndef MONITOR_INTAKE_SNMP_LISTEN_H
#define MONITOR_INTAKE_SNMP_LISTEN_H

#include "monitor/intake/listen.h"

/* Binds; fd is the library's socket.  snmp_library_begin() came before. */
MUST_USE enum err snmp_listen_open(struct listener *, const struct plan_listener *, struct why *);
void snmp_listen_start(struct listener *);
/* Once a second, after gather was flushed: answers informs whose records are on their way. */
void snmp_answers_turn(struct intake *);

#endif
