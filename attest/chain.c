/* SPDX-License-Identifier: Apache-2.0 */
/* Chains, by name and signature up to a pinned root; see chain.h. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/chain_part.h"
#include "monitor/base/timetext.h"

#ifdef ATTEST_SIGNATURES_STUBBED
enum { STUBBED = 1 };
#else
enum { STUBBED = 0 };
#endif

bool
certificate_issued(const struct dossier *dossier, X509 *of, X509 *issuer)
{
	struct hash pair = { { 0 } };
	bool good;

	if (X509_NAME_cmp(X509_get_issuer_name(of), X509_get_subject_name(issuer)) != 0)
		return false;
	if (STUBBED)
		return true;
	if (dossier->memory != NULL) {
		struct hash what = certificate_hash(of), who = certificate_hash(issuer);

		pair = hash_of3(bytes_of_text("certificate"), hash_bytes(&what),
		    hash_bytes(&who));
		if (chain_memory_proven(dossier->memory, pair))
			return true;
	}
	good = X509_get0_pubkey(issuer) != NULL && X509_verify(of, X509_get0_pubkey(issuer)) == 1;
	if (good && dossier->memory != NULL)
		chain_memory_prove(dossier->memory, pair);
	ERR_clear_error();
	return good;
}

static void
name_text(X509 *certificate, char *out, size_t size)
{
	char *line = X509_NAME_oneline(X509_get_subject_name(certificate), NULL, 0);

	snprintf(out, size, "%.120s", line != NULL ? line : "?");
	OPENSSL_free(line);
	for (char *at = out; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

/* Whether it may issue the one below it, with so many issuers between that and the leaf. */
static bool
may_issue(X509 *issuer, size_t between, unsigned loose)
{
	uint32_t flags = X509_get_extension_flags(issuer);
	long path = X509_get_pathlen(issuer);

	if ((flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) != 0)
		return false;
	if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(issuer) & KU_KEY_CERT_SIGN) == 0)
		return false;
	if ((flags & EXFLAG_CA) != 0)
		return path < 0 || (size_t)path >= between;
	return (loose & CHAIN_LOOSE_CA) != 0 && (flags & EXFLAG_BCONS) == 0;
}

static bool
is_in(const struct chain *chain, X509 *certificate)
{
	for (size_t i = 0; i < chain->count; i++)
		if (X509_cmp(chain->link[i], certificate) == 0)
			return true;
	return false;
}

/* A pinned one is preferred to another with the same name and key. */
static X509 *
issuer_find(const struct dossier *dossier, const struct appraisal *a, const char *key,
    const struct pool *pool, const struct chain *chain)
{
	X509 *of = chain->link[chain->count - 1], *found = NULL;

	for (size_t i = 0; i < pool->certificates; i++) {
		X509 *issuer = pool->certificate[i];

		if (is_in(chain, issuer) || !certificate_issued(dossier, of, issuer))
			continue;
		if (root_pinned(dossier, a, key, issuer) != PINNED_NOT)
			return issuer;
		if (found == NULL)
			found = issuer;
	}
	return found;
}

static bool
time_good(const struct dossier *dossier, X509 *certificate, char found[STEP_TEXT])
{
	int64_t from_s = certificate_from_s(certificate);
	int64_t until_s = certificate_until_s(certificate);
	bool early = dossier->at_s < from_s;
	char name[128], when[TIME_TEXT];

	if (!early && dossier->at_s <= until_s)
		return true;
	name_text(certificate, name, sizeof(name));
	time_utc((early ? from_s == INT64_MAX ? 0 : from_s : until_s) * 1000, when);
	/* The time first: an observation has no room for more than the beginning. */
	snprintf(found, STEP_TEXT, "%s %s: %s", early ? "valid from" : "expired", when, name);
	return false;
}

static enum chain_answer
chain_end(const struct chain *chain, enum chain_answer answer, char found[STEP_TEXT])
{
	char name[128];

	name_text(chain->link[chain->count - 1], name, sizeof(name));
	snprintf(found, STEP_TEXT, "%s %s", answer == CHAIN_ISSUER ?
	    "nothing given issued" : answer == CHAIN_ROOT ? "it ends at, not pinned:" :
	    "it must not issue:", name);
	return answer;
}

