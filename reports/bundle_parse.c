/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle's files taken apart: counts, sequences and sizes must fit each other exactly. */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "reports/bundle.h"

const char *
bundle_file_name(enum bundle_file file)
{
	static const char *const names[BUNDLE_FILE_COUNT] = {
#define X(NAME, name) [BUNDLE_##NAME] = name,
		BUNDLE_FILES(X)
#undef X
	};

	return (unsigned)file < BUNDLE_FILE_COUNT ? names[file] : "?";
}

/* The CBOR sequence (RFC 8742) of one file into records with the numbers the MANIFEST gives. */
static enum err
sequence_split(struct bundle *bundle, enum bundle_file file, size_t wanted, struct why *why)
{
	struct cbor in = cbor_of(bundle->octets.file[file], true);
	const char *name = bundle_file_name(file);
	size_t found = 0;

	while (in.at < in.in.len) {
		size_t at = in.at;
		struct bytes octets = cbor_raw(&in);

		if (in.err != ERR_OK)
			return why_at(why, in.err, at, "%s: the record at octet %zu cannot be "
			    "read, at octet %zu: %s", name, at, in.at, err_text(in.err));
		if (octets.len > RECORD_MAX)
			return why_at(why, ERR_LIMIT, at, "%s: the record at octet %zu has %zu "
			    "octets; %d are allowed", name, at, octets.len, RECORD_MAX);
		if (found == wanted)
			return why_at(why, ERR_MALFORMED, at, "%s: there is a record too many at "
			    "octet %zu; the MANIFEST speaks of %zu", name, at, wanted);
		bundle->record[bundle->records++] = (struct bundle_record){
			.seq = file == BUNDLE_RECORDS ? bundle->manifest.from + found :
			    bundle->manifest.context[found],
			.octets = octets, .file = file, .at = at };
		found++;
	}
	if (found < wanted)
		return why_at(why, ERR_TRUNCATED, in.at, "%s: it ends at octet %zu after %zu "
		    "records; the MANIFEST speaks of %zu", name, in.at, found, wanted);
	return ERR_OK;
}

static int
compare_records(const void *a, const void *b)
{
	const struct bundle_record *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum err
checkpoint_take(struct bundle *bundle, struct why *why)
{
	enum err err = note_read(bundle->octets.file[BUNDLE_CHECKPOINT], &bundle->note, why);

	if (err == ERR_OK)
		err = checkpoint_read(bundle->note.text, &bundle->checkpoint, why);
	if (err != ERR_OK)
		return why_in(why, "checkpoint"), err;
	if (bundle->checkpoint.size != bundle->manifest.size)
		return why_set(why, ERR_MISMATCH, "checkpoint: it is of %" PRIu64 " records, the "
		    "MANIFEST "
		    "speaks of %" PRIu64 ": another checkpoint was put in its place",
		    bundle->checkpoint.size, bundle->manifest.size);
	return ERR_OK;
}

enum err
bundle_parse(struct bundle *bundle, const struct bundle_octets *octets, struct why *why)
{
	enum err err;
	uint64_t range;

	*bundle = (struct bundle){ .octets = *octets };
	err = bundle_manifest_read(octets->file[BUNDLE_MANIFEST], &bundle->manifest, why);
	if (err == ERR_OK)
		err = checkpoint_take(bundle, why);
	if (err != ERR_OK)
		return err;
	/* A record takes an octet at least, so a short file cannot make us reserve much. */
	range = bundle->manifest.to - bundle->manifest.from;
	if (range > octets->file[BUNDLE_RECORDS].len)
		return why_at(why, ERR_TRUNCATED, octets->file[BUNDLE_RECORDS].len, "records.cbor: "
		    "its %zu "
		    "octets cannot hold the %" PRIu64 " records the MANIFEST speaks of",
		    octets->file[BUNDLE_RECORDS].len, range);
	bundle->record = memory_new((size_t)range + bundle->manifest.contexts,
	    sizeof(*bundle->record));
	err = sequence_split(bundle, BUNDLE_RECORDS, (size_t)range, why);
	if (err == ERR_OK)
		err = sequence_split(bundle, BUNDLE_CONTEXT, bundle->manifest.contexts, why);
	if (err != ERR_OK)
		return err;
	qsort(bundle->record, bundle->records, sizeof(*bundle->record), compare_records);
	return bundle_cuts(bundle, why);
}

void
bundle_free(struct bundle *bundle)
{
	bundle_manifest_free(&bundle->manifest);
	free(bundle->record);
	free(bundle->cut);
	free(bundle->cut_root);
	*bundle = (struct bundle){ 0 };
}

const struct bundle_record *
bundle_find(const struct bundle *bundle, uint64_t seq)
{
	size_t low = 0, high = bundle->records;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bundle->record[middle].seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low < bundle->records && bundle->record[low].seq == seq ? &bundle->record[low] :
	    NULL;
}
