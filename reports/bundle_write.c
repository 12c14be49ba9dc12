/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Export: reads a range of a ledger, live or not, and writes the files a stranger needs.  The
 * same range under the same checkpoint is the same bundle, octet for octet.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "reports/audit_refs.h"
#include "reports/audit_set.h"
#include "reports/bundle.h"

/* A value behind a commitment, where it lies in the writer's buffer. */
struct bundle_value { struct hash commitment; size_t at, salt, len; };

struct writer {
	struct ledger             *ledger;
	const struct bundle_order *order;
	const char                *path;
	struct bundle              bundle;	/* its records point into file[] */
	struct buffer              file[BUNDLE_FILE_COUNT];
	struct hash_set            blobs, secrets;
	struct hash               *withheld;
	size_t                     withhelds;
	struct bundle_value       *value;
	size_t                     values, value_cap;
	struct buffer              value_octets;
	enum err                   err;		/* of a callback */
	struct why                *why;
};

static void
keep_blob(void *arg, struct hash hash, const char *field)
{
	struct writer *writer = arg;
	char name[HASH_TEXT], path[PATH_TEXT_MAX];
	struct buffer octets = { .max = BUFFER_MAX };

	(void)field;
	if (writer->err != ERR_OK || !hash_set_add(&writer->blobs, hash))
		return;
	if (writer->blobs.count > BUNDLE_BLOBS_MAX) {
		writer->err = why_set(writer->why, ERR_LIMIT,
		    "the range names more than %d blobs; export a shorter one", BUNDLE_BLOBS_MAX);
		return;
	}
	hash_text(hash, name);
	writer->err = ledger_blob(writer->ledger, hash, &octets, writer->why);
	if (writer->err == ERR_NOT_FOUND) {
		/* The ledger no longer has it: said in the MANIFEST, shown by verify. */
		writer->withheld = memory_resize(writer->withheld, writer->withhelds + 1, HASH_LEN);
		writer->withheld[writer->withhelds++] = hash;
		writer->err = ERR_OK;
	} else if (writer->err == ERR_OK) {
		struct buffer below = { 0 };

		buffer_print(&below, "blobs/%s", name);
		writer->err = file_path(path, sizeof(path), writer->path, buffer_text(&below)) ?
		    file_write(path, bytes_of_buffer(&octets), 0644, writer->why) :
		    why_set(writer->why, ERR_LIMIT, "%s: the path is too long", writer->path);
		buffer_free(&below);
	}
	buffer_free(&octets);
}

static void
keep_value(void *arg, struct hash commitment, const char *field)
{
	struct writer *writer = arg;
	struct buffer salt = { .max = BLOB_MAX }, value = { .max = BLOB_MAX };
	enum err err;

	(void)field;
	if (writer->err != ERR_OK || !hash_set_add(&writer->secrets, commitment) ||
	    writer->order->withhold)
		return;
	err = ledger_value(writer->ledger, commitment, &salt, &value, writer->why);
	if (err == ERR_OK && salt.len == BUNDLE_SALT) {
		if (writer->values == writer->value_cap) {
			writer->value_cap = writer->value_cap > 0 ? 2 * writer->value_cap : 256;
			writer->value = memory_resize(writer->value, writer->value_cap,
			    sizeof(*writer->value));
		}
		writer->value[writer->values++] = (struct bundle_value){ .commitment = commitment,
		    .at = writer->value_octets.len, .salt = salt.len, .len = value.len };
		buffer_put(&writer->value_octets, salt.at, salt.len);
		buffer_put(&writer->value_octets, value.at, value.len);
	} else if (err != ERR_OK && err != ERR_NOT_FOUND) {
		writer->err = err;
	}
	buffer_free(&salt);
	buffer_free(&value);
}

/* A CONFIG from before the range is there for its plan; the files it names stay away. */
static void
keep_context_blobs(struct writer *writer, const struct record *record)
{
	if (record->kind == RECORD_CONFIG)
		keep_blob(writer, record->config.plan, "plan");
	else
		record_blobs(record, keep_blob, writer);
}

