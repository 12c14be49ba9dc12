/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori seal": seals documents with the carrier's e-seal, or judges one seal by hand.  All
 * seals of one call are made before any is written, so that a failure leaves nothing behind.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/place.h"
#include "monitor/base/timetext.h"
#include "reports/seal_judge.h"
#include "reports/seal_settings.h"

enum { OPTION_KEY, OPTION_CERTIFICATE, OPTION_CHAIN, OPTION_PIN, OPTION_AUTHORITY,
	OPTION_NO_TIMESTAMP, OPTION_OUT, OPTION_FORCE, OPTION_VERIFY, OPTION_TRUST, OPTION_AT,
	OPTION_CONFIG, OPTION_JSON, OPTION_PATHS, OPTION_ENVIRONMENT, OPTION_NETWORK };
enum {
	PAPERS_MAX   = 256,		/* documents of one call; more are refused */
	DOCUMENT_MAX = 256 << 20,	/* octets of one */
	TRUST_MAX    = 1 << 20
};

static const struct command_option options[] = {
	[OPTION_KEY] = { "key", 'k', "FILE|URI",
	    N_("the e-seal key: a PEM file, or pkcs11:... with module-path (RFC 7512)") },
	[OPTION_CERTIFICATE] = { "certificate", 0, "PEM", N_("its certificate") },
	[OPTION_CHAIN] = { "chain", 0, "PEM", N_("who issued it; put into the seal") },
	[OPTION_PIN] = { "pin", 0, "FILE",
	    N_("file with the token's PIN, or the passphrase of the key file") },
	[OPTION_AUTHORITY] = { "authority", 0, "NAME",
	    N_("which of the configured authorities time-stamps the seal") },
	[OPTION_NO_TIMESTAMP] = { "no-timestamp", 0, NULL,
	    N_("seal without a time stamp: nobody then vouches for when") },
	[OPTION_OUT] = { "out", 'o', "DIR", N_("write the seals there, not beside the documents") },
	[OPTION_FORCE] = { "force", 0, NULL, N_("replace seals that are there already") },
	[OPTION_VERIFY] = { "verify", 0, NULL,
	    N_("judge the seals beside the documents instead of making them") },
	[OPTION_TRUST] = { "trust", 't', "PEM",
	    N_("roots of who may seal and of time-stamp authorities, and revocation lists") },
	[OPTION_AT] = { "at", 0, "TIME",
	    N_("judge a seal without a proven time stamp as of then; now if not given") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_JSON] = { "json", 'j', NULL, N_("machine-readable output") },
	[OPTION_PATHS] = { "paths", 0, "LIST",
	    N_("files and folders the module may use, with commas") },
	[OPTION_ENVIRONMENT] = { "environment", 0, "LIST",
	    N_("environment of the module: NAME=VALUE, with commas") },
	[OPTION_NETWORK] = { "network", 0, NULL, N_("the module may use the network") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	struct seal_settings settings;
	const char *out, *trust, *at, *config;
	const char *file[PAPERS_MAX];
	int         files;
	bool        no_timestamp, force, verify, json;
};

/* One document on its way. */
struct paper {
	const char   *path;
	char          to[PATH_TEXT_MAX];	/* of its seal */
	struct buffer document, seal;
	struct cades_result result;
};

static void
put_safe(const char *text)
{
	size_t len = strlen(text);
	char *safe = memory_new(4 * len + 1, 1);

	text_escape(text, len, safe, 4 * len + 1);
	fputs(safe, stdout);
	free(safe);
}

static enum err
paper_read(struct paper *paper, const char *path, const char *folder, struct why *why)
{
	const char *name = strrchr(path, '/');
	int len;

	paper->path = path;
	name = name != NULL ? name + 1 : path;
	len = folder != NULL ?
	    snprintf(paper->to, sizeof(paper->to), "%s/%s" SEAL_ENDING, folder, name) :
	    snprintf(paper->to, sizeof(paper->to), "%s" SEAL_ENDING, path);
	if (len < 0 || len >= PATH_TEXT_MAX)
		return why_set(why, ERR_LIMIT, _("the path of %s is too long"), name);
	return file_read(path, DOCUMENT_MAX, &paper->document, why);
}

static void
papers_free(struct paper *paper, int papers)
{
	for (int i = 0; i < papers; i++) {
		buffer_free(&paper[i].document);
		buffer_free(&paper[i].seal);
	}
	free(paper);
}

/* --- making ------------------------------------------------------------------------------- */

/* What was not said comes from the configuration; where that is not at hand, what was said does. */
static enum err
settings_find(struct asked *asked, struct plan **plan, struct why *why)
{
	struct ledger *ledger = NULL;
	struct place place;
	enum err err = place_find(&place, asked->config, NULL, why);

	if (err == ERR_OK && access(place.ledger, R_OK) != 0)
		err = why_set(why, ERR_NOT_FOUND, _("there is no ledger %s that this user can "
		    "read; give --key and --certificate"), place.ledger);
	if (err == ERR_OK)
		err = ledger_open(&ledger, place.ledger, LEDGER_READ, why);
	if (err == ERR_OK)
		err = seal_settings_fill(&asked->settings, ledger, plan, why);
	if (ledger != NULL)
		ledger_close(ledger);
	return asked->settings.key != NULL ? ERR_OK : err;
}

static enum err
paper_seal(struct paper *paper, struct seal_maker *maker, const struct asked *asked,
    struct why *why)
{
	struct seal_stamp_order order = { .config = asked->config,
		.authority = asked->settings.authority, .without = asked->no_timestamp };
	enum err err = seal_whole(maker, &order, bytes_of_buffer(&paper->document), &paper->seal,
	    why);

	if (err == ERR_OK)
		cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&paper->seal),
		    .document = bytes_of_buffer(&paper->document),
		    .at_s = clock_wall_ms() / 1000 }, &paper->result);
	return err;
}

