/* SPDX-License-Identifier: Apache-2.0 */
/* Intents as the ledger knows them now, for people and as JSON; nothing is asked of the daemon. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/folded.h"
#include "monitor/daemon/intent_list.h"
#include "monitor/state/protection.h"

static void
put_text(const struct state *state, const struct intent_state *intent)
{
	char from[TIME_TEXT], until[TIME_TEXT], safe[4 * SUBJECT_NAME], ticket[4 * 64 + 1];

	time_jst_s(intent->from_ms, from);
	time_jst_s(intent->until_ms, until);
	text_escape(intent->subject, strlen(intent->subject), safe, sizeof(safe));
	text_escape(intent->ticket, strlen(intent->ticket), ticket, sizeof(ticket));
	printf("#%-8" PRIu64 " %s  %s  %s  %s", intent->id, _(intent_stand(state, intent)), ticket,
	    safe, intent->aspects);
	if (intent->kind == INTENT_CHANGE)
		printf("  %s - %s", from, until);
	printf(_("  by %s"), intent->asked_by);
	if (intent->decided_by[0] != '\0')
		printf(_(", decided by %s"), intent->decided_by);
	printf(ngettext("; %" PRIu64 " change\n", "; %" PRIu64 " changes\n",
	    (unsigned long)intent->changes), intent->changes);
}

static json_t *
intent_json(const struct state *state, const struct intent_state *intent)
{
	char from[TIME_TEXT], until[TIME_TEXT], done[TIME_TEXT] = "";

	time_utc(intent->from_ms, from);
	time_utc(intent->until_ms, until);
	if (intent->done_ms != 0)
		time_utc(intent->done_ms, done);
	return json_pack("{sI ss ss ss sb sb ss ss ss ss ss ss ss sI ss sI}",
	    "intent", (json_int_t)intent->id,
	    "kind", intent->kind == INTENT_ACCEPTANCE ? "acceptance" : "change",
	    "step", intent_step_text(intent->step), "stand", intent_stand(state, intent),
	    "in_force", intent_in_force(state, intent), "idle", intent->idle,
	    "subject", intent->subject, "aspects", intent->aspects, "ticket", intent->ticket,
	    "from", from, "until", until, "announced_by", intent->asked_by,
	    "decided_by", intent->decided_by, "changes", (json_int_t)intent->changes,
	    "done", done, "done_record", (json_int_t)intent->done_seq);
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
intent_list_print(const struct command *command, const char *config, const char *state, bool json)
{
	struct why why = { .err = ERR_OK };
	json_t *list = json ? json_array() : NULL;
	struct folded f;
	enum err err = folded_open(&f, config, state, &why);
	bool idle = false;

	for (uint32_t i = err == ERR_OK ? f.state->intents : 0; i > 0; i--) {
		const struct intent_state *intent = &f.state->intent[i - 1];

		idle = idle || intent->idle;
		if (json)
			json_array_append_new(list, intent_json(f.state, intent));
		else
			put_text(f.state, intent);
	}
	if (err == ERR_OK && !json && f.state->intents == 0)
		printf("%s\n", _("there is no intent"));
	if (json && err == ERR_OK)
		dump(list);
	else if (json)
		json_decref(list);
	folded_close(&f);
	if (err != ERR_OK)
		return command_failed(command, &why);
	return idle ? EXIT_FINDING : EXIT_FINE;
}

int
intent_aspects_print(bool json)
{
	size_t count;
	const struct aspect_row *rows = aspect_rows(&count);
	json_t *list = json ? json_array() : NULL;

	for (size_t i = 0; i < count; i++) {
		const char *fact = fact_row(rows[i].fact)->name;

		if (json)
			json_array_append_new(list, json_pack("{ss ss ss}", "aspect", rows[i].name,
			    "fact", fact, "text", rows[i].text));
		else
			printf("%-20s %-28s %s\n", rows[i].name, fact, _(rows[i].text));
	}
	if (json)
		dump(list);
	return EXIT_FINE;
}
