/* SPDX-License-Identifier: Apache-2.0 */
/* Slots, gaps, backoff and what was not made; see schedule.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/heap.h"
#include "monitor/daemon/schedule.h"

enum state { WAITING, RESERVED, RUNNING };

struct entry {
	struct schedule_target target;
	size_t     instance;	/* index */
	enum state state;
	int64_t    due_ms;	/* its slot: the next one, or the one that runs */
	int64_t    queued_ms;	/* where its valid entry in the heap stands */
	int64_t    again_ms;	/* likewise of the other heap; INT64_MIN if none */
	uint64_t   skipped;
	uint32_t   downs;	/* rounds in a row */
	uint32_t   backoff;	/* slots still to be left out */
	unsigned   flags;
};

struct instance { uint64_t key; int64_t free_ms; };

struct schedule {
	struct entry    *entry;
	size_t           entries;
	struct instance *instance;	/* ascending by key */
	size_t           instances;
	struct heap      due, again;
	int64_t          gap_ms;
	bool             held;
	int64_t          held_ms;	/* when it was last held */
};

struct schedule *
schedule_new(void)
{
	struct schedule *s = memory_new(1, sizeof(*s));

	s->held_ms = INT64_MIN;
	return s;
}

void
schedule_free(struct schedule *s)
{
	if (s == NULL)
		return;
	heap_free(&s->due);
	heap_free(&s->again);
	free(s->entry);
	free(s->instance);
	free(s);
}

static struct entry *
entry_find(const struct schedule *s, uint64_t id)
{
	size_t low = 0, high = s->entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->entry[middle].target.id == id)
			return &s->entry[middle];
		if (s->entry[middle].target.id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

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
static uint64_t
mix(uint64_t x)
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
	int64_t phase = (int64_t)(mix(target->id) % (uint64_t)target->interval_ms);
	int64_t behind = (now_ms - phase) % target->interval_ms;

	if (behind == 0)
		return now_ms;
	return behind > 0 ? now_ms + target->interval_ms - behind : now_ms - behind;
}

static void
entry_queue(struct schedule *s, struct entry *entry, int64_t at_ms)
{
	entry->queued_ms = at_ms;
	heap_push(&s->due, (struct deadline){ .at_ms = at_ms, .id = entry->target.id });
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
		all[kept].key = all[i].key;
		all[kept++].free_ms = old < s->instances && s->instance[old].key == all[i].key ?
		    s->instance[old].free_ms : INT64_MIN;
	}
	free(s->instance);
	s->instance = all;
	s->instances = kept;
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

		all[i] = old != NULL ? *old : (struct entry){ .again_ms = INT64_MIN };
		if (old == NULL || old->target.interval_ms != target[i].interval_ms)
			all[i].due_ms = slot_from(&target[i], now_ms) -
			    (all[i].state == RUNNING ? target[i].interval_ms : 0);
		if (old != NULL && old->state == RESERVED) {
			all[i].state = WAITING;
			all[i].queued_ms = old->queued_ms;
		}
		all[i].target = target[i];
		all[i].instance = instance_find(s->instance, s->instances, target[i].instance);
	}
	free(s->entry);
	s->entry = all;
	s->entries = count;
	s->gap_ms = gap_ms;
	for (size_t i = 0; i < count; i++)
		if (all[i].state != RUNNING)
			entry_queue(s, &all[i], all[i].due_ms);
}

static void
entry_skip(struct schedule *s, struct entry *entry, int64_t slots, unsigned flags)
{
	if (s->held || s->held_ms > entry->due_ms)
		flags |= SCHEDULE_HELD;
	entry->flags |= flags;
	entry->skipped += (uint64_t)slots;
	entry->due_ms += slots * entry->target.interval_ms;
}

/* A slot has come: is it used now, later, or not at all?  True: now. */
static bool
slot_use(struct schedule *s, struct entry *entry, int64_t now_ms)
{
	struct instance *instance = &s->instance[entry->instance];
	int64_t interval = entry->target.interval_ms;
	int64_t start = instance->free_ms > now_ms ? instance->free_ms : now_ms;

	if (entry->backoff > 0) {
		entry->backoff--;
		entry->flags |= SCHEDULE_HELD;
		entry->skipped++;
		entry->due_ms += interval;
		entry_queue(s, entry, entry->due_ms);
		return false;
	}
	if (now_ms - entry->due_ms >= interval)
		entry_skip(s, entry, (now_ms - entry->due_ms) / interval, SCHEDULE_MISSED);
	/* In order of coming, however late: an instance asked too often starves no target. */
	instance->free_ms = start + s->gap_ms;
	if (start > now_ms) {
		entry->state = RESERVED;
		entry_queue(s, entry, start);
		return false;
	}
	return true;
}

