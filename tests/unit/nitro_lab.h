/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Nitro hypervisor for tests, made fresh in memory (simulated: real ones are in
 * tests/data/attest/nitro): a chain of the shape AWS's has, and documents signed right, but wrong
 * in one chosen way.
 */
#ifndef TESTS_UNIT_NITRO_LAB_H
#define TESTS_UNIT_NITRO_LAB_H

#include <openssl/ecdsa.h>

#include "attest/chain.h"
#include "monitor/base/cbor.h"
#include "tests/unit/authority.h"

enum { LAB_AT_S = 1795000000, LAB_LINKS = 5, LAB_DAY_S = 86400 };	/* 2026-11-18 */

#define LAB_MODULE "i-0123456789abcdef0-enc0191cceb4289903f"

struct nitro_chain {		/* root first, the signer last */
	const char *name[LAB_LINKS], *basic[LAB_LINKS], *usage[LAB_LINKS], *group;
	int64_t     from_s, until_s;
};

struct nitro_lab { EVP_PKEY *key[LAB_LINKS]; X509 *link[LAB_LINKS]; };

static const struct nitro_chain nitro_chain_good = {
	.name = { "aws.nitro-enclaves", "ec28cbbaae08094d.ap-northeast-1.aws.nitro-enclaves",
	    "68a8a693dd2153f6.zonal.ap-northeast-1.aws.nitro-enclaves",
	    "i-0123456789abcdef0.ap-northeast-1.aws.nitro-enclaves",
	    LAB_MODULE ".ap-northeast-1.aws" },
	.basic = { "critical,CA:TRUE", "critical,CA:TRUE,pathlen:2", "critical,CA:TRUE,pathlen:1",
	    "critical,CA:TRUE,pathlen:0", "critical,CA:FALSE" },
	.usage = { "critical,digitalSignature,keyCertSign", "critical,keyCertSign",
	    "critical,keyCertSign", "critical,keyCertSign", "digitalSignature,nonRepudiation" },
	.group = "P-384", .from_s = LAB_AT_S - 10, .until_s = LAB_AT_S + 10800
};

static inline struct nitro_lab
nitro_lab_make(const struct nitro_chain *chain)
{
	const int64_t always[2] = { LAB_AT_S - LAB_DAY_S, LAB_AT_S + LAB_DAY_S },
	    leaf[2] = { chain->from_s, chain->until_s };
	struct nitro_lab lab;

	for (size_t i = 0; i < LAB_LINKS; i++) {
		size_t by = i > 0 ? i - 1 : 0;
		bool last = i + 1 == LAB_LINKS;

		lab.key[i] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", last ? chain->group : "P-384");
		lab.link[i] = authority_certificate(chain->name[i], lab.key[i],
		    i > 0 ? lab.link[by] : NULL, lab.key[by], last ? leaf : always);
		authority_extend(lab.link[i], NID_basic_constraints, chain->basic[i]);
		if (chain->usage[i] != NULL)
			authority_extend(lab.link[i], NID_key_usage, chain->usage[i]);
		if (X509_sign(lab.link[i], lab.key[by], EVP_sha384()) <= 0)
			abort();
	}
	return lab;
}

static inline void
nitro_lab_free(struct nitro_lab *lab)
{
	for (size_t i = 0; i < LAB_LINKS; i++) {
		EVP_PKEY_free(lab->key[i]);
		X509_free(lab->link[i]);
	}
}

enum nitro_flaw {
	FLAW_NONE, FLAW_FIELD_TWICE, FLAW_PCR_TWICE, FLAW_PCR_FAR, FLAW_PCR_SHORT, FLAW_PCR_BOTH,
	FLAW_PCR_NONE, FLAW_PCR_MISSING, FLAW_BUNDLE_NULL, FLAW_BUNDLE_EMPTY, FLAW_BUNDLE_LONG,
	FLAW_BUNDLE_MANY, FLAW_BUNDLE_HOLLOW, FLAW_NO_MODULE, FLAW_NO_DIGEST,
	FLAW_NO_CERTIFICATE, FLAW_BEHIND, FLAW_KEY_TYPE, FLAW_BREAK, FLAW_UNKNOWN,
	FLAW_BUNDLE_LESS
};

