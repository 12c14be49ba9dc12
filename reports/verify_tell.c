/* SPDX-License-Identifier: Apache-2.0 */
/* The claims every bundle makes by existing: who, what, when, complete, and what was left out. */
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/verify_part.h"

static void
tell_identity(struct verifying *v)
{
	const struct note_verifier *key = audit_key_at(v->audit, v->bundle.manifest.size);
	struct buffer text = { 0 };

	note_verifier_text(key, &text);
	if (v->options->key != NULL)
		verify_tell(v, CLAIM_IDENTITY, SHOWN_PROVED,
		    _("recorded by the holder of the key that was asked for; now %s"),
		    buffer_text(&text));
	else
		verify_tell(v, CLAIM_IDENTITY, SHOWN_ASSERTED,
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
		verify_tell(v, CLAIM_TIME, SHOWN_NOT_SHOWN,
		    _("no time stamp covers the whole range; when it existed, nobody outside "
		    "vouches for"));
	else if (stamp->proved)
		verify_tell(v, CLAIM_TIME, SHOWN_PROVED,
		    _("all of it existed before %s, by %s"), when, stamp->authority);
	else
		verify_tell(v, CLAIM_TIME, SHOWN_ASSERTED,
		    _("all of it existed before %s, says %s; --roots FILE.pem would prove who that "
		    "is"),
		    when, stamp->authority);
}

static void
tell_complete(struct verifying *v, uint64_t findings)
{
	const struct audit_totals *totals = audit_totals(v->audit);

	if (findings > 0)
		verify_tell(v, CLAIM_COMPLETE, SHOWN_NOT_SHOWN,
		    _("the records themselves leave %llu things open; each is listed"),
		    (unsigned long long)findings);
	else if (totals->items[AUDIT_ASSERTED] > 0 && totals->of_kind[AUDIT_COVERAGE] > 0)
		verify_tell(v, CLAIM_COMPLETE, SHOWN_NOT_SHOWN,
		    _("for a part of it no plan is here, so that nobody can say what should have "
		    "been watched"));
	else if (totals->rests_on_context)
		verify_tell(v, CLAIM_COMPLETE, SHOWN_ASSERTED,
		    _("every worker's time is accounted for (%llu periods of coverage, %llu gaps), "
		    "if no newer plan or start lies between the range and the context before it; "
		    "a range that begins with its plan's record would prove it"),
		    (unsigned long long)totals->coverages, (unsigned long long)totals->gaps);
	else if (totals->of_kind[AUDIT_OPEN] > 0)
		verify_tell(v, CLAIM_COMPLETE, SHOWN_PROVED,
		    _("every worker's time is accounted for (%llu periods of coverage, %llu gaps "
		    "with their reasons), but for its newest two minutes at most: what vouches for "
		    "those was recorded after the range"), (unsigned long long)totals->coverages,
		    (unsigned long long)totals->gaps);
	else
		verify_tell(v, CLAIM_COMPLETE, SHOWN_PROVED,
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
		verify_tell(v, CLAIM_BLOBS, SHOWN_NOT_SHOWN,
		    _("%llu of the blobs that are named are withheld"), gone);
	else
		verify_tell(v, CLAIM_BLOBS, SHOWN_PROVED,
		    _("every blob that the records name (%llu) is here and has its hash"), blobs);
	if (shown < secrets)
		verify_tell(v, CLAIM_VALUES, SHOWN_NOT_SHOWN,
		    _("%llu of %llu values behind commitments are withheld or erased"),
		    secrets - shown,
		    secrets);
	else
		verify_tell(v, CLAIM_VALUES, SHOWN_PROVED,
		    _("every value behind a commitment (%llu) is here and is the one committed to"),
		    shown);
}

void
verify_tell_bundle(struct verifying *v, uint64_t findings)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;

	tell_identity(v);
	if (v->drill)
		verify_tell(v, CLAIM_RECORDS, SHOWN_PROVED,
		    _("DRILL: every record is marked as of an exercise; nothing of it happened"));
	verify_tell(v, CLAIM_RECORDS, SHOWN_PROVED,
	    _("records %llu to %llu are as they were signed, in order, with none missing between "
	    "them"),
	    (unsigned long long)manifest->from, (unsigned long long)manifest->to - 1);
	tell_time(v);
	tell_complete(v, findings);
	tell_withheld(v);
}
