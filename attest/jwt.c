/* SPDX-License-Identifier: Apache-2.0 */
/* Signed JSON tokens; see jwt.h. */
#include <jansson.h>
#include <string.h>

#include "attest/base64url.h"
#include "attest/json_strict.h"
#include "attest/jwt.h"
#include "attest/signature.h"

static json_t *
part_read(struct bytes text, struct why *why)
{
	struct buffer plain = { .max = JWT_MAX };
	json_t *object = NULL;

	if (base64url_read(text, &plain) == ERR_OK)
		object = json_strict_read(bytes_of_buffer(&plain), why);
	else
		why_set(why, ERR_MALFORMED, "a part of it is not base64url");
	buffer_free(&plain);
	return object;
}

static size_t
dot_next(struct bytes token, size_t from)
{
	const uint8_t *dot = from < token.len ?
	    memchr(token.at + from, '.', token.len - from) : NULL;

	return dot == NULL ? token.len : (size_t)(dot - token.at);
}

enum err
jwt_read(struct bytes token, struct jwt *out, struct why *why)
{
	size_t first, second;

	*out = (struct jwt){ .signature.max = 1024 };
	if (token.len == 0 || token.len > JWT_MAX)
		return why_set(why, ERR_LIMIT, "%zu octets", token.len);
	while (token.len > 0 && (token.at[token.len - 1] == '\n' ||
	    token.at[token.len - 1] == '\r'))
		token.len--;
	first = dot_next(token, 0);
	second = dot_next(token, first + 1);
	if (second >= token.len || dot_next(token, second + 1) != token.len)
		return why_set(why, ERR_MALFORMED, "it does not have three parts");
	out->signed_part = bytes_slice(token, 0, second);
	out->header = part_read(bytes_slice(token, 0, first), why);
	if (out->header == NULL)
		return ERR_MALFORMED;
	out->claims = part_read(bytes_slice(token, first + 1, second - first - 1), why);
	if (out->claims == NULL)
		return ERR_MALFORMED;
	if (base64url_read(bytes_slice(token, second + 1, token.len), &out->signature) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "its signature is not base64url");
	return ERR_OK;
}

void
jwt_free(struct jwt *jwt)
{
	json_decref(jwt->header);
	json_decref(jwt->claims);
	buffer_free(&jwt->signature);
	jwt->header = jwt->claims = NULL;
}

/* An RSA public key for signatures (RFC 7518, 6.3.1). */
static struct evp_pkey_st *
jwk_key(const json_t *jwk)
{
	const char *alg = json_strict_text(jwk, "alg"), *use = json_strict_text(jwk, "use");
	struct buffer modulus = { .max = 1024 }, exponent = { .max = 8 };
	struct evp_pkey_st *key = NULL;
	uint64_t e = 0;

	if (strcmp(json_strict_text(jwk, "kty"), "RSA") == 0 &&
	    (alg[0] == '\0' || strcmp(alg, "RS256") == 0) &&
	    (use[0] == '\0' || strcmp(use, "sig") == 0) &&
	    base64url_read(bytes_of_text(json_strict_text(jwk, "n")), &modulus) == ERR_OK &&
	    base64url_read(bytes_of_text(json_strict_text(jwk, "e")), &exponent) == ERR_OK) {
		for (size_t i = 0; i < exponent.len; i++)
			e = e << 8 | exponent.at[i];
		key = key_of_rsa(bytes_of_buffer(&modulus), e);
	}
	buffer_free(&modulus);
	buffer_free(&exponent);
	return key;
}

enum err
jwk_find(struct bytes set, const char *kid, struct evp_pkey_st **out, struct why *why)
{
	json_t *root = json_strict_read(set, why);
	const json_t *keys = json_object_get(root, "keys"), *found = NULL;
	size_t count = json_array_size(keys), same = 0;
	enum err err = ERR_OK;

	*out = NULL;
	for (size_t i = 0; i < count; i++) {
		const json_t *jwk = json_array_get(keys, i);

		if (kid[0] == '\0' || strcmp(json_strict_text(jwk, "kid"), kid) != 0)
			continue;
		found = jwk;
		same++;
	}
	if (root == NULL || !json_is_array(keys))
		err = why_set(why, ERR_MALFORMED, "it is no JWK Set");
	else if (same == 0)
		err = why_set(why, ERR_NOT_FOUND, "none of %zu keys has this kid", count);
	else if (same == 1)
		*out = jwk_key(found);
	if (err == ERR_OK && *out == NULL)
		err = why_set(why, ERR_MALFORMED, same > 1 ? "the kid is there twice" :
		    "the key with this kid is not one for RS256");
	json_decref(root);
	return err;
}
