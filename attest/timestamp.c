/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3161 through OpenSSL.  A token is judged in this order: its form, what it was made over,
 * who signed it, and whether a pinned root stands behind the signer at the token's own second.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attest/roots.h"
#include "attest/timestamp.h"

enum { RESPONSE_MAX = 256 << 10, NONCE_LEN = 8, SECURITY_LEVEL = 2 };

/* The eight octets as a non-negative INTEGER. */
static ASN1_INTEGER *
nonce_integer(const uint8_t nonce[NONCE_LEN])
{
	BIGNUM *number = BN_bin2bn(nonce, NONCE_LEN, NULL);
	ASN1_INTEGER *out = number != NULL ? BN_to_ASN1_INTEGER(number, NULL) : NULL;

	BN_free(number);
	return out;
}

static bool
request_fill(TS_REQ *request, struct hash hash, const uint8_t nonce[NONCE_LEN])
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_INTEGER *number = nonce_integer(nonce);
	bool good = imprint != NULL && algorithm != NULL && number != NULL &&
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, hash.at, HASH_LEN) == 1 &&
	    TS_REQ_set_version(request, 1) == 1 && TS_REQ_set_msg_imprint(request, imprint) == 1 &&
	    TS_REQ_set_nonce(request, number) == 1 && TS_REQ_set_cert_req(request, 1) == 1;

	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	ASN1_INTEGER_free(number);
	return good;
}

enum err
timestamp_request_hash(struct buffer *out, struct hash hash, const uint8_t nonce[8],
    struct why *why)
{
	TS_REQ *request = TS_REQ_new();
	unsigned char *der = NULL;
	int len = -1;

	if (request != NULL && request_fill(request, hash, nonce))
		len = i2d_TS_REQ(request, &der);
	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	TS_REQ_free(request);
	ERR_clear_error();
	return len > 0 && !out->failed ? ERR_OK :
	    why_set(why, ERR_IO, "OpenSSL could not write the time-stamp request");
}

enum err
timestamp_request(struct buffer *out, struct bytes message, const uint8_t nonce[8],
    struct why *why)
{
	return timestamp_request_hash(out, hash_of(message), nonce, why);
}

/* Octets the outermost DER element claims to have, head included; 0 if the head is not DER. */
static uint64_t
der_length(struct bytes in)
{
	struct reader reader = reader_of(in);
	uint64_t tag = read_be(&reader, 1), len = read_be(&reader, 1);

	if (reader.failed || tag != 0x30 || len == 0x80 || len > 0x84)
		return 0;
	if (len > 0x80)
		len = read_be(&reader, (unsigned)len - 0x80);
	return reader.failed ? 0 : len + reader.at;
}

static enum err
response_read(struct bytes in, TS_RESP **out, struct why *why)
{
	const unsigned char *at = in.at;
	uint64_t whole = der_length(in);

	*out = NULL;
	if (in.len > RESPONSE_MAX)
		return why_set(why, ERR_LIMIT, "the time stamp has %zu octets; %d are allowed",
		    in.len,
		    RESPONSE_MAX);
	if (whole > in.len)
		return why_at(why, ERR_TRUNCATED, in.len,
		    "the time stamp ends after %zu of its %llu octets", in.len,
		    (unsigned long long)whole);
	if (whole != 0 && whole == in.len)
		*out = d2i_TS_RESP(NULL, &at, (long)in.len);
	if (*out == NULL || at != in.at + in.len)
		return why_set(why, ERR_MALFORMED,
		    "these %zu octets are not one TimeStampResp of RFC 3161", in.len);
	return ERR_OK;
}

