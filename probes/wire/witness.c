/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of sekimori-witness, both directions; see witness.h. */
#include <string.h>

#include "monitor/base/cbor.h"
#include "probes/wire/witness.h"

enum { LENGTH_OCTETS = 4, REQUEST_KEYS = 3, ANSWER_KEYS = 5 };

/* --- writing ------------------------------------------------------------------------------ */

static void
framed(struct buffer *out, struct buffer *body)
{
	buffer_put_be(out, body->len, LENGTH_OCTETS);
	buffer_put(out, body->at, body->len);
	out->failed = out->failed || body->failed;
	buffer_free(body);
}

void
witness_request_write(struct buffer *out, const struct witness_request *request)
{
	struct buffer body = { .max = WITNESS_REQUEST_MAX };

	cbor_put_map(&body, REQUEST_KEYS);
	cbor_put_uint(&body, 1);
	cbor_put_cstr(&body, WITNESS_FORMAT);
	cbor_put_uint(&body, 2);
	cbor_put_bytes(&body, request->nonce);
	cbor_put_uint(&body, 3);
	cbor_put_array(&body, request->kinds);
	for (size_t i = 0; i < request->kinds; i++)
		cbor_put_cstr(&body, request->kind[i]);
	framed(out, &body);
}

static void
statement_write(struct buffer *body, const struct witness_statement *statement)
{
	cbor_put_array(body, 2);
	cbor_put_cstr(body, statement->kind);
	cbor_put_array(body, statement->items);
	for (size_t i = 0; i < statement->items; i++) {
		cbor_put_array(body, 2);
		cbor_put_cstr(body, statement->item[i].role);
		cbor_put_bytes(body, statement->item[i].octets);
	}
}

void
witness_answer_write(struct buffer *out, const struct witness_answer *answer)
{
	struct buffer body = { .max = WITNESS_ANSWER_MAX };

	cbor_put_map(&body, ANSWER_KEYS);
	cbor_put_uint(&body, 1);
	cbor_put_cstr(&body, WITNESS_FORMAT);
	cbor_put_uint(&body, 2);
	cbor_put_bytes(&body, answer->nonce);
	cbor_put_uint(&body, 3);
	cbor_put_bytes(&body, answer->spki);
	cbor_put_uint(&body, 4);
	cbor_put_array(&body, answer->statements);
	for (size_t i = 0; i < answer->statements; i++)
		statement_write(&body, &answer->statement[i]);
	cbor_put_uint(&body, 5);
	cbor_put_array(&body, answer->lacks);
	for (size_t i = 0; i < answer->lacks; i++) {
		cbor_put_array(&body, 2);
		cbor_put_cstr(&body, answer->lack[i].kind);
		cbor_put_text(&body, answer->lack[i].text);
	}
	framed(out, &body);
}

/* --- reading ------------------------------------------------------------------------------ */

/* The message behind the length, whole and nothing behind it. */
static enum err
frame_read(struct bytes octets, size_t most, struct bytes *body, struct why *why)
{
	struct reader in = reader_of(octets);
	uint64_t len = read_be(&in, LENGTH_OCTETS);

	if (in.failed)
		return why_set(why, ERR_TRUNCATED, "the message ends inside its length");
	if (len == 0 || len > most)
		return why_set(why, ERR_LIMIT, "a message of %llu octets, at most %zu are taken",
		    (unsigned long long)len, most);
	if (octets.len - LENGTH_OCTETS < len)
		return why_set(why, ERR_TRUNCATED, "%zu of %llu octets came",
		    octets.len - LENGTH_OCTETS, (unsigned long long)len);
	if (octets.len - LENGTH_OCTETS > len)
		return why_set(why, ERR_MALFORMED, "octets stand behind the message");
	*body = bytes_slice(octets, LENGTH_OCTETS, (size_t)len);
	return ERR_OK;
}

static void
key_expect(struct cbor *in, uint64_t key)
{
	if (cbor_uint(in) != key)
		cbor_fail(in, ERR_MALFORMED);
}

