/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of keys in Marvell LiquidSecurity modules, which Google Cloud HSM and Azure Managed
 * HSM are built of.  The partition's key signs; the manufacturer and the owner of the module each
 * vouch for that one key, and the key's own identifier says which resource of the cloud it is.
 */
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/hsm.h"
#include "attest/marvell_part.h"
#include "attest/marvell_read.h"
#include "attest/signature.h"

enum { ID_LEN = 2 * (HASH_TEXT - 1), RESOURCE_MAX = 512, NAME_LEN = 128 };

static bool
looks(struct bytes octets)
{
	struct marvell *it = memory_new(1, sizeof(*it));
	bool is = octets.len > 0 && octets.at[0] == 0 &&
	    marvell_read(octets, it, NULL) == ERR_OK;

	free(it);
	return is;
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("the attestation of the key, unpacked"), looks },
	{ "certificates", true, N_("PEM or DER: the chains of the manufacturer and of the owner, "
	    "with both roots"), NULL },
	HSM_ROLE_POSSESSION,
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "owner_roots", POLICY_TEXT, "pinned roots of the owner: a name, sha256:HEX or spki:HEX" },
	{ "resource", POLICY_TEXT, "names of key versions: projects/.../cryptoKeyVersions/1" },
	{ "regions", POLICY_TEXT, "locations of the cloud, whole: asia-northeast1" },
	HSM_KEY_SERIAL,
	{ NULL, POLICY_TEXT, NULL }
};

/* What judging needs together. */
struct work {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct marvell        it;
	struct pool           pool;
	struct hash           signer;		/* SPKI */
	struct chain          maker, owner;
	char                  resource[RESOURCE_MAX], region[NAME_LEN], serial[NAME_LEN];
};

/* --- the signer --------------------------------------------------------------------------- */

static bool
signer_find(struct work *w)
{
	for (size_t i = 0; i < w->pool.certificates; i++) {
		X509 *one = w->pool.certificate[i];
		bool asked = false;

		for (size_t j = 0; j < i && !asked; j++)
			asked = EVP_PKEY_eq(X509_get0_pubkey(one),
			    X509_get0_pubkey(w->pool.certificate[j])) == 1;
		if (asked || !signature_rsa_pkcs1(X509_get0_pubkey(one), DIGEST_SHA256,
		    w->it.signed_part, w->it.signature))
			continue;
		w->signer = certificate_spki(one);
		return true;
	}
	return false;
}

