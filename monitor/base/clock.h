/* SPDX-License-Identifier: Apache-2.0 */
/* The only reader of clocks.  Pure folders never include this. */
#ifndef MONITOR_BASE_CLOCK_H
#define MONITOR_BASE_CLOCK_H

#include "monitor/base/err.h"

struct clock_quality {
	bool    synchronised;		/* the kernel says a time source disciplines the clock */
	int64_t offset_us;		/* kernel's estimate of the current offset */
	int64_t max_error_us;		/* kernel's bound of the error; grows while undisciplined */
	char    source[32];		/* "kernel: synchronised" or "kernel: not synchronised" */
};

int64_t clock_wall_ms(void);		/* UTC, may step */
int64_t clock_wall_us(void);
/* Never steps, and goes on while the machine is suspended; meaningless outside this boot. */
int64_t clock_monotonic_ns(void);
int64_t clock_awake_us(void);		/* the same without suspends: what systemd asks for */
int64_t clock_cpu_ns(void);		/* CPU time of this process: for benches */
struct clock_quality clock_quality(void);

#endif
