/* SPDX-License-Identifier: Apache-2.0 */
/* How a role begins, in real child processes: with a good, a silent and a mad supervisor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"

/* Children leave by _exit: what cmocka and a leak checker would say belongs to the parent. */
typedef int child_work(void);

static pid_t
child(int control, child_work *work)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid != 0)
		return pid;
	if (control >= 0 && control != ROLE_CONTROL_FD)
		dup2(control, ROLE_CONTROL_FD);
	if (control < 0)
		close(ROLE_CONTROL_FD);
	close_range(ROLE_CONTROL_FD + 1, ~0U, 0);
	_exit(work());
}

static int
status_of(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static struct plan *
plan_make(void)
{
	struct plan *plan = plan_new();

	plan->name = plan_text(plan, bytes_of_text("test"));
	plan->name_ja = plan->vantage = plan->user = plan->newest_note =
	    plan_text(plan, bytes_of_text(""));
	plan->workers = 2;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 1000;
	return plan;
}

static void
send_start(int to)
{
	struct buffer body = { .max = 0 };

	cbor_put_map(&body, 2);
	cbor_put_cstr(&body, "key");
	cbor_put_cstr(&body, "/k");
	cbor_put_cstr(&body, "state");
	cbor_put_cstr(&body, "/somewhere");
	assert_int_equal(link_send(to, MESSAGE_START, bytes_of_buffer(&body), -1), ERR_OK);
	buffer_free(&body);
}

static void
send_files(int to)
{
	struct buffer body = { .max = 0 };

	cbor_put_map(&body, 2);
	cbor_put_cstr(&body, "/a");
	cbor_put_bytes(&body, bytes_of_text("first"));
	cbor_put_cstr(&body, "/b");
	cbor_put_bytes(&body, bytes_of_text("second"));
	assert_int_equal(link_send_large(to, MESSAGE_FILES, bytes_of_buffer(&body)), ERR_OK);
	buffer_free(&body);
}

static void
send_link(int to, uint64_t role, uint64_t index, int fd)
{
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 2);
	cbor_put_uint(&body, role);
	cbor_put_uint(&body, index);
	assert_int_equal(link_send(to, MESSAGE_LINK, bytes_of_buffer(&body), fd), ERR_OK);
	buffer_free(&body);
}

#define MUST(condition) do { if (!(condition)) return __LINE__ % 250 + 1; } while (0)

static int
work_good(void)
{
	struct role_start *start = memory_new(1, sizeof(*start));
	struct buffer scratch = { .max = 0 };
	struct record record;
	struct why why;

	MUST(role_begin(start, ROLE_WORKER, 7, &why) == ERR_OK);
	MUST(strcmp(start->state, "/somewhere") == 0 && strcmp(start->key, "/k") == 0);
	MUST(start->plan != NULL && start->plan->workers == 2);
	MUST(start->links == 2 && role_link_fd(start, ROLE_LEDGER, 0) > 3);
	MUST(role_link_fd(start, ROLE_LEDGER, 1) == -1);
	MUST(link_send(role_link_fd(start, ROLE_LEDGER, 0), MESSAGE_RECORD, bytes_of_text("hi"),
	         -1) == ERR_OK);
	MUST(bytes_equal(role_file(start, "/b"), bytes_of_text("second")));
	MUST(role_file(start, "/c").len == 0);
	MUST(!hash_is_zero(start->program));
	role_self(start, &record, &scratch, "sandboxed");
	MUST(record.kind == RECORD_SELF && record.role == ROLE_WORKER && record.index == 7);
	MUST(bytes_equal(record.self.sandbox, bytes_of_text("sandboxed")));
	MUST(record.self.process == (uint64_t)getpid() && !hash_is_zero(record.self.plan));
	role_link_drop(start, ROLE_LEDGER, 0);
	MUST(start->links == 1 && role_link_fd(start, ROLE_LEDGER, 0) == -1);
	MUST(role_ready(start, 5) == ERR_OK);
	/* What is meant for the supervisor does not end a role. */
	raise(SIGTERM);
	raise(SIGINT);
	raise(SIGHUP);
	role_end(start);
	return 0;
}

