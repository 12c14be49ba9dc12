/* SPDX-License-Identifier: Apache-2.0 */
/* See verify_proofs.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/verify_proofs.h"

static int
compare_proofs(const void *a, const void *b)
{
	const struct proof_seen *x = a, *y = b;
	int order = memcmp(x->nonce.at, y->nonce.at, HASH_LEN);

	return order != 0 ? order : x->seq < y->seq ? -1 : x->seq > y->seq;
}

void
proofs_keep(struct proofs *all, const struct proof_seen *proof)
{
	if (all->count == all->cap) {
		all->cap = all->cap > 0 ? 2 * all->cap : 64;
		all->proof = memory_resize(all->proof, all->cap, sizeof(*all->proof));
	}
	all->proof[all->count++] = *proof;
}

/*
 * A challenge that is published for a period may be answered again for the same target, and one
 * answer delivered for two; each then stands in its period by the records beside it.
 */
static bool
both_published(const struct proof_seen *a, const struct proof_seen *b)
{
	return a->published && b->published &&
	    (a->target == b->target || hash_equal(a->evidence, b->evidence));
}

/* The same proof is named again while nothing changes; another with its nonce was copied. */
enum err
proofs_check(struct proofs *all, struct why *why)
{
	if (all->count > 0)
		qsort(all->proof, all->count, sizeof(*all->proof), compare_proofs);
	for (size_t i = 1; i < all->count; i++) {
		const struct proof_seen *a = &all->proof[i - 1], *b = &all->proof[i];

		if (hash_equal(a->nonce, b->nonce) && (a->target != b->target ||
		    !hash_equal(a->evidence, b->evidence)) && !both_published(a, b))
			return why_set(why, ERR_UNTRUSTED, "the evidence of record %" PRIu64
			    " answers the nonce that the evidence of record %" PRIu64 " answered: "
			    "an old nonce was used again", b->seq, a->seq);
	}
	return ERR_OK;
}

void
proofs_free(struct proofs *all)
{
	free(all->proof);
	*all = (struct proofs){ .proof = NULL };
}
