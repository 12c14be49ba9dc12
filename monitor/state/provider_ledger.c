/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents and notices of one provider, paired by time and region. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs_part.h"
#include "monitor/state/provider_ledger.h"

struct span { int64_t from_ms, to_ms; };

static int
by_from(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

/* How much of [from, to) the spans cover together; reorders them. */
static int64_t
union_ms(struct span *span, size_t count, int64_t from_ms, int64_t to_ms)
{
	int64_t sum = 0, end = from_ms;

	qsort(span, count, sizeof(*span), by_from);
	for (size_t i = 0; i < count; i++) {
		int64_t begin = span[i].from_ms > end ? span[i].from_ms : end;
		int64_t until = span[i].to_ms < to_ms ? span[i].to_ms : to_ms;

		if (until <= begin)
			continue;
		sum += until - begin;
		end = until;
	}
	return sum;
}

static struct provider_entry *
entry_add(struct provider_ledger *ledger)
{
	if (ledger->entries == ledger->entry_cap) {
		ledger->entry_cap = ledger->entry_cap > 0 ? 2 * ledger->entry_cap : 16;
		ledger->entry = memory_resize(ledger->entry, ledger->entry_cap,
		    sizeof(*ledger->entry));
	}
	ledger->entry[ledger->entries] = (struct provider_entry){
		.detection_ms = LAG_NONE, .disclosure_ms = LAG_NONE };
	return &ledger->entry[ledger->entries++];
}

/* --- pairing ------------------------------------------------------------------------------ */

/* The first notice it gave of the incident, as evidence names it. */
static const struct provider_notice *
notice_of(const struct state *state, const struct demarcation *found)
{
	const struct provider_notice *first = NULL;

	for (uint32_t i = 0; i < found->clues; i++) {
		if (found->clue[i].kind != CLUE_SAID)
			continue;
		for (uint32_t j = 0; j < state->saids; j++)
			if (state->said[j].seq == found->clue[i].seq &&
			    (first == NULL || state->said[j].id < first->id))
				first = &state->said[j];
	}
	return first;
}

static void
take_notice(struct provider_entry *entry, const struct provider_notice *said)
{
	entry->notice = said->id;
	entry->said_seq = said->id;
	entry->said_ms = said->first_ms;
	entry->told_ms = said->told_ms;
	entry->started_ms = said->started_ms;
	entry->ended_ms = said->ended_ms;
	text_take(entry->title, sizeof(entry->title), bytes_of_text(said->title));
	if (entry->region[0] == '\0')
		text_take(entry->region, sizeof(entry->region), bytes_of_text(said->region));
}

static void
take_lags(struct provider_entry *entry, const struct plan_provider *plan, int64_t to_ms)
{
	int64_t began = entry->occurred_ms;

	if (entry->started_ms != 0 && (began == 0 || entry->started_ms < began))
		began = entry->started_ms;
	if (entry->known_ms != 0 && began != 0)
		entry->detection_ms = entry->known_ms - began;
	if (entry->known_ms != 0 && entry->said_ms != 0)
		entry->disclosure_ms = entry->said_ms - entry->known_ms;
	if (plan == NULL || plan->notice_ms == 0 || entry->known_ms == 0)
		return;
	entry->late = entry->said_ms != 0 ? entry->disclosure_ms > plan->notice_ms :
	    entry->side == SIDE_PROVIDER && to_ms - entry->known_ms > plan->notice_ms;
}

static bool
in_period(const struct provider_ledger *ledger, int64_t from_ms, int64_t to_ms)
{
	return from_ms < ledger->to_ms && to_ms > ledger->from_ms;
}

static void
take_incident(const struct state *state, struct provider_ledger *ledger,
    const struct incident *incident, struct span *down, size_t *downs, struct span *doubt,
    size_t *doubts)
{
	int64_t restored = incident_restored_ms(incident);
	int64_t until = restored != 0 ? restored : ledger->to_ms;
	struct demarcation found;
	struct provider_entry *entry;
	const struct provider_notice *said;

	if (incident->absorbed_by != 0 ||
	    !in_period(ledger, incident_occurred_ms(incident), until))
		return;
	demarcation_judge(state, incident, &found);
	if (strcmp(found.provider, ledger->provider) != 0 || found.side == SIDE_CARRIER)
		return;
	entry = entry_add(ledger);
	entry->incident = incident->id;
	entry->known_seq = incident->id;
	entry->side = found.side;
	entry->occurred_ms = incident_occurred_ms(incident);
	entry->known_ms = incident_known_ms(incident);
	entry->restored_ms = restored;
	text_take(entry->region, sizeof(entry->region), bytes_of_text(
	    incident->region[0] != '\0' ? incident->region : incident->site_name));
	said = notice_of(state, &found);
	if (said != NULL)
		take_notice(entry, said);
	take_lags(entry, ledger->plan, ledger->to_ms);
	if (found.side == SIDE_PROVIDER)
		down[(*downs)++] = (struct span){ entry->occurred_ms, until };
	else
		doubt[(*doubts)++] = (struct span){ entry->occurred_ms, until };
}

/* What it told of and we did not see: or that we could not see. */
static void
take_unseen(const struct state *state, struct provider_ledger *ledger)
{
	char subject[SUBJECT_NAME];
	uint32_t seen = ledger->entries;

	snprintf(subject, sizeof(subject), "provider:%s", ledger->provider);
	for (uint32_t i = 0; i < state->saids; i++) {
		const struct provider_notice *said = &state->said[i];
		struct provider_entry *entry;
		bool paired = said->planned || strcmp(said->subject, subject) != 0 ||
		    !in_period(ledger, said->first_ms, said->last_ms + 1);

		for (uint32_t j = 0; j < seen; j++)
			paired = paired || ledger->entry[j].notice == said->id;
		if (paired)
			continue;
		entry = entry_add(ledger);
		take_notice(entry, said);
		entry->side = SIDE_PROVIDER;
	}
}

static int
by_moment(const void *a, const void *b)
{
	const struct provider_entry *x = a, *y = b;
	int64_t m = x->occurred_ms != 0 ? x->occurred_ms : x->said_ms;
	int64_t n = y->occurred_ms != 0 ? y->occurred_ms : y->said_ms;

	return m != n ? (m > n) - (m < n) : (x->incident > y->incident) -
	    (x->incident < y->incident);
}

/* --- availability ------------------------------------------------------------------------- */

static int64_t
blind_of(const struct state *state, int64_t from_ms, int64_t to_ms)
{
	struct span *blind = memory_new(state->gaps, sizeof(*blind));
	size_t count = 0;
	int64_t sum;

	for (uint32_t i = 0; i < state->gaps; i++)
		if (state->gap[i].role == ROLE_WORKER || state->gap[i].role == ROLE_SUPERVISOR ||
		    state->gap[i].role == ROLE_LEDGER)
			blind[count++] = (struct span){ state->gap[i].from_ms,
			    state->gap[i].ended_ms != 0 ? state->gap[i].ended_ms : to_ms };
	sum = union_ms(blind, count, from_ms, to_ms);
	free(blind);
	return sum;
}

static void
take_availability(struct provider_ledger *ledger)
{
	int64_t whole = ledger->to_ms - ledger->from_ms;

	if (whole <= 0)
		return;
	/* Rounded down: a promise is not met by rounding. */
	ledger->available_ppm = (uint32_t)((whole - ledger->down_ms) * PPM / whole);
	ledger->met = ledger->promised_ppm == 0 || ledger->available_ppm >= ledger->promised_ppm;
}

void
provider_ledger_make(const struct state *state, const char *provider, int64_t from_ms,
    int64_t to_ms, struct provider_ledger *out)
{
	struct span *down, *doubt;
	size_t downs = 0, doubts = 0;

	*out = (struct provider_ledger){ .from_ms = from_ms, .to_ms = to_ms };
	text_take(out->provider, sizeof(out->provider), bytes_of_text(provider));
	if (state->plan == NULL || provider[0] == '\0')
		return;
	for (uint32_t i = 0; i < state->plan->providers; i++)
		if (strcmp(state->plan->provider[i].name, provider) == 0)
			out->plan = &state->plan->provider[i];
	out->promised_ppm = out->plan != NULL ? out->plan->availability_ppm : 0;
	down = memory_new(state->incidents, sizeof(*down));
	doubt = memory_new(state->incidents, sizeof(*doubt));
	for (uint32_t i = 0; i < state->incidents; i++)
		take_incident(state, out, &state->incident[i], down, &downs, doubt, &doubts);
	take_unseen(state, out);
	out->down_ms = union_ms(down, downs, from_ms, to_ms);
	out->doubtful_ms = union_ms(doubt, doubts, from_ms, to_ms);
	out->blind_ms = blind_of(state, from_ms, to_ms);
	take_availability(out);
	free(down);
	free(doubt);
	if (out->entries > 0)
		qsort(out->entry, out->entries, sizeof(*out->entry), by_moment);
}

void
provider_ledger_free(struct provider_ledger *ledger)
{
	free(ledger->entry);
	*ledger = (struct provider_ledger){ .entry = NULL };
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

uint32_t
providers_of(const struct plan *plan, const char **names, uint32_t most)
{
	uint32_t count = 0, kept = 0;

	for (uint32_t i = 0; i < plan->providers && count < most; i++)
		names[count++] = plan->provider[i].name;
	for (uint32_t i = 0; i < plan->sites && count < most; i++)
		if (plan->site[i].provider[0] != '\0')
			names[count++] = plan->site[i].provider;
	if (count > 0)
		qsort(names, count, sizeof(*names), by_text);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[kept - 1]) != 0)
			names[kept++] = names[i];
	return kept;
}
