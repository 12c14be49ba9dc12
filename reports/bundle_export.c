/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Export: which records, under which checkpoint.  A filing's bundle is judged by the same code as
 * a stranger will use, before anything is written; where verdicts cannot be reached, records from
 * further back are added until they can, or there are no more.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "monitor/replay/replay.h"
#include "reports/bundle_part.h"
#include "reports/rejudge_bundle.h"

enum {
	LOOK_BACK = 4096,		/* records before the range that are looked at first */
	ENDS_MAX  = 3			/* times all records are */
};

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

static enum err
claims_check(const struct bundle_order *order, struct why *why)
{
	size_t cites = 0;

	for (size_t i = 0; i < order->claims; i++)
		cites += order->claim[i].count;
	if (order->claims > BUNDLE_CLAIMS_MAX || cites > BUNDLE_CITES_MAX)
		return why_set(why, ERR_LIMIT, "the filing makes %zu claims that cite %zu records; "
		    "%d and %d are the most", order->claims, cites, BUNDLE_CLAIMS_MAX,
		    BUNDLE_CITES_MAX);
	if (order->documents > BUNDLE_DOCUMENTS_MAX)
		return why_set(why, ERR_LIMIT, "a filing has at most %d documents",
		    BUNDLE_DOCUMENTS_MAX);
	for (size_t i = 0; i < order->documents; i++) {
		const struct bundle_document *document = &order->document[i];

		if (hash_is_zero(document->seal) != hash_is_zero(order->document[0].seal) ||
		    (!hash_is_zero(document->seal) &&
		    !hash_equal(hash_of(document->seal_octets), document->seal)))
			return why_set(why, ERR_INVALID, "document %zu of the filing has no seal, "
			    "unlike others, or not the one it is given with", i + 1);
		if (!bundle_name_good(document->name) ||
		    !hash_equal(hash_of(document->octets), document->hash))
			return why_set(why, ERR_INVALID, "document %zu of the filing has a name "
			    "that cannot be a file's, or not the hash it is given with", i + 1);
		for (size_t j = 0; j < i; j++)
			if (bundle_name_same(order->document[j].name, document->name))
				return why_set(why, ERR_INVALID, "two documents of the filing are "
				    "called %.*s", (int)document->name.len,
				    (const char *)document->name.at);
	}
	return ERR_OK;
}

/* The newest checkpoint there is covers so many records. */
static enum err
signed_size(struct bundle_writer *writer, uint64_t need, uint64_t *size)
{
	struct buffer *note = &writer->file[BUNDLE_CHECKPOINT];
	enum err err = ledger_checkpoint(writer->ledger, UINT64_MAX, size, note, writer->why);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && *size < need))
		return why_set(writer->why, ERR_NOT_FOUND, "no signed checkpoint covers the %"
		    PRIu64 " records that are needed yet: %" PRIu64 " records are signed; "
		    "export up to there, or wait for the signer", need, err == ERR_OK ? *size : 0);
	return err;
}

/* Context and cited records become the manifest's; the oldest checkpoint over all of them. */
static enum err
context_take(struct bundle_writer *writer, struct bundle_list *list, uint64_t newest)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	struct buffer *note = &writer->file[BUNDLE_CHECKPOINT];
	uint64_t need = manifest->to;

	for (size_t i = 0; i < writer->order->claims; i++) {
		const struct bundle_claim *claim = &writer->order->claim[i];

		for (size_t j = 0; j < claim->count; j++) {
			if (claim->cites[j] >= newest)
				return why_set(writer->why, ERR_LIMIT, "record %" PRIu64 ", which "
				    "a claim cites, is not yet signed", claim->cites[j]);
			bundle_list_add(list, claim->cites[j]);
		}
	}
	bundle_list_sort(list, manifest->from, manifest->to);
	if (list->count > BUNDLE_CONTEXT_MAX)
		return why_set(writer->why, ERR_LIMIT, "%zu records from outside the range are "
		    "cited or needed to judge it, a bundle holds %d; let the range begin earlier",
		    list->count, BUNDLE_CONTEXT_MAX);
	free(manifest->context);
	manifest->contexts = list->count;
	manifest->context = list->seq;
	*list = (struct bundle_list){ .seq = NULL };
	if (manifest->contexts > 0 && manifest->context[manifest->contexts - 1] >= need)
		need = manifest->context[manifest->contexts - 1] + 1;
	buffer_reset(note);
	return ledger_checkpoint_after(writer->ledger, need, &manifest->size, note, writer->why);
}

static struct bundle_writer
writer_of(struct ledger *ledger, const struct bundle_order *order, struct why *why)
{
	struct bundle_writer writer = { .ledger = ledger, .order = order, .why = why };
	struct bundle_manifest *manifest = &writer.bundle.manifest;

	manifest->version = 2;
	manifest->from = order->from;
	manifest->to = order->to;
	manifest->at_ms = order->at_ms;
	/* The order's, read only: bundle_writer_free() lets go of them. */
	manifest->claim = (struct bundle_claim *)(uintptr_t)order->claim;
	manifest->claims = order->claims;
	manifest->document = (struct bundle_document *)(uintptr_t)order->document;
	manifest->documents = order->documents;
	manifest->sealed = order->documents > 0 && !hash_is_zero(order->document[0].seal);
	return writer;
}

