/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGNAL records: events go on the timeline, alarms to alarm.c, and a provider's own words about
 * itself are kept one by one, for what it said when is what its contract is measured by.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"
#include "monitor/state/region.h"

enum {
	LINES_FIRST  = 16,	/* of one incident that get a line each; then each doubling */
	LINES_MINUTE = 32	/* of no incident that get a line in a minute, likewise */
};

static bool
is_round(uint64_t count, uint64_t first)
{
	return count <= first || (count & (count - 1)) == 0;
}

bool
signal_line(struct state *state, uint64_t id)
{
	const struct incident *incident = state_incident(state, id);

	if (incident != NULL)
		return is_round(incident->alarms_total, LINES_FIRST);
	if (time_later(state->lines_ms, 60000) <= state->now_ms || state->lines == 0) {
		state->lines_ms = state->now_ms;
		state->lines = 0;
	}
	return is_round(++state->lines, LINES_MINUTE);
}

struct subject_ref
signal_ref(const struct state *state, const struct record *rec)
{
	char subject[SUBJECT_NAME];

	text_take(subject, sizeof(subject), rec->signal.subject);
	return plan_view_find(state->memory->view, subject);
}

static void
event_apply(struct state *state, const struct record *rec)
{
	struct transition transition = {
		.kind = TRANSITION_EVENT, .observed_ms = rec->observed_ms, .seq = state->size,
		.value = (int64_t)rec->signal.count, .text = rec->signal.text,
		.severity = rec->signal.severity < SEVERITIES ?
		    (enum severity)rec->signal.severity : PERCEIVED_INDETERMINATE };
	const struct incident *incident;

	text_take(transition.subject, sizeof(transition.subject), rec->signal.subject);
	text_take(transition.author, sizeof(transition.author), rec->signal.source);
	incident = alarm_company(state, transition.subject);
	transition.incident = incident != NULL ? incident->id : 0;
	if (signal_line(state, incident != NULL && incident->alarms_total > 0 ? incident->id : 0))
		timeline_add(state, transition, rec->signal.title);
}

/* --- providers' notices -------------------------------------------------------------------- */

const struct provider_notice *
state_said(const struct state *state, uint64_t id)
{
	for (uint32_t i = 0; i < state->saids; i++)
		if (state->said[i].id == id)
			return &state->said[i];
	return NULL;
}

static struct provider_notice *
said_find(const struct state *state, const struct record *rec, const char *key)
{
	for (uint32_t i = state->saids; i > 0; i--)
		if (strcmp(state->said[i - 1].key, key) == 0 &&
		    bytes_equal(bytes_of_text(state->said[i - 1].source), rec->signal.source))
			return &state->said[i - 1];
	return NULL;
}

static bool
is_over(const struct provider_notice *said)
{
	return said->ended_ms != 0 || said->severity == PERCEIVED_CLEARED;
}

/* The oldest that is over makes room, else the oldest. */
static struct provider_notice *
said_new(struct state *state)
{
	uint32_t gone = 0;

	if (state->saids == PROVIDER_NOTICE_MAX) {
		while (gone < state->saids && !is_over(&state->said[gone]))
			gone++;
		gone = gone < state->saids ? gone : 0;
		state->saids--;
		memmove(&state->said[gone], &state->said[gone + 1],
		    (state->saids - gone) * sizeof(*state->said));
	}
	if (state->saids == state->said_cap) {
		state->said_cap = state->said_cap > 0 ? 2 * state->said_cap : 16;
		state->said = memory_resize(state->said, state->said_cap, sizeof(*state->said));
	}
	state->saids_total++;
	return &state->said[state->saids++];
}

/* The stage it names: what stands before services in the cause of a feed. */
static void
stage_of(const struct record_signal *signal, char out[PROVIDER_STAGE])
{
	const uint8_t *end = signal->cause.len > 0 ?
	    memchr(signal->cause.at, ';', signal->cause.len) : NULL;
	size_t len = end != NULL ? (size_t)(end - signal->cause.at) : signal->cause.len;

	text_take(out, PROVIDER_STAGE, bytes_of(signal->cause.at, len));
}

