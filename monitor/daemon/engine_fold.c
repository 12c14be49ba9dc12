/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's view of the ledger: opened read only, folded at the start with the watchdog kept
 * fed, then forward with every growth.  A ledger that stops growing is told to people here,
 * because nobody can record it.
 */
#include <inttypes.h>
#include <sys/socket.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"

enum err
engine_open(struct engine *e, struct why *why)
{
	char path[PATH_TEXT_MAX];
	enum err err;

	if (!file_path(path, sizeof(path), e->start->state, "ledger.db") ||
	    !file_path(e->cache, sizeof(e->cache), e->start->state, "cache"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	err = file_folder(e->cache, 0750, why);
	/* Made as root, used as the state folder's owner. */
	if (err == ERR_OK)
		err = file_owner_like(e->cache, e->start->state, why);
	if (err == ERR_OK)
		err = ledger_open(&e->ledger, path, LEDGER_READ, why);
	if (err == ERR_OK)
		err = replay_open(&e->replay, e->ledger, e->cache, why);
	return err;
}

void
engine_watchdog(struct engine *e)
{
	if (e->ready_ms != 0 && e->now_ms - e->ready_ms < ROLE_READY_MS)
		return;
	if (role_ready(e->start, 0) == ERR_OK)
		e->ready_ms = e->now_ms;
}

/* During a long fold the loop does not run: keep the watchdog fed and see whether to stop. */
bool
engine_progress(void *arg, uint64_t done, uint64_t total)
{
	struct engine *e = arg;
	uint8_t head = 0;
	ssize_t got;

	(void)done;
	(void)total;
	e->now_ms = engine_now_ms();
	engine_watchdog(e);
	got = recv(e->start->control, &head, 1, MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC);
	return got != 0 && !(got > 0 && head == MESSAGE_STOP);
}

enum err
engine_first_fold(struct engine *e, struct why *why)
{
	uint64_t size = ledger_size(e->ledger);
	int64_t begun = clock_monotonic_ns();
	enum err err;

	replay_on_progress(e->replay, engine_progress, e);
	err = replay_to_size(e->replay, size, why);
	if (err != ERR_OK)
		return err;
	e->state = replay_state(e->replay);
	log_line(LOG_LEVEL_INFO, "folded to record %" PRIu64 " in %" PRId64 " ms", size,
	    (clock_monotonic_ns() - begun) / 1000000);
	return ERR_OK;
}

void
engine_grow(struct engine *e)
{
	struct why why = { .err = ERR_OK };
	uint64_t from = e->state->size;
	bool grown = false;
	enum err err;

	if (e->failed)
		return;
	err = ledger_refresh(e->ledger, &grown, &why);
	if (err != ERR_OK) {
		log_line(LOG_LEVEL_WARNING, "cannot look at the ledger: %s", why.text);
		return;
	}
	if (ledger_size(e->ledger) <= from)
		return;
	e->grown_ms = e->now_ms;
	err = replay_to_size(e->replay, ledger_size(e->ledger), &why);
	e->state = replay_state(e->replay);
	if (err == ERR_CLOSED)
		return;
	if (err != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "cannot fold the ledger on: %s", why.text);
		e->failed = true;
		return;
	}
	act_look(e, from);
	belief_look(e);
	notify_pump(e->notify, e->state, e->now_ms);
}

void
engine_silence(struct engine *e)
{
	int64_t since = e->grown_ms != 0 ? e->grown_ms : e->begun_ms;
	bool silent = e->now_ms - since > 4 * TICK_MS;

	if (silent == e->silent)
		return;
	e->silent = silent;
	if (silent)
		log_line(LOG_LEVEL_ERROR,
		    "the ledger does not grow since %" PRId64 " s: nothing is being "
		    "recorded; look at the disk and at the ledger role",
		    (e->now_ms - since) / 1000);
	else
		log_line(LOG_LEVEL_INFO, "the ledger grows again");
	notify_alarm(e->notify, silent ? ALARM_SILENT : ALARM_AGAIN);
}
