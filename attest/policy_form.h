/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a value of a policy must be written where it is more than a name: floors, words, versions,
 * identifiers.  Read with what judges by them, so that what could not be read then is refused when
 * the policy is read.
 */
#ifndef ATTEST_POLICY_FORM_H
#define ATTEST_POLICY_FORM_H

#include "monitor/base/bytes.h"

/* NULL: it can be read, or any text may stand there; else how it is written, as an example. */
const char *policy_form_wrong(const char *key, const char *text);
/* The same of a whole number. */
const char *policy_number_wrong(const char *key, int64_t number);

#endif
