/* SPDX-License-Identifier: Apache-2.0 */
/* What "sekimori controls" and "sekimori rejudge" print of a judgement. */
#ifndef REPORTS_CONTROLS_H
#define REPORTS_CONTROLS_H

#include "monitor/state/judge.h"
#include "reports/report_source.h"

struct controls_asked {
	const char *id;			/* one control, or NULL */
	const char *standard;		/* id of a pack, or NULL */
	int         verdict;		/* enum verdict, or -1: all */
	bool        lacking, waivers, json;
};

/* One page; appended.  All of them: count per verdict of what was printed, by worst verdict. */
void controls_print_list(struct buffer *, const struct state *, const struct controls_asked *,
    uint32_t count[VERDICTS]);
void controls_print_one(struct buffer *, const struct state *, uint32_t c,
    const struct controls_asked *);
void controls_print_lacking(struct buffer *, const struct state *);
void controls_print_waivers(struct buffer *, const struct state *, struct report_source *);
/* The same as JSON: {"packs": [...], "controls": [...], "waivers": [...]}. */
void controls_print_json(struct buffer *, const struct state *, const struct controls_asked *,
    struct report_source *, uint32_t count[VERDICTS]);
/* A value for people: "tls.version = TLSv1.3 (observed, record #12)"; without a newline. */
void judged_value_print(struct buffer *, const struct judged_value *);
/* Whether the asked for selects the control. */
bool controls_selects(const struct state *, const struct controls_asked *, uint32_t c);
/* In the reader's language. */
const char *control_title(const struct pack_control *);
const char *control_limit(const struct pack_control *);

#endif
