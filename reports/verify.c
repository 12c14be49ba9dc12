/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the judgement: files take apart, records lead to the tree, the tree to the
 * checkpoint, the checkpoint to the chain of keys; then what the records say is audited as in a
 * ledger, and what is left out is counted.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/audit_refs.h"
#include "reports/audit_set.h"
#include "reports/verify.h"

struct verifying {
	struct bundle                bundle;
	const struct verify_options *options;
	const struct verify_teller  *teller;
	struct audit_source          source;
	struct audit                *audit;
	struct hash_set              withheld;	/* those of the MANIFEST that a record names */
	struct hash_set              named;	/* blobs of the range */
	struct hash_set              secrets;
	uint64_t                     values;
	bool                         refused;
	struct why                  *why;
};

/* --- what the audit asks for -------------------------------------------------------------- */

static bool
is_withheld(const struct bundle_manifest *manifest, struct hash hash)
{
	size_t low = 0, high = manifest->withhelds;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(manifest->withheld[middle].at, hash.at, HASH_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < manifest->withhelds && hash_equal(manifest->withheld[low], hash);
}

static enum err
source_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct verifying *v = arg;

	if (is_withheld(&v->bundle.manifest, hash)) {
		hash_set_add(&v->withheld, hash);
		return why_set(why, ERR_DENIED, "the MANIFEST says that it is withheld");
	}
	return v->bundle.octets.blob(v->bundle.octets.arg, hash, out, why);
}

static enum err
source_root(void *arg, uint64_t size, struct hash *out, struct why *why)
{
	struct verifying *v = arg;

	for (size_t i = 0; i < v->bundle.cuts; i++)
		if (v->bundle.cut[i] == size) {
			*out = v->bundle.cut_root[i];
			return ERR_OK;
		}
	if (size != 0)
		return why_set(why, ERR_NOT_FOUND, "the bundle does not show that size");
	*out = hash_of(bytes_of(NULL, 0));
	return ERR_OK;
}

/* Findings that mean the evidence itself does not hold, not only what it tells. */
static bool
is_broken(const struct audit_item *item)
{
	switch (item->kind) {
	case AUDIT_SEQUENCE:
	case AUDIT_RECORD:
	case AUDIT_LEAF:
	case AUDIT_ROOT:
	case AUDIT_SIGNATURE:
	case AUDIT_KEY:
	case AUDIT_ANCHOR:
	case AUDIT_BLOB:
		return item->weight == AUDIT_FINDING;
	default:
		return false;
	}
}

static void
on_item(void *arg, const struct audit_item *item)
{
	struct verifying *v = arg;
	const struct bundle_record *record = bundle_find(&v->bundle, item->seq);

	if (!is_broken(item)) {
		v->teller->item(v->teller->arg, item);
		return;
	}
	if (v->refused)
		return;		/* the first is the one that is told */
	v->refused = true;
	if (item->kind == AUDIT_SIGNATURE)
		why_set(v->why, ERR_UNTRUSTED, "checkpoint: %.380s", item->text);
	else if (item->kind == AUDIT_BLOB || record == NULL)
		why_set(v->why, ERR_UNTRUSTED, "%s", item->text);
	else
		why_at(v->why, ERR_UNTRUSTED, record->at, "%s: %.300s (octet %zu)",
		    bundle_file_name(record->file), item->text, record->at);
}

/* --- files that are not records ----------------------------------------------------------- */

static enum err
check_value(struct verifying *v, struct cbor *in, struct hash *last)
{
	size_t at = in->at;
	bool two = cbor_array(in) == 2;
	struct bytes salt = cbor_bytes(in), value = cbor_bytes(in);
	struct hash commitment = secret_commit(salt, value);

	if (in->err != ERR_OK || !two || salt.len != BUNDLE_SALT)
		return why_at(v->why, ERR_MALFORMED, at, "values.cbor: octet %zu does not begin an "
		    "array of %d octets of salt and a value", at, BUNDLE_SALT);
	if (!hash_set_has(&v->secrets, commitment))
		return why_at(v->why, ERR_UNTRUSTED, at, "values.cbor: the value at octet %zu is "
		    "behind no commitment of the range: it, or its salt, was changed", at);
	if (v->values > 0 && bytes_compare(hash_bytes(last), hash_bytes(&commitment)) >= 0)
		return why_at(v->why, ERR_MALFORMED, at, "values.cbor: the value at octet %zu is "
		    "out of order or there twice", at);
	*last = commitment;
	v->values++;
	return ERR_OK;
}

static enum err
check_values(struct verifying *v)
{
	struct bytes file = v->bundle.octets.file[BUNDLE_VALUES];
	struct cbor in = cbor_of(file, true);
	struct hash last = { { 0 } };

	while (in.at < file.len) {
		enum err err = check_value(v, &in, &last);

		if (err != ERR_OK)
			return err;
	}
	if (v->values != v->bundle.manifest.values)
		return why_at(v->why, ERR_MISMATCH, in.at, "values.cbor: it holds %" PRIu64 " "
		    "values, the "
		    "MANIFEST speaks of %" PRIu64, v->values, v->bundle.manifest.values);
	return ERR_OK;
}

