/* SPDX-License-Identifier: Apache-2.0 */
/* Targets that are asked soon after another one of their instance changed, or after a gap. */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/worker.h"

static int
by_endpoint(const void *a, const void *b)
{
	const struct plan_target *one = (*(struct place *const *)a)->target;
	const struct plan_target *two = (*(struct place *const *)b)->target;

	if (one->instance != two->instance)
		return one->instance < two->instance ? -1 : 1;
	return strcmp(one->endpoint, two->endpoint);
}

static int
by_followed(const void *a, const void *b)
{
	const struct follow *one = a, *two = b;

	if (one->followed != two->followed)
		return one->followed < two->followed ? -1 : 1;
	return one->follower < two->follower ? -1 : one->follower > two->follower;
}

/* The first of sorted with this instance and endpoint, or behind it. */
static size_t
endpoint_first(struct place *const *sorted, size_t count, uint32_t instance, const char *endpoint)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct plan_target *target = sorted[middle]->target;

		if (target->instance < instance || (target->instance == instance &&
		    strcmp(target->endpoint, endpoint) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Through the same vantage if the followed one is looked at from there, else from anywhere. */
static bool
follows(const struct plan_target *follower, const struct plan_target *followed, bool same)
{
	return follower->instance == followed->instance &&
	    strcmp(follower->follows, followed->endpoint) == 0 &&
	    (!same || strcmp(follower->vantage, followed->vantage) == 0);
}

static void
follow_add(struct worker *worker, struct place *const *sorted, const struct plan_target *follower)
{
	size_t first = endpoint_first(sorted, worker->places, follower->instance,
	    follower->follows);
	bool same = false;

	for (size_t i = first; i < worker->places &&
	    follows(follower, sorted[i]->target, false); i++)
		same = same || follows(follower, sorted[i]->target, true);
	for (size_t i = first; i < worker->places &&
	    follows(follower, sorted[i]->target, false); i++)
		if (follows(follower, sorted[i]->target, same)) {
			worker->follow = memory_resize(worker->follow, worker->follows + 1,
			    sizeof(*worker->follow));
			worker->follow[worker->follows++] = (struct follow){
			    .followed = sorted[i]->id, .follower = follower->id };
		}
}

void
worker_follow_take(struct worker *worker)
{
	struct place **sorted = memory_new(worker->places + 1, sizeof(struct place *));

	worker->follows = 0;
	for (size_t i = 0; i < worker->places; i++)
		sorted[i] = worker->place[i];
	qsort(sorted, worker->places, sizeof(struct place *), by_endpoint);
	for (size_t i = 0; i < worker->places; i++)
		if (worker->place[i]->target->follows[0] != '\0')
			follow_add(worker, sorted, worker->place[i]->target);
	if (worker->follows > 0)
		qsort(worker->follow, worker->follows, sizeof(*worker->follow), by_followed);
	free(sorted);
}

void
worker_changed(struct worker *worker, const struct place *place)
{
	size_t low = 0, high = worker->follows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (worker->follow[middle].followed < place->id)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < worker->follows && worker->follow[low].followed == place->id; low++)
		schedule_early(worker->schedule, worker->follow[low].follower,
		    worker_now_ms(worker));
}

void
worker_seldom(struct worker *worker)
{
	for (size_t i = 0; i < worker->places; i++)
		if (worker->place[i]->target->interval_ms > SCHEDULE_LONG_MS)
			schedule_early(worker->schedule, worker->place[i]->id,
			    worker_now_ms(worker) + (int64_t)(i * SCHEDULE_EARLY_MS /
			    worker->places));
}
