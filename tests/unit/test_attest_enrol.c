/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment of TPMs: real certificates of endorsement keys (swtpm), cut and altered at every octet;
 * and credentials opened as a TPM does, by derivations of libcrypto (KBKDF and SSKDF) that are not
 * ours.  That a TPM opens them, too, tests/enrol.sh shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/hmac.h>
#include <openssl/kdf.h>

#include "attest/signature.h"
#include "attest/tpm_credential.h"
#include "attest/tpm_ek.h"
#include "tests/unit/tpm_lab.h"
#include "tests/unit/vectors.h"

enum { AT_S = 1796000000 };		/* 2026-11-30 */

#define SWTPM "tests/data/attest/tpm-swtpm/"

static struct { struct buffer rsa, ecc, issuer, root, ak, rogue; } file;

static int
files_begin(void **state)
{
	(void)state;
	file.rsa = vectors_file(SWTPM "ek-rsa.cert.der");
	file.ecc = vectors_file(SWTPM "ek-ecc.cert.der");
	file.issuer = vectors_file(SWTPM "ca-issuer.pem");
	file.root = vectors_file(SWTPM "ca-root.pem");
	file.ak = vectors_file(SWTPM "ak.pub");
	file.rogue = vectors_file(SWTPM "rogue.pub");
	return 0;
}

static int
files_end(void **state)
{
	(void)state;
	for (struct buffer *one = (struct buffer *)&file; one < (struct buffer *)(&file + 1); one++)
		buffer_free(one);
	return 0;
}

/* --- certificates --------------------------------------------------------------------------- */

/* The rule that decided; "" if it was accepted. */
static const char *
judged(struct bytes ek, struct bytes ak, struct bytes roots, int64_t at_s)
{
	static struct appraisal appraisal;
	struct dossier dossier = { .at_s = at_s };
	struct policy *policy = NULL;

	assert_int_equal(tpm_ek_roots(roots, &policy, NULL), ERR_OK);
	dossier.policy = policy;
	dossier_put(&dossier, "ek-certificate", ek);
	dossier_put(&dossier, "certificates", bytes_of_buffer(&file.issuer));
	dossier_put(&dossier, "roots", roots);
	dossier_put(&dossier, "ak", ak);
	attest_judge(&tpm_enrolment, &dossier, &appraisal);
	policy_free(policy);
	return appraisal.verdict == ATTEST_ACCEPT ? "" : appraisal_rule(&appraisal)->name;
}

static void
test_certificates(void **state)
{
	struct bytes rsa = bytes_of_buffer(&file.rsa), ecc = bytes_of_buffer(&file.ecc);
	struct bytes ak = bytes_of_buffer(&file.ak), root = bytes_of_buffer(&file.root);
	struct bytes issuer = bytes_of_buffer(&file.issuer);
	struct tpm_ek ek;

	(void)state;
	assert_string_equal(judged(rsa, ak, root, AT_S), "");
	assert_string_equal(judged(ecc, ak, root, AT_S), "");
	assert_string_equal(judged(ecc, ak, issuer, AT_S), "");	/* pinned, whoever signed it */
	assert_string_equal(judged(rsa, ak, root, 0), "ek-dates");
	assert_string_equal(judged(rsa, bytes_of_buffer(&file.rogue), root, AT_S),
	    "ak-attributes");
	assert_string_equal(judged(rsa, bytes_of(NULL, 0), root, AT_S), "ak-form");
	assert_string_equal(judged(ak, ak, root, AT_S), "ek-form");
	assert_string_equal(judged(issuer, ak, root, AT_S), "ek-purpose");
	assert_int_equal(tpm_ek_read(rsa, &ek, NULL), ERR_OK);
	assert_string_equal(ek.maker, "id:00001014");
	assert_string_equal(ek.model, "swtpm");
	assert_string_equal(ek.version, "id:20191023");
	assert_int_equal(ek.until_s, 253402300799);
	assert_true(tpm_credential_fits(ek.key) && tpm_credential_session(ek.key));
	tpm_ek_free(&ek);
}

