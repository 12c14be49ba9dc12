/* SPDX-License-Identifier: Apache-2.0 */
/* See digest.h: methods are fetched once for each thread, as in hash.c. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/digest.h"

enum { KEY_MAX = 64, BLOCK_MAX = 128, INNER = 0x36, OUTER = 0x5c };

static const struct { const char *name; size_t len, block; } row[DIGEST_COUNT] = {
	[DIGEST_MD5] = { "MD5", 16, 64 }, [DIGEST_SHA1] = { "SHA1", 20, 64 },
	[DIGEST_SHA224] = { "SHA224", 28, 64 }, [DIGEST_SHA256] = { "SHA256", 32, 64 },
	[DIGEST_SHA384] = { "SHA384", 48, 128 }, [DIGEST_SHA512] = { "SHA512", 64, 128 } };

static _Thread_local EVP_MD_CTX *context[DIGEST_COUNT];
static _Thread_local EVP_MD     *method[DIGEST_COUNT];

size_t
digest_len(enum digest digest)
{
	return row[digest].len;
}

static enum err
begin(enum digest digest)
{
	if (context[digest] == NULL) {
		method[digest] = EVP_MD_fetch(NULL, row[digest].name, NULL);
		if (method[digest] == NULL)
			return ERR_UNSUPPORTED;
		context[digest] = EVP_MD_CTX_new();
	}
	return context[digest] != NULL &&
	    EVP_DigestInit_ex2(context[digest], method[digest], NULL) == 1 ? ERR_OK :
	    ERR_UNSUPPORTED;
}

static void
add(enum digest digest, struct bytes octets)
{
	if (octets.len > 0 && EVP_DigestUpdate(context[digest], octets.at, octets.len) != 1)
		abort();	/* only memory could have failed it */
}

static void
end(enum digest digest, uint8_t out[DIGEST_MAX])
{
	if (EVP_DigestFinal_ex(context[digest], out, NULL) != 1)
		abort();
}

enum err
digest_of(enum digest digest, struct bytes a, struct bytes b, struct bytes c,
    uint8_t out[DIGEST_MAX])
{
	enum err err = begin(digest);

	if (err != ERR_OK)
		return err;
	add(digest, a);
	add(digest, b);
	add(digest, c);
	end(digest, out);
	return ERR_OK;
}

enum err
digest_of_repeated(enum digest digest, struct bytes text, size_t total, uint8_t out[DIGEST_MAX])
{
	enum { PIECE = 4096 };
	enum err err = begin(digest);
	uint8_t *all;
	size_t len;

	if (err != ERR_OK)
		return err;
	/* Whole repetitions of at least a piece, so that short texts do not cost a call each. */
	len = text.len * (PIECE / text.len + 1);
	all = memory_new(len, 1);
	for (size_t i = 0; i < len; i += text.len)
		memcpy(all + i, text.at, text.len);
	for (; total > len; total -= len)
		add(digest, bytes_of(all, len));
	add(digest, bytes_of(all, total));
	end(digest, out);
	explicit_bzero(all, len);
	free(all);
	return ERR_OK;
}

enum err
digest_hmac(enum digest digest, struct bytes key, struct bytes a, struct bytes b, struct bytes c,
    uint8_t out[DIGEST_MAX])
{
	uint8_t block[BLOCK_MAX] = { 0 };
	size_t len = row[digest].block;
	enum err err;

	if (key.len > KEY_MAX)
		return ERR_LIMIT;
	err = begin(digest);
	if (err != ERR_OK)
		return err;
	memcpy(block, key.at, key.len);
	for (size_t i = 0; i < len; i++)
		block[i] ^= INNER;
	add(digest, bytes_of(block, len));
	add(digest, a);
	add(digest, b);
	add(digest, c);
	end(digest, out);
	for (size_t i = 0; i < len; i++)
		block[i] ^= INNER ^ OUTER;
	err = digest_of(digest, bytes_of(block, len), bytes_of(out, row[digest].len),
	    bytes_of(NULL, 0), out);
	explicit_bzero(block, sizeof(block));
	return err;
}

bool
digest_same(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