static bool
on_range(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct writer *writer = arg;

	if (err != ERR_OK && err != ERR_UNSUPPORTED) {
		writer->err = why_set(writer->why, err, "record %" PRIu64 " of the ledger is "
		    "damaged; \"sekimori ledger audit\" says how", record->seq);
		return false;
	}
	writer->bundle.record[writer->bundle.records++] = (struct bundle_record){
	    .seq = record->seq, .file = BUNDLE_RECORDS, .at = writer->file[BUNDLE_RECORDS].len,
	    .octets = bytes_of(NULL, raw.len) };
	buffer_put(&writer->file[BUNDLE_RECORDS], raw.at, raw.len);
	if (err == ERR_OK) {
		record_blobs(record, keep_blob, writer);
		record_secrets(record, keep_value, writer);
	}
	return writer->err == ERR_OK && !writer->file[BUNDLE_RECORDS].failed;
}

static enum err
write_range(struct writer *writer)
{
	uint64_t from = writer->order->from, to = writer->order->to;
	enum err err = ledger_scan(writer->ledger, from, to, on_range, writer, writer->why);

	if (err == ERR_OK)
		err = writer->err;
	if (writer->file[BUNDLE_RECORDS].failed)
		return why_set(writer->why, ERR_LIMIT, "the range has more than %d MiB of records; "
		    "export a shorter one", BUFFER_MAX >> 20);
	if (err == ERR_OK && writer->bundle.records != to - from)
		return why_set(writer->why, ERR_NOT_FOUND, "the ledger gave %zu of the %" PRIu64
		    " records of the range", writer->bundle.records, to - from);
	return err;
}

static enum err
write_context(struct writer *writer)
{
	for (size_t i = 0; i < writer->bundle.manifest.contexts; i++) {
		uint64_t seq = writer->bundle.manifest.context[i];
		struct record record;
		struct bytes raw;
		enum err err = ledger_bytes(writer->ledger, seq, &raw, writer->why);

		if (err != ERR_OK)
			return err;
		writer->bundle.record[writer->bundle.records++] = (struct bundle_record){
		    .seq = seq,
		    .file = BUNDLE_CONTEXT, .at = writer->file[BUNDLE_CONTEXT].len,
		    .octets = bytes_of(NULL, raw.len) };
		buffer_put(&writer->file[BUNDLE_CONTEXT], raw.at, raw.len);
		err = record_decode(bytes_slice(bytes_of_buffer(&writer->file[BUNDLE_CONTEXT]),
		    writer->bundle.record[writer->bundle.records - 1].at, raw.len), &record,
		    writer->why);
		if (err != ERR_OK)
			return err;
		keep_context_blobs(writer, &record);
		if (writer->err != ERR_OK)
			return writer->err;
	}
	return ERR_OK;
}

