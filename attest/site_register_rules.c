/* SPDX-License-Identifier: Apache-2.0 */
/* Proven hardware held against a sealed site register; see site_register.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attest/appraisal.h"
#include "attest/chain.h"
#include "attest/roots.h"
#include "attest/site_register.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"

enum rule_number {
#define RULE(NAME, name, answer, clause, text, advice) RULE_##NAME,
#include "attest/site_register_list.h"
	RULES
};

static const struct rule rules[RULES] = {
#define RULE(NAME, name, answer, clause, text, advice) \
	[RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/site_register_list.h"
};

static const struct ruleset set = {
	.name = "site-register", .title = N_("Site register sealed by an officer"),
	.limit = N_("An officer said under seal that this device stands at that site; that it "
	    "stands there still is the officer's word until the next edition."),
	.rule = rules, .count = RULES
};

enum { DEVICES = 8 };

struct looking {
	const struct dossier       *dossier;
	const struct verifier      *verifier;
	struct appraisal           *a;
	struct cades_result        *seal;
	const struct site_register *on;
	struct site_device          device[DEVICES];
	size_t                      devices;
	const struct site_entry    *entry;
	size_t                      now, ever;	/* entries of the device: in time, at all */
};

const struct ruleset *
site_register_rules(void)
{
	return &set;
}

/* --- the seal and the file ---------------------------------------------------------------- */

static bool
hold_seal(struct looking *l)
{
	struct bytes roots = dossier_item(l->dossier, ROLE_REGISTER_ROOTS),
	    stamps = dossier_item(l->dossier, ROLE_REGISTER_STAMPS),
	    seal = dossier_item(l->dossier, ROLE_REGISTER_SEAL);
	struct cades_result *result = l->seal;

	if (seal.len == 0)
		return rule_lack(l->a, RULE_SEAL, "the seal beside the register (FILE.p7s)",
		    "none was given") && false;
	cades_verify(&(struct cades_input){ .seal = seal,
	    .document = dossier_item(l->dossier, ROLE_REGISTER), .roots_pem = roots,
	    .stamp_roots_pem = stamps, .at_s = l->dossier->at_s }, result);
	if (result->answer == CADES_ACCEPT)
		return hold(l->a, RULE_SEAL, true, NULL, NULL);
	if (result->rule == CADES_RULE_EXPIRED && result->stamps > 0 && stamps.len == 0)
		return rule_lack(l->a, RULE_SEAL, "register_stamp_trust", "the certificate has "
		    "expired, and nobody is trusted for the time stamp of the seal") && false;
	if (result->answer == CADES_INDETERMINATE)
		return rule_lack(l->a, RULE_SEAL, result->expected, "%s: %.120s; %.60s",
		    cades_rule_name(result->rule), cades_rule_text(result->rule),
		    result->found) && false;
	return rule_break(l->a, RULE_SEAL, result->expected, "%s: %.120s; %.60s",
	    cades_rule_name(result->rule), cades_rule_text(result->rule), result->found);
}

enum site_sealer
site_register_sealer(struct bytes roots_pem, struct bytes officer,
    const struct cades_result *result)
{
	char hex[HASH_TEXT];

	hash_text(result->certificate, hex);
	if (officer.len == HASH_TEXT - 1 && strncasecmp((const char *)officer.at, hex,
	    HASH_TEXT - 1) == 0)
		return SITE_SEALER_SAID;
	if (officer.len > 0)
		return bytes_equal(officer, bytes_of_text(result->name)) ? SITE_SEALER_SAID :
		    SITE_SEALER_OTHER;
	return roots_hold(roots_pem, result->certificate) ? SITE_SEALER_SAID : SITE_SEALER_OPEN;
}

