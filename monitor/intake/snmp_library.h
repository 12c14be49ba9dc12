/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What trap listeners share of net-snmp: the library's begin, our engine, users and the engines
 * they send from.  The library keeps all of it in global lists: one process, one thread.
 */
#ifndef MONITOR_INTAKE_SNMP_LIBRARY_H
#define MONITOR_INTAKE_SNMP_LIBRARY_H

#include "monitor/intake/trap_users.h"

/*
 * Once.  engine: what our engine id is made from, the same at each start.  boots: greater at each
 * start (RFC 3414 2.2), so that senders of informs believe our time again.
 */
void snmp_library_begin(struct bytes engine, uint32_t boots);

/* Users of a listener's file.  ERR_INVALID: an unknown protocol, or other secrets elsewhere. */
MUST_USE enum err snmp_users_take(struct bytes file, uint32_t listener, struct why *);

struct snmp_known;
/* The user of that name and listener; NULL if there is none, or none from that engine. */
const struct snmp_known *snmp_known_find(struct bytes name, struct bytes engine,
    uint32_t listener);
enum trap_level snmp_known_level(const struct snmp_known *);
bool snmp_engine_is_ours(struct bytes engine);
/*
 * Lets the library read messages of the user from that engine.  *fresh: it could not before, so
 * forget it with snmp_engine_forget() if the message turns out not to be authentic.  ERR_LIMIT.
 */
MUST_USE enum err snmp_engine_know(const struct snmp_known *, struct bytes engine, bool *fresh);
void snmp_engine_forget(const struct snmp_known *, struct bytes engine);

#endif
