/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori attest enrol": a challenge that only the TPM with a certified endorsement key answers,
 * and only if the attestation key is loaded beside it; then what a policy may say of that key.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/attest_enrol.h"
#include "reports/attest_enrol_keep.h"

enum { OPTION_EK, OPTION_CERTIFICATES, OPTION_TRUST, OPTION_AK, OPTION_OUT, OPTION_KEEP,
	OPTION_ANSWER, OPTION_AT, OPTION_JSON };
enum { ANSWER_MAX = 4096, OUT_MODE = 0644 };

/* Texts are those of argv; NULL: not given. */
struct asked {
	const char *ek, *certificates, *trust, *ak, *out, *keep, *answer, *at;
	bool        json;
};

static const struct command_option options[] = {
	[OPTION_EK] = { "ek-certificate", 0, "FILE",
	    N_("certificate of the TPM's endorsement key, DER or PEM") },
	[OPTION_CERTIFICATES] = { "certificates", 0, "FILE",
	    N_("what stands between it and a root; revocation lists") },
	[OPTION_TRUST] = { "trust", 't', "PEM",
	    N_("roots of makers of TPMs, taken from them directly") },
	[OPTION_AK] = { "ak", 0, "FILE",
	    N_("public area of the attestation key, as tpm2_createak -u wrote it") },
	[OPTION_OUT] = { "out", 'o', "FILE",
	    N_("write the challenge there, for tpm2_activatecredential -i") },
	[OPTION_KEEP] = { "keep", 0, "FILE",
	    N_("secret of the challenge and what it was made for: written with it, used up by the "
	    "answer; it never leaves this machine") },
	[OPTION_ANSWER] = { "answer", 0, "FILE",
	    N_("what tpm2_activatecredential -o gave") },
	[OPTION_AT] = { "at", 0, "TIME",
	    N_("judge the certificates as of then; now if not given") },
	[OPTION_JSON] = { "json", 'j', NULL, N_("machine-readable output") },
	{ NULL, 0, NULL, NULL },
};

/* --- what is told --------------------------------------------------------------------------- */

static void
put_hex(json_t *out, const char *name, struct bytes octets)
{
	char hex[2 * TPM_NAME_MAX + 1];

	hex_of(octets, hex);
	json_object_set_new(out, name, json_string(hex));
}

static void
put_time(json_t *out, const char *name, int64_t ms)
{
	char when[TIME_TEXT];

	time_utc(ms, when);
	json_object_set_new(out, name, json_string(when));
}

static void
json_print(json_t *out)
{
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
}

static json_t *
enrolment_json(const struct enrolment *it)
{
	json_t *out = json_pack("{s:s,s:s,s:s,s:s}", "verdict", "accept", "maker", it->maker,
	    "model", it->model, "version", it->version);

	put_hex(out, "ek_certificate", hash_bytes(&it->certificate));
	put_time(out, "ek_certificate_until", it->until_s * 1000);
	put_hex(out, "ak", tpm_name_bytes(&it->ak));
	put_time(out, "challenged", it->made_ms);
	if (it->answered_ms != 0)
		put_time(out, "enrolled", it->answered_ms);
	return out;
}

/* One sentence, and what to do. */
static int
refuse(const struct asked *asked, enum attest_verdict verdict, const char *rule, const char *text,
    const char *advice)
{
	if (asked->json)
		json_print(json_pack("{s:s,s:s,s:s,s:s}", "verdict", attest_verdict_name(verdict),
		    "rule", rule, "text", text, "advice", advice));
	else
		fprintf(stderr, _("not enrolled: %s (rule %s); %s\n"), text, rule, advice);
	return verdict == ATTEST_REJECT ? EXIT_FINDING : EXIT_UNKNOWN;
}

