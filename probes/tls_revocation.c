/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation through libcrypto's OCSP and CRL code; see tls_revocation.h. */
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "probes/tls_certificate.h"
#include "probes/tls_revocation.h"
#include "probes/wire/tls_handshake.h"

enum { CRLS_MAX = 16, SKEW_MS = 300000 };	/* of clocks, as OCSP_check_validity() has it */

struct tls_crls {
	X509_CRL *at[CRLS_MAX];
	size_t    count;
};

enum err
tls_crls_new(struct tls_crls **out, struct bytes file, struct why *why)
{
	struct tls_crls *crls = memory_new(1, sizeof(*crls));
	BIO *in = BIO_new_mem_buf(file.at, (int)file.len);
	X509_CRL *crl;

	while (crls->count < CRLS_MAX &&
	    (crl = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL)) != NULL)
		crls->at[crls->count++] = crl;
	if (crls->count == 0) {
		const unsigned char *at = file.at;

		crl = d2i_X509_CRL(NULL, &at, (long)file.len);
		if (crl != NULL)
			crls->at[crls->count++] = crl;
	}
	BIO_free(in);
	ERR_clear_error();
	*out = crls;
	if (crls->count > 0)
		return ERR_OK;
	tls_crls_free(crls);
	*out = NULL;
	return why_set(why, ERR_INVALID, "crl holds no certificate revocation list");
}

void
tls_crls_free(struct tls_crls *crls)
{
	if (crls == NULL)
		return;
	for (size_t i = 0; i < crls->count; i++)
		X509_CRL_free(crls->at[i]);
	free(crls);
}

static struct tls_status
status_of(enum tls_revocation said, const char *reason)
{
	struct tls_status status = { .said = said, .this_ms = INT64_MIN, .next_ms = INT64_MIN };

	snprintf(status.reason, sizeof(status.reason), "%s", reason);
	return status;
}

static int64_t
generalized_ms(const ASN1_GENERALIZEDTIME *time)
{
	return time != NULL ? certificate_time_ms(time) : INT64_MIN;
}

static bool
fresh(const struct tls_status *status, int64_t at_ms)
{
	return status->this_ms <= at_ms + SKEW_MS &&
	    (status->next_ms == INT64_MIN || at_ms <= status->next_ms + SKEW_MS);
}

/* Signed by the issuer, or by a responder it certified (RFC 6960 4.2.2.2), at that second. */
static bool
response_signed(OCSP_BASICRESP *basic, X509 *issuer, int64_t at_ms)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	bool fine;

	X509_VERIFY_PARAM_set_time(param, at_ms / 1000);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_add_cert(store, issuer);
	sk_X509_push(chain, issuer);
	fine = OCSP_basic_verify(basic, chain, store, 0) == 1;
	sk_X509_free(chain);
	X509_STORE_free(store);
	return fine;
}

static OCSP_SINGLERESP *
single_of(OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer)
{
	for (int i = 0; i < OCSP_resp_count(basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
		OCSP_CERTID *theirs = (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
		ASN1_OBJECT *algorithm = NULL;
		const EVP_MD *digest;
		OCSP_CERTID *ours;
		bool same;

		OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, theirs);
		digest = EVP_get_digestbyobj(algorithm);
		ours = digest != NULL ? OCSP_cert_to_id(digest, leaf, issuer) : NULL;
		same = ours != NULL && OCSP_id_cmp(ours, theirs) == 0;
		OCSP_CERTID_free(ours);
		if (same)
			return single;
	}
	return NULL;
}

static struct tls_status
single_judge(OCSP_SINGLERESP *single, int64_t at_ms)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
	struct tls_status status = status_of(TLS_REVOCATION_UNKNOWN, "");
	int reason = -1, said = OCSP_single_get0_status(single, &reason, &revoked, &from, &until);

	status.this_ms = generalized_ms(from);
	status.next_ms = generalized_ms(until);
	if (said == V_OCSP_CERTSTATUS_REVOKED) {
		status.said = TLS_REVOCATION_REVOKED;
		status.revoked_ms = generalized_ms(revoked);
		if (reason >= 0)
			snprintf(status.reason, sizeof(status.reason), "%s",
			    OCSP_crl_reason_str(reason));
	} else if (!fresh(&status, at_ms)) {
		status.said = TLS_REVOCATION_EXPIRED;
	} else if (said == V_OCSP_CERTSTATUS_GOOD) {
		status.said = TLS_REVOCATION_GOOD;
	} else {
		snprintf(status.reason, sizeof(status.reason), "the responder does not know it");
	}
	return status;
}

