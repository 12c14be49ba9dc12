/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control table: every control of the packs in force on every subject, with what decided it,
 * what it read, and what is missing; and how many of each verdict fall on each sheet.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/filing_part.h"

enum { BECAUSE_MAX = 600, ELEMENTS_SHOWN = 8, NAMES_SEEN = 64 };

struct reading {
	struct maker          *maker;
	struct filing_finding *finding;
	struct buffer          because;
	bool                   told;	/* the verdict needs its reasons */
	const char            *name[NAMES_SEEN];	/* read already, of this address */
	uint32_t               names;
	uint32_t               elements;
};

static const char *
keep(struct maker *m, const char *text)
{
	return filing_text(m->memory, bytes_of_text(text));
}

/* A verdict that time alone brought names a record behind the newest: that is the newest. */
static uint64_t
within(const struct maker *m, uint64_t seq)
{
	return seq < m->source->size || m->source->size == 0 ? seq : m->source->size - 1;
}

/* --- one finding -------------------------------------------------------------------------- */

/* What applies and what is asked for may read the same. */
static bool
is_new(struct reading *r, const char *name)
{
	for (uint32_t i = 0; i < r->names; i++)
		if (strcmp(r->name[i], name) == 0)
			return false;
	if (r->names < NAMES_SEEN)
		r->name[r->names++] = name;
	return true;
}

static void
on_witness(void *arg, uint64_t seq)
{
	struct reading *r = arg;

	cite_add(r->maker->memory, &r->finding->cite, &r->finding->cites, within(r->maker, seq));
}

static void
on_read(void *arg, const struct judged_value *read)
{
	struct reading *r = arg;

	if (read->inside || !is_new(r, read->name->name))
		return;
	/* Where something is rests on every witness, not on the newest alone. */
	judgement_places(r->maker->state, read->subject, read->name, on_witness, r);
	/* 0 is the KEY record: no value comes from it. */
	if (read->value.known && read->value.seq != 0)
		cite_add(r->maker->memory, &r->finding->cite, &r->finding->cites,
		    within(r->maker, read->value.seq));
	if (!r->told || r->because.len > BECAUSE_MAX)
		return;
	buffer_print(&r->because, "%s%s", r->because.len > 0 ? "; " : "", read->name->name);
	if (!read->value.known) {
		buffer_print(&r->because, ": %s", _("missing"));
		return;
	}
	buffer_put_text(&r->because, " = ");
	value_print(&r->because, read->name->type, &read->value);
}

static void
on_element(void *arg, struct subject element)
{
	struct reading *r = arg;
	char text[SUBJECT_TEXT];

	if (r->elements++ >= ELEMENTS_SHOWN)
		return;
	judgement_subject_text(r->maker->judgement, element, text);
	buffer_print(&r->because, "%s%s", r->elements > 1 ? ", " : r->because.len > 0 ? "; " : "",
	    text);
}

static void
read_finding(struct maker *m, uint32_t c, struct subject subject, struct filing_finding *finding)
{
	struct reading r = { .maker = m, .finding = finding,
		.told = finding->beneath == VERDICT_NOT_MET ||
		finding->beneath == VERDICT_UNKNOWN };
	struct buffer missing = { .max = 0 };
	uint32_t replicas = subject.kind == SUBJECT_TARGET ?
	    m->state->target[subject.index].replicas : 1;

	for (uint32_t i = 0; i < replicas; i++) {
		struct subject one = { subject.kind, subject.index, i };

		r.names = 0;
		judgement_reads(m->state, c, one, on_read, &r);
		if (finding->beneath == VERDICT_UNKNOWN && missing.len == 0)
			judgement_missing(m->state, c, one, &missing);
	}
	if (r.told)
		judgement_elements(m->state, c, subject, on_element, &r);
	if (r.elements > ELEMENTS_SHOWN)
		buffer_print(&r.because, _(" and %" PRIu32 " more"), r.elements - ELEMENTS_SHOWN);
	finding->missing = keep(m, buffer_text(&missing));
	finding->because = keep(m, buffer_text(&r.because));
	buffer_free(&missing);
	buffer_free(&r.because);
}

static struct filing_finding
finding_of(struct maker *m, uint32_t c, uint32_t i)
{
	struct finding found = judgement_finding(m->judgement, c, i);
	struct filing_finding finding = { .verdict = found.verdict, .beneath = found.beneath,
		.since_ms = found.since_ms, .seq = within(m, found.seq), .waiver = found.waiver };
	char text[SUBJECT_TEXT];

	judgement_subject_text(m->judgement, found.subject, text);
	finding.subject = keep(m, text);
	cite_add(m->memory, &finding.cite, &finding.cites, finding.seq);
	if (finding.waiver != 0)
		cite_add(m->memory, &finding.cite, &finding.cites, finding.waiver);
	read_finding(m, c, found.subject, &finding);
	return finding;
}

