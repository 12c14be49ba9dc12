/* SPDX-License-Identifier: Apache-2.0 */
/* See syslog.h: the priority, and RFC 5424 behind it. */
#include <string.h>

#include "probes/wire/syslog.h"

enum { PRIORITY_MAX = 191 };

static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };

static struct bytes
trimmed(struct bytes in)
{
	while (in.len > 0 && (in.at[in.len - 1] == '\n' || in.at[in.len - 1] == '\r' ||
	    in.at[in.len - 1] == '\0' || in.at[in.len - 1] == ' '))
		in.len--;
	return in;
}

static struct bytes
mark_skip(struct bytes in)
{
	if (in.len >= sizeof(mark) && memcmp(in.at, mark, sizeof(mark)) == 0)
		return bytes_slice(in, sizeof(mark), in.len);
	return in;
}

/* "<134>": its length, 0 if it is none. */
static size_t
priority_read(struct bytes in, struct syslog_message *out)
{
	unsigned value = 0;
	size_t at = 1;

	if (in.len < 3 || in.at[0] != '<')
		return 0;
	for (; at < in.len && at < 4 && in.at[at] >= '0' && in.at[at] <= '9'; at++)
		value = 10 * value + (in.at[at] - '0');
	if (at == 1 || at >= in.len || in.at[at] != '>' || value > PRIORITY_MAX)
		return 0;
	out->facility = value / 8;
	out->severity = value % 8;
	return at + 1;
}

/* The word up to the next blank, and past it; a "-" reads as empty. */
static bool
word_take(struct bytes *in, size_t maximum, struct bytes *word)
{
	size_t len = 0;

	while (len < in->len && in->at[len] != ' ') {
		if (in->at[len] < 33 || in->at[len] > 126 || len == maximum)
			return false;
		len++;
	}
	if (len == 0)
		return false;
	*word = bytes_slice(*in, 0, len);
	if (len == 1 && in->at[0] == '-')
		word->len = 0;
	*in = bytes_slice(*in, len + 1, in->len);
	return true;
}

/* Octets of "[id name=\"value\" ...]" at the front; 0 if it is none (RFC 5424 6.3). */
static size_t
element_len(struct bytes in)
{
	bool quoted = false;

	if (in.len == 0 || in.at[0] != '[')
		return 0;
	for (size_t at = 1; at < in.len; at++) {
		if (quoted && in.at[at] == '\\')
			at++;
		else if (in.at[at] == '"')
			quoted = !quoted;
		else if (!quoted && in.at[at] == ']')
			return at + 1;
	}
	return 0;
}

static bool
data_take(struct bytes *in, struct bytes *data)
{
	size_t len = 0, more;

	if (in->len > 0 && in->at[0] == '-')
		len = 1;
	else
		while ((more = element_len(bytes_slice(*in, len, in->len))) > 0)
			len += more;
	if (len == 0 || (len < in->len && in->at[len] != ' '))
		return false;
	*data = bytes_slice(*in, 0, in->at[0] == '-' ? 0 : len);
	*in = bytes_slice(*in, len + 1, in->len);
	return true;
}

/* False: it is not of this form, whatever its version says. */
static bool
read_new(struct bytes in, struct syslog_message *out)
{
	struct syslog_message message = *out;
	struct bytes time;

	if (in.len < 2 || in.at[0] != '1' || in.at[1] != ' ')
		return false;
	in = bytes_slice(in, 2, in.len);
	/* Longer names than 6.2 allows are in the field, and harm nobody. */
	if (!word_take(&in, 64, &time) || !word_take(&in, 255, &message.host) ||
	    !word_take(&in, 128, &message.app) || !word_take(&in, 128, &message.process) ||
	    !word_take(&in, 128, &message.id) || !data_take(&in, &message.data))
		return false;
	if (time.len > 0 && syslog_time_whole(time, &message.told_ms) == time.len)
		message.time = SYSLOG_TIME_WHOLE;
	else
		message.told_ms = 0;
	message.form = SYSLOG_FORM_5424;
	message.text = mark_skip(in);
	*out = message;
	return true;
}

enum err
syslog_read(struct bytes in, int64_t arrived_ms, struct syslog_message *out)
{
	size_t len;

	*out = (struct syslog_message){ .facility = SYSLOG_FACILITY_USER,
	    .severity = SYSLOG_SEVERITY_NOTICE };
	in = trimmed(mark_skip(bytes_slice(in, 0, SYSLOG_MESSAGE_MAX)));
	if (in.len == 0)
		return ERR_MALFORMED;
	len = priority_read(in, out);
	in = bytes_slice(in, len, in.len);
	if (len == 0 || !read_new(in, out))
		syslog_read_old(in, arrived_ms, out);
	return ERR_OK;
}

/* The name before "=" and the raw value between quotes, and past them. */
static bool
parameter_take(struct bytes *in, struct bytes *name, struct bytes *value)
{
	size_t at = 0, from;

	while (in->len > 0 && in->at[0] == ' ')
		*in = bytes_slice(*in, 1, in->len);
	while (at < in->len && in->at[at] != '=' && in->at[at] != ']')
		at++;
	if (at + 1 >= in->len || in->at[at] != '=' || in->at[at + 1] != '"')
		return false;
	*name = bytes_slice(*in, 0, at);
	from = at += 2;
	while (at < in->len && in->at[at] != '"')
		at += in->at[at] == '\\' ? 2 : 1;
	if (at >= in->len)
		return false;
	*value = bytes_slice(*in, from, at - from);
	*in = bytes_slice(*in, at + 1, in->len);
	return true;
}

static void
value_put(struct buffer *out, struct bytes value)
{
	buffer_reset(out);
	for (size_t i = 0; i < value.len; i++) {
		bool escape = value.at[i] == '\\' && i + 1 < value.len &&
		    (value.at[i + 1] == '"' || value.at[i + 1] == '\\' || value.at[i + 1] == ']');

		buffer_put_u8(out, value.at[i += escape]);
	}
}

static bool
id_is(struct bytes element, const char *id, size_t *len)
{
	size_t at = 1, want = strlen(id);

	while (at < element.len && element.at[at] != ' ' && element.at[at] != ']')
		at++;
	*len = at;
	return at - 1 >= want && memcmp(element.at + 1, id, want) == 0 &&
	    (at - 1 == want || element.at[1 + want] == '@');
}

bool
syslog_parameter(struct bytes data, const char *id, const char *name, struct buffer *scratch)
{
	size_t len, id_len;

	for (; (len = element_len(data)) > 0; data = bytes_slice(data, len, data.len)) {
		struct bytes element = bytes_slice(data, 0, len), found, value;

		if (!id_is(element, id, &id_len))
			continue;
		element = bytes_slice(element, id_len, element.len);
		while (parameter_take(&element, &found, &value))
			if (bytes_equal(found, bytes_of_text(name))) {
				value_put(scratch, value);
				return true;
			}
	}
	return false;
}