static void
name_read(struct cbor *in, char out[WITNESS_NAME_MAX])
{
	struct bytes text = cbor_text(in);

	if (text.len == 0 || text.len >= WITNESS_NAME_MAX) {
		cbor_fail(in, ERR_LIMIT);
		return;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			cbor_fail(in, ERR_MALFORMED);
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

static uint64_t
count_read(struct cbor *in, uint64_t most)
{
	uint64_t count = cbor_array(in);

	if (count > most)
		cbor_fail(in, ERR_LIMIT);
	return in->err == ERR_OK ? count : 0;
}

static struct bytes
head_read(struct cbor *in, uint64_t keys)
{
	struct bytes nonce;

	if (cbor_map(in) != keys)
		cbor_fail(in, ERR_MALFORMED);
	key_expect(in, 1);
	if (!bytes_equal(cbor_text(in), bytes_of_text(WITNESS_FORMAT)))
		cbor_fail(in, ERR_UNSUPPORTED);
	key_expect(in, 2);
	nonce = cbor_bytes(in);
	if (nonce.len != WITNESS_NONCE)
		cbor_fail(in, ERR_LIMIT);
	return nonce;
}

static enum err
end_read(struct cbor *in, struct why *why)
{
	if (in->err == ERR_OK && !cbor_done(in))
		cbor_fail(in, ERR_MALFORMED);
	return in->err == ERR_OK ? ERR_OK : why_at(why, in->err, in->at,
	    "message of a witness: octet %zu: %s", in->at, err_text(in->err));
}

enum err
witness_request_read(struct bytes octets, struct witness_request *out, struct why *why)
{
	struct bytes body;
	enum err err = frame_read(octets, WITNESS_REQUEST_MAX, &body, why);
	struct cbor in;

	memset(out, 0, sizeof(*out));
	if (err != ERR_OK)
		return err;
	in = cbor_of(body, true);
	out->nonce = head_read(&in, REQUEST_KEYS);
	key_expect(&in, 3);
	out->kinds = count_read(&in, WITNESS_KINDS);
	for (size_t i = 0; i < out->kinds; i++)
		name_read(&in, out->kind[i]);
	return end_read(&in, why);
}

static void
statement_read(struct cbor *in, struct witness_statement *out)
{
	if (cbor_array(in) != 2)
		cbor_fail(in, ERR_MALFORMED);
	name_read(in, out->kind);
	out->items = count_read(in, WITNESS_ITEMS);
	for (size_t i = 0; i < out->items && in->err == ERR_OK; i++) {
		if (cbor_array(in) != 2)
			cbor_fail(in, ERR_MALFORMED);
		name_read(in, out->item[i].role);
		out->item[i].octets = cbor_bytes(in);
	}
}

enum err
witness_answer_read(struct bytes octets, struct witness_answer *out, struct why *why)
{
	struct bytes body;
	enum err err = frame_read(octets, WITNESS_ANSWER_MAX, &body, why);
	struct cbor in;

	memset(out, 0, sizeof(*out));
	if (err != ERR_OK)
		return err;
	in = cbor_of(body, true);
	out->nonce = head_read(&in, ANSWER_KEYS);
	key_expect(&in, 3);
	out->spki = cbor_bytes(&in);
	if (out->spki.len > WITNESS_SPKI_MAX)
		cbor_fail(&in, ERR_LIMIT);
	key_expect(&in, 4);
	out->statements = count_read(&in, WITNESS_KINDS);
	for (size_t i = 0; i < out->statements; i++)
		statement_read(&in, &out->statement[i]);
	key_expect(&in, 5);
	out->lacks = count_read(&in, WITNESS_KINDS);
	for (size_t i = 0; i < out->lacks && in.err == ERR_OK; i++) {
		if (cbor_array(&in) != 2)
			cbor_fail(&in, ERR_MALFORMED);
		name_read(&in, out->lack[i].kind);
		out->lack[i].text = cbor_text(&in);
		if (out->lack[i].text.len > WITNESS_TEXT_MAX)
			cbor_fail(&in, ERR_LIMIT);
	}
	return end_read(&in, why);
}
