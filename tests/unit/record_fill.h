/* SPDX-License-Identifier: Apache-2.0 */
/* Records of any kind filled from a seed, from the table: for properties, golden bytes and fuzz. */
#ifndef TESTS_UNIT_RECORD_FILL_H
#define TESTS_UNIT_RECORD_FILL_H

#include <string.h>

#include "monitor/ledger/facts.h"
#include "monitor/ledger/record.h"

/* Owns what the views of a filled record point to. */
struct fill {
	uint64_t        seed;
	bool            plain;		/* values that people can tell apart, for golden bytes */
	struct fact_set set;
	struct buffer   part[16], scratch;
	size_t          used;
};

static inline uint64_t
fill_random(struct fill *fill)
{
	fill->seed += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = fill->seed;
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline struct buffer *
fill_part(struct fill *fill)
{
	struct buffer *part = &fill->part[fill->used++ % 16];

	buffer_reset(part);
	return part;
}

static inline void
fill_u64(struct fill *fill, unsigned key, uint64_t *value)
{
	*value = fill->plain ? 1000 + key : fill_random(fill) >> fill_random(fill) % 64;
}

static inline void
fill_outcome(struct fill *fill, uint64_t *value)
{
	*value = fill->plain ? (uint64_t)OUTCOME_DOWN : fill_random(fill) % OUTCOME_COUNT;
}

static inline void
fill_i64(struct fill *fill, unsigned key, int64_t *value)
{
	*value = fill->plain ? -(int64_t)key : (int64_t)fill_random(fill) >> fill_random(fill) % 64;
}

static inline void
fill_time(struct fill *fill, unsigned key, int64_t *value)
{
	*value = fill->plain ? 1790000000000 + key : (int64_t)(fill_random(fill) >> 22);
}

static inline void
fill_flag(struct fill *fill, unsigned key, bool *value)
{
	*value = fill->plain ? true : fill_random(fill) % 2 == 0;
	(void)key;
}

static inline void
fill_letters(struct fill *fill, unsigned key, struct buffer *part)
{
	static const char *const pieces[] = { "a", "\"", "\\", "\n", "\x1b[2J", "関守", "é", "\t",
	    " ", "{" };

	buffer_reset(part);
	if (fill->plain)
		buffer_print(part, "text %u", key);
	else
		for (uint64_t left = fill_random(fill) % 40; left > 0; left--)
			buffer_put_text(part, pieces[fill_random(fill) % 10]);
}

static inline void
fill_text(struct fill *fill, unsigned key, struct bytes *value)
{
	struct buffer *part = fill_part(fill);

	fill_letters(fill, key, part);
	*value = bytes_of_buffer(part);
}

static inline void
fill_bytes(struct fill *fill, unsigned key, struct bytes *value)
{
	struct buffer *part = fill_part(fill);

	if (fill->plain)
		buffer_put_be(part, 0xb000 + key, 2);
	else
		for (uint64_t left = fill_random(fill) % 80; left > 0; left--)
			buffer_put_u8(part, (uint8_t)fill_random(fill));
	*value = bytes_of_buffer(part);
}

static inline void
fill_hash(struct fill *fill, unsigned key, struct hash *value)
{
	for (size_t i = 0; i < HASH_LEN; i++)
		value->at[i] = fill->plain ? (uint8_t)key : (uint8_t)fill_random(fill);
}

static inline void
fill_secret(struct fill *fill, unsigned key, struct hash *value)
{
	memset(value, 0, sizeof(*value));
	if (fill->plain || fill_random(fill) % 4 != 0)
		fill_hash(fill, key, value);
}

static inline void
fill_hashes(struct fill *fill, unsigned key, struct record_list *value)
{
	struct hash hashes[20];
	size_t count = fill->plain ? 2 : (size_t)(fill_random(fill) % 20);

	for (size_t i = 0; i < count; i++)
		fill_hash(fill, key + (unsigned)i, &hashes[i]);
	*value = record_hashes(fill_part(fill), hashes, count);
}

static inline void
fill_ids(struct fill *fill, unsigned key, struct record_list *value)
{
	uint64_t ids[40], last = fill->plain ? key : fill_random(fill) >> 8;
	size_t count = fill->plain ? 2 : (size_t)(fill_random(fill) % 40);

	for (size_t i = 0; i < count; i++)
		ids[i] = last += fill->plain ? 100 : 1 + fill_random(fill) % 100000;
	*value = record_ids(fill_part(fill), ids, count);
}

static inline void
fill_fact(struct fill *fill, unsigned key, const struct fact_row *row)
{
	const int64_t times[3] = { 0, 1790000000000, -5 };
	struct bytes text;
	struct hash hash;
	int64_t number;

	fill_letters(fill, key, &fill->scratch);
	text = bytes_of_buffer(&fill->scratch);
	fill_hash(fill, key, &hash);
	fill_i64(fill, key, &number);
	switch (row->type) {
	case FACT_TYPE_flag:  fact_set_flag(&fill->set, row->fact, true); break;
	case FACT_TYPE_int:   fact_set_int(&fill->set, row->fact, number); break;
	case FACT_TYPE_time:  fact_set_time(&fill->set, row->fact, times[1]); break;
	case FACT_TYPE_text:  fact_set_text(&fill->set, row->fact, text); break;
	case FACT_TYPE_hash:  fact_set_hash(&fill->set, row->fact, hash); break;
	case FACT_TYPE_texts: fact_set_texts(&fill->set, row->fact, &text, 1); break;
	case FACT_TYPE_times: fact_set_times(&fill->set, row->fact, times, 3); break;
	}
}

/* One of each type, in no order. */
static const enum fact fill_plain[] = { FACT_TLS_NAMES, FACT_NET_ADDRESSES, FACT_TCP_OPEN,
	FACT_TLS_VERSION, FACT_TLS_CHAIN, FACT_TLS_EXPIRY, FACT_TLS_CHAIN_EXPIRIES };

static inline void
fill_facts(struct fill *fill, unsigned key, struct bytes *value)
{
	struct buffer *part = fill_part(fill);
	const struct fact_row *rows;
	size_t count = fact_rows(&rows), left = fill->plain ? 7 : (size_t)(fill_random(fill) % 20);

	fact_set_reset(&fill->set);
	for (; left > 0; left--)
		fill_fact(fill, key, fill->plain ? fact_row(fill_plain[left - 1]) :
		    &rows[fill_random(fill) % count]);
	fact_set_write(&fill->set, FACTS_ALL, part);
	*value = bytes_of_buffer(part);
}

/* The one number that has a range is told by its name. */
static inline void
fill_number(struct fill *fill, unsigned key, const char *name, uint64_t *value)
{
	if (strcmp(name, "outcome") == 0)
		fill_outcome(fill, value);
	else
		fill_u64(fill, key, value);
}

#define FILL_u64(fill, key, name, at)    fill_number(fill, key, name, at)
#define FILL_i64(fill, key, name, at)    fill_i64(fill, key, at)
#define FILL_time(fill, key, name, at)   fill_time(fill, key, at)
#define FILL_flag(fill, key, name, at)   fill_flag(fill, key, at)
#define FILL_text(fill, key, name, at)   fill_text(fill, key, at)
#define FILL_bytes(fill, key, name, at)  fill_bytes(fill, key, at)
#define FILL_hash(fill, key, name, at)   fill_hash(fill, key, at)
#define FILL_secret(fill, key, name, at) fill_secret(fill, key, at)
#define FILL_hashes(fill, key, name, at) fill_hashes(fill, key, at)
#define FILL_ids(fill, key, name, at)    fill_ids(fill, key, at)
#define FILL_facts(fill, key, name, at)  fill_facts(fill, key, at)

static inline void
fill_record(struct fill *fill, enum record_kind kind, struct record *rec)
{
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	fill_time(fill, 1, &rec->recorded_ms);
	fill_time(fill, 2, &rec->observed_ms);
	rec->role = ROLE_WORKER;
	fill_u64(fill, 4, &rec->index);
	switch (kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND: {                                                   \
		struct record_##name *f = &rec->name;                           \
		(void)f;
#define FIELD(key, type, name, text)     FILL_##type(fill, key, #name, &f->name);
#define RECORD_END(KIND, name)           break; }
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
}

static inline void
fill_free(struct fill *fill)
{
	fact_set_free(&fill->set);
	buffer_free(&fill->scratch);
	for (size_t i = 0; i < 16; i++)
		buffer_free(&fill->part[i]);
}

static const enum record_kind fill_kinds[] = {
#define RECORD(number, KIND, name, text) RECORD_##KIND,
#include "monitor/ledger/record_list.h"
};

enum { FILL_KINDS = sizeof(fill_kinds) / sizeof(fill_kinds[0]) };

#endif
