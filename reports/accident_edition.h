/* SPDX-License-Identifier: Apache-2.0 */
/* Editions of a paper about an incident: FILING records that follow each other. */
#ifndef REPORTS_ACCIDENT_EDITION_H
#define REPORTS_ACCIDENT_EDITION_H

#include "reports/filing_write.h"

/*
 * Sets previous of the order to the newest edition among the first "size" records, 0 if there is
 * none; its number in *newest.
 */
MUST_USE enum err accident_edition_newest(struct accident_order *, uint64_t size, uint64_t *newest,
    struct why *);
/*
 * The FILING of order->edition: sets previous of the order and gives the size it speaks for.
 * ERR_NOT_FOUND with the editions there are.
 */
MUST_USE enum err accident_edition_find(struct accident_order *, uint64_t *size, struct why *);
/*
 * Makes the edition of order->previous again, as it was then and in the language in use, and sets
 * what the filing says otherwise.
 */
MUST_USE enum err accident_changes(const struct accident_order *, const struct form *,
    struct filing *, struct why *);
/* Prints on standard error which of the documents are, octet by octet, those that were frozen;
 * ERR_MISMATCH if none is. */
MUST_USE enum err accident_edition_same(const struct filing_documents *,
    const struct accident_order *, struct why *);

#endif
