/* SPDX-License-Identifier: Apache-2.0 */
/* Why a control is judged as it is for one subject: the rows under it in the view of a control. */
#ifndef TUI_CONTROL_DETAIL_H
#define TUI_CONTROL_DETAIL_H

#include "monitor/state/judge.h"
#include "tui/view.h"

/* Rows of the view of a control; those behind SUBJECT are details of the one that is unfolded. */
enum control_kind { CONTROL_TEXT, CONTROL_BLANK, CONTROL_SUBJECTS, CONTROL_SUBJECT,
	CONTROL_WAIVER, CONTROL_WAIVER_TEXT, CONTROL_BENEATH, CONTROL_MISSING, CONTROL_ADDRESS,
	CONTROL_READ, CONTROL_ELEMENTS, CONTROL_ELEMENT, CONTROL_MORE };

/* Adds the rows for subject number i of control c. */
void control_detail_rows(struct view *, const struct scene *, uint32_t c, uint32_t i);
void control_detail_line(const struct view *, const struct scene *, uint32_t c,
    const struct view_row *, struct strip *);
/* The record behind the row; false if there is none. */
bool control_detail_record(const struct view *, const struct scene *, uint32_t c,
    const struct view_row *, uint64_t *seq);
/* The element an ELEMENT row is about. */
struct subject control_element(const struct view_row *);

#endif
