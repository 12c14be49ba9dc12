/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sekimori-witness may ask of the network once it is confined: by itself nothing; where it
 * asks a metadata service, one connection over TCP of IPv4 and nothing that Landlock cannot see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/daemon/sandbox.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "line %d: %s, errno %d\n", __LINE__, #condition, errno); \
			_exit(1); \
		} \
	} while (0)

enum { NO_SECCOMP = 77 };

static int
listens(struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	MUST(bind(fd, (struct sockaddr *)address, len) == 0 && listen(fd, 4) == 0);
	MUST(getsockname(fd, (struct sockaddr *)address, &len) == 0);
	return fd;
}

static bool
refused(int family, int type, int protocol)
{
	return socket(family, type, protocol) == -1 && errno == EPERM;
}

static void
confine(unsigned role)
{
	struct buffer text = { .max = 4096 };
	struct why why = { .err = ERR_OK };

	MUST(user_enter(0, 0, &text, &why) == ERR_OK);
	MUST(seccomp_enter(role, SANDBOX_REFUSE, &text, &why) == ERR_OK);
	if (strstr(buffer_text(&text), "no seccomp") != NULL)
		_exit(NO_SECCOMP);
}

/* As the metadata service is asked; an answer comes back. */
static void
asks(const struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), fault = 1;
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(fault);

	MUST(fd >= 0);
	MUST(connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno == EINPROGRESS);
	MUST(poll(&ready, 1, 3000) == 1);
	MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &len) == 0 && fault == 0);
	MUST(send(fd, "GET", 3, MSG_NOSIGNAL) == 3);
	close(fd);
}

static void
work_imds(void)
{
	struct sockaddr_in address;
	char octet = 'x';
	struct iovec piece = { &octet, 1 };
	struct msghdr message = { .msg_name = &address, .msg_namelen = sizeof(address),
	    .msg_iov = &piece, .msg_iovlen = 1 };
	int listener = listens(&address), fd, pair[2];

	confine(S_WITNESS_IMDS);
	asks(&address);
	MUST(accept4(listener, NULL, NULL, SOCK_CLOEXEC) >= 0);
	MUST(refused(AF_UNIX, SOCK_STREAM, 0) && refused(AF_UNIX, SOCK_DGRAM, 0));
	MUST(refused(AF_NETLINK, SOCK_RAW, 0) && refused(AF_INET6, SOCK_STREAM, 0));
	MUST(refused(AF_INET, SOCK_DGRAM, 0) && refused(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	MUST(refused(AF_INET, SOCK_RAW, 0) && refused(AF_INET, SOCK_SEQPACKET, 0));
	/* Streams that Landlock does not take for TCP. */
	MUST(refused(AF_INET, SOCK_STREAM, 262) && refused(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 && errno == EPERM);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	MUST(bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 && errno == EPERM);
	MUST(listen(fd, 1) == -1 && errno == EPERM);
	/* It connects without the call that Landlock looks at. */
	MUST(sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&address,
	    sizeof(address)) == -1 && errno == EPERM);
	MUST(sendmsg(fd, &message, MSG_FASTOPEN | MSG_NOSIGNAL) == -1 && errno == EPERM);
}

static void
work_alone(void)
{
	struct sockaddr_in address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	listens(&address);
	confine(S_WITNESS);
	MUST(refused(AF_INET, SOCK_STREAM, 0) && refused(AF_UNIX, SOCK_STREAM, 0));
	MUST(refused(AF_NETLINK, SOCK_RAW, 0) && refused(AF_INET, SOCK_DGRAM, 0));
	MUST(connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1 && errno == EPERM);
}

static void
child(void (*work)(void))
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SECCOMP)
		skip();
	assert_int_equal(status, 0);
}

static void
test_imds(void **state)
{
	(void)state;
	child(work_imds);
}

static void
test_alone(void **state)
{
	(void)state;
	child(work_alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_imds),
		cmocka_unit_test(test_alone) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
