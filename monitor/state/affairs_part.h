/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of affairs share with each other and with the fold, and nobody else includes. */
#ifndef MONITOR_STATE_AFFAIRS_PART_H
#define MONITOR_STATE_AFFAIRS_PART_H

#include "monitor/state/affairs.h"
#include "monitor/state/correct.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/window.h"

/* Made from a plan; copies of a state hold it together. */
struct affairs_plan {
	uint32_t             owners;
	const struct plan   *plan;	/* compared, never read: the state may let go of it */
	struct impact_index *index;
	struct duty_rules   *rules;	/* NULL: none, or they cannot be read */
	char                 why[WHY_TEXT_MAX];
};

struct touched_affair { uint64_t incident; unsigned what; };

struct affairs_memory {
	struct affairs_plan   *of_plan;
	struct set_impact     *set;		/* by set: how it stands */
	struct touched_affair *touched;		/* by the record in hand */
	uint32_t               touches, touch_cap;
};

struct affair *affair_make(struct state *, uint64_t incident);
void affair_duties(struct state *, struct affair *);
/* Has the next moment at which time alone changes what is due noticed. */
void affair_queue(struct state *, struct affair *);
void affair_free(struct affair *);

#endif
