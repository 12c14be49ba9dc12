/* SPDX-License-Identifier: Apache-2.0 */
/* An appraisal in words; see attest_tell.h. */
#include <string.h>

#include "attest/site_register.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/attest_tell.h"
#include "reports/filing_memory.h"

enum { NAME_WIDTH = 22, WORD_WIDTH = 12, WRAP = 96 };

/* What was found comes from whoever made the evidence. */
static void
put_safe(struct buffer *out, const char *text)
{
	char safe[4 * ASKED_TEXT + 1];

	text_escape(text, strnlen(text, ASKED_TEXT), safe, sizeof(safe));
	buffer_put_text(out, safe);
}

static void
put_claim(struct buffer *out, const struct claim *claim)
{
	struct buffer value = { .max = 0 };
	char *safe;

	claim_print(&value, claim);
	safe = memory_new(4 * value.len + 1, 1);
	text_escape(buffer_text(&value), value.len, safe, 4 * value.len + 1);
	buffer_print(out, "  %-*s %s\n", NAME_WIDTH, claim->name, safe);
	free(safe);
	buffer_free(&value);
}

static const char *
verdict_word(enum attest_verdict verdict)
{
	return verdict == ATTEST_ACCEPT ? _("ACCEPTED") : verdict == ATTEST_REJECT ? _("REJECTED") :
	    _("UNDECIDED");
}

static char
step_letter(enum step_state state)
{
	return state == STEP_PASSED ? '+' : state == STEP_FAILED ? '!' :
	    state == STEP_LACKING ? '?' :
	    state == STEP_NOT_ASKED ? '~' : '.';
}

/* A broken rule is to be seen among thirty. */
static const char *
step_word(enum step_state state)
{
	static const char *const words[] = { [STEP_NOT_REACHED] = N_("not reached"),
		[STEP_PASSED] = N_("passed"), [STEP_FAILED] = N_("BROKEN"),
		[STEP_LACKING] = N_("lacking"), [STEP_NOT_ASKED] = N_("not applied") };

	return words[state];
}

/* A phrase of ours in the language in force; a value stays what it is. */
static const char *
phrase(const char *text)
{
	static const char *const phrases[] = {
#define PHRASE(text) text,
#include "reports/attest_phrase_list.h"
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strcmp(phrases[i], text) == 0)
			return _(phrases[i]);
	return text;
}

static void
put_found(struct buffer *out, const struct step *step, const char *margin)
{
	if (step->expected[0] != '\0') {
		buffer_print(out, "%s%s: ", margin, _("expected"));
		put_safe(out, phrase(step->expected));
		buffer_put_u8(out, '\n');
	}
	if (step->found[0] != '\0') {
		buffer_print(out, "%s%s: ", margin, _("found"));
		put_safe(out, phrase(step->found));
		buffer_put_u8(out, '\n');
	}
}

static const char lacking[] = N_("what is needed to ask this rule is missing");
static const char give[] = N_("give the file or nonce that is missing, or say in the policy what "
    "is accepted");
static const char silent[] = N_("the policy does not say what is accepted here");
static const char write_key[] = N_("write \"%s\" into the section %s of the policy once a person "
    "has compared the value that was found; sekimori attest --observe writes what a sample shows");

/* Whether a rule that lacks something lacks a line of the policy, and not a file. */
static bool
policy_silent(const char *kind, const struct step *step)
{
	const struct verifier *verifier = verifier_find(kind);

	for (const struct policy_key *key = verifier != NULL ? verifier->key : NULL;
	    key != NULL && key->name != NULL; key++)
		if (strcmp(key->name, step->expected) == 0)
			return true;
	return false;
}

const char *
attest_wrong(const char *kind, const struct rule *rule, const struct step *step)
{
	/* Where the whole section is missing, the rule says that. */
	if (step->state != STEP_LACKING || strcmp(step->expected, kind) == 0)
		return rule->text;
	return policy_silent(kind, step) ? silent : lacking;
}

