/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence of possession as octets, both directions; see possession.h. */
#include "attest/possession.h"
#include "monitor/base/cbor.h"

enum { KEYS = 7, TOKEN_KEYS = 6 };

static const char *const algorithms[POSSESSION_ALGORITHM_COUNT] = {
#define X(NAME, text) [POSSESSION_##NAME] = text,
	POSSESSION_ALGORITHMS(X)
#undef X
};

struct hash
possession_digest(struct bytes nonce)
{
	return hash_of3(bytes_of_text("sekimori possession v1"), nonce, bytes_of(NULL, 0));
}

static void
token_write(struct buffer *out, const struct possession *possession)
{
	cbor_put_map(out, TOKEN_KEYS);
	cbor_put_uint(out, 1);
	cbor_put_text(out, possession->manufacturer);
	cbor_put_uint(out, 2);
	cbor_put_text(out, possession->model);
	cbor_put_uint(out, 3);
	cbor_put_text(out, possession->firmware);
	cbor_put_uint(out, 4);
	cbor_put_text(out, possession->library);
	cbor_put_uint(out, 5);
	cbor_put_bytes(out, hash_bytes(&possession->serial));
	cbor_put_uint(out, 6);
	cbor_put_bytes(out, hash_bytes(&possession->module));
}

void
possession_write(struct buffer *out, const struct possession *possession)
{
	cbor_put_map(out, KEYS);
	cbor_put_uint(out, 1);
	cbor_put_cstr(out, POSSESSION_FORMAT);
	cbor_put_uint(out, 2);
	cbor_put_bytes(out, possession->nonce);
	cbor_put_uint(out, 3);
	cbor_put_cstr(out, algorithms[possession->algorithm]);
	cbor_put_uint(out, 4);
	cbor_put_bytes(out, possession->spki);
	cbor_put_uint(out, 5);
	cbor_put_bytes(out, possession->signature);
	cbor_put_uint(out, 6);
	cbor_put_map(out, possession->attributes);
	for (size_t i = 0; i < possession->attributes; i++) {
		cbor_put_uint(out, possession->attribute[i].type);
		cbor_put_bool(out, possession->attribute[i].value);
	}
	cbor_put_uint(out, 7);
	token_write(out, possession);
}

static void
key_expect(struct cbor *in, uint64_t key)
{
	if (cbor_uint(in) != key)
		cbor_fail(in, ERR_MALFORMED);
}

static struct bytes
octets_read(struct cbor *in, uint64_t key, size_t least, size_t most)
{
	struct bytes octets;

	key_expect(in, key);
	octets = cbor_bytes(in);
	if (octets.len < least || octets.len > most)
		cbor_fail(in, ERR_LIMIT);
	return octets;
}

static struct bytes
text_read(struct cbor *in, uint64_t key)
{
	struct bytes text;

	key_expect(in, key);
	text = cbor_text(in);
	if (text.len > POSSESSION_TEXT_MAX)
		cbor_fail(in, ERR_LIMIT);
	return text;
}

static struct hash
hash_read(struct cbor *in, uint64_t key)
{
	struct bytes octets = octets_read(in, key, HASH_LEN, HASH_LEN);
	struct hash hash = { { 0 } };

	for (size_t i = 0; i < HASH_LEN && octets.len == HASH_LEN; i++)
		hash.at[i] = octets.at[i];
	return hash;
}

static void
algorithm_read(struct cbor *in, struct possession *out)
{
	struct bytes name = text_read(in, 3);

	while (out->algorithm < POSSESSION_ALGORITHM_COUNT &&
	    !bytes_equal(name, bytes_of_text(algorithms[out->algorithm])))
		out->algorithm++;
	if (out->algorithm == POSSESSION_ALGORITHM_COUNT)
		cbor_fail(in, ERR_UNSUPPORTED);
}

static void
attributes_read(struct cbor *in, struct possession *out)
{
	uint64_t pairs;

	key_expect(in, 6);
	pairs = cbor_map(in);
	if (pairs > POSSESSION_ATTRIBUTES)
		cbor_fail(in, ERR_LIMIT);
	for (; pairs > 0 && in->err == ERR_OK; pairs--) {
		struct possession_attribute *attribute = &out->attribute[out->attributes++];

		attribute->type = cbor_uint(in);
		attribute->value = cbor_bool(in);
	}
}

static void
token_read(struct cbor *in, struct possession *out)
{
	key_expect(in, 7);
	if (cbor_map(in) != TOKEN_KEYS)
		cbor_fail(in, ERR_MALFORMED);
	out->manufacturer = text_read(in, 1);
	out->model = text_read(in, 2);
	out->firmware = text_read(in, 3);
	out->library = text_read(in, 4);
	out->serial = hash_read(in, 5);
	out->module = hash_read(in, 6);
}

enum err
possession_read(struct bytes octets, struct possession *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	enum err err;

	*out = (struct possession){ .attributes = 0 };
	if (octets.len > POSSESSION_MAX)
		return why_set(why, ERR_LIMIT, "evidence of possession has %zu octets, more than "
		    "%d", octets.len, POSSESSION_MAX);
	err = cbor_check(octets, why);
	if (err != ERR_OK)
		return why_in(why, "evidence of possession");
	if (cbor_map(&in) != KEYS)
		cbor_fail(&in, ERR_MALFORMED);
	if (!bytes_equal(text_read(&in, 1), bytes_of_text(POSSESSION_FORMAT)))
		cbor_fail(&in, ERR_UNSUPPORTED);
	out->nonce = octets_read(&in, 2, POSSESSION_NONCE, POSSESSION_NONCE);
	algorithm_read(&in, out);
	out->spki = octets_read(&in, 4, 1, POSSESSION_SPKI_MAX);
	out->signature = octets_read(&in, 5, 1, POSSESSION_SIGNATURE_MAX);
	attributes_read(&in, out);
	token_read(&in, out);
	if (in.err == ERR_OK && !cbor_done(&in))
		cbor_fail(&in, ERR_MALFORMED);
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "evidence of possession: octet %zu: %s", in.at,
		    err_text(in.err));
	return ERR_OK;
}

bool
possession_is(struct bytes octets)
{
	struct cbor in = cbor_of(octets, true);
	bool first = cbor_map(&in) > 0 && cbor_uint(&in) == 1;

	return bytes_equal(cbor_text(&in), bytes_of_text(POSSESSION_FORMAT)) && first;
}
