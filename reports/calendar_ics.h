/* SPDX-License-Identifier: Apache-2.0 */
/* A calendar as iCalendar (RFC 5545), as a list for people, and as JSON. */
#ifndef REPORTS_CALENDAR_ICS_H
#define REPORTS_CALENDAR_ICS_H

#include "monitor/state/calendar.h"

/* Times in UTC, texts escaped, lines folded at 75 octets, an alarm 30, 7 and 1 days before. */
void calendar_print_ics(struct buffer *, const struct state *, const struct calendar *,
    int64_t now_ms);
void calendar_print_text(struct buffer *, const struct state *, const struct calendar *,
    int64_t now_ms);
void calendar_print_json(struct buffer *, const struct state *, const struct calendar *,
    int64_t now_ms);
/* "certificate of target:amf-1, 2 of its chain: CN=..." in the reader's language. */
void calendar_summary(struct buffer *, const struct calendar_entry *);

#endif
