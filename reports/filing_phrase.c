/* SPDX-License-Identifier: Apache-2.0 */
/* The words around values: records, ages, duties, counts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_phrase.h"

static void
put_more(struct buffer *out, uint32_t all)
{
	if (all > FILING_SUBJECTS_SHOWN)
		buffer_print(out, _(" and %" PRIu32 " more"), all - FILING_SUBJECTS_SHOWN);
}

void
phrase_cites(struct buffer *out, const uint64_t *cite, uint32_t cites)
{
	for (uint32_t i = 0; i < cites && i < FILING_SUBJECTS_SHOWN; i++)
		buffer_print(out, "%s#%" PRIu64, i > 0 ? ", " : "", cite[i]);
	put_more(out, cites);
}

void
phrase_subjects(struct buffer *out, const char *const *subject, uint32_t subjects)
{
	for (uint32_t i = 0; i < subjects && i < FILING_SUBJECTS_SHOWN; i++)
		buffer_print(out, "%s%s", i > 0 ? ", " : "", subject[i]);
	put_more(out, subjects);
}

void
phrase_age(struct buffer *out, const struct filing *filing, int64_t as_of_ms)
{
	int64_t age = filing->at_ms - as_of_ms;
	char at[TIME_TEXT], before[TIME_TEXT];

	time_jst_s(as_of_ms, at);
	/* Whole seconds, minutes, hours, days: an age is no measurement. */
	age = age < 0 ? 0 : age < 3600000 ? age / 1000 * 1000 : age < 86400000 ?
	    age / 60000 * 60000 : age / 3600000 * 3600000;
	duration_text(age, before);
	buffer_put_text(out, at);
	if (age > 0)
		buffer_print(out, _(" (%s before)"), before);
}

static void
put_gap(struct buffer *out, size_t start)
{
	if (out->len > start)
		buffer_put_text(out, "; ");
}

void
phrase_beside(struct buffer *out, const struct filing *filing, const struct filing_value *value)
{
	size_t start = out->len;

	if (value->how[0] != '\0')
		buffer_put_text(out, value->how);
	if (value->as_of_ms != 0) {
		put_gap(out, start);
		phrase_age(out, filing, value->as_of_ms);
	}
	if (value->subjects > 0) {
		put_gap(out, start);
		phrase_subjects(out, value->subject, value->subjects);
	}
	if (value->cites > 0) {
		put_gap(out, start);
		buffer_put_text(out, value->cites == 1 ? _("record ") : _("records "));
		phrase_cites(out, value->cite, value->cites);
	}
}

void
phrase_basis(struct buffer *out, const struct filing_value *value)
{
	if (value->basis != 0)
		buffer_put_text(out, filing_basis_text(value->basis));
	if (value->contradicted)
		buffer_print(out, ", %s", _("CONTRADICTS what is declared"));
	if (value->lapsed)
		buffer_print(out, ", %s", _("last known; no longer counts"));
}

void
phrase_duty(struct buffer *out, const struct filing_answer *answer)
{
	if (answer->standing == FILING_DRAFT)
		buffer_print(out, _("To be confirmed by: %s"), answer->who);
	if (answer->standing == FILING_BLANK)
		buffer_print(out, _("To be entered by: %s"), answer->who);
}

void
phrase_counts(struct buffer *out, const uint32_t count[VERDICTS], uint32_t undecided)
{
	static const enum verdict order[VERDICTS] = { VERDICT_NOT_MET, VERDICT_UNKNOWN,
		VERDICT_WAIVED, VERDICT_MET, VERDICT_NOT_APPLICABLE };
	const char *gap = "";

	for (size_t i = 0; i < VERDICTS; i++) {
		if (count[order[i]] == 0)
			continue;
		buffer_print(out, "%s%s %" PRIu32, gap, _(verdict_text(order[i])), count[order[i]]);
		gap = ", ";
	}
	if (undecided > 0)
		buffer_print(out, "%s%s %" PRIu32, gap, _("cannot be decided"), undecided);
	else if (gap[0] == '\0')
		buffer_put_text(out, _("none"));
}

/* --- the head ----------------------------------------------------------------------------- */

static const char *
status_text(enum form_status status)
{
	return status == FORM_READ ? _("its wording was read in an official text") :
	    status == FORM_PARTLY ? _("its wording was read in part") :
	    _("its wording was not read and is assumed");
}

static void
put_anchor(struct buffer *out, const struct filing *filing)
{
	char at[TIME_TEXT];

	if (filing->anchor_size == 0) {
		buffer_put_text(out, _("none: nobody outside vouches for this ledger yet"));
		return;
	}
	time_jst_s(filing->anchor_ms, at);
	buffer_print(out, _("records before #%" PRIu64 " existed before %s, by the word of %s"),
	    filing->anchor_size, at, filing->anchor_authority);
	if (filing->anchor_seq != 0)
		buffer_print(out, _(" (record #%" PRIu64 ")"), filing->anchor_seq);
}

bool
phrase_head(const struct filing *filing, unsigned line, const char **label, struct buffer *text)
{
	char at[TIME_TEXT];

	buffer_reset(text);
	switch (line) {
	case 0:
		*label = _("Moment it speaks of");
		time_jst_s(filing->at_ms, at);
		buffer_put_text(text, at);
		return true;
	case 1:
		*label = _("Monitor");
		buffer_put_text(text, filing->monitor);
		return true;
	case 2:
		*label = _("Ledger");
		buffer_print(text, _("%s, %" PRIu64 " records"), filing->origin, filing->size);
		return true;
	case 3:
		*label = _("Root of the tree");
		buffer_put_text(text, filing->root[0] != '\0' ? filing->root : "-");
		return true;
	case 4:
		*label = _("Signing key");
		buffer_put_text(text, filing->verifier);
		return true;
	case 5:
		*label = _("Time stamp");
		put_anchor(text, filing);
		return true;
	case 6:
		*label = _("Form");
		buffer_print(text, _("%s, edition %s; %s"), filing->form->id,
		    filing->form->edition, status_text(filing->form->status));
		return true;
	case 7:
		*label = _("Verdicts");
		phrase_counts(text, filing->count, filing->undecided);
		return true;
	default:
		return false;
	}
}

/* --- controls ----------------------------------------------------------------------------- */

const char *
phrase_level(enum level level)
{
	switch (level) {
	case LEVEL_CONTRADICTION: return _("contradiction");
	case LEVEL_MANDATORY:     return _("mandatory");
	default:                  return _("recommended");
	}
}

uint32_t
phrase_group(const struct filing_control *control, uint32_t from)
{
	const struct filing_finding *first = &control->finding[from];
	uint32_t end = from + 1;

	for (; end < control->findings; end++) {
		const struct filing_finding *one = &control->finding[end];

		if (one->verdict != first->verdict || one->waiver != first->waiver ||
		    strcmp(one->missing, first->missing) != 0 ||
		    strcmp(one->because, first->because) != 0)
			break;
	}
	return end;
}
