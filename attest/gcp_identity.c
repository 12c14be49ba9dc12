/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of Compute Engine identity tokens with format=full: a JWT of Google's accounts.  A
 * bearer's statement of one hour.
 *
 * A nonce of ours stands in the audience: "AUDIENCE/HEX", where the policy lists AUDIENCE.
 */
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/json_strict.h"
#include "attest/jwt.h"
#include "attest/policy.h"
#include "attest/signature.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"

#define DOCS "Compute Engine, Verify the identity of instances"

enum { RULE_FORM, RULE_ALGORITHM, RULE_KEY_SET, RULE_PIN, RULE_SIGNATURE, RULE_ISSUER, RULE_TIME,
	RULE_FIELDS, RULE_POLICY, RULE_AUDIENCE, RULE_NONCE, RULE_KEY, RULE_PROJECT, RULE_REGION,
	RULE_COUNT };

enum { LIFE_S = 3600, TEXT_MAX = 256, AUDIENCE_MAX = 2600 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 7515, 7.1",
	    N_("it is no signed JSON token"),
	    N_("take what the metadata server gives at .../service-accounts/default/identity, "
	    "whole") },
	[RULE_ALGORITHM] = { "algorithm", ATTEST_REJECT, "RFC 7515, 4.1; RFC 8725, 3.1",
	    N_("its header does not say RS256, or asks for extensions"),
	    N_("refuse it: Google signs these tokens with RS256 and nothing else; "
	    "ask the metadata server for a fresh one") },
	[RULE_KEY_SET] = { "kid", ATTEST_INDETERMINATE, "RFC 7515, 4.1.4; RFC 7517, 5",
	    N_("the JWK Set that was given does not have the key that signed"),
	    N_("give the set of that week as jwks=FILE: Google changes its keys every few weeks, "
	    "so keep the set beside the token") },
	[RULE_PIN] = { "roots", ATTEST_REJECT, "RFC 7517, 5",
	    N_("the key that signed is not one the policy trusts"),
	    N_("put its \"spki:HEX\" into \"roots\" if it was fetched from Google, or \"*\" if "
	    "only our own fetcher gives these sets") },
	[RULE_SIGNATURE] = { "signature", ATTEST_REJECT, "RFC 7515, 5.2",
	    N_("the signature does not verify"),
	    N_("refuse it: it was changed after it was signed, or signed by "
	    "another key; ask the machine itself for a fresh one") },
	[RULE_ISSUER] = { "issuer", ATTEST_REJECT, "RFC 7519, 4.1.1; " DOCS,
	    N_("it was not issued by Google's accounts"),
	    N_("refuse it: another issuer says nothing of a machine of Google's; "
	    "ask the metadata server for a token") },
	[RULE_TIME] = { "time", ATTEST_REJECT, "RFC 7519, 4.1.4 and 4.1.6",
	    N_("it is not valid at that second, or for longer than an hour"),
	    N_("judge it at the second it was received, or ask for a fresh one; otherwise look at "
	    "our clock") },
	[RULE_FIELDS] = { "fields", ATTEST_INDETERMINATE, DOCS,
	    N_("it does not say which instance it is of"),
	    N_("ask the metadata server with format=full") },
	[RULE_POLICY] = { "policy", ATTEST_INDETERMINATE, "RFC 9334, 8.5",
	    N_("no policy says what is acceptable"),
	    N_("write a section with the name of this kind into the policy; "
	    "sekimori attest --observe makes one of a sample, to be reviewed") },
	[RULE_AUDIENCE] = { "audience", ATTEST_REJECT, "RFC 7519, 4.1.3",
	    N_("it was made for another audience"),
	    N_("ask for one with our audience: a token made for somebody else may have been "
	    "shown on by him") },
	[RULE_NONCE] = { "nonce", ATTEST_REJECT, "RFC 7519, 4.1.3; " DOCS,
	    N_("its audience does not end with the nonce we asked with"),
	    N_("ask for a token whose audience is ours, a slash, and the nonce in lower-case "
	    "hex") },
	[RULE_KEY] = { "key", ATTEST_REJECT, "RFC 9334, 10",
	    N_("an identity token speaks of no key"),
	    N_("bind the key with evidence of the vTPM; this one only says where the instance "
	    "with that identifier is") },
	[RULE_PROJECT] = { "project", ATTEST_REJECT, DOCS,
	    N_("the instance belongs to a project that the policy does not accept"),
	    N_("ask the operator whose it is; a stranger's token verifies as well") },
	[RULE_REGION] = { "region", ATTEST_REJECT, DOCS,
	    N_("Google signed for a region that the policy does not accept"),
	    N_("ask the operator why the instance runs there; add the region to \"regions\" only "
	    "if the contract allows it") },
};