/* RFC 3161 2.4.2: only granted and grantedWithMods bring a token. */
static enum err
response_granted(TS_RESP *response, struct why *why)
{
	TS_STATUS_INFO *status = TS_RESP_get_status_info(response);
	const STACK_OF(ASN1_UTF8STRING) *text = TS_STATUS_INFO_get0_text(status);
	long number = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
	char said[160] = "";

	if (text != NULL && sk_ASN1_UTF8STRING_num(text) > 0) {
		const ASN1_UTF8STRING *first = sk_ASN1_UTF8STRING_value(text, 0);

		snprintf(said, sizeof(said), ": %.*s", ASN1_STRING_length(first),
		    (const char *)ASN1_STRING_get0_data(first));
		for (char *c = said; *c != '\0'; c++)
			if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
				*c = '?';
	}
	if (number != TS_STATUS_GRANTED && number != TS_STATUS_GRANTED_WITH_MODS)
		return why_set(why, ERR_REFUSED, "the authority refused to time-stamp (status "
		    "%ld)%s",
		    number, said);
	if (TS_RESP_get_token(response) == NULL || TS_RESP_get_tst_info(response) == NULL)
		return why_set(why, ERR_MALFORMED, "the authority's answer holds no time-stamp "
		    "token");
	return ERR_OK;
}

/* What a token is to be made over: octets, or where these are not at hand their SHA-256. */
struct subject { struct bytes message; const struct hash *hash; };

static bool
digest_of(const struct subject *of, int kind, unsigned char own[EVP_MAX_MD_SIZE], unsigned *len)
{
	if (of->hash == NULL)
		return EVP_Digest(of->message.at, of->message.len, own, len,
		    EVP_get_digestbynid(kind), NULL) == 1;
	memcpy(own, of->hash->at, HASH_LEN);
	*len = HASH_LEN;
	return kind == NID_sha256;
}

static enum err
check_imprint(TS_TST_INFO *info, const struct subject *of, struct why *why)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *name;
	const ASN1_OCTET_STRING *digest = TS_MSG_IMPRINT_get_msg(imprint);
	unsigned char own[EVP_MAX_MD_SIZE];
	unsigned own_len = 0;
	int kind;

	X509_ALGOR_get0(&name, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	kind = OBJ_obj2nid(name);
	if (kind != NID_sha256 && kind != NID_sha384 && kind != NID_sha512)
		return why_set(why, ERR_UNSUPPORTED,
		    "the time stamp is over a digest that is not SHA-256, SHA-384 or SHA-512");
	if (!digest_of(of, kind, own, &own_len))
		return why_set(why, ERR_MISMATCH, "the time stamp was not made with the digest "
		    "that was asked for");
	if (ASN1_STRING_length(digest) != (int)own_len ||
	    memcmp(ASN1_STRING_get0_data(digest), own, own_len) != 0)
		return why_set(why, ERR_MISMATCH, "the time stamp was made over other octets than "
		    "these");
	return ERR_OK;
}

static enum err
check_nonce(TS_TST_INFO *info, const uint8_t *nonce, struct why *why)
{
	const ASN1_INTEGER *theirs = TS_TST_INFO_get_nonce(info);
	ASN1_INTEGER *ours;
	bool same;

	if (nonce == NULL)
		return ERR_OK;
	if (theirs == NULL)
		return why_set(why, ERR_MISMATCH, "the time stamp does not carry the nonce we "
		    "sent");
	ours = nonce_integer(nonce);
	same = ours != NULL && ASN1_INTEGER_cmp(ours, theirs) == 0;
	ASN1_INTEGER_free(ours);
	return same ? ERR_OK : why_set(why, ERR_MISMATCH,
	    "the time stamp carries another nonce than we sent: it answers somebody else, or is "
	    "old");
}

/* genTime with its fraction, which OpenSSL's conversion leaves out. */
static enum err
read_time(TS_TST_INFO *info, int64_t *ms, struct why *why)
{
	const ASN1_GENERALIZEDTIME *at = TS_TST_INFO_get_time(info);
	const char *text = (const char *)ASN1_STRING_get0_data(at);
	size_t len = (size_t)ASN1_STRING_length(at);
	const char *dot = memchr(text, '.', len);
	struct tm tm;
	int64_t scale = 100;

	/* RFC 3161 2.4.2: genTime is in UTC and ends with Z. */
	if (len < 15 || text[len - 1] != 'Z' || ASN1_TIME_to_tm(at, &tm) != 1)
		return why_set(why, ERR_MALFORMED, "the time stamp's time is not a UTC "
		    "GeneralizedTime");
	*ms = (int64_t)timegm(&tm) * 1000;
	for (const char *c = dot; dot != NULL && ++c < text + len - 1; scale /= 10)
		*ms += (*c - '0') * scale;
	return ERR_OK;
}

