/* SPDX-License-Identifier: Apache-2.0 */
/* Verification through libcrypto's path builder; see tls_verify.h. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "probes/tls_certificate.h"
#include "probes/tls_verify.h"
#include "probes/wire/tls_handshake.h"

/* What the path builder complained of; one error of each kind, the first. */
struct complaint {
	int      untrusted, expired, not_yet;	/* X509_V_ERR_*, 0 if none */
	uint32_t untrusted_depth, expired_depth, not_yet_depth;
	int64_t  expired_ms, not_yet_ms;
};

static int
on_complaint(int fine, X509_STORE_CTX *ctx)
{
	struct complaint *complaint = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	uint32_t depth = (uint32_t)X509_STORE_CTX_get_error_depth(ctx);
	const X509 *certificate = X509_STORE_CTX_get_current_cert(ctx);

	if (fine)
		return 1;
	if (error == X509_V_ERR_CERT_HAS_EXPIRED && certificate != NULL) {
		if (complaint->expired == 0) {
			complaint->expired = error;
			complaint->expired_depth = depth;
			complaint->expired_ms =
			    certificate_time_ms(X509_get0_notAfter(certificate));
		}
	} else if (error == X509_V_ERR_CERT_NOT_YET_VALID && certificate != NULL) {
		if (complaint->not_yet == 0) {
			complaint->not_yet = error;
			complaint->not_yet_depth = depth;
			complaint->not_yet_ms =
			    certificate_time_ms(X509_get0_notBefore(certificate));
		}
	} else if (complaint->untrusted == 0) {
		complaint->untrusted = error;
		complaint->untrusted_depth = depth;
	}
	return 1;
}

static void
edge_take(int64_t edge, int64_t at_ms, int64_t *from_ms, int64_t *until_ms)
{
	if (edge <= at_ms && edge > *from_ms)
		*from_ms = edge;
	if (edge > at_ms && edge < *until_ms)
		*until_ms = edge;
}

static void
edges_take(const STACK_OF(X509) *chain, int64_t at_ms, int64_t *from_ms, int64_t *until_ms)
{
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *certificate = sk_X509_value(chain, i);

		edge_take(certificate_time_ms(X509_get0_notBefore(certificate)), at_ms, from_ms,
		    until_ms);
		edge_take(certificate_time_ms(X509_get0_notAfter(certificate)), at_ms, from_ms,
		    until_ms);
	}
}

static STACK_OF(X509) *
chain_stack(struct bytes octets)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct reader list = reader_of(octets);
	struct bytes der;

	while (sk_X509_num(chain) < CHAIN_MAX && tls_certificate_next(&list, &der)) {
		X509 *certificate = certificate_read(der);

		if (certificate == NULL)
			break;
		sk_X509_push(chain, certificate);
	}
	return chain;
}

static struct tls_judgement
judgement_of(const struct complaint *complaint)
{
	struct tls_judgement judgement = { .fault = TLS_FAULT_NONE };
	int error = 0;

	if (complaint->untrusted != 0) {
		judgement.fault = TLS_FAULT_UNTRUSTED;
		judgement.depth = complaint->untrusted_depth;
		error = complaint->untrusted;
	} else if (complaint->expired != 0) {
		judgement.fault = TLS_FAULT_EXPIRED;
		judgement.depth = complaint->expired_depth;
		judgement.edge_ms = complaint->expired_ms;
		error = complaint->expired;
	} else if (complaint->not_yet != 0) {
		judgement.fault = TLS_FAULT_NOT_YET;
		judgement.depth = complaint->not_yet_depth;
		judgement.edge_ms = complaint->not_yet_ms;
		error = complaint->not_yet;
	}
	if (error != 0)
		snprintf(judgement.reason, sizeof(judgement.reason), "%s",
		    X509_verify_cert_error_string(error));
	return judgement;
}

