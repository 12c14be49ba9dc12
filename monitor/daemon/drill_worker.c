/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker of an exercise: it probes nothing and sends what the scenario says, as rounds of
 * every target at its own interval, alarms, a provider's words and metrics.  What it says goes the
 * way of everything real: over its link, into the ledger, which marks it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/daemon/drill_worker.h"
#include "monitor/daemon/outbox.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/track.h"
#include "monitor/state/drill.h"

enum { TURN_MAX_MS = 1000, FLUSH_MS = 3000 };

/* What a target shows at present, and how many rounds are still to be said. */
struct part {
	bool         in;		/* the scenario happens to it */
	enum outcome outcome;		/* UNKNOWN: not yet said */
	enum err     error;
	const char  *detail;
	uint32_t     rounds;
	int64_t      next_ms;
};

struct player {
	struct role_start *start;
	struct outbox      outbox;
	struct drill      *drill;
	struct part       *part;	/* of each target of the plan */
	struct coverage    coverage;
	struct buffer      body, scratch, confined;
	int64_t            began_ms, coverage_ms, ready_ms;	/* monotonic */
	uint32_t           step;	/* the next one */
	bool               ended;
};

static int64_t
now_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

/* Milliseconds of the scenario as they are played. */
static int64_t
played(const struct player *p, int64_t ms)
{
	return ms / (int64_t)p->drill->speed;
}

static void
send(struct player *p, struct record *record)
{
	record->role = ROLE_WORKER;
	record->index = p->start->index;
	record->observed_ms = record->observed_ms != 0 ? record->observed_ms : clock_wall_ms();
	buffer_reset(&p->body);
	record_encode(&p->body, record);
	outbox_send(&p->outbox, MESSAGE_RECORD, bytes_of_buffer(&p->body));
	p->ended |= p->outbox.broken;
}

/* --- rounds ------------------------------------------------------------------------------- */

static void
round_say(struct player *p, uint32_t i)
{
	const struct plan_target *target = &p->start->plan->target[i];
	struct part *part = &p->part[i];
	int64_t interval_ms = played(p, target->interval_ms);
	struct record record = { .kind = RECORD_OBSERVATION, .observation = {
	    .target = target->id, .replicas = 1, .outcome = part->outcome, .error = part->error,
	    .latency_us = part->outcome == OUTCOME_UP ? 1000 : 0,
	    .detail = bytes_of_text(part->detail) } };

	send(p, &record);
	p->coverage.rounds++;
	part->rounds--;
	part->next_ms += interval_ms > 0 ? interval_ms : 1;
}

static void
rounds_say(struct player *p, int64_t now)
{
	for (uint32_t i = 0; i < p->start->plan->targets; i++)
		while (p->part[i].rounds > 0 && p->part[i].next_ms <= now)
			round_say(p, i);
}

/* As a probe that finds a change: said in so many rounds as k of n and recovery look at. */
static void
part_change(struct player *p, uint32_t i, const struct drill_step *step, int64_t now)
{
	const struct plan_target *target = &p->start->plan->target[i];
	uint32_t rounds = target->window > target->recover_count ? target->window :
	    target->recover_count;

	p->part[i] = (struct part){ .in = p->part[i].in, .outcome = step->outcome,
	    .error = step->error, .detail = step->title, .rounds = rounds, .next_ms = now };
}

/* --- steps -------------------------------------------------------------------------------- */

typedef void each_target(struct player *, uint32_t target, const struct drill_step *, int64_t now);

/* Instances in the order of the plan, so many of them as the step says. */
static void
for_each(struct player *p, const struct drill_step *step, int64_t now, bool once,
    each_target *each)
{
	const struct plan *plan = p->start->plan;
	bool *seen = memory_new(plan->instances + 1, sizeof(*seen));
	uint64_t count = 0;

	for (uint32_t i = 0; i < plan->targets; i++) {
		uint32_t instance = plan->target[i].instance;

		if (step->on != DRILL_ALL && p->part[i].in != (step->on == DRILL_SCOPE))
			continue;
		if (!seen[instance] && step->count != 0 && count == step->count)
			continue;
		if (!seen[instance] || !once)
			each(p, i, step, now);
		count += !seen[instance];
		seen[instance] = true;
	}
	free(seen);
}

