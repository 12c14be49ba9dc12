/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, and the completion of their words. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "tui/desk.h"
#include "tui/judged.h"
#include "tui/order.h"
#include "tui/order_act.h"

enum { WORD_MAX = 256 };

static bool
number_read(const char *text, uint64_t *number, const char **rest)
{
	char *end;

	if (text[0] == '#')
		text++;
	if (!isdigit((unsigned char)text[0]))
		return false;
	*number = strtoull(text, &end, 10);
	if (*end != '\0' && *end != ' ')
		return false;
	while (*end == ' ')
		end++;
	*rest = end;
	return true;
}

/* A time of day alone is one of the day on display. */
static void
run_at(struct desk *desk, const char *operand)
{
	int64_t now_ms = timeline_now_ms(&desk->timeline, desk->now_ns), at_ms;
	char day[TIME_TEXT], text[PROMPT_MAX + TIME_TEXT];
	struct why why = { 0 };

	time_jst_s(desk->scene.now_ms, day);
	if (isdigit((unsigned char)operand[0]) && operand[1] != '\0' && operand[2] == ':')
		snprintf(text, sizeof(text), "%.11s%s", day, operand);
	else
		snprintf(text, sizeof(text), "%s", operand);
	if (time_read(text, now_ms, &at_ms, &why) != ERR_OK)
		desk_say(desk, STYLE_ALARM, "%s", why.text);
	else
		timeline_at(&desk->timeline, at_ms);
}

static void
run_live(struct desk *desk, const char *operand)
{
	(void)operand;
	timeline_live(&desk->timeline);
}

static void
run_speed(struct desk *desk, const char *operand)
{
	const char *rest;
	uint64_t speed;

	if (!number_read(operand, &speed, &rest) || *rest != '\0' || speed < 1 || speed > SPEED_MAX)
		desk_say(desk, STYLE_ALARM, _("a speed is a number from 1 to %d"), SPEED_MAX);
	else
		desk->timeline.speed = (unsigned)speed;
}

static void
run_quit(struct desk *desk, const char *operand)
{
	(void)operand;
	desk->quit = true;
}

static void
run_act(struct desk *desk, const char *act, const char *operand)
{
	const char *text;
	uint64_t incident;

	if (!number_read(operand, &incident, &text) || *text == '\0')
		desk_say(desk, STYLE_ALARM, _("say which incident and what: :%s N TEXT"), act);
	else
		desk_act(desk, act, incident, text);
}

static void
run_ack(struct desk *desk, const char *operand)
{
	run_act(desk, "ack", operand);
}

static void
run_note(struct desk *desk, const char *operand)
{
	run_act(desk, "note", operand);
}

static void
run_target(struct desk *desk, const char *operand)
{
	const struct state *state = desk->scene.state;

	for (uint32_t i = 0; state != NULL && i < state->targets; i++)
		if (strcmp(state->target[i].plan->name, operand) == 0) {
			desk_go(desk, &view_target, state->target[i].plan->id, "");
			return;
		}
	desk_say(desk, STYLE_ALARM, _("there is no target \"%s\" at this time"), operand);
}

static void
run_incident(struct desk *desk, const char *operand)
{
	const char *rest;
	uint64_t id;

	if (!number_read(operand, &id, &rest) || *rest != '\0' || desk->scene.state == NULL ||
	    state_incident(desk->scene.state, id) == NULL)
		desk_say(desk, STYLE_ALARM, _("there is no incident \"%s\" at this time"), operand);
	else
		desk_go(desk, &view_incident, id, "");
}

static void
run_story(struct desk *desk, const char *operand)
{
	const char *rest;
	uint64_t id;

	if (!number_read(operand, &id, &rest) || *rest != '\0')
		desk_say(desk, STYLE_ALARM, _("say which incident: :story N"));
	else
		desk_go(desk, &view_story, id, "");
}

