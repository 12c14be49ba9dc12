/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One claim after another against a state: control and subject are found by their names in sorted
 * lists, so that a filing of a hundred thousand verdicts is judged as fast as it is read.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/rejudge_bundle.h"

struct named_control { const char *id; uint32_t index; };
struct named_subject { char text[SUBJECT_TEXT]; uint32_t index; };

struct rejudge {
	const struct state     *state;
	const struct judgement *judgement;	/* NULL: nothing was judged */
	uint64_t                from;
	struct named_control   *control;
	size_t                  controls;
	struct named_subject   *subject[SUBJECT_KINDS];	/* NULL: no control is about them */
	size_t                  subjects[SUBJECT_KINDS];
	uint64_t                all;		/* the oldest record behind plan or targets */
};

static int
compare_controls(const void *a, const void *b)
{
	const struct named_control *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	/* Of two with one id the first counts, as everywhere. */
	return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

static int
compare_subjects(const void *a, const void *b)
{
	return strcmp(((const struct named_subject *)a)->text,
	    ((const struct named_subject *)b)->text);
}

static void
subjects_list(struct rejudge *r, uint32_t c)
{
	enum subject_kind kind = judgement_control(r->judgement, c)->subject;
	size_t count = judgement_subjects(r->judgement, c);
	struct named_subject *list;

	if (judgement_control(r->judgement, c)->condition == NULL || r->subject[kind] != NULL)
		return;
	list = memory_new(count + 1, sizeof(*list));
	for (uint32_t i = 0; i < count; i++) {
		judgement_subject_text(r->judgement, (struct subject){ kind, i, 0 }, list[i].text);
		list[i].index = i;
	}
	qsort(list, count, sizeof(*list), compare_subjects);
	r->subject[kind] = list;
	r->subjects[kind] = count;
}

static uint64_t
older(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
target_oldest(const struct target_state *target)
{
	uint64_t oldest = UINT64_MAX;

	for (uint32_t i = 0; i < target->replicas; i++)
		oldest = older(oldest, target->replica[i].seq);
	return oldest;
}

struct rejudge *
rejudge_new(const struct state *state, uint64_t from)
{
	struct rejudge *r = memory_new(1, sizeof(*r));

	*r = (struct rejudge){ .state = state, .judgement = judgement_of(state), .from = from,
		.all = state->config_seq };
	for (uint32_t i = 0; i < state->targets; i++)
		r->all = older(r->all, target_oldest(&state->target[i]));
	if (r->judgement == NULL)
		return r;
	r->controls = judgement_controls(r->judgement);
	r->control = memory_new(r->controls, sizeof(*r->control));
	for (uint32_t c = 0; c < r->controls; c++) {
		r->control[c] = (struct named_control){ judgement_control(r->judgement, c)->id, c };
		subjects_list(r, c);
	}
	if (r->controls > 0)
		qsort(r->control, r->controls, sizeof(*r->control), compare_controls);
	return r;
}

void
rejudge_free(struct rejudge *r)
{
	if (r == NULL)
		return;
	for (int kind = 0; kind < SUBJECT_KINDS; kind++)
		free(r->subject[kind]);
	free(r->control);
	free(r);
}

/* --- finding ------------------------------------------------------------------------------ */

static uint32_t
control_find(const struct rejudge *r, struct bytes id)
{
	size_t low = 0, high = r->controls;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(bytes_of_text(r->control[middle].id), id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->controls && bytes_equal(bytes_of_text(r->control[low].id), id) ?
	    r->control[low].index : UINT32_MAX;
}

static uint32_t
subject_find(const struct rejudge *r, enum subject_kind kind, struct bytes text)
{
	struct named_subject wanted = { .index = 0 };
	const struct named_subject *found;

	if (text.len >= sizeof(wanted.text) || r->subjects[kind] == 0)
		return UINT32_MAX;
	memcpy(wanted.text, text.at, text.len);
	found = bsearch(&wanted, r->subject[kind], r->subjects[kind], sizeof(wanted),
	    compare_subjects);
	return found != NULL ? found->index : UINT32_MAX;
}

/* Says why nothing can be found; a pack that is not here may hold what is looked for. */
static void
not_found(const struct rejudge *r, struct rejudged *out, const char *what, struct bytes name)
{
	uint32_t packs = r->judgement != NULL ? judgement_packs(r->judgement) : 0;

	for (uint32_t i = 0; i < packs; i++)
		if (judgement_pack(r->judgement, i) == NULL) {
			out->how = REJUDGED_CANNOT;
			snprintf(out->why, sizeof(out->why), "a control pack is not here: %.140s",
			    judgement_pack_fault(r->judgement, i));
			return;
		}
	out->how = REJUDGED_DIFFERS;
	snprintf(out->why, sizeof(out->why), "there is no %s %.*s", what,
	    name.len < 120 ? (int)name.len : 120, (const char *)name.at);
}

/* --- what it rests on --------------------------------------------------------------------- */

struct resting {
	const struct rejudge      *r;
	const struct bundle_claim *claim;
	struct rejudged           *out;
	bool                       broad;	/* on more than its own subject */
};

static bool
is_cited(const struct bundle_claim *claim, uint64_t seq)
{
	for (size_t i = 0; i < claim->count; i++)
		if (claim->cites[i] == seq)
			return true;
	return false;
}

static bool
is_place(const struct condition_name *name)
{
	return name->source == NAME_FACT && (name->number == FACT_LOC_OBSERVED ||
	    name->number == FACT_LOC_OBSERVED_PROVIDER);
}

static void
on_read(void *arg, const struct judged_value *read)
{
	struct resting *rest = arg;
	struct rejudged *out = rest->out;

	out->place = out->place || is_place(read->name);
	if (read->inside || (read->name->source == NAME_SUBJECT && read->name->moving &&
	    read->subject.kind != SUBJECT_TARGET))
		rest->broad = true;
	if (!read->value.known || read->value.seq == 0)
		return;
	out->oldest = older(out->oldest, read->value.seq);
	/* Health may have come back by another record where some are missing; facts may not. */
	if (read->name->source == NAME_FACT && out->how == REJUDGED_FOLLOWS &&
	    !is_cited(rest->claim, read->value.seq)) {
		out->how = REJUDGED_UNCITED;
		out->uncited = read->value.seq;
	}
}

static void
rests_on(const struct rejudge *r, uint32_t c, struct subject subject,
    const struct bundle_claim *claim, struct rejudged *out)
{
	struct resting rest = { r, claim, out, false };

	uint32_t replicas = subject.kind == SUBJECT_TARGET ?
	    r->state->target[subject.index].replicas : 1;

	out->oldest = r->state->config_seq;
	for (uint32_t i = 0; i < replicas; i++)
		judgement_reads(r->state, c, (struct subject){ subject.kind, subject.index, i },
		    on_read, &rest);
	if (subject.kind == SUBJECT_TARGET)
		out->oldest = older(out->oldest, target_oldest(&r->state->target[subject.index]));
	if (rest.broad || subject.kind == SUBJECT_KEY)
		out->oldest = older(out->oldest, r->all);
	out->shown = r->from <= out->oldest;
}

void
rejudge_claim(const struct rejudge *r, const struct bundle_claim *claim, struct rejudged *out)
{
	uint32_t c = control_find(r, claim->control), i;
	const struct pack_control *control;
	struct finding finding;

	*out = (struct rejudged){ .how = REJUDGED_CANNOT };
	if (r->state->plan == NULL) {
		snprintf(out->why, sizeof(out->why), "no CONFIG record says what was watched");
		return;
	}
	if (c == UINT32_MAX) {
		not_found(r, out, "control", claim->control);
		return;
	}
	control = judgement_control(r->judgement, c);
	i = control->condition != NULL ? subject_find(r, control->subject, claim->subject) :
	    UINT32_MAX;
	if (i == UINT32_MAX) {
		out->how = REJUDGED_DIFFERS;
		snprintf(out->why, sizeof(out->why), control->condition == NULL ?
		    "no condition decides that control" : "the plan in force has no such subject");
		return;
	}
	finding = judgement_finding(r->judgement, c, i);
	out->verdict = finding.verdict;
	out->beneath = finding.beneath;
	out->pack = judgement_pack_hash(r->judgement, judgement_control_pack(r->judgement, c));
	out->how = finding.verdict == claim->verdict && finding.beneath == claim->beneath ?
	    REJUDGED_FOLLOWS : REJUDGED_DIFFERS;
	rests_on(r, c, finding.subject, claim, out);
	if (finding.waiver != 0)
		out->oldest = older(out->oldest, finding.waiver);
	out->shown = r->from <= out->oldest;
}
