/* SPDX-License-Identifier: Apache-2.0 */
/* Where slots are, and another set of targets; see schedule.h. */
#include <stdlib.h>

#include "monitor/base/bytes.h"
#include "monitor/daemon/schedule_private.h"

static size_t
instance_find(const struct instance *instance, size_t count, uint64_t key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (instance[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The finaliser of splitmix64: ids are small and consecutive, slots must not be. */
uint64_t
schedule_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* The first slot at or after now. */
static int64_t
slot_from(const struct schedule_target *target, int64_t now_ms)
{
	int64_t phase = target->fixed ? target->slot_ms % target->interval_ms :
	    (int64_t)(schedule_mix(target->id) % (uint64_t)target->interval_ms);
	int64_t behind = (now_ms - phase) % target->interval_ms;

	if (behind == 0)
		return now_ms;
	return behind > 0 ? now_ms + target->interval_ms - behind : now_ms - behind;
}

static int
key_compare(const void *a, const void *b)
{
	const struct instance *one = a, *two = b;

	return one->key < two->key ? -1 : one->key > two->key;
}

static void
instances_load(struct schedule *s, const struct schedule_target *target, size_t count)
{
	struct instance *all = memory_new(count + 1, sizeof(*all));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		all[i].key = target[i].instance;
	qsort(all, count, sizeof(*all), key_compare);
	for (size_t i = 0; i < count; i++) {
		size_t old = instance_find(s->instance, s->instances, all[i].key);

		if (kept > 0 && all[kept - 1].key == all[i].key)
			continue;
		if (old < s->instances && s->instance[old].key == all[i].key)
			all[kept] = s->instance[old];
		else
			all[kept] = (struct instance){ .key = all[i].key, .free_ms = INT64_MIN };
		all[kept].deep = all[kept].first = 0;
		all[kept++].hourly = 0;
	}
	free(s->instance);
	s->instance = all;
	s->instances = kept;
}

static bool
slots_differ(const struct schedule_target *one, const struct schedule_target *two)
{
	int64_t off;

	if (one->interval_ms != two->interval_ms || one->fixed != two->fixed)
		return true;
	if (!one->fixed)
		return false;
	/* A fixed slot follows a wall clock that may have been corrected. */
	off = (two->slot_ms - one->slot_ms) % one->interval_ms;
	off = off < 0 ? off + one->interval_ms : off;
	return off > SCHEDULE_SLOT_SLACK_MS && one->interval_ms - off > SCHEDULE_SLOT_SLACK_MS;
}

/* Who is asked once a day is known today: its first round is soon, spread like all others. */
static int64_t
first_ms(const struct schedule_target *target, int64_t now_ms)
{
	if (target->interval_ms <= SCHEDULE_LONG_MS)
		return INT64_MIN;
	return now_ms + (int64_t)(schedule_mix(target->id) % SCHEDULE_EARLY_MS);
}

static void
instance_take(struct instance *instance, const struct entry *entry)
{
	uint32_t hourly = entry->target.hourly;

	if (entry->target.deep && entry->state == RUNNING)
		instance->deep = entry->target.id;
	if (hourly != 0 && (instance->hourly == 0 || hourly < instance->hourly))
		instance->hourly = hourly;
}

void
schedule_load(struct schedule *s, const struct schedule_target *target, size_t count,
    int64_t gap_ms, int64_t now_ms)
{
	struct entry *all = memory_new(count + 1, sizeof(*all));
	struct heap due = { .count = 0 };

	instances_load(s, target, count);
	heap_free(&s->due);
	s->due = due;
	for (size_t i = 0; i < count; i++) {
		const struct entry *old = entry_find(s, target[i].id);

		all[i] = old != NULL ? *old : (struct entry){ .again_ms = INT64_MIN,
		    .early_ms = first_ms(&target[i], now_ms), .began_ms = INT64_MIN };
		if (old == NULL || slots_differ(&old->target, &target[i]))
			all[i].due_ms = slot_from(&target[i], now_ms) -
			    (all[i].state == RUNNING && !all[i].extra ? target[i].interval_ms : 0);
		if (old != NULL && old->state == RESERVED) {
			all[i].state = WAITING;
			all[i].queued_ms = old->queued_ms;
		}
		all[i].target = target[i];
		all[i].instance = instance_find(s->instance, s->instances, target[i].instance);
		instance_take(&s->instance[all[i].instance], &all[i]);
	}
	free(s->entry);
	s->entry = all;
	s->entries = count;
	s->gap_ms = gap_ms;
	for (size_t i = 0; i < count; i++)
		if (all[i].state != RUNNING)
			entry_wait(s, &all[i]);
}
