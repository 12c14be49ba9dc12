/* SPDX-License-Identifier: Apache-2.0 */
/* Inside hub.c and hub_echo.c: sockets that rounds share.  Others see round.h. */
#ifndef PROBES_HUB_H
#define PROBES_HUB_H

#include "probes/round.h"

enum {
	HUB_SLOTS    = 1024,	/* chains of rounds; a power of two */
	HUB_DATAGRAM = 4096,	/* octets of one; longer is cut, which its codec will see */
	HUB_ECHO     = 8,	/* octets of an echo's header (RFC 792, RFC 4443 4.1) */
	HUB_IDENTIFIERS = 64	/* drawn at once: each draw is a system call */
};

struct hub {
	uv_poll_t               poll;
	int                     fd;
	bool                    echo, raw, retired, busy;
	struct sockaddr_storage source;	/* AF_UNSPEC: the system chooses */
	sa_family_t             family;
	struct machine         *machine;
	struct hub             *next;
	size_t                  rounds, served;
	uint16_t                identifier[HUB_IDENTIFIERS];	/* of a raw one, drawn ahead */
	size_t                  identifiers;	/* of these, not given out yet */
	struct round           *slot[HUB_SLOTS];
};

/* A "ping" socket, else the raw one that was opened in time, else a raw one if we still may; below
 * 0 with errno if neither. */
int          hub_echo_open(struct machine *, sa_family_t, bool *raw);
/* The echo reply in what came; empty if it is none.  Puts its identifier in the place of a port. */
struct bytes hub_echo_reply(const struct hub *, struct sockaddr_storage *peer, struct bytes);
/* A raw message is ours to finish: identifier, and checksum where the kernel makes none. */
void         hub_raw_finish(const struct round *, uint8_t *octets, size_t len);
/* Puts the round's source into a message, for a raw socket, which is bound to none; control has
 * room for 64 octets. */
void         hub_raw_source(const struct round *, struct msghdr *, void *control);
uint8_t      hub_hops(struct msghdr *);	/* TTL or hop limit a datagram came with; 0: not told */

#endif