void
attest_advice(struct buffer *out, const char *kind, const struct rule *rule,
    const struct step *step, bool english)
{
	if (step->state != STEP_LACKING || strcmp(step->expected, kind) == 0)
		buffer_put_text(out, english ? rule->advice : _(rule->advice));
	else if (policy_silent(kind, step))
		buffer_print(out, english ? write_key : _(write_key), step->expected, kind);
	else if (english)
		buffer_print(out, "%s; %s", give, rule->advice);
	else
		buffer_print(out, "%s\n  %s", _(give), _(rule->advice));
}

static void
put_decided(struct buffer *out, const struct appraisal *a)
{
	const struct rule *rule = appraisal_rule(a);
	const struct step *step = appraisal_step(a);
	const char *kind;

	if (rule == NULL)
		return;
	kind = a->partition[a->part].set->name;
	buffer_print(out, "%s: %s/%s (%s)\n", _("rule"), kind, rule->name, rule->clause);
	buffer_print(out, "  %s\n", _(attest_wrong(kind, rule, step)));
	put_found(out, step, "  ");
	buffer_print(out, "%s: ", _("what to do"));
	attest_advice(out, kind, rule, step, false);
	buffer_put_u8(out, '\n');
}

static void
put_rules(struct buffer *out, const struct appraisal *a)
{
	for (size_t p = 0; p < a->parts; p++) {
		const struct part *part = &a->partition[p];

		buffer_print(out, "\n%s (%s)\n", _(part->set->title), part->set->name);
		for (size_t i = 0; i < part->set->count; i++) {
			const struct step *step = &a->step[part->first + i];

			const char *word = _(step_word(step->state));
			unsigned columns = text_columns(bytes_of_text(word));

			buffer_print(out, "  %c %-*s %s%*s %s\n", step_letter(step->state),
			    NAME_WIDTH, part->set->rule[i].name, word,
			    (int)(columns < WORD_WIDTH ? WORD_WIDTH - columns : 0), "",
			    part->set->rule[i].clause);
			if (step->state == STEP_FAILED || step->state == STEP_LACKING)
				buffer_print(out, "      %s\n", _(attest_wrong(part->set->name,
				    &part->set->rule[i], step)));
			put_found(out, step, "      ");
		}
	}
}

void
attest_policy_name(struct buffer *out, const struct policy *policy)
{
	char hex[HASH_TEXT];

	if (policy == NULL) {
		buffer_put_text(out, _("none; hardware evidence is not accepted without one"));
		return;
	}
	hash_text(policy_hash(policy), hex);
	buffer_print(out, _("%s, edition %s, sha256 %s"), policy_id(policy),
	    policy_edition(policy), hex);
}

void
attest_tell(struct buffer *out, const struct verifier *verifier, const struct dossier *dossier,
    const struct appraisal *a, bool explain)
{
	char when[TIME_TEXT];

	time_jst_s(dossier->at_s * 1000, when);
	buffer_print(out, "%s: %s (%s)\n", verdict_word(a->verdict), _(verifier->set->title),
	    verifier->set->name);
	buffer_print(out, "%s: %s\n%s: ", _("as of"), when, _("policy"));
	/* Seals and time stamps are accepted by roots that were given as files. */
	if (dossier->policy == NULL && a->verdict == ATTEST_ACCEPT)
		buffer_put_text(out, _("none; by roots that were given as files"));
	else
		attest_policy_name(out, dossier->policy);
	buffer_put_u8(out, '\n');
	put_decided(out, a);
	if (a->claims.count > 0)
		buffer_print(out, "%s:\n", _("what it proves"));
	for (size_t i = 0; i < a->claims.count; i++)
		put_claim(out, &a->claims.claim[i]);
	buffer_print(out, "%s: %s\n", _("limit"), _(verifier->set->limit));
	for (size_t p = 1; p < a->parts; p++)
		if (a->partition[p].set == site_register_rules())
			buffer_print(out, "  %s\n", _(a->partition[p].set->limit));
	if (explain)
		put_rules(out, a);
}

