/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms before what evidence of hardware rests on ends (attest/ending.h): certificates and lists
 * that a witness or a delivery brings, entries of registers and policies.  Made of the folded
 * facts alone: what should stand is compared with what stands, so that a restart neither loses nor
 * repeats one.  An alarm ends when evidence that rests on what lasts longer was accepted, or its
 * target is gone; evidence that is no longer accepted keeps it.  Pure: now is the state's.
 *
 * What "downloads" watches of the target's own files (download_alarm_ms) is told there, not here.
 */
#ifndef MONITOR_DAEMON_ENDING_WATCH_H
#define MONITOR_DAEMON_ENDING_WATCH_H

#include "monitor/state/state.h"

#define ENDING_SOURCE "sekimori/evidence"	/* of these alarms */

enum { ENDING_CAUSE = 160 };

/* One alarm that should begin, or end. */
struct ending_change {
	bool        raise;
	char        subject[SUBJECT_NAME];	/* "target:NAME" */
	char        key[NAME_MAX_LEN];
	char        cause[ENDING_CAUSE];	/* until when, in JST and UTC, and what */
	const char *title;			/* English, marked for translation */
};

/* The first change that is due; false: all is as it should be. */
bool ending_watch(const struct state *, struct ending_change *);
/* The same as a SIGNAL record, which points into the change; role and time are the caller's. */
void ending_signal(const struct ending_change *, struct record *);

#endif
