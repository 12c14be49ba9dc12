/* SPDX-License-Identifier: Apache-2.0 */
/* A growing set of hashes: what was already looked at. */
#ifndef REPORTS_AUDIT_SET_H
#define REPORTS_AUDIT_SET_H

#include "monitor/base/hash.h"

struct hash_set {
	struct hash *slot;		/* open addressing; a zero hash is an empty slot */
	size_t       count, cap;
};

/* True if it was not yet in the set.  The zero hash is never in it, and adding it gives false. */
bool hash_set_add(struct hash_set *, struct hash);
bool hash_set_has(const struct hash_set *, struct hash);
void hash_set_free(struct hash_set *);

#endif
