/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation lists that were given beside the roots.  A list counts if it was in force at the
 * second the seal is known to have existed, or was issued later: what it says of that second is
 * what matters, so that today's list judges a seal of last year.
 */
#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "attest/cades_part.h"

static bool
time_read(const ASN1_TIME *time, int64_t *out)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*out = (int64_t)timegm(&tm);
	return true;
}

/* RFC 5280, 5.2.5: of another scope it does not show that a certificate is not on it. */
static bool
scope_whole(const X509_CRL *list, const X509 *of)
{
	ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point,
	    NULL, NULL);
	bool authority = (X509_get_extension_flags((X509 *)(uintptr_t)of) & EXFLAG_CA) != 0;
	bool whole = scope == NULL || (scope->onlysomereasons == NULL && scope->indirectCRL <= 0 &&
	    scope->onlyattr <= 0 && (authority ? scope->onlyuser : scope->onlyCA) <= 0);

	ISSUING_DIST_POINT_free(scope);
	/* What else must be understood is not: a delta among them (5.2.4). */
	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *extension = X509_CRL_get_ext(list, i);

		whole = whole && (!X509_EXTENSION_get_critical(extension) ||
		    OBJ_obj2nid(X509_EXTENSION_get_object(extension)) ==
		    NID_issuing_distribution_point);
	}
	return whole;
}

static bool
counts(X509_CRL *list, const X509 *of, const X509 *issuer, int64_t at_s)
{
	int64_t next_s;

	return X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(of)) == 0 &&
	    time_read(X509_CRL_get0_nextUpdate(list), &next_s) && next_s >= at_s &&
	    scope_whole(list, of) && X509_CRL_verify(list, X509_get0_pubkey(issuer)) == 1;
}

/* Since when it is not to be trusted: the earlier of both dates (RFC 5280, 5.3.2). */
static int64_t
revoked_since(const X509_REVOKED *entry)
{
	ASN1_GENERALIZEDTIME *invalid = X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, NULL,
	    NULL);
	int64_t date_s = INT64_MIN, invalid_s;

	if (!time_read(X509_REVOKED_get0_revocationDate(entry), &date_s))
		date_s = INT64_MIN;
	if (time_read(invalid, &invalid_s) && invalid_s < date_s)
		date_s = invalid_s;
	ASN1_GENERALIZEDTIME_free(invalid);
	return date_s;
}

static bool
certificate_check(X509_STORE *store, X509 *of, const X509 *issuer, int depth, bool *seen,
    struct cades_result *out)
{
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		X509_CRL *list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(all, i));
		X509_REVOKED *entry = NULL;

		if (list == NULL || !counts(list, of, issuer, out->judged_s))
			continue;
		*seen = true;
		if (X509_CRL_get0_by_cert(list, &entry, of) == 1 &&
		    revoked_since(entry) <= out->judged_s)
			return cades_break(out, CADES_RULE_REVOKED, "not on the list at that time",
			    "certificate %d of the chain is", depth);
	}
	return true;
}

bool
cades_revocation(X509_STORE *store, STACK_OF(X509) *chain, struct cades_result *out)
{
	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		bool seen = false;

		if (!certificate_check(store, sk_X509_value(chain, i), sk_X509_value(chain, i + 1),
		    i, &seen, out))
			return false;
		/* Of who sealed there must be one; of those above, what there is counts. */
		if (i == 0 && !seen)
			return cades_break(out, CADES_RULE_REVOCATION, "a list of its issuer that "
			    "was in force then, or a newer one", "none");
		out->revocation = true;
	}
	return true;
}
