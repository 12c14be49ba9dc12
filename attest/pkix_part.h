/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verifier of PKIX Evidence share, and nobody else includes. */
#ifndef ATTEST_PKIX_PART_H
#define ATTEST_PKIX_PART_H

#include "attest/attest.h"

enum { PKIX_FORM, PKIX_SIGNATURE, PKIX_SIGNER, PKIX_CHAIN, PKIX_TIME, PKIX_TRANSACTION, PKIX_AK,
	PKIX_NONCE, PKIX_DEBUG, PKIX_BINDING, PKIX_EXTRACTABLE, PKIX_NEVER, PKIX_SENSITIVE,
	PKIX_LOCAL, PKIX_POLICY, PKIX_SERIAL, PKIX_RULE_COUNT };

extern const struct ruleset pkix_ruleset;

#endif
