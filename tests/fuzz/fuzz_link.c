/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of a mad process through link_receive and role_take.  First octet: how many descriptors
 * ride along and of what kind; then one packet after another, each with two octets of length.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"

enum { SEALED = 1, ATTACHED = 2, MANY = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Memory that holds the octets, as a body that comes apart. */
static int
memory_of(struct bytes octets, bool sealed)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, octets.at, octets.len) != (ssize_t)octets.len)
		abort();
	if (sealed)
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	return fd;
}

static void
packet_put(int to, struct bytes packet, unsigned how, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = (void *)(uintptr_t)packet.at, .iov_len = packet.len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	size_t count = how & MANY ? 2 : 1;

	if (how & ATTACHED) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		CMSG_FIRSTHDR(&message)->cmsg_len = CMSG_LEN(count * sizeof(int));
		CMSG_FIRSTHDR(&message)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&message)->cmsg_type = SCM_RIGHTS;
		for (size_t i = 0; i < count; i++)
			memcpy(
			    CMSG_DATA(CMSG_FIRSTHDR(&message)) + i * sizeof(int), &fd, sizeof(fd));
	}
	(void)!sendmsg(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	struct role_start *start = memory_new(1, sizeof(*start));
	struct buffer body = { .max = 0 };
	int pair[2];

	if (link_pair(pair, NULL) != ERR_OK)
		abort();
	start->control = -1;
	for (unsigned turn = 0; turn < 16 && !in.failed && in.at < len; turn++) {
		unsigned how = (unsigned)read_be(&in, 1);
		struct bytes packet = read_bytes(&in, read_be(&in, 2) % 2048);
		int fd = memory_of(bytes_slice(packet, 1, packet.len), how & SEALED);
		/* With a sealed memory the packet itself is only its head. */
		struct bytes sent = how & SEALED ? bytes_slice(packet, 0, 1) : packet;
		struct why why = { .err = ERR_OK };
		enum message message;
		int attached;

		if (sent.len > 0)
			packet_put(pair[0], sent, how, fd);
		close(fd);
		if (link_receive(pair[1], &message, &body, &attached) == ERR_OK)
			(void)!role_take(start, message, bytes_of_buffer(&body), attached, &why);
		else if (attached != -1)
			abort();
	}
	close(pair[0]);
	close(pair[1]);
	for (uint32_t i = 0; i < start->links; i++)
		if (start->link[i].fd < 0)
			abort();
	(void)role_file(start, "/a");
	role_end(start);
	buffer_free(&body);
	free(start);
	return 0;
}
