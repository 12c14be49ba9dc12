/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties as sentences, for every reader.  Pure: made from the verdict alone; gettext and the
 * rules give them the reader's language.
 */
#ifndef MONITOR_STATE_DUTY_DESCRIBE_H
#define MONITOR_STATE_DUTY_DESCRIBE_H

#include "monitor/base/timetext.h"
#include "monitor/state/duty.h"

/*
 * Appends one line, without a newline, as of verdict->now_ms: "F3 prompt report: 30,000 users
 * reached, 1 h in 06:49", "F4 detailed report: due 2026-12-28 24:00 JST (in 29 d)".
 */
void duty_describe(const struct duty_verdict *, const struct duty *, struct buffer *out);
/* Appends the line of the clock that runs out first; false and nothing if none runs. */
bool duty_header(const struct duty_verdict *, struct buffer *out);
/*
 * Appends one pair of the table with both figures: "internet access, 1 h / 100,000 users: clock
 * running; 42,000 users over the whole span of 00:53:11, at most 30,000 at a time".
 */
void duty_pair_describe(const struct duty_verdict *, const struct duty_pair *, struct buffer *out);

/* In the reader's language; they live as long as the rules. */
const char *duty_label(const struct duty_rule *);
const char *duty_title(const struct duty_rule *);
const char *duty_article(const struct duty_rule *);
const char *duty_addressee(const struct duty_rule *);
const char *duty_form(const struct duty_rule *);	/* "" where none is prescribed */
const char *duty_note(const struct duty_rule *);	/* or "" */

/* "2026-12-28 24:00 JST" for the end of a day, as law counts it. */
void duty_day_end_text(int64_t ms, char out[TIME_TEXT]);
/* "06:49", "1:06:49", "29 d": time left. */
void duty_left_text(int64_t left_ms, char out[TIME_TEXT]);

#endif