static const struct ruleset set = {
	.name = "gcp-identity-token", .title = N_("Compute Engine identity token"),
	.limit = N_("It proves that Google told some instance of this project this within the "
	    "hour; not that whoever shows it is that instance.  It holds no key, and whoever "
	    "once read it can show it again until it expires.  With our nonce inside it was said "
	    "after we asked, to whatever program on such an instance put the question."),
	.rule = rules, .count = RULE_COUNT
};

struct trial {
	struct jwt          jwt;
	struct evp_pkey_st *key;
	const json_t       *engine;		/* google.compute_engine */
	char                region[TEXT_MAX];
	int64_t             made_s, until_s;
};

static bool
key_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	const char *kid = json_strict_text(t->jwt.header, "kid");
	struct bytes jwks = dossier_item(dossier, "jwks");
	struct why why = { .err = ERR_OK };
	struct hash of = hash_of3(bytes_of_text("JWK Set"), jwks, bytes_of_text(kid)), spki;
	char pin[HASH_TEXT + 8] = "spki:";

	if (jwks.len == 0) {
		rule_lack(a, RULE_KEY_SET, "the role \"jwks\"", "none was given");
		return false;
	}
	t->key = chain_memory_key(dossier->memory, of, &spki);
	if (t->key == NULL && jwk_find(jwks, kid, &t->key, &why) == ERR_OK) {
		spki = key_spki(t->key);
		chain_memory_key_keep(dossier->memory, of, t->key, spki);
	}
	if (!hold(a, RULE_KEY_SET, t->key != NULL, "one key with the token's kid",
	    "%.60s: %.120s", kid, why.text))
		return false;
	hash_text(spki, pin + 5);
	return hold_listed_text(dossier, a, RULE_PIN, "roots", pin);
}

static bool
signature_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	struct why why = { .err = ERR_OK };

	return hold(a, RULE_FORM, jwt_read(dossier_item(dossier, "token"), &t->jwt, &why) ==
	    ERR_OK, "header.claims.signature", "%.190s", why.text) &&
	    hold(a, RULE_ALGORITHM, strcmp(json_strict_text(t->jwt.header, "alg"), "RS256") == 0 &&
	    json_object_get(t->jwt.header, "crit") == NULL, "alg RS256, no crit", "%.60s",
	    json_strict_text(t->jwt.header, "alg")) &&
	    key_good(dossier, a, t) &&
	    hold(a, RULE_SIGNATURE, signature_rsa_pkcs1(t->key, DIGEST_SHA256,
	    t->jwt.signed_part, bytes_of_buffer(&t->jwt.signature)), "a good signature",
	    "it does not verify");
}

static bool
second_read(const json_t *claims, const char *key, int64_t *seconds)
{
	const json_t *value = json_object_get(claims, key);

	*seconds = json_integer_value(value);
	return json_is_integer(value) && *seconds > 0 && *seconds < INT32_MAX * 100LL;
}

static bool
life_good(const struct dossier *dossier, struct appraisal *a, struct trial *t)
{
	const char *issuer = json_strict_text(t->jwt.claims, "iss");
	char made[TIME_TEXT], until[TIME_TEXT], at[TIME_TEXT];
	bool read = second_read(t->jwt.claims, "iat", &t->made_s) &&
	    second_read(t->jwt.claims, "exp", &t->until_s);

	if (!hold(a, RULE_ISSUER, strcmp(issuer, "https://accounts.google.com") == 0 ||
	    strcmp(issuer, "accounts.google.com") == 0, "https://accounts.google.com", "%.120s",
	    issuer) || !hold(a, RULE_TIME, read, "iat and exp in seconds", "one is missing"))
		return false;
	time_utc(t->made_s * 1000, made);
	time_utc(t->until_s * 1000, until);
	time_utc(dossier->at_s * 1000, at);
	return hold(a, RULE_TIME, t->made_s <= dossier->at_s && dossier->at_s < t->until_s &&
	    t->until_s - t->made_s <= LIFE_S, at, "%s to %s", made, until);
}

static bool
text_fits(const json_t *object, const char *key)
{
	size_t len = strlen(json_strict_text(object, key));

	return len > 0 && len < TEXT_MAX;
}