enum err
bundle_export(struct ledger *ledger, const struct bundle_order *order, const char *path,
    struct why *why)
{
	struct bundle_writer writer = writer_of(ledger, order, why);
	struct bundle_list list = { .seq = NULL };
	uint64_t newest = 0;
	enum err err = range_check(ledger, order, why);

	if (err == ERR_OK)
		err = claims_check(order, why);
	if (err == ERR_OK)
		err = bundle_folder_ready(path, why);
	if (err == ERR_OK)
		err = signed_size(&writer, order->to, &newest);
	if (err == ERR_OK)
		err = bundle_context(ledger, order->from, order->to, newest, &list.seq,
		    &list.count, why);
	list.cap = list.count;
	if (err == ERR_OK)
		err = context_take(&writer, &list, newest);
	if (err == ERR_OK)
		err = bundle_writer_fill(&writer);
	if (err == ERR_OK)
		err = bundle_writer_save(&writer, path);
	bundle_list_free(&list);
	bundle_writer_free(&writer);
	return err;
}

/* --- filings ------------------------------------------------------------------------------ */

enum err
bundle_filing_from(struct ledger *ledger, uint64_t to, uint64_t *from, struct why *why)
{
	struct record record;
	enum err err;

	*from = 0;
	if (to == 0 || to > ledger_size(ledger))
		return why_set(why, ERR_INVALID, "the ledger has %" PRIu64 " records, not %" PRIu64,
		    ledger_size(ledger), to);
	err = ledger_read(ledger, to - 1, &record, why);
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return err;
	err = ledger_size_at(ledger, record.recorded_ms - RUN_MS - 1, from, why);
	if (*from < ledger_first(ledger))
		*from = ledger_first(ledger);
	if (*from >= to)
		*from = to - 1;
	return err;
}

bool
bundle_seals_named(const struct bundle_manifest *manifest, const struct record_filing *filing)
{
	struct record_walk walk = record_walk_of(filing->seals);
	struct hash hash;
	size_t i = 0;

	while (record_hashes_next(&walk, &hash)) {
		if (!manifest->sealed || i == manifest->documents ||
		    !hash_equal(hash, manifest->document[i].seal))
			return false;
		i++;
	}
	return i == 0 || i == manifest->documents;
}

