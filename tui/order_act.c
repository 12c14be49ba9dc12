/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that have something recorded or written: each is the command of that name, run beside
 * the screen, with its operands as separate arguments.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/incident_view.h"
#include "tui/desk.h"
#include "tui/order_act.h"

enum { WORD_MAX = 512 };

/* The first word into word; what follows it is returned. */
static const char *
word_take(const char *text, char word[WORD_MAX])
{
	size_t len = 0;

	for (; *text != '\0' && *text != ' '; text++)
		if (len + 1 < WORD_MAX)
			word[len++] = *text;
	word[len] = '\0';
	while (*text == ' ')
		text++;
	return text;
}

/* "27" and "#27"; false: it is no number. */
static bool
number_take(const char **text, char word[WORD_MAX])
{
	*text = word_take(*text + (**text == '#'), word);
	return word[0] != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* --- windows ------------------------------------------------------------------------------ */

static void
window_ask(struct desk *desk, const char *kind, const char *operand)
{
	char subject[WORD_MAX], until[WORD_MAX];
	const char *why = word_take(word_take(operand, subject), until);
	const char *arguments[] = { kind, "--state", desk->state_folder, "--until", until, "--",
		"ask", subject, why, NULL };

	if (subject[0] == '\0' || until[0] == '\0' || *why == '\0')
		desk_say(desk, STYLE_ALARM, _("say what, how long and why: :%s site:NAME 2h WHY"),
		    kind);
	else if (desk_may_act(desk))
		desk_run(desk, arguments, kind);
}

void
order_silence(struct desk *desk, const char *operand)
{
	window_ask(desk, "silence", operand);
}

void
order_maintenance(struct desk *desk, const char *operand)
{
	window_ask(desk, "maintenance", operand);
}

static void
window_decide(struct desk *desk, const char *verb, const char *operand)
{
	char number[WORD_MAX];
	const struct window_state *window = NULL;
	const char *arguments[] = { "maintenance", "--state", desk->state_folder, "--", verb,
		number, NULL };

	if (number_take(&operand, number) && desk->scene.state != NULL)
		window = state_window(desk->scene.state, strtoull(number, NULL, 10));
	if (window == NULL) {
		desk_say(desk, STYLE_ALARM, _("say the number of a window; :windows lists them"));
		return;
	}
	if (window->kind == WINDOW_SILENCE)
		arguments[0] = "silence";
	if (desk_may_act(desk))
		desk_run(desk, arguments, verb);
}

void
order_agree(struct desk *desk, const char *operand)
{
	window_decide(desk, "agree", operand);
}

void
order_end(struct desk *desk, const char *operand)
{
	window_decide(desk, "end", operand);
}

/* --- corrections -------------------------------------------------------------------------- */

/* How many words the value of a correction has; 0: there is no such correction. */
static unsigned
value_words(const char *what)
{
	static const struct { const char *what; unsigned words; } known[] = { { "occurred", 1 },
		{ "known", 1 }, { "restored", 1 }, { "side", 1 }, { "cause", 1 }, { "stopped", 2 },
		{ "degraded", 2 }, { "condition", 2 }, { "leak", 2 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].what, what) == 0)
			return known[i].words;
	return 0;
}

/* A time of day alone is one of the day on display; a date takes the time behind it, too. */
static const char *
time_take(const struct desk *desk, const char *text, char out[WORD_MAX])
{
	char word[WORD_MAX], day[TIME_TEXT];
	const char *rest = word_take(text, word);

	snprintf(out, WORD_MAX, "%s", word);
	if (isdigit((unsigned char)word[0]) && word[1] != '\0' && word[2] == ':') {
		time_jst_s(desk->scene.now_ms, day);
		snprintf(out, WORD_MAX, "%.11s%.*s", day, WORD_MAX - 16, word);
	} else if (strlen(word) == 10 && word[4] == '-' && isdigit((unsigned char)rest[0])) {
		rest = word_take(rest, word);
		snprintf(out + 10, WORD_MAX - 10, " %.*s", WORD_MAX - 16, word);
	}
	return rest;
}

void
order_correct(struct desk *desk, const char *operand)
{
	char number[WORD_MAX], what[WORD_MAX] = "", value[2][WORD_MAX] = { "", "" };
	const char *arguments[12] = { "incident", "--state", desk->state_folder, "--", what,
		number };
	bool fine = number_take(&operand, number);
	unsigned words, at = 6;

	operand = word_take(operand, what);
	words = value_words(what);
	for (unsigned i = 0; i < words; i++) {
		operand = words == 1 && what[0] != 's' && what[0] != 'c' ?
		    time_take(desk, operand, value[i]) : word_take(operand, value[i]);
		arguments[at++] = value[i];
	}
	arguments[at] = operand;
	if (!fine || words == 0 || *operand == '\0')
		desk_say(desk, STYLE_ALARM, _("say which, what, the value and why: :correct N "
		    "occurred TIME WHY; stopped SERVICE USERS; side provider"));
	else if (desk_may_act(desk))
		desk_run(desk, arguments, what);
}

static void
run_incident_verb(struct desk *desk, const char *verb, const char *operand)
{
	char number[WORD_MAX], other[WORD_MAX];
	bool fine = number_take(&operand, number);
	const char *why = word_take(operand, other);
	const char *arguments[] = { "incident", "--state", desk->state_folder, "--", verb, number,
		other[0] == '#' ? other + 1 : other, why, NULL };

	if (!fine || other[0] == '\0' || *why == '\0')
		desk_say(desk, STYLE_ALARM, strcmp(verb, "merge") == 0 ?
		    _("say both incidents and why: :merge N M WHY") :
		    _("say which, its targets with commas, and why: :split N TARGETS WHY"));
	else if (desk_may_act(desk))
		desk_run(desk, arguments, verb);
}

void
order_merge(struct desk *desk, const char *operand)
{
	run_incident_verb(desk, "merge", operand);
}

void
order_split(struct desk *desk, const char *operand)
{
	run_incident_verb(desk, "split", operand);
}

/* --- papers ------------------------------------------------------------------------------- */

/* Of the moment on display, where that is not the newest; nothing is recorded by it. */
void
order_report(struct desk *desk, const char *operand)
{
	char number[WORD_MAX], folder[WORD_MAX], languages[WORD_MAX], formats[WORD_MAX];
	char at[TIME_TEXT];
	const struct timeline *timeline = &desk->timeline;
	const char *rest;
	const char *arguments[ERRAND_ARGUMENTS + 1] = { "report", "prompt-report", "--incident",
		number, "--out", folder, "--ledger", desk->path, "--lang", languages, "--format",
		formats };

	if (!number_take(&operand, number)) {
		desk_say(desk, STYLE_ALARM, _("say which incident and where to: :report N DIR"));
		return;
	}
	rest = word_take(word_take(word_take(operand, folder), languages), formats);
	if (folder[0] == '\0' || *rest != '\0') {
		desk_say(desk, STYLE_ALARM, _("say which incident and where to: :report N DIR"));
		return;
	}
	if (languages[0] == '\0')
		snprintf(languages, sizeof(languages), "ja,en");
	if (formats[0] == '\0')
		snprintf(formats, sizeof(formats), "pdf,text");
	time_jst_s(timeline->at_ms, at);
	if (timeline->mode != TIMELINE_LIVE && timeline->at_ms < timeline_end_ms(timeline)) {
		arguments[12] = "--at";
		arguments[13] = at;
	}
	desk_run(desk, arguments, "report");
}
