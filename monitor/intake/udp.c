/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams, many at a time.  What the kernel had to drop before we read is counted by the kernel
 * and told: by the next datagram (SO_RXQ_OVFL), or by the socket itself where none follows
 * (SO_MEMINFO).  What is longer than a message may be is cut and told.
 */
#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "monitor/intake/listen.h"
#include "probes/wire/syslog.h"

enum {
	BATCH   = 64,
	BATCHES = 16,		/* of one listener before others have their turn */
	ROOM    = SYSLOG_MESSAGE_MAX + 1
};

struct datagrams {
	struct mmsghdr          head[BATCH];
	struct iovec            part[BATCH];
	struct sockaddr_storage from[BATCH];
	union { struct cmsghdr align; uint8_t room[CMSG_SPACE(sizeof(uint32_t))]; } control[BATCH];
	uint8_t                 octets[BATCH][ROOM];
};

static struct datagrams datagrams;	/* one thread, and nothing in it outlives its turn */

static void
prepare(struct datagrams *d)
{
	for (size_t i = 0; i < BATCH; i++) {
		d->part[i] = (struct iovec){ .iov_base = d->octets[i], .iov_len = ROOM };
		d->head[i].msg_hdr = (struct msghdr){ .msg_name = &d->from[i],
		    .msg_namelen = sizeof(d->from[i]), .msg_iov = &d->part[i], .msg_iovlen = 1,
		    .msg_control = d->control[i].room,
		    .msg_controllen = sizeof(d->control[i].room) };
	}
}

/* A datagram carries the count of when it was queued, which may be older than what was read. */
static void
drops_take(struct listener *listener, uint32_t drops, const char *sender)
{
	uint32_t more = drops - listener->drops;

	if (more == 0 || more > INT32_MAX)
		return;
	listener->drops = drops;
	intake_lost(listener, LOSS_UNREAD, more, sender);
}

void
listener_dropped(struct listener *listener)
{
	uint32_t about[SK_MEMINFO_VARS];
	socklen_t len = sizeof(about);

	if (listener->fd < 0 || listener->transport != TRANSPORT_UDP ||
	    getsockopt(listener->fd, SOL_SOCKET, SO_MEMINFO, about, &len) != 0 ||
	    len <= SK_MEMINFO_DROPS * sizeof(about[0]))
		return;
	drops_take(listener, about[SK_MEMINFO_DROPS], "");
}

void
listener_drops(struct listener *listener, struct msghdr *head, const char *sender)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(head); part != NULL;
	     part = CMSG_NXTHDR(head, part)) {
		uint32_t drops;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL)
			continue;
		memcpy(&drops, CMSG_DATA(part), sizeof(drops));
		drops_take(listener, drops, sender);
	}
}

static void
datagram_take(struct listener *listener, struct mmsghdr *got, const struct sockaddr *from,
    const uint8_t *octets)
{
	char sender[INCOMING_SENDER];
	size_t len = got->msg_len;

	sender_text(from, sender);
	listener_drops(listener, &got->msg_hdr, sender);
	if (len > SYSLOG_MESSAGE_MAX) {
		intake_lost(listener, LOSS_CUT, 1, sender);
		len = SYSLOG_MESSAGE_MAX;
	}
	listener_message(listener, bytes_of(octets, len), sender);
}

static void
on_datagrams(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;

	(void)status, (void)events;
	for (unsigned turn = 0; turn < BATCHES && !listener->intake->ended; turn++) {
		int count;

		prepare(&datagrams);
		count = recvmmsg(listener->fd, datagrams.head, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < count; i++)
			datagram_take(listener, &datagrams.head[i],
			    (struct sockaddr *)&datagrams.from[i], datagrams.octets[i]);
		if (count < BATCH)
			return;
	}
}

void
udp_start(struct listener *listener)
{
	listener_watch(listener, on_datagrams);
}
