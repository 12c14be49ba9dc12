/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's loop: signals, what roles say on their control links, and phases.  Start:
 * ledger and signer, then the plan, then all others.  Without a ledger there is no monitoring:
 * when it dies, everything is ended and started again.  Stop: all others, the ledger, the signer.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/supervisor.h"

enum { CONTROL_TURN_MAX = 16, CLOSED_MS = 3000 };

static bool
counts_all(const struct child *child)
{
	(void)child;
	return true;
}

static bool
counts_others(const struct child *child)
{
	return child->role != ROLE_LEDGER && child->role != ROLE_SIGNER;
}

static bool
counts_ledger(const struct child *child)
{
	return child->role == ROLE_LEDGER;
}

static void
stop(struct supervisor *s)
{
	if (s->phase >= PHASE_STOP_ROLES)
		return;
	log_line(LOG_LEVEL_INFO, "stopping");
	notify_send_line(&s->notify, "STOPPING=1");
	s->phase = PHASE_STOP_ROLES;
	for (uint32_t i = 0; i < s->children; i++)
		if (counts_others(&s->child[i]))
			child_stop(&s->child[i], STOP_ROLES_MS);
}

void
supervisor_refused(struct supervisor *s)
{
	s->exit_status = EXIT_USAGE;
	stop(s);
}

static void
phase_begin(struct supervisor *s)
{
	struct child *ledger = child_of(s, ROLE_LEDGER, 0), *signer = child_of(s, ROLE_SIGNER, 0);

	s->phase = PHASE_PLAN;
	s->self_told = false;
	ledger->wanted = signer->wanted = true;
	child_start(s, ledger);
	if (ledger->pid == 0)
		return;
	child_start(s, signer);
	order_config(s, s->next != NULL ? s->next : s->config, "start");
}

/* Whoever has no work in the plan leaves with the targets it had: its last word is about them. */
static bool
leaves(const struct child *child, const struct plan *plan)
{
	return child->role == ROLE_WORKER && child->index >= plan->workers;
}

/* Whoever the plan asks for runs, whoever it does not stops; those that stay get the new plan. */
static void
children_match(struct supervisor *s)
{
	const struct plan *plan = s->config->plan;

	for (uint32_t i = 0; i < s->children; i++)
		if (s->child[i].pid > 0 && !s->child[i].stopping && !leaves(&s->child[i], plan))
			order_plan(s, &s->child[i]);
	child_of(s, ROLE_FETCH, 0)->wanted = plan->channels > 0 || plan->authorities > 0;
	child_of(s, ROLE_FETCH, FETCH_POLLS)->wanted = plan->sources > 0;
	child_of(s, ROLE_FETCH, FETCH_KEEPS)->wanted = plan->downloads > 0;
	child_of(s, ROLE_INTAKE, 0)->wanted = plan->listeners > 0;
	for (uint32_t i = 0; i < WORKER_MAX && i < plan->workers; i++)
		child_of(s, ROLE_WORKER, i)->wanted = true;
	child_of(s, ROLE_ENGINE, 0)->wanted = true;
	for (uint32_t i = 0; i < s->children; i++) {
		struct child *child = &s->child[i];

		if (leaves(child, plan))
			child->wanted = false;
		if (!child->wanted && child->pid > 0)
			child_stop(child, STOP_ROLES_MS);
		else if (child->wanted && child->pid == 0 && child->again_ns == 0)
			child_start(s, child);
	}
}

static void
plan_take(struct supervisor *s, struct bytes plan)
{
	bool first = s->phase == PHASE_PLAN;

	if (s->phase != PHASE_PLAN && s->phase != PHASE_RUN)
		return;
	buffer_reset(&s->plan);
	buffer_put(&s->plan, plan.at, plan.len);
	if (s->next != NULL) {
		config_free(s->config);
		free(s->config);
		s->config = s->next;
		s->next = NULL;
		share_drop(s);
	}
	s->phase = PHASE_RUN;
	s->ledger_died[0] = '\0';
	order_self(s);
	children_match(s);
	log_line(LOG_LEVEL_INFO, "%s: %u targets, %u workers",
	    first ? "started" : "configuration read again", s->config->plan->targets,
	    s->config->plan->workers);
	if (!first)
		notify_send_line(&s->notify, "READY=1\nSTATUS=%s", s->status);
}