static void
verify_settings(X509_STORE_CTX *ctx, int purpose, int64_t at_ms, struct complaint *complaint)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_time(param, at_ms / 1000);
	X509_VERIFY_PARAM_set_purpose(param, purpose);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_depth(param, CHAIN_MAX);
	X509_STORE_CTX_set_app_data(ctx, complaint);
	X509_STORE_CTX_set_verify_cb(ctx, on_complaint);
}

static struct tls_judgement
verify(struct bytes octets, const struct tls_anchors *anchors, int purpose, int64_t at_ms,
    int64_t *from_ms, int64_t *until_ms)
{
	STACK_OF(X509) *chain = chain_stack(octets);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	struct complaint complaint = { .untrusted = 0 };

	*from_ms = INT64_MIN;
	*until_ms = INT64_MAX;
	if (sk_X509_num(chain) == 0 ||
	    X509_STORE_CTX_init(ctx, anchors->store, sk_X509_value(chain, 0), chain) != 1) {
		complaint.untrusted = X509_V_ERR_UNSPECIFIED;
	} else {
		verify_settings(ctx, purpose, at_ms, &complaint);
		if (X509_verify_cert(ctx) != 1 && complaint.untrusted == 0 &&
		    complaint.expired == 0 && complaint.not_yet == 0)
			complaint.untrusted = X509_STORE_CTX_get_error(ctx);
		if (X509_STORE_CTX_get0_chain(ctx) != NULL)
			edges_take(X509_STORE_CTX_get0_chain(ctx), at_ms, from_ms, until_ms);
	}
	edges_take(chain, at_ms, from_ms, until_ms);
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(chain, X509_free);
	ERR_clear_error();
	return judgement_of(&complaint);
}

struct tls_judgement
tls_verify(struct bytes octets, const struct tls_anchors *anchors, int64_t at_ms,
    int64_t *from_ms, int64_t *until_ms)
{
	return verify(octets, anchors, X509_PURPOSE_SSL_SERVER, at_ms, from_ms, until_ms);
}

struct tls_judgement
tls_verify_any_use(struct bytes octets, const struct tls_anchors *anchors, int64_t at_ms,
    int64_t *from_ms, int64_t *until_ms)
{
	return verify(octets, anchors, X509_PURPOSE_ANY, at_ms, from_ms, until_ms);
}

struct x509_st *
tls_verify_issuer(struct bytes octets, uint32_t depth, const struct tls_anchors *anchors)
{
	STACK_OF(X509) *chain = chain_stack(octets);
	X509 *of = (int)depth < sk_X509_num(chain) ? sk_X509_value(chain, (int)depth) : NULL;
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *issuer = NULL;

	for (int i = 0; of != NULL && issuer == NULL && i < sk_X509_num(chain); i++)
		if (X509_check_issued(sk_X509_value(chain, i), of) == X509_V_OK) {
			issuer = sk_X509_value(chain, i);
			X509_up_ref(issuer);
		}
	if (of != NULL && issuer == NULL &&
	    X509_STORE_CTX_init(ctx, anchors->store, of, chain) == 1 &&
	    X509_STORE_CTX_get1_issuer(&issuer, ctx, of) != 1)
		issuer = NULL;
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(chain, X509_free);
	ERR_clear_error();
	return issuer;
}

bool
tls_verify_host(struct bytes octets, const char *host)
{
	STACK_OF(X509) *chain = chain_stack(octets);
	X509 *leaf = sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : NULL;
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(host);
	size_t len = strlen(host);
	bool match;

	if (len > 1 && host[len - 1] == '.')
		len--;
	if (address != NULL)
		match = leaf != NULL && X509_check_ip_asc(leaf, host, 0) == 1;
	else
		match = leaf != NULL && X509_check_host(leaf, host, len,
		    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
		    NULL) == 1;
	ASN1_OCTET_STRING_free(address);
	sk_X509_pop_free(chain, X509_free);
	ERR_clear_error();
	return match;
}
