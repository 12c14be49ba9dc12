/* SPDX-License-Identifier: Apache-2.0 */
/* Reads single certificates through libcrypto; see tls_certificate.h. */
#include <arpa/inet.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "attest/key_text.h"
#include "monitor/base/timetext.h"
#include "probes/tls_certificate.h"

X509 *
certificate_read(struct bytes der)
{
	const unsigned char *at = der.at;
	X509 *certificate = der.len == 0 ? NULL : d2i_X509(NULL, &at, (long)der.len);

	if (certificate != NULL && at != der.at + der.len) {
		X509_free(certificate);
		certificate = NULL;
	}
	ERR_clear_error();
	return certificate;
}

int64_t
certificate_time_ms(const ASN1_TIME *time)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return INT64_MIN;
	return ((days_of_date(tm.tm_year + 1900LL, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday) *
	    24 + tm.tm_hour) * 60 + tm.tm_min) * 60000LL + tm.tm_sec * 1000LL;
}

void
certificate_name_put(struct buffer *out, X509_NAME *name)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *at;
	long len;

	X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(text, &at);
	if (len > 0)
		buffer_put(out, at, (size_t)len);
	BIO_free(text);
	ERR_clear_error();
}

void
certificate_key_put(struct buffer *out, X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	char oid[80] = "unknown";
	const ASN1_OBJECT *algorithm = NULL;

	ERR_clear_error();
	if (key == NULL) {
		X509_PUBKEY_get0_param((ASN1_OBJECT **)(uintptr_t)&algorithm, NULL, NULL, NULL,
		    X509_get_X509_PUBKEY(certificate));
		if (algorithm != NULL)
			OBJ_obj2txt(oid, sizeof(oid), algorithm, 1);
		buffer_print(out, "%s", oid);
		return;
	}
	key_text_put(out, key);
}

void
certificate_signature_put(struct buffer *out, X509 *certificate)
{
	char oid[80] = "unknown";
	const X509_ALGOR *algorithm = X509_get0_tbs_sigalg(certificate);
	int nid = OBJ_obj2nid(algorithm->algorithm);

	OBJ_obj2txt(oid, sizeof(oid), algorithm->algorithm, 1);
	buffer_print(out, "%s", nid != NID_undef ? OBJ_nid2ln(nid) : oid);
	ERR_clear_error();
}

bool
certificate_must_staple(X509 *certificate)
{
	enum { STATUS_REQUEST = 5 };	/* RFC 6066 section 8 */
	TLS_FEATURE *features = X509_get_ext_d2i(certificate, NID_tlsfeature, NULL, NULL);
	bool must = false;

	for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
		must |= ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST;
	TLS_FEATURE_free(features);
	ERR_clear_error();
	return must;
}

int
certificate_key_strength(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	int bits = key != NULL ? EVP_PKEY_get_security_bits(key) : 0;

	ERR_clear_error();
	return bits > 0 ? bits : 0;
}

int
certificate_signature_strength(X509 *certificate)
{
	int bits = 0;

	if ((X509_get_extension_flags(certificate) & EXFLAG_SS) != 0)
		return INT_MAX;
	if (X509_get_signature_info(certificate, NULL, NULL, &bits, NULL) != 1)
		bits = 0;
	ERR_clear_error();
	return bits > 0 ? bits : 0;
}

static struct bytes
name_text(const GENERAL_NAME *name, char *address, size_t address_len)
{
	const ASN1_STRING *text;
	int type;

	text = GENERAL_NAME_get0_value(name, &type);
	if (type == GEN_DNS || type == GEN_URI || type == GEN_EMAIL)
		return bytes_of(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
	if (type == GEN_IPADD &&
	    (ASN1_STRING_length(text) == 4 || ASN1_STRING_length(text) == 16) &&
	    inet_ntop(ASN1_STRING_length(text) == 4 ? AF_INET : AF_INET6,
	    ASN1_STRING_get0_data(text), address, (socklen_t)address_len) != NULL)
		return bytes_of_text(address);
	return bytes_of(NULL, 0);
}

size_t
certificate_names(X509 *certificate, void (*each)(void *arg, struct bytes name), void *arg)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;

	for (int i = 0; i < count; i++) {
		char address[INET6_ADDRSTRLEN];
		struct bytes text = name_text(sk_GENERAL_NAME_value(names, i), address,
		    sizeof(address));

		if (text.len > 0)
			each(arg, text);
	}
	GENERAL_NAMES_free(names);
	ERR_clear_error();
	return (size_t)count;
}