/* The owner's certificates of card and partition issue nothing, and have the same names. */
static bool
may_be_issuer(X509 *certificate)
{
	return (X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) == 0 ||
	    (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
}

/*
 * Of the certificates of the signer's key one is the manufacturer's, another the owner's: the one
 * that leads to a root, dates aside, is asked for its dates.
 */
static bool
hold_signer(struct work *w, size_t rule_chain, size_t rule_time, const char *key,
    struct chain *out)
{
	struct pool issuers = { .certificates = 0 };	/* refers only */
	char found[STEP_TEXT] = "";
	X509 *leaf = NULL;

	for (size_t i = 0; i < w->pool.certificates; i++)
		if (may_be_issuer(w->pool.certificate[i])) {
			issuers.certificate_role[issuers.certificates] =
			    w->pool.certificate_role[i];
			issuers.certificate[issuers.certificates++] = w->pool.certificate[i];
		}
	for (size_t i = 0; i < w->pool.certificates && leaf == NULL; i++) {
		X509 *one = w->pool.certificate[i];

		if (hash_equal(certificate_spki(one), w->signer) &&
		    chain_build(w->dossier, w->a, key, &issuers, one,
		    CHAIN_LOOSE_CA | CHAIN_LOOSE_TIME, out, found) == CHAIN_GOOD)
			leaf = one;
	}
	return leaf == NULL ? rule_break(w->a, rule_chain, "issued one by another up to a pinned "
	    "root", "%s", found) : hold_chain(w->dossier, w->a, rule_chain, rule_time, key,
	    &issuers, leaf, CHAIN_LOOSE_CA, out);
}

/* The manufacturer's: root, card, partition; nobody below the partition may issue. */
static bool
hold_signers(struct work *w)
{
	return hold(w->a, MARVELL_SIGNATURE, signer_find(w), "RSASSA-PKCS1-v1_5 with SHA-256 by "
	    "one of the certificates", "%zu certificates, none signed it", w->pool.certificates) &&
	    hold_signer(w, MARVELL_CHAIN, MARVELL_TIME, "roots", &w->maker) &&
	    hold(w->a, MARVELL_CHAIN, w->maker.count <= 3, "partition, card and root",
	    "%zu certificates", w->maker.count) &&
	    hold_signer(w, MARVELL_OWNER, MARVELL_OWNER_TIME, "owner_roots", &w->owner) &&
	    hold(w->a, MARVELL_OWNER, w->owner.count <= 3, "partition, card and root",
	    "%zu certificates", w->owner.count);
}

/* --- the key ------------------------------------------------------------------------------ */

static const struct marvell_object *
private_key(const struct marvell *it)
{
	const struct marvell_object *found = NULL;
	uint32_t class;

	for (size_t i = 0; i < it->count; i++) {
		if (!marvell_number(&it->object[i], CKA_CLASS, &class) ||
		    class != CKO_PRIVATE_KEY)
			continue;
		if (found != NULL)
			return NULL;
		found = &it->object[i];
	}
	return found;
}

/* An attribute that is not there is not known; here each one is always there. */
static bool
hold_flag(struct appraisal *a, size_t rule, const struct marvell_object *key, uint32_t type,
    uint32_t wanted)
{
	uint32_t value;

	if (!marvell_number(key, type, &value))
		return rule_break(a, rule, wanted == 1 ? "1" : "0", "no such attribute, or two");
	return hold(a, rule, value == wanted, wanted == 1 ? "1" : "0", "%u", value);
}

static bool
hold_flags(struct appraisal *a, const struct marvell_object *key)
{
	return hold_flag(a, MARVELL_LOCAL, key, CKA_LOCAL, 1) &&
	    hold_flag(a, MARVELL_NEVER_EXTRACTABLE, key, CKA_NEVER_EXTRACTABLE, 1) &&
	    hold_flag(a, MARVELL_ALWAYS_SENSITIVE, key, CKA_ALWAYS_SENSITIVE, 1) &&
	    hold_flag(a, MARVELL_SENSITIVE, key, CKA_SENSITIVE, 1) &&
	    hold_flag(a, MARVELL_EXTRACTABLE, key, CKA_EXTRACTABLE, 0);
}

/* A point that is not on that curve is none; another of the same length is then tried. */
static EVP_PKEY *
point_of(const char *group, struct bytes point)
{
	size_t half = point.len / 2;
	struct bytes x = bytes_slice(point, 1, half), y = bytes_slice(point, 1 + half, half);
	EVP_PKEY *key = key_of_point(group, x, y);

	return key != NULL || half != 32 ? key : key_of_point("secp256k1", x, y);
}

/* The public half, if the attributes have it in a form we know. */
static EVP_PKEY *
public_of(const struct marvell_object *key)
{
	struct bytes value, exponent;
	struct reader in;
	uint32_t kind;
	size_t half;

	if (!marvell_value(key, CKA_MODULUS, &value) || value.len == 0 ||
	    !marvell_number(key, CKA_KEY_TYPE, &kind))
		return NULL;
	if (kind == 0 && marvell_value(key, CKA_PUBLIC_EXPONENT, &exponent) &&
	    exponent.len > 0 && exponent.len <= 8) {
		in = reader_of(exponent);
		return key_of_rsa(value, read_be(&in, (unsigned)exponent.len));
	}
	if (kind != 3 || value.len % 2 != 1 || value.at[0] != 4)
		return NULL;
	half = value.len / 2;
	return half == 48 ? point_of("P-384", value) : half != 32 ? NULL :
	    point_of("P-256", value);
}

static bool
hold_ekcv(const struct work *w, const struct marvell_object *key, struct hash *spki)
{
	/* The whole statement says which public half it is of. */
	struct hash of = hash_of3(bytes_of_text("LiquidSecurity"), dossier_item(w->dossier,
	    "statement"), bytes_of(NULL, 0));
	struct chain_memory *memory = w->dossier->memory;
	struct appraisal *a = w->a;
	struct bytes value;
	EVP_PKEY *public;
	struct hash rebuilt;

	if (!marvell_value(key, CKA_EKCV, &value) || value.len != HASH_LEN)
		return rule_break(a, MARVELL_EKCV, "32 octets", "no such attribute, or another "
		    "length");
	memcpy(spki->at, value.at, HASH_LEN);
	public = chain_memory_key(memory, of, &rebuilt);
	if (public == NULL) {
		public = public_of(key);
		rebuilt = key_spki(public);
		chain_memory_key_keep(memory, of, public, rebuilt);
	}
	if (public == NULL)
		return rule_skip(a, MARVELL_EKCV, "a kind of key whose public half is not rebuilt");
	EVP_PKEY_free(public);
	return hold_octets(a, MARVELL_EKCV, hash_bytes(&rebuilt), value);
}

/* --- the place ---------------------------------------------------------------------------- */

struct wanted { const char *half; char *resource; };

/* CKA_ID ends with the SHA-256, in hex, of the name of the key version. */
static bool
resource_match(const char *listed, void *arg)
{
	const struct wanted *wanted = arg;
	char hex[HASH_TEXT];

	hash_text(hash_of(bytes_of_text(listed)), hex);
	if (strlen(listed) >= RESOURCE_MAX || memcmp(hex, wanted->half, HASH_TEXT - 1) != 0)
		return false;
	memcpy(wanted->resource, listed, strlen(listed) + 1);
	return true;
}

/* What stands between "/locations/" and the next slash. */
static void
region_of(const char *resource, char out[NAME_LEN])
{
	const char *at = strstr(resource, "/locations/");
	size_t len = at == NULL ? 0 : strcspn(at + 11, "/");

	out[0] = '\0';
	if (len > 0 && len < NAME_LEN && at[11 + len] == '/')
		snprintf(out, NAME_LEN, "%.*s", (int)len, at + 11);
}

static bool
hold_resource(struct work *w, const struct marvell_object *key)
{
	struct wanted wanted = { .resource = w->resource };
	struct bytes id;
	enum policy_answer answer;

	if (!marvell_value(key, CKA_ID, &id) || id.len != ID_LEN)
		id = bytes_of(NULL, 0);
	wanted.half = id.len == 0 ? "" : (const char *)id.at + HASH_TEXT - 1;
	answer = id.len == 0 ? policy_listed_text(w->dossier, w->a, "resource", "") :
	    policy_matched(w->dossier, w->a, "resource", resource_match, &wanted);
	if (answer == POLICY_ANY)
		return rule_skip(w->a, MARVELL_RESOURCE, "the policy accepts any: the place stays "
		    "open");
	if (answer == POLICY_SILENT)
		return rule_lack(w->a, MARVELL_RESOURCE, "resource",
		    "the policy says nothing of it");
	if (answer == POLICY_LISTED)
		(void)policy_ticket_listed(w->dossier, w->a, "resource", id.len == 0 ? "" :
		    w->resource);
	return hold(w->a, MARVELL_RESOURCE, answer == POLICY_LISTED, "the SHA-256 of a name on the "
	    "policy's list", "%s%.64s", answer == POLICY_PAST ? "one of another time: " : "",
	    id.len == 0 ? "no identifier of a cloud resource" : wanted.half);
}

static bool
hold_place(struct work *w, const struct marvell_object *key)
{
	if (!hold_resource(w, key))
		return false;
	region_of(w->resource, w->region);
	return hold_listed_inside(w->dossier, w->a, MARVELL_REGION, "regions",
	    w->region[0] != '\0' ? w->region : NULL);
}

/* "HSM:5.3G1953-ICM001225, for FIPS mode": up to a colon or comma. */
static bool
hold_serial(struct work *w)
{
	char name[NAME_LEN];

	certificate_subject(w->maker.link[1], NID_commonName, name, sizeof(name));
	w->serial[0] = '\0';
	if (strncmp(name, "HSM:", 4) == 0)
		snprintf(w->serial, sizeof(w->serial), "%.*s", (int)strcspn(name + 4, ":,"),
		    name + 4);
	return hold_listed_inside(w->dossier, w->a, MARVELL_SERIAL, "serial",
	    w->serial[0] != '\0' ? w->serial : NULL);
}

static void
claim(struct work *w, const struct marvell_object *key, struct hash spki)
{
	struct claims *claims = &w->a->claims;
	char label[NAME_LEN] = "", partition[NAME_LEN];
	int64_t maker_s = chain_until_s(&w->maker, NULL), owner_s = chain_until_s(&w->owner, NULL);
	struct hash device = certificate_spki(w->maker.link[1]);
	struct bytes value;

	if (marvell_value(key, CKA_LABEL, &value) && value.len > 0)
		snprintf(label, sizeof(label), "%.*s", (int)value.len, (const char *)value.at);
	hsm_claims(claims, "Marvell", "LiquidSecurity", w->serial[0] != '\0' ? w->serial : NULL,
	    NULL, spki, w->resource[0] != '\0' ? w->resource : label);
	claims_octets(claims, CLAIM_DEVICE_SPKI, hash_bytes(&device));
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	certificate_subject(w->maker.link[0], NID_commonName, partition, sizeof(partition));
	claims_text(claims, "marvell-hsm.partition", bytes_of_text(partition));
	if (w->region[0] != '\0') {
		claims_text(claims, CLAIM_REGION, bytes_of_text(w->region));
		claims_text(claims, CLAIM_PROVIDER, bytes_of_text("gcp"));
		claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text("B"));
	}
	claims_time(claims, CLAIM_COLLATERAL_UNTIL,
	    (maker_s < owner_s ? maker_s : owner_s) * 1000);
}

