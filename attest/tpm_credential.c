/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials made in software; see tpm_credential.h.  All is big-endian. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "attest/tpm_credential.h"
#include "monitor/base/cipher.h"
#include "monitor/base/digest.h"
#include "monitor/base/hash.h"

enum {
	TOOL_MAGIC = 0xbadcc0de, TOOL_VERSION = 1,	/* of the files of tpm2-tools */
	SECRET_MAX = 512, FIELD_MAX = 66, POINT_MAX = 1 + 2 * FIELD_MAX, IDENTITY = 2 +
	TPM_CREDENTIAL_SECRET
};

/* What the EK's template fixes: the hash of its Name, and the cipher of what it protects. */
struct template { const char *kind; int bits; enum digest hash; size_t cipher, field; };

static const struct template templates[] = {
	{ "RSA", 2048, DIGEST_SHA256, 16, 0 },		/* L-1; also H-1 */
	{ "RSA", 3072, DIGEST_SHA384, 32, 0 },		/* H-6 */
	{ "EC", 256, DIGEST_SHA256, 16, 32 },		/* L-2; also H-2 */
	{ "EC", 384, DIGEST_SHA384, 32, 48 },		/* H-3 */
};

/* What both sides derive from: the seed, and how it goes to the TPM. */
struct seed { uint8_t at[DIGEST_MAX]; struct buffer encrypted; };

/* With the NUL that belongs to it (Part 1, 11.4.10). */
static struct bytes
label_of(const char *text)
{
	return bytes_of(text, strlen(text) + 1);
}

static bool
on_curve(EVP_PKEY *key, int bits)
{
	char group[32] = "";

	return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group,
	    sizeof(group), NULL) == 1 && strcmp(group, bits == 256 ? "prime256v1" : "secp384r1") ==
	    0;
}

static const struct template *
template_of(EVP_PKEY *ek)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
		if (ek != NULL && EVP_PKEY_is_a(ek, templates[i].kind) &&
		    EVP_PKEY_get_bits(ek) == templates[i].bits &&
		    (templates[i].field == 0 || on_curve(ek, templates[i].bits)))
			return &templates[i];
	return NULL;
}

bool
tpm_credential_fits(EVP_PKEY *ek)
{
	return template_of(ek) != NULL;
}

/* The high range has userWithAuth; of the two kinds that are in both, the low one is usual. */
bool
tpm_credential_session(EVP_PKEY *ek)
{
	const struct template *of = template_of(ek);

	return of != NULL && of->hash == DIGEST_SHA256;
}

/* --- derivation: never more than one round of the hash is asked for ------------------------- */

/* KDFa (Part 1, 11.4.10.2): HMAC over counter, label, context and the number of bits. */
static enum err
derive(enum digest hash, const uint8_t *seed, const char *label, struct bytes context,
    size_t octets, uint8_t out[DIGEST_MAX])
{
	struct buffer head = { .max = 64 }, tail = { .max = 16 };
	enum err err;

	buffer_put_be(&head, 1, 4);
	buffer_put(&head, label, strlen(label) + 1);
	buffer_put_be(&tail, octets * 8, 4);
	err = digest_hmac(hash, bytes_of(seed, digest_len(hash)), bytes_of_buffer(&head), context,
	    bytes_of_buffer(&tail), out);
	buffer_free(&head);
	buffer_free(&tail);
	return err;
}

/* KDFe (Part 1, 11.4.10.3): a hash over counter, Z, label and the x of both parties. */
static enum err
derive_agreed(const struct template *of, struct bytes agreed, const uint8_t *ours,
    const uint8_t *theirs, uint8_t out[DIGEST_MAX])
{
	struct buffer head = { .max = 128 }, parties = { .max = 256 };
	enum err err;

	buffer_put_be(&head, 1, 4);
	buffer_put(&head, agreed.at, agreed.len);
	buffer_put(&parties, ours, of->field);
	buffer_put(&parties, theirs, of->field);
	err = digest_of(of->hash, bytes_of_buffer(&head), label_of("IDENTITY"),
	    bytes_of_buffer(&parties), out);
	explicit_bzero(head.at, head.len);
	buffer_free(&head);
	buffer_free(&parties);
	return err;
}

/* --- the seed, on its way to the TPM -------------------------------------------------------- */

static bool
seed_rsa(const struct template *of, EVP_PKEY *ek, struct seed *seed)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(ek, NULL);
	const EVP_MD *md = of->hash == DIGEST_SHA256 ? EVP_sha256() : EVP_sha384();
	struct bytes text = label_of("IDENTITY");
	void *label = OPENSSL_memdup(text.at, text.len);
	uint8_t encrypted[SECRET_MAX];
	size_t len = sizeof(encrypted);
	bool good;

	random_fill(seed->at, digest_len(of->hash));
	good = label != NULL && context != NULL && EVP_PKEY_encrypt_init(context) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(context, md) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1 &&
	    EVP_PKEY_CTX_set0_rsa_oaep_label(context, label, (int)text.len) == 1;
	if (good)
		label = NULL;		/* the context's from here */
	good = good && EVP_PKEY_encrypt(context, encrypted, &len, seed->at,
	    digest_len(of->hash)) == 1;
	if (good)
		buffer_put(&seed->encrypted, encrypted, len);
	OPENSSL_free(label);
	EVP_PKEY_CTX_free(context);
	return good;
}

