/* SPDX-License-Identifier: Apache-2.0 */
/* fork and exec of this same program, and the last line it said. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "tui/errand.h"

enum { EXEC_FAILED = 127 };

/* In the child, only calls that are safe after fork. */
static void
errand_become(int output, const char *const *arguments)
{
	char *vector[ERRAND_ARGUMENTS + 2] = { (char *)(uintptr_t)"sekimori" };
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	for (size_t i = 0; i < ERRAND_ARGUMENTS && arguments[i] != NULL; i++)
		vector[i + 1] = (char *)(uintptr_t)arguments[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2)
		execv("/proc/self/exe", vector);
	_exit(EXEC_FAILED);
}

enum err
errand_start(struct errand *errand, const char *const *arguments, struct why *why)
{
	int ends[2];
	pid_t process;

	if (errand->process != 0)
		return why_set(why, ERR_BUSY, _("the act before this one is still running"));
	if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		return why_set(why, ERR_IO, "pipe: %s", strerror(errno));
	process = fork();
	if (process == 0)
		errand_become(ends[1], arguments);
	close(ends[1]);
	if (process < 0) {
		close(ends[0]);
		return why_set(why, ERR_IO, "fork: %s", strerror(errno));
	}
	*errand = (struct errand){ .process = process, .fd = ends[0] };
	return ERR_OK;
}

static void
errand_take(struct errand *errand, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			errand->line_ended = true;
			continue;
		}
		if (errand->line_ended) {
			errand->line_ended = false;
			errand->len = 0;
		}
		if (errand->len + 1 < sizeof(errand->answer))
			errand->answer[errand->len++] = text[i];
	}
	errand->answer[errand->len] = '\0';
}

bool
errand_turn(struct errand *errand, int *status)
{
	char text[512];
	ssize_t len;
	int how;

	if (errand->process == 0)
		return false;
	while ((len = read(errand->fd, text, sizeof(text))) > 0)
		errand_take(errand, text, (size_t)len);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (waitpid(errand->process, &how, 0) < 0)
		how = -1;
	*status = how >= 0 && WIFEXITED(how) ? WEXITSTATUS(how) : -1;
	close(errand->fd);
	errand->fd = -1;
	errand->process = 0;
	return true;
}

void
errand_wait(struct errand *errand, int *status)
{
	struct pollfd output = { .fd = errand->fd, .events = POLLIN };

	while (errand->process != 0 && !errand_turn(errand, status))
		poll(&output, 1, -1);
}

void
errand_close(struct errand *errand)
{
	if (errand->process != 0)
		close(errand->fd);
	*errand = (struct errand){ .fd = -1 };
}
