/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What readers ask about incidents beyond their fields: times and figures as corrected, how they
 * are seen, what a window would hide.  Pure, of a state alone.
 */
#ifndef MONITOR_STATE_INCIDENT_VIEW_H
#define MONITOR_STATE_INCIDENT_VIEW_H

#include "monitor/state/correct.h"
#include "monitor/state/fold.h"

/* --- as corrected, beside correct.h; the fields of struct incident stay as recorded -------- */
/* False if nobody corrected it.  what: STOPPED, DEGRADED with a service; LEAK with a kind. */
bool incident_number(const struct incident *, enum correct, const char *name, uint64_t *);
/* DEMARCATION, CAUSE; false if nobody said. */
bool incident_choice(const struct incident *, enum correct, uint64_t *);

/* --- how it is seen ------------------------------------------------------------------------ */
/* Appends "only from osaka"; nothing if it is seen in full. */
void incident_partial_describe(const struct incident *, struct buffer *out);
const struct alarm_state     *state_alarm(const struct state *, uint64_t id);	/* NULL if none */
const struct provider_notice *state_said(const struct state *, uint64_t id);	/* NULL if none */
const struct metric_state    *metric_find(const struct state *, uint32_t instance, uint64_t metric);

/* --- windows ------------------------------------------------------------------------------- */
const struct window_state *state_window(const struct state *, uint64_t id);	/* NULL if none */
/* It counts now: agreed where it must be, begun, neither over nor ended. */
bool window_in_force(const struct state *, const struct window_state *);
/* The window in force that covers the target, NULL if none. */
const struct window_state *window_of_target(const struct state *, const struct target_state *);
bool window_covers_target(const struct state *, const char *subject, const struct target_state *);
/* All that fails in it, and all its alarms, lie within the subject. */
bool window_covers_incident(const struct state *, const char *subject, const struct incident *);

/* What a window would hide if it were in force now. */
struct window_preview {
	uint32_t targets, instances, sites;	/* within it */
	uint32_t incidents;		/* open ones wholly inside: no notice of what they become */
	uint32_t alarms;		/* standing ones inside */
	uint32_t notices;		/* owed now for these incidents: already on their way */
	uint32_t windows;		/* others that overlap in subject and time */
	bool     known;			/* the plan has the subject */
	bool     needs_second;		/* it counts only once a second person agrees */
};
void window_preview(const struct state *, const char *subject, int64_t from_ms, int64_t until_ms,
    struct window_preview *);
const char *window_kind_text(enum window_kind);	/* for translation, as the next */
const char *window_step_text(enum window_step);

#endif
