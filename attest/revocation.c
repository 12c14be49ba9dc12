/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation lists of hardware vendors; see hold_unrevoked in chain.h. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/chain_part.h"
#include "attest/policy.h"
#include "monitor/base/timetext.h"

#ifdef ATTEST_SIGNATURES_STUBBED
enum { STUBBED = 1 };
#else
enum { STUBBED = 0 };
#endif

static bool
list_signed(const struct dossier *dossier, X509_CRL *list, X509 *issuer)
{
	struct hash pair = { { 0 } }, what = { { 0 } }, who;
	unsigned int len = HASH_LEN;
	bool good;

	if (STUBBED)
		return true;
	if (dossier->memory != NULL &&
	    X509_CRL_digest(list, EVP_sha256(), what.at, &len) == 1) {
		who = certificate_hash(issuer);
		pair = hash_of3(bytes_of_text("list"), hash_bytes(&what), hash_bytes(&who));
		if (chain_memory_proven(dossier->memory, pair))
			return true;
	}
	good = X509_get0_pubkey(issuer) != NULL &&
	    X509_CRL_verify(list, X509_get0_pubkey(issuer)) == 1;
	if (good && !hash_is_zero(pair))
		chain_memory_prove(dossier->memory, pair);
	ERR_clear_error();
	return good;
}

static X509_CRL *
list_find(const struct dossier *dossier, const struct pool *pool, X509 *issuer)
{
	for (size_t i = 0; i < pool->lists; i++)
		if (X509_NAME_cmp(X509_CRL_get_issuer(pool->list[i]),
		    X509_get_subject_name(issuer)) == 0 &&
		    list_signed(dossier, pool->list[i], issuer))
			return pool->list[i];
	return NULL;
}

/* A list of part of what its issuer issued, or one that only tells changes, proves nothing. */
static bool
scope_whole(const X509_CRL *list)
{
	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *extension = X509_CRL_get_ext(list, i);

		if (X509_EXTENSION_get_critical(extension))
			return false;
	}
	return true;
}

static bool
list_good(const struct dossier *dossier, struct appraisal *a, size_t rule, const X509_CRL *list)
{
	int64_t from_s, until_s;
	char from[TIME_TEXT] = "?", until[TIME_TEXT] = "?", at[TIME_TEXT];
	bool dated = asn1_time_s(X509_CRL_get0_lastUpdate(list), &from_s) &&
	    asn1_time_s(X509_CRL_get0_nextUpdate(list), &until_s);

	time_utc(dossier->at_s * 1000, at);
	if (dated) {
		time_utc(from_s * 1000, from);
		time_utc(until_s * 1000, until);
	}
	return hold(a, rule, dated && from_s <= dossier->at_s && dossier->at_s <= until_s, at,
	    "in force from %s to %s", from, until) && hold(a, rule, scope_whole(list),
	    "a whole list", "one with a critical extension");
}

static bool
none_given(const struct dossier *dossier, struct appraisal *a, size_t rule_list,
    size_t rule_revoked)
{
	const char *asked = policy_text(dossier, a, "crl");

	if (asked != NULL && strcmp(asked, "if_given") == 0)
		policy_ends_text(dossier, a, "crl");
	if (asked != NULL && strcmp(asked, "if_given") == 0)
		return rule_skip(a, rule_list, "none was given, and the policy lets that pass") &&
		    rule_skip(a, rule_revoked, "no list to look at");
	return rule_lack(a, rule_list, "a revocation list of the issuer", "none was given");
}

bool
hold_unrevoked(const struct dossier *dossier, struct appraisal *a, size_t rule_list,
    size_t rule_revoked, const struct pool *pool, const struct chain *chain, size_t at)
{
	X509_CRL *list;
	X509_REVOKED *entry = NULL;

	if (pool->lists == 0)
		return none_given(dossier, a, rule_list, rule_revoked);
	list = at + 1 < chain->count ? list_find(dossier, pool, chain->link[at + 1]) : NULL;
	if (list == NULL)
		return rule_break(a, rule_list, "a list by the issuer of the certificate",
		    "%zu given, none by it", pool->lists);
	ending_list(a, pool, list);
	return list_good(dossier, a, rule_list, list) &&
	    hold(a, rule_revoked, X509_CRL_get0_by_serial(list, &entry,
	    X509_get0_serialNumber(chain->link[at])) != 1, "not on the list", "it is on it");
}