/* --- a stanza ----------------------------------------------------------------------------- */

/* Asked of that key, and the sample has a value: a key known by its certificate has no Name. */
static bool
is_of(const struct listed *ask, int part, const char *key)
{
	return ask->part == part && strcmp(ask->key, key) == 0 && ask->value[0] != '\0';
}

static void
put_key(struct buffer *out, const struct appraisal *a, size_t at)
{
	const struct listed *first = &a->ask[at];
	size_t listed = 0;

	for (size_t i = 0; i < at; i++)
		if (is_of(&a->ask[i], first->part, first->key))
			return;
	buffer_print(out, "\t%s = [", first->key);
	for (size_t i = at; i < a->asked; i++)
		if (is_of(&a->ask[i], first->part, first->key)) {
			buffer_put_text(out, listed++ > 0 ? ", \"" : " \"");
			for (const char *c = a->ask[i].value; *c != '\0'; c++)
				buffer_put_u8(out, *c == '"' || *c == '\\' || *c < ' ' ? '?' :
				    (uint8_t)*c);
			buffer_put_u8(out, '"');
		}
	buffer_put_text(out, " ];\n");
}

static bool
was_asked(const struct appraisal *a, int part, const char *key)
{
	for (size_t i = 0; i < a->asked; i++)
		if (is_of(&a->ask[i], part, key))
			return true;
	return false;
}

static void
put_section(struct buffer *out, const struct appraisal *a, int part)
{
	const char *name = a->partition[part].set->name;
	const struct verifier *verifier = verifier_find(name);

	buffer_print(out, "\n%s = {\n", name);
	for (size_t i = 0; i < a->asked; i++)
		if (a->ask[i].part == part && a->ask[i].value[0] != '\0')
			put_key(out, a, i);
	for (const struct policy_key *key = verifier != NULL ? verifier->key : NULL;
	    key != NULL && key->name != NULL; key++)
		if (!was_asked(a, part, key->name))
			buffer_print(out, "\t# %s: %s\n", key->name, key->text);
	buffer_put_text(out, "};\n");
}

void
attest_stanza(struct buffer *out, const struct verifier *verifier, const struct dossier *dossier,
    const struct appraisal *a)
{
	char when[TIME_TEXT], day[TIME_TEXT];

	time_utc(dossier->at_s * 1000, when);
	snprintf(day, sizeof(day), "%.10s", when);
	buffer_print(out, "# %s\n# %s: %s, %s\n", _("Made from one sample, which may itself be "
	    "wrong. Review each value before it is used."), verifier->set->name, when,
	    verdict_word(a->verdict));
	if (appraisal_rule(a) != NULL)
		buffer_print(out, "# %s: %s\n", appraisal_rule(a)->name,
		    _(appraisal_rule(a)->text));
	buffer_print(out, "policy = \"REVIEW-ME\";\nedition = \"%s\";\n", day);
	for (size_t p = 0; p < a->parts; p++)
		put_section(out, a, (int)p);
}

void
attest_kinds(struct buffer *out)
{
	size_t count;
	const struct verifier *const *table = verifier_table(&count);

	for (size_t i = 0; i < count; i++) {
		buffer_print(out, "%s%s: %s\n", i > 0 ? "\n" : "", table[i]->set->name,
		    _(table[i]->set->title));
		for (const struct attest_role *role = table[i]->role; role->name != NULL; role++)
			buffer_print(out, "  %s=FILE%s%s  %s\n", role->name,
			    role->required ? "" : _(" (may be left out)"),
			    role->looks != NULL ? _(" (told by its octets)") : "",
			    _(role->text));
		for (const struct policy_key *key = table[i]->key; key->name != NULL; key++)
			buffer_print(out, "    %s: %s\n", key->name, key->text);
	}
}
