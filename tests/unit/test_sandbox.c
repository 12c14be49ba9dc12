/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sandboxes from the inside: children enter one and try what it must refuse, and what their role
 * needs.  A child's exit status is the line of the first thing that was not as it must be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/sandbox.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

struct place { char folder[64], key_folder[128], other[128]; };

typedef int child_work(const struct place *);

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "line %d: %s, errno %d\n", __LINE__, #condition, errno); \
			_exit(1); \
		} \
	} while (0)

static int
child_status(child_work *work, const struct place *place)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(work(place));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int
setup(void **state)
{
	struct place *place = memory_new(1, sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "%s/sekimori-sandbox-XXXXXX", P_tmpdir);
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->key_folder, sizeof(place->key_folder), "%s/keys", place->folder);
	snprintf(place->other, sizeof(place->other), "%s/other", place->folder);
	if (mkdir(place->key_folder, 0700) != 0 || mkdir(place->other, 0700) != 0)
		return -1;
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;
	char path[256];
	static const char *const names[] = { "keys/k", "keys", "other/f", "other", "brought/f", "brought",
		"state/f", "state" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->folder, names[i]);
		remove(path);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

static struct role_start *
start_of(enum role role, const struct place *place)
{
	struct role_start *start = memory_new(1, sizeof(*start));

	start->role = role;
	snprintf(start->state, sizeof(start->state), "%s/state", place->folder);
	snprintf(start->key, sizeof(start->key), "%s/k", place->key_folder);
	mkdir(start->state, 0700);
	return start;
}

static bool
confines_files(struct buffer *text)
{
	return strstr(buffer_text(text), "landlock abi") != NULL;
}

static int
file_try(const char *folder, const char *name, int flags)
{
	char path[4400];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : errno;
}

static void
no_privileges(void)
{
	char line[256];
	FILE *about = fopen("/proc/self/status", "re");

	/* Where /proc is out of reach, what prctl says has to do. */
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	while (about != NULL && fgets(line, sizeof(line), about) != NULL)
		if (strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "CapPrm:", 7) == 0)
			MUST(strtoull(line + 8, NULL, 16) == 0);
	if (about != NULL)
		fclose(about);
}

static const char *
path_f(struct role_start *start)
{
	size_t len = strlen(start->state);

	snprintf(start->state + len, sizeof(start->state) - len, "/f");
	return start->state;
}

static int
work_ledger(const struct place *place)
{
	struct role_start *start = start_of(ROLE_LEDGER, place);
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	MUST(sandbox_enter(ROLE_LEDGER, start, &text, &why) == ERR_OK);
	MUST(strncmp(buffer_text(&text), "user ", 5) == 0);
	MUST(strstr(buffer_text(&text), ", no capabilities") != NULL);
	no_privileges();
	MUST(file_try(start->state, "f", O_RDWR | O_CREAT) == 0);
	MUST(file_write(path_f(start), bytes_of_text("x"), 0600, &why) == ERR_OK);
	MUST(unlink(start->state) == 0);
	if (confines_files(&text)) {
		MUST(file_try("/etc", "passwd", O_RDONLY) == EACCES);
		MUST(file_try(place->key_folder, "k", O_RDWR | O_CREAT) == EACCES);
		MUST(file_try(place->folder, "n", O_RDWR | O_CREAT) == EACCES);
	}
	if (strstr(buffer_text(&text), ", seccomp") != NULL) {
		MUST(socket(AF_INET, SOCK_STREAM, 0) == -1);
	}
	return 0;
}

static int
work_signer(const struct place *place)
{
	struct role_start *start = start_of(ROLE_SIGNER, place);
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	MUST(sandbox_enter(ROLE_SIGNER, start, &text, &why) == ERR_OK);
	MUST(file_write(start->key, bytes_of_text("key"), 0600, &why) == ERR_OK);
	MUST(unlink(start->key) == 0);
	if (confines_files(&text))
		MUST(file_try(start->state, "f", O_RDWR | O_CREAT) == EACCES);
	if (strstr(buffer_text(&text), ", seccomp") != NULL)
		MUST(socket(AF_UNIX, SOCK_STREAM, 0) == -1);
	return 0;
}

static void *
thread(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

/* What probes need works; what a broken parser would want does not. */
static int
work_worker(const struct place *place)
{
	struct role_start *start = start_of(ROLE_WORKER, place);
	struct addrinfo hints = { .ai_flags = AI_ADDRCONFIG, .ai_socktype = SOCK_STREAM },
	                *found = NULL;
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };
	pthread_t id;
	int ran = 0, fd;

	MUST(sandbox_enter(ROLE_WORKER, start, &text, &why) == ERR_OK);
	MUST(geteuid() != 0);
	no_privileges();
	MUST(pthread_create(&id, NULL, thread, &ran) == 0 && pthread_join(id, NULL) == 0 &&
	    ran == 1);
	MUST(getaddrinfo("localhost", "443", &hints, &found) == 0);
	freeaddrinfo(found);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	MUST(fd >= 0);
	if (confines_files(&text)) {
		MUST(file_try("/etc", "passwd", O_RDONLY) == EACCES);
		MUST(file_try(place->folder, "w", O_RDWR | O_CREAT) == EACCES);
		MUST(file_try("/etc", "hosts", O_RDONLY) == 0);
		MUST(file_try("/etc", "hosts", O_RDWR) == EACCES);
	}
	return 0;
}

