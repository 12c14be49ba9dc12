/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifiers of evidence: octets, our nonce, a policy and a second in, claims out.  They are pure:
 * the same input gives the same answer years later, in the worker and in an auditor's hands.
 *
 * To add one: attest/NAME.c with a const struct verifier at its end, one line in verifier_list.h,
 * its test, its fuzzer and corpus.
 */
#ifndef ATTEST_ATTEST_H
#define ATTEST_ATTEST_H

#include "monitor/base/bytes.h"

enum {
	CLAIM_MAX    = 24,	/* claims of one piece of evidence: the verifier's own bound */
	CLAIM_OCTETS = 2048	/* of all their values together: likewise */
};

/*
 * What the octets prove.  name is that of a fact ("key.spki"); the value has its type: flag one
 * octet 0 or 1, text UTF-8, hash 32 octets.  What is not known is not claimed.
 */
struct claim { const char *name; struct bytes value; };

/* Values lie inside, so it is not copied. */
struct claims {
	size_t       count, used;
	struct claim claim[CLAIM_MAX];
	uint8_t      octets[CLAIM_OCTETS];
};

struct policy;		/* what a verifier demands beyond its specification; none has one yet */

struct evidence {
	struct bytes         octets;	/* as recorded */
	struct bytes         nonce;	/* the one we asked with */
	const struct policy *policy;	/* NULL: nothing beyond the specification */
	int64_t              at_s;	/* as of which second, UTC */
};

struct verifier {
	const char *name;
	const char *format;	/* text under key 1 of the CBOR map the evidence is, or "" */
	const char *spec;	/* the document whose clauses the reasons cite */
	/*
	 * ERR_OK: accepted, and claims are all it proves.  Any other: nothing is proven, claims
	 * are empty and why says which rule decided.  ERR_UNSUPPORTED: it cannot be judged.
	 */
	enum err  (*verify)(const struct evidence *, struct claims *, struct why *);
};

#define VERIFIER(name) extern const struct verifier verifier_##name;
#include "attest/verifier_list.h"

const struct verifier *verifier_find(const char *name);	/* NULL if none */
const struct verifier *verifier_for(struct bytes evidence);	/* by its format; NULL if none */
const struct verifier *const *verifier_table(size_t *count);

void claims_put(struct claims *, const char *name, struct bytes value);	/* copies; name stays */
/* False if it is not claimed. */
bool claims_get(const struct claims *, const char *name, struct bytes *value);

#endif
