/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links between processes over AF_UNIX SOCK_SEQPACKET.  The first octet of a packet names the
 * message; its top bit says that the body is in the descriptor beside it, a sealed memfd.  A
 * receiver believes nothing: length, seals and descriptors are checked, what is wrong is dropped.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"

enum { HEAD_APART = 0x80, SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

const char *
message_name(uint64_t number)
{
	switch (number) {
#define MESSAGE(number, NAME, text) case number: return #NAME;
#include "monitor/daemon/message_list.h"
	default:
		return NULL;
	}
}

enum err
link_pair(int fd[2], struct why *why)
{
	fd[0] = fd[1] = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) != 0)
		return why_set(
		    why, ERR_IO, "cannot make a link between processes: %s", strerror(errno));
	return ERR_OK;
}

/* Configuration travels whole; everything else is at most one piece of evidence. */
static size_t
message_max(unsigned message)
{
	switch (message) {
	case MESSAGE_PLAN:
	case MESSAGE_FILES:
	case MESSAGE_CONFIG:
		return BUFFER_MAX;
	case MESSAGE_BLOB:		/* evidence is shorter; the canonical state is not */
		return STATE_MAX;
	default:
		return BLOB_MAX;
	}
}

static enum err
send_error(int error)
{
	switch (error) {
	case EAGAIN:
	case ENOBUFS:
	case ETOOMANYREFS:
		return ERR_BUSY;
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return ERR_CLOSED;
	case EMSGSIZE:
		return ERR_LIMIT;
	default:
		return ERR_IO;
	}
}

static enum err
packet_send(int fd, uint8_t head, struct bytes body, int attach)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part[2] = {
		{ .iov_base = &head, .iov_len = 1 },
		{ .iov_base = (void *)(uintptr_t)body.at, .iov_len = body.len },
	};
	struct msghdr packet = { .msg_iov = part, .msg_iovlen = body.len > 0 ? 2 : 1 };
	ssize_t sent;

	if (attach >= 0) {
		packet.msg_control = control.room;
		packet.msg_controllen = sizeof(control.room);
		*CMSG_FIRSTHDR(&packet) = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
		    .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&packet)), &attach, sizeof(attach));
	}
	do
		sent = sendmsg(fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? send_error(errno) : ERR_OK;
}

enum err
link_send(int fd, enum message message, struct bytes body, int attach)
{
	if (body.len > LINK_MESSAGE_MAX)
		return ERR_LIMIT;
	return packet_send(fd, (uint8_t)message, body, attach);
}

int
link_memfd(struct bytes body)
{
	int fd = memfd_create("sekimori", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;

	while (fd >= 0 && done < body.len) {
		ssize_t put = write(fd, body.at + done, body.len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)put;
	}
	if (fd >= 0 && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

enum err
link_send_large(int fd, enum message message, struct bytes body)
{
	enum err err;
	int apart;

	if (body.len <= BLOB_INLINE_MAX)
		return link_send(fd, message, body, -1);
	if (body.len > message_max(message))
		return ERR_LIMIT;
	apart = link_memfd(body);
	if (apart < 0)
		return ERR_IO;
	err = packet_send(fd, (uint8_t)(message | HEAD_APART), bytes_of(NULL, 0), apart);
	close(apart);
	return err;
}

/* The first descriptor that came; any others a stranger added are closed. */
static int
take_descriptor(struct msghdr *packet)
{
	int kept = -1;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(packet); part != NULL;
	     part = CMSG_NXTHDR(packet, part)) {
		size_t count;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS ||
		    part->cmsg_len < CMSG_LEN(0))
			continue;
		count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(fd));
			if (kept < 0)
				kept = fd;
			else
				close(fd);
		}
	}
	return kept;
}

/* Reads a body that came apart.  Only sealed memory is believed: it cannot change or end early. */
static enum err
read_apart(int fd, unsigned message, struct buffer *body)
{
	struct stat about;
	int seals = fcntl(fd, F_GET_SEALS);
	size_t size;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &about) != 0 || about.st_size < 0)
		return ERR_MALFORMED;
	size = (size_t)about.st_size;
	if (size > message_max(message))
		return ERR_MALFORMED;
	if (body->cap < size + 1) {
		body->at = memory_resize(body->at, size + 1, 1);
		body->cap = size + 1;
	}
	while (body->len < size) {
		ssize_t got = pread(fd, body->at + body->len, size - body->len, (off_t)body->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_MALFORMED;
		body->len += (size_t)got;
	}
	return ERR_OK;
}

/*
 * One packet.  A peer that dies with our packets unread makes one recvmsg fail with ECONNRESET
 * while its own last packets still wait behind it: the kernel reports that once, so ask again.
 */
static ssize_t
packet_receive(int fd, struct msghdr *packet)
{
	size_t room = packet->msg_controllen;
	bool reset = false;
	ssize_t got;

	for (;;) {
		packet->msg_controllen = room;
		got = recvmsg(fd, packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got >= 0 || (errno != EINTR && (errno != ECONNRESET || reset)))
			return got;
		reset = reset || errno == ECONNRESET;
	}
}

/* What the packet says, now that it is in memory; attached is taken over or closed. */
static enum err
packet_open(uint8_t head, enum message *message, struct buffer *body, int *attached)
{
	unsigned number = head & (HEAD_APART - 1);
	enum err err = ERR_OK;

	if (message_name(number) == NULL)
		err = ERR_MALFORMED;
	else if (head & HEAD_APART)
		err = *attached < 0 || body->len > 0 ? ERR_MALFORMED
		                                     : read_apart(*attached, number, body);
	if (*attached >= 0 && (err != ERR_OK || (head & HEAD_APART))) {
		close(*attached);
		*attached = -1;
	}
	if (err != ERR_OK)
		buffer_reset(body);
	*message = err == ERR_OK ? (enum message)number : 0;
	return err;
}

enum err
link_receive(int fd, enum message *message, struct buffer *body, int *attached)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int))]; } control;
	uint8_t head = 0;
	struct iovec part[2] = { { .iov_base = &head, .iov_len = 1 } };
	struct msghdr packet = { .msg_iov = part, .msg_iovlen = 2, .msg_control = control.room,
	    .msg_controllen = sizeof(control.room) };
	ssize_t got;

	*message = 0;
	*attached = -1;
	buffer_reset(body);
	if (body->cap < LINK_MESSAGE_MAX + 1) {
		body->at = memory_resize(body->at, LINK_MESSAGE_MAX + 1, 1);
		body->cap = LINK_MESSAGE_MAX + 1;
	}
	part[1] = (struct iovec){ .iov_base = body->at, .iov_len = LINK_MESSAGE_MAX };
	got = packet_receive(fd, &packet);
	if (got < 0)
		return errno == EAGAIN ? ERR_BUSY : ERR_CLOSED;
	*attached = take_descriptor(&packet);
	/* The kernel shows an empty packet and the end alike; nobody of ours sends the former. */
	if (got == 0) {
		if (*attached >= 0)
			close(*attached);
		*attached = -1;
		return ERR_CLOSED;
	}
	if (packet.msg_flags & MSG_TRUNC)
		head = 0;
	else
		body->len = (size_t)got - 1;
	return packet_open(head, message, body, attached);
}
