/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger role: the only writer.  One loop over the control link and the links of all other
 * roles; a turn each second for what is not urgent (TICK, retries, signatures, anchors).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"

enum { CONTROL_TURN_MAX = 64, WAL_MS = 10000 };

#define MS_NS INT64_C(1000000)

/* The end of a clean stop: a gap that begins now and stands for all. */
static void
stop_record(struct ledger_role *l)
{
	struct record record = { .kind = RECORD_GAP };
	struct why why;
	int64_t now;

	for (uint32_t i = 0; i < l->peers; i++)
		link_drain(l, l->peer[i].role, l->peer[i].index);
	if (batch_commit(l, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "what waited is lost, and so is the stop: %s", why.text);
		return;
	}
	now = recorded_now(l);
	record.gap = (struct record_gap){ .role = ROLE_SUPERVISOR, .from = now, .to = now,
	    .reason = bytes_of_text("the monitor was stopped") };
	batch_record(l, &record);
	if (batch_commit(l, &why) != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "the stop is not recorded: %s", why.text);
}

static void
on_stop_timer(uv_timer_t *timer)
{
	struct ledger_role *l = timer->data;

	uv_stop(&l->loop);
}

static void
stop_begin(struct ledger_role *l)
{
	if (l->stopping)
		return;
	l->stopping = true;
	if (!l->started) {
		uv_stop(&l->loop);
		return;
	}
	stop_record(l);
	sign_turn(l, true);
	if (l->asked_ns == 0)
		uv_stop(&l->loop);
	else
		uv_timer_start(&l->turn, on_stop_timer, STOP_PATIENCE_MS, 0);
}

static void
control_message(struct ledger_role *l, enum message message, int attached)
{
	struct bytes body = bytes_of_buffer(&l->order);
	struct why why = { .err = ERR_OK };
	uint64_t role, index;
	bool link = message == MESSAGE_LINK && role_link_read(body, &role, &index);

	if (message == MESSAGE_STOP)
		stop_begin(l);
	else if (message == MESSAGE_CONFIG)
		config_take(l, body);
	else if (message == MESSAGE_DIED)
		life_died(l, body);
	else if (message == MESSAGE_RECORD)
		supervisor_record(l, body);
	if (link) {
		/* The one it replaces may hold the last words of a role that died. */
		link_drain(l, role, index);
		link_close(l, role, index);
	}
	if (role_take(l->start, message, body, attached, &why) != ERR_OK)
		log_line(
		    LOG_LEVEL_ERROR, "%s was passed over: %s", message_name(message), why.text);
	else if (link)
		link_open(l, role, index);
}

static void
on_control(uv_poll_t *poll, int status, int events)
{
	struct ledger_role *l = poll->data;
	struct why why;

	(void)events;
	for (unsigned taken = 0; taken < CONTROL_TURN_MAX; taken++) {
		enum message message;
		int attached;
		enum err err = link_receive(l->start->control, &message, &l->order, &attached);

		if (err == ERR_BUSY)
			break;
		if (err == ERR_OK) {
			control_message(l, message, attached);
			continue;
		}
		if (err != ERR_CLOSED)
			continue;
		/* What came is made durable; the gap is the next start's. */
		if (batch_commit(l, &why) != ERR_OK)
			log_line(LOG_LEVEL_ERROR, "the last batch is lost: %s", why.text);
		uv_poll_stop(poll);
		uv_stop(&l->loop);
		return;
	}
	if (status < 0)
		uv_poll_start(poll, UV_READABLE | UV_DISCONNECT, on_control);
}

static void
tick(struct ledger_role *l)
{
	struct record record = { .kind = RECORD_TICK };
	struct why why;

	if (!l->started || l->batch.items > 0 || l->held_ns != 0 ||
	    clock_monotonic_ns() - l->committed_ns < TICK_MS * MS_NS)
		return;
	batch_record(l, &record);
	if (batch_commit(l, &why) != ERR_OK)
		return;		/* said by batch_commit */
}

static void
on_turn(uv_timer_t *timer)
{
	struct ledger_role *l = timer->data;
	int64_t now = clock_monotonic_ns();
	struct why why;

	if (l->held_ns != 0)
		(void)!batch_commit(l, &why);	/* said already; tried again in the next turn */
	config_try(l);
	links_again_owed(l);
	tick(l);
	sign_turn(l, false);
	anchor_turn(l);
	if (l->ledger != NULL && l->held_ns == 0 && l->wal_ns < l->committed_ns &&
	    now - l->wal_ns > WAL_MS * MS_NS) {
		if (ledger_checkpoint_wal(l->ledger, &why) != ERR_OK)
			log_line(LOG_LEVEL_WARNING, "%s", why.text);
		l->wal_ns = now;
	}
	if (now - l->ready_ns >= ROLE_READY_MS * MS_NS && role_ready(l->start, 0) == ERR_OK)
		l->ready_ns = now;
}

static enum err
ledger_role_begin(struct ledger_role *l, struct why *why)
{
	enum err err = sandbox_enter(ROLE_LEDGER, l->start, &l->sandbox, why);

	if (!file_path(l->path, sizeof(l->path), l->start->state, "ledger.db"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	if (err == ERR_OK)
		err = life_open(l, why);
	if (err != ERR_OK)
		return err;
	if (uv_loop_init(&l->loop) != 0 ||
	    uv_poll_init(&l->loop, &l->control, l->start->control) != 0)
		return why_set(why, ERR_IO, "the event loop cannot be made");
	uv_timer_init(&l->loop, &l->turn);
	uv_timer_init(&l->loop, &l->batch_timer);
	uv_timer_init(&l->loop, &l->grown_timer);
	l->control.data = l->turn.data = l->batch_timer.data = l->grown_timer.data = l;
	uv_timer_start(&l->turn, on_turn, 0, LEDGER_TURN_MS);
	uv_poll_start(&l->control, UV_READABLE | UV_DISCONNECT, on_control);
	for (uint32_t i = 0; i < l->start->links; i++)
		link_open(l, l->start->link[i].role, l->start->link[i].index);
	return ERR_OK;
}

static void
on_walk(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void
ledger_role_end(struct ledger_role *l)
{
	struct why why;

	for (uint32_t i = 0; i < l->peers; i++)
		link_close(l, l->peer[i].role, l->peer[i].index);
	uv_walk(&l->loop, on_walk, NULL);
	uv_run(&l->loop, UV_RUN_DEFAULT);
	uv_loop_close(&l->loop);
	if (l->ledger != NULL) {
		if (ledger_checkpoint_wal(l->ledger, &why) != ERR_OK)
			log_line(LOG_LEVEL_WARNING, "%s", why.text);
		ledger_close(l->ledger);
	}
	batch_free(&l->batch);
	buffer_free(&l->message);
	buffer_free(&l->order);
	buffer_free(&l->config);
	buffer_free(&l->sandbox);
	buffer_free(&l->anchor_note);
	buffer_free(&l->locate_text);
	role_end(l->start);
}

int
ledger_main(struct role_start *start)
{
	struct ledger_role *l = memory_new(1, sizeof(*l));
	struct why why = { .err = ERR_OK };
	int status;

	l->start = start;
	if (ledger_role_begin(l, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		status_send(l, why.text);
		if (l->ledger != NULL)
			ledger_close(l->ledger);
		buffer_free(&l->sandbox);
		role_end(start);
		free(l);
		return EXIT_FINDING;
	}
	uv_run(&l->loop, UV_RUN_DEFAULT);
	ledger_role_end(l);
	status = l->refused ? EXIT_USAGE : EXIT_FINE;
	free(l);
	return status;
}