static void
entry_begin(struct schedule *s, struct entry *entry, int64_t now_ms, struct schedule_due *out)
{
	int64_t passed = (now_ms - entry->due_ms) / entry->target.interval_ms;

	if (passed > 0)
		entry_skip(s, entry, passed, SCHEDULE_MISSED | SCHEDULE_HELD);
	if (now_ms - entry->due_ms > entry->target.interval_ms / 2)
		entry->flags |= SCHEDULE_LATE;
	entry->state = RUNNING;
	*out = (struct schedule_due){ .id = entry->target.id, .due_ms = entry->due_ms,
	    .skipped = entry->skipped };
	entry->skipped = 0;
}

static bool
again_next(struct schedule *s, int64_t now_ms, struct schedule_due *out)
{
	struct deadline top;

	while (heap_peek(&s->again, &top) && top.at_ms <= now_ms) {
		struct entry *entry = entry_find(s, top.id);

		heap_pop(&s->again, &top);
		if (entry == NULL || entry->again_ms != top.at_ms || entry->state != RUNNING)
			continue;
		entry->again_ms = INT64_MIN;
		*out = (struct schedule_due){ .id = top.id, .due_ms = entry->due_ms, .more = true };
		return true;
	}
	return false;
}

bool
schedule_next(struct schedule *s, int64_t now_ms, struct schedule_due *out)
{
	struct deadline top;

	if (again_next(s, now_ms, out))
		return true;
	if (s->held)
		return false;
	while (heap_peek(&s->due, &top) && top.at_ms <= now_ms) {
		struct entry *entry = entry_find(s, top.id);

		heap_pop(&s->due, &top);
		if (entry == NULL || entry->state == RUNNING || entry->queued_ms != top.at_ms)
			continue;
		if (entry->state == WAITING && !slot_use(s, entry, now_ms))
			continue;
		entry_begin(s, entry, now_ms, out);
		return true;
	}
	return false;
}

int64_t
schedule_wake_ms(struct schedule *s)
{
	struct deadline again, due;
	int64_t wake = INT64_MAX;

	if (heap_peek(&s->again, &again))
		wake = again.at_ms;
	if (!s->held && heap_peek(&s->due, &due) && due.at_ms < wake)
		wake = due.at_ms;
	return wake;
}

void
schedule_again(struct schedule *s, uint64_t id, int64_t now_ms)
{
	struct entry *entry = entry_find(s, id);
	struct instance *instance;
	int64_t start;

	if (entry == NULL || entry->state != RUNNING)
		return;
	instance = &s->instance[entry->instance];
	start = instance->free_ms > now_ms ? instance->free_ms : now_ms;
	instance->free_ms = start + s->gap_ms;
	entry->again_ms = start;
	heap_push(&s->again, (struct deadline){ .at_ms = start, .id = id });
}

void
schedule_finish(struct schedule *s, uint64_t id, int64_t now_ms, bool down)
{
	struct entry *entry = entry_find(s, id);
	uint32_t past, factor;

	(void)now_ms;
	if (entry == NULL || entry->state != RUNNING)
		return;
	entry->state = WAITING;
	entry->again_ms = INT64_MIN;
	entry->downs = down ? entry->downs + 1 : 0;
	entry->due_ms += entry->target.interval_ms;
	if (entry->downs >= entry->target.window) {
		past = entry->downs - entry->target.window;
		factor = past >= 2 ? SCHEDULE_BACKOFF_MAX : 2u << past;
		entry->backoff =
		    (factor < SCHEDULE_BACKOFF_MAX ? factor : SCHEDULE_BACKOFF_MAX) - 1;
	}
	entry_queue(s, entry, entry->due_ms);
}

void
schedule_hold(struct schedule *s, bool held, int64_t now_ms)
{
	if (s->held || held)
		s->held_ms = now_ms;
	s->held = held;
}

size_t
schedule_count(const struct schedule *s)
{
	return s->entries;
}

void
schedule_account(struct schedule *s, int64_t now_ms,
    void (*each)(void *arg, uint64_t id, unsigned flags), void *arg)
{
	for (size_t i = 0; i < s->entries; i++) {
		struct entry *entry = &s->entry[i];
		int64_t behind = now_ms - entry->due_ms, interval = entry->target.interval_ms;

		/* One slot of a running target is the one that runs. */
		if (entry->state == RUNNING)
			behind -= interval;
		if (behind >= interval && entry->backoff == 0) {
			entry_skip(s, entry, behind / interval, entry->state == RESERVED ?
			    SCHEDULE_MISSED | SCHEDULE_HELD : SCHEDULE_MISSED);
			if (entry->state == WAITING)
				entry_queue(s, entry, entry->due_ms);
		}
		if (entry->flags != 0)
			each(arg, entry->target.id, entry->flags);
	}
}

void
schedule_told(struct schedule *s)
{
	for (size_t i = 0; i < s->entries; i++)
		s->entry[i].flags = 0;
}

void
schedule_flag(struct schedule *s, uint64_t id, unsigned flag)
{
	struct entry *entry = entry_find(s, id);

	if (entry != NULL)
		entry->flags |= flag;
}
