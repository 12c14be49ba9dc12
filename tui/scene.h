/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to draw at one moment: a state on display, the ledger behind it, and the sums
 * every view needs.  Views read it and nothing else, so they cannot tell live from replay.
 */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "monitor/base/timetext.h"
#include "monitor/ledger/ledger.h"
#include "monitor/state/judge.h"
#include "tui/grid.h"

struct affair_sums;			/* affair.h */
struct reel;				/* reel.h */

/* Targets of a site, by function and health, and its oldest evidence. */
struct health_tally {
	uint32_t count[FUNCTION_COUNT][HEALTH_COUNT];
	int64_t  oldest_ms;		/* INT64_MAX: there is no evidence at all */
};

/* Controls by their worst verdict; all 0 without a judgement. */
struct control_sum {
	uint32_t count[VERDICTS];
	uint32_t undecidable;		/* of those unknown: nothing could decide them yet */
	uint32_t contradictions;	/* of those not met: level contradiction */
};

/* The ledger up to the size on display. */
struct ledger_facts {
	bool        known;
	uint64_t    size, first, octets;
	int64_t     recorded_ms;	/* of the newest record in it, 0 if none */
	uint64_t    sealed_size;	/* of the newest signed checkpoint in it, 0 if none */
	int64_t     sealed_ms;		/* recorded time of its last record */
	struct hash root;
};

struct scene {
	const struct state *state;	/* a display copy; NULL until there is one */
	int64_t             now_ms;	/* recorded time on display */
	uint64_t            generation;	/* another number whenever anything here changed */
	struct ledger      *ledger;	/* for records and values behind a belief; NULL: none */
	struct ledger_facts facts;
	bool                japanese;	/* titles of sites and instances in Japanese */
	struct health_tally total;
	struct health_tally *site;	/* one per site of the plan, owned */
	uint32_t            sites;
	struct control_sum  controls;
	bool                live;
	const struct reel  *reel;	/* borrowed; NULL: none */
	struct affair_sums *sums;	/* owned; NULL before the first state */
};

/* Shows another state (borrowed) at a time; sums are made, the generation moves on. */
void scene_show(struct scene *, const struct state *, int64_t now_ms);
/* Reads the ledger's facts for the state on display; errors leave known false. */
void scene_read_ledger(struct scene *);
void scene_free(struct scene *);

const char *scene_site_title(const struct scene *, uint32_t site);
const char *scene_instance_title(const struct scene *, uint32_t instance);
const struct plan_instance *scene_instance(const struct scene *, const struct target_state *);
const struct plan_site     *scene_site(const struct scene *, const struct target_state *);
/* When the oldest replica was last heard; 0 if one of them never was. */
int64_t scene_heard_ms(const struct scene *, const struct target_state *);
/* The address that decides: the worst. */
const struct replica_state *scene_worst(const struct target_state *);
/* Why the target is believed to be as it is, in few words: what was said, or why that is not it. */
void scene_reason(const struct target_state *, struct buffer *out);
/* Sum of a tally over its functions. */
uint32_t tally_count(const struct health_tally *, enum health);

enum style  health_style(enum health);
/* Lower is worse: down, degraded, unknown, up. */
unsigned    health_rank(enum health);
const char *health_word(enum health);		/* translated */

/* Two units at most: "8s", "2m10s", "1h05m", "3d04h"; "-" for a negative age. */
void age_text(int64_t ms, char out[TIME_TEXT]);
/* "09:15:30", with the date before it if that is another day than now_ms ("11-20 09:15:30"). */
void moment_text(int64_t ms, int64_t now_ms, char out[TIME_TEXT]);
/* Columns that moments take when ms is the oldest of them: 8, or 14 with the date. */
unsigned moment_width(int64_t ms, int64_t now_ms);

/* The text behind a commitment, from the ledger; a sentence if it is withheld. */
void scene_value(const struct scene *, struct hash commitment, struct buffer *out);
/* One line about a record: kind and fields; a sentence if it cannot be read. */
void scene_record(const struct scene *, uint64_t seq, struct buffer *out);

#endif
