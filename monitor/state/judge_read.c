/* SPDX-License-Identifier: Apache-2.0 */
/* What readers ask of a judgement: controls, findings, what they rest on, what is missing. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/judge_private.h"

const struct judgement *
judgement_of(const struct state *state)
{
	return state->judgement;
}

uint32_t
judgement_packs(const struct judgement *j)
{
	return j->packs;
}

const struct pack *
judgement_pack(const struct judgement *j, uint32_t i)
{
	return j->pack[i].kept->pack;
}

struct hash
judgement_pack_hash(const struct judgement *j, uint32_t i)
{
	return j->pack[i].kept->hash;
}

const char *
judgement_pack_fault(const struct judgement *j, uint32_t i)
{
	return j->pack[i].kept->fault;
}

uint32_t
judgement_controls(const struct judgement *j)
{
	return j->controls;
}

const struct pack_control *
judgement_control(const struct judgement *j, uint32_t c)
{
	return j->control[c].control;
}

uint32_t
judgement_control_pack(const struct judgement *j, uint32_t c)
{
	return j->control[c].pack;
}

uint32_t
judgement_find(const struct judgement *j, const char *id)
{
	for (uint32_t c = 0; c < j->controls; c++)
		if (strcmp(j->control[c].control->id, id) == 0)
			return c;
	return UINT32_MAX;
}

void
judgement_counts(const struct judgement *j, uint32_t c, uint32_t count[VERDICTS])
{
	memcpy(count, j->control[c].count, sizeof(j->control[c].count));
}

enum verdict
judgement_verdict(const struct judgement *j, uint32_t c)
{
	static const enum verdict worst[] = { VERDICT_NOT_MET, VERDICT_UNKNOWN, VERDICT_WAIVED,
		VERDICT_MET };

	if (j->control[c].cell == NULL)
		return VERDICT_UNKNOWN;
	for (size_t i = 0; i < sizeof(worst) / sizeof(*worst); i++)
		if (j->control[c].count[worst[i]] > 0)
			return worst[i];
	return VERDICT_NOT_APPLICABLE;
}

uint32_t
judgement_subjects(const struct judgement *j, uint32_t c)
{
	return j->control[c].cells;
}

struct finding
judgement_glance(const struct judgement *j, uint32_t c, uint32_t i)
{
	const struct cell *cell = &j->control[c].cell[i];

	return (struct finding){ .subject = { j->control[c].control->subject, i, 0 },
		.verdict = (enum verdict)cell->verdict, .beneath = (enum verdict)cell->beneath,
		.since_ms = cell->since_ms, .seq = cell->seq };
}

struct finding
judgement_finding(const struct judgement *j, uint32_t c, uint32_t i)
{
	struct finding finding = judgement_glance(j, c, i);
	const struct waiver *waiver = finding.verdict == VERDICT_WAIVED ?
	    waiver_in_force(j, c, i) : NULL;

	finding.waiver = waiver != NULL ? waiver->seq : 0;
	return finding;
}

static const char *
subject_name(const struct subjects *s, struct subject subject)
{
	switch (subject.kind) {
	case SUBJECT_PROVIDER:    return s->provider[subject.index];
	case SUBJECT_SITE:        return s->plan->site[subject.index].name;
	case SUBJECT_FUNCTION:    return function_name((enum function)subject.index);
	case SUBJECT_REPLICA_SET: return s->set[subject.index];
	case SUBJECT_INSTANCE:    return s->plan->instance[subject.index].name;
	case SUBJECT_STORE:       return s->plan->store[subject.index].name;
	case SUBJECT_TARGET:      return s->plan->target[subject.index].name;
	case SUBJECT_CUSTODY:     return s->plan->key[subject.index].name;
	case SUBJECT_KEY:         return s->plan->target[s->target_of[subject.index]].name;
	default:                  return "";
	}
}

void
judgement_subject_text(const struct judgement *j, struct subject subject, char out[SUBJECT_TEXT])
{
	memset(out, 0, SUBJECT_TEXT);
	if (subject.kind == SUBJECT_CARRIER)
		snprintf(out, SUBJECT_TEXT, "carrier");
	else
		snprintf(out, SUBJECT_TEXT, "%s:%.120s", subject_kind_name(subject.kind),
		    subject_name(&j->subjects, subject));
}

bool
judgement_subject_find(const struct judgement *j, const char *text, struct subject *out)
{
	const char *colon = strchr(text, ':');
	char name[SUBJECT_TEXT];

	*out = (struct subject){ SUBJECT_CARRIER, 0, 0 };
	if (strcmp(text, "carrier") == 0)
		return true;
	if (colon == NULL || !subject_kind_find(bytes_of(text, (size_t)(colon - text)), &out->kind))
		return false;
	for (out->index = 0; out->index < j->subjects.count[out->kind]; out->index++) {
		judgement_subject_text(j, *out, name);
		if (strcmp(name, text) == 0)
			return true;
	}
	return false;
}

/* --- why ---------------------------------------------------------------------------------- */

/* Whether the other condition of the control said it already. */
static bool
was_read(const struct condition *before, const struct condition_name *name, size_t quantifier)
{
	size_t names = before != NULL ? condition_names(before) : 0, inside;

	for (size_t i = 0; i < names; i++)
		if (strcmp(condition_name_at(before, i, &inside)->name, name->name) == 0 &&
		    (inside != 0) == (quantifier != 0))
			return true;
	return false;
}

