/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing a ledger, and following its growth. */
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/ledger_private.h"

enum err
ledger_create(const char *path, struct why *why)
{
	enum err err;
	int lock;

	if ((err = lock_take(path, &lock, why)) != ERR_OK)
		return err;
	err = store_create(path, why);
	lock_release(lock);
	return err;
}

/* The newest record's time; a kind of a newer version has one, too. */
static enum err
look_at_time(struct ledger *ledger, struct why *why)
{
	struct record newest;
	enum err err;

	ledger->recorded_ms = 0;
	if (ledger->size == 0)
		return ERR_OK;
	if ((err = ledger_fetch(ledger, ledger->size - 1, why)) != ERR_OK)
		return err;
	err = record_decode(bytes_of_buffer(&ledger->record), &newest, why);
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return why_set(why, ERR_UNTRUSTED, "%s: record %llu, the newest, is not a record",
		    ledger->path, (unsigned long long)(ledger->size - 1));
	ledger->recorded_ms = newest.recorded_ms;
	ledger->drill = newest.drill;
	return ERR_OK;
}

enum err
ledger_look(struct ledger *ledger, struct why *why)
{
	uint64_t first, size;
	enum err err = store_range(ledger->store, &first, &size, why);

	if (err != ERR_OK)
		return err;
	if (size < ledger->size)
		return why_set(why, ERR_UNTRUSTED, "%s: had %llu records and now has %llu",
		    ledger->path,
		    (unsigned long long)ledger->size, (unsigned long long)size);
	ledger->first = first;
	if (size == ledger->size)
		return ERR_OK;
	ledger->size = size;
	return look_at_time(ledger, why);
}

static enum err
open_writer(struct ledger *ledger, struct why *why)
{
	enum err err;

	ledger->batch = memory_new(1, sizeof(*ledger->batch));
	ledger->batch->encoded.max = RECORD_MAX;
	if ((err = tree_load(ledger, why)) != ERR_OK)
		return err;
	if ((err = ledger_verify(ledger, why)) != ERR_OK)
		return err;
	ledger->batch->size = ledger->size;
	ledger->batch->recorded_ms = ledger->recorded_ms;
	ledger->batch->drill = ledger->drill;
	return ERR_OK;
}

enum err
ledger_open(struct ledger **out, const char *path, enum ledger_mode mode, struct why *why)
{
	struct ledger *ledger = memory_new(1, sizeof(*ledger));
	enum err err = ERR_OK;

	ledger->path = memory_text(bytes_of_text(path));
	ledger->mode = mode;
	ledger->lock = -1;
	if (mode == LEDGER_WRITE)
		err = lock_take(path, &ledger->lock, why);
	if (err == ERR_OK)
		err = store_open(&ledger->store, path, mode, why);
	if (err == ERR_OK)
		err = ledger_look(ledger, why);
	if (err == ERR_OK && mode == LEDGER_WRITE)
		err = open_writer(ledger, why);
	if (err != ERR_OK) {
		ledger_close(ledger);
		return err;
	}
	*out = ledger;
	return ERR_OK;
}

void
ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	if (ledger->batch != NULL) {
		if (ledger->batch->open)
			store_rollback(ledger->store);
		buffer_free(&ledger->batch->encoded);
		free(ledger->batch);
	}
	/* Closing the last connection moves the log: the lock has to be held until then. */
	store_close(ledger->store);
	lock_release(ledger->lock);
	buffer_free(&ledger->record);
	buffer_free(&ledger->tile);
	free(ledger->path);
	free(ledger);
}

enum err
ledger_refresh(struct ledger *ledger, bool *grown, struct why *why)
{
	uint64_t before = ledger->size;
	bool changed = false;
	enum err err;

	*grown = false;
	if (ledger->mode != LEDGER_READ)
		return ERR_OK;	/* a copy never changes, a writer knows what it wrote */
	if ((err = store_changed(ledger->store, &changed, why)) != ERR_OK || !changed)
		return err;
	if ((err = ledger_look(ledger, why)) != ERR_OK)
		return err;
	*grown = ledger->size > before;
	return ERR_OK;
}

uint64_t
ledger_size(const struct ledger *ledger)
{
	return ledger->size;
}

uint64_t
ledger_first(const struct ledger *ledger)
{
	return ledger->first;
}

int64_t
ledger_recorded_ms(const struct ledger *ledger)
{
	return ledger->recorded_ms;
}

bool
ledger_drill(const struct ledger *ledger)
{
	return ledger->drill;
}

const char *
ledger_path(const struct ledger *ledger)
{
	return ledger->path;
}

uint64_t
ledger_octets(const struct ledger *ledger)
{
	return store_octets(ledger->store);
}
