/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The admin socket over real sockets: a forked client asks, a loop in this process answers.  The
 * wire is tested with what strangers may send; rights with the plan's own words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/daemon/admin.h"
#include "monitor/daemon/admin_client.h"

struct desk {
	char          dir[4096];
	uv_loop_t     loop;
	struct admin *admin;
	unsigned      asked;
	uint64_t      last_number, incident;
	enum act      act;
	char          text[NOTE_TEXT_MAX + 1];
	uid_t         uid;
	bool          hold;		/* do not answer */
};

static void
on_ask(void *arg, const struct admin_question *question)
{
	struct desk *desk = arg;

	desk->asked++;
	desk->last_number = question->number;
	desk->act = question->request.act;
	desk->incident = question->request.incident;
	desk->uid = question->uid;
	snprintf(desk->text, sizeof(desk->text), "%.*s", (int)question->request.text.len,
	    (const char *)question->request.text.at);
	if (!desk->hold)
		admin_answer(desk->admin, question->number,
		    question->request.incident == 404 ? ERR_NOT_FOUND : ERR_OK, "done\x1b[2J", 77);
}

static void
desk_open(struct desk *desk, const char *under)
{
	struct why why;
	int fd;

	*desk = (struct desk){ .asked = 0 };
	snprintf(desk->dir, sizeof(desk->dir), "/tmp/sekimori-test-XXXXXX");
	assert_non_null(mkdtemp(desk->dir));
	if (under != NULL) {
		snprintf(desk->dir + strlen(desk->dir), sizeof(desk->dir) - strlen(desk->dir),
		    "/%s", under);
		assert_int_equal(mkdir(desk->dir, 0700), 0);
	}
	assert_int_equal(admin_bind(desk->dir, &fd, &why), ERR_OK);
	assert_int_equal(uv_loop_init(&desk->loop), 0);
	desk->admin = admin_open(&desk->loop, fd, on_ask, desk);
	assert_non_null(desk->admin);
}

static void
desk_close(struct desk *desk)
{
	char path[5000];

	admin_close(desk->admin);
	uv_run(&desk->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&desk->loop), 0);
	snprintf(path, sizeof(path), "%s/admin.sock", desk->dir);
	unlink(path);
	rmdir(desk->dir);
	if (strlen(desk->dir) > 100) {
		*strrchr(desk->dir, '/') = '\0';
		rmdir(desk->dir);
	}
}

/* The child asks and exits with the error number; its answer must be what is expected. */
static pid_t
client(const struct desk *desk, enum act act, uint64_t incident, const char *text,
    const char *expect)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct buffer answer = { .max = 0 };
		struct why why = { .err = ERR_OK };
		enum err err = admin_request(desk->dir, act, incident, text, &answer, &why);
		const char *said = err == ERR_OK ? buffer_text(&answer) : why.text;

		_exit(strcmp(said, expect) == 0 ? (int)err : 100);
	}
	return pid;
}

static int
serve_until_end(struct desk *desk, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		uv_run(&desk->loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
a_question_is_answered(void **unused)
{
	struct desk desk;

	(void)unused;
	desk_open(&desk, NULL);
	/* What the daemon says is escaped before it meets a terminal. */
	assert_int_equal(serve_until_end(&desk, client(&desk, ACT_ACK, 12, "見ています",
	    "done\\x1b[2J")),
	    ERR_OK);
	assert_int_equal(desk.asked, 1);
	assert_int_equal(desk.act, ACT_ACK);
	assert_int_equal(desk.incident, 12);
	assert_int_equal(desk.uid, getuid());
	assert_string_equal(desk.text, "見ています");
	assert_int_equal(serve_until_end(&desk, client(&desk, ACT_NOTE, 404, "x", "done\\x1b[2J")),
	    ERR_NOT_FOUND);
	desk_close(&desk);
}

static void
a_long_path_works(void **unused)
{
	struct desk desk;
	char name[181];

	(void)unused;
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	desk_open(&desk, name);
	assert_int_equal(serve_until_end(&desk, client(&desk, ACT_NOTE, 0, "x", "done\\x1b[2J")),
	    ERR_OK);
	desk_close(&desk);
}

static void
no_daemon_is_said(void **unused)
{
	struct desk desk;
	struct buffer answer = { .max = 0 };
	struct why why;

	(void)unused;
	desk_open(&desk, NULL);
	admin_close(desk.admin);
	uv_run(&desk.loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&desk.loop), 0);
	/* The dead daemon's socket is still there. */
	assert_int_equal(admin_request(desk.dir, ACT_NOTE, 0, "x", &answer, &why), ERR_CLOSED);
	assert_non_null(strstr(why.text, "not running"));
	assert_int_equal(admin_request("/nonexistent", ACT_NOTE, 0, "x", &answer, &why),
	    ERR_CLOSED);
	/* The next one takes its place. */
	{
		int fd;

		assert_int_equal(admin_bind(desk.dir, &fd, &why), ERR_OK);
		assert_int_equal(uv_loop_init(&desk.loop), 0);
		desk.admin = admin_open(&desk.loop, fd, on_ask, &desk);
	}
	assert_int_equal(serve_until_end(&desk, client(&desk, ACT_NOTE, 0, "x", "done\\x1b[2J")),
	    ERR_OK);
	buffer_free(&answer);
	desk_close(&desk);
}

static int
dial(const struct desk *desk)
{
	struct sockaddr_un address;
	int dir, fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(admin_address(desk->dir, &address, &dir));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (dir >= 0)
		close(dir);
	return fd;
}

static void
turn(struct desk *desk, int times)
{
	for (int i = 0; i < times; i++)
		uv_run(&desk->loop, UV_RUN_NOWAIT);
}

static enum err
answer_of(int fd)
{
	uint8_t packet[4096];
	struct bytes sentence;
	struct why why;
	uint64_t seq;
	enum err err = ERR_OK;
	ssize_t got = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);

	if (got <= 0)
		return ERR_CLOSED;
	assert_int_equal(admin_reply_read(bytes_of(packet, (size_t)got), &err, &sentence, &seq,
	    &why),
	    ERR_OK);
	assert_true(err == ERR_OK || sentence.len > 0);
	return err;
}

