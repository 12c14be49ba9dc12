/* SPDX-License-Identifier: Apache-2.0 */
/* What was done to keys, for people. */
#ifndef MONITOR_DAEMON_KEY_LIST_H
#define MONITOR_DAEMON_KEY_LIST_H

#include "monitor/base/command.h"

/* Newest first.  EXIT_FINE; EXIT_FINDING if the rotation of a key is overdue; else what failed. */
int key_list_print(const struct command *, const char *config, const char *state, bool json);

#endif
