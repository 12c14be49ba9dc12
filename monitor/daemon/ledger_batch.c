/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch: what arrived and is not yet durable, kept as octets until one commit took all of it.
 * Recorded time is given at that moment, so it never precedes durability by more than a commit.
 * A commit that fails changes nothing: everything is tried again, stamped anew, each second.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"

enum { SALT_LEN = 32 };

static void
batch_put(struct ledger_role *l, struct batch_item item, struct bytes octets)
{
	struct batch *batch = &l->batch;

	if (batch->items == batch->item_cap) {
		batch->item_cap = batch->item_cap > 0 ? 2 * batch->item_cap : 64;
		batch->item = memory_resize(batch->item, batch->item_cap, sizeof(*batch->item));
	}
	item.at = batch->octets.len;
	item.len = octets.len;
	batch->item[batch->items] = item;
	buffer_put(&batch->octets, octets.at, octets.len);
	if (batch->octets.failed) {
		/* Only reached after long without a commit; the gap that ends it says how many. */
		batch->octets.failed = false;
		batch->lost++;
		return;
	}
	batch->items++;
}

static void
on_batch_timer(uv_timer_t *timer)
{
	struct ledger_role *l = timer->data;
	struct why why;

	if (l->held_ns == 0 && batch_commit(l, &why) != ERR_OK)
		return;		/* said and remembered by batch_commit */
}

static void
batch_wait(struct ledger_role *l)
{
	if (!uv_is_active((uv_handle_t *)&l->batch_timer))
		uv_timer_start(&l->batch_timer, on_batch_timer, BATCH_MS, 0);
}

void
batch_record(struct ledger_role *l, struct record *record)
{
	struct buffer bytes = { .max = 0 };

	record->recorded_ms = 0;
	record->role = record->role != 0 ? record->role : ROLE_LEDGER;
	record->observed_ms = record->observed_ms != 0 ? record->observed_ms : clock_wall_ms();
	record_encode(&bytes, record);
	batch_put(l, (struct batch_item){ .type = BATCH_RECORD, .role = record->role,
	    .index = record->index, .kind = record->kind }, bytes_of_buffer(&bytes));
	buffer_free(&bytes);
	l->batch.worth = l->batch.worth || record->kind != RECORD_TICK;
	batch_wait(l);
}

void
batch_record_first(struct ledger_role *l, struct record *record)
{
	struct batch_item item;

	batch_record(l, record);
	item = l->batch.item[l->batch.items - 1];
	memmove(&l->batch.item[1], &l->batch.item[0], (l->batch.items - 1) * sizeof(item));
	l->batch.item[0] = item;
}

void
batch_gap_first(struct ledger_role *l, struct record *gap)
{
	batch_record_first(l, gap);
	for (uint32_t i = 0; i < l->peers; i++)
		l->peer[i].spoke = false;
	for (size_t i = 0; i < l->batch.items; i++) {
		const struct batch_item *item = &l->batch.item[i];
		struct peer *peer = item->type == BATCH_RECORD && item->role == ROLE_WORKER &&
		    (item->kind == RECORD_SELF || item->kind == RECORD_COVERAGE) ?
		    peer_of(l, item->role, item->index) : NULL;

		if (peer != NULL)
			peer->spoke = true;
	}
}

void
batch_foreign(struct ledger_role *l, uint64_t role, uint64_t index, uint64_t kind,
    struct bytes record)
{
	batch_put(l, (struct batch_item){ .type = BATCH_RECORD, .role = role, .index = index,
	    .kind = kind }, record);
	l->batch.worth = true;
	batch_wait(l);
}

void
batch_blob(struct ledger_role *l, struct bytes blob)
{
	batch_put(l, (struct batch_item){ .type = BATCH_BLOB }, blob);
	batch_wait(l);
}

void
batch_value(struct ledger_role *l, struct bytes salt_and_value)
{
	batch_put(l, (struct batch_item){ .type = BATCH_VALUE }, salt_and_value);
	batch_wait(l);
}

bool
batch_full(const struct ledger_role *l)
{
	return l->batch.items >= BATCH_MAX || l->batch.octets.len >= BATCH_OCTETS;
}

static struct bytes
item_octets(const struct batch *batch, const struct batch_item *item)
{
	return bytes_of(batch->octets.at + item->at, item->len);
}

