/* SPDX-License-Identifier: Apache-2.0 */
/* The asking side of the admin socket: one connection, one packet there, one back. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/admin.h"
#include "monitor/daemon/admin_client.h"

enum { ANSWER_MS = 30000, LONG_ANSWER_MS = 600000, ANSWER_OCTETS = 96 << 10 };

static enum err
dial(const char *state_dir, int *fd, struct why *why)
{
	struct sockaddr_un address;
	int dir, failed = 0;

	if (!admin_address(state_dir, &address, &dir))
		return why_set(why, ERR_CLOSED,
		    "there is no state folder %s: is this the machine, and "
		    "the configuration, of the daemon?", state_dir);
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0 || connect(*fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		failed = errno;
	if (dir >= 0)
		close(dir);
	if (failed == 0)
		return ERR_OK;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	if (failed == ENOENT || failed == ECONNREFUSED || failed == ENOTDIR)
		return why_set(why, ERR_CLOSED, "the daemon is not running on %s; start it with "
		    "\"sekimori run\"", state_dir);
	if (failed == EAGAIN)
		return why_set(why, ERR_BUSY, "too many others are asking the daemon; try again");
	if (failed == EACCES)
		return why_set(why, ERR_DENIED,
		    "%s/admin.sock cannot be reached by this user: a folder "
		    "above it is closed", state_dir);
	return why_set(why, ERR_IO, "cannot reach the daemon at %s/admin.sock: %s", state_dir,
	    strerror(failed));
}

static enum err
wait_answer(int fd, int64_t time_ms, uint8_t *packet, size_t *len, struct why *why)
{
	int64_t until = clock_monotonic_ns() / 1000000 + time_ms;

	for (;;) {
		int64_t left = until - clock_monotonic_ns() / 1000000;
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (left <= 0)
			return why_set(why, ERR_TIMEOUT,
			    "the daemon did not answer in %d s; look at the "
			    "timeline before asking again", (int)(time_ms / 1000));
		if (poll(&wait, 1, (int)left) < 0 && errno != EINTR)
			return why_set(why, ERR_IO, "poll: %s", strerror(errno));
		got = recv(fd, packet, ANSWER_OCTETS, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return why_set(why, ERR_CLOSED,
			    "the daemon ended the connection without an answer; "
			    "look at the timeline before asking again");
		*len = (size_t)got;
		return ERR_OK;
	}
}

static enum err
read_answer(struct bytes packet, struct buffer *answer, struct why *why)
{
	struct bytes sentence;
	enum err said;
	uint64_t seq;
	enum err err = admin_reply_read(packet, &said, &sentence, &seq, why);
	char *safe;

	if (err != ERR_OK)
		return err;
	safe = memory_new(4 * sentence.len + 1, 1);
	text_escape((const char *)sentence.at, sentence.len, safe, 4 * sentence.len + 1);
	if (said != ERR_OK)
		err = why_set(why, said, "%s", safe);
	else
		buffer_put_text(answer, safe);
	free(safe);
	return err;
}

enum err
admin_request(const char *state_dir, enum act act, uint64_t incident, const char *text,
    struct buffer *answer, struct why *why)
{
	int64_t time_ms = act == ACT_ACK || act == ACT_NOTE ? ANSWER_MS : LONG_ANSWER_MS;
	struct buffer body = { .max = 0 };
	struct admin_request check;
	uint8_t *packet = memory_new(ANSWER_OCTETS, 1);
	size_t len = 0;
	int fd = -1;
	enum err err;

	admin_request_put(&body, act, incident, bytes_of_text(text));
	err = admin_request_read(bytes_of_buffer(&body), &check, why);
	if (err == ERR_OK)
		err = dial(state_dir, &fd, why);
	if (err == ERR_OK && send(fd, body.at, body.len, MSG_NOSIGNAL) != (ssize_t)body.len)
		err = why_set(why, ERR_CLOSED, "the daemon takes no question now: %s",
		    strerror(errno));
	if (err == ERR_OK)
		err = wait_answer(fd, time_ms, packet, &len, why);
	if (err == ERR_OK)
		err = read_answer(bytes_of(packet, len), answer, why);
	if (fd >= 0)
		close(fd);
	buffer_free(&body);
	free(packet);
	return err;
}
