/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori file": has the daemon record what a filing consists of, by hash, so that from then on
 * no document of it can be exchanged unseen.  "sekimori report KIND --record" asks for it; by
 * hand it serves for documents that were written earlier.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/daemon/admin_client.h"
#include "monitor/daemon/ask.h"

enum { OPTION_CONFIG, OPTION_STATE, OPTION_INCIDENT, OPTION_EDITION, OPTION_PREVIOUS };
enum { OPERAND_REPORT, OPERAND_EDITION, OPERAND_SIZE, OPERAND_ROOT, OPERAND_CLAIMS,
	OPERAND_DOCUMENT };

static const struct command_option options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	[OPTION_INCIDENT] = { "incident", 'i', "N", N_("the paper is about this incident") },
	[OPTION_EDITION]  = { "paper-edition", 0, "N",
	    N_("it is frozen as this edition of the paper") },
	[OPTION_PREVIOUS] = { "previous", 0, "N",
	    N_("record of the edition it replaces") },
	{ NULL, 0, NULL, NULL },
};

static bool
is_hash(const char *text)
{
	uint8_t octets[HASH_LEN];

	return hex_read(text, octets, sizeof(octets)) == ERR_OK;
}

/* Numbers that say which paper it is; 0 where it is none. */
struct paper_of { uint64_t incident, edition, previous; };

static int
ask(const struct command *command, const struct place *place, const struct paper_of *paper,
    int count, char **operand)
{
	struct buffer text = { .max = 0 }, answer = { .max = 0 };
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;

	for (int i = 0; i < count; i++) {
		if (i == OPERAND_DOCUMENT)
			buffer_print(&text, "%" PRIu64 "\n%" PRIu64 "\n", paper->edition,
			    paper->previous);
		buffer_print(&text, "%s\n", is_hash(operand[i]) || i < OPERAND_DOCUMENT ?
		    operand[i] : "");
	}
	if (admin_request(place->state, ACT_FILE, paper->incident, buffer_text(&text), &answer,
	    &why) == ERR_OK)
		printf("%s\n", buffer_text(&answer));
	else
		code = why.err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	buffer_free(&text);
	buffer_free(&answer);
	return code;
}

static int
file_run(const struct command *command, int argc, char **argv)
{
	const char *value, *config = NULL, *state = NULL;
	struct paper_of paper = { .incident = 0 };
	struct why why = { .err = ERR_OK };
	struct place place;
	int got, count;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		state = got == OPTION_STATE ? value : state;
		if (got >= OPTION_INCIDENT && !ask_number(value, got == OPTION_INCIDENT ?
		    &paper.incident : got == OPTION_EDITION ? &paper.edition : &paper.previous))
			return command_wrong(command, _("\"%.40s\" is no number"), value);
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	count = argc - optind;
	argv += optind;
	if (count <= OPERAND_DOCUMENT)
		return command_wrong(command, _("say the report, its edition, the size and root it "
		    "speaks for, the hash of its claims and of each document"));
	for (int i = OPERAND_ROOT; i < count; i++)
		if (!is_hash(argv[i]) && (i <= OPERAND_DOCUMENT || strcmp(argv[i], "seals") != 0))
			return command_wrong(command, _("\"%.80s\" is not a SHA-256 in hex"),
			    argv[i]);
	if (place_find(&place, config, state, &why) != ERR_OK)
		return command_failed(command, &why);
	return ask(command, &place, &paper, count, argv);
}

const struct command command_file = {
	.name = "file",
	.usage = "REPORT EDITION SIZE ROOT CLAIMS DOCUMENT... [seals SEAL...]",
	.summary = N_("have the daemon record what a filing consists of"),
	.about = N_("ROOT is of the tree of SIZE records, CLAIMS and each DOCUMENT are a SHA-256 "
	    "in hex.\n\"sekimori report KIND --record\" does this for what it writes; a "
	    "bundle made afterwards\nshows that these documents existed before the next time "
	    "stamp."),
	.options = options,
	.run = file_run,
};