static void
read_details(TS_TST_INFO *info, X509 *signer, struct timestamp *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	BIGNUM *serial = ASN1_INTEGER_to_BN(TS_TST_INFO_get_serial(info), NULL);
	char *hex = serial != NULL ? BN_bn2hex(serial) : NULL, *name;
	long len;

	snprintf(out->serial, sizeof(out->serial), "%s", hex != NULL ? hex : "");
	OBJ_obj2txt(out->policy, sizeof(out->policy), TS_TST_INFO_get_policy_id(info), 1);
	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(signer), 0,
	    XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &name);
		snprintf(out->authority, sizeof(out->authority), "%.*s", (int)len, name);
	}
	BIO_free(bio);
	OPENSSL_free(hex);
	BN_free(serial);
}

/* RFC 3161 2.3: the key is for time-stamping alone, and the certificate says so critically. */
static enum err
check_purpose(X509 *signer, struct why *why)
{
	int at = X509_get_ext_by_NID(signer, NID_ext_key_usage, -1);
	X509_EXTENSION *extension = at >= 0 ? X509_get_ext(signer, at) : NULL;

	if (extension == NULL || !X509_EXTENSION_get_critical(extension) ||
	    X509_get_extended_key_usage(signer) != XKU_TIMESTAMP)
		return why_set(why, ERR_UNTRUSTED, "the certificate that signed the time stamp is "
		    "not for time-stamping alone (critical extended key usage timeStamping)");
	return ERR_OK;
}

static X509 *
token_signer(PKCS7 *token)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
	X509 *signer = signers != NULL && sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) :
	    NULL;

	sk_X509_free(signers);
	return signer;
}

/*
 * The signature and the signing certificate it names, with the certificate inside taken as it
 * is: who stands behind it is another question, and gets another sentence.
 */
static enum err
check_signature(PKCS7 *token, X509 *signer, struct why *why)
{
	X509_STORE *store = X509_STORE_new();
	bool good = store != NULL && X509_STORE_add_cert(store, signer) == 1 &&
	    X509_STORE_set_flags(store,
	    X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) == 1 &&
	    TS_RESP_verify_signature(token, NULL, store, NULL) == 1;

	X509_STORE_free(store);
	return good ? ERR_OK : why_set(why, ERR_UNTRUSTED,
	    "the time stamp's signature does not verify with the certificate in it");
}

static enum err
chain_sentence(X509_STORE_CTX *context, const char *when, struct why *why)
{
	int error = X509_STORE_CTX_get_error(context),
	    depth = X509_STORE_CTX_get_error_depth(context);

	if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID)
		return why_set(why, ERR_EXPIRED, "at the time stamp's own time, %s, certificate %d "
		    "of the authority's chain was %s", when, depth,
		    error == X509_V_ERR_CERT_HAS_EXPIRED ? "expired" : "not yet valid");
	return why_set(why, ERR_UNTRUSTED, "no pinned root stands behind the authority that signed "
	    "the time stamp: %s", X509_verify_cert_error_string(error));
}

static enum err
check_chain(PKCS7 *token, X509 *signer, struct bytes roots_pem, int64_t at_ms, struct why *why)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	time_t at = (time_t)(at_ms / 1000);
	struct tm tm;
	char when[40] = "";
	enum err err = ERR_IO;

	if (gmtime_r(&at, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (store != NULL && context != NULL)
		err = roots_read(roots_pem, store, NULL, why);
	else
		why_set(why, ERR_IO, "OpenSSL could not begin to verify a chain");
	if (err == ERR_OK) {
		X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);

		X509_VERIFY_PARAM_set_time(param, at);
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
		if (X509_STORE_CTX_init(context, store, signer, token->d.sign->cert) != 1 ||
		    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN) != 1)
			err = why_set(why, ERR_IO, "OpenSSL could not begin to verify a chain");
		else if (X509_verify_cert(context) != 1)
			err = chain_sentence(context, when, why);
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return err;
}

static enum err
check_signer(PKCS7 *token, TS_TST_INFO *info, struct bytes roots_pem, struct timestamp *out,
    struct why *why)
{
	X509 *signer = token_signer(token);
	enum err err;

