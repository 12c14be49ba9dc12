/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader reads: the daemon's ledger (by -c, --state or the defaults) or any file given
 * with --ledger, with what is needed to fold it.
 */
#ifndef REPORTS_REPORT_SOURCE_H
#define REPORTS_REPORT_SOURCE_H

#include "monitor/base/limits.h"
#include "monitor/replay/replay.h"

struct report_source {
	char           path[PATH_TEXT_MAX];
	char           cache[PATH_TEXT_MAX];	/* folder of snapshots, or "" */
	struct ledger *ledger;
	struct ledger *shelf;		/* a second handle, for blobs and values on a walk */
	struct replay *replay;
};

/*
 * config, state and file may be NULL.  A file without a write-ahead log beside it is a copy that
 * nobody writes.  The sentence says what was looked for and what to do.
 */
MUST_USE enum err report_open(struct report_source *, const char *config, const char *state,
    const char *file, struct why *);
void report_close(struct report_source *);
/* Blobs through the shelf. */
struct blob_source report_blobs(struct report_source *);
/* What a person said, escaped; "(withheld)" if the value is not there. */
void report_said(struct report_source *, struct hash commitment, struct buffer *out);

#endif
