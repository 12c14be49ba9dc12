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

/* Octets of the well-formed, harmless character at in; 0 if it must be escaped. */
static size_t
safe_character(const char *in, size_t in_len)
{
	const uint8_t *at = (const uint8_t *)in;
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (len > in_len || !utf8_valid(bytes_of(in, len)))
		return 0;
	if (len == 1)
		return at[0] >= 0x20 && at[0] != 0x7f ? 1 : 0;
	/* C1 controls steer terminals as escape sequences do. */
	if (len == 2 && at[0] == 0xc2 && at[1] < 0xa0)
		return 0;
	/* Line separators, and marks that turn the direction of the text behind them. */
	if (len == 3 && at[0] == 0xe2 && ((at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae) ||
	    (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9)))
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
		size_t len = safe_character(in + i, in_len - i);
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