static int
refuse_by_rule(const struct asked *asked, const struct appraisal *a)
{
	const struct rule *rule = appraisal_rule(a);
	const struct step *step = appraisal_step(a);
	char text[512], found[STEP_TEXT];

	memcpy(found, step->found, sizeof(found));
	for (char *at = found; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	snprintf(text, sizeof(text), found[0] != '\0' ? "%s: %s" : "%s%s", _(rule->text), found);
	return refuse(asked, a->verdict, rule->name, text, _(rule->advice));
}

static void
tell_challenge(const struct asked *asked, const struct enrolment *it, bool session)
{
	char hex[2 * TPM_NAME_MAX + 1], until[TIME_TEXT];

	time_jst_s(it->until_s * 1000, until);
	hex_of(hash_bytes(&it->certificate), hex);
	printf(_("certificate of the endorsement key: accepted, sha256 %s, valid until %s\n"), hex,
	    until);
	printf(_("TPM: manufacturer %s, model %s, version %s\n"), it->maker, it->model,
	    it->version);
	hex_of(tpm_name_bytes(&it->ak), hex);
	printf(_("attestation key: Name %s\n"), hex);
	printf(_("%s is the challenge; on the machine, with the endorsement key ek.ctx and the "
	    "attestation key ak.ctx:\n"), asked->out);
	if (session)
		puts("  tpm2_startauthsession --policy-session -S session.ctx\n"
		    "  tpm2_policysecret -S session.ctx -c e");
	printf("  tpm2_activatecredential -c ak.ctx -C ek.ctx -i %s -o ANSWER%s\n", asked->out,
	    session ? " -P session:session.ctx\n  tpm2_flushcontext session.ctx" : "");
	printf(_("then here: sekimori attest enrol --answer ANSWER --keep %s\n"), asked->keep);
}

/* Texts of a certificate have neither quotes nor line ends here (tpm_ek.h). */
static void
tell_stanza(const struct enrolment *it)
{
	char name[2 * TPM_NAME_MAX + 1], certificate[HASH_TEXT], when[TIME_TEXT], until[TIME_TEXT];

	hex_of(tpm_name_bytes(&it->ak), name);
	hash_text(it->certificate, certificate);
	time_jst_s(it->answered_ms, when);
	time_jst_s(it->until_s * 1000, until);
	printf("# %s\n", _("For the sections tpm-quote and tpm-certify, after a person has "
	    "reviewed it: the TPM answered, so this key lives in it."));
	printf("ak = (\n\t{ value = \"%s\";\n\t  note = \"enrolled %s; EK certificate sha256 %s, "
	    "valid until %s; TPM %s, model %s, version %s\"; }\n);\n", name, when, certificate,
	    until, it->maker, it->model, it->version);
}

/* --- the challenge -------------------------------------------------------------------------- */

struct files { struct buffer ek, certificates, roots, ak; };

static enum err
files_read(const struct asked *asked, struct files *files, struct why *why)
{
	enum err err;

	*files = (struct files){ .ek.max = POOL_OCTETS + 1, .certificates.max = POOL_OCTETS + 1,
		.roots.max = POOL_OCTETS + 1, .ak.max = TPM_STRUCTURE_MAX + 1 };
	err = file_read(asked->ek, POOL_OCTETS, &files->ek, why);
	if (err == ERR_OK && asked->certificates != NULL)
		err = file_read(asked->certificates, POOL_OCTETS, &files->certificates, why);
	if (err == ERR_OK)
		err = file_read(asked->trust, POOL_OCTETS, &files->roots, why);
	return err == ERR_OK ? file_read(asked->ak, TPM_STRUCTURE_MAX, &files->ak, why) : err;
}

static void
files_free(struct files *files)
{
	buffer_free(&files->ek);
	buffer_free(&files->certificates);
	buffer_free(&files->roots);
	buffer_free(&files->ak);
}

static void
judge(const struct files *files, const struct policy *policy, int64_t at_ms, struct appraisal *a)
{
	struct dossier dossier = { .at_s = at_ms / 1000, .policy = policy };

	dossier_put(&dossier, "ek-certificate", bytes_of_buffer(&files->ek));
	if (files->certificates.len > 0)
		dossier_put(&dossier, "certificates", bytes_of_buffer(&files->certificates));
	dossier_put(&dossier, "roots", bytes_of_buffer(&files->roots));
	dossier_put(&dossier, "ak", bytes_of_buffer(&files->ak));
	attest_judge(&tpm_enrolment, &dossier, a);
}

/* Of what was accepted. */
static enum err
challenge_write(const struct asked *asked, const struct files *files, struct enrolment *it,
    bool *session, struct why *why)
{
	struct buffer blob = { .max = ANSWER_MAX };
	struct tpm_public public;
	struct tpm_ek ek;
	enum err err = tpm_ek_read(bytes_of_buffer(&files->ek), &ek, why);

	if (err == ERR_OK)
		err = tpm_public_read(bytes_of_buffer(&files->ak), &public, why);
	if (err == ERR_OK) {
		it->ak = tpm_name(&public);
		it->certificate = ek.hash;
		it->until_s = ek.until_s;
		memcpy(it->maker, ek.maker, TPM_EK_TEXT);
		memcpy(it->model, ek.model, TPM_EK_TEXT);
		memcpy(it->version, ek.version, TPM_EK_TEXT);
		*session = tpm_credential_session(ek.key);
		random_fill(it->secret, sizeof(it->secret));
		err = tpm_credential_make(ek.key, tpm_name_bytes(&it->ak), it->secret, &blob, why);
	}
	/* The secret first: a challenge without it could not be answered. */
	if (err == ERR_OK)
		err = enrolment_keep(asked->keep, it, why);
	if (err == ERR_OK) {
		err = file_write(asked->out, bytes_of_buffer(&blob), OUT_MODE, why);
		if (err != ERR_OK)
			unlink(asked->keep);	/* of no use, and in the way of the next */
	}
	explicit_bzero(it->secret, sizeof(it->secret));
	buffer_free(&blob);
	tpm_ek_free(&ek);
	return err;
}

static int
challenge(const struct command *command, const struct asked *asked)
{
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct enrolment it = { .made_ms = clock_wall_ms() };
	struct policy *policy = NULL;
	struct files files;
	struct why why = { .err = ERR_OK };
	int64_t at_ms = it.made_ms;
	int code = EXIT_FINE;
	bool session = true;
	enum err err = files_read(asked, &files, &why);

	if (err == ERR_OK && asked->at != NULL && date_read(asked->at, &at_ms, NULL) != ERR_OK)
		err = time_read(asked->at, at_ms, &at_ms, &why);
	if (err == ERR_OK && tpm_ek_roots(bytes_of_buffer(&files.roots), &policy, &why) != ERR_OK) {
		code = command_wrong(command, "%s: %s", asked->trust, why.text);
	} else if (err == ERR_OK) {
		judge(&files, policy, at_ms, a);
		if (a->verdict != ATTEST_ACCEPT)
			code = refuse_by_rule(asked, a);
		else
			err = challenge_write(asked, &files, &it, &session, &why);
	}
	if (err != ERR_OK)
		code = command_failed(command, &why);
	else if (code == EXIT_FINE && asked->json)
		json_print(enrolment_json(&it));
	else if (code == EXIT_FINE)
		tell_challenge(asked, &it, session);
	policy_free(policy);
	files_free(&files);
	free(a);
	return code;
}

/* --- the answer ----------------------------------------------------------------------------- */

static int
refuse_used(const struct asked *asked, const struct enrolment *it)
{
	char text[256], when[TIME_TEXT];

	time_jst_s(it->answered_ms, when);
	snprintf(text, sizeof(text), _("this challenge was answered already, at %s"), when);
	return refuse(asked, ATTEST_REJECT, "used", text, _("each counts once: make another with "
	    "--ek-certificate and --ak"));
}

static int
enrol(const struct command *command, const struct asked *asked, struct enrolment *it,
    struct bytes answer)
{
	struct why why = { .err = ERR_OK };

	if (it->answered_ms != 0)
		return refuse_used(asked, it);
	if (answer.len != sizeof(it->secret) || !digest_same(answer.at, it->secret,
	    sizeof(it->secret)))
		return refuse(asked, ATTEST_REJECT, "answer", _("the answer is not the secret of "
		    "this challenge"), _("look whether file and challenge belong together; if they "
		    "do, the attestation key is not in the TPM of that certificate: put nothing "
		    "into a policy"));
	it->answered_ms = clock_wall_ms();
	if (enrolment_keep(asked->keep, it, &why) != ERR_OK)
		return command_failed(command, &why);
	if (asked->json)
		json_print(enrolment_json(it));
	else
		tell_stanza(it);
	return EXIT_FINE;
}

static int
answer(const struct command *command, const struct asked *asked)
{
	struct buffer octets = { .max = ANSWER_MAX + 1 };
	struct enrolment it;
	struct why why = { .err = ERR_OK };
	enum err err = enrolment_read(asked->keep, &it, &why);
	int code;

	if (err == ERR_OK)
		err = file_read(asked->answer, ANSWER_MAX, &octets, &why);
	code = err == ERR_OK ? enrol(command, asked, &it, bytes_of_buffer(&octets)) :
	    command_failed(command, &why);
	explicit_bzero(&it, sizeof(it));
	buffer_free(&octets);
	return code;
}

/* --- the command ---------------------------------------------------------------------------- */

static int
enrol_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .json = false };
	const char **const values[] = { &asked.ek, &asked.certificates, &asked.trust, &asked.ak,
		&asked.out, &asked.keep, &asked.answer, &asked.at };
	const char *value;
	int got;
	bool any;

	while ((got = command_next(command, argc, argv, &value)) >= 0)
		if (got == OPTION_JSON)
			asked.json = true;
		else
			*values[got] = value;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	any = asked.ek != NULL || asked.certificates != NULL || asked.trust != NULL ||
	    asked.ak != NULL || asked.out != NULL || asked.at != NULL;
	if (optind == argc && asked.answer != NULL && asked.keep != NULL && !any)
		return answer(command, &asked);
	if (optind != argc || asked.answer != NULL || asked.ek == NULL || asked.trust == NULL ||
	    asked.ak == NULL || asked.out == NULL || asked.keep == NULL)
		return command_wrong(command, _("a challenge needs --ek-certificate, --trust, "
		    "--ak, --out and --keep; an answer needs --answer and --keep alone; see "
		    "--help"));
	if (access(asked.keep, F_OK) == 0)
		return command_wrong(command, _("%.200s is there already: each challenge is kept "
		    "in a file of its own"), asked.keep);
	return challenge(command, &asked);
}

const struct command command_attest_enrol = {
	.name = "attest enrol",
	.usage = "",
	.summary = N_("find out that an attestation key lives in a genuine TPM, before a policy "
	    "names it"),
	.about = N_("First a challenge is made: the certificate of the endorsement key is held "
	    "against roots of makers,\nand a secret is encrypted to that key for the TPM that has "
	    "the attestation key, too. What\ntpm2_activatecredential makes of it is then the "
	    "answer; a right one gives an entry of the policy's\nlist ak, for a person to review. "
	    "Only whoever made the challenge is convinced: nobody can verify\nthe exchange later. "
	    "A wrong answer leaves the challenge open.\nExit code 0 accepted, 1 refused, 3 the "
	    "endorsement key is of a kind that no known template has."),
	.options = options,
	.run = enrol_run,
};