static void
test_altered(void **state)
{
	struct bytes ak = bytes_of_buffer(&file.ak), root = bytes_of_buffer(&file.root);
	struct buffer *const certificates[] = { &file.rsa, &file.ecc };

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		struct bytes whole = bytes_of_buffer(certificates[c]);

		for (size_t i = 0; i < whole.len; i++) {
			assert_string_equal(judged(bytes_slice(whole, 0, i), ak, root, AT_S),
			    "ek-form");
			certificates[c]->at[i] ^= 1;
			assert_string_not_equal(judged(whole, ak, root, AT_S), "");
			certificates[c]->at[i] ^= 1;
		}
	}
}

/* As a TPM gives them that keeps them in a place of a fixed size. */
static void
test_padded(void **state)
{
	static const struct { uint8_t first, last; const char *rule; } tails[] = {
		{ 0, 0, "" }, { 0xff, 0xff, "" }, { 0, 0xff, "ek-form" }, { 1, 1, "ek-form" } };

	(void)state;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct buffer padded = { .max = 4096 };

		buffer_put(&padded, file.ecc.at, file.ecc.len);
		for (int k = 0; k < 99; k++)
			buffer_put_u8(&padded, tails[i].first);
		buffer_put_u8(&padded, tails[i].last);
		assert_string_equal(judged(bytes_of_buffer(&padded), bytes_of_buffer(&file.ak),
		    bytes_of_buffer(&file.root), AT_S), tails[i].rule);
		buffer_free(&padded);
	}
}

/* A key of a maker of ours, under the extensions of a real certificate. */
static const char *
made(EVP_PKEY *key, bool oaep)
{
	const int64_t always[2] = { 0, 4102444800 };
	struct authority maker = authority_make("other", NULL, 0, always[1]);
	X509 *ek = authority_certificate("ek", key, maker.root, maker.root_key, always), *real;
	const unsigned char *at = file.rsa.at;
	unsigned char *der = NULL, *public = NULL, *root = NULL;
	struct buffer pem = { .max = 4096 };
	const char *rule;
	int len;

	real = d2i_X509(NULL, &at, (long)file.rsa.len);
	for (int i = 0; i < X509_get_ext_count(real); i++)
		if (OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(real, i))) !=
		    NID_authority_key_identifier)
			X509_add_ext(ek, X509_get_ext(real, i), -1);
	if (oaep) {
		len = i2d_PublicKey(key, &public);
		assert_int_equal(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(ek),
		    OBJ_nid2obj(NID_rsaesOaep), V_ASN1_NULL, NULL, public, len), 1);
	}
	assert_true(X509_sign(ek, maker.root_key, EVP_sha256()) > 0);
	len = i2d_X509(maker.root, &root);
	buffer_put(&pem, root, (size_t)len);
	len = i2d_X509(ek, &der);
	rule = judged(bytes_of(der, (size_t)len), bytes_of_buffer(&file.ak), bytes_of_buffer(&pem),
	    AT_S);
	if (oaep && rule[0] == '\0') {
		struct tpm_ek read;

		assert_int_equal(tpm_ek_read(bytes_of(der, (size_t)len), &read, NULL), ERR_OK);
		assert_int_equal(EVP_PKEY_eq(read.key, key), 1);
		tpm_ek_free(&read);
	}
	OPENSSL_free(der);
	OPENSSL_free(root);
	buffer_free(&pem);
	X509_free(ek);
	X509_free(real);
	authority_free(&maker);
	EVP_PKEY_free(key);
	return rule;
}

static void
test_made(void **state)
{
	(void)state;
	assert_string_equal(made(EVP_RSA_gen(2048), false), "");
	assert_string_equal(made(EVP_RSA_gen(2048), true), "");
	assert_string_equal(made(EVP_RSA_gen(1024), false), "ek-key");
	assert_string_equal(made(EVP_RSA_gen(1024), true), "ek-key");
	assert_string_equal(made(EVP_EC_gen("P-256"), false), "ek-purpose");
}

static void
test_roots(void **state)
{
	struct policy *policy = NULL;

	(void)state;
	assert_int_equal(tpm_ek_roots(bytes_of_text("none"), &policy, NULL), ERR_MALFORMED);
	assert_null(policy);
}

/* --- credentials ---------------------------------------------------------------------------- */

