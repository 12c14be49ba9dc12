/* SPDX-License-Identifier: Apache-2.0 */
/* Input to views, prompt and time cursor; what comes of it is drawn by frame.c. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/desk.h"
#include "tui/order.h"

enum { LEAP_MS = 600000, WHEEL_ROWS = 3 };

static uint64_t
desk_incident(struct desk *desk)
{
	struct view *view = desk_view(desk);

	return view->ops->incident != NULL && desk->scene.state != NULL ?
	    view->ops->incident(view, &desk->scene) : 0;
}

static void
desk_prompt_act(struct desk *desk, const char *act)
{
	uint64_t incident = desk_incident(desk);
	char text[64];

	if (incident == 0)
		snprintf(text, sizeof(text), "%s ", act);
	else
		snprintf(text, sizeof(text), "%s %" PRIu64 " ", act, incident);
	prompt_open(&desk->prompt, ':', text);
}

/* F3 in one key: the command stands ready, Enter runs it. */
static void
desk_prompt_report(struct desk *desk)
{
	uint64_t incident = desk_incident(desk);
	char text[96];

	if (incident == 0) {
		desk_say(desk, STYLE_QUIET, "%s", _("there is no incident on this line"));
		return;
	}
	snprintf(text, sizeof(text), "report %" PRIu64 " incident-%" PRIu64 " ja,en pdf,text",
	    incident, incident);
	prompt_open(&desk->prompt, ':', text);
	desk_say(desk, STYLE_QUIET, _("Enter writes it there"));
}

static void
desk_story(struct desk *desk)
{
	uint64_t incident = desk_incident(desk);

	if (incident == 0)
		desk_say(desk, STYLE_QUIET, "%s", _("there is no incident on this line"));
	else if (desk_view(desk)->ops != &view_story)
		desk_go(desk, &view_story, incident, "");
}

/* The entry under the cursor of a story gives the second moment. */
static void
desk_moment(struct desk *desk)
{
	struct view *view = desk_view(desk);
	const struct view_row *row = view_cursor(view);
	struct opening opening = { 0 };
	uint64_t incident = view->subject;

	if (view->ops == &view_story && row != NULL)
		view->ops->open(view, &desk->scene, row, &opening);
	if (opening.at_ms == 0) {
		desk_say(desk, STYLE_QUIET, "%s",
		    _("a second moment is picked in the story of an incident: s"));
		return;
	}
	desk_go(desk, &view_moments, incident, "");
	desk_view(desk)->part = (uint64_t)opening.at_ms;
}

static void
desk_tab(struct desk *desk, unsigned number)
{
	const struct view_ops *ops = view_tab(number);

	if (ops != NULL)
		desk_go(desk, ops, 0, "");
}

static void
desk_next_tab(struct desk *desk, int step)
{
	unsigned count = 0, here = 0;

	while (view_tab(count + 1) != NULL)
		if (view_tab(++count) == desk->view[0].ops)
			here = count;
	desk_tab(desk, (here - 1 + count + (unsigned)(step + (int)count)) % count + 1);
}

static void
desk_open_row(struct desk *desk)
{
	struct view *view = desk_view(desk);
	const struct view_row *row = view_cursor(view);
	struct opening opening = { 0 };
	uint64_t stand;

	if (row == NULL || view->ops->open == NULL || desk->scene.state == NULL)
		return;
	view->ops->open(view, &desk->scene, row, &opening);
	stand = opening.stand;
	if (stand != 0 && stand != desk->scene.state->size)
		timeline_stand(&desk->timeline, stand);
	if (opening.at_ms != 0)
		timeline_at(&desk->timeline, opening.at_ms);
	if (opening.ops == NULL)
		return;
	if (opening.ops->tab)
		desk_go(desk, opening.ops, opening.subject, opening.filter);
	else
		desk_go(desk, opening.ops, opening.subject, "");
	desk_view(desk)->part = opening.part;
}

