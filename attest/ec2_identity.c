/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of EC2 instance identity documents: the PKCS#7 of the metadata service, or the JSON
 * text beside its signature.  A bearer's statement: it holds no nonce and no key.
 */
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/base64_form.h"
#include "attest/json_strict.h"
#include "attest/policy.h"
#include "attest/signature.h"
#include "attest/signed_data.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"

#define GUIDE  "Amazon EC2 User Guide, Instance identity documents"
#define VERIFY "Amazon EC2 User Guide, Verify instance identity documents"
#define PUBLIC "Amazon EC2 User Guide, AWS public certificates"

enum { RULE_FORM, RULE_ALGORITHM, RULE_SIGNATURE, RULE_FIELDS, RULE_CERTIFICATE, RULE_TIME,
	RULE_STRENGTH, RULE_STARTED, RULE_POLICY, RULE_NONCE, RULE_KEY, RULE_ACCOUNT, RULE_IMAGE,
	RULE_REGION, RULE_COUNT };

enum { RSA_BITS = 2048, FIELD_TEXT = 128 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 5652, 5.1; " GUIDE,
	    N_("it is neither a signed PKCS#7 message nor a JSON document"),
	    N_("take what the metadata service gives at "
	    "/latest/dynamic/instance-identity/rsa2048, whole") },
	[RULE_ALGORITHM] = { "algorithm", ATTEST_REJECT, VERIFY,
	    N_("it was signed over a digest that no longer counts"),
	    N_("take the document from /rsa2048; the older /pkcs7 is signed with SHA-1") },
	[RULE_SIGNATURE] = { "signature", ATTEST_REJECT, "RFC 5652, 5.4; " VERIFY,
	    N_("the signature does not verify under any certificate that was given"),
	    N_("give the certificate of the region the instance runs in; if it is "
	    "that one, the document was changed: refuse it, and take it from "
	    "the metadata service again") },
	[RULE_FIELDS] = { "fields", ATTEST_REJECT, GUIDE,
	    N_("a field of the document is missing, or its zone is not in its region"),
	    N_("refuse it: the metadata service gives each of these fields; take "
	    "the document from it again") },
	[RULE_CERTIFICATE] = { "certificate", ATTEST_REJECT, PUBLIC,
	    N_("the certificate that verified is not the one AWS publishes for that region"),
	    N_("compare it with the one in the EC2 User Guide; if AWS replaced it, put "
	    "\"REGION:sha256:HEX\" into \"roots\"") },
	[RULE_TIME] = { "time", ATTEST_REJECT, "RFC 5280, 4.1.2.5",
	    N_("the certificate of that region is not valid at that second"),
	    N_("fetch the region's present certificate, and look at our clock") },
	[RULE_STRENGTH] = { "strength", ATTEST_REJECT, "NIST SP 800-131A Rev. 2, 3",
	    N_("it was signed with a short RSA key"),
	    N_("take the document from /rsa2048 instead of the base64 signature, or allow less "
	    "in min_rsa_bits") },
	[RULE_STARTED] = { "started", ATTEST_REJECT, GUIDE,
	    N_("it says that the instance was started after that second"),
	    N_("look at our clock; if it is right, the document is not what was received then") },
	[RULE_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
	    N_("no policy says what is acceptable"),
	    N_("write a section with the name of this kind into the policy; "
	    "sekimori attest --observe makes one of a sample, to be reviewed") },
	[RULE_NONCE] = { "nonce", ATTEST_REJECT, "RFC 9334, 10",
	    N_("an instance identity document holds no nonce"),
	    N_("where a bearer's statement is enough, say nonce = \"none\" in the policy; else "
	    "ask for a NitroTPM document") },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 10",
	    N_("an instance identity document speaks of no key"),
	    N_("bind the key with a NitroTPM document; this one only says where the instance "
	    "with that identifier is") },
	[RULE_ACCOUNT] = { "account", ATTEST_REJECT, GUIDE,
	    N_("the instance belongs to an account that the policy does not accept"),
	    N_("ask the operator whose account it is; a stranger's document verifies as well") },
	[RULE_IMAGE] = { "image", ATTEST_REJECT, GUIDE,
	    N_("the instance was started from an image that the policy does not accept"),
	    N_("add the image to \"images\" only if it was released") },
	[RULE_REGION] = { "region", ATTEST_REJECT, GUIDE,
	    N_("AWS signed for a region that the policy does not accept"),
	    N_("ask the operator why the instance runs there; add the region to \"regions\" only "
	    "if the contract allows it") },
};

static const struct ruleset set = {
	.name = "ec2-identity", .title = N_("EC2 instance identity document"),
	.limit = N_("It proves that AWS once told some instance this; not that whoever shows it "
	    "is that instance.  It holds no nonce and no key, and whoever once read it can show "
	    "it again for ever."),
	.rule = rules, .count = RULE_COUNT
};

