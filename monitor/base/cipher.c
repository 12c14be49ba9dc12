/* SPDX-License-Identifier: Apache-2.0 */
/* See cipher.h: ciphers are fetched once for each thread. */
#include <openssl/evp.h>
#include <limits.h>
#include <string.h>

#include "monitor/base/cipher.h"

enum cipher { AES_128, AES_192, AES_256, DES_TWICE_UNDONE, CIPHER_COUNT };

/* Single DES is only in OpenSSL's legacy provider; with three equal keys 3DES is the same. */
static const char *const name[CIPHER_COUNT] = { "AES-128-CFB", "AES-192-CFB", "AES-256-CFB",
	"DES-EDE3-CBC" };

static _Thread_local EVP_CIPHER_CTX *context;
static _Thread_local EVP_CIPHER     *method[CIPHER_COUNT];

static enum err
run(enum cipher cipher, const uint8_t *key, const uint8_t *iv, bool encrypt, struct bytes in,
    uint8_t *out)
{
	int len = 0;

	if (context == NULL)
		context = EVP_CIPHER_CTX_new();
	if (method[cipher] == NULL)
		method[cipher] = EVP_CIPHER_fetch(NULL, name[cipher], NULL);
	if (in.len > INT_MAX)
		return ERR_LIMIT;
	if (context == NULL || method[cipher] == NULL ||
	    EVP_CipherInit_ex2(context, method[cipher], key, iv, encrypt, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(context, 0) != 1)
		return ERR_UNSUPPORTED;
	if (in.len > 0 && EVP_CipherUpdate(context, out, &len, in.at, (int)in.len) != 1)
		return ERR_UNSUPPORTED;
	return (size_t)len == in.len ? ERR_OK : ERR_INVALID;
}

enum err
cipher_aes_cfb(struct bytes key, const uint8_t iv[CIPHER_AES_BLOCK], bool encrypt, struct bytes in,
    uint8_t *out)
{
	if (key.len != 16 && key.len != 24 && key.len != 32)
		return ERR_INVALID;
	return run(key.len == 16 ? AES_128 : key.len == 24 ? AES_192 : AES_256, key.at, iv, encrypt,
	    in, out);
}

enum err
cipher_des_cbc(const uint8_t key[CIPHER_DES_BLOCK], const uint8_t iv[CIPHER_DES_BLOCK],
    bool encrypt, struct bytes in, uint8_t *out)
{
	uint8_t three[3 * CIPHER_DES_BLOCK];
	enum err err;

	if (in.len % CIPHER_DES_BLOCK != 0)
		return ERR_INVALID;
	for (size_t i = 0; i < sizeof(three); i += CIPHER_DES_BLOCK)
		memcpy(three + i, key, CIPHER_DES_BLOCK);
	err = run(DES_TWICE_UNDONE, three, iv, encrypt, in, out);
	explicit_bzero(three, sizeof(three));
	return err;
}
