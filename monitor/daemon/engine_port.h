/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A link on the engine's event loop, with a bounded outbox for when the peer is slow.  Messages
 * go out in the order they were given; what does not fit is refused, never dropped.
 */
#ifndef MONITOR_DAEMON_ENGINE_PORT_H
#define MONITOR_DAEMON_ENGINE_PORT_H

#include <uv.h>

#include "monitor/daemon/link.h"

enum { PORT_OUTBOX_MAX = 256 };

struct port;
typedef void port_message(void *arg, enum message, struct bytes body, int attached);
typedef void port_closed(void *arg);	/* the peer is gone; the port is to be closed */

/* Polls the descriptor, which stays the caller's. */
struct port *port_open(uv_loop_t *, int fd, port_message *, port_closed *, void *arg);
/* Stops polling at once, so that the descriptor may be closed; frees later.  NULL is fine. */
void port_close(struct port *);
/* True if that many more messages fit: several that belong together go whole or not at all. */
bool port_room(const struct port *, size_t messages);	/* false for NULL */
/* ERR_BUSY: the outbox is full; ERR_CLOSED: no peer (or NULL); ERR_LIMIT: too long. */
MUST_USE enum err port_send(struct port *, enum message, struct bytes body);
bool port_drained(const struct port *);		/* nothing waits; true for NULL */

#endif