static struct tls_status
basic_judge(OCSP_BASICRESP *basic, struct bytes chain, const struct tls_anchors *anchors,
    int64_t at_ms)
{
	struct tls_status status = status_of(TLS_REVOCATION_INVALID, "its issuer is not at hand");
	struct reader list = reader_of(chain);
	X509 *issuer = tls_verify_issuer(chain, 0, anchors), *leaf = NULL;
	OCSP_SINGLERESP *single = NULL;
	struct bytes der;

	if (tls_certificate_next(&list, &der))
		leaf = certificate_read(der);
	if (leaf != NULL && issuer != NULL) {
		single = single_of(basic, leaf, issuer);
		if (single == NULL)
			status = status_of(TLS_REVOCATION_INVALID,
			    "it is about another certificate");
		else if (!response_signed(basic, issuer, at_ms))
			status = status_of(TLS_REVOCATION_INVALID,
			    "it is not signed by the issuer or for it");
		else
			status = single_judge(single, at_ms);
	}
	X509_free(leaf);
	X509_free(issuer);
	return status;
}

struct tls_status
tls_ocsp_judge(struct bytes response, struct bytes chain, const struct tls_anchors *anchors,
    int64_t at_ms)
{
	const unsigned char *at = response.at;
	struct tls_status status;
	OCSP_BASICRESP *basic;
	OCSP_RESPONSE *whole;

	if (response.len == 0)
		return status_of(TLS_REVOCATION_NONE, "");
	whole = d2i_OCSP_RESPONSE(NULL, &at, (long)response.len);
	basic = whole != NULL &&
	    OCSP_response_status(whole) == OCSP_RESPONSE_STATUS_SUCCESSFUL ?
	    OCSP_response_get1_basic(whole) : NULL;
	if (basic != NULL)
		status = basic_judge(basic, chain, anchors, at_ms);
	else
		status = status_of(TLS_REVOCATION_INVALID, whole == NULL ? "it cannot be read" :
		    OCSP_response_status_str(OCSP_response_status(whole)));
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(whole);
	ERR_clear_error();
	return status;
}

/* One certificate against the list of its issuer; NONE if there is no list of it. */
static struct tls_status
crl_judge_one(const struct tls_crls *crls, X509 *certificate, X509 *issuer, int64_t at_ms)
{
	struct tls_status status = status_of(TLS_REVOCATION_NONE, "");
	X509_CRL *crl = NULL;
	X509_REVOKED *revoked = NULL;
	EVP_PKEY *key = issuer != NULL ? X509_get0_pubkey(issuer) : NULL;

	for (size_t i = 0; i < crls->count && crl == NULL; i++)
		if (X509_NAME_cmp(X509_CRL_get_issuer(crls->at[i]),
		    X509_get_issuer_name(certificate)) == 0)
			crl = crls->at[i];
	if (crl == NULL)
		return status;
	if (key == NULL || X509_CRL_verify(crl, key) != 1)
		return status_of(TLS_REVOCATION_INVALID,
		    "the list is not signed by the issuer's key");
	status.this_ms = certificate_time_ms(X509_CRL_get0_lastUpdate(crl));
	if (X509_CRL_get0_nextUpdate(crl) != NULL)
		status.next_ms = certificate_time_ms(X509_CRL_get0_nextUpdate(crl));
	if (X509_CRL_get0_by_cert(crl, &revoked, certificate) == 1) {
		status.said = TLS_REVOCATION_REVOKED;
		status.revoked_ms = certificate_time_ms(
		    X509_REVOKED_get0_revocationDate(revoked));
	} else {
		status.said = fresh(&status, at_ms) ? TLS_REVOCATION_GOOD :
		    TLS_REVOCATION_EXPIRED;
	}
	return status;
}

struct tls_status
tls_crl_judge(const struct tls_crls *crls, struct bytes chain, const struct tls_anchors *anchors,
    int64_t at_ms)
{
	struct tls_status leaf = status_of(TLS_REVOCATION_NONE, "");
	struct reader list = reader_of(chain);
	struct bytes der;

	if (crls == NULL)
		return leaf;
	for (uint32_t depth = 0; depth < CHAIN_MAX && tls_certificate_next(&list, &der); depth++) {
		X509 *certificate = certificate_read(der);
		X509 *issuer = tls_verify_issuer(chain, depth, anchors);
		struct tls_status status = status_of(TLS_REVOCATION_INVALID, "");

		if (certificate != NULL)
			status = crl_judge_one(crls, certificate, issuer, at_ms);
		status.depth = depth;
		X509_free(certificate);
		X509_free(issuer);
		if (status.said == TLS_REVOCATION_REVOKED) {
			leaf = status;
			break;
		}
		if (depth == 0)
			leaf = status;
	}
	if (leaf.said == TLS_REVOCATION_NONE)
		leaf = status_of(TLS_REVOCATION_UNKNOWN, "no list of its issuer was given");
	ERR_clear_error();
	return leaf;
}

const char *
tls_revocation_name(enum tls_revocation said)
{
	static const char *const names[] = {
		[TLS_REVOCATION_NONE] = "none", [TLS_REVOCATION_GOOD] = "good",
		[TLS_REVOCATION_REVOKED] = "revoked", [TLS_REVOCATION_UNKNOWN] = "unknown",
		[TLS_REVOCATION_EXPIRED] = "expired", [TLS_REVOCATION_INVALID] = "not valid"
	};

	return names[said];
}
