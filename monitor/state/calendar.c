/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering and sorting; see calendar.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/calendar.h"
#include "monitor/state/custody.h"
#include "monitor/state/judge_private.h"

enum { DAY_MS = 86400000 };

static void
add(struct calendar *calendar, const struct calendar_entry *entry)
{
	if (calendar->entries == calendar->cap) {
		calendar->cap = calendar->cap > 0 ? 2 * calendar->cap : 64;
		calendar->entry = memory_resize(calendar->entry, calendar->cap,
		    sizeof(*calendar->entry));
	}
	calendar->entry[calendar->entries++] = *entry;
}

static int
compare(const void *left, const void *right)
{
	const struct calendar_entry *a = left, *b = right;
	int order;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = strcmp(a->subject, b->subject);
	if (order != 0)
		return order;
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static bool
list_of(struct bytes facts, enum fact fact, struct bytes *raw)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, raw))
		if (row != NULL && row->fact == fact)
			return true;
	return false;
}

/* Of a TLS server's certificates, or an IKE responder's. */
static void
add_chain(struct calendar *calendar, struct calendar_entry *entry, struct bytes facts,
    enum fact expiries, enum fact subject, enum fact not_before)
{
	struct bytes raw, title = { 0 };
	struct cbor in;
	uint64_t count;
	int64_t from = 0;

	if (!list_of(facts, expiries, &raw))
		return;
	(void)fact_text(facts, subject, &title);
	(void)fact_int(facts, not_before, &from);
	in = cbor_of(raw, true);
	count = cbor_array(&in);
	for (uint64_t i = 0; i < count && i < CHAIN_MAX && in.err == ERR_OK; i++) {
		entry->kind = CALENDAR_CERTIFICATE;
		entry->position = (uint32_t)i;
		entry->at_ms = cbor_int(&in);
		entry->from_ms = i == 0 ? from : 0;
		text_take(entry->title, sizeof(entry->title), title);
		if (in.err == ERR_OK)
			add(calendar, entry);
	}
}

/* Nitro makes a certificate for each document, of some hours: nobody renews those. */
static void
add_evidence(struct calendar *calendar, struct calendar_entry entry, struct bytes facts)
{
	struct bytes kind = { 0 }, title;

	if (!fact_int(facts, FACT_ATTEST_COLLATERAL_UNTIL, &entry.at_ms) ||
	    !fact_text(facts, FACT_ATTEST_KIND, &kind) ||
	    (kind.len > 6 && memcmp(kind.at, "nitro-", 6) == 0))
		return;
	if (!fact_text(facts, FACT_ATTEST_REGISTER_ID, &title))
		title = kind;
	entry.kind = CALENDAR_EVIDENCE;
	text_take(entry.title, sizeof(entry.title), title);
	add(calendar, &entry);
}

static void
add_replica(struct calendar *calendar, const struct target_state *target,
    const struct replica_state *replica)
{
	struct bytes facts = bytes_of_buffer(&replica->facts), text = { 0 };
	struct calendar_entry entry = { .target = target->plan->id, .seq = replica->seq,
		.seen = 1, .known = replica_usable(replica) };
	const char *name = target->plan->endpoint[0] != '\0' ? target->plan->endpoint :
	    target->plan->name;

	subject_text("target", name, entry.subject);
	add_chain(calendar, &entry, facts, FACT_TLS_CHAIN_EXPIRIES, FACT_TLS_SUBJECT,
	    FACT_TLS_NOT_BEFORE);
	add_chain(calendar, &entry, facts, FACT_IKE_AUTH_CHAIN_EXPIRIES, FACT_IKE_AUTH_SUBJECT,
	    FACT_IKE_AUTH_NOT_BEFORE);
	add_evidence(calendar, entry, facts);
	if (!fact_int(facts, FACT_REFUSAL_UNTIL, &entry.at_ms))
		return;
	(void)fact_text(facts, FACT_REFUSAL_PERMISSION, &text);
	entry.kind = CALENDAR_PERMISSION;
	entry.position = 0;
	entry.from_ms = 0;
	text_take(entry.title, sizeof(entry.title), text);
	add(calendar, &entry);
}

static void
add_intents(struct calendar *calendar, const struct state *state)
{
	for (uint32_t i = 0; i < state->intents; i++) {
		const struct intent_state *intent = &state->intent[i];
		struct calendar_entry entry = { .kind = CALENDAR_INTENT, .seen = 1, .known = true,
			.at_ms = intent->until_ms, .from_ms = intent->from_ms, .seq = intent->id };

		if (intent->over || intent->kind != INTENT_CHANGE)
			continue;
		memcpy(entry.subject, intent->subject, sizeof(entry.subject));
		text_take(entry.title, sizeof(entry.title), bytes_of_text(intent->ticket));
		add(calendar, &entry);
	}
}

