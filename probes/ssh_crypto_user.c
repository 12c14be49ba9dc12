/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys that log in (RFC 4252 7): read without a pass phrase, shown as SSH has them. */
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "probes/ssh_crypto.h"

enum { KEY_FILE_MAX = 64 << 10, SEED_LEN = 32 };

struct kind {
	const char *key, *algorithm;	/* in the blob; of the signature */
	const char *type, *group, *curve;
	const EVP_MD *(*hash)(void);
};

static const struct kind kinds[] = {
	{ "ssh-ed25519", "ssh-ed25519", "ED25519", NULL, NULL, NULL },
	{ "ssh-rsa", "rsa-sha2-256", "RSA", NULL, NULL, EVP_sha256 },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "EC", "prime256v1", "nistp256",
	  EVP_sha256 },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "EC", "secp384r1", "nistp384", EVP_sha384 },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "EC", "secp521r1", "nistp521", EVP_sha512 },
};

struct ssh_user_key {
	EVP_PKEY          *key;
	const struct kind *kind;
	struct buffer      blob;
};

static int
no_pass_phrase(char *out, int size, int rwflag, void *arg)
{
	(void)out, (void)size, (void)rwflag, (void)arg;
	return -1;
}

static EVP_PKEY *
pem_key(struct bytes octets)
{
	BIO *bio = BIO_new_mem_buf(octets.at, (int)octets.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL);

	BIO_free(bio);
	ERR_clear_error();
	return key;
}

/* The base64 between the lines that mark it. */
static bool
armour_open(struct bytes octets, struct buffer *out)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
	static const char end[] = "-----END OPENSSH PRIVATE KEY-----";
	const uint8_t *from = memmem(octets.at, octets.len, begin, sizeof(begin) - 1), *to;
	struct buffer text = { .max = KEY_FILE_MAX };
	bool fine;

	if (from == NULL)
		return false;
	from += sizeof(begin) - 1;
	to = memmem(from, (size_t)(octets.at + octets.len - from), end, sizeof(end) - 1);
	for (; to != NULL && from < to; from++)
		if (*from != '\n' && *from != '\r' && *from != ' ')
			buffer_put_u8(&text, *from);
	fine = text.len > 0 && base64_read(bytes_of_buffer(&text), out) == ERR_OK;
	if (text.len > 0)
		OPENSSL_cleanse(text.at, text.len);
	buffer_free(&text);
	return fine;
}

/* What ssh-keygen writes: Ed25519 alone, the default kind; others have PEM. */
static EVP_PKEY *
openssh_key(struct bytes octets)
{
	static const char magic[] = "openssh-key-v1";
	struct buffer raw = { .max = KEY_FILE_MAX };
	EVP_PKEY *key = NULL;
	struct reader in, inner;
	struct bytes type, secret;

	if (armour_open(octets, &raw)) {
		in = reader_of(bytes_of_buffer(&raw));
		if (bytes_equal(read_bytes(&in, sizeof(magic)), bytes_of(magic, sizeof(magic))) &&
		    bytes_equal(ssh_string(&in), bytes_of_text("none"))) {
			ssh_string(&in), ssh_string(&in), read_be(&in, 4), ssh_string(&in);
			inner = reader_of(ssh_string(&in));
			read_be(&inner, 8);
			type = ssh_string(&inner);
			ssh_string(&inner);
			secret = ssh_string(&inner);
			if (!inner.failed && bytes_equal(type, bytes_of_text("ssh-ed25519")) &&
			    secret.len == 2 * SEED_LEN)
				key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
				    secret.at, SEED_LEN);
		}
	}
	if (raw.len > 0)
		OPENSSL_cleanse(raw.at, raw.len);
	buffer_free(&raw);
	ERR_clear_error();
	return key;
}

static const struct kind *
kind_of(EVP_PKEY *key)
{
	char group[32] = "";

	EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	ERR_clear_error();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (EVP_PKEY_is_a(key, kinds[i].type) &&
		    (kinds[i].group == NULL || strcmp(group, kinds[i].group) == 0))
			return &kinds[i];
	return NULL;
}

