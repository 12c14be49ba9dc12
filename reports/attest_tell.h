/* SPDX-License-Identifier: Apache-2.0 */
/* An appraisal for people and for machines. */
#ifndef REPORTS_ATTEST_TELL_H
#define REPORTS_ATTEST_TELL_H

#include <jansson.h>

#include "attest/policy.h"

/*
 * Appended in the language in force: the verdict, what decided it with what to do, the claims and
 * the limit of the proof; explain: every rule besides, in the order they are asked.
 */
void attest_tell(struct buffer *, const struct verifier *, const struct dossier *,
    const struct appraisal *, bool explain);
/* The same, all of it, with English texts; the caller owns it. */
json_t *attest_json(const struct verifier *, const struct dossier *, const struct appraisal *);
/*
 * What is wrong by a rule of that kind of evidence that is broken or lacks something (to be
 * translated), and what to do; appended, in English for machines.  What the policy does not say is
 * kept apart from a file that was not given.
 */
const char *attest_wrong(const char *kind, const struct rule *, const struct step *);
void attest_advice(struct buffer *, const char *kind, const struct rule *, const struct step *,
    bool english);
/* A stanza of a policy out of the values that were asked for; to be reviewed by a person. */
void attest_stanza(struct buffer *, const struct verifier *, const struct dossier *,
    const struct appraisal *);
/* Every kind of evidence with its roles and the keys of its section; appended. */
void attest_kinds(struct buffer *);
/* "policy ID, edition EDITION, sha256 HEX"; appended. */
void attest_policy_name(struct buffer *, const struct policy *);

#endif