static int
compare_records(const void *a, const void *b)
{
	const struct bundle_record *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum err
write_tree(struct writer *writer)
{
	struct hash_source source = ledger_hashes(writer->ledger);
	struct bundle *bundle = &writer->bundle;
	struct bundle_walk walk = { .bundle = bundle };
	struct bundle_step step;
	enum err err;

	for (size_t i = 0; i < bundle->records; i++) {
		struct bundle_record *record = &bundle->record[i];

		record->octets.at = writer->file[record->file].at + record->at;
	}
	qsort(bundle->record, bundle->records, sizeof(*bundle->record), compare_records);
	err = bundle_cuts(bundle, writer->why);
	while (err == ERR_OK && bundle_walk_next(&walk, &step)) {
		struct hash hash;

		if (!source.get(source.arg, step.level, step.at >> step.level, &hash))
			return why_set(writer->why, ERR_NOT_FOUND, "the ledger's tree has no hash "
			    "for the "
			    "subtree of height %u at record %" PRIu64, step.level, step.at);
		buffer_put(&writer->file[BUNDLE_TREE], hash.at, HASH_LEN);
	}
	return err;
}

static int
compare_values(const void *a, const void *b)
{
	return memcmp(((const struct bundle_value *)a)->commitment.at,
	    ((const struct bundle_value *)b)->commitment.at, HASH_LEN);
}

static int
compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

static void
write_manifest(struct writer *writer)
{
	struct bundle_manifest manifest = writer->bundle.manifest;

	if (writer->values > 0)
		qsort(writer->value, writer->values, sizeof(*writer->value), compare_values);
	for (size_t i = 0; i < writer->values; i++) {
		const struct bundle_value *value = &writer->value[i];
		struct bytes all = bytes_of_buffer(&writer->value_octets);

		cbor_put_array(&writer->file[BUNDLE_VALUES], 2);
		cbor_put_bytes(&writer->file[BUNDLE_VALUES], bytes_slice(all, value->at,
		    value->salt));
		cbor_put_bytes(&writer->file[BUNDLE_VALUES],
		    bytes_slice(all, value->at + value->salt, value->len));
	}
	if (writer->withhelds > 0)
		qsort(writer->withheld, writer->withhelds, HASH_LEN, compare_hashes);
	manifest.withheld = writer->withheld;
	manifest.withhelds = writer->withhelds;
	manifest.values = writer->values;
	manifest.claim = (struct bundle_claim *)writer->order->claim;
	manifest.claims = writer->order->claims;
	bundle_manifest_write(&writer->file[BUNDLE_MANIFEST], &manifest);
}

static enum err
write_files(struct writer *writer)
{
	enum err err = ERR_OK;
	char path[PATH_TEXT_MAX];

	/* The MANIFEST goes last: a folder without one is an export that was cut off. */
	for (int i = BUNDLE_FILE_COUNT - 1; i >= 0 && err == ERR_OK; i--) {
		if (writer->file[i].failed)
			return why_set(writer->why, ERR_LIMIT, "%s would have more than %d MiB; "
			    "export a shorter range", bundle_file_name((enum bundle_file)i),
			    BUFFER_MAX >> 20);
		if (!file_path(path, sizeof(path), writer->path,
		    bundle_file_name((enum bundle_file)i)))
			return why_set(writer->why, ERR_LIMIT, "%s: the path is too long",
			    writer->path);
		err = file_write(path, bytes_of_buffer(&writer->file[i]), 0644, writer->why);
	}
	return err;
}

/* An export never mixes with what lies there already. */
static enum err
folder_ready(const char *path, struct why *why)
{
	char blobs[PATH_TEXT_MAX];
	struct dirent *entry;
	DIR *dir;
	enum err err = file_folder(path, 0755, why);

	if (err != ERR_OK)
		return err;
	dir = opendir(path);
	if (dir == NULL)
		return why_set(why, ERR_IO, "%s: it cannot be listed", path);
	while (err == ERR_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			err = why_set(why, ERR_INVALID, "%s: the folder is not empty; name a new "
			    "one", path);
	closedir(dir);
	if (err == ERR_OK && !file_path(blobs, sizeof(blobs), path, "blobs"))
		err = why_set(why, ERR_LIMIT, "%s: the path is too long", path);
	return err == ERR_OK ? file_folder(blobs, 0755, why) : err;
}

/* Records that claims cite come along, wherever they are. */
static enum err
add_cited(struct writer *writer, uint64_t newest)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;

	for (size_t i = 0; i < writer->order->claims; i++) {
		const struct bundle_claim *claim = &writer->order->claim[i];

		for (size_t j = 0; j < claim->count; j++) {
			uint64_t seq = claim->cites[j];
			size_t at = 0;

			while (at < manifest->contexts && manifest->context[at] < seq)
				at++;
			if ((seq >= manifest->from && seq < manifest->to) ||
			    (at < manifest->contexts && manifest->context[at] == seq))
				continue;
			if (seq >= newest || manifest->contexts == BUNDLE_CONTEXT_MAX)
				return why_set(writer->why, ERR_LIMIT, "record %" PRIu64 ", which "
				    "a claim cites, is not yet signed, or one too many", seq);
			memmove(&manifest->context[at + 1], &manifest->context[at],
			    (manifest->contexts - at) * sizeof(seq));
			manifest->context[at] = seq;
			manifest->contexts++;
		}
	}
	return ERR_OK;
}

/* The oldest checkpoint under which the range and its anchors lie, else the newest there is. */
static enum err
choose_checkpoint(struct writer *writer)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	uint64_t newest, need = writer->order->to;
	struct buffer *note = &writer->file[BUNDLE_CHECKPOINT];
	enum err err = ledger_checkpoint(writer->ledger, UINT64_MAX, &newest, note, writer->why);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && newest < need))
		return why_set(writer->why, ERR_NOT_FOUND, "no signed checkpoint covers the range "
		    "yet: %"
		    PRIu64 " records are signed; export up to there, or wait for the signer",
		    err == ERR_OK ? newest : 0);
	if (err == ERR_OK)
		err = bundle_context(writer->ledger, manifest->from, manifest->to, newest,
		    &manifest->context, &manifest->contexts, writer->why);
	if (err == ERR_OK)
		err = add_cited(writer, newest);
	if (err != ERR_OK)
		return err;
	if (manifest->contexts > 0 && manifest->context[manifest->contexts - 1] >= need)
		need = manifest->context[manifest->contexts - 1] + 1;
	buffer_reset(note);
	return ledger_checkpoint_after(writer->ledger, need, &manifest->size, note, writer->why);
}