static bool
hold_sealer(struct looking *l)
{
	struct bytes officer = dossier_item(l->dossier, ROLE_REGISTER_OFFICER);
	enum site_sealer sealer = site_register_sealer(dossier_item(l->dossier,
	    ROLE_REGISTER_ROOTS), officer, l->seal);
	char expected[STEP_TEXT];

	if (sealer == SITE_SEALER_OPEN)
		return rule_lack(l->a, RULE_SEALER, "the officer's own certificate in "
		    "register_trust, or register_officer", "only an authority; sealed by %.120s",
		    l->seal->signer) && false;
	snprintf(expected, sizeof(expected), "%.*s", officer.len < 120 ? (int)officer.len : 120,
	    officer.len > 0 ? (const char *)officer.at : "");
	return hold(l->a, RULE_SEALER, sealer == SITE_SEALER_SAID, expected, "%.180s",
	    l->seal->signer);
}

static void
drop_register(void *it)
{
	site_register_free(it);
}

/* Read once for a process where there is a memory; else *own is to be freed. */
static const struct site_register *
register_of(const struct dossier *dossier, struct site_register **own, struct why *why)
{
	struct bytes text = dossier_item(dossier, ROLE_REGISTER);
	struct hash key = hash_of3(bytes_of_text("site register"), text, bytes_of(NULL, 0));
	struct site_register *it = dossier->memory != NULL ?
	    chain_memory_object(dossier->memory, key) : NULL;

	if (it != NULL)
		return it;
	if (site_register_read("register", text, &it, why) != ERR_OK)
		return NULL;
	if (dossier->memory != NULL)
		chain_memory_object_keep(dossier->memory, key, it, drop_register);
	else
		*own = it;
	return it;
}

static bool
hold_officer(struct looking *l)
{
	const char *said = site_register_officer(l->on);

	return hold(l->a, RULE_OFFICER, l->seal->name[0] != '\0' && strcmp(said, l->seal->name) ==
	    0, l->seal->name[0] != '\0' ? l->seal->name : "a certificate with one common name",
	    "%.180s", said);
}

static bool
hold_term(struct looking *l)
{
	char from[TIME_TEXT], until[TIME_TEXT], expected[STEP_TEXT];
	int64_t from_ms, until_ms, at_ms = l->dossier->at_s * 1000;

	site_register_term(l->on, &from_ms, &until_ms);
	time_jst_s(from_ms, from);
	time_jst_s(until_ms, until);
	snprintf(expected, sizeof(expected), "from %.40s to before %.40s", from, until);
	time_jst_s(at_ms, from);
	return hold(l->a, RULE_TERM, from_ms <= at_ms && at_ms < until_ms, expected, "%s", from);
}

/* --- the device --------------------------------------------------------------------------- */

static bool
names_it(const struct looking *l, const struct site_entry *entry)
{
	if (!site_entry_kind(entry, l->verifier->set->name))
		return false;
	for (size_t i = 0; i < l->devices; i++)
		if (strcmp(entry->name, l->device[i].name) == 0 &&
		    strcasecmp(entry->value, l->device[i].value) == 0)
			return true;
	return false;
}

static void
entries_find(struct looking *l)
{
	int64_t at_ms = l->dossier->at_s * 1000;

	for (size_t i = 0; i < site_register_count(l->on); i++) {
		const struct site_entry *entry = site_register_entry(l->on, i);

		if (!names_it(l, entry))
			continue;
		l->ever++;
		if (entry->from_ms <= at_ms && at_ms < entry->until_ms) {
			l->now++;
			l->entry = entry;
		}
	}
}

static bool
hold_device(struct looking *l)
{
	const struct site_device *device = &l->device[0];

	l->devices = site_devices(&l->a->claims, l->device, DEVICES);
	if (l->devices == 0)
		return rule_lack(l->a, RULE_DEVICE, "serial, chip, ak or spki",
		    "%s names none", l->verifier->set->name) && false;
	hold(l->a, RULE_DEVICE, true, NULL, NULL);
	entries_find(l);
	return hold(l->a, RULE_ENTRY, l->ever > 0, "an entry of this device and kind",
	    "%s %s %.140s", l->verifier->set->name, device->name, device->value) &&
	    hold(l->a, RULE_SINCE, l->now > 0, "an entry in force", "%zu for other times",
	    l->ever) &&
	    hold(l->a, RULE_ONCE, l->now == 1, "1 entry", "%zu", l->now);
}

