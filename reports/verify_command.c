/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori verify BUNDLE": what a bundle proves, what it only says, and what it does not show. */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/ledger_audit_print.h"
#include "reports/ledger_common.h"
#include "reports/verify.h"
#include "reports/verify_ear.h"

enum { OPTION_KEY, OPTION_ROOTS, OPTION_TRUST, OPTION_AT, OPTION_JSON };
enum {
	ROOTS_MAX = 1 << 20,
	ITEMS_MAX = 10000	/* kept to be printed when all is checked; more are counted */
};

static const struct command_option options[] = {
	{ "key", 'k', "VERIFIER", N_("the ledger's verifier key, as its operator gave it to you") },
	{ "roots", 'r', "FILE", N_("PEM roots of time-stamp authorities to trust") },
	{ "trust", 't', "PEM", N_("roots of who may seal and of time-stamp authorities, and "
	    "revocation lists") },
	{ "at", 0, "TIME", N_("judge a seal without a proven time stamp as of then; now if not "
	    "given") },
	{ "json", 'j', NULL, N_("machine-readable output") },
	{ NULL, 0, NULL, NULL }
};

struct asked { const char *key, *roots, *trust, *at, *bundle; bool json; };

/* Claims first, then what the records say: nothing is printed before all was checked. */
struct telling { json_t *claims, *items; uint64_t more; };

static void
on_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	char *safe = memory_new(4 * strlen(text) + 1, 1);

	text_escape(text, strlen(text), safe, 4 * strlen(text) + 1);
	json_array_append_new(((struct telling *)arg)->claims, json_pack("{s:s,s:s,s:s}",
	    "claim", claim_name(claim), "verdict", shown_name(verdict), "text", safe));
	free(safe);
}

static void
on_item(void *arg, const struct audit_item *item)
{
	struct telling *telling = arg;

	if (json_array_size(telling->items) < ITEMS_MAX)
		json_array_append_new(telling->items, audit_item_json(item));
	else
		telling->more++;
}

static void
print_text(const struct asked *asked, const struct telling *telling,
    const struct verify_result *result)
{
	const json_t *one;
	size_t i;

	printf(_("%s: records %llu to %llu of %s\n"), asked->bundle,
	    (unsigned long long)result->from,
	    (unsigned long long)result->to - 1, result->checkpoint.origin);
	json_array_foreach(telling->claims, i, one)
		printf("%-10s %-9s %s\n", _(json_string_value(json_object_get(one, "verdict"))),
		    json_string_value(json_object_get(one, "claim")),
		    json_string_value(json_object_get(one, "text")));
	json_array_foreach(telling->items, i, one)
		printf("%10s %-9s %s\n", json_string_value(json_object_get(one, "weight")),
		    json_string_value(json_object_get(one, "kind")),
		    json_string_value(json_object_get(one, "text")));
	if (telling->more > 0)
		printf(_("and %llu more\n"), (unsigned long long)telling->more);
}

static void
print_json(const struct telling *telling, const struct verify_result *result, bool refused,
    const struct why *why)
{
	json_t *out = json_pack("{s:b,s:O,s:O,s:I}", "refused", refused, "claims", telling->claims,
	    "items", telling->items, "more_items", (json_int_t)telling->more);
	char safe[4 * WHY_TEXT_MAX + 1], root[HASH_TEXT];

	if (refused) {
		text_escape(why->text, strlen(why->text), safe, sizeof(safe));
		json_object_set_new(out, "error", json_string(err_name(why->err)));
		json_object_set_new(out, "text", json_string(safe));
		json_object_set_new(out, "offset", json_integer((json_int_t)why->offset));
	} else {
		hash_text(result->checkpoint.root, root);
		json_object_set_new(out, "from", json_integer((json_int_t)result->from));
		json_object_set_new(out, "to", json_integer((json_int_t)result->to));
		json_object_set_new(out, "origin", json_string(result->checkpoint.origin));
		json_object_set_new(out, "size", json_integer((json_int_t)result->checkpoint.size));
		json_object_set_new(out, "root", json_string(root));
	}
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
}

