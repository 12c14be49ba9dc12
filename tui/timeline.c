/* SPDX-License-Identifier: Apache-2.0 */
/* The time cursor: requests, the way to them, and the copy on display. */
#include <stdlib.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "tui/timeline.h"

enum { COPY_SHARE = 20 };	/* copying takes at most this part of the time: 1/20 */

static bool
timeline_progress(void *arg, uint64_t done, uint64_t total)
{
	struct timeline *timeline = arg;
	uint64_t request = timeline->request;

	timeline->done = done;
	timeline->total = total;
	if (timeline->breathe != NULL && !timeline->breathe(timeline->breathe_arg))
		return false;
	return timeline->request == request;
}

static void
timeline_request(struct timeline *timeline, enum timeline_mode mode, struct goal goal)
{
	timeline->mode = mode;
	timeline->goal = goal;
	timeline->request++;
	timeline->copy_after_ns = 0;
}

enum err
timeline_open(struct timeline *timeline, const char *path, bool copy, const char *cache,
    struct why *why)
{
	enum err err;

	*timeline = (struct timeline){ .copy = copy, .speed = 1, .shown_size = UINT64_MAX };
	err = ledger_open(&timeline->ledger, path, copy ? LEDGER_COPY : LEDGER_READ, why);
	if (err != ERR_OK)
		return err;
	err = replay_open(&timeline->replay, timeline->ledger, cache, why);
	if (err != ERR_OK) {
		ledger_close(timeline->ledger);
		timeline->ledger = NULL;
		return err;
	}
	replay_on_progress(timeline->replay, timeline_progress, timeline);
	timeline_live(timeline);
	return ERR_OK;
}

void
timeline_close(struct timeline *timeline)
{
	if (timeline->shown != NULL)
		state_free(timeline->shown);
	if (timeline->replay != NULL)
		replay_close(timeline->replay);
	if (timeline->ledger != NULL)
		ledger_close(timeline->ledger);
	*timeline = (struct timeline){ 0 };
}

void
timeline_live(struct timeline *timeline)
{
	timeline_request(timeline, timeline->copy ? TIMELINE_PAUSED : TIMELINE_LIVE,
	    (struct goal){ .kind = GOAL_SIZE, .size = ledger_size(timeline->ledger) });
}

void
timeline_at(struct timeline *timeline, int64_t at_ms)
{
	timeline_request(timeline, TIMELINE_PAUSED, (struct goal){ .kind = GOAL_TIME,
	    .at_ms = at_ms });
}

void
timeline_stand(struct timeline *timeline, uint64_t size)
{
	timeline_request(timeline, TIMELINE_PAUSED, (struct goal){ .kind = GOAL_SIZE,
	    .size = size });
}

void
timeline_step(struct timeline *timeline, bool forward)
{
	timeline_request(timeline, TIMELINE_PAUSED, (struct goal){
	    .kind = forward ? GOAL_NEXT : GOAL_PREVIOUS });
}

void
timeline_play(struct timeline *timeline)
{
	if (timeline->mode == TIMELINE_PLAYING) {
		timeline_request(timeline, TIMELINE_PAUSED, (struct goal){ .kind = GOAL_NONE });
		return;
	}
	if (timeline->mode == TIMELINE_LIVE) {
		timeline->note = N_("this is live; step back with [ or jump with t before playing");
		return;
	}
	timeline->played_ns = 0;
	timeline_request(timeline, TIMELINE_PLAYING, timeline->goal);
}

void
timeline_speed(struct timeline *timeline, bool faster)
{
	static const unsigned speeds[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, SPEED_MAX };
	enum { COUNT = sizeof(speeds) / sizeof(speeds[0]) };
	unsigned at = 0;

	while (at + 1 < COUNT && speeds[at] < timeline->speed)
		at++;
	if (faster && at + 1 < COUNT)
		at++;
	else if (!faster && at > 0)
		at--;
	timeline->speed = speeds[at];
}

void
timeline_stop(struct timeline *timeline)
{
	timeline_request(timeline, TIMELINE_PAUSED, (struct goal){ .kind = GOAL_NONE });
	timeline->at_ms = replay_state(timeline->replay)->now_ms;
	timeline->note = N_("stopped on the way; L goes back to live");
}

int64_t
timeline_end_ms(const struct timeline *timeline)
{
	return ledger_recorded_ms(timeline->ledger);
}

int64_t
timeline_now_ms(const struct timeline *timeline, int64_t now_ns)
{
	int64_t now_ms = timeline->base_ms + (now_ns - timeline->base_ns) / 1000000;
	int64_t end_ms = timeline_end_ms(timeline);

	return timeline->base_ns == 0 || now_ms < end_ms ? end_ms : now_ms;
}

int64_t
timeline_silent_ms(const struct timeline *timeline, int64_t now_ns)
{
	int64_t silent_ms = timeline_now_ms(timeline, now_ns) - timeline_end_ms(timeline);

	if (timeline->mode != TIMELINE_LIVE || silent_ms <= 4 * (int64_t)TICK_MS)
		return 0;
	return silent_ms;
}

