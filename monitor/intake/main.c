/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-intake: the role that listens.  It binds, gives up everything, says SELF, reads until it
 * is told to stop, and vouches each minute that it did.  Another set of listeners, or other files
 * of theirs, need a new process: sockets and secrets are had only before the sandbox.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/log.h"
#include "monitor/intake/snmp_listen.h"
#include "monitor/intake/stream.h"

enum { STOP_FLUSH_MS = 3000 };

static void on_ledger(uv_poll_t *poll, int status, int events);

static void
ledger_watch(struct intake *intake)
{
	intake->waits = !outbox_empty(&intake->outbox);
	uv_poll_start(&intake->ledger, UV_READABLE | UV_DISCONNECT |
	    (intake->waits ? UV_WRITABLE : 0), on_ledger);
}

/* After a GAP of the ledger: what was said of the time before is not believed any more. */
static void
ledger_read(struct intake *intake)
{
	enum message message;
	int attached = -1;
	enum err err = link_receive(intake->outbox.fd, &message, &intake->scratch, &attached);

	if (err == ERR_CLOSED)
		intake_end(intake, "the ledger is gone");
	if (attached >= 0)
		close(attached);
	if (err == ERR_OK && message == MESSAGE_AGAIN && !intake->stopping)
		intake_self(intake);
}

static void
on_ledger(uv_poll_t *poll, int status, int events)
{
	struct intake *intake = poll->data;

	if (status < 0 || (events & (UV_READABLE | UV_DISCONNECT)))
		ledger_read(intake);
	if (events & UV_WRITABLE)
		outbox_drain(&intake->outbox);
	if (intake->outbox.broken)
		intake_end(intake, "the ledger is gone");
	if (!intake->ended)
		ledger_watch(intake);
}

/* Before each wait: what could not be sent at once is sent as soon as the link takes it. */
static void
on_prepare(uv_prepare_t *prepare)
{
	struct intake *intake = prepare->data;

	if (!intake->ended && !intake->waits && !outbox_empty(&intake->outbox))
		ledger_watch(intake);
}

static void
on_second(uv_timer_t *timer)
{
	struct intake *intake = timer->data;

	intake_flush(intake);
	streams_turn(intake);
	snmp_answers_turn(intake);
	/* Nothing is vouched for while signals of it wait here: they would be lost with us. */
	if (intake->coverage_due && gather_waiting(intake->gather) == 0 &&
	    !outbox_full(&intake->outbox)) {
		intake->coverage_due = false;
		intake_cover(intake);
	}
}

static void
on_coverage(uv_timer_t *timer)
{
	struct intake *intake = timer->data;

	intake->coverage_due = true;
}

static void
on_ready(uv_timer_t *timer)
{
	struct intake *intake = timer->data;

	if (role_ready(intake->start, 0) == ERR_CLOSED)
		intake_end(intake, "the supervisor is gone");
}

/* All that cannot change while the process lives: listeners, and the files they name. */
static struct hash
basis_of(const struct role_start *start)
{
	const struct plan *plan = start->plan;
	struct buffer all = { .max = 0 };
	struct hash hash;

	for (uint32_t i = 0; i < plan->listeners; i++) {
		const struct plan_listener *l = &plan->listener[i];
		const char *text[] = { l->name, l->kind, l->transport, l->address, l->certificate,
		    l->key, l->trust, l->users, l->communities };

		for (size_t k = 0; k < sizeof(text) / sizeof(text[0]); k++) {
			buffer_put(&all, text[k], strlen(text[k]) + 1);
			if (k >= 4 && text[k][0] != '\0') {
				struct hash file = hash_of(role_file(start, text[k]));

				buffer_put(&all, file.at, sizeof(file.at));
			}
		}
		buffer_put_be(&all, l->port, 4);
	}
	hash = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	return hash;
}

static void
plan_take(struct intake *intake)
{
	intake->plan = hash_of(bytes_of_buffer(&intake->start->plan_octets));
	buffer_free(&intake->start->plan_octets);
	subject_names_free(intake->subjects);
	intake->subjects = subject_names_new(intake->start->plan);
}

/* Until it ends it speaks of the listeners it has: another plan's are not these. */
static void
plan_judge(struct intake *intake, struct plan *before)
{
	if (hash_equal(basis_of(intake->start), intake->basis)) {
		plan_take(intake);
		plan_free(before);
		return;
	}
	plan_free(intake->start->plan);
	intake->start->plan = before;
	intake_end(intake, "listeners or their files have changed: this intake ends, and another "
	    "begins");
}

