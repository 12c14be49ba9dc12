/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report's free octets must hold (report_data of SEV-SNP and TDX, user_data of Nitro), so
 * that it was made for our nonce and, where a key is asked for, speaks of that key (RFC 9334, 10):
 *
 *	no key:  the nonce
 *	a key:   SHA-256("sekimori-attest-v1" || nonce || SHA-256 of the SubjectPublicKeyInfo)
 *
 * What follows them is zero.  The prefix keeps a report made for another use from counting here.
 */
#ifndef ATTEST_BOUND_DATA_H
#define ATTEST_BOUND_DATA_H

#include "attest/appraisal.h"

#define BOUND_DATA_PREFIX "sekimori-attest-v1"

struct hash bound_data(struct bytes nonce, const struct hash *spki);

/*
 * Both as rules of the open part.  A key is asked for: what holds it holds the nonce too; the nonce
 * alone passes rule_nonce and breaks rule_key.  Otherwise as hold_nonce, and rule_key is skipped.
 */
bool hold_bound_data(const struct dossier *, struct appraisal *, size_t rule_nonce,
    size_t rule_key, struct bytes found);

#endif