/* The last of it was issued by nobody who is given, or by itself and is no root that counts now. */
static enum chain_answer
chain_open(const struct dossier *dossier, const struct appraisal *a, const char *key,
    const struct chain *chain, char found[STEP_TEXT])
{
	X509 *last = chain->link[chain->count - 1];
	bool root = chain->count > 1 && X509_NAME_cmp(X509_get_issuer_name(last),
	    X509_get_subject_name(last)) == 0;
	char name[128];

	if (!root || !root_past(dossier, a, key, last))
		return chain_end(chain, root ? CHAIN_ROOT : CHAIN_ISSUER, found);
	name_text(last, name, sizeof(name));
	snprintf(found, STEP_TEXT, "the policy pins it at another time: %s", name);
	return CHAIN_ROOT;
}

enum chain_answer
chain_build(const struct dossier *dossier, struct appraisal *a, const char *key,
    const struct pool *pool, X509 *leaf, unsigned loose, struct chain *out, char found[STEP_TEXT])
{
	uint32_t flags = X509_get_extension_flags(leaf);

	*out = (struct chain){ .count = 1, .link = { leaf } };
	found[0] = '\0';
	if ((flags & EXFLAG_INVALID) != 0 ||
	    ((flags & EXFLAG_CRITICAL) != 0 && (loose & CHAIN_LOOSE_CRITICAL) == 0))
		return chain_end(out, CHAIN_SHAPE, found);
	for (;;) {
		X509 *last = out->link[out->count - 1], *issuer;
		size_t between;
		enum pinned pinned = out->count > 1 || (loose & CHAIN_LEAF_IS_PIN) != 0 ?
		    root_pinned(dossier, a, key, last) : PINNED_NOT;

		/* A pinned key is the anchor itself: its certificate's dates say nothing of it. */
		if (pinned != PINNED_KEY && (loose & CHAIN_LOOSE_TIME) == 0 &&
		    !time_good(dossier, last, found))
			return CHAIN_TIME;
		if (pinned != PINNED_NOT) {
			root_ticket(dossier, a, key, last);
			return CHAIN_GOOD;
		}
		issuer = out->count == CHAIN_LINKS ? NULL :
		    issuer_find(dossier, a, key, pool, out);
		if (issuer == NULL)
			return chain_open(dossier, a, key, out, found);
		out->link[out->count++] = issuer;
		/* RFC 5280, 6.1.1 (d): what an anchor's certificate limits need not be asked. */
		between = (loose & CHAIN_LOOSE_PATH) != 0 &&
		    root_pinned(dossier, a, key, issuer) != PINNED_NOT ? 0 : out->count - 2;
		if (!may_issue(issuer, between, loose))
			return chain_end(out, CHAIN_SHAPE, found);
	}
}

/* What every link's dates let it down at; of a pinned key they say nothing. */
static void
note_ends(const struct dossier *dossier, struct appraisal *a, const char *key,
    const struct pool *pool, const struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		if (i + 1 < chain->count || root_pinned(dossier, a, key, chain->link[i]) !=
		    PINNED_KEY)
			ending_certificate(a, pool, chain->link[i]);
}

bool
hold_chain(const struct dossier *dossier, struct appraisal *a, size_t rule_chain,
    size_t rule_time, const char *key, const struct pool *pool, X509 *leaf, unsigned loose,
    struct chain *out)
{
	char found[STEP_TEXT], when[TIME_TEXT];
	enum chain_answer answer = chain_build(dossier, a, key, pool, leaf, loose, out, found);

	if (answer == CHAIN_TIME) {
		time_utc(dossier->at_s * 1000, when);
		return rule_break(a, rule_time, when, "%s", found);
	}
	if (!hold(a, rule_chain, answer == CHAIN_GOOD, "issued one by another up to a pinned root",
	    "%s", found))
		return false;
	if ((loose & CHAIN_LOOSE_TIME) == 0)
		note_ends(dossier, a, key, pool, out);
	return (loose & CHAIN_LOOSE_TIME) != 0 ?
	    rule_skip(a, rule_time, "these certificates have no dates that count") :
	    hold(a, rule_time, true, NULL, NULL);
}

int64_t
chain_until_s(const struct chain *chain, const struct pool *pool)
{
	int64_t until_s = INT64_MAX, list_s;

	for (size_t i = 0; i < chain->count; i++)
		if (certificate_until_s(chain->link[i]) < until_s)
			until_s = certificate_until_s(chain->link[i]);
	for (size_t i = 0; pool != NULL && i < pool->lists; i++)
		if (asn1_time_s(X509_CRL_get0_nextUpdate(pool->list[i]), &list_s) &&
		    list_s < until_s)
			until_s = list_s;
	return until_s;
}