/* --- which sheets ------------------------------------------------------------------------- */

static bool
is_on_sheet(const struct maker *m, const struct scope_of_sheet *scope, struct subject subject,
    const char *name)
{
	switch (subject.kind) {
	case SUBJECT_CARRIER:
		return true;
	case SUBJECT_FUNCTION:
		return subject.index == (uint32_t)scope->sheet->function;
	case SUBJECT_SITE:
		for (uint32_t i = 0; i < scope->sites; i++)
			if (scope->site[i] == subject.index)
				return true;
		return false;
	case SUBJECT_PROVIDER:
		return strcmp(name, m->plan->site[scope->site[0]].provider) == 0;
	case SUBJECT_REPLICA_SET:
		for (uint32_t i = 0; i < scope->instances; i++)
			if (strcmp(m->plan->instance[scope->instance[i]].replica_set, name) == 0)
				return true;
		return false;
	default:
		return false;
	}
}

/* The one sheet of a target, an instance or a key; NO_SHEET if it is on none or many. */
static uint32_t
sheet_of(const struct maker *m, struct subject subject)
{
	switch (subject.kind) {
	case SUBJECT_INSTANCE:
		return m->sheet_of[subject.index];
	case SUBJECT_TARGET:
		return m->sheet_of[m->plan->target[subject.index].instance];
	case SUBJECT_KEY:
		for (uint32_t t = 0; t < m->plan->targets; t++)
			if (m->key_of[t] == subject.index)
				return m->sheet_of[m->plan->target[t].instance];
		return NO_SHEET;
	default:
		return NO_SHEET;
	}
}

static void
note_on(struct maker *m, uint32_t row, uint32_t standard, const struct filing_control *control,
    uint32_t finding)
{
	enum verdict verdict = control->finding[finding].verdict;
	struct breach *breach;

	m->tally[row * m->filing->standards + standard].verdict[verdict]++;
	if (verdict != VERDICT_NOT_MET || row == m->filing->sheets)
		return;
	m->breach = filing_grow(m->memory, m->breach, m->breaches, sizeof(*breach));
	breach = &m->breach[m->breaches++];
	*breach = (struct breach){ row, standard, control->id, control->title,
		control->finding[finding].subject, control->finding[finding].seq };
}

static void
tally(struct maker *m, uint32_t standard, const struct filing_control *control, uint32_t i,
    struct subject subject)
{
	uint32_t sheet = sheet_of(m, subject), sheets = m->filing->sheets;
	char name[SUBJECT_TEXT];
	const char *colon;

	m->filing->count[control->finding[i].verdict]++;
	note_on(m, sheets, standard, control, i);
	if (sheet != NO_SHEET)
		note_on(m, sheet, standard, control, i);
	if (subject.kind == SUBJECT_INSTANCE || subject.kind == SUBJECT_TARGET ||
	    subject.kind == SUBJECT_KEY)
		return;
	judgement_subject_text(m->judgement, subject, name);
	colon = strchr(name, ':');
	for (uint32_t s = 0; s < sheets; s++)
		if (is_on_sheet(m, &m->scope[s], subject, colon != NULL ? colon + 1 : ""))
			note_on(m, s, standard, control, i);
}

/* --- controls ----------------------------------------------------------------------------- */

static int
compare_findings(const void *a, const void *b)
{
	static const uint8_t rank[VERDICTS] = { [VERDICT_NOT_MET] = 0, [VERDICT_UNKNOWN] = 1,
		[VERDICT_WAIVED] = 2, [VERDICT_MET] = 3, [VERDICT_NOT_APPLICABLE] = 4 };
	const struct filing_finding *x = a, *y = b;
	int order = (int)rank[x->verdict] - (int)rank[y->verdict];

	if (order == 0)
		order = strcmp(x->missing, y->missing);
	if (order == 0)
		order = strcmp(x->because, y->because);
	if (order == 0)
		order = x->waiver < y->waiver ? -1 : x->waiver > y->waiver;
	return order != 0 ? order : strcmp(x->subject, y->subject);
}

