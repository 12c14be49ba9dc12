/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to and answers of sekimori-token, both directions; see token_message.h. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/cbor.h"
#include "probes/wire/token_message.h"

enum { REQUEST_KEYS = 15, ANSWER_KEYS = 5 };

static const struct { uint64_t rv; const char *name; } values[] = {
#define RV(number, name) { number, "CKR_" #name },
#include "probes/wire/token_rv_list.h"
};

void
token_request_write(struct buffer *out, const struct token_request *request)
{
	const struct bytes part[] = { request->module, request->token, request->serial,
	    request->key, request->key_id, request->pin, request->nonce, request->paths,
	    request->environment };
	uint64_t key = 1;

	cbor_put_map(out, REQUEST_KEYS);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		cbor_put_uint(out, key++);
		cbor_put_bytes(out, part[i]);
	}
	cbor_put_uint(out, key++);
	cbor_put_bool(out, request->network);
	cbor_put_uint(out, key++);
	cbor_put_bool(out, request->proven);
	cbor_put_uint(out, key++);
	cbor_put_bytes(out, request->message);
	cbor_put_uint(out, key++);
	cbor_put_uint(out, request->digest);
	cbor_put_uint(out, key++);
	cbor_put_bool(out, request->audit);
	cbor_put_uint(out, key++);
	cbor_put_bool(out, request->make);
}

static void
key_expect(struct cbor *in, uint64_t key)
{
	if (cbor_uint(in) != key)
		cbor_fail(in, ERR_MALFORMED);
}

enum err
token_request_read(struct bytes octets, struct token_request *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	struct bytes *part[] = { &out->module, &out->token, &out->serial, &out->key, &out->key_id,
	    &out->pin, &out->nonce, &out->paths, &out->environment };
	uint64_t key = 1, digest;

	*out = (struct token_request){ .network = false };
	if (cbor_map(&in) != REQUEST_KEYS)
		cbor_fail(&in, ERR_MALFORMED);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		key_expect(&in, key++);
		*part[i] = cbor_bytes(&in);
	}
	key_expect(&in, key++);
	out->network = cbor_bool(&in);
	key_expect(&in, key++);
	out->proven = cbor_bool(&in);
	key_expect(&in, key++);
	out->message = cbor_bytes(&in);
	key_expect(&in, key++);
	digest = cbor_uint(&in);
	out->digest = (unsigned)digest;
	if (digest != 256 && digest != 384 && digest != 512 && digest != 0)
		cbor_fail(&in, ERR_MALFORMED);
	key_expect(&in, key++);
	out->audit = cbor_bool(&in);
	key_expect(&in, key++);
	out->make = cbor_bool(&in);
	if (in.err == ERR_OK && !cbor_done(&in))
		cbor_fail(&in, ERR_MALFORMED);
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "request to sekimori-token: octet %zu: %s",
		    in.at, err_text(in.err));
	return ERR_OK;
}

void
token_signature_write(struct buffer *out, const struct token_signature *made)
{
	cbor_put_array(out, 2);
	cbor_put_bytes(out, made->spki);
	cbor_put_bytes(out, made->signature);
}

enum err
token_signature_read(struct bytes octets, struct token_signature *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	bool two = cbor_array(&in) == 2;

	out->spki = cbor_bytes(&in);
	out->signature = cbor_bytes(&in);
	if (!two || !cbor_done(&in) || out->spki.len == 0 || out->signature.len == 0)
		return why_set(why, ERR_MALFORMED, "what sekimori-token answered is not a public "
		    "key and a signature");
	return ERR_OK;
}

void
token_stage_write(struct buffer *out, enum token_stage stage)
{
	cbor_put_uint(out, stage);
}

void
token_answer_write(struct buffer *out, const struct token_answer *answer)
{
	cbor_put_map(out, ANSWER_KEYS);
	cbor_put_uint(out, 1);
	cbor_put_uint(out, answer->result);
	cbor_put_uint(out, 2);
	cbor_put_uint(out, answer->rv);
	cbor_put_uint(out, 3);
	cbor_put_text(out, answer->text);
	cbor_put_uint(out, 4);
	cbor_put_bytes(out, answer->evidence);
	cbor_put_uint(out, 5);
	cbor_put_bytes(out, answer->listing);
}

static void
map_read(struct cbor *in, struct token_answer *out)
{
	uint64_t result;

	if (cbor_map(in) != ANSWER_KEYS)
		cbor_fail(in, ERR_MALFORMED);
	key_expect(in, 1);
	result = cbor_uint(in);
	key_expect(in, 2);
	out->rv = cbor_uint(in);
	key_expect(in, 3);
	out->text = cbor_text(in);
	key_expect(in, 4);
	out->evidence = cbor_bytes(in);
	key_expect(in, 5);
	out->listing = cbor_bytes(in);
	if (in->err == ERR_OK && (!cbor_done(in) || result >= TOKEN_RESULT_COUNT ||
	    out->text.len > TOKEN_TEXT_MAX ||
	    (result == TOKEN_SIGNED) != (out->evidence.len > 0) ||
	    (result != TOKEN_SIGNED && out->listing.len > 0)))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err == ERR_OK) {
		out->result = (enum token_result)result;
		out->whole = true;
	}
}

enum err
token_answer_read(struct bytes octets, struct token_answer *out)
{
	struct cbor in = cbor_of(octets, true);

	*out = (struct token_answer){ .stage = TOKEN_STAGE_BEGIN };
	if (octets.len > TOKEN_ANSWER_MAX)
		return ERR_LIMIT;
	while (cbor_peek(&in) == CBOR_UINT && in.err == ERR_OK) {
		uint64_t stage = cbor_uint(&in);

		if (in.err == ERR_OK && stage < TOKEN_STAGE_COUNT)
			out->stage = (enum token_stage)stage;
		else
			cbor_fail(&in, ERR_MALFORMED);
	}
	if (in.err == ERR_OK && in.at == octets.len)
		return ERR_OK;
	map_read(&in, out);
	return in.err;
}

const char *
token_stage_text(enum token_stage stage)
{
	static const char *const text[TOKEN_STAGE_COUNT] = {
#define X(NAME, words) [TOKEN_STAGE_##NAME] = words,
		TOKEN_STAGES(X)
#undef X
	};

	return (unsigned)stage < TOKEN_STAGE_COUNT ? text[stage] : "somewhere";
}

const char *
token_rv_text(uint64_t rv, char out[TOKEN_RV_TEXT])
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i].rv == rv)
			return values[i].name;
	snprintf(out, TOKEN_RV_TEXT, "CKR 0x%" PRIx64, rv);
	return out;
}
