/* SPDX-License-Identifier: Apache-2.0 */
/* What facts say of aspects, and how that ranks; see protection_list.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/protection.h"

static const struct aspect_row rows[] = {
#define ASPECT(number, NAME, name, fact, take, ranking, text) \
	{ number, name, FACT_##fact, TAKE_##take, RANKING_##ranking, N_(text) },
#include "monitor/state/protection_list.h"
};

static const struct rank_row { enum ranking ranking; int32_t points; const char *word; } ranks[] = {
#define RANK(ranking, points, word) { RANKING_##ranking, points, word },
#include "monitor/state/protection_list.h"
};

/* Bits of security (NIST SP 800-57 part 1, table 2) of keys with a size of their own. */
static const struct { const char *kind; unsigned bits, security; } keys[] = {
	{ "RSA", 1024, 80 }, { "RSA", 2048, 112 }, { "RSA", 3072, 128 }, { "RSA", 4096, 150 },
	{ "RSA", 7680, 192 }, { "RSA-PSS", 2048, 112 }, { "RSA-PSS", 3072, 128 },
	{ "RSA-PSS", 4096, 150 }, { "DSA", 1024, 80 }, { "DSA", 2048, 112 },
};

static const struct { const char *word; int32_t security; } curves[] = {
	{ "ML-DSA-44", 300 }, { "ML-DSA-65", 301 }, { "ML-DSA-87", 302 }, { "SLH-DSA", 300 },
	{ "Ed25519", 128 }, { "Ed448", 224 }, { "secp192", 96 }, { "secp224", 112 },
	{ "secp256", 128 }, { "secp384", 192 }, { "secp521", 256 }, { "brainpoolP256", 128 },
	{ "brainpoolP384", 192 }, { "brainpoolP512", 256 },
};

const struct aspect_row *
aspect_rows(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

const struct aspect_row *
aspect_row(uint32_t number)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].number == number)
			return &rows[i];
	return NULL;
}

static const char *
word_in(const char *value, const char *word)
{
	size_t len = strlen(word);

	for (; *value != '\0'; value++)
		if (strncasecmp(value, word, len) == 0)
			return value;
	return NULL;
}

static const struct rank_row *
rank_find(enum ranking ranking, const char *value)
{
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		if (ranks[i].ranking == ranking && word_in(value, ranks[i].word) != NULL)
			return &ranks[i];
	return NULL;
}

/* "RSA 2048", "EC secp256r1", "Ed25519": a size between two rows is worth the lower one. */
static int32_t
key_security(const char *value)
{
	const char *size = strrchr(value, ' ');
	size_t kind = size != NULL ? (size_t)(size - value) : 0;
	unsigned long bits = size != NULL ? strtoul(size + 1, NULL, 10) : 0;
	int32_t best = RANK_UNKNOWN;

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (word_in(value, curves[i].word) != NULL)
			return curves[i].security;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].kind) != kind || strncasecmp(keys[i].kind, value, kind) != 0)
			continue;
		if (best == RANK_UNKNOWN)
			best = 0;
		if (bits >= keys[i].bits && (int32_t)keys[i].security > best)
			best = (int32_t)keys[i].security;
	}
	return best;
}

static int32_t
fewer_rank(const char *value)
{
	long number = strtol(value, NULL, 10);

	return number < 0 ? 0 : number > 1000000 ? 0 : (int32_t)(1000000 - number);
}

int32_t
aspect_rank(const struct aspect_row *row, const char *value)
{
	const struct rank_row *rank;

	switch (row->ranking) {
	case RANKING_FLAG:  return strcmp(value, "yes") == 0;
	case RANKING_NOT:   return strcmp(value, "no") == 0;
	case RANKING_FEWER: return fewer_rank(value);
	case RANKING_KEY:   return key_security(value);
	default:
		rank = rank_find(row->ranking, value);
		return rank != NULL ? rank->points : RANK_UNKNOWN;
	}
}

/* --- what only goes forwards -------------------------------------------------------------- */

enum { COUNTERS = 3 };		/* resets, restarts since then, clock since the last reset */

struct counters { unsigned long long count[COUNTERS]; const char *device; };

static bool
counters_read(const char *value, struct counters *out)
{
	for (unsigned i = 0; i < COUNTERS; i++) {
		char *end;

		if (*value < '0' || *value > '9')
			return false;
		out->count[i] = strtoull(value, &end, 10);
		if (*end != (i + 1 < COUNTERS ? '.' : ' '))
			return false;
		value = end + 1;
	}
	out->device = value;
	return true;
}

/*
 * TCG TPM 2.0 Part 1, 36: resetCount never goes back, restartCount not within one reset, the clock
 * within neither.
 */
