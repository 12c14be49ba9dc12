/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan as memory: one arena owns every text and array, so that a plan is built or decoded
 * piece by piece and given back in one go; and the questions every role asks it.
 */
#include <inttypes.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/plan.h"

enum { CHUNK_LEN = 64 << 10 };

struct chunk {
	struct chunk *next;
	size_t        len, used;
	alignas(max_align_t) uint8_t at[];
};

struct plan_memory {
	struct chunk *chunk;		/* the one that is being filled, then the full ones */
	uint32_t      owners;
};

struct plan *
plan_new(void)
{
	struct plan *plan = memory_new(1, sizeof(*plan));

	plan->memory = memory_new(1, sizeof(*plan->memory));
	plan->memory->owners = 1;
	plan->name = plan->name_ja = plan->vantage = plan->user = plan->newest_note = plan->drill =
	    "";
	plan->workers = 1;
	return plan;
}

static void *
arena_take(struct plan_memory *memory, size_t len)
{
	struct chunk *chunk = memory->chunk;
	size_t unit = alignof(max_align_t), whole = (len + unit - 1) / unit * unit;
	void *at;

	if (chunk == NULL || whole > chunk->len - chunk->used) {
		size_t room = whole > CHUNK_LEN ? whole : CHUNK_LEN;

		chunk = memory_new(1, sizeof(*chunk) + room);
		chunk->len = room;
		chunk->next = memory->chunk;
		memory->chunk = chunk;
	}
	at = chunk->at + chunk->used;
	chunk->used += whole;
	return at;
}

const char *
plan_text(struct plan *plan, struct bytes text)
{
	char *copy;

	if (text.len == 0)
		return "";
	copy = arena_take(plan->memory, text.len + 1);
	memcpy(copy, text.at, text.len);
	return copy;
}

void *
plan_array(struct plan *plan, size_t count, size_t size)
{
	return count == 0 ? NULL : arena_take(plan->memory, count * size);
}

struct plan *
plan_hold(struct plan *plan)
{
	plan->memory->owners++;
	return plan;
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL || --plan->memory->owners > 0)
		return;
	while (plan->memory->chunk != NULL) {
		struct chunk *chunk = plan->memory->chunk;

		plan->memory->chunk = chunk->next;
		free(chunk);
	}
	free(plan->memory);
	free(plan);
}

void
plan_target_key(struct buffer *out, const struct plan *plan, const struct plan_target *target)
{
	buffer_print(out, "%s/%s/%s/%s:%" PRIu32, plan->instance[target->instance].name,
	    target->name, target->probe, target->address, target->port);
}

const struct plan_target *
plan_target_by_id(const struct plan *plan, uint64_t id)
{
	uint32_t low = 0, high = plan->targets;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (plan->target[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (id == 0 || low == plan->targets || plan->target[low].id != id)
		return NULL;
	return &plan->target[low];
}

const char *
plan_option(const struct plan_target *target, const char *name, const char *otherwise)
{
	for (uint32_t i = 0; i < target->options; i++)
		if (strcmp(target->option[i].name, name) == 0)
			return target->option[i].value;
	return otherwise;
}

/* FNV-1a, its high half folded in because a remainder looks at the low bits only. */
static uint64_t
name_number(const char *name)
{
	uint64_t number = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		number = (number ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return number ^ number >> 32;
}

uint32_t
plan_worker_of(const struct plan *plan, uint64_t target_id)
{
	const struct plan_target *target = plan_target_by_id(plan, target_id);
	uint32_t helped = plan->token_workers + plan->inventory_workers;
	uint32_t first = 0, count = plan->workers - helped;

	if (target == NULL || plan->workers <= helped)
		return 0;
	if (plan->token_workers > 0 && strcmp(target->probe, "token") == 0) {
		first = plan->workers - plan->token_workers;
		count = plan->token_workers;
	} else if (plan->inventory_workers > 0 && strcmp(target->probe, "inventory") == 0) {
		first = count;
		count = plan->inventory_workers;
	}
	return first +
	    (uint32_t)(name_number(plan->instance[target->instance].name) % count);
}

bool
plan_target_has_key(const struct plan_target *target)
{
	return strcmp(target->probe, "token") == 0 || strcmp(target->probe, "witness") == 0 ||
	    strcmp(target->probe, "drop") == 0;
}

uint32_t
plan_explicit_rounds(const struct plan_target *target)
{
	uint32_t rounds = target->window > target->recover_count ? target->window :
	    target->recover_count;

	return rounds > 0 ? rounds - 1 : 0;
}

const char *
function_name(enum function function)
{
	static const char *const name[FUNCTION_COUNT] = {
#define X(NAME, text_name, text) [FUNCTION_##NAME] = #text_name,
		FUNCTION_LIST(X)
#undef X
	};

	return (unsigned)function < FUNCTION_COUNT ? name[function] : "unknown";
}
