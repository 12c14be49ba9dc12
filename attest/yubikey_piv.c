/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of YubiKey PIV attestations: a certificate about a key in a slot, which the device
 * makes only for keys that it made itself (Yubico, PIV attestation).
 */
#include <openssl/x509v3.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/der.h"
#include "attest/hsm.h"

#define ARC "1.3.6.1.4.1.41482.3."

enum { RULE_FORM, RULE_CHAIN, RULE_TIME, RULE_ISSUER, RULE_ROCA, RULE_BINDING, RULE_POSSESSION,
	RULE_POLICY, RULE_PIN, RULE_TOUCH, RULE_SERIAL, RULE_FIRMWARE, RULE_COUNT };

/* Firmware with weak RSA keys (CVE-2017-15361), first and last. */
enum { ROCA_FROM = 0x040206, ROCA_TO = 0x040304, FIPS_BIT = 0x80, SLOT_MAX = 64 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "Yubico, PIV attestation, " ARC "3, 7, 8",
	    N_("it is not a PIV attestation of a YubiKey"),
	    N_("take it with \"ykman piv keys attest SLOT FILE\" and give it as it is; firmware "
	    "before 4.3 cannot attest") },
	[RULE_CHAIN] = HSM_RULE_CHAIN("Yubico, PIV attestation; RFC 5280, 6.1"),
	[RULE_TIME] = HSM_RULE_TIME("RFC 5280, 4.1.2.5"),
	[RULE_ISSUER] = { "issuer", ATTEST_REJECT, "RFC 5280, 4.2.1.9; Yubico, PIV attestation",
	    N_("it was issued by a certificate that may not attest keys: whoever holds an attested "
	    "key could have signed it"),
	    N_("do not accept it; ask how it was made.  The issuer must be the device's own "
	    "certificate of slot f9") },
	[RULE_ROCA] = { "roca", ATTEST_REJECT, "Yubico YSA-2017-01; CVE-2017-15361",
	    N_("an RSA key made by this firmware can be computed from its public half"),
	    N_("make an EC key in that device, or use a device with firmware 4.3.5 or later") },
	[RULE_BINDING] = HSM_RULE_BINDING("RFC 5280, 4.1.2.7"),
	[RULE_POSSESSION] = HSM_RULE_POSSESSION,
	[RULE_POLICY] = HSM_RULE_POLICY,
	[RULE_PIN] = { "pin", ATTEST_REJECT, "Yubico, PIV attestation, " ARC "8",
	    N_("the PIN policy of the key is not one that is accepted"),
	    N_("make a new key with --pin-policy as \"pin\" in the policy says; it cannot be "
	    "changed afterwards") },
	[RULE_TOUCH] = { "touch", ATTEST_REJECT, "Yubico, PIV attestation, " ARC "8",
	    N_("the touch policy of the key is not one that is accepted"),
	    N_("make a new key with --touch-policy as \"touch\" in the policy says; it cannot "
	    "be changed afterwards") },
	[RULE_SERIAL] = HSM_RULE_SERIAL("Yubico, PIV attestation, " ARC "7"),
	[RULE_FIRMWARE] = { "firmware", ATTEST_REJECT, "Yubico, PIV attestation, " ARC "3",
	    N_("the device runs a firmware that is not accepted"),
	    N_("see the maker's advisories for that version; add it to \"firmware\" in the "
	    "policy, or replace the device") },
};

static const struct ruleset set = {
	.name = "yubikey-piv", .title = N_("YubiKey PIV key attestation"),
	.limit = N_("It proves that the key was made in that YubiKey and cannot leave it; neither "
	    "when it was said (no time and no nonce are inside) nor who carries the device.  "
	    "A signature over our nonce (possession) proves that the key is in use now."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	return hsm_looks(octets, ARC "8");
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("the attestation of the key, a certificate, PEM or DER"), looks },
	HSM_ROLE_CERTIFICATES,
	HSM_ROLE_POSSESSION,
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "pin", POLICY_TEXT, "never, once, always, match-once or match-always" },
	{ "touch", POLICY_TEXT, "never, always or cached" },
	HSM_KEY_SERIAL,
	{ "firmware", POLICY_TEXT, "accepted firmware: 5.4.3" },
	{ NULL, POLICY_TEXT, NULL }
};

struct statement {
	uint32_t    version;
	uint8_t     pin, touch, form;
	bool        has_form, has_serial;
	char        firmware[16], serial[24], slot[SLOT_MAX];
	struct hash spki;
};

static bool
serial_read(X509 *leaf, struct statement *out)
{
	struct bytes extension = certificate_extension(leaf, ARC "7"), value;
	uint64_t serial;

	out->has_serial = extension.len > 0;
	if (!out->has_serial)
		return true;
	if (!der_only(extension, DER_INTEGER, &value) || !der_unsigned(value, &serial))
		return false;
	snprintf(out->serial, sizeof(out->serial), "%" PRIu64, serial);
	return true;
}

