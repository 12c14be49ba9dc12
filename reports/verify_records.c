/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to the audit.  Of those from before the range it is told what says how things stood
 * when the range began; the others only have to be canonical, with their blobs as they were.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/audit_refs.h"
#include "reports/verify_part.h"

static void
add_hash(void *arg, struct hash hash, const char *field)
{
	(void)field;
	hash_set_add(arg, hash);
}

/* --- blobs the audit does not ask for ----------------------------------------------------- */

struct blob_need { struct verifying *v; uint64_t seq; };

static void
blob_must(void *arg, struct hash hash, const char *field)
{
	struct blob_need *need = arg;
	struct verifying *v = need->v;
	struct buffer octets = { .max = BUFFER_MAX };
	struct why why = { .err = ERR_OK };
	char text[HASH_TEXT];
	enum err err;

	if (v->refused || hash_is_zero(hash) || !hash_set_add(&v->named, hash))
		return;
	err = verify_blob(v, hash, &octets, &why);
	hash_text(hash, text);
	v->refused = true;
	if (err != ERR_OK && err != ERR_DENIED)
		why_set(v->why, ERR_UNTRUSTED, "blob %s, named by record %llu (%s), cannot be had: "
		    "%.160s", text, (unsigned long long)need->seq, field, why.text);
	else if (err == ERR_OK && !hash_equal(hash_of(bytes_of_buffer(&octets)), hash))
		why_set(v->why, ERR_UNTRUSTED, "blob %s, named by record %llu (%s), does not have "
		    "that hash", text, (unsigned long long)need->seq, field);
	else
		v->refused = false;
	buffer_free(&octets);
}

/* Of the CONFIG in force the files, by which it was judged; of others the plan alone. */
static void
config_blobs(struct verifying *v, const struct record *record)
{
	struct blob_need need = { v, record->seq };
	struct record_walk walk = record_walk_of(record->config.files);
	struct hash hash;

	blob_must(&need, record->config.plan, "plan");
	while (v->bundle.manifest.version > 1 && record->seq == v->config &&
	    record_hashes_next(&walk, &hash))
		blob_must(&need, hash, "files");
}

/* --- context ------------------------------------------------------------------------------ */

/* The newest word before the range: the plan, and of each worker that it was there or not. */
struct standing {
	uint64_t config;
	uint64_t self[WORKER_MAX], gap[WORKER_MAX], gap_all;
};

static void
standing_find(const struct verifying *v, struct standing *out)
{
	const struct bundle *bundle = &v->bundle;

	memset(out, 0xff, sizeof(*out));
	for (size_t i = 0; i < bundle->records && bundle->record[i].seq < bundle->manifest.from;
	    i++) {
		const struct bundle_record *at = &bundle->record[i];
		struct record record;

		if (record_decode(at->octets, &record, NULL) != ERR_OK)
			continue;
		if (record.kind == RECORD_CONFIG)
			out->config = at->seq;
		if (record.kind == RECORD_SELF && record.role == ROLE_WORKER &&
		    record.index < WORKER_MAX)
			out->self[record.index] = at->seq;
		if (record.kind == RECORD_GAP && record.gap.role == ROLE_WORKER &&
		    record.gap.index < WORKER_MAX)
			out->gap[record.gap.index] = at->seq;
		if (record.kind == RECORD_GAP && (record.gap.role == ROLE_SUPERVISOR ||
		    record.gap.role == ROLE_LEDGER))
			out->gap_all = at->seq;
	}
}

/* SELF, GAP and CONFIG that newer ones have overtaken say nothing about how the range began. */
static bool
is_overtaken(const struct verifying *v, const struct standing *standing,
    const struct record *record)
{
	if (record->seq >= v->bundle.manifest.from)
		return false;
	switch (record->kind) {
	case RECORD_CONFIG:
		return record->seq != standing->config;
	case RECORD_SELF:
		return record->role == ROLE_WORKER && record->index < WORKER_MAX &&
		    record->seq != standing->self[record->index];
	case RECORD_GAP:
		return record->gap.role == ROLE_WORKER && record->gap.index < WORKER_MAX ?
		    record->seq != standing->gap[record->gap.index] :
		    record->seq != standing->gap_all;
	default:
		return false;
	}
}

static enum err
context_record(struct verifying *v, const struct standing *standing,
    const struct bundle_record *at)
{
	struct why why = { .err = ERR_OK };
	struct record record;
	enum err err = record_check(at->octets, &record, &why);

	record.seq = at->seq;
	if (err != ERR_OK || !is_overtaken(v, standing, &record)) {
		audit_context(v->audit, at->seq, at->octets);
	} else if (!record_times_sane(&record)) {
		v->refused = true;
		why_at(v->why, ERR_UNTRUSTED, at->at, "%s: record %llu, from before the range, is "
		    "no canonical record: it holds a time that no clock shows",
		    bundle_file_name(at->file), (unsigned long long)at->seq);
	}
	if (err != ERR_OK || v->refused)
		return v->refused ? v->why->err : ERR_OK;
	if (record.kind == RECORD_CONFIG)
		config_blobs(v, &record);
	else
		record_blobs(&record, add_hash, &v->named);
	if (v->bundle.manifest.version > 1)
		record_secrets(&record, add_hash, &v->secrets);
	return v->refused ? v->why->err : ERR_OK;
}

/* All of one bundle are of an exercise, or none is: no ledger mixes them. */
static bool
drill_same(struct verifying *v, const struct bundle_record *at)
{
	struct record record;
	enum err err = record_decode(at->octets, &record, NULL);

	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return true;
	if (at == v->bundle.record)
		v->drill = record.drill;
	if (record.drill == v->drill)
		return true;
	v->refused = true;
	why_at(v->why, ERR_UNTRUSTED, at->at, "%s: record %llu is %s an exercise, and those before "
	    "it are not so: no ledger holds both", bundle_file_name(at->file),
	    (unsigned long long)at->seq, record.drill ? "of" : "not of");
	return false;
}

/* --- all of them -------------------------------------------------------------------------- */

static void
config_find(struct verifying *v)
{
	v->config = UINT64_MAX;
	for (size_t i = v->bundle.records; i > 0 && v->config == UINT64_MAX; i--) {
		const struct bundle_record *at = &v->bundle.record[i - 1];
		struct record record;

		if (at->seq < v->bundle.manifest.to &&
		    record_decode(at->octets, &record, NULL) == ERR_OK &&
		    record.kind == RECORD_CONFIG)
			v->config = at->seq;
	}
}

enum err
verify_records(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct standing standing;

	config_find(v);
	standing_find(v, &standing);
	for (size_t i = 0; i < v->bundle.records && !v->refused; i++) {
		const struct bundle_record *at = &v->bundle.record[i];
		struct record record;

		if (!drill_same(v, at))
			return v->why->err;
		if (at->seq < manifest->from || at->seq >= manifest->to) {
			enum err err = context_record(v, &standing, at);

			if (err != ERR_OK)
				return err;
			continue;
		}
		audit_record(v->audit, at->seq, at->octets, NULL);
		if (record_decode(at->octets, &record, NULL) == ERR_OK) {
			record_blobs(&record, add_hash, &v->named);
			record_secrets(&record, add_hash, &v->secrets);
		}
	}
	/* That the signed tree continues the range was shown by reading the tree file. */
	audit_checkpoint_later(v->audit, v->bundle.octets.file[BUNDLE_CHECKPOINT], NULL);
	audit_end(v->audit);
	return v->refused ? v->why->err : ERR_OK;
}
