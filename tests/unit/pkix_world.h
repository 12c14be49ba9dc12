/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKIX Evidence of a module made here: the drafts' own samples must not be copied, and could not
 * be signed anew when they say something wrong.
 */
#ifndef TESTS_UNIT_PKIX_WORLD_H
#define TESTS_UNIT_PKIX_WORLD_H

#include "attest/der.h"
#include "attest/evidence_read.h"
#include "tests/unit/hsm_world.h"

static const uint8_t our_nonce[] = { 0xca, 0xfe, 0xba, 0xbe, 1, 2, 3, 4 };

struct module { EVP_PKEY *root_key, *ak, *key, *second; X509 *root, *certificate; };

static inline struct module
module_new(void)
{
	struct module m = { .root_key = world_ec(), .ak = world_ec(), .key = world_ec(),
		.second = world_ec() };

	m.root = world_authority("root", m.root_key, NULL, m.root_key);
	m.certificate = world_certificate("ak", m.ak, m.root);
	world_extend_text(m.certificate, NID_key_usage, "critical,digitalSignature");
	X509_sign(m.certificate, m.root_key, EVP_sha256());
	return m;
}

static inline void
module_free(struct module *m)
{
	EVP_PKEY_free(m->root_key);
	EVP_PKEY_free(m->ak);
	EVP_PKEY_free(m->key);
	EVP_PKEY_free(m->second);
	X509_free(m->root);
	X509_free(m->certificate);
}

/* What is wrong with it; all zero: nothing. */
struct how {
	bool other_nonce, no_nonce, no_ak, two_transactions, debug, extractable, brought_in,
	    silent, twice, two_keys, broken_key, no_signature, key_id, bad_signature;
	const char *arc;	/* instead of 1.3.6.1.5.5.999 */
};

static inline void
oid_put(struct buffer *out, const struct how *how, const char *rest)
{
	char text[80];
	ASN1_OBJECT *object;

	snprintf(text, sizeof(text), "%s.%s", how->arc != NULL ? how->arc : "1.3.6.1.5.5.999",
	    rest);
	object = OBJ_txt2obj(text, 1);
	der_put(out, DER_OID, bytes_of(OBJ_get0_data(object), OBJ_length(object)));
	ASN1_OBJECT_free(object);
}

static inline void
claim_put(struct buffer *out, const struct how *how, const char *type, uint8_t tag,
    struct bytes value)
{
	struct buffer in = { .max = 0 };

	oid_put(&in, how, type);
	der_put(&in, tag, value);
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&in);
}

static inline void
flag_put(struct buffer *out, const struct how *how, const char *type, bool value)
{
	claim_put(out, how, type, DER_BOOLEAN, bytes_of(value ? "\xff" : "\0", 1));
}

static inline void
spki_put(struct buffer *out, const struct how *how, const char *type, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	claim_put(out, how, type, DER_OCTETS, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
}

static inline void
element_put(struct buffer *out, const struct how *how, const char *type, struct buffer *claims)
{
	struct buffer in = { .max = 0 };

	oid_put(&in, how, type);
	der_put(&in, DER_SEQUENCE, bytes_of_buffer(claims));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&in);
	buffer_reset(claims);
}

static inline void
key_put(struct buffer *out, const struct module *m, const struct how *how, EVP_PKEY *key,
    bool good)
{
	struct buffer claims = { .max = 0 };

	claim_put(&claims, how, "1.2.0", DER_UTF8, bytes_of_text("k1"));
	if (how->broken_key)
		claim_put(&claims, how, "1.2.1", DER_OCTETS, bytes_of_text("no key"));
	else
		spki_put(&claims, how, "1.2.1", key);
	flag_put(&claims, how, "1.2.2", !good || how->extractable);
	if (how->twice)
		flag_put(&claims, how, "1.2.2", false);
	if (good && !how->silent)
		flag_put(&claims, how, "1.2.4", true);
	flag_put(&claims, how, "1.2.3", good);
	flag_put(&claims, how, "1.2.5", !how->brought_in);
	element_put(out, how, "0.2", &claims);
	buffer_free(&claims);
	(void)m;
}

static inline void
elements_put(struct buffer *out, const struct module *m, const struct how *how)
{
	struct buffer claims = { .max = 0 };

	for (int i = 0; i < (how->two_transactions ? 2 : 1); i++) {
		if (!how->no_nonce)
			claim_put(&claims, how, "1.0.0", DER_OCTETS,
			    bytes_of(our_nonce, how->other_nonce ? 7 : 8));
		claim_put(&claims, how, "1.0.1", DER_TIME, bytes_of_text("20261118000000Z"));
		spki_put(&claims, how, "1.0.2", how->no_ak ? m->key : m->ak);
		element_put(out, how, "0.0", &claims);
	}
	claim_put(&claims, how, "1.1.0", DER_UTF8, bytes_of_text("Maker"));
	claim_put(&claims, how, "1.1.4", DER_UTF8, bytes_of_text("S-1"));
	claim_put(&claims, how, "1.1.7", DER_INTEGER, bytes_of(how->debug ? "\0" : "\1", 1));
	element_put(out, how, "0.1", &claims);
	key_put(out, m, how, m->key, true);
	if (how->two_keys)
		key_put(out, m, how, m->second, false);
	buffer_free(&claims);
}

static inline void
block_put(struct buffer *out, const struct module *m, const struct how *how, struct bytes tbs)
{
	static const uint8_t algorithm[] = { 0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3,
		2 };
	struct buffer signer = { .max = 0 }, block = { .max = 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char value[128], *der = NULL;
	size_t len = sizeof(value);
	int size = i2d_X509(m->certificate, &der);

	EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, m->ak);
	EVP_DigestSign(context, value, &len, tbs.at, tbs.len);
	value[len - 1] ^= how->bad_signature;
	if (how->key_id)
		der_put(&signer, DER_CONTEXT, bytes_of("\x04\x01k", 3));
	else
		der_put(&signer, DER_CONTEXT + 2, bytes_of(der, (size_t)size));
	der_put(&block, DER_SEQUENCE, bytes_of_buffer(&signer));
	buffer_put(&block, algorithm, sizeof(algorithm));
	der_put(&block, DER_OCTETS, bytes_of(value, len));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&block));
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	buffer_free(&signer);
	buffer_free(&block);
}

static inline void
evidence_put(struct buffer *out, const struct module *m, const struct how *how)
{
	struct buffer elements = { .max = 0 }, tbs = { .max = 0 }, whole = { .max = 0 };

	elements_put(&elements, m, how);
	buffer_put(&whole, "\x02\x01\x01", 3);
	der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&elements));
	der_put(&tbs, DER_SEQUENCE, bytes_of_buffer(&whole));
	buffer_reset(&whole);
	buffer_reset(&elements);
	if (!how->no_signature)
		block_put(&elements, m, how, bytes_of_buffer(&tbs));
	buffer_put(&whole, tbs.at, tbs.len);
	der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&elements));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&whole));
	buffer_free(&elements);
	buffer_free(&tbs);
	buffer_free(&whole);
}

#endif