static const struct ec2_region { const char *region, *rsa2048, *rsa; } ec2_regions[] = {
#define EC2_REGION(region, rsa2048, rsa) { region, rsa2048, rsa },
#include "attest/ec2_region_list.h"
};

struct trial {
	struct pool        pool;
	struct signed_data data;
	struct buffer      keep, keep_signature;
	struct bytes       content;		/* the JSON text that is signed */
	struct x509_st    *signer;		/* the pool's */
	json_t            *json;
	const char        *region;
	int64_t            started_ms;
};

static bool
is_json(struct bytes octets)
{
	return octets.len > 0 && octets.at[0] == '{';
}

/* The text of a document, beside which its signature is an item of its own. */
static bool
text_signed(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	struct bytes signature = base64_form_open(dossier_item(dossier, "signature"),
	    &t->keep_signature);

	t->content = dossier_item(dossier, "document");
	hold(a, RULE_FORM, true, NULL, NULL);
	hold(a, RULE_ALGORITHM, true, NULL, NULL);	/* always SHA-256 with PKCS#1 v1.5 */
	if (signature.len == 0) {
		rule_lack(a, RULE_SIGNATURE, "the role \"signature\"", "a document without one");
		return false;
	}
	for (size_t i = 0; t->signer == NULL && i < t->pool.certificates; i++)
		if (signature_rsa_pkcs1(X509_get0_pubkey(t->pool.certificate[i]), DIGEST_SHA256,
		    t->content, signature))
			t->signer = t->pool.certificate[i];
	return hold(a, RULE_SIGNATURE, t->signer != NULL, "a good signature",
	    "%zu octets that verify under none of %zu certificates", signature.len,
	    t->pool.certificates);
}

static bool
message_signed(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	struct bytes der = base64_form_open(dossier_item(dossier, "document"), &t->keep);
	struct why why = { .err = ERR_OK };

	if (!hold(a, RULE_FORM, signed_data_read(der, &t->data, &why) == ERR_OK,
	    "one SignedData with its content inside and one signer", "%.190s", why.text) ||
	    !hold(a, RULE_ALGORITHM, signed_data_strong(&t->data), "sha256, sha384 or sha512",
	    "%s", t->data.digest) ||
	    !hold(a, RULE_SIGNATURE, signed_data_verify(&t->data, &t->pool, &why),
	    "a good signature", "%.190s", why.text))
		return false;
	t->signer = t->data.signer;
	t->content = t->data.content;
	return true;
}

static bool
field_fits(const json_t *json, const char *key)
{
	size_t len = strlen(json_strict_text(json, key));

	return len > 0 && len < FIELD_TEXT;
}

static bool
fields_good(struct appraisal *a, struct trial *t)
{
	static const char *const needed[] = { "region", "availabilityZone", "instanceId",
		"accountId", "imageId", "pendingTime" };
	struct why why = { .err = ERR_OK };
	const char *zone;

	t->json = json_strict_read(t->content, &why);
	if (!hold(a, RULE_FIELDS, t->json != NULL, "one JSON object", "%.190s", why.text))
		return false;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!hold(a, RULE_FIELDS, field_fits(t->json, needed[i]), needed[i],
		    "it is missing, or no text, or too long"))
			return false;
	t->region = json_strict_text(t->json, "region");
	zone = json_strict_text(t->json, "availabilityZone");
	/* Zones are named by their region: ap-northeast-1a, us-west-2-lax-1a. */
	return hold(a, RULE_FIELDS, strncmp(zone, t->region, strlen(t->region)) == 0 &&
	    zone[strlen(t->region)] != '\0', t->region, "%.120s", zone) &&
	    hold(a, RULE_FIELDS, strchr(json_strict_text(t->json, "pendingTime"), 'T') != NULL &&
	    time_read(json_strict_text(t->json, "pendingTime"), 0, &t->started_ms, NULL) == ERR_OK,
	    "a time (RFC 3339)", "%.60s", json_strict_text(t->json, "pendingTime"));
}

/* The policy's "REGION:sha256:HEX", or the table where it is silent or names the region. */
static bool
certificate_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	char hex[HASH_TEXT], pin[FIELD_TEXT + HASH_TEXT + 16];
	enum policy_answer named = policy_listed_text(dossier, a, "roots", t->region);
	bool good;

	hash_text(certificate_hash(t->signer), hex);
	snprintf(pin, sizeof(pin), "%s:sha256:%s", t->region, hex);
	good = policy_ticket_listed(dossier, a, "roots", pin);
	if (named == POLICY_SILENT || named == POLICY_LISTED)
		for (size_t i = 0; i < sizeof(ec2_regions) / sizeof(ec2_regions[0]); i++)
			good = good || (strcmp(ec2_regions[i].region, t->region) == 0 &&
			    (strcmp(ec2_regions[i].rsa2048, hex) == 0 ||
			    strcmp(ec2_regions[i].rsa, hex) == 0));
	if (good && named == POLICY_LISTED)
		(void)policy_ticket_listed(dossier, a, "roots", t->region);
	return hold(a, RULE_CERTIFICATE, good, t->region, "a certificate with SHA-256 %s", hex);
}

