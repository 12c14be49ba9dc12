/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as a whole: its documents are here as they were, its claims cite what is here, and the
 * FILING record, if there is one, names these documents and claims and no others.
 */
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/verify_part.h"

static enum err
documents_check(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct buffer octets = { .max = BUFFER_MAX };
	enum err err = ERR_OK;

	for (size_t i = 0; i < manifest->documents && err == ERR_OK; i++) {
		const struct bundle_document *document = &manifest->document[i];
		const char *name = (const char *)document->name.at;
		int len = (int)document->name.len;
		struct why why = { .err = ERR_OK };

		err = v->bundle.octets.blob(v->bundle.octets.arg, document->hash, &octets, &why);
		if (err != ERR_OK)
			err = why_set(v->why, err, "the document %.*s cannot be had: %.200s", len,
			    name, why.text);
		else if (!hash_equal(hash_of(bytes_of_buffer(&octets)), document->hash))
			err = why_set(v->why, ERR_UNTRUSTED, "the document %.*s was changed: it "
			    "does not have the hash that the filing gives it", len, name);
	}
	buffer_free(&octets);
	return err;
}

static enum err
cites_check(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; i < manifest->claims; i++)
		for (size_t j = 0; j < manifest->claim[i].count; j++)
			if (bundle_find(&v->bundle, manifest->claim[i].cites[j]) == NULL)
				return why_set(v->why, ERR_MISMATCH, "MANIFEST: claim %zu cites "
				    "record %llu, which is not in the bundle", i + 1,
				    (unsigned long long)manifest->claim[i].cites[j]);
	return ERR_OK;
}

/* The documents of the record, in their order, are those of the claims file. */
static bool
documents_named(const struct bundle_manifest *manifest, const struct record_filing *filing)
{
	struct record_walk walk = record_walk_of(filing->documents);
	struct hash hash;
	size_t i = 0;

	while (record_hashes_next(&walk, &hash)) {
		if (i == manifest->documents || !hash_equal(hash, manifest->document[i].hash))
			return false;
		i++;
	}
	return i == manifest->documents;
}

static enum err
filing_root(struct verifying *v, const struct record *record)
{
	struct hash root;
	struct why why;
	enum err err = v->source.root(v, record->filing.size, &root, &why);

	return err == ERR_OK && hash_equal(root, record->filing.root) ? ERR_OK :
	    why_set(v->why, ERR_UNTRUSTED, "record %llu (FILING) names a root for %llu records "
	    "that the tree never had", (unsigned long long)record->seq,
	    (unsigned long long)record->filing.size);
}

static enum err
filing_check(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	const struct bundle_record *at = bundle_find(&v->bundle, manifest->filing);
	unsigned long long number = manifest->filing;
	struct record record;

	if (at == NULL)
		return why_set(v->why, ERR_MISMATCH, "MANIFEST: record %llu, which is to be its "
		    "FILING, is not in the bundle", number);
	if (record_decode(at->octets, &record, NULL) != ERR_OK || record.kind != RECORD_FILING)
		return why_set(v->why, ERR_MISMATCH, "MANIFEST: record %llu, which is to be its "
		    "FILING, is none", number);
	record.seq = at->seq;
	if (record.filing.size != manifest->to)
		return why_set(v->why, ERR_MISMATCH, "record %llu (FILING) speaks for %llu "
		    "records, the bundle for %llu", number, (unsigned long long)record.filing.size,
		    (unsigned long long)manifest->to);
	if (manifest->at_ms > record.recorded_ms)
		return why_set(v->why, ERR_MISMATCH, "record %llu (FILING) was recorded before the "
		    "moment its verdicts speak of", number);
	if (!documents_named(manifest, &record.filing))
		return why_set(v->why, ERR_UNTRUSTED, "the documents are not those that record "
		    "%llu (FILING) names: one was changed, left out or added", number);
	if (!hash_equal(record.filing.claims, manifest->claims_hash))
		return why_set(v->why, ERR_UNTRUSTED, "the claims are not those that record %llu "
		    "(FILING) names: what the filing says was changed since", number);
	if (!bundle_seals_named(manifest, &record.filing))
		return why_set(v->why, ERR_UNTRUSTED, "the seals are not those that record %llu "
		    "(FILING) names: one was exchanged, left out or added", number);
	return verify_paper(v, &record) == ERR_OK ? filing_root(v, &record) : v->why->err;
}

enum err
verify_filing(struct verifying *v)
{
	enum err err = documents_check(v);

	if (err == ERR_OK)
		err = cites_check(v);
	if (err == ERR_OK && v->bundle.manifest.filed)
		err = filing_check(v);
	return err;
}

/* --- telling ------------------------------------------------------------------------------ */

static void
tell_when(struct verifying *v)
{
	const struct audit_stamp *stamp = &audit_totals(v->audit)->later;
	unsigned long long number = v->bundle.manifest.filing;
	char when[TIME_TEXT];

	time_jst(stamp->at_ms, when);
	if (!stamp->known)
		verify_tell(v, CLAIM_FILING, SHOWN_NOT_SHOWN,
		    _("no time stamp covers record %llu; when the filing existed, nobody outside "
		    "vouches for"), number);
	else if (stamp->proved)
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED,
		    _("record %llu and the documents and claims it names existed before %s, by %s"),
		    number, when, stamp->authority);
	else
		verify_tell(v, CLAIM_FILING, SHOWN_ASSERTED,
		    _("record %llu and the documents and claims it names existed before %s, says "
		    "%s; --roots FILE.pem would prove who that is"), number, when,
		    stamp->authority);
}

static void
tell_documents(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; i < manifest->documents; i++) {
		char text[HASH_TEXT];

		hash_text(manifest->document[i].hash, text);
		verify_tell(v, CLAIM_FILING, manifest->filed ? SHOWN_PROVED : SHOWN_ASSERTED,
		    manifest->filed ? _("document %.*s is blobs/%s, as it was filed") :
		    _("document %.*s is blobs/%s, says the maker of the bundle"),
		    (int)manifest->document[i].name.len,
		    (const char *)manifest->document[i].name.at, text);
	}
}

void
verify_filing_tell(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	const struct bundle_record *at = manifest->filed ?
	    bundle_find(&v->bundle, manifest->filing) : NULL;
	struct record record = { .kind = RECORD_NONE };

	if (manifest->documents == 0 && manifest->claims == 0)
		return;
	if (at == NULL || record_decode(at->octets, &record, NULL) != ERR_OK) {
		verify_tell(v, CLAIM_FILING, SHOWN_ASSERTED,
		    _("no FILING record names its %llu documents and %llu claims: that these were "
		    "filed, and when, only the maker of the bundle says"),
		    (unsigned long long)manifest->documents, (unsigned long long)manifest->claims);
	} else {
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED,
		    _("its %llu documents and %llu claims are those that record %llu names, filed "
		    "by %.*s for the first %llu records"), (unsigned long long)manifest->documents,
		    (unsigned long long)manifest->claims, (unsigned long long)manifest->filing,
		    record.filing.author.len < 64 ? (int)record.filing.author.len : 64,
		    (const char *)record.filing.author.at, (unsigned long long)manifest->to);
		verify_paper_tell(v, &record);
		tell_when(v);
	}
	tell_documents(v);
}
