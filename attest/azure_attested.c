/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of attested data of Azure's metadata service: a CMS message whose signer's names
 * tell the region.  A bearer's statement: it holds ten digits of our challenge, and no key.
 */
#include <jansson.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/base64_form.h"
#include "attest/envelope.h"
#include "attest/json_strict.h"
#include "attest/policy.h"
#include "attest/signed_data.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"

#define DOCS "Azure Instance Metadata Service, Attested data"

enum { RULE_FORM, RULE_ALGORITHM, RULE_SIGNATURE, RULE_CHAIN, RULE_TIME, RULE_LIST, RULE_REVOKED,
	RULE_HOST, RULE_FIELDS, RULE_DATED, RULE_POLICY, RULE_NONCE, RULE_KEY, RULE_SUBSCRIPTION,
	RULE_REGION, RULE_COUNT };

enum { REGION_TEXT = 64, FIELD_TEXT = 256, STAMP_TEXT = 23 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 5652, 5.1; " DOCS,
	    N_("it is no signed PKCS#7 message"),
	    N_("take what the metadata service gives at /metadata/attested/document, whole, or "
	    "its \"signature\" alone") },
	[RULE_ALGORITHM] = { "algorithm", ATTEST_REJECT, "RFC 5652, 5.3",
	    N_("it was signed over a digest that no longer counts"),
	    N_("refuse it: Azure signs with SHA-256; take the document from the "
	    "metadata service again") },
	[RULE_SIGNATURE] = { "signature", ATTEST_REJECT, "RFC 5652, 5.4; " DOCS,
	    N_("the signature does not verify under the certificate it names"),
	    N_("refuse it: it was changed after it was signed; ask the machine "
	    "itself for a fresh one") },
	[RULE_CHAIN] = { "chain", ATTEST_REJECT, "RFC 5280, 6.1; " DOCS,
	    N_("the certificates do not lead from the signer to a root that the policy pins"),
	    N_("give the intermediates and the root as certificates=FILE, and name the root in "
	    "\"roots\": Microsoft changes its authorities now and then") },
	[RULE_TIME] = { "time", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
	    N_("a certificate of the chain is not valid at that second"),
	    N_("judge the document at the second it was received, or ask for a fresh one") },
	[RULE_LIST] = { "crl", ATTEST_REJECT, "RFC 5280, 6.3",
	    N_("no revocation list of the signer's issuer is in force"),
	    N_("fetch it from the address in the signer's certificate, and give it among "
	    "certificates=; crl = \"if_given\" lets it be missing") },
	[RULE_REVOKED] = { "revoked", ATTEST_REJECT, "RFC 5280, 6.3",
	    N_("the signer's certificate was revoked"),
	    N_("refuse it, and ask for a fresh one") },
	[RULE_HOST] = { "host", ATTEST_REJECT, DOCS,
	    N_("the signer is not the metadata service of one region"),
	    N_("refuse it: any certificate under that root could sign otherwise; "
	    "take the document from the metadata service again") },
	[RULE_FIELDS] = { "fields", ATTEST_REJECT, DOCS,
	    N_("a field of the document is missing"),
	    N_("ask with an api-version that gives vmId, subscriptionId and timeStamp "
	    "(2020-09-01 or later)") },
	[RULE_DATED] = { "document-time", ATTEST_REJECT, DOCS,
	    N_("the document is not valid at that second"),
	    N_("it lives six hours: judge it at the second it was received, or ask for a fresh "
	    "one") },
	[RULE_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
	    N_("no policy says what is acceptable"),
	    N_("write a section with the name of this kind into the policy; "
	    "sekimori attest --observe makes one of a sample, to be reviewed") },
	[RULE_NONCE] = { "nonce", ATTEST_REJECT, DOCS,
	    N_("the document does not hold the nonce we asked with"),
	    N_("ask again with nonce=...: the service fills in a time where none is given, and may "
	    "give back one that it kept") },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 10",
	    N_("attested data speaks of no key"),
	    N_("bind the key with evidence of the vTPM on the same vmId; this one only says where "
	    "that machine is") },
	[RULE_SUBSCRIPTION] = { "subscription", ATTEST_REJECT, DOCS,
	    N_("the machine belongs to a subscription that the policy does not accept"),
	    N_("ask the operator whose it is; a stranger's document verifies as well") },
	[RULE_REGION] = { "region", ATTEST_REJECT, DOCS,
	    N_("Azure signed for a region that the policy does not accept"),
	    N_("ask the operator why the machine runs there; add the region to \"regions\" only "
	    "if the contract allows it") },
};

static const struct ruleset set = {
	.name = "azure-attested-data", .title = N_("Azure attested data"),
	.limit = N_("It proves that Azure told a machine in this region this within six hours; "
	    "not that whoever shows it is that machine.  It holds no key, and whoever once read "
	    "it can show it again until it expires.  With our nonce inside it was said after we "
	    "asked, to whatever program on such a machine put the question; of a challenge it "
	    "holds ten digits, which one kept from before fits by chance, one in 10^10."),
	.rule = rules, .count = RULE_COUNT
};

