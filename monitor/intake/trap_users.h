/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of SNMPv3 users, one a line:
 *
 *   NAME AUTH AUTH_SECRET PRIV PRIV_SECRET [engine=HEX]
 *   NAME AUTH AUTH_SECRET level=authNoPriv [engine=HEX]
 *   NAME level=noAuthNoPriv [engine=HEX]
 *
 * Less than authPriv is taken only from users whose line says so.
 */
#ifndef MONITOR_INTAKE_TRAP_USERS_H
#define MONITOR_INTAKE_TRAP_USERS_H

#include "monitor/intake/credentials.h"
#include "probes/wire/snmp_head.h"

enum trap_level { TRAP_NO_AUTH = 1, TRAP_AUTH, TRAP_PRIVATE };	/* as RFC 3411 numbers them */

enum { TRAP_USERS_MAX = 64 };	/* of one file: each costs two keys made at the start */

struct trap_user {
	char            name[33];	/* RFC 3414: 32 octets */
	enum trap_level level;		/* at least */
	char            auth[16], privacy[16];		/* "SHA-256", "AES" */
	struct bytes    auth_secret, privacy_secret;	/* views into the file */
	uint8_t         engine[SNMP_ENGINE_MAX];
	size_t          engine_len;	/* 0: any engine */
};

/* ERR_INVALID with the line; ERR_LIMIT.  The protocols' names are the library's to judge. */
MUST_USE enum err trap_users_read(struct bytes file, struct trap_user *, size_t room,
    size_t *count, struct why *);

#endif