static void
run_record(struct desk *desk, const char *operand)
{
	const char *rest;
	uint64_t seq;

	if (!number_read(operand, &seq, &rest) || *rest != '\0' ||
	    seq >= ledger_size(desk->timeline.ledger))
		desk_say(desk, STYLE_ALARM, _("there is no record \"%s\""), operand);
	else
		desk_go(desk, &view_record, seq, "");
}

static void
run_control(struct desk *desk, const char *operand)
{
	const struct judgement *j = judged_of(&desk->scene);

	if (j == NULL || judgement_find(j, operand) == UINT32_MAX)
		desk_say(desk, STYLE_ALARM, _("there is no control \"%s\" at this time"), operand);
	else
		desk_go(desk, &view_control, judged_key(operand), "");
}

static void
run_palette(struct desk *desk, const char *operand)
{
	if (!palette_by_name(operand, &desk->palette))
		desk_say(desk, STYLE_ALARM, _("palettes are default, colourblind and mono"));
	desk->redraw = true;
}

static const struct order orders[] = {
	{ "at", "TIME", N_("stand at a time: 09:15, 2026-11-20 09:15:30 JST, -2h"),
	    ORDER_WORDS_NONE, run_at },
	{ "live", "", N_("back to live"), ORDER_WORDS_NONE, run_live },
	{ "speed", "N", N_("how many times real time playing goes, 1 to 1000"),
	    ORDER_WORDS_NONE, run_speed },
	{ "ack", "N TEXT", N_("acknowledge incident N"), ORDER_WORDS_INCIDENTS, run_ack },
	{ "note", "N TEXT", N_("add a note to incident N"), ORDER_WORDS_INCIDENTS, run_note },
	{ "report", "N DIR [LANG [FORMATS]]",
	    N_("write the prompt report (F3) of incident N into DIR: ja,en pdf,text"),
	    ORDER_WORDS_INCIDENTS, order_report },
	{ "silence", "SUBJECT TIME WHY", N_("do not tell incidents of SUBJECT for so long: 2h"),
	    ORDER_WORDS_NONE, order_silence },
	{ "maintenance", "SUBJECT TIME WHY", N_("the same, for work on the network"),
	    ORDER_WORDS_NONE, order_maintenance },
	{ "agree", "N", N_("agree to window N, as the second person"), ORDER_WORDS_NONE,
	    order_agree },
	{ "end", "N", N_("end window N before its time"), ORDER_WORDS_NONE, order_end },
	{ "correct", "N WHAT VALUE WHY",
	    N_("correct: occurred 09:12, stopped SERVICE USERS, side provider"),
	    ORDER_WORDS_INCIDENTS, order_correct },
	{ "merge", "N M WHY", N_("incident N is part of incident M"), ORDER_WORDS_INCIDENTS,
	    order_merge },
	{ "split", "N TARGETS WHY", N_("targets of incident N are one of their own"),
	    ORDER_WORDS_INCIDENTS, order_split },
	{ "target", "NAME", N_("one target with its facts and why"), ORDER_WORDS_TARGETS,
	    run_target },
	{ "incident", "N", N_("one incident"), ORDER_WORDS_INCIDENTS, run_incident },
	{ "story", "N", N_("all that belongs to incident N, in one order"),
	    ORDER_WORDS_INCIDENTS, run_story },
	{ "control", "ID", N_("one control with its subjects and records"),
	    ORDER_WORDS_CONTROLS, run_control },
	{ "record", "N", N_("one record of the ledger"), ORDER_WORDS_NONE, run_record },
	{ "palette", "NAME", N_("default, colourblind or mono"), ORDER_WORDS_PALETTES,
	    run_palette },
	{ "quit", "", N_("leave"), ORDER_WORDS_NONE, run_quit },
};

enum { ORDERS = sizeof(orders) / sizeof(orders[0]) };

const struct order *
order_at(unsigned place)
{
	return place < ORDERS ? &orders[place] : NULL;
}

/* The first word into word; what follows it is returned. */
static const char *
order_words(const char *line, char word[WORD_MAX])
{
	size_t len = 0;

	while (*line == ' ')
		line++;
	for (; *line != '\0' && *line != ' '; line++)
		if (len + 1 < WORD_MAX)
			word[len++] = *line;
	word[len] = '\0';
	while (*line == ' ')
		line++;
	return line;
}

