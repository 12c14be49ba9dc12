/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori status": one page for a pipe, of now or of any time.  It reads the ledger itself, so
 * it answers with the daemon dead, and then says so.
 */
#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/report_status.h"

enum { OPTION_JSON, OPTION_AT, OPTION_CONFIG, OPTION_LEDGER };
enum { STALE_MS = 4 * TICK_MS, GROW_LOOK_MS = 100, GROW_WAIT_MS = TICK_MS + 1500 };

static const struct command_option options[] = {
	[OPTION_JSON]   = { "json", 0, NULL, N_("as JSON") },
	[OPTION_AT]     = { "at", 0, "TIME", N_("as believed at this recorded time") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct asked { bool json; const char *at, *config, *ledger; };

/* The clocks do not agree on how old the newest record is: a ledger that is alive writes at least
 * a TICK in this time. */
static bool
grows(struct ledger *ledger, struct why *why)
{
	for (int waited = 0; waited < GROW_WAIT_MS; waited += GROW_LOOK_MS) {
		struct timespec pause = { .tv_nsec = GROW_LOOK_MS * 1000000L };
		bool grown = false;

		if (ledger_refresh(ledger, &grown, why) != ERR_OK)
			return false;
		if (grown)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static enum err
stand_now(struct status *status, struct report_source *source, struct why *why)
{
	int64_t age = 0, wall = clock_wall_ms();
	const struct state *state;
	bool sure;
	enum err err = replay_to_size(source->replay, ledger_size(source->ledger), why);

	if (err != ERR_OK)
		return err;
	state = replay_state(source->replay);
	status->live = true;
	status->newest_ms = ledger_recorded_ms(source->ledger);
	sure = status_age(wall, status->newest_ms, state->clock_step_ms, STALE_MS, &age);
	if (sure)
		status->freshness = age > STALE_MS ? STALE : FRESH;
	else
		status->freshness = grows(source->ledger, why) ? FRESH : STALE;
	if (!sure && status->freshness == FRESH) {
		err = replay_to_size(source->replay, ledger_size(source->ledger), why);
		status->newest_ms = ledger_recorded_ms(source->ledger);
		age = 0;
	}
	status->now_ms = status->newest_ms + (age > 0 ? age : 0);
	return err;
}

static enum err
stand_at(struct status *status, struct report_source *source, const char *at, struct why *why)
{
	enum err err = time_read(at, clock_wall_ms(), &status->now_ms, why);

	if (err == ERR_OK)
		err = replay_to_time(source->replay, status->now_ms, why);
	if (err != ERR_OK)
		return err;
	status->newest_ms = replay_state(source->replay)->now_ms;
	status->freshness = status->now_ms - status->newest_ms > STALE_MS ? STALE : FRESH;
	return ERR_OK;
}

static void
find_checkpoint(struct status *status, struct ledger *ledger)
{
	struct buffer octets = { .max = 0 };
	struct checkpoint checkpoint;
	struct note note;
	struct why why;
	uint64_t size;

	if (ledger_checkpoint(ledger, status->size, &size, &octets, &why) == ERR_OK &&
	    note_read(bytes_of_buffer(&octets), &note, &why) == ERR_OK &&
	    checkpoint_read(note.text, &checkpoint, &why) == ERR_OK) {
		status->checkpoint_size = checkpoint.size;
		hash_text(checkpoint.root, status->checkpoint_root);
	}
	buffer_free(&octets);
}

static int
show(const struct command *command, const struct asked *asked, struct report_source *source)
{
	struct status status = { .live = false };
	struct buffer page = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct state *shown;
	int code;

	if ((asked->at != NULL ? stand_at(&status, source, asked->at, &why) :
	    stand_now(&status, source, &why)) != ERR_OK)
		return command_failed(command, &why);
	/* A throw-away copy: time goes on for the eye; the canonical state moves by records. */
	shown = state_copy(replay_state(source->replay));
	fold_look(shown, status.now_ms);
	status.size = shown->size;
	find_checkpoint(&status, source->ledger);
	status_make(&status, shown);
	if (asked->json)
		status_print_json(&status, source->path, &page);
	else
		status_print_text(&status, source->path, &page);
	fwrite(page.at, 1, page.len, stdout);
	code = status_code(&status);
	status_free(&status);
	state_free(shown);
	buffer_free(&page);
	return code;
}

static int
status_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	struct report_source source;
	struct why why = { .err = ERR_OK };
	const char *value;
	int got, code;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_JSON:   asked.json = true; break;
		case OPTION_AT:     asked.at = value; break;
		case OPTION_CONFIG: asked.config = value; break;
		case OPTION_LEDGER: asked.ledger = value; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	if (report_open(&source, asked.config, NULL, asked.ledger, &why) != ERR_OK)
		return command_failed(command, &why);
	code = show(command, &asked, &source);
	report_close(&source);
	return code;
}

const struct command command_status = {
	.name = "status",
	.usage = "",
	.summary = N_("one page: what is proven, unknown and failed"),
	.about = N_("Exit code 1 if a target is degraded or down, or if a contradiction stands (a "
	    "control of that\nlevel that is not met and not waived), 3 if something is unknown, "
	    "unwatched or the ledger does\nnot grow. Other controls that are not met do not change "
	    "it: ask \"sekimori controls\". TIME is\n\"2026-11-20 09:15\" (JST), RFC 3339, "
	    "@SECONDS or -2h."),
	.options = options,
	.run = status_run,
};