static enum aspect_order
counters_order(const char *value, const char *other)
{
	struct counters a, b;

	if (!counters_read(value, &a) || !counters_read(other, &b) ||
	    strcmp(a.device, b.device) != 0)
		return ORDER_NONE;
	if (a.count[0] != b.count[0])
		return a.count[0] < b.count[0] ? ORDER_BELOW : ORDER_ABOVE;
	if (a.count[1] < b.count[1] || a.count[2] < b.count[2])
		return ORDER_BELOW;
	return strcmp(value, other) == 0 ? ORDER_EQUAL : ORDER_ABOVE;
}

enum aspect_order
aspect_order(const struct aspect_row *row, const char *value, const char *other)
{
	int32_t a, b;
	int order;

	if (row->ranking == RANKING_COUNTERS)
		return counters_order(value, other);
	if (row->ranking == RANKING_NAME) {
		order = strcmp(value, other);
		return order < 0 ? ORDER_BELOW : order > 0 ? ORDER_ABOVE : ORDER_EQUAL;
	}
	a = aspect_rank(row, value);
	b = aspect_rank(row, other);
	if (a == RANK_UNKNOWN || b == RANK_UNKNOWN)
		return ORDER_NONE;
	return a < b ? ORDER_BELOW : a > b ? ORDER_ABOVE : ORDER_EQUAL;
}

bool
aspect_is_onwards(const struct aspect_row *row)
{
	return row->ranking == RANKING_COUNTERS || row->ranking == RANKING_NAME;
}

/* As much of it as is kept; a peer's control octets are none of it. */
static void
value_take(struct bytes text, char out[PROTECTION_VALUE])
{
	text_take(out, PROTECTION_VALUE, text);
	for (char *at = out; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
}

/* Of a list the entry that ranks highest or lowest; one without a rank only if none has one. */
static bool
list_value(const struct aspect_row *row, struct bytes raw, char out[PROTECTION_VALUE])
{
	struct cbor in = cbor_of(raw, true);
	uint64_t entries = cbor_array(&in);
	int32_t best = RANK_UNKNOWN;
	char value[PROTECTION_VALUE];
	bool any = false;

	for (uint64_t i = 0; i < entries && in.err == ERR_OK; i++) {
		int32_t rank;

		value_take(cbor_text(&in), value);
		rank = aspect_rank(row, value);
		if (any && (rank == RANK_UNKNOWN || (best != RANK_UNKNOWN &&
		    (row->take == TAKE_WEAKEST ? rank >= best : rank <= best))))
			continue;
		memcpy(out, value, sizeof(value));
		best = rank;
		any = true;
	}
	return any && in.err == ERR_OK;
}

static bool
raw_of(struct bytes facts, enum fact fact, struct bytes *raw)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, raw))
		if (row != NULL && row->fact == fact)
			return true;
	return false;
}

bool
aspect_value(const struct aspect_row *row, struct bytes facts, char out[PROTECTION_VALUE])
{
	const struct fact_row *fact = fact_row(row->fact);
	const struct rank_row *rank;
	struct bytes text;
	int64_t number;
	bool flag;

	memset(out, 0, PROTECTION_VALUE);
	if (fact->type == FACT_TYPE_texts)
		return raw_of(facts, row->fact, &text) && list_value(row, text, out);
	if (fact_flag(facts, row->fact, &flag)) {
		memcpy(out, flag ? "yes" : "no", flag ? 4 : 3);
		return true;
	}
	if (fact_int(facts, row->fact, &number)) {
		snprintf(out, PROTECTION_VALUE, "%" PRId64, number);
		return true;
	}
	if (!fact_text(facts, row->fact, &text) || text.len == 0)
		return false;
	value_take(text, out);
	if (row->take != TAKE_PART)
		return true;
	/* Of a sentence that says several things only the word that counts here. */
	rank = rank_find(row->ranking, out);
	if (rank != NULL)
		text_take(out, PROTECTION_VALUE, bytes_of_text(rank->word));
	return rank != NULL;
}

/* The next name of a list with commas; false behind the last. */
static bool
name_next(const char **at, const char **name, size_t *len)
{
	*at += strspn(*at, ", ");
	*name = *at;
	*len = strcspn(*at, ", ");
	*at += *len;
	return *len > 0;
}

static bool
name_holds(const char *name, size_t len, const char *aspect)
{
	if (len == 3 && strncmp(name, "any", 3) == 0)
		return true;
	return strncmp(name, aspect, len) == 0 && (aspect[len] == '\0' || aspect[len] == '.');
}

bool
aspects_hold(const char *aspects, const char *name)
{
	const char *at = aspects, *one;
	size_t len;

	while (name_next(&at, &one, &len))
		if (name_holds(one, len, name))
			return true;
	return false;
}

bool
aspects_known(const char *aspects)
{
	const char *at = aspects, *one;
	size_t len, named = 0;

	while (name_next(&at, &one, &len)) {
		bool known = false;

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			known = known || name_holds(one, len, rows[i].name);
		if (!known)
			return false;
		named++;
	}
	return named > 0;
}
