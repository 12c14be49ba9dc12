/* SPDX-License-Identifier: Apache-2.0 */
/* Windows for people: those that are known, and what a new one would hide. */
#ifndef MONITOR_DAEMON_WINDOW_LIST_H
#define MONITOR_DAEMON_WINDOW_LIST_H

#include "monitor/base/command.h"

/* Newest first: number, kind, step, subject, times, who, what it hid.  Returns the exit code. */
int window_list_print(const struct command *, const char *config, const char *state, bool json);
/* What a window over the subject would hide now: targets, open incidents, notices owed. */
int window_preview_print(const struct command *, const char *config, const char *state,
    const char *subject, int64_t from_ms, int64_t until_ms, bool json);

#endif
