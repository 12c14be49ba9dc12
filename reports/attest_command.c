/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori attest": judges evidence by hand, and says which clause decided. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/policy.h"
#include "attest/signature.h"
#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/attest_challenge.h"
#include "reports/attest_enrol.h"
#include "reports/attest_files.h"
#include "reports/attest_register.h"
#include "reports/attest_tell.h"

enum { OPTION_KIND, OPTION_POLICY, OPTION_NONCE, OPTION_KEY, OPTION_AT, OPTION_EXPLAIN,
	OPTION_OBSERVE, OPTION_KINDS, OPTION_JSON, OPTION_REGISTER, OPTION_TRUST,
	OPTION_STAMP_TRUST, OPTION_OFFICER, OPTION_SITE };

static const struct command_option options[] = {
	[OPTION_KIND] = { "kind", 'k', "NAME",
	    N_("what the evidence is, if its octets do not tell") },
	[OPTION_POLICY] = { "policy", 'p', "FILE",
	    N_("appraisal policy: what is accepted; without one nothing is") },
	[OPTION_NONCE] = { "nonce", 'n', "HEX|FILE", N_("the nonce that was asked with") },
	[OPTION_KEY] = { "key", 0, "HEX|PEM",
	    N_("the key it must speak of: SHA-256 of its SubjectPublicKeyInfo, or a file") },
	[OPTION_AT] = { "at", 0, "TIME", N_("judge as of then; now if not given") },
	[OPTION_EXPLAIN] = { "explain", 'x', NULL,
	    N_("print every rule: passed, broken, lacking, not reached, not applied") },
	[OPTION_OBSERVE] = { "observe", 0, NULL,
	    N_("print a stanza of a policy made from this sample, for a person to review") },
	[OPTION_KINDS] = { "kinds", 0, NULL,
	    N_("list the kinds of evidence with their roles and policy keys") },
	[OPTION_JSON] = { "json", 'j', NULL, N_("machine-readable output") },
	[OPTION_REGISTER] = { "register", 'r', "FILE",
	    N_("site register it is held against; its seal is FILE.p7s") },
	[OPTION_TRUST] = { "register-trust", 0, "PEM",
	    N_("the officer who seals that register, or their authority; revocation lists") },
	[OPTION_STAMP_TRUST] = { "register-stamp-trust", 0, "PEM",
	    N_("time-stamp authorities of that seal") },
	[OPTION_OFFICER] = { "register-officer", 0, "NAME|HEX",
	    N_("who seals it, by common name or by SHA-256 of the certificate") },
	[OPTION_SITE] = { "site", 0, "NAME", N_("site that the register must name") },
	{ NULL, 0, NULL, NULL },
};

/* A register, its seal, two files of roots, officer and site go into the same dossier. */
enum { FILES_MAX = ITEM_MAX - 6 };

struct asked {
	const char *kind, *policy, *nonce, *key, *at;
	struct register_asked sites;
	bool        explain, observe, kinds, json;
	size_t      files;
	const char *file[ITEM_MAX];
};

/* What is read for one judgement and freed after it. */
struct judging {
	struct attest_file     file[ITEM_MAX];
	size_t                 files;
	struct dossier         dossier;
	struct policy         *policy;
	struct buffer          nonce;
	struct register_files  sites;
	struct hash            spki;
	const struct verifier *verifier;
	struct appraisal      *appraisal;
};

static bool
is_hex(const char *text, size_t most)
{
	size_t len = strlen(text);

	return len > 0 && len % 2 == 0 && len <= 2 * most &&
	    strspn(text, "0123456789abcdefABCDEF") == len;
}

static enum err
nonce_read(struct judging *j, const char *text, struct why *why)
{
	uint8_t octets[NONCE_MAX];
	enum err err = ERR_OK;

	if (is_hex(text, NONCE_MAX) && hex_read(text, octets, strlen(text) / 2) == ERR_OK)
		buffer_put(&j->nonce, octets, strlen(text) / 2);
	else
		err = file_read(text, NONCE_MAX, &j->nonce, why);
	j->dossier.nonce = bytes_of_buffer(&j->nonce);
	return err;
}