static void
nonsense_is_refused_with_a_sentence(void **unused)
{
	static const struct { const char *octets; size_t len; enum err err; } sent[] = {
		{ "hello", 5, ERR_MALFORMED },
		{ "\x83\x01\x0c", 3, ERR_MALFORMED },			/* ends early */
		{ "\x83\x01\x0c\x60\x00", 5, ERR_MALFORMED },		/* octets behind */
		{ "\x83\x18\x01\x0c\x60", 5, ERR_MALFORMED },		/* not the shortest head */
		{ "\x83\x01\x0c\x61\xff", 5, ERR_MALFORMED },		/* not UTF-8 */
		{ "\x83\x18\x63\x00\x60", 5, ERR_UNSUPPORTED },		/* act 99 */
		{ "\x83\x00\x00\x60", 4, ERR_UNSUPPORTED },
		{ "\x83\x01\x00\x60", 4, ERR_INVALID },			/* ack of nothing */
		{ "\x83\x02\x00\x60", 4, ERR_INVALID },			/* empty note */
		{ "\x83\x02\x00\x61\x1b", 5, ERR_INVALID },		/* escape */
		{ "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9, ERR_MALFORMED },
	};
	struct buffer big = { .max = 0 };
	uint8_t *letters = memory_new(NOTE_TEXT_MAX + 1, 1);
	struct desk desk;
	int fd;

	(void)unused;
	desk_open(&desk, NULL);
	fd = dial(&desk);
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		assert_int_equal(send(fd, sent[i].octets, sent[i].len, 0), sent[i].len);
		turn(&desk, 3);
		assert_int_equal(answer_of(fd), sent[i].err);
	}
	memset(letters, 'a', NOTE_TEXT_MAX + 1);
	admin_request_put(&big, ACT_NOTE, 0, bytes_of(letters, NOTE_TEXT_MAX + 1));
	assert_true(send(fd, big.at, big.len, 0) > 0);
	turn(&desk, 3);
	assert_int_equal(answer_of(fd), ERR_LIMIT);
	buffer_reset(&big);
	for (int i = 0; i < 20; i++)
		buffer_put(&big, letters, 1000);
	assert_true(send(fd, big.at, big.len, 0) > 0);
	turn(&desk, 3);
	assert_int_equal(answer_of(fd), ERR_LIMIT);
	assert_int_equal(desk.asked, 0);
	/* And the longest that fits. */
	buffer_reset(&big);
	admin_request_put(&big, ACT_NOTE, UINT64_MAX, bytes_of(letters, NOTE_TEXT_MAX));
	assert_true(big.len <= ADMIN_REQUEST_MAX);
	assert_true(send(fd, big.at, big.len, 0) > 0);
	turn(&desk, 3);
	assert_int_equal(answer_of(fd), ERR_OK);
	assert_int_equal(desk.asked, 1);
	close(fd);
	free(letters);
	buffer_free(&big);
	desk_close(&desk);
}

