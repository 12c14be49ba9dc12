/* SPDX-License-Identifier: Apache-2.0 */
/* See syslog_frame.h. */
#include <string.h>

#include "probes/wire/syslog_frame.h"

enum { COUNT_DIGITS_MAX = 9 };

/* Passes over what belongs to a message that was cut; true when that is done. */
static bool
skip_done(struct syslog_frame *frame, struct bytes in, size_t *used)
{
	const uint8_t *end;

	if (frame->skip > 0) {
		size_t len = frame->skip < in.len ? (size_t)frame->skip : in.len;

		frame->skip -= len;
		*used += len;
	}
	if (frame->skip_line) {
		end = in.len > 0 ? memchr(in.at, '\n', in.len) : NULL;
		*used += end != NULL ? (size_t)(end - in.at) + 1 : in.len;
		frame->skip_line = end == NULL;
	}
	return frame->skip == 0 && !frame->skip_line;
}

static enum syslog_step
counted_next(struct syslog_frame *frame, struct bytes in, size_t *used, struct bytes *message,
    bool *cut)
{
	uint64_t count = 0;
	size_t at = 0, kept;

	for (; at < in.len && in.at[at] >= '0' && in.at[at] <= '9'; at++) {
		if (at == COUNT_DIGITS_MAX)
			return SYSLOG_STEP_BROKEN;
		count = 10 * count + (uint64_t)(in.at[at] - '0');
	}
	if (at == in.len)
		return SYSLOG_STEP_MORE;
	if (in.at[at] != ' ' || count == 0)
		return SYSLOG_STEP_BROKEN;
	at++;
	*cut = count > SYSLOG_MESSAGE_MAX;
	kept = *cut ? SYSLOG_MESSAGE_MAX : (size_t)count;
	if (in.len - at < kept)
		return SYSLOG_STEP_MORE;
	*message = bytes_slice(in, at, kept);
	*used += at + kept;
	frame->skip = count - kept;
	return SYSLOG_STEP_MESSAGE;
}

static enum syslog_step
line_next(struct syslog_frame *frame, struct bytes in, size_t *used, struct bytes *message,
    bool *cut)
{
	struct bytes near = bytes_slice(in, 0, SYSLOG_MESSAGE_MAX + 1);
	const uint8_t *end = memchr(near.at, '\n', near.len);

	if (end == NULL && in.len <= SYSLOG_MESSAGE_MAX)
		return SYSLOG_STEP_MORE;
	*cut = end == NULL;
	frame->skip_line = *cut;
	*message = bytes_slice(in, 0, *cut ? SYSLOG_MESSAGE_MAX : (size_t)(end - in.at));
	*used += message->len + (*cut ? 0 : 1);
	return SYSLOG_STEP_MESSAGE;
}

enum syslog_step
syslog_frame_next(struct syslog_frame *frame, struct bytes in, size_t *used,
    struct bytes *message, bool *cut)
{
	*used = 0;
	*cut = false;
	if ((frame->skip > 0 || frame->skip_line) && !skip_done(frame, in, used))
		return SYSLOG_STEP_MORE;
	/* Between messages some senders put line ends, also behind counted ones. */
	while (*used < in.len && (in.at[*used] == '\n' || in.at[*used] == '\r' ||
	    in.at[*used] == '\0'))
		++*used;
	in = bytes_slice(in, *used, in.len);
	if (in.len == 0)
		return SYSLOG_STEP_MORE;
	if (in.at[0] >= '1' && in.at[0] <= '9')
		return counted_next(frame, in, used, message, cut);
	return line_next(frame, in, used, message, cut);
}
