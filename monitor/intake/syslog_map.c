/* SPDX-License-Identifier: Apache-2.0 */
/* See syslog_map.h. */
#include <stdio.h>
#include <string.h>

#include "monitor/intake/syslog_map.h"
#include "monitor/intake/x733.h"

static const struct { const char *name; enum severity severity; } severities[] = {
#define SYSLOG_SEVERITY(number, name, SEVERITY) [number] = { name, PERCEIVED_##SEVERITY },
#include "monitor/intake/syslog_list.h"
};

static const struct { const char *name; enum alarm_type type; } facilities[] = {
#define SYSLOG_FACILITY(number, name, TYPE) [number] = { name, ALARM_TYPE_##TYPE },
#include "monitor/intake/syslog_list.h"
};

/* The names of what happened, never what was written about it: that may be subscriber data. */
static void
title_put(const struct syslog_message *message, struct incoming *in)
{
	char where[32];

	incoming_put(in->title, sizeof(in->title), message->app);
	if (message->app.len > 0 && message->id.len > 0)
		incoming_put_text(in->title, sizeof(in->title), " ");
	incoming_put(in->title, sizeof(in->title), message->id);
	if (in->title[0] != '\0')
		return;
	snprintf(where, sizeof(where), "%s.%s", facilities[message->facility].name,
	    severities[message->severity].name);
	incoming_put_text(in->title, sizeof(in->title), where);
}

/* RFC 5674 section 3: what, how bad, why; raised or cleared by its severity. */
static void
alarm_put(const struct syslog_message *message, struct buffer *value, struct incoming *in)
{
	struct buffer resource = { .max = 0 };
	struct bytes part[3];

	if (!syslog_parameter(message->data, "alarm", "perceivedSeverity", value) ||
	    !x733_severity(bytes_of_buffer(value), &in->severity))
		return;
	in->kind = in->severity == PERCEIVED_CLEARED ? SIGNAL_CLEARED : SIGNAL_RAISED;
	if (syslog_parameter(message->data, "alarm", "eventType", value))
		x733_alarm_type(bytes_of_buffer(value), &in->alarm_type);
	(void)syslog_parameter(message->data, "alarm", "resource", &resource);
	buffer_reset(value);
	if (syslog_parameter(message->data, "alarm", "probableCause", value)) {
		in->cause[0] = '\0';
		incoming_put(in->cause, sizeof(in->cause), bytes_of_buffer(value));
	}
	part[0] = message->host.len > 0 ? message->host : bytes_of_text(in->sender);
	part[1] = bytes_of_buffer(&resource);
	part[2] = bytes_of_buffer(value);
	incoming_key(in, part, 3);
	buffer_free(&resource);
}

void
syslog_map(const struct syslog_message *message, struct bytes whole, struct incoming *in)
{
	struct bytes part[3] = { message->host.len > 0 ? message->host : bytes_of_text(in->sender),
		message->app, message->id };
	struct buffer value = { .max = 0 };

	in->severity = severities[message->severity].severity;
	in->alarm_type = facilities[message->facility].type;
	in->text = whole;
	title_put(message, in);
	incoming_put_text(in->cause, sizeof(in->cause), facilities[message->facility].name);
	incoming_key(in, part, 3);
	incoming_told(in, message->told_ms, message->time == SYSLOG_TIME_WHOLE, false);
	if (message->data.len > 0)
		alarm_put(message, &value, in);
	buffer_free(&value);
}