static enum err
item_add(struct ledger_role *l, const struct batch_item *item, int64_t recorded_ms, struct why *why)
{
	struct bytes octets = item_octets(&l->batch, item);
	struct record record;
	struct hash hash;
	enum err err;

	if (item->type == BATCH_BLOB)
		return ledger_add_blob(l->ledger, octets, &hash, why);
	if (item->type == BATCH_VALUE)
		return ledger_add_value(l->ledger, bytes_slice(octets, 0, SALT_LEN),
		    bytes_slice(octets, SALT_LEN, octets.len), why);
	err = record_decode(octets, &record, why);
	if (err != ERR_OK)
		return err;
	record.recorded_ms = recorded_ms;
	record.role = item->role;
	record.index = item->index;
	record.drill = l->drill;
	return ledger_add(l->ledger, &record, why);
}

/* The fault of the item itself; anything else is the store's, and may pass. */
static bool
item_failed(enum err err)
{
	return err == ERR_MALFORMED || err == ERR_LIMIT || err == ERR_UNSUPPORTED ||
	    err == ERR_INVALID;
}

/* One item the ledger will never take: it leaves the batch, and a gap says that it is lost. */
static void
item_refuse(struct ledger_role *l, size_t place, const struct why *why)
{
	struct batch_item item = l->batch.item[place];
	struct peer *peer = peer_of(l, item.role != 0 ? item.role : ROLE_LEDGER, item.index);
	char reason[WHY_TEXT_MAX + 64];

	memmove(&l->batch.item[place], &l->batch.item[place + 1],
	    (l->batch.items - place - 1) * sizeof(item));
	l->batch.items--;
	snprintf(
	    reason, sizeof(reason), "the ledger refused something that came: %.300s", why->text);
	log_line(LOG_LEVEL_ERROR, "%s", reason);
	if (peer != NULL && item.type == BATCH_RECORD && item.role != ROLE_LEDGER)
		gap_record(l, peer, 1, reason);
}

static enum err
batch_add_all(struct ledger_role *l, int64_t recorded_ms, struct why *why)
{
	for (size_t i = 0; i < l->batch.items;) {
		enum err err = item_add(l, &l->batch.item[i], recorded_ms, why);

		if (err == ERR_OK) {
			i++;
			continue;
		}
		ledger_rollback(l->ledger);
		if (!item_failed(err))
			return err;
		item_refuse(l, i, why);
		i = 0;
	}
	return ledger_commit(l->ledger, why);
}

