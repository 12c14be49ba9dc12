/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper about an incident, or a frozen list of several: what its first claim says it is must be
 * what its FILING record says, and the edition it replaces must be one of the same paper, one
 * before.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "reports/filing_claims.h"
#include "reports/verify_part.h"

enum { CLAIM_OCTETS_MAX = 200 };

/* What describes the network as it stands has no editions. */
static bool
is_paper(const struct record_filing *filing)
{
	return filing->incident != 0 || filing->paper_edition != 0;
}

static bool
claim_says(const struct verifying *v, const struct record_filing *filing)
{
	const struct bundle_manifest *manifest = &v->bundle.manifest;
	char report[64], text[CLAIM_OCTETS_MAX];

	if (manifest->claims == 0 || filing->report.len >= sizeof(report))
		return false;
	snprintf(report, sizeof(report), "%.*s", (int)filing->report.len,
	    (const char *)filing->report.at);
	if (filing->incident != 0)
		snprintf(text, sizeof(text), CLAIM_OF_PAPER, report, filing->incident,
		    filing->paper_edition);
	else
		snprintf(text, sizeof(text), CLAIM_OF_LIST, report, filing->paper_edition);
	return bytes_equal(manifest->claim[0].text, bytes_of_text(text));
}

/* NULL: it is not in the bundle. */
static const struct bundle_record *
previous_of(const struct verifying *v, const struct record_filing *filing)
{
	return filing->previous != 0 ? bundle_find(&v->bundle, filing->previous) : NULL;
}

static bool
follows(const struct bundle_record *at, const struct record_filing *filing)
{
	struct record before;

	return record_decode(at->octets, &before, NULL) == ERR_OK &&
	    before.kind == RECORD_FILING && before.filing.incident == filing->incident &&
	    bytes_equal(before.filing.report, filing->report) &&
	    before.filing.paper_edition + 1 == filing->paper_edition;
}

enum err
verify_paper(struct verifying *v, const struct record *record)
{
	const struct record_filing *filing = &record->filing;
	const struct bundle_record *before = previous_of(v, filing);
	unsigned long long number = record->seq;

	if (!is_paper(filing))
		return ERR_OK;
	if (!claim_says(v, filing))
		return why_set(v->why, ERR_UNTRUSTED, "record %llu (FILING) is of another paper "
		    "than the first claim says: another incident or edition", number);
	if (before != NULL && !follows(before, filing))
		return why_set(v->why, ERR_UNTRUSTED, "record %llu (FILING) says to replace record "
		    "%llu, which is not the edition before of the same paper", number,
		    (unsigned long long)filing->previous);
	return ERR_OK;
}

void
verify_paper_tell(struct verifying *v, const struct record *record)
{
	const struct record_filing *filing = &record->filing;

	if (!is_paper(filing))
		return;
	if (filing->incident == 0)
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED, _("it is edition %llu of the list %.*s"),
		    (unsigned long long)filing->paper_edition, filing->report.len < 64 ?
		    (int)filing->report.len : 64, (const char *)filing->report.at);
	else if (filing->paper_edition == 0)
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED,
		    _("it is a paper about incident %llu, not frozen as an edition"),
		    (unsigned long long)filing->incident);
	else
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED,
		    _("it is edition %llu of a paper about incident %llu"),
		    (unsigned long long)filing->paper_edition,
		    (unsigned long long)filing->incident);
	if (filing->previous == 0)
		return;
	if (previous_of(v, filing) != NULL)
		verify_tell(v, CLAIM_FILING, SHOWN_PROVED,
		    _("it replaces the edition of record %llu"),
		    (unsigned long long)filing->previous);
	else
		verify_tell(v, CLAIM_FILING, SHOWN_NOT_SHOWN,
		    _("it says to replace the edition of record %llu, which is not in the bundle"),
		    (unsigned long long)filing->previous);
}