static enum err
range_check(struct ledger *ledger, const struct bundle_order *order, struct why *why)
{
	if (order->from >= order->to || order->to > ledger_size(ledger))
		return why_set(why, ERR_INVALID, "there are no records from %" PRIu64 " to %" PRIu64
		    "; the ledger has %" PRIu64, order->from, order->to, ledger_size(ledger));
	if (order->from < ledger_first(ledger))
		return why_set(why, ERR_NOT_FOUND, "records before %" PRIu64 " were pruned; export "
		    "from there", ledger_first(ledger));
	if (order->to - order->from > BUNDLE_RECORDS_MAX)
		return why_set(why, ERR_LIMIT, "the range has %" PRIu64 " records, a bundle holds "
		    "%d; export a shorter one", order->to - order->from, BUNDLE_RECORDS_MAX);
	return ERR_OK;
}

static void
writer_free(struct writer *writer)
{
	struct bundle *bundle = &writer->bundle;

	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		buffer_free(&writer->file[i]);
	hash_set_free(&writer->blobs);
	hash_set_free(&writer->secrets);
	buffer_free(&writer->value_octets);
	free(writer->withheld);
	free(writer->value);
	bundle_free(bundle);
}

enum err
bundle_export(struct ledger *ledger, const struct bundle_order *order, const char *path,
    struct why *why)
{
	struct writer writer = { .ledger = ledger, .order = order, .path = path, .why = why };
	enum err err = range_check(ledger, order, why);

	writer.bundle.manifest.from = order->from;
	writer.bundle.manifest.to = order->to;
	if (err == ERR_OK)
		err = folder_ready(path, why);
	if (err == ERR_OK)
		err = choose_checkpoint(&writer);
	if (err == ERR_OK) {
		writer.bundle.record = memory_new((size_t)(order->to - order->from) +
		    writer.bundle.manifest.contexts, sizeof(*writer.bundle.record));
		err = write_range(&writer);
	}
	if (err == ERR_OK)
		err = write_context(&writer);
	if (err == ERR_OK)
		err = write_tree(&writer);
	if (err == ERR_OK) {
		write_manifest(&writer);
		err = write_files(&writer);
	}
	writer_free(&writer);
	return err;
}