static const struct order *
order_find(const char *name)
{
	for (unsigned i = 0; i < ORDERS; i++)
		if (strcmp(orders[i].name, name) == 0)
			return &orders[i];
	return NULL;
}

void
order_run(struct desk *desk, const char *line)
{
	char word[WORD_MAX], operand[PROMPT_MAX];
	const struct order *order;
	size_t len;

	snprintf(operand, sizeof(operand), "%s", order_words(line, word));
	for (len = strlen(operand); len > 0 && operand[len - 1] == ' ';)
		operand[--len] = '\0';
	order = order_find(word);
	if (word[0] == '\0')
		return;
	if (order != NULL)
		order->run(desk, operand);
	else if (view_find(word) != NULL)
		desk_go(desk, view_find(word), 0, operand);
	else
		desk_say(desk, STYLE_ALARM, _("there is no command \"%s\"; ? lists them"), word);
}

/* Words that begin with what was typed, and how far they agree. */
struct candidates {
	const char *typed;
	char        common[WORD_MAX];
	unsigned    count;
	struct buffer *choices;
};

static void
candidate(struct candidates *found, const char *word)
{
	size_t same = 0;

	if (strncmp(word, found->typed, strlen(found->typed)) != 0)
		return;
	buffer_print(found->choices, "%s%s", found->count > 0 ? "  " : "", word);
	if (found->count++ == 0) {
		snprintf(found->common, sizeof(found->common), "%s", word);
		return;
	}
	while (found->common[same] != '\0' && found->common[same] == word[same])
		same++;
	found->common[same] = '\0';
}

static void
candidates_operand(const struct desk *desk, const struct order *order, struct candidates *found)
{
	const struct state *state = desk->scene.state;
	const struct judgement *j = judged_of(&desk->scene);
	char number[32];

	for (uint32_t i = 0; state != NULL && order->words == ORDER_WORDS_TARGETS &&
	    i < state->targets; i++)
		candidate(found, state->target[i].plan->name);
	for (uint32_t i = state != NULL ? state->incidents : 0; order->words ==
	    ORDER_WORDS_INCIDENTS && i-- > 0;) {
		snprintf(number, sizeof(number), "%" PRIu64, state->incident[i].id);
		if (state->incident[i].resolved_ms == 0)
			candidate(found, number);
	}
	for (uint32_t c = 0; j != NULL && order->words == ORDER_WORDS_CONTROLS &&
	    c < judgement_controls(j); c++)
		candidate(found, judgement_control(j, c)->id);
	for (unsigned i = 0; order->words == ORDER_WORDS_PALETTES && i < 3; i++)
		candidate(found, (const char *const[]){ "default", "colourblind", "mono" }[i]);
}

void
order_complete(const struct desk *desk, char *line, size_t line_size, struct buffer *choices)
{
	struct candidates found = { .choices = choices };
	char word[WORD_MAX];
	const char *operand = order_words(line, word);
	const struct order *order = order_find(word);
	bool first = operand[0] == '\0' && (line[0] == '\0' || line[strlen(line) - 1] != ' ');

	found.typed = first ? word : operand;
	for (unsigned i = 0; first && i < ORDERS; i++)
		candidate(&found, orders[i].name);
	for (unsigned i = 0; first && view_at(i) != NULL; i++)
		if (view_at(i)->tab || view_at(i)->alone)
			candidate(&found, view_at(i)->name);
	if (!first && order != NULL && strchr(operand, ' ') == NULL)
		candidates_operand(desk, order, &found);
	if (found.count == 0)
		return;
	if (first)
		snprintf(line, line_size, "%s%s", found.common, found.count == 1 ? " " : "");
	else
		snprintf(line, line_size, "%s %s%s", word, found.common,
		    found.count == 1 ? " " : "");
	if (found.count == 1)
		buffer_reset(choices);
}
