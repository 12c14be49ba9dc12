/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seals of a filing's documents.  A seal is judged at the second its time stamp proves; one
 * without at the second an authority stamped the FILING that names it, which proves as well that it
 * existed; else as of when the reader says.
 */
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/seal_judge.h"
#include "reports/verify_part.h"

static enum err
blob_take(struct verifying *v, const struct bundle_document *document, struct hash hash,
    const char *what, struct buffer *out)
{
	const char *name = (const char *)document->name.at;
	int len = (int)document->name.len;
	struct why why = { .err = ERR_OK };
	enum err err = v->bundle.octets.blob(v->bundle.octets.arg, hash, out, &why);

	if (err != ERR_OK)
		return why_set(v->why, err, "the %s %.*s cannot be had: %.200s", what, len, name,
		    why.text);
	if (!hash_equal(hash_of(bytes_of_buffer(out)), hash))
		return why_set(v->why, ERR_UNTRUSTED, "the %s %.*s was changed: it does not have "
		    "the hash that the MANIFEST gives it", what, len, name);
	return ERR_OK;
}

/* A seal that no longer fits may fit another document of the filing: then it was swapped. */
static enum err
swapped_find(struct verifying *v, size_t i, struct bytes seal)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct buffer other = { .max = BUFFER_MAX };
	enum err err = ERR_OK;

	for (size_t k = 0; k < manifest->documents && err == ERR_OK; k++) {
		struct cades_result result;

		if (k == i)
			continue;
		err = blob_take(v, &manifest->document[k], manifest->document[k].hash, "document",
		    &other);
		if (err != ERR_OK)
			break;
		cades_verify(&(struct cades_input){ .seal = seal,
		    .document = bytes_of_buffer(&other), .at_s = v->options->at_s }, &result);
		if (result.rule == CADES_RULE_ROOTS) {
			v->seals.other[i] = k + 1;
			break;
		}
	}
	buffer_free(&other);
	return err;
}

static int64_t
known_at(const struct verifying *v)
{
	const struct audit_stamp *later = &audit_totals(v->audit)->later;

	return v->bundle.manifest.filed && later->known && later->proved ? later->at_ms / 1000 :
	    v->options->at_s;
}

static enum err
seal_judge(struct verifying *v, size_t i, struct bytes stamp_roots)
{
	const struct bundle_document *document = &v->bundle.manifest.document[i];
	struct cades_result *result = &v->seals.result[i];
	struct buffer octets = { .max = BUFFER_MAX }, seal = { .max = BUFFER_MAX };
	enum err err = blob_take(v, document, document->hash, "document", &octets);

	if (err == ERR_OK)
		err = blob_take(v, document, document->seal, "seal of the document", &seal);
	if (err == ERR_OK) {
		cades_verify(&(struct cades_input){ .seal = bytes_of_buffer(&seal),
		    .document = bytes_of_buffer(&octets), .roots_pem = v->options->trust_pem,
		    .stamp_roots_pem = stamp_roots, .at_s = known_at(v) }, result);
		if (result->rule == CADES_RULE_DOCUMENT)
			err = swapped_find(v, i, bytes_of_buffer(&seal));
		v->seals.refused += result->answer == CADES_REJECT;
		/* Who asked for nobody to be trusted is told what is asserted, and no more. */
		v->seals.undecided += result->answer == CADES_INDETERMINATE &&
		    result->rule != CADES_RULE_ROOTS;
	}
	buffer_free(&octets);
	buffer_free(&seal);
	return err;
}

enum err
verify_seals(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct buffer roots = { .max = 0 };
	enum err err = ERR_OK;

	if (!manifest->sealed)
		return ERR_OK;
	v->seals.result = memory_new(manifest->documents, sizeof(*v->seals.result));
	v->seals.other = memory_new(manifest->documents, sizeof(*v->seals.other));
	buffer_put(&roots, v->options->roots_pem.at, v->options->roots_pem.len);
	if (roots.len > 0)
		buffer_put_u8(&roots, '\n');
	buffer_put(&roots, v->options->trust_pem.at, v->options->trust_pem.len);
	for (size_t i = 0; i < manifest->documents && err == ERR_OK; i++)
		err = seal_judge(v, i, bytes_of_buffer(&roots));
	buffer_free(&roots);
	return err;
}

void
verify_seals_free(struct verifying *v)
{
	free(v->seals.result);
	free(v->seals.other);
}

/* --- telling ------------------------------------------------------------------------------ */

static void
tell_accepted(struct verifying *v, const struct bundle_document *document,
    const struct cades_result *result)
{
	const struct audit_stamp *later = &audit_totals(v->audit)->later;
	struct buffer text = { .max = 0 };
	char when[TIME_TEXT];

	seal_judged_good(result, &text);
	time_jst(later->at_ms, when);
	if (!result->stamp_proved && result->judged_s == later->at_ms / 1000 && later->proved)
		buffer_print(&text, _("; it existed before %s, when %s stamped the FILING that "
		    "names it"), when, later->authority);
	verify_tell(v, CLAIM_SEAL, SHOWN_PROVED, _("document %.*s is %s"),
	    (int)document->name.len, (const char *)document->name.at, buffer_text(&text));
	buffer_free(&text);
}

static void
tell_one(struct verifying *v, size_t i)
{
	const struct bundle_document *document = &v->bundle.manifest.document[i];
	const struct cades_result *result = &v->seals.result[i];
	struct buffer text = { .max = 0 };
	const char *name = (const char *)document->name.at;
	int len = (int)document->name.len;

	if (result->answer == CADES_ACCEPT) {
		tell_accepted(v, document, result);
	} else if (result->rule == CADES_RULE_ROOTS && v->options->trust_pem.len == 0) {
		verify_tell(v, CLAIM_SEAL, SHOWN_ASSERTED, _("document %.*s is sealed by %s, says "
		    "the seal; --trust FILE.pem would prove who that is"), len, name,
		    result->signer);
	} else if (v->seals.other[i] != 0) {
		const struct bundle_document *other =
		    &v->bundle.manifest.document[v->seals.other[i] - 1];

		verify_tell(v, CLAIM_SEAL, SHOWN_NOT_SHOWN, _("document %.*s has the seal of "
		    "document %.*s: the seals were swapped"), len, name,
		    (int)other->name.len, (const char *)other->name.at);
	} else {
		seal_judged_bad(result, &text);
		verify_tell(v, CLAIM_SEAL, SHOWN_NOT_SHOWN, _("document %.*s: its seal does not "
		    "hold: %s"), len, name, buffer_text(&text));
	}
	buffer_free(&text);
}

void
verify_seals_tell(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	for (size_t i = 0; manifest->sealed && i < manifest->documents; i++)
		tell_one(v, i);
	if (!manifest->sealed && manifest->documents > 0 && v->options->trust_pem.len > 0)
		verify_tell(v, CLAIM_SEAL, SHOWN_NOT_SHOWN,
		    _("none of its %llu documents is sealed"),
		    (unsigned long long)manifest->documents);
}
