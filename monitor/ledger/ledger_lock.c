/* SPDX-License-Identifier: Apache-2.0 */
/* One writer: a file lock beside the database, which the kernel releases when its holder dies. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/ledger/ledger_private.h"

enum { WAIT_MS = 5000, RETRY_MS = 20, LOCK_MODE = 0640 };

/* Waits for a predecessor that is just ending. */
static bool
lock_within(int fd, int64_t wait_ms)
{
	int64_t until_ns = clock_monotonic_ns() + wait_ms * 1000000;
	const struct timespec retry = { .tv_nsec = RETRY_MS * 1000000L };

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || clock_monotonic_ns() >= until_ns)
			return false;
		nanosleep(&retry, NULL);
	}
	return true;
}

static enum err
lock_failed(const char *path, int fd, int number, struct why *why)
{
	char holder[24] = "";
	ssize_t got = pread(fd, holder, sizeof(holder) - 1, 0);

	if (number != EWOULDBLOCK && number != EINTR)
		return why_set(why, ERR_IO, "%s.lock: cannot lock: %s", path, strerror(number));
	holder[got > 0 ? strcspn(holder, "\n") : 0] = '\0';
	return why_set(why, ERR_BUSY,
	    "%s: process %s writes it; there is one writer at a time: stop that "
	    "one first", path, holder[0] != '\0' ? holder : "unknown");
}

enum err
lock_take(const char *path, int *out, struct why *why)
{
	struct buffer name = { 0 }, process = { 0 };
	enum err err = ERR_OK;
	int fd;

	buffer_print(&name, "%s.lock", path);
	fd = open(buffer_text(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
	buffer_free(&name);
	if (fd < 0)
		return why_set(why, errno == EACCES ? ERR_DENIED : ERR_IO,
		    "%s.lock: cannot open: %s", path,
		    strerror(errno));
	if (!lock_within(fd, WAIT_MS)) {
		err = lock_failed(path, fd, errno, why);
		close(fd);
		return err;
	}
	/* Only for the sentence above; on a full disk the lock holds without it. */
	buffer_print(&process, "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, process.at, process.len, 0);
	buffer_free(&process);
	*out = fd;
	return ERR_OK;
}

void
lock_release(int fd)
{
	if (fd >= 0)
		close(fd);
}