static void
control_take(struct intake *intake, enum message message, int attached)
{
	struct plan *before = intake->start->plan;
	struct why why = { .err = ERR_OK };
	enum err err;

	if (message == MESSAGE_STOP) {
		intake->stopping = true;
		intake_end(intake, NULL);
	}
	if (message != MESSAGE_PLAN && message != MESSAGE_FILES) {
		if (attached >= 0)
			close(attached);
		return;
	}
	if (message == MESSAGE_PLAN)
		intake->start->plan = NULL;
	err = role_take(intake->start, message, bytes_of_buffer(&intake->scratch), attached, &why);
	if (intake->start->plan == NULL)
		intake->start->plan = before;
	if (err != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s passed over: %s", message_name(message), why.text);
	/* FILES come before the PLAN they belong to. */
	else if (message == MESSAGE_PLAN)
		plan_judge(intake, before);
}

static void
on_control(uv_poll_t *poll, int status, int events)
{
	struct intake *intake = poll->data;
	enum message message;
	int attached = -1;
	enum err err;

	(void)status, (void)events;
	err = link_receive(intake->start->control, &message, &intake->scratch, &attached);
	if (err == ERR_CLOSED)
		intake_end(intake, "the supervisor is gone");
	else if (err == ERR_OK)
		control_take(intake, message, attached);
}

static void
handles_begin(struct intake *intake, uv_prepare_t *prepare)
{
	uv_timer_t *timers[] = { &intake->second, &intake->coverage_timer, &intake->ready_timer };

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		uv_timer_init(&intake->loop, timers[i]);
		timers[i]->data = intake;
	}
	uv_prepare_init(&intake->loop, prepare);
	uv_poll_init(&intake->loop, &intake->control, intake->start->control);
	uv_poll_init(&intake->loop, &intake->ledger, intake->outbox.fd);
	intake->control.data = intake->ledger.data = prepare->data = intake;
	uv_prepare_start(prepare, on_prepare);
	uv_poll_start(&intake->control, UV_READABLE | UV_DISCONNECT, on_control);
	uv_timer_start(&intake->second, on_second, 1000, 1000);
	uv_timer_start(&intake->coverage_timer, on_coverage, COVERAGE_MS, COVERAGE_MS);
	uv_timer_start(&intake->ready_timer, on_ready, 0, ROLE_READY_MS);
	ledger_watch(intake);
}

static enum err
begin(struct intake *intake, struct why *why)
{
	uint8_t seed[HASH_LEN];

	intake->outbox.fd = role_link_fd(intake->start, ROLE_LEDGER, 0);
	if (intake->start->plan == NULL || intake->outbox.fd < 0)
		return why_set(why, ERR_INVALID, "intake needs a plan and a link to the ledger");
	random_fill(seed, sizeof(seed));
	intake->gather = gather_new(seed);
	intake->minute_ms = intake_now_ms(intake);
	intake->basis = basis_of(intake->start);
	plan_take(intake);
	listeners_open(intake);
	return sandbox_enter(ROLE_INTAKE, intake->start, &intake->confined, why);
}

static void
run(struct intake *intake)
{
	uv_prepare_t prepare;

	handles_begin(intake, &prepare);
	intake_self(intake);
	intake_tell_listeners(intake);
	listeners_start(intake);
	while (!intake->ended && uv_run(&intake->loop, UV_RUN_DEFAULT) != 0)
		;
	intake->stopping = true;
	streams_close(intake);
	intake_flush(intake);
	if (!intake->outbox.broken)
		intake_cover(intake);
	listeners_close(intake);
	if (!outbox_flush(&intake->outbox, STOP_FLUSH_MS) || gather_waiting(intake->gather) > 0)
		log_line(LOG_LEVEL_ERROR, "the ledger did not take the last signals in time");
}

int
main(int argc, char **argv)
{
	static struct role_start start;
	static struct intake intake;
	struct why why = { .err = ERR_OK };

	if (argc != 4 || strcmp(argv[1], "role") != 0 || strcmp(argv[2], "intake") != 0) {
		fputs("sekimori-intake: started by the supervisor only; use \"sekimori run\"\n",
		    stderr);
		return EXIT_USAGE;
	}
	intake.start = &start;
	intake.confined.max = 4096;
	if (role_begin(&start, ROLE_INTAKE, 0, &why) != ERR_OK ||
	    uv_loop_init(&intake.loop) != 0 || begin(&intake, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return EXIT_UNKNOWN;
	}
	run(&intake);
	/* The kernel takes back what is left; a secret does not stay in memory that is reused. */
	role_end(&start);
	return EXIT_FINE;
}