static void
clients_are_bounded_and_the_idle_cut_off(void **unused)
{
	int fd[ADMIN_USER_CLIENTS_MAX + 1];
	uint8_t octet;
	struct desk desk;

	(void)unused;
	desk_open(&desk, NULL);
	for (int i = 0; i <= ADMIN_USER_CLIENTS_MAX; i++) {
		fd[i] = dial(&desk);
		turn(&desk, 2);
	}
	/* One more than a user may have: the end, at once. */
	assert_int_equal(recv(fd[ADMIN_USER_CLIENTS_MAX], &octet, 1, MSG_DONTWAIT), 0);
	assert_int_equal(recv(fd[0], &octet, 1, MSG_DONTWAIT), -1);
	admin_expire(desk.admin, 1000);
	admin_expire(desk.admin, 1000 + ADMIN_IDLE_MS);
	assert_int_equal(recv(fd[0], &octet, 1, MSG_DONTWAIT), -1);
	admin_expire(desk.admin, 1001 + ADMIN_IDLE_MS);
	turn(&desk, 2);
	for (int i = 0; i < ADMIN_USER_CLIENTS_MAX; i++)
		assert_int_equal(recv(fd[i], &octet, 1, MSG_DONTWAIT), 0);
	for (int i = 0; i <= ADMIN_USER_CLIENTS_MAX; i++)
		close(fd[i]);
	desk_close(&desk);
}

static void
an_answer_finds_nobody(void **unused)
{
	struct buffer ask = { .max = 0 };
	struct desk desk;
	int fd;

	(void)unused;
	desk_open(&desk, NULL);
	desk.hold = true;
	fd = dial(&desk);
	admin_request_put(&ask, ACT_ACK, 5, bytes_of_text(""));
	assert_true(send(fd, ask.at, ask.len, 0) > 0);
	turn(&desk, 3);
	assert_int_equal(desk.asked, 1);
	/* While it waits it is not idle, and its second question stays where it is. */
	assert_true(send(fd, ask.at, ask.len, 0) > 0);
	admin_expire(desk.admin, 1000);
	admin_expire(desk.admin, 1000000);
	turn(&desk, 3);
	assert_int_equal(desk.asked, 1);
	close(fd);
	admin_answer(desk.admin, desk.last_number, ERR_OK, "too late", 1);
	admin_answer(desk.admin, desk.last_number, ERR_OK, "twice", 1);
	admin_answer(desk.admin, 999, ERR_OK, "nobody", 1);
	turn(&desk, 3);
	buffer_free(&ask);
	desk_close(&desk);
}

static void
rights_are_the_plans(void **unused)
{
	struct plan_right right[] = { { "daemon", UINT64_C(1) << ACT_NOTE },
	    { "daemon", UINT64_C(1) << ACT_ACK }, { "no-such-user", UINT64_MAX } };
	struct plan plan = { .right = right, .rights = 3 };
	struct admin_users users;
	struct why why;
	char author[64];

	(void)unused;
	admin_users_make(&users, &plan, 4242);
	assert_int_equal(admin_permit(&users, 0, ACT_PRUNE, author, &why), ERR_OK);
	assert_string_equal(author, "root");
	assert_int_equal(admin_permit(&users, 4242, ACT_ERASE, author, &why), ERR_OK);
	assert_string_equal(author, "uid 4242");
	assert_int_equal(admin_permit(&users, 1, ACT_NOTE, author, &why), ERR_OK);
	assert_int_equal(admin_permit(&users, 1, ACT_ACK, author, &why), ERR_OK);
	assert_string_equal(author, "daemon");
	assert_int_equal(admin_permit(&users, 1, ACT_PRUNE, author, &why), ERR_DENIED);
	assert_string_equal(why.text,
	    "daemon may not prune: the configuration's rights do not say so");
	assert_int_equal(admin_permit(&users, 7777, ACT_NOTE, author, &why), ERR_DENIED);
	assert_string_equal(author, "uid 7777");
	/* No plan yet: nobody but root and the daemon's own user. */
	admin_users_make(&users, NULL, 4242);
	assert_int_equal(admin_permit(&users, 1, ACT_NOTE, author, &why), ERR_DENIED);
	assert_int_equal(admin_permit(&users, 0, ACT_NOTE, author, &why), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(a_long_path_works),
		cmocka_unit_test(no_daemon_is_said),
		cmocka_unit_test(nonsense_is_refused_with_a_sentence),
		cmocka_unit_test(clients_are_bounded_and_the_idle_cut_off),
		cmocka_unit_test(an_answer_finds_nobody),
		cmocka_unit_test(rights_are_the_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