	if (signer == NULL)
		return why_set(why, ERR_UNTRUSTED,
		    "the time stamp does not bring the one certificate that signed it");
	err = check_purpose(signer, why);
	if (err == ERR_OK)
		err = check_signature(token, signer, why);
	if (err != ERR_OK)
		return err;
	read_details(info, signer, out);
	if (roots_pem.len == 0)
		return why_set(why, ERR_UNSUPPORTED, "the time stamp is signed by %.200s, but no "
		    "root is pinned, so that anybody could have made it", out->authority);
	return check_chain(token, signer, roots_pem, out->at_ms, why);
}

/* All that comes before the question who signed it. */
static enum err
check_info(TS_TST_INFO *info, const struct subject *of, const uint8_t *nonce,
    struct timestamp *out, struct why *why)
{
	enum err err;

	if (TS_TST_INFO_get_version(info) != 1)
		return why_set(why, ERR_UNSUPPORTED, "the time stamp is of version %ld, not 1",
		    TS_TST_INFO_get_version(info));
	err = check_imprint(info, of, why);
	if (err == ERR_OK)
		err = check_nonce(info, nonce, why);
	return err == ERR_OK ? read_time(info, &out->at_ms, why) : err;
}

static enum err
response_check(struct bytes response, const struct subject *of, const uint8_t *nonce,
    struct bytes roots_pem, struct timestamp *out, struct why *why)
{
	TS_RESP *parsed;
	TS_TST_INFO *info = NULL;
	enum err err = response_read(response, &parsed, why);

	*out = (struct timestamp){ 0 };
	if (err == ERR_OK)
		err = response_granted(parsed, why);
	if (err == ERR_OK) {
		info = TS_RESP_get_tst_info(parsed);
		err = check_info(info, of, nonce, out, why);
	}
	if (err == ERR_OK)
		err = check_signer(TS_RESP_get_token(parsed), info, roots_pem, out, why);
	TS_RESP_free(parsed);
	ERR_clear_error();
	return err;
}

enum err
timestamp_check(struct bytes response, struct bytes message, const uint8_t *nonce,
    struct bytes roots_pem, struct timestamp *out, struct why *why)
{
	const struct subject of = { .message = message };

	return response_check(response, &of, nonce, roots_pem, out, why);
}

enum err
timestamp_check_hash(struct bytes response, struct hash hash, const uint8_t *nonce,
    struct bytes roots_pem, struct timestamp *out, struct why *why)
{
	const struct subject of = { .hash = &hash };

	return response_check(response, &of, nonce, roots_pem, out, why);
}

enum err
timestamp_token_check(struct bytes token, struct bytes message, struct bytes roots_pem,
    struct timestamp *out, struct why *why)
{
	const struct subject of = { .message = message };
	const unsigned char *at = token.at;
	PKCS7 *parsed = token.len > 0 && token.len <= RESPONSE_MAX ?
	    d2i_PKCS7(NULL, &at, (long)token.len) : NULL;
	TS_TST_INFO *info = parsed != NULL && at == token.at + token.len &&
	    PKCS7_type_is_signed(parsed) ? PKCS7_to_TS_TST_INFO(parsed) : NULL;
	enum err err;

	*out = (struct timestamp){ 0 };
	if (info == NULL)
		err = why_set(why, ERR_MALFORMED,
		    "these %zu octets are not one TimeStampToken of RFC 3161", token.len);
	else
		err = check_info(info, &of, NULL, out, why);
	if (err == ERR_OK)
		err = check_signer(parsed, info, roots_pem, out, why);
	TS_TST_INFO_free(info);
	PKCS7_free(parsed);
	ERR_clear_error();
	return err;
}

enum err
timestamp_token(struct bytes response, struct buffer *out, struct why *why)
{
	TS_RESP *parsed;
	unsigned char *der = NULL;
	int len = -1;
	enum err err = response_read(response, &parsed, why);

	if (err == ERR_OK)
		err = response_granted(parsed, why);
	if (err == ERR_OK) {
		len = i2d_PKCS7(TS_RESP_get_token(parsed), &der);
		if (len > 0)
			buffer_put(out, der, (size_t)len);
		else
			err = why_set(why, ERR_IO, "OpenSSL could not write the token");
	}
	OPENSSL_free(der);
	TS_RESP_free(parsed);
	ERR_clear_error();
	return err;
}
