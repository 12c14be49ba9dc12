/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated TPM for tests: keys of libcrypto under public areas of any kind, and statements right
 * or wrong in one chosen way, signed by them.  What a real implementation (swtpm) made is in
 * tests/data/attest/tpm-swtpm; this makes what it would refuse to make.
 */
#ifndef TESTS_UNIT_TPM_LAB_H
#define TESTS_UNIT_TPM_LAB_H

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "attest/tpm_read.h"
#include "tests/unit/seal_lab.h"

/* Attributes of tpm2_createak and of a key for TLS. */
enum {
	LAB_AK  = TPM_FIXED_TPM | TPM_FIXED_PARENT | TPM_SENSITIVE_DATA_ORIGIN | 1 << 6 |
	    TPM_RESTRICTED | TPM_SIGN,
	LAB_KEY = TPM_FIXED_TPM | TPM_FIXED_PARENT | TPM_SENSITIVE_DATA_ORIGIN | 1 << 6 | TPM_SIGN
};

static inline void
lab_sized(struct buffer *out, struct bytes octets)
{
	buffer_put_be(out, octets.len, 2);
	buffer_put(out, octets.at, octets.len);
}

static inline void
lab_number(struct buffer *out, EVP_PKEY *key, const char *name, int len)
{
	BIGNUM *number = NULL;
	uint8_t octets[512];

	if (EVP_PKEY_get_bn_param(key, name, &number) != 1 ||
	    BN_bn2binpad(number, octets, len) != len)
		abort();
	lab_sized(out, bytes_of(octets, (size_t)len));
	BN_free(number);
}

/* TPMT_PUBLIC of a key; P-256, P-384 or RSA. */
static inline struct buffer
lab_public(EVP_PKEY *key, uint32_t attributes, uint16_t name_hash, uint16_t scheme, uint16_t hash)
{
	struct buffer out = { .max = 0 };
	bool rsa = EVP_PKEY_is_a(key, "RSA");
	int bits = EVP_PKEY_get_bits(key);

	buffer_put_be(&out, rsa ? TPM_RSA : TPM_ECC, 2);
	buffer_put_be(&out, name_hash, 2);
	buffer_put_be(&out, attributes, 4);
	buffer_put_be(&out, 0, 2);
	buffer_put_be(&out, TPM_NULL, 2);
	buffer_put_be(&out, scheme, 2);
	if (scheme != TPM_NULL)
		buffer_put_be(&out, hash, 2);
	if (rsa) {
		buffer_put_be(&out, (uint64_t)bits, 2);
		buffer_put_be(&out, 0, 4);
		lab_number(&out, key, OSSL_PKEY_PARAM_RSA_N, bits / 8);
		return out;
	}
	buffer_put_be(&out, bits == 521 ? 5 : bits == 384 ? 4 : 3, 2);
	buffer_put_be(&out, TPM_NULL, 2);
	lab_number(&out, key, OSSL_PKEY_PARAM_EC_PUB_X, (bits + 7) / 8);
	lab_number(&out, key, OSSL_PKEY_PARAM_EC_PUB_Y, (bits + 7) / 8);
	return out;
}

static inline struct buffer
lab_attest(uint16_t type, struct bytes nonce)
{
	struct buffer out = { .max = 0 };

	buffer_put_be(&out, TPM_MAGIC, 4);
	buffer_put_be(&out, type, 2);
	lab_sized(&out, bytes_of_text("qualified name"));
	lab_sized(&out, nonce);
	buffer_put_be(&out, 1000, 8);
	buffer_put_be(&out, 2, 4);
	buffer_put_be(&out, 3, 4);
	buffer_put_u8(&out, 1);
	buffer_put_be(&out, 0x2019102300163636, 8);
	return out;
}

/* A quote of registers 0 to 7 and 14 of one bank. */
static inline struct buffer
lab_quote(struct bytes nonce, uint16_t bank, struct bytes digest)
{
	struct buffer out = lab_attest(TPM_QUOTE, nonce);

	buffer_put_be(&out, 1, 4);
	buffer_put_be(&out, bank, 2);
	buffer_put_be(&out, 3, 1);
	buffer_put_be(&out, 0xff4000, 3);
	lab_sized(&out, digest);
	return out;
}

static inline struct buffer
lab_certify(struct bytes nonce, struct bytes public)
{
	struct buffer out = lab_attest(TPM_CERTIFY, nonce);
	struct tpm_public read;
	struct tpm_name name;

	if (tpm_public_read(public, &read, NULL) != ERR_OK)
		abort();
	name = tpm_name(&read);
	lab_sized(&out, tpm_name_bytes(&name));
	lab_sized(&out, bytes_of_text("qualified name"));
	return out;
}

/* TPMT_SIGNATURE. */
static inline struct buffer
lab_sign(EVP_PKEY *key, uint16_t scheme, uint16_t hash, struct bytes message)
{
	const EVP_MD *md = hash == TPM_SHA1 ? EVP_sha1() : hash == TPM_SHA384 ? EVP_sha384() :
	    EVP_sha256();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *part = NULL;
	struct buffer out = { .max = 0 };
	uint8_t made[512], r[48], s[48];
	const unsigned char *at = made;
	size_t len = sizeof(made);
	int half = EVP_PKEY_get_bits(key) / 8;

	if (EVP_DigestSignInit(context, &part, md, NULL, key) != 1 || (scheme == TPM_RSAPSS &&
	    EVP_PKEY_CTX_set_rsa_padding(part, RSA_PKCS1_PSS_PADDING) != 1) ||
	    EVP_DigestSign(context, made, &len, message.at, message.len) != 1)
		abort();
	EVP_MD_CTX_free(context);
	buffer_put_be(&out, scheme, 2);
	buffer_put_be(&out, hash, 2);
	if (scheme == TPM_ECDSA) {
		ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);

		BN_bn2binpad(ECDSA_SIG_get0_r(pair), r, half);
		BN_bn2binpad(ECDSA_SIG_get0_s(pair), s, half);
		lab_sized(&out, bytes_of(r, (size_t)half));
		lab_sized(&out, bytes_of(s, (size_t)half));
		ECDSA_SIG_free(pair);
	} else {
		lab_sized(&out, bytes_of(made, len));
	}
	return out;
}

#endif
