/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of AMD SEV-SNP attestation reports: first what the processor says and whether it
 * is the processor who says it, in this file; then whether the policy accepts it, in snp_policy.c.
 */
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/bound_data.h"
#include "attest/signature.h"
#include "attest/snp_part.h"
#include "monitor/base/i18n.h"

/* The names that snp_rule_list.h writes its answers with. */
#define REJECT        ATTEST_REJECT
#define INDETERMINATE ATTEST_INDETERMINATE

static const struct rule rules[SNP_RULES] = {
#define RULE(NAME, name, answer, clause, text, advice) \
	[SNP_RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/snp_rule_list.h"
};

static const struct ruleset set = {
	.name = "sev-snp", .title = N_("AMD SEV-SNP attestation report"),
	.limit = N_("It proves that a guest with this measurement runs on an AMD processor with "
	    "encrypted memory; not what the guest loaded after its start, nor that nobody can "
	    "reach it through its own services."),
	.rule = rules, .count = SNP_RULES
};

static bool
looks(struct bytes octets)
{
	struct snp_report report;

	return snp_report_read(octets, &report) && report.version >= 2 && report.version <= 9 &&
	    report.algorithm == 1;
}

static const struct attest_role roles[] = {
	{ "report", true, N_("the attestation report, 1184 octets"), looks },
	{ "certificate", false, N_("the VCEK or VLEK certificate, DER or PEM, if it is not in the "
	    "chain"), NULL },
	{ "chain", true, N_("AMD's signing key and root key (ASK or ASVK, ARK), PEM"), NULL },
	{ "crl", false, N_("AMD's revocation list of that product, DER or PEM"), NULL },
	{ NULL, false, NULL, NULL },
};

/* --- what was given ----------------------------------------------------------------------- */

static bool
hold_form(struct snp *s)
{
	struct appraisal *a = s->a;
	struct bytes octets = dossier_item(s->dossier, "report");

	return hold(a, SNP_RULE_LENGTH, snp_report_read(octets, &s->report), "1184 octets",
	    "%zu octets", octets.len) &&
	    hold(a, SNP_RULE_VERSION, s->report.version == 2 || s->report.version == 3 ||
	    s->report.version == 5, "2, 3 or 5", "%u", s->report.version) &&
	    hold(a, SNP_RULE_ALGORITHM, s->report.algorithm == 1, "1", "%u",
	    s->report.algorithm) &&
	    hold(a, SNP_RULE_SIGNATURE_FORM, snp_number(s->report.r, s->r) &&
	    snp_number(s->report.s, s->s) && snp_zero(s->report.rest),
	    "zero behind both numbers and behind the signature", "other octets");
}

static bool
hold_readable(struct snp *s)
{
	static const char *const names[] = { "certificate", "chain", "crl" };
	struct why why = { .err = ERR_OK };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum err err = pool_add_role(&s->pool, s->dossier, names[i], &why);

		if (err != ERR_OK && err != ERR_NOT_FOUND)
			return rule_break(s->a, SNP_RULE_CERTIFICATES, names[i], "%.150s",
			    why.text);
	}
	return hold(s->a, SNP_RULE_CERTIFICATES, true, NULL, NULL);
}

static bool
leaf_fits(const struct snp *s, const struct snp_leaf *leaf)
{
	struct snp_tcb tcb;

	return leaf->family != SNP_FAMILIES && leaf->signer == s->report.signer &&
	    bytes_equal(bytes_slice(s->report.chip_id, 0, leaf->hwid.len), leaf->hwid) &&
	    snp_tcb_read(leaf->family, s->report.reported_tcb, &tcb) &&
	    memcmp(&tcb, &leaf->tcb, sizeof(tcb)) == 0;
}

/* Of several, one for this chip and level; else the first. */
static bool
hold_leaf(struct snp *s)
{
	char found[STEP_TEXT];
	X509 *first = NULL;

	for (size_t i = 0; i < s->pool.certificates; i++) {
		X509 *one = s->pool.certificate[i];

		if (!snp_leaf_is(one))
			continue;
		first = first == NULL ? one : first;
		if (snp_leaf_read(one, &s->leaf, found) && leaf_fits(s, &s->leaf))
			return hold(s->a, SNP_RULE_LEAF, true, NULL, NULL) &&
			    hold(s->a, SNP_RULE_PRODUCT_KNOWN, true, NULL, NULL);
	}
	if (first == NULL && s->pool.certificates > 0 &&
	    dossier_item(s->dossier, "certificate").len > 0)
		return rule_break(s->a, SNP_RULE_LEAF, "a certificate called SEV-VCEK or SEV-VLEK",
		    "none of the %zu given", s->pool.certificates);
	if (first == NULL)
		return rule_lack(s->a, SNP_RULE_LEAF, "the VCEK or VLEK certificate",
		    "none was given");
	return hold(s->a, SNP_RULE_LEAF, snp_leaf_read(first, &s->leaf, found),
	    "the extensions of a VCEK or VLEK", "%s", found) &&
	    hold(s->a, SNP_RULE_PRODUCT_KNOWN, s->leaf.family != SNP_FAMILIES,
	    "Milan, Genoa, Siena or Turin", "%s", s->leaf.product);
}

/* --- who signed it ------------------------------------------------------------------------ */

static bool
called(X509 *certificate, const char *prefix, const char *family)
{
	char name[64];
	size_t len = strlen(prefix);

	certificate_subject(certificate, NID_commonName, name, sizeof(name));
	return strncmp(name, prefix, len) == 0 && strcmp(name + len, family) == 0;
}