struct trial {
	struct pool        pool;
	struct chain       chain;
	struct signed_data data;
	struct buffer      keep;
	json_t            *envelope, *json;
	char               region[REGION_TEXT];
	int64_t            made_s, until_s;
};

/* DER, its base64, or the answer of the service around that: encoding and signature. */
static struct bytes
message_of(struct bytes octets, struct trial *t)
{
	if (octets.len == 0 || octets.at[0] != '{')
		return base64_form_open(octets, &t->keep);
	t->envelope = json_strict_read(octets, NULL);
	if (strcmp(json_strict_text(t->envelope, "encoding"), "pkcs7") != 0)
		return bytes_of(NULL, 0);
	return base64_form_open(bytes_of_text(json_strict_text(t->envelope, "signature")),
	    &t->keep);
}

static bool
signature_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	struct bytes der = message_of(dossier_item(dossier, "document"), t);
	struct why why = { .err = ERR_OK };
	enum err err;

	if (!hold(a, RULE_FORM, signed_data_read(der, &t->data, &why) == ERR_OK,
	    "one SignedData with its content inside and one signer", "%.190s", why.text) ||
	    !hold(a, RULE_ALGORITHM, signed_data_strong(&t->data), "sha256, sha384 or sha512",
	    "%s", t->data.digest))
		return false;
	err = signed_data_certificates(&t->data, dossier, &t->pool, &why);
	if (err == ERR_OK)
		err = pool_add_role(&t->pool, dossier, "certificates", &why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return rule_break(a, RULE_SIGNATURE, "certificates", "%.190s", why.text);
	return hold(a, RULE_SIGNATURE, signed_data_verify(&t->data, &t->pool, &why),
	    "a good signature", "%.190s", why.text);
}

/* No root of it is built in: which one Azure's service ends at is the carrier's decision. */
static bool
chain_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	if (policy_listed_text(dossier, a, "roots", "") == POLICY_SILENT)
		return rule_lack(a, RULE_CHAIN, "roots", "the policy names no root");
	return hold_chain(dossier, a, RULE_CHAIN, RULE_TIME, "roots", &t->pool, t->data.signer, 0,
	    &t->chain) && hold_unrevoked(dossier, a, RULE_LIST, RULE_REVOKED, &t->pool, &t->chain,
	    0);
}

/* "metadata.azure.com": no region; "japaneast.metadata.azure.com": that one.  Others: false. */
static bool
host_read(const ASN1_IA5STRING *name, char region[REGION_TEXT])
{
	static const char host[] = "metadata.azure.com";
	struct bytes text = bytes_of(ASN1_STRING_get0_data(name),
	    (size_t)ASN1_STRING_length(name));
	size_t own = sizeof(host) - 1, label = text.len - own - 1;

	if (bytes_equal(text, bytes_of_text(host)))
		return true;
	if (text.len < own + 2 || label >= REGION_TEXT || text.at[label] != '.' ||
	    memcmp(text.at + label + 1, host, own) != 0)
		return false;
	for (size_t i = 0; i < label; i++)
		if ((text.at[i] < 'a' || text.at[i] > 'z') &&
		    (text.at[i] < '0' || text.at[i] > '9'))
			return false;
	/* Two regions in one certificate tell none. */
	if (region[0] != '\0' && (strlen(region) != label ||
	    memcmp(region, text.at, label) != 0))
		return false;
	memcpy(region, text.at, label);
	region[label] = '\0';
	return true;
}

static bool
host_good(struct appraisal *a, struct trial *t)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(t->data.signer, NID_subject_alt_name, NULL, NULL);
	bool good = sk_GENERAL_NAME_num(names) > 0;

	for (int i = 0; good && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		good = name->type == GEN_DNS && host_read(name->d.dNSName, t->region);
	}
	GENERAL_NAMES_free(names);
	return hold(a, RULE_HOST, good && t->region[0] != '\0',
	    "metadata.azure.com and REGION.metadata.azure.com, no other name", "%s",
	    good ? "no region" : "another name, or none");
}

