/* SPDX-License-Identifier: Apache-2.0 */
/* Whom an SNMPv3 agent is asked as: words of the configuration, and the keys derived from them once
 * for all targets that share them. */
#ifndef PROBES_SNMP_CREDENTIAL_H
#define PROBES_SNMP_CREDENTIAL_H

#include "monitor/base/hash.h"
#include "probes/wire/snmp.h"
#include "probes/wire/usm.h"

enum { SNMP_CONTEXT_MAX = 255 };

struct snmp_words {			/* as configured */
	const char  *user, *level, *auth, *privacy, *context;
	struct bytes auth_secret, privacy_secret;
};

struct snmp_credential {
	struct snmp_credential *next;
	struct hash             hash;		/* of everything in it */
	unsigned                users;
	char                    user[SNMP_USER_MAX + 1], context[SNMP_CONTEXT_MAX + 1];
	char                    security[80];	/* "authPriv SHA-256 AES": for the fact */
	unsigned                flags;		/* SNMP_FLAG_AUTHENTIC, SNMP_FLAG_PRIVATE */
	enum usm_auth           auth;
	enum usm_privacy        privacy;
	struct usm_key          auth_master, privacy_master;
};

struct snmp_credentials { struct snmp_credential *first; };

/* Looks up or derives the keys.  ERR_INVALID: the sentence says which option is wrong. */
MUST_USE enum err snmp_credential_find(struct snmp_credentials *, const struct snmp_words *,
    struct snmp_credential **, struct why *);
void snmp_credential_free(struct snmp_credentials *, struct snmp_credential *);	/* or NULL */

#endif
