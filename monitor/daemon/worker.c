/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker role: one loop, its share of the plan's targets, records to the ledger.  It begins
 * with SELF, vouches for its targets with COVERAGE every minute, and ends when the supervisor says
 * so or when the supervisor or the ledger is gone: without a ledger there is nothing to probe for.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/daemon/drill_worker.h"
#include "monitor/daemon/worker.h"

enum {
	STOP_ROUNDS_MS = 1000,		/* for rounds that run to finish */
	STOP_FLUSH_MS  = 3000,		/* for the ledger to take what is left */
	MISSED_MAX     = 9000,		/* ids of five octets: COVERAGE stays under RECORD_MAX */
	LATE_HELD_MAX  = 1500
};

int64_t
worker_now_ms(const struct worker *worker)
{
	(void)worker;
	return clock_monotonic_ns() / 1000000;
}

static void
on_ledger(uv_poll_t *poll, int status, int events);

static void
ledger_watch(struct worker *worker)
{
	worker->waits = !outbox_empty(&worker->outbox);
	uv_poll_start(&worker->ledger, UV_READABLE | UV_DISCONNECT |
	    (worker->waits ? UV_WRITABLE : 0), on_ledger);
}

static void
worker_end(struct worker *worker, const char *why)
{
	if (!worker->ended && why != NULL)
		log_line(LOG_LEVEL_WARNING, "%s", why);
	worker->ended = true;
	uv_stop(&worker->loop);
}

void
worker_send(struct worker *worker, struct record *record)
{
	record->role = ROLE_WORKER;
	record->index = worker->start->index;
	buffer_reset(&worker->body);
	record_encode(&worker->body, record);
	outbox_send(&worker->outbox, MESSAGE_RECORD, bytes_of_buffer(&worker->body));
	if (worker->outbox.broken)
		worker_end(worker, "the ledger is gone");
	else if (!worker->waits && !outbox_empty(&worker->outbox) && !worker->stopping)
		ledger_watch(worker);
	schedule_hold(worker->schedule, outbox_full(&worker->outbox), worker_now_ms(worker));
}

struct named {
	uint64_t *id[3];
	size_t    count[3];
};

static void
name_take(void *arg, uint64_t id, unsigned flags)
{
	struct named *named = arg;

	for (unsigned i = 0; i < 3; i++)
		if (flags & 1u << i)
			named->id[i][named->count[i]++] = id;
}

/* Who was late or held is told as far as a record has room; who was missed always is. */
static void
coverage_fill(struct worker *worker, struct named *named, struct buffer list[3])
{
	struct record record = { .kind = RECORD_COVERAGE };

	for (unsigned i = 1; i < 3; i++)
		if (named->count[i] > LATE_HELD_MAX)
			named->count[i] = LATE_HELD_MAX;
	coverage_end(&worker->coverage, clock_wall_ms(), worker_now_ms(worker), &record.coverage);
	record.observed_ms = clock_wall_ms();
	record.coverage.targets = schedule_count(worker->schedule);
	record.coverage.missed = record_ids(&list[0], named->id[0], named->count[0]);
	record.coverage.late = record_ids(&list[1], named->id[1], named->count[1]);
	record.coverage.held = record_ids(&list[2], named->id[2], named->count[2]);
	worker_send(worker, &record);
	schedule_told(worker->schedule);
}

static void
coverage_send(struct worker *worker)
{
	struct buffer list[3] = { { 0 } };
	struct named named = { .count = { 0 } };

	for (unsigned i = 0; i < 3; i++)
		named.id[i] = memory_new(schedule_count(worker->schedule) + 1, sizeof(uint64_t));
	schedule_account(worker->schedule, worker_now_ms(worker), name_take, &named);
	/* More than a record can name: vouch for nobody until they are fewer. */
	if (named.count[0] > MISSED_MAX)
		log_line(LOG_LEVEL_ERROR, "%zu targets were missed, more than one record can "
		    "name; use more workers or longer intervals", named.count[0]);
	else
		coverage_fill(worker, &named, list);
	for (unsigned i = 0; i < 3; i++) {
		free(named.id[i]);
		buffer_free(&list[i]);
	}
}

static void
on_coverage(uv_timer_t *timer)
{
	struct worker *worker = timer->data;

	/* While records wait the word for them waits too, and covers the longer time. */
	worker->coverage_due = outbox_full(&worker->outbox);
	if (!worker->coverage_due)
		coverage_send(worker);
}

static void
worker_self(struct worker *worker)
{
	struct record record;

	role_self(worker->start, &record, &worker->scratch, buffer_text(&worker->confined));
	record.self.plan = worker->plan;
	/* The first COVERAGE begins exactly where SELF says that this worker did. */
	coverage_begin(&worker->coverage, record.observed_ms, worker_now_ms(worker));
	worker_send(worker, &record);
}