static struct filing_control
control_of(struct maker *m, uint32_t c)
{
	const struct pack_control *control = judgement_control(m->judgement, c);
	struct filing_control out = { .id = keep(m, control->id),
		.clause = keep(m, control->clause),
		.title = maker_text(m, control->title, control->title_ja),
		.requirement = keep(m, control->requirement),
		.limit = maker_text(m, control->limit, control->limit_ja),
		.source = keep(m, control->source), .confidence = keep(m, control->confidence),
		.lacks = keep(m, control->lacks), .condition = "", .level = control->level,
		.kind = control->subject, .decided = control->condition != NULL,
		.verdict = judgement_verdict(m->judgement, c) };

	if (control->condition != NULL)
		out.condition = filing_text(m->memory, condition_text(control->condition));
	judgement_counts(m->judgement, c, out.count);
	return out;
}

static void
add_control(struct maker *m, uint32_t c)
{
	uint32_t s = judgement_control_pack(m->judgement, c);
	struct filing_standard *standard = &m->filing->standard[s];
	struct filing_control *control;

	standard->control = filing_grow(m->memory, standard->control, standard->controls,
	    sizeof(*control));
	control = &standard->control[standard->controls++];
	*control = control_of(m, c);
	if (!control->decided) {
		standard->undecided++;
		m->filing->undecided++;
		return;
	}
	standard->count[control->verdict]++;
	control->findings = judgement_subjects(m->judgement, c);
	control->finding = filing_array(m->memory, control->findings + 1,
	    sizeof(*control->finding));
	for (uint32_t i = 0; i < control->findings; i++) {
		control->finding[i] = finding_of(m, c, i);
		tally(m, s, control, i, (struct subject){ control->kind, i, 0 });
	}
	qsort(control->finding, control->findings, sizeof(*control->finding), compare_findings);
}

static void
add_standards(struct maker *m)
{
	struct filing *filing = m->filing;

	filing->standards = judgement_packs(m->judgement);
	filing->standard = filing_array(m->memory, filing->standards + 1,
	    sizeof(*filing->standard));
	for (uint32_t i = 0; i < filing->standards; i++) {
		const struct pack *pack = judgement_pack(m->judgement, i);
		char hash[HASH_TEXT];

		hash_text(judgement_pack_hash(m->judgement, i), hash);
		filing->standard[i] = (struct filing_standard){ .hash = keep(m, hash),
			.id = keep(m, pack != NULL ? pack->id : m->plan->pack[i].path),
			.edition = keep(m, pack != NULL ? pack->edition : ""),
			.title = pack == NULL ? keep(m, m->plan->pack[i].path) :
			maker_text(m, pack->standard, pack->standard_ja),
			.fault = pack != NULL ? "" :
			keep(m, judgement_pack_fault(m->judgement, i)) };
	}
}

void
maker_controls(struct maker *m)
{
	struct filing *filing = m->filing;
	uint32_t controls = m->judgement != NULL ? judgement_controls(m->judgement) : 0;

	if (m->judgement != NULL)
		add_standards(m);
	m->tally = filing_array(m->memory, (size_t)(filing->sheets + 1) * (filing->standards + 1),
	    sizeof(*m->tally));
	for (uint32_t c = 0; c < controls; c++)
		add_control(m, c);
}

/* --- waivers ------------------------------------------------------------------------------ */

static void
add_waiver(struct maker *m, const struct waiver *waiver)
{
	struct filing *filing = m->filing;
	char commitment[HASH_TEXT];

	hash_text(waiver->text, commitment);
	filing->waiver = filing_grow(m->memory, filing->waiver, filing->waivers,
	    sizeof(*filing->waiver));
	filing->waiver[filing->waivers++] = (struct filing_waiver){ .seq = waiver->seq,
		.decided_seq = waiver->decided_seq, .step = waiver->step,
		.control = keep(m, waiver->control), .subject = keep(m, waiver->subject),
		.asked_by = keep(m, waiver->asked_by), .decided_by = keep(m, waiver->decided_by),
		.commitment = keep(m, commitment), .asked_ms = waiver->asked_ms,
		.decided_ms = waiver->decided_ms, .until_ms = waiver->until_ms };
}

void
maker_waivers(struct maker *m)
{
	static const enum waiver_step steps[] = { WAIVER_AGREED, WAIVER_ASKED };
	uint32_t waivers = m->judgement != NULL ? judgement_waivers(m->judgement) : 0;

	for (size_t s = 0; s < sizeof(steps) / sizeof(*steps); s++)
		for (uint32_t i = 0; i < waivers; i++)
			if (judgement_waiver(m->judgement, i)->step == steps[s])
				add_waiver(m, judgement_waiver(m->judgement, i));
}
