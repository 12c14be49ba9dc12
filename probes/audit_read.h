/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of a cloud's audit log, from files as the clouds deliver them: CloudTrail, Azure Activity
 * Log, Google Cloud audit logs with Access Transparency; whole documents, arrays, or one JSON value
 * after another.  Every octet is a stranger's.  Pure.
 */
#ifndef PROBES_AUDIT_READ_H
#define PROBES_AUDIT_READ_H

#include "monitor/base/bytes.h"

enum audit_kind {
	AUDIT_ACT,		/* of somebody who logged in */
	AUDIT_SERVICE,		/* of a service of the provider, in the customer's name */
	AUDIT_STAFF		/* a notice that staff of the provider had access */
};

enum audit_answer { AUDIT_UNSAID, AUDIT_NO, AUDIT_YES };

struct audit_entry {
	enum audit_kind   kind;
	int64_t           when_ms;
	struct bytes      actor;	/* as the log names who it was */
	struct bytes      address;	/* it came from; what is no address is "" */
	struct bytes      country;	/* only Access Transparency says it itself */
	struct bytes      region;	/* acted on, in its word; or "global"; "" not said */
	struct bytes      act;		/* method, or the reason of a notice */
	enum audit_answer changes;	/* something */
	enum audit_answer second_factor;
};

enum {
	AUDIT_DEPTH_MAX  = 64,		/* of nesting: documented entries have 12 */
	AUDIT_GROUPS_MAX = 400000	/* objects and arrays of one file */
};

typedef void audit_take(void *arg, const struct audit_entry *);

/*
 * Each entry, in the order of the file; views are valid during the call.  form: "cloudtrail",
 * "azure", "google".  unread counts values that are no entries of that form.  ERR_TRUNCATED or
 * ERR_MALFORMED: what came before was taken, and the rest is not known.
 */
MUST_USE enum err audit_read(const char *form, struct bytes, audit_take *, void *arg,
    size_t *unread, struct why *);

/* "aws", "azure", "google"; NULL: no such form. */
const char *audit_provider(const char *form);

#endif