static bool
hold_product(struct snp *s)
{
	const char *family = snp_family_name(s->leaf.family);
	bool vlek = s->leaf.signer == SNP_VLEK;

	return hold(s->a, SNP_RULE_PRODUCT, called(s->chain.link[1], vlek ? "SEV-VLEK-" : "SEV-",
	    family) && called(s->chain.link[2], "ARK-", family),
	    "leaf, signing key and root key of one product", "a %s of %s under others",
	    vlek ? "VLEK" : "VCEK", s->leaf.product);
}

/* A list that the signing key itself gave counts as well, where there is one. */
static bool
hold_lists(struct snp *s)
{
	if (!hold_unrevoked(s->dossier, s->a, SNP_RULE_CRL, SNP_RULE_REVOKED, &s->pool, &s->chain,
	    1))
		return false;
	for (size_t i = 0; i < s->pool.lists; i++)
		if (X509_NAME_cmp(X509_CRL_get_issuer(s->pool.list[i]),
		    X509_get_subject_name(s->chain.link[1])) == 0)
			return hold_unrevoked(s->dossier, s->a, SNP_RULE_CRL, SNP_RULE_REVOKED,
			    &s->pool, &s->chain, 0);
	return true;
}

static bool
only_leaves(const struct pool *pool)
{
	for (size_t i = 0; i < pool->certificates; i++)
		if (!snp_leaf_is(pool->certificate[i]))
			return false;
	return true;
}

static bool
hold_endorsed(struct snp *s)
{
	if (only_leaves(&s->pool))
		return rule_lack(s->a, SNP_RULE_CHAIN, "AMD's signing key and root key",
		    "none was given");
	if (!hold_chain(s->dossier, s->a, SNP_RULE_CHAIN, SNP_RULE_TIME, "roots", &s->pool,
	    s->leaf.certificate, 0, &s->chain))
		return false;
	if (s->chain.count != 3)
		return rule_break(s->a, SNP_RULE_CHAIN, "chip or provider, signing key, root key",
		    "%zu certificates", s->chain.count);
	return hold_product(s) && hold_lists(s);
}

static bool
hold_signature(struct snp *s)
{
	EVP_PKEY *key = X509_get0_pubkey(s->leaf.certificate);
	char kind[64] = "no key";

	if (key != NULL)
		key_kind(key, kind, sizeof(kind));
	return hold(s->a, SNP_RULE_SIGNER, s->report.signer == s->leaf.signer,
	    s->leaf.signer == SNP_VLEK ? "1 (VLEK)" : "0 (VCEK)", "%u", s->report.signer) &&
	    hold(s->a, SNP_RULE_SIGNATURE, strcmp(kind, "EC secp384r1") == 0,
	    "a key on P-384", "%s", kind) &&
	    hold(s->a, SNP_RULE_SIGNATURE, signature_ecdsa(key, DIGEST_SHA384, s->report.covered,
	    bytes_of(s->r, sizeof(s->r)), bytes_of(s->s, sizeof(s->s))), "a good signature",
	    "one that does not verify");
}

/* A chip's key exists once for each level, so the level is part of who signed. */
static bool
hold_identity(struct snp *s)
{
	struct bytes chip = s->report.chip_id, hwid = s->leaf.hwid;
	char stated[SNP_TCB_TEXT], certified[SNP_TCB_TEXT];
	bool whole = snp_tcb_read(s->leaf.family, s->report.reported_tcb, &s->tcb);

	snp_tcb_text(s->leaf.family, &s->tcb, stated);
	snp_tcb_text(s->leaf.family, &s->leaf.tcb, certified);
	if (!hold(s->a, SNP_RULE_LEVEL, whole && memcmp(&s->tcb, &s->leaf.tcb,
	    sizeof(s->tcb)) == 0, certified, "%s%s", stated,
	    whole ? "" : " and reserved octets"))
		return false;
	if (s->leaf.signer == SNP_VLEK)
		return rule_skip(s->a, SNP_RULE_HWID, "a VLEK is of a region, not of one chip");
	if (snp_zero(bytes_slice(chip, hwid.len, chip.len)))
		chip.len = hwid.len;
	return hold_octets(s->a, SNP_RULE_HWID, hwid, chip);
}

static bool
hold_guest(struct snp *s)
{
	uint64_t policy = s->report.policy;

	return hold_bound_data(s->dossier, s->a, SNP_RULE_NONCE, SNP_RULE_KEY,
	    s->report.report_data) &&
	    hold(s->a, SNP_RULE_GUEST_POLICY, (policy & SNP_POLICY_ONE) != 0, "bit 17 set",
	    "%016llx", (unsigned long long)policy) &&
	    hold(s->a, SNP_RULE_MIGRATION, (policy & SNP_POLICY_MIGRATION) == 0,
	    "bit 18 not set", "%016llx", (unsigned long long)policy) &&
	    hold(s->a, SNP_RULE_DEBUG, (policy & SNP_POLICY_DEBUG) == 0, "bit 19 not set",
	    "%016llx", (unsigned long long)policy);
}

static void
judge_with(struct snp *s)
{
	if (!hold_form(s) || !hold_readable(s) || !hold_leaf(s))
		return;
	if (s->leaf.certificate != NULL && (!hold_endorsed(s) || !hold_signature(s) ||
	    !hold_identity(s)))
		return;
	if (hold_guest(s) && snp_policy_hold(s))
		snp_claim(s);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct snp *s = memory_new(1, sizeof(*s));

	s->dossier = dossier;
	s->a = a;
	s->leaf.family = SNP_FAMILIES;
	judge_with(s);
	pool_free(&s->pool);
	free(s);
}

const struct verifier verifier_snp = {
	.set = &set, .role = roles, .key = snp_keys, .judge = judge
};