static enum err
key_read(struct judging *j, const char *text, struct why *why)
{
	struct buffer octets = { .max = 65536 };
	struct evp_pkey_st *key;
	enum err err;

	j->dossier.spki = &j->spki;
	if (strlen(text) == HASH_TEXT - 1 && is_hex(text, HASH_LEN))
		return hex_read(text, j->spki.at, HASH_LEN);
	err = file_read(text, 65536, &octets, why);
	if (err == ERR_OK) {
		key = key_of_pem(bytes_of_buffer(&octets));
		if (key == NULL)
			key = key_of_spki(bytes_of_buffer(&octets));
		j->spki = key_spki(key);
		if (key == NULL || hash_is_zero(j->spki))
			err = why_set(why, ERR_INVALID, _("%.200s holds no public key (PEM, or "
			    "SubjectPublicKeyInfo in DER)"), text);
		key_free(key);
	}
	buffer_free(&octets);
	return err;
}

static enum err
policy_load(struct judging *j, const char *path, struct why *why)
{
	struct buffer text = { .max = POLICY_MAX };
	enum err err = file_read(path, POLICY_MAX, &text, why);

	if (err == ERR_OK)
		err = policy_read(path, bytes_of_buffer(&text), &j->policy, why);
	buffer_free(&text);
	return err;
}

static enum err
prepare(struct judging *j, const struct asked *asked, struct why *why)
{
	int64_t at_ms = clock_wall_ms();
	enum err err = ERR_OK;

	for (size_t i = 0; i < asked->files && err == ERR_OK; i++, j->files++)
		err = attest_file_read(&j->file[i], asked->file[i], why);
	if (err == ERR_OK && asked->at != NULL && date_read(asked->at, &at_ms, NULL) != ERR_OK)
		err = time_read(asked->at, at_ms, &at_ms, why);
	j->dossier.at_s = at_ms / 1000;
	if (err == ERR_OK && asked->nonce != NULL)
		err = nonce_read(j, asked->nonce, why);
	if (err == ERR_OK && asked->key != NULL)
		err = key_read(j, asked->key, why);
	if (err == ERR_OK && asked->policy != NULL)
		err = policy_load(j, asked->policy, why);
	else if (err == ERR_OK && asked->observe)
		err = attest_policy_any(&j->policy, why);
	j->dossier.policy = j->policy;
	if (err == ERR_OK)
		err = attest_files_assign(j->file, j->files, asked->kind, &j->verifier,
		    &j->dossier, why);
	if (err == ERR_OK && asked->sites.path != NULL)
		err = register_files_read(&j->sites, &asked->sites, why);
	if (err == ERR_OK && asked->sites.path != NULL)
		register_files_put(&j->sites, &asked->sites, &j->dossier);
	return err;
}

static json_t *
files_json(const struct judging *j)
{
	json_t *files = json_array();

	for (size_t i = 0; i < j->files; i++) {
		char hex[HASH_TEXT];

		hash_text(j->file[i].hash, hex);
		json_array_append_new(files, json_pack("{s:s,s:s,s:s}", "role", j->file[i].role,
		    "path", j->file[i].path, "sha256", hex));
	}
	return files;
}

static const struct attest_role *
lacking(const struct judging *j, const struct attest_role *last)
{
	return attest_files_lack(j->file, j->files, j->verifier, last);
}