static void
test_begin(void **state)
{
	struct plan *plan = plan_make();
	struct buffer octets = { .max = 0 }, body = { .max = 0 };
	enum message message;
	int control[2], ledger[2], other[2], attached;
	pid_t pid;

	(void)state;
	assert_int_equal(link_pair(control, NULL), ERR_OK);
	assert_int_equal(link_pair(ledger, NULL), ERR_OK);
	assert_int_equal(link_pair(other, NULL), ERR_OK);
	plan_encode(&octets, plan);
	assert_int_equal(
	    link_send_large(control[0], MESSAGE_PLAN, bytes_of_buffer(&octets)), ERR_OK);
	send_files(control[0]);
	send_link(control[0], ROLE_LEDGER, 0, ledger[1]);
	send_link(control[0], ROLE_FETCH, 0, other[1]);
	send_start(control[0]);
	pid = child(control[1], work_good);
	close(control[1]);
	close(ledger[1]);
	close(other[1]);
	assert_int_equal(status_of(pid), 0);
	assert_int_equal(link_receive(ledger[0], &message, &body, &attached), ERR_OK);
	assert_int_equal(message, MESSAGE_RECORD);
	assert_int_equal(link_receive(ledger[0], &message, &body, &attached), ERR_CLOSED);
	assert_int_equal(link_receive(control[0], &message, &body, &attached), ERR_OK);
	assert_int_equal(message, MESSAGE_READY);
	assert_int_equal(link_receive(control[0], &message, &body, &attached), ERR_CLOSED);
	close(control[0]);
	close(ledger[0]);
	close(other[0]);
	buffer_free(&octets);
	buffer_free(&body);
	plan_free(plan);
}

static int
work_begins(void)
{
	struct role_start *start = memory_new(1, sizeof(*start));
	struct why why;

	return (int)role_begin(start, ROLE_ENGINE, 0, &why);
}

static void
test_supervisor_gone(void **state)
{
	int control[2];
	pid_t pid;

	(void)state;
	assert_int_equal(link_pair(control, NULL), ERR_OK);
	pid = child(control[1], work_begins);
	close(control[1]);
	send_files(control[0]);
	close(control[0]);
	assert_int_equal(status_of(pid), ERR_CLOSED);
}

static void
test_started_by_hand(void **state)
{
	int plain[2];

	(void)state;
	assert_int_equal(status_of(child(-1, work_begins)), ERR_INVALID);
	assert_int_equal(pipe(plain), 0);
	assert_int_equal(status_of(child(plain[0], work_begins)), ERR_INVALID);
	close(plain[0]);
	close(plain[1]);
}

/* Nonsense before START is passed over; what was good before it stays in force. */
static int
work_mad(void)
{
	struct role_start *start = memory_new(1, sizeof(*start));
	struct why why;

	MUST(role_begin(start, ROLE_WORKER, 0, &why) == ERR_OK);
	MUST(start->plan != NULL && start->plan->workers == 2);
	MUST(bytes_equal(role_file(start, "/a"), bytes_of_text("first")));
	MUST(start->links == 0);
	return 0;
}

static void
test_mad_supervisor(void **state)
{
	struct plan *plan = plan_make();
	struct buffer octets = { .max = 0 };
	int control[2];
	pid_t pid;

	(void)state;
	assert_int_equal(link_pair(control, NULL), ERR_OK);
	plan_encode(&octets, plan);
	assert_int_equal(
	    link_send_large(control[0], MESSAGE_PLAN, bytes_of_buffer(&octets)), ERR_OK);
	send_files(control[0]);
	assert_int_equal(link_send(control[0], MESSAGE_PLAN, bytes_of_text("no plan"), -1), ERR_OK);
	assert_int_equal(
	    link_send(control[0], MESSAGE_FILES, bytes_of_text("\xa1\x01"), -1), ERR_OK);
	assert_int_equal(
	    link_send(control[0], MESSAGE_LINK, bytes_of_text("\x82\x02\x00"), -1), ERR_OK);
	assert_int_equal(
	    link_send(control[0], MESSAGE_LINK, bytes_of_text("?"), control[0]), ERR_OK);
	assert_int_equal(link_send(control[0], MESSAGE_GROWN, bytes_of_text("?"), -1), ERR_OK);
	assert_int_equal(send(control[0], "\xff\xff", 2, MSG_NOSIGNAL), 2);
	send_start(control[0]);
	pid = child(control[1], work_mad);
	close(control[1]);
	assert_int_equal(status_of(pid), 0);
	close(control[0]);
	buffer_free(&octets);
	plan_free(plan);
}