/* Notices growth; recorded time is known exactly at the moment a record arrives. */
static void
timeline_follow(struct timeline *timeline, int64_t now_ns)
{
	uint64_t size = ledger_size(timeline->ledger);
	bool grown = false;

	if (timeline->copy)
		return;
	if (ledger_refresh(timeline->ledger, &grown, &timeline->why) != ERR_OK)
		return;
	size = ledger_size(timeline->ledger);
	if (timeline->seen_size != 0 && size > timeline->seen_size) {
		timeline->base_ms = timeline_end_ms(timeline);
		timeline->base_ns = now_ns;
	}
	timeline->seen_size = size;
	if (timeline->mode == TIMELINE_LIVE && timeline->goal.kind == GOAL_NONE &&
	    size > replay_state(timeline->replay)->size)
		timeline->goal = (struct goal){ .kind = GOAL_SIZE, .size = size };
}

/* While playing, the goal is where that much time has gone by; at the end it pauses. */
static void
timeline_pass(struct timeline *timeline, int64_t now_ns)
{
	int64_t end_ms = timeline_end_ms(timeline);

	if (timeline->mode != TIMELINE_PLAYING || timeline->goal.kind != GOAL_NONE)
		return;
	if (timeline->played_ns != 0)
		timeline->at_ms += (now_ns - timeline->played_ns) / 1000000 * timeline->speed;
	timeline->played_ns = now_ns;
	if (timeline->at_ms >= end_ms) {
		timeline->at_ms = end_ms;
		timeline->mode = TIMELINE_PAUSED;
		timeline->note = N_("the end of the ledger; L goes back to live");
	}
	timeline->goal = (struct goal){ .kind = GOAL_TIME, .at_ms = timeline->at_ms };
}

static enum err
timeline_walk(struct timeline *timeline, const struct goal *goal)
{
	uint64_t size = goal->size;
	enum err err = ERR_OK;

	switch (goal->kind) {
	case GOAL_TIME:
		return replay_to_time(timeline->replay, goal->at_ms, &timeline->why);
	case GOAL_NEXT:
		err = replay_next_change(timeline->replay, &size, &timeline->why);
		break;
	case GOAL_PREVIOUS:
		err = replay_previous_change(timeline->replay, &size, &timeline->why);
		break;
	default:
		break;
	}
	return err != ERR_OK ? err : replay_to_size(timeline->replay, size, &timeline->why);
}

/* Walks to the goal unless a newer request comes on the way. */
static bool
timeline_reach(struct timeline *timeline)
{
	struct goal goal = timeline->goal;
	uint64_t request = timeline->request;
	enum err err;

	if (goal.kind == GOAL_NONE)
		return false;
	timeline->working = true;
	timeline->done = timeline->total = 0;
	err = timeline_walk(timeline, &goal);
	timeline->working = false;
	if (timeline->request != request) {
		timeline->why.text[0] = '\0';
		return false;
	}
	timeline->goal.kind = GOAL_NONE;
	if (err == ERR_NOT_FOUND && (goal.kind == GOAL_NEXT || goal.kind == GOAL_PREVIOUS)) {
		timeline->note = goal.kind == GOAL_NEXT ? N_("no later change") :
		    N_("no earlier change");
		timeline->why.text[0] = '\0';
	} else if (err == ERR_OK) {
		timeline->why.text[0] = '\0';
	}
	if (timeline->mode != TIMELINE_LIVE)
		timeline->at_ms = err == ERR_OK && goal.kind == GOAL_TIME ? goal.at_ms :
		    replay_state(timeline->replay)->now_ms;
	return true;
}

/* A new copy if the state is another one; then its time moves on to what is on display. */
static bool
timeline_show(struct timeline *timeline, int64_t now_ns)
{
	const struct state *state = replay_state(timeline->replay);
	int64_t at_ms = timeline->mode == TIMELINE_LIVE ? timeline_now_ms(timeline, now_ns) :
	    timeline->at_ms;
	int64_t begun_ns;

	if (timeline->shown == NULL || timeline->shown_size != state->size ||
	    at_ms < timeline->shown_ms) {
		if (timeline->shown != NULL && now_ns < timeline->copy_after_ns)
			return false;
		begun_ns = clock_monotonic_ns();
		if (timeline->shown != NULL)
			state_free(timeline->shown);
		timeline->shown = state_copy(state);
		timeline->shown_size = state->size;
		timeline->copy_after_ns = now_ns + COPY_SHARE * (clock_monotonic_ns() - begun_ns);
	} else if (at_ms / 1000 == timeline->shown_ms / 1000) {
		return false;
	}
	if (at_ms > timeline->shown->now_ms && state->size > 0)
		fold_look(timeline->shown, at_ms);
	timeline->shown_ms = at_ms;
	return true;
}

bool
timeline_turn(struct timeline *timeline, int64_t now_ns, int64_t wall_ms)
{
	bool reached;

	timeline_follow(timeline, now_ns);
	timeline_pass(timeline, now_ns);
	reached = timeline_reach(timeline);
	if (timeline->goal.kind != GOAL_NONE)
		return false;
	if (timeline->base_ns == 0 && !timeline->copy) {
		timeline->base_ms = wall_ms - replay_state(timeline->replay)->clock_step_ms;
		timeline->base_ns = now_ns;
	}
	return timeline_show(timeline, now_ns) || reached;
}
