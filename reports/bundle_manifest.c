/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MANIFEST: a deterministic CBOR map of what the bundle holds.  Every field is held against
 * the other files, so that none can be changed alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/log.h"
#include "reports/bundle_part.h"

enum { KEY_FORMAT, KEY_SIZE, KEY_FROM, KEY_TO, KEY_CONTEXT, KEY_WITHHELD, KEY_VALUES, KEY_CLAIMS,
	KEYS_1, KEY_ASSERTED = KEYS_1, KEY_FILING, KEYS, KEY_SEALS = KEYS, KEYS_3 };

void
bundle_manifest_write(struct buffer *out, const struct bundle_manifest *manifest)
{
	cbor_put_map(out, manifest->sealed ? KEYS_3 : KEYS);
	cbor_put_uint(out, KEY_FORMAT);
	cbor_put_cstr(out, manifest->sealed ? BUNDLE_FORMAT_3 : BUNDLE_FORMAT);
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
	bundle_claims_write(out, &(struct bundle_claims){ manifest->fold_version,
	    manifest->judge_version, manifest->at_ms, manifest->document, manifest->documents,
	    manifest->claim, manifest->claims });
	cbor_put_uint(out, KEY_ASSERTED);
	cbor_put_array(out, manifest->asserteds);
	for (size_t i = 0; i < manifest->asserteds; i++)
		cbor_put_uint(out, manifest->asserted[i]);
	cbor_put_uint(out, KEY_FILING);
	cbor_put_array(out, manifest->filed ? 1 : 0);
	if (manifest->filed)
		cbor_put_uint(out, manifest->filing);
	if (!manifest->sealed)
		return;
	cbor_put_uint(out, KEY_SEALS);
	cbor_put_array(out, manifest->documents);
	for (size_t i = 0; i < manifest->documents; i++)
		cbor_put_bytes(out, hash_bytes(&manifest->document[i].seal));
}

/* The key must come now; a map with another key, or none, has failed. */
static void
key(struct cbor *in, struct bundle_manifest *out, uint64_t wanted)
{
	if (cbor_uint(in) != wanted)
		bundle_fail(in, out, ERR_MALFORMED, "a key is missing, or out of order");
}

static void
read_context(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > BUNDLE_CONTEXT_MAX) {
		bundle_fail(in, out, ERR_LIMIT, "the context is too large");
		return;
	}
	out->context = memory_new(count, sizeof(*out->context));
	for (; out->contexts < count && in->err == ERR_OK; out->contexts++) {
		uint64_t seq = cbor_uint(in);

		if ((out->contexts > 0 && seq <= out->context[out->contexts - 1]) ||
		    (seq >= out->from && seq < out->to) || seq >= out->size)
			bundle_fail(in, out, ERR_MALFORMED, "the numbers of the context do not "
			    "ascend, or are not outside the range and below the size");
		out->context[out->contexts] = seq;
	}
}

static void
read_withheld(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > BUNDLE_BLOBS_MAX) {
		bundle_fail(in, out, ERR_LIMIT, "too many blobs are withheld");
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
			bundle_fail(in, out, ERR_MALFORMED,
			    "the withheld blobs are not hashes that ascend");
	}
}

/* Numbers of judged claims that only the maker says, ascending from 0. */
static void
read_asserted(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > out->claims) {
		bundle_fail(in, out, ERR_LIMIT, "more claims are marked as the maker's word alone "
		    "than there are");
		return;
	}
	out->asserted = memory_new(count, sizeof(*out->asserted));
	for (; out->asserteds < count && in->err == ERR_OK; out->asserteds++) {
		uint64_t at = cbor_uint(in);

		if (at >= out->claims || out->claim[at].control.len == 0 ||
		    (out->asserteds > 0 && at <= out->asserted[out->asserteds - 1]))
			bundle_fail(in, out, ERR_MALFORMED, "what is marked as the maker's word "
			    "alone is no verdict, or out of order");
		out->asserted[out->asserteds] = at;
	}
}

