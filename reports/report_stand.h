/* SPDX-License-Identifier: Apache-2.0 */
/* Where a report stands: the state at a time, or of the newest record, and what names it. */
#ifndef REPORTS_REPORT_STAND_H
#define REPORTS_REPORT_STAND_H

#include "reports/filing.h"
#include "reports/report_source.h"

/*
 * Folds up to the time (as people write it), or to the newest record where it is NULL, of those
 * that are signed if so asked; progress goes to a terminal.  Where nothing was recorded up to that
 * time, out->state is a copy that grew older: *later, else NULL; state_free() it in any case.
 * ERR_INVALID: the time cannot be read.
 */
MUST_USE enum err report_stand(struct report_source *, const char *at, bool of_signed,
    struct filing_source *out, struct state **later, struct why *);
/* The state of the first "size" records, as of the last of them. */
MUST_USE enum err report_stand_size(struct report_source *, uint64_t size, struct filing_source *,
    struct why *);

#endif
