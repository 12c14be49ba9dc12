/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an acceptance rests on and ends by itself: certificates and lists it was judged with, TCB
 * information, the register and its entry, entries of the policy.  Told as the claim "ends", so
 * that somebody can renew each before evidence fails because of it:
 *
 *	ak-certificate/ak 2026-11-03T00:00:00.000Z/2026-12-03T00:00:00.000Z, policy:tpm-quote.ak
 *	../2026-12-05T15:00:00.000Z
 *
 * (one line, ISO 8601-2 intervals, ".." where the beginning is not known), the first to be told
 * first.  What lives seven days or less is made anew by machines, and is not among them.
 */
#ifndef ATTEST_ENDING_H
#define ATTEST_ENDING_H

#include "monitor/base/bytes.h"

struct appraisal;
struct dossier;
struct pool;
struct chain;
struct x509_st;
struct X509_crl_st;

enum { ENDING_WHAT = 64, ENDINGS_MAX = 16, ENDINGS_TOLD = 6 };

#define ENDING_UNKNOWN INT64_MIN	/* of a beginning */

struct ending {
	/*
	 * "ROLE" or "ROLE/NAME" of a certificate or list by its role in the dossier ("evidence":
	 * inside it), "register", "register:line12" of an entry, "policy:SECTION.KEY" of entries.
	 */
	char    what[ENDING_WHAT];
	int64_t from_ms, until_ms;	/* UTC; from may be ENDING_UNKNOWN */
};

/*
 * How long before its end somebody is told: margin_ms, or, if that is 0, seven days or a quarter
 * of its life, whichever is shorter.
 */
int64_t ending_lead_ms(int64_t from_ms, int64_t until_ms, int64_t margin_ms);
/* Whether its whole life is longer than seven days and than the margin: else nobody is told. */
bool    ending_counts(const struct ending *, int64_t margin_ms);

/* Notes one; of those with the same "what" the first to be told stays. */
void ending_note(struct appraisal *, const char *what, int64_t from_ms, int64_t until_ms);
/* A certificate of a role; one that a Nitro document brings is not noted: AWS makes it anew. */
void ending_certificate(struct appraisal *, const struct pool *, struct x509_st *);
void ending_list(struct appraisal *, const struct pool *, const struct X509_crl_st *);
/* The claim; nothing if nothing was noted. */
void ending_claim(struct appraisal *);

/* The next one of the text of that claim, from *at on; false at its end, or if it is not one. */
bool ending_next(struct bytes text, size_t *at, struct ending *out);

#endif