struct nitro_made {
	enum nitro_flaw flaw;
	const char     *module, *digest;
	uint64_t        made_ms;
	bool            tpm, endless, zero, tagged;
	unsigned        pcrs;			/* registers: 0 to this - 1 */
	struct bytes    public_key, user_data, nonce;
	struct bytes    protected;
	size_t          headers;		/* of the unprotected map */
	size_t          signature;		/* octets of it */
};

static const struct nitro_made nitro_made_good = {
	.module = LAB_MODULE, .digest = "SHA384", .made_ms = LAB_AT_S * 1000ULL, .pcrs = 16,
	.signature = 96, .protected = { (const uint8_t *)"\xa1\x01\x38\x22", 4 },
	.nonce = { (const uint8_t *)"0123456789abcdef", 16 }
};

/* A good one but for what is assigned: MADE(made.tpm = true, made.pcrs = 24). */
#define MADE(...)                                       \
	({                                              \
		struct nitro_made made = nitro_made_good; \
		__VA_ARGS__;                            \
		made;                                   \
	})

static inline void
lab_open(struct buffer *out, bool endless, unsigned major, uint64_t count)
{
	if (endless)
		buffer_put_u8(out, (uint8_t)(major << 5 | 31));
	else if (major == 5)
		cbor_put_map(out, count);
	else
		cbor_put_array(out, count);
}

static inline void
lab_close(struct buffer *out, bool endless)
{
	if (endless)
		buffer_put_u8(out, 0xff);
}

static inline void
lab_registers(struct buffer *out, const struct nitro_made *made)
{
	static const uint8_t zero[64];
	unsigned count = made->flaw == FLAW_PCR_NONE ? 0 : made->pcrs;

	cbor_put_cstr(out, made->tpm ? "nitrotpm_pcrs" : "pcrs");
	lab_open(out, made->endless, 5, count);
	for (unsigned i = 0; i < count; i++) {
		uint8_t value[48];
		size_t len = made->flaw == FLAW_PCR_SHORT && i == 3 ? 47 : 48;
		unsigned at = made->flaw == FLAW_PCR_TWICE && i == 3 ? 2 :
		    made->flaw == FLAW_PCR_FAR && i == 3 ? 32 :
		    made->flaw == FLAW_PCR_MISSING && i == 0 ? 31 : i;

		memset(value, 0x10 + (int)i, sizeof(value));
		cbor_put_uint(out, at);
		cbor_put_bytes(out, bytes_of(made->zero && i < 8 ? zero : value, len));
	}
	lab_close(out, made->endless);
}

static inline void
lab_certificate(struct buffer *out, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	cbor_put_bytes(out, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
}

static inline void
lab_bundle(struct buffer *out, const struct nitro_lab *lab, const struct nitro_made *made)
{
	static const uint8_t filler[1025] = { 0x30 };
	size_t extra = made->flaw == FLAW_BUNDLE_MANY ? 4 : made->flaw == FLAW_BUNDLE_LONG ||
	    made->flaw == FLAW_BUNDLE_HOLLOW ? 1 : 0;
	size_t count = made->flaw == FLAW_BUNDLE_EMPTY ? 0 : LAB_LINKS - 1 + extra -
	    (made->flaw == FLAW_BUNDLE_LESS);

	cbor_put_cstr(out, "cabundle");
	if (made->flaw == FLAW_BUNDLE_NULL) {
		cbor_put_null(out);
		return;
	}
	lab_open(out, made->endless, 4, count);
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < LAB_LINKS)
			lab_certificate(out, lab->link[i]);
		else
			cbor_put_bytes(out, bytes_of(filler, made->flaw == FLAW_BUNDLE_LONG ?
			    1025 : made->flaw == FLAW_BUNDLE_HOLLOW ? 0 : 16));
	}
	lab_close(out, made->endless);
}

static inline void
lab_data(struct buffer *out, const char *name, struct bytes value)
{
	cbor_put_cstr(out, name);
	if (value.at == NULL)
		cbor_put_null(out);
	else
		cbor_put_bytes(out, value);
}

