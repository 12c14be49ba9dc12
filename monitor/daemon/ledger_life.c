/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Beginning, gaps and ends, as records: what was silent, from when to when, and why.  Opening the
 * ledger, the gaps a start finds, SELF of the ledger role, and the gap of a role that died.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"

enum { LOOK_BACK_MS = 3 * COVERAGE_MS };

enum err
life_open(struct ledger_role *l, struct why *why)
{
	enum err err;

	if (access(l->path, F_OK) != 0)
		return errno == ENOENT ? ERR_OK
		                       : why_set(why, ERR_IO, "%s: %s", l->path, strerror(errno));
	err = ledger_open(&l->ledger, l->path, LEDGER_WRITE, why);
	if (err == ERR_OK && ledger_size(l->ledger) == 0)
		return ERR_OK;	/* created, and killed before its first record: the KEY comes now */
	l->drill = err == ERR_OK && ledger_drill(l->ledger);
	if (err == ERR_OK)
		err = key_in_force(l->ledger, &l->verifier, why);
	l->keyed = err == ERR_OK;
	return err;
}

void
gap_record(struct ledger_role *l, struct peer *peer, uint64_t lost, const char *reason)
{
	int64_t now = recorded_now(l),
	        from = peer != NULL && peer->seen_ms > 0 ? peer->seen_ms : l->begun_ms;
	struct record record = { .kind = RECORD_GAP };

	if (peer == NULL)
		return;
	record.gap = (struct record_gap){ .role = peer->role, .index = peer->index,
	    .from = from > 0 && from < now ? from : now, .to = now, .lost = lost,
	    .reason = bytes_of_text(reason) };
	batch_record(l, &record);
	peer->running = peer->spoke = false;
	peer->gap_told = true;
}

struct look_back { struct ledger_role *ledger; };

/* Who was working in the last minutes, and when each was last heard. */
static bool
on_look_back(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct ledger_role *l = ((struct look_back *)arg)->ledger;

	(void)raw;
	if (err == ERR_OK)
		life_committed(l, record);
	return true;
}

/* A clean stop ends with a gap of the supervisor, which stands for all. */
static bool
ended_cleanly(struct ledger_role *l)
{
	struct record record;
	struct why why;

	return ledger_read(l->ledger, ledger_size(l->ledger) - 1, &record, &why) == ERR_OK &&
	    record.kind == RECORD_GAP && record.gap.role == ROLE_SUPERVISOR &&
	    record.gap.from == record.gap.to;
}

/* How many workers the plan had that was in force last; a reload may have ended others. */
static uint32_t
workers_before(struct ledger_role *l)
{
	struct buffer octets = { .max = 0 };
	struct plan *plan = NULL;
	struct record record;
	struct why why;
	uint32_t workers = WORKER_MAX;
	uint64_t seq;

	if (ledger_last(l->ledger, RECORD_CONFIG, ledger_size(l->ledger), &seq, &why) == ERR_OK &&
	    ledger_read(l->ledger, seq, &record, &why) == ERR_OK &&
	    ledger_blob(l->ledger, record.config.plan, &octets, &why) == ERR_OK &&
	    plan_decode(bytes_of_buffer(&octets), &plan, &why) == ERR_OK)
		workers = plan->workers;
	plan_free(plan);
	buffer_free(&octets);
	return workers;
}

/* The supervisor's gap, and one for each of that many workers that was working at the end. */
static void
start_gaps(struct ledger_role *l, struct peer *supervisor, uint32_t workers, const char *reason)
{
	gap_record(l, supervisor, 0, reason);
	for (uint32_t i = 0; i < l->peers; i++) {
		struct peer *peer = &l->peer[i];

		if (peer->running && ((peer->role == ROLE_WORKER && peer->index < workers) ||
		    (peer->role == ROLE_INTAKE && workers > 0)))
			gap_record(l, peer, 0, reason);
		peer->running = peer->gap_told = false;
		if (peer->role != ROLE_SUPERVISOR)
			peer->seen_ms = 0;
	}
}