static void
alarm_say(struct player *p, uint32_t target, const struct drill_step *step, int64_t now)
{
	const struct plan *plan = p->start->plan;
	bool over = step->severity == PERCEIVED_CLEARED;
	char subject[NAME_MAX_LEN + 16];
	struct record record = { .kind = RECORD_SIGNAL };

	(void)now;
	snprintf(subject, sizeof(subject), "instance:%s",
	    plan->instance[plan->target[target].instance].name);
	record.signal = (struct record_signal){ .source = bytes_of_text("drill"),
	    .form = SIGNAL_FORM_TRAP, .kind = over ? SIGNAL_CLEARED : SIGNAL_RAISED,
	    .key = bytes_of_text(step->title), .subject = bytes_of_text(subject),
	    .severity = step->severity, .alarm_type = ALARM_TYPE_COMMUNICATIONS,
	    .cause = bytes_of_text(step->cause), .title = bytes_of_text(step->title),
	    .told = clock_wall_ms(), .clock = SIGNAL_CLOCK_AGREES, .count = 1 };
	send(p, &record);
}

/* Of the provider on whose site the first of them stands; own premises have none. */
static void
notice_say(struct player *p, const struct drill_step *step)
{
	const struct plan *plan = p->start->plan;
	struct record record = { .kind = RECORD_SIGNAL };
	const struct plan_site *site = NULL;
	char subject[NAME_MAX_LEN + 16];

	for (uint32_t i = 0; i < plan->targets && site == NULL; i++)
		if (p->part[i].in)
			site = &plan->site[plan->instance[plan->target[i].instance].site];
	if (site == NULL || site->provider[0] == '\0')
		return;
	snprintf(subject, sizeof(subject), "provider:%s", site->provider);
	record.signal = (struct record_signal){ .source = bytes_of_text("drill"),
	    .form = SIGNAL_FORM_STATUS, .kind = SIGNAL_NOTICE, .key = bytes_of_text("drill"),
	    .subject = bytes_of_text(subject), .severity = step->severity,
	    .title = bytes_of_text(step->title), .told = clock_wall_ms(),
	    .clock = SIGNAL_CLOCK_AGREES, .region = bytes_of_text(site->region), .count = 1 };
	if (step->started_ms >= 0)
		record.signal.started = clock_wall_ms() - (now_ms() - p->began_ms) +
		    played(p, step->started_ms);
	if (step->severity == PERCEIVED_CLEARED)
		record.signal.ended = clock_wall_ms();
	send(p, &record);
}

static void
metric_say(struct player *p, uint32_t target, const struct drill_step *step, int64_t now)
{
	const struct plan *plan = p->start->plan;
	struct record record = { .kind = RECORD_METRIC, .metric = {
	    .source = bytes_of_text("drill"), .metric = step->metric, .value = step->value,
	    .instance = bytes_of_text(plan->instance[plan->target[target].instance].name),
	    .told = clock_wall_ms(), .known = 1 } };

	(void)now;
	send(p, &record);
}

static void
step_play(struct player *p, const struct drill_step *step, int64_t now)
{
	switch (step->does) {
	case DRILL_SEE:    for_each(p, step, now, false, part_change); break;
	case DRILL_ALARM:  for_each(p, step, now, true, alarm_say); break;
	case DRILL_NOTICE: notice_say(p, step); break;
	default:           for_each(p, step, now, true, metric_say); break;
	}
}

static void
steps_play(struct player *p, int64_t now)
{
	while (p->step < p->drill->steps &&
	    p->began_ms + played(p, p->drill->step[p->step].at_ms) <= now) {
		step_play(p, &p->drill->step[p->step++], now);
		if (p->step == p->drill->steps)
			log_line(LOG_LEVEL_INFO, "the scenario %s is played to its end; what it "
			    "left stands until this exercise is stopped", p->drill->id);
	}
}

/* --- the role ----------------------------------------------------------------------------- */

static void
self_say(struct player *p)
{
	struct record record;

	role_self(p->start, &record, &p->scratch, buffer_text(&p->confined));
	coverage_begin(&p->coverage, record.observed_ms, now_ms());
	p->coverage_ms = now_ms() + COVERAGE_MS;
	send(p, &record);
}

static void
coverage_say(struct player *p)
{
	struct record record = { .kind = RECORD_COVERAGE };

	coverage_end(&p->coverage, clock_wall_ms(), now_ms(), &record.coverage);
	record.coverage.targets = p->start->plan->targets;
	p->coverage_ms = now_ms() + COVERAGE_MS;
	send(p, &record);
}

/* After a GAP of the ledger nothing of before is believed: all of it is said again. */
static void
anew(struct player *p)
{
	self_say(p);
	for (uint32_t i = 0; i < p->start->plan->targets; i++) {
		struct drill_step again = { .outcome = p->part[i].outcome,
			.error = p->part[i].error, .title = p->part[i].detail };

		if (p->part[i].detail != NULL)
			part_change(p, i, &again, now_ms());
	}
}