/* A view that does not say has rows that open a record, or none. */
static bool
desk_record(struct desk *desk, const struct view_row *row, uint64_t *seq)
{
	struct view *view = desk_view(desk);
	struct opening opening = { 0 };

	if (view->ops->record != NULL)
		return view->ops->record(view, &desk->scene, row, seq);
	if (view->ops->open == NULL)
		return false;
	view->ops->open(view, &desk->scene, row, &opening);
	*seq = opening.subject;
	return opening.ops == &view_record;
}

static void
desk_open_record(struct desk *desk)
{
	const struct view_row *row = view_cursor(desk_view(desk));
	uint64_t seq;

	if (row != NULL && desk->scene.state != NULL && desk_record(desk, row, &seq) &&
	    (seq < desk->scene.state->size || (desk_view(desk)->ops == &view_story &&
	    seq < ledger_size(desk->timeline.ledger))))
		desk_go(desk, &view_record, seq, "");
	else
		desk_say(desk, STYLE_QUIET, "%s", _("there is no record behind this line"));
}

static void
desk_back(struct desk *desk)
{
	if (desk->timeline.working) {
		timeline_stop(&desk->timeline);
	} else if (desk_view(desk)->filter[0] != '\0') {
		desk_view(desk)->filter[0] = '\0';
		desk_view(desk)->generation = VIEW_STALE;
	} else if (desk->depth > 1) {
		view_close(&desk->view[--desk->depth]);
	} else if (desk->view[0].ops != &view_overview) {
		desk_go(desk, &view_overview, 0, "");
	}
}

static int64_t
desk_stands_ms(const struct desk *desk)
{
	if (desk->timeline.goal.kind == GOAL_TIME)
		return desk->timeline.goal.at_ms;
	if (desk->timeline.mode == TIMELINE_LIVE)
		return timeline_now_ms(&desk->timeline, desk->now_ns);
	return desk->timeline.at_ms;
}

static void
desk_time_action(struct desk *desk, enum action action)
{
	struct timeline *timeline = &desk->timeline;

	switch (action) {
	case ACTION_STEP_BACK:		timeline_step(timeline, false); break;
	case ACTION_STEP_FORWARD:	timeline_step(timeline, true); break;
	case ACTION_LEAP_BACK:
		timeline_at(timeline, desk_stands_ms(desk) - LEAP_MS);
		break;
	case ACTION_LEAP_FORWARD:
		if (timeline->mode != TIMELINE_LIVE)
			timeline_at(timeline, desk_stands_ms(desk) + LEAP_MS);
		break;
	case ACTION_PLAY:		timeline_play(timeline); break;
	case ACTION_FASTER:		timeline_speed(timeline, true); break;
	case ACTION_SLOWER:		timeline_speed(timeline, false); break;
	case ACTION_JUMP:		prompt_open(&desk->prompt, ':', "at "); break;
	case ACTION_LIVE:		timeline_live(timeline); break;
	default:			break;
	}
}

static void
desk_action(struct desk *desk, enum action action, uint32_t key)
{
	switch (action) {
	case ACTION_OPEN:		desk_open_row(desk); break;
	case ACTION_RECORD:		desk_open_record(desk); break;
	case ACTION_BACK:		desk_back(desk); break;
	case ACTION_VIEW:		desk_tab(desk, key - '0'); break;
	case ACTION_VIEW_NEXT:		desk_next_tab(desk, 1); break;
	case ACTION_VIEW_PREVIOUS:	desk_next_tab(desk, -1); break;
	case ACTION_FILTER:
		prompt_open(&desk->prompt, '/', desk_view(desk)->filter);
		break;
	case ACTION_COMMAND:		prompt_open(&desk->prompt, ':', ""); break;
	case ACTION_HELP:
		if (desk_view(desk)->ops != &view_help)
			desk_go(desk, &view_help, 0, "");
		break;
	case ACTION_STORY:		desk_story(desk); break;
	case ACTION_MOMENT:		desk_moment(desk); break;
	case ACTION_ACK:		desk_prompt_act(desk, "ack"); break;
	case ACTION_NOTE:		desk_prompt_act(desk, "note"); break;
	case ACTION_REPORT:		desk_prompt_report(desk); break;
	case ACTION_REDRAW:		desk->redraw = true; break;
	case ACTION_QUIT:		desk->quit = true; break;
	default:			desk_time_action(desk, action); break;
	}
}

