/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the daemon from the command line: numbers, times and sentences as people write. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/cbor.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/admin_client.h"
#include "monitor/daemon/ask.h"

int
ask_daemon(const struct command *command, const char *config, const char *state, enum act act,
    uint64_t number, const char *text)
{
	struct buffer answer = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct place place;
	int code = EXIT_FINE;

	if (place_find(&place, config, state, &why) != ERR_OK)
		return command_failed(command, &why);
	if (admin_request(place.state, act, number, text, &answer, &why) == ERR_OK)
		printf("%s\n", buffer_text(&answer));
	else if (why.err == ERR_NOT_FOUND || why.err == ERR_INVALID)
		code = command_wrong(command, "%s", why.text);
	else
		code = command_failed(command, &why);
	buffer_free(&answer);
	return code;
}

bool
ask_number(const char *text, uint64_t *number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

bool
ask_time(const struct command *command, const char *text, int64_t now_ms, int64_t *at_ms)
{
	struct why why = { .err = ERR_OK };

	if (duration_read(text, at_ms, &why) == ERR_OK) {
		if (__builtin_add_overflow(*at_ms, now_ms, at_ms))
			*at_ms = INT64_MAX;
		return true;
	}
	if (time_read(text, now_ms, at_ms, &why) == ERR_OK ||
	    date_read(text, at_ms, NULL) == ERR_OK)
		return true;
	(void)command_wrong(command, "%s", why.text);
	return false;
}

void
ask_join(struct buffer *out, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++) {
		if (i > first)
			buffer_put_u8(out, ' ');
		buffer_put_text(out, argv[i]);
	}
}

bool
ask_text(const struct command *command, const struct buffer *text)
{
	if (utf8_valid(bytes_of_buffer(text)))
		return true;
	(void)command_wrong(command, _("the reason is not UTF-8 text"));
	return false;
}
