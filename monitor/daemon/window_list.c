/* SPDX-License-Identifier: Apache-2.0 */
/* Windows as the ledger knows them now, for people and as JSON; nothing is asked of the daemon. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/folded.h"
#include "monitor/daemon/window_list.h"
#include "monitor/state/incident_view.h"

/* --- listing ------------------------------------------------------------------------------ */

static const char *
standing(const struct state *state, const struct window_state *window)
{
	if (window->over || window->step == WINDOW_ENDED)
		return _("over");
	if (window_in_force(state, window))
		return _("in force");
	if (window->step == WINDOW_ASKED && window->needs_second)
		return _("waits for a second person");
	return _(window_step_text(window->step));
}

static void
put_text(const struct state *state, const struct window_state *window)
{
	char from[TIME_TEXT], until[TIME_TEXT], subject[4 * SUBJECT_NAME];

	time_jst_s(window->from_ms, from);
	time_jst_s(window->until_ms, until);
	text_escape(window->subject, strlen(window->subject), subject, sizeof(subject));
	printf("#%-8" PRIu64 " %s  %s  %s  %s - %s", window->id, _(window_kind_text(window->kind)),
	    standing(state, window), subject, from, until);
	printf(_("  by %s"), window->asked_by);
	if (window->decided_by[0] != '\0')
		printf(_(", decided by %s"), window->decided_by);
	if (window->ticket[0] != '\0')
		printf(", %s", window->ticket);
	printf(_("; hid %" PRIu64 " incidents, %" PRIu64 " alarms, %" PRIu64 " notices\n"),
	    window->incidents, window->alarms, window->notices);
}

static json_t *
window_json(const struct state *state, const struct window_state *window)
{
	char from[TIME_TEXT], until[TIME_TEXT];

	time_utc(window->from_ms, from);
	time_utc(window->until_ms, until);
	return json_pack("{sI ss ss sb ss ss ss ss ss ss sI sI sI sI}",
	    "window", (json_int_t)window->id, "kind", window_kind_text(window->kind),
	    "step", window_step_text(window->step), "in_force", window_in_force(state, window),
	    "subject", window->subject, "from", from, "until", until,
	    "asked_by", window->asked_by, "decided_by", window->decided_by,
	    "ticket", window->ticket, "incidents", (json_int_t)window->incidents,
	    "alarms", (json_int_t)window->alarms, "transitions", (json_int_t)window->transitions,
	    "notices", (json_int_t)window->notices);
}

static void
dump(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(1));

	printf("%s\n", text != NULL ? text : "null");
	free(text);
	json_decref(value);
}

int
window_list_print(const struct command *command, const char *config, const char *state, bool json)
{
	struct why why = { .err = ERR_OK };
	json_t *list = json ? json_array() : NULL;
	struct folded f;
	enum err err = folded_open(&f, config, state, &why);

	for (uint32_t i = err == ERR_OK ? f.state->windows : 0; i > 0; i--) {
		if (json)
			json_array_append_new(list, window_json(f.state, &f.state->window[i - 1]));
		else
			put_text(f.state, &f.state->window[i - 1]);
	}
	if (err == ERR_OK && !json && f.state->windows == 0)
		printf("%s\n", _("there is no window"));
	if (json && err == ERR_OK)
		dump(list);
	else if (json)
		json_decref(list);
	folded_close(&f);
	return err == ERR_OK ? EXIT_FINE : command_failed(command, &why);
}

/* --- what it would hide ------------------------------------------------------------------- */

static void
preview_text(const char *subject, const struct window_preview *p)
{
	printf(_("%s: %" PRIu32 " targets of %" PRIu32 " instances on %" PRIu32 " sites\n"),
	    subject, p->targets, p->instances, p->sites);
	printf(_("of what is so now it would hide: %" PRIu32 " open incidents, %" PRIu32
	    " standing alarms\n"), p->incidents, p->alarms);
	printf(_("already on their way: %" PRIu32 " notices; other windows at that time: %" PRIu32
	    "\n"), p->notices, p->windows);
	if (p->needs_second)
		printf("%s\n", _("a second person has to agree before it is in force"));
	printf("%s\n", _("recording never stops; nothing was recorded by this dry run"));
}

int
window_preview_print(const struct command *command, const char *config, const char *state,
    const char *subject, int64_t from_ms, int64_t until_ms, bool json)
{
	struct window_preview p;
	struct why why = { .err = ERR_OK };
	struct folded f;
	enum err err = folded_open(&f, config, state, &why);
	int code = EXIT_FINE;

	if (err == ERR_OK)
		window_preview(f.state, subject, from_ms, until_ms, &p);
	folded_close(&f);
	if (err != ERR_OK)
		return command_failed(command, &why);
	if (!p.known)
		code = command_wrong(command, _("nothing that is watched is \"%.100s\""), subject);
	else if (json)
		dump(json_pack("{ss sI sI sI sI sI sI sI sb}", "subject", subject,
		    "targets", (json_int_t)p.targets, "instances", (json_int_t)p.instances,
		    "sites", (json_int_t)p.sites, "incidents", (json_int_t)p.incidents,
		    "alarms", (json_int_t)p.alarms, "notices", (json_int_t)p.notices,
		    "windows", (json_int_t)p.windows, "needs_second", p.needs_second));
	else
		preview_text(subject, &p);
	return code;
}
