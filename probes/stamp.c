/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps of Linux on a TCP socket (SO_TIMESTAMPING): one when the first octet leaves, one with
 * each octet that comes.  They are of the wall clock, which may be stepped or lose time: what it
 * lost against the monotonic clock meanwhile is added to what they say.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Behind time.h, which they need and do not include. */
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "probes/stamp.h"

enum { TRIES = 3, CONTROL = 256, REST_MAX = 64 << 10 };

static const int64_t second_ns = 1000000000;

static int64_t
ns_of(struct timespec at)
{
	return (int64_t)at.tv_sec * second_ns + at.tv_nsec;
}

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec at = { 0, 0 };

	clock_gettime(clock, &at);
	return ns_of(at);
}

/* Interrupted in between, the two would belong to different moments: the narrowest of three. */
static struct moment
moment_now(void)
{
	struct moment best = { 0, 0, INT64_MAX };

	for (int i = 0; i < TRIES; i++) {
		int64_t before = clock_ns(CLOCK_MONOTONIC), wall = clock_ns(CLOCK_REALTIME);
		int64_t after = clock_ns(CLOCK_MONOTONIC);

		if (after - before < best.width_ns)
			best = (struct moment){ before, wall, after - before };
	}
	return best;
}

static enum err
err_of(int number, const char **text)
{
	*text = strerror(number);
	switch (number) {
	case ECONNREFUSED: return ERR_REFUSED;
	case ECONNRESET: case EPIPE: case ECONNABORTED: return ERR_CLOSED;
	case ENETUNREACH: case EHOSTUNREACH: case EADDRNOTAVAIL: return ERR_UNREACHABLE;
	case ETIMEDOUT: return ERR_TIMEOUT;
	case EACCES: case EPERM: return ERR_DENIED;
	default: return ERR_IO;
	}
}

static socklen_t
length_of(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
	    sizeof(struct sockaddr_in);
}

enum err
stamp_open(struct stamped *stamped, const struct sockaddr *to, size_t len,
    const struct sockaddr *source, const char **text)
{
	/* Asked for with each message that is to have one, the stamp of sending is not here. */
	const int flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
	    SOF_TIMESTAMPING_OPT_TSONLY;
	enum err err = ERR_OK;

	*stamped = (struct stamped){ .fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0) };
	if (stamped->fd < 0)
		return err_of(errno, text);
	stamped->open = true;
	/* A kernel that knows none leaves this process's clock. */
	(void)setsockopt(stamped->fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags));
	if (source != NULL && bind(stamped->fd, source, length_of(source)) != 0)
		err = err_of(errno, text);
	else if (connect(stamped->fd, to, (socklen_t)len) != 0 && errno != EINPROGRESS)
		err = err_of(errno, text);
	if (err != ERR_OK)
		stamp_close(stamped);
	return err;
}

enum err
stamp_connected(const struct stamped *stamped, const char **text)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(stamped->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	return error != 0 ? err_of(error, text) : ERR_OK;
}

/*
 * The stamp is asked for the first octet alone, and the rest follows in the same segment: a peer
 * that opens its window by little and little would else have the challenge before its stamp.
 */
static bool
first_send(int fd, uint8_t octet)
{
	struct iovec part = { .iov_base = &octet, .iov_len = 1 };
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint32_t))] = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
	    .msg_controllen = sizeof(control) };
	const uint32_t asked = SOF_TIMESTAMPING_TX_SOFTWARE;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SO_TIMESTAMPING;
	header->cmsg_len = CMSG_LEN(sizeof(asked));
	memcpy(CMSG_DATA(header), &asked, sizeof(asked));
	if (sendmsg(fd, &message, MSG_MORE | MSG_NOSIGNAL) == 1)
		return true;
	return errno == EINVAL && send(fd, &octet, 1, MSG_MORE | MSG_NOSIGNAL) == 1;
}