static void
derive(const char *kdf, const char *digest, struct bytes seed, const char *label,
    struct bytes context, uint8_t *out, size_t len)
{
	bool counter = strcmp(kdf, "KBKDF") == 0;
	EVP_KDF *of = EVP_KDF_fetch(NULL, kdf, NULL);
	EVP_KDF_CTX *at = EVP_KDF_CTX_new(of);
	OSSL_PARAM agreed[] = {
		OSSL_PARAM_utf8_string("digest", (char *)(uintptr_t)digest, 0),
		OSSL_PARAM_octet_string("key", (void *)(uintptr_t)seed.at, seed.len),
		OSSL_PARAM_octet_string("info", (void *)(uintptr_t)context.at, context.len),
		OSSL_PARAM_END };
	OSSL_PARAM derived[] = {
		OSSL_PARAM_utf8_string("digest", (char *)(uintptr_t)digest, 0),
		OSSL_PARAM_utf8_string("mac", (char *)(uintptr_t)"HMAC", 0),
		OSSL_PARAM_utf8_string("mode", (char *)(uintptr_t)"counter", 0),
		OSSL_PARAM_octet_string("key", (void *)(uintptr_t)seed.at, seed.len),
		OSSL_PARAM_octet_string("salt", (char *)(uintptr_t)label, strlen(label)),
		OSSL_PARAM_octet_string("info", (void *)(uintptr_t)context.at, context.len),
		OSSL_PARAM_END };

	assert_int_equal(EVP_KDF_derive(at, out, len, counter ? derived : agreed), 1);
	EVP_KDF_CTX_free(at);
	EVP_KDF_free(of);
}

static void
seed_rsa(EVP_PKEY *ek, const EVP_MD *md, struct bytes secret, uint8_t seed[64])
{
	EVP_PKEY_CTX *at = EVP_PKEY_CTX_new(ek, NULL);
	uint8_t plain[512];
	size_t len = sizeof(plain);

	assert_int_equal(EVP_PKEY_decrypt_init(at), 1);
	EVP_PKEY_CTX_set_rsa_padding(at, RSA_PKCS1_OAEP_PADDING);
	EVP_PKEY_CTX_set_rsa_oaep_md(at, md);
	EVP_PKEY_CTX_set0_rsa_oaep_label(at, OPENSSL_memdup("IDENTITY", 9), 9);
	assert_int_equal(EVP_PKEY_decrypt(at, plain, &len, secret.at, secret.len), 1);
	assert_int_equal(len, EVP_MD_get_size(md));
	memcpy(seed, plain, len);
	EVP_PKEY_CTX_free(at);
}

static void
seed_ecc(EVP_PKEY *ek, const char *digest, struct bytes secret, uint8_t seed[64])
{
	struct reader in = reader_of(secret);
	struct bytes x = read_bytes(&in, (size_t)read_be(&in, 2));
	struct bytes y = read_bytes(&in, (size_t)read_be(&in, 2));
	EVP_PKEY *peer = key_of_point(x.len == 32 ? "P-256" : "P-384", x, y);
	EVP_PKEY_CTX *at = EVP_PKEY_CTX_new(ek, NULL);
	struct buffer info = { .max = 256 }, own = { .max = 64 };
	uint8_t agreed[48];
	size_t len = sizeof(agreed);

	assert_true(reader_done(&in));
	assert_int_equal(EVP_PKEY_derive_init(at), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(at, peer), 1);
	assert_int_equal(EVP_PKEY_derive(at, agreed, &len), 1);
	lab_number(&own, ek, OSSL_PKEY_PARAM_EC_PUB_X, (int)x.len);
	buffer_put(&info, "IDENTITY", 9);
	buffer_put(&info, x.at, x.len);
	buffer_put(&info, own.at + 2, own.len - 2);
	derive("SSKDF", digest, bytes_of(agreed, len), "", bytes_of_buffer(&info), seed,
	    x.len);
	buffer_free(&info);
	buffer_free(&own);
	EVP_PKEY_CTX_free(at);
	EVP_PKEY_free(peer);
}

