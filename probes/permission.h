/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permission to try what must be refused: who allowed it, until when, at which hosts, which
 * attempts.  A file in libconfig's syntax, so that the ledger keeps it with the configuration:
 *
 *	permissions = (
 *	  { who = "A. Sato, network security"; until = "2027-03-31"; why = "CHG-1234";
 *	    hosts = [ "192.0.2.11", "*.smf.example.net" ];
 *	    attempts = [ "plaintext", "no-client-certificate" ]; }	# or [ "all" ]
 *	);
 *
 * Pure: the time is an argument.
 */
#ifndef PROBES_PERMISSION_H
#define PROBES_PERMISSION_H

#include "monitor/base/timetext.h"

enum { PERMISSION_TEXT = 160, PERMISSIONS_MAX = 256 };

struct permission;

/*
 * The whole file.  ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence" in why; on success the
 * caller frees *out.  An attempt that no probe knows is not seen here: refusal.h says so.
 */
MUST_USE enum err permission_read(const char *name, struct bytes text, struct permission **out,
    struct why *);
void permission_free(struct permission *);

struct permission_grant {
	char    who[PERMISSION_TEXT], why[PERMISSION_TEXT];
	int64_t until_ms;	/* UTC; the first moment at which it no longer holds */
};

/*
 * True if an attempt at a host (as configured, name or literal) is allowed at now_ms; grant is the
 * one that lasts longest.  False: grant->until_ms is when the last that named it ended, or 0.
 */
bool permission_allows(const struct permission *, const char *host, const char *attempt,
    int64_t now_ms, struct permission_grant *grant);

#endif
