/* SPDX-License-Identifier: Apache-2.0 */
/* What was done to keys as the ledger knows it now; nothing is asked of the daemon. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/folded.h"
#include "monitor/daemon/key_list.h"
#include "monitor/state/custody.h"

static const char *
safe(const char *text, char *out, size_t out_len)
{
	text_escape(text, strlen(text), out, out_len);
	return out;
}

static void
put_text(const struct ceremony_state *one)
{
	char at[TIME_TEXT], key[4 * NAME_MAX_LEN], present[4 * CEREMONY_PRESENT], hex[HASH_TEXT];

	time_jst_s(one->at_ms, at);
	hash_text(one->minutes, hex);
	printf("#%-8" PRIu64 " %s  %s  %s  %s", one->id, _(ceremony_step_text(one->step)),
	    safe(one->key, key, sizeof(key)), _(ceremony_kind_text(one->kind)), at);
	printf(_("  present: %s"), safe(one->present, present, sizeof(present)));
	printf(_("  by %s"), one->asked_by);
	if (one->decided_by[0] != '\0')
		printf(_(", decided by %s"), one->decided_by);
	printf(_("; minutes %s\n"), hex);
}

static json_t *
one_json(const struct ceremony_state *one)
{
	char at[TIME_TEXT], hex[HASH_TEXT];

	time_utc(one->at_ms, at);
	hash_text(one->minutes, hex);
	return json_pack("{sI ss ss ss sb ss ss ss ss ss sI}", "record", (json_int_t)one->id,
	    "key", one->key, "what", ceremony_verb(one->kind), "step",
	    ceremony_step_text(one->step), "counts", ceremony_counts(one), "at", at, "present",
	    one->present, "minutes", hex, "told_by", one->asked_by, "decided_by",
	    one->decided_by, "decided_record", (json_int_t)one->decided_seq);
}

/* Whether a rotation is overdue; tells of each if asked to, since the exit code names none. */
static bool
overdue_find(const struct state *state, bool told)
{
	char due[TIME_TEXT], key[4 * NAME_MAX_LEN];
	struct custody c;
	bool any = false;

	for (uint32_t i = 0; state->plan != NULL && i < state->plan->keys; i++) {
		custody_make(&c, state, i);
		if (c.destroyed || c.why[CUSTODY_ROTATION] != CUSTODY_WHY_ROTATION_LATE)
			continue;
		any = true;
		time_jst_s(c.due_ms, due);
		if (told)
			printf(_("overdue: %s was to be rotated by %s\n"),
			    safe(c.key->name, key, sizeof(key)), due);
	}
	return any;
}

int
key_list_print(const struct command *command, const char *config, const char *state, bool json)
{
	struct why why = { .err = ERR_OK };
	json_t *list = json ? json_array() : NULL;
	struct folded f;
	enum err err = folded_open(&f, config, state, &why);
	bool overdue;

	for (uint32_t i = err == ERR_OK ? f.state->ceremonies : 0; i > 0; i--) {
		if (json)
			json_array_append_new(list, one_json(&f.state->ceremony[i - 1]));
		else
			put_text(&f.state->ceremony[i - 1]);
	}
	if (err == ERR_OK && !json && f.state->ceremonies == 0)
		printf("%s\n", _("nothing that was done to a key is on record"));
	overdue = err == ERR_OK && overdue_find(f.state, !json);
	if (json && err == ERR_OK) {
		char *text = json_dumps(list, JSON_INDENT(1));

		printf("%s\n", text != NULL ? text : "null");
		free(text);
	}
	json_decref(list);
	folded_close(&f);
	if (err != ERR_OK)
		return command_failed(command, &why);
	return overdue ? EXIT_FINDING : EXIT_FINE;
}