static enum err
scenario_take(struct player *p, struct why *why)
{
	const struct plan *plan = p->start->plan;
	struct bytes octets = bytes_of(NULL, 0);
	bool *in = memory_new(plan->targets + 1, sizeof(*in));
	enum err err;

	for (uint32_t i = 0; i < plan->documents; i++)
		if (strcmp(plan->document[i].id, DRILL_DOCUMENT) == 0)
			octets = role_file(p->start, plan->document[i].path);
	err = drill_read(octets, "scenario", &p->drill, why);
	if (err == ERR_OK)
		err = drill_scope(p->drill, plan, in, why);
	p->part = memory_new(plan->targets + 1, sizeof(*p->part));
	for (uint32_t i = 0; i < plan->targets; i++)
		p->part[i].in = in[i];
	free(in);
	return err;
}

/* Another plan means other targets: this worker ends, and the next one begins the scenario. */
static void
control_take(struct player *p)
{
	enum message message;
	int attached = -1;
	enum err err = link_receive(p->start->control, &message, &p->scratch, &attached);

	if (attached >= 0)
		close(attached);
	p->ended |= err == ERR_CLOSED ||
	    (err == ERR_OK && (message == MESSAGE_STOP || message == MESSAGE_PLAN));
}

static void
ledger_take(struct player *p)
{
	enum message message;
	int attached = -1;
	enum err err = link_receive(p->outbox.fd, &message, &p->scratch, &attached);

	if (attached >= 0)
		close(attached);
	p->ended |= err == ERR_CLOSED;
	if (err == ERR_OK && message == MESSAGE_AGAIN)
		anew(p);
}

static int64_t
next_ms(const struct player *p, int64_t now)
{
	int64_t next = now + TURN_MAX_MS;

	if (p->step < p->drill->steps) {
		int64_t at = p->began_ms + played(p, p->drill->step[p->step].at_ms);

		next = at < next ? at : next;
	}
	for (uint32_t i = 0; i < p->start->plan->targets; i++)
		if (p->part[i].rounds > 0 && p->part[i].next_ms < next)
			next = p->part[i].next_ms;
	return next > now ? next - now : 0;
}

static void
turn(struct player *p)
{
	struct pollfd wait[2] = { { .fd = p->start->control, .events = POLLIN },
		{ .fd = p->outbox.fd, .events = POLLIN } };
	int64_t now = now_ms();

	if (!outbox_empty(&p->outbox))
		wait[1].events |= POLLOUT;
	if (poll(wait, 2, (int)next_ms(p, now)) < 0 && errno != EINTR)
		p->ended = true;
	if (wait[0].revents != 0)
		control_take(p);
	if (wait[1].revents & (POLLIN | POLLHUP | POLLERR))
		ledger_take(p);
	outbox_drain(&p->outbox);
	now = now_ms();
	if (!outbox_full(&p->outbox)) {
		steps_play(p, now);
		rounds_say(p, now);
		if (now >= p->coverage_ms)
			coverage_say(p);
	}
	if (now - p->ready_ms >= ROLE_READY_MS) {
		p->ready_ms = now;
		p->ended |= role_ready(p->start, 0) == ERR_CLOSED;
	}
	p->ended |= p->outbox.broken;
}

static void
player_run(struct player *p)
{
	self_say(p);
	p->began_ms = now_ms();
	p->ready_ms = p->began_ms;
	p->ended = role_ready(p->start, 0) == ERR_CLOSED;
	while (!p->ended)
		turn(p);
	if (p->outbox.broken)
		return;
	coverage_say(p);
	if (!outbox_flush(&p->outbox, FLUSH_MS))
		log_line(LOG_LEVEL_ERROR, "the ledger did not take the last records in time");
}

int
drill_worker_main(struct role_start *start)
{
	struct player p = { .start = start, .outbox = { .fd = role_link_fd(start, ROLE_LEDGER,
	    0) }, .confined = { .max = 4096 } };
	struct why why = { .err = ERR_OK };
	enum err err = scenario_take(&p, &why);

	if (err == ERR_OK)
		err = sandbox_enter(ROLE_WORKER, start, &p.confined, &why);
	if (err == ERR_OK)
		player_run(&p);
	else
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
	drill_free(p.drill);
	free(p.part);
	outbox_free(&p.outbox);
	buffer_free(&p.body);
	buffer_free(&p.scratch);
	buffer_free(&p.confined);
	role_end(start);
	return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
