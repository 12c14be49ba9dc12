/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine role: folds what is committed, believes, tells people, beats the heart, answers the
 * admin socket.  It reads the ledger and appends through its own link like any other role; what
 * it appended counts only once it was read back.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <netdb.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"

enum { STOP_TURN_MS = 50 };

int64_t
engine_now_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

void
engine_record_head(struct record *record, enum record_kind kind)
{
	*record = (struct record){ .kind = kind, .observed_ms = clock_wall_ms(),
	    .role = ROLE_ENGINE };
}

enum err
engine_append(struct engine *e, const struct record *record)
{
	struct buffer bytes = { .max = RECORD_MAX };
	enum err err;

	record_encode(&bytes, record);
	err = bytes.failed ? ERR_LIMIT :
	    port_send(e->ledger_port, MESSAGE_RECORD, bytes_of_buffer(&bytes));
	buffer_free(&bytes);
	return err;
}

/* --- links -------------------------------------------------------------------------------- */

static void
ledger_message(void *arg, enum message message, struct bytes body, int attached)
{
	struct engine *e = arg;

	if (attached >= 0)
		close(attached);
	e->now_ms = engine_now_ms();
	if (message == MESSAGE_GROWN)
		engine_grow(e);
	else if (message == MESSAGE_ACTED)
		act_acted(e, body);
	else
		log_line(LOG_LEVEL_WARNING, "%s from the ledger was passed over",
		    message_name(message));
}

static void
ledger_closed(void *arg)
{
	struct engine *e = arg;

	log_line(LOG_LEVEL_WARNING, "the ledger role ended; waiting for the next one");
	port_close(e->ledger_port);
	e->ledger_port = NULL;
	role_link_drop(e->start, ROLE_LEDGER, 0);
	act_lost(e);
	e->ending_asked = (struct hash){ { 0 } };
}

static void
fetch_message(void *arg, enum message message, struct bytes body, int attached)
{
	struct engine *e = arg;

	if (attached >= 0)
		close(attached);
	if (message == MESSAGE_FETCHED)
		fetch_took(&e->fetch, body);
}

static void
fetch_closed(void *arg)
{
	struct engine *e = arg;

	port_close(e->fetch.port);
	e->fetch.port = NULL;
	role_link_drop(e->start, ROLE_FETCH, 0);
	fetch_lost(&e->fetch);
}

static void
self_send(struct engine *e)
{
	if (e->self.len > 0 &&
	    port_send(e->ledger_port, MESSAGE_RECORD, bytes_of_buffer(&e->self)) == ERR_OK)
		buffer_free(&e->self);
}

static void
links_open(struct engine *e)
{
	int ledger = role_link_fd(e->start, ROLE_LEDGER, 0);
	int fetch = role_link_fd(e->start, ROLE_FETCH, 0);

	if (e->ledger_port == NULL && ledger >= 0)
		e->ledger_port = port_open(&e->loop, ledger, ledger_message, ledger_closed, e);
	if (e->fetch.port == NULL && fetch >= 0)
		e->fetch.port = port_open(&e->loop, fetch, fetch_message, fetch_closed, e);
	self_send(e);
}

/* A newer link to the same role: stop polling the older one before its descriptor is closed. */
static void
link_replaced(struct engine *e, struct bytes body)
{
	uint64_t role, index;

	if (!role_link_read(body, &role, &index) || index != 0)
		return;
	if (role == ROLE_LEDGER && e->ledger_port != NULL)
		ledger_closed(e);
	if (role == ROLE_FETCH && e->fetch.port != NULL)
		fetch_closed(e);
	if (role == ROLE_LEDGER) {
		engine_grow(e);
		notify_record_again(e->notify);
		heartbeat_record_again(e->heartbeat);
	}
}

/* --- control ------------------------------------------------------------------------------ */

