/* SPDX-License-Identifier: Apache-2.0 */
/* What "sekimori probe distance" says beside the facts: which countries its bounds exclude, seen
 * from a vantage of a configuration, and how far that proof goes. */
#ifndef MONITOR_DAEMON_PROBE_DISTANCE_H
#define MONITOR_DAEMON_PROBE_DISTANCE_H

#include "monitor/base/bytes.h"
#include "monitor/state/plan.h"

struct json_t;

/* plan: NULL where no configuration was given; vantage: "" the monitor's own. */
void probe_distance_text(struct buffer *out, struct bytes facts, const struct plan *,
    const char *vantage);
/* "countries" of a round: excluded and left, by the front end and by the key; NULL if unknown. */
struct json_t *probe_distance_json(struct bytes facts, const struct plan *, const char *vantage);
/*
 * The plan of a configuration (its path, or NULL: then out is NULL), which the caller frees, and
 * the address the vantage sends from, or NULL.  ERR_INVALID: there is no such vantage, or it has no
 * coordinates; else as config_load().
 */
MUST_USE enum err probe_distance_plan(const char *config, const char *vantage, struct plan **out,
    const char **source, struct why *);

#endif
