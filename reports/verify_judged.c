/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts of a filing, reached again from the records that are here.  One that the records
 * contradict refuses the bundle; one that follows is proved, with what the bundle cannot show
 * said beside it; one that cannot be judged is not shown.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "reports/bundle_part.h"
#include "reports/verify_part.h"

enum { CITES_SHOWN = 6 };

/* --- judging ------------------------------------------------------------------------------ */

static bool
versions_fit(const struct bundle_manifest *manifest)
{
	return manifest->fold_version == FOLD_VERSION && manifest->judge_version == JUDGE_VERSION;
}

/* Only the blobs that were held against their names. */
static enum err
named_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct verifying *v = arg;

	if (!hash_set_has(&v->named, hash))
		return why_set(why, ERR_NOT_FOUND, "no record of the bundle names it");
	return verify_blob(v, hash, out, why);
}

static enum err
claim_check(struct verifying *v, const struct rejudge *rejudge, size_t number, bool asserted)
{
	const struct bundle_claim *claim = &v->bundle.manifest.claim[number];
	int control = (int)claim->control.len, subject = (int)claim->subject.len;
	struct rejudged out;

	rejudge_claim(rejudge, claim, &out);
	if (asserted || out.how == REJUDGED_FOLLOWS || out.how == REJUDGED_CANNOT)
		return ERR_OK;
	if (out.how == REJUDGED_UNCITED)
		return why_set(v->why, ERR_MISMATCH, "claim %zu, control %.*s on %.*s, rests on "
		    "record %" PRIu64 " and does not cite it: its cites were changed", number + 1,
		    control, (const char *)claim->control.at, subject,
		    (const char *)claim->subject.at, out.uncited);
	if (out.why[0] != '\0')
		return why_set(v->why, ERR_MISMATCH, "claim %zu, control %.*s on %.*s, is about "
		    "nothing: %.160s", number + 1, control, (const char *)claim->control.at,
		    subject, (const char *)claim->subject.at, out.why);
	return why_set(v->why, ERR_MISMATCH, "claim %zu, control %.*s on %.*s: the filing says %s "
	    "(beneath: %s), the records of the bundle say %s (beneath: %s)", number + 1, control,
	    (const char *)claim->control.at, subject, (const char *)claim->subject.at,
	    verdict_name(claim->verdict), verdict_name(claim->beneath),
	    verdict_name(out.verdict), verdict_name(out.beneath));
}

enum err
verify_judged(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct blob_source source = { named_blob, v };
	struct rejudge_moment moment = { v->bundle.record, v->bundle.records, manifest->to,
		manifest->at_ms };
	struct rejudge *rejudge;
	enum err err = ERR_OK;
	size_t asserted = 0;

	if (!bundle_is_judged(manifest->claim, manifest->claims) || !versions_fit(manifest) ||
	    rejudge_fold(&moment, &source, &v->state, &v->unfolded) != ERR_OK)
		return ERR_OK;
	rejudge = rejudge_new(v->state, manifest->from);
	for (size_t i = 0; i < manifest->claims && err == ERR_OK; i++) {
		bool said = asserted < manifest->asserteds && manifest->asserted[asserted] == i;

		asserted += said;
		if (manifest->claim[i].control.len > 0)
			err = claim_check(v, rejudge, i, said);
	}
	rejudge_free(rejudge);
	return err;
}

/* --- telling ------------------------------------------------------------------------------ */

static void
cites_put(struct buffer *out, const struct bundle_claim *claim)
{
	for (size_t i = 0; i < claim->count && i < CITES_SHOWN; i++)
		buffer_print(out, "%s%" PRIu64, i > 0 ? ", " : "", claim->cites[i]);
	if (claim->count > CITES_SHOWN)
		buffer_print(out, _(" and %zu more"), claim->count - CITES_SHOWN);
	if (claim->count == 0)
		buffer_put_text(out, "-");
}

static void
verdict_put(struct buffer *out, const struct bundle_claim *claim)
{
	buffer_print(out, "%.*s, %.*s: ", (int)claim->control.len,
	    (const char *)claim->control.at, (int)claim->subject.len,
	    (const char *)claim->subject.at);
	if (claim->verdict == VERDICT_WAIVED)
		buffer_print(out, _("waived, beneath it %s"), _(verdict_text(claim->beneath)));
	else
		buffer_put_text(out, _(verdict_text(claim->verdict)));
}

static void
tell_follows(struct verifying *v, const struct bundle_claim *claim, const struct rejudged *out,
    struct buffer *text)
{
	struct buffer cites = { .max = 0 };
	char pack[HASH_TEXT];

	cites_put(&cites, claim);
	hash_text(out->pack, pack);
	buffer_print(text, _("; follows from records %s under pack %.12s"), buffer_text(&cites),
	    pack);
	if (out->shown)
		buffer_print(text, _("; no later record before %llu changes it"),
		    (unsigned long long)v->bundle.manifest.to);
	else
		buffer_print(text, _("; that no record between %llu and %llu changes it, the "
		    "bundle does not show"), (unsigned long long)out->oldest,
		    (unsigned long long)v->bundle.manifest.from);
	if (out->place)
		buffer_put_text(text, _("; the address was not looked up again here"));
	verify_tell(v, CLAIM_JUDGED, SHOWN_PROVED, "%s", buffer_text(text));
	buffer_free(&cites);
}

static void
tell_judged(struct verifying *v, const struct rejudge *rejudge, const struct bundle_claim *claim)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct buffer text = { .max = 0 };
	struct rejudged out = { .how = REJUDGED_CANNOT };

	if (rejudge != NULL)
		rejudge_claim(rejudge, claim, &out);
	else if (!versions_fit(manifest))
		snprintf(out.why, sizeof(out.why), "it was judged by version %llu.%llu of our "
		    "rules, this program has %d.%d", (unsigned long long)manifest->fold_version,
		    (unsigned long long)manifest->judge_version, FOLD_VERSION, JUDGE_VERSION);
	else
		snprintf(out.why, sizeof(out.why), "%.199s", v->unfolded.text);
	verdict_put(&text, claim);
	if (out.how == REJUDGED_FOLLOWS) {
		tell_follows(v, claim, &out, &text);
	} else if (out.how == REJUDGED_CANNOT) {
		buffer_print(&text, _("; it cannot be judged from this bundle: %s"), out.why);
		verify_tell(v, CLAIM_JUDGED, SHOWN_NOT_SHOWN, "%s", buffer_text(&text));
	} else {
		buffer_put_text(&text, _("; says the maker of the bundle, the records that are "
		    "here do not lead to it"));
		verify_tell(v, CLAIM_JUDGED, SHOWN_ASSERTED, "%s", buffer_text(&text));
	}
	buffer_free(&text);
}

void
verify_claims_tell(struct verifying *v)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	struct rejudge *rejudge = v->state != NULL ? rejudge_new(v->state, manifest->from) : NULL;

	for (size_t i = 0; i < manifest->claims; i++) {
		const struct bundle_claim *claim = &manifest->claim[i];

		if (claim->control.len > 0)
			tell_judged(v, rejudge, claim);
		else
			verify_tell(v, CLAIM_SAID, SHOWN_ASSERTED,
			    _("\"%.*s\", says the maker of the bundle; the %llu records it cites "
			    "are proved"),
			    claim->text.len < 1200 ? (int)claim->text.len : 1200,
			    (const char *)claim->text.at, (unsigned long long)claim->count);
	}
	rejudge_free(rejudge);
}