static bool
signer_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	int64_t from_s = certificate_from_s(t->signer), until_s = certificate_until_s(t->signer),
	    bits_min = RSA_BITS;
	int bits = EVP_PKEY_get_bits(X509_get0_pubkey(t->signer));
	char from[TIME_TEXT], until[TIME_TEXT], least[64];

	time_utc(from_s == INT64_MAX ? 0 : from_s * 1000, from);
	time_utc(until_s * 1000, until);
	(void)policy_integer(dossier, a, "min_rsa_bits", &bits_min);
	snprintf(least, sizeof(least), "at least %lld bits", (long long)bits_min);
	return hold(a, RULE_TIME, from_s <= dossier->at_s && dossier->at_s <= until_s,
	    "a certificate in force", "valid from %s to %s", from, until) &&
	    hold(a, RULE_STRENGTH, bits >= bits_min, least, "%d", bits) &&
	    hold(a, RULE_STARTED, t->started_ms / 1000 <= dossier->at_s, "a start before now",
	    "%.60s", json_strict_text(t->json, "pendingTime"));
}

static bool
policy_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	return hold_policy(dossier, a, RULE_POLICY) &&
	    hold_nonce(dossier, a, RULE_NONCE, bytes_of(NULL, 0), true) &&
	    hold_spki(dossier, a, RULE_KEY, (struct hash){ { 0 } }) &&
	    hold_listed_text(dossier, a, RULE_ACCOUNT, "accounts",
	    json_strict_text(t->json, "accountId")) &&
	    hold_listed_text(dossier, a, RULE_IMAGE, "images",
	    json_strict_text(t->json, "imageId")) &&
	    hold_listed_text(dossier, a, RULE_REGION, "regions", t->region);
}

static void
claim_field(struct claims *claims, const char *name, const json_t *json, const char *key)
{
	if (field_fits(json, key))
		claims_text(claims, name, bytes_of_text(json_strict_text(json, key)));
}

static void
claim_all(struct appraisal *a, const struct trial *t)
{
	struct claims *claims = &a->claims;

	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("aws"));
	claim_field(claims, CLAIM_REGION, t->json, "region");
	claim_field(claims, CLAIM_ZONE, t->json, "availabilityZone");
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text("C"));
	claim_field(claims, CLAIM_INSTANCE, t->json, "instanceId");
	claim_field(claims, CLAIM_ACCOUNT, t->json, "accountId");
	claim_field(claims, CLAIM_IMAGE, t->json, "imageId");
	claim_field(claims, "ec2.type", t->json, "instanceType");
	claim_field(claims, "ec2.architecture", t->json, "architecture");
	claim_field(claims, "ec2.address", t->json, "privateIp");
	claims_time(claims, CLAIM_MADE, t->started_ms);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, certificate_until_s(t->signer) * 1000);
	ending_certificate(a, &t->pool, t->signer);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct trial t = { .keep.max = SIGNED_DATA_MAX, .keep_signature.max = 1024 };
	struct why why = { .err = ERR_OK };
	enum err err = pool_add_role(&t.pool, dossier, "certificate", &why);

	if (err == ERR_NOT_FOUND)
		rule_lack(a, RULE_SIGNATURE, "the role \"certificate\"", "none was given");
	else if (err != ERR_OK)
		rule_break(a, RULE_SIGNATURE, "certificates of regions", "%.190s", why.text);
	else if ((is_json(dossier_item(dossier, "document")) ? text_signed(dossier, a, &t) :
	    message_signed(dossier, a, &t)) && fields_good(a, &t) &&
	    certificate_good(dossier, a, &t) && signer_good(dossier, a, &t) &&
	    policy_good(dossier, a, &t))
		claim_all(a, &t);
	json_decref(t.json);
	signed_data_free(&t.data);
	pool_free(&t.pool);
	buffer_free(&t.keep);
	buffer_free(&t.keep_signature);
}

static bool
looks(struct bytes octets)
{
	return is_json(octets) && memmem(octets.at, octets.len, "\"availabilityZone\"", 18) != NULL;
}

static const struct attest_role roles[] = {
	{ "document", true, N_("the PKCS#7 of /rsa2048, DER or base64, or the JSON text"), looks },
	{ "certificate", true, N_("PEM: the certificate of the region, as AWS publishes it"),
	    NULL },
	{ "signature", false, N_("the signature of the JSON text, binary or base64"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as AWS names them" },
	{ "accounts", POLICY_TEXT, "accounts, 12 digits" },
	{ "images", POLICY_TEXT, "images it may be started from" },
	{ "min_rsa_bits", POLICY_INTEGER, "length of the signer's key; 2048 if silent" },
	{ NULL, POLICY_TEXT, NULL }
};

const struct verifier verifier_ec2_identity = {
	.set = &set, .role = roles, .key = keys, .unasked = true, .judge = judge
};