static void
tell_json(const struct judging *j)
{
	json_t *one = attest_json(j->verifier, &j->dossier, j->appraisal), *lack = json_array();
	const struct attest_role *role = NULL;

	while ((role = lacking(j, role)) != NULL)
		json_array_append_new(lack, json_pack("{s:s,s:s}", "role", role->name, "text",
		    role->text));
	json_object_set_new(one, "lacking", lack);
	json_object_set_new(one, "files", files_json(j));
	json_dumpf(one, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(one);
}

/* Which file was taken for what: a rule names a role, an engineer looks for a file. */
static void
tell_files(struct buffer *out, const struct judging *j)
{
	const struct attest_role *role = NULL;

	while ((role = lacking(j, role)) != NULL) {
		buffer_print(out, _("\"%s\" cannot be judged without %s=FILE: %s"),
		    j->verifier->set->name, role->name, _(role->text));
		buffer_put_u8(out, '\n');
	}
	buffer_print(out, "%s:\n", _("files"));
	for (size_t i = 0; i < j->files; i++)
		buffer_print(out, "  %-22s %s\n", j->file[i].role, j->file[i].path);
}

static void
tell(const struct judging *j, const struct asked *asked)
{
	struct buffer text = { .max = 0 };

	if (asked->json && !asked->observe) {
		tell_json(j);
		return;
	}
	if (asked->observe && lacking(j, NULL) == NULL) {
		attest_stanza(&text, j->verifier, &j->dossier, j->appraisal);
	} else {
		attest_tell(&text, j->verifier, &j->dossier, j->appraisal, asked->explain);
		tell_files(&text, j);
	}
	fputs(buffer_text(&text), asked->observe && lacking(j, NULL) != NULL ? stderr : stdout);
	buffer_free(&text);
}

static void
judging_free(struct judging *j)
{
	for (size_t i = 0; i < ITEM_MAX; i++)
		buffer_free(&j->file[i].octets);
	policy_free(j->policy);
	buffer_free(&j->nonce);
	register_files_free(&j->sites);
	free(j->appraisal);
	free(j);
}

static int
judge(const struct command *command, const struct asked *asked)
{
	struct judging *j = memory_new(1, sizeof(*j));
	struct why why = { .err = ERR_OK };
	enum err err = prepare(j, asked, &why);
	int code;

	j->appraisal = memory_new(1, sizeof(*j->appraisal));
	if (err == ERR_OK) {
		/* Where a file lacks no rule is asked: of what was not shown nothing is wrong. */
		j->appraisal->verdict = ATTEST_INDETERMINATE;
		j->appraisal->part = j->appraisal->open = -1;
		if (lacking(j, NULL) == NULL)
			attest_judge(j->verifier, &j->dossier, j->appraisal);
		tell(j, asked);
		code = j->appraisal->verdict == ATTEST_ACCEPT ? EXIT_FINE :
		    j->appraisal->verdict == ATTEST_REJECT ? EXIT_FINDING : EXIT_UNKNOWN;
	} else {
		/* A file that was named and is not there is a wrong call, not a verdict. */
		code = err == ERR_INVALID || err == ERR_NOT_FOUND ?
		    command_wrong(command, "%s", why.text) : command_failed(command, &why);
	}
	judging_free(j);
	return code;
}

static void
option_take(struct asked *asked, int option, const char *value)
{
	switch (option) {
	case OPTION_KIND:    asked->kind = value; break;
	case OPTION_POLICY:  asked->policy = value; break;
	case OPTION_NONCE:   asked->nonce = value; break;
	case OPTION_KEY:     asked->key = value; break;
	case OPTION_AT:      asked->at = value; break;
	case OPTION_EXPLAIN: asked->explain = true; break;
	case OPTION_OBSERVE: asked->observe = true; break;
	case OPTION_KINDS:   asked->kinds = true; break;
	case OPTION_JSON:    asked->json = true; break;
	case OPTION_REGISTER: asked->sites.path = value; break;
	case OPTION_TRUST:   asked->sites.roots = value; break;
	case OPTION_STAMP_TRUST: asked->sites.stamp_roots = value; break;
	case OPTION_OFFICER: asked->sites.officer = value; break;
	case OPTION_SITE:    asked->sites.site = value; break;
	}
}

static int
attest_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .files = 0 };
	struct operands files = { .at = asked.file, .max = FILES_MAX };
	struct buffer text = { .max = 0 };
	const char *value;
	int got;

	if (argc > 1 && strcmp(argv[1], "register") == 0)
		return command_attest_register.run(&command_attest_register, argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "challenge") == 0)
		return command_attest_challenge.run(&command_attest_challenge, argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "answer") == 0)
		return command_attest_answer.run(&command_attest_answer, argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "enrol") == 0)
		return command_attest_enrol.run(&command_attest_enrol, argc - 1, argv + 1);
	while ((got = command_among(command, argc, argv, &value, &files)) >= 0)
		option_take(&asked, got, value);
	asked.files = (size_t)files.count;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.kinds) {
		attest_kinds(&text);
		fputs(buffer_text(&text), stdout);
		buffer_free(&text);
		return EXIT_FINE;
	}
	if (asked.files == 0 || optind < argc)
		return command_wrong(command, _("name the files of one statement, at most %d; see "
		    "--help and --kinds"), FILES_MAX);
	return judge(command, &asked);
}

const struct command command_attest = {
	.name = "attest",
	.usage = "[ROLE=]FILE...",
	.summary = N_("judge attestation evidence by hand, and say which clause decides"),
	.about = N_("Judges one statement of hardware (a quote, a report, a key attestation) with "
	    "the certificates, lists\nand other collateral given beside it. Nothing is "
	    "fetched and no file is written. Roots are pinned:\nby the policy, or those "
	    "that vendors publish where it is silent; never taken from the evidence.\nFiles"
	    " whose octets tell what they are need no ROLE. gzip files are unpacked.\nExit "
	    "code 0 accepted, 1 rejected, 3 undecided: something is missing, or the policy "
	    "does not say;\n2 a file that was named is not there, or what one is cannot be "
	    "told.\n\"sekimori attest register --help\" is about registers of sites, "
	    "\"sekimori attest enrol --help\" about\nattestation keys of TPMs before a policy "
	    "names them."),
	.options = options,
	.run = attest_run,
};
