/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every verdict of a state as claims of a filing, each with the records it rests on: what "report
 * self-check" hands to the export, for tests and benchmarks that need no document.
 */
#ifndef TESTS_UNIT_CLAIMS_OF_H
#define TESTS_UNIT_CLAIMS_OF_H

#include <stdlib.h>
#include <string.h>

#include "reports/bundle.h"

enum { CITES_OF_ONE = 64 };

struct claims_of {
	struct bundle_claim *claim;
	size_t    claims, cap;
	char    (*subject)[SUBJECT_TEXT];
	uint64_t (*cites)[CITES_OF_ONE];
	size_t    used;			/* cites of the claim that is being made */
};

static inline void
claims_of_cite(struct claims_of *made, uint64_t seq)
{
	uint64_t *cites = made->cites[made->claims];

	for (size_t i = 0; i < made->used; i++)
		if (cites[i] == seq)
			return;
	if (made->used < CITES_OF_ONE)
		cites[made->used++] = seq;
}

static inline void
claims_of_read(void *arg, const struct judged_value *read)
{
	if (read->value.known && read->value.seq != 0)
		claims_of_cite(arg, read->value.seq);
}

static inline void
claims_of_finding(struct claims_of *made, const struct state *state, uint32_t c, uint32_t i)
{
	const struct judgement *judgement = judgement_of(state);
	struct finding finding = judgement_finding(judgement, c, i);
	uint32_t replicas = finding.subject.kind == SUBJECT_TARGET ?
	    state->target[finding.subject.index].replicas : 1;
	size_t at = made->claims;

	made->used = 0;
	claims_of_cite(made, finding.seq);
	if (finding.waiver != 0)
		claims_of_cite(made, finding.waiver);
	for (uint32_t r = 0; r < replicas; r++)
		judgement_reads(state, c, (struct subject){ finding.subject.kind,
		    finding.subject.index, r }, claims_of_read, made);
	judgement_subject_text(judgement, finding.subject, made->subject[at]);
	made->claim[at] = (struct bundle_claim){ .cites = made->cites[at], .count = made->used,
	    .control = bytes_of_text(judgement_control(judgement, c)->id),
	    .subject = bytes_of_text(made->subject[at]),
	    .verdict = finding.verdict, .beneath = finding.beneath };
	made->claims++;
}

/* The state must stay: ids of controls are its packs'.  "room": further claims. */
static inline void
claims_of_state(struct claims_of *made, const struct state *state, size_t room)
{
	const struct judgement *judgement = judgement_of(state);
	uint32_t controls = judgement != NULL ? judgement_controls(judgement) : 0;

	*made = (struct claims_of){ .cap = room };
	for (uint32_t c = 0; c < controls; c++)
		if (judgement_control(judgement, c)->condition != NULL)
			made->cap += judgement_subjects(judgement, c);
	made->claim = memory_new(made->cap, sizeof(*made->claim));
	made->subject = memory_new(made->cap, sizeof(*made->subject));
	made->cites = memory_new(made->cap, sizeof(*made->cites));
	for (uint32_t c = 0; c < controls; c++)
		for (uint32_t i = 0; judgement_control(judgement, c)->condition != NULL &&
		    i < judgement_subjects(judgement, c); i++)
			claims_of_finding(made, state, c, i);
}

static inline void
claims_of_free(struct claims_of *made)
{
	free(made->claim);
	free(made->subject);
	free(made->cites);
}

#endif
