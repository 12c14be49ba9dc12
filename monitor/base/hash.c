/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests, each through one fetched method and one kept context per thread: fetching on each use
 * costs more than hashing a leaf does.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "monitor/base/hash.h"

static _Thread_local EVP_MD_CTX *context;
static _Thread_local EVP_MD     *method;
static _Thread_local EVP_MD_CTX *old_context;
static _Thread_local EVP_MD     *old_method;	/* MD5 */

enum { MD5_BLOCK = 64 };

struct hash
hash_of3(struct bytes prefix, struct bytes a, struct bytes b)
{
	struct hash out;

	if (context == NULL) {
		context = EVP_MD_CTX_new();
		method = EVP_MD_fetch(NULL, "SHA256", NULL);
	}
	if (context == NULL || method == NULL || EVP_DigestInit_ex2(context, method, NULL) != 1 ||
	    (prefix.len > 0 && EVP_DigestUpdate(context, prefix.at, prefix.len) != 1) ||
	    (a.len > 0 && EVP_DigestUpdate(context, a.at, a.len) != 1) ||
	    (b.len > 0 && EVP_DigestUpdate(context, b.at, b.len) != 1) ||
	    EVP_DigestFinal_ex(context, out.at, NULL) != 1)
		abort();	/* a machine without SHA-256 can prove nothing */
	return out;
}

struct hash
hash_of(struct bytes in)
{
	return hash_of3(in, bytes_of(NULL, 0), bytes_of(NULL, 0));
}

bool
hash_equal(struct hash a, struct hash b)
{
	return memcmp(a.at, b.at, HASH_LEN) == 0;
}

bool
hash_is_zero(struct hash hash)
{
	static const struct hash zero;

	return hash_equal(hash, zero);
}

struct bytes
hash_bytes(const struct hash *hash)
{
	return bytes_of(hash->at, HASH_LEN);
}

void
hash_text(struct hash hash, char out[HASH_TEXT])
{
	hex_of(bytes_of(hash.at, HASH_LEN), out);
}

static bool
md5_parts(struct bytes first, const struct bytes *part, size_t parts, uint8_t out[MD5_LEN])
{
	bool fine;

	memset(out, 0, MD5_LEN);
	if (old_context == NULL) {
		old_context = EVP_MD_CTX_new();
		old_method = EVP_MD_fetch(NULL, "MD5", NULL);
	}
	fine = old_context != NULL && old_method != NULL &&
	    EVP_DigestInit_ex2(old_context, old_method, NULL) == 1 &&
	    (first.len == 0 || EVP_DigestUpdate(old_context, first.at, first.len) == 1);
	for (size_t i = 0; i < parts && fine; i++)
		fine = part[i].len == 0 ||
		    EVP_DigestUpdate(old_context, part[i].at, part[i].len) == 1;
	return fine && EVP_DigestFinal_ex(old_context, out, NULL) == 1;
}

bool
md5_of(const struct bytes *part, size_t parts, uint8_t out[MD5_LEN])
{
	return md5_parts(bytes_of(NULL, 0), part, parts, out);
}

bool
hmac_md5_of(struct bytes key, const struct bytes *part, size_t parts, uint8_t out[MD5_LEN])
{
	uint8_t pad[MD5_BLOCK] = { 0 }, inner[MD5_LEN] = { 0 };
	struct bytes inside = bytes_of(inner, MD5_LEN);
	bool fine = true;

	if (key.len > MD5_BLOCK)
		fine = md5_of(&key, 1, pad);
	else if (key.len > 0)
		memcpy(pad, key.at, key.len);
	for (size_t i = 0; i < MD5_BLOCK; i++)
		pad[i] ^= 0x36;
	fine = fine && md5_parts(bytes_of(pad, MD5_BLOCK), part, parts, inner);
	for (size_t i = 0; i < MD5_BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	fine = fine && md5_parts(bytes_of(pad, MD5_BLOCK), &inside, 1, out);
	OPENSSL_cleanse(pad, sizeof(pad));
	if (!fine)
		memset(out, 0, MD5_LEN);
	return fine;
}

void
random_fill(void *at, size_t len)
{
	uint8_t *to = at;

	while (len > 0) {
		ssize_t got = getrandom(to, len, 0);

		if (got <= 0)
			abort();
		to += got;
		len -= (size_t)got;
	}
}
