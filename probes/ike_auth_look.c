/* SPDX-License-Identifier: Apache-2.0 */
/* The responder's certificate, identity and signature; see ike_auth_look.h. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/signature.h"
#include "probes/ike_auth_look.h"
#include "probes/ike_signature.h"
#include "probes/tls_certificate.h"

enum { CHAIN_OCTETS = 64 << 10 };

/* In the form chains of TLS are kept in: each DER certificate with a length of three octets. */
static void
chain_keep(struct round *round, const struct ike_auth_said *said, struct buffer *octets)
{
	struct fact_set *facts = round_facts(round);

	octets->max = CHAIN_OCTETS;
	for (size_t i = 0; i < said->certificates; i++) {
		buffer_put_be(octets, said->certificate[i].len, 3);
		buffer_put(octets, said->certificate[i].at, said->certificate[i].len);
	}
	fact_set_hash(facts, FACT_IKE_AUTH_CHAIN, round_evidence(round, bytes_of_buffer(octets)));
	fact_set_int(facts, FACT_IKE_AUTH_CHAIN_LENGTH, (int64_t)said->certificates);
}

static void
dates_fact(struct fact_set *facts, const struct ike_auth_said *said)
{
	int64_t after[IKE_CERTIFICATES_MAX], before = INT64_MIN, expiry = INT64_MAX;
	size_t count = 0;

	for (size_t i = 0; i < said->certificates; i++) {
		X509 *certificate = certificate_read(said->certificate[i]);
		int64_t from;

		if (certificate == NULL)
			break;
		after[count] = certificate_time_ms(X509_get0_notAfter(certificate));
		from = certificate_time_ms(X509_get0_notBefore(certificate));
		expiry = after[count] < expiry ? after[count] : expiry;
		before = from > before ? from : before;
		count++;
		X509_free(certificate);
	}
	fact_set_times(facts, FACT_IKE_AUTH_CHAIN_EXPIRIES, after, count);
	fact_set_time(facts, FACT_IKE_AUTH_EXPIRY, expiry);
	fact_set_time(facts, FACT_IKE_AUTH_NOT_BEFORE, before);
}

static void
leaf_facts(struct fact_set *facts, X509 *leaf)
{
	struct buffer text = { .max = FACT_TEXT_MAX };

	certificate_name_put(&text, X509_get_subject_name(leaf));
	fact_set_text(facts, FACT_IKE_AUTH_SUBJECT, bytes_of_buffer(&text));
	buffer_reset(&text);
	certificate_name_put(&text, X509_get_issuer_name(leaf));
	fact_set_text(facts, FACT_IKE_AUTH_ISSUER, bytes_of_buffer(&text));
	buffer_reset(&text);
	certificate_key_put(&text, leaf);
	fact_set_text(facts, FACT_IKE_AUTH_KEY, bytes_of_buffer(&text));
	buffer_free(&text);
}

/* --- identity ----------------------------------------------------------------------------- */

static X509_NAME *
name_of(struct bytes der)
{
	const unsigned char *at = der.at;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der.len);

	if (name != NULL && at != der.at + der.len) {
		X509_NAME_free(name);
		name = NULL;
	}
	ERR_clear_error();
	return name;
}

static void
identity_text(const struct ike_auth_said *said, struct buffer *out)
{
	X509_NAME *name = said->id_type == IKE_ID_DN ? name_of(said->id) : NULL;

	if (name != NULL)
		certificate_name_put(out, name);
	else
		ike_identity_put(said->id_type, said->id, out);
	X509_NAME_free(name);
}

