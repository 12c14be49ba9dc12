/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of deadlines: earliest first, equal times by the smaller id. */
#ifndef MONITOR_BASE_HEAP_H
#define MONITOR_BASE_HEAP_H

#include "monitor/base/err.h"

struct deadline {
	int64_t  at_ms;
	uint64_t id;
};

struct heap {
	struct deadline *item;
	size_t           count, cap;
};

void heap_push(struct heap *, struct deadline);
bool heap_peek(const struct heap *, struct deadline *);		/* false if empty */
bool heap_pop(struct heap *, struct deadline *);		/* false if empty */
void heap_free(struct heap *);

#endif