static void
test_link_replaced(void **state)
{
	struct role_start *start = memory_new(1, sizeof(*start));
	struct buffer body = { .max = 0 };
	struct why why;
	int pair[2];
	int first;

	(void)state;
	cbor_put_array(&body, 2);
	cbor_put_uint(&body, ROLE_FETCH);
	cbor_put_uint(&body, 0);
	assert_int_equal(link_pair(pair, NULL), ERR_OK);
	first = pair[0];
	assert_int_equal(
	    role_take(start, MESSAGE_LINK, bytes_of_buffer(&body), pair[0], &why), ERR_OK);
	assert_int_equal(
	    role_take(start, MESSAGE_LINK, bytes_of_buffer(&body), pair[1], &why), ERR_OK);
	assert_int_equal(start->links, 1);
	assert_int_equal(role_link_fd(start, ROLE_FETCH, 0), pair[1]);
	assert_int_equal(fcntl(first, F_GETFD), -1);
	for (uint64_t i = 1; i < ROLE_LINKS_MAX + 5; i++) {
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		buffer_reset(&body);
		cbor_put_array(&body, 2);
		cbor_put_uint(&body, ROLE_WORKER);
		cbor_put_uint(&body, i);
		assert_int_equal(role_take(start, MESSAGE_LINK, bytes_of_buffer(&body), fd, &why),
		    i < ROLE_LINKS_MAX ? ERR_OK : ERR_LIMIT);
	}
	start->control = -1;
	role_end(start);
	assert_int_equal(fcntl(pair[1], F_GETFD), -1);
	buffer_free(&body);
	free(start);
}

/* Feeds come as sealed memory: what could shrink under a reader is refused, FILES begins anew. */
static void
test_shared(void **state)
{
	static struct role_start start = { .control = -1 };
	static const uint8_t none[] = { 0xa0 };		/* an empty map */
	struct bytes text = bytes_of_text("192.0.2.0/24,tokyo\n"), mapped;
	struct why why = { .err = ERR_OK };
	int unsealed = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	(void)state;
	assert_int_equal(write(unsealed, "x", 1), 1);
	assert_int_equal(role_take(&start, MESSAGE_FILE, bytes_of_text("/feed"), unsealed, &why), ERR_MALFORMED);
	assert_int_equal(fcntl(unsealed, F_GETFD), -1);	/* it was closed */
	assert_int_equal(role_take(&start, MESSAGE_FILE, bytes_of_text("/feed"), -1, &why), ERR_MALFORMED);
	assert_int_equal(role_map(&start, "/feed").len, 0);
	assert_int_equal(role_take(&start, MESSAGE_FILE, bytes_of_text("/feed"), link_memfd(text), &why), ERR_OK);
	mapped = role_map(&start, "/feed");
	assert_true(bytes_equal(mapped, text));
	assert_int_equal(role_map(&start, "/other").len, 0);
	/* The next FILES takes it away; who looks into it still may. */
	assert_int_equal(role_take(&start, MESSAGE_FILES, bytes_of(none, 1), -1, &why), ERR_OK);
	assert_int_equal(role_map(&start, "/feed").len, 0);
	assert_true(bytes_equal(mapped, text));
	role_unmap(mapped);
	for (unsigned i = 0; i < PLAN_FEED_MAX; i++)
		assert_int_equal(role_take(&start, MESSAGE_FILE, bytes_of_text("/feed"), link_memfd(text),
		    &why), ERR_OK);
	assert_int_equal(role_take(&start, MESSAGE_FILE, bytes_of_text("/feed"), link_memfd(text), &why),
	    ERR_LIMIT);
	assert_int_equal(role_take(&start, MESSAGE_FILES, bytes_of(none, 1), -1, &why), ERR_OK);
	assert_int_equal(start.shares, 0);
	buffer_free(&start.files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_supervisor_gone),
		cmocka_unit_test(test_started_by_hand),
		cmocka_unit_test(test_mad_supervisor),
		cmocka_unit_test(test_link_replaced),
		cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
