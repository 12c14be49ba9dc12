/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCP connection that tells how long an answer took, from before the first octet of what was sent
 * left until an octet of the answer had come, and never less than that: by time stamps of the
 * kernel where it gives them, else by this process's own clock, which lies around them.
 */
#ifndef PROBES_STAMP_H
#define PROBES_STAMP_H

#include <sys/socket.h>

#include "monitor/base/bytes.h"

/* Two clocks read at once; width: how long that took at the most. */
struct moment { int64_t monotonic_ns, wall_ns, width_ns; };

struct stamped {
	int           fd;
	bool          open;		/* zeroed memory holds none */
	bool          told;		/* the kernel said when the first octet left: */
	int64_t       left_ns;		/* by its wall clock */
	struct moment sent;		/* before it was handed over */
};

struct stamp {
	int64_t ns;			/* the answer took at most so long */
	bool    kernel;			/* by both stamps of the kernel */
};

/* What an answer took that had come by now; came_ns: by the kernel's wall clock, 0: it did not say.
 * Never less than it took, whatever was done to the wall clock meanwhile. */
struct stamp stamp_make(const struct stamped *, int64_t came_ns, struct moment now);

/* Begins to connect; fd is writable once it is decided.  source: NULL, or an address to send from.
 * text: of an error, in words.  ERR_*: as for EVENT_CLOSED; nothing is open then. */
MUST_USE enum err stamp_open(struct stamped *, const struct sockaddr *to, size_t len,
    const struct sockaddr *source, const char **text);
/* ERR_OK: it is connected. */
MUST_USE enum err stamp_connected(const struct stamped *, const char **text);
/* Sends; the time of answers counts from here.  At most once. */
MUST_USE enum err stamp_begin(struct stamped *, struct bytes, const char **text);
/* Reads what has come, at most max octets; the stamp is of the last of them.  ERR_BUSY: nothing is
 * there yet; ERR_CLOSED: nothing will be; else as for EVENT_CLOSED. */
MUST_USE enum err stamp_take(struct stamped *, uint8_t *out, size_t max, size_t *len,
    struct stamp *, const char **text);
void              stamp_send(struct stamped *, struct bytes);	/* what the kernel takes at once */
/* The kernel has something for us beside data: false if it is an error of the connection. */
bool              stamp_told(struct stamped *);
void              stamp_shutdown(struct stamped *);	/* nothing more is sent */
void              stamp_close(struct stamped *);	/* reads away what is left; twice is fine */

#endif