/* Who keeps files fresh exchanges them where they lie, and reads and writes nowhere else. */
static int
work_keeper(const struct place *place)
{
	struct role_start *start = start_of(ROLE_FETCH, place);
	char path[256], watched[256], brought[256];
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	start->index = FETCH_KEEPS;
	start->plan = plan_new();
	start->plan->downloads = 2;
	start->plan->download = plan_array(start->plan, 2, sizeof(*start->plan->download));
	snprintf(path, sizeof(path), "%s/f", place->other);
	snprintf(watched, sizeof(watched), "%s/brought/f", place->folder);
	start->plan->download[0] = (struct plan_download){ .path = path, .url = "https://h/f" };
	start->plan->download[1] = (struct plan_download){ .path = watched, .url = "" };
	MUST(file_try(place->key_folder, "k", O_RDWR | O_CREAT) == 0);
	snprintf(brought, sizeof(brought), "%s/brought", place->folder);
	MUST(mkdir(brought, 0700) == 0);
	MUST(file_write(watched, bytes_of_text("brought"), 0644, &why) == ERR_OK);
	MUST(sandbox_enter(ROLE_FETCH, start, &text, &why) == ERR_OK);
	no_privileges();
	MUST(file_write(path, bytes_of_text("old"), 0644, &why) == ERR_OK);
	MUST(file_write(path, bytes_of_text("new"), 0644, &why) == ERR_OK);
	MUST(sethostname("x", 1) == -1);
	if (confines_files(&text)) {
		MUST(file_try(place->key_folder, "k", O_RDONLY) == EACCES);
		/* What is only watched is read, and nothing is written beside it. */
		MUST(file_try(brought, "f", O_RDONLY) == 0);
		MUST(file_try(brought, "f", O_RDWR) == EACCES);
		MUST(file_try(brought, "w", O_RDWR | O_CREAT) == EACCES);
		MUST(file_try(place->folder, "w", O_RDWR | O_CREAT) == EACCES);
		MUST(file_try(start->state, "f", O_RDWR | O_CREAT) == EACCES);
		MUST(file_try("/etc", "hosts", O_RDWR) == EACCES);
	}
	return 0;
}

static int
work_end(const struct place *place)
{
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)place;
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(seccomp_enter(S_WORKER, SANDBOX_END, &text, &why) == ERR_OK);
	if (strstr(buffer_text(&text), ", seccomp") == NULL)
		_exit(77);
	(void)!sethostname("x", 1);
	return 0;
}

static int
work_refuse(const struct place *place)
{
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)place;
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(seccomp_enter(S_ENGINE, SANDBOX_REFUSE, &text, &why) == ERR_OK);
	if (strstr(buffer_text(&text), ", seccomp") == NULL)
		_exit(77);
	MUST(sethostname("x", 1) == -1 && errno == EPERM);
	MUST(socket(AF_PACKET, SOCK_RAW, 0) == -1);
	MUST(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	return 0;
}

static int
work_report(const struct place *place)
{
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)place;
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(seccomp_enter(S_SIGNER, SANDBOX_REPORT, &text, &why) == ERR_OK);
	if (strstr(buffer_text(&text), ", seccomp") == NULL)
		_exit(77);
	MUST(sethostname("x", 1) == -1 && errno == EPERM);
	MUST(sethostname("x", 1) == -1 && errno == EPERM);
	return 0;
}

static void
finds_nothing_wrong(void **state, child_work *work)
{
	int status = child_status(work, *state);

	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A listener on loopback, and a connection to it. */
static int
listens(uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	MUST(bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 4) == 0);
	MUST(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static int
connects(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int code = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;

	close(fd);
	return code;
}

static int
work_one_port(const struct place *place)
{
	struct buffer text = { .max = 4096 };
	struct why why = { .err = ERR_OK };
	struct sockaddr_in any = { .sin_family = AF_INET };
	uint16_t one, other;

	(void)place;
	listens(&one);
	listens(&other);
	MUST(connects(one) == 0 && connects(other) == 0);
	MUST(user_enter(0, 0, &text, &why) == ERR_OK);
	MUST(landlock_enter_to(NULL, 0, one, &text, &why) == ERR_OK);
	if (strstr(buffer_text(&text), "alone") == NULL)
		return 77;
	MUST(connects(one) == 0);
	MUST(connects(other) == EACCES);
	MUST(bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&any, sizeof(any)) != 0 &&
	    errno == EACCES);
	return 0;
}

static void
test_one_port(void **state)
{
	int status = child_status(work_one_port, *state);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

static void
test_ledger(void **state)
{
	finds_nothing_wrong(state, work_ledger);
}

static void
test_signer(void **state)
{
	finds_nothing_wrong(state, work_signer);
}

static void
test_worker(void **state)
{
	finds_nothing_wrong(state, work_worker);
}

static void
test_keeper(void **state)
{
	finds_nothing_wrong(state, work_keeper);
}

static void
test_refuse(void **state)
{
	finds_nothing_wrong(state, work_refuse);
}

static void
test_report(void **state)
{
	finds_nothing_wrong(state, work_report);
}

static void
test_end(void **state)
{
	int status = child_status(work_end, *state);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ledger, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_port, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_worker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keeper, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
