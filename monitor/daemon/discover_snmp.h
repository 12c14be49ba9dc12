/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses "sekimori discover snmp" asks, and as which users: lists of hosts, networks and
 * ranges, all bounded; a file of users with their secrets as files.
 */
#ifndef MONITOR_DAEMON_DISCOVER_SNMP_H
#define MONITOR_DAEMON_DISCOVER_SNMP_H

#include "monitor/daemon/discover.h"

enum {
	SNMP_HOSTS_MAX = 1024,		/* addresses of one command: a /22; refused */
	SNMP_USERS_MAX = 8,		/* tried one after another at each; refused */
	SNMP_WORDS     = 6
};

struct snmp_hosts { char (*host)[DISCOVER_HOST_MAX]; size_t count; };

/*
 * "host", "192.0.2.7", "192.0.2.0/28", "192.0.2.10-192.0.2.20", added to what is there, each once.
 * Of a network its own address and the broadcast address are left out.  ERR_INVALID: it is none of
 * these; ERR_LIMIT.
 */
MUST_USE enum err snmp_hosts_add(struct snmp_hosts *, const char *text, struct why *);
void snmp_hosts_free(struct snmp_hosts *);

/* "USER LEVEL AUTH-PROTOCOL AUTH-FILE PRIVACY-PROTOCOL PRIVACY-FILE"; level says how many. */
struct snmp_user_line { char word[SNMP_WORDS][PATH_TEXT_MAX / 8]; size_t words; };

struct snmp_users { struct snmp_user_line user[SNMP_USERS_MAX]; size_t count; };

/* Lines; empty ones and what begins with "#" are passed over.  The sentence names the line. */
MUST_USE enum err snmp_users_read(struct bytes file, struct snmp_users *, struct why *);
/* The options of the probe for a user; their texts stay the user's. */
MUST_USE enum err snmp_users_options(const struct snmp_user_line *, struct discover_options *,
    struct why *);
/* " user = ...; auth_secret = ...;" for a stanza. */
void snmp_users_stanza(const struct snmp_user_line *, struct buffer *out);

#endif
