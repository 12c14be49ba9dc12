/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of the table through time: the steps of its services merged, how long anybody was hit
 * and how many, and when each pair of time and users was first true.  Two tracks are kept: what is
 * certain, and what is possible if unknown numbers are large and nobody is counted twice.
 */
#include <string.h>

#include "monitor/state/duty_part.h"

#define UNSET INT64_C(-1)

enum track { CERTAIN, POSSIBLE, TRACKS };

/* One service while its steps are gone through. */
struct cursor {
	const struct duty_service *service;
	uint32_t                   next;	/* step not taken yet */
	int64_t                    next_ms;	/* its time; DUTY_NEVER if it is not looked at */
	uint64_t                   users, distinct;
	bool                       uncounted;	/* distinct is only a least */
	bool                       hit[TRACKS];
};

/* When the span and the users of a watch were first there; UNSET: not yet. */
struct mark { int64_t span_at, users_at; };

struct sweep {
	const struct duty_sweep *of;
	struct cursor            cursor[DUTY_SERVICES_MAX];
	uint32_t                 cursors;
	bool                     over;		/* restored, by now */
	int64_t                  end_ms;
	int64_t                  at_ms;
	bool                     hit[TRACKS];
	int64_t                  since_ms[TRACKS], until_ms[TRACKS];
	uint64_t                 distinct[TRACKS];
	bool                     uncounted;
	uint64_t                 users, peak;
};

bool
duty_row_has(const struct duty_sweep *of, const struct duty_service *service)
{
	enum duty_class row = of->edition != NULL ? of->edition->class[service->class].row :
	    service->class;

	return row == of->class && !service->addon;
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	uint64_t out;

	return __builtin_add_overflow(a, b, &out) ? UINT64_MAX : out;
}

/* --- steps -------------------------------------------------------------------------------- */

static int64_t
step_time(const struct sweep *sweep, const struct cursor *cursor, uint32_t step)
{
	int64_t occurred = sweep->of->in->occurred_ms, at = cursor->service->step[step].at_ms;

	if (at < occurred || (step == 0 && cursor->service->from_occurred))
		return occurred;
	return at;
}

/* Restored at the very moment of a step, it never was. */
static void
cursor_next(const struct sweep *sweep, struct cursor *cursor)
{
	int64_t at_ms = cursor->next < cursor->service->steps ?
	    step_time(sweep, cursor, cursor->next) : DUTY_NEVER;

	cursor->next_ms = at_ms < sweep->end_ms || (at_ms == sweep->end_ms && !sweep->over) ?
	    at_ms : DUTY_NEVER;
}

/* The next moment something changes; DUTY_NEVER if nothing does any more. */
static int64_t
next_time(const struct sweep *sweep)
{
	int64_t next = DUTY_NEVER;

	for (uint32_t i = 0; i < sweep->cursors; i++)
		if (sweep->cursor[i].next_ms < next)
			next = sweep->cursor[i].next_ms;
	return next;
}

/* Of steps of the same moment the last one holds; the others had no time. */
static void
cursor_move(const struct sweep *sweep, struct cursor *cursor, int64_t at_ms)
{
	const struct duty_service *service = cursor->service;
	const struct duty_step *step;
	bool anybody;

	if (cursor->next_ms != at_ms)
		return;
	while (cursor->next + 1 < service->steps &&
	    step_time(sweep, cursor, cursor->next + 1) == at_ms)
		cursor->next++;
	step = &service->step[cursor->next++];
	cursor_next(sweep, cursor);
	cursor->users = sum(step->stopped, step->degraded);
	if (cursor->distinct < cursor->users)
		cursor->distinct = cursor->users;
	if (cursor->distinct < step->distinct)
		cursor->distinct = step->distinct;
	if (step->unknown || step->distinct > 0)
		cursor->uncounted = step->unknown;
	anybody = cursor->users > 0 || step->unknown;
	cursor->hit[CERTAIN] = step->all_traffic == DUTY_SAYS_YES ||
	    (!sweep->of->traffic && anybody);
	/* Where somebody is hit and nobody said how far, it may be all traffic. */
	cursor->hit[POSSIBLE] = cursor->hit[CERTAIN] || (sweep->of->traffic &&
	    (step->all_traffic == DUTY_SAYS_UNKNOWN ||
	    (step->all_traffic == DUTY_SAYS_NONE && anybody)));
}

