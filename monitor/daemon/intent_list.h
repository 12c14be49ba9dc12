/* SPDX-License-Identifier: Apache-2.0 */
/* Intents for people: those that are known, and what can be named in them. */
#ifndef MONITOR_DAEMON_INTENT_LIST_H
#define MONITOR_DAEMON_INTENT_LIST_H

#include "monitor/base/command.h"

/* Newest first.  EXIT_FINE; EXIT_FINDING if one ended without a change; else what failed. */
int intent_list_print(const struct command *, const char *config, const char *state, bool json);
/* The aspects of protection there are, each with its fact. */
int intent_aspects_print(bool json);

#endif