static enum err
paper_write(const struct paper *paper, json_t *list, struct why *why)
{
	char when[TIME_TEXT], hex[HASH_TEXT];
	enum err err = file_write(paper->to, bytes_of_buffer(&paper->seal), 0644, why);

	if (err != ERR_OK)
		return err;
	hash_text(hash_of(bytes_of_buffer(&paper->seal)), hex);
	time_jst_s(paper->result.stamp.at_ms, when);
	if (list != NULL) {
		json_t *one = json_pack("{s:s,s:s,s:s,s:s}", "document", paper->path, "seal",
		    paper->to, "sha256", hex, "level", cades_level_text(paper->result.level));

		json_array_append_new(list, one);
		return ERR_OK;
	}
	printf("%s  %s  %s", hex, paper->to, cades_level_text(paper->result.level));
	if (paper->result.stamps > 0) {
		printf("  %s  ", when);
		put_safe(paper->result.stamp.authority);
	}
	putchar('\n');
	return ERR_OK;
}

static enum err
papers_write(const struct asked *asked, struct paper *paper, struct why *why)
{
	json_t *list = asked->json ? json_array() : NULL;
	enum err err = asked->out != NULL ? file_folder(asked->out, 0755, why) : ERR_OK;

	for (int i = 0; i < asked->files && err == ERR_OK; i++)
		err = paper_write(&paper[i], list, why);
	if (list != NULL && err == ERR_OK) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(list);
	return err;
}

static int
seal(const struct command *command, struct asked *asked)
{
	struct paper *paper = memory_new((size_t)asked->files, sizeof(*paper));
	struct seal_maker *maker = NULL;
	struct plan *plan = NULL;
	struct why why = { .err = ERR_OK };
	enum err err = settings_find(asked, &plan, &why);

	if (err == ERR_OK)
		err = seal_open(&maker, &asked->settings, &why);
	for (int i = 0; i < asked->files && err == ERR_OK; i++) {
		err = paper_read(&paper[i], asked->file[i], asked->out, &why);
		if (err == ERR_OK && !asked->force && access(paper[i].to, F_OK) == 0)
			err = why_set(&why, ERR_INVALID, _("%.300s is there already; name another "
			    "folder, or give --force to replace it"), paper[i].to);
	}
	for (int i = 0; i < asked->files && err == ERR_OK; i++)
		err = paper_seal(&paper[i], maker, asked, &why);
	if (err == ERR_OK)
		err = papers_write(asked, paper, &why);
	seal_close(maker);
	plan_free(plan);
	papers_free(paper, asked->files);
	return err == ERR_OK ? EXIT_FINE : command_failed(command, &why);
}

/* --- judging ------------------------------------------------------------------------------ */

static int
code_of(enum cades_answer answer)
{
	return answer == CADES_ACCEPT ? EXIT_FINE : answer == CADES_REJECT ? EXIT_FINDING :
	    EXIT_UNKNOWN;
}

static void
judged_tell(const struct paper *paper, json_t *list)
{
	struct buffer text = { .max = 0 };
	bool good = paper->result.answer == CADES_ACCEPT;
	json_t *one;

	if (list != NULL) {
		one = seal_judged_json(&paper->result);
		json_object_set_new(one, "document", json_string(paper->path));
		json_array_append_new(list, one);
		return;
	}
	if (good)
		seal_judged_good(&paper->result, &text);
	else
		seal_judged_bad(&paper->result, &text);
	put_safe(paper->path);
	printf(": %s: ", good ? _("ACCEPTED") : paper->result.answer == CADES_REJECT ?
	    _("REFUSED") : _("UNDECIDED"));
	put_safe(buffer_text(&text));
	putchar('\n');
	buffer_free(&text);
}

