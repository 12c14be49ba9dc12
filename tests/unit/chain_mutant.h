/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of every shape, and mutants of them: octets turned anywhere, and single values of the
 * DER doubled, cut, lengthened or written another way, signed again by whoever issued them.
 */
#ifndef TESTS_UNIT_CHAIN_MUTANT_H
#define TESTS_UNIT_CHAIN_MUTANT_H

#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "attest/der.h"
#include "tests/unit/tls_lab.h"

/* A reproducible draw (xorshift64*). */
static inline uint64_t
draw(uint64_t *state)
{
	*state ^= *state >> 12, *state ^= *state << 25, *state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

static inline size_t
draw_of(uint64_t *state, size_t count)
{
	return (size_t)(draw(state) >> 33) % count;
}

struct maker {			/* how a certificate is made; zero is a plain leaf */
	const struct maker *issuer;	/* NULL: itself */
	EVP_PKEY           *key;
	const EVP_MD       *digest;
	bool                pss;
	const char         *name[4];	/* "CN=amf", "+O=second attribute of the set before" */
	int                 name_type;	/* MBSTRING_UTF8, V_ASN1_PRINTABLESTRING, ... */
	const char         *extension[12];	/* "basicConstraints=critical,CA:TRUE" */
	int64_t             from_s, until_s;
	long                serial;
	X509               *made;
	struct buffer       der;
};

static inline void
maker_sign(const struct maker *by, bool pss, const EVP_MD *digest, struct bytes body,
    struct buffer *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *parameters = NULL;
	uint8_t out[1024];
	size_t len = sizeof(out);

	if (EVP_PKEY_is_a(by->key, "ED25519"))
		digest = NULL;
	EVP_DigestSignInit(ctx, &parameters, digest, NULL, by->key);
	if (pss && EVP_PKEY_is_a(by->key, "RSA")) {
		EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
	}
	if (EVP_DigestSign(ctx, out, &len, body.at, body.len) != 1)
		abort();
	buffer_put(signature, out, len);
	EVP_MD_CTX_free(ctx);
}

static inline void
maker_make(struct maker *maker)
{
	const struct maker *by = maker->issuer != NULL ? maker->issuer : maker;
	X509_NAME *name = X509_NAME_new();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *parameters = NULL;
	CONF *sections = NCONF_new(NULL);	/* of none: some extensions ask for one */
	unsigned char *der = NULL;
	X509V3_CTX extensions;
	int len;

	maker->made = X509_new();
	X509_set_version(maker->made, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(maker->made), maker->serial);
	for (size_t i = 0; i < 4 && maker->name[i] != NULL; i++) {
		bool set = maker->name[i][0] == '+';
		const char *text = strchr(maker->name[i], '=') + 1;
		char type[32];

		snprintf(type, sizeof(type), "%.*s", (int)(text - maker->name[i] - 1 - set),
		    maker->name[i] + set);
		X509_NAME_add_entry_by_txt(name, type, maker->name_type != 0 ? maker->name_type :
		    MBSTRING_UTF8, (const unsigned char *)text, -1, -1, set ? -1 : 0);
	}
	X509_set_subject_name(maker->made, name);
	X509_set_issuer_name(maker->made, maker->issuer != NULL ?
	    X509_get_subject_name(by->made) : name);
	ASN1_TIME_set(X509_getm_notBefore(maker->made), (time_t)maker->from_s);
	ASN1_TIME_set(X509_getm_notAfter(maker->made), (time_t)maker->until_s);
	X509_set_pubkey(maker->made, maker->key);
	X509V3_set_ctx(&extensions, by->made, maker->made, NULL, NULL, 0);
	X509V3_set_nconf(&extensions, sections);
	for (size_t i = 0; i < 12 && maker->extension[i] != NULL; i++) {
		char type[64];
		const char *text = strchr(maker->extension[i], '=') + 1;
		X509_EXTENSION *extension;

		snprintf(type, sizeof(type), "%.*s", (int)(text - maker->extension[i] - 1),
		    maker->extension[i]);
		extension = X509V3_EXT_conf(NULL, &extensions, type, text);
		if (extension != NULL)		/* an issuer without a key identifier lends none */
			X509_add_ext(maker->made, extension, -1);
		X509_EXTENSION_free(extension);
	}
	EVP_DigestSignInit(ctx, &parameters, EVP_PKEY_is_a(by->key, "ED25519") ? NULL :
	    maker->digest, NULL, by->key);
	if (maker->pss && EVP_PKEY_is_a(by->key, "RSA")) {
		EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
	}
	X509_sign_ctx(maker->made, ctx);
	len = i2d_X509(maker->made, &der);
	buffer_reset(&maker->der);
	buffer_put(&maker->der, der, (size_t)len);
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	X509_NAME_free(name);
	NCONF_free(sections);
}

static inline void
maker_free(struct maker *maker)
{
	X509_free(maker->made);
	buffer_free(&maker->der);
	maker->made = NULL;
}

/* --- mutants ------------------------------------------------------------------------------ */

struct mutation { size_t left; uint64_t *state; };	/* values until the one that changes */

/* A head of any kind, the shortest or not. */
static inline void
head_put(struct buffer *out, uint8_t tag, size_t len, bool longer)
{
	buffer_put_u8(out, tag);
	if (longer) {
		buffer_put_u8(out, 0x83);
		buffer_put_be(out, len, 3);
	} else {
		if (len >= 0x80)
			buffer_put_u8(out, len < 0x100 ? 0x81 : 0x82);
		buffer_put_be(out, len, len < 0x100 ? 1 : 2);
	}
}

static inline void
value_mutate(const struct der *one, uint64_t *state, struct buffer *out)
{
	static const uint8_t tags[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17,
		0x18, 0x1e, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0xa4 };
	struct buffer value = { .max = 0 };
	size_t kind = draw_of(state, 9), at;
	uint8_t tag = one->tag;

	buffer_put(&value, one->value.at, one->value.len);
	at = value.len > 0 ? draw_of(state, value.len) : 0;
	switch (kind) {
	case 0:				/* left out */
		buffer_free(&value);
		return;
	case 1:				/* twice */
		buffer_put(out, one->whole.at, one->whole.len);
		break;
	case 2:				/* of another kind */
		tag = tags[draw_of(state, sizeof(tags))];
		break;
	case 3:				/* shorter */
		value.len = at;
		break;
	case 4:				/* longer */
		buffer_put_u8(&value, (uint8_t)draw(state));
		break;
	case 5:				/* an octet in front, as of a number that is not the shortest */
		buffer_put_u8(&value, 0);
		memmove(value.at + 1, value.at, value.len - 1);
		value.at[0] = (uint8_t)(draw_of(state, 2) * 0xff);
		break;
	case 6:				/* its length not the shortest */
		break;
	default:			/* an octet of it */
		if (value.len > 0)
			value.at[at] ^= (uint8_t)(1 << draw_of(state, 8));
		break;
	}
	head_put(out, tag, value.len, kind == 6);
	buffer_put(out, value.at, value.len);
	buffer_free(&value);
}

/* Copies encodings, and what octet strings hold, and changes one value on the way. */
static inline void
encodings_mutate(struct bytes in, struct mutation *mutation, struct buffer *out)
{
	struct der one;

	while (in.len > 0 && der_take(&in, &one)) {
		struct buffer inner = { .max = 0 };
		struct bytes probe = one.value;
		struct der first;
		bool holds = (one.tag & 0x20) != 0 || (one.tag == DER_OCTETS && one.value.len > 2 &&
		    der_take(&probe, &first) && probe.len == 0);

		if (mutation->left-- == 0) {
			value_mutate(&one, mutation->state, out);
		} else if (holds) {
			encodings_mutate(one.value, mutation, &inner);
			head_put(out, one.tag, inner.len, false);
			buffer_put(out, inner.at, inner.len);
		} else {
			buffer_put(out, one.whole.at, one.whole.len);
		}
		buffer_free(&inner);
	}
}

/* The certificate with its body changed in one value or octet, signed again by its issuer. */
static inline void
mutant_of(const struct maker *maker, uint64_t *state, struct buffer *out)
{
	const struct maker *by = maker->issuer != NULL ? maker->issuer : maker;
	struct bytes rest = bytes_of_buffer(&maker->der), whole;
	struct buffer body = { .max = 0 }, signature = { .max = 0 }, inner = { .max = 0 };
	struct mutation mutation = { .left = draw_of(state, 90), .state = state };
	struct der part;

	der_expect(&rest, DER_SEQUENCE, &whole);
	der_take(&whole, &part);
	if (draw_of(state, 4) == 0) {
		buffer_put(&body, part.whole.at, part.whole.len);
		body.at[draw_of(state, body.len)] ^= (uint8_t)(1 << draw_of(state, 8));
	} else {
		encodings_mutate(part.whole, &mutation, &body);
	}
	der_take(&whole, &part);	/* how it is signed */
	maker_sign(by, maker->pss, maker->digest, bytes_of_buffer(&body), &signature);
	buffer_put(&inner, body.at, body.len);
	buffer_put(&inner, part.whole.at, part.whole.len);
	head_put(&inner, DER_BITS, signature.len + 1, false);
	buffer_put_u8(&inner, 0);
	buffer_put(&inner, signature.at, signature.len);
	buffer_reset(out);
	head_put(out, DER_SEQUENCE, inner.len, false);
	buffer_put(out, inner.at, inner.len);
	buffer_free(&body), buffer_free(&signature), buffer_free(&inner);
}

#endif
