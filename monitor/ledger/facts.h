/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed facts.  On disk a set of facts is a CBOR map of fact number to value, keys ascending:
 * flag = bool, int = integer, time = integer (ms UTC), text = text, hash = 32 octets,
 * texts = array of text, times = array of integers.
 */
#ifndef MONITOR_LEDGER_FACTS_H
#define MONITOR_LEDGER_FACTS_H

#include "monitor/base/cbor.h"
#include "monitor/base/hash.h"
#include "monitor/base/limits.h"

enum fact {
	FACT_NONE,
#define FACT(number, type, NAME, name, change, text) FACT_##NAME = number,
#include "monitor/ledger/fact_list.h"
};

enum fact_type { FACT_TYPE_flag, FACT_TYPE_int, FACT_TYPE_text, FACT_TYPE_time, FACT_TYPE_hash,
	FACT_TYPE_texts, FACT_TYPE_times };

struct fact_row {
	enum fact      fact;
	enum fact_type type;
	const char    *name;
	bool           steady;
	const char    *text;
};

const struct fact_row *fact_row(uint64_t number);	/* NULL if this version does not know it */
const struct fact_row *fact_row_by_name(const char *);
size_t                 fact_rows(const struct fact_row **);	/* the whole table, ascending */

enum { FACT_SET_MAX = 128 };	/* one probe measures no more in a round; asserted */

/* Collects facts in any order, writes them once, ascending.  A fact set twice: the last counts. */
struct fact_set {
	struct { enum fact fact; uint32_t at, len; } item[FACT_SET_MAX];
	size_t        count;
	struct buffer value;		/* encoded values, one after another */
};

void fact_set_reset(struct fact_set *);
void fact_set_free(struct fact_set *);
void fact_set_flag(struct fact_set *, enum fact, bool);
void fact_set_int(struct fact_set *, enum fact, int64_t);
void fact_set_time(struct fact_set *, enum fact, int64_t ms);
/* Made valid UTF-8, cut to FACT_TEXT_MAX. */
void fact_set_text(struct fact_set *, enum fact, struct bytes);
void fact_set_hash(struct fact_set *, enum fact, struct hash);
/* The first FACT_LIST_MAX of them. */
void fact_set_texts(struct fact_set *, enum fact, const struct bytes *, size_t count);
void fact_set_times(struct fact_set *, enum fact, const int64_t *ms, size_t count);
/* Every fact of another set. */
void fact_set_add(struct fact_set *, const struct fact_set *);
/* Appends the CBOR map.  steady_only leaves out VARYING facts; varying_only the others. */
enum facts_which { FACTS_ALL, FACTS_STEADY, FACTS_VARYING };
void fact_set_write(const struct fact_set *, enum facts_which, struct buffer *out);

/* Reading: facts is the CBOR map as recorded.  False if it is not there (or of another type). */
bool fact_flag(struct bytes facts, enum fact, bool *);
bool fact_int(struct bytes facts, enum fact, int64_t *);	/* int and time */
bool fact_text(struct bytes facts, enum fact, struct bytes *);
bool fact_hash(struct bytes facts, enum fact, struct hash *);
/* Walks the map: next fact with its raw CBOR value; row is NULL for numbers of a newer version. */
struct fact_walk { struct cbor cbor; uint64_t left; };
struct fact_walk fact_walk_of(struct bytes facts);
bool fact_walk_next(struct fact_walk *, uint64_t *number, const struct fact_row **,
    struct bytes *value);
/* Appends a value for people: times in JST, hashes in hex, lists with commas, text escaped. */
void fact_print(struct buffer *, const struct fact_row *, struct bytes value);
/* Types of known facts, ascending keys, deterministic. */
MUST_USE enum err facts_check(struct bytes facts, struct why *);

#endif
