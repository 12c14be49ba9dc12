/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is signed of a location token, and the token.  Whoever signs makes the header himself and
 * refuses claims that do not name the profile of attestation results: no other statement, of ours
 * or of another protocol, can be had signed this way.
 */
#include <string.h>

#include "attest/base64url.h"
#include "attest/ear_part.h"
#include "monitor/base/cbor.h"

/* COSE header parameters and algorithms: RFC 9052 3.1, RFC 9053 2.2, RFC 9596 2, RFC 8392 6. */
enum { COSE_ALG = 1, COSE_KID = 4, COSE_TYP = 16, COSE_EDDSA = -8, COSE_SIGN1 = 18, CWT = 61 };

static const char json_begin[] = "{\"eat_profile\":\"" EAR_PROFILE "\",";

const char *
ear_form_name(enum ear_form form)
{
	return form == EAR_CBOR ? "cbor" : "json";
}

static bool
is_result(enum ear_form form, struct bytes claims)
{
	struct cbor in = cbor_of(claims, true);
	struct bytes begin = bytes_of_text(json_begin);

	if (form == EAR_JSON)
		return bytes_equal(bytes_slice(claims, 0, begin.len), begin);
	if (cbor_check(claims, NULL) != ERR_OK || cbor_map(&in) < 3 || cbor_uint(&in) != 6)
		return false;
	cbor_skip(&in);
	return cbor_uint(&in) == 265 && bytes_equal(cbor_text(&in), bytes_of_text(EAR_PROFILE)) &&
	    in.err == ERR_OK;
}

/* A key's name is printable ASCII without what JSON would escape. */
static bool
key_fine(const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < len; i++)
		if (key[i] <= ' ' || key[i] >= 0x7f || key[i] == '"' || key[i] == '\\')
			return false;
	return len > 0 && len < EAR_KEY_MAX;
}

void
ear_header(enum ear_form form, const char *key, struct buffer *out)
{
	if (form == EAR_JSON) {
		buffer_print(out, "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"eat+jwt\"}", key);
		return;
	}
	cbor_put_map(out, 3);
	cbor_put_int(out, COSE_ALG);
	cbor_put_int(out, COSE_EDDSA);
	cbor_put_int(out, COSE_KID);
	cbor_put_bytes(out, bytes_of_text(key));
	cbor_put_int(out, COSE_TYP);
	cbor_put_cstr(out, "application/eat+cwt");
}

void
ear_cose_to_sign(struct bytes header, struct bytes claims, struct buffer *out)
{
	cbor_put_array(out, 4);
	cbor_put_cstr(out, "Signature1");
	cbor_put_bytes(out, header);
	cbor_put_bytes(out, bytes_of(NULL, 0));
	cbor_put_bytes(out, claims);
}

static enum err
check(enum ear_form form, const char *key, struct bytes claims, struct why *why)
{
	if (claims.len > EAR_CLAIMS_MAX)
		return why_set(why, ERR_LIMIT, "the statement is longer than %d octets",
		    EAR_CLAIMS_MAX);
	if (form >= EAR_FORMS || !is_result(form, claims))
		return why_set(why, ERR_DENIED, "this is no attestation result");
	if (!key_fine(key))
		return why_set(why, ERR_INVALID, "the name of the key does not fit a token");
	return ERR_OK;
}

enum err
ear_to_sign(enum ear_form form, const char *key, struct bytes claims, struct buffer *out,
    struct why *why)
{
	struct buffer header = { .max = 0 };
	enum err err = check(form, key, claims, why);

	if (err != ERR_OK)
		return err;
	ear_header(form, key, &header);
	if (form == EAR_JSON) {
		base64url_put(out, bytes_of_buffer(&header));
		buffer_put_u8(out, '.');
		base64url_put(out, claims);
	} else {
		ear_cose_to_sign(bytes_of_buffer(&header), claims, out);
	}
	buffer_free(&header);
	return ERR_OK;
}

enum err
ear_token(enum ear_form form, const char *key, struct bytes claims, struct bytes signature,
    struct buffer *out, struct why *why)
{
	struct buffer header = { .max = 0 };
	enum err err = check(form, key, claims, why);

	if (err != ERR_OK)
		return err;
	if (signature.len != 64)
		return why_set(why, ERR_INVALID, "an Ed25519 signature has 64 octets");
	if (form == EAR_JSON) {
		err = ear_to_sign(form, key, claims, out, why);
		buffer_put_u8(out, '.');
		base64url_put(out, signature);
		return err;
	}
	ear_header(form, key, &header);
	cbor_put_tag(out, CWT);
	cbor_put_tag(out, COSE_SIGN1);
	cbor_put_array(out, 4);
	cbor_put_bytes(out, bytes_of_buffer(&header));
	cbor_put_map(out, 0);
	cbor_put_bytes(out, claims);
	cbor_put_bytes(out, signature);
	buffer_free(&header);
	return ERR_OK;
}
