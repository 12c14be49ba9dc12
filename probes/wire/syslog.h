/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syslog messages as senders really write them: RFC 5424, and what came before it (RFC 3164) with
 * or without priority, year, zone and host.  Every text is a message: what cannot be told apart
 * stays in its text.  Pure; every input is hostile, and every view points into it.
 */
#ifndef PROBES_WIRE_SYSLOG_H
#define PROBES_WIRE_SYSLOG_H

#include "monitor/base/bytes.h"

enum {
	SYSLOG_MESSAGE_MAX = 8192,	/* octets that are read: RFC 5424 6.1 asks for 2048 */
	SYSLOG_FACILITY_USER = 1,	/* of a message without priority (RFC 3164 4.3.3) */
	SYSLOG_SEVERITY_NOTICE = 5
};

enum syslog_form { SYSLOG_FORM_3164, SYSLOG_FORM_5424 };

enum syslog_time {
	SYSLOG_TIME_NONE,		/* none, or none that can be read */
	SYSLOG_TIME_PART,		/* without year or zone, or of a clock its owner doubts */
	SYSLOG_TIME_WHOLE
};

struct syslog_message {
	enum syslog_form form;
	unsigned     facility, severity;	/* 0 to 23, 0 to 7 (RFC 5424 6.2.1) */
	struct bytes host, app, process, id;	/* empty if not given */
	struct bytes data;			/* structured data, brackets and all */
	struct bytes text;			/* without a byte order mark */
	enum syslog_time time;
	int64_t      told_ms;			/* 0 unless there is a time */
};

/*
 * Reads one message.  arrived_ms fills in a missing year with the nearest, and a missing zone with
 * JST, or with UTC if that is now, to five minutes.  ERR_MALFORMED: there is nothing in it.
 */
MUST_USE enum err syslog_read(struct bytes, int64_t arrived_ms, struct syslog_message *);
/*
 * The value of a parameter of the element whose SD-ID is id, up to an "@": "alarm" finds
 * "alarm@32473" too.  Escapes are taken off into scratch; false if it is not there.
 */
bool syslog_parameter(struct bytes data, const char *id, const char *name, struct buffer *scratch);

/* --- its parts: syslog_time.c, syslog_old.c ------------------------------------------------ */
/* Octets of an RFC 3339 time at the front, 0 if there is none. */
size_t syslog_time_whole(struct bytes, int64_t *ms);
/* "Nov 29 03:15:29", "*Nov 29 2026 03:15:29.123 JST": the octets of it, or 0. */
size_t syslog_time_part(struct bytes, int64_t arrived_ms, enum syslog_time *, int64_t *ms);
/* Everything behind the priority. */
void   syslog_read_old(struct bytes rest, int64_t arrived_ms, struct syslog_message *);

#endif
