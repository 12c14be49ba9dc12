/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of syslog: one line each, to be read by whoever adds to them.
 *
 *   SYSLOG_SEVERITY(number, "name", SEVERITY)   RFC 5674 section 2, read backwards
 *   SYSLOG_FACILITY(number, "name", TYPE)       RFC 5424 table 1; the alarm type it suggests
 *
 * Indeterminate and cleared both lead to Notice there: it and all below it are indeterminate here.
 */
#ifndef SYSLOG_SEVERITY
#define SYSLOG_SEVERITY(number, name, SEVERITY)
#endif
#ifndef SYSLOG_FACILITY
#define SYSLOG_FACILITY(number, name, TYPE)
#endif
SYSLOG_SEVERITY(0, "emerg",   CRITICAL)
SYSLOG_SEVERITY(1, "alert",   CRITICAL)
SYSLOG_SEVERITY(2, "crit",    MAJOR)
SYSLOG_SEVERITY(3, "err",     MINOR)
SYSLOG_SEVERITY(4, "warning", WARNING)
SYSLOG_SEVERITY(5, "notice",  INDETERMINATE)
SYSLOG_SEVERITY(6, "info",    INDETERMINATE)
SYSLOG_SEVERITY(7, "debug",   INDETERMINATE)

SYSLOG_FACILITY(0,  "kern",     PROCESSING_ERROR)
SYSLOG_FACILITY(1,  "user",     NONE)
SYSLOG_FACILITY(2,  "mail",     NONE)
SYSLOG_FACILITY(3,  "daemon",   PROCESSING_ERROR)
SYSLOG_FACILITY(4,  "auth",     SECURITY)
SYSLOG_FACILITY(5,  "syslog",   NONE)
SYSLOG_FACILITY(6,  "lpr",      NONE)
SYSLOG_FACILITY(7,  "news",     NONE)
SYSLOG_FACILITY(8,  "uucp",     NONE)
SYSLOG_FACILITY(9,  "cron",     NONE)
SYSLOG_FACILITY(10, "authpriv", SECURITY)
SYSLOG_FACILITY(11, "ftp",      NONE)
SYSLOG_FACILITY(12, "ntp",      TIME_DOMAIN)
SYSLOG_FACILITY(13, "audit",    SECURITY)
SYSLOG_FACILITY(14, "console",  NONE)
SYSLOG_FACILITY(15, "clock",    TIME_DOMAIN)
SYSLOG_FACILITY(16, "local0",   NONE)
SYSLOG_FACILITY(17, "local1",   NONE)
SYSLOG_FACILITY(18, "local2",   NONE)
SYSLOG_FACILITY(19, "local3",   NONE)
SYSLOG_FACILITY(20, "local4",   NONE)
SYSLOG_FACILITY(21, "local5",   NONE)
SYSLOG_FACILITY(22, "local6",   NONE)
SYSLOG_FACILITY(23, "local7",   NONE)
#undef SYSLOG_SEVERITY
#undef SYSLOG_FACILITY
