/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of SIGNAL and METRIC records; numbers are recorded and for ever.
 *
 *   SIGNAL_FORM(number, NAME, "name", "text")       how a signal came
 *   SEVERITY(number, NAME, "name", "letter")        perceived severity, ITU-T X.733 8.1.2.3
 *   ALARM_TYPE(number, NAME, "name")                alarm type, 3GPP TS 28.532 (ITU-T X.733, X.736)
 *   SIGNAL_CLOCK(number, NAME, "name", "text")      what the sender's clock is worth
 *   METRIC_NAME(number, NAME, "name", "text")       what a network function counts
 */
#ifndef SIGNAL_FORM
#define SIGNAL_FORM(number, NAME, name, text)
#endif
#ifndef SEVERITY
#define SEVERITY(number, NAME, name, letter)
#endif
#ifndef ALARM_TYPE
#define ALARM_TYPE(number, NAME, name)
#endif
#ifndef SIGNAL_CLOCK
#define SIGNAL_CLOCK(number, NAME, name, text)
#endif
#ifndef METRIC_NAME
#define METRIC_NAME(number, NAME, name, text)
#endif
SIGNAL_FORM(1, TRAP,    "trap",    "SNMPv2c or SNMPv3 trap")
SIGNAL_FORM(2, INFORM,  "inform",  "SNMPv2c or SNMPv3 inform, answered")
SIGNAL_FORM(3, SYSLOG,  "syslog",  "syslog message (RFC 5424, RFC 3164)")
SIGNAL_FORM(4, WEBHOOK, "webhook", "HTTP POST: Alertmanager's form or ours")
SIGNAL_FORM(5, STATUS,  "status",  "provider's status feed")
SIGNAL_FORM(6, DOWNLOAD, "download", "file that is kept fresh")
SIGNAL_FORM(7, ENDING,  "ending",  "end of what evidence of hardware rests on")

SEVERITY(0, INDETERMINATE, "indeterminate", "?")
SEVERITY(1, CLEARED,       "cleared",       ".")
SEVERITY(2, WARNING,       "warning",       "w")
SEVERITY(3, MINOR,         "minor",         "m")
SEVERITY(4, MAJOR,         "major",         "M")
SEVERITY(5, CRITICAL,      "critical",      "C")

ALARM_TYPE(0, NONE,             "none")
ALARM_TYPE(1, COMMUNICATIONS,   "communications")
ALARM_TYPE(2, QUALITY,          "quality of service")
ALARM_TYPE(3, PROCESSING_ERROR, "processing error")
ALARM_TYPE(4, EQUIPMENT,        "equipment")
ALARM_TYPE(5, ENVIRONMENTAL,    "environmental")
ALARM_TYPE(6, INTEGRITY,        "integrity violation")
ALARM_TYPE(7, OPERATIONAL,      "operational violation")
ALARM_TYPE(8, PHYSICAL,         "physical violation")
ALARM_TYPE(9, SECURITY,         "security service or mechanism violation")
ALARM_TYPE(10, TIME_DOMAIN,     "time domain violation")

SIGNAL_CLOCK(0, NONE,     "none",     "it gave no time")
SIGNAL_CLOCK(1, AGREES,   "agrees",   "within five minutes of our own clock on arrival")
SIGNAL_CLOCK(2, DOUBTFUL, "doubtful", "further from our clock than that, or of a zone nobody knows")
SIGNAL_CLOCK(3, REPORTED, "reported", "the time of something earlier, as its teller says")

METRIC_NAME(1, USERS,    "users",    "registered users")
METRIC_NAME(2, SESSIONS, "sessions", "sessions")
METRIC_NAME(3, PEERS,    "peers",    "peers it is connected to")
METRIC_NAME(4, LOAD_PPM, "load",     "load in millionths of its capacity")
#undef SIGNAL_FORM
#undef SEVERITY
#undef ALARM_TYPE
#undef SIGNAL_CLOCK
#undef METRIC_NAME