static int
told(const struct asked *asked, const struct telling *telling, const struct verify_result *result,
    enum err err, const struct why *why)
{
	if (asked->json)
		print_json(telling, result, err != ERR_OK, why);
	else if (err == ERR_OK)
		print_text(asked, telling, result);
	if (err != ERR_OK && !asked->json) {
		printf("%s: ", _("REFUSED"));
		ledger_put_safe(why->text[0] != '\0' ? why->text : err_text(err));
		putchar('\n');
	}
	if (err != ERR_OK)
		return err == ERR_IO || err == ERR_UNSUPPORTED ? EXIT_UNKNOWN : EXIT_FINDING;
	/* Nothing vouches for what an unrecorded filing says in words. */
	return result->findings > 0 ? EXIT_FINDING : result->unfiled || result->undecided ?
	    EXIT_UNKNOWN : EXIT_FINE;
}

static int
judge(const struct command *command, const struct asked *asked, const struct verify_options *how)
{
	struct telling telling = { .more = 0 };
	struct verify_teller teller = { on_claim, on_item, &telling };
	struct verify_result result = { 0 };
	struct bundle_folder *folder;
	struct bundle_octets octets;
	struct why why = { .err = ERR_OK };
	struct stat st;
	enum err err;
	int code;

	if (stat(asked->bundle, &st) == 0 && S_ISREG(st.st_mode))
		return verify_ear_run(asked->bundle, how->key, asked->json);
	if (stat(asked->bundle, &st) != 0 || !S_ISDIR(st.st_mode)) {
		why_set(&why, ERR_NOT_FOUND, "%s: there is no such bundle folder", asked->bundle);
		return command_failed(command, &why);
	}
	telling = (struct telling){ .claims = json_array(), .items = json_array() };
	err = bundle_folder_open(asked->bundle, &folder, &octets, &why);
	if (err == ERR_OK)
		err = verify_bundle(&octets, how, &teller, &result, &why);
	if (err == ERR_OK)
		err = bundle_folder_rest(folder, &why);
	code = told(asked, &telling, &result, err, &why);
	bundle_folder_close(folder);
	json_decref(telling.claims);
	json_decref(telling.items);
	return code;
}

static int
verify_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	struct buffer roots = { .max = ROOTS_MAX }, trust = { .max = ROOTS_MAX };
	int64_t at_ms = clock_wall_ms();
	struct note_verifier key;
	struct verify_options how = { .key = NULL };
	struct why why = { .err = ERR_OK };
	const char *value;
	int got, code;

	for (;;) {
		got = command_next(command, argc, argv, &value);
		if (got == COMMAND_END && optind < argc && asked.bundle == NULL) {
			asked.bundle = argv[optind++];
			continue;
		}
		if (got < 0)
			break;
		switch (got) {
		case OPTION_KEY:   asked.key = value; break;
		case OPTION_ROOTS: asked.roots = value; break;
		case OPTION_TRUST: asked.trust = value; break;
		case OPTION_AT:    asked.at = value; break;
		case OPTION_JSON:  asked.json = true; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.bundle == NULL || optind < argc)
		return command_wrong(command, _("name one bundle folder, or the file "
		    "of a location token; see --help"));
	if (asked.key != NULL && note_verifier_read(bytes_of_text(asked.key), &key, &why) != ERR_OK)
		return command_wrong(command, "--key: %s", why.text);
	if (asked.roots != NULL && file_read(asked.roots, ROOTS_MAX, &roots, &why) != ERR_OK)
		return command_wrong(command, "--roots: %s", why.text);
	if (asked.trust != NULL && file_read(asked.trust, ROOTS_MAX, &trust, &why) != ERR_OK)
		return command_wrong(command, "--trust: %s", why.text);
	if (asked.at != NULL && time_read(asked.at, at_ms, &at_ms, &why) != ERR_OK)
		return command_wrong(command, "%s", why.text);
	how.key = asked.key != NULL ? &key : NULL;
	how.roots_pem = bytes_of_buffer(&roots);
	how.trust_pem = bytes_of_buffer(&trust);
	how.at_s = at_ms / 1000;
	code = judge(command, &asked, &how);
	buffer_free(&roots);
	buffer_free(&trust);
	return code;
}

const struct command command_verify = {
	.name = "verify",
	.usage = "BUNDLE|TOKEN",
	.summary = N_("check a bundle with no network and no ledger"),
	.about = N_("PROVED is shown by what is in the folder, ASSERTED is said by somebody "
	    "without proof here,\nNOT SHOWN is neither.  A bundle in which anything was changed is "
	    "REFUSED with the file and the place.\nExit code 0 if nothing is open, 1 if it is "
	    "refused, its records leave something open or a seal does\nnot hold, 3 if it cannot "
	    "be read or a seal cannot be decided.\nA file is taken for a location token: its "
	    "signature is checked with --key; without a key the exit code is 3."),
	.options = options,
	.run = verify_run,
};
