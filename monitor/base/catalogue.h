/* SPDX-License-Identifier: Apache-2.0 */
/* Message catalogues: MO files as GNU msgfmt writes them, read whole and then searched. */
#ifndef MONITOR_BASE_CATALOGUE_H
#define MONITOR_BASE_CATALOGUE_H

#include "monitor/base/bytes.h"

enum { CATALOGUE_MAX = 4 << 20, CATALOGUE_TEXT_MAX = 64 << 10 };

struct catalogue;

/* Copies what it needs.  ERR_MALFORMED if anything leaves the octets or does not end. */
MUST_USE enum err catalogue_read(struct bytes octets, struct catalogue **, struct why *);
void catalogue_free(struct catalogue *);
/* The translation (the first form, where there are several), or NULL. */
const char *catalogue_find(const struct catalogue *, const char *text);

#endif