static void
number_put(struct buffer *out, EVP_PKEY *key, const char *name)
{
	uint8_t octets[2048];
	BIGNUM *number = NULL;
	int len = 0;

	if (EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
	    BN_num_bytes(number) <= (int)sizeof(octets))
		len = BN_bn2bin(number, octets);
	BN_free(number);
	ssh_number_put(out, bytes_of(octets, (size_t)len));
}

static void
blob_make(struct ssh_user_key *user)
{
	struct buffer *out = &user->blob;
	unsigned char *point = NULL;
	uint8_t octets[SEED_LEN];
	size_t len = sizeof(octets);

	ssh_text_put(out, user->kind->key);
	if (strcmp(user->kind->type, "RSA") == 0) {
		number_put(out, user->key, OSSL_PKEY_PARAM_RSA_E);
		number_put(out, user->key, OSSL_PKEY_PARAM_RSA_N);
	} else if (user->kind->curve != NULL) {
		ssh_text_put(out, user->kind->curve);
		len = EVP_PKEY_get1_encoded_public_key(user->key, &point);
		ssh_string_put(out, bytes_of(point, len));
		OPENSSL_free(point);
	} else {
		EVP_PKEY_get_raw_public_key(user->key, octets, &len);
		ssh_string_put(out, bytes_of(octets, len));
	}
}

enum err
ssh_user_key_read(struct bytes octets, struct ssh_user_key **out, struct why *why)
{
	EVP_PKEY *key = octets.len > KEY_FILE_MAX ? NULL : pem_key(octets);
	struct ssh_user_key *user;

	if (key == NULL && octets.len <= KEY_FILE_MAX)
		key = openssh_key(octets);
	if (key == NULL || kind_of(key) == NULL) {
		EVP_PKEY_free(key);
		return why_set(why, ERR_INVALID, "the option key is no private key without a pass "
		    "phrase, Ed25519 as ssh-keygen writes it, or PEM of RSA or a NIST curve; "
		    "\"ssh-keygen -p -m PEM\" turns others into PEM");
	}
	user = memory_new(1, sizeof(*user));
	user->key = key;
	user->kind = kind_of(key);
	blob_make(user);
	*out = user;
	return ERR_OK;
}

void
ssh_user_key_free(struct ssh_user_key *user)
{
	if (user == NULL)
		return;
	EVP_PKEY_free(user->key);
	buffer_free(&user->blob);
	free(user);
}

struct bytes
ssh_user_key_blob(const struct ssh_user_key *user)
{
	return bytes_of_buffer(&user->blob);
}

const char *
ssh_user_key_algorithm(const struct ssh_user_key *user)
{
	return user->kind->algorithm;
}

/* DER to the two numbers SSH wants (RFC 5656 3.1.2). */
static void
pair_put(struct buffer *out, const uint8_t *der, size_t len)
{
	const unsigned char *at = der;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	struct buffer inner = { .max = 512 };
	uint8_t octets[128];

	if (pair == NULL)
		return;
	ssh_number_put(&inner, bytes_of(octets,
	    (size_t)BN_bn2bin(ECDSA_SIG_get0_r(pair), octets)));
	ssh_number_put(&inner, bytes_of(octets,
	    (size_t)BN_bn2bin(ECDSA_SIG_get0_s(pair), octets)));
	ssh_string_put(out, bytes_of_buffer(&inner));
	buffer_free(&inner);
	ECDSA_SIG_free(pair);
}

enum err
ssh_user_key_sign(const struct ssh_user_key *user, struct bytes octets, struct buffer *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const EVP_MD *hash = user->kind->hash != NULL ? user->kind->hash() : NULL;
	uint8_t raw[2048];
	size_t len = sizeof(raw);
	bool fine = EVP_DigestSignInit(ctx, NULL, hash, NULL, user->key) == 1 &&
	    EVP_DigestSign(ctx, raw, &len, octets.at, octets.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	if (!fine)
		return ERR_INVALID;
	ssh_text_put(out, user->kind->algorithm);
	if (user->kind->curve != NULL)
		pair_put(out, raw, len);
	else
		ssh_string_put(out, bytes_of(raw, len));
	return ERR_OK;
}
