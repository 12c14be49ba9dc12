/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of YubiHSM 2 attestations: a certificate about a key that the device's own factory
 * key signed.  Customers may load attestation keys of their own, so only the chain up to Yubico's
 * root proves a device.
 */
#include <openssl/x509.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/der.h"
#include "attest/hsm.h"

#define ARC "1.3.6.1.4.1.41482.4."

enum { RULE_FORM, RULE_CHAIN, RULE_TIME, RULE_DEVICE, RULE_ORIGIN, RULE_EXPORTABLE,
	RULE_BINDING, RULE_POSSESSION, RULE_POLICY, RULE_CAPABILITIES, RULE_SERIAL,
	RULE_FIRMWARE, RULE_COUNT };

enum { ORIGIN_GENERATED = 0x01, CAPABILITY_EXPORTABLE = 16, CAPABILITIES = 64, NAME_MAX_LEN = 64 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "Yubico, YubiHSM 2 Attestation, " ARC "1 to 9",
	    N_("it is not a YubiHSM 2 attestation of a key"),
	    N_("take it with \"sign-attestation-certificate 0 ID\" in yubihsm-shell, PEM or "
	    "DER, and give it as it is") },
	[RULE_CHAIN] = HSM_RULE_CHAIN("Yubico, YubiHSM 2 Attestation; RFC 5280, 6.1"),
	[RULE_TIME] = HSM_RULE_TIME("RFC 5280, 4.1.2.5"),
	[RULE_DEVICE] = { "device", ATTEST_REJECT, "Yubico, YubiHSM 2 Attestation, " ARC "2",
	    N_("the certificate that signed it is not that of the same device"),
	    N_("give the device's own certificate (opaque object 0 of that serial number) with "
	    "the statement") },
	[RULE_ORIGIN] = { "origin", ATTEST_REJECT, "Yubico, YubiHSM 2 Attestation, " ARC "3",
	    N_("the key was not made in that device: a copy may exist elsewhere"),
	    N_("make a new key inside the device (generate-asymmetric-key) and use that one") },
	[RULE_EXPORTABLE] = { "exportable", ATTEST_REJECT,
	    "Yubico, YubiHSM 2 Capability, exportable-under-wrap",
	    N_("the key can leave the device, wrapped under another key"),
	    N_("make a new key without the capability exportable-under-wrap; it cannot be taken "
	    "from an existing one") },
	[RULE_BINDING] = HSM_RULE_BINDING("RFC 5280, 4.1.2.7"),
	[RULE_POSSESSION] = HSM_RULE_POSSESSION,
	[RULE_POLICY] = HSM_RULE_POLICY,
	[RULE_CAPABILITIES] = { "capabilities", ATTEST_REJECT,
	    "Yubico, YubiHSM 2 Attestation, " ARC "5",
	    N_("the key may do what the policy does not allow it"),
	    N_("make a key with fewer capabilities, or add this one to \"capabilities\" in the "
	    "policy if the carrier needs it") },
	[RULE_SERIAL] = HSM_RULE_SERIAL("Yubico, YubiHSM 2 Attestation, " ARC "2"),
	[RULE_FIRMWARE] = { "firmware", ATTEST_REJECT,
	    "Yubico, YubiHSM 2 Attestation, " ARC "1",
	    N_("the device runs a firmware that is not accepted"),
	    N_("see the maker's advisories for that version; add it to \"firmware\" in the "
	    "policy, or replace the device") },
};

static const struct ruleset set = {
	.name = "yubihsm", .title = N_("YubiHSM 2 key attestation"),
	.limit = N_("It proves that the key was made in that device and cannot leave it; neither "
	    "when it was said (no time and no nonce are inside) nor where the device stands.  "
	    "A signature over our nonce (possession) proves that the key is in use now; the "
	    "register of the sites says where."),
	.rule = rules, .count = RULE_COUNT
};

static const char *const capability[CAPABILITIES] = {
	[5] = "sign-pkcs", "sign-pss", "sign-ecdsa", "sign-eddsa", "decrypt-pkcs",
	"decrypt-oaep", "derive-ecdh", [CAPABILITY_EXPORTABLE] = "exportable-under-wrap",
	[25] = "sign-ssh-certificate", [34] = "sign-attestation-certificate"
};

static bool
looks(struct bytes octets)
{
	return hsm_looks(octets, ARC "3");
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("the attestation of the key, a certificate, PEM or DER"), looks },
	HSM_ROLE_CERTIFICATES,
	HSM_ROLE_POSSESSION,
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "capabilities", POLICY_TEXT, "what the key may do: sign-ecdsa; bit-12 without a name" },
	HSM_KEY_SERIAL,
	{ "firmware", POLICY_TEXT, "accepted firmware: 2.4.0" },
	{ NULL, POLICY_TEXT, NULL }
};

struct statement {
	char         firmware[16], serial[24];
	uint64_t     origin, domains, capabilities, object;
	struct bytes label;
	struct hash  spki;
};

static bool
number_of(X509 *certificate, const char *oid, uint64_t *out)
{
	struct bytes value;

	return der_only(certificate_extension(certificate, oid), DER_INTEGER, &value) &&
	    der_unsigned(value, out);
}