static void
desk_filter(struct desk *desk, const char *text)
{
	struct view *view = desk_view(desk);

	snprintf(view->filter, sizeof(view->filter), "%s", text);
	view->generation = VIEW_STALE;
	view->moved = view->placed = false;
	view->selected = view->top = 0;
}

static void
desk_prompt(struct desk *desk, uint32_t key)
{
	struct prompt *prompt = &desk->prompt;
	struct buffer choices = { 0 };
	char line[PROMPT_MAX], kind = prompt->kind;

	switch (prompt_key(prompt, key)) {
	case PROMPT_DONE:
		snprintf(line, sizeof(line), "%s", prompt->text);
		prompt_close(prompt);
		if (kind == ':')
			order_run(desk, line);
		break;
	case PROMPT_CANCELLED:
		prompt_close(prompt);
		if (kind == '/')
			desk_filter(desk, "");
		break;
	case PROMPT_COMPLETE:
		snprintf(line, sizeof(line), "%s", prompt->text);
		if (kind == ':')
			order_complete(desk, line, sizeof(line), &choices);
		prompt_set(prompt, line);
		if (choices.len > 0)
			desk_say(desk, STYLE_QUIET, "%.300s", buffer_text(&choices));
		break;
	case PROMPT_CHANGED:
		if (kind == '/')
			desk_filter(desk, prompt->text);
		break;
	}
	buffer_free(&choices);
}

static void
desk_moved(struct desk *desk)
{
	struct view *view = desk_view(desk);

	if (view->ops->moved != NULL && desk->scene.state != NULL)
		view->ops->moved(view, &desk->scene);
}

static void
desk_click(struct desk *desk, unsigned row, unsigned column)
{
	struct view *view = desk_view(desk);
	const struct view_row *before = view_cursor(view);

	if (row == 1)
		for (unsigned i = 0; i < DESK_TABS; i++)
			if (column >= desk->tab_from[i] && column < desk->tab_to[i]) {
				desk_tab(desk, i + 1);
				return;
			}
	if (row < desk_header(desk) || row >= desk_header(desk) + desk_lines(desk))
		return;
	if (!view_point(view, row - desk_header(desk)))
		return;
	if (view_cursor(view) == before)
		desk_open_row(desk);
	else
		desk_moved(desk);
}

static void
desk_wheel(struct desk *desk, int rows)
{
	view_wheel(desk_view(desk), rows, desk_lines(desk));
	desk_moved(desk);
}

static void
desk_key(struct desk *desk, uint32_t key)
{
	struct view *view = desk_view(desk);
	enum action action = key_action(key);
	const char *note = NULL;

	desk->message[0] = '\0';
	if (view->ops->act != NULL && view->ops->act(view, &desk->scene, action))
		return;
	if (view_move(view, action, desk_lines(desk), &note))
		desk_moved(desk);
	else
		desk_action(desk, action, key);
	if (note != NULL)
		desk_say(desk, STYLE_QUIET, "%s", _(note));
}

void
desk_input(struct desk *desk, struct input input)
{
	desk->dirty = desk->urgent = true;
	view_refresh(desk_view(desk), &desk->scene, desk_lines(desk));
	if (input.key == KEYS_CLICK)
		desk_click(desk, input.row, input.column);
	else if (input.key == KEYS_WHEEL_UP || input.key == KEYS_WHEEL_DOWN)
		desk_wheel(desk, input.key == KEYS_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (desk->prompt.kind != 0)
		desk_prompt(desk, input.key);
	else
		desk_key(desk, input.key);
}