/*
 * The start of a ledger that is not new.  What workers did after their last COVERAGE is vouched
 * for by nobody, so each worker's gap begins there; the supervisor's stands for all the others.
 */
void
life_begin(struct ledger_role *l)
{
	int64_t last_ms = l->ledger != NULL ? ledger_recorded_ms(l->ledger) : 0;
	uint64_t size = l->ledger != NULL ? ledger_size(l->ledger) : 0, from = 0;
	bool clean = size > 0 && ended_cleanly(l);
	struct look_back look = { .ledger = l };
	struct peer *supervisor;
	uint32_t workers;
	char reason[WHY_TEXT_MAX + 64];
	struct why why;

	clock_begin(l, last_ms);
	l->begun_ms = recorded_now(l);
	l->committed_ns = clock_monotonic_ns();
	if (size == 0)
		return;
	supervisor = peer_of(l, ROLE_SUPERVISOR, 0);
	workers = workers_before(l);
	/* Where that time was pruned, what is left is all there is to look at. */
	if (ledger_size_at(l->ledger, last_ms - LOOK_BACK_MS, &from, &why) != ERR_OK)
		from = ledger_first(l->ledger);
	if (ledger_scan(l->ledger, from, size, on_look_back, &look, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "looking back failed: %s", why.text);
	snprintf(reason, sizeof(reason), "%s",
	    clean ? "the monitor was not running: it had been stopped"
	          : "the monitor was not running: it ended without saying so");
	if (l->died_text[0] != '\0')
		snprintf(reason, sizeof(reason),
		    "the ledger role ended and everything was started again: %.300s", l->died_text);
	supervisor->seen_ms = last_ms;
	start_gaps(l, supervisor, clean ? 0 : workers, reason);
	clock_begun(l);
}

void
life_self(struct ledger_role *l)
{
	struct buffer scratch = { .max = 0 };
	struct record record;

	role_self(l->start, &record, &scratch, buffer_text(&l->sandbox));
	batch_record(l, &record);
	buffer_free(&scratch);
}

void
life_died(struct ledger_role *l, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool three = cbor_array(&in) == 3;
	uint64_t role = cbor_uint(&in), index = cbor_uint(&in);
	struct bytes sentence = cbor_text(&in);
	struct peer *peer;
	char reason[WHY_TEXT_MAX];

	if (!three || !cbor_done(&in) || role_name(role) == NULL)
		return;
	snprintf(reason, sizeof(reason), "%.*s", (int)sentence.len, (const char *)sentence.at);
	if (role == ROLE_LEDGER) {
		snprintf(l->died_text, sizeof(l->died_text), "%s", reason);
		return;
	}
	link_drain(l, role, index);
	peer = peer_of(l, role, index);
	if (peer != NULL && (peer->running || !peer->gap_told))
		gap_record(l, peer, 0, reason);
}

void
life_committed(struct ledger_role *l, const struct record *record)
{
	struct peer *peer = peer_of(l, record->role, record->index);
	int64_t now = record->recorded_ms != 0 ? record->recorded_ms : l->committed_ms;

	if (record->kind == RECORD_GAP) {
		peer = peer_of(l, record->gap.role, record->gap.index);
		if (peer != NULL)
			peer->running = false;
		return;
	}
	if (record->kind == RECORD_KEY && record->recorded_ms == 0)
		l->key_landed = true;
	/* Observations vouch for one target only; a worker's COVERAGE is for all of them. */
	if (peer == NULL || ((record->role == ROLE_WORKER || record->role == ROLE_INTAKE) &&
	    record->kind != RECORD_SELF && record->kind != RECORD_COVERAGE))
		return;
	/* A worker's clock may run ahead; it cannot have worked later than this was recorded. */
	peer->seen_ms = record->kind == RECORD_COVERAGE && record->coverage.to < now ?
	    record->coverage.to : now;
	if (record->kind == RECORD_SELF || record->kind == RECORD_COVERAGE)
		peer->running = true;
}
