/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 through one fetched method and one kept context per thread: fetching on each use costs
 * more than hashing a leaf does.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "monitor/base/hash.h"

static _Thread_local EVP_MD_CTX *context;
static _Thread_local EVP_MD     *method;

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
