/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims file: what a filing says, and its documents by their hashes, as one deterministic
 * CBOR item.  Equal claims are equal octets, so a FILING record can name them by one hash.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "reports/audit_refs.h"
#include "reports/bundle_part.h"

enum {
	PARTS = 3, RULES = 3, DOCUMENT_PARTS = 2, SAID_PARTS = 2, JUDGED_PARTS = 5,
	CONTROL_MAX = 63		/* octets of a control's id */
};

/* --- writing ------------------------------------------------------------------------------ */

static void
put_claim(struct buffer *out, const struct bundle_claim *claim)
{
	if (claim->control.len == 0) {
		cbor_put_array(out, SAID_PARTS);
		cbor_put_text(out, claim->text);
	} else {
		cbor_put_array(out, JUDGED_PARTS);
		cbor_put_text(out, claim->control);
		cbor_put_text(out, claim->subject);
		cbor_put_cstr(out, verdict_name(claim->verdict));
		cbor_put_cstr(out, verdict_name(claim->beneath));
	}
	cbor_put_array(out, claim->count);
	for (size_t i = 0; i < claim->count; i++)
		cbor_put_uint(out, claim->cites[i]);
}

bool
bundle_is_judged(const struct bundle_claim *claim, size_t claims)
{
	for (size_t i = 0; i < claims; i++)
		if (claim[i].control.len > 0)
			return true;
	return false;
}

void
bundle_claims_write(struct buffer *out, const struct bundle_claims *claims)
{
	bool judged = bundle_is_judged(claims->claim, claims->claims);

	cbor_put_array(out, PARTS);
	cbor_put_array(out, judged ? RULES : 0);
	if (judged) {
		cbor_put_uint(out, claims->fold_version > 0 ? claims->fold_version : FOLD_VERSION);
		cbor_put_uint(out, claims->judge_version > 0 ? claims->judge_version :
		    JUDGE_VERSION);
		cbor_put_int(out, claims->at_ms);
	}
	cbor_put_array(out, claims->documents);
	for (size_t i = 0; i < claims->documents; i++) {
		cbor_put_array(out, DOCUMENT_PARTS);
		cbor_put_text(out, claims->document[i].name);
		cbor_put_bytes(out, hash_bytes(&claims->document[i].hash));
	}
	cbor_put_array(out, claims->claims);
	for (size_t i = 0; i < claims->claims; i++)
		put_claim(out, &claims->claim[i]);
}

struct hash
bundle_claims_hash(const struct bundle_claims *claims)
{
	struct buffer octets = { .max = 0 };
	struct hash hash;

	bundle_claims_write(&octets, claims);
	hash = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return hash;
}

/* --- reading ------------------------------------------------------------------------------ */

static bool
is_letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool
bundle_name_good(struct bytes name)
{
	if (name.len == 0 || name.len > BUNDLE_NAME_MAX || !is_letter_or_digit(name.at[0]))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_letter_or_digit(name.at[i]) && name.at[i] != '.' && name.at[i] != '_' &&
		    name.at[i] != '-')
			return false;
	return true;
}

/* On some file systems one of the two would take the other's place. */
bool
bundle_name_same(struct bytes a, struct bytes b)
{
	return a.len == b.len && a.len > 0 && strncasecmp((const char *)a.at, (const char *)b.at,
	    a.len) == 0;
}

static void
read_documents(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);

	if (count > BUNDLE_DOCUMENTS_MAX) {
		bundle_fail(in, out, ERR_LIMIT, "there are too many documents");
		return;
	}
	out->document = memory_new(count, sizeof(*out->document));
	for (; out->documents < count && in->err == ERR_OK; out->documents++) {
		struct bundle_document *document = &out->document[out->documents];
		struct bytes hash;

		if (cbor_array(in) != DOCUMENT_PARTS)
			bundle_fail(in, out, ERR_MALFORMED, "a document is no name and hash");
		document->name = cbor_text(in);
		hash = cbor_bytes(in);
		if (hash.len != HASH_LEN || !bundle_name_good(document->name))
			bundle_fail(in, out, ERR_MALFORMED,
			    "a document has a name that cannot be a file's, or no hash");
		else
			memcpy(document->hash.at, hash.at, HASH_LEN);
		for (size_t i = 0; i < out->documents; i++)
			if (bundle_name_same(out->document[i].name, document->name))
				bundle_fail(in, out, ERR_MALFORMED,
				    "two documents have the same name, but for capitals");
	}
}

