/* SPDX-License-Identifier: Apache-2.0 */
/* Input to views, prompt and time cursor; what comes of it is drawn by frame.c. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/desk.h"
#include "tui/frame.h"
#include "tui/order.h"

enum { LEAP_MS = 600000, WHEEL_ROWS = 3 };

struct view *
desk_view(struct desk *desk)
{
	return &desk->view[desk->depth - 1];
}

unsigned
desk_lines(const struct desk *desk)
{
	unsigned frame = DESK_HEADER + DESK_FOOTER;

	return desk->grid.rows > frame ? desk->grid.rows - frame : 1;
}

void
desk_say(struct desk *desk, enum style style, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(desk->message, sizeof(desk->message), fmt, args);
	va_end(args);
	desk->message_style = style;
	desk->dirty = true;
}

enum err
desk_open(struct desk *desk, const struct desk_start *start, struct why *why)
{
	enum err err;

	*desk = (struct desk){ .errand.fd = -1, .dirty = true, .incident = start->incident };
	err = timeline_open(&desk->timeline, start->path, start->copy, start->cache, why);
	if (err != ERR_OK)
		return err;
	err = ledger_open(&desk->shelf, start->path, start->copy ? LEDGER_COPY : LEDGER_READ, why);
	if (err != ERR_OK) {
		timeline_close(&desk->timeline);
		return err;
	}
	desk->scene.ledger = desk->shelf;
	desk->scene.japanese = strcmp(i18n_language(), "ja") == 0;
	snprintf(desk->state_folder, sizeof(desk->state_folder), "%s", start->state_folder);
	view_open(&desk->view[0], &view_overview, 0, "");
	desk->depth = 1;
	if (start->at)
		timeline_at(&desk->timeline, start->at_ms);
	else if (start->incident != 0)
		timeline_stand(&desk->timeline, start->incident + 1);
	if (start->play != 0) {
		desk->timeline.speed = start->play;
		timeline_play(&desk->timeline);
	}
	return ERR_OK;
}

void
desk_close(struct desk *desk)
{
	errand_close(&desk->errand);
	while (desk->depth > 0)
		view_close(&desk->view[--desk->depth]);
	grid_free(&desk->grid);
	scene_free(&desk->scene);
	timeline_close(&desk->timeline);
	if (desk->shelf != NULL)
		ledger_close(desk->shelf);
}

/* A tab replaces all; another view goes on top, the lowest but one giving way when it is full. */
void
desk_go(struct desk *desk, const struct view_ops *ops, uint64_t subject, const char *filter)
{
	if (ops->tab) {
		while (desk->depth > 0)
			view_close(&desk->view[--desk->depth]);
	} else if (desk->depth == DESK_DEPTH) {
		view_close(&desk->view[1]);
		memmove(&desk->view[1], &desk->view[2], sizeof(desk->view[0]) * (DESK_DEPTH - 2));
		desk->depth--;
	}
	view_open(&desk->view[desk->depth++], ops, subject, filter);
}

void
desk_act(struct desk *desk, const char *act, uint64_t incident, const char *text)
{
	char number[32];
	const char *arguments[] = { act, "--state", desk->state_folder, "--", number, text, NULL };
	struct why why = { 0 };

	if (desk->timeline.copy || desk->state_folder[0] == '\0') {
		desk_say(desk, STYLE_ALARM, "%s",
		    _("this is a copy; acts go to the running daemon"));
		return;
	}
	snprintf(number, sizeof(number), "%" PRIu64, incident);
	if (errand_start(&desk->errand, arguments, &why) != ERR_OK)
		desk_say(desk, STYLE_ALARM, "%s", why.text);
	else
		desk_say(desk, STYLE_QUIET, _("%s %s ..."), act, number);
}

static void
desk_prompt_act(struct desk *desk, const char *act)
{
	struct view *view = desk_view(desk);
	uint64_t incident = view->ops->incident != NULL && desk->scene.state != NULL ?
	    view->ops->incident(view, &desk->scene) : 0;
	char text[64];

	if (incident == 0)
		snprintf(text, sizeof(text), "%s ", act);
	else
		snprintf(text, sizeof(text), "%s %" PRIu64 " ", act, incident);
	prompt_open(&desk->prompt, ':', text);
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
	if (opening.ops == NULL)
		return;
	if (opening.ops->tab)
		desk_go(desk, opening.ops, opening.subject, opening.filter);
	else
		desk_go(desk, opening.ops, opening.subject, "");
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
	case ACTION_ACK:		desk_prompt_act(desk, "ack"); break;
	case ACTION_NOTE:		desk_prompt_act(desk, "note"); break;
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
	view->moved = false;
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
	if (row < DESK_HEADER || row >= DESK_HEADER + desk_lines(desk))
		return;
	if (view_point(view, row - DESK_HEADER) && view_cursor(view) == before)
		desk_open_row(desk);
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
	if (!view_move(view, action, desk_lines(desk), &note))
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
		view_wheel(desk_view(desk), input.key == KEYS_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS,
		    desk_lines(desk));
	else if (desk->prompt.kind != 0)
		desk_prompt(desk, input.key);
	else
		desk_key(desk, input.key);
}

void
desk_turn(struct desk *desk, int64_t now_ns, int64_t wall_ms)
{
	struct timeline *timeline = &desk->timeline;
	bool grown;
	int status;

	desk->now_ns = now_ns;
	if (timeline_turn(timeline, now_ns, wall_ms)) {
		if (!timeline->copy && ledger_refresh(desk->shelf, &grown, NULL) != ERR_OK)
			desk_say(desk, STYLE_ALARM, "%s", _("the ledger cannot be read any more"));
		scene_show(&desk->scene, timeline->shown, timeline->shown_ms);
		scene_read_ledger(&desk->scene);
		desk->dirty = true;
	}
	if (timeline->note != NULL)
		desk_say(desk, STYLE_QUIET, "%s", _(timeline->note));
	timeline->note = NULL;
	if (timeline->why.text[0] != '\0' && strcmp(timeline->why.text, desk->message) != 0)
		desk_say(desk, STYLE_ALARM, "%s", timeline->why.text);
	if (errand_turn(&desk->errand, &status))
		desk_say(desk, status == 0 ? STYLE_STRONG : STYLE_ALARM, "%s",
		    desk->errand.answer[0] != '\0' ? desk->errand.answer :
		    status == 0 ? _("done") : _("it failed and said nothing"));
	if (desk->incident != 0 && desk->scene.state != NULL &&
	    timeline->goal.kind == GOAL_NONE) {
		desk_go(desk, &view_incident, desk->incident, "");
		desk->incident = 0;
	}
}

bool
desk_cursor(const struct desk *desk, unsigned *row, unsigned *column)
{
	if (desk->prompt.kind == 0 || desk->grid.rows == 0)
		return false;
	*row = desk->grid.rows - 1;
	*column = frame_prompt_column(desk);
	return true;
}

void
desk_draw(struct desk *desk)
{
	view_refresh(desk_view(desk), &desk->scene, desk_lines(desk));
	frame_draw(desk);
	desk->dirty = desk->urgent = false;
}
