/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children: each a fresh execution of the program (or of its own executable in libexec) with the
 * control link as descriptor 3 and nothing else open.  A death is told to the ledger with its
 * cause and followed by a start after a pause that doubles; a role that falls silent is ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/log.h"
#include "monitor/daemon/supervisor.h"

int64_t
now_ns(void)
{
	return clock_monotonic_ns();
}

struct child *
child_of(struct supervisor *s, enum role role, uint32_t index)
{
	for (uint32_t i = 0; i < s->children; i++)
		if (s->child[i].role == role && s->child[i].index == index)
			return &s->child[i];
	if (s->children == CHILDREN_MAX)
		return NULL;
	s->child[s->children] = (struct child){ .role = role, .index = index, .control = -1 };
	return &s->child[s->children++];
}

struct child *
child_running(struct supervisor *s, enum role role, uint32_t index)
{
	for (uint32_t i = 0; i < s->children; i++)
		if (s->child[i].role == role && s->child[i].index == index && s->child[i].pid > 0)
			return &s->child[i];
	return NULL;
}

/* Between fork and exec: only what is safe there, and no way back. */
static _Noreturn void
child_exec(const struct supervisor *s, const struct child *child, int link, pid_t parent)
{
	char index[16], own[PATH_TEXT_MAX + 32];
	const char *path = "/proc/self/exe";
	char *argv[] = { (char[]){ "sekimori" }, (char[]){ "role" },
		(char *)(uintptr_t)role_name(child->role), index, NULL };
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	snprintf(index, sizeof(index), "%" PRIu32, child->index);
	if (child->role == ROLE_FETCH || child->role == ROLE_INTAKE) {
		snprintf(own, sizeof(own), "%s/sekimori-%s", s->libexec, role_name(child->role));
		path = own;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (link == ROLE_CONTROL_FD)
		fcntl(link, F_SETFD, 0);
	else
		dup2(link, ROLE_CONTROL_FD);
	close_range(ROLE_CONTROL_FD + 1, ~0U, 0);
	execv(path, argv);
	fprintf(stderr, "<3>supervisor: cannot start %s: %s\n", path, strerror(errno));
	_exit(127);
}

static void
start_later(struct child *child)
{
	if (child->started_ns != 0 && now_ns() - child->started_ns >= PAUSE_FORGET_MS * MS_NS)
		child->pause_ms = 0;
	child->pause_ms = child->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * child->pause_ms;
	if (child->pause_ms > PAUSE_LAST_MS)
		child->pause_ms = PAUSE_LAST_MS;
	child->again_ns = now_ns() + child->pause_ms * MS_NS;
}

void
child_start(struct supervisor *s, struct child *child)
{
	struct why why = { .err = ERR_OK };
	pid_t parent = getpid();
	int link[2];

	child->again_ns = 0;
	child->started_ns = now_ns();
	if (link_pair(link, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s %" PRIu32 " is not started: %s",
		    role_name(child->role), child->index, why.text);
		start_later(child);
		return;
	}
	child->pid = fork();
	if (child->pid == 0)
		child_exec(s, child, link[1], parent);
	close(link[1]);
	if (child->pid < 0) {
		log_line(LOG_LEVEL_ERROR, "%s %" PRIu32 " is not started: %s",
		    role_name(child->role), child->index, strerror(errno));
		child->pid = 0;
		close(link[0]);
		start_later(child);
		return;
	}
	child->control = link[0];
	child->stopping = false;
	child->readies = 0;
	child->heard_ns = child->started_ns;
	child->silent_ns = child->kill_ns = 0;
	child->reason[0] = '\0';
	order_begin(s, child);
}

void
child_kill(struct child *child, const char *reason)
{
	if (child->pid <= 0)
		return;
	if (child->reason[0] == '\0')
		snprintf(child->reason, sizeof(child->reason), "%s", reason);
	kill(child->pid, SIGKILL);
}

void
child_stop(struct child *child, int64_t patience_ms)
{
	child->wanted = false;
	child->again_ns = 0;
	if (child->pid <= 0 || child->stopping)
		return;
	child->stopping = true;
	child->kill_ns = now_ns() + patience_ms * MS_NS;
	if (child->control < 0 ||
	    link_send(child->control, MESSAGE_STOP, bytes_of(NULL, 0), -1) != ERR_OK)
		kill(child->pid, SIGKILL);
}

/* How a process ended, as a sentence for the ledger. */
static void
end_text(const struct child *child, pid_t pid, int status, char *out, size_t out_len)
{
	const char *name = role_name(child->role);
	int len;

	if (WIFSIGNALED(status))
		len = snprintf(out, out_len,
		    "%s %" PRIu32 " (process %d) was ended by signal %d (%s)", name, child->index,
		    (int)pid, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		len = snprintf(out, out_len, "%s %" PRIu32 " (process %d) ended with status %d",
		    name, child->index, (int)pid, WEXITSTATUS(status));
	if (child->reason[0] != '\0' && len > 0 && (size_t)len < out_len)
		snprintf(out + len, out_len - (size_t)len, ": %.200s", child->reason);
}

static void
child_ended(struct supervisor *s, struct child *child, int status)
{
	char sentence[WHY_TEXT_MAX];
	bool stopped = child->stopping;

	end_text(child, child->pid, status, sentence, sizeof(sentence));
	child->pid = 0;
	child->kill_ns = 0;
	if (child->control >= 0)
		close(child->control);
	child->control = -1;
	if (stopped) {
		log_line(LOG_LEVEL_DEBUG, "%s", sentence);
		/* A plan that came meanwhile may want it again. */
		if (child->wanted)
			child->again_ns = now_ns();
		return;
	}
	if (child->role == ROLE_LEDGER && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE) {
		supervisor_refused(s);
		return;
	}
	log_line(LOG_LEVEL_ERROR, "%s", sentence);
	start_later(child);
	if (child->role == ROLE_LEDGER)
		supervisor_ledger_died(s, sentence);
	else
		order_died(s, child, sentence);
}

void
children_reap(struct supervisor *s)
{
	for (uint32_t i = 0; i < s->children; i++) {
		struct child *child = &s->child[i];
		int status;

		if (child->pid > 0 && waitpid(child->pid, &status, WNOHANG) == child->pid)
			child_ended(s, child, status);
	}
}

bool
children_gone(const struct supervisor *s, bool (*counts)(const struct child *))
{
	for (uint32_t i = 0; i < s->children; i++)
		if (s->child[i].pid > 0 && counts(&s->child[i]))
			return false;
	return true;
}

/* When this role must have been heard again.  fetch may say READY just once: its loop is curl's. */
static int64_t
silence_ends(const struct child *child)
{
	if (child->readies == 0)
		return child->started_ns + BEGIN_PATIENCE_MS * MS_NS;
	if (child->readies == 1 && child->role == ROLE_FETCH)
		return INT64_MAX;
	return child->heard_ns + ROLE_SILENCE_MS * MS_NS + child->silent_ns;
}

void
children_forgive(struct supervisor *s, int64_t ns)
{
	for (uint32_t i = 0; i < s->children; i++) {
		struct child *child = &s->child[i];

		child->started_ns += ns;
		child->heard_ns += ns;
		if (child->kill_ns != 0)
			child->kill_ns += ns;
	}
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
children_turn(struct supervisor *s)
{
	int64_t now = now_ns(), next = now + TURN_MS * MS_NS;

	for (uint32_t i = 0; i < s->children; i++) {
		struct child *child = &s->child[i];

		if (child->pid > 0 && child->kill_ns != 0 && child->kill_ns <= now) {
			child->kill_ns = 0;
			child_kill(child,
			    child->control < 0 ? "it closed its control link and lived on"
			                       : "it did not stop in time");
		} else if (child->pid > 0 && !child->stopping && child->reason[0] == '\0' &&
		    silence_ends(child) <= now) {
			child_kill(child, "it was silent for too long");
		} else if (child->pid == 0 && child->wanted && child->again_ns != 0 &&
		    child->again_ns <= now && (s->phase == PHASE_RUN || s->phase == PHASE_PLAN)) {
			child_start(s, child);
		}
		if (child->pid > 0 && child->kill_ns != 0)
			next = earlier(next, child->kill_ns);
		if (child->pid > 0 && child->reason[0] == '\0')
			next = earlier(next, silence_ends(child));
		if (child->pid == 0 && child->wanted && child->again_ns != 0)
			next = earlier(next, child->again_ns);
	}
	return next > now ? next - now : 0;
}
