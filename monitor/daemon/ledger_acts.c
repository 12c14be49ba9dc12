/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori ledger backup, prune, rotate, erase": what people ask of the running ledger.  Each is
 * one question over the admin socket; the kernel says who asks, the configuration who may, and
 * the ledger records it.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/place.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/admin_client.h"

enum { OPTION_CONFIG, OPTION_STATE, OPTION_JSON };

static const struct command_option options[] = {
	{ "config", 'c', "FILE", N_("the daemon's configuration") },
	{ "state", 's', "DIR", N_("the daemon's state folder") },
	{ "json", 'j', NULL, N_("machine-readable output") },
	{ NULL, 0, NULL, NULL }
};

struct asked { const char *config, *state, *operand[2]; int operands; bool json; };

/* False: *code is what the command returns. */
static bool
asked_read(const struct command *command, int argc, char **argv, struct asked *asked, int *code)
{
	struct operands operands = { .at = asked->operand, .max = 2 };
	const char *value;
	int got;

	while ((got = command_among(command, argc, argv, &value, &operands)) >= 0)
		switch (got) {
		case OPTION_CONFIG: asked->config = value; break;
		case OPTION_STATE:  asked->state = value; break;
		case OPTION_JSON:   asked->json = true; break;
		}
	asked->operands = operands.count;
	*code = got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (got == COMMAND_END && optind < argc)
		*code = command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	return got == COMMAND_END && optind >= argc;
}

static void
answer_print(const struct asked *asked, struct buffer *answer)
{
	char safe[4 * WHY_TEXT_MAX + 1];

	text_escape(buffer_text(answer), answer->len, safe, sizeof(safe));
	if (!asked->json) {
		printf("%s\n", safe);
		return;
	}
	fputs("{\"answer\":\"", stdout);
	for (const char *c = safe; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	puts("\"}");
}

static int
ask(const struct command *command, const struct asked *asked, enum act act, const char *text)
{
	struct buffer answer = { .max = 0 };
	struct place place;
	struct why why = { .err = ERR_OK };
	enum err err = place_find(&place, asked->config, asked->state, &why);

	if (err == ERR_OK)
		err = admin_request(place.state, act, 0, text, &answer, &why);
	if (err == ERR_OK)
		answer_print(asked, &answer);
	buffer_free(&answer);
	return err == ERR_OK ? EXIT_FINE : command_failed(command, &why);
}

static int
backup_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	int code;

	if (!asked_read(command, argc, argv, &asked, &code))
		return code;
	if (asked.operands > 1 || (asked.operands == 1 && strchr(asked.operand[0], '/') != NULL))
		return command_wrong(command, _("say at most the name of the copy, without a "
		    "folder: it is made in the folder \"backup\" of the state folder"));
	return ask(command, &asked, ACT_BACKUP, asked.operands == 1 ? asked.operand[0] : "");
}

static int
prune_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	struct why why = { .err = ERR_OK };
	char text[32] = "";
	int64_t before_ms;
	int code;

	if (!asked_read(command, argc, argv, &asked, &code))
		return code;
	if (asked.operands > 1)
		return command_wrong(command, _("say at most before which time"));
	if (asked.operands == 1) {
		if (time_read(asked.operand[0], clock_wall_ms(), &before_ms, &why) != ERR_OK)
			return command_wrong(command, "%s", why.text);
		snprintf(text, sizeof(text), "%" PRId64, before_ms);
	}
	return ask(command, &asked, ACT_PRUNE, text);
}

static int
rotate_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	int code;

	if (!asked_read(command, argc, argv, &asked, &code))
		return code;
	if (asked.operands != 0)
		return command_wrong(command, _("a rotation takes no operand"));
	return ask(command, &asked, ACT_ROTATE, "");
}

static int
erase_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	char text[HASH_TEXT + WHY_TEXT_MAX];
	struct hash commitment;
	int code;

	if (!asked_read(command, argc, argv, &asked, &code))
		return code;
	if (asked.operands != 2 || hex_read(asked.operand[0], commitment.at, HASH_LEN) != ERR_OK ||
	    asked.operand[1][0] == '\0')
		return command_wrong(command, _("say the commitment (64 hex digits, as \"ledger "
		    "show\" prints it) and why, in quotes"));
	if (snprintf(text, sizeof(text), "%s %s", asked.operand[0],
	    asked.operand[1]) >= (int)sizeof(text))
		return command_wrong(command, _("the reason is too long; %d octets are allowed"),
		    WHY_TEXT_MAX - 1);
	return ask(command, &asked, ACT_ERASE, text);
}

const struct command command_ledger_backup = {
	.name = "ledger backup",
	.usage = "[NAME]",
	.summary = N_("copy the ledger while it runs"),
	.about = N_("The copy is STATE/backup/NAME.db; without NAME it is called by the time.  "
	    "Read it with --ledger FILE."),
	.options = options,
	.run = backup_run,
};

const struct command command_ledger_prune = {
	.name = "ledger prune",
	.usage = "[TIME]",
	.summary = N_("remove the bytes of old records; their hashes stay"),
	.about = N_("Records before TIME, without it those older than the configured retention, "
	    "and never more than\nlies behind the newest STATE record.  What is removed cannot be "
	    "shown again."),
	.options = options,
	.run = prune_run,
};

const struct command command_ledger_rotate = {
	.name = "ledger rotate",
	.usage = "",
	.summary = N_("replace the signing key; both keys sign for it"),
	.options = options,
	.run = rotate_run,
};

const struct command command_ledger_erase = {
	.name = "ledger erase",
	.usage = "COMMITMENT WHY",
	.summary = N_("erase a withheld value; its commitment stays"),
	.options = options,
	.run = erase_run,
};
