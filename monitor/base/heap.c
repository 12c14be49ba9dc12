/* SPDX-License-Identifier: Apache-2.0 */
/* The usual array heap; ties are broken by id so that the order never depends on insertion. */
#include <stdlib.h>

#include "monitor/base/bytes.h"
#include "monitor/base/heap.h"

static bool
before(struct deadline a, struct deadline b)
{
	return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.id < b.id;
}

void
heap_push(struct heap *heap, struct deadline item)
{
	size_t at = heap->count++;

	if (heap->count > heap->cap) {
		heap->cap = heap->cap > 0 ? 2 * heap->cap : 64;
		heap->item = memory_resize(heap->item, heap->cap, sizeof(*heap->item));
	}
	while (at > 0 && before(item, heap->item[(at - 1) / 2])) {
		heap->item[at] = heap->item[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->item[at] = item;
}

bool
heap_peek(const struct heap *heap, struct deadline *out)
{
	if (heap->count == 0)
		return false;
	*out = heap->item[0];
	return true;
}

bool
heap_pop(struct heap *heap, struct deadline *out)
{
	struct deadline last;
	size_t at = 0, child;

	if (!heap_peek(heap, out))
		return false;
	last = heap->item[--heap->count];
	while ((child = 2 * at + 1) < heap->count) {
		if (child + 1 < heap->count && before(heap->item[child + 1], heap->item[child]))
			child++;
		if (!before(heap->item[child], last))
			break;
		heap->item[at] = heap->item[child];
		at = child;
	}
	if (heap->count > 0)
		heap->item[at] = last;
	return true;
}

void
heap_free(struct heap *heap)
{
	free(heap->item);
	*heap = (struct heap){ 0 };
}