void
supervisor_ledger_died(struct supervisor *s, const char *sentence)
{
	snprintf(s->ledger_died, sizeof(s->ledger_died), "%s", sentence);
	if (s->phase != PHASE_PLAN && s->phase != PHASE_RUN)
		return;
	s->phase = PHASE_AGAIN;
	notify_send_line(&s->notify, "STATUS=the ledger role ended; everything is started again");
	for (uint32_t i = 0; i < s->children; i++)
		if (s->child[i].role != ROLE_LEDGER)
			child_stop(&s->child[i], 1000);
}

static enum err
origin_keep(const struct supervisor *s, const struct config *next, struct why *why)
{
	if (strcmp(next->origin, s->config->origin) == 0)
		return ERR_OK;
	return why_set(why, ERR_INVALID, "ledger.origin was \"%.100s\" and is now \"%.100s\", but "
	    "a ledger keeps its name: put it back, or give the new ledger a state folder of its "
	    "own and start again", s->config->origin, next->origin);
}

/* What a reload cannot change stays as it is. */
static void
later_only(const struct supervisor *s, struct config *next)
{
	if (strcmp(next->state, s->config->state) != 0 || strcmp(next->key, s->config->key) != 0)
		log_line(LOG_LEVEL_WARNING,
		    "another state folder or key takes effect at the next start only");
	if (strcmp(next->plan->newest_note, s->config->plan->newest_note) != 0)
		log_line(LOG_LEVEL_WARNING,
		    "another newest_note takes effect at the next start only");
	memcpy(next->state, s->config->state, sizeof(next->state));
	memcpy(next->key, s->config->key, sizeof(next->key));
}

static void
reload(struct supervisor *s)
{
	struct config *next = memory_new(1, sizeof(*next));
	struct config_faults faults = { .count = 0 };
	struct why why = { .err = ERR_OK };
	enum err err;

	if (s->phase != PHASE_RUN || s->next != NULL) {
		log_line(LOG_LEVEL_WARNING,
		    "the configuration is not read again now: the last start or reload "
		    "is not finished; send the signal once more");
		free(next);
		return;
	}
	s->reload_ns = 0;
	s->reloaded_ns = now_ns();
	notify_send_line(
	    &s->notify, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_awake_us());
	err = config_load(s->config_path, next, &faults, &why);
	if (err == ERR_OK)
		err = origin_keep(s, next, &why);
	if (err == ERR_OK) {
		later_only(s, next);
		s->next = next;
		order_config(s, next, "reload");
	} else {
		for (size_t i = 0; i < faults.count; i++)
			log_line(LOG_LEVEL_ERROR, "%s:%u: %s", s->config_path, faults.fault[i].line,
			    faults.fault[i].text);
		log_line(LOG_LEVEL_ERROR, "the old configuration stays in force: %s", why.text);
		config_free(next);
		free(next);
		notify_send_line(
		    &s->notify, "READY=1\nSTATUS=the old configuration stays in force");
	}
	config_faults_free(&faults);
}

/* A file was exchanged: the same as a signal, but not more often than roles may ask for it. */
static void
on_reload(struct supervisor *s)
{
	int64_t earliest = s->reloaded_ns + RELOAD_MS * MS_NS;

	if (s->reload_ns == 0)
		s->reload_ns = earliest > now_ns() ? earliest : now_ns();
}

/* Nanoseconds until a reload that was asked for is due. */
static int64_t
reload_turn(struct supervisor *s)
{
	int64_t now = now_ns();

	if (s->reload_ns == 0)
		return INT64_MAX;
	if (s->reload_ns > now)
		return s->reload_ns - now;
	/* While the last one is not finished it waits, and is not forgotten. */
	if (s->phase != PHASE_RUN || s->next != NULL)
		return MS_NS * 500;
	log_line(LOG_LEVEL_INFO, "a file of the configuration was exchanged: it is read again");
	reload(s);
	return INT64_MAX;
}