enum err
stamp_begin(struct stamped *stamped, struct bytes octets, const char **text)
{
	stamped->sent = moment_now();
	if (!first_send(stamped->fd, octets.at[0]))
		return err_of(errno, text);
	/* An empty socket takes a ClientHello whole. */
	if (send(stamped->fd, octets.at + 1, octets.len - 1, MSG_NOSIGNAL) !=
	    (ssize_t)octets.len - 1)
		return err_of(errno != EAGAIN ? errno : ENOBUFS, text);
	(void)stamp_told(stamped);
	return ERR_OK;
}

/* The software stamp among the control messages; 0 if there is none. */
static int64_t
stamp_of(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	for (; header != NULL; header = CMSG_NXTHDR(message, header)) {
		struct scm_timestamping stamps;

		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SO_TIMESTAMPING ||
		    header->cmsg_len < CMSG_LEN(sizeof(stamps)))
			continue;
		memcpy(&stamps, CMSG_DATA(header), sizeof(stamps));
		return ns_of(stamps.ts[0]);
	}
	return 0;
}

/* The first is the one that counts: a segment that was lost is stamped again. */
bool
stamp_told(struct stamped *stamped)
{
	bool any = false;

	for (;;) {
		_Alignas(struct cmsghdr) uint8_t control[CONTROL];
		struct msghdr message = { .msg_control = control, .msg_controllen = CONTROL };
		int64_t at;

		if (recvmsg(stamped->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return any;
		any = true;
		at = stamp_of(&message);
		if (at != 0 && !stamped->told) {
			stamped->told = true;
			stamped->left_ns = at;
		}
	}
}

struct stamp
stamp_make(const struct stamped *stamped, int64_t came_ns, struct moment now)
{
	const struct moment *sent = &stamped->sent;
	struct stamp own = { now.monotonic_ns + now.width_ns - sent->monotonic_ns, false };
	int64_t lost, ns;

	if (!stamped->told || came_ns == 0)
		return own;
	/* What the wall clock lost against the monotonic one is missing in its difference. */
	lost = (now.monotonic_ns - sent->monotonic_ns) - (now.wall_ns - sent->wall_ns);
	ns = came_ns - stamped->left_ns + (lost > 0 ? lost : 0) + now.width_ns + sent->width_ns;
	/* Its stamps lie between ours; what does not is not of this answer. */
	if (came_ns < stamped->left_ns || ns > own.ns)
		return own;
	return (struct stamp){ ns, true };
}

enum err
stamp_take(struct stamped *stamped, uint8_t *out, size_t max, size_t *len, struct stamp *stamp,
    const char **text)
{
	struct iovec part = { .iov_base = out, .iov_len = max };
	_Alignas(struct cmsghdr) uint8_t control[CONTROL];
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
	    .msg_controllen = CONTROL };
	ssize_t got = recvmsg(stamped->fd, &message, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_BUSY;
	if (got < 0)
		return err_of(errno, text);
	if (got == 0) {
		*text = "the peer closed the connection";
		return ERR_CLOSED;
	}
	if (!stamped->told)
		(void)stamp_told(stamped);
	*len = (size_t)got;
	*stamp = stamp_make(stamped, stamp_of(&message), moment_now());
	return ERR_OK;
}

void
stamp_send(struct stamped *stamped, struct bytes octets)
{
	if (stamped->open && octets.len > 0)
		(void)!send(stamped->fd, octets.at, octets.len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
stamp_shutdown(struct stamped *stamped)
{
	if (stamped->open)
		shutdown(stamped->fd, SHUT_WR);
}

/* Unread octets would make the kernel reset a connection that ended well. */
void
stamp_close(struct stamped *stamped)
{
	uint8_t rest[4096];
	size_t left = REST_MAX;
	ssize_t got;

	if (!stamped->open)
		return;
	while (left >= sizeof(rest) &&
	    (got = recv(stamped->fd, rest, sizeof(rest), MSG_DONTWAIT)) > 0)
		left -= (size_t)got;
	close(stamped->fd);
	stamped->open = false;
}
