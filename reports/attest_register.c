/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori attest register": entries of a site register out of samples, for a person to review,
 * and the check of a register with its seal.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/policy.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/attest_files.h"
#include "reports/attest_register.h"
#include "reports/seal.h"
#include "reports/seal_judge.h"

enum { OPTION_CHECK, OPTION_OBSERVE, OPTION_TRUST, OPTION_STAMP_TRUST, OPTION_OFFICER,
	OPTION_SITE, OPTION_KIND, OPTION_POLICY, OPTION_AT };
enum { TRUST_MAX = 512 << 10, DEVICES = 8, SAFE = 4 * SITE_TEXT_MAX + 1 };

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
	{ NULL, 0, NULL, NULL },
};

struct asked {
	struct register_asked check;
	const char *site, *kind, *policy, *at;
	bool        observe;
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

static const char *
safe(const char *text, char out[SAFE])
{
	text_escape(text, strnlen(text, SITE_TEXT_MAX), out, SAFE);
	return out;
}

/* --- check -------------------------------------------------------------------------------- */

/* A seal that holds is that of anybody whom the authority certified, unless it is said who may. */
static int
check_sealer(const struct register_files *files, const struct asked *asked,
    const struct site_register *it, const struct cades_result *result)
{
	const char *officer = asked->check.officer;

	switch (site_register_sealer(bytes_of_buffer(&files->roots),
	    bytes_of_text(officer != NULL ? officer : ""), result)) {
	case SITE_SEALER_OPEN:
		puts(_("sealer: UNDECIDED: everybody whom that authority certifies could have "
		    "sealed it; name the officer (--officer), or give the officer's own "
		    "certificate to --trust"));
		return EXIT_UNKNOWN;
	case SITE_SEALER_OTHER:
		puts(_("sealer: REFUSED: another is named by --officer"));
		return EXIT_FINDING;
	default:
		break;
	}
	if (result->name[0] != '\0' && strcmp(site_register_officer(it), result->name) == 0)
		return EXIT_FINE;
	puts(_("sealer: REFUSED: the register names another officer than the certificate that "
	    "sealed it"));
	return EXIT_FINDING;
}

static int
check_seal(const struct register_files *files, const struct asked *asked,
    const struct site_register *it, int64_t at_ms)
{
	struct cades_result *result = memory_new(1, sizeof(*result));
	struct buffer text = { .max = 0 };
	char *shown;
	int code = EXIT_UNKNOWN;

	if (files->seal.len == 0) {
		puts(_("seal: none beside it; \"sekimori seal\" makes one"));
		free(result);
		return EXIT_UNKNOWN;
	}
	cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&files->seal),
	    .document = bytes_of_buffer(&files->text),
	    .roots_pem = bytes_of_buffer(&files->roots),
	    .stamp_roots_pem = bytes_of_buffer(&files->stamp_roots),
	    .at_s = at_ms / 1000 }, result);
	if (result->answer == CADES_ACCEPT) {
		code = EXIT_FINE;
		seal_judged_good(result, &text);
	} else {
		code = result->answer == CADES_REJECT ? EXIT_FINDING : EXIT_UNKNOWN;
		seal_judged_bad(result, &text);
	}
	shown = memory_new(4 * text.len + 1, 1);
	text_escape(buffer_text(&text), text.len, shown, 4 * text.len + 1);
	printf("%s: %s: %s\n", _("seal"), code == EXIT_FINE ? _("ACCEPTED") :
	    code == EXIT_FINDING ? _("REFUSED") : _("UNDECIDED"), shown);
	if (code == EXIT_FINE)
		code = check_sealer(files, asked, it, result);
	free(shown);
	buffer_free(&text);
	free(result);
	return code;
}

static bool
is_first(const struct site_register *it, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(site_register_entry(it, i)->site,
		    site_register_entry(it, at)->site) == 0)
			return false;
	return true;
}

static void
tell_entries(const struct site_register *it, int64_t at_ms)
{
	const struct site_entry *next = NULL;
	size_t sites = 0, now = 0;
	char when[TIME_TEXT], site[SAFE], value[SAFE];

	for (size_t i = 0; i < site_register_count(it); i++) {
		const struct site_entry *entry = site_register_entry(it, i);
		bool counts = entry->from_ms <= at_ms && at_ms < entry->until_ms;

		sites += is_first(it, i);
		now += counts;
		if (counts && entry->until_ms != INT64_MAX &&
		    (next == NULL || entry->until_ms < next->until_ms))
			next = entry;
	}
	printf(_("entries: %zu at %zu sites, %zu of them in force\n"), site_register_count(it),
	    sites, now);
	if (next == NULL)
		return;
	time_jst_s(next->until_ms, when);
	printf(_("next to end: %s, %s at %s, line %u\n"), when, safe(next->value, value),
	    safe(next->site, site), next->line);
}

/* Of the whole register: its names, its time; false if it is not in force. */
static bool
tell_register(const struct site_register *it, int64_t at_ms)
{
	char from[TIME_TEXT], until[TIME_TEXT], id[SAFE], edition[SAFE], officer[SAFE],
	    hex[HASH_TEXT];
	int64_t from_ms, until_ms;
	bool counts;

	site_register_term(it, &from_ms, &until_ms);
	counts = from_ms <= at_ms && at_ms < until_ms;
	time_jst_s(from_ms, from);
	time_jst_s(until_ms, until);
	hash_text(site_register_hash(it), hex);
	printf(_("register: %s, edition %s, sha256 %s\n"), safe(site_register_id(it), id),
	    safe(site_register_edition(it), edition), hex);
	printf(_("officer, as the register says: %s\n"),
	    safe(site_register_officer(it), officer));
	printf(counts ? _("in force: from %s to before %s\n") :
	    _("NOT in force now: from %s to before %s\n"), from, until);
	return counts;
}

static bool
tell_twice(const struct site_register *it)
{
	const struct site_entry *other = NULL, *entry = site_register_twice(it, &other);
	char value[SAFE];

	if (entry == NULL)
		return false;
	printf(_("the device %s stands twice at the same time: lines %u and %u\n"),
	    safe(entry->value, value), other->line, entry->line);
	return true;
}

static int
check(const struct command *command, const struct asked *asked)
{
	struct register_files files;
	struct site_register *it = NULL;
	struct why why = { .err = ERR_OK };
	int64_t at_ms = 0;
	int code;
	bool good;
	enum err err = register_files_read(&files, &asked->check, &why);

	if (err == ERR_OK)
		err = at_read(asked->at, &at_ms, &why);
	if (err == ERR_OK)
		err = site_register_read(asked->check.path, bytes_of_buffer(&files.text), &it,
		    &why);
	if (err == ERR_OK) {
		good = tell_register(it, at_ms);
		tell_entries(it, at_ms);
		good = !tell_twice(it) && good;
		code = check_seal(&files, asked, it, at_ms);
		code = good || code == EXIT_FINDING ? code : EXIT_FINDING;
	} else {
		code = command_failed(command, &why);
	}
	site_register_free(it);
	register_files_free(&files);
	return code;
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
	}
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
	if (asked.check.path == NULL && asked.observe && asked.files > 0 && optind == argc)
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