/* --- the row ------------------------------------------------------------------------------ */

/* Users of services that may be the same people: at least the most of one, at most all. */
static void
row_count(struct sweep *sweep)
{
	uint64_t apart = 0, most = 0, all = 0, users_apart = 0, users_most = 0;

	sweep->uncounted = false;
	for (uint32_t i = 0; i < sweep->cursors; i++) {
		const struct cursor *cursor = &sweep->cursor[i];

		all = sum(all, cursor->distinct);
		sweep->uncounted = sweep->uncounted || cursor->uncounted;
		if (cursor->service->apart) {
			apart = sum(apart, cursor->distinct);
			users_apart = sum(users_apart, cursor->users);
			continue;
		}
		most = most < cursor->distinct ? cursor->distinct : most;
		users_most = users_most < cursor->users ? cursor->users : users_most;
	}
	sweep->distinct[CERTAIN] = sum(apart, most);
	sweep->distinct[POSSIBLE] = sweep->uncounted ? UINT64_MAX : all;
	sweep->users = sum(users_apart, users_most);
	if (sweep->peak < sweep->users)
		sweep->peak = sweep->users;
}

static void
row_hit(struct sweep *sweep, int64_t at_ms)
{
	for (unsigned track = 0; track < TRACKS; track++) {
		bool hit = false;

		for (uint32_t i = 0; i < sweep->cursors; i++)
			hit = hit || sweep->cursor[i].hit[track];
		if (hit && sweep->since_ms[track] == UNSET)
			sweep->since_ms[track] = at_ms;
		if (sweep->hit[track] && !hit)
			sweep->until_ms[track] = at_ms;
		sweep->hit[track] = hit;
	}
}

/* Time passes from sweep->at_ms to at_ms: the span of those who are hit grows. */
static void
span_grow(struct sweep *sweep, int64_t at_ms, const struct duty_watch *watch, size_t watches,
    struct mark (*mark)[TRACKS])
{
	for (unsigned track = 0; track < TRACKS; track++) {
		if (!sweep->hit[track])
			continue;
		for (size_t i = 0; i < watches; i++) {
			int64_t full = sweep->since_ms[track] + watch[i].span_ms;

			if (mark[i][track].span_at == UNSET && full <= at_ms)
				mark[i][track].span_at = full < sweep->at_ms ? sweep->at_ms : full;
		}
	}
	sweep->at_ms = at_ms;
}

/* A number that became known may be smaller than was possible. */
static void
users_mark(const struct sweep *sweep, const struct duty_watch *watch, size_t watches,
    struct mark (*mark)[TRACKS])
{
	for (unsigned track = 0; track < TRACKS; track++) {
		if (sweep->since_ms[track] == UNSET)
			continue;
		for (size_t i = 0; i < watches; i++) {
			if (sweep->distinct[track] < watch[i].users)
				mark[i][track].users_at = UNSET;
			else if (mark[i][track].users_at == UNSET)
				mark[i][track].users_at = sweep->at_ms;
		}
	}
}

/* --- answers ------------------------------------------------------------------------------ */

static int64_t
reached_at(const struct mark *mark)
{
	if (mark->span_at == UNSET || mark->users_at == UNSET)
		return UNSET;
	return mark->span_at > mark->users_at ? mark->span_at : mark->users_at;
}

