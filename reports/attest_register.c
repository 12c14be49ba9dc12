/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori attest register": entries of a site register out of samples, for a person to review;
 * its check is attest_register_check.c.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/policy.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "reports/attest_files.h"
#include "reports/attest_register.h"
#include "reports/seal.h"

enum { OPTION_CHECK, OPTION_OBSERVE, OPTION_TRUST, OPTION_STAMP_TRUST, OPTION_OFFICER,
	OPTION_SITE, OPTION_KIND, OPTION_POLICY, OPTION_AT, OPTION_JSON };
enum { TRUST_MAX = 512 << 10, DEVICES = 8 };

static const struct command_option options[] = {
	[OPTION_CHECK] = { "check", 0, "FILE",
	    N_("read a register and judge its seal FILE.p7s: who sealed it, when, what ends "
	    "next") },
	[OPTION_OBSERVE] = { "observe", 0, NULL,
	    N_("print an entry made from the sample, for a person to review and an officer to "
	    "seal") },
	[OPTION_TRUST] = { "trust", 't', "PEM",
	    N_("the officer who seals it, or their authority; revocation lists") },
	[OPTION_STAMP_TRUST] = { "stamp-trust", 0, "PEM",
	    N_("time-stamp authorities of that seal") },
	[OPTION_OFFICER] = { "officer", 0, "NAME|HEX",
	    N_("who seals it, by common name or by SHA-256 of the certificate") },
	[OPTION_SITE] = { "site", 0, "NAME", N_("site to write into the entry") },
	[OPTION_KIND] = { "kind", 'k', "NAME",
	    N_("what the evidence is, if its octets do not tell") },
	[OPTION_POLICY] = { "policy", 'p', "FILE",
	    N_("appraisal policy to judge the sample by; any value is accepted if not given") },
	[OPTION_AT] = { "at", 0, "TIME", N_("judge as of then; now if not given") },
	[OPTION_JSON] = { "json", 'j', NULL, N_("machine-readable output of --check") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	struct register_asked check;
	const char *site, *kind, *policy, *at;
	bool        observe, json;
	size_t      files;
	const char *file[ITEM_MAX];
};

/* --- files -------------------------------------------------------------------------------- */

enum err
register_files_read(struct register_files *out, const struct register_asked *asked,
    struct why *why)
{
	char seal[PATH_TEXT_MAX];
	enum err err;

	*out = (struct register_files){ .text.max = SITE_REGISTER_MAX + 1,
		.seal.max = CADES_MAX + 1, .roots.max = TRUST_MAX, .stamp_roots.max = TRUST_MAX };
	if (snprintf(seal, sizeof(seal), "%s" SEAL_ENDING, asked->path) >= PATH_TEXT_MAX)
		return why_set(why, ERR_LIMIT, _("the path of %.200s is too long"), asked->path);
	err = file_read(asked->path, SITE_REGISTER_MAX + 1, &out->text, why);
	if (err == ERR_OK && access(seal, F_OK) == 0)
		err = file_read(seal, CADES_MAX + 1, &out->seal, why);
	if (err == ERR_OK && asked->roots != NULL)
		err = file_read(asked->roots, TRUST_MAX, &out->roots, why);
	if (err == ERR_OK && asked->stamp_roots != NULL)
		err = file_read(asked->stamp_roots, TRUST_MAX, &out->stamp_roots, why);
	return err;
}

void
register_files_free(struct register_files *files)
{
	buffer_free(&files->text);
	buffer_free(&files->seal);
	buffer_free(&files->roots);
	buffer_free(&files->stamp_roots);
}

static void
put(struct dossier *dossier, const char *role, struct bytes octets)
{
	if (octets.len > 0)
		dossier_put(dossier, role, octets);
}

void
register_files_put(const struct register_files *files, const struct register_asked *asked,
    struct dossier *dossier)
{
	put(dossier, ROLE_REGISTER, bytes_of_buffer(&files->text));
	put(dossier, ROLE_REGISTER_SEAL, bytes_of_buffer(&files->seal));
	put(dossier, ROLE_REGISTER_ROOTS, bytes_of_buffer(&files->roots));
	put(dossier, ROLE_REGISTER_STAMPS, bytes_of_buffer(&files->stamp_roots));
	if (asked->officer != NULL)
		put(dossier, ROLE_REGISTER_OFFICER, bytes_of_text(asked->officer));
	if (asked->site != NULL)
		put(dossier, ROLE_REGISTER_SITE, bytes_of_text(asked->site));
}

static enum err
at_read(const char *text, int64_t *at_ms, struct why *why)
{
	*at_ms = clock_wall_ms();
	if (text == NULL || date_read(text, at_ms, NULL) == ERR_OK)
		return ERR_OK;
	return time_read(text, *at_ms, at_ms, why);
}

/* --- observe ------------------------------------------------------------------------------ */

struct sample {
	struct attest_file     file[ITEM_MAX];
	struct policy         *policy;
	struct dossier         dossier;
	struct appraisal       appraisal;
	const struct verifier *verifier;
};

static enum err
sample_read(struct sample *s, const struct asked *asked, struct why *why)
{
	struct buffer text = { .max = POLICY_MAX };
	int64_t at_ms = 0;
	enum err err = at_read(asked->at, &at_ms, why);

	s->dossier.at_s = at_ms / 1000;
	for (size_t i = 0; i < asked->files && err == ERR_OK; i++)
		err = attest_file_read(&s->file[i], asked->file[i], why);
	if (err == ERR_OK && asked->policy == NULL)
		err = attest_policy_any(&s->policy, why);
	else if (err == ERR_OK)
		err = file_read(asked->policy, POLICY_MAX, &text, why);
	if (err == ERR_OK && asked->policy != NULL)
		err = policy_read(asked->policy, bytes_of_buffer(&text), &s->policy, why);
	s->dossier.policy = s->policy;
	if (err == ERR_OK)
		err = attest_files_assign(s->file, asked->files, asked->kind, &s->verifier,
		    &s->dossier, why);
	buffer_free(&text);
	return err;
}

static void
put_quoted(const char *text)
{
	putchar('"');
	for (const char *c = text; *c != '\0'; c++)
		putchar(*c == '"' || *c == '\\' || (unsigned char)*c < ' ' || *c == 0x7f ? '?' :
		    *c);
	putchar('"');
}

static void
put_entry(const struct sample *s, const struct asked *asked, const struct site_device *device,
    size_t devices)
{
	char when[TIME_TEXT];

	time_jst_s(s->dossier.at_s * 1000, when);
	when[10] = '\0';
	printf("# %s\nregister = \"REVIEW-ME\"; edition = \"%s\"; officer = \"REVIEW-ME\";\n"
	    "from = \"%s\"; until = \"REVIEW-ME\";\nentries = (\n\t{ site = ",
	    _("Made from one sample. An officer compares the number with the device on its site "
	    "before it is sealed."), when, when);
	put_quoted(asked->site != NULL ? asked->site : "REVIEW-ME");
	printf("; kind = \"%s\"; %s = ", s->verifier->set->name, device[0].name);
	put_quoted(device[0].value);
	printf(";\n\t  rack = \"REVIEW-ME\"; since = \"%s\"; document = \"REVIEW-ME\"; }\n", when);
	for (size_t i = 1; i < devices; i++) {
		printf("\t# %s %s = ", _("or, instead:"), device[i].name);
		put_quoted(device[i].value);
		putchar('\n');
	}
	puts(");");
}

static int
observe(const struct command *command, const struct asked *asked)
{
	struct sample *s = memory_new(1, sizeof(*s));
	struct site_device device[DEVICES];
	struct why why = { .err = ERR_OK };
	const struct rule *rule;
	size_t devices;
	int code = EXIT_UNKNOWN;
	enum err err = sample_read(s, asked, &why);

	if (err == ERR_OK) {
		attest_judge(s->verifier, &s->dossier, &s->appraisal);
		devices = site_devices(&s->appraisal.claims, device, DEVICES);
		rule = appraisal_rule(&s->appraisal);
		if (devices > 0) {
			put_entry(s, asked, device, devices);
			code = EXIT_FINE;
		} else if (rule != NULL) {
			fprintf(stderr, _("the sample is not accepted, so nothing is known of its "
			    "device: %s: %s\n"), rule->name, _(rule->text));
		} else {
			fprintf(stderr, _("evidence of this kind names no device: %s\n"),
			    s->verifier->set->name);
		}
	} else {
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	}
	for (size_t i = 0; i < ITEM_MAX; i++)
		buffer_free(&s->file[i].octets);
	policy_free(s->policy);
	free(s);
	return code;
}

/* --- the command -------------------------------------------------------------------------- */

static void
option_take(struct asked *asked, int option, const char *value)
{
	switch (option) {
	case OPTION_CHECK:   asked->check.path = value; break;
	case OPTION_OBSERVE: asked->observe = true; break;
	case OPTION_TRUST:   asked->check.roots = value; break;
	case OPTION_STAMP_TRUST: asked->check.stamp_roots = value; break;
	case OPTION_OFFICER: asked->check.officer = value; break;
	case OPTION_SITE:    asked->site = value; break;
	case OPTION_KIND:    asked->kind = value; break;
	case OPTION_POLICY:  asked->policy = value; break;
	case OPTION_AT:      asked->at = value; break;
	case OPTION_JSON:    asked->json = true; break;
	}
}

static int
check(const struct command *command, const struct asked *asked)
{
	struct why why = { .err = ERR_OK };
	int64_t at_ms = 0;
	int code = EXIT_UNKNOWN;
	enum err err = at_read(asked->at, &at_ms, &why);

	if (err == ERR_OK)
		err = register_check(&asked->check, at_ms, asked->json, &code, &why);
	return err == ERR_OK ? code : command_failed(command, &why);
}

static int
register_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .files = 0 };
	struct operands files = { .at = asked.file, .max = ITEM_MAX };
	const char *value;
	int got;

	while ((got = command_among(command, argc, argv, &value, &files)) >= 0)
		option_take(&asked, got, value);
	asked.files = (size_t)files.count;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.check.path != NULL && !asked.observe && asked.files == 0)
		return check(command, &asked);
	if (asked.check.path == NULL && asked.observe && !asked.json && asked.files > 0 &&
	    optind == argc)
		return observe(command, &asked);
	return command_wrong(command, _("say --check FILE, or --observe and the files of one "
	    "sample; see --help"));
}

const struct command command_attest_register = {
	.name = "attest register",
	.usage = "[ROLE=]FILE...",
	.summary = N_("make and check a register of which hardware stands at which site"),
	.about = N_("A site register is a file that an officer of the carrier seals with "
	    "\"sekimori seal\": FILE and FILE.p7s.\nNamed as \"register\" of a target of probe "
	    "witness or drop, it says at which site proven hardware stands.\nExit code of --check: "
	    "0 sealed and in force, 1 not, 3 the seal cannot be decided (no seal, no root)."),
	.options = options,
	.run = register_run,
};
