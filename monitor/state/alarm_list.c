/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The alarms kept, ascending by id, found by source and key: ALARM_MAX that stand, and the newest
 * that were cleared.  Beyond that alarms are counted by subject, and the oldest count makes room.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

/* 64-bit FNV-1a; only finds, never decides. */
static uint64_t
number_of(struct bytes source, const char *key)
{
	uint64_t number = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < source.len; i++)
		number = (number ^ source.at[i]) * UINT64_C(0x100000001b3);
	number = (number ^ 0xff) * UINT64_C(0x100000001b3);
	for (; *key != '\0'; key++)
		number = (number ^ (uint8_t)*key) * UINT64_C(0x100000001b3);
	return number ^ number >> 29;
}

void
alarm_key(struct bytes key, char out[NAME_MAX_LEN])
{
	char hex[HASH_TEXT];
	struct buffer text = { 0 };

	if (key.len < NAME_MAX_LEN && memchr(key.len > 0 ? key.at : (const uint8_t *)"", '\0',
	    key.len) == NULL) {
		text_take(out, NAME_MAX_LEN, key);
		return;
	}
	hash_text(hash_of(key), hex);
	buffer_print(&text, "sha256:%s", hex);
	text_take(out, NAME_MAX_LEN, bytes_of_buffer(&text));
	buffer_free(&text);
}

/* The slot of the newest alarm with this source and key, or the free one. */
static uint32_t
slot_of(const struct state *state, struct bytes source, const char *key)
{
	const struct fold_memory *memory = state->memory;
	uint32_t slot = (uint32_t)number_of(source, key) & (memory->alarm_slots - 1);

	for (; memory->alarm_slot[slot] != 0; slot = (slot + 1) & (memory->alarm_slots - 1)) {
		const struct alarm_state *alarm = &state->alarm[memory->alarm_slot[slot] - 1];

		if (strcmp(alarm->key, key) == 0 &&
		    bytes_equal(bytes_of_text(alarm->source), source))
			break;
	}
	return slot;
}

struct alarm_state *
alarm_find(const struct state *state, struct bytes source, const char *key)
{
	uint32_t slot;

	if (state->memory->alarm_slots == 0)
		return NULL;
	slot = slot_of(state, source, key);
	return state->memory->alarm_slot[slot] != 0 ?
	    &state->alarm[state->memory->alarm_slot[slot] - 1] : NULL;
}

static void
index_alarm(struct state *state, uint32_t at)
{
	const struct alarm_state *alarm = &state->alarm[at];
	uint32_t slot = slot_of(state, bytes_of_text(alarm->source), alarm->key);

	state->memory->alarm_slot[slot] = at + 1;
}

static void
index_all(struct state *state)
{
	struct fold_memory *memory = state->memory;
	uint32_t slots = 64;

	while (slots < 4 * (state->alarms + 1))
		slots *= 2;
	free(memory->alarm_slot);
	memory->alarm_slot = memory_new(slots, sizeof(*memory->alarm_slot));
	memory->alarm_slots = slots;
	for (uint32_t i = 0; i < state->alarms; i++)
		index_alarm(state, i);
}

void
alarm_build(struct state *state)
{
	struct fold_memory *memory = state->memory;

	memory->standing = memory->cleared = 0;
	for (uint32_t i = 0; i < state->alarms; i++) {
		memory->standing += state->alarm[i].cleared_ms == 0;
		memory->cleared += state->alarm[i].cleared_ms != 0;
	}
	index_all(state);
}

/* Many at once, so that each clearing does not move the list. */
static void
drop_cleared(struct state *state)
{
	struct fold_memory *memory = state->memory;
	uint32_t kept = 0, drop = memory->cleared - ALARM_CLEARED_MAX;

	for (uint32_t i = 0; i < state->alarms; i++) {
		if (drop > 0 && state->alarm[i].cleared_ms != 0) {
			drop--;
			memory->cleared--;
			continue;
		}
		state->alarm[kept++] = state->alarm[i];
	}
	state->alarms = kept;
	index_all(state);
}