static void
control_message(void *arg, enum message message, struct bytes body, int attached)
{
	struct engine *e = arg;
	struct why why = { .err = ERR_OK };

	e->now_ms = engine_now_ms();
	if (message == MESSAGE_STOP && !e->stopping) {
		e->stopping = true;
		e->stop_ms = e->now_ms;
		uv_timer_set_repeat(&e->turn, STOP_TURN_MS);
		uv_timer_again(&e->turn);
	}
	if (message == MESSAGE_LINK)
		link_replaced(e, body);
	if (role_take(e->start, message, body, attached, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s was passed over: %s", message_name(message),
		    why.text);
	else if (message == MESSAGE_PLAN)
		admin_users_make(&e->users, e->start->plan, e->own);
	else if (message == MESSAGE_LINK)
		links_open(e);
}

static void
control_closed(void *arg)
{
	struct engine *e = arg;

	e->failed = true;
	uv_stop(&e->loop);
}

/* --- the second hand ---------------------------------------------------------------------- */

static bool
is_over(const struct engine *e)
{
	if (e->failed)
		return true;
	if (!e->stopping)
		return false;
	return e->now_ms - e->stop_ms > ENGINE_STOP_MS ||
	    (notify_settled(e->notify) && port_drained(e->ledger_port));
}

static void
on_turn(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	e->now_ms = engine_now_ms();
	engine_watchdog(e);
	self_send(e);
	engine_grow(e);
	engine_silence(e);
	belief_look(e);
	prune_look(e);
	ending_look(e);
	fetch_expire(&e->fetch, e->now_ms);
	act_expire(e);
	admin_expire(e->admin, e->now_ms);
	notify_pump(e->notify, e->state, e->now_ms);
	if (e->state->plan != NULL && !e->stopping)
		heartbeat_pump(e->heartbeat, e->state->plan, e->grown_ms, e->now_ms);
	if (is_over(e))
		uv_stop(&e->loop);
}

/* --- beginning and end -------------------------------------------------------------------- */

/* Name lookups load parts of the C library late; a sandbox would refuse that. */
static void
libraries_touch(void)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *found = NULL;

	if (getaddrinfo("localhost", "514", &hints, &found) == 0)
		freeaddrinfo(found);
}

static enum err
sandbox_and_self(struct engine *e, struct why *why)
{
	struct buffer text = { .max = 0 }, scratch = { .max = 0 };
	struct record record;
	enum err err = sandbox_enter(ROLE_ENGINE, e->start, &text, why);

	if (err == ERR_OK) {
		role_self(e->start, &record, &scratch, buffer_text(&text));
		record_encode(&e->self, &record);
	}
	buffer_free(&text);
	buffer_free(&scratch);
	return err;
}

static enum err
begin(struct engine *e, struct why *why)
{
	int admin_fd = -1;
	enum err err;

	e->own = geteuid();
	admin_users_make(&e->users, e->start->plan, e->own);
	if (gethostname(e->host, sizeof(e->host) - 1) != 0)
		e->host[0] = '\0';
	libraries_touch();
	err = admin_bind(e->start->state, &admin_fd, why);
	if (err == ERR_OK)
		err = engine_open(e, why);
	if (err == ERR_OK)
		err = sandbox_and_self(e, why);
	if (err == ERR_OK && uv_loop_init(&e->loop) != 0)
		err = why_set(why, ERR_IO, "cannot make an event loop");
	if (err != ERR_OK)
		return err;
	e->admin = admin_open(&e->loop, admin_fd, act_ask, e);
	links_open(e);
	e->now_ms = engine_now_ms();
	engine_watchdog(e);
	return e->admin != NULL ? engine_first_fold(e, why) :
	    why_set(why, ERR_IO, "cannot poll the admin socket");
}

static void
run(struct engine *e)
{
	e->now_ms = e->begun_ms = engine_now_ms();
	e->control = port_open(&e->loop, e->start->control, control_message, control_closed, e);
	belief_begin(e);
	uv_timer_init(&e->loop, &e->turn);
	e->turn.data = e;
	uv_timer_start(&e->turn, on_turn, 0, ENGINE_TURN_MS);
	uv_run(&e->loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&e->turn, NULL);
}

static void
end(struct engine *e)
{
	admin_close(e->admin);
	port_close(e->ledger_port);
	port_close(e->fetch.port);
	port_close(e->control);
	/* What is begun off the loop (a name lookup) ends before its memory goes. */
	uv_run(&e->loop, UV_RUN_DEFAULT);
	uv_loop_close(&e->loop);
	replay_close(e->replay);
	ledger_close(e->ledger);
	notify_free(e->notify);
	heartbeat_free(e->heartbeat);
	buffer_free(&e->self);
}

int
engine_main(struct role_start *start)
{
	struct engine *e = memory_new(1, sizeof(*e));
	struct why why = { .err = ERR_OK };
	bool failed;

	/* Notices hold English and Japanese, whatever language the daemon was started in. */
	i18n_open("en");
	e->start = start;
	e->notify = notify_new(&engine_notify_ops, e);
	e->heartbeat = heartbeat_new(&engine_heartbeat_ops, e);
	if (begin(e, &why) != ERR_OK) {
		if (why.err != ERR_CLOSED)
			log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return why.err == ERR_CLOSED ? EXIT_FINE : EXIT_UNKNOWN;
	}
	run(e);
	failed = e->failed;
	end(e);
	free(e);
	role_end(start);
	return failed ? EXIT_UNKNOWN : EXIT_FINE;
}
