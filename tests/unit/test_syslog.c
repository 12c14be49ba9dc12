/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syslog codec: RFC 5424's own examples, what senders in the field write instead, times that
 * say less than they seem to, and streams cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "probes/wire/syslog_frame.h"

static int64_t
at(const char *text)
{
	struct why why;
	int64_t ms = 0;

	assert_int_equal(time_read(text, 0, &ms, &why), ERR_OK);
	return ms;
}

/* Arrived on 2026-11-29 at 12:00 JST. */
static struct syslog_message
take(const char *text)
{
	struct syslog_message message;

	assert_int_equal(syslog_read(bytes_of_text(text), at("2026-11-29T03:00:00Z"), &message),
	    ERR_OK);
	return message;
}

static void
assert_view(struct bytes view, const char *text)
{
	if (!bytes_equal(view, bytes_of_text(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)view.len, (const char *)view.at, text);
}

static void
of_rfc_5424(void **state)
{
	struct syslog_message m = take("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - "
	    "ID47 - \xef\xbb\xbf'su root' failed for lonvick on /dev/pts/8");
	struct buffer value = { .max = 0 };

	(void)state;
	assert_int_equal(m.form, SYSLOG_FORM_5424);
	assert_int_equal(m.facility, 4);
	assert_int_equal(m.severity, 2);
	assert_view(m.host, "mymachine.example.com");
	assert_view(m.app, "su");
	assert_view(m.process, "");
	assert_view(m.id, "ID47");
	assert_view(m.data, "");
	assert_view(m.text, "'su root' failed for lonvick on /dev/pts/8");
	assert_int_equal(m.time, SYSLOG_TIME_WHOLE);
	assert_int_equal(m.told_ms, at("2003-10-11T22:14:15.003Z"));
	m = take("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time");
	assert_int_equal(m.told_ms, at("2003-08-24T12:14:15Z"));
	assert_view(m.process, "8710");
	m = take("<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [exampleSDID@32473 iut=\"3\" "
	    "eventSource=\"App \\\"x\\\" \\]\"][examplePriority@32473 class=\"high\"]");
	assert_view(m.text, "");
	assert_true(syslog_parameter(m.data, "exampleSDID", "eventSource", &value));
	assert_string_equal(buffer_text(&value), "App \"x\" ]");
	assert_true(syslog_parameter(m.data, "examplePriority@32473", "class", &value));
	assert_string_equal(buffer_text(&value), "high");
	assert_false(syslog_parameter(m.data, "example", "class", &value));
	assert_false(syslog_parameter(m.data, "exampleSDID", "class", &value));
	buffer_free(&value);
	/* No time: none is made up. */
	m = take("<14>1 - - - - - -");
	assert_int_equal(m.form, SYSLOG_FORM_5424);
	assert_int_equal(m.time, SYSLOG_TIME_NONE);
	assert_int_equal(m.told_ms, 0);
	/* Not of that form after all: its text is kept whole. */
	m = take("<14>1 no fields here");
	assert_int_equal(m.form, SYSLOG_FORM_3164);
	assert_view(m.text, "1 no fields here");
}

static void
of_rfc_3164(void **state)
{
	struct syslog_message m = take("<34>Oct 11 22:14:15 mymachine su: 'su root' failed");

	(void)state;
	assert_int_equal(m.form, SYSLOG_FORM_3164);
	assert_int_equal(m.time, SYSLOG_TIME_PART);
	assert_int_equal(m.told_ms, at("2026-10-11T22:14:15+09:00"));
	assert_view(m.host, "mymachine");
	assert_view(m.app, "su");
	assert_view(m.text, "'su root' failed");
	m = take("<13>Nov  9 02:59:00 sshd[77]: no host here");
	assert_view(m.host, "");
	assert_view(m.app, "sshd");
	assert_view(m.process, "77");
	m = take("<13>Nov 9 02:59:00 h app: one digit");
	assert_view(m.host, "h");
	/* Without a zone it is JST, unless that of UTC is now. */
	m = take("<13>Nov 29 02:59:00 h app: x");
	assert_int_equal(m.told_ms, at("2026-11-29T02:59:00Z"));
	m = take("<13>Nov 29 11:59:00 h app: x");
	assert_int_equal(m.told_ms, at("2026-11-29T11:59:00+09:00"));
	m = take("<13>2026-11-29T02:59:00.5+00:00 h app[1]: rsyslog's own");
	assert_int_equal(m.time, SYSLOG_TIME_WHOLE);
	assert_int_equal(m.told_ms, at("2026-11-29T02:59:00.5Z"));
	assert_view(m.host, "h");
	m = take("no priority at all");
	assert_int_equal(m.facility, SYSLOG_FACILITY_USER);
	assert_int_equal(m.severity, SYSLOG_SEVERITY_NOTICE);
	assert_view(m.text, "no priority at all");
	m = take("<192>not a priority");
	assert_int_equal(m.severity, SYSLOG_SEVERITY_NOTICE);
	assert_view(m.text, "<192>not a priority");
}

static void
of_routers(void **state)
{
	struct syslog_message m = take("<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured");

	(void)state;
	assert_view(m.app, "%SYS-5-CONFIG_I");
	assert_int_equal(m.time, SYSLOG_TIME_PART);
	assert_view(m.text, "Configured");
	m = take("<187>000123: Nov 29 2026 11:59:00.250 JST: %LINK-3-UPDOWN: Interface x down");
	assert_int_equal(m.time, SYSLOG_TIME_WHOLE);
	assert_int_equal(m.told_ms, at("2026-11-29T11:59:00.250+09:00"));
	assert_view(m.app, "%LINK-3-UPDOWN");
	/* Marked by its owner as not set: whole in form, doubtful all the same. */
	m = take("<187>*Nov 29 2026 11:59:00 JST: %LINK-3-UPDOWN: x");
	assert_int_equal(m.time, SYSLOG_TIME_PART);
}

static void
times_without_year(void **state)
{
	struct syslog_message m;
	int64_t new_year = at("2027-01-01T00:00:30+09:00");

	(void)state;
	assert_int_equal(syslog_read(bytes_of_text("<13>Dec 31 23:59:59 h a: x"), new_year, &m), ERR_OK);
	assert_int_equal(m.told_ms, at("2026-12-31T23:59:59+09:00"));
	assert_int_equal(syslog_read(bytes_of_text("<13>Feb 29 00:00:00 h a: x"), new_year, &m), ERR_OK);
	/* No such day in any year near: no time, and nothing of the text is lost. */
	assert_int_equal(m.time, SYSLOG_TIME_NONE);
	assert_int_equal(m.told_ms, 0);
	assert_view(m.text, "Feb 29 00:00:00 h a: x");
	m = take("<13>Nov 31 00:00:00 h a: x");
	assert_int_equal(m.time, SYSLOG_TIME_NONE);
	m = take("<13>Nov 29 24:00:00 h a: x");
	assert_int_equal(m.time, SYSLOG_TIME_NONE);
	m = take("<13>1 0001-01-01T00:00:00Z h a - - - x");
	assert_int_equal(m.told_ms, 0);
}

static void
nothing(void **state)
{
	struct syslog_message m;

	(void)state;
	assert_int_equal(syslog_read(bytes_of_text(""), 0, &m), ERR_MALFORMED);
	assert_int_equal(syslog_read(bytes_of_text("\r\n"), 0, &m), ERR_MALFORMED);
	assert_int_equal(syslog_read(bytes_of("\xef\xbb\xbf", 3), 0, &m), ERR_MALFORMED);
}

/* All messages of a stream that comes in pieces of that size. */
static size_t
frames(const char *text, size_t len, size_t piece, char out[][64], size_t room, bool *broken)
{
	struct syslog_frame frame = { .skip = 0 };
	uint8_t held[2 * SYSLOG_MESSAGE_MAX + 64];
	size_t have = 0, given = 0, count = 0;

	*broken = false;
	for (;;) {
		struct bytes message;
		size_t used;
		bool cut;
		enum syslog_step step = syslog_frame_next(&frame, bytes_of(held, have), &used,
		    &message, &cut);

		if (step == SYSLOG_STEP_MESSAGE && count < room)
			snprintf(out[count], 64, "%s%.*s", cut ? "!" : "",
			    (int)(message.len < 40 ? message.len : 40), (const char *)message.at);
		count += step == SYSLOG_STEP_MESSAGE;
		assert_true(used <= have);
		memmove(held, held + used, have - used);
		have -= used;
		if (step == SYSLOG_STEP_BROKEN) {
			*broken = true;
			return count;
		}
		if (step == SYSLOG_STEP_MORE && given == len)
			return count;
		if (step == SYSLOG_STEP_MORE) {
			size_t more = piece < len - given ? piece : len - given;

			assert_true(have + more <= sizeof(held));
			memcpy(held + have, text + given, more);
			have += more;
			given += more;
		}
	}
}

static void
streams(void **state)
{
	static const char mixed[] = "<13>one\n7 <13>two\n8 <13>th\nr<13>four\r\n\n<13>five\n";
	static char endless[3 * SYSLOG_MESSAGE_MAX];
	char out[16][64];
	bool broken;

	(void)state;
	for (size_t piece = 1; piece <= sizeof(mixed); piece++) {
		assert_int_equal(frames(mixed, sizeof(mixed) - 1, piece, out, 16, &broken), 5);
		assert_string_equal(out[0], "<13>one");
		assert_string_equal(out[1], "<13>two");
		assert_string_equal(out[2], "<13>th\nr");
		assert_string_equal(out[4], "<13>five");
		assert_false(broken);
	}
	memset(endless, 'x', sizeof(endless));
	memcpy(endless + sizeof(endless) - 8, "\n<13>aft", 8);
	assert_int_equal(frames(endless, sizeof(endless), 1000, out, 16, &broken), 1);
	assert_int_equal(out[0][0], '!');
	memcpy(endless + sizeof(endless) - 8, "\n<13>af\n", 8);
	assert_int_equal(frames(endless, sizeof(endless), 1000, out, 16, &broken), 2);
	assert_string_equal(out[1], "<13>af");
	/* A counted one that is too long is cut; its rest is not read as messages. */
	memset(endless, '\n', sizeof(endless));
	memcpy(endless, "20000 <13>x", 11);
	memcpy(endless + 20006, "7 <13>end", 9);
	assert_int_equal(frames(endless, 20015, 777, out, 16, &broken), 2);
	assert_int_equal(out[0][0], '!');
	assert_string_equal(out[1], "<13>end");
	assert_int_equal(frames("99999999999999 x", 16, 16, out, 16, &broken), 0);
	assert_true(broken);
	assert_int_equal(frames("12x", 3, 3, out, 16, &broken), 0);
	assert_true(broken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(of_rfc_5424),
		cmocka_unit_test(of_rfc_3164), cmocka_unit_test(of_routers),
		cmocka_unit_test(times_without_year), cmocka_unit_test(nothing),
		cmocka_unit_test(streams) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
