/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole bundle from a stranger.  The input is its six files and up to thirty-two blobs, each after
 * its length in four octets; blobs are found by their hash, as in a folder.  Whatever comes, it is
 * refused with a sentence or judged to its end, and a key nobody has signed with is never proved.
 * The records are also audited and judged as they are, since no mutation finds its way through a
 * hash; and a MANIFEST that is read is the one that would be written.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/x509_leaf.h"
#include "monitor/base/cbor.h"
#include "reports/rejudge_bundle.h"
#include "reports/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { BLOBS = 32 };

struct input { struct bundle_octets octets; struct bytes blob[BLOBS]; size_t blobs; bool proved; };

static enum err
get_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	const struct input *input = arg;

	for (size_t i = 0; i < input->blobs; i++)
		if (hash_equal(hash_of(input->blob[i]), hash)) {
			buffer_reset(out);
			buffer_put(out, input->blob[i].at, input->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "it is missing from the bundle");
}

static void
on_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	struct input *input = arg;

	if (text[0] == '\0')
		abort();
	input->proved = input->proved || (claim == CLAIM_IDENTITY && verdict == SHOWN_PROVED);
}

static void
on_item(void *arg, const struct audit_item *item)
{
	(void)arg;
	if (item->text[0] == '\0' || memchr(item->text, 0, sizeof(item->text)) == NULL)
		abort();
}

static enum err
no_root(void *arg, uint64_t size, struct hash *out, struct why *why)
{
	(void)arg, (void)size, (void)out;
	return why_set(why, ERR_NOT_FOUND, "not here");
}

static void
audit_all(struct input *input)
{
	struct audit_source source = { get_blob, no_root, input, { NULL, 0 } };
	struct merkle edge = { .size = 0 };
	struct audit *audit = audit_new(&source, &edge, on_item, input);
	struct cbor in = cbor_of(input->octets.file[BUNDLE_CONTEXT], false);
	struct bytes raw;

	while (in.err == ERR_OK && in.at < in.in.len && (raw = cbor_raw(&in)).len > 0)
		audit_context(audit, 0, raw);
	in = cbor_of(input->octets.file[BUNDLE_RECORDS], false);
	while (in.err == ERR_OK && in.at < in.in.len && (raw = cbor_raw(&in)).len > 0)
		audit_record(audit, audit_size(audit), raw, NULL);
	audit_checkpoint(audit, audit_size(audit), input->octets.file[BUNDLE_CHECKPOINT]);
	audit_end(audit);
	audit_free(audit);
}

/* One encoding for one MANIFEST. */
static void
manifest_again(const struct bundle_manifest *manifest, struct bytes octets)
{
	struct buffer again = { .max = 0 };

	if (manifest->version == 1)
		return;
	bundle_manifest_write(&again, manifest);
	if (!bytes_equal(bytes_of_buffer(&again), octets))
		abort();
	buffer_free(&again);
}

static void
claims_judge(const struct bundle *bundle, const struct state *state)
{
	struct rejudge *rejudge = rejudge_new(state, bundle->manifest.from);

	for (size_t i = 0; i < bundle->manifest.claims; i++) {
		struct rejudged out;

		if (bundle->manifest.claim[i].control.len == 0)
			continue;
		rejudge_claim(rejudge, &bundle->manifest.claim[i], &out);
		if (memchr(out.why, 0, sizeof(out.why)) == NULL ||
		    (out.how == REJUDGED_CANNOT && out.why[0] == '\0'))
			abort();
	}
	rejudge_free(rejudge);
}

/* Folded and judged though nobody signed them. */
static void
judge_all(struct input *input)
{
	struct blob_source source = { get_blob, input };
	struct why why = { .err = ERR_OK };
	struct state *state = NULL;
	struct rejudge_moment moment;
	struct bundle bundle;
	enum err err = bundle_parse(&bundle, &input->octets, &why);

	if (err == ERR_OK) {
		manifest_again(&bundle.manifest, input->octets.file[BUNDLE_MANIFEST]);
		moment = (struct rejudge_moment){ bundle.record, bundle.records, bundle.manifest.to,
			bundle.manifest.at_ms };
		err = rejudge_fold(&moment, &source, &state, &why);
		if ((err == ERR_OK) != (state != NULL) || (err != ERR_OK && why.text[0] == '\0'))
			abort();
		if (state != NULL)
			claims_judge(&bundle, state);
		state_free(state);
	}
	bundle_free(&bundle);
}

static void
chains_read(const struct input *input)
{
	struct bytes leaf;
	struct why why;
	size_t count;

	for (size_t i = 0; i < input->blobs; i++)
		if (x509_chain_leaf(input->blob[i], &leaf, &count, &why) == ERR_OK &&
		    x509_leaf_spki(leaf, hash_of(leaf), &why) == ERR_OK)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader reader = reader_of(bytes_of(data, len));
	struct note_verifier key = { .name = "example.org/nobody", .type = NOTE_ED25519 };
	struct verify_options how = { .key = len % 2 == 0 ? NULL : &key };
	struct input input = { .octets = { .blob = get_blob } };
	struct verify_teller teller = { on_claim, on_item, &input };
	struct verify_result result;
	struct why why = { .err = ERR_OK };
	enum err err;

	input.octets.arg = &input;
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		input.octets.file[i] = read_bytes(&reader, (size_t)read_be(&reader, 4));
	while (!reader.failed && reader.at < len && input.blobs < BLOBS)
		input.blob[input.blobs++] = read_bytes(&reader, (size_t)read_be(&reader, 4));
	err = verify_bundle(&input.octets, &how, &teller, &result, &why);
	if ((err != ERR_OK) != (why.text[0] != '\0') || (err == ERR_OK && how.key != NULL) ||
	    input.proved)
		abort();
	audit_all(&input);
	judge_all(&input);
	chains_read(&input);
	return 0;
}
