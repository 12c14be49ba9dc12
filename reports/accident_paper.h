/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing about one incident as a paper: its fields, what changed since the edition before, the
 * users over time, the network, the timeline, the records it cites with their hashes.
 */
#ifndef REPORTS_ACCIDENT_PAPER_H
#define REPORTS_ACCIDENT_PAPER_H

#include "reports/accident.h"
#include "reports/paper.h"

/* In the language in use, which is the filing's.  The caller frees. */
struct paper *accident_to_paper(const struct filing *);
/* Users of each service over time; NULL if nobody was hit.  The caller frees. */
struct drawing *accident_users_figure(const struct accident *);
/* The equipment diagram with health as it was at worst.  The caller frees. */
struct drawing *accident_network_figure(const struct accident *);

#endif