static enum verdict
read_verdict(struct cbor *in, struct bundle_manifest *out)
{
	struct bytes name = cbor_text(in);

	for (unsigned i = 0; i < VERDICTS; i++)
		if (bytes_equal(name, bytes_of_text(verdict_name((enum verdict)i))))
			return (enum verdict)i;
	bundle_fail(in, out, ERR_MALFORMED, "that is the name of no verdict");
	return VERDICT_UNKNOWN;
}

/* Waived hides what was judged and nothing else: any other verdict is what lies beneath. */
static void
read_judged(struct cbor *in, struct bundle_manifest *out, struct bundle_claim *claim)
{
	claim->control = cbor_text(in);
	claim->subject = cbor_text(in);
	claim->verdict = read_verdict(in, out);
	claim->beneath = read_verdict(in, out);
	if (claim->control.len == 0 || claim->control.len > CONTROL_MAX ||
	    claim->subject.len == 0 || claim->subject.len >= SUBJECT_TEXT)
		bundle_fail(in, out, ERR_MALFORMED,
		    "a control or a subject has no name, or one that is too long");
	if (claim->beneath == VERDICT_WAIVED || (claim->verdict != VERDICT_WAIVED &&
	    claim->verdict != claim->beneath))
		bundle_fail(in, out, ERR_MALFORMED,
		    "a verdict that is not waived differs from what lies beneath it");
}

static void
read_claim(struct cbor *in, struct bundle_manifest *out, size_t *used, size_t room)
{
	struct bundle_claim *claim = &out->claim[out->claims];
	uint64_t parts = cbor_array(in), cites;

	if (parts == JUDGED_PARTS && out->version > 1)
		read_judged(in, out, claim);
	else if (parts == SAID_PARTS)
		claim->text = cbor_text(in);
	else
		bundle_fail(in, out, ERR_MALFORMED, "a claim is neither a sentence nor a verdict");
	cites = cbor_array(in);
	if (cites > room - *used)
		bundle_fail(in, out, ERR_LIMIT, "the claims cite too many records");
	claim->cites = &out->cited[*used];
	for (; claim->count < cites && in->err == ERR_OK; claim->count++)
		out->cited[(*used)++] = cbor_uint(in);
}

static void
read_list(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t count = cbor_array(in);
	size_t used = 0, room = in->in.len - in->at;

	if (count > BUNDLE_CLAIMS_MAX) {
		bundle_fail(in, out, ERR_LIMIT, "there are too many claims");
		return;
	}
	/* Each cite takes an octet at least. */
	if (room > BUNDLE_CITES_MAX)
		room = BUNDLE_CITES_MAX;
	out->claim = memory_new(count, sizeof(*out->claim));
	out->cited = memory_new(room, sizeof(*out->cited));
	for (; out->claims < count && in->err == ERR_OK; out->claims++)
		read_claim(in, out, &used, room);
}

static uint64_t
read_rules(struct cbor *in, struct bundle_manifest *out)
{
	uint64_t rules;

	if (cbor_array(in) != PARTS)
		bundle_fail(in, out, ERR_MALFORMED, "the claims are not rules, documents, claims");
	rules = cbor_array(in);
	if (rules != 0 && rules != RULES)
		bundle_fail(in, out, ERR_MALFORMED, "the rules are not two versions and a time");
	if (rules == RULES) {
		out->fold_version = cbor_uint(in);
		out->judge_version = cbor_uint(in);
		out->at_ms = cbor_int(in);
		if (out->at_ms < 0 || out->at_ms > TIME_SANE_MS)
			bundle_fail(in, out, ERR_MALFORMED, "that is a time no clock shows");
	}
	return rules;
}

void
bundle_claims_read(struct cbor *in, struct bundle_manifest *out)
{
	size_t from = in->at;
	uint64_t rules = 0;

	if (out->version > 1) {
		rules = read_rules(in, out);
		read_documents(in, out);
	}
	read_list(in, out);
	/* Versions are there if, and only if, something was judged by them. */
	if (in->err == ERR_OK && (rules > 0) != bundle_is_judged(out->claim, out->claims))
		bundle_fail(in, out, ERR_MALFORMED,
		    "there are verdicts without rules, or rules without a verdict");
	if (in->err == ERR_OK)
		out->claims_hash = hash_of(bytes_slice(in->in, from, in->at - from));
}