static void
name_drop(void *arg, uint64_t id, unsigned flags)
{
	(void)arg, (void)id, (void)flags;
}

/* After a GAP of the ledger nothing of before is believed: every target is observed anew. */
static void
worker_anew(struct worker *worker)
{
	for (size_t i = 0; i < worker->places; i++)
		place_close_runs(worker->place[i]);
	/* What was missed until here is the gap's; COVERAGE begins with SELF. */
	schedule_account(worker->schedule, worker_now_ms(worker), name_drop, NULL);
	schedule_told(worker->schedule);
	worker_self(worker);
	worker_seldom(worker);
}

static void
on_ledger(uv_poll_t *poll, int status, int events)
{
	struct worker *worker = poll->data;
	enum message message;
	int attached = -1;

	if (status < 0 || (events & (UV_READABLE | UV_DISCONNECT))) {
		enum err err = link_receive(worker->outbox.fd, &message, &worker->scratch,
		    &attached);

		if (err == ERR_CLOSED)
			worker_end(worker, "the ledger is gone");
		if (attached >= 0)
			close(attached);
		if (err == ERR_OK && message == MESSAGE_AGAIN && !worker->stopping)
			worker_anew(worker);
	}
	if (events & UV_WRITABLE)
		outbox_drain(&worker->outbox);
	if (worker->outbox.broken)
		worker_end(worker, "the ledger is gone");
	if (worker->ended)
		return;
	if (worker->coverage_due && !outbox_full(&worker->outbox)) {
		worker->coverage_due = false;
		coverage_send(worker);
	}
	ledger_watch(worker);
	schedule_hold(worker->schedule, outbox_full(&worker->outbox), worker_now_ms(worker));
	worker_pump(worker);
}

static void
on_due(uv_timer_t *timer)
{
	worker_pump(timer->data);
}

void
worker_pump(struct worker *worker)
{
	struct schedule_due due;
	int64_t wake;

	if (worker->pumping || worker->stopping || worker->ended)
		return;
	worker->pumping = true;
	while (machine_rounds(worker->machine) < ROUNDS_IN_FLIGHT &&
	    schedule_next(worker->schedule, worker_now_ms(worker), &due)) {
		struct place *place = worker_place(worker, due.id);

		if (place != NULL && due.more)
			visit_continue(place);
		else if (place != NULL)
			visit_begin(place, &due);
	}
	worker->pumping = false;
	wake = schedule_wake_ms(worker->schedule);
	if (wake == INT64_MAX || machine_rounds(worker->machine) >= ROUNDS_IN_FLIGHT) {
		uv_timer_stop(&worker->due);
		return;
	}
	wake -= worker_now_ms(worker);
	uv_update_time(&worker->loop);
	uv_timer_start(&worker->due, on_due, wake > 0 ? (uint64_t)wake : 0, 0);
}

static void
on_ready(uv_timer_t *timer)
{
	struct worker *worker = timer->data;

	if (role_ready(worker->start, 0) == ERR_CLOSED)
		worker_end(worker, "the supervisor is gone");
}

static void
on_stop(uv_timer_t *timer)
{
	worker_end(timer->data, NULL);
}

static void
on_stop_look(uv_timer_t *timer)
{
	struct worker *worker = timer->data;

	if (machine_rounds(worker->machine) == 0)
		worker_end(worker, NULL);
}

static void
worker_stop(struct worker *worker)
{
	if (worker->stopping)
		return;
	worker->stopping = true;
	uv_timer_start(&worker->due, on_stop_look, 0, 20);
	uv_timer_start(&worker->stop_timer, on_stop, STOP_ROUNDS_MS, 0);
}

/* The sandbox was made for other targets and cannot be widened: the supervisor starts another. */
static void
worker_again(struct worker *worker)
{
	log_line(LOG_LEVEL_INFO, "what its sandbox was made for has changed: this worker ends, "
	    "and another begins");
	worker_stop(worker);
}