static inline void
lab_payload(struct buffer *out, const struct nitro_lab *lab, const struct nitro_made *made)
{
	enum nitro_flaw flaw = made->flaw;
	size_t fields = 9 + (flaw == FLAW_FIELD_TWICE) + (flaw == FLAW_UNKNOWN) +
	    (flaw == FLAW_PCR_BOTH) - (flaw == FLAW_NO_MODULE) - (flaw == FLAW_NO_DIGEST) -
	    (flaw == FLAW_NO_CERTIFICATE);

	lab_open(out, made->endless, 5, fields);
	if (flaw != FLAW_NO_MODULE)
		cbor_put_cstr(out, "module_id"), cbor_put_cstr(out, made->module);
	if (flaw != FLAW_NO_DIGEST)
		cbor_put_cstr(out, "digest"), cbor_put_cstr(out, made->digest);
	cbor_put_cstr(out, "timestamp");
	cbor_put_uint(out, made->made_ms);
	lab_registers(out, made);
	if (flaw == FLAW_PCR_BOTH)
		lab_registers(out, &(struct nitro_made){ .tpm = !made->tpm, .pcrs = 1,
		    .endless = made->endless });
	if (flaw == FLAW_UNKNOWN)
		cbor_put_cstr(out, "later"), cbor_put_array(out, 1), cbor_put_uint(out, 7);
	if (flaw != FLAW_NO_CERTIFICATE) {
		cbor_put_cstr(out, "certificate");
		lab_certificate(out, lab->link[LAB_LINKS - 1]);
	}
	lab_bundle(out, lab, made);
	lab_data(out, flaw == FLAW_FIELD_TWICE ? "nonce" : "public_key", made->public_key);
	lab_data(out, "user_data", made->user_data);
	lab_data(out, "nonce", made->nonce);
	if (flaw == FLAW_FIELD_TWICE)
		lab_data(out, "public_key", made->public_key);
	if (flaw == FLAW_KEY_TYPE)
		out->at[1] = 0x49;	/* "module_id" as octets, not text */
	if (flaw != FLAW_BREAK)
		lab_close(out, made->endless);
	if (flaw == FLAW_BEHIND)
		buffer_put_u8(out, 0);
}

/* r and s of the signature over Sig_structure (RFC 9052, 4.4), each half of out. */
static inline void
lab_sign(EVP_PKEY *key, struct bytes protected, struct bytes payload, uint8_t out[96])
{
	struct buffer message = { .max = 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[160];
	const uint8_t *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *pair;

	cbor_put_array(&message, 4);
	cbor_put_cstr(&message, "Signature1");
	cbor_put_bytes(&message, protected);
	cbor_put_bytes(&message, bytes_of(NULL, 0));
	cbor_put_bytes(&message, payload);
	if (EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL, key) != 1 ||
	    EVP_DigestSign(context, der, &len, message.at, message.len) != 1)
		abort();
	pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	if (BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 48) != 48 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 48, 48) != 48)
		abort();
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
	buffer_free(&message);
}

/* The caller frees it. */
static inline struct buffer
nitro_lab_document(const struct nitro_lab *lab, struct nitro_made made)
{
	struct buffer out = { .max = 0 }, payload = { .max = 0 };
	uint8_t signature[128] = { 0 };

	lab_payload(&payload, lab, &made);
	lab_sign(lab->key[LAB_LINKS - 1], made.protected, bytes_of_buffer(&payload), signature);
	if (made.tagged)
		cbor_put_tag(&out, 18);
	cbor_put_array(&out, 4);
	cbor_put_bytes(&out, made.protected);
	cbor_put_map(&out, made.headers);
	for (size_t i = 0; i < made.headers; i++)
		cbor_put_uint(&out, i), cbor_put_uint(&out, 0);
	cbor_put_bytes(&out, bytes_of_buffer(&payload));
	cbor_put_bytes(&out, bytes_of(signature, made.signature));
	buffer_free(&payload);
	return out;
}

#endif
