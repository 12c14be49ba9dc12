/* SPDX-License-Identifier: Apache-2.0 */
/* What people do to incidents, and what a new configuration does to them. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"

/* The newest are shown; all stay in the ledger. */
static void
add_note(struct state *state, struct incident *incident, const struct record *rec)
{
	struct incident_note note = {
		.seq = state->size, .recorded_ms = state->now_ms, .act = rec->operator.act,
		.text = rec->operator.text };

	text_take(note.author, sizeof(note.author), rec->operator.author);
	if (incident->notes == INCIDENT_NOTE_MAX)
		memmove(incident->note, incident->note + 1,
		    --incident->notes * sizeof(*incident->note));
	if (incident->notes == incident->note_cap) {
		incident->note_cap = incident->note_cap > 0 ? 2 * incident->note_cap : 4;
		incident->note = memory_resize(incident->note, incident->note_cap,
		    sizeof(*incident->note));
	}
	incident->note[incident->notes++] = note;
	incident->notes_total++;
	incident->changed_ms = state->now_ms;
	incident->last_seq = state->size;
}

static void
acknowledge(struct state *state, struct incident *incident, const struct record *rec)
{
	if (incident->acked_seq == 0) {
		incident->acked_seq = state->size;
		text_take(incident->acked_by, sizeof(incident->acked_by), rec->operator.author);
	}
	if (incident->told_ms == 0)
		notice_owe(state, incident->id, TRANSITION_ACKED, state->size);
}

/* An act on an incident that is not kept (any more) is still what a person did. */
void
incident_act(struct state *state, const struct record *rec)
{
	struct incident *incident = state_incident(state, rec->operator.incident);
	struct transition transition = {
		.observed_ms = rec->observed_ms, .seq = state->size, .text = rec->operator.text,
		.incident = incident != NULL ? incident->id : 0 };

	if (rec->operator.act != ACT_ACK && rec->operator.act != ACT_NOTE)
		return;
	transition.kind = rec->operator.act == ACT_ACK ? TRANSITION_ACKED : TRANSITION_NOTED;
	text_take(transition.author, sizeof(transition.author), rec->operator.author);
	timeline_add(state, transition, bytes_of(NULL, 0));
	if (incident == NULL)
		return;
	add_note(state, incident, rec);
	if (rec->operator.act == ACT_ACK)
		acknowledge(state, incident, rec);
}

void
incident_drop_gone(struct state *state, const bool *renewed)
{
	struct cause cause = { .seq = state->size, .observed_ms = state->now_ms };

	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *incident = &state->incident[i];
		uint32_t kept = 0;

		incident->failing = incident->flapping = 0;
		for (uint32_t j = 0; j < incident->members; j++) {
			const struct target_state *target =
			    state_target(state, incident->member[j].target);

			if (target == NULL || renewed[target - state->target])
				continue;
			incident->failing += incident->member[j].health != HEALTH_UP;
			incident->flapping += target->flapping && target->incident == incident->id;
			incident->member[kept++] = incident->member[j];
		}
		incident->members = kept;
	}
	for (uint32_t i = 0; i < state->incidents; i++)
		incident_resolve_if_well(state, &state->incident[i], &cause);
}
