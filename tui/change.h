/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that changed, in the order of its records: transitions of the facts, acts on waivers,
 * verdicts.  Verdicts of one control that one record changed alike are one line.
 */
#ifndef TUI_CHANGE_H
#define TUI_CHANGE_H

#include "tui/view.h"

/* Adds them newest first, less those the filter hides; ids keep when more come. */
void changes_rows(struct view *, const struct scene *);
void change_line(const struct scene *, const struct view_row *, struct strip *);
void change_open(const struct scene *, const struct view_row *, struct opening *);
bool change_record(const struct scene *, const struct view_row *, uint64_t *seq);
/* The incident of a transition, or 0. */
uint64_t change_incident(const struct scene *, const struct view_row *);
/* How many are at hand, and how many there ever were. */
uint64_t changes_kept(const struct scene *);
uint64_t changes_ever(const struct scene *);

#endif
