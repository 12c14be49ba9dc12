/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded by the story: adds to the wall clock of the processes that load it the nanoseconds
 * found in a mapped file, so that a clock can be stepped without touching the machine's.  Eight
 * octets further stands what the kernel shall say of it: 0 what it says, 1 that it is synchronised,
 * 2 that it is not.  The monotonic clock stays as it is.  Mapped before any sandbox closes the file
 * system.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *offset_ns;

__attribute__((constructor)) static void
clockstep_open(void)
{
	const char *path = getenv("LAB_CLOCK");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at = fd >= 0 ? mmap(NULL, 2 * sizeof(*offset_ns), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

	if (at != MAP_FAILED)
		offset_ns = at;
	if (fd >= 0)
		close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	int code = (int)syscall(SYS_clock_gettime, id, now);

	if (code == 0 && offset_ns != NULL && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
		int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + *offset_ns;

		now->tv_sec = ns / 1000000000;
		now->tv_nsec = ns % 1000000000;
	}
	return code;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	now->tv_sec = ts.tv_sec;
	now->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

int
adjtimex(struct timex *about)
{
	int code = (int)syscall(SYS_adjtimex, about);

	if (offset_ns == NULL || offset_ns[1] == 0)
		return code;
	about->status = offset_ns[1] == 1 ? 0 : STA_UNSYNC;
	return offset_ns[1] == 1 ? TIME_OK : TIME_ERROR;
}