static void
read_filing(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count;

	key(in, out, KEY_ASSERTED);
	read_asserted(in, out);
	key(in, out, KEY_FILING);
	count = cbor_array(in);
	if (count > 1)
		bundle_fail(in, out, ERR_MALFORMED, "more than one FILING is named");
	out->filed = count == 1;
	out->filing = out->filed ? cbor_uint(in) : 0;
	/* A filing is recorded after what it speaks of. */
	if (in->err == ERR_OK && out->filed && (out->filing < out->to ||
	    out->filing >= out->size))
		bundle_fail(in, out, ERR_MALFORMED,
		    "its FILING is not behind the records it speaks for");
}

/* One of each document, in their order. */
static void
read_seals(struct cbor *in, struct bundle_manifest *out)
{
	key(in, out, KEY_SEALS);
	if (cbor_array(in) != out->documents || out->documents == 0)
		bundle_fail(in, out, ERR_MALFORMED, "there is not one seal of each document");
	for (size_t i = 0; i < out->documents && in->err == ERR_OK; i++) {
		struct bytes octets = cbor_bytes(in);

		if (octets.len == HASH_LEN)
			memcpy(out->document[i].seal.at, octets.at, HASH_LEN);
		if (octets.len != HASH_LEN || hash_is_zero(out->document[i].seal))
			bundle_fail(in, out, ERR_MALFORMED, "a seal is not named by a hash");
	}
	out->sealed = in->err == ERR_OK;
}

/* Says which format it is, before anything else is looked at. */
static void
read_format(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t pairs = cbor_map(in);
	struct bytes format;

	key(in, out, KEY_FORMAT);
	format = cbor_text(in);
	if (in->err != ERR_OK)
		return;
	out->version = bytes_equal(format, bytes_of_text(BUNDLE_FORMAT_3)) ? 3 :
	    bytes_equal(format, bytes_of_text(BUNDLE_FORMAT)) ? 2 :
	    bytes_equal(format, bytes_of_text(BUNDLE_FORMAT_1)) ? 1 : 0;
	if (out->version == 0)
		cbor_fail(in, ERR_UNSUPPORTED);
	else if (pairs != (out->version == 1 ? KEYS_1 : out->version == 2 ? KEYS : KEYS_3))
		bundle_fail(in, out, ERR_MALFORMED, "it has not the keys of its format");
}

static void
read_all(struct cbor *in, struct bundle_manifest *out)
{
	read_format(in, out);
	key(in, out, KEY_SIZE);
	out->size = cbor_uint(in);
	key(in, out, KEY_FROM);
	out->from = cbor_uint(in);
	key(in, out, KEY_TO);
	out->to = cbor_uint(in);
	if (in->err == ERR_OK && (out->from >= out->to || out->to > out->size))
		bundle_fail(in, out, ERR_MALFORMED, "the range is empty, or beyond the size");
	if (in->err == ERR_OK && out->to - out->from > BUNDLE_RECORDS_MAX)
		bundle_fail(in, out, ERR_LIMIT, "the range is too long");
	key(in, out, KEY_CONTEXT);
	read_context(in, out);
	key(in, out, KEY_WITHHELD);
	read_withheld(in, out);
	key(in, out, KEY_VALUES);
	out->values = cbor_uint(in);
	key(in, out, KEY_CLAIMS);
	bundle_claims_read(in, out);
	if (out->version > 1)
		read_filing(in, out);
	if (out->version > 2)
		read_seals(in, out);
}

static enum err
format_unknown(struct bytes octets, size_t at, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	char shown[4 * 40 + 1];
	struct bytes format;

	(void)cbor_map(&in);
	(void)cbor_uint(&in);
	format = bytes_slice(cbor_text(&in), 0, 40);
	text_escape((const char *)format.at, format.len, shown, sizeof(shown));
	return why_at(why, ERR_UNSUPPORTED, at, "MANIFEST: its format is \"%s\"; this version "
	    "reads \"" BUNDLE_FORMAT_3 "\", \"" BUNDLE_FORMAT "\" and \"" BUNDLE_FORMAT_1
	    "\", another may read it", shown);
}

enum err
bundle_manifest_read(struct bytes octets, struct bundle_manifest *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);

	*out = (struct bundle_manifest){ 0 };
	read_all(&in, out);
	if (in.err == ERR_UNSUPPORTED)
		return format_unknown(octets, in.at, why);
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "MANIFEST: octet %zu: %s", in.at,
		    out->fault != NULL ? out->fault : err_text(in.err));
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
	free(manifest->document);
	free(manifest->asserted);
	*manifest = (struct bundle_manifest){ 0 };
}
