/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of regions, as providers write them: "Japan East, Japan West" in a feed, "japaneast" in an
 * inventory.  Only letters and digits count, whatever their case.
 */
#ifndef MONITOR_STATE_REGION_H
#define MONITOR_STATE_REGION_H

#include <stdbool.h>

/* True if the list, its entries apart by commas, names that region.  Neither may be empty. */
bool region_named(const char *list, const char *region);

#endif