static enum err
check_withheld(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; i < manifest->withhelds; i++) {
		char text[HASH_TEXT];

		hash_text(manifest->withheld[i], text);
		if (!hash_set_has(&v->withheld, manifest->withheld[i]))
			return why_set(v->why, ERR_MALFORMED, "MANIFEST: it withholds blob %s, "
			    "which no record of the bundle names", text);
	}
	return ERR_OK;
}

static enum err
check_claims(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; i < manifest->claims; i++)
		for (size_t j = 0; j < manifest->claim[i].count; j++)
			if (bundle_find(&v->bundle, manifest->claim[i].cites[j]) == NULL)
				return why_set(v->why, ERR_MISMATCH, "MANIFEST: claim %zu cites "
				    "record %" PRIu64
				    ", which is not in the bundle", i + 1,
				    manifest->claim[i].cites[j]);
	return ERR_OK;
}

/* --- records ------------------------------------------------------------------------------ */

static void
add_hash(void *arg, struct hash hash, const char *field)
{
	(void)field;
	hash_set_add(arg, hash);
}

static void
feed(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; i < v->bundle.records; i++) {
		const struct bundle_record *at = &v->bundle.record[i];
		struct record record;

		if (at->seq < manifest->from || at->seq >= manifest->to) {
			audit_context(v->audit, at->seq, at->octets);
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
}

/* The trusted key is one of the chain: each hands over to the next, and both signed for it. */
static enum err
check_identity(struct verifying *v)
{
	const struct note_verifier *key = v->options->key;
	struct buffer theirs = { 0 };
	const struct note_verifier *in_force;

	if (key == NULL || audit_key_known(v->audit, key))
		return ERR_OK;
	in_force = audit_key_at(v->audit, v->bundle.manifest.size);
	if (in_force != NULL)
		note_verifier_text(in_force, &theirs);
	why_set(v->why, ERR_UNTRUSTED, "checkpoint: it is signed by the key %.250s, not by the one "
	    "that was asked for: it is another ledger's", buffer_text(&theirs));
	buffer_free(&theirs);
	return ERR_UNTRUSTED;
}

/* --- claims ------------------------------------------------------------------------------- */

static void
tell(struct verifying *v, enum claim_kind claim, enum shown verdict, const char *fmt, ...)
    PRINTF(4, 5);

static void
tell(struct verifying *v, enum claim_kind claim, enum shown verdict, const char *fmt, ...)
{
	char text[1600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	v->teller->claim(v->teller->arg, claim, verdict, text);
}

static void
tell_identity(struct verifying *v)
{
	const struct note_verifier *key = audit_key_at(v->audit, v->bundle.manifest.size);
	struct buffer text = { 0 };

	note_verifier_text(key, &text);
	if (v->options->key != NULL)
		tell(v, CLAIM_IDENTITY, SHOWN_PROVED,
		    _("recorded by the holder of the key that was asked for; now %s"),
		    buffer_text(&text));
	else
		tell(v, CLAIM_IDENTITY, SHOWN_ASSERTED,
		    _("recorded by the holder of key %s, says the bundle itself; ask the operator "
		    "by another way, then use --key"), buffer_text(&text));
	buffer_free(&text);
}

static void
tell_time(struct verifying *v)
{
	const struct audit_stamp *stamp = &audit_totals(v->audit)->stamp;
	char when[TIME_TEXT];

	time_jst(stamp->at_ms, when);
	if (!stamp->known)
		tell(v, CLAIM_TIME, SHOWN_NOT_SHOWN,
		    _("no time stamp covers the whole range; when it existed, nobody outside "
		    "vouches for"));
	else if (stamp->proved)
		tell(v, CLAIM_TIME, SHOWN_PROVED,
		    _("all of it existed before %s, by %s"), when, stamp->authority);
	else
		tell(v, CLAIM_TIME, SHOWN_ASSERTED,
		    _("all of it existed before %s, says %s; --roots FILE.pem would prove who that "
		    "is"),
		    when, stamp->authority);
}

static void
tell_complete(struct verifying *v, uint64_t findings)
{
	const struct audit_totals *totals = audit_totals(v->audit);

	if (findings > 0)
		tell(v, CLAIM_COMPLETE, SHOWN_NOT_SHOWN,
		    _("the records themselves leave %llu things open; each is listed"),
		    (unsigned long long)findings);
	else if (totals->items[AUDIT_ASSERTED] > 0 && totals->of_kind[AUDIT_COVERAGE] > 0)
		tell(v, CLAIM_COMPLETE, SHOWN_NOT_SHOWN,
		    _("for a part of it no plan is here, so that nobody can say what should have "
		    "been watched"));
	else if (totals->rests_on_context)
		tell(v, CLAIM_COMPLETE, SHOWN_ASSERTED,
		    _("every worker's time is accounted for (%llu periods of coverage, %llu gaps), "
		    "if no newer plan or start lies between the range and the context before it; "
		    "a range that begins with its plan's record would prove it"),
		    (unsigned long long)totals->coverages, (unsigned long long)totals->gaps);
	else if (totals->of_kind[AUDIT_OPEN] > 0)
		tell(v, CLAIM_COMPLETE, SHOWN_PROVED,
		    _("every worker's time is accounted for (%llu periods of coverage, %llu gaps "
		    "with their reasons), but for its newest two minutes at most: what vouches for "
		    "those was recorded after the range"), (unsigned long long)totals->coverages,
		    (unsigned long long)totals->gaps);
	else
		tell(v, CLAIM_COMPLETE, SHOWN_PROVED,
		    _("every worker's time is accounted for (%llu periods of coverage, %llu gaps "
		    "with their reasons)"), (unsigned long long)totals->coverages,
		    (unsigned long long)totals->gaps);
}

static void
tell_withheld(struct verifying *v)
{
	unsigned long long blobs = v->named.count, gone = v->bundle.manifest.withhelds;
	unsigned long long secrets = v->secrets.count, shown = v->values;

	if (gone > 0)
		tell(v, CLAIM_BLOBS, SHOWN_NOT_SHOWN,
		    _("%llu of the blobs that are named are withheld"), gone);
	else
		tell(v, CLAIM_BLOBS, SHOWN_PROVED,
		    _("every blob that the range names (%llu) is here and has its hash"), blobs);
	if (shown < secrets)
		tell(v, CLAIM_VALUES, SHOWN_NOT_SHOWN,
		    _("%llu of %llu values behind commitments are withheld or erased"),
		    secrets - shown,
		    secrets);
	else
		tell(v, CLAIM_VALUES, SHOWN_PROVED,
		    _("every value behind a commitment (%llu) is here and is the one committed to"),
		    shown);
}

static void
tell_all(struct verifying *v, uint64_t findings)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	tell_identity(v);
	tell(v, CLAIM_RECORDS, SHOWN_PROVED,
	    _("records %llu to %llu are as they were signed, in order, with none missing between "
	    "them"),
	    (unsigned long long)manifest->from, (unsigned long long)manifest->to - 1);
	tell_time(v);
	tell_complete(v, findings);
	tell_withheld(v);
	for (size_t i = 0; i < manifest->claims; i++)
		tell(v, CLAIM_FILING, SHOWN_ASSERTED,
		    _("\"%.*s\", says the maker of the bundle; the %llu records it cites are "
		    "proved"),
		    manifest->claim[i].text.len < 1200 ? (int)manifest->claim[i].text.len : 1200,
		    (const char *)manifest->claim[i].text.at,
		    (unsigned long long)manifest->claim[i].count);
}

/* --- all of it ---------------------------------------------------------------------------- */

static enum err
judge(struct verifying *v, struct verify_result *out)
{
	enum err err = bundle_check_tree(&v->bundle, v->why);

	if (err != ERR_OK)
		return err;
	v->source = (struct audit_source){ .blob = source_blob, .root = source_root, .arg = v,
	    .roots_pem = v->options->roots_pem };
	v->audit = audit_new(&v->source, &v->bundle.edge, on_item, v);
	audit_goal(v->audit, v->bundle.manifest.to);
	if (v->options->key != NULL)
		audit_give_key(v->audit, v->options->key);
	feed(v);
	if (v->refused)
		return v->why->err;
	err = check_identity(v);
	if (err == ERR_OK)
		err = check_values(v);
	if (err == ERR_OK)
		err = check_withheld(v);
	if (err == ERR_OK)
		err = check_claims(v);
	if (err != ERR_OK)
		return err;
	out->totals = *audit_totals(v->audit);
	out->findings = out->totals.items[AUDIT_FINDING];
	out->checkpoint = v->bundle.checkpoint;
	out->from = v->bundle.manifest.from;
	out->to = v->bundle.manifest.to;
	tell_all(v, out->findings);
	return ERR_OK;
}

enum err
verify_bundle(const struct bundle_octets *octets, const struct verify_options *options,
    const struct verify_teller *teller, struct verify_result *out, struct why *why)
{
	struct verifying v = { .options = options, .teller = teller, .why = why };
	enum err err = bundle_parse(&v.bundle, octets, why);

	*out = (struct verify_result){ 0 };
	if (err == ERR_OK)
		err = judge(&v, out);
	audit_free(v.audit);
	hash_set_free(&v.withheld);
	hash_set_free(&v.named);
	hash_set_free(&v.secrets);
	bundle_free(&v.bundle);
	return err;
}

const char *
shown_name(enum shown verdict)
{
	static const char *const names[] = {
#define X(NAME, name) [SHOWN_##NAME] = N_(name),
		SHOWN_LIST(X)
#undef X
	};

	return names[verdict];
}

const char *
claim_name(enum claim_kind claim)
{
	static const char *const names[] = {
#define X(NAME, name) [CLAIM_##NAME] = name,
		CLAIM_LIST(X)
#undef X
	};

	return names[claim];
}
