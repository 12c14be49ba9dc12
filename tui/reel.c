/* SPDX-License-Identifier: Apache-2.0 */
/* Folds for the story and the second moment; given up when a key asks for something else. */
#include "monitor/base/clock.h"
#include "monitor/replay/story.h"
#include "tui/desk.h"
#include "tui/reel.h"

enum { COST_SHARE = 20 };	/* making takes at most this part of the time: 1/20 ... */
#define AGAIN_NS INT64_C(1000000000)	/* ... and is at least so far apart */

static bool
is_wanted(struct desk *desk, const struct view_ops *ops, uint64_t incident)
{
	const struct view *view = desk_view(desk);

	return view->ops == ops && view->subject == incident;
}

static bool
reel_progress(void *arg, uint64_t done, uint64_t total)
{
	struct desk *desk = arg;
	const struct view_ops *ops = desk_view(desk)->ops;
	uint64_t incident = desk_view(desk)->subject;

	desk->reel.done = done;
	desk->reel.total = total;
	if (desk->timeline.breathe != NULL &&
	    !desk->timeline.breathe(desk->timeline.breathe_arg))
		return false;
	return !desk->quit && is_wanted(desk, ops, incident);
}

static bool
reel_ready(struct desk *desk)
{
	struct reel *reel = &desk->reel;
	const struct state *state = replay_state(desk->timeline.replay);

	if (reel->replay != NULL)
		return true;
	if (replay_open(&reel->replay, desk->timeline.ledger, desk->cache, &reel->why) != ERR_OK)
		return false;
	replay_on_progress(reel->replay, reel_progress, desk);
	if (state->size > 0)
		replay_stand(reel->replay, state);
	return true;
}

static void
reel_spaced(struct reel *reel, int64_t begun_ns)
{
	int64_t now_ns = clock_monotonic_ns(), cost_ns = now_ns - begun_ns;

	reel->after_ns = now_ns + (cost_ns * COST_SHARE > AGAIN_NS ? cost_ns * COST_SHARE :
	    AGAIN_NS);
}

static bool
make_story(struct desk *desk, uint64_t incident, bool then)
{
	struct reel *reel = &desk->reel;
	uint64_t size = then ? desk->scene.state->size : ledger_size(desk->timeline.ledger);
	bool other = reel->incident != incident || reel->then != then;
	int64_t begun_ns = clock_monotonic_ns();
	struct story *story = NULL;
	enum err err;

	if (!other && (reel->size == size || begun_ns < reel->after_ns))
		return false;
	if (!reel_ready(desk))
		return false;
	reel->working = true;
	reel->done = reel->total = 0;
	err = story_make(reel->replay, desk->timeline.ledger, desk->shelf, incident, size, &story,
	    &reel->why);
	reel->working = false;
	if (err == ERR_CLOSED)
		return false;
	story_free(reel->story);
	reel->story = story;
	reel->incident = incident;
	reel->then = then;
	reel->size = size;
	if (err == ERR_OK)
		reel->why.text[0] = '\0';
	reel_spaced(reel, begun_ns);
	return true;
}

static bool
make_second(struct desk *desk, int64_t at_ms)
{
	struct reel *reel = &desk->reel;
	enum err err;

	if (reel->second_ms == at_ms && (reel->second != NULL || reel->why.text[0] != '\0'))
		return false;
	if (!reel_ready(desk))
		return false;
	reel->working = true;
	reel->done = reel->total = 0;
	err = replay_to_time(reel->replay, at_ms, &reel->why);
	reel->working = false;
	if (err == ERR_CLOSED)
		return false;
	state_free(reel->second);
	reel->second = err == ERR_OK ? state_copy(replay_state(reel->replay)) : NULL;
	reel->second_ms = at_ms;
	if (reel->second != NULL && at_ms > reel->second->now_ms)
		fold_look(reel->second, at_ms);
	if (err == ERR_OK)
		reel->why.text[0] = '\0';
	return true;
}

bool
reel_turn(struct desk *desk)
{
	const struct view *view = desk_view(desk);

	if (desk->scene.state == NULL || desk->timeline.goal.kind != GOAL_NONE)
		return false;
	if (view->ops == &view_story)
		return make_story(desk, view->subject, view->show == 1);
	if (view->ops == &view_moments)
		return make_second(desk, (int64_t)view->part);
	return false;
}

void
reel_free(struct reel *reel)
{
	story_free(reel->story);
	state_free(reel->second);
	replay_close(reel->replay);
	*reel = (struct reel){ 0 };
}
