/* SPDX-License-Identifier: Apache-2.0 */
/* See usm.h. */
#include <string.h>

#include "monitor/base/cipher.h"
#include "probes/wire/usm.h"

enum { MEGAOCTET = 1048576, DES_KEY = 16, DES_HALF = 8 };

struct auth_row { const char *word; enum digest digest; size_t len; };

static const struct auth_row auth_row[USM_AUTH_COUNT] = {
	[USM_AUTH_MD5] = { "MD5", DIGEST_MD5, 12 }, [USM_AUTH_SHA1] = { "SHA", DIGEST_SHA1, 12 },
	[USM_AUTH_SHA224] = { "SHA-224", DIGEST_SHA224, 16 },
	[USM_AUTH_SHA256] = { "SHA-256", DIGEST_SHA256, 24 },
	[USM_AUTH_SHA384] = { "SHA-384", DIGEST_SHA384, 32 },
	[USM_AUTH_SHA512] = { "SHA-512", DIGEST_SHA512, 48 } };

static const struct { const char *word; size_t key; } privacy_row[USM_PRIVACY_COUNT] = {
	[USM_PRIVACY_DES] = { "DES", DES_KEY }, [USM_PRIVACY_AES128] = { "AES", 16 },
	[USM_PRIVACY_AES192] = { "AES-192", 24 }, [USM_PRIVACY_AES256] = { "AES-256", 32 },
	[USM_PRIVACY_AES192_REEDER] = { "AES-192-Reeder", 24 },
	[USM_PRIVACY_AES256_REEDER] = { "AES-256-Reeder", 32 } };

const char *
usm_auth_word(enum usm_auth auth)
{
	return auth_row[auth].word;
}

const char *
usm_privacy_word(enum usm_privacy privacy)
{
	return privacy_row[privacy].word;
}

bool
usm_auth_find(const char *word, enum usm_auth *out)
{
	for (unsigned i = 0; i < USM_AUTH_COUNT; i++)
		if (strcmp(auth_row[i].word, word) == 0) {
			*out = (enum usm_auth)i;
			return true;
		}
	return false;
}

bool
usm_privacy_find(const char *word, enum usm_privacy *out)
{
	for (unsigned i = 0; i < USM_PRIVACY_COUNT; i++)
		if (strcmp(privacy_row[i].word, word) == 0) {
			*out = (enum usm_privacy)i;
			return true;
		}
	return false;
}

size_t
usm_digest_len(enum usm_auth auth)
{
	return auth_row[auth].len;
}

bool
usm_is_extended(enum usm_auth auth, enum usm_privacy privacy)
{
	return digest_len(auth_row[auth].digest) < privacy_row[privacy].key;
}

static struct bytes
key_bytes(const struct usm_key *key)
{
	return bytes_of(key->at, key->len);
}

enum err
usm_master(enum usm_auth auth, struct bytes secret, struct usm_key *out)
{
	if (secret.len < USM_SECRET_MIN)
		return ERR_INVALID;
	out->len = digest_len(auth_row[auth].digest);
	return digest_of_repeated(auth_row[auth].digest, secret, MEGAOCTET, out->at);
}

enum err
usm_localise(enum usm_auth auth, const struct usm_key *master, struct bytes engine,
    struct usm_key *out)
{
	out->len = master->len;
	return digest_of(auth_row[auth].digest, key_bytes(master), engine, key_bytes(master),
	    out->at);
}

/* draft-blumenthal-aes-usm-04 3.1.2.1: the digest of all so far is put behind it. */
static enum err
lengthen_blumenthal(enum usm_auth auth, size_t need, struct usm_key *key)
{
	uint8_t more[DIGEST_MAX];

	while (key->len < need) {
		size_t len = digest_len(auth_row[auth].digest);
		enum err err = digest_of(auth_row[auth].digest, key_bytes(key),
		    bytes_of(NULL, 0), bytes_of(NULL, 0), more);

		if (err != ERR_OK)
			return err;
		if (len > need - key->len)
			len = need - key->len;
		memcpy(key->at + key->len, more, len);
		key->len += len;
	}
	return ERR_OK;
}

/* draft-reeder-snmpv3-usm-3desede-00 2.1: what there is, is the pass phrase of what follows. */
static enum err
lengthen_reeder(enum usm_auth auth, size_t need, struct bytes engine, struct usm_key *key)
{
	struct usm_key master, more;

	while (key->len < need) {
		enum err err = usm_master(auth, key_bytes(key), &master);

		if (err == ERR_OK)
			err = usm_localise(auth, &master, engine, &more);
		if (err != ERR_OK)
			return err;
		if (more.len > need - key->len)
			more.len = need - key->len;
		memcpy(key->at + key->len, more.at, more.len);
		key->len += more.len;
	}
	return ERR_OK;
}

