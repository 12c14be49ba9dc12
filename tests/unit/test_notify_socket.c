/* SPDX-License-Identifier: Apache-2.0 */
/* What a service manager hears: a real datagram socket, by path and in the abstract namespace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/daemon/notify_socket.h"

static int
listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(at.sun_path, name, len);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (const struct sockaddr *)&at,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

static void
hears(const char *name)
{
	struct notify_socket notify;
	char got[64] = "";
	int fd = listen_at(name);

	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	notify_open(&notify);
	assert_null(getenv("NOTIFY_SOCKET"));
	notify_send_line(&notify, "READY=%d\nSTATUS=%s", 1, "watching");
	assert_int_equal(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 23);
	assert_string_equal(got, "READY=1\nSTATUS=watching");
	close(fd);
	/* Nobody listens any more: that is no failure. */
	notify_send_line(&notify, "STOPPING=1");
	notify_close(&notify);
}

static void
test_by_path(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "%s/sekimori-notify-%d", P_tmpdir, (int)getpid());
	hears(name);
	unlink(name);
}

static void
test_abstract(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "@sekimori-notify-%d", (int)getpid());
	hears(name);
}

static void
test_nobody_and_nonsense(void **state)
{
	static const char *const names[] = { "", "relative/path", "/nonexistent/socket", "@" };
	struct notify_socket notify;
	char long_name[300];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[0] = '/';
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
		setenv("NOTIFY_SOCKET", i < sizeof(names) / sizeof(names[0]) ? names[i] : long_name, 1);
		notify_open(&notify);
		assert_int_equal(notify.fd, -1);
		notify_send_line(&notify, "READY=1");
		notify_close(&notify);
	}
}

static void
test_watchdog(void **state)
{
	static const struct { const char *usec; int64_t pid, expected_ns; } cases[] = {
		{ "20000000", 0, INT64_C(10000000000) }, { "20000000", 1, 0 }, { "-5", 0, 0 }, { "x", 0, 0 },
		{ "99999999999999999999999", 0, 0 },
	};
	struct notify_socket notify;
	char pid[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(pid, sizeof(pid), "%lld", (long long)getpid() + cases[i].pid);
		setenv("WATCHDOG_USEC", cases[i].usec, 1);
		setenv("WATCHDOG_PID", pid, 1);
		notify_open(&notify);
		assert_int_equal(notify.watchdog_ns, cases[i].expected_ns);
		assert_null(getenv("WATCHDOG_USEC"));
		notify_close(&notify);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_path),
		cmocka_unit_test(test_abstract),
		cmocka_unit_test(test_nobody_and_nonsense),
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
