/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens of strangers, read strictly: a header is the one we would write for its key, so
 * nothing in it can change what is verified; one subject, one profile, nothing behind.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "attest/base64url.h"
#include "attest/ear_part.h"
#include "attest/json_strict.h"
#include "monitor/base/cbor.h"

enum { CWT = 61, COSE_SIGN1 = 18, COSE_ALG = 1, COSE_KID = 4 };

static enum err
header_check(struct ear_read *out, struct bytes header, struct why *why)
{
	struct buffer ours = { .max = 0 };
	bool same;

	ear_header(out->form, out->key, &ours);
	same = out->key[0] != '\0' && bytes_equal(bytes_of_buffer(&ours), header);
	buffer_free(&ours);
	return same ? ERR_OK : why_set(why, ERR_UNSUPPORTED, "its header is not that of a location "
	    "token: EdDSA, the name of a key and the type of an EAT");
}

static enum err
key_take(struct ear_read *out, struct bytes key, struct why *why)
{
	if (key.len == 0 || key.len >= sizeof(out->key) || memchr(key.at, '\0', key.len) != NULL)
		return why_set(why, ERR_MALFORMED, "it does not name a key");
	memcpy(out->key, key.at, key.len);
	return ERR_OK;
}

/* --- JWS compact (RFC 7515, 7.1) ---------------------------------------------------------- */

static size_t
dot_of(struct bytes text, size_t from)
{
	const uint8_t *dot = from < text.len ? memchr(text.at + from, '.', text.len - from) : NULL;

	return dot == NULL ? text.len : (size_t)(dot - text.at);
}

static enum err
json_header(struct ear_read *out, struct bytes text, struct why *why)
{
	struct buffer header = { .max = 1024 };
	json_t *object = NULL;
	enum err err = base64url_read(text, &header);

	if (err != ERR_OK)
		err = why_set(why, err, "its header is not base64url, or too long");
	else
		object = json_strict_read(bytes_of_buffer(&header), why);
	if (err == ERR_OK && object == NULL)
		err = why->err;
	if (err == ERR_OK)
		err = key_take(out, bytes_of_text(json_strict_text(object, "kid")), why);
	if (err == ERR_OK)
		err = header_check(out, bytes_of_buffer(&header), why);
	json_decref(object);
	buffer_free(&header);
	return err;
}

static enum err
json_read(struct bytes token, struct ear_read *out, struct why *why)
{
	struct buffer claims = { .max = EAR_CLAIMS_MAX }, signature = { .max = 64 };
	size_t first = dot_of(token, 0), second = dot_of(token, first + 1);
	enum err err;

	if (second >= token.len || dot_of(token, second + 1) != token.len)
		return why_set(why, ERR_MALFORMED, "it does not have three parts");
	err = json_header(out, bytes_slice(token, 0, first), why);
	if (err == ERR_OK && (base64url_read(bytes_slice(token, second + 1, token.len),
	    &signature) != ERR_OK || signature.len != sizeof(out->signature)))
		err = why_set(why, ERR_MALFORMED, "its signature is not 64 octets in base64url");
	if (err == ERR_OK && base64url_read(bytes_slice(token, first + 1, second - first - 1),
	    &claims) != ERR_OK)
		err = why_set(why, ERR_MALFORMED, "its claims are not base64url, or too long");
	if (err == ERR_OK) {
		memcpy(out->signature, signature.at, sizeof(out->signature));
		buffer_put(&out->signed_octets, token.at, second);
		out->claims = json_strict_read(bytes_of_buffer(&claims), why);
		err = out->claims != NULL ? ERR_OK : why->err;
	}
	buffer_free(&claims);
	buffer_free(&signature);
	return err;
}

/* --- COSE_Sign1 (RFC 9052, 4.2) ----------------------------------------------------------- */