/* A BIT STRING of whole octets as one number. */
static bool
bits_of(X509 *certificate, const char *oid, size_t octets, uint64_t *out)
{
	struct reader in;
	struct bytes value;

	if (!der_only(certificate_extension(certificate, oid), DER_BITS, &value) ||
	    value.len != octets + 1 || value.at[0] != 0)
		return false;
	in = reader_of(bytes_slice(value, 1, octets));
	*out = read_be(&in, (unsigned)octets);
	return true;
}

static bool
statement_read(X509 *leaf, struct statement *out)
{
	struct bytes three;
	uint64_t serial;

	if (!der_only(certificate_extension(leaf, ARC "1"), DER_OCTETS, &three) ||
	    !hsm_version(three, out->firmware) || !number_of(leaf, ARC "2", &serial) ||
	    !bits_of(leaf, ARC "3", 1, &out->origin) ||
	    !bits_of(leaf, ARC "4", 2, &out->domains) ||
	    !bits_of(leaf, ARC "5", 8, &out->capabilities) ||
	    !number_of(leaf, ARC "6", &out->object) ||
	    !der_only(certificate_extension(leaf, ARC "9"), DER_UTF8, &out->label) ||
	    out->label.len >= NAME_MAX_LEN)
		return false;
	snprintf(out->serial, sizeof(out->serial), "%" PRIu64, serial);
	out->spki = certificate_spki(leaf);
	return !hash_is_zero(out->spki);
}

static bool
device_same(const struct chain *chain, const char *serial)
{
	char text[24];
	uint64_t number;

	if (!number_of(chain->link[1], ARC "2", &number))
		return false;
	snprintf(text, sizeof(text), "%" PRIu64, number);
	return strcmp(text, serial) == 0;
}

/* Each capability must be on the list; a list of "*" alone is not asked. */
static bool
hold_capabilities(const struct dossier *dossier, struct appraisal *a, uint64_t mask)
{
	char text[32];

	for (size_t i = 0; i < CAPABILITIES; i++) {
		if ((mask >> i & 1) == 0)
			continue;
		snprintf(text, sizeof(text), "bit-%zu", i);
		if (capability[i] != NULL)
			snprintf(text, sizeof(text), "%s", capability[i]);
		if (!hold_listed_text(dossier, a, RULE_CAPABILITIES, "capabilities", text))
			return false;
	}
	return mask != 0 || rule_skip(a, RULE_CAPABILITIES, "the key has no capability");
}

static void
claim(struct claims *claims, const struct statement *it, struct hash device)
{
	char label[NAME_MAX_LEN];
	uint8_t octets[8];

	snprintf(label, sizeof(label), "%.*s", (int)it->label.len, it->label.at != NULL ?
	    (const char *)it->label.at : "");
	hsm_claims(claims, "Yubico", "YubiHSM 2", it->serial, it->firmware, it->spki, label);
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	for (int i = 0; i < 8; i++)
		octets[i] = (uint8_t)(it->capabilities >> (56 - 8 * i));
	claims_octets(claims, "yubihsm.capabilities", bytes_of(octets, sizeof(octets)));
	claims_number(claims, "yubihsm.domains", it->domains);
	claims_number(claims, "yubihsm.object", it->object);
	claims_octets(claims, CLAIM_DEVICE_SPKI, hash_bytes(&device));
}

static void
judge_statement(const struct dossier *dossier, struct appraisal *a, const struct pool *pool,
    X509 *leaf)
{
	struct statement it;
	struct chain chain;

	if (!hold(a, RULE_FORM, statement_read(leaf, &it), "firmware, serial number, origin, "
	    "domains, capabilities, object and label", "a certificate without all of them"))
		return;
	if (!hold_chain(dossier, a, RULE_CHAIN, RULE_TIME, "roots", pool, leaf, 0, &chain) ||
	    !hold(a, RULE_DEVICE, device_same(&chain, it.serial), it.serial,
	    "another device's certificate, or none with a serial number") ||
	    !hold(a, RULE_ORIGIN, it.origin == ORIGIN_GENERATED, "01, generated", "%02x%s",
	    (unsigned)it.origin, (it.origin & 2) != 0 ? ", imported" :
	    (it.origin & 16) != 0 ? ", imported under wrap" : "") ||
	    !hold(a, RULE_EXPORTABLE, (it.capabilities >> CAPABILITY_EXPORTABLE & 1) == 0,
	    "no exportable-under-wrap", "capabilities %016" PRIx64, it.capabilities) ||
	    !hold_spki(dossier, a, RULE_BINDING, it.spki) ||
	    !hold_possession(dossier, a, RULE_POSSESSION, it.spki) ||
	    !hold_policy(dossier, a, RULE_POLICY) ||
	    !hold_capabilities(dossier, a, it.capabilities) ||
	    !hold_listed_text(dossier, a, RULE_SERIAL, "serial", it.serial) ||
	    !hold_listed_text(dossier, a, RULE_FIRMWARE, "firmware", it.firmware))
		return;
	claim(&a->claims, &it, certificate_spki(chain.link[1]));
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

const struct verifier verifier_yubihsm = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