/* RFC 4945 3.1: the identity is a name of the same kind in the certificate. */
static bool
certified(X509 *leaf, const struct ike_auth_said *said)
{
	const char *text = (const char *)said->id.at;
	X509_NAME *name;
	bool same;

	/* To libcrypto ".lab" is any name below it, and a NUL at the end is not there. */
	if ((said->id_type == IKE_ID_FQDN || said->id_type == IKE_ID_MAIL) &&
	    (text[0] == '.' || memchr(text, '\0', said->id.len) != NULL))
		return false;
	switch (said->id_type) {
	case IKE_ID_FQDN:
		return X509_check_host(leaf, text, said->id.len,
		    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
	case IKE_ID_MAIL:
		return X509_check_email(leaf, text, said->id.len, 0) == 1;
	case IKE_ID_IPV4:
	case IKE_ID_IPV6:
		return X509_check_ip(leaf, said->id.at, said->id.len, 0) == 1;
	case IKE_ID_DN:
		name = name_of(said->id);
		same = name != NULL && X509_NAME_cmp(name, X509_get_subject_name(leaf)) == 0;
		X509_NAME_free(name);
		return same;
	default:
		return false;
	}
}

static void
identity_look(struct round *round, X509 *leaf, const struct ike_auth_said *said,
    const char *peer, struct tls_finding *finding)
{
	struct buffer text = { .max = FACT_TEXT_MAX };
	bool named = certified(leaf, said);

	identity_text(said, &text);
	fact_set_text(round_facts(round), FACT_IKE_AUTH_ID, bytes_of_buffer(&text));
	fact_set_flag(round_facts(round), FACT_IKE_AUTH_ID_CERTIFIED, named);
	if (!named)
		tls_finding_add(finding, ERR_MISMATCH, "its certificate does not name the identity "
		    "it gives itself");
	if (peer[0] != '\0' && strcmp(peer, buffer_text(&text)) != 0)
		tls_finding_add(finding, ERR_MISMATCH, "it is not the peer that was asked for");
	buffer_free(&text);
	ERR_clear_error();
}

/* --- trust and signature ------------------------------------------------------------------- */

static void
trust_look(struct round *round, const struct ike_own *own, struct bytes chain,
    struct tls_finding *finding)
{
	int64_t from_ms, until_ms;
	struct tls_judgement judgement = tls_verify_any_use(chain, own->anchors,
	    round_wall_ms(round), &from_ms, &until_ms);
	struct fact_set *facts = round_facts(round);

	fact_set_flag(facts, FACT_IKE_AUTH_TRUSTED, judgement.fault == TLS_FAULT_NONE);
	if (judgement.fault != TLS_FAULT_NONE)
		fact_set_text(facts, FACT_IKE_AUTH_TRUST_REASON, bytes_of_text(judgement.reason));
	if (judgement.fault == TLS_FAULT_UNTRUSTED)
		tls_finding_add(finding, ERR_UNTRUSTED, own->trusts ? "the chain is not trusted: %s"
		    : "no trust anchors are configured (option trust): %s", judgement.reason);
	else if (judgement.fault != TLS_FAULT_NONE)
		tls_finding_add(finding, ERR_EXPIRED, "a certificate of its chain %s",
		    judgement.fault == TLS_FAULT_EXPIRED ? "expired" : "is not valid yet");
}

/* False: whether the key signed cannot be told, and why. */
static bool
signature_look(struct round *round, X509 *leaf, const struct ike_auth_said *said,
    struct bytes octets, struct tls_finding *finding, struct why *why)
{
	EVP_PKEY *key = X509_get0_pubkey(leaf);
	struct fact_set *facts = round_facts(round);
	struct ike_signature signature = { .weak = false };
	enum err err = key == NULL ? why_set(why, ERR_UNSUPPORTED, "the key of its certificate is "
	    "of a kind that this version does not know") :
	    ike_signature_verify(key, said->method, said->auth, octets, &signature, why);

	if (signature.name[0] != '\0')
		fact_set_text(facts, FACT_IKE_AUTH_METHOD, bytes_of_text(signature.name));
	if (err == ERR_UNSUPPORTED)
		return false;
	fact_set_flag(facts, FACT_IKE_AUTH_PROVEN, err == ERR_OK);
	if (err != ERR_OK)
		tls_finding_add(finding, err, "%s", why->text);
	else	/* Only a key that was proven to be held is one on the wire. */
		fact_set_hash(facts, FACT_IKE_AUTH_SPKI, key_spki(key));
	if (err == ERR_OK && signature.weak)
		tls_finding_add(finding, ERR_MISMATCH, "it signs with SHA-1");
	return true;
}

bool
ike_auth_look(struct round *round, const struct ike_own *own, const struct ike_auth_said *said,
    struct bytes signed_octets, const char *peer, struct tls_finding *finding, struct why *why)
{
	const char *method = ike_auth_method_name(said->method);
	struct buffer chain = { .max = CHAIN_OCTETS };
	X509 *leaf;
	bool seen;

	if (method != NULL)
		fact_set_text(round_facts(round), FACT_IKE_AUTH_METHOD, bytes_of_text(method));
	if (said->certificates == 0) {
		why_set(why, ERR_NOT_FOUND, "it showed no certificate%s (it authenticates itself "
		    "by %s)", said->others > 0 ? " of X.509" : "", method != NULL ? method :
		    "an unknown method");
		return false;
	}
	leaf = certificate_read(said->certificate[0]);
	chain_keep(round, said, &chain);
	if (leaf == NULL) {
		tls_finding_add(finding, ERR_MALFORMED, "its certificate cannot be read");
		buffer_free(&chain);
		return true;
	}
	dates_fact(round_facts(round), said);
	leaf_facts(round_facts(round), leaf);
	seen = signature_look(round, leaf, said, signed_octets, finding, why);
	identity_look(round, leaf, said, peer, finding);
	trust_look(round, own, bytes_of_buffer(&chain), finding);
	X509_free(leaf);
	buffer_free(&chain);
	return seen;
}
