/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MANIFEST: a deterministic CBOR map of what the bundle holds.  Every field is held against
 * the other files, so that none can be changed alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "reports/bundle.h"

enum { KEY_FORMAT, KEY_SIZE, KEY_FROM, KEY_TO, KEY_CONTEXT, KEY_WITHHELD, KEY_VALUES, KEY_CLAIMS,
	KEYS };

void
bundle_manifest_write(struct buffer *out, const struct bundle_manifest *manifest)
{
	cbor_put_map(out, KEYS);
	cbor_put_uint(out, KEY_FORMAT);
	cbor_put_cstr(out, BUNDLE_FORMAT);
	cbor_put_uint(out, KEY_SIZE);
	cbor_put_uint(out, manifest->size);
	cbor_put_uint(out, KEY_FROM);
	cbor_put_uint(out, manifest->from);
	cbor_put_uint(out, KEY_TO);
	cbor_put_uint(out, manifest->to);
	cbor_put_uint(out, KEY_CONTEXT);
	cbor_put_array(out, manifest->contexts);
	for (size_t i = 0; i < manifest->contexts; i++)
		cbor_put_uint(out, manifest->context[i]);
	cbor_put_uint(out, KEY_WITHHELD);
	cbor_put_array(out, manifest->withhelds);
	for (size_t i = 0; i < manifest->withhelds; i++)
		cbor_put_bytes(out, hash_bytes(&manifest->withheld[i]));
	cbor_put_uint(out, KEY_VALUES);
	cbor_put_uint(out, manifest->values);
	cbor_put_uint(out, KEY_CLAIMS);
	cbor_put_array(out, manifest->claims);
	for (size_t i = 0; i < manifest->claims; i++) {
		cbor_put_array(out, 2);
		cbor_put_text(out, manifest->claim[i].text);
		cbor_put_array(out, manifest->claim[i].count);
		for (size_t j = 0; j < manifest->claim[i].count; j++)
			cbor_put_uint(out, manifest->claim[i].cites[j]);
	}
}

/* The key must come now; a map with another key, or none, has failed. */
static void
key(struct cbor *in, uint64_t wanted)
{
	if (cbor_uint(in) != wanted)
		cbor_fail(in, ERR_MALFORMED);
}

static void
read_context(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > BUNDLE_CONTEXT_MAX) {
		cbor_fail(in, ERR_LIMIT);
		return;
	}
	out->context = memory_new(count, sizeof(*out->context));
	for (; out->contexts < count && in->err == ERR_OK; out->contexts++) {
		uint64_t seq = cbor_uint(in);

		if ((out->contexts > 0 && seq <= out->context[out->contexts - 1]) ||
		    (seq >= out->from && seq < out->to) || seq >= out->size)
			cbor_fail(in, ERR_MALFORMED);
		out->context[out->contexts] = seq;
	}
}

static void
read_withheld(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > BUNDLE_BLOBS_MAX) {
		cbor_fail(in, ERR_LIMIT);
		return;
	}
	out->withheld = memory_new(count, sizeof(*out->withheld));
	for (; out->withhelds < count && in->err == ERR_OK; out->withhelds++) {
		struct hash *to = &out->withheld[out->withhelds];
		struct bytes octets = cbor_bytes(in);

		if (octets.len == HASH_LEN)
			memcpy(to->at, octets.at, HASH_LEN);
		if (octets.len != HASH_LEN || hash_is_zero(*to) || (out->withhelds > 0 &&
		    bytes_compare(hash_bytes(to - 1), hash_bytes(to)) >= 0))
			cbor_fail(in, ERR_MALFORMED);
	}
}

static void
read_claims(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);
	size_t used = 0, room = in->in.len - in->at;

	if (count > BUNDLE_CLAIMS_MAX) {
		cbor_fail(in, ERR_LIMIT);
		return;
	}
	out->claim = memory_new(count, sizeof(*out->claim));
	out->cited = memory_new(room,
	    sizeof(*out->cited));	/* each cite takes an octet at least */
	for (; out->claims < count && in->err == ERR_OK; out->claims++) {
		struct bundle_claim *claim = &out->claim[out->claims];

		if (cbor_array(in) != 2)
			cbor_fail(in, ERR_MALFORMED);
		claim->text = cbor_text(in);
		claim->cites = &out->cited[used];
		for (claim->count = (size_t)cbor_array(in); in->err == ERR_OK &&
		    used < (size_t)(claim->cites - out->cited) + claim->count && used < room;)
			out->cited[used++] = cbor_uint(in);
	}
}

static void
read_all(struct cbor *in, struct bundle_manifest *out)
{
	struct bytes format;

	if (cbor_map(in) != KEYS)
		cbor_fail(in, ERR_MALFORMED);
	key(in, KEY_FORMAT);
	format = cbor_text(in);
	if (in->err == ERR_OK && !bytes_equal(format, bytes_of_text(BUNDLE_FORMAT)))
		cbor_fail(in, ERR_UNSUPPORTED);
	key(in, KEY_SIZE);
	out->size = cbor_uint(in);
	key(in, KEY_FROM);
	out->from = cbor_uint(in);
	key(in, KEY_TO);
	out->to = cbor_uint(in);
	if (in->err == ERR_OK && (out->from >= out->to || out->to > out->size))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err == ERR_OK && out->to - out->from > BUNDLE_RECORDS_MAX)
		cbor_fail(in, ERR_LIMIT);
	key(in, KEY_CONTEXT);
	read_context(in, out);
	key(in, KEY_WITHHELD);
	read_withheld(in, out);
	key(in, KEY_VALUES);
	out->values = cbor_uint(in);
	key(in, KEY_CLAIMS);
	read_claims(in, out);
}

enum err
bundle_manifest_read(struct bytes octets, struct bundle_manifest *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);

	*out = (struct bundle_manifest){ 0 };
	read_all(&in, out);
	if (in.err == ERR_UNSUPPORTED)
		return why_at(why, ERR_UNSUPPORTED, in.at,
		    "MANIFEST: this is no \"" BUNDLE_FORMAT "\"; a newer version may read it");
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "MANIFEST: octet %zu: %s", in.at,
		    err_text(in.err));
	if (!cbor_done(&in))
		return why_at(why, ERR_MALFORMED, in.at,
		    "MANIFEST: %zu octets follow its end at octet %zu", octets.len - in.at, in.at);
	return ERR_OK;
}

void
bundle_manifest_free(struct bundle_manifest *manifest)
{
	free(manifest->context);
	free(manifest->withheld);
	free(manifest->claim);
	free(manifest->cited);
	*manifest = (struct bundle_manifest){ 0 };
}
