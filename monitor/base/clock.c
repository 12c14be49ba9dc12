/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, and what the kernel says of the wall clock's quality (adjtimex, read only). */
#include <stdio.h>
#include <sys/timex.h>
#include <time.h>

#include "monitor/base/clock.h"

static int64_t
clock_read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t
clock_wall_ms(void)
{
	return clock_read_ns(CLOCK_REALTIME) / 1000000;
}

int64_t
clock_wall_us(void)
{
	return clock_read_ns(CLOCK_REALTIME) / 1000;
}

int64_t
clock_monotonic_ns(void)
{
	return clock_read_ns(CLOCK_BOOTTIME);
}

int64_t
clock_awake_us(void)
{
	return clock_read_ns(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_cpu_ns(void)
{
	return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

struct clock_quality
clock_quality(void)
{
	struct timex state = { .modes = 0 };
	struct clock_quality quality = { .synchronised = false };
	int mode = adjtimex(&state);

	quality.synchronised = mode >= 0 && mode != TIME_ERROR && !(state.status & STA_UNSYNC);
	quality.offset_us = state.status & STA_NANO ? state.offset / 1000 : state.offset;
	quality.max_error_us = state.maxerror;
	snprintf(quality.source, sizeof(quality.source), "%s", mode < 0 ? "kernel: no answer" :
	    quality.synchronised ? "kernel: synchronised" : "kernel: not synchronised");
	return quality;
}
