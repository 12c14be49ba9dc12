/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify without libsystemd: the protocol is one datagram (sd_notify(3), Notes). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/daemon/notify_socket.h"

static int
socket_open(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd;

	if ((name[0] != '/' && name[0] != '@') || len >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, name, len);
	if (name[0] == '@')
		to.sun_path[0] = '\0';	/* the abstract namespace, unix(7) */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void
notify_open(struct notify_socket *out)
{
	const char *name = getenv("NOTIFY_SOCKET"), *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	*out = (struct notify_socket){ .fd = name != NULL ? socket_open(name) : -1 };
	if (usec != NULL && (pid == NULL || strtoll(pid, NULL, 10) == (long long)getpid())) {
		long long value = strtoll(usec, NULL, 10);

		if (value > 0 && value < INT64_MAX / 1000)
			out->watchdog_ns = (int64_t)value * 1000 / 2;
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_send_line(const struct notify_socket *to, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	int len;

	if (to->fd < 0)
		return;
	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len > 0)
		(void)!send(to->fd, text,
		    (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1, MSG_NOSIGNAL);
}

void
notify_close(struct notify_socket *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
}
