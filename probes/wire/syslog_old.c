/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syslog as it was before RFC 5424: RFC 3164 describes what senders did and binds none of them.
 * Behind the priority there may be a sequence number, a time, a host, a tag; each may be missing.
 */
#include <string.h>

#include "probes/wire/syslog.h"

enum { TAG_MAX = 64, HOST_MAX = 255, SEQUENCE_MAX = 10 };

static bool
is_digit(uint8_t octet)
{
	return octet >= '0' && octet <= '9';
}

static bool
is_name(uint8_t octet)
{
	return is_digit(octet) || (octet >= 'a' && octet <= 'z') ||
	    (octet >= 'A' && octet <= 'Z') || (octet != '\0' && strchr("._-/@%+#", octet) != NULL);
}

static struct bytes
rest_of(struct bytes in, size_t from)
{
	while (from < in.len && in.at[from] == ' ')
		from++;
	return bytes_slice(in, from, in.len);
}

/* "000123: ", as some routers number their messages. */
static struct bytes
sequence_skip(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && len <= SEQUENCE_MAX && is_digit(in.at[len]))
		len++;
	if (len == 0 || len > SEQUENCE_MAX || len >= in.len || in.at[len] != ':')
		return in;
	return rest_of(in, len + 1);
}

static struct bytes
time_take(struct bytes in, int64_t arrived_ms, struct syslog_message *out)
{
	size_t len = syslog_time_whole(in, &out->told_ms);

	if (len > 0)
		out->time = SYSLOG_TIME_WHOLE;
	else
		len = syslog_time_part(in, arrived_ms, &out->time, &out->told_ms);
	if (len < in.len && len > 0 && in.at[len] == ':')
		len++;
	/* What goes on without a blank was no time. */
	if (len > 0 && len < in.len && in.at[len] != ' ') {
		out->time = SYSLOG_TIME_NONE;
		out->told_ms = 0;
		return in;
	}
	return rest_of(in, len);
}

/* A word that ends with a blank is the host: a tag ends with ":" or "[". */
static struct bytes
host_take(struct bytes in, struct syslog_message *out)
{
	size_t len = 0;

	while (len < in.len && len <= HOST_MAX && (is_name(in.at[len]) || in.at[len] == ':'))
		len++;
	if (len == 0 || len > HOST_MAX || len == in.len || in.at[len] != ' ' ||
	    in.at[len - 1] == ':' || in.at[0] == '%')
		return in;
	out->host = bytes_slice(in, 0, len);
	return rest_of(in, len);
}

/* "sshd[123]: ", "kernel: ", "%LINK-3-UPDOWN: ". */
static struct bytes
tag_take(struct bytes in, struct syslog_message *out)
{
	size_t len = 0, end;

	while (len < in.len && len <= TAG_MAX && is_name(in.at[len]))
		len++;
	if (len == 0 || len > TAG_MAX || len == in.len)
		return in;
	end = len;
	if (in.at[len] == '[') {
		while (end < in.len && end - len <= TAG_MAX && in.at[end] != ']')
			end++;
		if (end == in.len || in.at[end] != ']')
			return in;
		end++;
	}
	if (end == in.len || in.at[end] != ':')
		return in;
	out->app = bytes_slice(in, 0, len);
	if (end > len)
		out->process = bytes_slice(in, len + 1, end - len - 2);
	return rest_of(in, end + 1);
}

void
syslog_read_old(struct bytes in, int64_t arrived_ms, struct syslog_message *out)
{
	struct bytes rest = sequence_skip(rest_of(in, 0));

	out->form = SYSLOG_FORM_3164;
	rest = time_take(rest, arrived_ms, out);
	if (out->time != SYSLOG_TIME_NONE)
		rest = host_take(rest, out);
	out->text = tag_take(rest, out);
}