static bool
statement_read(X509 *leaf, struct statement *out)
{
	struct bytes three = certificate_extension(leaf, ARC "3"),
	    policy = certificate_extension(leaf, ARC "8"),
	    form = certificate_extension(leaf, ARC "9");

	*out = (struct statement){ .has_form = form.len == 1 };
	if (!hsm_version(three, out->firmware) || policy.len != 2 || form.len > 1 ||
	    !serial_read(leaf, out))
		return false;
	out->version = (uint32_t)three.at[0] << 16 | (uint32_t)three.at[1] << 8 | three.at[2];
	out->pin = policy.at[0];
	out->touch = policy.at[1];
	out->form = out->has_form ? form.at[0] : 0;
	certificate_subject(leaf, NID_commonName, out->slot, sizeof(out->slot));
	out->spki = certificate_spki(leaf);
	return !hash_is_zero(out->spki);
}

/*
 * Devices of firmware 4.3 have a certificate without basicConstraints right below the root, whose
 * own path length of 0 forbids it.  Any other issuer without them, or one that is itself an
 * attested key, would let every holder of an attested key make statements.
 */
static bool
issuer_good(const struct chain *chain)
{
	char name[SLOT_MAX];
	bool old = chain->count == 3;

	for (size_t i = 1; i < chain->count; i++)
		if (certificate_extension(chain->link[i], ARC "8").len > 0)
			return false;
	certificate_subject(chain->link[1], NID_commonName, name, sizeof(name));
	old = old && strcmp(name, "Yubico PIV Attestation") == 0 &&
	    certificate_extension(chain->link[1], ARC "3").len == 3;
	return hsm_issuers(chain, old ? 1 : 0);
}

static const char *
word_of(const char *const *words, size_t count, uint8_t value, char text[16])
{
	if (value < count && words[value] != NULL)
		return words[value];
	snprintf(text, 16, "0x%02x", value);
	return text;
}

static const char *
pin_word(uint8_t value, char text[16])
{
	static const char *const words[] = { NULL, "never", "once", "always", "match-once",
		"match-always" };

	return word_of(words, sizeof(words) / sizeof(words[0]), value, text);
}

static const char *
touch_word(uint8_t value, char text[16])
{
	static const char *const words[] = { NULL, "never", "always", "cached" };

	return word_of(words, sizeof(words) / sizeof(words[0]), value, text);
}

static bool
roca_weak(X509 *leaf, uint32_t version)
{
	return EVP_PKEY_is_a(X509_get0_pubkey(leaf), "RSA") && version >= ROCA_FROM &&
	    version <= ROCA_TO;
}

static void
claim(struct claims *claims, const struct statement *it)
{
	char text[16];

	hsm_claims(claims, "Yubico", "YubiKey", it->has_serial ? it->serial : NULL, it->firmware,
	    it->spki, it->slot);
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	claims_text(claims, "yubikey-piv.pin", bytes_of_text(pin_word(it->pin, text)));
	claims_text(claims, "yubikey-piv.touch", bytes_of_text(touch_word(it->touch, text)));
	if (it->has_form) {
		claims_number(claims, "yubikey-piv.form", it->form & ~(unsigned)FIPS_BIT);
		claims_flag(claims, "yubikey-piv.fips", (it->form & FIPS_BIT) != 0);
	}
}

static void
judge_statement(const struct dossier *dossier, struct appraisal *a, const struct pool *pool,
    X509 *leaf)
{
	struct statement it;
	struct chain chain;
	struct hash device;
	char text[16];

	if (!hold(a, RULE_FORM, statement_read(leaf, &it), "firmware, PIN and touch policy",
	    "a certificate without both, or with a serial number that is none"))
		return;
	if (!hold_chain(dossier, a, RULE_CHAIN, RULE_TIME, "roots", pool, leaf,
	    CHAIN_LOOSE_CA | CHAIN_LOOSE_PATH, &chain) ||
	    !hold(a, RULE_ISSUER, issuer_good(&chain), "authorities, or a device of firmware 4.3 "
	    "below the root", "an issuer that is neither") ||
	    !hold(a, RULE_ROCA, !roca_weak(leaf, it.version), "an EC key, or other firmware",
	    "RSA, firmware %s", it.firmware) ||
	    !hold_spki(dossier, a, RULE_BINDING, it.spki) ||
	    !hold_possession(dossier, a, RULE_POSSESSION, it.spki) ||
	    !hold_policy(dossier, a, RULE_POLICY) ||
	    !hold_listed_text(dossier, a, RULE_PIN, "pin", pin_word(it.pin, text)) ||
	    !hold_listed_text(dossier, a, RULE_TOUCH, "touch", touch_word(it.touch, text)) ||
	    !hold_listed_inside(dossier, a, RULE_SERIAL, "serial",
	    it.has_serial ? it.serial : NULL) ||
	    !hold_listed_text(dossier, a, RULE_FIRMWARE, "firmware", it.firmware))
		return;
	claim(&a->claims, &it);
	device = certificate_spki(chain.link[1]);
	claims_octets(&a->claims, CLAIM_DEVICE_SPKI, hash_bytes(&device));
	claims_time(&a->claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&chain, NULL) * 1000);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct pool pool = { .certificates = 0 };
	struct why why = { .err = ERR_OK };
	X509 *leaf = hsm_statement(&pool, dossier, "statement", &why);

	if (leaf == NULL)
		rule_break(a, RULE_FORM, "one certificate", "%.190s", why.text);
	else
		judge_statement(dossier, a, &pool, leaf);
	pool_free(&pool);
}

const struct verifier verifier_yubikey_piv = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
