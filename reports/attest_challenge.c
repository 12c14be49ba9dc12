/* SPDX-License-Identifier: Apache-2.0 */
/* Challenges as the ledger has them, and answers to them; see attest_challenge.h. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "attest/possession_answer.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/facts.h"
#include "reports/attest_challenge.h"
#include "reports/report_source.h"

enum { INPUT_MAX = 64 << 10, OUTPUT_MODE = 0644 };
enum { OPTION_CONFIG, OPTION_LEDGER, OPTION_OUT };
enum { ANSWER_KEY, ANSWER_SIGNATURE, ANSWER_OUT };

/* Texts are those of argv; NULL: not given. */
struct challenge_asked { const char *operand, *config, *ledger, *key, *signature, *out; };

/* --- what is published ---------------------------------------------------------------------- */

static const struct target_state *
target_find(const struct state *state, const char *name)
{
	for (size_t i = 0; i < state->targets; i++)
		if (strcmp(state->target[i].plan->name, name) == 0)
			return &state->target[i];
	return NULL;
}

static void
line(const char *label, const char *text)
{
	printf("%s  %s\n", label, text);
}

static int
message_write(const struct command *command, const struct challenge_asked *asked,
    struct hash challenge)
{
	struct buffer message = { .max = 256 };
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	possession_message(hash_bytes(&challenge), &message);
	if (asked->out != NULL)
		err = file_write(asked->out, bytes_of_buffer(&message), OUTPUT_MODE, &why);
	buffer_free(&message);
	if (err != ERR_OK)
		return command_failed(command, &why);
	if (asked->out != NULL)
		printf(_("%s is to be signed whole, with SHA-256, by the key of the module; then "
		    "\"sekimori attest answer\" makes the file to deliver\n"), asked->out);
	return EXIT_FINE;
}

static int
tell(const struct command *command, const struct challenge_asked *asked,
    const struct target_state *target)
{
	struct bytes facts = bytes_of_buffer(&target->replica->facts);
	char hex[HASH_TEXT], when[TIME_TEXT];
	struct hash challenge;
	int64_t until_ms, answered_ms;
	bool fresh = false;

	if (!fact_hash(facts, FACT_ATTEST_CHALLENGE, &challenge) ||
	    !fact_int(facts, FACT_ATTEST_CHALLENGE_UNTIL, &until_ms)) {
		fprintf(stderr, _("%s publishes no challenge: its options have none, or no round "
		    "was made yet\n"), asked->operand);
		return EXIT_UNKNOWN;
	}
	hash_text(challenge, hex);
	line(_("challenge"), hex);
	time_jst(until_ms, when);
	line(_("until    "), when);
	if (fact_int(facts, FACT_ATTEST_ANSWERED, &answered_ms) &&
	    fact_flag(facts, FACT_ATTEST_FRESH, &fresh) && fresh) {
		time_jst(answered_ms, when);
		line(_("answered "), when);
	}
	if (until_ms <= clock_wall_ms()) {
		fprintf(stderr, _("it has run out, and the ledger has no newer one: is the monitor "
		    "running?\n"));
		return EXIT_UNKNOWN;
	}
	return message_write(command, asked, challenge);
}

static int
attest_challenge(const struct command *command, const struct challenge_asked *asked)
{
	struct report_source source = { .ledger = NULL };
	struct why why = { .err = ERR_OK };
	const struct target_state *target;
	int code;

	if (report_open(&source, asked->config, NULL, asked->ledger, &why) != ERR_OK ||
	    replay_to_size(source.replay, ledger_size(source.ledger), &why) != ERR_OK) {
		code = command_failed(command, &why);
	} else {
		target = target_find(replay_state(source.replay), asked->operand);
		code = target != NULL ? tell(command, asked, target) :
		    command_wrong(command, _("the ledger knows no target \"%s\""), asked->operand);
	}
	report_close(&source);
	return code;
}

/* --- the answer ----------------------------------------------------------------------------- */

