/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for the operator of the monitor itself: "<N>role: sentence" on standard error, as
 * journald reads them.  The log may be lost; evidence goes to the ledger instead.  Control
 * characters of what peers sent are escaped.
 */
#ifndef MONITOR_BASE_LOG_H
#define MONITOR_BASE_LOG_H

#include "monitor/base/err.h"

enum log_level {
	LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7
};

void log_open(const char *role, enum log_level lowest);
void log_line(enum log_level, const char *fmt, ...) PRINTF(2, 3);
/* Octets of the well-formed, harmless character at in, of which there is one at least; else 0. */
size_t text_safe_character(const char *in, size_t in_len);
/* Makes untrusted text safe for a terminal or log: control octets become \xNN; cut to out_len. */
void text_escape(const char *in, size_t in_len, char *out, size_t out_len);

#endif
