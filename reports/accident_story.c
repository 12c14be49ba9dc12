/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened and what was done, from the story of the incident; conditions of the law as they
 * were judged.  What people said is quoted, or "(withheld)".
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe.h"
#include "monitor/state/duty_describe.h"
#include "reports/accident_part.h"

static const struct accident *
accident_of(const struct filling *f)
{
	return f->maker->source->accident;
}

void
accident_outline(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };
	char at[2 * TIME_TEXT];

	accident_moment(a->occurred_ms, at);
	buffer_print(&text, _("From %s on, "), at);
	incident_describe(a->incident, &text);
	buffer_print(&text, _(" failed (%" PRIu32 " endpoints)."), a->incident->members);
	for (uint32_t i = 0; a->affair != NULL && i < a->affair->hits; i++) {
		const struct hit *hit = &a->affair->hit[i];

		buffer_print(&text, _(" %s was %s."), accident_service_title(a, hit),
		    hit->peak_stopped > 0 ? _("stopped") : _("degraded"));
	}
	accident_moment(a->restored_ms != 0 ? a->restored_ms : a->at_ms, at);
	buffer_print(&text, a->restored_ms != 0 ? _(" It was restored at %s.") :
	    _(" It was not restored as of %s."), at);
	accident_add(f, BASIS_OBSERVED, "incident.outline", "", buffer_text(&text),
	    a->incident->id);
	buffer_free(&text);
}

/* What is entered into papers is no measure. */
static bool
is_entry(const struct accident *a, uint64_t seq)
{
	struct record record;
	struct why why;

	return ledger_read(a->order.source->shelf, seq, &record, &why) == ERR_OK &&
	    record.kind == RECORD_ENTRY;
}

/* What people did, one by one; the whole is in the timeline. */
void
accident_measures(struct filling *f)
{
	const struct accident *a = accident_of(f);
	struct buffer text = { .max = 0 };
	uint32_t shown = 0;

	for (size_t i = 0; i < a->story->entries; i++) {
		const struct story_entry *entry = &a->story->entry[i];
		char at[2 * TIME_TEXT];

		if (entry->kind != STORY_PERSON || shown == ACCIDENT_NAMED_MAX ||
		    is_entry(a, entry->seq))
			continue;
		buffer_reset(&text);
		accident_moment(entry->observed_ms, at);
		buffer_print(&text, "%s %s", at, entry->text);
		accident_said(a, entry->said, &text);
		accident_add(f, BASIS_OBSERVED, "incident.measure", "", buffer_text(&text),
		    entry->seq);
		shown++;
	}
	if (shown == 0)
		accident_add(f, BASIS_OBSERVED, "incident.measure", "",
		    _("nothing that people did was recorded yet"), a->incident->id);
	accident_add(f, 0, "incident.timeline", "", _("the timeline is attached"), UINT64_MAX);
	buffer_free(&text);
}

/* When the guideline wants the public told; that it was, somebody must enter. */
void
accident_notices(struct filling *f)
{
	const struct duty_verdict *verdict = accident_of(f)->verdict;
	struct buffer text = { .max = 0 };
	char at[2 * TIME_TEXT];

	for (uint32_t i = 0; verdict != NULL && i < verdict->duties; i++) {
		const struct duty *duty = &verdict->duty[i];

		if (duty->notice_first_ms == 0)
			continue;
		buffer_reset(&text);
		accident_moment(duty->notice_first_ms, at);
		buffer_print(&text, _("first notice wanted until %s (%s)"), at,
		    duty_title(duty->rule));
		accident_add(f, 0, "incident.notice_due", "", buffer_text(&text),
		    accident_of(f)->incident->id);
	}
	filling_unknown(f, "", _("notices to users are not recorded by the monitor"),
	    _("whoever told them enters when, how and how often"));
	buffer_free(&text);
}

void
accident_restriction(struct filling *f)
{
	const struct incident *incident = accident_of(f)->incident;
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < incident->metrics && i < ACCIDENT_NAMED_MAX; i++) {
		const struct incident_metric *metric = &incident->metric[i];
		const char *name = metric_name(metric->metric);
		char at[2 * TIME_TEXT];

		buffer_reset(&text);
		accident_moment(metric->at_ms, at);
		buffer_print(&text, _("%s of %s counted %" PRIu64 " at %s, before it failed"),
		    name != NULL ? name : "?", metric->instance, metric->value, at);
		accident_add(f, BASIS_OBSERVED, "incident.metric", "", buffer_text(&text),
		    metric->seq);
	}
	if (accident_of(f)->made.facts.restriction.answer == DUTY_SAYS_YES)
		accident_add(f, BASIS_DECLARED, "incident.restriction", "",
		    _("traffic was restricted, a person says"), incident->last_seq);
	if (f->answer->values == f->from)
		filling_unknown(f, "", _("no load and no restriction was recorded"),
		    _("metrics of load (sources of the configuration), or a person's word"));
	buffer_free(&text);
}

void
accident_rules(struct filling *f)
{
	const struct accident *a = accident_of(f);
	uint32_t shown = 0;

	for (size_t i = 0; i < a->story->entries; i++) {
		const struct story_entry *entry = &a->story->entry[i];

		if (entry->kind != STORY_VERDICT || !entry->problem ||
		    (a->restored_ms != 0 && entry->observed_ms > a->restored_ms))
			continue;
		if (shown++ < ACCIDENT_NAMED_MAX)
			accident_add(f, BASIS_OBSERVED, "incident.rule", "", entry->text,
			    entry->seq);
	}
	if (shown == 0 && judgement_of(a->state) == NULL)
		filling_unknown(f, "", _("no control pack was in force"),
		    _("packs of the configuration"));
	else if (shown == 0)
		accident_add(f, 0, "incident.rule", "",
		    _("no control turned to not met during it"), a->incident->id);
}

void
accident_evidence(struct filling *f)
{
	const struct accident *a = accident_of(f);
	const struct filing *filing = f->maker->filing;
	struct buffer text = { .max = 0 };
	char at[2 * TIME_TEXT];

	buffer_print(&text, _("%zu entries of the timeline; the records cited are listed with "
	    "their hashes at the end; all of %" PRIu64 " records are under the root %s"),
	    a->story->entries, filing->size, filing->root);
	accident_add(f, 0, "evidence", "", buffer_text(&text), UINT64_MAX);
	buffer_reset(&text);
	if (filing->anchor_size > 0) {
		accident_moment(filing->anchor_ms, at);
		buffer_print(&text, _("records before #%" PRIu64 " were time-stamped at %s by %s"),
		    filing->anchor_size, at, filing->anchor_authority);
		accident_add(f, BASIS_PROVEN, "evidence.stamp", "", buffer_text(&text),
		    filing->anchor_seq != 0 ? filing->anchor_seq : UINT64_MAX);
	} else {
		filling_unknown(f, "", _("no time stamp covers these records yet"), "");
	}
	buffer_free(&text);
}
