/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the paper of dependencies share. */
#ifndef REPORTS_DEPENDENCIES_PART_H
#define REPORTS_DEPENDENCIES_PART_H

#include "reports/dependencies.h"

void dependencies_cell(const struct dependencies *, struct paper *, enum paper_tone,
    uint32_t node);
/* "JP-13, JP-27", or that it is all of the service. */
void dependencies_areas(const struct dependencies *, struct paper *, uint32_t service,
    uint64_t areas, bool whole);
int64_t dependencies_count(uint64_t users);
/* How many rows are left out, if any are. */
void dependencies_rest(struct paper *, uint64_t left);
void dependencies_print_fates(const struct dependencies *, struct paper *);
void dependencies_print_falls(const struct dependencies *, struct paper *);
void dependencies_print_one(const struct dependencies *, uint32_t node, struct paper *);

#endif