static int
attest_answer(const struct command *command, const struct challenge_asked *asked)
{
	struct buffer message = { .max = INPUT_MAX }, key = { .max = INPUT_MAX },
	    signature = { .max = INPUT_MAX }, out = { .max = POSSESSION_MAX };
	struct bytes challenge = bytes_of(NULL, 0);
	struct why why = { .err = ERR_OK };
	enum err err;

	if (asked->key == NULL || asked->signature == NULL || asked->out == NULL)
		return command_wrong(command, _("an answer needs --key, --signature and --out"));
	err = file_read(asked->operand, INPUT_MAX, &message, &why);
	if (err == ERR_OK)
		err = possession_message_read(bytes_of_buffer(&message), &challenge, &why);
	if (err == ERR_OK)
		err = file_read(asked->key, INPUT_MAX, &key, &why);
	if (err == ERR_OK)
		err = file_read(asked->signature, INPUT_MAX, &signature, &why);
	if (err == ERR_OK)
		err = possession_answer(challenge, bytes_of_buffer(&key),
		    bytes_of_buffer(&signature), &out, &why);
	if (err == ERR_OK)
		err = file_write(asked->out, bytes_of_buffer(&out), OUTPUT_MODE, &why);
	buffer_free(&message);
	buffer_free(&key);
	buffer_free(&signature);
	buffer_free(&out);
	if (err == ERR_OK)
		return EXIT_FINE;
	fprintf(stderr, "%s\n", why.text);
	return err == ERR_UNTRUSTED ? EXIT_FINDING : EXIT_USAGE;
}

/* --- commands ------------------------------------------------------------------------------- */

/* Options in any order, one operand; -1: go on, else the exit code. */
static int
arguments_take(const struct command *command, int argc, char **argv,
    const char **const values[], struct challenge_asked *asked)
{
	struct operands operands = { .at = &asked->operand, .max = 1 };
	const char *value;
	int got;

	while ((got = command_among(command, argc, argv, &value, &operands)) >= 0)
		*values[got] = value;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return asked->operand != NULL && optind >= argc ? -1 :
	    command_wrong(command, _("one operand is needed: %s; see --help"), command->usage);
}

static int
challenge_run(const struct command *command, int argc, char **argv)
{
	struct challenge_asked asked = { .operand = NULL };
	const char **const values[] = { &asked.config, &asked.ledger, &asked.out };
	int code = arguments_take(command, argc, argv, values, &asked);

	return code >= 0 ? code : attest_challenge(command, &asked);
}

static int
answer_run(const struct command *command, int argc, char **argv)
{
	struct challenge_asked asked = { .operand = NULL };
	const char **const values[] = { &asked.key, &asked.signature, &asked.out };
	int code = arguments_take(command, argc, argv, values, &asked);

	return code >= 0 ? code : attest_answer(command, &asked);
}

static const struct command_option challenge_options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 'l', "FILE", N_("another ledger: a copy, a backup") },
	[OPTION_OUT] = { "out", 'o', "FILE", N_("write the octets to sign there") },
	{ NULL, 0, NULL, NULL },
};

static const struct command_option answer_options[] = {
	[ANSWER_KEY] = { "key", 0, "FILE",
	    N_("public key or certificate of the module's key, PEM or DER") },
	[ANSWER_SIGNATURE] = { "signature", 0, "FILE",
	    N_("what the module signed, as its tool gave it") },
	[ANSWER_OUT] = { "out", 'o', "FILE",
	    N_("write the answer there, such as possession.cbor") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_attest_challenge = {
	.name = "attest challenge",
	.usage = "TARGET",
	.summary = N_("tell which challenge a target publishes, and write it for signing by hand"),
	.about = N_("A target of the probe \"drop\" with the option challenge publishes one for "
	    "each period. Exit code 3: there is none now."),
	.options = challenge_options,
	.run = challenge_run,
};

const struct command command_attest_answer = {
	.name = "attest answer",
	.usage = "CHALLENGE",
	.summary = N_("make the file to deliver out of what a module signed by hand"),
	.about = N_("CHALLENGE is the file that \"attest challenge --out\" wrote. The signature is "
	    "verified first. Exit code 1: it is none by that key over that challenge."),
	.options = answer_options,
	.run = answer_run,
};