static void
reads_of(const struct judge_world *world, const struct condition *condition,
    const struct condition *before, struct subject subject, judged_each *each, void *arg)
{
	size_t names = condition != NULL ? condition_names(condition) : 0;

	for (size_t i = 0; i < names; i++) {
		size_t quantifier;
		struct judged_value read = { .subject = subject };

		read.name = condition_name_at(condition, i, &quantifier);
		read.inside = quantifier != 0;
		if (was_read(before, read.name, quantifier))
			continue;
		if (!read.inside) {
			read.value = judge_value((void *)(uintptr_t)world, &subject, read.name);
			if (read.name->source == NAME_SUBJECT)
				(void)subjects_above(&world->judgement->subjects, subject,
				    read.name->kind, &read.subject);
		}
		each(arg, &read);
	}
}

void
judgement_reads(const struct state *state, uint32_t c, struct subject subject, judged_each *each,
    void *arg)
{
	struct judge_world world = { state, state->judgement, c };
	const struct pack_control *control = state->judgement->control[c].control;

	reads_of(&world, control->applies, NULL, subject, each, arg);
	reads_of(&world, control->condition, control->applies, subject, each, arg);
}

struct value
judgement_value(const struct state *state, struct subject subject,
    const struct condition_name *name)
{
	struct judge_world world = { state, state->judgement, 0 };

	/* Those of a pack are numbered by it. */
	if (name->source != NAME_FACT && name->source != NAME_SUBJECT)
		return (struct value){ .known = false };
	return judge_value(&world, &subject, name);
}

void
judgement_elements(const struct state *state, uint32_t c, struct subject subject,
    judged_element *each, void *arg)
{
	const struct judgement *j = state->judgement;
	const struct judged_control *control = &j->control[c];

	for (uint32_t q = 0; q < control->quantifiers; q++) {
		const struct quantifier *quantifier = &j->quantifier[control->quantifier + q];

		for (uint32_t i = 0; i < j->subjects.count[quantifier->kind]; i++) {
			struct subject element = { quantifier->kind, i, 0 }, above;

			if (quantifier->element[i].no + quantifier->element[i].unknown > 0 &&
			    subjects_above(&j->subjects, element, subject.kind, &above) &&
			    above.index == subject.index)
				each(arg, element);
		}
	}
}

void
judgement_missing(const struct state *state, uint32_t c, struct subject subject,
    struct buffer *out)
{
	const struct pack_control *control = state->judgement->control[c].control;
	struct judge_world inner = { state, state->judgement, c };
	struct condition_result result = { .missing = NULL };
	struct condition_world world;

	judge_world_make(&world, &inner);
	if (control->applies != NULL &&
	    condition_judge(control->applies, &subject, &world, &result) == TRUTH_FALSE)
		return;
	if (result.missing == NULL && control->condition != NULL)
		condition_judge(control->condition, &subject, &world, &result);
	if (result.missing != NULL)
		buffer_put_text(out, result.missing);
}

uint32_t
judgement_changes(const struct judgement *j)
{
	return j->changes;
}

const struct judged_change *
judgement_change(const struct judgement *j, uint32_t i)
{
	return &j->change[i];
}

uint64_t
judgement_changes_total(const struct judgement *j)
{
	return j->change_total;
}

uint32_t
judgement_waivers(const struct judgement *j)
{
	return j->waivers;
}

const struct waiver *
judgement_waiver(const struct judgement *j, uint32_t i)
{
	return &j->waiver[i];
}

/* --- names -------------------------------------------------------------------------------- */

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
#define X(NAME, name, letter) [VERDICT_##NAME] = name,
		VERDICT_LIST(X)
#undef X
	};

	return (unsigned)verdict < VERDICTS ? names[verdict] : "unknown";
}

const char *
verdict_text(enum verdict verdict)
{
	static const char *const texts[VERDICTS] = {
		[VERDICT_UNKNOWN] = N_("unknown"), [VERDICT_MET] = N_("met"),
		[VERDICT_NOT_MET] = N_("not met"), [VERDICT_WAIVED] = N_("waived"),
		[VERDICT_NOT_APPLICABLE] = N_("not applicable") };

	return (unsigned)verdict < VERDICTS ? texts[verdict] : N_("unknown");
}

char
verdict_letter(enum verdict verdict)
{
	static const char letters[VERDICTS] = {
#define X(NAME, name, letter) [VERDICT_##NAME] = letter,
		VERDICT_LIST(X)
#undef X
	};

	return (unsigned)verdict < VERDICTS ? letters[verdict] : '?';
}

const char *
waiver_step_text(enum waiver_step step)
{
	static const char *const texts[] = { [WAIVER_ASKED] = N_("asked for"),
		[WAIVER_AGREED] = N_("in force"), [WAIVER_REFUSED] = N_("refused"),
		[WAIVER_WITHDRAWN] = N_("withdrawn"), [WAIVER_ENDED] = N_("ended") };

	return (unsigned)step < sizeof(texts) / sizeof(*texts) ? texts[step] : "";
}
