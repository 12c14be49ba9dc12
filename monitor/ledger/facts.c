/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed facts: the table, a set that is filled in any order and written ascending, and readers
 * over the recorded map.  Whatever a peer sent becomes valid UTF-8 of bounded length here.
 */
#include <assert.h>
#include <string.h>

#include "monitor/ledger/facts.h"
#include "monitor/ledger/text.h"

enum { STEADY = true, VARYING = false };

static const struct fact_row table[] = {
#define FACT(number, kind, NAME, word, change, sentence)                        \
	{ .fact = FACT_##NAME, .type = FACT_TYPE_##kind, .name = word, .steady = change,        \
	  .text = sentence },
#include "monitor/ledger/fact_list.h"
};

enum { TABLE_COUNT = sizeof(table) / sizeof(table[0]) };

const struct fact_row *
fact_row(uint64_t number)
{
	size_t low = 0, high = TABLE_COUNT;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if ((uint64_t)table[middle].fact < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < TABLE_COUNT && (uint64_t)table[low].fact == number ? &table[low] : NULL;
}

const struct fact_row *
fact_row_by_name(const char *name)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

size_t
fact_rows(const struct fact_row **rows)
{
	*rows = table;
	return TABLE_COUNT;
}

/* --- collecting --------------------------------------------------------------------------- */

void
fact_set_reset(struct fact_set *set)
{
	set->count = 0;
	buffer_reset(&set->value);
}

void
fact_set_free(struct fact_set *set)
{
	set->count = 0;
	buffer_free(&set->value);
}

/* The octets from "start" to the end of the buffer are the value of fact. */
static void
set_item(struct fact_set *set, enum fact fact, size_t start)
{
	size_t i = 0;

	while (i < set->count && set->item[i].fact != fact)
		i++;
	if (i == set->count) {
		assert(set->count < FACT_SET_MAX);
		set->count++;
	}
	set->item[i].fact = fact;
	set->item[i].at = (uint32_t)start;
	set->item[i].len = (uint32_t)(set->value.len - start);
}

static size_t
set_begin(const struct fact_set *set, enum fact fact, enum fact_type type)
{
	const struct fact_row *row = fact_row(fact);

	assert(row != NULL && row->type == type);
	return set->value.len;
}

void
fact_set_flag(struct fact_set *set, enum fact fact, bool value)
{
	size_t start = set_begin(set, fact, FACT_TYPE_flag);

	cbor_put_bool(&set->value, value);
	set_item(set, fact, start);
}

void
fact_set_int(struct fact_set *set, enum fact fact, int64_t value)
{
	size_t start = set_begin(set, fact, FACT_TYPE_int);

	cbor_put_int(&set->value, value);
	set_item(set, fact, start);
}

void
fact_set_time(struct fact_set *set, enum fact fact, int64_t ms)
{
	size_t start = set_begin(set, fact, FACT_TYPE_time);

	cbor_put_int(&set->value, ms);
	set_item(set, fact, start);
}

void
fact_set_text(struct fact_set *set, enum fact fact, struct bytes text)
{
	size_t start = set_begin(set, fact, FACT_TYPE_text);
	struct buffer clean = { 0 };

	text_mend(&clean, text, FACT_TEXT_MAX);
	cbor_put_text(&set->value, bytes_of_buffer(&clean));
	buffer_free(&clean);
	set_item(set, fact, start);
}

void
fact_set_hash(struct fact_set *set, enum fact fact, struct hash hash)
{
	size_t start = set_begin(set, fact, FACT_TYPE_hash);

	cbor_put_bytes(&set->value, hash_bytes(&hash));
	set_item(set, fact, start);
}

void
fact_set_texts(struct fact_set *set, enum fact fact, const struct bytes *texts, size_t count)
{
	size_t start = set_begin(set, fact, FACT_TYPE_texts);
	struct buffer clean = { 0 };

	if (count > FACT_LIST_MAX)
		count = FACT_LIST_MAX;
	cbor_put_array(&set->value, count);
	for (size_t i = 0; i < count; i++) {
		buffer_reset(&clean);
		text_mend(&clean, texts[i], FACT_ENTRY_MAX);
		cbor_put_text(&set->value, bytes_of_buffer(&clean));
	}
	buffer_free(&clean);
	set_item(set, fact, start);
}

void
fact_set_times(struct fact_set *set, enum fact fact, const int64_t *ms, size_t count)
{
	size_t start = set_begin(set, fact, FACT_TYPE_times);

	if (count > FACT_LIST_MAX)
		count = FACT_LIST_MAX;
	cbor_put_array(&set->value, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_int(&set->value, ms[i]);
	set_item(set, fact, start);
}

void
fact_set_add(struct fact_set *set, const struct fact_set *from)
{
	for (size_t i = 0; i < from->count; i++) {
		size_t start = set->value.len;

		buffer_put(&set->value, from->value.at + from->item[i].at, from->item[i].len);
		set_item(set, from->item[i].fact, start);
	}
}

static bool
wanted(enum fact fact, enum facts_which which)
{
	return which == FACTS_ALL || fact_row(fact)->steady == (which == FACTS_STEADY);
}

void
fact_set_write(const struct fact_set *set, enum facts_which which, struct buffer *out)
{
	uint8_t order[FACT_SET_MAX];
	size_t count = 0;

	_Static_assert(sizeof(order) <= UINT8_MAX, "an index must fit an octet");
	for (size_t i = 0; i < set->count; i++) {
		size_t place = count;

		if (!wanted(set->item[i].fact, which))
			continue;
		for (; place > 0 && set->item[order[place - 1]].fact > set->item[i].fact; place--)
			order[place] = order[place - 1];
		order[place] = (uint8_t)i;
		count++;
	}
	cbor_put_map(out, count);
	for (size_t i = 0; i < count; i++) {
		cbor_put_uint(out, set->item[order[i]].fact);
		buffer_put(out, set->value.at + set->item[order[i]].at, set->item[order[i]].len);
	}
	if (set->value.failed)
		out->failed = true;
}

/* --- reading ------------------------------------------------------------------------------ */

struct fact_walk
fact_walk_of(struct bytes facts)
{
	struct fact_walk walk = { .cbor = cbor_of(facts, true) };

	if (facts.len > 0)
		walk.left = cbor_map(&walk.cbor);
	return walk;
}

bool
fact_walk_next(struct fact_walk *walk, uint64_t *number, const struct fact_row **row,
    struct bytes *value)
{
	if (walk->left == 0)
		return false;
	walk->left--;
	*number = cbor_uint(&walk->cbor);
	*value = cbor_raw(&walk->cbor);
	*row = fact_row(*number);
	return walk->cbor.err == ERR_OK;
}

/* Moves to the value of fact; false if it is not there. */
static bool
find(struct bytes facts, enum fact fact, struct cbor *in)
{
	uint64_t left;

	*in = cbor_of(facts, true);
	for (left = facts.len > 0 ? cbor_map(in) : 0; left > 0; left--) {
		uint64_t number = cbor_uint(in);

		if (in->err != ERR_OK || number > (uint64_t)fact)
			return false;
		if (number == (uint64_t)fact)
			return true;
		cbor_skip(in);
	}
	return false;
}

bool
fact_flag(struct bytes facts, enum fact fact, bool *value)
{
	struct cbor in;

	if (!find(facts, fact, &in))
		return false;
	*value = cbor_bool(&in);
	return in.err == ERR_OK;
}

bool
fact_int(struct bytes facts, enum fact fact, int64_t *value)
{
	struct cbor in;

	if (!find(facts, fact, &in))
		return false;
	*value = cbor_int(&in);
	return in.err == ERR_OK;
}

bool
fact_text(struct bytes facts, enum fact fact, struct bytes *value)
{
	struct cbor in;

	if (!find(facts, fact, &in))
		return false;
	*value = cbor_text(&in);
	return in.err == ERR_OK;
}

bool
fact_hash(struct bytes facts, enum fact fact, struct hash *value)
{
	struct cbor in;
	struct bytes raw;

	if (!find(facts, fact, &in))
		return false;
	raw = cbor_bytes(&in);
	if (in.err != ERR_OK || raw.len != HASH_LEN)
		return false;
	memcpy(value->at, raw.at, HASH_LEN);
	return true;
}

/* --- checking ----------------------------------------------------------------------------- */

static void
check_list(struct cbor *in, enum fact_type type)
{
	for (uint64_t left = cbor_array(in); left > 0 && in->err == ERR_OK; left--) {
		if (type == FACT_TYPE_texts)
			cbor_text(in);
		else
			cbor_int(in);
	}
}

static void
check_value(struct cbor *in, enum fact_type type)
{
	switch (type) {
	case FACT_TYPE_flag:
		cbor_bool(in);
		break;
	case FACT_TYPE_int:
	case FACT_TYPE_time:
		cbor_int(in);
		break;
	case FACT_TYPE_text:
		cbor_text(in);
		break;
	case FACT_TYPE_hash:
		if (cbor_bytes(in).len != HASH_LEN)
			cbor_fail(in, ERR_MALFORMED);
		break;
	case FACT_TYPE_texts:
	case FACT_TYPE_times:
		check_list(in, type);
		break;
	}
}

enum err
facts_check(struct bytes facts, struct why *why)
{
	struct cbor in = cbor_of(facts, true);
	uint64_t left = facts.len > 0 ? cbor_map(&in) : 0, last = FACT_NONE;
	const struct fact_row *row = NULL;

	while (left-- > 0 && in.err == ERR_OK) {
		uint64_t number = cbor_uint(&in);

		if (number <= last)
			cbor_fail(&in, ERR_MALFORMED);
		last = number;
		row = fact_row(number);
		if (row != NULL)
			check_value(&in, row->type);
		else
			cbor_skip(&in);
	}
	if (in.err == ERR_OK && in.at != facts.len)
		cbor_fail(&in, ERR_MALFORMED);
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "facts: at octet %zu (%s): %s", in.at,
		    row != NULL ? row->name : "no known fact", err_text(in.err));
	/* The map around them counts as a level of nesting, too. */
	return facts.len > 0 ? cbor_check(facts, why) : ERR_OK;
}
