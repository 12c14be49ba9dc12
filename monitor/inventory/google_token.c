/* SPDX-License-Identifier: Apache-2.0 */
/* The signed assertion of a service account; see google.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "monitor/inventory/google.h"

enum { ASSERTION_S = 3600, SIGNATURE_MAX = 1024 };

/* RFC 4648 section 5, without padding. */
static void
base64url_put(struct buffer *out, struct bytes octets)
{
	size_t at = out->len;

	base64_put(out, octets);
	for (size_t i = at; i < out->len; i++)
		if (out->at[i] == '+')
			out->at[i] = '-';
		else if (out->at[i] == '/')
			out->at[i] = '_';
	while (out->len > at && out->at[out->len - 1] == '=')
		out->len--;
}

static void
part_put(struct buffer *out, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	base64url_put(out, bytes_of_text(text != NULL ? text : ""));
	free(text);
	json_decref(object);
}

static json_t *
text_of(struct bytes text)
{
	json_t *made = json_stringn((const char *)text.at, text.len);

	return made != NULL ? made : json_string("");
}

static bool
sign(EVP_PKEY *key, struct bytes input, struct buffer *out)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t len = sizeof(signature);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool made = context != NULL &&
	    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(context, signature, &len, input.at, input.len) == 1;

	EVP_MD_CTX_free(context);
	if (made)
		base64url_put(out, bytes_of(signature, len));
	return made;
}

/* No prompt for a passphrase: there is nobody to ask. */
static int
no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out, (void)size, (void)writing, (void)arg;
	return 0;
}

static EVP_PKEY *
key_read(struct bytes pem)
{
	BIO *file = pem.len > 0 ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	EVP_PKEY *key = file != NULL ? PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL) :
	    NULL;

	BIO_free(file);
	return key;
}

enum err
google_assertion_make(const struct google_assertion *from, struct buffer *out, struct why *why)
{
	EVP_PKEY *key = key_read(from->key_pem);
	struct buffer seal = { .max = 2 * SIGNATURE_MAX };
	enum err err = ERR_OK;

	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_size(key) > SIGNATURE_MAX)
		err = why_set(why, ERR_INVALID, "private_key is no RSA key in PEM without a "
		    "passphrase");
	if (err == ERR_OK) {
		part_put(out, json_pack("{s:s, s:s, s:o}", "alg", "RS256", "typ", "JWT", "kid",
		    text_of(from->key_id)));
		buffer_put_u8(out, '.');
		part_put(out, json_pack("{s:o, s:o, s:o, s:I, s:I}", "iss", text_of(from->issuer),
		    "scope", text_of(from->scope), "aud", text_of(from->audience), "iat",
		    (json_int_t)from->now_s, "exp", (json_int_t)(from->now_s + ASSERTION_S)));
		if (!sign(key, bytes_of_buffer(out), &seal))
			err = why_set(why, ERR_INVALID, "private_key does not sign");
		buffer_put_u8(out, '.');
		buffer_put(out, seal.at, seal.len);
	}
	buffer_free(&seal);
	EVP_PKEY_free(key);
	return err;
}
