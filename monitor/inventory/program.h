/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of sekimori-inventory that touch the system; everything else is in the library. */
#ifndef MONITOR_INVENTORY_PROGRAM_H
#define MONITOR_INVENTORY_PROGRAM_H

#include "monitor/inventory/inventory.h"

/* confine.c: no core dump, bounded resources, no files but roots and name lookup.  No way back. */
MUST_USE enum err confine(struct why *);

/* transport.c: libcurl; trust: PEM, or empty for the system's roots.  ERR_IO with a sentence. */
MUST_USE enum err transport_open(struct transport *, struct bytes trust, struct why *);
void transport_close(struct transport *);

void answer_put(struct bytes);			/* main.c: to whoever asked */

#endif
