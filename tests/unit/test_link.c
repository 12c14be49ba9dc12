/* SPDX-License-Identifier: Apache-2.0 */
/* Links against real processes and hostile packets: none of them may hurt or leak a descriptor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"

struct fixture {
	int            fd[2];
	struct buffer  body;
	enum message   message;
	int            attached;
};

static unsigned
descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static int
setup(void **state)
{
	struct fixture *f = memory_new(1, sizeof(*f));

	*state = f;
	return link_pair(f->fd, NULL) == ERR_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	close(f->fd[0]);
	close(f->fd[1]);
	buffer_free(&f->body);
	free(f);
	return 0;
}

static enum err
receive(struct fixture *f)
{
	return link_receive(f->fd[1], &f->message, &f->body, &f->attached);
}

/* A packet as no sender of ours makes it: any octets, any number of descriptors. */
static void
raw_send(int to, const void *octets, size_t len, const int *fds, size_t count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(16 * sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = (void *)(uintptr_t)octets, .iov_len = len };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1 };

	if (count > 0) {
		packet.msg_control = control.room;
		packet.msg_controllen = CMSG_SPACE(count * sizeof(int));
		CMSG_FIRSTHDR(&packet)->cmsg_len = CMSG_LEN(count * sizeof(int));
		CMSG_FIRSTHDR(&packet)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&packet)->cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&packet)), fds, count * sizeof(int));
	}
	assert_int_equal(sendmsg(to, &packet, MSG_NOSIGNAL), (ssize_t)len);
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(receive(f), ERR_BUSY);
	assert_int_equal(link_send(f->fd[0], MESSAGE_RECORD, bytes_of_text("abc"), -1), ERR_OK);
	assert_int_equal(link_send(f->fd[0], MESSAGE_READY, bytes_of(NULL, 0), -1), ERR_OK);
	assert_int_equal(receive(f), ERR_OK);
	assert_int_equal(f->message, MESSAGE_RECORD);
	assert_int_equal(f->attached, -1);
	assert_true(bytes_equal(bytes_of_buffer(&f->body), bytes_of_text("abc")));
	assert_int_equal(receive(f), ERR_OK);
	assert_int_equal(f->message, MESSAGE_READY);
	assert_int_equal(f->body.len, 0);
	assert_int_equal(receive(f), ERR_BUSY);
}

static void
test_bounds_and_pressure(void **state)
{
	struct fixture *f = *state;
	uint8_t *octets = memory_new(LINK_MESSAGE_MAX + 1, 1);
	struct bytes whole = bytes_of(octets, LINK_MESSAGE_MAX);
	unsigned sent = 0;
	enum err err;

	assert_int_equal(
	    link_send(f->fd[0], MESSAGE_BLOB, bytes_of(octets, LINK_MESSAGE_MAX + 1), -1),
	    ERR_LIMIT);
	assert_int_equal(link_send(f->fd[0], MESSAGE_BLOB, whole, -1), ERR_OK);
	assert_int_equal(receive(f), ERR_OK);
	assert_true(bytes_equal(bytes_of_buffer(&f->body), whole));
	while ((err = link_send(f->fd[0], MESSAGE_RECORD, bytes_of(octets, 1024), -1)) == ERR_OK &&
	    sent < 100000)
		sent++;
	assert_int_equal(err, ERR_BUSY);
	assert_in_range(sent, 60, 5000);
	while (sent-- > 0)
		assert_int_equal(receive(f), ERR_OK);
	assert_int_equal(receive(f), ERR_BUSY);
	assert_int_equal(link_send(f->fd[0], MESSAGE_RECORD, whole, -1), ERR_OK);
	free(octets);
}

static void
test_large(void **state)
{
	static const size_t lens[] = { 0, BLOB_INLINE_MAX, BLOB_INLINE_MAX + 1, BLOB_MAX };
	struct fixture *f = *state;
	uint8_t *octets = memory_new(BLOB_MAX + 1, 1);
	unsigned before = descriptors();

	for (size_t i = 0; i <= BLOB_MAX; i++)
		octets[i] = (uint8_t)(i * 31 >> 3);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		assert_int_equal(
		    link_send_large(f->fd[0], MESSAGE_BLOB, bytes_of(octets, lens[i])), ERR_OK);
		assert_int_equal(receive(f), ERR_OK);
		assert_int_equal(f->message, MESSAGE_BLOB);
		assert_int_equal(f->attached, -1);
		assert_true(bytes_equal(bytes_of_buffer(&f->body), bytes_of(octets, lens[i])));
	}
	assert_int_equal(
	    link_send_large(f->fd[0], MESSAGE_BLOB, bytes_of(octets, STATE_MAX + 1)), ERR_LIMIT);
	assert_int_equal(
	    link_send_large(f->fd[0], MESSAGE_PLAN, bytes_of(octets, BLOB_MAX + 1)), ERR_OK);
	assert_int_equal(receive(f), ERR_OK);
	assert_int_equal(f->body.len, BLOB_MAX + 1);
	assert_int_equal(descriptors(), before);
	free(octets);
}