static void
add_waivers(struct calendar *calendar, const struct state *state)
{
	const struct judgement *j = judgement_of(state);

	for (uint32_t i = 0; j != NULL && i < judgement_waivers(j); i++) {
		const struct waiver *waiver = judgement_waiver(j, i);
		struct calendar_entry entry = { .kind = CALENDAR_WAIVER, .seen = 1, .known = true,
			.at_ms = waiver->until_ms, .seq = waiver->seq };

		if (waiver->step != WAIVER_AGREED)
			continue;
		text_take(entry.subject, sizeof(entry.subject), bytes_of_text(waiver->subject));
		text_take(entry.title, sizeof(entry.title), bytes_of_text(waiver->control));
		add(calendar, &entry);
	}
}

/* What rotates by itself needs nobody; what was destroyed ends no more. */
static void
add_keys(struct calendar *calendar, const struct state *state)
{
	for (uint32_t i = 0; state->plan != NULL && i < state->plan->keys; i++) {
		struct calendar_entry entry = { .seen = 1, .known = true };
		struct custody c;

		custody_make(&c, state, i);
		if (c.destroyed)
			continue;
		subject_text("custody", c.key->name, entry.subject);
		if (c.due_ms != 0 && c.why[CUSTODY_ROTATION] != CUSTODY_WHY_ROTATION_SELF) {
			entry.kind = CALENDAR_CRYPTOPERIOD;
			entry.at_ms = c.due_ms;
			entry.from_ms = c.renewed->at_ms;
			entry.seq = c.renewed->id;
			text_take(entry.title, sizeof(entry.title), bytes_of_text(c.key->kind));
			add(calendar, &entry);
		}
		if (c.document != NULL && c.document->until_ms != 0) {
			entry.kind = CALENDAR_DOCUMENT;
			entry.at_ms = c.document->until_ms;
			entry.from_ms = 0;
			entry.seq = state->config_seq;
			text_take(entry.title, sizeof(entry.title), bytes_of_text(c.document->id));
			add(calendar, &entry);
		}
	}
}

/* The same certificate at several addresses or from several vantages is one entry. */
static void
join_same(struct calendar *calendar)
{
	size_t kept = 0;

	for (size_t i = 0; i < calendar->entries; i++) {
		struct calendar_entry *entry = &calendar->entry[i];
		struct calendar_entry *last = kept > 0 ? &calendar->entry[kept - 1] : NULL;

		if (last != NULL && last->kind == entry->kind && last->at_ms == entry->at_ms &&
		    last->position == entry->position && entry->target != 0 &&
		    strcmp(last->subject, entry->subject) == 0 &&
		    strcmp(last->title, entry->title) == 0) {
			last->seen += entry->seen;
			last->known = last->known || entry->known;
			continue;
		}
		calendar->entry[kept++] = *entry;
	}
	calendar->entries = kept;
}

void
calendar_make(struct calendar *calendar, const struct state *state)
{
	*calendar = (struct calendar){ .entry = NULL };
	for (uint32_t i = 0; i < state->targets; i++)
		for (uint32_t j = 0; j < state->target[i].replicas; j++)
			add_replica(calendar, &state->target[i], &state->target[i].replica[j]);
	add_intents(calendar, state);
	add_waivers(calendar, state);
	add_keys(calendar, state);
	if (calendar->entries > 0)
		qsort(calendar->entry, calendar->entries, sizeof(*calendar->entry), compare);
	join_same(calendar);
}

void
calendar_free(struct calendar *calendar)
{
	free(calendar->entry);
	*calendar = (struct calendar){ .entry = NULL };
}

int64_t
calendar_days(const struct calendar_entry *entry, int64_t now_ms)
{
	int64_t left = time_later(entry->at_ms, -now_ms);

	return left >= 0 ? left / DAY_MS : -1 - (-1 - left) / DAY_MS;
}

char
calendar_letter(const struct calendar_entry *entry, int64_t now_ms)
{
	int64_t days = calendar_days(entry, now_ms);

	return days < 0 ? 'X' : days < 7 ? '!' : days < 30 ? 'w' : '.';
}

const char *
calendar_kind_text(enum calendar_kind kind)
{
	static const char *const texts[CALENDAR_KINDS] = {
		[CALENDAR_CERTIFICATE] = N_("certificate"),
		[CALENDAR_PERMISSION] = N_("permission"),
		[CALENDAR_INTENT] = N_("intent"), [CALENDAR_WAIVER] = N_("waiver"),
		[CALENDAR_EVIDENCE] = N_("evidence"),
		[CALENDAR_CRYPTOPERIOD] = N_("cryptoperiod"),
		[CALENDAR_DOCUMENT] = N_("document") };

	return (unsigned)kind < CALENDAR_KINDS ? texts[kind] : "";
}

struct hash
calendar_id(const struct state *state, const struct calendar_entry *entry)
{
	struct buffer text = { .max = 0 };
	struct hash hash;

	buffer_print(&text, "%s\n%d\n%s\n%" PRIu32 "\n%s\n%" PRId64, state->origin,
	    (int)entry->kind, entry->subject, entry->position, entry->title, entry->at_ms);
	hash = hash_of(bytes_of_buffer(&text));
	buffer_free(&text);
	return hash;
}
