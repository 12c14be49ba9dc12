/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things are, for whoever shows it: the subjects there are, what each witness says in a word
 * and a value, and the sentences that belong to every such proof.  Pure; words in the reader's
 * language.
 */
#ifndef MONITOR_STATE_DESCRIBE_WHERE_H
#define MONITOR_STATE_DESCRIBE_WHERE_H

#include "monitor/state/whereabouts.h"

struct where_subject { enum where_kind kind; uint32_t index; };

/* All that is asked where it is: instances, each followed by its stores and its keys; the caller
 * frees.  Keys: of targets whose evidence is judged. */
uint32_t where_subjects(const struct state *, struct where_subject **);
/* "instance:udm-1", "store:db", "key:udm-hsm"; false: there is none. */
bool     where_subject_find(const struct state *, const char *text, struct where_subject *);
void     where_subject_name(const struct state *, struct where_subject, struct buffer *);
uint32_t where_subject_instance(const struct plan *, struct where_subject);
const char *where_kind_word(enum where_kind);		/* "instance", ... */
uint64_t    where_subject_id(struct where_subject);	/* kind and index as a number, and back */
struct where_subject where_subject_of(uint64_t id);

/* What a witness says of the subject. */
enum where_stand { STAND_INSIDE, STAND_OUTSIDE, STAND_EXCLUDES, STAND_BOUND, STAND_UNCLEAR,
	STAND_NOTHING, STAND_ABSENT, WHERE_STANDS };
enum where_stand where_stand(const struct where_testimony *);
/* Of all its testimonies of that witness the most telling; NULL: it was not asked. */
const struct where_testimony *where_best(const struct whereabouts *, enum where_witness);
const char *where_stand_name(enum where_stand);		/* "inside": for machines */
const char *where_stand_word(enum where_stand);		/* in the reader's language */
char        where_stand_letter(enum where_stand);
/* Place or bound, "at most 812 km from tokyo"; nothing if unknown. */
void        where_value(const struct where_testimony *, struct buffer *);

/* Of a bound: the figure if the whole way is fibre, an assumption; false: there is none. */
bool        where_fibre_km(const struct where_testimony *, int64_t *km);
/* What decides: "-> aws/us-west-2 (US)" of a way out, else that witness's, else the declared. */
void        where_deciding(const struct whereabouts *, struct buffer *);
/* Classes of data, "subscriber, logs"; nothing for none. */
void        where_data(const struct plan *, uint64_t classes, struct buffer *);

/* The bounds of distance that count, at most so many; returns how many. */
struct distance_bound;
uint32_t where_bounds(const struct whereabouts *, struct distance_bound *, uint32_t most);
/* Countries the bounds exclude, "CN,KR"; returns how many. */
uint32_t where_excluded(const struct plan *, const struct whereabouts *, struct buffer *);
/* How many different words, besides the carrier's own, place it inside. */
unsigned where_bases(const struct whereabouts *);
/* Witnesses that say otherwise than inside: outside, or excluding. */
unsigned where_against(const struct whereabouts *);
/* It rests on the carrier's word alone. */
bool     where_only_declared(const struct whereabouts *);
/* Country by the witness that decides, "" if none does; the declaration does not. */
const char *where_country(const struct whereabouts *);

const char *where_limit(enum where_witness);	/* for translation: what it does not prove */
const char *where_limit_time(void);		/* ... of a moment */

#endif
