/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds that open many connections, and rounds between two slots; see schedule.h. */
#include "monitor/daemon/schedule_private.h"

enum { HOUR_MS = 3600000, LOOK_MS = 1000 };

/* A bucket of an hour's connections that fills evenly. */
static void
bucket_fill(struct instance *instance, int64_t now_ms)
{
	int64_t most = (int64_t)instance->hourly * HOUR_MS;
	int64_t passed = instance->begun ? now_ms - instance->filled_ms : HOUR_MS;

	if (!instance->begun)
		instance->left = most;
	else if (passed > 0 && passed < INT64_MAX / (most + 1))
		instance->left += passed * instance->hourly;
	else if (passed > 0)
		instance->left = most;
	if (instance->left > most)
		instance->left = most;
	instance->begun = true;
	instance->filled_ms = now_ms;
}

static int64_t
wanted_ms(const struct entry *entry)
{
	return entry->extra ? entry->early_ms : entry->due_ms;
}

/* Who waits longest is next, however soon others come again. */
static bool
its_turn(const struct schedule *s, struct instance *instance, const struct entry *entry)
{
	const struct entry *first = entry_find(s, instance->first);

	if (first == NULL || first->state != WAITING || wanted_ms(entry) <= wanted_ms(first))
		instance->first = entry->target.id;
	return instance->first == entry->target.id;
}

int64_t
deep_from_ms(struct schedule *s, const struct entry *entry, int64_t now_ms)
{
	struct instance *instance = &s->instance[entry->instance];
	bool next = its_turn(s, instance, entry);

	if (!next || (instance->deep != 0 && instance->deep != entry->target.id))
		return now_ms + LOOK_MS;
	if (instance->hourly == 0)
		return now_ms;
	bucket_fill(instance, now_ms);
	if (instance->left > 0)
		return now_ms;
	return now_ms + 1 - instance->left / instance->hourly;
}

void
schedule_spend(struct schedule *s, uint64_t id, uint64_t connections, int64_t now_ms)
{
	struct entry *entry = entry_find(s, id);
	struct instance *instance;

	if (entry == NULL || !entry->target.deep)
		return;
	instance = &s->instance[entry->instance];
	if (instance->hourly == 0)
		return;
	bucket_fill(instance, now_ms);
	/* No round opens a million; the bound keeps the product and the debt from wrapping. */
	instance->left -= (int64_t)(connections < 1000000 ? connections : 1000000) * HOUR_MS;
}

void
schedule_early(struct schedule *s, uint64_t id, int64_t now_ms)
{
	struct entry *entry = entry_find(s, id);
	int64_t from = now_ms;

	if (entry == NULL || entry->state == RESERVED)
		return;
	if (entry->began_ms != INT64_MIN && entry->began_ms + SCHEDULE_EARLY_MS > from)
		from = entry->began_ms + SCHEDULE_EARLY_MS;
	if (entry->early_ms != INT64_MIN && entry->early_ms <= from)
		return;
	entry->early_ms = from;
	if (entry->state == WAITING && from < entry->queued_ms)
		entry_queue(s, entry, from);
}
