/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The press as a process: paper, document and sentence are files in memory, so that neither side
 * waits for the other to read, and a press that hangs is ended in time.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/places.h"
#include "reports/filing_memory.h"
#include "reports/press_run.h"

enum { SAID_MAX = 4096, FILES = 3 };

/* Standard input, output and error of the press. */
struct press_files { int fd[FILES]; };

static void
files_close(struct press_files *files)
{
	for (int i = 0; i < FILES; i++)
		if (files->fd[i] >= 0)
			close(files->fd[i]);
}

static enum err
files_open(struct press_files *files, struct bytes paper, struct why *why)
{
	for (int i = 0; i < FILES; i++)
		files->fd[i] = memfd_create("press", MFD_CLOEXEC);
	for (int i = 0; i < FILES; i++)
		if (files->fd[i] < 0)
			return why_set(why, ERR_IO, _("there is no memory for the press: %s"),
			    strerror(errno));
	while (paper.len > 0) {
		ssize_t done = write(files->fd[0], paper.at, paper.len);

		if (done <= 0)
			return why_set(why, ERR_IO, _("there is no memory for the press: %s"),
			    strerror(errno));
		paper = bytes_slice(paper, (size_t)done, paper.len);
	}
	lseek(files->fd[0], 0, SEEK_SET);
	return ERR_OK;
}

/* It says its sentence in the language of ours, and nothing else of the environment reaches it. */
static int
spawn(pid_t *pid, const char *program, const char *format, const struct press_files *files)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t how;
	sigset_t none, all;
	char language[40], word[8];
	char *const argv[] = { (char[]){ "sekimori-press" }, word, NULL };
	char *const environment[] = { (char[]){ "LC_ALL=C.UTF-8" }, language, NULL };
	int failed;

	snprintf(word, sizeof(word), "%s", format);
	snprintf(language, sizeof(language), "LANGUAGE=%.8s", i18n_language());
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < FILES; i++)
		posix_spawn_file_actions_adddup2(&actions, files->fd[i], i);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	failed = posix_spawn(pid, program, &actions, &how, argv, environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

/* True if it ended by itself; *status as of waitpid(). */
static bool
wait_for(pid_t pid, int *status)
{
	int64_t until_ns = clock_monotonic_ns() + (int64_t)PRESS_MS * 1000000;
	int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = false;

	while (!ended) {
		struct pollfd wanted = { .fd = handle, .events = POLLIN };
		int64_t left_ms = (until_ns - clock_monotonic_ns()) / 1000000;

		if (left_ms <= 0)
			break;
		/* A kernel without such handles is asked every few milliseconds. */
		poll(&wanted, handle >= 0 ? 1 : 0, handle >= 0 ? (int)left_ms : 5);
		ended = waitpid(pid, status, WNOHANG) == pid;
	}
	if (!ended) {
		kill(pid, SIGKILL);
		while (waitpid(pid, status, 0) < 0 && errno == EINTR)
			continue;
	}
	if (handle >= 0)
		close(handle);
	return ended;
}

/* What it said, on one line; "" if nothing. */
static void
read_said(int fd, struct buffer *said)
{
	struct buffer octets = { .max = SAID_MAX };
	struct why why;

	lseek(fd, 0, SEEK_SET);
	if (file_read_fd(fd, "press", SAID_MAX, &octets, &why) == ERR_OK) {
		while (octets.len > 0 && octets.at[octets.len - 1] == '\n')
			octets.len--;
		text_clean(said, bytes_of_buffer(&octets));
	}
	buffer_free(&octets);
}

static enum err
result_of(int status, const struct press_files *files, struct buffer *out, struct why *why)
{
	struct buffer said = { .max = 0 };
	enum err err;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		lseek(files->fd[1], 0, SEEK_SET);
		return file_read_fd(files->fd[1], "press", BUFFER_MAX, out, why);
	}
	read_said(files->fd[2], &said);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		err = why_set(why, ERR_TIMEOUT, _("sekimori-press took more time than it may have "
		    "for one document; ask for a shorter period, or use --format html"));
	else if (WIFSIGNALED(status))
		err = why_set(why, ERR_IO, _("sekimori-press was ended by signal %d; use --format "
		    "html"), WTERMSIG(status));
	else
		err = why_set(why, ERR_REFUSED, "sekimori-press: %.350s", said.len > 0 ?
		    buffer_text(&said) : _("it says nothing"));
	buffer_free(&said);
	return err;
}

static enum err
run(const char *program, struct bytes paper, const char *format, struct buffer *out,
    struct why *why)
{
	struct press_files files = { .fd = { -1, -1, -1 } };
	enum err err = files_open(&files, paper, why);
	int failed, status = 0;
	pid_t pid;

	if (err == ERR_OK) {
		failed = spawn(&pid, program, format, &files);
		if (failed != 0)
			err = why_set(why, ERR_IO, _("%.200s cannot be started: %s"), program,
			    strerror(failed));
		else if (!wait_for(pid, &status))
			err = why_set(why, ERR_TIMEOUT, _("sekimori-press did not end within %d s; "
			    "use --format html"), PRESS_MS / 1000);
		else
			err = result_of(status, &files, out, why);
	}
	files_close(&files);
	return err;
}

enum err
press_run_by(const char *program, const struct paper *paper, const char *format,
    struct buffer *out, struct why *why)
{
	struct buffer json = { .max = PAPER_JSON_MAX };
	enum err err = paper_check(paper, why);

	if (err != ERR_OK)
		return err;
	if (access(program, X_OK) != 0)
		return why_set(why, ERR_NOT_FOUND, _("%.200s is not installed; install the press "
		    "of sekimori, or use --format html"), program);
	paper_print_json(paper, &json);
	err = json.failed ? why_set(why, ERR_LIMIT, _("the document has more than %d octets as "
	    "JSON"), PAPER_JSON_MAX) : run(program, bytes_of_buffer(&json), format, out, why);
	buffer_free(&json);
	return err;
}

enum err
press_run(const struct paper *paper, const char *format, struct buffer *out, struct why *why)
{
	static const char name[] = "sekimori-press";
	char folder[PATH_TEXT_MAX], program[PATH_TEXT_MAX + sizeof(name) + 1];

	place_programs(name, folder);
	snprintf(program, sizeof(program), "%s/%s", folder, name);
	return press_run_by(program, paper, format, out, why);
}
