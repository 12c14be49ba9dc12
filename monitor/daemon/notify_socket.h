/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words to the service manager (sd_notify protocol): datagrams of "NAME=value" lines to the
 * socket that NOTIFY_SOCKET names.  Without a service manager every call does nothing.
 */
#ifndef MONITOR_DAEMON_NOTIFY_SOCKET_H
#define MONITOR_DAEMON_NOTIFY_SOCKET_H

#include "monitor/base/err.h"

struct notify_socket {
	int     fd;		/* -1: nobody listens */
	int64_t watchdog_ns;	/* send "WATCHDOG=1" this often; 0: not asked for */
};

/* Reads and removes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID: no role inherits them. */
void notify_open(struct notify_socket *);
void notify_send_line(const struct notify_socket *, const char *fmt, ...) PRINTF(2, 3);
void notify_close(struct notify_socket *);

#endif