void
status_send(struct ledger_role *l, const char *text)
{
	if (link_send(l->start->control, MESSAGE_STATUS, bytes_of_text(text), -1) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the supervisor does not take the status");
}

/* From now on links push back; the log and the service manager are told once. */
static void
commit_failed(struct ledger_role *l, const struct why *why)
{
	char status[WHY_TEXT_MAX + 64];

	ledger_rollback(l->ledger);
	if (l->held_ns != 0)
		return;
	l->held_ns = clock_monotonic_ns();
	snprintf(l->held_text, sizeof(l->held_text), "%s", why->text);
	snprintf(status, sizeof(status), "the ledger cannot commit: %.300s", why->text);
	log_line(LOG_LEVEL_ERROR, "%s; nothing is read from links until it can, tried each second",
	    status);
	status_send(l, status);
	links_hold(l, true);
}

/*
 * The gap that explains why what follows is so late: the first record of the batch, made again
 * at each try, in the same octets, because nobody knows which try will be the last.
 */
static void
held_gap(struct ledger_role *l)
{
	struct batch *batch = &l->batch;
	struct record record = {
		.kind = RECORD_GAP, .role = ROLE_LEDGER, .observed_ms = clock_wall_ms()
	};
	struct buffer bytes = { .max = 0 };
	char reason[WHY_TEXT_MAX + 64];

	snprintf(reason, sizeof(reason), "the ledger could not commit: %.300s", l->held_text);
	record.gap = (struct record_gap){ .role = ROLE_LEDGER, .from = l->committed_ms,
	    .to = recorded_now(l), .lost = batch->lost, .reason = bytes_of_text(reason) };
	record_encode(&bytes, &record);
	if (l->held_gap && batch->items > 0 && batch->item[0].len == bytes.len) {
		memcpy(batch->octets.at + batch->item[0].at, bytes.at, bytes.len);
	} else {
		if (l->held_gap && batch->items > 0)
			memmove(&batch->item[0], &batch->item[1],
			    --batch->items * sizeof(batch->item[0]));
		batch_gap_first(l, &record);
		l->held_gap = true;
	}
	buffer_free(&bytes);
}

static void
commit_recovered(struct ledger_role *l)
{
	int64_t seconds = (clock_monotonic_ns() - l->held_ns) / 1000000000;

	l->held_ns = 0;
	l->held_gap = false;
	log_line(LOG_LEVEL_WARNING,
	    "commits work again after %" PRId64 " s; what waited is recorded", seconds);
	status_send(l, "");
	life_self(l);
	links_hold(l, false);
	l->again_due = true;
}

static void
on_grown_timer(uv_timer_t *timer)
{
	struct ledger_role *l = timer->data;
	uint8_t octets[16];
	struct buffer body = { .at = octets, .cap = sizeof(octets), .max = sizeof(octets) - 1 };
	int engine = role_link_fd(l->start, ROLE_ENGINE, 0);
	uint64_t size = ledger_size(l->ledger);

	buffer_reset(&body);
	body.at[0] = 0x1b;	/* CBOR: unsigned integer of eight octets, RFC 8949 3.1 */
	body.len = 1;
	for (unsigned i = 0; i < 8; i++)
		body.at[body.len++] = (uint8_t)(size >> (56 - 8 * i));
	l->grown_due =
	    engine >= 0 && link_send(engine, MESSAGE_GROWN, bytes_of_buffer(&body), -1) == ERR_BUSY;
	if (l->grown_due)
		uv_timer_start(&l->grown_timer, on_grown_timer, GROWN_MS, 0);
}

static void
commit_done(struct ledger_role *l)
{
	struct batch done = l->batch;

	l->batch = (struct batch){ .items = 0 };
	l->committed_ns = clock_monotonic_ns();
	l->committed_ms = ledger_recorded_ms(l->ledger);
	l->sign_worth = l->sign_worth || done.worth;
	for (size_t i = 0; i < done.items; i++) {
		struct record record;
		struct why why;

		/* Most records say nothing about who works: they are not decoded once more. */
		if (done.item[i].type != BATCH_RECORD || (done.item[i].role == ROLE_WORKER &&
		    done.item[i].kind != RECORD_SELF && done.item[i].kind != RECORD_COVERAGE) ||
		    record_decode(item_octets(&done, &done.item[i]), &record, &why) != ERR_OK)
			continue;
		record.role = done.item[i].role;
		record.index = done.item[i].index;
		life_committed(l, &record);
	}
	if (!uv_is_active((uv_handle_t *)&l->grown_timer))
		uv_timer_start(&l->grown_timer, on_grown_timer, GROWN_MS, 0);
	if (l->held_ns != 0)
		commit_recovered(l);
	if (l->again_due)
		links_again(l);
	l->again_due = false;
	/* The memory is kept for the next batch, unless a rare large one made it big. */
	if (l->batch.items == 0 && done.octets.cap <= 2 * BATCH_OCTETS) {
		batch_free(&l->batch);
		l->batch = (struct batch){
			.octets = done.octets, .item = done.item, .item_cap = done.item_cap
		};
		buffer_reset(&l->batch.octets);
	} else {
		batch_free(&done);
	}
}

enum err
batch_commit(struct ledger_role *l, struct why *why)
{
	int64_t recorded_ms;
	enum err err;

	if (l->batch.items == 0)
		return ERR_OK;
	if (l->ledger == NULL || !l->keyed)
		return why_set(why, ERR_NOT_FOUND, "there is no ledger yet, or no key for it");
	uv_timer_stop(&l->batch_timer);
	recorded_ms = clock_turn(l);
	if (l->held_ns != 0)
		held_gap(l);
	uv_timer_stop(&l->batch_timer);
	err = batch_add_all(l, recorded_ms, why);
	if (err != ERR_OK) {
		commit_failed(l, why);
		return err;
	}
	commit_done(l);
	if (l->key_landed) {
		l->key_landed = false;
		key_committed(l);
		config_try(l);
	}
	config_committed(l);
	sign_turn(l, false);
	return ERR_OK;
}

void
batch_free(struct batch *batch)
{
	buffer_free(&batch->octets);
	free(batch->item);
	*batch = (struct batch){ .items = 0 };
}
