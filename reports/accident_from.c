/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fills a part of a paper about an incident: times, and which file has the rest.  Each value
 * names the record it rests on; a corrected one shows what was recorded before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/correct.h"
#include "reports/accident_part.h"

void
accident_add_how(struct filling *f, unsigned basis, const char *name, const char *text,
    const char *how, uint64_t cite)
{
	struct filing_value value = { .basis = basis, .known = true, .name = name, .text = text,
		.how = how };

	filling_add(f, &value, "", cite);
}

void
accident_add(struct filling *f, unsigned basis, const char *name, const char *subject,
    const char *text, uint64_t cite)
{
	struct filing_value value = { .basis = basis, .known = true, .name = name, .text = text,
		.how = "" };

	filling_add(f, &value, subject, cite);
}

void
accident_said(const struct accident *a, struct hash said, struct buffer *out)
{
	if (hash_is_zero(said))
		return;
	buffer_put_text(out, ": ");
	if (a->order.withhold)
		buffer_put_text(out, _("(withheld)"));
	else
		report_said(a->order.source, said, out);
}

/* A moment, with what was recorded before a person corrected it. */
static void
put_moment(struct filling *f, const char *name, int64_t ms, int64_t recorded_ms,
    enum correct what, uint64_t seq)
{
	const struct correction *said = incident_correction(f->maker->source->accident->incident,
	    what, "");
	char text[2 * TIME_TEXT], before[2 * TIME_TEXT];
	struct buffer how = { .max = 0 };

	accident_moment(ms, text);
	if (said == NULL) {
		accident_add(f, BASIS_OBSERVED, name, "", text, seq);
		return;
	}
	buffer_print(&how, _("corrected by %s"), said->author);
	if (recorded_ms != 0) {
		accident_moment(recorded_ms, before);
		buffer_print(&how, _("; recorded before: %s"), before);
	}
	accident_add_how(f, BASIS_DECLARED, name, text, buffer_text(&how), said->seq);
	buffer_free(&how);
}

static void
fill_start(struct filling *f)
{
	const struct accident *a = f->maker->source->accident;

	put_moment(f, "incident.occurred", a->occurred_ms, a->incident->occurred_ms,
	    CORRECT_OCCURRED, a->incident->id);
}

static void
fill_known(struct filling *f)
{
	const struct accident *a = f->maker->source->accident;

	put_moment(f, "incident.known", a->known_ms, a->incident->known_ms, CORRECT_KNOWN,
	    a->incident->id);
}

static void
fill_end(struct filling *f)
{
	const struct accident *a = f->maker->source->accident;
	char at[2 * TIME_TEXT];
	struct buffer text = { .max = 0 };

	if (a->restored_ms != 0) {
		put_moment(f, "incident.restored", a->restored_ms, a->incident->resolved_ms,
		    CORRECT_RESTORED, a->incident->last_seq);
		return;
	}
	accident_moment(a->at_ms, at);
	buffer_print(&text, _("not restored as of %s"), at);
	accident_add(f, BASIS_OBSERVED, "incident.restored", "", buffer_text(&text),
	    a->incident->last_seq);
	buffer_free(&text);
}

static void
fill_duration(struct filling *f)
{
	const struct accident *a = f->maker->source->accident;
	int64_t minutes = ((a->restored_ms != 0 ? a->restored_ms : a->at_ms) - a->occurred_ms) /
	    60000;
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("%" PRId64 " h %" PRId64 " min"), minutes / 60, minutes % 60);
	if (a->restored_ms == 0)
		buffer_put_text(&text, _(" and going on"));
	accident_add(f, 0, "incident.duration", "", buffer_text(&text), a->incident->id);
	buffer_free(&text);
}

static void
fill_as_of(struct filling *f)
{
	char at[2 * TIME_TEXT];
	struct buffer text = { .max = 0 };

	accident_moment(f->maker->source->accident->at_ms, at);
	buffer_print(&text, _("as of %s"), at);
	accident_add(f, 0, "as_of", "", buffer_text(&text), UINT64_MAX);
	buffer_free(&text);
}

static void
fill_attached(struct filling *f)
{
	accident_add(f, 0, "attached", "", _("attached: the figures of this document"),
	    f->maker->filing->config_seq);
}

void
accident_fill(struct filling *f)
{
	switch (f->part->from) {
	case FORM_FROM_START:      fill_start(f); break;
	case FORM_FROM_KNOWN:      fill_known(f); break;
	case FORM_FROM_END:        fill_end(f); break;
	case FORM_FROM_DURATION:   fill_duration(f); break;
	case FORM_FROM_AS_OF:      fill_as_of(f); break;
	case FORM_FROM_DIAGRAM:    fill_attached(f); break;
	case FORM_FROM_FAILED_AT:  accident_place(f); break;
	case FORM_FROM_EQUIPMENT:  accident_equipment(f); break;
	case FORM_FROM_PLACE_CLASS: accident_place_class(f); break;
	case FORM_FROM_FUNCTIONS:  accident_functions(f); break;
	case FORM_FROM_CAUSE_CLASS: accident_cause_class(f); break;
	case FORM_FROM_CLUES:      accident_clues(f); break;
	case FORM_FROM_PROVIDERS:  accident_providers(f); break;
	case FORM_FROM_SERVICES:   accident_services(f); break;
	case FORM_FROM_AREAS:      accident_areas(f); break;
	case FORM_FROM_USERS:      accident_users(f); break;
	case FORM_FROM_EMERGENCY:  accident_emergency(f); break;
	case FORM_FROM_CLASSES:    accident_classes(f); break;
	case FORM_FROM_OUTLINE:    accident_outline(f); break;
	case FORM_FROM_MEASURES:   accident_measures(f); break;
	case FORM_FROM_NOTICES:    accident_notices(f); break;
	case FORM_FROM_RESTRICTION: accident_restriction(f); break;
	case FORM_FROM_RULES:      accident_rules(f); break;
	case FORM_FROM_EVIDENCE:   accident_evidence(f); break;
	case FORM_FROM_CONDITIONS: accident_conditions(f, false); break;
	case FORM_FROM_SITUATIONS: accident_conditions(f, true); break;
	case FORM_FROM_NOT_MAJOR:  accident_not_major(f); break;
	default:
		break;
	}
}
