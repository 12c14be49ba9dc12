/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well what is probed is protected, and what changes of it mean.  Pure.
 *
 * Every address of a target has a level per aspect (protection_list.h), made of the facts its
 * observations show.  A level that ranks below the strongest since the last announced change fell,
 * and stays so until it is as strong again, an intent announced the change, or a person accepts
 * it.  A change is announced if the time of an intent touches the time between the last round that
 * saw the old value and the one that saw the new one.  Facts that are missing are unknown: they
 * never make a fall.
 */
#ifndef MONITOR_STATE_PROTECTION_H
#define MONITOR_STATE_PROTECTION_H

#include "monitor/ledger/facts.h"
#include "monitor/state/fold.h"

enum aspect {
	ASPECT_NONE,
#define ASPECT(number, NAME, name, fact, take, ranking, text) ASPECT_##NAME = number,
#include "monitor/state/protection_list.h"
};

enum aspect_take { TAKE_ONE, TAKE_WEAKEST, TAKE_STRONGEST, TAKE_PART, TAKE_REKEY };

/* Rankings without words first. */
enum ranking { RANKING_FLAG, RANKING_NOT, RANKING_FEWER, RANKING_KEY, RANKING_VERSION,
	RANKING_SUITE, RANKING_GROUP, RANKING_SIGNATURE, RANKING_SNMP_LEVEL, RANKING_SNMP_AUTH,
	RANKING_SNMP_PRIVACY, RANKING_CIPHER, RANKING_ADDITIONAL, RANKING_TRANSPORT,
	RANKING_PLACE, RANKING_HOLDER, RANKING_RIGHTS, RANKING_COUNTERS, RANKING_NAME };

enum {
	ASPECTS = 0
#define ASPECT(number, NAME, name, fact, take, ranking, text) + 1
#include "monitor/state/protection_list.h"
};

struct aspect_row {
	uint32_t         number;
	const char      *name;
	enum fact        fact;
	enum aspect_take take;
	enum ranking     ranking;
	const char      *text;		/* N_() */
};

#define RANK_UNKNOWN (-1)

const struct aspect_row *aspect_rows(size_t *count);	/* ascending by number */
const struct aspect_row *aspect_row(uint32_t number);	/* NULL: none of this version */
/* Points of a value, more are stronger; RANK_UNKNOWN if the table has none for it. */
int32_t aspect_rank(const struct aspect_row *, const char *value);
/* How a value stands to another of the same aspect; NONE: they cannot be compared. */
enum aspect_order { ORDER_NONE, ORDER_BELOW, ORDER_EQUAL, ORDER_ABOVE };
enum aspect_order aspect_order(const struct aspect_row *, const char *value, const char *other);
/* It only goes forwards: that it does is no change. */
bool aspect_is_onwards(const struct aspect_row *);
/* What facts say of an aspect, as a text for people; false if they say nothing. */
bool aspect_value(const struct aspect_row *, struct bytes facts, char out[PROTECTION_VALUE]);
/* "any", or names with commas; a name stands for all aspects that begin with it and a dot. */
bool aspects_hold(const char *aspects, const char *name);
bool aspects_known(const char *aspects);	/* each of them stands for at least one aspect */

/* --- for readers -------------------------------------------------------------------------- */
/* The level is known now: the newest observation showed it, and that is not stale. */
bool level_is_known(const struct replica_state *, const struct protection_level *);
/* Who else looks at the same endpoint and sees the aspect as strong as before: bits of these. */
enum elsewhere { ELSEWHERE_VANTAGE = 1, ELSEWHERE_ADDRESS = 2 };
unsigned level_elsewhere(const struct state *, const struct target_state *, uint32_t replica,
    const struct protection_level *);
/* Counters of a device, or the name of what is delivered, are behind what the worker, or this
 * ledger, has seen. */
bool protection_went_back(const struct replica_state *);
struct protection_counts { uint32_t levels, known, open, unannounced; };
struct protection_counts protection_count(const struct target_state *);
struct protection_counts protection_count_all(const struct state *);

const struct intent_state *state_intent(const struct state *, uint64_t id);	/* NULL if none */
bool intent_counts(const struct intent_state *);	/* agreed, where somebody has to */
bool intent_in_force(const struct state *, const struct intent_state *);
const char *intent_step_text(enum intent_step);		/* N_() */
/* Its standing now in one or two words, N_(). */
const char *intent_stand(const struct state *, const struct intent_state *);
/* The subject's pattern holds that target. */
bool intent_covers(const struct plan *, const char *subject, const struct plan_target *);

#endif
