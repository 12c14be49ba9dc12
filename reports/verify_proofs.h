/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of possession of a bundle and the nonces they answer: none may be answered twice. */
#ifndef REPORTS_VERIFY_PROOFS_H
#define REPORTS_VERIFY_PROOFS_H

#include "monitor/base/hash.h"

struct proof_seen {
	struct hash nonce, evidence;	/* evidence: of the answer, or of all there was */
	uint64_t    seq, target;	/* the record, and whom it speaks of */
	bool        published;		/* the challenge stood on record for a period */
};

struct proofs { struct proof_seen *proof; size_t count, cap; };

/* Copies one; freed by proofs_free(). */
void proofs_keep(struct proofs *, const struct proof_seen *);
/* Sorts them.  ERR_UNTRUSTED with the two records, if an old nonce was used again. */
MUST_USE enum err proofs_check(struct proofs *, struct why *);
void proofs_free(struct proofs *);

#endif
