/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole bundle from a stranger.  The input is its six files and up to sixteen blobs, each after
 * its length in four octets; blobs are found by their hash, as in a folder.  Whatever comes, it is
 * refused with a sentence or judged to its end, and a key nobody has signed with is never proved.
 * The records are also audited as they are, since no mutation finds its way through a hash.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "reports/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { BLOBS = 16 };

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
	return 0;
}
