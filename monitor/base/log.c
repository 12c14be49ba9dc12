/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line, one write: lines of several processes on one descriptor do not mix.  The role and the
 * level are set once, when the process starts, and are the only state.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/bytes.h"
#include "monitor/base/cbor.h"
#include "monitor/base/log.h"

enum { LINE_MAX_OCTETS = 2048, ROLE_MAX = 32 };

static char log_role[ROLE_MAX] = "sekimori";
static enum log_level log_lowest = LOG_LEVEL_INFO;

void
log_open(const char *role, enum log_level lowest)
{
	snprintf(log_role, sizeof(log_role), "%s", role);
	log_lowest = lowest;
}

/* Formatting that is not seen, or turns the direction of the text behind it (UAX 9). */
static bool
is_hidden(const uint8_t *at, size_t len)
{
	if (len == 2)
		return at[0] == 0xd8 && at[1] == 0x9c;			/* U+061C */
	if (len != 3)
		return false;
	if (at[0] == 0xe2 && at[1] == 0x80)				/* U+200B-200F, 2028-202E */
		return (at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae);
	return (at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa0 && at[2] <= 0xaf) ||
	    (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf);		/* U+2060-206F, FEFF */
}

size_t
text_safe_character(const char *in, size_t in_len)
{
	const uint8_t *at = (const uint8_t *)in;
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (len > in_len || !utf8_valid(bytes_of(in, len)))
		return 0;
	if (len == 1)
		return at[0] >= 0x20 && at[0] != 0x7f ? 1 : 0;
	/* C1 controls steer terminals as escape sequences do. */
	if ((len == 2 && at[0] == 0xc2 && at[1] < 0xa0) || is_hidden(at, len))
		return 0;
	return len;
}

void
text_escape(const char *in, size_t in_len, char *out, size_t out_len)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	if (out_len == 0)
		return;
	for (size_t i = 0; i < in_len;) {
		size_t len = text_safe_character(in + i, in_len - i);
		size_t put = len > 0 ? len : 4;

		if (put >= out_len - at)
			break;
		if (len > 0) {
			memcpy(out + at, in + i, len);
		} else {
			uint8_t c = (uint8_t)in[i];

			memcpy(out + at, (char[4]){ '\\', 'x', digits[c >> 4], digits[c & 15] }, 4);
		}
		at += put;
		i += len > 0 ? len : 1;
	}
	out[at] = '\0';
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char text[LINE_MAX_OCTETS], safe[LINE_MAX_OCTETS], line[LINE_MAX_OCTETS + ROLE_MAX + 8];
	va_list args;
	int len;

	if (level > log_lowest)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_escape(text, strlen(text), safe, sizeof(safe));
	len = snprintf(line, sizeof(line), "<%d>%s: %s\n", (int)level, log_role, safe);
	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
		return;		/* nobody is left to tell */
}