static bool
hold_site(struct looking *l)
{
	struct bytes declared = dossier_item(l->dossier, ROLE_REGISTER_SITE);
	char expected[STEP_TEXT];

	if (declared.len == 0)
		return rule_skip(l->a, RULE_SITE, "no site is declared for it");
	snprintf(expected, sizeof(expected), "%.*s", declared.len < 120 ? (int)declared.len : 120,
	    (const char *)declared.at);
	return hold(l->a, RULE_SITE, bytes_equal(declared, bytes_of_text(l->entry->site)),
	    expected, "%.120s, line %u", l->entry->site, l->entry->line);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* The register as a whole, and its entry, if that ends before. */
static void
ends(struct looking *l, int64_t from_ms, int64_t until_ms)
{
	char what[ENDING_WHAT];

	ending_note(l->a, ROLE_REGISTER, from_ms, until_ms);
	snprintf(what, sizeof(what), "register:line%u", l->entry->line);
	if (l->entry->until_ms < until_ms)
		ending_note(l->a, what, l->entry->from_ms, l->entry->until_ms);
}

static void
claim(struct looking *l)
{
	struct claims *claims = &l->a->claims;
	struct hash hash = site_register_hash(l->on);
	char said[2 * SITE_TEXT_MAX];
	int64_t from_ms, until_ms;

	site_register_term(l->on, &from_ms, &until_ms);
	snprintf(said, sizeof(said), "%.200s, edition %.100s", site_register_id(l->on),
	    site_register_edition(l->on));
	claims_text(claims, CLAIM_SITE, bytes_of_text(l->entry->site));
	claims_text(claims, CLAIM_REGISTER_OFFICER, bytes_of_text(l->seal->signer));
	claims_octets(claims, CLAIM_REGISTER, hash_bytes(&hash));
	claims_text(claims, CLAIM_REGISTER_ID, bytes_of_text(said));
	ends(l, from_ms, until_ms);
	until_ms = until_ms < l->entry->until_ms ? until_ms : l->entry->until_ms;
	claims_time(claims, "register.until", until_ms);
	claims_time_earliest(claims, CLAIM_COLLATERAL_UNTIL, until_ms);
	if (l->seal->stamp_proved)
		claims_time(claims, "register.sealed", l->seal->stamp.at_ms);
	if (l->entry->rack[0] != '\0')
		claims_text(claims, "register.rack", bytes_of_text(l->entry->rack));
	if (l->entry->document[0] != '\0')
		claims_text(claims, "register.document", bytes_of_text(l->entry->document));
}

/* The seal is asked before a line is read: what nobody sealed is not even parsed. */
static void
look(struct looking *l)
{
	struct site_register *own = NULL;
	struct why why = { .err = ERR_OK };

	if (!hold_seal(l) || !hold_sealer(l))
		return;
	l->on = register_of(l->dossier, &own, &why);
	if (hold(l->a, RULE_FORM, l->on != NULL, "a site register", "%.190s", why.text) &&
	    hold_officer(l) && hold_term(l) && hold_device(l)) {
		/* Who says where it is wants to know that most where it is not as declared. */
		l->a->elsewhere = !hold_site(l);
		if (l->a->elsewhere)
			l->a->claims.count = l->a->claims.used = 0;
		claim(l);
	}
	site_register_free(own);
}

void
site_register_judge(const struct dossier *dossier, const struct verifier *verifier,
    struct appraisal *a)
{
	struct looking *l;

	if (dossier_item(dossier, ROLE_REGISTER).len == 0)
		return;
	part_open(a, &set);
	if (a->verdict == ATTEST_ACCEPT) {
		l = memory_new(1, sizeof(*l));
		l->dossier = dossier;
		l->verifier = verifier;
		l->a = a;
		l->seal = memory_new(1, sizeof(*l->seal));
		look(l);
		free(l->seal);
		free(l);
	}
	part_close(a);
}