/* As TPM2_ActivateCredential; false: the HMAC is not one over this Name. */
static bool
opened(EVP_PKEY *ek, size_t hash, struct bytes name, struct bytes blob, uint8_t secret[34])
{
	const EVP_MD *md = hash == 32 ? EVP_sha256() : EVP_sha384();
	const char *digest = hash == 32 ? "SHA256" : "SHA384";
	struct reader in = reader_of(blob), object;
	struct bytes integrity, identity, encrypted;
	uint8_t seed[64], key[64], mac[64], iv[16] = { 0 }, both[34 + 64];
	int len = 0;
	EVP_CIPHER_CTX *cipher;

	assert_int_equal(read_be(&in, 4), 0xbadcc0de);
	assert_int_equal(read_be(&in, 4), 1);
	object = reader_of(read_bytes(&in, (size_t)read_be(&in, 2)));
	encrypted = read_bytes(&in, (size_t)read_be(&in, 2));
	assert_true(reader_done(&in));
	integrity = read_bytes(&object, (size_t)read_be(&object, 2));
	identity = read_bytes(&object, 34);
	assert_true(reader_done(&object) && integrity.len == hash);
	if (EVP_PKEY_is_a(ek, "RSA"))
		seed_rsa(ek, md, encrypted, seed);
	else
		seed_ecc(ek, digest, encrypted, seed);
	derive("KBKDF", digest, bytes_of(seed, hash), "INTEGRITY", bytes_of(NULL, 0), key, hash);
	memcpy(both, identity.at, 34);
	memcpy(both + 34, name.at, name.len);
	assert_non_null(HMAC(md, key, (int)hash, both, 34 + name.len, mac, NULL));
	if (memcmp(mac, integrity.at, hash) != 0)
		return false;
	derive("KBKDF", digest, bytes_of(seed, hash), "STORAGE", name, key, hash == 32 ? 16 : 32);
	cipher = EVP_CIPHER_CTX_new();
	assert_int_equal(EVP_DecryptInit_ex(cipher, hash == 32 ? EVP_aes_128_cfb128() :
	    EVP_aes_256_cfb128(), NULL, key, iv), 1);
	assert_int_equal(EVP_DecryptUpdate(cipher, secret, &len, identity.at, 34), 1);
	EVP_CIPHER_CTX_free(cipher);
	return true;
}

static void
one_credential(EVP_PKEY *ek, size_t hash)
{
	uint8_t secret[TPM_CREDENTIAL_SECRET], got[34], name[34] = { 0, 0x0b, 1, 2, 3 };
	struct buffer blob = { .max = 4096 };

	assert_true(tpm_credential_fits(ek));
	random_fill(secret, sizeof(secret));
	assert_int_equal(tpm_credential_make(ek, bytes_of(name, 34), secret, &blob, NULL), ERR_OK);
	assert_true(opened(ek, hash, bytes_of(name, 34), bytes_of_buffer(&blob), got));
	assert_memory_equal(got, "\0\x20", 2);
	assert_memory_equal(got + 2, secret, sizeof(secret));
	name[33] ^= 1;
	assert_false(opened(ek, hash, bytes_of(name, 34), bytes_of_buffer(&blob), got));
	buffer_free(&blob);
	EVP_PKEY_free(ek);
}

static void
test_credentials(void **state)
{
	(void)state;
	one_credential(EVP_RSA_gen(2048), 32);
	one_credential(EVP_RSA_gen(3072), 48);
	for (int i = 0; i < 300; i++)	/* some with a coordinate that begins with zero */
		one_credential(EVP_EC_gen("P-256"), 32);
	one_credential(EVP_EC_gen("P-384"), 48);
}

static void
test_other_keys(void **state)
{
	EVP_PKEY *const keys[] = { EVP_EC_gen("P-521"), EVP_EC_gen("secp256k1"),
		EVP_RSA_gen(1024), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL };
	uint8_t secret[TPM_CREDENTIAL_SECRET] = { 0 };
	struct buffer blob = { .max = 4096 };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_false(tpm_credential_fits(keys[i]));
		assert_int_equal(tpm_credential_make(keys[i], bytes_of_text("name"), secret, &blob,
		    NULL), ERR_UNSUPPORTED);
		EVP_PKEY_free(keys[i]);
	}
	assert_int_equal(blob.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_padded),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_other_keys),
	};

	return cmocka_run_group_tests(tests, files_begin, files_end);
}
