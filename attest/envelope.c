/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded evidence of hardware as octets, both directions; see envelope.h. */
#include <stdio.h>
#include <string.h>

#include "attest/envelope.h"
#include "monitor/base/cbor.h"

enum { KEYS = 8 };

static const int64_t seconds_max = INT64_C(253402300799);	/* of the year 9999 */

void
envelope_write(struct buffer *out, const struct envelope *envelope)
{
	const struct bytes *field[] = { &envelope->nonce, &envelope->exporter, &envelope->spki };

	cbor_put_map(out, KEYS);
	cbor_put_uint(out, 1);
	cbor_put_cstr(out, ENVELOPE_FORMAT);
	cbor_put_uint(out, 2);
	cbor_put_cstr(out, envelope->kind);
	for (unsigned i = 0; i < 3; i++) {
		cbor_put_uint(out, 3 + i);
		cbor_put_bytes(out, *field[i]);
	}
	cbor_put_uint(out, 6);
	cbor_put_array(out, envelope->items);
	for (size_t i = 0; i < envelope->items; i++) {
		cbor_put_array(out, 2);
		cbor_put_cstr(out, envelope->item[i].role);
		cbor_put_bytes(out, envelope->item[i].octets);
	}
	cbor_put_uint(out, 7);
	cbor_put_bytes(out, envelope->policy);
	cbor_put_uint(out, 8);
	cbor_put_uint(out, envelope->at_s > 0 ? (uint64_t)envelope->at_s : 0);
}

static void
key_expect(struct cbor *in, uint64_t key)
{
	if (cbor_uint(in) != key)
		cbor_fail(in, ERR_MALFORMED);
}

static void
name_read(struct cbor *in, char out[ENVELOPE_NAME_MAX])
{
	struct bytes text = cbor_text(in);

	if (text.len == 0 || text.len >= ENVELOPE_NAME_MAX ||
	    memchr(text.at, '\0', text.len) != NULL) {
		cbor_fail(in, ERR_LIMIT);
		return;
	}
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

/* Exactly len octets, or none. */
static struct bytes
fixed_read(struct cbor *in, uint64_t key, size_t len)
{
	struct bytes octets;

	key_expect(in, key);
	octets = cbor_bytes(in);
	if (octets.len != 0 && octets.len != len)
		cbor_fail(in, ERR_LIMIT);
	return octets;
}

static void
items_read(struct cbor *in, struct envelope *out)
{
	uint64_t count;

	key_expect(in, 6);
	count = cbor_array(in);
	if (count > ITEM_MAX)
		cbor_fail(in, ERR_LIMIT);
	while (in->err == ERR_OK && out->items < count) {
		struct envelope_item *item = &out->item[out->items++];

		if (cbor_array(in) != 2)
			cbor_fail(in, ERR_MALFORMED);
		name_read(in, item->role);
		item->octets = cbor_bytes(in);
		if (item->octets.len > ENVELOPE_ITEM_MAX)
			cbor_fail(in, ERR_LIMIT);
	}
}

enum err
envelope_read(struct bytes octets, struct envelope *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);

	*out = (struct envelope){ .items = 0 };
	if (octets.len > ENVELOPE_MAX)
		return why_set(why, ERR_LIMIT, "recorded evidence of %zu octets, more than %d",
		    octets.len, ENVELOPE_MAX);
	if (cbor_map(&in) != KEYS)
		cbor_fail(&in, ERR_MALFORMED);
	key_expect(&in, 1);
	if (!bytes_equal(cbor_text(&in), bytes_of_text(ENVELOPE_FORMAT)))
		cbor_fail(&in, ERR_MALFORMED);
	key_expect(&in, 2);
	name_read(&in, out->kind);
	out->nonce = fixed_read(&in, 3, ENVELOPE_NONCE);
	out->exporter = fixed_read(&in, 4, ENVELOPE_EXPORTER);
	key_expect(&in, 5);
	out->spki = cbor_bytes(&in);
	if (out->spki.len > ENVELOPE_SPKI_MAX)
		cbor_fail(&in, ERR_LIMIT);
	items_read(&in, out);
	out->policy = fixed_read(&in, 7, HASH_LEN);
	key_expect(&in, 8);
	out->at_s = cbor_int(&in);
	if (out->at_s < 0 || out->at_s > seconds_max)
		cbor_fail(&in, ERR_LIMIT);
	if (in.err == ERR_OK && !cbor_done(&in))
		cbor_fail(&in, ERR_MALFORMED);
	return in.err == ERR_OK ? ERR_OK : why_at(why, in.err, in.at, "recorded evidence: octet "
	    "%zu: %s", in.at, err_text(in.err));
}

bool
envelope_is(struct bytes octets)
{
	struct cbor in = cbor_of(octets, true);
	bool first = cbor_map(&in) == KEYS && cbor_uint(&in) == 1;

	return bytes_equal(cbor_text(&in), bytes_of_text(ENVELOPE_FORMAT)) && first;
}

static bool
is_keyless(const struct envelope *envelope)
{
	const struct verifier *verifier = verifier_find(envelope->kind);

	return verifier != NULL && verifier->keyless;
}

void
envelope_dossier(const struct envelope *envelope, struct hash *challenge,
    struct dossier *dossier)
{
	*dossier = (struct dossier){ .at_s = envelope->at_s };
	for (size_t i = 0; i < envelope->items; i++)
		dossier_put(dossier, envelope->item[i].role, envelope->item[i].octets);
	if (envelope->nonce.len == 0)
		return;
	*challenge = envelope_challenge(envelope->nonce, envelope->exporter,
	    is_keyless(envelope) ? bytes_of(NULL, 0) : envelope->spki);
	dossier->nonce = hash_bytes(challenge);
}

void
envelope_binding(const struct envelope *envelope, const struct claims *claims,
    char out[BINDING_TEXT])
{
	struct bytes attested;
	struct hash spki = hash_of(envelope->spki);
	bool same = envelope->spki.len > 0 && claims_get(claims, CLAIM_KEY_SPKI, &attested) &&
	    bytes_equal(attested, hash_bytes(&spki));
	bool asked = envelope->nonce.len > 0 && !is_keyless(envelope);
	bool told = asked && envelope->spki.len > 0;
	bool channel = asked && envelope->exporter.len > 0;

	snprintf(out, BINDING_TEXT, "%s%s%s", same ? "B2" : told ? "B1" : "",
	    channel && (same || told) ? " " : "", channel ? "B3" : "");
}
