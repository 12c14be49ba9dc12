/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where syslog messages begin and end on a stream (RFC 6587, RFC 5425): counted octets, or lines,
 * as each message shows by its first octet.  A message that is too long is cut and the rest of it
 * passed over, so that an endless line takes no memory.  Pure.
 */
#ifndef PROBES_WIRE_SYSLOG_FRAME_H
#define PROBES_WIRE_SYSLOG_FRAME_H

#include "probes/wire/syslog.h"

/* What a stream holds between two reads; all zero at its begin. */
struct syslog_frame {
	uint64_t skip;		/* counted octets still to pass over */
	bool     skip_line;	/* pass over everything to the next end of line */
};

enum syslog_step { SYSLOG_STEP_MORE, SYSLOG_STEP_MESSAGE, SYSLOG_STEP_BROKEN };

/*
 * Takes from the front of what has come: used says how much of it is done with, whatever is
 * returned.  MESSAGE: a view of one, cut at SYSLOG_MESSAGE_MAX if *cut.  MORE: at least
 * SYSLOG_MESSAGE_MAX + 24 octets are never left.  BROKEN: a count that is none (RFC 6587 3.4.1).
 */
enum syslog_step syslog_frame_next(struct syslog_frame *, struct bytes in, size_t *used,
    struct bytes *message, bool *cut);

#endif