/* x and y behind the mark of a point that is written whole. */
static bool
point_of(const struct template *of, EVP_PKEY *key, uint8_t out[POINT_MAX])
{
	size_t len = 0;

	return EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
	    "uncompressed") == 1 && EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
	    out, POINT_MAX, &len) == 1 && len == 1 + 2 * of->field && out[0] == 4;
}

static bool
agree(EVP_PKEY *own, EVP_PKEY *ek, uint8_t *out, size_t *len)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	bool good = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
	    EVP_PKEY_derive_set_peer(context, ek) == 1 &&
	    EVP_PKEY_derive(context, out, len) == 1;

	EVP_PKEY_CTX_free(context);
	return good;
}

static bool
seed_ecc(const struct template *of, EVP_PKEY *ek, struct seed *seed)
{
	EVP_PKEY *own = EVP_EC_gen(of->bits == 256 ? "P-256" : "P-384");
	uint8_t ours[POINT_MAX], theirs[POINT_MAX], agreed[FIELD_MAX];
	size_t len = sizeof(agreed);
	bool good = own != NULL && point_of(of, own, ours) && point_of(of, ek, theirs) &&
	    agree(own, ek, agreed, &len) && len == of->field &&
	    derive_agreed(of, bytes_of(agreed, len), ours + 1, theirs + 1, seed->at) == ERR_OK;

	for (size_t i = 0; good && i < 2; i++) {	/* TPMS_ECC_POINT */
		buffer_put_be(&seed->encrypted, of->field, 2);
		buffer_put(&seed->encrypted, ours + 1 + i * of->field, of->field);
	}
	explicit_bzero(agreed, sizeof(agreed));
	EVP_PKEY_free(own);
	return good;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* TPMS_ID_OBJECT: HMAC, and behind it the secret with its size, encrypted as one. */
static enum err
object_put(const struct template *of, const struct seed *seed, struct bytes name,
    const uint8_t *secret, struct buffer *out)
{
	static const uint8_t iv[CIPHER_AES_BLOCK];
	uint8_t key[DIGEST_MAX], integrity[DIGEST_MAX], identity[IDENTITY] = { 0,
	    TPM_CREDENTIAL_SECRET };
	struct bytes none = bytes_of(NULL, 0);
	size_t len = digest_len(of->hash);
	enum err err;

	memcpy(identity + 2, secret, TPM_CREDENTIAL_SECRET);
	err = derive(of->hash, seed->at, "STORAGE", name, of->cipher, key);
	if (err == ERR_OK)
		err = cipher_aes_cfb(bytes_of(key, of->cipher), iv, true,
		    bytes_of(identity, IDENTITY), identity);
	if (err == ERR_OK)
		err = derive(of->hash, seed->at, "INTEGRITY", none, len, key);
	if (err == ERR_OK)
		err = digest_hmac(of->hash, bytes_of(key, len), bytes_of(identity, IDENTITY), name,
		    none, integrity);
	explicit_bzero(key, sizeof(key));
	if (err == ERR_OK) {
		buffer_put_be(out, 2 + len + IDENTITY, 2);
		buffer_put_be(out, len, 2);
		buffer_put(out, integrity, len);
		buffer_put(out, identity, IDENTITY);
	}
	explicit_bzero(identity, sizeof(identity));
	return err;
}

enum err
tpm_credential_make(EVP_PKEY *ek, struct bytes name, const uint8_t secret[TPM_CREDENTIAL_SECRET],
    struct buffer *out, struct why *why)
{
	const struct template *of = template_of(ek);
	struct seed seed = { .encrypted.max = SECRET_MAX };
	bool good;

	if (of == NULL)
		return why_set(why, ERR_UNSUPPORTED, "no default template of an endorsement key "
		    "has a key of this kind: RSA of 2048 or 3072 bits, P-256 and P-384 are known");
	good = of->field == 0 ? seed_rsa(of, ek, &seed) : seed_ecc(of, ek, &seed);
	if (good) {
		buffer_put_be(out, TOOL_MAGIC, 4);
		buffer_put_be(out, TOOL_VERSION, 4);
		good = object_put(of, &seed, name, secret, out) == ERR_OK;
		buffer_put_be(out, seed.encrypted.len, 2);
		buffer_put(out, seed.encrypted.at, seed.encrypted.len);
	}
	buffer_free(&seed.encrypted);
	explicit_bzero(seed.at, sizeof(seed.at));
	ERR_clear_error();
	return good && !out->failed ? ERR_OK : why_set(why, ERR_IO, "libcrypto could not encrypt "
	    "to the endorsement key");
}
