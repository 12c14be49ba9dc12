/* SPDX-License-Identifier: Apache-2.0 */
/* Starting, hearing and ending a program of ours that helps; see helper.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/places.h"
#include "probes/helper.h"

enum { PIPES_FROM = 16 };	/* our ends stay clear of the numbers that the helper gets */

/* A pipe above the standard descriptors, whatever was closed before. */
static bool
pipe_open(int end[2])
{
	int low[2];

	end[0] = end[1] = -1;
	if (pipe2(low, O_CLOEXEC) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		end[i] = fcntl(low[i], F_DUPFD_CLOEXEC, PIPES_FROM);
		close(low[i]);
	}
	return end[0] >= 0 && end[1] >= 0;
}

static void
descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

struct helper_program
helper_open(const char *name, size_t answer_max)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX + 64];

	place_programs(name, folder);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return (struct helper_program){ .name = name, .answer_max = answer_max,
	    .file = open(path, O_PATH | O_CLOEXEC) };
}

/*
 * By its descriptor: the user that a worker becomes need not reach the folder.  All descriptors of
 * ours close themselves at exec, but for the one that the answer's replaces.
 */
static int
spawn(pid_t *pid, const struct helper_program *program, int request, int answer)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	char path[32];
	char *const argv[] = { (char *)(uintptr_t)program->name, NULL };
	char *const environment[] = { NULL };
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, request, HELPER_REQUEST_FD);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, answer, HELPER_ANSWER_FD);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", program->file);
	failed = posix_spawn(pid, path, &files, &how, argv, environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

/* The pipe takes the request whole, before anybody reads: nothing has to wait. */
static bool
request_put(int fd, struct bytes request)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	    write(fd, request.at, request.len) == (ssize_t)request.len;
}

enum err
helper_start(struct helper *helper, const struct helper_program *program,
    struct bytes request, struct why *why)
{
	int ask[2] = { -1, -1 }, answer[2] = { -1, -1 };
	int failed = 0;
	enum err err = ERR_OK;

	*helper = (struct helper){ .answer = -1, .octets = { .max = program->answer_max } };
	if (program->file < 0)
		return why_set(why, ERR_IO, "%s is not installed beside this program",
		    program->name);
	if (request.len > HELPER_REQUEST_MAX)
		return why_set(why, ERR_LIMIT, "the options together are longer than a request "
		    "may be");
	if (!pipe_open(ask) || !pipe_open(answer))
		err = why_set(why, ERR_IO, "no pipe for the helper: %s", strerror(errno));
	else if (!request_put(ask[1], request))
		err = why_set(why, ERR_IO, "the pipe does not take the request");
	else if (fcntl(answer[0], F_SETFL, O_NONBLOCK) != 0 ||
	    (failed = spawn(&helper->pid, program, ask[0], answer[1])) != 0)
		err = why_set(why, ERR_IO, "%s cannot be started: %s", program->name,
		    strerror(failed != 0 ? failed : errno));
	descriptor_close(&ask[0]);
	descriptor_close(&ask[1]);
	descriptor_close(&answer[1]);
	if (err == ERR_OK) {
		helper->answer = answer[0];
		return ERR_OK;
	}
	helper->pid = 0;
	descriptor_close(&answer[0]);
	return err;
}

enum err
helper_read(struct helper *helper)
{
	for (;;) {
		uint8_t some[4096];
		ssize_t len = read(helper->answer, some, sizeof(some));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return errno == EAGAIN ? ERR_BUSY : ERR_OK;
		if (len == 0)
			return ERR_OK;
		buffer_put(&helper->octets, some, (size_t)len);
		if (helper->octets.failed)
			return ERR_LIMIT;
	}
}

/* The group goes before its leader is buried: until then nobody else can have its number. */
static bool
bury(pid_t pid)
{
	kill(-pid, SIGKILL);
	return waitpid(pid, NULL, WNOHANG) != 0;
}

bool
helper_ended(struct helper *helper, int *signal, int *status)
{
	siginfo_t info = { .si_pid = 0 };

	*signal = *status = 0;
	if (helper->pid == 0)
		return true;
	if (waitid(P_PID, (id_t)helper->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0)
		return false;
	if (info.si_code == CLD_EXITED)
		*status = info.si_status;
	else
		*signal = info.si_status;
	if (bury(helper->pid))
		helper->pid = 0;
	return true;
}

void
helper_kill(struct helper *helper)
{
	if (helper->pid > 0)
		kill(-helper->pid, SIGKILL);
}

void
helper_free(struct helper *helper, struct helper_graves *graves)
{
	descriptor_close(&helper->answer);
	if (helper->pid > 0 && !bury(helper->pid) && graves->count < HELPERS_LEFT)
		graves->pid[graves->count++] = helper->pid;
	helper->pid = 0;
	buffer_free(&helper->octets);
}

void
helper_graves_turn(struct helper_graves *graves)
{
	size_t kept = 0;

	for (size_t i = 0; i < graves->count; i++)
		if (waitpid(graves->pid[i], NULL, WNOHANG) == 0)
			graves->pid[kept++] = graves->pid[i];
	graves->count = kept;
}