static enum err
cose_header(struct ear_read *out, struct bytes header, struct why *why)
{
	struct cbor in = cbor_of(header, true);
	struct bytes key;
	enum err err;

	cbor_map(&in);
	cbor_int(&in);
	cbor_int(&in);
	if (cbor_int(&in) != COSE_KID)
		cbor_fail(&in, ERR_MALFORMED);
	key = cbor_bytes(&in);
	if (in.err != ERR_OK)
		return why_set(why, ERR_MALFORMED, "its header does not name a key");
	err = key_take(out, key, why);
	return err == ERR_OK ? header_check(out, header, why) : err;
}

static enum err
cose_read(struct bytes token, struct ear_read *out, struct why *why)
{
	struct cbor in = cbor_of(token, true);
	struct bytes header, claims, signature;
	bool good;
	enum err err;

	if (cbor_tag(&in) != CWT || cbor_tag(&in) != COSE_SIGN1 || cbor_array(&in) != 4)
		return why_set(why, ERR_MALFORMED, "it is neither a JWS nor a CWT with "
		    "COSE_Sign1");
	header = cbor_bytes(&in);
	good = cbor_map(&in) == 0;
	claims = cbor_bytes(&in);
	signature = cbor_bytes(&in);
	if (!good || !cbor_done(&in) || signature.len != sizeof(out->signature))
		return why_set(why, ERR_MALFORMED, "it is no COSE_Sign1 with an empty unprotected "
		    "header and 64 octets of signature (octet %zu)", in.at);
	if (claims.len > EAR_CLAIMS_MAX)
		return why_set(why, ERR_LIMIT, "its claims are too long");
	err = cose_header(out, header, why);
	if (err != ERR_OK)
		return err;
	memcpy(out->signature, signature.at, sizeof(out->signature));
	ear_cose_to_sign(header, claims, &out->signed_octets);
	return ear_cbor_read(claims, &out->claims, why);
}

/* --- either ------------------------------------------------------------------------------- */

static enum err
claims_check(struct ear_read *out, struct why *why)
{
	json_t *submods = json_object_get(out->claims, "submods");
	void *first = json_object_iter(submods);

	if (strcmp(json_strict_text(out->claims, "eat_profile"), EAR_PROFILE) != 0)
		return why_set(why, ERR_UNSUPPORTED, "it is no attestation result of the profile "
		    "%s", EAR_PROFILE);
	if (!json_is_integer(json_object_get(out->claims, "iat")))
		return why_set(why, ERR_MALFORMED, "it does not say when it was issued (iat)");
	if (json_object_size(submods) != 1 || !json_is_object(json_object_iter_value(first)))
		return why_set(why, ERR_UNSUPPORTED, "it does not speak of exactly one subject");
	out->subject = json_object_iter_key(first);
	out->appraisal = json_object_iter_value(first);
	if (strcmp(json_strict_text(out->appraisal, "eat_profile"), EAR_GEOGRAPHIC_PROFILE) != 0)
		return why_set(why, ERR_UNSUPPORTED, "what it says of its subject is not of the "
		    "profile %s", EAR_GEOGRAPHIC_PROFILE);
	if (json_strict_text(out->appraisal, "ear_status")[0] == '\0')
		return why_set(why, ERR_MALFORMED, "it has no status");
	return ERR_OK;
}

enum err
ear_read(struct bytes token, struct ear_read *out, struct why *why)
{
	enum err err;

	*out = (struct ear_read){ .form = EAR_CBOR };
	if (token.len == 0 || token.len > EAR_TOKEN_MAX)
		return why_set(why, ERR_LIMIT, "a location token has 1 to %d octets, this has %zu",
		    EAR_TOKEN_MAX, token.len);
	if (token.at[0] == 'e') {
		out->form = EAR_JSON;
		if (token.at[token.len - 1] == '\n')
			token.len--;
		err = json_read(token, out, why);
	} else {
		err = cose_read(token, out, why);
	}
	return err == ERR_OK ? claims_check(out, why) : err;
}

void
ear_read_free(struct ear_read *read)
{
	json_decref(read->claims);
	buffer_free(&read->signed_octets);
	*read = (struct ear_read){ .form = EAR_CBOR };
}
