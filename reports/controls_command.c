/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori controls": what every control of the packs in force says, now or at any time. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/controls.h"
#include "reports/report_status.h"

enum { OPTION_JSON, OPTION_AT, OPTION_VERDICT, OPTION_STANDARD, OPTION_LACKING, OPTION_WAIVERS,
	OPTION_CONFIG, OPTION_LEDGER };

static const struct command_option options[] = {
	[OPTION_JSON]     = { "json", 0, NULL, N_("as JSON") },
	[OPTION_AT]       = { "at", 0, "TIME", N_("as believed at this recorded time") },
	[OPTION_VERDICT]  = { "verdict", 0, "WORD",
	    N_("only these: not-met, unknown, waived, met, not-applicable") },
	[OPTION_STANDARD] = { "standard", 0, "PACK", N_("only controls of this pack") },
	[OPTION_LACKING]  = { "lacking", 0, NULL,
	    N_("those that cannot be decided yet, with the fact each lacks") },
	[OPTION_WAIVERS]  = { "waivers", 0, NULL, N_("waivers, with who asked, agreed and why") },
	[OPTION_CONFIG]   = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER]   = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct place_asked { const char *at, *config, *ledger, *verdict; };

/* A throw-away copy, to which time goes on: of a monitor that fell silent nothing is met. */
static enum err
stand(struct report_source *source, const char *at, struct state **shown, struct why *why)
{
	int64_t wall_ms = clock_wall_ms(), at_ms = 0, age_ms = 0;
	enum err err = at != NULL ? time_read(at, wall_ms, &at_ms, why) : ERR_OK;

	if (err == ERR_OK)
		err = at != NULL ? replay_to_time(source->replay, at_ms, why) :
		    replay_to_size(source->replay, ledger_size(source->ledger), why);
	if (err != ERR_OK)
		return err;
	*shown = state_copy(replay_state(source->replay));
	if (at == NULL) {
		at_ms = ledger_recorded_ms(source->ledger);
		(void)status_age(wall_ms, at_ms, (*shown)->clock_step_ms, 4 * TICK_MS, &age_ms);
		at_ms += age_ms > 0 ? age_ms : 0;
	}
	if (at_ms > (*shown)->now_ms)
		fold_look(*shown, at_ms);
	return ERR_OK;
}

static int
code_of(const uint32_t count[VERDICTS])
{
	return count[VERDICT_NOT_MET] > 0 ? EXIT_FINDING :
	    count[VERDICT_UNKNOWN] > 0 ? EXIT_UNKNOWN : EXIT_FINE;
}

static int
print_one(const struct command *command, const struct state *state,
    const struct controls_asked *asked, struct buffer *out)
{
	const struct judgement *j = judgement_of(state);
	uint32_t c = judgement_find(j, asked->id), count[VERDICTS] = { 0 };

	if (c == UINT32_MAX)
		return command_wrong(command, _("there is no control \"%s\" in the packs in force; "
		    "\"sekimori controls\" lists them"), asked->id);
	controls_print_one(out, state, c, asked);
	count[judgement_verdict(j, c)]++;
	return code_of(count);
}

static int
print(const struct command *command, const struct controls_asked *asked,
    const struct state *state, struct report_source *source, struct buffer *out)
{
	uint32_t count[VERDICTS] = { 0 };

	if (judgement_of(state) == NULL) {
		fputs(_("no control pack is in force: the configuration has no \"packs\"\n"),
		    stderr);
		return EXIT_UNKNOWN;
	}
	if (asked->json) {
		if (asked->id != NULL && judgement_find(judgement_of(state), asked->id) ==
		    UINT32_MAX)
			return print_one(command, state, asked, out);
		controls_print_json(out, state, asked, source, count);
		return code_of(count);
	}
	if (asked->waivers) {
		controls_print_waivers(out, state, source);
		return EXIT_FINE;
	}
	if (asked->lacking) {
		controls_print_lacking(out, state);
		return EXIT_FINE;
	}
	if (asked->id != NULL)
		return print_one(command, state, asked, out);
	controls_print_list(out, state, asked, count);
	return code_of(count);
}

static bool
verdict_read(const char *word, int *verdict)
{
	*verdict = -1;
	for (int i = 0; word != NULL && i < VERDICTS; i++)
		if (strcmp(word, verdict_name((enum verdict)i)) == 0)
			*verdict = i;
	return word == NULL || *verdict >= 0;
}

/* Options may stand before the control and behind it. */
static int
options_read(const struct command *command, int argc, char **argv, struct controls_asked *asked,
    struct place_asked *place)
{
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_JSON:     asked->json = true; break;
		case OPTION_AT:       place->at = value; break;
		case OPTION_VERDICT:  place->verdict = value; break;
		case OPTION_STANDARD: asked->standard = value; break;
		case OPTION_LACKING:  asked->lacking = true; break;
		case OPTION_WAIVERS:  asked->waivers = true; break;
		case OPTION_CONFIG:   place->config = value; break;
		case OPTION_LEDGER:   place->ledger = value; break;
		}
	}
	return got;
}

static int
controls_run(const struct command *command, int argc, char **argv)
{
	struct controls_asked asked = { .verdict = -1 };
	struct place_asked place = { .at = NULL };
	struct buffer out = { .max = 0 };
	struct report_source source;
	struct state *shown = NULL;
	struct why why = { .err = ERR_OK };
	int got = options_read(command, argc, argv, &asked, &place), code;

	if (got == COMMAND_END && optind < argc) {
		asked.id = argv[optind++];
		got = options_read(command, argc, argv, &asked, &place);
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (!verdict_read(place.verdict, &asked.verdict))
		return command_wrong(command, _("\"%s\" is not a verdict; see --help"),
		    place.verdict);
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	if (report_open(&source, place.config, NULL, place.ledger, &why) != ERR_OK)
		return command_failed(command, &why);
	if (stand(&source, place.at, &shown, &why) != ERR_OK)
		code = command_failed(command, &why);
	else
		code = print(command, &asked, shown, &source, &out);
	state_free(shown);
	if (out.len > 0)
		fwrite(out.at, 1, out.len, stdout);
	buffer_free(&out);
	report_close(&source);
	return code;
}

const struct command command_controls = {
	.name = "controls",
	.usage = "[CONTROL]",
	.summary = N_("what every control says: by standard, or one with its subjects and records"),
	.about = N_("X not met, ? unknown, w waived, . met, - not applicable. One control is "
	    "printed with\neach subject, what its condition read and the records that say so. "
	    "Exit code 1 if one\nis not met, 3 if one is unknown."),
	.options = options,
	.run = controls_run,
};
