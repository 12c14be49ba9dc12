/* SPDX-License-Identifier: Apache-2.0 */
/* What the views of the judgement share: its letters and colours, its values, and look-ups. */
#ifndef TUI_JUDGED_H
#define TUI_JUDGED_H

#include "tui/scene.h"

/* Keys of judged_key are never one of these. */
enum { JUDGED_NONE = 0, JUDGED_FOLDED = 1 };

/* The judgement on display; NULL where no pack is in force. */
const struct judgement *judged_of(const struct scene *);

enum style   verdict_style(enum verdict);
/* From 0, the worst: not met, unknown, waived, met, not applicable. */
enum verdict verdict_at(unsigned rank);
unsigned     verdict_rank(enum verdict);
/* "X3 ?2 w1 .9 -4": worst first, only what there is; what does not fit ends in "~". */
void         judged_counts(const uint32_t count[VERDICTS], unsigned width, struct strip *);
/* "controls  X 3   ? 2 ...": how many have which verdict as their worst. */
void         judged_summary(const struct scene *, struct strip *);

/* In the reader's language. */
const char *judged_title(const struct scene *, const struct pack_control *);
const char *judged_limit(const struct scene *, const struct pack_control *);
const char *judged_standard(const struct scene *, const struct pack *);

/*
 * Controls and subjects by a number made of their names, which outlasts a change of plan or packs.
 * UINT32_MAX: there is none at this time.
 */
uint64_t judged_key(const char *name);
uint32_t judged_control(const struct judgement *, uint64_t key);
uint32_t judged_subject(const struct judgement *, uint32_t c, uint64_t key);

/* The newest waiver of the control for the subject that is asked for or in force; or NULL. */
const struct waiver *judged_waiver(const struct judgement *, const char *control,
    const char *subject);
/* The target behind a subject of kind target or key; 0 for others. */
uint64_t judged_target(const struct scene *, struct subject);

/* A value as people read it; of strangers' text, for a strip, which escapes it. */
void judged_value(const struct judged_value *, struct buffer *out);
void judged_basis(unsigned basis, struct buffer *out);	/* bits of enum basis */

#endif