/* A zone is its region, a hyphen and a last part: europe-west1-b. */
static bool
fields_good(struct appraisal *a, struct trial *t)
{
	static const char *const needed[] = { "zone", "project_id", "instance_id" };
	const char *zone, *dash;

	t->engine = json_object_get(json_object_get(t->jwt.claims, "google"), "compute_engine");
	for (size_t i = 0; i < 3; i++)
		if (!hold(a, RULE_FIELDS, text_fits(t->engine, needed[i]), needed[i],
		    "google.compute_engine does not have it"))
			return false;
	zone = json_strict_text(t->engine, "zone");
	dash = strrchr(zone, '-');
	if (!hold(a, RULE_FIELDS, dash != NULL && dash > zone && dash[1] != '\0', "REGION-x",
	    "%.120s", zone))
		return false;
	memcpy(t->region, zone, (size_t)(dash - zone));
	t->region[dash - zone] = '\0';
	return true;
}

/* Where we asked with a nonce, what stands before the last slash is the audience. */
static bool
audience_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	const char *claimed = json_strict_text(t->jwt.claims, "aud"), *slash, *hex;
	char audience[AUDIENCE_MAX];
	uint8_t octets[NONCE_MAX];
	size_t len;

	if (!hold(a, RULE_AUDIENCE, claimed[0] != '\0' && strlen(claimed) < AUDIENCE_MAX,
	    "one text", "none, or too long"))
		return false;
	snprintf(audience, sizeof(audience), "%s", claimed);
	slash = strrchr(claimed, '/');
	hex = slash != NULL ? slash + 1 : "";
	len = strlen(hex) / 2;
	if (dossier->nonce.len == 0 || strspn(hex, "0123456789abcdef") != strlen(hex) ||
	    len > NONCE_MAX || hex_read(hex, octets, len) != ERR_OK)
		len = 0;
	if (len > 0)
		audience[slash - claimed] = '\0';
	return hold_listed_text(dossier, a, RULE_AUDIENCE, "audience", audience) &&
	    hold_nonce(dossier, a, RULE_NONCE, bytes_of(octets, len), true);
}

static bool
policy_good(const struct dossier *dossier, struct appraisal *a, const struct trial *t)
{
	return hold_policy(dossier, a, RULE_POLICY) && audience_good(dossier, a, t) &&
	    hold_spki(dossier, a, RULE_KEY, (struct hash){ { 0 } }) &&
	    hold_listed_text(dossier, a, RULE_PROJECT, "projects",
	    json_strict_text(t->engine, "project_id")) &&
	    hold_listed_text(dossier, a, RULE_REGION, "regions", t->region);
}

static void
claim_field(struct claims *claims, const char *name, const json_t *object, const char *key)
{
	if (text_fits(object, key))
		claims_text(claims, name, bytes_of_text(json_strict_text(object, key)));
}

static void
claim_all(struct claims *claims, const struct trial *t)
{
	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("gcp"));
	claims_text(claims, CLAIM_REGION, bytes_of_text(t->region));
	claim_field(claims, CLAIM_ZONE, t->engine, "zone");
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text("C"));
	claim_field(claims, CLAIM_INSTANCE, t->engine, "instance_id");
	claim_field(claims, CLAIM_ACCOUNT, t->engine, "project_id");
	claim_field(claims, "gcp.instance_name", t->engine, "instance_name");
	claim_field(claims, "gcp.service_account", t->jwt.claims, "email");
	claims_time(claims, CLAIM_MADE, t->made_s * 1000);
	claims_time(claims, CLAIM_EXPIRES, t->until_s * 1000);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct trial t = { .key = NULL };

	if (signature_good(dossier, a, &t) && life_good(dossier, a, &t) && fields_good(a, &t) &&
	    policy_good(dossier, a, &t))
		claim_all(&a->claims, &t);
	EVP_PKEY_free(t.key);
	jwt_free(&t.jwt);
}

static bool
looks(struct bytes octets)
{
	/* {"alg": in base64url, and further on two dots. */
	return octets.len > 9 && memcmp(octets.at, "eyJhbGciO", 9) == 0 &&
	    memchr(octets.at, '.', octets.len) != memrchr(octets.at, '.', octets.len);
}

static const struct attest_role roles[] = {
	{ "token", true, N_("the token as the metadata server gave it"), looks },
	{ "jwks", true, N_("the JWK Set of Google's accounts of that week"), NULL },
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "regions", POLICY_TEXT, "regions as Google names them: asia-northeast1" },
	{ "projects", POLICY_TEXT, "project identifiers" },
	{ "audience", POLICY_TEXT, "audiences of ours" },
	{ NULL, POLICY_TEXT, NULL }
};

const struct verifier verifier_gcp_identity = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
