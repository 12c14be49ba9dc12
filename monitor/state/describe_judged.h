/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences for people about the judgement, shared by every reader.  Pure: they are made from the
 * judgement alone; gettext gives them the reader's language.
 */
#ifndef MONITOR_STATE_DESCRIBE_JUDGED_H
#define MONITOR_STATE_DESCRIBE_JUDGED_H

#include "monitor/state/judge.h"

/* Appends "SK-LOC-1 for target:udm-1-sbi: met -> not met [contradiction]", without a newline. */
void judged_change_describe(const struct judged_change *, struct buffer *out);
/* Appends "SK-LOC-1 for target:udm-1-sbi: not met since 2026-11-20 09:22:01 JST, record #107". */
void finding_describe(const struct judgement *, uint32_t c, const struct finding *,
    struct buffer *out);
/*
 * Appends what was done with a waiver, by whom, until when; "step" is one it went through, the
 * words of people are added by the caller from the ledger (waiver.text).
 */
void waiver_describe(const struct waiver *, enum waiver_step, struct buffer *out);
const char *level_text(enum level);	/* for translation */

#endif
