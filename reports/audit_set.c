/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing over SHA-256 values, whose first octets are as good as any hash of them. */
#include <stdlib.h>
#include <string.h>

#include "reports/audit_set.h"

enum { FIRST_CAP = 64 };

static size_t
slot_of(const struct hash_set *set, struct hash hash)
{
	uint64_t at;

	memcpy(&at, hash.at, sizeof(at));
	at &= set->cap - 1;
	while (!hash_is_zero(set->slot[at]) && !hash_equal(set->slot[at], hash))
		at = (at + 1) & (set->cap - 1);
	return at;
}

static void
grow(struct hash_set *set)
{
	struct hash_set larger = { .cap = set->cap > 0 ? 2 * set->cap : FIRST_CAP,
	    .count = set->count };

	larger.slot = memory_new(larger.cap, sizeof(*larger.slot));
	for (size_t i = 0; i < set->cap; i++)
		if (!hash_is_zero(set->slot[i]))
			larger.slot[slot_of(&larger, set->slot[i])] = set->slot[i];
	free(set->slot);
	*set = larger;
}

bool
hash_set_has(const struct hash_set *set, struct hash hash)
{
	return set->cap > 0 && !hash_is_zero(hash) && hash_equal(set->slot[slot_of(set, hash)],
	    hash);
}

bool
hash_set_add(struct hash_set *set, struct hash hash)
{
	size_t at;

	if (hash_is_zero(hash))
		return false;
	if (set->count * 2 >= set->cap)
		grow(set);
	at = slot_of(set, hash);
	if (!hash_is_zero(set->slot[at]))
		return false;
	set->slot[at] = hash;
	set->count++;
	return true;
}

void
hash_set_free(struct hash_set *set)
{
	free(set->slot);
	*set = (struct hash_set){ 0 };
}