static void
judge_statement(struct work *w)
{
	const struct dossier *dossier = w->dossier;
	struct appraisal *a = w->a;
	const struct marvell_object *key;
	struct hash spki = { { 0 } };

	if (!hold_signers(w))
		return;
	key = private_key(&w->it);
	if (!hold(a, MARVELL_PRIVATE_KEY, key != NULL, "one object of CKA_CLASS 3",
	    "%zu objects, none or two of that class", w->it.count) ||
	    !hold_flags(a, key) || !hold_ekcv(w, key, &spki) ||
	    !hold_spki(dossier, a, MARVELL_BINDING, spki) ||
	    !hold_possession(dossier, a, MARVELL_POSSESSION, spki) ||
	    !hold_policy(dossier, a, MARVELL_POLICY) || !hold_place(w, key) || !hold_serial(w))
		return;
	claim(w, key, spki);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct work *w = memory_new(1, sizeof(*w));
	struct why why = { .err = ERR_OK };
	enum err err = marvell_read(dossier_item(dossier, "statement"), &w->it, &why);

	w->dossier = dossier;
	w->a = a;
	if (hold(a, MARVELL_LENGTH, err != ERR_LIMIT, NULL, "%.190s", why.text) &&
	    hold(a, MARVELL_FORM, err == ERR_OK, NULL, "%.190s", why.text)) {
		err = pool_add_role(&w->pool, dossier, "certificates", &why);
		if (hold(a, MARVELL_SIGNATURE, err == ERR_OK, "certificates", "%.190s", why.text))
			judge_statement(w);
	}
	pool_free(&w->pool);
	free(w);
}

const struct verifier verifier_marvell_hsm = {
	.set = &marvell_ruleset, .role = roles, .key = keys, .judge = judge
};
