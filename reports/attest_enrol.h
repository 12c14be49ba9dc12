/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori attest enrol": that an attestation key lives in a genuine TPM, found out by hand. */
#ifndef REPORTS_ATTEST_ENROL_H
#define REPORTS_ATTEST_ENROL_H

#include "monitor/base/command.h"

extern const struct command command_attest_enrol;

#endif