static void
control_take(struct worker *worker, enum message message, int attached)
{
	struct why why = { .err = ERR_OK };
	enum err err;

	if (message == MESSAGE_STOP)
		worker_stop(worker);
	if (message != MESSAGE_PLAN && message != MESSAGE_FILES && message != MESSAGE_FILE) {
		if (attached >= 0)
			close(attached);
		return;
	}
	err = role_take(worker->start, message, bytes_of_buffer(&worker->scratch), attached, &why);
	if (err != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s passed over: %s", message_name(message), why.text);
	else if (message == MESSAGE_FILES)
		worker_files_take(worker);
	else if (message == MESSAGE_FILE)
		return;
	else if (hash_equal(sandbox_basis(worker->start), worker->sandbox))
		worker_plan_take(worker);
	else
		worker_again(worker);
	worker_pump(worker);
}

static void
on_control(uv_poll_t *poll, int status, int events)
{
	struct worker *worker = poll->data;
	enum message message;
	int attached = -1;
	enum err err;

	(void)status, (void)events;
	err = link_receive(worker->start->control, &message, &worker->scratch, &attached);
	if (err == ERR_CLOSED)
		worker_end(worker, "the supervisor is gone");
	else if (err == ERR_OK)
		control_take(worker, message, attached);
}

/* What libraries load late is loaded now; afterwards files cannot be opened. */
static void
worker_warm_up(void)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	struct rlimit files;

	if (getaddrinfo("localhost", "1", &hints, &list) == 0)
		freeaddrinfo(list);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static void
worker_handles(struct worker *worker)
{
	uv_timer_t *timers[] = { &worker->due, &worker->coverage_timer, &worker->ready_timer,
	    &worker->stop_timer };

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		uv_timer_init(&worker->loop, timers[i]);
		timers[i]->data = worker;
	}
	uv_poll_init(&worker->loop, &worker->control, worker->start->control);
	uv_poll_init(&worker->loop, &worker->ledger, worker->outbox.fd);
	worker->control.data = worker->ledger.data = worker;
}

/* Every run is closed, then the last COVERAGE: nothing is said after it. */
static void
worker_last_words(struct worker *worker)
{
	bool taken = true;

	for (size_t i = 0; i < worker->places && taken; i++) {
		place_close_runs(worker->place[i]);
		taken = outbox_flush(&worker->outbox, STOP_FLUSH_MS);
	}
	if (taken)
		coverage_send(worker);
	if (!taken || !outbox_flush(&worker->outbox, STOP_FLUSH_MS))
		log_line(LOG_LEVEL_ERROR, "the ledger did not take the last records in time");
}

static void
worker_run(struct worker *worker)
{
	worker_plan_take(worker);
	memory_trim();
	uv_poll_start(&worker->control, UV_READABLE | UV_DISCONNECT, on_control);
	ledger_watch(worker);
	uv_timer_start(&worker->coverage_timer, on_coverage, COVERAGE_MS, COVERAGE_MS);
	uv_timer_start(&worker->ready_timer, on_ready, 0, ROLE_READY_MS);
	worker_pump(worker);
	while (!worker->ended && uv_run(&worker->loop, UV_RUN_DEFAULT) != 0)
		;
	worker->stopping = true;
	if (!worker->outbox.broken)
		worker_last_words(worker);
}

static void
on_closed(uv_handle_t *handle)
{
	(void)handle;
}

static void
worker_free(struct worker *worker)
{
	uv_handle_t *handles[] = {
		(uv_handle_t *)&worker->due, (uv_handle_t *)&worker->coverage_timer,
		(uv_handle_t *)&worker->ready_timer, (uv_handle_t *)&worker->stop_timer,
		(uv_handle_t *)&worker->control, (uv_handle_t *)&worker->ledger
	};

	worker_plan_free(worker);
	/* A thread in a name lookup cannot be stopped, and the library waits for it at exit. */
	if (resolver_busy(worker->resolver))
		_exit(0);
	resolver_free(worker->resolver);
	machine_free(worker->machine);
	schedule_free(worker->schedule);
	outbox_free(&worker->outbox);
	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
		uv_close(handles[i], on_closed);
	uv_run(&worker->loop, UV_RUN_DEFAULT);
	uv_loop_close(&worker->loop);
	buffer_free(&worker->body);
	buffer_free(&worker->scratch);
	buffer_free(&worker->confined);
}

int
worker_main(struct role_start *start)
{
	struct worker *worker;
	struct why why = { .err = ERR_OK };

	if (start->plan != NULL && start->plan->drill[0] != '\0')
		return drill_worker_main(start);
	worker = memory_new(1, sizeof(*worker));
	worker->start = start;
	worker->outbox.fd = role_link_fd(start, ROLE_LEDGER, 0);
	if (start->plan == NULL || worker->outbox.fd < 0) {
		log_line(LOG_LEVEL_ERROR, "a worker needs a plan and a link to the ledger");
		free(worker);
		return EXIT_FAILURE;
	}
	worker_warm_up();
	uv_loop_init(&worker->loop);
	worker_handles(worker);
	worker->machine = machine_new(&worker->loop);
	worker->resolver = resolver_new(&worker->loop);
	worker->schedule = schedule_new();
	worker->confined.max = 4096;
	worker->plan = hash_of(bytes_of_buffer(&start->plan_octets));
	worker->sandbox = sandbox_basis(start);
	if (sandbox_for_echo(start))
		machine_echo(worker->machine);
	if (sandbox_enter(ROLE_WORKER, start, &worker->confined, &why) == ERR_OK) {
		worker_self(worker);
		worker_run(worker);
	} else {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
	}
	worker_free(worker);
	free(worker);
	role_end(start);
	return why.err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