enum err
usm_privacy_key(enum usm_auth auth, enum usm_privacy privacy, const struct usm_key *master,
    struct bytes engine, struct usm_key *out)
{
	bool reeder = privacy == USM_PRIVACY_AES192_REEDER || privacy == USM_PRIVACY_AES256_REEDER;
	size_t need = privacy_row[privacy].key;
	enum err err = usm_localise(auth, master, engine, out);

	if (err == ERR_OK && out->len < need)
		err = reeder ? lengthen_reeder(auth, need, engine, out) :
		    lengthen_blumenthal(auth, need, out);
	if (out->len > need)
		out->len = need;
	return err;
}

enum err
usm_sign(enum usm_auth auth, const struct usm_key *key, uint8_t *message, size_t len, size_t at)
{
	uint8_t digest[DIGEST_MAX];
	enum err err;

	if (at > len || auth_row[auth].len > at)
		return ERR_INVALID;
	err = digest_hmac(auth_row[auth].digest, key_bytes(key), bytes_of(message, len),
	    bytes_of(NULL, 0), bytes_of(NULL, 0), digest);
	if (err == ERR_OK)
		memcpy(message + len - at, digest, auth_row[auth].len);
	return err;
}

enum err
usm_verify(enum usm_auth auth, const struct usm_key *key, struct bytes message, struct bytes digest)
{
	static const uint8_t zeros[DIGEST_MAX];
	uint8_t own[DIGEST_MAX];
	size_t from;
	enum err err;

	if (digest.len != auth_row[auth].len)
		return ERR_UNTRUSTED;
	from = (size_t)(digest.at - message.at);
	err = digest_hmac(auth_row[auth].digest, key_bytes(key), bytes_slice(message, 0, from),
	    bytes_of(zeros, digest.len),
	    bytes_slice(message, from + digest.len, message.len - from - digest.len), own);
	if (err != ERR_OK)
		return err;
	return digest_same(own, digest.at, digest.len) ? ERR_OK : ERR_UNTRUSTED;
}

static void
be32(uint8_t *at, int64_t number)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* RFC 3826 3.1.2.1: boots, time, salt. */
static enum err
aes(const struct usm_key *key, int64_t boots, int64_t time, struct bytes salt, bool encrypt,
    struct bytes in, uint8_t *out)
{
	uint8_t iv[CIPHER_AES_BLOCK];

	be32(iv, boots);
	be32(iv + 4, time);
	memcpy(iv + 8, salt.at, USM_SALT_LEN);
	return cipher_aes_cfb(key_bytes(key), iv, encrypt, in, out);
}

/* RFC 3414 8.1.1.1: the second half of the key is the pre-IV. */
static enum err
des(const struct usm_key *key, struct bytes salt, bool encrypt, struct bytes in, uint8_t *out)
{
	uint8_t iv[CIPHER_DES_BLOCK];

	for (unsigned i = 0; i < CIPHER_DES_BLOCK; i++)
		iv[i] = key->at[DES_HALF + i] ^ salt.at[i];
	return cipher_des_cbc(key->at, iv, encrypt, in, out);
}

enum err
usm_encrypt(enum usm_privacy privacy, const struct usm_key *key, int64_t boots, int64_t time,
    struct bytes salt, struct bytes in, uint8_t *out, size_t *len)
{
	size_t padded = (in.len + CIPHER_DES_BLOCK - 1) / CIPHER_DES_BLOCK * CIPHER_DES_BLOCK;

	if (salt.len != USM_SALT_LEN)
		return ERR_MALFORMED;
	*len = in.len;
	if (privacy != USM_PRIVACY_DES)
		return aes(key, boots, time, salt, true, in, out);
	if (in.len > 0)
		memmove(out, in.at, in.len);
	memset(out + in.len, 0, padded - in.len);
	*len = padded;
	return des(key, salt, true, bytes_of(out, padded), out);
}

enum err
usm_decrypt(enum usm_privacy privacy, const struct usm_key *key, int64_t boots, int64_t time,
    struct bytes salt, struct bytes in, uint8_t *out)
{
	if (salt.len != USM_SALT_LEN)
		return ERR_MALFORMED;
	return privacy == USM_PRIVACY_DES ? des(key, salt, false, in, out) :
	    aes(key, boots, time, salt, false, in, out);
}