static void
on_signals(struct supervisor *s)
{
	struct signalfd_siginfo got;

	while (read(s->signals, &got, sizeof(got)) == (ssize_t)sizeof(got)) {
		if (got.ssi_signo == SIGTERM || got.ssi_signo == SIGINT)
			stop(s);
		if (got.ssi_signo == SIGHUP)
			reload(s);
	}
}

static void
on_status(struct supervisor *s, struct bytes text)
{
	snprintf(s->status, sizeof(s->status), "%.*s", (int)text.len, (const char *)text.at);
	notify_send_line(&s->notify, "STATUS=%s", s->status[0] != '\0' ? s->status : "watching");
}

/* The ledger cut somebody's link: that process is ended, its death is told as any other. */
static void
on_cut(struct supervisor *s, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t role = cbor_uint(&in), index = cbor_uint(&in);
	struct bytes text = cbor_text(&in);
	struct child *child;
	char reason[WHY_TEXT_MAX];

	if (!three || !cbor_done(&in) || index > UINT32_MAX)
		return;
	child = child_running(s, (enum role)role, (uint32_t)index);
	snprintf(reason, sizeof(reason), "%.*s", (int)text.len, (const char *)text.at);
	if (child != NULL && child->role != ROLE_LEDGER)
		child_kill(child, reason);
}

static void
on_ready(struct child *child, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	uint64_t silent_ms = body.len > 0 ? cbor_uint(&in) : 0;

	child->heard_ns = now_ns();
	child->silent_ns = silent_ms < 24 * 3600 * 1000 ? (int64_t)silent_ms * MS_NS : 0;
	child->readies += child->readies < 2;
}

/* A role that closed its link is ending; one that lives on without it is ended. */
static void
control_ended(struct child *child, enum err err)
{
	close(child->control);
	child->control = -1;
	if (err != ERR_CLOSED)
		child_kill(child, "it sent nonsense");
	else if (child->kill_ns == 0)
		child->kill_ns = now_ns() + CLOSED_MS * MS_NS;
}

static void
on_control(struct supervisor *s, struct child *child)
{
	for (unsigned taken = 0; taken < CONTROL_TURN_MAX && child->control >= 0; taken++) {
		enum message message;
		int attached;
		enum err err = link_receive(child->control, &message, &s->message, &attached);
		struct bytes body = bytes_of_buffer(&s->message);

		if (attached >= 0)
			close(attached);
		if (err == ERR_BUSY)
			return;
		if (err != ERR_OK) {
			control_ended(child, err);
			return;
		}
		if (message == MESSAGE_READY)
			on_ready(child, body);
		if (message == MESSAGE_PLAN && child->role == ROLE_LEDGER)
			plan_take(s, body);
		if (message == MESSAGE_STATUS && child->role == ROLE_LEDGER)
			on_status(s, body);
		if (message == MESSAGE_DIED && child->role == ROLE_LEDGER)
			on_cut(s, body);
		if (message == MESSAGE_RELOAD && child->role == ROLE_FETCH &&
		    child->index == FETCH_KEEPS)
			on_reload(s);
	}
}

/* Watching needs ledger, engine and workers; signer, fetch and intake may come and go. */
static void
tell_ready(struct supervisor *s)
{
	for (uint32_t i = 0; i < s->children && !s->told_ready; i++)
		if (s->child[i].wanted && s->child[i].readies == 0 &&
		    s->child[i].role != ROLE_SIGNER && s->child[i].role != ROLE_FETCH &&
		    s->child[i].role != ROLE_INTAKE)
			return;
	if (s->told_ready || s->phase != PHASE_RUN)
		return;
	s->told_ready = true;
	notify_send_line(
	    &s->notify, "READY=1\nSTATUS=%s", s->status[0] != '\0' ? s->status : "watching");
	log_line(LOG_LEVEL_INFO, "watching");
	memory_trim();
}

