/* SPDX-License-Identifier: Apache-2.0 */
/* See gather.h: a set-associative table of senders, and an open one of shapes that wait. */
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/gather.h"

enum { WAYS = 8, SETS = INTAKE_SOURCES / WAYS, SLOTS = 2 * INTAKE_SHAPES, TOKEN = 1000 };

struct bucket { int64_t tokens, at_ms; };	/* thousandths of a signal */

struct source {
	uint64_t      name;		/* 0: free */
	struct bucket bucket;
	uint32_t      shapes;		/* of it that wait */
};

struct shape {
	uint64_t        name;
	uint64_t        order;		/* when it last grew */
	uint64_t        source;
	struct incoming incoming;
	uint8_t         text[INTAKE_WAITING_TEXT];
};

struct gather {
	struct hash   seed;
	struct bucket all;
	uint64_t      order;
	size_t        shapes;
	struct source source[SETS][WAYS];
	uint16_t      slot[SLOTS];		/* place in shape, from 1; 0: free */
	struct shape *shape[INTAKE_SHAPES];
};

struct gather *
gather_new(const uint8_t seed[HASH_LEN])
{
	struct gather *g = memory_new(1, sizeof(*g));

	memcpy(g->seed.at, seed, HASH_LEN);
	g->all.tokens = (int64_t)INTAKE_BURST * TOKEN;
	return g;
}

void
gather_free(struct gather *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->shapes; i++)
		free(g->shape[i]);
	free(g);
}

static uint64_t
name_of(const struct gather *g, struct bytes a, struct bytes b)
{
	struct hash hash = hash_of3(hash_bytes(&g->seed), a, b);
	uint64_t name;

	memcpy(&name, hash.at, sizeof(name));
	return name != 0 ? name : 1;
}

static void
bucket_fill(struct bucket *bucket, int64_t rate, int64_t most, int64_t now_ms)
{
	int64_t passed = now_ms - bucket->at_ms;

	if (passed < 0 || passed > 3600000)
		passed = 3600000;
	bucket->tokens += passed * rate;
	if (bucket->tokens > most * TOKEN)
		bucket->tokens = most * TOKEN;
	bucket->at_ms = now_ms;
}

/* The sender's place; the longest silent of its set makes room, one with nothing waiting first. */
static struct source *
source_of(struct gather *g, const struct incoming *in, uint32_t rate, int64_t now_ms)
{
	uint64_t name = name_of(g, bytes_of(&in->listener, sizeof(in->listener)),
	    bytes_of_text(in->sender));
	struct source *set = g->source[name % SETS], *oldest = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
		if (oldest->name != 0 && (set[i].name == 0 ||
		    set[i].bucket.at_ms < oldest->bucket.at_ms))
			oldest = &set[i];
	}
	*oldest = (struct source){ .name = name,
	    .bucket = { .tokens = (int64_t)rate * TOKEN, .at_ms = now_ms } };
	return oldest;
}

static uint64_t
shape_name(const struct gather *g, const struct incoming *in, uint64_t source)
{
	uint64_t head[4] = { source, (uint64_t)in->form, (uint64_t)in->kind,
	    (uint64_t)in->severity };
	struct buffer all = { .max = 0 };
	uint64_t name;

	buffer_put(&all, in->key, strlen(in->key) + 1);
	buffer_put(&all, in->title, strlen(in->title) + 1);
	buffer_put(&all, in->subject, strlen(in->subject) + 1);
	name = name_of(g, bytes_of(head, sizeof(head)), bytes_of_buffer(&all));
	buffer_free(&all);
	return name;
}

static size_t
slot_of(const struct gather *g, uint64_t name)
{
	size_t at = name % SLOTS;

	while (g->slot[at] != 0 && g->shape[g->slot[at] - 1]->name != name)
		at = (at + 1) % SLOTS;
	return at;
}

/* The newest of them is the one that is told, with the count of all. */
static void
shape_put(struct shape *shape, const struct incoming *in, uint64_t order)
{
	uint64_t count = shape->incoming.count;
	struct bytes text = bytes_slice(in->text, 0, sizeof(shape->text));

	shape->incoming = *in;
	shape->incoming.count = count + in->count;
	if (text.len > 0)
		memcpy(shape->text, text.at, text.len);
	shape->incoming.text = bytes_of(shape->text, text.len);
	shape->order = order;
}

static enum gathered
count_in(struct gather *g, struct source *source, const struct incoming *in)
{
	uint64_t name = shape_name(g, in, source->name);
	size_t at = slot_of(g, name);
	struct shape *shape;

	if (g->slot[at] == 0) {
		if (g->shapes == INTAKE_SHAPES || source->shapes == INTAKE_SHAPES_SENDER)
			return GATHERED_OTHER;
		shape = memory_new(1, sizeof(*shape));
		shape->name = name;
		shape->source = source->name;
		g->shape[g->shapes++] = shape;
		g->slot[at] = (uint16_t)g->shapes;
		source->shapes++;
	}
	shape_put(g->shape[g->slot[at] - 1], in, ++g->order);
	return GATHERED_LATER;
}

enum gathered
gather_take(struct gather *g, const struct incoming *in, uint32_t rate, bool hold, int64_t now_ms)
{
	struct source *source = source_of(g, in, rate, now_ms);

	bucket_fill(&source->bucket, rate, rate, now_ms);
	bucket_fill(&g->all, INTAKE_RATE, INTAKE_BURST, now_ms);
	/* What waits of a shape goes first: a clearing must not overtake its raising. */
	if (hold || source->shapes > 0 || source->bucket.tokens < TOKEN || g->all.tokens < TOKEN)
		return count_in(g, source, in);
	source->bucket.tokens -= TOKEN;
	g->all.tokens -= TOKEN;
	return GATHERED_NOW;
}

static int
by_order(const void *a, const void *b)
{
	const struct shape *x = *(struct shape *const *)a, *y = *(struct shape *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

/* Counts anew who has what waiting, and where each is found. */
static void
index_again(struct gather *g)
{
	memset(g->slot, 0, sizeof(g->slot));
	for (size_t set = 0; set < SETS; set++)
		for (size_t way = 0; way < WAYS; way++)
			g->source[set][way].shapes = 0;
	for (size_t i = 0; i < g->shapes; i++) {
		struct source *set = g->source[g->shape[i]->source % SETS];

		g->slot[slot_of(g, g->shape[i]->name)] = (uint16_t)(i + 1);
		for (size_t way = 0; way < WAYS; way++)
			set[way].shapes += set[way].name == g->shape[i]->source;
	}
}

void
gather_flush(struct gather *g, gather_tell *tell, void *arg)
{
	size_t told = 0;

	if (g->shapes == 0)
		return;
	qsort(g->shape, g->shapes, sizeof(g->shape[0]), by_order);
	while (told < g->shapes && tell(arg, &g->shape[told]->incoming))
		free(g->shape[told++]);
	memmove(g->shape, g->shape + told, (g->shapes - told) * sizeof(g->shape[0]));
	g->shapes -= told;
	index_again(g);
}

size_t
gather_waiting(const struct gather *g)
{
	return g->shapes;
}
