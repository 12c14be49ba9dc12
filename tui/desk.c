/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, turning and drawing of the desk, and the stack of its views; input is desk_input.c. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/affair.h"
#include "tui/desk.h"
#include "tui/frame.h"

struct view *
desk_view(struct desk *desk)
{
	return &desk->view[desk->depth - 1];
}

unsigned
desk_header(const struct desk *desk)
{
	return DESK_HEADER + (scene_drill(&desk->scene) != NULL) + scene_has_clocks(&desk->scene);
}

unsigned
desk_lines(const struct desk *desk)
{
	unsigned frame = desk_header(desk) + DESK_FOOTER;

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

	*desk = (struct desk){ .errand.fd = -1, .dirty = true, .incident = start->incident,
	    .path = start->path, .cache = start->cache };
	err = timeline_open(&desk->timeline, start->path, start->copy, start->cache, why);
	if (err != ERR_OK)
		return err;
	err = ledger_open(&desk->shelf, start->path, start->copy ? LEDGER_COPY : LEDGER_READ, why);
	if (err != ERR_OK) {
		timeline_close(&desk->timeline);
		return err;
	}
	desk->scene.ledger = desk->shelf;
	desk->scene.reel = &desk->reel;
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
	reel_free(&desk->reel);
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

bool
desk_may_act(struct desk *desk)
{
	if (!desk->timeline.copy && desk->state_folder[0] != '\0')
		return true;
	desk_say(desk, STYLE_ALARM, "%s", _("this is a copy; acts go to the running daemon"));
	return false;
}

void
desk_run(struct desk *desk, const char *const *arguments, const char *what)
{
	struct why why = { 0 };

	if (errand_start(&desk->errand, arguments, &why) != ERR_OK)
		desk_say(desk, STYLE_ALARM, "%s", why.text);
	else
		desk_say(desk, STYLE_QUIET, "%s ...", what);
}

void
desk_act(struct desk *desk, const char *act, uint64_t incident, const char *text)
{
	char number[32], what[96];
	const char *arguments[] = { act, "--state", desk->state_folder, "--", number, text, NULL };

	if (!desk_may_act(desk))
		return;
	snprintf(number, sizeof(number), "%" PRIu64, incident);
	snprintf(what, sizeof(what), "%s %s", act, number);
	desk_run(desk, arguments, what);
}

void
desk_answer(struct desk *desk, int status)
{
	desk_say(desk, status == 0 ? STYLE_STRONG : STYLE_ALARM, "%s",
	    desk->errand.answer[0] != '\0' ? desk->errand.answer :
	    status == 0 ? _("done") : _("it failed and said nothing"));
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
		desk->scene.live = timeline->mode == TIMELINE_LIVE;
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
		desk_answer(desk, status);
	if (desk->incident != 0 && desk->scene.state != NULL &&
	    timeline->goal.kind == GOAL_NONE) {
		desk_go(desk, &view_incident, desk->incident, "");
		desk->incident = 0;
	}
	if (reel_turn(desk)) {
		desk->scene.generation++;
		desk->dirty = true;
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