static void
said_take(struct state *state, struct provider_notice *said, const struct record *rec)
{
	const struct record_signal *signal = &rec->signal;

	said->seq = state->size;
	said->last_ms = state->now_ms;
	if (signal->told != 0)
		said->last_told_ms = signal->told;
	said->severity = signal->severity < SEVERITIES ? (enum severity)signal->severity :
	    PERCEIVED_INDETERMINATE;
	said->text = signal->text;
	said->updates++;
	if (signal->started != 0)
		said->started_ms = signal->started;
	said->ended_ms = signal->ended;
	text_take(said->title, sizeof(said->title), signal->title);
	text_take(said->region, sizeof(said->region), signal->region);
	stage_of(signal, said->stage);
	/* Work it announced is no failure that it discloses. */
	said->planned = strcmp(said->stage, "scheduled") == 0 ||
	    strcmp(said->stage, "maintenance") == 0;
}

/* After a start a poller says again what still stands, in equal words. */
static bool
is_repeated(const struct provider_notice *said, const struct record *rec)
{
	char stage[sizeof(said->stage)], title[sizeof(said->title)];

	stage_of(&rec->signal, stage);
	text_take(title, sizeof(title), rec->signal.title);
	return said->updates > 0 && said->last_told_ms == rec->signal.told &&
	    rec->signal.told != 0 && strcmp(said->stage, stage) == 0 &&
	    strcmp(said->title, title) == 0 && (uint64_t)said->severity == rec->signal.severity;
}

/* The open incident of that provider, else one of a site it runs where it names the region. */
static struct incident *
said_incident(const struct state *state, const struct provider_notice *said)
{
	const struct fold_memory *memory = state->memory;
	uint32_t node = graph_find(memory->view->graph, said->subject);
	struct incident *found = NULL;

	for (uint32_t i = 0; node != GRAPH_NONE && i < memory->opens; i++) {
		struct incident *incident = state_incident(state, memory->open[i]);

		if (incident->scope == SCOPE_PROVIDER &&
		    strcmp(incident->subject, said->subject) == 0)
			return incident;
		if (found == NULL && incident->site != NO_INDEX &&
		    memory->view->provider[incident->site] == node && (said->region[0] == '\0' ||
		    region_named(said->region, state->plan->site[incident->site].region)))
			found = incident;
	}
	return found;
}

static void
notice_apply(struct state *state, const struct record *rec)
{
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct provider_notice *said;
	struct transition transition = {
		.kind = TRANSITION_PROVIDER, .observed_ms = rec->observed_ms, .seq = state->size,
		.text = rec->signal.text };
	const struct incident *incident;
	char key[NAME_MAX_LEN];

	alarm_key(rec->signal.key, key);
	said = said_find(state, rec, key);
	if (said == NULL) {
		said = said_new(state);
		*said = (struct provider_notice){
			.id = state->size, .first_ms = state->now_ms, .told_ms = rec->signal.told,
			.clock = rec->signal.clock };
		text_take(said->source, sizeof(said->source), rec->signal.source);
		text_take(said->key, sizeof(said->key), bytes_of_text(key));
		text_take(said->subject, sizeof(said->subject), rec->signal.subject);
	}
	if (is_repeated(said, rec)) {
		said->last_ms = state->now_ms;
		return;
	}
	said_take(state, said, rec);
	incident = said->incident == 0 ? said_incident(state, said) : NULL;
	if (incident != NULL)
		said->incident = incident->id;
	transition.about = said->id;
	transition.incident = said->incident;
	transition.severity = said->severity;
	transition.value = (int64_t)said->updates;
	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(said->subject));
	text_take(transition.author, sizeof(transition.author), rec->signal.source);
	timeline_add(state, transition, rec->signal.title);
	affairs_stir(state, &cause);
}

void
signal_apply(struct state *state, const struct record *rec)
{
	/* Nobody knows what it could be about. */
	if (state->plan == NULL)
		return;
	switch (rec->signal.kind) {
	case SIGNAL_EVENT:
		event_apply(state, rec);
		break;
	case SIGNAL_RAISED:
		if (rec->signal.severity == PERCEIVED_CLEARED)
			alarm_clear(state, rec);
		else
			alarm_raise(state, rec);
		break;
	case SIGNAL_CLEARED:
		alarm_clear(state, rec);
		break;
	case SIGNAL_NOTICE:
		notice_apply(state, rec);
		break;
	default:
		break;
	}
}