struct alarm_state *
alarm_new(struct state *state, const struct record *rec, const char *key)
{
	struct fold_memory *memory = state->memory;
	const struct record_signal *signal = &rec->signal;
	struct alarm_state *alarm;

	if (memory->cleared >= 2 * ALARM_CLEARED_MAX)
		drop_cleared(state);
	if (state->alarms == state->alarm_cap) {
		state->alarm_cap = state->alarm_cap > 0 ? 2 * state->alarm_cap : 16;
		state->alarm = memory_resize(state->alarm, state->alarm_cap, sizeof(*state->alarm));
	}
	alarm = &state->alarm[state->alarms++];
	*alarm = (struct alarm_state){
		.id = state->size, .seq = state->size, .form = signal->form,
		.alarm_type = signal->alarm_type, .first_ms = state->now_ms,
		.last_ms = state->now_ms, .told_ms = signal->told, .last_told_ms = signal->told,
		.observed_ms = rec->observed_ms, .clock = signal->clock, .text = signal->text };
	text_take(alarm->source, sizeof(alarm->source), signal->source);
	text_take(alarm->key, sizeof(alarm->key), bytes_of_text(key));
	text_take(alarm->subject, sizeof(alarm->subject), signal->subject);
	text_take(alarm->cause, sizeof(alarm->cause), signal->cause);
	text_take(alarm->title, sizeof(alarm->title), signal->title);
	memory->standing++;
	if (memory->alarm_slots < 2 * (state->alarms + 1))
		index_all(state);
	else
		index_alarm(state, state->alarms - 1);
	return alarm;
}

void
alarm_end(struct state *state, struct alarm_state *alarm, const struct record *rec)
{
	/* Zero means that it stands. */
	alarm->cleared_ms = state->now_ms != 0 ? state->now_ms : 1;
	alarm->last_ms = state->now_ms;
	alarm->seq = state->size;
	if (rec->signal.told != 0)
		alarm->last_told_ms = rec->signal.told;
	state->memory->standing--;
	state->memory->cleared++;
}

const struct alarm_state *
state_alarm(const struct state *state, uint64_t id)
{
	uint32_t low = 0, high = state->alarms;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (state->alarm[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < state->alarms && state->alarm[low].id == id ? &state->alarm[low] : NULL;
}

/* --- floods ------------------------------------------------------------------------------- */

static uint32_t
flood_place(const struct state *state, const char *subject)
{
	uint32_t low = 0, high = state->floods;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(state->flood[middle].subject, subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct alarm_flood *
flood_find(const struct state *state, const char *subject)
{
	uint32_t at = flood_place(state, subject);

	if (at == state->floods || strcmp(state->flood[at].subject, subject) != 0)
		return NULL;
	return &state->flood[at];
}

/* Those that ran dry go when there are too many; if none did, the rest is counted together. */
static void
drop_dry(struct state *state)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->floods; i++)
		if (time_later(state->flood[i].last_ms, FLOOD_QUIET_MS) > state->now_ms)
			state->flood[kept++] = state->flood[i];
	state->floods = kept;
}

struct alarm_flood *
flood_of(struct state *state, const char *subject)
{
	struct alarm_flood *flood = flood_find(state, subject);
	uint32_t at;

	if (flood != NULL)
		return flood;
	if (state->floods >= ALARM_FLOOD_MAX - 1)
		drop_dry(state);
	/* The last place is that of the rest. */
	if (state->floods >= ALARM_FLOOD_MAX - 1)
		subject = "";
	flood = flood_find(state, subject);
	if (flood != NULL)
		return flood;
	if (state->floods == state->flood_cap) {
		state->flood_cap = state->flood_cap > 0 ? 2 * state->flood_cap : 16;
		state->flood = memory_resize(state->flood, state->flood_cap, sizeof(*state->flood));
	}
	at = flood_place(state, subject);
	memmove(&state->flood[at + 1], &state->flood[at],
	    (state->floods - at) * sizeof(*state->flood));
	state->floods++;
	state->flood[at] = (struct alarm_flood){ .first_ms = state->now_ms };
	text_take(state->flood[at].subject, sizeof(state->flood[at].subject),
	    bytes_of_text(subject));
	return &state->flood[at];
}
