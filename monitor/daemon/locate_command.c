/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori locate": has the daemon sign where a subject is.  "sekimori report location --token"
 * asks for it; "sekimori verify FILE" judges what came.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/daemon/admin_client.h"

enum { OPTION_FORM, OPTION_CONFIG, OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_FORM]   = { "form", 0, "FORM", N_("json (JWS, if not given) or cbor (COSE)") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static int
ask(const struct command *command, const struct place *place, const char *form,
    const char *subject)
{
	struct buffer text = { .max = 0 }, answer = { .max = 0 }, token = { .max = 0 };
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;

	buffer_print(&text, "%s %s", form, subject);
	if (admin_request(place->state, ACT_LOCATE, 0, buffer_text(&text), &answer, &why) != ERR_OK)
		code = command_failed(command, &why);
	else if (base64_read(bytes_of_buffer(&answer), &token) != ERR_OK)
		code = EXIT_UNKNOWN;
	else
		fwrite(token.at, 1, token.len, stdout);
	if (code == EXIT_FINE && strcmp(form, "json") == 0)
		putchar('\n');
	buffer_free(&text);
	buffer_free(&answer);
	buffer_free(&token);
	return code;
}

static int
locate_run(const struct command *command, int argc, char **argv)
{
	const char *value, *config = NULL, *state = NULL, *form = "json";
	struct why why = { .err = ERR_OK };
	struct place place;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		state = got == OPTION_STATE ? value : state;
		form = got == OPTION_FORM ? value : form;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (strcmp(form, "json") != 0 && strcmp(form, "cbor") != 0)
		return command_wrong(command, _("a location token is written as json or cbor"));
	if (optind + 1 != argc)
		return command_wrong(command, _("name one subject: instance:NAME, store:NAME or "
		    "key:NAME"));
	if (place_find(&place, config, state, &why) != ERR_OK)
		return command_failed(command, &why);
	return ask(command, &place, form, argv[optind]);
}

const struct command command_locate = {
	.name = "locate",
	.usage = "SUBJECT",
	.summary = N_("have the daemon sign where an instance, store or key is"),
	.about = N_("Prints an EAT Attestation Result (draft-ietf-rats-ear-04) with a geographic "
	    "result\n(draft-richardson-rats-geographic-results-03), signed by the ledger's key: "
	    "the verdict and what each\nwitness says, out of the daemon's own state. Who asked is "
	    "recorded. The right \"locate\" of the\nconfiguration says who may; \"sekimori "
	    "verify FILE --key VERIFIER\" judges it offline."),
	.options = options,
	.run = locate_run,
};
