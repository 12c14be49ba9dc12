/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network function counts of itself, in Prometheus text exposition format 0.0.4 or
 * OpenMetrics 1.0: the sum of the series that a selector names.  Pure; a document is read whole or
 * refused, for half of one would look like an outage.
 */
#ifndef MONITOR_FEED_EXPOSITION_H
#define MONITOR_FEED_EXPOSITION_H

#include "monitor/base/bytes.h"

enum {
	EXPOSITION_MAX          = 16 << 20,	/* octets of a document; refused */
	EXPOSITION_LINE_MAX     = 64 << 10,	/* octets of a line; refused */
	EXPOSITION_LABELS_MAX   = 128,		/* of one series; refused */
	EXPOSITION_MATCHERS_MAX = 16,		/* of a selector; refused */
	EXPOSITION_VALUE_MAX    = 256		/* octets of a label's value in a selector */
};

struct exposition_matcher {
	struct bytes name;
	uint8_t      value[EXPOSITION_VALUE_MAX];
	size_t       len;
	bool         differs;		/* != */
};

/* name{label="value",other!="value"}; a label that a series lacks is the empty one. */
struct exposition_selector {
	struct bytes              name;		/* a view into the text it was read from */
	struct exposition_matcher matcher[EXPOSITION_MATCHERS_MAX];
	size_t                    matchers;
};

struct exposition_sum {
	size_t  series;			/* that were found */
	double  sum;			/* NaN if one of them has no value */
	int64_t told_ms;		/* the newest time given with one of them; 0: none */
};

MUST_USE enum err exposition_selector_read(const char *text, struct exposition_selector *,
    struct why *);
/* sum[i] is of selector[i].  openmetrics: as the Content-Type says; then "# EOF" must end it. */
MUST_USE enum err exposition_read(struct bytes document, bool openmetrics,
    const struct exposition_selector *, struct exposition_sum *, size_t count, struct why *);
/* The sum times scale, rounded down; an error with a sentence if it is no number from 0 to 2^63. */
MUST_USE enum err exposition_count(const struct exposition_sum *, double scale, uint64_t *,
    struct why *);

#endif
