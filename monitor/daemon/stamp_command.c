/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori stamp": has the daemon get an RFC 3161 token over a hash from a configured authority.
 * "sekimori seal" asks for it; by hand it serves for other things that should have existed.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/daemon/admin_client.h"

enum { OPTION_AUTHORITY, OPTION_CONFIG, OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_AUTHORITY] = { "authority", 0, "NAME",
	    N_("which of the configured authorities; the first if not given") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static int
ask(const struct command *command, const struct place *place, const char *hex,
    const char *authority)
{
	struct buffer text = { .max = 0 }, answer = { .max = 0 };
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;

	buffer_print(&text, "%s%s%s", hex, authority[0] != '\0' ? "\n" : "", authority);
	if (admin_request(place->state, ACT_STAMP, 0, buffer_text(&text), &answer, &why) == ERR_OK)
		printf("%s\n", buffer_text(&answer));
	else
		code = command_failed(command, &why);
	buffer_free(&text);
	buffer_free(&answer);
	return code;
}

static int
stamp_run(const struct command *command, int argc, char **argv)
{
	const char *value, *config = NULL, *state = NULL, *authority = "";
	uint8_t octets[HASH_LEN];
	struct why why = { .err = ERR_OK };
	struct place place;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		state = got == OPTION_STATE ? value : state;
		authority = got == OPTION_AUTHORITY ? value : authority;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind + 1 != argc || hex_read(argv[optind], octets, sizeof(octets)) != ERR_OK)
		return command_wrong(command, _("say one SHA-256 in hex"));
	if (place_find(&place, config, state, &why) != ERR_OK)
		return command_failed(command, &why);
	return ask(command, &place, argv[optind], authority);
}

const struct command command_stamp = {
	.name = "stamp",
	.usage = "SHA-256",
	.summary = N_("have the daemon get a time stamp over a hash"),
	.about = N_("Prints the TimeStampToken (RFC 3161) in base64: it says that something with "
	    "this hash existed before\nits time. The daemon checks it against the authority's "
	    "pinned roots and records who asked.\nThe right \"stamp\" of the configuration says "
	    "who may."),
	.options = options,
	.run = stamp_run,
};