/* The first FILING behind the records it speaks for that names these claims. */
static enum err
filing_find(struct bundle_writer *writer)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	const struct bundle_claims claims = { .at_ms = manifest->at_ms,
	    .document = manifest->document, .documents = manifest->documents,
	    .claim = manifest->claim, .claims = manifest->claims };
	struct hash ours = bundle_claims_hash(&claims);
	uint64_t seq, at = manifest->to;
	enum err err;

	while ((err = ledger_next(writer->ledger, RECORD_FILING, at, &seq, writer->why)) ==
	    ERR_OK) {
		struct record record;

		err = ledger_read(writer->ledger, seq, &record, writer->why);
		if (err != ERR_OK)
			return err;
		if (hash_equal(record.filing.claims, ours) && record.filing.size == manifest->to &&
		    record.recorded_ms >= manifest->at_ms &&
		    bundle_seals_named(manifest, &record.filing)) {
			manifest->filed = true;
			manifest->filing = seq;
			return ERR_OK;
		}
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

struct blobs { struct ledger *ledger; const struct hash_set *named; };

/* A stranger has the blobs of the bundle, no others. */
static enum err
blob_named(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct blobs *blobs = arg;

	if (!hash_set_has(blobs->named, hash))
		return why_set(why, ERR_NOT_FOUND, "no record of the bundle names that blob");
	return ledger_blob(blobs->ledger, hash, out, why);
}

struct exporting {
	struct bundle_writer *writer;
	const struct state   *state;	/* as believed at "to" */
	uint64_t              newest;	/* signed records */
	size_t                differ;	/* verdicts the bundle does not lead to, ... */
	size_t                fixable;	/* ... though all records do */
};

/* Notes which verdicts do not follow from what the bundle holds. */
static void
claims_judge(struct exporting *e, const struct state *seen)
{
	struct bundle_manifest *manifest = &e->writer->bundle.manifest;
	struct rejudge *here = rejudge_new(seen, manifest->from);
	struct rejudge *all = rejudge_new(e->state, manifest->from);

	free(manifest->asserted);
	manifest->asserted = memory_new(manifest->claims, sizeof(*manifest->asserted));
	manifest->asserteds = e->fixable = 0;
	for (size_t i = 0; i < manifest->claims; i++) {
		const struct bundle_claim *claim = &manifest->claim[i];
		struct rejudged out;

		if (claim->control.len == 0)
			continue;
		rejudge_claim(here, claim, &out);
		if (out.how == REJUDGED_FOLLOWS)
			continue;
		manifest->asserted[manifest->asserteds++] = i;
		rejudge_claim(all, claim, &out);
		e->fixable += out.how == REJUDGED_FOLLOWS;
	}
	e->differ = manifest->asserteds;
	rejudge_free(here);
	rejudge_free(all);
}

/* One bundle with so much context, judged as a stranger would. */
static enum err
attempt(struct exporting *e, const struct bundle_list *extra, struct state **seen)
{
	struct bundle_writer *writer = e->writer;
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	struct blobs blobs = { writer->ledger, &writer->blobs };
	struct blob_source source = { blob_named, &blobs };
	struct bundle_list list = { .seq = NULL };
	enum err err = bundle_gather(writer->ledger, manifest, e->state, e->newest, &list,
	    writer->why);

	for (size_t i = 0; i < extra->count; i++)
		bundle_list_add(&list, extra->seq[i]);
	if (err == ERR_OK)
		err = bundle_companions(writer->ledger, manifest->from, &list, writer->why);
	if (err == ERR_OK)
		err = context_take(writer, &list, e->newest);
	bundle_list_free(&list);
	if (err == ERR_OK)
		err = bundle_writer_fill(writer);
	if (err == ERR_OK)
		err = rejudge_fold(&(struct rejudge_moment){ writer->bundle.record,
		    writer->bundle.records, manifest->to, manifest->at_ms }, &source, seen,
		    writer->why);
	if (err == ERR_OK)
		claims_judge(e, *seen);
	return err;
}

/*
 * Further back each time, until every verdict follows or everything was looked at.  What is added
 * for one target may be news of another (a clock, a plan), so the end is looked at twice.
 */
static enum err
attempts(struct exporting *e)
{
	struct bundle_writer *writer = e->writer;
	uint64_t from = writer->bundle.manifest.from, first = ledger_first(writer->ledger);
	struct bundle_list extra = { .seq = NULL };
	struct state *seen = NULL;
	enum err err = attempt(e, &extra, &seen);
	uint64_t back = LOOK_BACK;

	for (unsigned ends = 0; err == ERR_OK && e->fixable > 0 && ends < ENDS_MAX; back *= 16) {
		uint64_t low = back > 0 && from > first + back ? from - back : first;

		/* What was added before stays: it is why other targets no longer differ. */
		err = bundle_widen(writer->ledger, &(struct bundle_widening){ low, from, e->state,
		    seen, ends == ENDS_MAX - 1 }, &extra, writer->why);
		state_free(seen);
		seen = NULL;
		if (err == ERR_OK)
			err = attempt(e, &extra, &seen);
		ends += low == first;
	}
	state_free(seen);
	bundle_list_free(&extra);
	return err;
}

static enum err
blob_any(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	return ledger_blob(arg, hash, out, why);
}

/* What all records say, as of the moment the filing speaks of. */
static enum err
state_all(struct replay *replay, const struct bundle_writer *writer, struct state **out)
{
	const struct bundle_manifest *manifest = &writer->bundle.manifest;
	struct blob_source source = { blob_any, writer->ledger };
	enum err err = replay_to_size(replay, manifest->to, writer->why);

	if (err != ERR_OK)
		return err;
	*out = state_copy(replay_state(replay));
	return rejudge_wait(*out, manifest->at_ms, &source, writer->why);
}

static enum err
filing_export(struct bundle_writer *writer, const char *path)
{
	struct bundle_manifest *manifest = &writer->bundle.manifest;
	struct exporting e = { .writer = writer };
	struct replay *replay = NULL;
	struct state *state = NULL;
	uint64_t need;
	enum err err = filing_find(writer);

	need = manifest->filed ? manifest->filing + 1 : manifest->to;
	if (err == ERR_OK)
		err = signed_size(writer, need, &e.newest);
	if (err == ERR_OK)
		err = replay_open(&replay, writer->ledger, writer->order->cache_dir, writer->why);
	if (err == ERR_OK)
		err = state_all(replay, writer, &state);
	e.state = state;
	if (err == ERR_OK)
		err = attempts(&e);
	state_free(state);
	replay_close(replay);
	return err == ERR_OK ? bundle_writer_save(writer, path) : err;
}

enum err
bundle_export_filing(struct ledger *ledger, const struct bundle_order *order, const char *path,
    struct why *why)
{
	struct bundle_writer writer = writer_of(ledger, order, why);
	enum err err = range_check(ledger, order, why);

	if (err == ERR_OK)
		err = claims_check(order, why);
	if (err == ERR_OK)
		err = bundle_folder_ready(path, why);
	if (err == ERR_OK)
		err = filing_export(&writer, path);
	bundle_writer_free(&writer);
	return err;
}