/* The worst of all: a refusal outweighs what cannot be decided. */
static int
judge_all(const struct asked *asked, struct bytes trust, int64_t at_s, json_t *list,
    struct why *why)
{
	int code = EXIT_FINE;

	for (int i = 0; i < asked->files && why->err == ERR_OK; i++) {
		struct paper paper = { .path = asked->file[i] };
		enum err err = paper_read(&paper, asked->file[i], asked->out, why);
		int own;

		if (err == ERR_OK)
			err = file_read(paper.to, CADES_MAX + 1, &paper.seal, why);
		if (err == ERR_OK) {
			cades_verify(&(struct cades_input){
			    .seal = bytes_of_buffer(&paper.seal),
			    .document = bytes_of_buffer(&paper.document), .roots_pem = trust,
			    .stamp_roots_pem = trust, .at_s = at_s }, &paper.result);
			judged_tell(&paper, list);
			own = code_of(paper.result.answer);
			code = code == EXIT_FINDING || own == EXIT_FINE ? code : own;
		}
		buffer_free(&paper.document);
		buffer_free(&paper.seal);
	}
	return code;
}

static int
verify(const struct command *command, const struct asked *asked)
{
	struct buffer trust = { .max = TRUST_MAX };
	struct why why = { .err = ERR_OK };
	json_t *list = asked->json ? json_array() : NULL;
	int64_t at_ms = clock_wall_ms();
	int code = EXIT_FINE;

	if (asked->at != NULL && time_read(asked->at, at_ms, &at_ms, &why) != ERR_OK)
		code = command_wrong(command, "%s", why.text);
	else if (asked->trust != NULL &&
	    file_read(asked->trust, TRUST_MAX, &trust, &why) != ERR_OK)
		code = command_wrong(command, "--trust: %s", why.text);
	if (code == EXIT_FINE)
		code = judge_all(asked, bytes_of_buffer(&trust), at_ms / 1000, list, &why);
	if (list != NULL && why.err == ERR_OK) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	if (code != EXIT_USAGE && why.err != ERR_OK)
		code = command_failed(command, &why);
	json_decref(list);
	buffer_free(&trust);
	return code;
}

/* --- the command -------------------------------------------------------------------------- */

static void
option_take(struct asked *asked, int option, const char *value)
{
	switch (option) {
	case OPTION_KEY:          asked->settings.key = value; break;
	case OPTION_CERTIFICATE:  asked->settings.certificate = value; break;
	case OPTION_CHAIN:        asked->settings.chain = value; break;
	case OPTION_PIN:          asked->settings.pin = value; break;
	case OPTION_AUTHORITY:    asked->settings.authority = value; break;
	case OPTION_PATHS:        asked->settings.paths = value; break;
	case OPTION_ENVIRONMENT:  asked->settings.environment = value; break;
	case OPTION_NETWORK:      asked->settings.network = true; break;
	case OPTION_NO_TIMESTAMP: asked->no_timestamp = true; break;
	case OPTION_OUT:          asked->out = value; break;
	case OPTION_FORCE:        asked->force = true; break;
	case OPTION_VERIFY:       asked->verify = true; break;
	case OPTION_TRUST:        asked->trust = value; break;
	case OPTION_AT:           asked->at = value; break;
	case OPTION_CONFIG:       asked->config = value; break;
	case OPTION_JSON:         asked->json = true; break;
	}
}

static int
seal_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .files = 0 };
	struct operands files = { .at = asked.file, .max = PAPERS_MAX };
	const char *value;
	int got;

	while ((got = command_among(command, argc, argv, &value, &files)) >= 0)
		option_take(&asked, got, value);
	asked.files = files.count;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.files == 0 || optind < argc)
		return command_wrong(command, _("name the documents, at most %d; see --help"),
		    PAPERS_MAX);
	if (!asked.verify && (asked.trust != NULL || asked.at != NULL))
		return command_wrong(command, _("--trust and --at go with --verify"));
	return asked.verify ? verify(command, &asked) : seal(command, &asked);
}

const struct command command_seal = {
	.name = "seal",
	.usage = "FILE...",
	.summary = N_("seal documents with the carrier's e-seal, or judge a seal"),
	.about = N_("Writes FILE.p7s beside each document: a detached CAdES seal (ETSI EN 319 "
	    "122-1), with a time stamp\nfrom a configured authority that the running daemon asks "
	    "(CAdES-B-T). Key and certificate are those of the\nsection \"seal\" of the "
	    "configuration, or of the options. A PKCS#11 module is opened by sekimori-token, never "
	    "here.\n--verify says of each FILE with its FILE.p7s who sealed it and before when, or "
	    "which clause it breaks.\nExit code 0 if all are accepted, 1 if one is refused, 3 if "
	    "one cannot be decided (no root, no certificate)."),
	.options = options,
	.run = seal_run,
};
