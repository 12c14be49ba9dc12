/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of certifications: that a key lives in a TPM and nowhere else (TPM2_Certify). */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "attest/policy.h"
#include "attest/tpm_quote.h"
#include "monitor/base/i18n.h"

enum {
	RULE_OBJECT = TPM_RULE_COUNT, RULE_NAME, RULE_FIXED_TPM, RULE_FIXED_PARENT, RULE_ORIGIN,
	RULE_SIGN, RULE_KEY, RULE_TRUST, RULE_COUNT = RULE_TRUST + TPM_TRUST_COUNT
};

enum { RSA_BITS_MIN = 2048 };

#define OBJECT "TCG TPM 2.0 Library, Part 2, TPMA_OBJECT, "
#define MAKE_NEW                                                                            \
	N_("have the key made anew inside the TPM: tpm2_create -a 'fixedtpm|fixedparent|"   \
	"sensitivedataorigin|userwithauth|sign'")

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, answer, clause, text, advice)                                      \
	[TPM_RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/tpm_rule_list.h"
#undef RULE
	[RULE_OBJECT] = { "object-form", ATTEST_REJECT,
	    "TCG TPM 2.0 Library, Part 2, TPMT_PUBLIC",
	    N_("the public area of the certified key cannot be read, or its key is too short"),
	    N_("give what tpm2_create -u or tpm2_readpublic -o wrote as object=FILE") },
	[RULE_NAME] = { "name", ATTEST_REJECT, "TCG TPM 2.0 Library, Part 3, TPM2_Certify",
	    N_("the TPM certified another key: its Name is not that of this public area"),
	    N_("give the public area of the key that was certified") },
	[RULE_FIXED_TPM] = { "fixedTPM", ATTEST_REJECT, OBJECT "fixedTPM",
	    N_("the key may be carried to another TPM"), MAKE_NEW },
	[RULE_FIXED_PARENT] = { "fixedParent", ATTEST_REJECT, OBJECT "fixedParent",
	    N_("the key may be put under another parent, and so out of the TPM"), MAKE_NEW },
	[RULE_ORIGIN] = { "sensitiveDataOrigin", ATTEST_REJECT, OBJECT "sensitiveDataOrigin",
	    N_("the key was not made by the TPM: a copy of it may be anywhere"), MAKE_NEW },
	[RULE_SIGN] = { "sign", ATTEST_REJECT, OBJECT "sign",
	    N_("the key does not sign"), MAKE_NEW },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 7.4",
	    N_("the certified key is not the one that was measured on the connection"),
	    N_("find out where the private key of the server's certificate is; it is not this "
	    "one") },
#define RULE(NAME, name, answer, clause, text, advice)                                      \
	[RULE_TRUST + TPM_TRUST_##NAME] = { name, answer, clause, text, advice },
#include "attest/tpm_trust_list.h"
#undef RULE
};

static const struct ruleset set = {
	.name = "tpm-certify", .title = N_("TPM 2.0 certification of a key"),
	.limit = N_("It proves that the private key was made in a known TPM and cannot leave it; "
	    "not who may use it there, nor where the TPM stands."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return octets.len > 6 && memcmp(octets.at, "\xff" "TCG\x80\x17", 6) == 0;
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("what the TPM stated: TPMS_ATTEST"), looks },
	TPM_ROLES,
	{ "object", true, N_("public area of the certified key: TPMT_PUBLIC or TPM2B_PUBLIC"),
	    NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = { TPM_KEYS, { NULL, POLICY_TEXT, NULL } };

static bool
object_hold(const struct dossier *dossier, struct appraisal *a, struct tpm_public *object,
    struct hash *spki)
{
	struct why why = { .err = ERR_OK };

	if (!hold(a, RULE_OBJECT, tpm_public_read(dossier_item(dossier, "object"), object, &why) ==
	    ERR_OK, NULL, "%.190s", why.text))
		return false;
	return hold(a, RULE_OBJECT, tpm_key_sound(dossier->memory, object, RSA_BITS_MIN, spki),
	    "P-256, P-384, P-521, or RSA of 2048 bits or more", "kind 0x%04x, %zu octets",
	    object->type, object->first.len);
}

static bool
name_hold(struct appraisal *a, const struct tpm_public *object, struct bytes certified)
{
	struct tpm_name name = tpm_name(object);

	return hold_octets(a, RULE_NAME, tpm_name_bytes(&name), certified);
}

static bool
attributes_hold(struct appraisal *a, uint32_t attributes)
{
	static const struct { size_t rule; uint32_t bit; } needed[] = {
		{ RULE_FIXED_TPM, TPM_FIXED_TPM }, { RULE_FIXED_PARENT, TPM_FIXED_PARENT },
		{ RULE_ORIGIN, TPM_SENSITIVE_DATA_ORIGIN }, { RULE_SIGN, TPM_SIGN } };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!hold(a, needed[i].rule, (attributes & needed[i].bit) != 0, "set",
		    "attributes %08" PRIx32, attributes))
			return false;
	return true;
}

static void
claim(struct appraisal *a, const struct tpm_signer *signer, const struct tpm_public *object,
    struct hash spki)
{
	struct claims *claims = &a->claims;
	struct tpm_name name = tpm_name(object);
	char attributes[9];

	tpm_signer_claim(a, signer);
	claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&spki));
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	claims_octets(claims, "tpm.name", tpm_name_bytes(&name));
	snprintf(attributes, sizeof(attributes), "%08" PRIx32, object->attributes);
	claims_text(claims, "tpm.attributes", bytes_of_text(attributes));
}

static void
certify_judge(const struct dossier *dossier, struct appraisal *a,
    const struct tpm_vouched *vouched)
{
	struct tpm_signer signer;
	struct tpm_public object;
	struct hash spki = { { 0 } };
	bool good = tpm_signer_hold(dossier, a, TPM_CERTIFY, dossier_item(dossier, "statement"),
	    vouched, &signer) && object_hold(dossier, a, &object, &spki);

	if (good && name_hold(a, &object, signer.attest.name) &&
	    attributes_hold(a, object.attributes) && hold_spki(dossier, a, RULE_KEY, spki) &&
	    tpm_trust_hold(dossier, a, RULE_TRUST, &signer))
		claim(a, &signer, &object, spki);
	tpm_signer_free(&signer);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	certify_judge(dossier, a, NULL);
}

bool
tpm_certify_inside(const struct dossier *dossier, struct appraisal *a,
    const struct tpm_vouched *vouched)
{
	part_open(a, &set);
	certify_judge(dossier, a, vouched);
	return part_close(a);
}

const struct verifier verifier_tpm_certify = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