/* "04/19/22 01:27:21 -0000": month, day and year of this century, in UTC. */
static bool
stamp_read(const char *text, int64_t *seconds)
{
	static const char form[] = "00/00/00 00:00:00 -0000";
	unsigned part[6] = { 0 };
	int64_t year, day_of;
	unsigned month, day;

	if (strlen(text) != STAMP_TEXT)
		return false;
	for (size_t i = 0; i < STAMP_TEXT; i++) {
		bool digit = i < 17 && form[i] == '0';

		if (digit ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
		if (digit)
			part[i / 3] = 10 * part[i / 3] + (unsigned)(text[i] - '0');
	}
	if (part[0] < 1 || part[0] > 12 || part[1] < 1 || part[1] > 31 || part[3] > 23 ||
	    part[4] > 59 || part[5] > 60)
		return false;
	day_of = days_of_date(2000 + part[2], part[0], part[1]);
	civil_of_days(day_of, &year, &month, &day);
	*seconds = day_of * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
	return month == part[0] && day == part[1];
}

static bool
fields_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	static const char *const needed[] = { "vmId", "subscriptionId", "nonce" };
	struct why why = { .err = ERR_OK };
	const json_t *stamps;

	t->json = json_strict_read(t->data.content, &why);
	if (!hold(a, RULE_FIELDS, t->json != NULL, "one JSON object", "%.190s", why.text))
		return false;
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(json_strict_text(t->json, needed[i]));

		if (!hold(a, RULE_FIELDS, len > 0 && len < FIELD_TEXT, needed[i],
		    "it is missing, or no text, or too long"))
			return false;
	}
	stamps = json_object_get(t->json, "timeStamp");
	return hold(a, RULE_FIELDS, stamp_read(json_strict_text(stamps, "createdOn"), &t->made_s) &&
	    stamp_read(json_strict_text(stamps, "expiresOn"), &t->until_s),
	    "timeStamp with createdOn and expiresOn", "%.40s, %.40s",
	    json_strict_text(stamps, "createdOn"), json_strict_text(stamps, "expiresOn")) &&
	    hold(a, RULE_DATED, t->made_s <= dossier->at_s && dossier->at_s < t->until_s,
	    "created before, not yet expired", "%.40s to %.40s",
	    json_strict_text(stamps, "createdOn"), json_strict_text(stamps, "expiresOn"));
}

/* As it stands there; the ten digits of a challenge of ours stand for it (keyless). */
static struct bytes
nonce_of(const struct dossier *dossier, const struct trial *t)
{
	struct bytes text = bytes_of_text(json_strict_text(t->json, "nonce"));
	char digits[ENVELOPE_DIGITS];

	if (dossier->nonce.len != HASH_LEN)
		return text;
	envelope_digits(dossier->nonce, digits);
	return bytes_equal(text, bytes_of_text(digits)) ? dossier->nonce : text;
}

static bool
policy_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	return hold_policy(dossier, a, RULE_POLICY) &&
	    hold_nonce(dossier, a, RULE_NONCE, nonce_of(dossier, t), true) &&
	    hold_spki(dossier, a, RULE_KEY, (struct hash){ { 0 } }) &&
	    hold_listed_text(dossier, a, RULE_SUBSCRIPTION, "subscriptions",
	    json_strict_text(t->json, "subscriptionId")) &&
	    hold_listed_text(dossier, a, RULE_REGION, "regions", t->region);
}

static void
claim_all(struct claims *claims, const struct trial *t)
{
	const char *sku = json_strict_text(t->json, "sku");

	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("azure"));
	claims_text(claims, CLAIM_REGION, bytes_of_text(t->region));
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text("C"));
	claims_text(claims, CLAIM_INSTANCE, bytes_of_text(json_strict_text(t->json, "vmId")));
	claims_text(claims, CLAIM_ACCOUNT,
	    bytes_of_text(json_strict_text(t->json, "subscriptionId")));
	if (sku[0] != '\0' && strlen(sku) < FIELD_TEXT)
		claims_text(claims, CLAIM_IMAGE, bytes_of_text(sku));
	claims_time(claims, CLAIM_MADE, t->made_s * 1000);
	claims_time(claims, CLAIM_EXPIRES, t->until_s * 1000);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&t->chain, &t->pool) * 1000);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct trial t = { .keep.max = SIGNED_DATA_MAX };

	if (signature_good(dossier, a, &t) && chain_good(dossier, a, &t) && host_good(a, &t) &&
	    fields_good(dossier, a, &t) && policy_good(dossier, a, &t) &&
	    a->verdict == ATTEST_ACCEPT)
		claim_all(&a->claims, &t);
	json_decref(t.envelope);
	json_decref(t.json);
	signed_data_free(&t.data);
	pool_free(&t.pool);
	buffer_free(&t.keep);
}

static bool
looks(struct bytes octets)
{
	return octets.len > 0 && octets.at[0] == '{' &&
	    memmem(octets.at, octets.len, "\"pkcs7\"", 7) != NULL;
}

static const struct attest_role roles[] = {
	{ "document", true, N_("the service's answer, or its signature as DER or base64"), looks },
	{ "certificates", true, N_("PEM: intermediates, the root and revocation lists"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as Azure names them: japaneast" },
	{ "subscriptions", POLICY_TEXT, "subscriptions" },
	{ NULL, POLICY_TEXT, NULL }
};

const struct verifier verifier_azure_attested = {
	.set = &set, .role = roles, .key = keys, .keyless = true, .judge = judge
};
