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
#include "reports/verify_part.h"

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

enum err
verify_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
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

/* --- who ---------------------------------------------------------------------------------- */

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

void
verify_tell(struct verifying *v, enum claim_kind claim, enum shown verdict, const char *fmt, ...)
{
	char text[1600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	v->teller->claim(v->teller->arg, claim, verdict, text);
}

/* --- all of it ---------------------------------------------------------------------------- */

static enum err
judge(struct verifying *v, struct verify_result *out)
{
	enum err err = bundle_check_tree(&v->bundle, v->why);

	if (err != ERR_OK)
		return err;
	v->source = (struct audit_source){ .blob = verify_blob, .root = source_root, .arg = v,
	    .roots_pem = v->options->roots_pem };
	v->audit = audit_new(&v->source, &v->bundle.edge, on_item, v);
	audit_goal(v->audit, v->bundle.manifest.to);
	if (v->options->key != NULL)
		audit_give_key(v->audit, v->options->key);
	if (v->bundle.manifest.filed)
		audit_goal_later(v->audit, v->bundle.manifest.filing + 1);
	err = verify_records(v);
	if (err == ERR_OK)
		err = check_identity(v);
	if (err == ERR_OK)
		err = check_values(v);
	if (err == ERR_OK)
		err = check_withheld(v);
	if (err == ERR_OK)
		err = verify_filing(v);
	if (err == ERR_OK)
		err = verify_seals(v);
	if (err == ERR_OK)
		err = verify_evidence(v);
	if (err == ERR_OK)
		err = verify_judged(v);
	if (err != ERR_OK)
		return err;
	out->totals = *audit_totals(v->audit);
	out->findings = out->totals.items[AUDIT_FINDING] + v->seals.refused;
	out->undecided = v->seals.undecided > 0;
	out->checkpoint = v->bundle.checkpoint;
	out->from = v->bundle.manifest.from;
	out->to = v->bundle.manifest.to;
	out->unfiled = !v->bundle.manifest.filed &&
	    v->bundle.manifest.documents + v->bundle.manifest.claims > 0;
	verify_tell_bundle(v, out->totals.items[AUDIT_FINDING]);
	verify_filing_tell(v);
	verify_seals_tell(v);
	verify_evidence_tell(v);
	verify_register_tell(v);
	verify_claims_tell(v);
	verify_place_tell(v);
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
	verify_seals_free(&v);
	audit_free(v.audit);
	state_free(v.state);
	hash_set_free(&v.withheld);
	hash_set_free(&v.named);
	hash_set_free(&v.secrets);
	hash_set_free(&v.unplaced);
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
