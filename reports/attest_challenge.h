/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori attest challenge" and "attest answer": what an operator signs by hand, and the file to
 * deliver.
 */
#ifndef REPORTS_ATTEST_CHALLENGE_H
#define REPORTS_ATTEST_CHALLENGE_H

#include "monitor/base/command.h"

extern const struct command command_attest_challenge, command_attest_answer;

#endif
