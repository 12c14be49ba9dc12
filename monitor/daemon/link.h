/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links between processes: AF_UNIX SOCK_SEQPACKET pairs.  One packet is one message: an octet
 * that says which (message_list.h; top bit: the body is in a sealed memfd beside it), then its
 * body; a descriptor may ride along.  The kernel frames, bounds, pushes back and says when the
 * peer died.  Nothing that arrives is fatal.
 */
#ifndef MONITOR_DAEMON_LINK_H
#define MONITOR_DAEMON_LINK_H

#include "monitor/base/bytes.h"

enum message {
#define MESSAGE(number, NAME, text) MESSAGE_##NAME = number,
#include "monitor/daemon/message_list.h"
};

/* Both ends non-blocking and close-on-exec. */
MUST_USE enum err link_pair(int fd[2], struct why *);
/* ERR_BUSY: the link is full, try again when writable; ERR_CLOSED: the peer is gone;
 * ERR_LIMIT: body over LINK_MESSAGE_MAX.  attach is -1 or a descriptor to send a copy of. */
MUST_USE enum err link_send(int fd, enum message, struct bytes body, int attach);
/* A body over BLOB_INLINE_MAX goes as a sealed memfd, a smaller one inline; same errors. */
MUST_USE enum err link_send_large(int fd, enum message, struct bytes body);
/* body is replaced (a memfd of link_send_large is read into it, at most BLOB_MAX, or STATE_MAX
 * for BLOB, BUFFER_MAX for PLAN, FILES and CONFIG).  attached is -1 or a descriptor the caller
 * now owns.  ERR_BUSY: nothing there; ERR_CLOSED: the peer is gone; ERR_MALFORMED: not a
 * message, passed over. */
MUST_USE enum err link_receive(int fd, enum message *, struct buffer *body, int *attached);
const char *message_name(uint64_t);

/* A sealed memfd of the octets, which a message may attach; the caller closes it.  -1: none. */
int link_memfd(struct bytes);

#endif
