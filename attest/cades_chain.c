/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a seal existed at the latest, by its signature time stamps, and who stands behind its
 * certificate at that second.
 */
#include <openssl/cms.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "attest/cades_part.h"
#include "attest/roots.h"
#include "monitor/base/timetext.h"

enum { SECURITY_LEVEL = 2 };

/* --- time stamps --------------------------------------------------------------------------- */

/* Who signed the token is asked apart from whether anybody trusted stands behind it. */
static bool
stamp_check(const struct cades_seal *seal, const struct cades_input *in, struct bytes token,
    struct cades_result *out)
{
	struct timestamp stamp;
	struct why why = { .err = ERR_OK };
	enum err err = timestamp_token_check(token, seal->signature, bytes_of(NULL, 0), &stamp,
	    &why);
	bool proved;

	if (err == ERR_MISMATCH)
		return cades_break(out, CADES_RULE_STAMP_OTHER, "a token over this signature",
		    "one over other octets");
	if (err != ERR_UNSUPPORTED || stamp.at_ms == 0)
		return cades_break(out, CADES_RULE_STAMP_FORM, NULL, "%.240s", why.text);
	proved = in->stamp_roots_pem.len > 0 && timestamp_token_check(token, seal->signature,
	    in->stamp_roots_pem, &stamp, &why) == ERR_OK;
	if (out->stamps == 0 || (proved && (!out->stamp_proved || stamp.at_ms < out->stamp.at_ms)))
		out->stamp = stamp;
	if (!proved && !out->stamp_proved)
		snprintf(out->found, sizeof(out->found), "%.240s", why.text);
	out->stamp_proved = out->stamp_proved || proved;
	out->stamps++;
	return true;
}

static bool
stamps_of(const struct cades_seal *seal, const struct cades_input *in, X509_ATTRIBUTE *attribute,
    struct cades_result *out)
{
	for (int i = 0; i < X509_ATTRIBUTE_count(attribute) && out->stamps < CADES_STAMPS_MAX;
	    i++) {
		const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, i);
		const ASN1_STRING *octets = value != NULL && value->type == V_ASN1_SEQUENCE ?
		    value->value.sequence : NULL;

		if (octets == NULL)
			return cades_break(out, CADES_RULE_STAMP_FORM, "a TimeStampToken",
			    "something else");
		if (!stamp_check(seal, in, bytes_of(ASN1_STRING_get0_data(octets),
		    (size_t)ASN1_STRING_length(octets)), out))
			return false;
	}
	return true;
}

bool
cades_stamps(struct cades_seal *seal, const struct cades_input *in, struct cades_result *out)
{
	int at = -1;

	while ((at = CMS_unsigned_get_attr_by_NID(seal->signer,
	    NID_id_smime_aa_timeStampToken, at)) >= 0)
		if (!stamps_of(seal, in, CMS_unsigned_get_attr(seal->signer, at), out))
			return false;
	if (out->stamps > 0 && out->level == CADES_B_B)
		out->level = CADES_B_T;
	if (out->stamp_proved)
		out->judged_s = out->stamp.at_ms / 1000;
	if (out->stamps > 0 && !out->stamp_proved && in->stamp_roots_pem.len > 0) {
		char found[CADES_TEXT];

		snprintf(found, sizeof(found), "%s", out->found);
		return cades_break(out, CADES_RULE_STAMP_TRUST, NULL, "%s", found);
	}
	out->found[0] = '\0';
	return true;
}

/* --- the chain ----------------------------------------------------------------------------- */

/* Whether all it is for is to be a server, a client, a time-stamping or an OCSP service. */
static bool
is_for_services(X509 *certificate)
{
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	int count = sk_ASN1_OBJECT_num(usage), services = 0;

	for (int i = 0; i < count; i++)
		switch (OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, i))) {
		case NID_server_auth:
		case NID_client_auth:
		case NID_time_stamp:
		case NID_OCSP_sign:
			services++;
			break;
		}
	sk_ASN1_OBJECT_pop_free(usage, ASN1_OBJECT_free);
	return count > 0 && services == count;
}

/* ETSI EN 319 102-1, 5.2.8 leaves to a policy what a certificate may be for: this is ours. */
static bool
purpose_check(X509 *certificate, struct cades_result *out)
{
	uint32_t flags = X509_get_extension_flags(certificate),
	    usage = X509_get_key_usage(certificate);

	if ((flags & EXFLAG_INVALID) != 0)
		return cades_break(out, CADES_RULE_PURPOSE, "extensions that can be read",
		    "one that cannot");
	if ((flags & EXFLAG_KUSAGE) != 0 &&
	    (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return cades_break(out, CADES_RULE_PURPOSE,
		    "keyUsage digitalSignature or contentCommitment", "neither");
	if (is_for_services(certificate))
		return cades_break(out, CADES_RULE_PURPOSE, "not for servers, clients, "
		    "time-stamping or OCSP alone", "extendedKeyUsage of these alone");
	return true;
}

static bool
chain_break(X509_STORE_CTX *context, const char *when, struct cades_result *out)
{
	int error = X509_STORE_CTX_get_error(context),
	    depth = X509_STORE_CTX_get_error_depth(context);
	const char *text = X509_verify_cert_error_string(error);

	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return cades_break(out, CADES_RULE_EXPIRED, when,
		    "certificate %d of the chain expired before", depth);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return cades_break(out, CADES_RULE_EARLY, when,
		    "certificate %d of the chain is valid only later", depth);
	default:
		return cades_break(out, CADES_RULE_CHAIN, NULL, "certificate %d: %s", depth,
		    text);
	}
}

static bool
chain_verify(const struct cades_seal *seal, X509_STORE *store, unsigned lists,
    struct cades_result *out)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	time_t at = (time_t)out->judged_s;
	char when[TIME_TEXT];
	bool good = false;

	time_jst_s(out->judged_s * 1000, when);
	X509_VERIFY_PARAM_set_time(param, at);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	if (context != NULL && X509_STORE_CTX_init(context, store, seal->certificate,
	    seal->certificates) == 1)
		good = X509_verify_cert(context) == 1 || chain_break(context, when, out);
	else
		cades_break(out, CADES_RULE_CHAIN, NULL, "OpenSSL could not begin");
	if (good && lists > 0)
		good = cades_revocation(store, X509_STORE_CTX_get0_chain(context), out);
	X509_STORE_CTX_free(context);
	return good;
}

bool
cades_chain(struct cades_seal *seal, const struct cades_input *in, struct cades_result *out)
{
	X509_STORE *store;
	struct why why = { .err = ERR_OK };
	unsigned lists = 0;
	bool good;

	if (!purpose_check(seal->certificate, out))
		return false;
	if (in->roots_pem.len == 0)
		return cades_break(out, CADES_RULE_ROOTS, NULL, NULL);
	store = X509_STORE_new();
	if (store == NULL || roots_read(in->roots_pem, store, &lists, &why) != ERR_OK) {
		X509_STORE_free(store);
		return cades_break(out, CADES_RULE_ROOTS, "PEM certificates", "%.240s", why.text);
	}
	good = chain_verify(seal, store, lists, out);
	X509_STORE_free(store);
	return good;
}