/* One step from phase to phase, when what it waits for is there. */
static void
phase_turn(struct supervisor *s)
{
	struct child *ledger = child_of(s, ROLE_LEDGER, 0), *signer = child_of(s, ROLE_SIGNER, 0);

	if (s->phase == PHASE_AGAIN && children_gone(s, counts_all) && ledger->again_ns <= now_ns())
		phase_begin(s);
	if (s->phase == PHASE_STOP_ROLES && children_gone(s, counts_others)) {
		s->phase = PHASE_STOP_LEDGER;
		child_stop(ledger, STOP_LEDGER_MS);
	}
	if (s->phase == PHASE_STOP_LEDGER && children_gone(s, counts_ledger)) {
		s->phase = PHASE_STOP_SIGNER;
		child_stop(signer, STOP_ROLES_MS);
	}
	if (s->phase == PHASE_STOP_SIGNER && children_gone(s, counts_all))
		s->phase = PHASE_END;
}

static int64_t
watchdog_turn(struct supervisor *s)
{
	int64_t now = now_ns();

	if (s->notify.watchdog_ns == 0)
		return INT64_MAX;
	if (now - s->watchdog_ns >= s->notify.watchdog_ns) {
		notify_send_line(&s->notify, "WATCHDOG=1");
		s->watchdog_ns = now;
	}
	return s->watchdog_ns + s->notify.watchdog_ns - now;
}

static void
wait_for(struct pollfd *wait, nfds_t count, int64_t rest_ns, struct supervisor *s)
{
	int64_t due_ns = now_ns() + rest_ns, late_ns;
	char late[TIME_TEXT];

	if (poll(wait, count, (int)(rest_ns / MS_NS) + 1) < 0 && errno != EINTR)
		log_line(LOG_LEVEL_ERROR, "poll: %s", strerror(errno));
	late_ns = now_ns() - due_ns;
	if (late_ns <= LATE_MS * MS_NS)
		return;
	duration_text(late_ns / MS_NS, late);
	log_line(LOG_LEVEL_WARNING, "the supervisor itself stood still for %s: it was stopped, or "
	    "the machine was suspended; meanwhile nobody watched over the roles", late);
	children_forgive(s, late_ns);
}

static void
turn(struct supervisor *s)
{
	struct pollfd wait[CHILDREN_MAX + 1] = { { .fd = s->signals, .events = POLLIN } };
	int64_t rest = children_turn(s), watchdog = watchdog_turn(s), again = reload_turn(s);
	uint32_t children = s->children;

	rest = watchdog < rest ? watchdog : rest;
	rest = again < rest ? again : rest;
	if (s->phase == PHASE_AGAIN && rest > 50 * MS_NS)
		rest = 50 * MS_NS;
	for (uint32_t i = 0; i < children; i++)
		wait[i + 1] = (struct pollfd){ .fd = s->child[i].control, .events = POLLIN };
	wait_for(wait, children + 1, rest, s);
	for (uint32_t i = 0; i < children; i++)
		if (wait[i + 1].fd >= 0 && wait[i + 1].fd == s->child[i].control &&
		    wait[i + 1].revents != 0)
			on_control(s, &s->child[i]);
	on_signals(s);
	children_reap(s);
	phase_turn(s);
	tell_ready(s);
}

int
supervisor_run(struct supervisor *s)
{
	sigset_t watched;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGHUP);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	s->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0) {
		log_line(LOG_LEVEL_ERROR, "signals cannot be watched: %s", strerror(errno));
		return EXIT_UNKNOWN;
	}
	phase_begin(s);
	while (s->phase != PHASE_END)
		turn(s);
	close(s->signals);
	share_drop(s);
	buffer_free(&s->plan);
	buffer_free(&s->message);
	log_line(LOG_LEVEL_INFO, "stopped");
	return s->exit_status;
}
