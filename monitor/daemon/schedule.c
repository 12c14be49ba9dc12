/* SPDX-License-Identifier: Apache-2.0 */
/* Slots, gaps, backoff and what was not made; see schedule.h. */
#include <stdlib.h>

#include "monitor/base/bytes.h"
#include "monitor/daemon/schedule_private.h"

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

struct entry *
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

void
entry_queue(struct schedule *s, struct entry *entry, int64_t at_ms)
{
	entry->queued_ms = at_ms;
	heap_push(&s->due, (struct deadline){ .at_ms = at_ms, .id = entry->target.id });
}

void
entry_wait(struct schedule *s, struct entry *entry)
{
	bool early = entry->early_ms != INT64_MIN && entry->early_ms < entry->due_ms;

	entry_queue(s, entry, early ? entry->early_ms : entry->due_ms);
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

/* A slot or an early round has come: is it used now, later, or not at all?  True: now. */
static bool
slot_use(struct schedule *s, struct entry *entry, int64_t now_ms)
{
	struct instance *instance = &s->instance[entry->instance];
	int64_t interval = entry->target.interval_ms;
	int64_t start = instance->free_ms > now_ms ? instance->free_ms : now_ms, from;

	entry->extra = entry->due_ms > now_ms;
	if (entry->backoff > 0 && !entry->extra) {
		entry->backoff--;
		entry->flags |= SCHEDULE_HELD;
		entry->skipped++;
		entry->due_ms += interval;
		entry_wait(s, entry);
		return false;
	}
	if (entry->target.deep && (from = deep_from_ms(s, entry, now_ms)) > now_ms) {
		entry_queue(s, entry, from);
		return false;
	}
	entry->early_ms = INT64_MIN;
	if (entry->target.deep) {
		instance->deep = entry->target.id;
		instance->first = 0;
	}
	if (!entry->extra && now_ms - entry->due_ms >= interval)
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

	entry->state = RUNNING;
	entry->began_ms = now_ms;
	if (entry->extra) {
		*out = (struct schedule_due){ .id = entry->target.id, .due_ms = now_ms,
		    .early = true };
		return;
	}
	if (passed > 0)
		entry_skip(s, entry, passed, SCHEDULE_MISSED | SCHEDULE_HELD);
	if (now_ms - entry->due_ms > entry->target.interval_ms / 2)
		entry->flags |= SCHEDULE_LATE;
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
	entry->downs = !down ? 0 : entry->downs + (entry->downs < SCHEDULE_NO_BACKOFF - 1);
	if (s->instance[entry->instance].deep == id)
		s->instance[entry->instance].deep = 0;
	if (!entry->extra)
		entry->due_ms += entry->target.interval_ms;
	if (!entry->extra && entry->downs >= entry->target.window) {
		past = entry->downs - entry->target.window;
		factor = past >= 2 ? SCHEDULE_BACKOFF_MAX : 2u << past;
		entry->backoff =
		    (factor < SCHEDULE_BACKOFF_MAX ? factor : SCHEDULE_BACKOFF_MAX) - 1;
	}
	entry->extra = false;
	entry_wait(s, entry);
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
		if (entry->state == RUNNING && !entry->extra)
			behind -= interval;
		if (behind >= interval && entry->backoff == 0) {
			entry_skip(s, entry, behind / interval, entry->state == RESERVED ?
			    SCHEDULE_MISSED | SCHEDULE_HELD : SCHEDULE_MISSED);
			if (entry->state == WAITING)
				entry_wait(s, entry);
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