static void
test_descriptor(void **state)
{
	struct fixture *f = *state;
	int end[2];
	char octet = 0;

	assert_int_equal(pipe(end), 0);
	assert_int_equal(link_send(f->fd[0], MESSAGE_LINK, bytes_of_text("x"), end[1]), ERR_OK);
	close(end[1]);
	assert_int_equal(receive(f), ERR_OK);
	assert_true(f->attached >= 0);
	assert_true(fcntl(f->attached, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(f->attached, "!", 1), 1);
	assert_int_equal(read(end[0], &octet, 1), 1);
	assert_int_equal(octet, '!');
	close(f->attached);
	close(end[0]);
}

static int
memory_file(size_t size, int seals)
{
	int fd = memfd_create("hostile", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	if (seals != 0)
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

/* Each is passed over, leaves no descriptor behind, and the next good message still arrives. */
static void
test_hostile(void **state)
{
	struct fixture *f = *state;
	int sealed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int many[8], unsealed = memory_file(100, 0),
	             huge = memory_file((size_t)STATE_MAX + 1, sealed);
	int loose = memory_file(100, F_SEAL_WRITE),
	    device = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	uint8_t *long_packet = memory_new(150000, 1);
	unsigned before = descriptors();

	for (size_t i = 0; i < 8; i++)
		many[i] = unsealed;
	for (unsigned turn = 0; turn < 9; turn++) {
		static const uint8_t apart_blob = MESSAGE_BLOB | 0x80;
		static const uint8_t unknown[] = { 0, 1, 2 }, beyond[] = { 0x7f };
		static const uint8_t apart_and_body[] = { MESSAGE_BLOB | 0x80, 'x' };

		switch (turn) {
		case 0: raw_send(f->fd[0], unknown, sizeof(unknown), NULL, 0); break;
		case 1: raw_send(f->fd[0], beyond, sizeof(beyond), many, 8); break;
		case 2: raw_send(f->fd[0], &apart_blob, 1, NULL, 0); break;
		case 3: raw_send(f->fd[0], &apart_blob, 1, &unsealed, 1); break;
		case 4: raw_send(f->fd[0], &apart_blob, 1, &huge, 1); break;
		case 5: raw_send(f->fd[0], &apart_blob, 1, &loose, 1); break;
		case 6: raw_send(f->fd[0], &apart_blob, 1, &device, 1); break;
		case 7: raw_send(f->fd[0], apart_and_body, 2, &unsealed, 1); break;
		case 8:
			long_packet[0] = MESSAGE_RECORD;
			raw_send(f->fd[0], long_packet, 150000, many, 2);
			break;
		}
		assert_int_equal(receive(f), ERR_MALFORMED);
		assert_int_equal(f->attached, -1);
		assert_int_equal(f->body.len, 0);
		assert_int_equal(descriptors(), before);
	}
	assert_int_equal(link_send(f->fd[0], MESSAGE_RECORD, bytes_of_text("good"), -1), ERR_OK);
	assert_int_equal(receive(f), ERR_OK);
	assert_int_equal(f->message, MESSAGE_RECORD);
	/* Of several descriptors only one is handed on. */
	raw_send(f->fd[0], "\x01", 1, many, 8);
	assert_int_equal(receive(f), ERR_OK);
	close(f->attached);
	assert_int_equal(descriptors(), before);
	close(unsealed);
	close(huge);
	close(loose);
	close(device);
	free(long_packet);
}

/* Two descriptors fit into the room of one: the second must not stay open. */
static void
test_two_descriptors(void **state)
{
	struct fixture *f = *state;
	unsigned before = descriptors();
	int two[2] = { f->fd[0], f->fd[1] };

	raw_send(f->fd[0], "\x0a", 1, two, 2);
	assert_int_equal(receive(f), ERR_OK);
	assert_true(f->attached >= 0);
	close(f->attached);
	assert_int_equal(descriptors(), before);
}

static void
test_peer_gone(void **state)
{
	struct fixture *f = *state;

	close(f->fd[1]);
	assert_int_equal(link_send(f->fd[0], MESSAGE_RECORD, bytes_of_text("x"), -1), ERR_CLOSED);
	f->fd[1] = f->fd[0];
	assert_int_equal(receive(f), ERR_CLOSED);
	f->fd[0] = -1;
}

/* What a process sent before it was killed arrives, even if it left our messages unread. */
static void
test_last_words(void **state)
{
	struct fixture *f = *state;
	struct pollfd wait = { .fd = f->fd[1], .events = POLLIN };
	int status;
	pid_t child;

	assert_int_equal(link_send(f->fd[1], MESSAGE_STOP, bytes_of(NULL, 0), -1), ERR_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		for (unsigned i = 0; i < 5; i++)
			if (link_send(f->fd[0], MESSAGE_RECORD, bytes_of(&i, sizeof(i)), -1) !=
			    ERR_OK)
				_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(f->fd[0]);
	f->fd[0] = -1;
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(poll(&wait, 1, 1000), 1);
		assert_int_equal(receive(f), ERR_OK);
		assert_int_equal(f->body.len, sizeof(i));
		assert_memory_equal(f->body.at, &i, sizeof(i));
	}
	assert_int_equal(receive(f), ERR_CLOSED);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(message_name(MESSAGE_RECORD), "RECORD");
	assert_string_equal(message_name(MESSAGE_DIED), "DIED");
	assert_null(message_name(0));
	assert_null(message_name(UINT64_MAX));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounds_and_pressure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_descriptor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_descriptors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_peer_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_last_words, setup, teardown),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