static void
watch_answer(const struct sweep *sweep, const struct mark *mark, struct duty_watch *watch)
{
	enum duty_why doubt = sweep->since_ms[CERTAIN] != sweep->since_ms[POSSIBLE] ||
	    sweep->hit[CERTAIN] != sweep->hit[POSSIBLE] ||
	    sweep->until_ms[CERTAIN] != sweep->until_ms[POSSIBLE] ? DUTY_WHY_TRAFFIC_UNKNOWN :
	    sweep->uncounted ? DUTY_WHY_USERS_UNKNOWN : DUTY_WHY_USERS_OVERLAP;

	watch->standing = DUTY_NOT_REACHED;
	watch->why = sweep->since_ms[POSSIBLE] == UNSET ? DUTY_WHY_NO_USERS : DUTY_WHY_NONE;
	watch->reached_ms = watch->reach_at_ms = watch->doubt_at_ms = 0;
	if (reached_at(&mark[CERTAIN]) != UNSET) {
		watch->standing = DUTY_REACHED;
		watch->reached_ms = reached_at(&mark[CERTAIN]);
		return;
	}
	for (unsigned track = 0; track < TRACKS; track++) {
		if (reached_at(&mark[track]) != UNSET) {
			watch->standing = DUTY_UNKNOWN;
			watch->why = doubt;
			return;
		}
		if (sweep->over || !sweep->hit[track] || mark[track].users_at == UNSET)
			continue;
		if (watch->standing == DUTY_RUNNING) {
			watch->doubt_at_ms = sweep->since_ms[track] + watch->span_ms;
			continue;
		}
		watch->standing = DUTY_RUNNING;
		watch->why = track == CERTAIN ? DUTY_WHY_NONE : doubt;
		watch->reach_at_ms = sweep->since_ms[track] + watch->span_ms;
	}
}

static void
row_answer(const struct sweep *sweep, struct duty_row *row)
{
	enum track track = sweep->since_ms[CERTAIN] != UNSET ? CERTAIN : POSSIBLE;
	uint64_t most = 0;

	*row = (struct duty_row){ .class = sweep->of->class, .peak = sweep->peak,
	    .distinct = sweep->distinct[CERTAIN], .distinct_most = sweep->distinct[POSSIBLE],
	    .hit = !sweep->over && sweep->hit[track],
	    .users = sweep->over ? 0 : sweep->users };
	for (uint32_t i = 0; i < sweep->cursors; i++) {
		const struct cursor *cursor = &sweep->cursor[i];

		if (i == 0 || cursor->distinct > most) {
			most = cursor->distinct;
			row->service = (uint32_t)(cursor->service - sweep->of->in->service);
		}
	}
	if (sweep->since_ms[track] == UNSET)
		return;
	row->since_ms = sweep->since_ms[track];
	row->span_ms = (sweep->hit[track] ? sweep->end_ms : sweep->until_ms[track]) -
	    row->since_ms;
}

void
duty_row_judge(const struct duty_sweep *of, struct duty_row *row, struct duty_watch *watch,
    size_t watches)
{
	struct sweep sweep = { .of = of, .since_ms = { UNSET, UNSET },
	    .until_ms = { UNSET, UNSET } };
	struct mark mark[2 * DUTY_THRESHOLDS_MAX][TRACKS];
	int64_t at_ms;

	memset(mark, 0xff, sizeof(mark));	/* all UNSET */
	sweep.over = of->in->restored_ms != 0 && of->in->restored_ms <= of->now_ms;
	sweep.end_ms = sweep.over ? of->in->restored_ms : of->now_ms;
	for (uint32_t i = 0; i < of->in->services; i++)
		if (duty_row_has(of, &of->in->service[i])) {
			sweep.cursor[sweep.cursors].service = &of->in->service[i];
			cursor_next(&sweep, &sweep.cursor[sweep.cursors++]);
		}
	while ((at_ms = next_time(&sweep)) != DUTY_NEVER) {
		span_grow(&sweep, at_ms, watch, watches, mark);
		for (uint32_t i = 0; i < sweep.cursors; i++)
			cursor_move(&sweep, &sweep.cursor[i], at_ms);
		row_count(&sweep);
		row_hit(&sweep, at_ms);
		users_mark(&sweep, watch, watches, mark);
	}
	span_grow(&sweep, sweep.end_ms, watch, watches, mark);
	for (size_t i = 0; i < watches; i++)
		watch_answer(&sweep, mark[i], &watch[i]);
	row_answer(&sweep, row);
}
