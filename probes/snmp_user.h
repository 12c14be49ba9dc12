/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials, with their keys derived once, and the users made of them in net-snmp's global list:
 * one for each engine, counted by its sessions, so that engines that change leave nothing behind.
 */
#ifndef PROBES_SNMP_USER_H
#define PROBES_SNMP_USER_H

#include "probes/snmp_peer.h"


void snmp_users_begin(void);		/* the empty user of discovery */
/* Fills user, level, protocols and keys of a template; it points into the credential. */
void snmp_credential_apply(struct snmp_credential *, void *library_session);
/* Makes or shares the user of the session's engine. */
MUST_USE enum err snmp_user_take(struct snmp_shared *, const struct snmp_credential *,
    void *library_session, struct snmp_user **, struct why *);
/*
 * The library searches its users from one end for every message, so only those of running rounds
 * are in its list: waking and resting are counted and cost what runs, not what is known.
 */
void snmp_user_wake(struct snmp_user *);
void snmp_user_rest(struct snmp_user *);
void snmp_user_release(struct snmp_shared *, struct snmp_user *);

#endif
