/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a bundle, made from the records of a ledger, live or not.  The same records under
 * the same checkpoint are the same files, octet for octet.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "reports/audit_refs.h"
#include "reports/bundle_part.h"

static void
keep_blob(void *arg, struct hash hash, const char *field)
{
	struct bundle_writer *writer = arg;

	(void)field;
	if (writer->err != ERR_OK || !hash_set_add(&writer->blobs, hash))
		return;
	if (writer->blobs.count > BUNDLE_BLOBS_MAX) {
		writer->err = why_set(writer->why, ERR_LIMIT,
		    "the range names more than %d blobs; export a shorter one", BUNDLE_BLOBS_MAX);
		return;
	}
	if (writer->blob_count == writer->blob_cap) {
		writer->blob_cap = writer->blob_cap > 0 ? 2 * writer->blob_cap : 256;
		writer->blob = memory_resize(writer->blob, writer->blob_cap, HASH_LEN);
	}
	writer->blob[writer->blob_count++] = hash;
}

static void
keep_value(void *arg, struct hash commitment, const char *field)
{
	struct bundle_writer *writer = arg;
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

/*
 * A CONFIG from outside the range is there for its plan; of the one in force at its end also the
 * files it names (packs, feeds, documents), by which it was judged.
 */
static void
keep_context_blobs(struct bundle_writer *writer, const struct record *record)
{
	struct record_walk walk;
	struct hash hash;

	if (record->kind != RECORD_CONFIG) {
		record_blobs(record, keep_blob, writer);
		return;
	}
	keep_blob(writer, record->config.plan, "plan");
	walk = record_walk_of(record->config.files);
	while (record->seq == writer->config && record_hashes_next(&walk, &hash))
		keep_blob(writer, hash, "files");
}

static bool
on_range(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct bundle_writer *writer = arg;

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
write_range(struct bundle_writer *writer)
{
	uint64_t from = writer->bundle.manifest.from, to = writer->bundle.manifest.to;
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
write_context(struct bundle_writer *writer)
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
		if (err == ERR_UNSUPPORTED)
			continue;	/* of a newer version: it names nothing that we know */
		if (err != ERR_OK)
			return err;
		record.seq = seq;
		keep_context_blobs(writer, &record);
		record_secrets(&record, keep_value, writer);
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
write_tree(struct bundle_writer *writer)
{
	struct hash_source source = ledger_hashes(writer->ledger);
	struct bundle *bundle = &writer->bundle;
	struct bundle_walk walk = { .bundle = bundle };
	struct bundle_step step;
	enum err err;

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
write_manifest(struct bundle_writer *writer)
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
	manifest.values = writer->values;
	bundle_manifest_write(&writer->file[BUNDLE_MANIFEST], &manifest);
}

static enum err
write_blob(const char *path, struct hash hash, struct bytes octets, struct why *why)
{
	char name[HASH_TEXT], below[HASH_TEXT + 8] = "blobs/", whole[PATH_TEXT_MAX];

	hash_text(hash, name);
	memcpy(below + 6, name, sizeof(name));
	if (!file_path(whole, sizeof(whole), path, below))
		return why_set(why, ERR_LIMIT, "%s: the path is too long", path);
	return file_write(whole, octets, 0644, why);
}

/* What the ledger no longer has is said in the MANIFEST, and shown by verify. */
static enum err
write_blobs(struct bundle_writer *writer, const char *path)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	struct buffer octets = { .max = BUFFER_MAX };
	enum err err = ERR_OK;

	if (writer->blob_count > 0)
		qsort(writer->blob, writer->blob_count, HASH_LEN, compare_hashes);
	manifest->withheld = memory_new(writer->blob_count, HASH_LEN);
	for (size_t i = 0; i < writer->blob_count && err == ERR_OK; i++) {
		err = ledger_blob(writer->ledger, writer->blob[i], &octets, writer->why);
		if (err == ERR_OK) {
			err = write_blob(path, writer->blob[i], bytes_of_buffer(&octets),
			    writer->why);
		} else if (err == ERR_NOT_FOUND) {
			manifest->withheld[manifest->withhelds++] = writer->blob[i];
			err = ERR_OK;
		}
	}
	for (size_t i = 0; i < manifest->documents && err == ERR_OK; i++)
		err = write_blob(path, manifest->document[i].hash, manifest->document[i].octets,
		    writer->why);
	for (size_t i = 0; manifest->sealed && i < manifest->documents && err == ERR_OK; i++)
		err = write_blob(path, manifest->document[i].seal,
		    manifest->document[i].seal_octets, writer->why);
	buffer_free(&octets);
	return err;
}

static enum err
write_files(struct bundle_writer *writer, const char *folder)
{
	enum err err = ERR_OK;
	char path[PATH_TEXT_MAX];

	/* The MANIFEST goes last: a folder without one is an export that was cut off. */
	for (int i = BUNDLE_FILE_COUNT - 1; i >= 0 && err == ERR_OK; i--) {
		if (writer->file[i].failed)
			return why_set(writer->why, ERR_LIMIT, "%s would have more than %d MiB; "
			    "export a shorter range", bundle_file_name((enum bundle_file)i),
			    BUFFER_MAX >> 20);
		if (!file_path(path, sizeof(path), folder,
		    bundle_file_name((enum bundle_file)i)))
			return why_set(writer->why, ERR_LIMIT, "%s: the path is too long", folder);
		err = file_write(path, bytes_of_buffer(&writer->file[i]), 0644, writer->why);
	}
	return err;
}

/* An export never mixes with what lies there already. */
enum err
bundle_folder_ready(const char *path, struct why *why)
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

static void
writer_empty(struct bundle_writer *writer)
{
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		if (i != BUNDLE_CHECKPOINT)
			buffer_reset(&writer->file[i]);
	hash_set_free(&writer->blobs);
	hash_set_free(&writer->secrets);
	buffer_reset(&writer->value_octets);
	free(writer->bundle.record);
	free(writer->bundle.cut);
	free(writer->bundle.cut_root);
	writer->bundle.record = NULL;
	writer->bundle.cut = NULL;
	writer->bundle.cut_root = NULL;
	writer->bundle.records = writer->bundle.cuts = 0;
	writer->blob_count = writer->values = 0;
}

enum err
bundle_writer_fill(struct bundle_writer *writer)
{
	const struct bundle_manifest *manifest = &writer->bundle.manifest;
	enum err err;

	writer_empty(writer);
	writer->bundle.record = memory_new((size_t)(manifest->to - manifest->from) +
	    manifest->contexts, sizeof(*writer->bundle.record));
	err = ledger_last(writer->ledger, RECORD_CONFIG, manifest->to, &writer->config,
	    writer->why);
	if (err == ERR_NOT_FOUND)
		writer->config = UINT64_MAX;
	else if (err != ERR_OK)
		return err;
	err = write_range(writer);
	if (err == ERR_OK)
		err = write_context(writer);
	for (size_t i = 0; i < writer->bundle.records; i++) {
		struct bundle_record *record = &writer->bundle.record[i];

		record->octets.at = writer->file[record->file].at + record->at;
	}
	if (writer->bundle.records > 0)
		qsort(writer->bundle.record, writer->bundle.records, sizeof(*writer->bundle.record),
		    compare_records);
	return err;
}

enum err
bundle_writer_save(struct bundle_writer *writer, const char *path)
{
	enum err err = write_tree(writer);

	if (err == ERR_OK)
		err = write_blobs(writer, path);
	if (err == ERR_OK) {
		write_manifest(writer);
		err = write_files(writer, path);
	}
	return err;
}

void
bundle_writer_free(struct bundle_writer *writer)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;

	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		buffer_free(&writer->file[i]);
	hash_set_free(&writer->blobs);
	hash_set_free(&writer->secrets);
	buffer_free(&writer->value_octets);
	free(writer->blob);
	free(writer->value);
	/* Claims and documents are the order's. */
	manifest->claim = NULL;
	manifest->document = NULL;
	bundle_free(&writer->bundle);
}
