/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of policies share; everybody else uses policy.h. */
#ifndef ATTEST_POLICY_PART_H
#define ATTEST_POLICY_PART_H

#include "attest/policy.h"
#include "monitor/base/conf.h"

struct policy {
	struct conf *conf;
	struct hash  hash;
};

#endif
